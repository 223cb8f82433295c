"""What the history of the example has beside its main line: a branch that is merged, and a squash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipecli.interchange.example.diary import Entry

_BEFORE_THE_END, _LENGTH = timedelta(days=100), timedelta(days=12)
_MOST = 3
_FOLDED = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: the deals that one person works on there, from a moment to the moment of the merge."""

    owner: str
    start: datetime
    end: datetime
    deals: frozenset[str]

    def takes(self, entry: Entry) -> bool:
        """Return whether an entry is made on the branch."""
        return entry.deal in self.deals and self.start <= entry.moment < self.end


def branch(entries: Sequence[Entry], end: datetime, owner: str) -> Branch:
    """Return a branch some months before the end, with deals that were there before and moved meanwhile."""
    start = end - _BEFORE_THE_END
    stop = start + _LENGTH
    before = {entry.deal for entry in entries if entry.moment < start}
    during = [entry for entry in entries if start <= entry.moment < stop and entry.deal in before]
    others = {entry.deal for entry in during if entry.author != owner}
    moved = dict.fromkeys(entry.deal for entry in during if entry.moved and entry.deal not in others)
    return Branch(owner, start, stop, frozenset(list(moved)[:_MOST]))


def squashed(entries: Sequence[Entry], apart: Branch) -> list[Entry]:
    """Return the entries with those around two moves of one deal folded into one, whose message keeps both."""
    run = _run([entry for entry in entries if entry.deal not in apart.deals])
    if not run:
        return list(entries)
    words = "\n\n".join(entry.message.strip() for entry in run)
    last = run[-1]
    whole = last._replace(message=f"Squashed commit of {last.author}'s branch:\n\n{words}\n")
    return [whole if entry is last else entry for entry in entries if entry is last or entry not in run]


def _run(entries: Sequence[Entry]) -> list[Entry]:
    """Return the first entries of one deal that begin and end with a move by `pipe`, soon after one another."""
    by_deal: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.deal:
            by_deal.setdefault(entry.deal, []).append(entry)
    for known in by_deal.values():
        moves = [at for at, entry in enumerate(known) if entry.moved][1:]  # the first one makes the deal
        for first, last in pairwise(moves):
            alone = len({entry.author for entry in known[first : last + 1]}) == 1
            if alone and known[last].moment - known[first].moment <= _FOLDED:
                return known[first : last + 1]
    return []
