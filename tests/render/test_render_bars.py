"""Bars beside numbers: for a person at a terminal with room left, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from pipecli.core.table import Column, Table, Type, Withheld
from pipecli.render.bars import bars
from pipecli.render.medium import Medium
from pipecli.render.registry import FORMATS, render
from pipecli.render.width import width_of

SHARES = (Fraction(1), Fraction(1, 2), Fraction(1, 64), Decimal(0), Withheld("n < 5"), None)
WHY = Table(
    "Why",
    (Column("why", "why"), Column("share", "share", Type.SHARE, bar=True), Column("n", "n", Type.INTEGER)),
    tuple((name, share, place) for place, (name, share) in enumerate(zip("abcdef", SHARES, strict=True))),
    name="why",
)


def test_shares_are_of_all_and_counts_of_the_highest() -> None:
    assert bars(WHY, WHY.columns[1], blocks=True) == ["████████", "████", "▏", "", "", ""]
    assert bars(WHY, WHY.columns[1], blocks=False) == ["########", "####", "", "", "", ""]
    counts = replace(WHY, columns=(Column("n", "n", Type.INTEGER, bar=True),), rows=((4,), (3,), (-1,)))
    assert bars(counts, counts.columns[0], blocks=True) == ["████████", "██████", ""]


@pytest.mark.parametrize("rows", [(), ((Fraction(1),),), ((None,), (None,))])
def test_nothing_to_compare_no_bar(rows: tuple[tuple[Fraction | None], ...]) -> None:
    one = replace(WHY, columns=(Column("s", "s", Type.INTEGER, bar=True),), rows=rows)
    assert bars(one, one.columns[0], blocks=True) == []
    none = replace(one, rows=((0,), (0,)))
    assert bars(none, none.columns[0], blocks=True) == []


def test_a_terminal_in_full() -> None:
    assert render([WHY], "table", Medium(width=40)).splitlines()[2:] == [
        "why   share            n",
        "---  ------  --------  -",
        "a    100.0%  ████████  0",
        "b     50.0%  ████      1",
        "c      1.6%  ▏         2",
        "d      0.0%            3",
        "e     n < 5            4",
        "f                      5",
    ]


@pytest.mark.parametrize("width", range(10, 40))
def test_bars_give_way_first_and_fit(width: int) -> None:
    found = render([WHY], "table", Medium(width=width))
    assert all(width_of(line) <= max(width, 14) for line in found.splitlines())
    assert ("█" in found) is (width >= 24)
    assert "hidden" not in found


def test_bars_are_for_terminals_alone() -> None:
    assert not [name for name in FORMATS if "█" in render([WHY], name)]
    assert "█" not in render([WHY], "table", Medium(width=80, blocks=False))
    assert "####" in render([WHY], "table", Medium(width=80, blocks=False))
    plain = replace(WHY, columns=tuple(replace(column, bar=False) for column in WHY.columns))
    for name in set(FORMATS) - {"html"}:
        assert render([WHY], name) == render([plain], name)
    assert '<rect x="0%" y="0" width="50%" height="6" rx="3" class="bar">' in render([WHY], "html")
