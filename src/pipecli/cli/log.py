"""`pipe log`: an activity of deals, as one commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How, Scene
from pipecli.cli.options import AllowDetached, DryRun, Force, Format, NoCommit, Reason, Wait
from pipecli.cli.working import amend, member
from pipecli.cli.writing import find_deals, refuse_blank

if TYPE_CHECKING:
    from datetime import datetime

    from pipecli.cli.session import Session
    from pipecli.core.problem import ExitCode
    from pipecli.core.record import Deal
    from pipecli.edits.amend import Amendment


def log(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="DEAL... [KIND]",
            help="Ids, beginnings of ids, or words of titles; then call, email, meeting, message, letter, demo, note.",
        ),
    ],
    direction: Annotated[
        str | None,
        typer.Option(metavar="out|in", help="Who reached out, we or they; unless told we did, in what one side does."),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="WHEN", help="When, like 9:30 or 'fri 14:05'; else now.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="TEXT", help="reached, no-answer, voicemail, busy, no-show … or other words.")
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="ID", help="The member who did it; else you.")] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="What to remember.")] = None,
    form: Format = "table",
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Log what was done with the people behind deals, or show what was.

    A call, an e-mail, a message or a letter went out unless --direction in; it counts as a touch, a note does not. A
    meeting, a demo, what came in, and a call with --outcome reached are replies: they keep a deal from being dead.

    \b
    Examples:
      pipe log acme-renewal-k7m2 call --outcome reached --note "Wants two offers"
      pipe log acme-renewal email
      pipe log birch-seats email --direction in --at "yesterday 16:20"
      pipe log cobalt-tracking meeting --at "fri 10:00" --by alex
      pipe log acme-renewal acme-training call --outcome no-answer
      pipe log acme-renewal
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    session: Session = context.obj
    *deals, last = words
    refuse_blank(direction=direction, at=at, outcome=outcome, by=by, note=note)
    if not deals:
        _refuse_kind_missing(last, direction, at, outcome, by, note)
        raise typer.Exit(_show(session, last, form))
    from pipecli.edits.activity import OUTCOMES, Logged, direction_of, kind_of, outcome_of
    from pipecli.edits.activity import log as amended

    kind, came = kind_of(last), outcome_of(outcome)
    sent = direction_of(direction, kind)

    def wanted(scene: Scene, deal: "Deal") -> "Amendment":
        done = Logged(
            kind=kind, at=_at(at, scene), direction=sent, outcome=came, note=note,
            by=member(scene, by, "--by") or scene.me or None,
        )  # fmt: skip
        return amended(deal, done)

    code = amend(session, How(reason, force, dry_run, no_commit, allow_detached, wait), deals, wanted)
    if came and came not in OUTCOMES and not code:
        session.say(f"  the outcome is kept as it is; the usual ones: {', '.join(OUTCOMES)}")
    raise typer.Exit(code)


def _refuse_kind_missing(word: str, *given: str | None) -> None:
    """Raise `PipeError` where something is to be logged, and it is not said what."""
    import shlex

    from pipecli.core.problem import PipeError

    if any(text is not None for text in given):
        hint = f"pipe log {shlex.quote(word)} call; or email, meeting, message, letter, demo, note"
        raise PipeError("KIND is missing", hint=hint)


def _show(session: "Session", word: str, form: str) -> "ExitCode":
    from pipecli.core.finding import readable_deal
    from pipecli.reports.work import activities

    workspace, (name,) = find_deals(session, [word])
    session.show([activities(readable_deal(workspace, name), workspace.zone)], form)
    return session.verdict(workspace.errors())


def _at(text: str | None, scene: Scene) -> "datetime":
    """Return the moment of an activity. Raises `PipeError` for a day alone: an activity has a time."""
    from datetime import datetime

    from pipecli.cli.saying import said_past, seen_in
    from pipecli.core.problem import PipeError

    if text is None:
        return scene.now
    instead = 'what is still to come is a task: pipe task add DEAL "…" --due fri'
    found = said_past("--at", text, scene.now, seen_in(scene.workspace, scene.now), instead=instead)
    if isinstance(found, datetime):
        return found
    if found == scene.now.date():
        return scene.now
    raise PipeError(f"--at {text}: at what time?", hint=f'--at "{text} 14:00"')
