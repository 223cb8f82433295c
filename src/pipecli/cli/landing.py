"""`pipe import`: putting the plan of an import into the repository, and telling what was done."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipecli.cli.session import Session
    from pipecli.cli.writing import Writing
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.plan import Asked, Plan
    from pipecli.shell.git import Repository


def write(session: "Session", writing: "Writing", planned: "Plan") -> None:
    """Write the files of an import without its history, and leave the commit to the user."""
    from pipecli.interchange.commits import edits_of_present

    edits = edits_of_present(planned)
    writing.apply(edits, "")
    session.put(f"{summary(planned)}\n")
    session.say(f"  {count(len(edits), 'file')} written; not committed")


def commit(session: "Session", writing: "Writing", planned: "Plan", asked: "Asked") -> None:
    """Make one commit of all deals as they are now."""
    from pipecli.interchange.commits import edits_of_present, message_of_present

    told = writing.apply(edits_of_present(planned), message_of_present(planned, asked, writing.operation))
    session.put_done(f"{summary(planned)}\n")
    session.say(f"{told}\n  next: pipe validate")


def commit_history(session: "Session", workspace: "Workspace", planned: "Plan", asked: "Asked", trailer: str) -> None:
    """Make one commit a change; beside other deals they go to a branch.

    Raises `PipeError` where the workspace is not committed, nobody is known to git, or git refuses.
    """
    from pipecli.interchange import commits, stream
    from pipecli.shell import fastimport

    repository = _committed(session, planned)
    branch = _branch(repository, asked, planned) if workspace.deals else ""
    people = commits.People(workspace.team.members, planned.people, stream.Person(*fastimport.identity(repository)))
    target = commits.Target(repository.head, fastimport.TEMPORARY, repository.prefix)
    made = commits.of_history(planned, people, target, workspace.zone, origin=trailer)
    tip = fastimport.write(repository, stream.encode(made))
    if branch:
        fastimport.point(repository, branch, tip, old="")
    else:
        fastimport.advance(repository, tip)
    session.put(f"{summary(planned)}\n")
    if branch:
        short = branch.removeprefix("refs/heads/")
        session.say(f"  on the new branch {short}, because there are deals here already\n  next: git merge {short}")
    else:
        session.say(f"  committed, up to {tip[:10]}\n  next: pipe validate")


def _committed(session: "Session", planned: "Plan") -> "Repository":
    """Return the repository as it is inside the lock. Raises `PipeError` where what deals refer to is not committed."""
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell.objects import read_objects
    from pipecli.shell.state import refuse_dirty

    repository = session.repository()
    hint = "git add . && git commit, then try again"
    if repository is None:
        message = "the workspace is in no git repository"
        raise PipeError(message, hint="git init && git add . && git commit, or use --no-commit", code=ExitCode.STATE)
    if not repository.head:
        raise PipeError("the workspace has no commit yet", hint=hint, code=ExitCode.STATE)
    made = {edit.path for edit in planned.edits}
    needed = ["pipe.yaml", *(one.path for one in planned.pipelines if one.path not in made)]
    names = {path: f"HEAD:{repository.prefix}{path}" for path in needed}
    found = read_objects(repository.git, names.values())
    for path, name in names.items():
        if found[name] is None:
            raise PipeError(f"{path} is not committed yet", hint=hint, code=ExitCode.STATE)
    changed = [edit for edit in planned.edits if edit.before is not None]
    if changed:
        refuse_dirty(repository, changed)
    return repository


def _branch(repository: "Repository", asked: "Asked", planned: "Plan") -> str:
    """Return the full name of the new branch. Raises `PipeError` where there is one already."""
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell import fastimport

    short = f"import/{'-'.join(pipeline.id for pipeline in planned.pipelines)}-{asked.now:%Y-%m-%d}"
    if fastimport.exists(repository, f"refs/heads/{short}"):
        hint = f"git merge {short}, or git branch -D {short}, then try again"
        raise PipeError(f"there is a branch {short} already", hint=hint, code=ExitCode.STATE)
    return f"refs/heads/{short}"


def summary(planned: "Plan") -> str:
    """Return what an import brings, in a line."""
    days = sorted(str(step.change.moment)[:10] for step in planned.steps if step.change.moment is not None)
    deals = len({step.deal for step in planned.steps})
    names = ", ".join(pipeline.id for pipeline in planned.pipelines)
    renewed = len(planned.renewal.edits)
    if not deals:
        return f"{names}: {count(renewed, 'deal')} renewed{_beside(planned)}"
    if renewed:
        return f"{names}: {count(deals, 'deal')}, {renewed} renewed{_beside(planned)}"
    if len(days) < len(planned.steps) or deals == len(planned.steps):
        return f"{names}: {count(deals, 'deal')}{_beside(planned)}"
    changes = f"{count(len(planned.steps), 'change')} from {days[0]} to {days[-1]}"
    return f"{names}: {count(deals, 'deal')}, {changes}{_beside(planned)}"


def _beside(planned: "Plan") -> str:
    """Return what is made besides deals and their pipelines."""
    folders = [edit.path.partition("/")[0] for edit in planned.edits]
    told = ((folders.count("companies"), "company", "companies"), (folders.count("contacts"), "contact", "contacts"))
    return "".join(f", {number} new {one if number == 1 else many}" for number, one, many in told if number)


def count(number: int, thing: str) -> str:
    """Return a number of things: `1 row`, `2 rows`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
