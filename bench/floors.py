"""The floors: what the machine needs at the least for the kind of work that a command does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.process import Command

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent / "floor"
LOG = (
    "git", "log", "--raw", "-z", "--no-abbrev", "--no-renames", "--diff-merges=separate",
    "--no-show-signature", "--full-history",
)  # fmt: skip
BATCH = "git cat-file --batch"
COMMIT = (
    "git",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "commit",
    "--quiet",
    "--message=x",
    "--only",
    "--",
)


def bare_python() -> Command:
    """P: Python with nothing to do."""
    return _always(sys.executable, "-c", "pass")


def trivial_command() -> Command:
    """T: a trivial Typer command."""
    return _always(sys.executable, str(_HERE / "trivial.py"))


def parse(folder: Path) -> Command:
    """Y: read all deal files and parse them with CSafeLoader."""
    return _always(sys.executable, str(_HERE / "parse.py"), folder=folder)


def commit(folder: Path) -> Command:
    """C: `git commit --only` of one file, an old deal's."""
    deal = min(folder.glob("deals/*/*.yaml"))

    def before() -> None:
        with deal.open("a") as file:
            file.write("# seen once more\n")

    return Command(lambda: (*COMMIT, str(deal)), folder, before)


def walk(folder: Path, scratch: Path) -> Command:
    """G: `git log --raw -z`, then one `git cat-file --batch` over the blobs it names, both to nothing."""
    named = scratch / f"{folder.name}.blobs"
    if not named.exists():
        _write_blobs(folder, named)
    return _always("sh", "-c", f"{' '.join(LOG)} >/dev/null && {BATCH} <'{named}' >/dev/null", folder=folder)


def _write_blobs(folder: Path, named: Path) -> None:
    with named.open("wb") as file:
        raw = subprocess.run([*LOG, "--format="], cwd=folder, capture_output=True, check=True).stdout
        for entry in raw.split(b"\0"):
            if entry.startswith(b":"):
                blob = entry.split(b" ")[3]
                file.write(blob + b"\n" if blob.strip(b"0") else b"")


def fast_import(stream: Path, scratch: Path, empty: Callable[[Path], None]) -> Command:
    """F: `git fast-import` of a stream into an empty repository."""
    folder = scratch / "fast-import"
    return Command(lambda: ("git", "fast-import", "--quiet", "--force"), folder, lambda: empty(folder), stream)


def _always(*argv: str, folder: Path = Path()) -> Command:
    return Command(lambda: argv, folder)
