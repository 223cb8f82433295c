"""One row of a table of deals as the state of a deal. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pipecli.core.pipeline import Forecast, Kind
from pipecli.core.reader import BAD_CHARACTER
from pipecli.interchange import cells
from pipecli.interchange.batch import State
from pipecli.interchange.cases import start_of
from pipecli.interchange.columns import OWN
from pipecli.interchange.fault import CellError, cell_problem, oddity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from pipecli.core.emit import Value
    from pipecli.core.problem import Problem
    from pipecli.interchange.cells import Days
    from pipecli.interchange.sheet import Sheet

T = TypeVar("T")

_LONGEST = 500
_YES, _NO = ("true", "1", "yes", "y"), ("false", "0", "no", "n", "")
KINDS = {"open": Kind.OPEN, "won": Kind.WON, "lost": Kind.LOST, "on_hold": Kind.ON_HOLD}
_FORECASTS = {
    "omitted": Forecast.OMITTED, "omit": Forecast.OMITTED, "not forecasted": Forecast.OMITTED,
    "pipeline": Forecast.PIPELINE, "best case": Forecast.BEST_CASE, "bestcase": Forecast.BEST_CASE,
    "commit": Forecast.COMMIT, "forecast": Forecast.COMMIT, "closed": Forecast.CLOSED, "closed won": Forecast.CLOSED,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the cells of a table are to be read: what its columns show, and what a person told of it.

    `places` are the columns of each field. `marks` stand before decimals, and `of_hundred` are the fields whose
    bare numbers are percentages.
    """

    table: Sheet
    places: Mapping[str, Sequence[int]]
    days: Days
    now: datetime
    kinds: Mapping[str, Kind]
    constants: Mapping[str, str]
    mark: str = ""
    of_hundred: bool = False
    entered: Sequence[int] = ()

    @property
    def unread(self) -> list[int]:
        """The places of columns that no field is for."""
        read = {place for places in self.places.values() for place in places} | set(self.entered)
        return [place for place in range(len(self.table.header)) if place not in read]


@dataclass(frozen=True, slots=True)
class DealRow:
    """A row, whose cells are asked for by what they say; `warnings` gathers what is to be looked at."""

    manner: Manner
    line: int
    cells: Sequence[str]
    warnings: list[Problem]

    def raw(self, what: str) -> str:
        """Return the first filled cell of a field, else what the map says of every deal."""
        texts = (self.cells[place].strip() for place in self.manner.places.get(what, ()))
        return next((text for text in texts if text), self.manner.constants.get(what, ""))

    def text(self, what: str) -> str:
        """Return the content of a cell in one line."""
        text = " ".join(cells.plain_text(self.raw(what)).split())
        if BAD_CHARACTER.search(text):
            raise CellError(what, "there are control characters in it", "delete them")
        if len(text) > _LONGEST:
            raise CellError(what, f"it is longer than {_LONGEST} characters", "shorten it")
        return text

    def several(self, what: str, dividers: str) -> tuple[str, ...]:
        """Return the words of a cell."""
        text = self.text(what)
        for sign in dividers[1:]:
            text = text.replace(sign, dividers[0])
        return tuple(dict.fromkeys(word for part in text.split(dividers[0]) if (word := part.strip())))

    def day(self, what: str) -> date | None:
        """Return a day."""
        return self._read(what, self.manner.days.day, "write a day like 2026-11-03")

    def when(self, what: str) -> date | datetime | None:
        """Return a day or a moment."""
        return self._read(what, self.manner.days.when, "write 2026-11-03T14:05:00+01:00")

    def value(self) -> Decimal | None:
        """Return the amount; one below zero is told."""
        found = self._read("value", lambda text: cells.amount(text, self.manner.mark), "write it like 48000.00")
        if found is not None and found < 0:
            self.warn("value", f"{found} is below zero")
        return found

    def probability(self) -> Decimal | None:
        """Return the probability as a fraction."""
        remedy = "write it like 20 %"
        found = self._read("percent", lambda text: cells.share(text, of_hundred=True), remedy)
        if found is not None:
            return found
        return self._read("probability", lambda text: cells.share(text, of_hundred=self.manner.of_hundred), remedy)

    def kind(self) -> Kind | None:
        """Return what a row says of how the deal stands, beside its stage; None where it says nothing."""
        word = self.raw("kind").casefold()
        if word:
            if word not in self.manner.kinds:
                told = ", ".join(KINDS)
                raise CellError("kind", f"{word!r} is none of {told}", f"name it under 'kinds' in a map: {word}: won")
            return self.manner.kinds[word]
        won, closed = self._flag("is_won"), self._flag("is_closed")
        if won:
            return Kind.WON
        return None if closed is None else Kind.LOST if closed else Kind.OPEN

    def forecast(self) -> str:
        """Return our forecast category; one that we do not have is told and left out."""
        word = self.text("forecast").casefold().replace("_", " ")
        if word and word not in _FORECASTS:
            self.warn("forecast", f"{word!r} is no forecast category here, and is left out")
        return str(_FORECASTS.get(word, ""))

    def own_fields(self) -> dict[str, str]:
        """Return the contents of columns that no key of a deal is for, by their titles."""
        told = {*self.manner.places, *self.manner.constants}
        found = {what: self.raw(what) for what in sorted(told) if what.startswith(OWN)}
        for place in self.manner.unread:
            found[self.manner.table.header[place]] = self.cells[place].strip()
        texts = {title: cells.plain_text(text) for title, text in found.items() if text}
        for title, text in texts.items():
            if BAD_CHARACTER.search(text):
                raise CellError("", f"there are control characters in the column {title!r}", "delete them")
        return texts

    def note(self, created: date | None) -> dict[str, Value]:
        """Return a note among the activities, made when the deal was created, so far as that is known."""
        text = cells.plain_text(self.raw("note")).strip()
        if not text:
            return {}
        if BAD_CHARACTER.search(text):
            raise CellError("note", "there are control characters in it", "delete them")
        at = start_of(created, self.manner.days.zone) if created else self.manner.now.replace(microsecond=0)
        return {"activities": [{"at": at, "kind": "note", "note": text}]}

    def warn(self, what: str, message: str) -> None:
        """Note what a person should look at in a cell."""
        self.warnings.append(oddity(self.problem(CellError(what, message, ""))))

    def problem(self, error: CellError) -> Problem:
        """Return what is wrong with the row, at the cell that it is about."""
        places = self.manner.places.get(error.what, ())
        filled = (place for place in places if self.cells[place].strip())
        return cell_problem(self.manner.table, self.line, next(filled, places[0] if places else None), error)

    def _flag(self, what: str) -> bool | None:
        word = self.raw(what).casefold()
        if word not in (*_YES, *_NO):
            raise CellError(what, f"{word!r} is neither TRUE nor FALSE", "write one of the two")
        return None if not word else word in _YES

    def _read(self, what: str, parse: Callable[[str], T], remedy: str) -> T | None:
        text = self.raw(what)
        try:
            return parse(text) if text else None
        except cells.AmbiguousError as error:
            option = (
                "--decimal point, or --decimal comma" if what == "value" else "--date-format day-first, or month-first"
            )
            raise CellError(what, str(error), option) from None
        except ValueError as error:
            raise CellError(what, str(error), f"{remedy}, or leave the row out") from None


def state(row: DealRow, owner: str, company: str, contacts: tuple[str, ...]) -> State:
    """Return the state of the deal in a row. Raises `CellError` for the first cell that cannot be used."""
    created, fields = row.day("created"), row.own_fields()
    return State(
        stage=row.text("stage"), pipeline=row.text("pipeline"), kind=row.kind(), title=row.text("title"),
        value=row.value(), currency=row.text("currency").upper(), owner=owner, company=company, contacts=contacts,
        source=row.text("source"), created=created, expected_close=row.day("expected_close"),
        closed_on=row.day("closed_on"), close_date=row.day("close_date"), probability=row.probability(),
        forecast=row.forecast(), reason=row.text("reason"), next_step=row.text("next_step"),
        next_due=row.day("next_due"), tags=row.several("tags", ",;"), fields=fields, more=row.note(created),
    )  # fmt: skip


def keyed(row: DealRow) -> Iterator[str]:
    """Yield what names the deal at the source: its id, else its title."""
    for what in ("id", "title"):
        if what in row.manner.places:
            text = row.text(what)
            if not text:
                raise CellError(what, f"the {what} is blank", "fill the cell, or leave the row out")
            yield text
