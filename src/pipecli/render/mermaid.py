"""A pipeline as a state diagram in Mermaid's language, which GitHub and GitLab draw.

Every text of the files is written in Mermaid's codes for characters, but for letters, digits and a few marks that
mean nothing to it: no name can end its quotes, add a line, or begin HTML.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.render.safe import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline, Stage

_HARMLESS = frozenset(" ,.()'-+")
_ALLOWED = {True: "allowed", False: "refused"}


def text(pipeline: Pipeline) -> str:
    """Return the diagram of the stages in use: where deals begin, the moves on, and where they end.

    Moves that skip stages, go back or reopen are not drawn; a comment says whether they are allowed.
    """
    return "".join(f"{line}\n" for line in _lines(pipeline))


def label(name: str) -> str:
    """Return a text as a label that says nothing to Mermaid."""
    return "".join(one if one.isalnum() or one in _HARMLESS else f"#{ord(one)};" for one in terminal(name))


def _lines(pipeline: Pipeline) -> Iterator[str]:
    used = [stage for stage in pipeline.stages if not stage.retired]
    nodes = {stage.id: f"s{at}" for at, stage in enumerate(used)}
    yield "stateDiagram-v2"
    skip, back = (_ALLOWED[flag] for flag in (pipeline.moves.skip, pipeline.moves.back))
    yield f"    %% moves that skip stages are {skip}, moves back are {back}"
    yield "    direction LR"
    yield from (f'    state "{label(stage.name)}" as {nodes[stage.id]}' for stage in used)
    for begin in _beginnings(pipeline, used):
        yield f"    [*] --> {nodes[begin.id]}"
    for source, target in _moves(pipeline, used):
        yield f"    {nodes[source.id]} --> {nodes[target.id]}"
    won = [stage for stage in used if stage.kind is Kind.WON]
    yield from (f"    {nodes[stage.id]} --> [*]" for stage in used if stage.kind is Kind.LOST or stage in won[-1:])


def _beginnings(pipeline: Pipeline, used: list[Stage]) -> list[Stage]:
    """Return the stages in which deals may begin; where all may, the first one stands for them."""
    named = [pipeline.stage(word) for word in pipeline.moves.create_in]
    return [stage for stage in used if stage in named] if named else used[:1]


def _moves(pipeline: Pipeline, used: list[Stage]) -> Iterator[tuple[Stage, Stage]]:
    """Yield the moves on to the next stage, into the first won one, among won ones, and into lost and on-hold ones."""
    steps = [stage for stage in used if stage.kind is Kind.OPEN]
    won = [stage for stage in used if stage.kind is Kind.WON]
    yield from pairwise(steps)
    named = [pipeline.stage(word) for word in pipeline.moves.won_from]
    yield from ((stage, won[0]) for stage in ([s for s in steps if s in named] if named else steps[-1:]) if won)
    yield from pairwise(won)
    for aside in used:
        if aside.kind in (Kind.LOST, Kind.ON_HOLD):
            yield from ((stage, aside) for stage in steps)
