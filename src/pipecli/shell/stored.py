"""What git has of some files, in HEAD and in the index, after a commit of them was tried."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pipecli.core.problem import PipeError
from pipecli.shell.objects import read_objects
from pipecli.shell.onlythese import MANY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.shell.git import Repository
    from pipecli.shell.objects import Object


def stored(repository: Repository, paths: Sequence[str]) -> dict[str, Object | None]:
    """Return HEAD, and each file in it (`HEAD:…`) and in the index (`:…`); nothing where git cannot tell."""
    names = [f"{revision}:{repository.prefix}{path}" for path in paths for revision in ("HEAD", "")]
    try:
        if len(paths) <= MANY:
            return read_objects(repository.shielded, ["HEAD", *names])
        hashes = dict(_listed(repository, paths))
        found = read_objects(repository.shielded, dict.fromkeys(["HEAD", *hashes.values()]))
    except PipeError:
        return {}
    return {"HEAD": found["HEAD"]} | {name: found[hashes[name]] if name in hashes else None for name in names}


def _listed(repository: Repository, paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the hashes of all files beside some; to look up one after the other would read every tree as often."""
    folders = sorted({repository.prefix + path.partition("/")[0] for path in paths})
    tree = repository.shielded.read("ls-tree", "-r", "-z", "--full-tree", "HEAD", "--", *folders)
    for about, path in _lines(tree):
        yield f"HEAD:{path}", about[2]
    tops = (f":(top,literal){folder}" for folder in folders)
    for about, path in _lines(repository.shielded.read("ls-files", "-z", "--stage", "--full-name", "--", *tops)):
        yield f":{path}", about[1]


def _lines(out: bytes) -> Iterator[tuple[list[str], str]]:
    for line in os.fsdecode(out).split("\0")[:-1]:
        about, _, path = line.partition("\t")
        yield about.split(" "), path
