"""Deals that conditions choose, for a change: what would become of them is shown before, and a person is asked."""

from typing import TYPE_CHECKING, NamedTuple

from pipecli.cli.changing import How, Scene, change, refuse, scene
from pipecli.cli.session import Session, context_of, now_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipecli.core.edit import Edit
    from pipecli.core.problem import ExitCode
    from pipecli.core.workspace import Workspace
    from pipecli.edits.plan import Plan

_MOST = 50
"""How many deals are shown before the question; the others are counted."""


class Chosen(NamedTuple):
    """Which deals are meant: those that meet conditions, `everything` with the closed ones; `yes`: nobody is asked."""

    where: list[str]
    everything: bool = False
    yes: bool = False


def refuse_unclear(deals: "Sequence[str]", where: "Sequence[str] | None", *, everything: bool, yes: bool) -> None:
    """Raise `PipeError` unless deals are either named or chosen, or for an option that goes with a choice only."""
    from pipecli.core.problem import PipeError

    if bool(deals) == bool(where):
        hint = "name the deals, or say which with --where CONDITION"
        raise PipeError("which deals, those named or those of --where?" if deals else "which deals?", hint=hint)
    if everything and not where:
        raise PipeError("--all goes with --where", hint="leave it out: deals that are named are meant, open or not")
    if yes and not where:
        raise PipeError("--yes goes with --where", hint="leave it out: nobody is asked about deals that are named")


def change_chosen(session: Session, how: How, chosen: Chosen, plan: "Callable[[Scene], Plan]") -> "ExitCode":
    """Change the deals that conditions choose, after a person has agreed to it, and return the exit code."""
    return change_agreed(session, how, lambda quiet: meeting(session, chosen, quiet=quiet), plan, yes=chosen.yes)


def change_agreed(
    session: Session,
    how: How,
    find: "Callable[[bool], tuple[Workspace, list[str]]]",
    plan: "Callable[[Scene], Plan]",
    *,
    yes: bool,
) -> "ExitCode":
    """Show a change of deals, ask a person unless `yes`, carry it out as it was shown, and return the exit code.

    `find` is told whether to be quiet. Raises `PipeError` where nobody can be asked, and where a deal was changed since
    it was shown.
    """
    from pipecli.core.problem import ExitCode, PipeError

    agreed: Sequence[Edit] = ()
    if not (yes or how.dry_run):
        at = scene(session, find(True))
        planned = plan(at)
        refuse(session, planned)
        agreed = planned.edits
        if agreed and not _agrees(session, at, planned):
            session.say("nothing was changed")
            return ExitCode.PROBLEMS

    def as_shown(at: Scene) -> "Plan":
        planned = plan(at)
        if agreed and planned.edits != agreed:
            message = "the deals were changed by somebody else while you were asked"
            raise PipeError(message, hint="run the command again", code=ExitCode.TAKEN)
        return planned

    return change(session, how, lambda: find(False), as_shown)


def _agrees(session: Session, at: Scene, planned: "Plan") -> bool:
    """Show what would become of deals, and return whether a person wants it. Raises `PipeError` without a person."""
    from pipecli.core.problem import PipeError
    from pipecli.shell import terminal

    titles = {deal.path: f"{deal.id}  {deal.title}" for deal in at.workspace.deals.values()}
    deals = [edit for edit in planned.edits if edit.path in titles]
    for edit in planned.edits[:_MOST]:
        session.say(f"  {titles.get(edit.path, edit.path)}: {edit.summary}")
    if len(planned.edits) > _MOST:
        session.say(f"  … and {len(planned.edits) - _MOST:,} more")
    count = "1 deal" if len(deals) == 1 else f"{len(deals):,} deals"
    if not terminal.is_interactive():
        raise PipeError(f"this would change {count}", hint="--yes, to do it; --dry-run, to see every line of it")
    return terminal.ask(f"Change {count}? [y/N] ").casefold() in ("y", "yes")


def meeting(session: Session, chosen: Chosen, *, quiet: bool = False) -> "tuple[Workspace, list[str]]":
    """Return the workspace, and the deals that 'pipe list' shows with these conditions.

    Raises `PipeError` where a file cannot be read: it may be one of those that are meant.
    """
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.facts.derived import kind
    from pipecli.facts.where import asks_for_me, conditions
    from pipecli.facts.where import meeting as met_by

    workspace = session.workspace()
    if workspace.errors():
        message = "which deals are meant is not known: files cannot be read"
        raise PipeError(message, hint="mend them first", code=ExitCode.PROBLEMS, problems=workspace.errors())
    facts = context_of(workspace, now_in(workspace))
    wanted, me = conditions(chosen.where, facts), session.me(workspace)
    if not me and asks_for_me(wanted):
        hint = "git config user.email, and that address in team.yaml"
        raise PipeError("--where: 'me' is nobody here", hint=hint)
    met = list(met_by(workspace.deals.values(), wanted, facts, me))
    current = [deal.id for deal in met if chosen.everything or kind(deal, facts) not in ("won", "lost")]
    if not quiet:
        _tell(session, len(met), len(current))
    return workspace, current


def _tell(session: Session, met: int, current: int) -> None:
    """Say how many of the deals that meet the conditions are left out, and where none is left."""
    if not current:
        session.say("no deal meets it")
    if met > current:
        session.say(f"  {met - current} of those that meet it are won or lost, and left as they are: --all")
