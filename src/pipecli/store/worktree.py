"""The workspace as it is on the disk now."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.layout import TEMPLATES, FileKind, place
from pipecli.core.value import ID
from pipecli.core.watch import SILENT, Watch
from pipecli.core.workspace import Workspace, assembled, known_of
from pipecli.shell import disk
from pipecli.store import index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pipecli.core.problem import Problem
    from pipecli.store.recognition import Found

_NAMES_ONLY = (FileKind.COMPANY, FileKind.CONTACT)
"""What a deal refers to and a rule need only know to be there."""


def load(root: Path, *, deals: bool = True, watch: Watch = SILENT) -> Workspace:
    """Return the workspace at `root`; without `deals`, their files are known and not read."""
    paths, problems = disk.scan(root)
    unread = [path for path in paths if not deals and path.startswith(f"{FileKind.DEAL}/")]
    found = index.read(root, set(paths) - set(unread) if unread else paths, every=deals, watch=watch)
    return replace(_workspace(found, unread, problems), templates=disk.names(root, TEMPLATES))


def load_deals(root: Path, files: Sequence[str], *, watch: Watch = SILENT) -> Workspace:
    """Return the workspace with these deals only: the others are not even looked for, however many there are."""
    paths, problems = disk.scan(root, without=FileKind.DEAL)
    unread = [path for path in paths if (what := place(path)) and what.kind in _NAMES_ONLY]
    return _workspace(index.read(root, {*paths, *files} - set(unread), every=False, watch=watch), unread, problems)


def load_only(root: Path, paths: Sequence[str]) -> Workspace:
    """Return the workspace of these files only."""
    return _workspace(index.read(root, paths, every=False), (), ())


def _workspace(found: Found, unread: Sequence[str], problems: Sequence[Problem]) -> Workspace:
    known, wrong = known_of((*found.loose, *unread), found.named)
    return assembled(found.records, found.others, found.contents, known, (*wrong, *problems, *found.problems))


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
