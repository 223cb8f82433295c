"""The deals that moved the open value between two moments: what each adds to which step, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.money import rounded
from pipecli.core.table import Column, Table, Type
from pipecli.metrics.waterfall import CAME, LEFT, ROWS, Part, Step
from pipecli.reports.compared import Compared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from pipecli.core.table import Cell
    from pipecli.reports.compared import Dated

Member = tuple[str, Part, Compared]
"""The group that a deal is in, what it is in a waterfall, and the deal."""

_COLUMNS = (
    Column("step", "step"),
    Column("deal", "deal", whole=True),
    Column("title", "title", machine=True),
    Column("change", "change", Type.MONEY),
    Column("currency", "currency", machine=True),
    Column("stages", "stage", priority=2, person=True),
    Column("values", "value", priority=3, person=True),
    Column("owners", "owner", priority=4, person=True),
    Column("formerly", "formerly", machine=True),
    *(
        Column(f"{name}_{end}", f"{name} {end}", kind, machine=True)
        for name, kind in (
            ("pipeline", Type.TEXT), ("stage", Type.TEXT), ("value", Type.NUMBER), ("currency", Type.TEXT),
            ("owner", Type.TEXT),
        )
        for end in ("from", "to")
    ),
)  # fmt: skip


def movers(currency: str, members: Iterable[Member], group: tuple[Column, ...] = ()) -> Table:
    """Return a row for each step of each deal of a line, the largest of a step first; with the column of its group."""
    rows = sorted(_moved(members), key=lambda row: (ROWS.index(row[0]), -abs(row[1]), row[2].last.deal.id))
    return Table(
        title=f"Deals that moved it{f', in {currency}' if currency else ''}",
        columns=(*group, *_COLUMNS),
        rows=tuple(
            (*((name,) if group else ()), *_row(step, change, currency, deal)) for step, change, deal, name in rows
        ),
        name="waterfall-deals",
    )


def _moved(members: Iterable[Member]) -> Iterator[tuple[Step, Decimal, Compared, str]]:
    """Yield what each deal adds to each step; one that changed its value and was revalued stands in both."""
    for group, part, deal in members:
        if part.step not in (Step.UNCHANGED, Step.CURRENCY):
            yield part.step, part.change, deal, group
        if part.currency:
            yield Step.CURRENCY, part.currency, deal, group


def _row(step: Step, change: Decimal, currency: str, deal: Compared) -> tuple[Cell, ...]:
    ends = (deal.before, deal.after)
    stages = [_stage(one, several=len({end.deal.pipeline for end in ends if end}) > 1) for one in ends]
    values = [_value(one, currency) for one in ends]
    owners = [one.deal.owner if one else None for one in ends]
    former = deal.before.deal.id if deal.before and deal.before.deal.id != deal.last.deal.id else None
    return (
        str(step), deal.last.deal.id, deal.last.deal.title, change if _is_valued(step, deal) else None, currency,
        _arrow(stages, ends), _arrow(values, ends), _arrow(owners, ends), former,
        *(one.deal.pipeline if one else None for one in ends),
        *(_stage(one, several=False) for one in ends),
        *(one.deal.value if one else None for one in ends),
        *(one.currency if one and one.deal.value is not None else None for one in ends),
        *owners,
    )  # fmt: skip


def _is_valued(step: Step, deal: Compared) -> bool:
    """Return whether the deal has a value when its step counts it: a 0 for want of one is not told."""
    end = deal.before if step in LEFT else deal.after
    return end is None or end.deal.value is not None or step not in (*CAME, *LEFT)


def _stage(one: Dated | None, *, several: bool) -> str | None:
    if one is None:
        return None
    name = one.stage.id if one.stage else one.deal.stage
    return f"{one.deal.pipeline}/{name}" if several else name


def _value(one: Dated | None, currency: str) -> str | None:
    """Return the value as it stands in the file, with its currency where that is not the line's."""
    if one is None or one.deal.value is None:
        return None
    amount = f"{rounded(one.deal.value, one.currency):,f}"
    return amount if one.currency == currency else f"{amount} {one.currency}".strip()


def _arrow(pair: Sequence[str | None], ends: Sequence[Dated | None]) -> str:
    """Return `old -> new`, or the one text where nothing changed or the deal was there once only."""
    told = [text or "none" for text, end in zip(pair, ends, strict=True) if end]
    return " -> ".join(dict.fromkeys(told)) if any(pair) else ""
