"""What is planned or spent by period, brought to another period: nothing is divided, since nobody said how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipecli.core.calendar import named
from pipecli.core.money import added
from pipecli.core.table import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from pipecli.core.calendar import Period

NO_QUOTA = Withheld("no quota")
PARTLY = Withheld("no quota for all of it")

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent in a period, by channel; `cut` names the months, or whatever, that are in it in part only."""

    channels: Mapping[str, Decimal]
    cut: tuple[str, ...] = ()


def quota(by_period: Mapping[str, Decimal], wanted: Period, starts: int) -> Decimal | Withheld:
    """Return the quota of a period: its own, or the sum of those that make it up without a gap; else why there is none.

    Of two that begin on one day the longer one counts, so that a year and its quarters are not added. `starts` is the
    month in which the fiscal year begins.
    """
    known = [(named(name, starts), amount) for name, amount in by_period.items()]
    inside = sorted(
        (one for one in known if one[0].first in wanted and one[0].last in wanted),
        key=lambda one: (one[0].first, -one[0].last.toordinal()),
    )
    parts: list[Decimal] = []
    due = wanted.first
    for span, amount in inside:
        if span.first == due:
            parts.append(amount)
            due = span.last + _DAY
    if due > wanted.last:
        return added(parts)
    return PARTLY if any(_overlap(span, wanted) for span, _ in known) else NO_QUOTA


def spent(by_period: Mapping[str, Mapping[str, Decimal]], wanted: Period | None, starts: int) -> Spent:
    """Return what was spent in a period, of the months (or weeks, quarters, years) that are wholly in it."""
    inside: list[Mapping[str, Decimal]] = []
    cut: list[str] = []
    for name, channels in by_period.items():
        span = named(name, starts)
        if wanted is None or (span.first in wanted and span.last in wanted):
            inside.append(channels)
        elif _overlap(span, wanted):
            cut.append(name)
    return Spent({name: added(one[name] for one in inside if name in one) for name in _names(inside)}, tuple(cut))


def _names(found: Iterable[Mapping[str, Decimal]]) -> list[str]:
    return sorted({name for one in found for name in one})


def _overlap(one: Period, other: Period) -> bool:
    return one.first <= other.last and other.first <= one.last
