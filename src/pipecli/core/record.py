"""The records of deals, companies and contacts: frozen values, each read from one file or one part of it.

The annotations carry how each value is read (`pipecli.core.value`); `pipecli.core.schema` checks text against
these same classes. Nothing here imports pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from pipecli.core.late import Late
from pipecli.core.pipeline import Forecast
from pipecli.core.value import (
    STRICT,
    Amount,
    Currency,
    Day,
    Id,
    Line,
    Moment,
    Share,
    When,
)


class OutcomeClass(StrEnum):
    """Why a deal was lost, in classes that mean the same in every pipeline."""

    COMPETITOR = "competitor"
    NO_DECISION = "no_decision"
    BUDGET = "budget"
    TIMING = "timing"
    BAD_FIT = "bad_fit"
    UNREACHABLE = "unreachable"
    DUPLICATE = "duplicate"
    OTHER = "other"


class ActivityKind(StrEnum):
    """What was done with the people behind a deal."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    MESSAGE = "message"
    LETTER = "letter"
    DEMO = "demo"
    NOTE = "note"


class Direction(StrEnum):
    """Who reached out: we (`out`) or they (`in`)."""

    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Hold:
    """A deal is parked, for a reason and until a day."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    until: Day
    reason: Line


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a deal was lost; `stage` is where."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    cls: OutcomeClass | None = None
    reason: Line | None = None
    competitor: Line | None = None
    stage: Id | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens next in a deal, and when."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    do: Line
    due: Day | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a deal; `owner` is the key `for` in the file."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    id: Id
    do: Line
    due: Day | None = None
    owner: Id | None = None
    done: Day | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that was done, with whom it went out or came in."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    at: Moment
    kind: ActivityKind
    direction: Direction | None = None
    by: Id | None = None
    outcome: Line | None = None
    note: Line | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """From which system a record was imported, and its id there."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    source: Line
    id: Line
    imported: When | None = None


@dataclass(frozen=True, slots=True)
class Deal(Late):
    """`deals/**/ID.yaml`: the present state of one deal."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    id: str
    path: str
    title: Line
    pipeline: Id
    stage: Id
    stage_since: When | None = None
    value: Amount | None = None
    currency: Currency | None = None
    owner: Id | None = None
    company: Id | None = None
    contacts: list[Id] = field(default_factory=list)
    source: Line | None = None
    created: Day | None = None
    expected_close: Day | None = None
    closed_on: Day | None = None
    probability: Share | None = None
    forecast: Forecast | None = None
    hold: Hold | None = None
    outcome: Outcome | None = None
    next_step: NextStep | None = None
    tags: list[Line] = field(default_factory=list)
    checklist: dict[Id, Day] = field(default_factory=dict)
    fields: dict[Id, Line] = field(default_factory=dict)
    formerly: list[Id] = field(default_factory=list)
    provenance: Provenance | None = None
    tasks: list[Task] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Company(Late):
    """`companies/ID.yaml`."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    id: str
    path: str
    name: Line
    domain: Line | None = None
    country: Line | None = None
    industry: Line | None = None
    owner: Id | None = None
    tags: list[Line] = field(default_factory=list)
    notes: Line | None = None
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True)
class Contact(Late):
    """`contacts/ID.yaml`."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    id: str
    path: str
    name: Line
    email: Line | None = None
    phone: Line | None = None
    role: Line | None = None
    company: Id | None = None
    tags: list[Line] = field(default_factory=list)
    notes: Line | None = None
    provenance: Provenance | None = None


ALIASES: Mapping[type, Mapping[str, str]] = {
    Outcome: {"class": "cls"},
    Task: {"for": "owner"},
}
"""Keys of the files that are words of Python, and the attributes that hold them."""
