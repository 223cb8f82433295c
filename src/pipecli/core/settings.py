"""The records of a workspace's own files: settings, team, rates, spend.

How the annotations are read: see `pipecli.core.record`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar

from pipecli.core.condition import Conditions
from pipecli.core.value import (
    STRICT,
    Amount,
    Country,
    Currency,
    Day,
    Hours,
    Id,
    Integer,
    Line,
    Month,
    Part,
    Period,
    Region,
    Span,
    Target,
    Week,
)


class Level(StrEnum):
    """What a workspace may make of a rule."""

    OFF = "off"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Signatures(StrEnum):
    """Whether commits that change the workspace have to be signed."""

    OFF = "off"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time: days of the week (Monday is 0), hours of the day, days off, by day or those of a country."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    week: Week = frozenset(range(5))
    hours: Hours | None = None
    holidays: list[Day] = field(default_factory=list)
    country: Country | None = None
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class UnitEconomics:
    """What a customer is worth: revenue a year, the share of it that is left after its cost, the share lost a year."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    revenue_per_account: Amount | None = None
    gross_margin: Part | None = None
    churn: Part | None = None


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
    group: Line | None = None
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
    signatures: Signatures = Signatures.OFF
    unit_economics: UnitEconomics = field(default_factory=UnitEconomics)
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

    def who(self, word: str) -> tuple[str, ...]:
        """Return the ids of the members that a word means: the one with this id, and those who have this role."""
        return tuple(name for name, member in self.members.items() if word == name or word in member.roles)


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
