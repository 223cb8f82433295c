"""What `pipe import` reads: the files that are named, and the map that says what they mean."""

from typing import TYPE_CHECKING, TypeVar

from pipecli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum
    from pathlib import Path

    from pipecli.interchange.batch import File
    from pipecli.interchange.mapping import Map

    E = TypeVar("E", bound=StrEnum)


def contents(session: Session, names: list[str], source: str | None) -> "list[File]":
    """Return the files, which are looked for where the command acts, then here; of a folder its CSV files.

    `-` is standard input, which has no name that could be the source's.
    """
    import sys

    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.interchange.batch import File

    if "-" in names and not source:
        raise PipeError("standard input has no name", hint="--source NAME", code=ExitCode.USAGE)
    found = []
    for name in names:
        if name == "-":
            found.append(File("standard input", sys.stdin.buffer.read()))
            continue
        for path in _paths(session, name):
            try:
                found.append(File(path.name, path.read_bytes()))
            except OSError as error:
                raise PipeError(f"cannot read {name}: {error.strerror}", code=ExitCode.USAGE) from None
    return found


def _paths(session: Session, name: str) -> "list[Path]":
    """Return the file of a name, or the CSV files of a folder. Raises `PipeError` where a folder has none."""
    from pathlib import Path

    from pipecli.core.problem import ExitCode, PipeError

    there = Path(session.folder) / name
    path = there if there.exists() else Path(name)
    if not path.is_dir():
        return [path]
    found = sorted(one for one in path.iterdir() if one.suffix.lower() == ".csv" and one.is_file())
    if not found:
        raise PipeError(f"there is no .csv file in {name}", hint="name the files", code=ExitCode.USAGE)
    return found


def told_map(session: Session, file: str | None, date_format: str | None, decimal: str | None) -> "Map":
    """Return the map in a file, with what the options say instead."""
    from dataclasses import replace

    from pipecli.interchange.mapping import DateFormat, Map, Mark, read

    found = Map()
    if file:
        ((name, data),) = contents(session, [file], "-")
        found = read(data, name)
    if date_format:
        found = replace(found, date_format=_choice("--date-format", date_format, DateFormat))
    return replace(found, decimal=_choice("--decimal", decimal, Mark)) if decimal else found


def _choice(option: str, word: str, choices: "type[E]") -> "E":
    from pipecli.core.problem import ExitCode, PipeError

    try:
        return choices(word)
    except ValueError:
        hint = f"{option} {' or '.join(choices)}"
        raise PipeError(f"{option} {word}: there is no such way", hint=hint, code=ExitCode.USAGE) from None


def sketch(files: "Sequence[File]", told: "Map") -> str:
    """Return the text of a map to begin with, for the first of the files."""
    from pipecli.interchange.sketch import sketch

    return sketch(files[0], told)
