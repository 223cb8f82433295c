"""`pipe export`: deals for other programs."""

from typing import Annotated

import typer

from pipecli.cli.options import Moment, Output, Where, unfolded
from pipecli.cli.session import Session, me_in
from pipecli.cli.standing import tell


@unfolded
def export(
    context: typer.Context,
    form: Annotated[str, typer.Argument(metavar="csv|jsonl", help="A table, or one JSON object a line.")],
    where: Where = None,
    output: Output = None,
    *,
    asked: Moment,
) -> None:
    """Export all deals with every key, as CSV or JSON lines.

    'pipe import' reads them back. The visits, with their seconds, are written by 'pipe audit --format csv'; both files
    together can be imported with their history. How lists and formulas stand in a cell: docs/import.md.

    \b
    Examples:
      pipe export csv --output deals.csv
      pipe export jsonl --where 'kind = won' --output won.jsonl
      pipe export csv --as-of 2026-Q3 --output quarter.csv
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import ExitCode, PipeError, did_you_mean
    from pipecli.facts.where import conditions, meeting
    from pipecli.interchange.export import EXPORTERS

    session: Session = context.obj
    if form not in EXPORTERS:
        raise PipeError(f"there is no form {form!r}", hint=did_you_mean(form, EXPORTERS), code=ExitCode.USAGE)
    standing = session.standing(asked)
    workspace, facts = standing.workspace, session.facts(standing.workspace, standing.now, asked)
    wanted = conditions(where or [], facts)
    met = meeting(workspace.deals.values(), wanted, facts, me_in(session, wanted, workspace))
    chosen = sorted(met, key=lambda deal: deal.id)
    session.put(EXPORTERS[form](workspace, chosen), output)
    tell(session, standing)
    raise typer.Exit(session.verdict(workspace.problems))
