"""The timeline of one deal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from scopes import scope

from pipecli.core.visit import Clock, End, Visit
from pipecli.reports.audit import timeline

if TYPE_CHECKING:
    from datetime import tzinfo


def still_there(entered: datetime) -> Visit:
    return Visit(
        deal="a", life=1, pipeline="sales", stage="lead", entered=entered, left=None, end=End.STILL_THERE,
        by="Sam Roe", email="sam@example.com", commit="", recorded=entered, clock=Clock.WORK_TREE,
    )  # fmt: skip


def test_an_open_visit_counts_the_hour_that_a_change_of_the_clocks_adds() -> None:
    berlin: tzinfo = ZoneInfo("Europe/Berlin")
    entered, now = datetime(2026, 10, 24, 12, tzinfo=berlin), datetime(2026, 10, 25, 12, tzinfo=berlin)
    (row,) = timeline([still_there(entered)], scope().workspace, now, title="a").rows
    assert timedelta(hours=25) in row
