"""What a commit makes of the deals, as plain lists that JSON can hold, and back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pipecli.core.problem import Problem, Severity
from pipecli.core.visit import Clock, Truncated
from pipecli.history.effective import Made
from pipecli.history.event import Event, Timeline
from pipecli.history.snapshot import File, Held
from pipecli.history.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipecli.history.commit import Commit
    from pipecli.history.event import Ref

Packed = list[Any]
_CLOCKS, _TRUNCATED = tuple(Clock), tuple(Truncated)
_PLACES = {clock: place for place, clock in enumerate(_CLOCKS)} | {cut: place for place, cut in enumerate(_TRUNCATED)}
_REF = 2
"""A `Held` that another commit made is told by its number and a place."""


class Author(NamedTuple):
    """Who made a commit, and when."""

    hash: str
    name: str
    email: str
    authored: datetime
    recorded: datetime


def held(one: Held | None, no: int, place: int, numbers: Callable[[str], int]) -> Packed | None:
    """Return a `Held` for the entry at a place of a commit; one that is kept already is a reference to it.

    It and the timeline's new part are kept from then on. `numbers` has the numbers of commits.
    """
    if one is None:
        return None
    if one.ref:
        return list(one.ref)
    one.ref = (no, place)
    nodes = _nodes(one.timeline, no, place, numbers)
    made = [one.made.authored.isoformat(), one.made.recorded.isoformat()] if one.made else None
    known = list(one.timeline.ref) if one.timeline and one.timeline.ref else None
    return [known, one.files, one.since, one.names, made, int(one.broken), nodes]


def _nodes(timeline: Timeline | None, no: int, place: int, numbers: Callable[[str], int]) -> list[Packed]:
    fresh: list[Timeline] = []
    while timeline and not timeline.ref:
        fresh.append(timeline)
        timeline = timeline.before
    for number, node in enumerate(reversed(fresh)):
        node.ref = (no, place, number)
    return [_node(node, numbers) for node in reversed(fresh)]


def _node(node: Timeline, numbers: Callable[[str], int]) -> Packed:
    event = node.event
    return [
        node.before and node.before.ref,
        event.deal,
        numbers(event.commit),
        *(event.state or (None, None)),
        event.effective.isoformat(),
        _PLACES[event.clock],
        event.op,
        event.reason,
        event.from_trailer + 2 * event.imported,
        _PLACES[event.truncated],
        event.number,
        event.after and event.after.ref,
    ]


def is_reference(packed: Packed) -> bool:
    """Return whether a packed `Held` is that of another commit."""
    return len(packed) == _REF


def unpacked(packed: Packed, ref: Ref, timeline: Callable[[Ref], Timeline]) -> Held:
    """Return the `Held` that an entry makes."""
    known, files, since, names, made, broken, _ = packed
    return Held(
        timeline=timeline(tuple(known)) if known else None,
        files=tuple(File(path, blob) for path, blob in files),
        since=since,
        names=tuple(names),
        made=Made(*map(datetime.fromisoformat, made)) if made else None,
        broken=bool(broken),
        ref=ref,
    )


def files_of(packed: Packed) -> Packed:
    """Return the paths and blobs of a packed `Held`'s files."""
    return list(packed[1])


def before(node: Packed) -> Ref | None:
    """Return where the timeline before a node is kept."""
    return tuple(node[0]) if node[0] else None


def after(node: Packed) -> Ref | None:
    """Return where the timeline is kept that the commit of a node found."""
    return tuple(node[-1]) if node[-1] else None


def made_by(node: Packed) -> int:
    """Return the number of the commit that made a node's event."""
    return int(node[2])


def event(node: Packed, author: Author, found: Timeline | None) -> Event:
    """Return the event of a node; `found` is the timeline that its commit found."""
    _, deal, _, pipeline, stage, effective, clock, op, reason, flags, truncated, number, _ = node
    return Event(
        deal=deal,
        commit=author.hash,
        state=None if stage is None else (pipeline, stage),
        effective=datetime.fromisoformat(effective),
        recorded=author.recorded,
        clock=_CLOCKS[clock],
        author=author.name,
        email=author.email,
        op=op,
        reason=reason,
        from_trailer=bool(flags & 1),
        imported=bool(flags & 2),
        truncated=_TRUNCATED[truncated],
        number=number,
        after=found,
    )


def version(found: Version) -> Packed:
    """Return a version."""
    problem = found.problem and problem_of(found.problem)
    return [found.state, found.since, found.formerly, int(found.provenance), problem, found.close]


def version_from(packed: Packed) -> Version:
    """Return the version that was packed."""
    state, since, formerly, provenance, problem, close = packed
    return Version(
        state=tuple(state) if state else None,
        since=since,
        formerly=tuple(formerly),
        provenance=bool(provenance),
        problem=problem and problem_from(problem),
        close=close,
    )


def problem_of(problem: Problem) -> Packed:
    """Return a problem of the history."""
    return [problem.code, problem.message, problem.path, problem.line, problem.column, problem.severity.value,
            problem.hint, problem.excerpt, problem.loc, int(problem.at_key)]  # fmt: skip


def problem_from(packed: Packed) -> Problem:
    """Return the problem that was packed."""
    code, message, path, line, column, severity, hint, excerpt, loc, at_key = packed
    return Problem(
        code=code, message=message, path=path, line=line, column=column, severity=Severity(severity),
        hint=hint, excerpt=excerpt, loc=tuple(loc), at_key=bool(at_key),
    )  # fmt: skip


def author_of(commit: Commit) -> Packed:
    """Return who made a commit, and when."""
    return [commit.author, commit.email, commit.authored.isoformat(), commit.recorded.isoformat()]


def author(name: str, packed: Packed) -> Author:
    """Return who made the commit of a hash."""
    by, email, authored, recorded = packed
    return Author(name, by, email, datetime.fromisoformat(authored), datetime.fromisoformat(recorded))
