"""Cells as people write them: amounts, days, probabilities, texts with markup."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.interchange import cells
from pipecli.interchange.cells import AmbiguousError, Days

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("48000", "", "48000"),
        ("48000.00", "", "48000.00"),
        ("$12,400.00", "", "12400.00"),
        ("1 234,56", "", "1234.56"),
        ("1\u202f234,56 €", "", "1234.56"),
        ("1'234.50 CHF", "", "1234.50"),
        ("EUR 1.234.567,8", "", "1234567.8"),
        ("1,234,567", "", "1234567"),
        ("-12000.00", "", "-12000.00"),
        ("(1,200.50)", "", "-1200.50"),
        ("−5", "", "-5"),
        ("0", "", "0"),
        ("0,125", "", "0.125"),
        ("1.200", ",", "1200"),
        ("1.200", ".", "1.200"),
        ("12,400", ".", "12400"),
    ],
)
def test_amounts(text: str, mark: str, amount: str) -> None:
    assert str(cells.amount(text, mark)) == amount


@pytest.mark.parametrize("text", ["many", "12 apples", "1.2.3,4", "12,34,5", "", "--5", "NaN"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="a number is"):
        cells.amount(text, ".")


@pytest.mark.parametrize("text", ["1.200", "12,400", "€ 1.200"])
def test_an_amount_that_may_be_two_is_not_chosen(text: str) -> None:
    with pytest.raises(AmbiguousError, match="thousands"):
        cells.amount(text)


@pytest.mark.parametrize(
    ("texts", "mark"),
    [(["1.200", "3,50"], ","), (["1,200", "3.5"], "."), (["1.200", "7"], ""), (["1,5", "1.5"], ""), (["1.234,5"], ",")],
)
def test_a_column_tells_its_decimal_mark(texts: list[str], mark: str) -> None:
    assert cells.decimal_mark(texts) == mark


@given(st.decimals(-(10**12), 10**12, places=2))
def test_every_amount_is_read_back_however_it_is_written(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.translate({ord(","): ".", ord("."): ","})
    assert cells.amount(english) == cells.amount(german) == cells.amount(f"{german} €") == amount


@pytest.mark.parametrize(
    ("text", "month_first", "when"),
    [
        ("2026-11-03", None, "2026-11-03"),
        ("2026/11/3", None, "2026-11-03"),
        ("2026-06-01T09:14:58+05:00", None, "2026-06-01T09:14:58+05:00"),
        ("2026-06-01 09:14:58.750", None, "2026-06-01T09:14:58+02:00"),
        ("2026-01-02T03:04:05Z", None, "2026-01-02T03:04:05+00:00"),
        ("2026-01-02 03:04 UTC", None, "2026-01-02T03:04:00+00:00"),
        ("14.06.2026 09:20", None, "2026-06-14T09:20:00+02:00"),
        ("3.4.26", None, "2026-04-03"),
        ("25/12/2026", None, "2026-12-25"),
        ("12/25/2026", None, "2026-12-25"),
        ("02/23/26 08:55 PM", None, "2026-02-23T20:55:00+01:00"),
        ("02/03/26 12:05 am", True, "2026-02-03T00:05:00+01:00"),
        ("03/04/2026", True, "2026-03-04"),
        ("03/04/2026", False, "2026-04-03"),
        ("03-04-2026", False, "2026-04-03"),
        ("05/05/2026", None, "2026-05-05"),
        ("11/02/79", True, "1979-11-02"),
        ("46329", None, "2026-11-03"),
        ("46329.5", None, "2026-11-03T12:00:00+01:00"),
        ("1767322800000", None, "2026-01-02T03:00:00+00:00"),
    ],
)
def test_days_and_moments(text: str, month_first: bool | None, when: str) -> None:
    assert Days(BERLIN, month_first).when(text).isoformat() == when


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("soon", "neither a day nor a moment"),
        ("2026-02-30", "no day 2026-02-30"),
        ("31.04.2026", "no day 2026-04-31"),
        ("13/13/2026", "no day"),
        ("2026-01-05 25:00", "no time 25:00"),
        ("01/25/2026 13:00 PM", "no time 13:00"),
        ("1999", "neither"),
        ("99999", "neither"),
    ],
)
def test_what_is_no_day(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Days(BERLIN).when(text)


def test_a_day_that_may_be_two_is_not_chosen() -> None:
    with pytest.raises(AmbiguousError, match="03/04/2026"):
        Days(BERLIN).when("03/04/2026")


@pytest.mark.parametrize(
    ("texts", "month_first"),
    [
        (["03/04/2026", "25/12/2026"], False),
        (["03/04/2026", "12/25/2026"], True),
        (["25/12/2026", "12/25/2026"], None),
        (["03/04/2026", "14.06.2026"], None),
    ],
)
def test_days_of_a_table_tell_what_stands_first(texts: list[str], month_first: bool | None) -> None:
    assert cells.month_first(texts) is month_first


def test_a_moment_counts_on_its_day_in_the_zone() -> None:
    assert Days(BERLIN).day("2026-06-01T23:30:00Z").isoformat() == "2026-06-02"
    assert isinstance(Days(BERLIN).when("2026-06-01T23:30:00Z"), datetime)


@pytest.mark.parametrize(
    ("texts", "shares"),
    [
        (["20", "100", "0"], ["0.2", "1", "0"]),
        (["0.2", "1", "0"], ["0.2", "1", "0"]),
        (["20 %", "0,5"], ["0.2", "0.5"]),
        (["20%", "100%"], ["0.2", "1"]),
    ],
)
def test_probabilities_are_told_by_their_column(texts: list[str], shares: list[str]) -> None:
    of_hundred = cells.is_of_hundred(texts)
    assert [cells.share(text, of_hundred=of_hundred) for text in texts] == [Decimal(share) for share in shares]


def test_a_probability_above_one_is_none() -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        cells.share("120 %", of_hundred=False)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>Angebot &amp; Termin</p><p>im <b>Dezember</b></p>", "Angebot & Termin\nim Dezember"),
        ("one<br/>two", "one\ntwo"),
        ("a < b & c > d", "a < b & c > d"),
        ("<script> is no markup of a note", "<script> is no markup of a note"),
    ],
)
def test_markup_is_taken_out_of_a_text(text: str, plain: str) -> None:
    assert cells.plain_text(text) == plain
