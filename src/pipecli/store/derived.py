"""What views need of every deal at once: where it is, and its visits; packed for a shelf of the index, and back."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from pipecli.core.visit import Clock, End, Truncated, Visit
from pipecli.history.event import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.history.snapshot import Held

Packed = list[Any]


STATE, SINCE, BROKEN, AUTHORED, RECORDED = range(5)
"""What the last commit says of a deal, by its place in the packed list.

Its state, None where it was removed; the text of `stage_since` there; the paths of its files, if they cannot be read;
the author and the committer date of its last change, as ISO 8601.
"""


def last(held: Held) -> Packed:
    """Return what a snapshot has of a deal, packed."""
    made, state = held.made, state_of(held.timeline)
    return [
        state and list(state),
        held.since if held.files else "",
        [file.path for file in held.files] if held.broken else [],
        made.authored.isoformat() if made else "",
        made.recorded.isoformat() if made else "",
    ]


def key_of(pipelines: Mapping[str, Pipeline], clock: str) -> str:
    """Return what visits follow from beside the history: the stages, their order, kinds and aliases, and the clock."""
    stages = {
        name: [(stage.id, str(stage.kind), list(stage.aliases)) for stage in pipeline.stages]
        for name, pipeline in sorted(pipelines.items())
    }
    return repr((clock, stages))


def visit(one: Visit) -> Packed:
    """Return a visit packed; the deal stands beside it."""
    return [
        one.life, one.pipeline, one.stage, one.entered.isoformat(), one.left.isoformat() if one.left else None,
        one.end.value, one.by, one.email, one.commit, one.recorded.isoformat(), one.clock.value, one.truncated.value,
        one.ended_by,
    ]  # fmt: skip


def packed(visits: Iterable[Visit]) -> dict[str, list[Packed]]:
    """Return visits packed, by deal."""
    found: dict[str, list[Packed]] = {}
    for one in visits:
        found.setdefault(one.deal, []).append(visit(one))
    return found


def current(packed: Mapping[str, Sequence[Packed]]) -> dict[str, list[Packed]]:
    """Return the open visit of each deal that has one, as the only one in its list."""
    return {deal: [own[-1]] for deal, own in packed.items() if own and own[-1][_LEFT] is None}


_LEFT = 4
_FIELDS = (
    "life", "pipeline", "stage", "entered", "left", "end", "by", "email", "commit", "recorded", "clock", "truncated",
    "ended_by",
)  # fmt: skip


class _Moments(dict[str | None, datetime | None]):
    """Moments by their text, each read once."""

    def __missing__(self, text: str | None) -> datetime | None:
        self[text] = found = datetime.fromisoformat(text) if text else None
        return found


def visits_from(packed: Mapping[str, Sequence[Packed]]) -> list[Visit]:
    """Return the visits of all deals in their order.

    A visit is made field by field for all at once: its own constructor would take four times as long.
    """
    deals = sorted(packed)
    columns: list[Iterable[Any]] = list(zip(*chain.from_iterable(packed[deal] for deal in deals), strict=True))
    if not columns:
        return []
    made = [object.__new__(Visit) for _ in columns[0]]
    moments = _Moments()
    decode: dict[str, Mapping[Any, Any]] = {
        "entered": moments, "left": moments, "recorded": moments, "end": {end.value: end for end in End},
        "clock": {clock.value: clock for clock in Clock}, "truncated": {cut.value: cut for cut in Truncated},
    }  # fmt: skip
    _set(made, "deal", chain.from_iterable(repeat(deal, len(packed[deal])) for deal in deals))
    for name, column in zip(_FIELDS, columns, strict=True):
        known = decode.get(name)
        _set(made, name, map(known.__getitem__, column) if known is not None else column)
    return made


def _set(visits: Sequence[Visit], name: str, values: Iterable[Any]) -> None:
    deque(map(getattr(Visit, name).__set__, visits, values), maxlen=0)
