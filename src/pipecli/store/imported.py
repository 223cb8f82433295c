"""What imports wrote: the versions of deals that they made, from the commits that carry their trailers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.layout import FileKind, place
from pipecli.shell.blobs import blobs
from pipecli.shell.log import records

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipecli.shell.git import Repository
    from pipecli.shell.log import RawChange

_TRAILERS = ("Pipe-Source: ", "Pipe-Import: ")


class Written(NamedTuple):
    """A deal's file before and after one import; None where there was none before."""

    before: bytes | None
    after: bytes


@dataclass(slots=True)
class _Deals:
    """Keeps the files of some deals, by their ids: whatever the folder."""

    ids: Collection[str]
    prefix: str
    watched: str = field(default="/", init=False)
    former: frozenset[str] = frozenset()

    def begin(self, commit: str, parents: tuple[str, ...]) -> None:
        """Care for no commit more than for another."""

    def learn(self, changes: Sequence[RawChange], *, merge: bool) -> None:
        """Learn nothing: no path ends with a slash."""

    def keep(self, path: str) -> str | None:
        """Return the id of the deal that a path is of."""
        what = place(path.removeprefix(self.prefix)) if path.startswith(self.prefix) else None
        return what.id if what and what.kind is FileKind.DEAL and PurePosixPath(path).stem in self.ids else None


def written(repository: Repository, ids: Collection[str]) -> Mapping[str, list[Written]]:
    """Return what imports made of the deals with some ids, by id, the latest first."""
    if not repository.head or not ids:
        return {}
    found: list[tuple[str, str, str]] = []
    for record in records(repository.git, repository.head, _Deals(ids, repository.prefix)):
        if any(f"\n{trailer}" in record.message for trailer in _TRAILERS):
            found += [(change.path, change.old, change.new) for change in record.changes if change.new]
    wanted = dict.fromkeys(blob for _, *sides in found for blob in sides if blob)
    contents = dict(blobs(repository.git, wanted)) if wanted else {}
    versions: dict[str, list[Written]] = {}
    for name, old, new in found:
        after = contents.get(new)
        if after is not None:
            versions.setdefault(name, []).append(Written(contents.get(old), after))
    return versions
