"""What was expected of a deal's close, at one moment of its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """The day on which a deal was expected to close from a moment on; None where none was written.

    `recorded` is the committer date of the commit that wrote it, aware; `by` is the name of its author.
    """

    recorded: datetime
    by: str
    expected_close: date | None
