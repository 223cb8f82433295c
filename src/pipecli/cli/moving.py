"""What the commands that move deals share: `pipe move`, `win`, `lose`, `hold` and `reopen`."""

from typing import TYPE_CHECKING, NamedTuple

from pipecli.cli.changing import How, Scene, change
from pipecli.cli.choosing import Chosen, change_chosen
from pipecli.cli.session import Session
from pipecli.cli.writing import find_deals, refuse_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from pipecli.core.problem import ExitCode
    from pipecli.core.workspace import Workspace
    from pipecli.edits.assignment import Assignment
    from pipecli.edits.plan import Plan


class Course(NamedTuple):
    """What else a person says of a move: into which pipeline, when it happened, from which stage it has to begin."""

    on: str | None = None
    if_stage: str | None = None
    pipeline: str | None = None


def move_deals(
    session: Session,
    how: How,
    meant: list[str] | Chosen,
    course: Course,
    stage_of: "Callable[[Workspace, str], str | None]",
    sets: "Sequence[Assignment]" = (),
    *,
    anew: bool = False,
) -> "ExitCode":
    """Move the deals that words mean, or that conditions choose, each into the stage that `stage_of` names.

    Returns the exit code. `sets` are values that they get besides; a deal without a stage gets these only. `anew`: they
    begin again, and it is told which of them are dead all the same.
    """
    lines: list[str] = []

    def planned(at: Scene) -> "Plan":
        from pipecli.edits.change import Intent, plan

        if course.if_stage is not None:
            _expect(at.workspace, at.deals, course.if_stage)
        wanted = Intent(
            deals={name: stage_of(at.workspace, name) for name in at.deals}, sets=sets,
            pipeline=course.pipeline, on=_day(course.on, at), reason=how.reason, force=how.force,
            now=at.now, me=at.me,
        )  # fmt: skip
        result = plan(at.workspace, at.facts, wanted)
        lines.extend(_revived(result, at, anew=anew))
        return result

    refuse_blank(**course._asdict())
    if isinstance(meant, Chosen):
        code = change_chosen(session, how, meant, planned)
    else:
        code = change(session, how, lambda: find_deals(session, meant), planned)
    for line in lines if not code else ():
        session.say(line)
    return code


def _revived(planned: "Plan", at: Scene, *, anew: bool) -> "Iterator[str]":
    """Yield what to tell of the deals that are won or lost no more."""
    from pathlib import PurePosixPath

    from pipecli.core.workspace import read_file
    from pipecli.edits.revival import still_dead, told

    for edit in planned.edits:
        old, (new, _) = at.workspace.deals[PurePosixPath(edit.path).stem], read_file(edit.path, edit.content)
        if new:
            yield from told(old, new, at.facts)
            yield from still_dead(new, at.facts) if anew else ()


def _expect(workspace: "Workspace", deals: list[str], stage: str) -> None:
    from pipecli.core.finding import readable_deal
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.edits.move import find_stage, readable_pipeline

    for name in deals:
        deal = readable_deal(workspace, name)
        wanted = find_stage(readable_pipeline(workspace, deal.pipeline), stage)
        if workspace.stage_of(deal) is not wanted:
            raise PipeError(
                f"{name} is in {deal.stage}, not in {wanted.id}: somebody else moved it first",
                hint=f"pipe show {name}",
                code=ExitCode.TAKEN,
            )


def _day(text: str | None, at: Scene) -> "date | None":
    """Read --on; today is the same as no --on at all, which keeps the time of day."""
    from pipecli.cli.saying import said_past, seen_in

    if text is None:
        return None
    instead = 'a move is recorded when it has happened; plan it: pipe next DEAL "…" --due fri'
    day = said_past("--on", text, at.now, seen_in(at.workspace, at.now), instead=instead)
    return None if day in (at.now, at.now.date()) else day
