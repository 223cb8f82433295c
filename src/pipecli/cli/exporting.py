"""`pipe export`: deals for other programs."""

from typing import Annotated

import typer

from pipecli.cli.options import Output
from pipecli.cli.session import Session, context_of, now_in


def export(
    context: typer.Context,
    form: Annotated[str, typer.Argument(metavar="csv|jsonl", help="A table, or one JSON object a line.")],
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="CONDITION", help="Only deals that meet it, like 'value > 5000'; repeatable."),
    ] = None,
    output: Output = None,
) -> None:
    """Write all deals with every key, for other programs and for 'pipe import'.

    The visits, with their seconds, are written by 'pipe audit --format csv'; both files together can be imported
    with their history. How lists and formulas stand in a cell: docs/import.md.

    \b
    Examples:
      pipe export csv --output deals.csv
      pipe export jsonl --where 'kind = won' | jq .value
      pipe audit --format csv --output visits.csv
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import ExitCode, PipeError, did_you_mean
    from pipecli.facts.where import conditions, meeting
    from pipecli.interchange.export import EXPORTERS

    session: Session = context.obj
    if form not in EXPORTERS:
        raise PipeError(f"there is no form {form!r}", hint=did_you_mean(form, EXPORTERS), code=ExitCode.USAGE)
    workspace = session.workspace()
    facts = context_of(workspace, now_in(workspace))
    wanted = conditions(where or [], facts)
    chosen = sorted(
        meeting(workspace.deals.values(), wanted, facts, session.me(workspace) if wanted else ""),
        key=lambda deal: deal.id,
    )
    session.put(EXPORTERS[form](workspace, chosen), output)
    raise typer.Exit(session.verdict(workspace.problems))
