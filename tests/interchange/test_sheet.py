"""CSV from elsewhere: encodings, delimiters, quoting, columns under any of their names."""

from __future__ import annotations

import pytest

from pipecli.core.problem import ExitCode, PipeError
from pipecli.interchange import sheet
from pipecli.interchange.events import COLUMNS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_marks_and_line_ends(delimiter: str, mark: bytes, end: str) -> None:
    text = end.join(delimiter.join(row) for row in (("Case_ID", "Stage", "Time"), ("1", "Grün", "5"), ("2", "b", "6")))
    table = sheet.read(mark + text.encode(), "log.csv")
    assert table.header == ("Case_ID", "Stage", "Time")
    assert [cells for _, cells in table.rows] == [["1", "Grün", "5"], ["2", "b", "6"]]


def test_lines_are_those_of_the_file_also_behind_a_cell_of_several() -> None:
    table = sheet.read(b'case,stage,time\n1,"a\nb",5\n\n2,"x, ""y""",6\n', "log.csv")
    assert table.rows == ((2, ["1", "a\nb", "5"]), (5, ["2", 'x, "y"', "6"]))


def test_blank_rows_and_repeated_headers_are_counted() -> None:
    table = sheet.read(b"case,stage,time\n1,a,5\ncase,stage,time\n,,\n  ,,\n\n", "log.csv")
    assert (len(table.rows), table.blank, table.repeated) == (1, 3, 1)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("case,stage,time\n".encode("utf-16"), "UTF-16"),
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"case\n\xff\n", "UTF-8 (line 2)"),
        (b'case,b\n1,"x\n', "line 2"),
    ],
)
def test_what_is_no_table_is_told_as_such(data: bytes, word: str) -> None:
    with pytest.raises(PipeError) as raised:
        sheet.read(data, "log.csv")
    assert word in str(raised.value)
    assert raised.value.hint
    assert raised.value.code is ExitCode.PROBLEMS


@pytest.mark.parametrize(
    "header", ["case_id,stage,epoch", "DEAL,Status,Date", "Deal ID,activity,TimeStamp", "case, stage ,time"]
)
def test_columns_are_found_by_their_usual_names(header: str) -> None:
    table = sheet.read(f"{header}\n1,2,3\n".encode(), "log.csv")
    assert sheet.places(table, COLUMNS, {}) == {"case": 0, "stage": 1, "time": 2}


def test_a_named_column_goes_before_a_usual_one() -> None:
    table = sheet.read(b"case,Kunde,stage,time,person,amount\n", "log.csv")
    found = sheet.places(table, COLUMNS, {"case": "kunde"})
    assert found == {"case": 1, "stage": 2, "time": 3, "person": 4, "value": 5}


def test_a_missing_column_names_those_that_are_there_and_the_option() -> None:
    table = sheet.read(b"id,stage,time\n", "log.csv")
    with pytest.raises(PipeError, match="it has: id, stage, time") as raised:
        sheet.places(table, COLUMNS, {})
    assert raised.value.hint == "name it: --case COLUMN"
    with pytest.raises(PipeError, match=r"for the case \(.*\), for the time \(.*; it has: id, stage") as raised:
        sheet.places(sheet.read(b"id,stage\n", "log.csv"), COLUMNS, {})
    assert raised.value.hint == "name them: --case COLUMN, --time COLUMN"
    with pytest.raises(PipeError, match="no column 'Stages'") as raised:
        sheet.places(table, COLUMNS, {"case": "id", "stage": "Stages"})
    assert "'stage'" in raised.value.hint


def test_utf_16_has_its_own_remedy() -> None:
    with pytest.raises(PipeError) as raised:
        sheet.read("case\n".encode("utf-16"), "log.csv")
    assert raised.value.hint == "save it as UTF-8: iconv -f UTF-16 -t UTF-8 log.csv > utf8.csv"


def test_the_position_of_a_cell_is_that_in_the_file() -> None:
    table = sheet.read(b'case;stage;time\n1;"a;b\nc";5\n', "log.csv")
    assert [table.position(2, place) for place in range(3)] == [(2, 1), (2, 3), (3, 4)]
    assert (table.excerpt(3), table.excerpt(9)) == ('c";5', "")


def test_two_columns_of_one_title_are_refused() -> None:
    with pytest.raises(PipeError, match=r"a\.csv has more than one column 'title'") as caught:
        sheet.read(b"id,title,title\n1,a,b\n", "a.csv")
    assert caught.value.hint == "give them different titles, or delete one"
    assert sheet.read(b"id,,\n1,,\n", "a.csv").header == ("id", "", "")
