"""Small and odd workspaces, at which every report is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from scopes import SALES, SUPPORT, deal, scope

from pipecli.core.layout import FileKind
from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.problem import PipeError
from pipecli.core.record import Outcome, OutcomeClass
from pipecli.core.settings import Member, Team
from pipecli.core.visit import Clock, End, Visit
from pipecli.history.event import Event
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.core.record import Deal
    from pipecli.reports.registry import Report
    from pipecli.reports.scope import Scope

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NO_WON = Pipeline("sales", "pipelines/sales.yaml", "Sales", [Stage("lead", "Lead"), Stage("talk", "Talk")])
_CODES = [f"X{first}{second}" for first in "ABCDE" for second in "ABCDEFGH"]
"""40 currencies, none of which has a rate."""


class World:
    """A workspace of some deals, each with the stages through which it went and the days on which it entered them."""

    def __init__(
        self, *ways: tuple[Deal, Sequence[tuple[str, date]]], pipelines: Iterable[Pipeline] = (SALES,)
    ) -> None:
        self.ways, self.pipelines = ways, tuple(pipelines)

    def at(self, moment: datetime, asked: Asked, *, pipeline: str | None = None, then: bool = True) -> Scope:
        """Return the scope as it was recorded by a moment: a deal stands where it stood, and has its other fields."""
        deals: list[Deal] = []
        visits: list[Visit] = []
        timelines: dict[str, Sequence[Event]] = {}
        for one, way in self.ways:
            steps = [(stage, entered) for stage, day in way if (entered := _noon(day)) <= moment]
            if steps:
                stage = steps[-1][0]
                kind = next((p.stage(stage) for p in self.pipelines if p.id == one.pipeline), None)
                closed = kind is not None and kind.kind in (Kind.WON, Kind.LOST)
                deals.append(one if closed else replace(one, stage=stage, closed_on=None, outcome=None))
                visits += _visits(one, steps, self.pipelines)
                timelines[one.id] = _events(one, steps)
        found = scope(deals, visits, pipelines=self.pipelines, pipeline=pipeline)
        known = {FileKind.DEAL: {one.id: one.path for one in deals}}
        members = {"sam": Member("Sam Roe", "sam@example.com"), "kim": Member("Kim Lee", "kim@example.com")}
        return replace(
            found,
            workspace=replace(found.workspace, known=known, team=Team(members)),
            now=moment,
            timelines=timelines,
            entered={v.deal: v.entered.date() for v in visits if v.left is None},
            asked=asked,
            before=self.at(moment - timedelta(days=7), asked, pipeline=pipeline, then=False) if then else None,
            then=(lambda by: self.at(by, asked, pipeline=pipeline)) if then else None,
            at=_no_revision,
        )


def needed(report: Report) -> Asked:
    """Return what a report has to be asked."""
    return Asked(
        since="7d" if "since" in report.needs else report.since, person="sam" if "person" in report.needs else None
    )


def _no_revision(name: str) -> Scope:
    raise PipeError(f"no revision {name}")


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _visits(one: Deal, steps: Sequence[tuple[str, datetime]], pipelines: Iterable[Pipeline]) -> Iterable[Visit]:
    stages = next((list(p.stages) for p in pipelines if p.id == one.pipeline), [])
    order = {stage.id: (place, stage.kind) for place, stage in enumerate(stages)}
    for (stage, entered), after in zip(steps, [*steps[1:], None], strict=True):
        yield Visit(
            deal=one.id, life=1, pipeline=one.pipeline, stage=stage, entered=entered, left=after[1] if after else None,
            end=_end(order.get(stage), order.get(after[0])) if after else End.STILL_THERE, by="sam",
            email="sam@example.com", commit="abc", recorded=entered, clock=Clock.AUTHOR_DATE,
        )  # fmt: skip


def _end(here: tuple[int, Kind] | None, there: tuple[int, Kind] | None) -> End:
    if here is None or there is None:
        return End.ADVANCED
    if here[1] in (Kind.WON, Kind.LOST) and there[1] is Kind.OPEN:
        return End.REOPENED
    special = {Kind.LOST: End.LOST, Kind.ON_HOLD: End.HELD}
    return special.get(there[1], End.ADVANCED if there[0] > here[0] else End.BACK)


def _events(one: Deal, steps: Iterable[tuple[str, datetime]]) -> Sequence[Event]:
    return [
        Event(deal=one.id, commit=f"{one.id}{number}", state=(one.pipeline, stage), effective=at, recorded=at)
        for number, (stage, at) in enumerate(steps)
    ]


def _closed(number: int, stage: str) -> tuple[Deal, Sequence[tuple[str, date]]]:
    """Return a deal that was created on a day of the year, and closed five weeks later."""
    start = date(2026, 1, 5) + timedelta(days=7 * number)
    end = start + timedelta(days=35 + number % 4)
    outcome = Outcome(OutcomeClass.BUDGET, "price") if stage == "lost" and number % 3 else None
    one = deal(
        f"d{number}", stage, str(1000 + number), created=start, closed_on=end, outcome=outcome,
        owner="sam" if number % 2 else "kim",
    )  # fmt: skip
    return one, [("lead", start), ("proposal", start + timedelta(days=9)), (stage, end)]


def _open(
    number: int, days: int = 30, value: str = "500", currency: str | None = None
) -> tuple[Deal, Sequence[tuple[str, date]]]:
    start = NOW.date() - timedelta(days=days)
    due = NOW.date() + timedelta(days=number)
    one = deal(f"o{number}", "lead", value, currency=currency, created=start, owner="sam", expected_close=due)
    return one, [("lead", start)]


_YEAR = [_closed(number, "won" if number % 3 == 0 else "lost") for number in range(30)]
_OPEN = [_open(number, 3 + 5 * number) for number in range(12)]
_BARE = [(deal(f"b{number}", "lead"), [("lead", NOW.date() - timedelta(days=number))]) for number in range(6)]
_BACK = (
    deal("back", "lead", "70", created=date(2026, 3, 1), owner="kim"),
    [("lead", date(2026, 3, 1)), ("lost", date(2026, 4, 1)), ("lead", date(2026, 5, 1)), ("delayed", date(2026, 6, 1)),
     ("lead", date(2026, 7, 1)), ("proposal", date(2026, 8, 1)), ("lead", date(2026, 9, 1))],
)  # fmt: skip

WORLDS: Mapping[str, World] = {
    "no deals": World(),
    "no pipeline": World(pipelines=()),
    "deals without their pipeline": World(*_OPEN[:2], pipelines=()),
    "one deal": World(_open(1)),
    "one won deal": World(_closed(0, "won")),
    "no closed deals": World(*_OPEN),
    "all lost": World(*(_closed(number, "lost") for number in range(12))),
    "a year": World(*_YEAR, *_OPEN, _BACK),
    "two pipelines": World(*_YEAR[:8], *_OPEN, (deal("s1", "lead", pipeline="support"), [("lead", date(2026, 11, 1))]),
                           pipelines=(SALES, SUPPORT)),
    "no won stage in use": World(*_OPEN, pipelines=(NO_WON,)),
    "forty currencies": World(*(_open(number, currency=code) for number, code in enumerate(_CODES))),
    "ten years old": World(*(_open(number, 3650 + number) for number in range(6))),
    "worth nothing": World(*(_open(number, value="0") for number in range(6)), *(_closed(n, "won") for n in range(5))),
    "nothing written": World(*_BARE),
    "in a stage that is not there": World((deal("x1", "nowhere", "5"), [("nowhere", date(2026, 11, 1))])),
    "created tomorrow": World(
        (deal("t1", "lead", "5", created=date(2026, 12, 1), owner="sam"), [("lead", date(2026, 11, 1))])
    ),
}  # fmt: skip
