"""Cells of other systems' tables: days, moments, amounts and percentages as people write them. Pure.

What a cell means may depend on others of its column: is 12.400 twelve thousand, and 03/04/2026 in April? So a
column is looked through first, and what it does not tell a person has to.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from pipecli.core.value import parse_amount, parse_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

_SPACES = re.compile(r"[\s'\u2019\u00a0\u202f]")
_MONEY = re.compile(r"[^\d.,+()−-]{0,4}([+−-]?)[^\d.,+()−-]{0,4}(\d[\d.,]*)[^\d.,+()−-]{0,4}([−-]?)")
_LAST = re.compile(r"[.,](\d*)\Z")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?")
_EXPONENT = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,2}", re.ASCII)
_THREE = 3

_CLOCK = r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?)?"
_ISO = re.compile(rf"(\d{{4}})[-/](\d{{1,2}})[-/](\d{{1,2}}){_CLOCK} ?(Z|UTC|[+-]\d{{2}}:?\d{{2}})?", re.ASCII)
_COMMON = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_CLOCK}", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_MILLISECONDS = re.compile(r"\d{13}", re.ASCII)
_SERIALS = range(20_000, 80_001)
_DAY_ZERO = date(1899, 12, 30)
_CENTURY = 70
"""Years of two digits from here on are of the last century."""
_NOON = 12
_MARKUP = re.compile(r"</?(?:p|br|div|span|b|i|u|ul|ol|li|a|strong|em|table|h\d)\b[^>]*>", re.IGNORECASE)
_LINES = ("p", "br", "div", "li", "tr")


@dataclass(frozen=True, slots=True)
class Days:
    """How days are written: `month_first` is None where neither the table nor a person tells."""

    zone: tzinfo
    month_first: bool | None = None

    def when(self, text: str) -> date | datetime:
        """Return a day, or an aware moment. Raises `ValueError` for what is neither, and for what may be two days."""
        if found := _ISO.fullmatch(text):
            year, month, day, *clock, offset = found.groups()
            return self._at(f"{year}-{int(month):02}-{int(day):02}", clock, offset)
        if found := _COMMON.fullmatch(text):
            first, sign, second, year, *clock = found.groups()
            month, day = self._order(text, int(first), int(second), dotted=sign == ".")
            return self._at(f"{_year(year)}-{month:02}-{day:02}", clock, None)
        if _SERIAL.fullmatch(text) and int(float(text)) in _SERIALS:
            return self._serial(Decimal(text))
        if _MILLISECONDS.fullmatch(text):
            return datetime.fromtimestamp(int(text) // 1000, UTC)
        raise ValueError(f"{text!r} is neither a day nor a moment")

    def day(self, text: str) -> date:
        """Return the day of a day or moment."""
        found = self.when(text)
        return found.astimezone(self.zone).date() if isinstance(found, datetime) else found

    def _order(self, text: str, first: int, second: int, *, dotted: bool) -> tuple[int, int]:
        """Return month and day."""
        if dotted or first > _NOON or second > _NOON or first == second:
            return (first, second) if second > _NOON and not dotted else (second, first)
        if self.month_first is None:
            raise AmbiguousError(f"does the day or the month stand first in {text}?")
        return (first, second) if self.month_first else (second, first)

    def _at(self, day: str, clock: list[str | None], offset: str | None) -> date | datetime:
        parsed = parse_day(day)
        hour, minute, second, half = clock
        if hour is None:
            return parsed
        try:
            at = time(_hour(int(hour), half), int(minute or 0), int(second or 0))
        except ValueError:
            raise ValueError(f"there is no time {hour}:{minute}{f':{second}' if second else ''}") from None
        zone = (
            datetime.fromisoformat(f"{day}T00:00{'Z' if offset == 'UTC' else offset}").tzinfo if offset else self.zone
        )
        return datetime.combine(parsed, at, zone)

    def _serial(self, number: Decimal) -> date | datetime:
        """Return the moment of a spreadsheet's number: days since 1899-12-30, to the second."""
        day = _DAY_ZERO + timedelta(days=int(number))
        seconds = round((number % 1) * 86_400)
        return datetime.combine(day, time(), self.zone) + timedelta(seconds=seconds) if seconds else day


class AmbiguousError(ValueError):
    """What may be read in two ways."""


def month_first(texts: Iterable[str]) -> bool | None:
    """Return whether the month stands first in days like 02/23/26, as one of them shows; None where none does.

    None also where they contradict each other.
    """
    votes: set[bool] = set()
    for text in texts:
        found = _COMMON.fullmatch(text)
        if found and found[2] != ".":
            first, second = int(found[1]), int(found[3])
            votes |= {second > _NOON} if (first > _NOON) != (second > _NOON) else set()
    return votes.pop() if len(votes) == 1 else None


def form(text: str) -> str:
    """Return how a day is written, as a sample; the empty string for what is none."""
    if _ISO.fullmatch(text):
        return "2026-11-03"
    if found := _COMMON.fullmatch(text):
        return f"03{found[2]}11{found[2]}2026"
    return "a spreadsheet's number" if _SERIAL.fullmatch(text) else ""


def decimal_mark(texts: Iterable[str]) -> str:
    """Return what stands before decimals in the amounts of a column; the empty string where nothing tells."""
    votes = Counter(mark for text in texts if (mark := _own_mark(_digits(text)[1])))
    return votes.most_common(1)[0][0] if len(votes) == 1 else ""


def amount(text: str, mark: str = "") -> Decimal:
    """Return the amount in a cell, exactly; a currency's sign or code beside it, and spaces, are passed over.

    `mark` is what stands before decimals; without it the cell itself tells. Raises `AmbiguousError` for 1.200
    where neither does, and `ValueError` for what is no amount.
    """
    if _EXPONENT.fullmatch(text):
        return parse_amount(f"{Decimal(text):f}")
    sign, digits = _digits(text)
    if not digits:
        return parse_amount(text)
    mark = mark or _own_mark(digits) or ("" if _LAST.search(digits) else ".")
    if not mark:
        raise AmbiguousError(f"is {text} a number of thousands, or one with three decimals?")
    plain = digits.translate({ord("."): ",", ord(","): "."}) if mark == "," else digits
    if not _THOUSANDS.fullmatch(plain):
        return parse_amount(text)
    return parse_amount(sign + plain.replace(",", "").removesuffix("."))


def share(text: str, *, of_hundred: bool) -> Decimal:
    """Return a probability as a fraction: 20 % is always 0.2, a bare 20 is where it is one `of_hundred`."""
    bare = text.removesuffix("%").strip()
    found = amount(bare, "," if "," in bare else ".")
    if bare != text or of_hundred:
        found /= 100
    if not 0 <= found <= 1:
        raise ValueError("a probability lies between 0 and 100 %")
    return found


def is_of_hundred(texts: Iterable[str]) -> bool:
    """Return whether the bare numbers of a column are percentages: one of them is above 1."""
    for text in texts:
        try:
            if not text.endswith("%") and share(text, of_hundred=True) > Decimal("0.01"):
                return True
        except ValueError:
            continue
    return False


def plain_text(text: str) -> str:
    """Return a text without its markup, where it has some."""
    if not _MARKUP.search(text):
        return text
    reader = _Text()
    reader.feed(text)
    reader.close()
    return "\n".join(line for part in "".join(reader.parts).split("\n") if (line := " ".join(part.split())))


class _Text(HTMLParser):
    """Gathers what a page says."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- the base class gives them
        """Begin a line where a paragraph begins."""
        if tag in _LINES:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Take the words."""
        self.parts.append(data)


def _digits(text: str) -> tuple[str, str]:
    """Return sign and digits, with their points and commas, of an amount; empty where it is none."""
    bare = _SPACES.sub("", text)
    within = bare.removeprefix("(").removesuffix(")")
    found = _MONEY.fullmatch(within)
    if not found:
        return "", ""
    negative = within != bare or any(sign in "-−" for sign in (found[1] + found[3]))
    return "-" if negative else "", found[2]


def _own_mark(digits: str) -> str:
    """Return what stands before the decimals of one amount, where it tells."""
    last = _LAST.search(digits)
    if not last:
        return ""
    mark, other = last[0][0], "," if last[0][0] == "." else "."
    if other in digits:
        return mark
    if digits.count(mark) > 1:
        return other
    return mark if len(last[1]) != _THREE or digits.startswith("0") else ""


def _year(text: str) -> str:
    return text if len(text) > 2 else f"{'19' if int(text) >= _CENTURY else '20'}{text}"  # noqa: PLR2004 -- two digits


def _hour(hour: int, half: str | None) -> int:
    """Return the hour of the day. Raises `ValueError` for the thirteenth hour of a half."""
    if half is None:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError("a half of the day has twelve hours")
    return hour % _NOON + (_NOON if half in "pP" else 0)
