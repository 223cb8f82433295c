"""`pipe doctor`: how what lies in the git directory is."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.cli.session import Session
    from pipecli.core.table import Table
    from pipecli.store.health import Index

_STEP = 1024


def doctor(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Remove the indexes, and make that of the files.")] = False,
    form: Format = "table",
) -> None:
    """Show how the indexes in the git directory are.

    They only save time: what they hold is in the files and in the commits, and they may be removed whenever one
    likes. Without --rebuild nothing is changed.

    \b
    Examples:
      pipe doctor
      pipe doctor --rebuild
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.store import health

    session: Session = context.obj
    root, repository = session.root(), session.repository()
    if repository is None:
        hint = "nothing to do: without git every command reads the files, and there is no history"
        raise PipeError("there is no git repository here, and so no index", hint=hint, code=ExitCode.STATE)
    found = health.indexes(root, repository, session.watch())
    if rebuild:
        for one in found:
            try:
                health.remove(one)
            except OSError as error:
                raise PipeError(f"cannot remove {one.path}: {error.strerror}", code=ExitCode.STATE) from None
        session.workspace()
        found = health.indexes(root, repository, session.watch())
    session.show([_table(found, tuple(health.advice(repository)))], form)


def _table(found: "Sequence[Index]", advice: "tuple[str, ...]") -> "Table":
    from pipecli.core.table import Column, Table

    columns = (Column("index", "Index"), Column("size", "Size"), Column("state", "State"), Column("file", "File"))
    rows = tuple((str(one.kind), _sized(one.size), one.state, str(one.path)) for one in found)
    return Table("Indexes", columns, rows, (), advice, "no index", name="indexes")


def _sized(size: int | None) -> str:
    """Return a size as people say it."""
    if size is None:
        return ""
    return f"{size / _STEP:,.0f} KiB" if size < _STEP * _STEP else f"{size / _STEP / _STEP:,.1f} MiB"
