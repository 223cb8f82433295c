"""Markdown, CSV and JSON: what is exact, what is escaped, what is promised."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO

import pytest
from hostile import HOSTILE, MIXED, titled

from pipecli.core.problem import PipeError
from pipecli.core.table import Column, Table, Type, Withheld
from pipecli.render import safe
from pipecli.render.markdown import cut
from pipecli.render.medium import Medium
from pipecli.render.registry import FORMATS, render

NOWHERE = Medium()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_control_character_in_any_format(form: str, hostile: str) -> None:
    found = render([titled(hostile), MIXED], form)
    assert safe.terminal_lines(found) == found
    assert found.endswith("\n")


def test_an_unknown_format() -> None:
    with pytest.raises(PipeError) as caught:
        render([MIXED], "jsn")
    assert caught.value.hint == "did you mean 'json'?"


def test_markdown_in_full() -> None:
    assert render([MIXED], "markdown").splitlines() == [
        "### A \\[red\\]title\\[/red\\] &#92;x1b\\[1m&lt;b&gt;@&#8203;sam&lt;/b&gt;",
        "",
        "| id | note | n | currency | value | share | age | took | on | flag |",
        "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | --- | --- |",
        ("| 1e5 | plain | 12,345 | EUR | 1,234,567.90 | 46.2% | 12.5 d | 5,400 | 2026-11-03 14:05+00:00 | yes |"),
        "| 10.10 | =cmd | 0 | JPY | -1,234 | n &lt; 5 | not reached |  |  | no |",
        "",
        "population open as of · as of 2026-11-03T14:05:00+00:00",
        "",
        "- 1 deal of @&#8203;sam left out \\| &#92;x1b\\[2J",
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markdown_is_inert(hostile: str) -> None:
    found = re.sub(r"&(\w+|#\d+);", "\u200b", safe.markdown(hostile))
    assert not re.search(r"[<>]|(?<!\\)[|`\[\]*_]|[@~]\w|[#!$%]\d|[%~]\"|:tada:|://|www\.\w", found)
    assert "\\\\" not in found


@pytest.mark.parametrize("hostile", HOSTILE)
def test_csv_reads_back_and_is_no_formula(hostile: str) -> None:
    rows = list(csv.reader(StringIO(render([titled(hostile)], "csv"))))
    assert rows[0] == ["id", "title"]
    assert rows[1][0].removeprefix("'") == safe.terminal(hostile)
    assert not rows[1][0].startswith(("=", "+", "-", "@"))


def test_csv_in_full() -> None:
    assert render([MIXED, MIXED], "csv").splitlines() == [
        "id,note,hash,count,currency,value,share,age,took,on",
        "1e5,plain,abc,12345,EUR,1234567.895,0.461538,12.5,5400,2026-11-03T14:05:00+00:00",
        "10.10,'=cmd,def,0,JPY,-1234.5,,,,",
        "1e5,plain,abc,12345,EUR,1234567.895,0.461538,12.5,5400,2026-11-03T14:05:00+00:00",
        "10.10,'=cmd,def,0,JPY,-1234.5,,,,",
    ]


def test_csv_of_different_tables_has_a_header_for_each() -> None:
    assert render([titled("a"), MIXED], "csv").splitlines()[2:4] == [
        "",
        "id,note,hash,count,currency,value,share,age,took,on",
    ]


def test_raw_csv_keeps_the_text() -> None:
    assert "=cmd\n" not in render([MIXED], "csv")
    assert ",=cmd,def" in render([MIXED], "csv", Medium(raw=True))


def test_numbers_have_no_exponent_and_no_needless_zeros() -> None:
    columns = (Column("a", "a", Type.MONEY), Column("b", "b", Type.DAYS), Column("c", "c", Type.SHARE))
    cells = (
        (Decimal("1E+7"), timedelta(days=100), Fraction(1)),
        (Decimal("1E-9"), timedelta(0), Decimal("0.10")),
    )
    assert render([Table("", columns, cells)], "csv").splitlines()[1:] == [
        "10000000.00,100,1",
        "0.000000001,0,0.10",
    ]


def test_json_in_full() -> None:
    document = json.loads(render([MIXED], "json"))
    assert document["version"] == 1
    (table,) = document["tables"]
    assert list(table) == ["table", "title", "facts", "columns", "rows", "notes"]
    assert table["facts"] == {"population": "open as of", "as_of": "2026-11-03T14:05:00+00:00"}
    assert table["columns"][7] == {"name": "age", "heading": "age", "type": "days", "unit": "days"}
    assert table["columns"][8] == {"name": "took", "heading": "took", "type": "seconds", "unit": "seconds"}
    assert table["rows"][0] == {
        "id": "1e5",
        "note": "plain",
        "hash": "abc",
        "count": 12345,
        "currency": "EUR",
        "value": "1234567.895",
        "share": 6 / 13,
        "age": 12.5,
        "took": 5400,
        "on": "2026-11-03T14:05:00+00:00",
    }
    assert (table["rows"][1]["share"], table["rows"][1]["age"], table["rows"][1]["took"]) == (
        None,
        None,
        None,
    )
    assert table["rows"][1]["withheld"] == {"share": "n < 5", "age": "not reached"}


def test_money_has_the_places_of_its_currency_or_as_many_more_as_it_needs() -> None:
    columns = (Column("value", "v", Type.MONEY), Column("currency", "c"))
    cells = ((Decimal("125930.0000"), "EUR"), (Decimal(7), "JPY"), (Decimal("0.12500"), "EUR"), (Decimal(3), "TND"))
    table = Table("", columns, cells)
    texts = ["125930.00", "7", "0.125", "3.000"]
    assert [line.partition(",")[0] for line in render([table], "csv").splitlines()[1:]] == texts
    (found,) = json.loads(render([table], "json"))["tables"]
    assert [row["value"] for row in found["rows"]] == texts


def test_a_mean_of_amounts_is_money_too() -> None:
    columns = (Column("value", "v", Type.MONEY), Column("currency", "c"))
    table = Table("", columns, ((Fraction(10005534, 4238), "EUR"), (Fraction(1000), "EUR"), (Fraction(1, 3), "JPY")))
    assert [line.partition(",")[0] for line in render([table], "csv").splitlines()[1:]] == [
        "2360.909391",
        "1000.00",
        "0.333333",
    ]
    (found,) = json.loads(render([table], "json"))["tables"]
    assert [row["value"] for row in found["rows"]] == ["2360.909391", "1000.00", "0.333333"]
    shown = [line.split()[0] for line in render([table], "table").splitlines()[2:5]]
    assert shown == ["2,360.91", "1,000.00", "0"]


def test_the_sample_size_is_a_number_in_json() -> None:
    facts = (("population", "open as of"), ("n", "12"), ("commit", "1234567890"))
    (table,) = json.loads(render([Table("", (), (), facts)], "json"))["tables"]
    assert table["facts"] == {"population": "open as of", "n": 12, "commit": "1234567890"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_json_keeps_every_text(hostile: str) -> None:
    (table,) = json.loads(render([titled(hostile)], "json"))["tables"]
    assert table["rows"][0]["id"] == hostile


def test_a_flag_and_a_withheld_text_in_json() -> None:
    columns = (Column("a", "a", Type.FLAG), Column("b", "b"))
    (table,) = json.loads(render([Table("", columns, ((True, Withheld("no")),))], "json"))["tables"]
    assert table["rows"] == [{"a": True, "b": None, "withheld": {"b": "no"}}]


def test_business_days_in_every_format() -> None:
    table = Table("Time", (Column("p50", "p50", Type.BUSINESS_DAYS),), ((Fraction(19, 8),), (Withheld("n < 5"),)))
    assert [line.strip() for line in render([table], "table").splitlines()[4:6]] == ["2.4 bd", "n < 5"]
    assert render([table], "csv") == 'p50\n2.375\n""\n'
    (found,) = json.loads(render([table], "json"))["tables"]
    assert found["columns"][0] == {"name": "p50", "heading": "p50", "type": "business_days", "unit": "business_days"}
    assert found["rows"] == [{"p50": 2.375}, {"p50": None, "withheld": {"p50": "n < 5"}}]


def test_a_person_is_shown_a_digest_and_a_machine_every_row() -> None:
    table = Table("Ages", (Column("age", "age", Type.INTEGER),), ((1,), (2,), (3,)), digest=((2,),))
    assert render([table], "csv") == "age\n1\n2\n3\n"
    assert [row["age"] for row in json.loads(render([table], "json"))["tables"][0]["rows"]] == [1, 2, 3]
    assert [render([table], form).count("2") for form in ("table", "markdown")] == [1, 1]
    assert [form for form in ("table", "markdown") if "3" in render([table], form).replace("###", "")] == []
    assert "nothing to show" in render([replace(table, digest=())], "table")


@pytest.mark.parametrize("room", range(60))
def test_a_cut_text_ends_with_a_line_and_says_so(room: int) -> None:
    text = "".join(f"{'ä' * number}\n" for number in range(9))
    found = cut(text, room, "cut")
    assert len(found.encode()) <= room
    assert found == text or found.removesuffix("\n> cut\n") in ("", *(text[: end + 1] for end in range(len(text))))
    assert cut(text, len(text.encode()), "cut") == text
