"""`pipe rename`: another id for a deal, which its history follows."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How, change
from pipecli.cli.options import AllowDetached, DryRun, NoCommit, OneDeal, Reason, Wait
from pipecli.cli.writing import find_deals

if TYPE_CHECKING:
    from pipecli.cli.session import Session
    from pipecli.core.workspace import Workspace


def rename(
    context: typer.Context,
    deal: OneDeal,
    new: Annotated[str, typer.Argument(metavar="NEW-ID", help="Made of a-z, 0-9 and '-'; at most 63.")],
    reason: Reason = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Give a deal another id.

    Its file gets that name, says what it was called before, and keeps its history.

    \b
    Examples:
      pipe rename acme-renewal-k7m2 acme-renewal-2027
      pipe rename "platform renewal" acme-platform --reason "As they call it"
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.edits.rename import plan

    session: Session = context.obj
    how = How(reason, None, dry_run, no_commit, allow_detached, wait)

    def found() -> "tuple[Workspace, list[str]]":
        from dataclasses import replace

        workspace, names = find_deals(session, [deal])
        workspace = replace(workspace, known=session.workspace(deals=False).known)
        _refuse_used(session, new.strip(), names[0], workspace)
        return workspace, names

    raise typer.Exit(change(session, how, found, lambda at: plan(at.workspace, at.facts, at.deals[0], new.strip())))


def _refuse_used(session: "Session", new: str, name: str, workspace: "Workspace") -> None:
    """Raise `PipeError` for the id of a deal that was removed: the history would take the two for one."""
    from pipecli.core.layout import FileKind
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.core.value import ID

    repository = session.repository()
    own = workspace.deals[name].formerly if name in workspace.deals else []
    if repository is None or not repository.head or new in (*own, *workspace.known[FileKind.DEAL]):
        return
    if not ID.fullmatch(new):
        return  # the plan refuses it
    last = repository.git.read("rev-list", "-1", "HEAD", "--", f":(glob)deals/**/{new}.yaml").decode("ascii").strip()
    if last:
        message = f"the history knows another deal {new!r}, last in {last[:10]}, and would take the two for one"
        raise PipeError(message, hint="choose another id", code=ExitCode.PROBLEMS)
