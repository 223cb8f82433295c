"""What an import of reference rates adds to `rates.yaml`: what a currency is worth in the workspace's, by day. Pure.

The file tells what one euro is worth. One unit of X is worth (the workspace's currency a euro) ÷ (X a euro) of the
workspace's currency: exact, then rounded half to even to eight significant digits and at most nine decimals, more than
the source has. A day on which the rate is as before needs no entry, and one that has an entry keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.layout import MAX_BYTES, FileKind
from pipecli.core.money import rate_on
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.interchange.ecb import EURO
from pipecli.reports.pricing import is_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.workspace import Workspace
    from pipecli.interchange.ecb import Quotes

DIGITS, DECIMALS = 8, 9
"""To so many significant digits, and so many decimals at most, a rate is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which currencies: those named, all of the file, or else those in use; from the last rate by `since` on."""

    currencies: tuple[str, ...] = ()
    everything: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """The edit of `rates.yaml`, None where it has all already; what is added, by currency and day; and what to tell.

    `kept` counts the days that have another rate already; `missing` are currencies in use that the file does not have.
    """

    edit: Edit | None
    added: Mapping[str, Mapping[date, Decimal]]
    kept: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that an entry is added for."""
        days = [day for dated in self.added.values() for day in dated]
        return (min(days), max(days)) if days else None


def plan(workspace: Workspace, quotes: Quotes, wanted: Wanted, today: date) -> Exchange:
    """Return what the rates of a file add. Raises `PipeError` where they cannot be told in the workspace's currency."""
    own = _own(workspace, quotes)
    used = currencies_in_use(workspace)
    asked = wanted.currencies or ((EURO, *quotes.currencies) if wanted.everything else tuple(used))
    there = [one for one in dict.fromkeys(asked) if one != own and one in (EURO, *quotes.currencies)]
    missing = tuple(one for one in dict.fromkeys(asked) if one not in (own, EURO, *quotes.currencies))
    if wanted.currencies and missing:
        raise PipeError(f"{quotes.name} has no {missing[0]}", hint=did_you_mean(missing[0], quotes.currencies))
    since = wanted.since or _first_needed(workspace, today)
    added: dict[str, Mapping[date, Decimal]] = {}
    kept: dict[str, int] = {}
    for currency in sorted(there):
        found = _from(since, dict(_rates(quotes, currency, own)))
        before = workspace.rates.get(currency, {})
        added[currency] = _new(found, before)
        kept[currency] = sum(before[day] != rate for day, rate in found.items() if day in before)
    added = {currency: dated for currency, dated in added.items() if dated}
    return Exchange(_edit(workspace, added), added, {one: n for one, n in kept.items() if n}, missing)


def unpriced(workspace: Workspace, added: Mapping[str, Mapping[date, Decimal]], today: date) -> int:
    """Return how many deals have a value that cannot be converted with what is added: today, or when they closed."""
    rates = {one: {**workspace.rates.get(one, {}), **added.get(one, {})} for one in {*workspace.rates, *added}}
    own, number = workspace.settings.currency, 0
    for deal in workspace.deals.values():
        currency = workspace.currency_of(deal)
        if deal.value is not None and currency and currency != own:
            closed = deal.closed_on if is_closed(workspace.stage_of(deal)) else None
            number += rate_on(currency, rates, closed or today) is None
    return number


def currencies_in_use(workspace: Workspace) -> Sequence[str]:
    """Return the currencies of deals and pipelines, but for the workspace's own."""
    deals = {workspace.currency_of(deal) for deal in workspace.deals.values()}
    pipelines = {pipeline.currency for pipeline in workspace.pipelines.values()}
    return sorted(one for one in deals | pipelines if one and one != workspace.settings.currency)


def in_units(worth: Decimal, own: Decimal) -> Decimal:
    """Return what one unit of a currency is worth, where one euro is so many of it, and so many of the own one."""
    exact = Fraction(own) / Fraction(worth)
    places = max(0, min(DECIMALS, DIGITS - 1 - _magnitude(exact)))
    rounded = Decimal(round(exact * 10**places)).scaleb(-places)
    return Decimal(f"{rounded.normalize():f}")


def _magnitude(number: Fraction) -> int:
    """Return the power of ten of a number's first digit."""
    return Decimal(number.numerator // number.denominator).adjusted() if number >= 1 else -_leading_zeros(number)


def _leading_zeros(number: Fraction) -> int:
    zeros = 0
    while number < 1:
        number, zeros = number * 10, zeros + 1
    return zeros


def _own(workspace: Workspace, quotes: Quotes) -> str:
    own = workspace.settings.currency
    if own is None:
        hint = "write one into pipe.yaml, like currency: EUR: rates are quoted in it"
        raise PipeError("the workspace has no currency", hint=hint, code=ExitCode.PROBLEMS)
    if own != EURO and own not in quotes.currencies:
        message = f"{quotes.name} has no {own}, the workspace's currency: nothing can be told in it"
        raise PipeError(message, hint=f"it has {', '.join((EURO, *quotes.currencies))}", code=ExitCode.PROBLEMS)
    return own


def _rates(quotes: Quotes, currency: str, own: str) -> Iterator[tuple[date, Decimal]]:
    for day in quotes.days:
        worth, home = quotes.worth(currency, day), quotes.worth(own, day)
        if worth and home:
            rate = in_units(worth, home)
            if not rate:
                message = f"{quotes.name}: one {currency} of {day} is worth less {own} than rates.yaml can hold"
                raise PipeError(message, hint="--currency CODE, for the others", code=ExitCode.PROBLEMS)
            yield day, rate


def _from(since: date | None, dated: Mapping[date, Decimal]) -> Mapping[date, Decimal]:
    """Return the rates from a day on, and the last one before it, which is its own; the last of all for None."""
    before = max((day for day in dated if since is None or day <= since), default=None)
    return {day: rate for day, rate in dated.items() if before is None or day >= before}


def _first_needed(workspace: Workspace, today: date) -> date | None:
    """Return the first day on which a deal may be worth something; None where there is no deal: today will do."""
    known = [deal.created or deal.closed_on for deal in workspace.deals.values() if deal.value is not None]
    return min([*filter(None, known), today]) if known else None


def _new(found: Mapping[date, Decimal], before: Mapping[date, Decimal]) -> Mapping[date, Decimal]:
    """Return the entries that are lacking; none for a day on which the rate is the one before it already."""
    fresh: dict[date, Decimal] = {}
    known = sorted(before)
    at, last = 0, None
    for day, rate in sorted(found.items()):
        while at < len(known) and known[at] <= day:
            last, at = before[known[at]], at + 1
        if day not in before and rate != last:
            fresh[day], last = rate, rate
    return fresh


def _edit(workspace: Workspace, added: Mapping[str, Mapping[date, Decimal]]) -> Edit | None:
    """Return the edit of the file. Raises `PipeError` where that would be larger than a file may be."""
    if not added:
        return None
    path = str(FileKind.RATES)
    before = workspace.texts.get(path)
    more = sum(len(f"  {day}: {rate}\n") for dated in added.values() for day, rate in dated.items())
    size = len(before or b"") + more
    if size > MAX_BYTES:
        message = f"{path} would have some {size:,} bytes, and a file may have {MAX_BYTES:,}"
        raise PipeError(message, hint="--since DAY for fewer days, --currency CODE for fewer currencies")
    after = splice.apply(before or b"", list(_edits(added)))
    return Edit(path, before, after, f"{sum(map(len, added.values()))} rates")


def _edits(added: Mapping[str, Mapping[date, Decimal]]) -> Iterable[partial[str]]:
    for currency, dated in added.items():
        entries = {day.isoformat(): rate for day, rate in dated.items()}
        yield partial(splice.put_in_order, loc=(currency,), entries=entries)
