"""The fields of a deal in Pipedrive, and what a new value of each says of its state here. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipecli.core.pipeline import Kind
from pipecli.core.problem import did_you_mean
from pipecli.interchange.fault import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipecli.interchange.pipedrive_lists import Lists
    from pipecli.interchange.rows import Row

ADDED, STAGE, STATUS, LOST_REASON = "add_time", "stage_id", "status", "lost_reason"
DELETED = "deleted"
_STATUS: Mapping[str, Kind | None] = {"open": None, "won": Kind.WON, "lost": Kind.LOST, DELETED: None}
_OWN = re.compile(r"[0-9a-f]{40}(?:_\w+)?", re.ASCII)
"""The keys of the fields that people defined themselves."""
OPEN: Mapping[str, Any] = {"kind": None, "closed_on": None, "reason": ""}
"""What is said of a deal that is open, again or still."""


def is_read(key: str) -> bool:
    """Return whether the values of a field are read."""
    return key in KEYS or bool(_OWN.fullmatch(key))


def said(key: str, row: Row, lists: Lists) -> Mapping[str, Any] | None:
    """Return which keys of a state a row sets that is about a field; None for one that is not read."""
    if key in KEYS:
        return KEYS[key](row, lists)
    return {"fields": {lists.names.get(key, key): _labels(key, row, lists)}} if is_read(key) else None


def _added(row: Row, _: Lists) -> Mapping[str, Any]:
    when = row.moment("value") or row.moment("time")
    return {"created": row.style.local_day(when)} if when else {}


def _stage(row: Row, lists: Lists) -> Mapping[str, Any]:
    number = row.named("value")
    stage = lists.stages.get(number)
    if stage is None:
        known = ", ".join(f"{key} {known.name}" for key, known in lists.stages.items())
        raise CellError("value", f"there is no stage {number}", f"add it to the stages; there are: {known}")
    return {"stage": stage.name, "pipeline": stage.pipeline}


def _status(row: Row, _: Lists) -> Mapping[str, Any]:
    word = row.text("value").casefold()
    if word not in _STATUS:
        raise CellError("value", f"there is no status {word!r}", did_you_mean(word, _STATUS))
    return {"kind": _STATUS[word]} if _STATUS[word] else OPEN


def _closed(row: Row, _: Lists) -> Mapping[str, Any]:
    """Return when a deal closed; a blank one says nothing, since a won deal has no time of loss."""
    when = row.moment("value")
    return {"closed_on": row.style.local_day(when)} if when else {}


def _company(row: Row, lists: Lists) -> Mapping[str, Any]:
    number = row.text("value")
    return {"company": number if number in lists.organisations else ""}


def _contacts(row: Row, lists: Lists) -> Mapping[str, Any]:
    number = row.text("value")
    return {"contacts": (number,) if number in lists.persons else ()}


def _labels(key: str, row: Row, lists: Lists) -> str:
    """Return the value of a field in words; of a field with options that may be several."""
    options = lists.options.get(key)
    return ", ".join(options.get(number, number) for number in _numbers(row)) if options else row.text("value")


def _tags(row: Row, lists: Lists) -> Mapping[str, Any]:
    options = lists.options.get("label", {})
    return {"tags": tuple(options.get(number, number) for number in _numbers(row))}


def _numbers(row: Row) -> list[str]:
    return [number.strip() for number in row.text("value").split(",") if number.strip()]


KEYS: Mapping[str, Callable[[Row, Lists], Mapping[str, Any]]] = {
    ADDED: _added,
    STAGE: _stage,
    STATUS: _status,
    LOST_REASON: lambda row, lists: {"reason": lists.label(LOST_REASON, row)},
    "won_time": _closed,
    "lost_time": _closed,
    "user_id": lambda row, _: {"owner": row.text("value")},
    "owner_id": lambda row, _: {"owner": row.text("value")},
    "title": lambda row, _: {"title": row.text("value")},
    "value": lambda row, _: {"value": row.amount("value")},
    "currency": lambda row, _: {"currency": row.currency("value")},
    "probability": lambda row, _: {"probability": row.share("value")},
    "expected_close_date": lambda row, _: {"expected_close": row.day("value")},
    "org_id": _company,
    "person_id": _contacts,
    "label": _tags,
}
"""By a field's key, what reads its values."""
