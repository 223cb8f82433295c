"""Conversion and drop-off of public event logs, against SQL over what `pipe audit` prints and over the raw events."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from funnel_in_sql import matrix
from test_event_logs import DATA, pipe
from test_funnel import LOGS, STAGES, raw, scope

from pipecli.core.pipeline import Kind
from pipecli.core.visit import End
from pipecli.metrics.course import Mode
from pipecli.reports.conversion import conversion
from pipecli.reports.drop_off import drop_off
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    not (DATA / "event-logs").is_dir(),
    reason=f"THE REAL EVENT LOGS ARE NOT HERE: nothing was compared; they belong in {DATA / 'event-logs'}",
)


def stages_of(log: str) -> list[tuple[str, int, str, bool]]:
    return [(stage.id, place, str(stage.kind), stage.retired) for place, stage in enumerate(STAGES[log])]


@LOGS
@pytest.mark.parametrize("mode", Mode)
def test_the_conversion_between_all_stages_is_that_of_the_sql(log: str, mode: str) -> None:
    (table,) = conversion(replace(scope(log), asked=Asked(mode=mode, matrix=True)))
    found = {(row["from"], row["to"]): (row["n"], row["on"]) for row in table.records()}
    assert found == matrix(raw(log), stages_of(log), mode)


@LOGS
def test_the_conversion_of_who_came_in_a_month_is_that_of_the_sql(log: str) -> None:
    months = sorted(moment[:7] for _, _, _, moment, _ in raw(log))
    month = months[len(months) // 2]
    (table,) = conversion(replace(scope(log), asked=Asked(matrix=True, period=month)))
    found = {(row["from"], row["to"]): (row["n"], row["on"]) for row in table.records()}
    assert found == matrix(raw(log), stages_of(log), "reached", first=f"{month}-01", last=f"{month}-31")
    assert any(came for came, _ in found.values())


@pytest.fixture(scope="module")
def enpal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with the imported history of a log."""
    folder = tmp_path_factory.mktemp("enpal")
    pipe(folder, "init", "ws", "--template", "empty")
    log = str(DATA / "event-logs" / "enpal.csv")
    pipe(folder / "ws", "import", "events", log, "--pipeline", "log", "--create", "--history", "--lost", "Lost")
    return folder / "ws"


def printed(folder: Path, *arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pipe(folder, *arguments, "--format", "csv"))))


@pytest.mark.parametrize("mode", Mode)
def test_what_is_printed_is_what_sql_finds_in_the_rows_of_the_audit(enpal: Path, mode: str) -> None:
    seen: dict[str, int] = {}
    visits = []
    for row in printed(enpal, "audit"):
        course = f"{row['deal']}/{row['life']}"
        seen[course] = seen.get(course, 0) + 1
        visits.append((course, seen[course], row["stage_name"], row["entered"], row["end"]))
    places = [*STAGES["enpal"][:-1], replace(STAGES["enpal"][-1], id="Won", kind=Kind.WON), STAGES["enpal"][-1]]
    names = [stage.id for stage in places]
    wanted = matrix(visits, [(one.id, at, str(one.kind), False) for at, one in enumerate(places)], mode)
    rows = printed(enpal, "report", "conversion", "--matrix", "--mode", mode)
    ids = list(dict.fromkeys([*(row["from"] for row in rows), rows[-1]["to"]]))
    named = dict(zip(ids, names, strict=False))
    assert {(named[row["from"]], named[row["to"]]): (int(row["n"]), int(row["on"])) for row in rows} == wanted
    assert all(not row["rate"] or float(row["rate"]) <= 1 for row in rows)


DROP_OFF = """
    WITH own AS (SELECT *, row_number() OVER (PARTITION BY course, stage ORDER BY seq DESC) AS back FROM visit),
    ended AS (
        SELECT stage, course, CASE WHEN sum(ending = 'lost') > 0 THEN 'lost'
                                   ELSE max(ending) FILTER (WHERE back = 1) END AS ending
        FROM own GROUP BY stage, course)
    SELECT stage, ending, count(*) FROM ended GROUP BY stage, ending
"""


def test_the_drop_off_and_the_other_ends_are_those_of_sql_over_the_audit(enpal: Path) -> None:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE visit (course TEXT, seq INTEGER, stage TEXT, ending TEXT)")
    visits = [
        (f"{row['deal']}/{row['life']}", at, row["stage"], row["end"]) for at, row in enumerate(printed(enpal, "audit"))
    ]
    base.executemany("INSERT INTO visit VALUES (?, ?, ?, ?)", visits)
    wanted = {(stage, ending): number for stage, ending, number in base.execute(DROP_OFF) if stage != "lost"}
    rows = json.loads(pipe(enpal, "report", "drop-off", "--format", "json"))["tables"][0]["rows"]
    numbers = {(row["stage"], str(end)): row[end.replace(" ", "_")] for row in rows for end in End}
    found = {key: number for key, number in numbers.items() if number}
    assert found == wanted
    assert sum(number for (_, ending), number in wanted.items() if ending == "lost") > 100


@LOGS
def test_the_ends_of_deals_add_up_to_those_that_entered_each_stage(log: str) -> None:
    table, reasons = drop_off(scope(log))
    for row in table.records():
        assert sum(int(str(row[end.replace(" ", "_")])) for end in End) == row["entered"]
    lost = [(row["stage"], row["lost"]) for row in table.records() if row["lost"]]
    assert [(row["stage"], row["lost"]) for row in reasons.records()] == lost
