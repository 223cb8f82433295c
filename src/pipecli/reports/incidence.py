"""The table of how many deals are won, lost and open by an age, which stands below the sales cycle."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics.band import points
from pipecli.metrics.life import LOST, WON, time_to_close
from pipecli.metrics.sample import FLOOR, TOO_FEW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.metrics.band import Band
    from pipecli.metrics.life import Life
    from pipecli.metrics.survival import Curve
    from pipecli.reports.scope import Scope

WITHIN = tuple(timedelta(days=days) for days in (30, 60, 90, 180, 365))
UNOBSERVED = Withheld("not observed")
_PLACES = 6
_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("within", "within", Type.DAYS, key=True),
    Column("n", "n", Type.INTEGER),
    Column("at_risk", "at risk", Type.INTEGER, priority=3),
    Column("won", "won", Type.INTEGER, priority=2),
    Column("lost", "lost", Type.INTEGER, priority=2),
    Column("won_share", "won by then", Type.SHARE),
    Column("won_low", "low", Type.SHARE, priority=3),
    Column("won_high", "high", Type.SHARE, priority=3),
    Column("lost_share", "lost by then", Type.SHARE, priority=2),
    Column("open_share", "open then", Type.SHARE, priority=2),
)


def incidence_table(pipeline: Pipeline, lives: Mapping[str, Life], scope: Scope) -> Table:
    """Return one row an age; n are all the deals, of which so many were seen to be won and lost by it."""
    today = scope.now.date()
    curve = time_to_close(lives.values(), today)
    bands = _bands(curve)
    lengths = [(name, life, (life.closed or today) - life.created) for name, life in lives.items()]
    by_age = [_deals(lengths, age) for age in WITHIN]
    return Table(
        title=f"Won by age: {pipeline.name}",
        columns=_COLUMNS,
        rows=tuple(
            (
                pipeline.id,
                age,
                curve.n,
                *(len(deals[name]) for name in ("at_risk", "won", "lost")),
                *_shares(curve, age, band),
            )
            for age, deals, band in zip(WITHIN, by_age, bands, strict=True)
        ),
        facts=scope.facts("created", curve.n, clock="created, closed_on"),
        name="cycle-won",
        behind=tuple(by_age) if scope.asked.explain else (),
    )


def _deals(lengths: Sequence[tuple[str, Life, timedelta]], age: timedelta) -> Mapping[str, Sequence[str]]:
    """Return the deals that were observed up to an age and still open, and those that were won and lost by it."""
    ended = [(name, life.won) for name, life, length in lengths if life.closed and length <= age]
    everyone = [name for name, _, _ in lengths]
    return {
        "n": everyone,
        "at_risk": [name for name, _, length in lengths if length >= age],
        "won": [name for name, won in ended if won],
        "lost": [name for name, won in ended if not won],
        **dict.fromkeys(("won_share", "won_low", "won_high", "lost_share", "open_share"), everyone),
    }


def _shares(curve: Curve, age: timedelta, band: Band | None) -> tuple[Cell, ...]:
    """Return the share won with its band, and those lost and open; withheld where too few were observed."""
    if curve.n < FLOOR:
        return (TOO_FEW,) * 5
    found, rest = curve.incidence(age), curve.survival(age)
    if found is None or rest is None or (rest and curve.last is not None and curve.last < age):
        return (UNOBSERVED,) * 5
    low, high = (None, None) if band is None else (_rounded(band.low), _rounded(band.high))
    return (found.get(WON, 0 * rest), low, high, found.get(LOST, 0 * rest), rest)


def _bands(curve: Curve) -> list[Band | None]:
    """Return the band of the share won at each of the ages."""
    found = [(point.step.age, point.incidence[WON].band) for point in points(curve, (WON,))]
    return [next((band for at, band in reversed(found) if at <= age), None) for age in WITHIN]


def _rounded(share: float) -> Decimal:
    return Decimal(f"{share:.{_PLACES}f}").normalize()
