"""`pipe win`, `lose`, `hold` and `reopen`: moves with what their outcome needs."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How
from pipecli.cli.moving import Course, move_deals
from pipecli.cli.options import AllowDetached, Deals, DryRun, Force, IfStage, NoCommit, On, Reason, Stage, Wait
from pipecli.cli.saying import almanac, said_day
from pipecli.cli.writing import refuse_blank

if TYPE_CHECKING:
    from pipecli.cli.session import Session
    from pipecli.core.spoken import Almanac
    from pipecli.core.workspace import Workspace
    from pipecli.edits.assignment import Assignment


def win(
    context: typer.Context,
    deals: Deals,
    stage: Annotated[str | None, typer.Option(metavar="STAGE", help="Else the first won stage.")] = None,
    on: On = None,
    if_stage: IfStage = None,
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Win deals.

    A move into the first won stage of each deal's pipeline, with all that a move checks.

    \b
    Examples:
      pipe win acme-renewal-k7m2
      pipe win acme-renewal --on yesterday
      pipe win acme-renewal --stage closed-won --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.pipeline import Kind
    from pipecli.edits.outcomes import closing

    refuse_blank(stage=stage)
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)

    def target(workspace: "Workspace", name: str) -> str:
        return closing(workspace, name, Kind.WON, stage)

    raise typer.Exit(move_deals(context.obj, how, deals, Course(on, if_stage), target))


def lose(
    context: typer.Context,
    deals: Deals,
    stage: Annotated[str | None, typer.Option(metavar="STAGE", help="Else the first lost stage.")] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why; where the stage lists reasons, one of them.")
    ] = None,
    why: Annotated[
        str | None,
        typer.Option("--class", metavar="CLASS", help="competitor, no_decision, budget, timing, bad_fit, …"),
    ] = None,
    competitor: Annotated[str | None, typer.Option(metavar="NAME", help="To whom.")] = None,
    on: On = None,
    if_stage: IfStage = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Lose deals, with the reason why.

    A move into the first lost stage of each deal's pipeline; the deal remembers why, and from where.

    \b
    Examples:
      pipe lose acme-renewal-k7m2 --reason price
      pipe lose ember-rollout --reason competitor --competitor Globex
      pipe lose acme-training fjord-intake --reason "bad fit" --class bad_fit
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.pipeline import Kind
    from pipecli.edits.assignment import read
    from pipecli.edits.outcomes import closing

    refuse_blank(**{"stage": stage, "class": why, "competitor": competitor})
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)
    given = {"outcome.class": why, "outcome.competitor": competitor}
    sets = [read(f"{key}={text}", almanac(context.obj)) for key, text in given.items() if text is not None]

    def target(workspace: "Workspace", name: str) -> str:
        return closing(workspace, name, Kind.LOST, stage)

    raise typer.Exit(move_deals(context.obj, how, deals, Course(on, if_stage), target, sets))


def hold(
    context: typer.Context,
    deals: Deals,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="On which day to take it up again.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; kept in the deal and the commit.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Not on hold any more.")] = False,
    stage: Annotated[str | None, typer.Option(metavar="STAGE", help="Into this on-hold stage, too.")] = None,
    on: On = None,
    if_stage: IfStage = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Put deals on hold until a day.

    They stay in their stage, unless --stage names another, and do not rot.

    \b
    Examples:
      pipe hold acme-renewal-k7m2 --until 2027-01-11 --reason "Their budget is decided in January"
      pipe hold acme-training fjord-intake --until +6w --reason "New year"
      pipe hold dune-pilot --off
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import PipeError
    from pipecli.edits.outcomes import holding, refuse_off

    refuse_blank(stage=stage, until=until, reason=reason)
    if off and (until or stage):
        raise PipeError("--off takes no --until and no --stage", hint="pipe hold DEAL --off")
    if not off and not (until and reason):
        lacking = "--reason TEXT" if until else "--until DATE"
        raise PipeError(f"{lacking} is missing", hint='pipe hold DEAL --until +6w --reason "…", or --off')
    if on and not stage:
        raise PipeError("--on is for a move: it goes with --stage", hint="leave it out, or name the stage")
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)
    sets = _hold(until, reason, almanac(context.obj))

    def target(workspace: "Workspace", name: str) -> str | None:
        if off:
            refuse_off(workspace, name)
            return None
        return holding(workspace, name, stage)

    raise typer.Exit(move_deals(context.obj, how, deals, Course(on, if_stage), target, sets))


def _hold(until: str | None, reason: str | None, seen: "Almanac") -> "list[Assignment]":
    """Return what a deal on hold says of it; without a day: nothing."""
    from pipecli.core.problem import PipeError
    from pipecli.core.spoken import Facing
    from pipecli.edits.assignment import Assignment, read

    if until is None:
        return [read("hold=", seen)]
    day = said_day("--until", until, seen, Facing.FROM)
    if day <= seen.today:
        raise PipeError(f"--until {until} is no day to come", hint="--until +14d; --off ends a hold")
    return [Assignment(("hold", "until"), day), read(f"hold.reason={reason}", seen)]


def reopen(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="DEAL... [STAGE]", help="Ids, beginnings of ids, or words of titles; then a stage."),
    ],
    stage: Stage = None,
    on: On = None,
    if_stage: IfStage = None,
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Reopen deals that are won, lost or on hold.

    They go back into the stage in which they were lost, or into STAGE.

    \b
    Examples:
      pipe reopen dune-extension-j2wr
      pipe reopen dune-extension qualified --reason "They asked again"
      pipe reopen dune-extension fjord-archive --stage qualified
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.edits.outcomes import reopening

    refuse_blank(stage=stage)
    deals, named = (words, stage) if stage is not None else _apart(context.obj, words)
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)

    def target(workspace: "Workspace", name: str) -> str:
        return reopening(workspace, name, named)

    raise typer.Exit(move_deals(context.obj, how, deals, Course(on, if_stage), target))


def _apart(session: "Session", words: list[str]) -> tuple[list[str], str | None]:
    """Return the deals, and the stage where the last word is one. Raises `PipeError` where it may be either."""
    from pipecli.core.layout import FileKind
    from pipecli.core.problem import PipeError

    *deals, last = words
    if not deals:
        return words, None
    workspace = session.workspace(deals=False)
    stages = [stage for pipeline in workspace.pipelines.values() for stage in pipeline.stages]
    if not any(last in (one.id, *one.aliases) or last.casefold() == one.name.casefold() for one in stages):
        return words, None
    if any(name.startswith(last.casefold()) for name in workspace.known[FileKind.DEAL]):
        raise PipeError(
            f"{last!r} is a stage, and the beginning of a deal's id", hint=f"--stage {last}, or the whole id"
        )
    return deals, last
