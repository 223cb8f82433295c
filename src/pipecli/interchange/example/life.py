"""How a deal of the example lives: how long it stays in each stage, what is done meanwhile, how it goes on."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pipecli.interchange.example.cast import LOSSES, NOTES, STEPS
from pipecli.interchange.example.diary import LOST, WON

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from random import Random

    from pipecli.core.emit import Value
    from pipecli.interchange.example.diary import Diary


class Habit(NamedTuple):
    """A stage: the median stay in days and its spread, how many deals never leave it, where the others go."""

    median: float
    spread: float
    stalled: float
    onward: Mapping[str, int]


HABITS: Mapping[str, Habit] = {
    "new-lead": Habit(4, 0.9, 0.13, {"qualified": 64, "proposal-sent": 7, LOST: 29}),
    "qualified": Habit(11, 0.8, 0.22, {"proposal-sent": 72, "negotiation": 5, LOST: 23}),
    "proposal-sent": Habit(13, 0.9, 0.22, {"negotiation": 60, "qualified": 6, WON: 9, LOST: 25}),
    "negotiation": Habit(17, 0.7, 0.15, {WON: 66, "proposal-sent": 10, LOST: 24}),
}
"""Log-normal stays; those that stall make the median of the completed visits too low."""

_DAY = 86_400
_PRICED = ("proposal-sent", "negotiation", WON)
_BY_HAND, _UNDATED, _LATE, _REOPENED, _PARKED, _REPRICED, _GIVEN_UP = 0.12, 0.25, 0.1, 0.08, 0.07, 0.25, 0.3


def live(diary: Diary, end: datetime) -> None:
    """Write the life of a deal until it ends, or until `end`; what comes later is to be cut off."""
    while diary.now < end and diary.state.stage in HABITS:
        habit = HABITS[diary.state.stage]
        if diary.rng.random() < habit.stalled:
            _stall(diary, end)
            return
        stay = diary.rng.lognormvariate(math.log(habit.median), habit.spread)
        _work(diary, diary.now + timedelta(days=stay), touches=1 + int(stay / 12))
        target = diary.rng.choices(list(habit.onward), list(habit.onward.values()))[0]
        prepare(diary, target)
        _go(diary, target)
        if target == LOST and diary.rng.random() < _REOPENED:
            diary.wait(diary.rng.uniform(20, 70))
            diary.move(diary.state.owner, "qualified")


def prepare(diary: Diary, target: str) -> None:
    """Write what the gates on the way to a stage ask for."""
    state, rng = diary.state, diary.rng
    if target == LOST:
        return
    if state.stage == "qualified" and target in _PRICED and "budget" not in state.checklist:
        ticked: dict[str, Value] = {**state.checklist, "budget": diary.now.date()}
        diary.edit(state.owner, "budget confirmed", checklist=ticked)
    if target in _PRICED and (state.value is None or state.expected_close is None):
        value = state.value or amount(rng)
        day = diary.now.date() + timedelta(days=rng.randint(20, 70))
        diary.edit(state.owner, "price and expected close", value=value, expected_close=state.expected_close or day)


def amount(rng: Random) -> Decimal:
    """Return what a deal is worth, in full hundreds."""
    return hundreds(Decimal(max(15, round(rng.lognormvariate(math.log(180), 0.8)))))


def hundreds(number: Decimal) -> Decimal:
    """Return so many full hundreds, with the cents that a file writes."""
    return (number.quantize(Decimal(1)) * 100).quantize(Decimal("1.00"))


def _go(diary: Diary, target: str) -> None:
    rng, owner = diary.rng, diary.state.owner
    author = rng.choice(("sam", owner)) if diary.state.stage == "new-lead" else owner
    reason = rng.choice(LOSSES) if target == LOST else ""
    if rng.random() < _BY_HAND:
        dated = target in (WON, LOST) or rng.random() >= _UNDATED
        diary.move_by_hand(author, target, f"now in {target}", dated=dated, reason=reason)
    else:
        late = timedelta(days=rng.randint(1, 2), hours=1) if rng.random() < _LATE else None
        diary.move(author, target, reason=reason, late=late)


def _work(diary: Diary, until: datetime, *, touches: int) -> None:
    """Write what is done in a stage until a moment; where the expected close passes, it is pushed."""
    rng = diary.rng
    seconds = max((until - diary.now).total_seconds(), 3600)
    planned = sorted(diary.now + timedelta(seconds=rng.uniform(0, seconds)) for _ in range(min(touches, 3)))
    while True:
        touch = planned[0] if planned else until
        push = _push_due(diary)
        if min(touch, push) >= until:
            break
        diary.wait(max((min(touch, push) - diary.now).total_seconds() / _DAY, 0))
        if push < touch:
            _push(diary)
        else:
            planned.pop(0)
            _touch(diary)
    diary.wait(max((until - diary.now).total_seconds() / _DAY, 0))


def _push_due(diary: Diary) -> datetime:
    day = diary.state.expected_close
    if day is None:
        return diary.now + timedelta(days=10_000)
    return diary.now + max(timedelta(days=(day - diary.now.date()).days + 1), timedelta())


def _push(diary: Diary) -> None:
    day = diary.now.date() + timedelta(days=diary.rng.randint(21, 60))
    diary.edit(diary.state.owner, f"close moves to {day:%d %B}", expected_close=day)


def _touch(diary: Diary) -> None:
    state, rng = diary.state, diary.rng
    author = "sam" if state.stage == "new-lead" else state.owner
    chance = rng.random()
    if chance < _PARKED and state.stage != "new-lead" and not state.hold:
        until = diary.now.date() + timedelta(days=rng.randint(14, 40))
        diary.edit(state.owner, f"on hold until {until:%d %B}", hold={"until": until, "reason": "They asked for time"})
    elif chance < _PARKED + _REPRICED and state.value is not None and state.stage in _PRICED:
        value = max(hundreds(state.value * rng.randint(90, 125) / 10_000), hundreds(Decimal(10)))
        reason = "they need less to begin with" if value < state.value else ""
        diary.edit(state.owner, "new amount after the call", reason=reason, value=value, tasks=_task(diary))
    else:
        kind, more = rng.choice(_KINDS)
        due = diary.now.date() + timedelta(days=rng.randint(2, 12))
        diary.log(author, kind, rng.choice(NOTES[state.stage]), more, {"do": STEPS[state.stage], "due": due})


_KINDS: tuple[tuple[str, Mapping[str, Value]], ...] = (
    ("call", {"direction": "out", "outcome": "reached"}),
    ("call", {"direction": "out", "outcome": "voicemail"}),
    ("email", {"direction": "in"}),
    ("email", {"direction": "out"}),
    ("meeting", {}),
    ("demo", {}),
)


def _task(diary: Diary) -> tuple[dict[str, Value], ...]:
    before = diary.state.tasks
    task: dict[str, Value] = {
        "id": f"t{len(before) + 1}",
        "do": "Send the new figures",
        "due": diary.now.date() + timedelta(days=3),
        "for": diary.state.owner,
    }
    return (*({**old, "done": old.get("done", diary.now.date())} for old in before), task)


def _stall(diary: Diary, end: datetime) -> None:
    """Leave a deal where it is; some are given up at last."""
    quits = diary.now + timedelta(days=diary.rng.uniform(70, 160))
    if diary.rng.random() < _GIVEN_UP and quits < end:
        _work(diary, quits, touches=1)
        diary.move("kim", LOST, reason="no decision")
    else:
        _work(diary, end, touches=1)
