"""The plan of an import: which files it makes and changes, and every row that stands against it. Pure."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from pipecli.core.contents import overlaid
from pipecli.core.edit import Edit
from pipecli.core.layout import FileKind
from pipecli.core.problem import ExitCode, PipeError, Severity
from pipecli.core.reader import BAD_CHARACTER
from pipecli.core.value import parse_currency
from pipecli.interchange import cases, members, own_fields, stages
from pipecli.interchange.again import Renewal, differing, removed, renew
from pipecli.interchange.cases import Cases, Means, start_of
from pipecli.interchange.check import after, check
from pipecli.interchange.fault import Fault, of_change
from pipecli.interchange.ids import ids
from pipecli.interchange.known import known_cases
from pipecli.interchange.parties import parties
from pipecli.interchange.targets import Target, targets

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence
    from datetime import datetime

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context
    from pipecli.interchange.again import Version
    from pipecli.interchange.batch import Batch, Change, Person
    from pipecli.interchange.cases import Step
    from pipecli.interchange.targets import Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asks for: into which pipeline, from which system, and what its words mean.

    `sourced` says that a person named the system; else it has the file's name. `pipelines`, `stages` and `owners`
    are ours by what they are called there. `reason` is why, `force` why the gates are passed, `me`
    the member who asks.
    """

    source: str
    now: datetime
    pipeline: str = ""
    sourced: bool = True
    create: bool = False
    add_members: bool = False
    keep_unknown: bool = False
    skip_bad: bool = False
    history: bool = False
    won: Sequence[str] = ()
    lost: Sequence[str] = ()
    currency: str | None = None
    pipelines: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    force: str | None = None
    me: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would do; `problems` that are errors forbid it.

    `edits` are the files that deals refer to, new or changed; `steps` are in the order of time. `known` counts the
    cases that the workspace has already, `newer` those of them with later stages in the file; `elsewhere` names
    cases that are known from another source, with that source. `left_out` counts the deals without which it goes,
    because of their rows. `warnings` are cases of which a rule says something, each with its code. `not_kept` are
    the titles of columns that go nowhere. `added` are stages that had to be added. `people` are those of the source
    by its keys. `renewable` is what the source says now of known deals that say something else here, and `renewal`
    what becomes of them. `removed` are deals that were imported before, and deleted here since.
    """

    pipelines: tuple[Pipeline, ...] = ()
    fresh: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    steps: tuple[Step, ...] = ()
    known: int = 0
    newer: int = 0
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    left_out: int = 0
    warnings: tuple[tuple[str, str], ...] = ()
    not_kept: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    people: Mapping[str, Person] = field(default_factory=dict)
    renewable: tuple[Step, ...] = ()
    renewal: Renewal = field(default_factory=Renewal)
    removed: frozenset[str] = frozenset()

    @property
    def forbidden(self) -> tuple[Problem, ...]:
        """The rows that nothing can be made of."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def will_warn(self) -> Mapping[str, int]:
        """Return how often which rule says something of the deals that are made."""
        made = {step.change.case for step in self.steps}
        return Counter(code for case, code in self.warnings if case in made)

    def deals(self) -> list[Step]:
        """Return the last step of every deal."""
        return cases.last_steps(self.steps)


def plan(workspace: Workspace, batch: Batch, asked: Asked) -> Plan:
    """Return the plan of an import; nothing is written.

    Raises `PipeError` for a pipeline that is not there, or there already, for amounts without a currency, and for
    cases that are known from another source where nobody said which this one is.
    """
    found = known_cases(workspace, batch, asked.source)
    if found.elsewhere and not asked.sourced:
        raise _which_source(found.elsewhere)
    known: Mapping[str, Deal] = {} if asked.history or batch.ours else found.here
    changes = tuple(change for change in batch.changes if change.case in known or change.case not in found.here)
    told = Plan(known=len(found.here), newer=found.newer, elsewhere=found.elsewhere, problems=batch.problems)
    if not changes:
        return told
    if all(change.case in known for change in changes):
        asked = replace(asked, create=False, won=(), lost=())
    return _plan(workspace, replace(batch, changes=changes), asked, told, known)


def renewed(
    planned: Plan, facts: Context, asked: Asked, versions: Mapping[str, Sequence[Version]], *, theirs: bool
) -> Plan:
    """Return a plan with what becomes of deals that were imported before; `versions` are what imports made of them.

    `theirs`: what is said differently here and there is taken over, and deals that were deleted here come back.
    """
    workspace = facts.workspace
    then = after(workspace, planned.edits, workspace.deals)
    context = replace(facts, workspace=replace(then, texts=overlaid(workspace.texts, then.texts)))
    found = renew(context, planned.renewable, versions, asked, theirs=theirs)
    gone = frozenset() if theirs else frozenset(removed(planned.steps, versions, asked.source))
    return replace(
        planned,
        renewal=found,
        removed=gone,
        steps=tuple(step for step in planned.steps if step.deal not in gone),
        problems=_sorted((*planned.problems, *found.problems)),
    )


def _which_source(elsewhere: Mapping[str, str]) -> PipeError:
    (case, source), more = next(iter(elsewhere.items())), len(elsewhere) - 1
    message = f"{case} is also known from {source!r}" + (f", and {more} more cases are known already" if more else "")
    hint = f"--source {shlex.quote(source)}, if this is the same system; --source NAME, if it is another one"
    return PipeError(message, hint=hint, code=ExitCode.PROBLEMS)


def _plan(workspace: Workspace, batch: Batch, asked: Asked, told: Plan, known: Mapping[str, Deal]) -> Plan:
    """Return the plan for changes of cases that are new, and of those that are known and may be renewed."""
    to = targets(workspace, batch, asked)
    owners = members.owners(workspace, batch, asked)
    placed = _placed(batch, asked, to, owners.ids)
    good = placed.good(batch.spoiled)
    own = own_fields.own_fields([change for change, _ in good], to, keep=asked.keep_unknown)
    to = own_fields.declared(to, own)
    who = parties(workspace, batch, [change for change, _ in good], asked.source, asked.now.date())
    means = Means(
        source=asked.source, imported=asked.now.date(), zone=asked.now.tzinfo, whole=batch.whole,
        partial=batch.partial, currency=_currency(workspace, to, batch.changes, asked), owners=owners.ids,
        companies=who.companies, contacts=who.contacts, fields=own.names,
    )  # fmt: skip
    new = [case for case in _in_file_order(batch.changes) if case not in known]
    names = ids(new, workspace.known[FileKind.DEAL]) | {case: deal.id for case, deal in known.items()}
    followed = Cases(means, names)
    everything = list(followed.steps(good))
    steps = [step for step in everything if step.change.case not in known]
    edits = (
        *(Edit(one.path, None, stages.text(one), "made") for one in to.made()),
        *own_fields.edits(workspace, to, own),
        *members.edit(workspace, owners, [change.state.owner for change, _ in good]),
        *who.edits,
    )
    checked = check(workspace, edits, cases.last_steps(steps), asked.now)
    faults = (*placed.faults, *owners.faults, *who.faults, *followed.faults, *checked.faults)
    spoiled = {fault.case for fault in faults} | placed.spoiled | batch.spoiled
    found = replace(
        told, pipelines=to.all(), fresh=to.fresh, problems=_sorted((*batch.problems, *(f.problem for f in faults))),
        left_out=len(spoiled), warnings=tuple(checked.warnings), not_kept=tuple(own.left), added=to.added,
        people=batch.people,
    )  # fmt: skip
    if found.forbidden and not asked.skip_bad:
        return found
    now = cases.last_steps(step for step in everything if step.change.case in known)
    return replace(
        found,
        edits=edits,
        steps=tuple(step for step in steps if step.change.case not in spoiled),
        renewable=tuple(s for s in now if s.change.case not in spoiled and differing(known[s.change.case], s)),
    )


@dataclass(slots=True)
class _Placed:
    """Every change with where it leads, the changes that lead nowhere, and the cases that cannot be taken."""

    changes: list[tuple[Change, Target]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)

    def good(self, spoiled: Collection[str]) -> list[tuple[Change, Target]]:
        """Return the changes of cases against which nothing is known."""
        without = {fault.case for fault in self.faults} | self.spoiled | set(spoiled)
        return [pair for pair in self.changes if pair[0].case not in without] if without else self.changes


def _placed(batch: Batch, asked: Asked, to: Targets, owners: Container[str]) -> _Placed:
    found = _Placed()
    currencies: set[str] = set()
    texts: dict[int, str] = {}
    for change in batch.changes:
        target = to.of(change)
        wrong = _text_fault(change, texts) or _currency_fault(change, currencies)
        wrong = wrong or (_moment_fault(change) if asked.history else None)
        if isinstance(target, Target) and wrong is None:
            found.changes.append((change, target))
        found.faults += [fault for fault in (target, wrong) if isinstance(fault, Fault)]
        if change.state.owner and change.state.owner not in owners:
            found.spoiled.add(change.case)
    return found


def _text_fault(change: Change, known: dict[int, str]) -> Fault | None:
    """Return what is wrong with the texts of a change; `known` is what is, by the identity of its state."""
    state = change.state
    wrong = known.get(id(state))
    if wrong is None:
        words = (state.owner, state.company, state.title, state.source, state.reason, state.next_step, *state.contacts)
        texts = [text for text in (*words, *state.tags, *state.fields.values()) if text]
        wrong = "a text of it is blank" if any(not text.strip() for text in texts) else ""
        wrong = "there are control characters in it" if any(map(BAD_CHARACTER.search, texts)) else wrong
        known[id(state)] = wrong
    return of_change(change, wrong, "delete them, or leave the row out") if wrong else None


def _currency_fault(change: Change, known: set[str]) -> Fault | None:
    """Return what is wrong with the currency of a change; `known` are codes that are right."""
    code = change.state.currency
    if not code or code in known:
        return None
    try:
        known.add(parse_currency(code))
    except ValueError as error:
        return of_change(change, f"the currency {code!r}: {error}", "write EUR, USD …, or 'constants' in a map")
    return None


def _moment_fault(change: Change) -> Fault | None:
    """Return why a change cannot be a commit."""
    if change.moment is None:
        return of_change(change, "nothing says when it came into its stage", "leave out --history, or the row")
    if start_of(change.moment, UTC).timestamp() < 0:
        return of_change(change, f"{change.moment} is before 1970, which git cannot keep", "correct it")
    return None


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.path, problem.line, problem.column)))


def _in_file_order(changes: Sequence[Change]) -> list[str]:
    return list(dict.fromkeys(change.case for change in sorted(changes, key=lambda change: (change.file, change.line))))


def _currency(workspace: Workspace, to: Targets, changes: Sequence[Change], asked: Asked) -> str | None:
    """Return the currency of amounts without one, or None where there are neither."""
    own = {pipeline.currency for pipeline in to.all()}
    found = asked.currency or (own.pop() if len(own) == 1 else None) or workspace.settings.currency
    if found is None and any(one.state.value is not None and not one.state.currency for one in changes):
        hint = "--currency EUR, or 'currency: EUR' in pipe.yaml"
        raise PipeError("in which currency are the values?", hint=hint, code=ExitCode.USAGE)
    return found
