"""The eight key figures, each a function of a pipeline at a moment."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.table import Withheld
from pipecli.core.visit import Truncated
from pipecli.metrics import course
from pipecli.metrics.average import median
from pipecli.metrics.drop_off import DropOff, drop_off
from pipecli.metrics.life import sound
from pipecli.metrics.sample import floored, quantile, rate
from pipecli.metrics.stay import elapsed
from pipecli.metrics.survival import START, Observation, kaplan_meier
from pipecli.metrics.touches import Touches
from pipecli.metrics.waiting import time_to_reach
from pipecli.reports.entered import Entered
from pipecli.reports.funnel import LONG, long_stay
from pipecli.reports.kpi import Figure, Kpi, Unit
from pipecli.reports.kpi_coverage import coverage
from pipecli.reports.qualified import NO_QUALIFIED
from pipecli.reports.stages import by_stage
from pipecli.reports.touches import touched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from pipecli.core.pipeline import Stage
    from pipecli.core.visit import Visit
    from pipecli.reports.snapshot import Snapshot


def _conversion(at: Snapshot) -> Sequence[Figure]:
    """Won ÷ created, of the deals that came of age in the period: the age at which nine of ten won deals were won."""
    lives = {one.deal.id: life for one in at.closings.all if (life := one.life()) and sound(life)}
    cycles = {name: life.length for name, life in lives.items() if life.won and life.length is not None}
    age = quantile(kaplan_meier(Observation(length, "won") for length in cycles.values()), LONG)
    if isinstance(age, Withheld):
        return (Figure(age, len(cycles), "won", deals=list(cycles)),)
    days = at.before(age)
    own = [name for name, life in lives.items() if life.created in days]
    return (Figure(rate(sum(lives[name].won for name in own), len(own)), len(own), f"created {days}", deals=own),)


def _velocity(at: Snapshot) -> Sequence[Figure]:
    return [
        Figure(one.velocity.a_day(), len(one.closed), "closed in period", one.currency, one.ids) for one in at.paces
    ]


def _deal_size(at: Snapshot) -> Sequence[Figure]:
    return [
        Figure(one.velocity.average, len(one.valued), "won in period", one.currency, one.valued) for one in at.paces
    ]


def _lead_age(at: Snapshot) -> Sequence[Figure]:
    """Return the median age of the open deals in the stage that they are in."""
    standing = {stage.id for stage in at.pipeline.stages if stage.kind is Kind.OPEN}
    ages: dict[str, timedelta] = {}
    for deal in at.deals:
        stage, visit = at.pipeline.stage(deal.stage), at.scope.current.get(deal.id)
        if stage and stage.id in standing and visit and visit.truncated is not Truncated.START_UNKNOWN:
            age = elapsed(visit.entered, at.scope.now)
            if age >= START:
                ages[deal.id] = age
    middle = floored(len(ages), lambda: median(list(ages.values())))
    value = middle if middle is None or isinstance(middle, Withheld) else _days(middle)
    return (Figure(value, len(ages), f"open as of {at.scope.now.date()}", deals=list(ages)),)


def _qualified(at: Snapshot) -> Sequence[Figure]:
    """Return the deals that reached the first qualified stage ÷ those that came, of those that came of age."""
    through = course.funnel(stage for stage, _ in by_stage(at.pipeline, at.visits))
    place = next((at for at, stage in enumerate(through.stages) if stage.qualified), None)
    if place is None:
        return (Figure(NO_QUALIFIED, 0, "created"),)
    ways = [
        way
        for way in course.courses(at.visits, at.pipeline, through)
        if way.visits[0].truncated is not Truncated.START_UNKNOWN
    ]
    age = quantile(time_to_reach(ways, place, at.scope.now), LONG)
    if isinstance(age, Withheld):
        return (Figure(age, len(ways), "came to the pipeline", deals=[way.visits[0].deal for way in ways]),)
    days = at.before(age)
    counts = Entered(days, at.scope.now.tzinfo).counts
    own = [way for way in ways if counts(way.visits[0])]
    reached = sum(way.first(place, implied=True) is not None for way in own)
    return (Figure(rate(reached, len(own)), len(own), f"came {days}", deals=[way.visits[0].deal for way in own]),)


def _touches(at: Snapshot) -> Sequence[Figure]:
    closed = {
        one.deal: one.outbound for one in touched(at.pipeline, at.deals, at.period, at.scope) if one.won is not None
    }
    return (Figure(Touches(closed, {}).median(), len(closed), "closed in period", deals=list(closed)),)


def _drop_off(at: Snapshot) -> Sequence[Figure]:
    """Return the highest drop-off of the early stages, those before the first qualified one, or else of the first."""
    stages = by_stage(at.pipeline, at.visits)
    found = [_of_stage(stage, stages.stages[stage.id][1], at) for stage in _early(at) if stage.id in stages.stages]
    told = [one for one in found if isinstance(one.value, Fraction)]
    return [max(told, key=_share)] if told else found[:1]


def _of_stage(stage: Stage, visits: Sequence[Visit], at: Snapshot) -> Figure:
    long = long_stay(visits, at.scope)
    if isinstance(long, Withheld):
        return Figure(long, 0, stage.id)
    days = at.before(long)
    found = drop_off(visits, Entered(days, at.scope.now.tzinfo).counts)
    return Figure(found.rate(), len(found.entered), f"{stage.id}, entered {days}", deals=_deals(found))


def _share(one: Figure) -> Fraction:
    return one.value if isinstance(one.value, Fraction) else Fraction(0)


def _deals(found: DropOff) -> Sequence[str]:
    return [name for name, _ in found.entered]


def _early(at: Snapshot) -> Sequence[Stage]:
    begin = [stage for stage in at.pipeline.stages if stage.kind is Kind.OPEN and not stage.retired]
    first = next((place for place, stage in enumerate(begin) if stage.qualified), 0)
    return begin[: max(first, 1)]


def _days(length: timedelta) -> Fraction:
    return Fraction(length // type(length).resolution, 86_400_000_000)


KPIS: Mapping[str, Kpi] = {
    "conversion": Kpi("conversion", Unit.SHARE, _conversion, fine_above=True),
    "velocity": Kpi("velocity a day", Unit.MONEY, _velocity, fine_above=True),
    "lead_age": Kpi("lead age", Unit.DAYS, _lead_age, fine_below=True),
    "coverage": Kpi("coverage", Unit.TIMES, coverage, fine_above=True),
    "qualified": Kpi("qualified", Unit.SHARE, _qualified, fine_above=True),
    "touches": Kpi("touches", Unit.NUMBER, _touches),
    "deal_size": Kpi("deal size", Unit.MONEY, _deal_size, fine_above=True),
    "drop_off": Kpi("early drop-off", Unit.SHARE, _drop_off, fine_below=True),
}
"""The key figures by the names that targets have."""
