"""The funnels of public event logs, against SQL over the raw events and against figures computed independently."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from funnel_in_sql import Figures, figures

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.settings import Settings, Team
from pipecli.core.workspace import Workspace
from pipecli.history.event import Event
from pipecli.history.visits import visits
from pipecli.metrics.course import Mode, courses
from pipecli.metrics.course import funnel as through
from pipecli.reports.funnel import funnel
from pipecli.reports.scope import Asked, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipecli.core.table import Cell

DATA = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not (DATA / "event-logs").is_dir(),
    reason=f"THE REAL EVENT LOGS ARE NOT HERE: nothing was compared; they belong in {DATA / 'event-logs'}",
)

ENPAL = (
    "Created", "Lead Generation", "Qualified lead", "Needs Assessment", "Proposal/Quote Preparation", "Negotiation",
    "Closing", "Implementation/Onboarding", "Follow-up/Customer Success", "Renewal/Expansion",
)  # fmt: skip
APPLIED = ("A_SUBMITTED", "A_PARTLYSUBMITTED", "A_PREACCEPTED", "A_ACCEPTED", "A_FINALIZED")
GRANTED = ("A_APPROVED", "A_REGISTERED", "A_ACTIVATED")
STAGES = {
    "enpal": [*(Stage(name, name) for name in ENPAL), Stage("Lost", "Lost", kind=Kind.LOST)],
    "bpic2012_A": [
        *(Stage(name, name) for name in APPLIED),
        *(Stage(name, name, kind=Kind.WON) for name in GRANTED),
        *(Stage(name, name, kind=Kind.LOST) for name in ("A_CANCELLED", "A_DECLINED")),
    ],
}
LOGS = pytest.mark.parametrize("log", STAGES)


@cache
def cases(log: str) -> Mapping[str, list[tuple[str, datetime]]]:
    """Return stage and moment of each case's events, in the order of time and then of the file."""
    found = defaultdict(list)
    with (DATA / "event-logs" / f"{log}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["case_id"]].append((row["stage"], datetime.fromtimestamp(int(row["epoch"]), UTC)))
    return {case: sorted(events, key=lambda event: event[1]) for case, events in found.items()}


@cache
def scope(log: str) -> Scope:
    pipeline = Pipeline("log", "pipelines/log.yaml", log, STAGES[log])
    timelines = {
        case: [
            Event(deal=case, commit=f"{at}", state=("log", stage), effective=moment, recorded=moment)
            for at, (stage, moment) in enumerate(events)
        ]
        for case, events in cases(log).items()
    }
    workspace = Workspace(
        Settings(log), Team(), {"log": pipeline}, deals={}, companies={}, contacts={}, rates={}, spend={}
    )
    last = max(moment for events in cases(log).values() for _, moment in events)
    return Scope(workspace=workspace, visits=visits(timelines, workspace.pipelines), now=last)


def rows(log: str, mode: str | None = None, period: str | None = None) -> dict[Cell, dict[str, Cell]]:
    """Return the rows of the report by stage."""
    table, _ = funnel(replace(scope(log), asked=Asked(mode=mode, period=period)))
    named = [dict(zip((column.name for column in table.columns), row, strict=True)) for row in table.rows]
    return {row["stage"]: row for row in named}


def raw(log: str) -> list[tuple[str, int, str, str, str]]:
    """Return the stays of every case from the raw events: equal stages that follow one another are one."""
    lost = {stage.id for stage in STAGES[log] if stage.kind is Kind.LOST}
    found = []
    for case, events in cases(log).items():
        stays = [event for at, event in enumerate(events) if at == 0 or event[0] != events[at - 1][0]]
        after = [*(stage for stage, _ in stays[1:]), None]
        for at, ((stage, moment), following) in enumerate(zip(stays, after, strict=True)):
            end = "still there" if following is None else "lost" if following in lost else "left"
            found.append((case, at, stage, moment.isoformat(), end))
    return found


@LOGS
@pytest.mark.parametrize("mode", Mode)
def test_every_figure_is_that_of_the_sql(log: str, mode: str) -> None:
    stages = [(stage.id, place, str(stage.kind), stage.retired) for place, stage in enumerate(STAGES[log])]
    names = ("entered", "reached", "next", "won", "open", "lost")
    found = {stage: tuple(row[name] for name in names) for stage, row in rows(log, mode).items()}
    assert found == {stage: _shown(wanted) for stage, wanted in figures(raw(log), stages, mode).items()}


def _shown(wanted: Figures) -> tuple[int | None, ...]:
    entered, reached, _, following, won, standing, lost = wanted
    return entered, reached, following, won, standing if won is not None else None, lost


@LOGS
def test_the_figures_of_a_month_are_those_of_the_sql(log: str) -> None:
    month = sorted(moment for events in cases(log).values() for _, moment in events)[len(cases(log))].strftime("%Y-%m")
    stages = [(stage.id, place, str(stage.kind), stage.retired) for place, stage in enumerate(STAGES[log])]
    wanted = figures(raw(log), stages, "reached", first=f"{month}-01", last=f"{month}-31")
    found = rows(log, period=month)
    assert 0 < sum(one[0] for one in wanted.values()) < len(raw(log))
    assert [(row["entered"], row["reached"], row["next"], row["lost"]) for row in found.values()] == [
        (entered, reached, following, lost) for entered, reached, _, following, _, _, lost in wanted.values()
    ]


@LOGS
def test_the_ends_add_up_to_the_entries_of_every_stage(log: str) -> None:
    _, table = funnel(scope(log))
    expected: Any = json.loads((DATA / "expected" / f"{log}.json").read_text("utf-8"))
    names = [column.name for column in table.columns]
    first = names.index("entries")
    for row in table.rows:
        counts = [int(str(cell)) for cell in row[first : first + 10]]
        assert counts[0] == sum(counts[1:]) == expected["stages"][row[1]]["entries"]
    assert dict(table.facts)["n"] == str(expected["visits"])


def test_who_visited_and_who_reached_each_stage_of_enpal() -> None:
    quirks: Any = json.loads((DATA / "expected" / "enpal_quirks.json").read_text("utf-8"))
    found = rows("enpal")
    for place, stage in enumerate(ENPAL[1:], 1):
        assert found[stage]["entered"] == quirks["deals_reaching_stage"][str(place)]
        highest = [number for at, number in quirks["highest_stage_reached"].items() if int(at) >= place]
        assert found[stage]["reached"] == sum(highest)


def test_who_skipped_a_stage_of_enpal_the_five_that_hold_two_lives_apart() -> None:
    quirks: Any = json.loads((DATA / "expected" / "enpal_quirks.json").read_text("utf-8"))
    of = scope("enpal")
    ways = courses(of.visits, of.workspace.pipelines["log"], through(STAGES["enpal"]))
    skipped = {way.visits[0].deal for way in ways if set(range(1, max(way.places))) - set(way.places)}
    assert len(skipped - set(quirks["deals_with_two_add_time"])) == quirks["deals_skipping_a_stage"]
