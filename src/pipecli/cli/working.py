"""What `pipe log`, `task`, `next` and `check` share: something is done to deals inside their stage, as one commit."""

from typing import TYPE_CHECKING

from pipecli.cli.changing import How, Scene, change
from pipecli.cli.session import Session
from pipecli.cli.writing import find_deals

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipecli.core.problem import ExitCode
    from pipecli.core.record import Deal
    from pipecli.edits.amend import Amendment
    from pipecli.edits.plan import Plan


def amend(
    session: Session, how: How, words: list[str], wanted: "Callable[[Scene, Deal], Amendment]", *, onward: bool = True
) -> "ExitCode":
    """Amend the deals that the words mean, each as `wanted` says, and return the exit code.

    `onward`: behind that a person is told which open deals have no next step, or one that was due.
    """
    lines: list[str] = []

    def planned(at: Scene) -> "Plan":
        from pipecli.core.finding import readable_deal
        from pipecli.edits.amend import plan

        made = {name: wanted(at, readable_deal(at.workspace, name)) for name in at.deals}
        result = plan(at.facts, made, reason=how.reason, force=how.force, me=at.me)
        lines.extend(line for edit in result.edits if (line := _next(edit.path, edit.content, at)))
        return result

    code = change(session, how, lambda: find_deals(session, words), planned)
    for line in lines if onward and not (code or how.dry_run) else ():
        session.say(line)
    return code


def _next(path: str, data: bytes, at: Scene) -> str:
    """Return what to tell of the next step of a deal as its file says it now; nothing where there is one to come."""
    from pipecli.core.pipeline import Kind
    from pipecli.core.workspace import read_file

    deal, _ = read_file(path, data)
    stage = at.workspace.stage_of(deal) if deal else None
    if deal is None or stage is None or stage.kind is not Kind.OPEN:
        return ""
    step, today = deal.next_step, at.now.date()
    if step and step.due and step.due <= today:
        return f'  the next step was due on {step.due}: {step.do} (pipe next {deal.id} "…" --due +3d)'
    if step or any(task.done is None and (task.due is None or task.due >= today) for task in deal.tasks):
        return ""
    return f'  nothing is planned: pipe next {deal.id} "…" --due +3d'


def member(at: Scene, word: str | None, option: str) -> str | None:
    """Return the member that an option means; `me` is who commits. Raises `PipeError` where that is nobody."""
    from pipecli.core.problem import PipeError, did_you_mean

    if word == "me" and not at.me:
        hint = "git config user.email, and that address in team.yaml"
        raise PipeError(f"{option} me: 'me' is nobody here", hint=hint)
    known = at.workspace.team.members
    if word is not None and word != "me" and known and word not in known:
        raise PipeError(f"{option}: there is no member {word!r}", hint=did_you_mean(word, known))
    return at.me if word == "me" else word
