"""The trailers that `pipe` writes at the end of a commit's message, and that a squash merge keeps.

They are read from anywhere in the message, indented or not. `Pipe-Op` and `Pipe-Reason` belong to the
`Pipe-Move` lines since the `Pipe-Op` before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from pipecli.core.value import parse_when

if TYPE_CHECKING:
    from pipecli.history.event import State

NEW, GONE = "new", "gone"
"""What stands for the state of a deal before it was there, and after."""

_LINE = re.compile(r"^[ \t>]*(Pipe-(?:Move|Reason|Op|Import)):([^\n]*)", re.MULTILINE)
_MOVE = re.compile(r"(\S+)[ \t]+(\S+)[ \t]+->[ \t]+(\S+)[ \t]+@[ \t]+(\S+)")


@dataclass(frozen=True, slots=True)
class Move:
    """One `Pipe-Move` line: the deal went from a state to a state at a moment; None is new, or gone.

    `whole_day`: the line names a day only, and `moment` is its start in UTC; when on that day, the event says.
    `text` is what the line says, as it was written.
    """

    deal: str
    source: State | None
    target: State | None
    moment: datetime
    op: str = ""
    reason: str = ""
    whole_day: bool = False
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Trailers:
    """What the trailers of one message say: moves, each once; whether it is an import; unreadable lines."""

    moves: tuple[Move, ...] = ()
    imported: bool = False
    unreadable: tuple[str, ...] = ()


NONE = Trailers()


def read(message: str) -> Trailers:
    """Return the trailers of a message. Never raises."""
    if "Pipe-" not in message:
        return NONE
    moves: list[Move] = []
    block: list[Move] = []
    bad: list[str] = []
    imported = False
    reason = ""
    for name, text in _LINE.findall(message):
        value = text.strip(" \t\r")
        if name == "Pipe-Move":
            move = _move(value)
            if move:
                block.append(move)
            else:
                bad.append(value)
        elif name == "Pipe-Reason":
            reason = value
        elif name == "Pipe-Op":
            moves += [replace(move, op=value, reason=reason) for move in block]
            block, reason = [], ""
        else:
            imported = True
    moves += [replace(move, reason=reason) for move in block]
    return Trailers(tuple(dict.fromkeys(moves)), imported, tuple(bad))


def _move(value: str) -> Move | None:
    found = _MOVE.fullmatch(value)
    if not found:
        return None
    try:
        when = parse_when(found[4])
        moment = when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)
        states = _state(found[2], NEW), _state(found[3], GONE)
        move = Move(found[1], *states, moment, whole_day=when is not moment, text=value)
    except ValueError:
        return None
    return move if move.source != move.target else None


def _state(text: str, nothing: str) -> State | None:
    if text == nothing:
        return None
    pipeline, slash, stage = text.partition("/")
    if not (pipeline and slash and stage):
        raise ValueError(text)
    return pipeline, stage
