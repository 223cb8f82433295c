"""An opportunity of Salesforce and its past, as changes of a deal. Pure.

A row of `OpportunityHistory` is a save, not a visit: what equals the save before is no change, and another amount in
the same stage changes the value alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.interchange.batch import Change, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from pipecli.interchange.style import Style

CLOSED = (Kind.WON, Kind.LOST)


class Save(NamedTuple):
    """What one row says of an opportunity, by the keys of a state, and who saved it when."""

    moment: datetime | None
    said: Mapping[str, Any]
    person: str
    file: str
    line: int


class Edit(NamedTuple):
    """A save of something that `OpportunityHistory` does not keep, and what was there before."""

    key: str
    old: str
    save: Save


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An opportunity as it is now, its past in the order of time, and days that are known of it.

    The moment of `now` is when it was saved last; where it has no `saves`, since when it is in its stage, if that is
    known. `entered`
    is since when it is there as it says itself, `kind` what its stage means.

    Where it closes, or was to close, before it was `created`, the record was made late: then it is not known when the
    deal came up.
    """

    case: str
    kind: Kind
    now: Save
    created: date | None
    entered: datetime | None
    saves: Sequence[Save] = ()
    edits: Sequence[Edit] = ()

    @property
    def is_late(self) -> bool:
        """Whether the deal was there before its record."""
        close = self.now.said.get("close_date")
        return bool(close and self.created and close < self.created)


def changes(one: Opportunity, kinds: Mapping[str, Kind], style: Style) -> Iterator[Change]:
    """Yield the creation of an opportunity, and what each save changed; `kinds` are those of all stages."""
    begun = {"created": None if one.is_late else one.created}
    said = {**one.now.said, **begun, **{edit.key: edit.old for edit in reversed(one.edits)}}
    kind: Kind | None = None
    since, shown = None, None
    for save in saves(one):
        said |= save.said
        before, kind = kind, kinds[said["stage"]]
        if kind is not before:
            since = style.local_day(save.moment) if save.moment else None
        state = _state(said, kind, since, style)
        if state != shown:
            shown = state
            yield Change(one.case, save.moment, save.person, state, save.file, save.line)


def saves(one: Opportunity) -> list[Save]:
    """Return all saves of an opportunity in the order of time; the last says what is so now."""
    told = sorted([*one.saves, *(edit.save for edit in one.edits)], key=attrgetter("moment"))
    if not told or told[-1].moment is None:
        return [one.now]
    last = told[-1].moment
    moved = is_elsewhere(one)
    moment = max((one.entered if moved else None) or one.now.moment or last, last)
    if moved or moment > last:
        return [*told, one.now._replace(moment=moment)]
    return [*told[:-1], told[-1]._replace(said={**told[-1].said, **one.now.said})]


def is_elsewhere(one: Opportunity) -> bool:
    """Return whether an opportunity is now in another stage than its history says."""
    return bool(one.saves) and one.now.said["stage"] != one.saves[-1].said["stage"]


def closes_later(said: Mapping[str, Any], kind: Kind, style: Style) -> bool:
    """Return whether an opportunity is closed, and its date of closing blank or still to come."""
    close = said.get("close_date")
    return kind in CLOSED and (close is None or style.is_to_come(close))


def _state(said: Mapping[str, Any], kind: Kind, since: date | None, style: Style) -> State:
    """Return the state of a deal; `since` is the day since when it is open, won or lost."""
    keys = {key: value for key, value in said.items() if key != "close_date"}
    if closes_later(said, kind, style):
        return State(**keys, closed_on=since)
    return State(**keys, close_date=said.get("close_date"))
