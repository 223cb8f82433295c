"""Work that is not committed yet, as transitions that happen now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.visit import Clock
from pipecli.history.effective import Made, effective
from pipecli.history.event import Event

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, tzinfo

    from pipecli.history.event import State


@dataclass(frozen=True, slots=True)
class Present:
    """What a deal's file in the work tree says now.

    `since` is the text of its `stage_since` where the uncommitted change wrote it, else empty: what stands in
    the file from the stay before says nothing of this one.
    """

    pipeline: str
    stage: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Worker:
    """Who works here, and when: the author that a commit made now would have."""

    now: datetime
    zone: tzinfo
    author: str = ""
    email: str = ""


def pending(
    last: Mapping[str, State | None],
    timelines: Mapping[str, Sequence[Event]],
    present: Mapping[str, Present],
    worker: Worker,
    *,
    unreadable: Collection[str] = (),
) -> dict[str, Event]:
    """Return one event for each deal whose present state is not the `last` one of its timeline.

    Such an event has no commit, and the clock `WORK_TREE`. A deal that is not in `present` is removed, unless
    its id is among the `unreadable`.
    """
    found: dict[str, Event] = {}
    for deal, now in present.items():
        if (now.pipeline, now.stage) != last.get(deal) and deal not in unreadable:
            found[deal] = _event(deal, timelines.get(deal, ()), (now.pipeline, now.stage), now.since, worker)
    for deal, state in last.items():
        if state and deal not in present and deal not in unreadable:
            found[deal] = _event(deal, timelines.get(deal, ()), None, "", worker)
    return dict(sorted(found.items()))


def _event(deal: str, events: Sequence[Event], state: State | None, since: str, worker: Worker) -> Event:
    made = Made(worker.now, worker.now)
    moment, _ = effective(since, made, events[-1].effective if events else None, worker.zone)
    return Event(
        deal=deal, commit="", state=state, effective=moment, recorded=worker.now, clock=Clock.WORK_TREE,
        author=worker.author, email=worker.email,
    )  # fmt: skip
