"""`pipe init` and `pipe demo`: a workspace to begin with."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipecli.cli.ci import Job
    from pipecli.core.edit import Edit
    from pipecli.core.table import Table
    from pipecli.shell.git import Repository

_WAIT = 10
"""Seconds to wait for another writer."""


def init(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="[DIR]", help="Where; made if it is not there.")] = ".",
    template: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to begin with; see --list. Else b2b-sales.")
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Show the templates, and make nothing.")] = False,
    qualify: Annotated[
        str | None, typer.Option(metavar="bant|meddic|spiced", help="Ask its questions before deals go on; also later.")
    ] = None,
    bare: Annotated[bool, typer.Option("--bare", help="Settings and pipelines only, without the examples.")] = False,
    no_commit: Annotated[bool, typer.Option("--no-commit", help="Write the files, and do not commit them.")] = False,
    ci: Annotated[
        str | None, typer.Option(metavar="github|gitlab", help="Add a job that checks and reports; also later.")
    ] = None,
    ci_install: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="What that job installs pipe from: git+https://…")
    ] = None,
) -> None:
    """Make a workspace from a template.

    Its files are written, in a new git repository where there is none, and committed.

    In a workspace that is there, --ci adds the file of the job alone, and --qualify the questions of a method: fields,
    exit criteria and an item to tick, in the pipelines that say from which stage on deals are qualified.

    \b
    Examples:
      pipe init --list
      pipe init acme-sales --template b2b-sales
      pipe init acme-sales --bare
      pipe init . --template empty
      pipe init acme-sales --qualify meddic
      pipe init --ci github --ci-install git+https://HOST/OWNER/pipe.git@REVISION
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pathlib import Path

    from pipecli.cli import qualifying
    from pipecli.cli.ci import add, job, say_next
    from pipecli.core.problem import PipeError
    from pipecli.shell import disk
    from pipecli.store.template import edits

    session: Session = context.obj
    if show:
        session.show([_templates()], "table")
        return
    if not folder.strip():
        raise PipeError("DIR is blank", hint="pipe init, to make a workspace here")
    place = (Path(session.folder) / folder).resolve()
    wanted = job(ci, ci_install)
    later = (wanted or qualify is not None) and place.is_dir() and template is None and not bare
    root = disk.find_root(place) if later else None
    if root:
        if qualify is not None:
            qualifying.add(session, root, qualify, commit=not no_commit)
        if wanted:
            add(session, root, wanted, commit=not no_commit)
        return
    name = template or "b2b-sales"
    planned = qualifying.qualified(edits(name, examples=not bare), qualify)
    _refuse_existing(place, planned)
    made = _make_folders(place)
    try:
        done = _made(place, planned, None if no_commit else name, wanted)
    except BaseException:
        disk.remove_folders(made)
        raise
    session.put_done(f"{place}\n")
    files = f"{len(planned)} file{'' if len(planned) == 1 else 's'} from the template {name}"
    session.say(f"  {files}{f' and the job for {wanted.host}' if wanted else ''}, {done}")
    _next(session, place, name)
    if wanted:
        say_next(session, wanted)


def _make_folders(place: "Path") -> "list[Path]":
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell import disk

    try:
        return disk.make_folders(place)
    except OSError as error:
        raise PipeError(f"cannot make {place}: {error.strerror}", code=ExitCode.STATE) from None


def _made(place: "Path", planned: "list[Edit]", template: str | None, wanted: "Job | None") -> str:
    """Write the files in the repository that `place` is in, or in a new one, and commit them with a template's name."""
    from pipecli.cli.ci import from_the_top
    from pipecli.core.problem import PipeError
    from pipecli.edits.message import begun
    from pipecli.shell import transaction
    from pipecli.shell.git import create, discover

    found = discover(place)
    try:
        repository = found or create(place)
        files = planned
        if wanted:
            repository, files = from_the_top(repository, planned, wanted)
        if template is not None:
            return committed(repository, files, partial(begun, template), lambda: _refuse_existing(place, planned))
        transaction.write(repository.folder, files)
    except BaseException as error:
        transaction.forget(place, repository=found is None, made=False)
        if found is None and isinstance(error, PipeError):  # what is set in the new repository goes with it
            error.hint = error.hint.replace("git config user", "git config --global user")
        raise
    return "not committed"


def committed(
    repository: "Repository",
    edits: "list[Edit]",
    message: "Callable[[str], str]",
    look: "Callable[[], None] | None" = None,
) -> str:
    """Commit the files below the repository's folder and return the commit; `look` refuses, inside the lock."""
    from pipecli.shell import clock, state, transaction
    from pipecli.shell.lock import held

    state.refuse_unfit(repository, allow_detached=None)
    with held(repository.common, _WAIT):
        if look:
            look()
        state.refuse_dirty(repository, edits)
        operation = clock.operation()
        text = message(operation)
        return transaction.commit(repository.folder, repository, edits, text, operation, wait=_WAIT).commit[:10]


def _refuse_existing(place: "Path", planned: "list[Edit]") -> None:
    import os

    from pipecli.core.problem import PipeError
    from pipecli.shell.disk import find_root

    above = next(folder for folder in (place, *place.parents) if os.path.lexists(folder))
    if not above.is_dir():
        raise PipeError(f"{above} is a file, and no folder", hint="choose another folder")
    if (place / "pipe.yaml").exists():
        raise PipeError(
            f"{place} is a workspace already", hint="pipe validate, to check it; another DIR, to make a new one"
        )
    root = find_root(place.parent)
    if root is not None:
        hint = f"choose a folder outside of it, or add a pipeline to it: {root}/pipelines/NAME.yaml"
        raise PipeError(f"{place} is inside the workspace {root}", hint=hint)
    there = [edit.path for edit in planned if os.path.lexists(place / edit.path)]
    if there:
        files = f"the files {', '.join(there)}" if len(there) > 1 else f"a file {there[0]}"
        raise PipeError(f"{place} has {files} already", hint="choose another folder")


def _templates() -> "Table":
    from pipecli.core.table import Column, Table
    from pipecli.store.template import about, names

    rows = tuple((name, about(name)) for name in names())
    return Table(
        "Templates", (Column("name", "Template"), Column("about", "What it is", wraps=True)), rows, name="templates"
    )


def _next(session: Session, place: "Path", template: str) -> None:
    import os
    import shlex

    where = "" if place.samefile(".") else f"cd {shlex.quote(os.path.relpath(place))} && "
    if template == "empty":
        session.say(
            f"  next: {where}pipe import events FILE.csv --pipeline NAME --create, or write pipelines/NAME.yaml"
        )
    else:
        session.say(f"  next: {where}pipe list")


def demo(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="[DIR]", help="Where; must not be there yet.")] = "pipe-demo",
) -> None:
    """Build a workspace with a year of history, and walk through it.

    \b
    Examples:
      pipe demo
      pipe demo somewhere/else
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pathlib import Path

    from pipecli.cli.tour import tour

    session: Session = context.obj
    raise typer.Exit(tour(session, (Path(session.folder) / folder).resolve()))
