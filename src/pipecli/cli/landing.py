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
    from pipecli.core.edit import Edit
    from pipecli.interchange.commits import present_files

    edits = [Edit(path, None, data, "imported") for path, data in present_files(planned) if data is not None]
    writing.apply(edits, "")
    session.put(f"{summary(planned)}\n")
    session.say(f"  {count(len(edits), 'file')} written; not committed")


def commit(
    session: "Session", workspace: "Workspace", planned: "Plan", asked: "Asked", operation: str, *, history: bool
) -> None:
    """Make the commits: one a change on `history`, else one of all; a history beside other deals gets a branch.

    Raises `PipeError` where the workspace is not committed, nobody is known to git, or git refuses.
    """
    from pipecli.interchange import commits, stream
    from pipecli.shell import fastimport

    repository = _committed(session, planned)
    branch = _branch(repository, asked) if history and workspace.deals else ""
    people = commits.People(workspace.team.members, stream.Person(*fastimport.identity(repository)))
    target = commits.Target(repository.head, fastimport.TEMPORARY, repository.prefix)
    if history:
        made = commits.of_history(planned, people, target, trailer=f"events {' '.join(asked.file.split())}")
    else:
        made = iter([commits.of_present(planned, people.named(""), asked.now, target, operation=operation)])
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

    repository = session.repository()
    hint = "git add . && git commit, then try again"
    if repository is None:
        message = "the workspace is in no git repository"
        raise PipeError(message, hint="git init && git add . && git commit, or use --no-commit", code=ExitCode.STATE)
    if not repository.head:
        raise PipeError("the workspace has no commit yet", hint=hint, code=ExitCode.STATE)
    needed = ["pipe.yaml"]
    if planned.pipeline and not planned.definition:
        needed.append(planned.pipeline.path)
    names = {path: f"HEAD:{repository.prefix}{path}" for path in needed}
    found = read_objects(repository.git, names.values())
    for path, name in names.items():
        if found[name] is None:
            raise PipeError(f"{path} is not committed yet", hint=hint, code=ExitCode.STATE)
    return repository


def _branch(repository: "Repository", asked: "Asked") -> str:
    """Return the full name of the new branch. Raises `PipeError` where there is one already."""
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell import fastimport

    short = f"import/{asked.pipeline}-{asked.now:%Y-%m-%d}"
    if fastimport.exists(repository, f"refs/heads/{short}"):
        hint = f"git merge {short}, or git branch -D {short}, then try again"
        raise PipeError(f"there is a branch {short} already", hint=hint, code=ExitCode.STATE)
    return f"refs/heads/{short}"


def summary(planned: "Plan") -> str:
    """Return what an import brings, in a line."""
    deals = len({step.deal for step in planned.steps})
    first, last = (step.change.moment.date() for step in (planned.steps[0], planned.steps[-1]))
    name = planned.pipeline.id if planned.pipeline else ""
    return f"{name}: {count(deals, 'deal')}, {count(len(planned.steps), 'change')} from {first} to {last}"


def some(*counts: tuple[int, str]) -> str:
    """Return numbers of things in a row, without those of which there are none."""
    return ", ".join(count(number, thing) for number, thing in counts if number)


def count(number: int, thing: str) -> str:
    """Return a number of things: `1 row`, `2 rows`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
