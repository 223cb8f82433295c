"""The workspace as it is on the disk now."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.layout import TEMPLATES, FileKind, place
from pipecli.core.value import ID
from pipecli.core.workspace import Workspace, build
from pipecli.shell import disk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_NAMES_ONLY = (FileKind.COMPANY, FileKind.CONTACT)
"""What a deal refers to and a rule need only know to be there."""


def load(root: Path, *, deals: bool = True) -> Workspace:
    """Return the workspace at `root`; without `deals`, their files are known and not read."""
    paths, problems = disk.scan(root)
    unread = [path for path in paths if not deals and path.startswith(f"{FileKind.DEAL}/")]
    pairs, unreadable = disk.read(root, sorted(set(paths) - set(unread)))
    workspace = build(pairs, paths=unread, problems=(*problems, *unreadable))
    return replace(workspace, templates=disk.names(root, TEMPLATES))


def load_deals(root: Path, files: Sequence[str]) -> Workspace:
    """Return the workspace with these deals only: the others are not even looked for, however many there are."""
    paths, problems = disk.scan(root, without=FileKind.DEAL)
    unread = [path for path in paths if (what := place(path)) and what.kind in _NAMES_ONLY]
    pairs, unreadable = disk.read(root, sorted({*paths, *files} - set(unread)))
    return build(pairs, paths=unread, problems=(*problems, *unreadable))


def locate(root: Path, words: Iterable[str]) -> list[str] | None:
    """Return the files of the deals that the words name by id or by its beginning, or None where they do not.

    Ids are looked up in the folders of the months; only where one is not there the names of all deals are read.
    """
    wanted = list(dict.fromkeys(words))
    folders = [FileKind.DEAL.value, *disk.folders(root, FileKind.DEAL)]
    found = [[path for f in folders if os.path.lexists(root / (path := f"{f}/{word}.yaml"))] for word in wanted]
    if all(ID.fullmatch(word) for word in wanted) and all(found):
        return [path for paths in found for path in paths]
    names = [(what.id, path) for path in disk.scan(root)[0] if (what := place(path)) and what.kind is FileKind.DEAL]
    chosen: list[str] = []
    for word in wanted:
        meant = {name for name, _ in names if name == word} or {name for name, _ in names if name.startswith(word)}
        if len(meant) != 1:
            return None
        chosen += [path for name, path in names if name in meant]
    return chosen
