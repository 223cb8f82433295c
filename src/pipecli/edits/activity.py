"""Planning one more activity of a deal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.record import ActivityKind, Direction
from pipecli.core.spoken import shown
from pipecli.edits.amend import Amendment
from pipecli.edits.order import put

if TYPE_CHECKING:
    from datetime import datetime

    from pipecli.core.emit import Value
    from pipecli.core.record import Deal

OUTCOMES = ("reached", "no-answer", "voicemail", "busy", "wrong-number", "no-show")
"""The usual outcomes; only `reached` is asked for, and any other text will do."""
_REACHING_OUT = (ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.MESSAGE, ActivityKind.LETTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What was done, when, by whom, and what came of it."""

    kind: ActivityKind
    at: datetime
    direction: Direction | None = None
    by: str | None = None
    outcome: str | None = None
    note: str | None = None


def kind_of(word: str) -> ActivityKind:
    """Return the kind of an activity. Raises `PipeError` with the nearest one, or with all."""
    name = word.casefold().removesuffix("s").replace("e-mail", "email")
    if name not in set(ActivityKind):
        names = [str(kind) for kind in ActivityKind]
        hint = did_you_mean(word, names, otherwise=f"one of: {', '.join(names)}")
        raise PipeError(f"there is no activity {word!r}", hint=hint, code=ExitCode.USAGE)
    return ActivityKind(name)


def direction_of(word: str | None, kind: ActivityKind) -> Direction | None:
    """Return who reached out; unless told we did, where one side does: in a call, an e-mail, a message, a letter.

    Raises `PipeError` for another word.
    """
    if word is None:
        return Direction.OUT if kind in _REACHING_OUT else None
    if word not in set(Direction):
        hint = "--direction out, if we reached out; --direction in, if they did"
        raise PipeError(f"there is no direction {word!r}", hint=hint, code=ExitCode.USAGE)
    return Direction(word)


def outcome_of(text: str | None) -> str | None:
    """Return an outcome as it is written: one of the usual ones in its one form, another text as it is."""
    plain = "-".join((text or "").casefold().replace("_", " ").replace("-", " ").split())
    return plain if plain in OUTCOMES else text and " ".join(text.split())


def log(deal: Deal, done: Logged) -> Amendment:
    """Return the amendment that adds an activity behind those that a deal has."""
    entry: dict[str, Value | None] = {
        "at": done.at, "kind": str(done.kind), "direction": done.direction and str(done.direction), "by": done.by,
        "outcome": done.outcome, "note": done.note and " ".join(done.note.split()),
    }  # fmt: skip
    item = {key: value for key, value in entry.items() if value is not None}
    edit = partial(splice.append, loc=("activities",), item=item) if deal.activities else put(("activities",), [item])
    words = [f"{done.kind} {done.direction or ''}".strip(), done.outcome or "", f"{shown(done.at)} {done.at:%H:%M}"]
    return Amendment(said=f"logged {', '.join(filter(None, words))}", subject=f"Log {done.kind} of", edits=(edit,))
