"""The moves of each deal one after the other, against the clock and against each other."""

from __future__ import annotations

from datetime import UTC, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from pipecli.core.visit import Clock, Truncated
from pipecli.verify.case import imports
from pipecli.verify.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipecli.history.event import Event
    from pipecli.verify.book import Judged
    from pipecli.verify.whole import Whole

_SKEW = timedelta(minutes=1)
"""So far apart may two clocks be that both are right."""
_DAY = timedelta(days=1)


def backdated(whole: Whole) -> Iterator[Finding]:
    """A move is written down within the `backdate_limit` of when it happened."""
    for deal, event, judged in _events(whole):
        late = event.recorded - event.effective
        unseen = event.truncated is not Truncated.NO or judged.begins or imports(judged.commit.message)
        if unseen or late <= judged.limit:
            continue
        message = (
            f"{_what(event)} {_at(event.effective, judged)} ({event.clock}) was written down "
            f"{_at(event.recorded, judged)}, {_length(late)} later; the limit is {_length(judged.limit)}"
        )
        yield Finding(
            message, "ask why; backdate_limit in pipe.yaml says what is usual", whole.path(deal), judged.commit
        )


def future_date(whole: Whole) -> Iterator[Finding]:
    """No move is dated after it was written down, and no commit after now."""
    for deal, event, judged in _events(whole):
        if event.effective - event.recorded > _SKEW and not _is_the_authors_day(event, judged):
            message = (
                f"{_what(event)} {_at(event.effective, judged)} ({event.clock}) was written down before, "
                f"{_at(event.recorded, judged)}"
            )
            yield Finding(message, "correct the day in stage_since", whole.path(deal), judged.commit)
    for judged in whole.book.judged.values():
        if judged.commit.recorded - whole.now > _SKEW:
            message = f"the commit is of {_at(judged.commit.recorded, judged)[3:]}, which is still to come"
            yield Finding(message, "set the clock of that machine, or of this one", "", judged.commit)


def time_backwards(whole: Whole) -> Iterator[Finding]:
    """No move of a deal is dated before the one that it follows."""
    for deal, events in whole.timelines.items():
        for first, then in pairwise(events):
            judged = whole.judged(then)
            if judged and then.effective < first.effective and not _beside(whole, first, then):
                message = (
                    f"{_what(then)} {_at(then.effective, judged)} ({then.clock}) follows {_what(first)} "
                    f"{_at(first.effective, judged)}: the stay between is negative"
                )
                hint = "correct the moment with pipe move, or by hand: docs/history.md says which one counts"
                yield Finding(message, hint, whole.path(deal), judged.commit)


def parallel_moves(whole: Whole) -> Iterator[Finding]:
    """No deal is moved on two branches side by side."""
    for deal, events in whole.timelines.items():
        told = False
        for first, then in pairwise(events):
            judged = whole.judged(then)
            beside = _beside(whole, first, then)
            if judged and beside and not told:
                message = (
                    f"{_what(then)}, and {_what(first)} by {first.author} in {first.commit[:10]}, side by side on two "
                    "branches"
                )
                hint = "see which of the two holds: pipe audit shows them one after the other"
                yield Finding(message, hint, whole.path(deal), judged.commit)
            told = beside


def _beside(whole: Whole, first: Event, then: Event) -> bool:
    """Return whether the commit of an event had not seen the one that stands before it."""
    key = (then.commit, then.deal)
    if then.number or then.from_trailer or first.commit == then.commit or key not in whole.book.found:
        return False
    return whole.book.found[key] != first.state


def _events(whole: Whole) -> Iterator[tuple[str, Event, Judged]]:
    for deal, events in whole.timelines.items():
        for event in events:
            judged = whole.judged(event)
            if judged:
                yield deal, event, judged


def _is_the_authors_day(event: Event, judged: Judged) -> bool:
    """Return whether the author wrote the day that it was where the author was: east of the workspace it is later."""
    near = event.clock is Clock.STAGE_SINCE and event.effective - event.recorded <= _DAY
    return near and event.effective.astimezone(judged.zone).date() <= judged.commit.authored.date()


def _what(event: Event) -> str:
    if event.state is None:
        return "the removal"
    pipeline, stage = event.state
    return f"the move to {pipeline}/{stage}"


def _at(moment: datetime, judged: Judged) -> str:
    try:
        moment = moment.astimezone(judged.zone)
    except OverflowError:
        moment = moment.astimezone(UTC)
    return f"on {moment.isoformat(sep=' ', timespec='minutes')}"


def _length(length: timedelta) -> str:
    days, rest = divmod(length, _DAY)
    return f"{days} days" if days > 1 else "1 day" if days else f"{rest // timedelta(hours=1)} hours"
