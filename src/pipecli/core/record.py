"""The records of a workspace: frozen values, each read from one file or one part of it.

The annotations carry how each value is read (`pipecli.core.value`); `pipecli.core.schema` checks text against
these same classes. Nothing here imports pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar

from pipecli.core.condition import Conditions
from pipecli.core.value import (
    Amount,
    Currency,
    Day,
    Flag,
    Hours,
    Id,
    Integer,
    Line,
    Moment,
    Month,
    Period,
    Share,
    Span,
    Target,
    Week,
    When,
)

STRICT: Mapping[str, Any] = {"extra": "forbid"}


class Kind(StrEnum):
    """What a stage means; nothing is ever inferred from its name."""

    OPEN = "open"
    ON_HOLD = "on_hold"
    WON = "won"
    LOST = "lost"


class Forecast(StrEnum):
    """Forecast categories, in rising order of confidence."""

    OMITTED = "omitted"
    PIPELINE = "pipeline"
    BEST_CASE = "best_case"
    COMMIT = "commit"
    CLOSED = "closed"


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


class RotClock(StrEnum):
    """From when a deal's rot is counted."""

    ACTIVITY = "activity"
    STAGE = "stage"
    UPDATE = "update"
    CREATED = "created"


class Level(StrEnum):
    """What a workspace may make of a rule."""

    OFF = "off"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


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


class FieldKind(StrEnum):
    """The types of a workspace's own fields."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time: days of the week (Monday is 0), hours of the day, days off."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    week: Week = frozenset(range(5))
    hours: Hours | None = None
    holidays: list[Day] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Policy:
    """Where all of `when` hold of a change, all of `require` must."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    name: Line
    when: Conditions
    require: Conditions


@dataclass(frozen=True, slots=True)
class View:
    """A saved list."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    where: Conditions = ()
    sort: Line | None = None
    columns: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Settings:
    """`pipe.yaml`."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    name: Line
    currency: Currency | None = None
    timezone: Line = "UTC"
    calendar: Calendar = field(default_factory=Calendar)
    fiscal_year_starts: Month = 1
    dead_after: Span = timedelta(days=60)
    backdate_limit: Span = timedelta(days=3)
    targets: dict[str, Target] = field(default_factory=dict)
    rules: dict[str, Level] = field(default_factory=dict)
    policies: list[Policy] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the team."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    name: Line
    email: Line | None = None
    roles: list[Id] = field(default_factory=list)
    capacity: Integer | None = None
    quota: dict[Period, Amount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Team:
    """`team.yaml`."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    members: dict[Id, Member] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rot:
    """When a deal in a stage is rotting: `after` this long by this `clock`."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    after: Span
    clock: RotClock = RotClock.ACTIVITY


@dataclass(frozen=True, slots=True)
class Roles:
    """Who does, answers for, is asked about and is told of the work in a stage: member or role ids."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    responsible: Id | None = None
    accountable: Id | None = None
    consulted: list[Id] = field(default_factory=list)
    informed: list[Id] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing to tick in a stage; a required one must be ticked before the deal leaves it."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    text: Line
    required: Flag = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a pipeline."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    id: Id
    name: Line
    kind: Kind = Kind.OPEN
    probability: Share | None = None
    forecast: Forecast | None = None
    qualified: Flag = False
    target: Span | None = None
    rot: Rot | None = None
    guide: Line | None = None
    playbook: Line | None = None
    roles: Roles | None = None
    checklist: dict[Id, ChecklistItem] = field(default_factory=dict)
    entry: Conditions = ()
    exit: Conditions = ()
    reasons: list[Line] = field(default_factory=list)
    retired: Flag = False
    aliases: list[Id] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Moves:
    """Which moves a pipeline allows; an empty list allows every stage."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    skip: Flag = True
    back: Flag = True
    create_in: list[Id] = field(default_factory=list)
    won_from: list[Id] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FieldType:
    """A workspace's own field of a deal."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    type: FieldKind
    min: Amount | None = None
    max: Amount | None = None
    choices: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`pipelines/ID.yaml`; the order of the stages is the pipeline's order."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    id: str
    path: str
    name: Line
    stages: list[Stage]
    currency: Currency | None = None
    moves: Moves = field(default_factory=Moves)
    fields: dict[Id, FieldType] = field(default_factory=dict)

    def stage(self, word: str) -> Stage | None:
        """Return the stage with this id, or that has it as an alias."""
        return next((s for s in self.stages if s.id == word), None) or next(
            (s for s in self.stages if word in s.aliases), None
        )

    def index(self, word: str) -> int:
        """Return the position of a stage in the pipeline's order, or -1."""
        found = self.stage(word)
        return self.stages.index(found) if found else -1


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
class Deal:
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
class Company:
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
class Contact:
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


@dataclass(frozen=True, slots=True)
class Rates:
    """`rates.yaml`: by currency and first day, what one unit is worth in the workspace's currency."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    rates: dict[Currency, dict[Day, Amount]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spend:
    """`spend.yaml`: by month and channel, what was spent, in the workspace's currency."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    months: dict[Period, dict[str, Amount]] = field(default_factory=dict)


ALIASES: Mapping[type, Mapping[str, str]] = {
    Outcome: {"class": "cls"},
    Task: {"for": "owner"},
}
"""Keys of the files that are words of Python, and the attributes that hold them."""
