"""How the indexes in the git directory are, and what would make git itself quicker. Nothing is written here."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.checksum import Damaged
from pipecli.shell import database, disk, fresh
from pipecli.store import index, kept
from pipecli.store.edition import edition
from pipecli.store.history_index import TABLES
from pipecli.store.kept import Kept
from pipecli.store.recognition import Recognition
from pipecli.store.recorded import Recorded
from pipecli.store.source import layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipecli.core.watch import Watch
    from pipecli.shell.git import Repository

_SAMPLE = "17"
"""The folder of loose objects that stands for all of its kind, as in git's own estimate."""
_LOOSE = 27
"""So many objects in it make git itself think of packing them: 6,700 in all."""


class Kind(StrEnum):
    """The indexes that there are."""

    WORK_TREE = "work tree"
    HISTORY = "history"


class Index(NamedTuple):
    """One index: where it lies, how large it is, how it is in words."""

    kind: Kind
    path: Path
    size: int | None
    state: str


def indexes(root: Path, repository: Repository, watch: Watch) -> list[Index]:
    """Return the indexes of a workspace: that of its present files, made or not, and those of the history."""
    work = index.location(root)
    found = [] if work is None else [Index(Kind.WORK_TREE, work, _size(work), _state(root, work, watch))]
    histories = sorted((repository.common / "pipe").glob("history*.sqlite"))
    return [*found, *(Index(Kind.HISTORY, path, _size(path), _history(path, repository)) for path in histories)]


def remove(found: Index) -> None:
    """Remove an index; the next command makes it again. Raises `OSError` where that cannot be."""
    database.remove(found.path)


def advice(repository: Repository) -> Iterator[str]:
    """Yield what would make git quicker here, which reads the history for every report."""
    objects = repository.common / "objects"
    if not any((objects / "info" / name).exists() for name in ("commit-graph", "commit-graphs")):
        yield "git commit-graph write --reachable: git then walks a long history in less time"
    loose = objects / _SAMPLE
    if loose.is_dir() and sum(1 for _ in loose.iterdir()) > _LOOSE:
        yield "git maintenance run --auto: there are many loose objects, and git reads packed ones faster"


def _size(path: Path) -> int | None:
    try:
        return path.lstat().st_size
    except OSError:
        return None


def _history(path: Path, repository: Repository) -> str:
    if not fresh.is_plain(path):
        return "no plain file: it is left alone, and the work is done in memory"
    fitness = database.fitness(path, layout(), TABLES)
    if fitness is not database.Fitness.READY:
        return _WORDS[fitness]
    try:
        with database.opened(path, layout(), TABLES) as base:
            kept = Recorded(base)
            known = not repository.head or kept.number(repository.head)
    except Damaged:
        return _WORDS[database.Fitness.DAMAGED]
    return f"{kept.last:,} commit{'' if kept.last == 1 else 's'}, {'up to date' if known else 'HEAD is yet to be read'}"


def _state(root: Path, path: Path, watch: Watch) -> str:
    if _size(path) is None:
        return "not there yet: the next command that reads the deals makes it"
    fitness = database.fitness(path, edition(), kept.TABLES)
    if fitness is not database.Fitness.READY:
        return _WORDS[fitness]
    folders = index.by_folder(disk.scan(root)[0])
    try:
        with database.opened(path, edition(), kept.TABLES) as base:
            look = Recognition(root, Kept(base, folders, every=True), watch)
            look.of(folders)
    except Damaged:
        return _WORDS[database.Fitness.DAMAGED]
    return f"{len(look.held):,} file{'' if len(look.held) == 1 else 's'} to read again" if look.held else "up to date"


_WORDS = {
    database.Fitness.OTHER: "of another version of pipe: the next command makes it again",
    database.Fitness.DAMAGED: "damaged: the next command makes it again",
    database.Fitness.UNUSABLE: "cannot be used now: the work is done in memory",
}
