"""`pipe init` and `pipe demo`: a workspace to begin with."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.core.edit import Edit
    from pipecli.core.table import Table

_WAIT = 10
"""Seconds to wait for another writer."""


def init(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="[DIR]", help="Where; made if it is not there.")] = ".",
    template: Annotated[str, typer.Option(metavar="NAME", help="What to begin with; see --list.")] = "b2b-sales",
    show: Annotated[bool, typer.Option("--list", help="Show the templates, and make nothing.")] = False,
    bare: Annotated[bool, typer.Option("--bare", help="Settings and pipelines only, without the examples.")] = False,
    no_commit: Annotated[bool, typer.Option("--no-commit", help="Write the files, and do not commit them.")] = False,
) -> None:
    """Make a workspace from a template: its files, a git repository if there is none, and a first commit.

    \b
    Examples:
      pipe init --list
      pipe init acme-sales --template b2b-sales
      pipe init acme-sales --bare
      pipe init . --template empty
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pathlib import Path

    from pipecli.shell import disk
    from pipecli.store.template import edits

    session: Session = context.obj
    if show:
        session.show([_templates()], "table")
        return
    place = (Path(session.folder) / folder).resolve()
    planned = edits(template, examples=not bare)
    _refuse_existing(place, planned)
    made = disk.make_folders(place)
    try:
        done = _written(place, planned) if no_commit else _committed(place, planned, template)
    except BaseException:
        disk.remove_folders(made)
        raise
    session.put_done(f"{place}\n")
    session.say(f"  {len(planned)} file{'' if len(planned) == 1 else 's'} from the template {template}, {done}")
    _next(session, place, template)


def _written(place: "Path", planned: "list[Edit]") -> str:
    from pipecli.shell import transaction

    transaction.write(place, planned)
    return "not committed"


def _committed(place: "Path", planned: "list[Edit]", template: str) -> str:
    """Commit the files in the repository that `place` is in, or in a new one, and return the commit."""
    from pipecli.edits.message import begun
    from pipecli.shell import clock, state, transaction
    from pipecli.shell.git import create, discover
    from pipecli.shell.lock import held

    found = discover(place)
    repository = found or create(place)
    try:
        state.refuse_unfit(repository)
        with held(repository.common, _WAIT):
            _refuse_existing(place, planned)
            state.refuse_dirty(repository, planned)
            operation = clock.operation()
            text = begun(template, operation)
            return transaction.commit(place, repository, planned, text, operation, wait=_WAIT).commit[:10]
    except BaseException:
        transaction.forget(place, repository=found is None, made=False)
        raise


def _refuse_existing(place: "Path", planned: "list[Edit]") -> None:
    from pipecli.core.problem import ExitCode, PipeError

    if (place / "pipe.yaml").exists():
        hint = "pipe validate, to check it; another DIR, to make a new one"
        raise PipeError(f"{place} is a workspace already", hint=hint, code=ExitCode.USAGE)
    there = [edit.path for edit in planned if (place / edit.path).exists()]
    if there:
        raise PipeError(f"{place} has a file {there[0]} already", hint="choose another folder", code=ExitCode.USAGE)


def _templates() -> "Table":
    from pipecli.core.table import Column, Table
    from pipecli.store.template import about, names

    rows = tuple((name, about(name)) for name in names())
    return Table("Templates", (Column("name", "Template"), Column("about", "What it is")), rows, name="templates")


def _next(session: Session, place: "Path", template: str) -> None:
    import os
    import shlex

    where = "" if place.samefile(session.folder) else f"cd {shlex.quote(os.path.relpath(place, session.folder))} && "
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
    """Build a workspace with a year of history, and walk through the main commands on it.

    \b
    Examples:
      pipe demo
      pipe demo /tmp/somewhere
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pathlib import Path

    from pipecli.cli.tour import tour

    session: Session = context.obj
    raise typer.Exit(tour(session, (Path(session.folder) / folder).resolve()))
