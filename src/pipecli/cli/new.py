"""`pipe new`: a deal, as one file and one commit."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipecli.cli.changing import How, apply
from pipecli.cli.options import AllowDetached, DryRun, Force, NoCommit, Wait
from pipecli.cli.saying import said_day, seen_in
from pipecli.cli.session import Session, now_in
from pipecli.cli.writing import refuse_blank, refuse_unreadable_rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from pipecli.cli.writing import Writing
    from pipecli.core.problem import ExitCode
    from pipecli.core.spoken import Almanac
    from pipecli.edits.plan import Plan
    from pipecli.facts.derived import Context


def new(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What the deal is called.")],
    pipeline: Annotated[str | None, typer.Option(metavar="NAME", help="Needed where there is more than one.")] = None,
    stage: Annotated[str | None, typer.Option(metavar="STAGE", help="Else the first stage.")] = None,
    value: Annotated[str | None, typer.Option(metavar="AMOUNT", help="An exact amount, like 48000.00.")] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="Else the pipeline's, else the workspace's.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option(metavar="ID", help="A member's id; else you, by your e-mail in team.yaml.")
    ] = None,
    company: Annotated[str | None, typer.Option(metavar="ID", help="A company's id.")] = None,
    contact: Annotated[list[str] | None, typer.Option(metavar="ID", help="A contact's id; repeat it for more.")] = None,
    source: Annotated[str | None, typer.Option(metavar="TEXT", help="Where the deal came from.")] = None,
    expected_close: Annotated[str | None, typer.Option(metavar="DATE", help="When it is expected to close.")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="A tag; repeat it for more.")] = None,
    field: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A field of your own; repeat it for more.")
    ] = None,
    name: Annotated[str | None, typer.Option("--id", metavar="ID", help="An id of your choice.")] = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Add a deal: one file, one commit.

    \b
    Examples:
      pipe new "Annual platform renewal" --value 48000 --source referral
      pipe new "Pilot for two teams" --stage new-lead --owner sam --source event
      pipe new "More seats" --source referral --field seats=120 --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.layout import SCHEMAS
    from pipecli.core.value import parse_amount
    from pipecli.edits.new import ALPHABET, NewDeal, plan
    from pipecli.shell.clock import pick

    session: Session = context.obj
    refuse_blank(
        pipeline=pipeline, stage=stage, value=value, currency=currency, owner=owner, company=company, source=source,
        expected_close=expected_close, id=name,
    )  # fmt: skip
    how = How(None, force, dry_run, no_commit, allow_detached, wait)
    with how.writing(session) as writing:
        workspace = session.workspace(deals=False)
        refuse_unreadable_rules(workspace)
        facts = session.facts(workspace, now_in(workspace))
        me = session.me(workspace)
        wanted = NewDeal(
            title=" ".join(title.split()), ending=pick(ALPHABET, 4), now=now_in(workspace), name=name,
            pipeline=pipeline, stage=stage, value=_read("--value", value, parse_amount), currency=currency,
            owner=owner or me or None, company=company, contacts=contact or (), source=source,
            expected_close=_expected(expected_close, seen_in(workspace, now_in(workspace))), tags=tag or (),
            fields=_fields(field or []), force=force, schema=(session.root() / SCHEMAS / "deal.json").is_file(), me=me,
        )  # fmt: skip
        planned = plan(workspace, facts, wanted)
        _refuse(session, planned)
        if dry_run:
            session.say(f"  {planned.edits[0].path}")
            session.put(planned.edits[0].content.decode())
            if not no_commit:
                writing.rehearse(planned.edits)
            return
        done = apply(writing, how, planned)
    raise typer.Exit(_report(writing, planned, done, facts))


def _read(option: str, text: str | None, parse: "Callable[[str], Any]") -> Any:  # noqa: ANN401 -- what parse gives
    from pipecli.core.problem import ExitCode, PipeError

    try:
        return None if text is None else parse(text)
    except ValueError as error:
        raise PipeError(f"{option} {text}: {error}", code=ExitCode.USAGE) from None


def _expected(text: str | None, seen: "Almanac") -> "date | None":
    return None if text is None else said_day("--expected-close", text, seen)


def _fields(pairs: list[str]) -> dict[str, str]:
    from pipecli.core.problem import ExitCode, PipeError

    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise PipeError(f"--field {wrong[0]}: a field is written NAME=VALUE", code=ExitCode.USAGE)
    return {key.strip(): text.strip() for key, _, text in (pair.partition("=") for pair in pairs)}


def _refuse(session: Session, planned: "Plan") -> None:
    from pipecli.core.problem import ExitCode

    if planned.refusals:
        session.error("the deal cannot be added:", planned.refusals)
        session.gated(planned.refusals, "give what is missing (pipe new --help)")
        raise typer.Exit(ExitCode.PROBLEMS)


def _report(writing: "Writing", planned: "Plan", done: str, facts: "Context") -> "ExitCode":
    from pipecli.cli.next_stage import next_lines
    from pipecli.core.workspace import read_file

    session, edit = writing.session, planned.edits[0]
    session.put_done(f"{planned.moved[0].deal}\n")
    session.say(f"  {edit.path}\n{done}" if writing.done else done)
    code = writing.verdict(facts)
    if not code:
        committed = dict(writing.done.changed) if writing.done else {}
        deal, _ = read_file(edit.path, committed.get(edit.path, edit.content))
        for line in next_lines(deal, facts, session.me(facts.workspace)):
            session.say(line)
    return code
