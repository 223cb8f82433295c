"""A write, planned: it can be shown, checked, refused and applied."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff


@dataclass(frozen=True, slots=True)
class Edit:
    """One file before and after: `before` is None for a new one, `after` for one that is removed.

    `path` is relative to the workspace.
    """

    path: str
    before: bytes | None
    after: bytes | None
    summary: str

    @property
    def content(self) -> bytes:
        """What the file holds afterwards; nothing where it is removed."""
        return self.after or b""

    def diff(self) -> str:
        """Return the change as a unified diff."""
        old, new = (
            (data or b"").decode("utf-8", "replace").splitlines(keepends=True) for data in (self.before, self.after)
        )
        was, becomes = (self.path if data is not None else "/dev/null" for data in (self.before, self.after))
        lines = unified_diff(old, new, was, becomes)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ no newline at end of file\n" for line in lines)
