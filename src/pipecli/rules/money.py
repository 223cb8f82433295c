"""Rules about money: currencies and exchange rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.money import rate_on
from pipecli.core.pipeline import Kind
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipecli.core.problem import Loc, Problem
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context

_CLOSED = (Kind.WON, Kind.LOST)


def invalid_rate(context: Context) -> Iterator[Problem]:
    """An exchange rate is a number above zero."""
    for currency, by_day in context.workspace.rates.items():
        for day, rate in by_day.items():
            if rate <= 0:
                yield finding(
                    FileKind.RATES,
                    (currency, day.isoformat()),
                    f"the rate {rate} is not above zero",
                    "write what one unit is worth in the workspace's currency",
                )


def own_rate(context: Context) -> Iterator[Problem]:
    """The workspace's own currency has no exchange rate: one unit of it is one."""
    currency = context.workspace.settings.currency
    if currency and currency in context.workspace.rates:
        message = f"{currency} is the workspace's own currency: a rate for it is never used"
        yield finding(FileKind.RATES, (currency,), message, "remove the line", at_key=True)


def missing_rate(context: Context) -> Iterator[Problem]:
    """A value in another currency can be converted: there is a rate of today or before, of a closed deal of its day.

    It is told once a currency, at the deal whose day is the earliest: the remedy is one line for all of them.
    """
    to = context.workspace.settings.currency
    if to is None or FileKind.RATES in context.workspace.broken:
        return
    without: dict[str, list[tuple[date, str]]] = {}
    for deal in context.workspace.deals.values():
        currency = context.workspace.currency_of(deal)
        if deal.value is not None and currency and currency != to:
            day = _valued_on(deal, context)
            if rate_on(currency, context.workspace.rates, day) is None:
                without.setdefault(currency, []).append((day, deal.id))
    for currency, deals in without.items():
        day, name = min(deals)
        deal = context.workspace.deals[name]
        more = len(deals) - 1
        others = f"; {more:,} other deal{'s lack' if more > 1 else ' lacks'} one, too" if more else ""
        message = f"there is no exchange rate from {currency} to {to} of {day} or before{others}"
        hint = f"add '{currency}: {{{day}: …}}' to rates.yaml; reports show these values apart until then"
        yield finding(deal, ("currency" if deal.currency else "value",), message, hint)


def _valued_on(deal: Deal, context: Context) -> date:
    stage = context.workspace.stage_of(deal)
    closed = stage is not None and stage.kind in _CLOSED
    return deal.closed_on if closed and deal.closed_on else context.today


def money_without_currency(context: Context) -> Iterator[Problem]:
    """An amount has a currency: a deal's value its own, its pipeline's or the workspace's; all else the workspace's."""
    if FileKind.SETTINGS in context.workspace.broken:
        return
    for deal in context.workspace.deals.values():
        if deal.value is not None and context.workspace.currency_of(deal) is None:
            hint = "add 'currency: EUR' to the deal, its pipeline or pipe.yaml"
            yield finding(deal, ("value",), f"in which currency is {deal.value}?", hint)
    if context.workspace.settings.currency is None:
        for path, loc, what in _of_the_workspace(context):
            hint = "add 'currency: EUR' to pipe.yaml"
            yield finding(path, loc, f"in which currency {what}?", hint, at_key=True)


def _of_the_workspace(context: Context) -> Iterator[tuple[FileKind, Loc, str]]:
    """Yield what is said in the workspace's currency: one of the quotas, of the rates and of the spend is enough."""
    workspace = context.workspace
    quotas = [name for name, member in workspace.team.members.items() if member.quota]
    yield from ((FileKind.TEAM, ("members", name, "quota"), "are the quotas") for name in quotas[:1])
    yield from ((FileKind.RATES, (currency,), f"is one {currency} told") for currency in list(workspace.rates)[:1])
    yield from ((FileKind.SPEND, (month,), "is the spend") for month in list(workspace.spend)[:1])
    if workspace.settings.unit_economics.revenue_per_account is not None:
        yield FileKind.SETTINGS, ("unit_economics", "revenue_per_account"), "is the revenue"
