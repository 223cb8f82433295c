"""`pipe import`: deals from other systems' files, with their past where the file tells it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipecli.cli.landing import commit, commit_history, count, summary, write
from pipecli.cli.options import Reason
from pipecli.cli.renewing import look_back, tell_left
from pipecli.cli.session import Session, now_in
from pipecli.cli.sources import contents, sketch, told_map
from pipecli.cli.writing import Writing, refuse_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.workspace import Workspace
    from pipecli.interchange.batch import Batch, File
    from pipecli.interchange.plan import Asked, Plan

_MOST_ROWS = 50
"""How many rows that cannot be used are printed; the others are counted."""
_MOST_CASES = 5
"""How many cases that are known from elsewhere are named."""


def import_(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="What the files are: events, csv, jsonl, pipedrive-changelog or salesforce."
        ),
    ],
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE|DIR…", help="CSV (UTF-8; comma, semicolon or tab); - is standard input."),
    ],
    pipeline: Annotated[
        str, typer.Option(metavar="NAME", help="The id of the pipeline to import into; else by the source's names.")
    ] = "",
    create: Annotated[bool, typer.Option("--create", help="Make the pipeline from the files.")] = False,
    won: Annotated[
        list[str] | None, typer.Option(metavar="STAGE", help="With --create: this stage means won; repeatable.")
    ] = None,
    lost: Annotated[
        list[str] | None, typer.Option(metavar="STAGE", help="With --create: this stage means lost; repeatable.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="One commit a change, dated as it happened; else one of them all.")
    ] = False,
    add_members: Annotated[
        bool, typer.Option("--add-members", help="Add owners who are in no team to team.yaml.")
    ] = False,
    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="Keep columns without a key of ours under 'fields'.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave deals out whose rows cannot be used, and take the others.")
    ] = False,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of values without one; else the pipeline's or the workspace's.")
    ] = None,
    theirs: Annotated[
        bool, typer.Option("--theirs", help="Of known deals take over what was changed here, too, and deleted.")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What the other system is called; else its own name or the file's."),
    ] = None,
    case: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="events: else case_id, case, deal_id, deal.")
    ] = None,
    stage: Annotated[str | None, typer.Option(metavar="COLUMN", help="events: else stage, status, activity.")] = None,
    time: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="events: else epoch, time, timestamp, date.")
    ] = None,
    person: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="events: else person, user, owner, resource.")
    ] = None,
    value: Annotated[str | None, typer.Option(metavar="COLUMN", help="events: else value, amount.")] = None,
    map_: Annotated[
        str | None,
        typer.Option("--map", metavar="FILE", help="What stages and owners mean here, and columns of a csv (YAML)."),
    ] = None,
    show_map: Annotated[bool, typer.Option("--show-map", help="csv: print a map to begin with.")] = False,
    date_format: Annotated[
        str | None, typer.Option(metavar="day-first|month-first", help="csv, salesforce: of days like 03/04/2026.")
    ] = None,
    decimal: Annotated[
        str | None,
        typer.Option(
            metavar="point|comma", help="csv, salesforce: what stands before decimals, where 1.200 does not tell."
        ),
    ] = None,
    reason: Reason = None,
    force: Annotated[
        str | None,
        typer.Option(metavar="WHY", help="Pass the gates with deals that are known; the commit says why."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")] = False,
    no_commit: Annotated[
        bool, typer.Option("--no-commit", help="Write the files, and leave the commit to me.")
    ] = False,
    wait: Annotated[float, typer.Option(metavar="SECONDS", help="How long to wait for another writer.")] = 10,
) -> None:
    """Import deals from other systems' files.

    Their history comes along with --history. One row that cannot be used, and nothing is imported: all of them are
    listed (exit 1). Files can be imported again: what changed at the source is taken over where the gates allow it, and
    what was changed here stays. Every importer, its columns and the map: docs/import.md.

    \b
    Examples:
      pipe import csv deals.csv --dry-run
      pipe import csv deals.csv --show-map > map.yaml
      pipe import csv partners.csv --map map.yaml --create --pipeline partners
      pipe import events log.csv --pipeline loans --create --won A_ACTIVATED --lost A_DECLINED --history
      pipe import events crm.csv --pipeline sales --case "Deal ID" --time "Changed at" --source oldcrm
      pipe import salesforce export/ --pipeline opportunities --create --history --currency USD --add-members
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.interchange.plan import plan
    from pipecli.interchange.registry import Reading, importer

    session: Session = context.obj
    refuse_blank(reason=reason, force=force)
    columns = {"case": case, "stage": stage, "time": time, "person": person, "value": value}
    forms = {"map": map_, "date-format": date_format, "decimal": decimal, "show-map": show_map}
    read = importer(name, given=[option for option, word in (columns | forms).items() if word]).read
    found = contents(session, files, source if not show_map else "-")
    told = told_map(session, map_, date_format, decimal)
    if show_map:
        session.put(sketch(found, told))
        return
    if history and no_commit:
        raise typer.BadParameter("history is commits: leave out one of the two", param_hint="--no-commit")
    with Writing(session, commit=not no_commit, wait=wait, dry_run=dry_run) as writing:
        workspace = _readable(session)
        batch = read(found, Reading(now=now_in(workspace), columns=columns, told=told))
        asked = _asked(
            workspace, batch, found, source, currency, pipeline=pipeline, create=create, won=won or (), lost=lost or (),
            history=history, add_members=add_members, keep_unknown=keep_unknown, skip_bad=skip_bad,
            pipelines=told.pipelines, stages=told.stages, owners=told.owners, reason=reason, force=force,
            me=session.me(workspace),
        )  # fmt: skip
        planned = look_back(session, workspace, plan(workspace, batch, asked), asked, theirs=theirs)
        _remark(session, batch, planned)
        _refuse(session, planned, asked)
        if not planned.steps and not planned.renewal.edits:
            session.say(_nothing(found, planned))
        elif dry_run:
            _show(session, planned)
        elif no_commit:
            write(session, writing, planned)
        elif history:
            commit_history(session, workspace, planned, asked, f"{name} {' '.join(found[0].name.split())}")
        else:
            commit(session, writing, planned, asked)
    raise typer.Exit(tell_left(session, planned, dry_run=dry_run))


def _readable(session: Session) -> "Workspace":
    """Return the workspace. Raises `PipeError` for a broken file, which may be of a case that is known already."""
    from pipecli.core.problem import ExitCode, PipeError

    workspace = session.workspace()
    broken = workspace.errors()
    if broken:
        message = "nothing was imported: the workspace has files that cannot be read"
        raise PipeError(message, hint="mend them first", code=ExitCode.PROBLEMS, problems=broken)
    return workspace


def _asked(
    workspace: "Workspace",
    batch: "Batch",
    files: "Sequence[File]",
    source: str | None,
    currency: str | None,
    **options: Any,  # noqa: ANN401 -- those of `Asked`
) -> "Asked":
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.core.value import parse_currency
    from pipecli.interchange.plan import Asked

    try:
        code = parse_currency(currency) if currency else None
    except ValueError as error:
        raise PipeError(f"--currency {currency}: {error}", code=ExitCode.USAGE) from None
    name = " ".join((source or batch.system or files[0].name.rpartition(".")[0] or files[0].name).split())
    sourced = bool(source or batch.system)
    return Asked(source=name, sourced=sourced, now=now_in(workspace), currency=code, **options)


def _remark(session: Session, batch: "Batch", planned: "Plan") -> None:
    """Tell what was read, what was passed over and what was assumed."""
    from pipecli.interchange.stages import alike

    for remark in batch.remarks:
        session.say(f"  {remark}")
    told = ", ".join(f"{number} {code}" for code, number in planned.will_warn().items())
    if told:
        session.say(f"  pipe validate will warn: {told}")
    if planned.not_kept:
        names = ", ".join(repr(title) for title in planned.not_kept)
        session.say(f"  columns without a key of ours: {names}: not kept (--keep-unknown keeps them)")
    if planned.known and planned.steps and not planned.renewal.edits:
        session.say(f"  {count(planned.known, 'case')} known already{_newer(planned)}: left as they are")
    for case, source in list(planned.elsewhere.items())[:_MOST_CASES]:
        session.say(f"  {case} is also known from {source!r} (--source {source})")
    if len(planned.elsewhere) > _MOST_CASES:
        session.say(f"  … and {len(planned.elsewhere) - _MOST_CASES} more cases are known from another source")
    for pipeline in planned.pipelines:
        for same in alike(pipeline) if pipeline.id in planned.fresh else ():
            session.say(f"  stages that differ only in case: {', '.join(same)}")
    for kind in dict.fromkeys(planned.added):
        meaning = "success" if kind == "won" else "failure"
        session.say(f"  no stage was said to mean {meaning}: a stage '{kind}' is added; to name one: --{kind} STAGE")


def _newer(planned: "Plan") -> str:
    return f", {planned.newer} of them with newer events in the file" if planned.newer else ""


def _nothing(files: "Sequence[File]", planned: "Plan") -> str:
    name = ", ".join(file.name for file in files)
    if not planned.known:
        return f"nothing to import: {name} has no rows"
    cases = f"{count(planned.known, 'case')} of {name}, all of them known already{_newer(planned)}"
    return f"nothing to import: {cases}" + (": left as they are" if planned.newer else "")


def _refuse(session: Session, planned: "Plan", asked: "Asked") -> None:
    """Tell every row that cannot be used, and end where that forbids the import."""
    from pipecli.core.problem import ExitCode

    session.tell(planned.problems[:_MOST_ROWS])
    if len(planned.problems) > _MOST_ROWS:
        session.say(f"… and {len(planned.problems) - _MOST_ROWS} more")
    if planned.forbidden and not asked.skip_bad:
        session.error(f"nothing was imported: {_against(planned)}", ())
        session.say("  try: correct what is wrong; or --skip-bad, to import the other deals")
        raise typer.Exit(ExitCode.PROBLEMS)
    if planned.forbidden:
        session.say(f"  {_against(planned)}: {count(planned.left_out, 'deal')} left out")


def _against(planned: "Plan") -> str:
    """Return what stands against an import, in words."""
    people = sum(problem.code == "unknown-member" for problem in planned.forbidden)
    rows = len(planned.forbidden) - people
    told = [f"{count(rows, 'row')} cannot be used"] if rows else []
    told += [f"{count(people, 'owner')} {'is' if people == 1 else 'are'} not known"] if people else []
    return ", ".join(told)


def _show(session: Session, planned: "Plan") -> None:
    from pipecli.interchange.preview import files_table, renewal_table, stages_table

    tables = [stages_table(planned), *files_table(planned)] if planned.steps else []
    session.show([*tables, *renewal_table(planned)], "table")
    session.say(f"  {summary(planned)}; nothing was written")
