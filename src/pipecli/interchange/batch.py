"""What other systems' files say, in the one shape that every importer returns. Pure data: nothing is decided here.

A source with a history gives one `Change` for each change of a deal; a table of deals gives one for each deal, in
its present state. People, companies and contacts are named by their keys at the source.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from pipecli.core.pipeline import Kind
    from pipecli.core.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a source says of one deal at one moment; None, or empty, where it says nothing.

    `stage` and `pipeline` are names there. `kind` is said where the source knows it beside the stage (a deal that
    Pipedrive calls lost keeps its open stage): then the plan puts the deal into the won or lost stage, and `stage`
    is where it ended. `owner`, `company` and `contacts` are keys of the batch, or else names. `reason` is that of
    a loss. `fields` are columns that have no key in a deal's file.
    """

    stage: str
    pipeline: str = ""
    kind: Kind | None = None
    title: str = ""
    value: Decimal | None = None
    currency: str = ""
    owner: str = ""
    company: str = ""
    contacts: tuple[str, ...] = ()
    source: str = ""
    created: date | None = None
    expected_close: date | None = None
    closed_on: date | None = None
    probability: Decimal | None = None
    forecast: str = ""
    reason: str = ""
    next_step: str = ""
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


class Change(NamedTuple):
    """One deal as one change left it.

    `case` is its id at the source, unique in the batch. `moment` is when it came into this state: aware, or a day
    where the source has no time, or None where it says nothing. `person` made the change. `file` and `line` are
    where it stands.
    """

    case: str
    moment: datetime | date | None
    person: str
    state: State
    file: str
    line: int


class Person(NamedTuple):
    """Somebody who works with the deals: a name, and an e-mail address if there is one."""

    name: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A company at the source."""

    name: str
    domain: str = ""
    country: str = ""
    industry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A contact at the source; `company` is a key of the batch's companies."""

    name: str
    email: str = ""
    phone: str = ""
    role: str = ""
    company: str = ""


class NamedStage(NamedTuple):
    """A stage as the source defines it; `kind` is None where it does not say."""

    name: str
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that the files of one source say.

    `changes` are in the order of time; those of the same moment as they stand in the file. `whole` says that they
    are the whole history of each deal. `stages` are those of a pipeline that is made from the source, in order;
    empty where the source does not define them. `problems` are the rows that cannot be used; `remarks` what was
    read, passed over and assumed, for a person.
    """

    changes: tuple[Change, ...]
    whole: bool
    stages: tuple[NamedStage, ...] = ()
    companies: Mapping[str, Organisation] = field(default_factory=dict)
    contacts: Mapping[str, Somebody] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
