"""The waterfall between two moments: what became of the open value of the one, and made that of the other.

    opening + created + reopened + resumed + moved in + increased - decreased
            - moved out - won - lost - held - removed ± currency = closing

Counted is a deal in an open stage. One that comes, goes or changes its kind stands in that step at its opening value
(created, reopened, resumed, moved in: at its closing value). Of one that is open at both moments the change of value is
taken at the opening rate; the remainder is currency. All amounts are exact, and the residual is zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from pipecli.core.money import EXACT, added
from pipecli.core.pipeline import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ZERO = Decimal(0)


class Step(StrEnum):
    """What became of a deal between the moments, in the order in which it is told."""

    CREATED = "created"
    REOPENED = "reopened"
    RESUMED = "resumed"
    MOVED_IN = "moved in"
    INCREASED = "increased"
    DECREASED = "decreased"
    MOVED_OUT = "moved out"
    WON = "won"
    LOST = "lost"
    HELD = "held"
    REMOVED = "removed"
    CURRENCY = "currency"
    UNCHANGED = "unchanged"
    """Open at both moments, and worth the same: the one step that is no row of the waterfall."""


CAME = (Step.CREATED, Step.REOPENED, Step.RESUMED, Step.MOVED_IN)
LEFT = (Step.MOVED_OUT, Step.WON, Step.LOST, Step.HELD, Step.REMOVED)
ROWS = tuple(step for step in Step if step is not Step.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Side:
    """A deal at one moment: the kind of its stage, the currency of its line, what it is worth in that (0 if unknown).

    `here`: its pipeline is one of those that are counted.
    """

    kind: Kind
    line: str
    amount: Decimal = _ZERO
    here: bool = True

    @property
    def counted(self) -> bool:
        """Whether the deal is in the opening, or the closing, value."""
        return self.here and self.kind is Kind.OPEN


@dataclass(frozen=True, slots=True)
class Part:
    """What one deal is in the waterfall of one line; `opening` and `closing` are None where it is not counted then.

    `change` is what it adds by its step, `currency` what rates add beside that.
    """

    deal: str
    line: str
    step: Step
    opening: Decimal | None
    closing: Decimal | None
    change: Decimal
    currency: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deals, and what they add up to."""

    deals: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The waterfall of one line: its two ends, and the steps between that have deals, by what they add."""

    opening: Tally
    steps: Mapping[Step, Tally]
    closing: Tally
    unchanged: int

    @property
    def residual(self) -> Tally:
        """What the steps leave unexplained, of deals and of value: nothing."""
        deals = sum(_sign(step) * tally.deals for step, tally in self.steps.items())
        steps = added(tally.value for tally in self.steps.values())
        return Tally(
            self.opening.deals + deals - self.closing.deals,
            EXACT.subtract(EXACT.add(self.opening.value, steps), self.closing.value),
        )


def parts(deal: str, opening: Side | None, closing: Side | None, repriced: Decimal | None = None) -> tuple[Part, ...]:
    """Return what a deal is in the lines that count it: one part, none where it is open at neither moment.

    A deal whose line is another one at the end, because a rate came or went, moves out of the one and into the other.
    `repriced` is the closing value at the opening rates; None where there is no such rate, so that the whole
    difference is one of value.
    """
    then = opening if opening and opening.counted else None
    now = closing if closing and closing.counted else None
    if then and now and then.line == now.line:
        return (_stayed(deal, then, now, now.amount if repriced is None else repriced),)
    gone = _left(closing) if not now else Step.MOVED_OUT
    come = _came(opening) if not then else Step.MOVED_IN
    return (
        *((Part(deal, then.line, gone, then.amount, None, EXACT.minus(then.amount)),) if then else ()),
        *((Part(deal, now.line, come, None, now.amount, now.amount),) if now else ()),
    )


def waterfall(members: Sequence[Part]) -> Waterfall:
    """Return the waterfall of the parts of one line."""
    rates = [part.currency for part in members if part.currency]
    steps = {step: _tally([part.change for part in members if part.step is step]) for step in ROWS}
    found = Waterfall(
        opening=_tally([part.opening for part in members if part.opening is not None]),
        steps={step: tally for step, tally in (steps | {Step.CURRENCY: _tally(rates)}).items() if tally.deals},
        closing=_tally([part.closing for part in members if part.closing is not None]),
        unchanged=sum(part.step is Step.UNCHANGED for part in members),
    )
    if found.residual != Tally(0, _ZERO):
        raise AssertionError(f"a residual of {found.residual}")
    return found


def _stayed(deal: str, then: Side, now: Side, repriced: Decimal) -> Part:
    change = EXACT.subtract(repriced, then.amount)
    rates = EXACT.subtract(now.amount, repriced)
    step = Step.INCREASED if change > 0 else Step.DECREASED if change else Step.CURRENCY if rates else Step.UNCHANGED
    return Part(deal, now.line, step, then.amount, now.amount, change, rates)


def _left(closing: Side | None) -> Step:
    if closing is None:
        return Step.REMOVED
    if not closing.here:
        return Step.MOVED_OUT
    return {Kind.WON: Step.WON, Kind.LOST: Step.LOST, Kind.ON_HOLD: Step.HELD}[closing.kind]


def _came(opening: Side | None) -> Step:
    if opening is None:
        return Step.CREATED
    if not opening.here:
        return Step.MOVED_IN
    return Step.RESUMED if opening.kind is Kind.ON_HOLD else Step.REOPENED


def _tally(values: Sequence[Decimal]) -> Tally:
    return Tally(len(values), added(values))


def _sign(step: Step) -> int:
    return 1 if step in CAME else -1 if step in LEFT else 0
