"""Commit messages: a subject for people, and the trailers that the history reads (docs/history.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

NEW = "new"
"""What a creation's trailer says it came from."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One deal's move: states are `pipeline/stage`, `source` is `new` for a creation; `at` is a day or a moment."""

    deal: str
    source: str
    target: str
    at: date


def message(moved: Sequence[Moved], operation: str, *, reason: str | None = None, force: str | None = None) -> str:
    """Return the message of a commit that moves or makes deals."""
    lines = [_subject(moved), ""]
    lines += [f"Pipe-Move: {m.deal} {m.source} -> {m.target} @ {m.at.isoformat()}" for m in moved]
    lines += [f"Pipe-Reason: {_one_line(reason)}"] if reason else []
    lines += [f"Pipe-Forced: {_one_line(force)}"] if force else []
    return "\n".join([*lines, f"Pipe-Op: {operation}", ""])


def _subject(moved: Sequence[Moved]) -> str:
    first = moved[0]
    stage = first.target.partition("/")[2]
    if len(moved) == 1:
        return f"Add {first.deal} in {stage}" if first.source == NEW else f"Move {first.deal} to {stage}"
    return f"Move {len(moved)} deals to {stage}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def begun(template: str, operation: str) -> str:
    """Return the message of a workspace's first commit."""
    return f"Start the workspace from the template {template}\n\nPipe-Op: {operation}\n"
