"""A deal that comes back: where it begins again, what of its old run leaves the file, and what to tell of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipecli.core.finding import readable_deal
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.value import parse_day
from pipecli.edits.assignment import Assignment
from pipecli.edits.move import CLOSED, find_stage, readable_pipeline
from pipecli.facts.rot import Standing, standing

if TYPE_CHECKING:
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.core.yamltext import Document
    from pipecli.facts.derived import Context


@dataclass(frozen=True, slots=True)
class Passed(Assignment):
    """A day that is taken away where it is before `today`; one to come stays."""

    today: date = date.min

    def is_met(self, doc: Document) -> bool:
        """Return whether a file has no such day, or one to come."""
        text = doc.data.get(self.loc[0])
        try:
            return text is None or parse_day(text) >= self.today
        except ValueError:
            return True


def fresh(today: date) -> list[Assignment]:
    """Return what a deal that begins again is to have no more: chances of its own, and a close that passed."""
    return [
        Assignment(("probability",), None),
        Assignment(("forecast",), None),
        Passed(("expected_close",), None, today=today),
    ]


def recycling(workspace: Workspace, name: str, pipeline: str | None, word: str | None) -> str:
    """Return the stage in which a deal begins again: the one that is named, else the one in which deals come in.

    Raises `PipeError` for a won deal, for a stage that is won or lost, and where no stage is open or on hold.
    """
    deal = readable_deal(workspace, name)
    target = readable_pipeline(workspace, pipeline or deal.pipeline)
    now = workspace.stage_of(deal)
    if now and now.kind is Kind.WON:
        hint = f'pipe new "{deal.title}" for the next sale; pipe reopen {name}, if it was not won'
        raise PipeError(f"{name} is won, and stays so", hint=hint, code=ExitCode.PROBLEMS)
    stage = find_stage(target, word) if word is not None else _first(target)
    if stage is None or stage.kind in CLOSED:
        usable = "|".join(one.id for one in target.stages if one.kind not in CLOSED and not one.retired)
        message = f"{stage.id} is a {stage.kind} stage" if stage else f"{target.id} has no stage to begin in"
        raise PipeError(message, hint=f"--stage {usable}" if usable else "--pipeline NAME", code=ExitCode.USAGE)
    return stage.id


def _first(pipeline: Pipeline) -> Stage | None:
    """Return the stage in which deals come in, else the first that is open or on hold: a nurture pipeline may sleep."""
    named = [found for word in pipeline.moves.create_in if (found := pipeline.stage(word))]
    return next((one for one in (*named, *pipeline.stages) if one.kind not in CLOSED and not one.retired), None)


def told(old: Deal, new: Deal, context: Context) -> list[str]:
    """Return what to tell where a deal was won or lost and is no more: what leaves the file, and how it counts now."""
    left, entered = context.workspace.stage_of(old), context.workspace.stage_of(new)
    if left is None or left.kind not in CLOSED or entered is None or entered.kind in CLOSED:
        return []
    when, why = f" on {old.closed_on}" if old.closed_on else "", ", ".join(filter(None, _why(old)))
    keys = [key for key, there in (("closed_on", old.closed_on), ("outcome", old.outcome)) if there]
    gone = f"{' and '.join(keys)} {'leave' if len(keys) > 1 else 'leaves'} its file"
    return [
        f"  {old.id} was {left.kind}{when}{f' ({why})' if why else ''}",
        *([f"    {gone}; its history keeps all: pipe audit {old.id}"] if keys else []),
        f"    win rates count it as {left.kind} no more, but as of a day before (--as-of yesterday)",
    ]


def still_dead(new: Deal, context: Context) -> list[str]:
    """Return what to tell of a deal that is dead wherever it stands: the clock of a reply runs on."""
    quiet = standing(new, context)
    if quiet is None or quiet.standing is not Standing.DEAD:
        return []
    return [
        f"  {new.id} is dead until they are heard: not since {quiet.since}",
        f'    to wait for a day: pipe hold {new.id} --until +90d --reason "…"',
    ]


def _why(deal: Deal) -> tuple[str, str, str]:
    outcome = deal.outcome
    if outcome is None:
        return "", "", ""
    to = f"to {outcome.competitor}" if outcome.competitor else ""
    return outcome.reason or str(outcome.cls or ""), to, f"in {outcome.stage}" if outcome.stage else ""
