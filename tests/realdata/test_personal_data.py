"""Personal data are found in real tables where they are, and nowhere else, where the data are at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from contexts import DEAL, context

from pipecli.core.emit import scalar
from pipecli.rules.registry import check

DATA = Path(__file__).parents[3] / "shared" / "data"
PERSONAL = {"email", "phone", "mobilephone", "assistantphone"}
TOGETHER = 500


def columns(path: Path) -> dict[str, set[str]]:
    """Return the different cells of a table by column."""
    found: dict[str, set[str]] = {}
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            for name, cell in row.items():
                if isinstance(cell, str) and cell.strip():
                    found.setdefault(name or "", set()).add(" ".join(cell.split()))
    return found


def told(cells: set[str]) -> int:
    texts = sorted(cell for cell in cells if cell.isprintable())
    parts = [texts[at : at + TOGETHER] for at in range(0, len(texts), TOGETHER)]
    deals = ("".join((DEAL, "tags:\n", *(f"  - {scalar(cell)}\n" for cell in part))) for part in parts)
    return sum(problem.code == "personal-data" for deal in deals for problem in check(context(deal)))


@pytest.mark.skipif(not DATA.exists(), reason="the data are not beside this checkout")
@pytest.mark.parametrize("path", sorted(DATA.rglob("*.csv")), ids=lambda path: path.relative_to(DATA).as_posix())
def test_addresses_and_numbers_are_told_in_the_columns_that_hold_them_and_in_no_other(path: Path) -> None:
    for name, cells in columns(path).items():
        if name.lower() in PERSONAL and any(sum(char.isdigit() or char == "@" for char in cell) for cell in cells):
            assert told(cells) >= 0.8 * len(cells), name
        else:
            assert told(cells) == 0, name
