"""Texts that do harm where they are shown as they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from pipecli.core.table import Column, Table, Type, Withheld

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "\x9b2J",
    "bell\x07 null\x00 delete\x7f",
    "two\nlines\r\nof text\rback",
    "tab\there",
    "[red]markup[/red]",
    "a|b\\|c\\",
    "<script>alert(1)</script>",
    "<!-- comment",
    "::error file=a,line=1::no",
    "##[error]no",
    '=cmd|" /C calc"!A0',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",  # noqa: RUF001 -- the wide form, which some locales read as a formula too
    "@sam, see #12 and GH-3",
    'see !12, $12, &12, %12, %"a b", ~bug and ~"a b"',
    ":tada: :+1: 10:30:00",
    "`code` ``` fence",
    "[x](javascript:alert(1)) ![i](https://evil.example/i.png)",
    "https://evil.example www.evil.example",
    "\u202egnp.exe\u2066 \u200b\ufeff\u2028end",
    "tags \U000e0041\U000e0042",
    "surrogate \ud800",
    '"quoted", with commas',
    "1e5",
    "10.10",
    "nan",
    "0x10",
    "007",
    "-",
    "日本語の商談",
    "e\u0301te\u0301",
    "100%",
)

MIXED = Table(
    title="A [red]title[/red] \x1b[1m<b>@sam</b>",
    columns=(
        Column("id", "id"),
        Column("note", "note", priority=2),
        Column("hash", "hash", machine=True),
        Column("count", "n", Type.INTEGER),
        Column("currency", "currency"),
        Column("value", "value", Type.MONEY),
        Column("share", "share", Type.SHARE, priority=3),
        Column("age", "age", Type.DAYS, priority=3),
        Column("took", "took", Type.SECONDS, priority=4),
        Column("on", "on", Type.MOMENT, priority=5),
        Column("flag", "flag", Type.FLAG, person=True, priority=5),
    ),
    rows=(
        (
            "1e5",
            "plain",
            "abc",
            12345,
            "EUR",
            Decimal("1234567.895"),
            Fraction(6, 13),
            timedelta(days=12, hours=12),
            timedelta(seconds=5400),
            datetime(2026, 11, 3, 14, 5, tzinfo=UTC),
            True,
        ),
        (
            "10.10",
            "=cmd",
            "def",
            0,
            "JPY",
            Decimal("-1234.5"),
            Withheld("n < 5"),
            Withheld("not reached"),
            None,
            None,
            False,
        ),
    ),
    facts=(("population", "open as of"), ("as of", "2026-11-03T14:05:00+00:00")),
    notes=("1 deal of @sam left out | \x1b[2J",),
    name="mixed",
)


def titled(text: str) -> Table:
    return Table(
        text,
        (Column("id", text), Column("title", "title")),
        ((text, text),),
        ((text, text),),
        (text,),
        name="t",
    )
