"""Entries put into a mapping in their order: days into `rates.yaml`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.problem import PipeError
from pipecli.core.splice import put_in_order
from pipecli.core.yamltext import load

NEW = {"2026-02-01": Decimal("0.92"), "2026-04-01": Decimal("0.94")}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "USD:\n  2026-02-01: 0.92\n  2026-04-01: 0.94\n"),
        ("# ours\nGBP: {2026-01-01: 1.1} # bank\n",
         "# ours\nGBP: {2026-01-01: 1.1} # bank\nUSD:\n  2026-02-01: 0.92\n  2026-04-01: 0.94\n"),
        ("USD: {2026-01-01: 0.9, 2026-03-01: 0.8}\n",
         "USD: {2026-01-01: 0.9, 2026-02-01: 0.92, 2026-03-01: 0.8, 2026-04-01: 0.94}\n"),
        ("USD: {2026-03-01: 0.8}\n", "USD: {2026-02-01: 0.92, 2026-03-01: 0.8, 2026-04-01: 0.94}\n"),
        ("USD: {2026-01-01: 0.9,\n  2026-03-01: 0.8} # x\n",
         "USD: {2026-01-01: 0.9,\n  2026-02-01: 0.92,\n  2026-03-01: 0.8,\n  2026-04-01: 0.94} # x\n"),
        ("USD:\n  2026-01-01: 0.9 # hand\n  # c\n  2026-03-01: 0.8\nGBP: {}\n",
         "USD:\n  2026-01-01: 0.9 # hand\n  2026-02-01: 0.92\n  # c\n  2026-03-01: 0.8\n  2026-04-01: 0.94\nGBP: {}\n"),
        ("USD:\r\n  2026-03-01: 0.8\r\n", "USD:\r\n  2026-02-01: 0.92\r\n  2026-03-01: 0.8\r\n  2026-04-01: 0.94\r\n"),
        ("USD:\n", "USD:\n  2026-02-01: 0.92\n  2026-04-01: 0.94\n"),
        ("USD: {2026-03-01: 0.8, 2026-01-01: 0.9}\n",
         "USD: {2026-03-01: 0.8, 2026-01-01: 0.9, 2026-02-01: 0.92, 2026-04-01: 0.94}\n"),
    ],
)  # fmt: skip
def test_each_entry_goes_behind_the_last_that_is_less(before: str, after: str) -> None:
    assert put_in_order(load(before.encode()), ("USD",), NEW) == after


def test_many_entries_stand_on_lines_of_their_own_within_braces() -> None:
    entries = {f"2026-01-0{day}": Decimal(day) for day in range(1, 5)}
    text = put_in_order(load(b"USD: {2025-01-01: 1}\n"), ("USD",), entries)
    assert text.splitlines()[:3] == ["USD: {2025-01-01: 1,", "  2026-01-01: 1,", "  2026-01-02: 2,"]


def test_an_entry_that_is_there_is_refused() -> None:
    with pytest.raises(PipeError, match="it is there already"):
        put_in_order(load(b"USD: {2026-02-01: 1}\n"), ("USD",), NEW)


DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1)).map(date.isoformat)


@given(st.sets(DAYS, min_size=1), st.sets(DAYS, min_size=1), st.booleans(), st.booleans())
def test_whatever_is_there_stays_and_all_is_in_order(
    there: set[str], more: set[str], flow: bool, ordered: bool
) -> None:
    known = sorted(there) if ordered else list(there)
    text = f"A: {{{', '.join(f'{day}: 1' for day in known)}}}\n" if flow else (
        "A:\n" + "".join(f"  {day}: 1 # {day}\n" for day in known)
    )  # fmt: skip
    entries = {day: Decimal(2) for day in more - there}
    if not entries:
        return
    after = load(put_in_order(load(text.encode()), ("A",), entries).encode())
    assert after.data["A"] == {**dict.fromkeys(there, "1"), **dict.fromkeys(entries, "2")}
    if ordered:
        assert list(after.data["A"]) == sorted(after.data["A"])
    assert flow or all(f"# {day}" in after.text for day in known)
