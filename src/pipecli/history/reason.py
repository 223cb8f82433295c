"""Why a commit was made, as its message says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_LINE = re.compile(r"^[ \t>]*(Pipe-(?:Move|Reason|Forced|Op)):[ \t]*([^\n]*)", re.MULTILINE)


def reason(message: str, deals: Collection[str]) -> str:
    """Return the reason that was given for a change of a deal, by any of its ids, else the subject of the message."""
    return given(message, deals, "Pipe-Reason") or next(
        (line.strip() for line in message.splitlines() if line.strip()), ""
    )


def given(message: str, deals: Collection[str], trailer: str) -> str:
    """Return what a trailer says of a change of a deal, by any of its ids; the empty string where none does.

    The message of a squash holds the words of several commands: those count with which a move of this deal stands, or
    those of the only command, where no move of another deal stands with them.
    """
    if trailer not in message:
        return ""
    blocks = [block for block in _blocks(message) if trailer in block.said]
    own = [block for block in blocks if block.deals & set(deals)]
    free = [block for block in blocks if not block.deals]
    if own or len(free) == len(blocks) == 1:
        return (own or free)[-1].said[trailer]
    return ""


class _Block(NamedTuple):
    """What one command wrote into a message: the deals that it moved, and its trailers."""

    deals: frozenset[str]
    said: Mapping[str, str]


def _blocks(message: str) -> Iterator[_Block]:
    deals: set[str] = set()
    said: dict[str, str] = {}
    for name, text in _LINE.findall(message):
        if name == "Pipe-Move":
            deals.update(text.split(maxsplit=1)[:1])
        elif name == "Pipe-Op":
            yield _Block(frozenset(deals), said)
            deals, said = set(), {}
        elif text.strip():
            said[name] = text.strip()
    yield _Block(frozenset(deals), said)
