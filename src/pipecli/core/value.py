"""How one value is read from text: days, moments, amounts, percentages, durations.

Each parser takes the text as it stands in the file and returns the value, or raises `ValueError` with a
message for a person. `Text` carries a parser in a type annotation, for `pipecli.core.schema`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from pipecli.core import names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_AMOUNT = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,9})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+)(?:\.\d+)?", re.ASCII)
_DIGITS = 18
_PERCENT = re.compile(r"([+-]?\d{1,6}(?:\.\d{1,6})?) ?%", re.ASCII)
_DURATION = re.compile(r"(\d{1,5})([mhdw])", re.ASCII)
_PERIOD = re.compile(r"\d{4}(?:-(?:Q[1-4]|0[1-9]|1[0-2]|W(?:0[1-9]|[1-4]\d|5[0-3])))?", re.ASCII)
_UNIT = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_INTEGER = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)
_YEARS = range(1900, 2200)
"""Of which years a file may speak; others are typing errors, and the ends of the calendar are far away."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

D = TypeVar("D", bound=date)


ID = names.ID


@dataclass(frozen=True, slots=True)
class Text:
    """Annotation: this value is read from text by `parse`. `note` describes the form, for a schema."""

    parse: Callable[[Any], Any]
    note: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401 -- pydantic's protocol
        """Tell pydantic to call the parser and nothing else."""
        from pydantic_core import core_schema  # noqa: PLC0415 -- only where text is parsed

        return core_schema.no_info_plain_validator_function(self.parse)


def parse_day(text: Any) -> date:  # noqa: ANN401 -- whatever stands in the file
    """Read `2026-11-03`."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("a date is written like 2026-11-03")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day {text}") from None
    return _in_range(day)


def parse_moment(text: Any) -> datetime:  # noqa: ANN401
    """Read `2026-11-03T14:05+01:00`; the offset (or `Z`) is needed."""
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError("a moment is written like 2026-11-03T14:05+01:00")
    if not found[3]:
        raise ValueError(f"a time needs its offset: {text}+01:00, or {text}Z")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no moment {text}") from None
    return _in_range(moment.astimezone(UTC) if found[3] == "Z" else moment)


def _in_range(day: D) -> D:
    _check_year(day.year)
    return day


def _check_year(year: int) -> None:
    if year not in _YEARS:
        raise ValueError(f"the year {year:04} is not between {_YEARS.start} and {_YEARS.stop - 1}")


def parse_when(text: Any) -> date | datetime:  # noqa: ANN401
    """Read a day or a moment."""
    if isinstance(text, str) and _DAY.fullmatch(text):
        return parse_day(text)
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        raise ValueError("a day is written like 2026-11-03, and a moment like 2026-11-03T14:05+01:00")
    return parse_moment(text)


def parse_amount(text: Any) -> Decimal:  # noqa: ANN401
    """Read an exact decimal number: `48000`, `48000.00`, `-12.5`."""
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        found = _NUMBER.fullmatch(text) if isinstance(text, str) else None
        if found and len(found[1]) > _DIGITS:
            raise ValueError(f"the number is too large: it has more than {_DIGITS} digits before the point")
        if found:
            raise ValueError("the number is too exact: it has more than 9 digits behind the point")
        raise ValueError("a number is written like 48000.00, without separators of thousands")
    return Decimal(text)


def parse_percent(text: Any) -> Decimal:  # noqa: ANN401
    """Read `25%` as 0.25; 0 needs no sign."""
    if text == "0":
        return Decimal(0)
    found = _PERCENT.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError("a percentage is written like 25%")
    return Decimal(found[1]) / 100


def parse_share(text: Any) -> Decimal:  # noqa: ANN401
    """Read a percentage between 0% and 100%."""
    share = parse_percent(text)
    if not 0 <= share <= 1:
        raise ValueError("a probability lies between 0% and 100%")
    return share


def parse_part(text: Any) -> Decimal:  # noqa: ANN401
    """Read the percentage that a part is of a whole."""
    part = parse_percent(text)
    if not 0 <= part <= 1:
        raise ValueError("a part of a whole lies between 0% and 100%")
    return part


def parse_duration(text: Any) -> timedelta:  # noqa: ANN401
    """Read `90m`, `4h`, `14d`, `3w`."""
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError("a duration is written like 14d, 4h or 3w")
    return timedelta(**{_UNIT[found[2]]: int(found[1])})


def parse_integer(text: Any) -> int:  # noqa: ANN401
    """Read a whole number."""
    if not isinstance(text, str) or not _INTEGER.fullmatch(text):
        raise ValueError("a whole number is wanted here")
    return int(text)


def parse_flag(text: Any) -> bool:  # noqa: ANN401
    """Read `true` or `false`."""
    if text not in ("true", "false"):
        raise ValueError("write true or false")
    return bool(text == "true")


def parse_text(text: Any) -> str:  # noqa: ANN401
    """Read text; a list or a mapping is none."""
    if not isinstance(text, str):
        raise ValueError("text is wanted here" + (", not a list or a mapping" if text else ""))  # noqa: TRY004 -- pydantic collects ValueError
    if not text.strip():
        raise ValueError("text is wanted here, and it is blank")
    return text


def parse_id(text: Any) -> str:  # noqa: ANN401
    """Read an id: up to 63 of a-z, 0-9 and '-', not beginning with '-'."""
    if isinstance(text, list | dict):
        raise ValueError(f"an id is text, not a {'list' if isinstance(text, list) else 'mapping'}")  # noqa: TRY004 -- as above
    if not isinstance(text, str) or not ID.fullmatch(text):
        raise ValueError("an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63")
    return text


def parse_currency(text: Any) -> str:  # noqa: ANN401
    """Read a currency's code of three capital letters (ISO 4217)."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Z]{3}", text):
        raise ValueError("a currency is a code of three capital letters, like EUR")
    return text


def parse_country(text: Any) -> str:  # noqa: ANN401
    """Read a country's code of two capital letters (ISO 3166-1)."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Z]{2}", text):
        raise ValueError("a country is a code of two capital letters, like DE")
    return text


def parse_region(text: Any) -> str:  # noqa: ANN401
    """Read the code of a part of a country: what stands behind the hyphen in ISO 3166-2."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Z0-9]{1,3}", text):
        raise ValueError("a region is a code of up to three capital letters or digits, like BY for DE-BY")
    return text


def parse_period(text: Any) -> str:  # noqa: ANN401
    """Read `2026`, `2026-Q4`, `2026-11` or `2026-W48`."""
    if not isinstance(text, str) or not _PERIOD.fullmatch(text):
        raise ValueError("a period is written like 2026, 2026-Q4, 2026-11 or 2026-W48")
    _check_year(int(text[:4]))
    return text


def parse_month_number(text: Any) -> int:  # noqa: ANN401
    """Read the number of a month, 1 to 12."""
    number = parse_integer(text)
    if not 1 <= number <= 12:  # noqa: PLR2004 -- months of a year
        raise ValueError("a month is a number from 1 to 12")
    return number


class Band(NamedTuple):
    """A target from `low` to `high`, both included; percentages are fractions."""

    low: Decimal
    high: Decimal


def parse_band(text: Any) -> Band:  # noqa: ANN401
    """Read `20%-30%` or `3-4`."""
    parts = text.split("-") if isinstance(text, str) else []
    if len(parts) != 2:  # noqa: PLR2004 -- two ends
        raise ValueError("a target is written like 20%-30% or 3-4")
    is_share = text.endswith("%")
    low, high = (parse_percent(part) if is_share else parse_amount(part) for part in parts)
    if low > high:
        raise ValueError("a target's lower end stands first")
    return Band(low, high)


def parse_week(text: Any) -> frozenset[int]:  # noqa: ANN401
    """Read `mon-fri` or `sun-thu` as the numbers of the days, Monday being 0."""
    first, _, last = text.partition("-") if isinstance(text, str) else ("", "", "")
    if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
        raise ValueError("a working week is written like mon-fri")
    start, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))


def parse_hours(text: Any) -> tuple[time, time]:  # noqa: ANN401
    """Read `09:00-17:30`."""
    found = _HOURS.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError("working hours are written like 09:00-17:30")
    start, end = map(time.fromisoformat, found.groups())
    if start >= end:
        raise ValueError("working hours begin before they end")
    return start, end


STRICT: Mapping[str, Any] = {"extra": "forbid"}
"""For pydantic: a record has no other keys than its own."""

Day = Annotated[date, Text(parse_day, "2026-11-03")]
Moment = Annotated[datetime, Text(parse_moment, "2026-11-03T14:05+01:00")]
When = Annotated[date | datetime, Text(parse_when, "2026-11-03 or 2026-11-03T14:05+01:00")]
Amount = Annotated[Decimal, Text(parse_amount, "48000.00")]
Share = Annotated[Decimal, Text(parse_share, "25%")]
Part = Annotated[Decimal, Text(parse_part, "80%")]
Span = Annotated[timedelta, Text(parse_duration, "14d")]
Integer = Annotated[int, Text(parse_integer, "12")]
Flag = Annotated[bool, Text(parse_flag, "true or false")]
Line = Annotated[str, Text(parse_text, "text")]
Id = Annotated[str, Text(parse_id, "acme-renewal-k7m2")]
Currency = Annotated[str, Text(parse_currency, "EUR")]
Country = Annotated[str, Text(parse_country, "DE")]
Region = Annotated[str, Text(parse_region, "BY")]
Period = Annotated[str, Text(parse_period, "2026-Q4")]
Month = Annotated[int, Text(parse_month_number, "1 to 12")]
Target = Annotated[Band, Text(parse_band, "20%-30%")]
Week = Annotated[frozenset[int], Text(parse_week, "mon-fri")]
Hours = Annotated[tuple[time, time], Text(parse_hours, "09:00-17:30")]
