"""What the blobs of files say that are not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.history import field
from pipecli.shell.blobs import blobs
from pipecli.store.files import IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipecli.history.commit import Change
    from pipecli.history.version import Version
    from pipecli.shell.git import Repository
    from pipecli.store.files import Files


class Contents:
    """What each blob says: its version, and its id where that is a field, too."""

    def __init__(self, files: Files) -> None:
        self.versions: dict[str, Version] = {}
        self.ids: dict[str, str] = {}
        self._keys = files.field.split(".")
        self._id = () if files.id in IDS else files.id.split(".")
        self._whole: dict[str, bool] = {}
        self._alike: dict[Version, Version] = {}

    def read(self, repository: Repository, changes: Iterable[Change]) -> None:
        """Read every blob that the changes lead to; one that is YAML by any of its names is read as a whole."""
        fronts = []
        for blob, data in blobs(repository.git, self._wanted(changes)):
            fronts += [] if self._take_up(blob, data) else [blob]
        again = [blob for blob in fronts if self._whole[blob]]
        for blob, data in blobs(repository.git, again) if again else ():
            self._take_up(blob, data)

    def _wanted(self, changes: Iterable[Change]) -> Iterator[str]:
        for change in changes:
            if change.new and not self._whole.get(change.new):
                is_new = change.new not in self._whole
                self._whole[change.new] = field.is_whole(change.path)
                if is_new:
                    yield change.new

    def _take_up(self, blob: str, data: bytes | None) -> bool:
        """Read one content, and return whether it was as a whole."""
        whole = self._whole[blob]
        found = field.read(data, self._keys, whole=whole)
        self.versions[blob] = self._alike.setdefault(found, found)
        named = field.read(data, self._id, whole=whole).state if self._id else None
        if named and named[1]:
            self.ids[blob] = named[1]
        return whole
