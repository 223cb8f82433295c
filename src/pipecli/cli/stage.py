"""`pipe stage`: the stages of a pipeline, each change a small edit of its file and one commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How, Scene, change
from pipecli.cli.choosing import change_agreed
from pipecli.cli.options import AllowDetached, DryRun, Force, Format, NoCommit, Reason, Wait
from pipecli.cli.session import Session, context_of, now_in
from pipecli.cli.writing import refuse_blank

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipecli.core.emit import Value
    from pipecli.core.pipeline import Pipeline
    from pipecli.core.workspace import Workspace
    from pipecli.edits.plan import Plan

app = typer.Typer(no_args_is_help=True, help="The stages of a pipeline: show, add, rename, reorder, retire.")

_Stage = Annotated[str, typer.Argument(metavar="STAGE", help="Its id, a former id, or its name.")]
_Pipeline = Annotated[
    str | None, typer.Option("--pipeline", metavar="NAME", help="Of which pipeline, where there are several.")
]
_After = Annotated[str | None, typer.Option("--after", metavar="STAGE", help="Behind this stage.")]
_Before = Annotated[str | None, typer.Option("--before", metavar="STAGE", help="Before this stage.")]


@app.command()
def show(context: typer.Context, stage: _Stage, pipeline: _Pipeline = None, form: Format = "table") -> None:
    """Show a stage: what it asks for, and the deals in it.

    \b
    Examples:
      pipe stage show new-lead
      pipe stage show proposal-sent --format json
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.edits.move import find_stage
    from pipecli.edits.new import pipeline_of
    from pipecli.edits.stages import deals_in
    from pipecli.reports.deals import deals_table
    from pipecli.reports.stage_list import stage_table

    session: Session = context.obj
    workspace = session.workspace()
    one = pipeline_of(workspace, pipeline)
    found = find_stage(one, stage)
    inside = deals_table(deals_in(workspace, one, found), context_of(workspace, now_in(workspace)))
    session.show([stage_table(one, found), inside] if form != "csv" else [stage_table(one, found)], form)
    raise typer.Exit(session.verdict(workspace.problems))


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="Made of a-z, 0-9 and '-'; deals refer to it.")],
    title: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="What people call it.")] = None,
    kind: Annotated[str, typer.Option(metavar="open|on_hold|won|lost", help="What it means.")] = "open",
    probability: Annotated[str | None, typer.Option(metavar="PERCENT", help="Of winning a deal in it.")] = None,
    forecast: Annotated[str | None, typer.Option(metavar="CATEGORY", help="pipeline, best_case, commit …")] = None,
    target: Annotated[str | None, typer.Option(metavar="DURATION", help="How long a stay should last: 14d.")] = None,
    after: _After = None,
    before: _Before = None,
    pipeline: _Pipeline = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Add a stage.

    Unless told where, it goes behind the last stage of its kind.

    \b
    Examples:
      pipe stage add trial --after qualified --probability 40% --target 14d
      pipe stage add nurture --kind on_hold --name "On the newsletter" --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.edits.stages import Spot
    from pipecli.edits.stages import add as plan

    refuse_blank(name=title, kind=kind, probability=probability, forecast=forecast, target=target)
    how = How(reason, None, dry_run, no_commit, allow_detached, wait)
    given: dict[str, Value | None] = {
        "id": name, "name": title or name.replace("-", " ").capitalize(), "kind": _kind(kind),
        "probability": probability, "forecast": forecast, "target": target,
    }  # fmt: skip
    spot = Spot(after=after, before=before)

    def planned(at: Scene, one: "Pipeline") -> "Plan":
        return plan(at.facts, one, {key: value for key, value in given.items() if value is not None}, spot)

    _change(context.obj, how, pipeline, planned)


def _kind(text: str) -> str | None:
    """Return the kind as it is to be written: nothing for an open stage. Raises `PipeError` for none."""
    from pipecli.core.pipeline import Kind
    from pipecli.core.problem import PipeError, did_you_mean

    if text not in set(Kind):
        raise PipeError(f"--kind: there is no kind {text!r}", hint=did_you_mean(text, map(str, Kind)))
    return None if text == Kind.OPEN else text


@app.command()
def rename(
    context: typer.Context,
    stage: _Stage,
    new: Annotated[
        str | None, typer.Argument(metavar="[NEW-ID]", help="Another id; the old one stays an alias.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="What people call it from now on.")
    ] = None,
    pipeline: _Pipeline = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Give a stage another id, another name, or both.

    Its deals and its history stay: the old id becomes an alias, and the files of the deals are not touched.

    \b
    Examples:
      pipe stage rename proposal-sent offer --name "Offer sent"
      pipe stage rename qualified --name "Worth our time"
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import PipeError
    from pipecli.edits.stages import rename as plan

    refuse_blank(name=title)
    if new is None and title is None:
        raise PipeError("what is it to be called?", hint=f"pipe stage rename {stage} NEW-ID, or --name TEXT")
    how = How(reason, None, dry_run, no_commit, allow_detached, wait)
    _change(context.obj, how, pipeline, lambda at, one: plan(at.facts, one, stage, new, title))


@app.command()
def reorder(
    context: typer.Context,
    stage: _Stage,
    after: _After = None,
    before: _Before = None,
    pipeline: _Pipeline = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Give a stage another place in its pipeline.

    The order decides what reports call an advance, past moves included; what changes is told.

    \b
    Examples:
      pipe stage reorder qualified --before new-lead --dry-run
      pipe stage reorder proposal-sent --after negotiation --reason "We offer once the terms are clear" --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.edits.stages import Spot
    from pipecli.edits.stages import reorder as plan

    how = How(reason, None, dry_run, no_commit, allow_detached, wait)
    spot = Spot(after=after, before=before)
    _change(context.obj, how, pipeline, lambda at, one: plan(at.facts, one, stage, spot))


@app.command()
def retire(
    context: typer.Context,
    stage: _Stage,
    to: Annotated[str | None, typer.Option(metavar="STAGE", help="Where the deals in it go.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Use it again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --to: move the deals, without asking.")] = False,
    pipeline: _Pipeline = None,
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Use a stage no more.

    It stays in the file, since the history of deals goes through it. Deals that are in it move to another stage in the
    same commit, with all that a move checks; they are shown first, and you are asked.

    \b
    Examples:
      pipe stage retire negotiation --to proposal-sent --dry-run
      pipe stage retire negotiation --to proposal-sent --yes --reason "We do not negotiate any more"
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import PipeError
    from pipecli.edits.new import pipeline_of
    from pipecli.edits.stages import Leaving, revive
    from pipecli.edits.stages import retire as plan

    session: Session = context.obj
    refuse_blank(to=to)
    if off and (to or yes):
        raise PipeError("--off takes no --to and no --yes", hint=f"pipe stage retire {stage} --off")
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)

    def planned(at: Scene) -> "Plan":
        one = pipeline_of(at.workspace, pipeline)
        if off:
            return revive(at.facts, one, stage)
        return plan(at.facts, one, stage, Leaving(to=to, reason=reason, force=force, now=at.now, me=at.me))

    raise typer.Exit(change_agreed(session, how, lambda _: (session.workspace(), []), planned, yes=yes or to is None))


def _change(session: Session, how: How, pipeline: str | None, plan: "Callable[[Scene, Pipeline], Plan]") -> None:
    """Change a pipeline's file as planned, and end the command."""
    from pipecli.edits.new import pipeline_of

    def found() -> "tuple[Workspace, list[str]]":
        return session.workspace(), []

    raise typer.Exit(change(session, how, found, lambda at: plan(at, pipeline_of(at.workspace, pipeline))))
