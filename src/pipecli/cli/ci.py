"""`pipe init --ci`: the job of a hosting site, with a new workspace or beside one that is there."""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.cli.session import Session
    from pipecli.core.edit import Edit
    from pipecli.shell.git import Repository


class Job(NamedTuple):
    """For which host, and from where the job installs `pipe`; None where a variable of the host says so."""

    host: str
    source: str | None


def job(host: str | None, source: str | None) -> Job | None:
    """Return the job that --ci and --ci-install ask for. Raises `PipeError` for what cannot be asked."""
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.store.ci import edit

    if host is None:
        if source is not None:
            hint = "--ci github, or --ci gitlab"
            raise PipeError("--ci-install means nothing without --ci", hint=hint, code=ExitCode.USAGE)
        return None
    edit(host, "", source)
    return Job(host, source)


def from_the_top(repository: "Repository", planned: "list[Edit]", wanted: Job) -> "tuple[Repository, list[Edit]]":
    """Return the repository as seen from its top, and the edits with paths from there, the job's file among them.

    Raises `PipeError` where there is such a file already: it may do other things, too.
    """
    import os

    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell.git import discover
    from pipecli.store.ci import edit

    top = repository.top and discover(repository.top)
    if not top or not top.top:
        raise PipeError("a bare repository has no files to edit", code=ExitCode.STATE)
    file = edit(wanted.host, repository.prefix.rstrip("/"), wanted.source)
    if os.path.lexists(top.top / file.path):
        hint = "add the job to it by hand: pipe init --ci in an empty folder shows how it is written"
        raise PipeError(f"{top.top} has a file {file.path} already", hint=hint)
    return top, [*(replace(one, path=repository.prefix + one.path) for one in planned), file]


def add(session: "Session", root: "Path", wanted: Job, *, commit: bool) -> None:
    """Add the job to the repository of a workspace that is there, as one commit, and say what comes next."""
    from pipecli.cli.start import committed
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.edits import message
    from pipecli.shell import transaction
    from pipecli.shell.git import discover

    repository = discover(root)
    if repository is None:
        hint = "git init && git add . && git commit, then try again"
        raise PipeError(f"{root} is in no git repository", hint=hint, code=ExitCode.STATE)
    top, edits = from_the_top(repository, [], wanted)
    done = "not committed"
    if commit:
        done = f"committed {committed(top, edits, lambda operation: message.ci(wanted.host, operation))}"
    else:
        transaction.write(top.folder, edits)
    session.put_done(f"{edits[-1].path}\n")
    session.say(f"  {done}")
    say_next(session, wanted)


def say_next(session: "Session", wanted: Job) -> None:
    """Say what the job still lacks."""
    from pipecli.store.ci import HOSTS

    if wanted.source is None:
        where = HOSTS[wanted.host].settings
        session.say(f"  next: set the variable PIPE_SOURCE ({where}) to what pip installs pipe from,")
        session.say("        like git+https://HOST/OWNER/pipe.git@REVISION: without it the job fails, and says so")
    else:
        session.say(f"  next: git push, and look at the job on {wanted.host}")
