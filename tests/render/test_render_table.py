"""Tables as text: alignment, width, hostile cells."""

from __future__ import annotations

import re
from datetime import timedelta
from unicodedata import category

import pytest
from hostile import HOSTILE, MIXED, titled
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.table import Column, Table, Type
from pipecli.render.medium import Medium
from pipecli.render.remarks import remarks
from pipecli.render.table import text
from pipecli.render.width import clipped, folded, width_of


def test_a_table_in_full() -> None:
    assert text([MIXED], Medium()).splitlines() == [
        "A [red]title[/red] \\x1b[1m<b>@sam</b>",
        "",
        "id     note        n  currency         value  share          age   took  on                      flag",
        "-----  -----  ------  --------  ------------  -----  -----------  -----  ----------------------  ----",
        "1e5    plain  12,345  EUR       1,234,567.90  46.2%       12.5 d  5,400  2026-11-03 14:05+00:00  yes",
        "10.10  =cmd        0  JPY             -1,234  n < 5  not reached                                 no",
        "",
        "population open as of · as of 2026-11-03T14:05:00+00:00",
        "note: 1 deal of @sam left out | \\x1b[2J",
    ]


def test_columns_give_way_by_priority_and_are_named() -> None:
    found = text([MIXED], Medium(width=60))
    assert found.splitlines()[2].split() == ["id", "note", "n", "currency", "value", "share"]
    assert "hidden at this width: age, took, on, flag" in found


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_line_is_wider_than_asked_for(width: int, hostile: str) -> None:
    long = Table(
        "word " * 50, (Column("id", "id"), Column("n", "n", Type.INTEGER)), ((hostile * 30, 123456),), name="t"
    )
    found = text([long], Medium(width=width))
    assert all(width_of(line) <= width for line in found.splitlines())
    assert "123,456" in found


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_control_character_comes_through(hostile: str) -> None:
    found = text([titled(hostile)], Medium()) + remarks([titled(hostile)], Medium())
    assert not [c for c in found if c != "\n" and category(c) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")]


@pytest.mark.parametrize("plain", ["1e5", "10.10", "nan", "0x10", "007", "-", "[red]x[/red]", "日本語", "a  b"])
def test_plain_text_stays_as_it_is(plain: str) -> None:
    assert plain in text([titled(plain)], Medium())


def test_wide_characters_keep_the_columns_aligned() -> None:
    table = Table("", (Column("a", "a"), Column("b", "b")), (("日本", "x"), ("e\u0301", "x"), ("abcd", "x")))
    lines = text([table], Medium()).splitlines()[2:5]
    assert [width_of(line[: line.index("x")]) for line in lines] == [6, 6, 6]


def test_an_empty_table_says_so() -> None:
    table = Table("Deals", (Column("a", "a"),), (), empty="no deal yet: pipe new")
    assert text([table], Medium(width=40)) == "Deals\n\nno deal yet: pipe new\n"


def test_several_tables_stand_apart() -> None:
    assert re.search(r"\n\n", text([titled("a"), titled("b")], Medium()))


@given(st.text(), st.integers(1, 30))
def test_clipped_text_fits(line: str, width: int) -> None:
    assert width_of(clipped(line, width)) <= width


def test_prose_wraps_where_other_texts_are_cut() -> None:
    columns = (Column("name", "Name"), Column("about", "About", wraps=True))
    table = Table("", columns, (("stage-time", "how long the deals stay in each stage " * 4), ("x", "short")))
    for medium in (Medium(), Medium(width=60)):
        lines = text([table], medium).splitlines()
        assert all(width_of(line) <= (medium.width or 80) for line in lines)
        assert " ".join(" ".join(lines).split()).count("how long the deals stay in each stage") == 4
        assert "…" not in "".join(lines)


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(days=1), "1.0 d"),
        (timedelta(hours=1), "1.0 h"),
        (timedelta(hours=-2), "-2.0 h"),
        (timedelta(0), "0.0 d"),
    ],
)
def test_less_than_a_day_is_shown_in_hours(length: timedelta, shown: str) -> None:
    assert shown in text([Table("", (Column("a", "a", Type.DAYS),), ((length,),))], Medium())


@given(st.text(alphabet="ab日 本-", max_size=60), st.integers(min_value=2, max_value=20))
def test_folded_text_fits_and_keeps_every_character(words: str, width: int) -> None:
    lines = folded(words, width)
    assert all(width_of(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
