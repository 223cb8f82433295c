"""What other systems' files say, in the one shape that every importer returns. Pure data: nothing is decided here.

A source with a history gives one `Change` for each change of a deal; a table of deals gives one for each deal, in
its present state. People, companies and contacts are named by their keys at the source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from pipecli.core.emit import Value
    from pipecli.core.pipeline import Kind
    from pipecli.core.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a source says of one deal at one moment; None, or empty, where it says nothing.

    `stage` and `pipeline` are names there. `kind` is said where the source knows it beside the stage (a deal that
    Pipedrive calls lost keeps its open stage): then the plan puts the deal into the won or lost stage, and `stage`
    is where it ended. `owner`, `company` and `contacts` are keys of the batch, or else names. `reason` is that of
    a loss. `close_date` is for a source that has one day for both: when an open deal is expected to close, and a closed
    one did. `next_due` is when the next step is due. `fields` are columns that have no key in a deal's file, by the
    title that they have there. `more` are keys of a deal's file as they stand in it (hold, tasks …), for sources that
    know them; None leaves one out.
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
    close_date: date | None = None
    probability: Decimal | None = None
    forecast: str = ""
    reason: str = ""
    next_step: str = ""
    next_due: date | None = None
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Value | None] = field(default_factory=dict)


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
    """A stage as the source defines it; `kind` is None where it does not say.

    `pipeline` is the name of the pipeline there that it belongs to, where the source has several.
    """

    name: str
    kind: Kind | None = None
    pipeline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that the files of one source say.

    `changes` are in the order of time; those of the same moment as they stand in the file. `whole` says that they
    are the whole history of each deal, except of those that are `partial`: they began before, as the source knows.
    `stages` are those of a pipeline that is made from the source, in order; empty where the source does not define
    them. `problems` are the rows that cannot be used (errors, which stop an import unless a person wants to go without
    these rows) and those to look at (warnings, which do not). `spoiled` are the cases that such a row belongs to: with
    a history they are left out whole. `remarks` are what was read, passed over and assumed, for a person. `system` is
    what the source is called unless a person names it. `ours` says that the source is a workspace like this one, whose
    ids of deals, companies and contacts are kept.
    """

    changes: tuple[Change, ...]
    whole: bool
    ours: bool = False
    partial: frozenset[str] = frozenset()
    stages: tuple[NamedStage, ...] = ()
    companies: Mapping[str, Organisation] = field(default_factory=dict)
    contacts: Mapping[str, Somebody] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    spoiled: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    system: str = ""


class File(NamedTuple):
    """One file to read: its name, with slashes below the folder that was given, and its bytes."""

    name: str
    data: bytes


Read = Callable[[Sequence[File], datetime], Batch]
"""An importer: files in, batch out. Times without an offset are in the zone of the moment, which is now.

Raises `PipeError` where the files are not what the importer reads at all.
"""
