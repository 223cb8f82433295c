"""`pipe pipeline`: the pipelines of the workspace, and a new one."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How, change
from pipecli.cli.options import AllowDetached, DryRun, Format, NoCommit, Output, Wait
from pipecli.cli.writing import refuse_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.cli.session import Session
    from pipecli.core.pipeline import Kind

app = typer.Typer(no_args_is_help=True, help="The pipelines of the workspace: list, show, new.")


@app.command("list")
def list_(context: typer.Context, form: Format = "table", output: Output = None) -> None:
    """List the pipelines, with how many deals each has.

    \b
    Examples:
      pipe pipeline list
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.reports.stage_list import pipelines_table

    session: Session = context.obj
    workspace = session.workspace()
    session.show([pipelines_table(workspace)], form, output)
    raise typer.Exit(session.verdict(workspace.problems))


@app.command()
def show(
    context: typer.Context,
    pipeline: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Needed where there is more than one.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="table|markdown|csv|json|mermaid", help="How to print.")
    ] = "table",
    output: Output = None,
) -> None:
    """Show a pipeline: its stages in order, or a diagram of them.

    The diagram is in Mermaid's language, which GitHub and GitLab draw where Markdown has it in a block.

    \b
    Examples:
      pipe pipeline show
      pipe pipeline show sales --format mermaid
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.edits.new import pipeline_of
    from pipecli.render.mermaid import text
    from pipecli.reports.stage_list import stages_table

    session: Session = context.obj
    workspace = session.workspace()
    one = pipeline_of(workspace, pipeline, option=False)
    if form == "mermaid":
        session.put(text(one), output)
    else:
        session.show([stages_table(workspace, one)], form, output)
    raise typer.Exit(session.verdict(workspace.problems))


@app.command()
def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="Made of a-z, 0-9 and '-'; the file is called so.")],
    title: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="What people call it.")] = None,
    stage: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="An open stage; repeat it for more, in their order.")
    ] = None,
    won: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A stage that is won; repeatable.")] = None,
    lost: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A stage that is lost; repeatable.")] = None,
    on_hold: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A stage for deals that wait; repeatable.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="PIPELINE", help="Instead of stages: with all that this pipeline has.")
    ] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Of its deals' values.")] = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Add a pipeline: one file, one commit.

    \b
    Examples:
      pipe pipeline new hiring --stage Applied --stage Interview --stage Offer --won Hired --lost Declined
      pipe pipeline new partners --like sales --name "Partner sales" --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import PipeError
    from pipecli.edits.pipelines import NewPipeline, plan

    session: Session = context.obj
    refuse_blank(name=title, like=like, currency=currency)
    stages = _stages(stage or [], won or [], lost or [], on_hold or [])
    if bool(stages) == bool(like):
        hint = "--stage NAME --stage NAME --won NAME --lost NAME, or --like PIPELINE"
        raise PipeError("stages, or those of another pipeline?" if like else "which stages?", hint=hint)
    how = How(None, None, dry_run, no_commit, allow_detached, wait)
    wanted = NewPipeline(id=name, name=title, stages=stages, currency=currency, like=like)
    raise typer.Exit(change(session, how, lambda: (session.workspace(), []), lambda at: plan(at.facts, wanted)))


def _stages(
    open_ones: "Sequence[str]", won: "Sequence[str]", lost: "Sequence[str]", on_hold: "Sequence[str]"
) -> "list[tuple[str, Kind]]":
    """Return the stages in the order of the file: open ones, won ones, then those beside the way."""
    from pipecli.core.pipeline import Kind

    kinds = ((open_ones, Kind.OPEN), (won, Kind.WON), (lost, Kind.LOST), (on_hold, Kind.ON_HOLD))
    return [(" ".join(name.split()), kind) for names, kind in kinds for name in names]
