from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core import value
from pipecli.core.value import Band

if TYPE_CHECKING:
    from collections.abc import Callable

PARSERS: list[Callable[[Any], Any]] = [parser for name, parser in vars(value).items() if name.startswith("parse_")]
CET = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("parse", "text", "expected"),
    [
        (value.parse_day, "2026-11-03", date(2026, 11, 3)),
        (value.parse_day, "2028-02-29", date(2028, 2, 29)),
        (value.parse_moment, "2026-11-03T14:05+01:00", datetime(2026, 11, 3, 14, 5, tzinfo=CET)),
        (value.parse_moment, "2026-11-03 14:05:07Z", datetime(2026, 11, 3, 14, 5, 7, tzinfo=UTC)),
        (value.parse_when, "2026-11-03", date(2026, 11, 3)),
        (value.parse_when, "2026-11-03T00:00-00:30", datetime(2026, 11, 3, 0, 30, tzinfo=UTC)),
        (value.parse_amount, "48000.00", Decimal("48000.00")),
        (value.parse_amount, "-12.5", Decimal("-12.5")),
        (value.parse_percent, "25%", Decimal("0.25")),
        (value.parse_percent, "12.5 %", Decimal("0.125")),
        (value.parse_percent, "0", Decimal(0)),
        (value.parse_percent, "-20%", Decimal("-0.2")),
        (value.parse_share, "100%", Decimal(1)),
        (value.parse_part, "80%", Decimal("0.8")),
        (value.parse_duration, "90m", timedelta(minutes=90)),
        (value.parse_duration, "3w", timedelta(weeks=3)),
        (value.parse_integer, "-12", -12),
        (value.parse_flag, "false", False),
        (value.parse_text, " a ", " a "),
        (value.parse_id, "a" + "-" * 62, "a" + "-" * 62),
        (value.parse_currency, "EUR", "EUR"),
        (value.parse_country, "NO", "NO"),
        (value.parse_region, "BY", "BY"),
        (value.parse_region, "6AE", "6AE"),
        (value.parse_period, "2026-W53", "2026-W53"),
        (value.parse_month_number, "12", 12),
        (value.parse_band, "20%-30%", Band(Decimal("0.2"), Decimal("0.3"))),
        (value.parse_band, "3-4", Band(Decimal(3), Decimal(4))),
        (value.parse_week, "mon-fri", frozenset(range(5))),
        (value.parse_week, "sat-tue", frozenset({5, 6, 0, 1})),
        (value.parse_week, "wed", frozenset({2})),
        (value.parse_hours, "09:00-17:30", (time(9), time(17, 30))),
    ],
)  # fmt: skip
def test_a_value_is_read(parse: Callable[[Any], Any], text: str, expected: object) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (value.parse_day, "3.11.2026", "written like 2026-11-03"),
        (value.parse_day, "2026-11-3", "written like 2026-11-03"),
        (value.parse_day, "2026-02-29", "there is no day 2026-02-29"),
        (value.parse_day, "٢٠٢٦-11-03", "written like 2026-11-03"),
        (value.parse_day, "0226-11-03", "the year 0226 is not between 1900 and 2199"),
        (value.parse_day, "9999-12-31", "the year 9999 is not between 1900 and 2199"),
        (value.parse_moment, "2026-11-03", "a moment is written like"),
        (value.parse_moment, "2026-11-03T14:05", "needs its offset"),
        (value.parse_moment, "2026-11-03T25:05Z", "there is no moment"),
        (value.parse_moment, "2026-11-03T14:05+99:00", "there is no moment"),
        (value.parse_moment, "0001-01-01T00:00+14:00", "not between 1900 and 2199"),
        (value.parse_when, "soon", "a day is written like 2026-11-03, and a moment like"),
        (value.parse_amount, "48,000", "without separators"),
        (value.parse_amount, "1e5", "a number"),
        (value.parse_amount, "NaN", "a number"),
        (value.parse_amount, "Infinity", "a number"),
        (value.parse_amount, "٤٨", "a number"),
        (value.parse_amount, "1" * 19, "too large"),
        (value.parse_amount, "0." + "1" * 10, "too exact"),
        (value.parse_id, ["sam"], "an id is text, not a list"),
        (value.parse_id, {"id": "sam"}, "an id is text, not a mapping"),
        (value.parse_percent, "25", "written like 25%"),
        (value.parse_percent, "٢٥%", "written like 25%"),
        (value.parse_share, "101%", "between 0% and 100%"),
        (value.parse_share, "-1%", "between 0% and 100%"),
        (value.parse_part, "101%", "a part of a whole lies between 0% and 100%"),
        (value.parse_duration, "14", "written like 14d"),
        (value.parse_duration, "1y", "written like 14d"),
        (value.parse_duration, "999999d", "written like 14d"),
        (value.parse_integer, "1.0", "a whole number"),
        (value.parse_flag, "yes", "true or false"),
        (value.parse_flag, "True", "true or false"),
        (value.parse_text, "  ", "blank"),
        (value.parse_text, None, "text is wanted here"),
        (value.parse_text, [], "text is wanted here"),
        (value.parse_text, {"a": "b"}, "not a list or a mapping"),
        (value.parse_id, "-a", "an id is made of"),
        (value.parse_id, "Acme", "an id is made of"),
        (value.parse_id, "café", "an id is made of"),
        (value.parse_id, "a" * 64, "an id is made of"),
        (value.parse_id, "a\n", "an id is made of"),
        (value.parse_currency, "eur", "three capital letters"),
        (value.parse_currency, "EURO", "three capital letters"),
        (value.parse_country, "Germany", "two capital letters, like DE"),
        (value.parse_country, ["DE"], "two capital letters, like DE"),
        (value.parse_region, "Bavaria", "like BY for DE-BY"),
        (value.parse_region, "DE-BY", "like BY for DE-BY"),
        (value.parse_period, "2026-Q5", "a period"),
        (value.parse_period, "2026-W54", "a period"),
        (value.parse_month_number, "13", "1 to 12"),
        (value.parse_band, "30%-20%", "lower end stands first"),
        (value.parse_band, "20%-30", "a number"),
        (value.parse_band, "20-30%", "a percentage"),
        (value.parse_band, "20%", "written like 20%-30%"),
        (value.parse_week, "monday-friday", "mon-fri"),
        (value.parse_hours, "9-17", "09:00-17:30"),
        (value.parse_hours, "09:00-25:00", "09:00-17:30"),
        (value.parse_hours, "17:30-09:00", "begin before they end"),
    ],
)  # fmt: skip
def test_what_is_no_such_value_is_refused_in_words(parse: Callable[[Any], Any], text: object, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("+", r"\+")):
        parse(text)


anything = st.text(max_size=20) | st.none() | st.lists(st.text(max_size=3), max_size=2) | st.dictionaries(
    st.text(max_size=3), st.text(max_size=3), max_size=2
)  # fmt: skip
nearly = st.text("0123456789-:.TZ+%mhdwEURQ٣ ", max_size=22)


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__name__)
@given(text=anything | nearly)
def test_reading_raises_nothing_but_value_errors(parse: Callable[[Any], Any], text: object) -> None:
    with suppress(ValueError):
        parse(text)


@given(st.decimals(-(10**17), 10**17, places=2))
def test_an_amount_stays_exact(amount: Decimal) -> None:
    assert value.parse_amount(format(amount, "f")).as_tuple() == amount.as_tuple()
