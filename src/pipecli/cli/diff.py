"""`pipe diff`: what became of the open value between two moments, and which deals moved it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import Format, Output
from pipecli.cli.session import Session, me_in, now_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.condition import Condition
    from pipecli.reports.scope import Asked, Scope
    from pipecli.store.pair import Pair
    from pipecli.store.standing import Standing

_MOMENT = "A revision, or as --as-of takes it."


def diff(
    context: typer.Context,
    before: Annotated[
        str | None, typer.Argument(metavar="[FROM]", help="A revision, a day, a period's end, 7d … Else HEAD.")
    ] = None,
    after: Annotated[str | None, typer.Argument(metavar="[TO]", help="The same; else the files as they are.")] = None,
    by: Annotated[str | None, typer.Option(metavar="FACT", help="A waterfall for each owner, source, stage …")] = None,
    pipeline: Annotated[str | None, typer.Option(help="Only this pipeline.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="CONDITION", help="Only deals that meet it at either moment; repeatable."),
    ] = None,
    form: Format = "table",
    output: Output = None,
    allow_shallow: Annotated[
        bool, typer.Option("--allow-shallow", help="Go on where a shallow clone cannot tell who was renamed.")
    ] = False,
) -> None:
    """Show what became of the open value between two moments, and which deals moved it.

    Opening value, what came, changed and went, closing value: it adds up to the cent. FROM..TO may be written in one
    word; two branches are two plans.

    \b
    Examples:
      pipe diff
      pipe diff 7d
      pipe diff 2026-Q2 2026-Q3
      pipe diff monday --by owner
      pipe diff 2026-09..2026-10 --format csv
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import ExitCode
    from pipecli.reports.scope import Asked
    from pipecli.reports.waterfall import diff as waterfalls
    from pipecli.store.pair import pair

    session: Session = context.obj
    settings = session.settings()
    ends = _ends(before, after)
    starts = settings.settings.fiscal_year_starts
    found = pair(session.root(bare=True), ends, now_in(settings), starts, allow_shallow=allow_shallow)
    scope = _scope(found, pipeline, Asked(by=by))
    tables = waterfalls(_only(session, scope, found, where) if where else scope, found.names)
    session.show(tables, form, output)
    verdict = session.verdict(found.after.workspace.problems)
    raise typer.Exit(ExitCode.PROBLEMS if any(table.incomplete for table in tables) else verdict)


def _ends(before: str | None, after: str | None) -> tuple[str, str | None]:
    """Return the two moments as they were written: HEAD for a first that was not."""
    from pipecli.core.problem import ExitCode, PipeError

    one, dots, other = (before or "HEAD").partition("..")
    if dots and (after is not None or other.startswith(".")):
        message = (
            f"{before} is a range already" if after is not None else f"{before}: what it means depends on the graph"
        )
        raise PipeError(message, hint="pipe diff FROM TO, or pipe diff FROM..TO", code=ExitCode.USAGE)
    for word in (before, after):
        if word is not None and not word.strip():
            raise PipeError("a moment is blank", hint="pipe diff 7d", code=ExitCode.USAGE)
    return (one or "HEAD", other or None) if dots else (one, after)


def _scope(found: "Pair", pipeline: str | None, asked: "Asked") -> "Scope":
    from pipecli.reports.scope import Scope

    def of(standing: "Standing") -> "Scope":
        return Scope(
            workspace=standing.workspace,
            visits=(),
            now=standing.now,
            commit=f"commit {standing.commit[:10]}"
            if standing.commit
            else "no commit"
            if standing.note
            else "work tree",
            pipeline=pipeline,
            asked=asked,
            remarks=(standing.note,) if standing.note else (),
        )

    after = of(found.after)
    doubt = "the clone is shallow: a deal that was renamed may be told as removed and created"
    remarks = (*after.remarks, doubt) if found.doubtful else after.remarks
    return replace(after, remarks=remarks, before=of(found.before))


def _only(session: Session, scope: "Scope", found: "Pair", where: "Sequence[str]") -> "Scope":
    """Return the scope with the deals alone that meet the conditions at either moment."""
    from pipecli.core.problem import PipeError
    from pipecli.facts.where import conditions, meeting

    before = scope.before or scope
    wanted: dict[int, Sequence[Condition]] = {}
    for number, one in enumerate((scope, before)):
        try:
            wanted[number] = conditions(where, one.context())
        except PipeError:  # it may name a stage or a field that is there at the other moment only
            if number and not wanted:
                conditions(where, scope.context())
    me = me_in(session, next(iter(wanted.values())), scope.workspace)
    now, then = (
        {deal.id for deal in meeting(one.workspace.deals.values(), wanted[number], one.context(), me)}
        if number in wanted
        else set[str]()
        for number, one in enumerate((scope, before))
    )
    both = {(name, former) for name, former in found.names.items() if name in now or former in then}
    now, then = now | {name for name, _ in both}, then | {former for _, former in both}
    return replace(_with(scope, now, where), before=_with(before, then, where))


def _with(scope: "Scope", names: "set[str]", where: "Sequence[str]") -> "Scope":
    deals = scope.workspace.deals
    return scope.only((deals[name] for name in sorted(names) if name in deals), where)
