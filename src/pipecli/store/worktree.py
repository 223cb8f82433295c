"""The workspace as it is on the disk now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind, place
from pipecli.core.workspace import Workspace, build
from pipecli.shell import disk

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path


def load(root: Path, *, deals: Container[str] | None = None) -> Workspace:
    """Return the workspace at `root`; with `deals`, of the deals only those with these ids are read."""
    paths, problems = disk.scan(root)
    wanted, rest = _divide(paths, deals)
    pairs, unreadable = disk.read(root, wanted)
    return build(pairs, paths=rest, problems=(*problems, *unreadable))


def _divide(paths: Iterable[str], deals: Container[str] | None) -> tuple[list[str], list[str]]:
    """Return the paths to read, and those that need only be known."""
    wanted: list[str] = []
    rest: list[str] = []
    for path in paths:
        what = place(path)
        read = what is not None and (what.kind is not FileKind.DEAL or deals is None or what.id in deals)
        if read and deals is not None and what and what.kind in (FileKind.COMPANY, FileKind.CONTACT):
            read = False
        (wanted if read else rest).append(path)
    return wanted, rest


def resolve(root: Path, queries: Iterable[str]) -> list[str] | None:
    """Return the ids that the words mean by file names alone, or None where titles must be read to tell."""
    ids = [what.id for what in map(place, disk.scan(root)[0]) if what and what.kind is FileKind.DEAL]
    found = []
    for query in queries:
        matches = [query] if query in ids else [i for i in ids if i.startswith(query)]
        if len(matches) != 1:
            return None
        found += matches
    return found
