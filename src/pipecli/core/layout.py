"""Which file of a workspace is what, told by its path alone."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from pipecli.core import names
from pipecli.core.problem import Problem
from pipecli.core.value import ID

SETTINGS = names.SETTINGS
SCHEMAS = ".pipe/schema"
"""The folder of the schemas that editors read; nothing else in it is ours."""
TEMPLATES = "templates"
"""The folder of texts for playbooks and messages; only their names are read as data."""
MAX_BYTES = 256 * 1024
"""A larger file is a problem, and is not read to its end."""


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

_LIKE_YAML = re.compile(r"\.ya?ml(?:\.txt|[. ]+)?\Z", re.IGNORECASE)
"""How a name ends that is a YAML file's, or that an editor or another system made of one."""


class Place(NamedTuple):
    """What a path is: its kind and, in a folder, the id."""

    kind: FileKind
    id: str


def place(path: str) -> Place | None:
    """Return what the file at a path (relative to the workspace, with slashes) is, or None if it is not ours."""
    if path in SINGLES:
        return Place(FileKind(path), "")
    folder, _, rest = path.partition("/")
    if folder in FOLDERS and rest.endswith(".yaml") and "/." not in path:
        return Place(FileKind(folder), rest.rpartition("/")[2].removesuffix(".yaml"))
    return None


def is_folder_of_ours(folder: str) -> bool:
    """Return whether the YAML files in a folder are ours; the empty text is the workspace itself."""
    return not folder or place(f"{folder}/x.yaml") is not None


def is_right_name(folder: str, name: str) -> bool:
    """Return whether a file in a folder of ours has a place and a right name, as `name_problem` judges it."""
    if not folder:
        return name in SINGLES
    stem = name[:-5]
    return name.endswith(".yaml") and ID.fullmatch(stem) is not None and stem not in RESERVED


def name_problem(path: str) -> Problem | None:
    """Return what is wrong with the name of a file that is ours, or was meant to be; or None."""
    first, slash, rest = path.partition("/")
    meant = meant_at_top(first)
    if meant is None or bool(slash) != (meant in FOLDERS):
        return None
    if meant != first:
        message = f"the file is not read: {first!r} must be called {meant.value!r}"
        return Problem(code="file-name", path=path, message=message, hint=f"rename it to {meant}{slash}{rest}")
    return _id_problem(path) if slash else None


def meant_at_top(name: str) -> FileKind | None:
    """Return which file or folder at the top of a workspace a name is, or is a misspelling of; or None."""
    plain = _LIKE_YAML.sub(".yaml", unicodedata.normalize("NFKC", name).casefold())
    return FileKind(plain) if plain in (*SINGLES, *FOLDERS) else None


def _id_problem(path: str) -> Problem | None:
    folder, _, name = path.rpartition("/")
    found = _LIKE_YAML.search(name)
    if found is None:
        return None
    stem = name[: found.start()]
    if found.group() != ".yaml":
        message = "the file is not read: its name must end in .yaml"
        return Problem(code="file-suffix", path=path, message=message, hint=f"rename it to {folder}/{stem}.yaml")
    if not ID.fullmatch(stem):
        hint = "rename the file: an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63"
        return Problem(code="invalid-id", path=path, message=f"{stem!r} cannot be an id", hint=hint)
    if stem in RESERVED:
        hint = "rename the file: words of a command and names of devices are reserved"
        return Problem(code="reserved-id", path=path, message=f"{stem!r} is reserved and cannot be an id", hint=hint)
    return None
