"""Which file of a workspace is what, told by its path alone."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pipecli.core.problem import Problem
from pipecli.core.value import ID

SETTINGS = "pipe.yaml"


class FileKind(StrEnum):
    """The kinds of files; the value is the folder, or the whole name of a file at the top."""

    SETTINGS = SETTINGS
    TEAM = "team.yaml"
    RATES = "rates.yaml"
    SPEND = "spend.yaml"
    PIPELINE = "pipelines"
    DEAL = "deals"
    COMPANY = "companies"
    CONTACT = "contacts"


FOLDERS = (FileKind.PIPELINE, FileKind.DEAL, FileKind.COMPANY, FileKind.CONTACT)
SINGLES = (FileKind.SETTINGS, FileKind.TEAM, FileKind.RATES, FileKind.SPEND)
RESERVED = frozenset(
    {"all", "verify", "con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)
"""Ids that are words of a command, or names that some systems cannot store."""


class Place(NamedTuple):
    """What a path is: its kind and, in a folder, the id."""

    kind: FileKind
    id: str


def place(path: str) -> Place | None:
    """Return what the file at a path (relative to the workspace, with slashes) is, or None if it is not ours."""
    if path in SINGLES:
        return Place(FileKind(path), "")
    folder, _, rest = path.partition("/")
    if folder in FOLDERS and rest.endswith(".yaml"):
        return Place(FileKind(folder), rest.rpartition("/")[2].removesuffix(".yaml"))
    return None


def name_problem(path: str) -> Problem | None:
    """Return what is wrong with the name of a file in one of our folders, or None."""
    folder, _, rest = path.partition("/")
    if folder not in FOLDERS or not rest:
        return None
    name = rest.rpartition("/")[2]
    if name.lower().endswith((".yml", ".yaml")) and not name.endswith(".yaml"):
        return Problem(
            code="file-suffix", path=path, message="the file is not read: its name must end in .yaml",
            hint=f"git mv {path} {path[: path.rindex('.')]}.yaml",
        )  # fmt: skip
    stem = name.removesuffix(".yaml")
    if name == stem:
        return None
    if not ID.fullmatch(stem):
        return Problem(
            code="invalid-id", path=path, message=f"{stem!r} cannot be an id",
            hint="an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63; rename the file",
        )  # fmt: skip
    if stem in RESERVED:
        return Problem(
            code="reserved-id", path=path, message=f"{stem!r} is reserved and cannot be an id",
            hint="rename the file; ids that are words of a command, or device names, are reserved",
        )  # fmt: skip
    return None
