"""Exchange rates from the European Central Bank's files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.problem import PipeError
from pipecli.core.workspace import Workspace, build
from pipecli.interchange.batch import File
from pipecli.interchange.ecb import Quotes, read
from pipecli.interchange.exchange import DECIMALS, DIGITS, Wanted, in_units, plan, unpriced

HISTORY = b"""Date,USD,JPY,GBP,
2026-11-20,1.2500,160.00,N/A,
2026-11-19,1.2500,161.5,0.8,
2026-11-18,1.2800,160.00,0.8,
2026-11-17,1.2000,160.00,0.8,
"""
TODAY = date(2026, 11, 20)
PIPELINE = b"name: S\nstages: [{id: lead, name: L}, {id: won, name: W, kind: won}, {id: lost, name: X, kind: lost}]\n"


def quotes(data: bytes = HISTORY) -> Quotes:
    return read(File("hist.csv", data))


def workspace(currency: str | None = "EUR", rates: str = "", **deals: str) -> Workspace:
    settings = f"name: A\n{f'currency: {currency}' if currency else ''}\n"
    files = {"pipe.yaml": settings.encode(), "pipelines/sales.yaml": PIPELINE}
    files |= {"rates.yaml": rates.encode()} if rates else {}
    head = "title: D\npipeline: sales\nstage: lead\n"
    files |= {f"deals/{name}.yaml": f"{head}{more}\n".encode() for name, more in deals.items()}
    found = build(files.items())
    assert found.problems == ()
    return found


USD = "value: 10\ncurrency: USD\ncreated: 2026-11-18"


def test_a_history_is_read_with_gaps_and_the_comma_at_the_end() -> None:
    found = quotes()
    assert found.currencies == ("USD", "JPY", "GBP")
    assert list(found.days) == [date(2026, 11, day) for day in (17, 18, 19, 20)]
    assert found.days[TODAY] == {"USD": Decimal("1.2500"), "JPY": Decimal("160.00")}


def test_the_file_of_one_day_is_read() -> None:
    found = quotes(b"\xef\xbb\xbfDate, USD, JPY, \r\n20 November 2026, 1.1523, 163.21, \r\n")
    assert found.days == {TODAY: {"USD": Decimal("1.1523"), "JPY": Decimal("163.21")}}


def test_every_cell_that_cannot_be_read_is_told_with_its_line() -> None:
    with pytest.raises(PipeError, match=r"hist.csv has cells that cannot be read") as caught:
        quotes(b"Date,USD,GBP\n2026-11-20,1.2,x\n20-11-19,1,1\n2026-11-18,0,1\n\n2026-11-20,1,1\n")
    told = [(problem.line, problem.message.split(":")[0]) for problem in caught.value.problems]
    assert [line for line, _ in told] == [2, 3, 4, 6]
    assert told[0][1] == "GBP"
    assert "not above zero" in caught.value.problems[2].message
    assert "twice" in caught.value.problems[3].message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "does not begin with a column Date"),
        (b"Day,USD\n", "does not begin with a column Date"),
        (b"PK\x03\x04", "is a ZIP file"),
        (b"\xff\xfe", "is no text"),
        (b"Date,dollars\n", "line 1: 'dollars'"),
    ],
)
def test_a_file_of_another_form(data: bytes, message: str) -> None:
    with pytest.raises(PipeError, match=message):
        quotes(data)


def test_only_currencies_in_use_from_the_first_deal_on() -> None:
    found = plan(workspace(a=USD), quotes(), Wanted(), TODAY)
    assert found.added == {"USD": {date(2026, 11, 18): Decimal("0.78125"), date(2026, 11, 19): Decimal("0.8")}}
    assert found.edit is not None
    assert found.edit.content == b"USD:\n  2026-11-18: 0.78125\n  2026-11-19: 0.8\n"


def test_a_workspace_in_another_currency_has_cross_rates_and_the_euro() -> None:
    found = plan(workspace("USD", a="value: 1\ncurrency: JPY"), quotes(), Wanted(everything=True), TODAY)
    assert set(found.added) == {"EUR", "GBP", "JPY"}
    assert found.added["EUR"][TODAY] == Decimal("1.25")
    assert found.added["JPY"][TODAY] == Decimal("0.0078125")
    assert TODAY not in found.added["GBP"]


def test_without_deals_the_last_rate_will_do_and_since_says_otherwise() -> None:
    usd = Wanted(currencies=("USD",))
    assert list(plan(workspace(), quotes(), usd, TODAY).added["USD"]) == [TODAY]
    since = plan(workspace(), quotes(), replace(usd, since=date(2026, 11, 18)), TODAY)
    assert list(since.added["USD"]) == [date(2026, 11, 18), date(2026, 11, 19)]
    early = plan(workspace(), quotes(), replace(usd, since=date(2020, 1, 1)), TODAY)
    assert min(early.added["USD"]) == date(2026, 11, 17)


def test_entries_that_are_there_stay_and_a_second_import_changes_nothing() -> None:
    ours = "# the bank's\nUSD: {2026-11-18: 0.5} # hand\n"
    before = workspace(rates=ours, a=USD)
    first = plan(before, quotes(), Wanted(), TODAY)
    assert first.kept == {"USD": 1}
    assert first.edit is not None
    assert first.edit.content == b"# the bank's\nUSD: {2026-11-18: 0.5, 2026-11-19: 0.8} # hand\n"
    after = workspace(rates=first.edit.content.decode(), a=USD)
    assert plan(after, quotes(), Wanted(), TODAY).edit is None


def test_what_cannot_be_told() -> None:
    with pytest.raises(PipeError, match="the workspace has no currency"):
        plan(workspace(None), quotes(), Wanted(), TODAY)
    with pytest.raises(PipeError, match=r"hist.csv has no CHF, the workspace's currency"):
        plan(workspace("CHF"), quotes(), Wanted(), TODAY)
    with pytest.raises(PipeError, match=r"hist.csv has no GBX") as caught:
        plan(workspace(), quotes(), Wanted(currencies=("GBX",)), TODAY)
    assert caught.value.hint == "did you mean 'GBP'?"
    assert plan(workspace(a="value: 1\ncurrency: CHF"), quotes(), Wanted(), TODAY).missing == ("CHF",)


def test_a_file_that_would_be_too_large_is_refused() -> None:
    many = "".join(f"{date.fromordinal(730000 + n)},1.{1000 + n % 997},1,1,\n" for n in range(12000))
    found = quotes(f"Date,USD,JPY,GBP,\n{many}".encode())
    with pytest.raises(PipeError, match="and a file may have 262,144") as caught:
        plan(workspace(), found, Wanted(currencies=("USD",), since=date(1999, 1, 1)), TODAY)
    assert "--since DAY" in caught.value.hint


def test_the_deals_without_a_usable_rate_are_counted() -> None:
    won = "value: 1\ncurrency: USD\nclosed_on: 2026-11-01"
    found = workspace(a=USD, b=won, c="currency: GBP", d="value: 3\ncurrency: GBP")
    added = {"USD": {date(2026, 11, 18): Decimal(1)}}
    assert (unpriced(found, {}, TODAY), unpriced(found, added, TODAY)) == (3, 1)
    closed = replace(found, deals={**found.deals, "b": replace(found.deals["b"], stage="won")})
    assert unpriced(closed, added, TODAY) == 2


RATES = st.decimals("0.0001", "99999", places=4)


@given(RATES, RATES)
def test_a_rate_is_rounded_half_to_even_at_eight_digits_and_nine_decimals(worth: Decimal, own: Decimal) -> None:
    long = Context(prec=80).divide(own, worth)
    places = max(0, min(DECIMALS, DIGITS - 1 - long.adjusted()))
    assert in_units(worth, own) == long.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, Context(prec=80))


@pytest.mark.parametrize(
    ("worth", "own", "rate"),
    [("1.25", "1", "0.8"), ("163.45", "1", "0.006118079"), ("3", "1", "0.33333333"), ("0.5", "1000", "2000")],
)
def test_rates_by_hand(worth: str, own: str, rate: str) -> None:
    assert in_units(Decimal(worth), Decimal(own)) == Decimal(rate)


def test_the_page_says_how_rates_are_imported() -> None:
    text = (Path(__file__).parents[2] / "docs" / "import.md").read_text("utf-8")
    assert "pipe rates import eurofxref-hist.csv" in text
