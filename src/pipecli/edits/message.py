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

    @property
    def shown(self) -> str:
        """The move in words; pipelines are named where they differ."""
        (home, left), (there, entered) = (state.split("/") for state in (self.source, self.target))
        return f"{left} -> {entered}" if home == there else f"{self.source} -> {self.target}"


def message(
    subject: str,
    operation: str,
    *,
    moved: Sequence[Moved] = (),
    reason: str | None = None,
    force: str | None = None,
) -> str:
    """Return the message of a commit; `moved` are the moves and creations in it."""
    lines = [subject, ""]
    lines += [trailer(one) for one in moved]
    lines += why(reason, force)
    return "\n".join([*lines, f"Pipe-Op: {operation}", ""])


def why(reason: str | None, force: str | None) -> list[str]:
    """Return the trailers that tell why a change was made, and why against the gates."""
    said = [f"Pipe-Reason: {_one_line(reason)}"] if reason else []
    return said + ([f"Pipe-Forced: {_one_line(force)}"] if force else [])


def trailer(moved: Moved) -> str:
    """Return the trailer that tells of one deal's move."""
    return f"Pipe-Move: {moved.deal} {moved.source} -> {moved.target} @ {moved.at.isoformat()}"


def moving(moved: Sequence[Moved]) -> str:
    """Return the subject of a commit that moves or makes deals."""
    first = moved[0]
    stages = " and ".join(dict.fromkeys(m.target.partition("/")[2] for m in moved))
    if first.source == NEW:
        return f"Add {first.deal} in {stages}"
    return f"Move {_deals([m.deal for m in moved])} to {stages}"


def setting(keys: Sequence[str], deals: Sequence[str], *, removing: bool) -> str:
    """Return the subject of a commit that gives deals values, or takes them away."""
    *most, last = dict.fromkeys(keys)
    named = f"{', '.join(most)} and {last}" if most else last
    return f"{'Remove' if removing else 'Set'} {named} of {_deals(deals)}"


def doing(what: str, deals: Sequence[str]) -> str:
    """Return the subject of a commit that does something inside the stage of deals: `Log call of`."""
    return f"{what} {_deals(deals)}"


def _deals(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} deals"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def begun(template: str, operation: str) -> str:
    """Return the message of a workspace's first commit."""
    return _plain(f"Start the workspace from the template {template}", operation)


def ci(host: str, operation: str) -> str:
    """Return the message of the commit that adds a host's CI job."""
    return _plain(f"Check the workspace and publish its report on {host}", operation)


def rates(source: str, days: tuple[date, date], operation: str) -> str:
    """Return the message of a commit of exchange rates from a file, of the first to the last of their days."""
    first, last = days
    span = f"of {first}" if first == last else f"of {first} to {last}"
    return _plain(f"Import exchange rates {span} from {' '.join(source.split())}", operation)


def wrote_schemas(operation: str) -> str:
    """Return the message of a commit of the schemas for editors."""
    return _plain("Write the schemas of the files, for editors", operation)


def qualifies(method: str, paths: Sequence[str], operation: str) -> str:
    """Return the message of the commit after which pipelines ask the questions of a method."""
    return _plain(f"Ask the questions of {method} in {' and '.join(paths)}", operation)


def _plain(subject: str, operation: str) -> str:
    return f"{subject}\n\nPipe-Op: {operation}\n"
