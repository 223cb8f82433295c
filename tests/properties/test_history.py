"""The engine equals the literal definition, on random histories."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import stories
from hypothesis import HealthCheck, Phase, given, settings
from literal import Literal, Meta

from pipecli.history.step import Rules
from pipecli.history.timeline import stem, walk
from pipecli.shell.git import discover
from pipecli.store.history import read

if TYPE_CHECKING:
    from pathlib import Path

ZONE = ZoneInfo("Europe/Berlin")


@settings(max_examples=400, deadline=None, phases=[Phase.generate, Phase.shrink])
@given(choices=stories.STORIES)
@pytest.mark.parametrize("first_parent", [False, True])
def test_the_engine_equals_the_definition(choices: list[tuple[int, ...]], first_parent: bool) -> None:
    told = stories.tell(choices)
    tip = told.order[-1]
    rules = Rules(versions=told.versions(), zone=ZONE, identify=stem, first_parent=first_parent)
    reachable = [c for c in told.commits() if c.hash in stories._ancestors(told, tip)]
    assert walk(reachable, tip, rules).timelines == Literal(told, ZONE, first_parent=first_parent).timelines(tip)
