"""Why a commit was made, as its message says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LINE = re.compile(r"^[ \t>]*(Pipe-(?:Move|Reason|Op)):[ \t]*([^\n]*)", re.MULTILINE)


def reason(message: str, deals: Collection[str]) -> str:
    """Return the reason that was given for a change of a deal, by any of its ids, else the subject of the message.

    The message of a squash holds several reasons: one counts where a move of this deal stands with it, or where it
    is the only one, and no move of another deal stands with it.
    """
    blocks = [block for block in _blocks(message) if block.reason]
    own = [block for block in blocks if block.deals & set(deals)]
    free = [block for block in blocks if not block.deals]
    if own or len(free) == len(blocks) == 1:
        return (own or free)[-1].reason
    return next((line.strip() for line in message.splitlines() if line.strip()), "")


class _Block(NamedTuple):
    """What one command wrote into a message."""

    deals: frozenset[str]
    reason: str


def _blocks(message: str) -> Iterator[_Block]:
    deals: set[str] = set()
    said = ""
    for name, text in _LINE.findall(message):
        if name == "Pipe-Move":
            deals.update(text.split(maxsplit=1)[:1])
        elif name == "Pipe-Reason":
            said = text.strip()
        else:
            yield _Block(frozenset(deals), said)
            deals, said = set(), ""
    yield _Block(frozenset(deals), said)
