"""The few fields of one version of a deal file that its history needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pipecli.core.problem import Problem

if TYPE_CHECKING:
    from pipecli.core.yamltext import Document
    from pipecli.history.event import State


@dataclass(frozen=True, slots=True)
class Version:
    """What one content of a deal file says; `state` is None where it says no state, `problem` why.

    `since` is the text of `stage_since`, `formerly` the ids that the deal had before, `provenance` whether it
    was imported, `close` the day of `expected_close` as it is written, empty where that is no day.
    """

    state: State | None = None
    since: str = ""
    formerly: tuple[str, ...] = ()
    provenance: bool = False
    problem: Problem | None = None
    close: str = ""


def parse(data: bytes | None) -> Version:
    """Return the version in a blob as the strict loader reads it; None: git does not have the blob. Never raises."""
    if data is None:
        return Version(problem=Problem(code="missing-object", message="git does not have this version", hint=_FETCH))
    from pipecli.core import yamltext  # noqa: PLC0415 -- yaml is imported only where text is parsed

    try:
        document = yamltext.load(data)
    except yamltext.YamlError as error:
        return Version(problem=error.problem)
    return _fields(document)


_FETCH = "fetch the missing objects (git fetch --refetch --filter=blob:limit=1m), then read again"


def _fields(document: Document) -> Version:
    data = document.data
    absent = next((key for key in ("pipeline", "stage") if not _text(data.get(key))), "")
    if absent:
        line, column = document.position((absent,))
        return Version(
            problem=Problem(code="history-gap", message=f"{absent!r} is not there as text", line=line, column=column)
        )
    formerly = data.get("formerly")
    return Version(
        state=(data["pipeline"], data["stage"]),
        since=_text(data.get("stage_since")),
        formerly=tuple(name for name in formerly if isinstance(name, str)) if isinstance(formerly, list) else (),
        provenance="provenance" in data,
        close=day(_text(data.get("expected_close"))),
    )


def day(text: str) -> str:
    """Return the text where it is a day, else the empty string."""
    if not _DAY.fullmatch(text):
        return ""
    try:
        date.fromisoformat(text)
    except ValueError:
        return ""
    return text


_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _text(value: Any) -> str:  # noqa: ANN401 -- whatever stands in the file
    return value.strip() if isinstance(value, str) else ""
