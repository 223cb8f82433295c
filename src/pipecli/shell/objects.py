"""Contents of git objects by name, all in one process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.problem import ExitCode, PipeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.shell.git import Git


class Object(NamedTuple):
    """An object's full hash and its content."""

    id: str
    data: bytes


def read_objects(git: Git, names: Iterable[str]) -> dict[str, Object | None]:
    """Return each named object (`HEAD`, `HEAD:path`, `:path`), or None where there is none."""
    wanted = list(names)
    if any("\n" in name for name in wanted):
        raise PipeError("a path with a line break cannot be named to git", code=ExitCode.STATE)
    out = git.read("cat-file", "--batch", stdin=b"".join(os.fsencode(name) + b"\n" for name in wanted))
    found: dict[str, Object | None] = {}
    at = 0
    for name in wanted:
        end = out.index(b"\n", at)
        header, at = out[at:end], end + 1
        if header.endswith((b" missing", b" ambiguous")):
            found[name] = None
            continue
        oid, _, length = header.split(b" ")
        size = int(length)
        found[name] = Object(oid.decode(), out[at : at + size])
        at += size + 1
    return found
