"""The contents of a workspace's files by path: those that were read, and those that are read when they are asked for.

A file that an index knows need not be read again to say what it holds. Where its text is wanted all the same it is
read, and held against the id that the rest was read under, so that no command works with two states of one file.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipecli.core import blob
from pipecli.core.problem import ExitCode, PipeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Contents(Mapping[str, bytes]):
    """What the files hold.

    `held` was read already. `ids` are the content ids of the others, by path; one whose lines end as on Windows has a
    second id behind a blank, that of the same lines as git stores them. `read` returns the content of a path now,
    or None where it cannot be read.
    """

    def __init__(self, held: Mapping[str, bytes], ids: Mapping[str, str], read: Callable[[str], bytes | None]) -> None:
        self._held = dict(held)
        self._ids = ids
        self._read = read

    def __getitem__(self, path: str) -> bytes:
        """Return what a file holds. Raises `PipeError` where it was changed while this command ran."""
        if path not in self._held:
            data = self._read(path) if path in self._ids else b""
            if path not in self._ids:
                raise KeyError(path)
            if data is None or blob.content_id(data) != self._ids[path].partition(" ")[0]:
                message = f"{path} was changed while this command was reading"
                raise PipeError(message, hint="run the command again", code=ExitCode.STATE)
            self._held[path] = data
        return self._held[path]

    def __contains__(self, path: object) -> bool:
        """Return whether there is such a file; it is not read for that."""
        return path in self._held or path in self._ids

    def __iter__(self) -> Iterator[str]:
        """Yield the paths, in order."""
        return iter(sorted(self._held.keys() | self._ids.keys()))

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self._held.keys() | self._ids.keys())

    def identified(self) -> Iterator[str]:
        """Yield the paths and the ids of the contents, in an order that is always the same."""
        yield "\n".join(sorted(f"{path}\0{identity}" for path, identity in self._ids.items()))
        for path in sorted(self._held.keys() - self._ids.keys()):
            yield f"{path}\0{blob.content_id(self._held[path])}"

    def beside(self, held: Mapping[str, bytes], paths: Iterable[str]) -> Contents:
        """Return the contents of other files beside those of some of these, of which the ids are known."""
        return Contents(held, {path: self._ids[path] for path in paths}, self._read)

    def ids_of(self, path: str) -> list[str]:
        """Return the ids that a file's content may have in git, where they are known without reading it."""
        return self._ids[path].split(" ") if path in self._ids else []


def overlaid(upper: Mapping[str, bytes], lower: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the contents of both, those of the upper where both have one; nothing is read for that."""
    return ChainMap({}, upper, lower)  # type: ignore[arg-type]  # only the first, which is empty, could be written to


def is_blob(texts: Mapping[str, bytes], path: str, wanted: str) -> bool:
    """Return whether git stores the content of a path under an id, and read it only where its ids do not say so."""
    return (isinstance(texts, Contents) and wanted in texts.ids_of(path)) or blob.is_blob(texts[path], wanted)
