"""`pipe demo`: an example workspace with a year behind it, and the main commands run on it for real."""

from typing import TYPE_CHECKING, NamedTuple

from pipecli.cli.session import Session, now_in

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.shell.git import Repository

_TEMPLATE = "b2b-sales"
_REFS = ("refs/pipe/demo", "refs/pipe/demo-branch")


class Stop(NamedTuple):
    """One stop of the tour: what it shows, the command as it is typed, the exit code that belongs to it."""

    says: str
    command: str
    expected: int = 0


def tour(session: Session, folder: "Path") -> int:
    """Build the example in a folder, walk through it, and return 0 if every command ended as it should.

    Raises `PipeError` for a folder that is there and not empty.
    """
    import shlex

    from pipecli.shell import program

    _refuse_full(folder)
    _build(folder)
    session.put(f"An example sales team, with a year of history, is in {folder}\n")
    wrong = 0
    color = [] if session.color == "auto" else ["--color", session.color]
    for stop in _stops():
        session.put(f"\n{stop.says}\n\n$ pipe {stop.command}\n")
        code = program.run([*color, *shlex.split(stop.command)], folder)
        if code != stop.expected:
            wrong += 1
            session.put(f"(this ended with exit code {code}, and {stop.expected} was expected)\n")
    session.put(_farewell(session, folder))
    return 1 if wrong else 0


def _stops() -> list[Stop]:
    from pipecli.core.problem import ExitCode
    from pipecli.interchange.example.story import LACKING, PAST, READY

    refused = int(ExitCode.PROBLEMS)
    return [
        Stop("Every file is checked, and every problem told at once.", "validate"),
        Stop(
            "A deal moves on when its stage's criteria are met; this one lacks three things, and stays.",
            f"move {LACKING} negotiation",
            refused,
        ),
        Stop(
            "This one has them: its stage changes, in one commit that says when and by whom.",
            f"move {READY} negotiation",
        ),
        Stop("The pipeline as it stands.", "report pipeline"),
        Stop("How long deals stay in each stage, with those that are still there counted.", "report stage-time"),
        Stop("One deal from the first call on: lost, reopened, sent back once, won.", f"audit {PAST}"),
    ]


def _refuse_full(folder: "Path") -> None:
    from pipecli.core.problem import ExitCode, PipeError

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = "pipe demo ANOTHER-FOLDER, or remove it first"
        raise PipeError(f"{folder} is there already, and not empty", hint=hint, code=ExitCode.USAGE)


def _build(folder: "Path") -> None:
    from pipecli.shell import transaction
    from pipecli.shell.git import create

    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        create(folder)
        _fill(folder)
    except BaseException:
        transaction.forget(folder, repository=True, made=made)
        raise


def _fill(folder: "Path") -> None:
    """Make the commits, and check out the last of them."""
    from pipecli.core.workspace import build
    from pipecli.interchange import stream
    from pipecli.interchange.example.year import Refs, commits
    from pipecli.shell import fastimport
    from pipecli.store.template import edits

    template = edits(_TEMPLATE)
    workspace = build((edit.path, edit.content) for edit in template if edit.path.endswith(".yaml"))
    repository = _own_settings(folder)
    made = commits(template, workspace.team.members, now_in(workspace), Refs(*_REFS))
    fastimport.advance(repository, fastimport.write(repository, stream.encode(made), _REFS))


def _own_settings(folder: "Path") -> "Repository":
    """Settle what the user's own configuration of git would change: the branch, who acts, signing, hooks."""
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell.git import Git, discover

    git = Git(folder, writing=True)
    git.read("symbolic-ref", "HEAD", "refs/heads/main")
    settings = {
        "user.name": "Alex Berg",
        "user.email": "alex@example.com",
        "commit.gpgSign": "false",
        "core.hooksPath": ".git/hooks",
    }
    for name, value in settings.items():
        git.read("config", name, value)
    repository = discover(folder)
    if repository is None:
        raise PipeError(f"git made no repository in {folder}", code=ExitCode.STATE)
    return repository


def _farewell(session: Session, folder: "Path") -> str:
    import os
    import shlex

    from pipecli.interchange.example.story import LACKING

    where = shlex.quote(os.path.relpath(folder, session.folder))
    tries = ("pipe list --where 'stage_age > 60d'", f"pipe show {LACKING}", "pipe report pipeline --format markdown")
    lines = "".join(f"  {line}\n" for line in tries)
    return f"\nThe workspace is in {folder}. Three things to try:\n\n  cd {where}\n{lines}"
