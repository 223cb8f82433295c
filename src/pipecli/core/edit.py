"""A write, planned: it can be shown, checked, refused and applied."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff


@dataclass(frozen=True, slots=True)
class Edit:
    """One file before and after; `before` is None for a new file. `path` is relative to the workspace."""

    path: str
    before: bytes | None
    after: bytes
    summary: str

    def diff(self) -> str:
        """Return the change as a unified diff."""
        old = (self.before or b"").decode("utf-8", "replace").splitlines(keepends=True)
        new = self.after.decode("utf-8", "replace").splitlines(keepends=True)
        name = self.path if self.before is not None else "/dev/null"
        lines = unified_diff(old, new, name, self.path)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ no newline at end of file\n" for line in lines)
