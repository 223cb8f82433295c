"""The records of a pipeline: its stages, what they ask for, and which moves it allows.

How the annotations are read: see `pipecli.core.record`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from pipecli.core.condition import Conditions
from pipecli.core.value import (
    STRICT,
    Amount,
    Currency,
    Flag,
    Id,
    Line,
    Share,
    Span,
    Target,
)


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


class RotClock(StrEnum):
    """From when a deal's rot is counted."""

    ACTIVITY = "activity"
    STAGE = "stage"
    UPDATE = "update"
    CREATED = "created"


class FieldKind(StrEnum):
    """The types of a workspace's own fields."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"


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
class Handoff:
    """What a deal has when it passes from one responsible to another, and who owns it then: a member or a role."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    require: Conditions = ()
    owner: Id | None = None


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
    next: list[Id] = field(default_factory=list)
    handoff: Handoff | None = None
    approve: Id | None = None
    reasons: list[Line] = field(default_factory=list)
    retired: Flag = False
    aliases: list[Id] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Moves:
    """Which moves a pipeline allows where a stage does not say so itself; an empty list allows every stage."""

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
    targets: dict[str, Target] = field(default_factory=dict)

    def stage(self, word: str) -> Stage | None:
        """Return the stage with this id, or that has it as an alias."""
        for stage in self.stages:  # asked of every deal by many rules, where a generator would take twice as long
            if stage.id == word:
                return stage
        return next((stage for stage in self.stages if word in stage.aliases), None)

    def named(self, words: Iterable[str]) -> list[Stage]:
        """Return the stages that words name by their ids or aliases; words for none are left out."""
        return [stage for word in words if (stage := self.stage(word))]

    def index(self, word: str) -> int:
        """Return the position of a stage in the pipeline's order, or -1."""
        found = self.stage(word)
        return self.stages.index(found) if found else -1
