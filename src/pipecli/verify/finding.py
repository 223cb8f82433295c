"""What a check says that it found; the registry adds the code, the level, and the names of commit and person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipecli.history.commit import Commit


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up, in which file and, unless it is of no single one, in which commit."""

    message: str
    hint: str
    path: str = ""
    commit: Commit | None = None
