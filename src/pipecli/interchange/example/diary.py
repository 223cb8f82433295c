"""What happens to one deal of the example: each entry is a commit to be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from pipecli.core.record import OutcomeClass
from pipecli.edits.message import NEW, Moved, message, moving
from pipecli.interchange.example.state import State, text
from pipecli.interchange.stream import File

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from random import Random

    from pipecli.core.emit import Value

WON, LOST = "closed-won", "closed-lost"

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_OPENS, _CLOSES, _SATURDAY = 9, 17, 5


class Entry(NamedTuple):
    """One commit to be: when, by which member, what it says, the files that it leaves.

    `deal` is empty where it is about none; `moved` says that `pipe` made it, with trailers.
    """

    moment: datetime
    author: str
    message: str
    files: tuple[File, ...]
    deal: str = ""
    moved: bool = False


@dataclass(slots=True)
class Diary:
    """The entries of one deal, and where it stands; time passes with `wait` and, a little, with every entry."""

    deal: str
    rng: Random
    now: datetime
    state: State
    entered: datetime
    entries: list[Entry] = field(default_factory=list)

    def wait(self, days: float) -> datetime:
        """Let days pass, and go on in the next working hour."""
        self.now = working(self.now + timedelta(days=days), self.rng)
        return self.now

    def create(self, author: str) -> None:
        """Write the first entry, as `pipe new` does."""
        target = f"sales/{self.state.stage}"
        self._write(author, self._trailers(Moved(self.deal, NEW, target, self.now)), moved=True)

    def edit(self, author: str, subject: str, *, reason: str = "", **changes: Any) -> None:  # noqa: ANN401 -- the fields of a state
        """Change fields by hand; the author knows how a reason is written that a policy asks for."""
        self.state = replace(self.state, **changes)
        said = f"\nPipe-Reason: {reason}\n" if reason else ""
        self._write(author, f"{self.state.title}: {subject}\n{said}", moved=False)

    def log(self, author: str, kind: str, note: str, more: Mapping[str, Value], step: Mapping[str, Value]) -> None:
        """Write down a call, a meeting or a mail, and what is to be done next."""
        done: dict[str, Value] = {"at": self.now.replace(second=0), "kind": kind, **more, "by": author, "note": note}
        self.edit(
            author, f"{kind} on {self.now:%d %B}", activities=(*self.state.activities, done), next_step=dict(step)
        )

    def move(self, author: str, stage: str, *, reason: str = "", late: timedelta | None = None) -> None:
        """Move as `pipe move` does; `late` is how long ago it happened, if not now."""
        moment = self.now if late is None else max(self.now - late, self.entered + timedelta(hours=1))
        since = self.now.date() if late is None else moment
        source, target = f"sales/{self.state.stage}", f"sales/{stage}"
        words = self._trailers(Moved(self.deal, source, target, moment), reason)
        self._enter(stage, moment, since, reason)
        self._write(author, words, moved=True)

    def move_by_hand(self, author: str, stage: str, subject: str, *, dated: bool = True, reason: str = "") -> None:
        """Change the stage in an editor; without `dated` the day of the stage is forgotten."""
        since = self.now.date() if dated else self.state.stage_since
        self._enter(stage, self.now, since, reason)
        self._write(author, f"{self.state.title}: {subject}\n", moved=False)

    def _enter(self, stage: str, moment: datetime, since: date, reason: str) -> None:
        before = self.state.stage
        closed = moment.date() if stage in (WON, LOST) else None
        outcome = _outcome(before, reason) if stage == LOST else {}
        self.state = replace(self.state, stage=stage, stage_since=since, closed_on=closed, outcome=outcome, hold={})
        self.entered = moment

    def _trailers(self, moved: Moved, reason: str = "") -> str:
        return message(moving([moved]), operation(self.now, self.rng), moved=[moved], reason=reason or None)

    def _write(self, author: str, words: str, *, moved: bool) -> None:
        path = f"deals/{self.state.created:%Y-%m}/{self.deal}.yaml"
        file = File(path, text(self.state))
        self.entries.append(Entry(self.now, author, words, (file,), self.deal, moved))
        self.now += timedelta(seconds=self.rng.randint(60, 1500))


def working(moment: datetime, rng: Random) -> datetime:
    """Return the moment, or one in the next working hours where nobody works then."""
    day, found = moment.date(), moment.replace(microsecond=0)
    if moment.hour >= _CLOSES:
        day += timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    if day == moment.date() and moment.hour >= _OPENS:
        return found
    clock = time(rng.randint(_OPENS, _CLOSES - 1), rng.randint(0, 59), rng.randint(0, 59))
    return datetime.combine(day, clock, moment.tzinfo)


def operation(moment: datetime, rng: Random) -> str:
    """Return an operation id as `pipe` makes it: a ULID of the moment."""
    number = int(moment.timestamp() * 1000) << 80 | rng.getrandbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def _outcome(stage: str, reason: str) -> dict[str, Value]:
    name = reason.replace(" ", "_")
    known: dict[str, Value] = {"class": name} if name in set(OutcomeClass) else {}
    return {**known, "reason": reason, "stage": stage}
