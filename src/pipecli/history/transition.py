"""How one commit continues the timeline of one deal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.visit import Clock, Truncated
from pipecli.history.chain import fitting
from pipecli.history.effective import Made, effective, is_known, on_day
from pipecli.history.event import Event, append, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from pipecli.history.commit import Commit
    from pipecli.history.event import State, Timeline
    from pipecli.history.trailer import Move


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for all transitions of one commit.

    `imported`: the commit carries history from another system. `boundary`: its parents were not fetched.
    `plain`: it is dated by its author alone (a merge, where only first parents are read).
    """

    commit: Commit
    zone: tzinfo
    imported: bool = False
    boundary: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a commit leaves of a deal.

    Its state, `stage_since` where this commit wrote it, and whether it was imported from another system.
    """

    state: State | None
    since: str = ""
    provenance: bool = False


def continued(
    at: Circumstances, deal: str, before: Timeline | None, outcome: Outcome, moves: Sequence[Move] = ()
) -> tuple[Timeline | None, tuple[Move, ...]]:
    """Return the timeline after the commit, and those of the trailers that contradict the tree.

    `moves` are the commit's trailers about this deal. One that is known already, by its `Pipe-Op` or by state
    and moment, is a re-application, and says nothing new.
    """
    if at.plain or at.boundary:
        moves = ()
    unknown = _unknown(before, moves) if moves else ()
    start = state_of(before)
    chain = fitting(unknown, start, outcome.state) if unknown else ()
    rest = tuple(move for move in unknown if move not in chain)
    if len(chain) > 1:
        return _told(at, before, outcome, chain), rest
    if start == outcome.state:
        return before, rest
    return append(before, _event(at, deal, before, outcome, chain[0] if chain else None)), rest


def _unknown(before: Timeline | None, moves: Sequence[Move]) -> tuple[Move, ...]:
    events = before.events() if before else ()
    ops = {(event.op, event.deal) for event in events if event.op}
    told = {(event.deal, event.state, event.effective) for event in events}
    return tuple(
        move
        for move in moves
        if ((move.op, move.deal) not in ops if move.op else (move.deal, move.target, move.moment) not in told)
    )


def _event(at: Circumstances, deal: str, before: Timeline | None, outcome: Outcome, move: Move | None) -> Event:
    moment, clock, truncated = _moment(at, before, outcome, move)
    commit = at.commit
    return Event(
        deal=move.deal if move else deal,
        commit=commit.hash,
        state=outcome.state,
        effective=moment,
        recorded=commit.recorded,
        clock=clock,
        author=commit.author,
        email=commit.email,
        op=move.op if move else "",
        reason=move.reason if move else "",
        imported=at.imported,
        truncated=truncated,
        after=before,
    )


def _moment(
    at: Circumstances, before: Timeline | None, outcome: Outcome, move: Move | None
) -> tuple[datetime, Clock, Truncated]:
    made = Made(at.commit.authored, at.commit.recorded)
    truncated = Truncated.NO
    if _began_unseen(at, before, outcome):
        if is_known(outcome.since, made, at.zone):
            return *effective(outcome.since, made, None, at.zone), Truncated.START_KNOWN
        truncated = Truncated.START_UNKNOWN
    if move:
        return _told_moment(move, before, at.zone), Clock.TRAILER, truncated
    since = "" if at.plain else outcome.since
    return *effective(since, made, before.event.effective if before else None, at.zone), truncated


def _told_moment(move: Move, before: Timeline | None, zone: tzinfo) -> datetime:
    if not move.whole_day:
        return move.moment
    return on_day(move.moment.date(), before.event.effective if before else None, zone)


def _began_unseen(at: Circumstances, before: Timeline | None, outcome: Outcome) -> bool:
    created = state_of(before) is None and outcome.state is not None
    return created and (at.boundary or (outcome.provenance and not at.imported))


def _told(at: Circumstances, before: Timeline | None, outcome: Outcome, chain: Sequence[Move]) -> Timeline | None:
    """Return the timeline with what trailers tell; the commit itself shows the last of it at most."""
    shown = state_of(before) != outcome.state
    unseen = _began_unseen(at, before, outcome)
    numbers: Counter[tuple[str, str]] = Counter()
    commit = at.commit
    timeline = before
    for place, move in enumerate(chain):
        known_by = (move.op, move.deal)
        event = Event(
            deal=move.deal,
            commit=commit.hash,
            state=move.target,
            effective=_told_moment(move, timeline, at.zone),
            recorded=commit.recorded,
            clock=Clock.TRAILER,
            author=commit.author,
            email=commit.email,
            op=move.op,
            reason=move.reason,
            from_trailer=not (shown and place == len(chain) - 1),
            imported=at.imported,
            truncated=Truncated.START_UNKNOWN if unseen and not place else Truncated.NO,
            number=numbers[known_by],
            after=timeline,
        )
        numbers[known_by] += 1
        timeline = append(timeline, event)
    return timeline
