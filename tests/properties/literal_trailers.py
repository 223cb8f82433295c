"""Trailers, read and chosen as literally as docs/history.md says it."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipecli.history.event import Event

State = tuple[str, str] | None


@dataclass(frozen=True)
class Trailer:
    deal: str
    source: State
    target: State
    moment: datetime
    op: str


def trailers(message: str) -> list[Trailer]:
    found: list[Trailer] = []
    block: list[Trailer] = []
    for line in message.splitlines():
        text = line.strip(" \t>")
        if text.startswith("Pipe-Move: "):
            match = re.fullmatch(r"Pipe-Move: (\S+) (\S+) -> (\S+) @ (\S+)", text)
            if match:
                moment = datetime.fromisoformat(match[4])
                source, target = _state(match[2]), _state(match[3])
                block += [Trailer(match[1], source, target, moment, "")] if source != target else []
        if text.startswith("Pipe-Op: "):
            found += [replace(t, op=text.removeprefix("Pipe-Op: ")) for t in block]
            block = []
    return list(dict.fromkeys(found + block))


def _state(text: str) -> State:
    pipeline, _, stage = text.partition("/")
    return (pipeline, stage) if stage else None


def unknown(said: list[Trailer], events: list[Event]) -> list[Trailer]:
    return [
        t
        for t in said
        if not any(
            (e.op, e.deal) == (t.op, t.deal) if t.op else (e.deal, e.state, e.effective) == (t.deal, t.target, t.moment)
            for e in events
        )
    ]


def chain(said: list[Trailer], start: State, end: State) -> list[Trailer]:
    """Return the longest chain; of equally long ones that whose moves come first, seen from the last."""
    said = sorted(said, key=lambda t: t.moment)[:8]
    fits = []
    for size in range(1, len(said) + 1):
        for places in itertools.combinations(range(len(said)), size):
            chosen = [said[place] for place in places]
            states = [start, *(t.target for t in chosen)]
            if states[-1] == end and all(t.source == s for t, s in zip(chosen, states, strict=False)):
                fits.append((-size, places[::-1], chosen))
    return min(fits, key=lambda fit: fit[:2])[2] if fits else []
