"""`pipe schema`: what editors need to complete and check the files while one types, and programs to read tables."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import Output
from pipecli.cli.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.core.edit import Edit
    from pipecli.core.table import Table

TABLES = "tables"
"""The name of the schema of what commands print, beside those of files."""
_WAIT = 10


def schema(
    context: typer.Context,
    kind: Annotated[
        str | None, typer.Argument(metavar="[KIND]", help="deal, pipeline … or tables; without it, the kinds.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write it, or all of them, into .pipe/schema, and commit.")
    ] = False,
    no_commit: Annotated[bool, typer.Option("--no-commit", help="Write the files, and do not commit them.")] = False,
    output: Output = None,
) -> None:
    """Print the JSON Schema of a kind of file, for editors, or of what --format json prints: tables.

    After --write, 'pipe new' names the schema in the first line of each deal, where editors with YAML support look
    for it.

    \b
    Examples:
      pipe schema
      pipe schema deal
      pipe schema --write
      pipe schema tables --output tables.schema.json
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.editor import KINDS
    from pipecli.core.problem import PipeError, did_you_mean

    session: Session = context.obj
    if kind is not None and kind not in (*KINDS, TABLES):
        raise PipeError(f"there is no kind of file {kind!r}", hint=did_you_mean(kind, (*KINDS, TABLES)))
    if write and kind == TABLES:
        hint = f"pipe schema {TABLES} --output FILE"
        raise PipeError("--write is for files of the workspace, which tables are not", hint=hint)
    if write and output:
        raise PipeError(
            "--write takes no --output: it writes into .pipe/schema", hint=f"pipe schema {kind or 'KIND'} --output FILE"
        )
    if no_commit and not write:
        raise PipeError("--no-commit goes with --write", hint="leave it out: what is printed is not committed")
    if write:
        _write(session, [kind] if kind else list(KINDS), commit=not no_commit)
    elif kind:
        session.put(_text(kind), output)
    else:
        session.show([_kinds()], "table", output)


def _text(kind: str) -> str:
    import json

    from pipecli.core.editor import KINDS, schema
    from pipecli.render import json_schema
    from pipecli.store.manual import file, says

    if kind == TABLES:
        return json.dumps(json_schema.schema(), indent=2) + "\n"
    return json.dumps(schema(kind, file(KINDS[kind][1]), says), indent=2) + "\n"


def _kinds() -> "Table":
    from pipecli.core.editor import KINDS
    from pipecli.core.table import Column, Table
    from pipecli.render import json_schema
    from pipecli.store.manual import file

    rows = (
        *((name, files, file(files)) for name, (_, files) in KINDS.items()),
        (TABLES, "", json_schema.ABOUT),
    )
    columns = (Column("name", "Kind"), Column("files", "Files"), Column("about", "What it is", wraps=True))
    return Table("Schemas", columns, rows, name="schemas")


def _write(session: Session, kinds: list[str], *, commit: bool) -> None:
    from pipecli.cli.writing import Writing
    from pipecli.core.layout import SCHEMAS
    from pipecli.edits.message import wrote_schemas

    root = session.root()
    with Writing(session, commit=commit, wait=_WAIT) as writing:
        planned = _edits(root, kinds)
        done = writing.apply(planned, wrote_schemas(writing.operation)) if planned else "  nothing to do"
    session.put_done("".join(f"{SCHEMAS}/{kind}.json\n" for kind in kinds))
    session.say(done)
    if "deal" in kinds:
        session.say("  a new deal names its schema in the first line; for the files that are there, tell your editor:")
    else:
        session.say("  tell your editor:")
    session.say(f'  "yaml.schemas": {{{", ".join(_mapped(kind) for kind in kinds)}}}')


def _mapped(kind: str) -> str:
    """Return the entry of a kind in the settings of an editor: the schema, and the files that it is for."""
    from pipecli.core.editor import KINDS
    from pipecli.core.layout import SCHEMAS

    return f'"{SCHEMAS}/{kind}.json": "{KINDS[kind][1].replace("ID", "*")}"'


def _edits(root: "Path", kinds: list[str]) -> "list[Edit]":
    """Return what is to be written. Raises `PipeError` where the folder is a link to somewhere else."""
    from pipecli.core.edit import Edit
    from pipecli.core.layout import SCHEMAS
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell.disk import content

    folder = root / SCHEMAS
    if folder.resolve() != root.resolve() / SCHEMAS:
        raise PipeError(f"{SCHEMAS} is a symbolic link, which is not followed", hint="put a folder in its place")
    files = [(f"{SCHEMAS}/{kind}.json", _text(kind).encode()) for kind in kinds]
    try:
        edits = [Edit(path, content(root / path), after, "the schema") for path, after in files]
    except OSError as error:
        hint = f"ls -l {SCHEMAS}"
        raise PipeError(f"cannot read {SCHEMAS}: {error.strerror}", hint=hint, code=ExitCode.STATE) from None
    return [edit for edit in edits if edit.before != edit.after]
