"""Which moves a pipeline allows: into stages in use, from stage to stage, and where deals begin and are won.

A stage says by `next` where its deals go on to; it then takes the place of the pipeline's `skip` and `back`. That a
deal is lost or put on hold is a fact, and always allowed, unless `next` names stages of that kind: then into those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.edits.step import Step

_FORCE = "--force WHY, if it has to be"


def closed_ways(step: Step) -> Iterator[Problem]:
    """Yield why the pipeline does not allow the move."""
    entered, pipeline = step.entered, step.pipeline
    if entered.retired:
        used = ", ".join(stage.id for stage in pipeline.stages if not stage.retired)
        yield refusal(step, "gate-retired", f"the stage {entered.id} is retired", f"stages in use: {used}")
    if step.origin is None and not step.within:
        yield from _beginning(step)
    starts = _starts(step)
    yield from (_next(step, stage) for stage in starts if not leads_to(pipeline, stage, entered))
    if not any(entered in pipeline.named(stage.next) for stage in starts):
        yield from _back_and_skip(step)
    if entered.kind is Kind.WON and step.old and not (step.within and step.left and step.left.kind is Kind.WON):
        yield from _won(step)


def leads_to(pipeline: Pipeline, stage: Stage, entered: Stage) -> bool:
    """Return whether a stage's `next` allows a move into another stage."""
    named = pipeline.named(stage.next)
    if not stage.next or entered in named:
        return True
    return entered.kind in (Kind.LOST, Kind.ON_HOLD) and all(one.kind is not entered.kind for one in named)


def following(pipeline: Pipeline, stage: Stage) -> Stage | None:
    """Return where a deal goes next from an open stage: the first open or won stage that is named, else in order."""
    if stage.kind is not Kind.OPEN:
        return None
    later = pipeline.named(stage.next) if stage.next else pipeline.stages[pipeline.index(stage.id) + 1 :]
    return next((one for one in later if one.kind in (Kind.OPEN, Kind.WON) and not one.retired), None)


def refusal(step: Step, code: str, message: str, hint: str) -> Problem:
    """Return a reason against a step, in the deal's file."""
    return Problem(code=code, path=step.new.path, loc=("stage",), message=message, hint=hint)


def _beginning(step: Step) -> Iterator[Problem]:
    """Yield that no deal begins here, whether it is new or comes from another pipeline."""
    words = step.pipeline.moves.create_in
    if words and step.entered not in step.pipeline.named(words):
        listed = f"{step.pipeline.id} creates deals in {', '.join(words)} only"
        hint = f"create it with --stage {words[0]}" if step.old is None else _move(step, words[0])
        yield refusal(step, "gate-create", listed, hint)


def _starts(step: Step) -> list[Stage]:
    """Return the stages whose `next` a move has to obey: the one that the deal leaves, and the one it goes on from."""
    left = step.left if step.within else None
    found = [stage for stage in (left, _way_from(step)) if stage]
    return found[:1] if found[:1] == found[1:] else found


def _way_from(step: Step) -> Stage | None:
    """Return the open stage from which the move goes; none where a deal resumes there, or a lost one begins anew."""
    anew = step.left is not None and step.left.kind is Kind.LOST and not step.forward
    return None if anew or step.origin is step.entered else step.origin


def _next(step: Step, stage: Stage) -> Problem:
    words = [one.id for one in step.pipeline.named(stage.next) if not one.retired]
    hint = _move(step, words[0]) if words else _FORCE
    where = f"{stage.id}{step.formerly}," if step.formerly and stage is step.origin else stage.id
    return refusal(step, "gate-next", f"from {where} a deal goes on to {' or '.join(words)} only", hint)


def _back_and_skip(step: Step) -> Iterator[Problem]:
    moves, start = step.pipeline.moves, _way_from(step)
    if start is None:
        return
    if not moves.back and step.entered.kind is Kind.OPEN and not step.forward:
        yield refusal(step, "gate-back", f"{step.pipeline.id} allows no move back, to {step.entered.id}", _FORCE)
    between = _skipped(step, start)
    if not moves.skip and between:
        hint = _move(step, between[0].id)
        yield refusal(step, "gate-skip", f"the move skips {', '.join(s.id for s in between)}", hint)


def _skipped(step: Step, start: Stage) -> list[Stage]:
    """Return the open stages that a move forward jumps over."""
    if not step.forward:
        return []
    between = step.pipeline.stages[step.pipeline.index(start.id) + 1 : step.pipeline.index(step.entered.id)]
    return [stage for stage in between if stage.kind is Kind.OPEN and not stage.retired]


def _won(step: Step) -> Iterator[Problem]:
    words = step.pipeline.moves.won_from
    sources = [step.left if step.within else None, step.origin]
    begins = not step.within and step.entered in step.pipeline.named(step.pipeline.moves.create_in)
    known = not step.within or any(sources)
    if words and known and not begins and not any(one in step.pipeline.named(words) for one in sources if one):
        message = f"a deal is won from {' or '.join(words)} only"
        yield refusal(step, "gate-won-from", message, _move(step, words[-1]))


def _move(step: Step, stage: str) -> str:
    return f"pipe move {step.new.id} {stage}"
