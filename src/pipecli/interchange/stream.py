"""Commits as the stream that `git fast-import` reads. Pure: commits in, bytes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

_NOT_IN_A_NAME = re.compile(r"[<>\x00-\x1f\x7f]+")
_NOT_IN_AN_ADDRESS = re.compile(r"[<>\s\x00-\x1f\x7f]+")


class Person(NamedTuple):
    """Who made a commit: a name and an e-mail address."""

    name: str
    email: str


class File(NamedTuple):
    """One file as a commit leaves it; `data` is None where the commit removes it."""

    path: str
    data: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit to be made. Moments are aware; git keeps their seconds and offsets.

    `ref` is the branch that it goes to, in full. Without `parents` it continues that branch; else they are
    full hashes or `:MARK` of commits before it in the stream. `mark` is a number from 1 on, or 0 for none.
    """

    author: Person
    authored: datetime
    committer: Person
    committed: datetime
    message: str
    files: Sequence[File]
    ref: str
    parents: Sequence[str] = ()
    mark: int = 0


def encode(commits: Iterable[Commit]) -> Iterator[bytes]:
    """Yield the stream of some commits, for `git fast-import --date-format=raw --done`; a piece a commit."""
    for commit in commits:
        yield b"".join(_pieces(commit))
    yield b"done\n"


def _pieces(commit: Commit) -> Iterator[bytes]:
    message = commit.message.encode()
    mark = f"mark :{commit.mark}\n" if commit.mark else ""
    head = (
        f"commit {commit.ref}\n{mark}"
        f"author {_person(commit.author)} {_moment(commit.authored)}\n"
        f"committer {_person(commit.committer)} {_moment(commit.committed)}\n"
        f"data {len(message)}\n"
    )
    yield head.encode()
    yield message
    yield b"\n"
    for verb, parent in zip(("from", *["merge"] * len(commit.parents)), commit.parents, strict=False):
        yield f"{verb} {parent}\n".encode()
    for path, data in commit.files:
        if data is None:
            yield f"D {_path(path)}\n".encode()
        else:
            yield f"M 100644 inline {_path(path)}\ndata {len(data)}\n".encode()
            yield data
            yield b"\n"


def _person(person: Person) -> str:
    email = _NOT_IN_AN_ADDRESS.sub("", person.email)
    name = _NOT_IN_A_NAME.sub(" ", person.name).strip() or email.partition("@")[0]
    return f"{name} <{email}>"


def _moment(moment: datetime) -> str:
    offset = moment.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    return f"{int(moment.timestamp())} {sign}{minutes // 60:02}{minutes % 60:02}"


def _path(path: str) -> str:
    """Quote a path where git would read it as something else."""
    if not path.startswith('"') and "\n" not in path:
        return path
    quoted = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'
