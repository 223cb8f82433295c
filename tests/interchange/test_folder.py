"""A folder of tables: which file is which, and what is said of a row that cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pipecli.core.problem import ExitCode, PipeError
from pipecli.interchange.batch import File
from pipecli.interchange.cells import Days
from pipecli.interchange.folder import Folder, few, tables
from pipecli.interchange.rows import Row
from pipecli.interchange.sheet import Wanted
from pipecli.interchange.style import Style

NOW = datetime(2026, 11, 23, tzinfo=UTC)
COLUMNS = {"id": Wanted(("Id",)), "sum": Wanted(("Amount",), needed=False), "on": Wanted(("Close Date",), needed=False)}


def folder(text: str) -> Folder:
    found = tables([File("deals.CSV", text.encode())], {"Deals.csv": COLUMNS}, needed=["Deals.csv"])
    return Folder(found, Style(Days(UTC), Days(UTC), NOW + timedelta(days=1), "."))


def made(row: Row) -> tuple[str, object, object]:
    return row.named("id"), row.amount("sum"), row.day("on")


def test_files_are_found_whatever_their_case_and_columns_whatever_their_signs() -> None:
    found = folder("ID*, amount ,CLOSE_DATE\n1,5,2026-01-02\n")
    assert [(id_, str(sum_), str(day)) for id_, sum_, day in found.rows("Deals.csv", made)] == [
        ("1", "5", "2026-01-02")
    ]
    assert not found.problems


def test_a_file_that_is_not_needed_may_be_missing_and_has_no_rows() -> None:
    assert folder("Id\n1\n").rows("Others.csv", made) == []


def test_a_missing_file_names_those_that_are_there() -> None:
    with pytest.raises(PipeError, match=r"there is no Deals\.csv") as raised:
        tables([File("Deal.csv", b"Id\n"), File("a.csv", b"x\n")], {"Deals.csv": COLUMNS}, needed=["Deals.csv"])
    assert "Deal.csv, a.csv" in raised.value.hint
    assert raised.value.code is ExitCode.USAGE


def test_a_missing_column_names_those_that_are_there() -> None:
    with pytest.raises(
        PipeError, match=r"deals\.CSV has no column for the id \(Id\); it has: Number, Amount"
    ) as raised:
        folder("Number,Amount\n1,5\n")
    assert raised.value.hint == "export it, too"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",5,", "column 'Id': it is blank"),
        ("\x1b[2J,5,", "column 'Id': there are control characters"),
        (f"{'1' * 201},5,", "longer than 200"),
        ("1,many,", "column 'Amount': a number is written"),
        ("1,5,soon", "column 'Close date': 'soon' is neither"),
        ("1,5,2026-02-30", "no day 2026-02-30"),
        ("1,5", "the row has 2 cells where the header has 3"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_where_and_whose_it_is(row: str, words: str) -> None:
    found = folder(f'Id,Amount,Close date\n"a\nb",1,\n{row}\n2,5,\n')
    assert len(found.rows("Deals.csv", made, lambda row: row.raw("id"))) == 2
    (problem,) = found.problems
    assert (problem.path, problem.line) == ("deals.CSV", 4)
    assert words in problem.message
    assert problem.hint
    assert problem.excerpt == row
    assert found.spoiled == {row.partition(",")[0]} - {""}


def test_what_nobody_asks_for_is_kept_in_one_line_by_its_title() -> None:
    found = folder('Id,Notes,Empty,Amount\n1,"a\n\x1b[2J b",  ,5\n')
    assert found.rows("Deals.csv", Row.others) == [{"Notes": "a [2J b"}]


@pytest.mark.parametrize(("text", "percent"), [("20", 20), ("20 %", 20), ("0", 0), ("100", 100)])
def test_shares_are_percentages(text: str, percent: int) -> None:
    found = folder(f"Id,Amount\n1,{text}\n")
    (share,) = found.rows("Deals.csv", lambda row: row.share("sum"))
    assert share == Decimal(percent) / 100


@pytest.mark.parametrize("text", ["101", "-1", "half"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    found = folder(f"Id,Amount\n1,{text}\n")
    assert not found.rows("Deals.csv", lambda row: row.share("sum"))
    assert "20 %" in found.problems[0].hint


def test_few_names_are_told_and_the_others_are_counted() -> None:
    assert few("abc") == "a, b, c"
    assert few("abcdefgh") == "a, b, c, d, e and 3 more"
