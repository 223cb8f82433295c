"""A year of a team whose true probabilities are known: what is recorded of it by any moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.record import Deal
from pipecli.core.settings import Settings, Team
from pipecli.core.visit import Clock, End, Visit
from pipecli.core.workspace import Workspace
from pipecli.reports.scope import Asked, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
ADVANCE = {"lead": 0.4, "offer": 0.5, "talks": 0.7}
"""How likely a deal goes on from each stage; else it is lost."""
STAY = {"lead": 20.0, "offer": 30.0, "talks": 15.0}
"""How many days it stays there on the average, whatever becomes of it."""
TRUE = {"lead": 0.4 * 0.5 * 0.7, "offer": 0.5 * 0.7, "talks": 0.7}
_NEXT = {"lead": "offer", "offer": "talks", "talks": "won"}


@dataclass(frozen=True)
class Life:
    """One deal: its value, when it is expected to close, and its stages with the days of their entries."""

    name: str
    value: Decimal
    close: float
    steps: tuple[tuple[str, float], ...]


def lives(seed: int, deals: int, days: float) -> list[Life]:
    """Return the lives of deals that come up evenly; what a team expects of the day of closing is rather vague."""
    random = Random(seed)  # noqa: S311 -- numbers for a test
    return [_life(f"d{number:04}", random, random.uniform(0, days)) for number in range(deals)]


def _life(name: str, random: Random, day: float) -> Life:
    value = Decimal(round(random.lognormvariate(9, 0.7)))
    close, stage, steps = day + random.uniform(20, 120), "lead", [("lead", day)]
    while stage in _NEXT:
        day += random.expovariate(1 / STAY[stage])
        stage = _NEXT[stage] if random.random() < ADVANCE[stage] else "lost"
        steps.append((stage, day))
    return Life(name, value, close, tuple(steps))


def pipeline(configured: Mapping[str, float]) -> Pipeline:
    """Return a pipeline with these probabilities."""
    open_ones = [Stage(name, name.title(), probability=Decimal(str(share))) for name, share in configured.items()]
    closed = [Stage("won", "Won", kind=Kind.WON), Stage("lost", "Lost", kind=Kind.LOST)]
    return Pipeline("sales", "pipelines/sales.yaml", "Sales", [*open_ones, *closed])


def world(found: list[Life], now: datetime, configured: Mapping[str, float] = TRUE, **asked: int) -> Scope:
    """Return what is recorded of lives by a moment; everything is recorded when it happens."""
    stages = pipeline(configured)
    known = [one for life in found if (one := _known(life, now)) is not None]
    visits = tuple(visit for life in known for visit in _visits(life))
    workspace = Workspace(
        settings=Settings("Acme", "EUR"),
        team=Team(),
        pipelines={"sales": stages},
        deals={life.name: _deal(life) for life in known},
        companies={},
        contacts={},
        rates={},
        spend={},
    )
    return Scope(
        workspace=workspace,
        visits=visits,
        current={visit.deal: visit for visit in visits if visit.left is None},
        now=now,
        asked=Asked(**asked),  # type: ignore[arg-type]
        then=lambda moment: world(found, moment, configured, **asked),
    )


def _known(life: Life, now: datetime) -> Life | None:
    steps = tuple(step for step in life.steps if _at(step[1]) <= now)
    return replace(life, steps=steps) if steps else None


def _at(day: float) -> datetime:
    return (BEGIN + timedelta(days=day)).replace(microsecond=0)


def _deal(life: Life) -> Deal:
    stage, entered = life.steps[-1]
    closed = _at(entered).date() if stage in ("won", "lost") else None
    expected = _at(life.close).date()
    path = f"deals/{life.name}.yaml"
    return Deal(life.name, path, life.name, "sales", stage, value=life.value, expected_close=expected, closed_on=closed)


def _visits(life: Life) -> Iterator[Visit]:
    for place, (stage, entered) in enumerate(life.steps):
        following = life.steps[place + 1] if place + 1 < len(life.steps) else None
        end = End.STILL_THERE if following is None else End.LOST if following[0] == "lost" else End.ADVANCED
        left = None if following is None else _at(following[1])
        start = _at(entered)
        yield Visit(
            deal=life.name, life=1, pipeline="sales", stage=stage, entered=start, left=left, end=end, by="sam",
            email="sam@example.com", commit="", recorded=start, clock=Clock.AUTHOR_DATE,
        )  # fmt: skip
