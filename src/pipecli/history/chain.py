"""Which of the trailers about one deal tell a story that the tree confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.history.event import State
    from pipecli.history.trailer import Move


def fitting(moves: Sequence[Move], start: State | None, end: State | None) -> tuple[Move, ...]:
    """Return the longest chain of moves, in the order of their moments, that leads from `start` to `end`.

    Each move begins where the one before ended. Moves of one moment are tried in the order in which they
    chain. The result is empty where no chain fits.
    """
    best: dict[State | None, tuple[Move, ...]] = {start: ()}
    found: dict[State | None, tuple[Move, ...]] = {}
    for move in _ordered(moves, start):
        before = found.get(move.source, best.get(move.source))
        if before is not None and len(before) >= len(found.get(move.target, ())):
            found[move.target] = (*before, move)
    return found.get(end, ())


def _ordered(moves: Sequence[Move], start: State | None) -> list[Move]:
    rest = sorted(moves, key=lambda move: move.moment)
    ordered: list[Move] = []
    reached = {start}
    at = start
    while rest:
        group = [move for move in rest if move.moment == rest[0].moment]
        move = (
            next((m for m in group if m.source == at), None)
            or next((m for m in group if m.source in reached), None)
            or group[0]
        )
        rest.remove(move)
        ordered.append(move)
        at = move.target
        reached.add(at)
    return ordered
