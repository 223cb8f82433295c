"""Rows together with the deals behind their figures, for the tables that are asked to explain themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from pipecli.core.table import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.record import Deal
    from pipecli.reports.scope import Scope

Behind = Mapping[str, Sequence[str]]
"""The ids of the deals behind the figures of one row, by the columns' names."""
Row = tuple[tuple[Cell, ...], Behind]


class OfDeal(Protocol):
    """What is known of one deal."""

    @property
    def deal(self) -> Deal:
        """The deal."""


def ids(entries: Iterable[OfDeal]) -> tuple[str, ...]:
    """Return the ids of deals."""
    return tuple(one.deal.id for one in entries)


def cells(rows: Iterable[Row]) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of rows."""
    return tuple(row for row, _ in rows)


def behind(rows: Iterable[Row], scope: Scope) -> tuple[Behind, ...]:
    """Return what is behind the rows, where it was asked for."""
    return tuple(one for _, one in rows) if scope.asked.explain else ()
