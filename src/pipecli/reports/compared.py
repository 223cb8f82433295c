"""The deals of two moments side by side: what each is worth at either, and what that is in a waterfall."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.layout import FileKind
from pipecli.core.money import convert
from pipecli.core.pipeline import Kind
from pipecli.metrics.waterfall import Part, Side, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipecli.core.pipeline import Stage
    from pipecli.core.record import Deal
    from pipecli.reports.scope import Scope


class Dated(NamedTuple):
    """A deal at a moment, with its stage and the currency of its value; `scope` is that moment's."""

    deal: Deal
    stage: Stage | None
    currency: str
    scope: Scope

    def worth(self, to: str) -> tuple[str, Decimal]:
        """Return the line that the deal stands on, and what it is worth there: in `to` where that can be told."""
        if self.deal.value is None:
            return to or self.currency, Decimal(0)
        converted = self.worth_of(self.deal.value, self.currency, to) if to else None
        return (self.currency, self.deal.value) if converted is None else (to, converted)

    def worth_of(self, value: Decimal, currency: str, to: str) -> Decimal | None:
        """Return a value in another currency at the rates of this moment; None without a usable one."""
        workspace = self.scope.workspace
        rates = workspace.rates if workspace.settings.currency == to else {}
        return convert(value, currency, to, rates, self.scope.now.date())


@dataclass(frozen=True, slots=True)
class Compared:
    """One deal at both moments, None where it was not there, and its parts in the waterfalls."""

    before: Dated | None
    after: Dated | None
    parts: tuple[Part, ...]

    @property
    def last(self) -> Dated:
        """The deal as it is at the second moment, or was at the first before it went."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 -- it is made of at least one
        return found

    @property
    def closed_between(self) -> Kind | None:
        """Whether it was won or lost without being open at either moment; None for any other."""
        ended = self.after.stage.kind if self.after and self.after.stage else None
        had = self.before.stage.kind if self.before and self.before.stage else None
        closed = (Kind.WON, Kind.LOST)
        here = self.after is not None and _is_here(self.after)
        return ended if here and not self.parts and ended in closed and had not in closed else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The deals of two moments; those that cannot be judged at one of them, by why, are in no waterfall."""

    deals: tuple[Compared, ...]
    left_out: Mapping[str, int]
    currency: str


def compared(scope: Scope, before: Scope, names: Mapping[str, str]) -> Comparison:
    """Return what became of the deals; `names`: id at the second moment → id at the first, of those in both."""
    to = scope.workspace.settings.currency or before.workspace.settings.currency or ""
    found: list[Compared] = []
    left_out: dict[str, int] = {}
    for then, now in _pairs(scope, before, names):
        one, other = _dated(then, before), _dated(now, scope)
        why = _unknown(then, one) or _unknown(now, other)
        if why:
            left_out[why] = left_out.get(why, 0) + 1
        elif one or other:
            found.append(Compared(one, other, _parts(one, other, to)))
    return Comparison(tuple(found), left_out, to)


def _pairs(scope: Scope, before: Scope, names: Mapping[str, str]) -> Iterator[tuple[str | None, str | None]]:
    """Yield the id of each deal at the first and at the second moment, None where it was not there."""
    then, now = (one.workspace.known.get(FileKind.DEAL, {}) for one in (before, scope))
    for name in sorted(now):
        former = names.get(name)
        yield former if former in then else None, name
    taken = {names[name] for name in now if name in names}
    yield from ((name, None) for name in sorted(set(then) - taken))


def _dated(name: str | None, scope: Scope) -> Dated | None:
    deal = scope.workspace.deals.get(name) if name else None
    workspace = scope.workspace
    return Dated(deal, workspace.stage_of(deal), workspace.currency_of(deal) or "", scope) if deal else None


def _unknown(name: str | None, dated: Dated | None) -> str:
    """Return why it cannot be told what a deal was at a moment; nothing where it can."""
    if name is None:
        return ""
    if dated is None:
        return "the file cannot be read at one of the moments"
    if dated.stage is None and _is_here(dated):
        return "in a pipeline or stage that is not there at one of the moments"
    return ""


def _is_here(dated: Dated) -> bool:
    return dated.scope.pipeline in (None, dated.deal.pipeline)


def _parts(before: Dated | None, after: Dated | None, to: str) -> tuple[Part, ...]:
    opening, closing = (_side(one, to) for one in (before, after))
    if before and after and opening and closing:
        if before.deal.value is None:
            opening = Side(opening.kind, closing.line, Decimal(0), opening.here)
        elif after.deal.value is None:
            closing = Side(closing.kind, opening.line, Decimal(0), closing.here)
    name = (after or before).deal.id if after or before else ""  # type: ignore[union-attr]
    return parts(name, opening, closing, _repriced(before, after, opening))


def _side(dated: Dated | None, to: str) -> Side | None:
    if dated is None:
        return None
    line, amount = dated.worth(to)
    return Side(dated.stage.kind if dated.stage else Kind.OPEN, line, amount, _is_here(dated))


def _repriced(before: Dated | None, after: Dated | None, opening: Side | None) -> Decimal | None:
    """Return the value at the second moment at the rates of the first."""
    if before is None or after is None or opening is None:
        return None
    if after.deal.value is None:
        return Decimal(0)
    return before.worth_of(after.deal.value, after.currency, opening.line)
