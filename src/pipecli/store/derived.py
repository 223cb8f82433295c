"""What views need of every deal at once, packed for a shelf: where it is, and what its visits follow from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipecli.history.event import state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

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
