"""How a deal's file differs from the same deal's at an earlier moment, in the words of the report on changes."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.core.record import Deal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Stage
    from pipecli.core.table import Cell

VALUE = ("value up", "value down", "value set", "value removed", "currency")
CLOSE = ("pushed", "pulled in", "close set", "close removed")
_COMPARED = ("value", "currency", "expected_close", "owner", "hold")
_TOLD_ELSEWHERE = ("id", "path", "pipeline", "stage", "stage_since", "closed_on", "outcome")
"""What a move writes."""
OTHERS = tuple(f.name for f in fields(Deal) if f.name not in (*_COMPARED, *_TOLD_ELSEWHERE))


class Difference(NamedTuple):
    """What was changed, from what to what; None is no value."""

    kind: str
    before: Cell
    after: Cell


class Dated(NamedTuple):
    """A deal at one moment: its record, its stage, and the currency of its value."""

    deal: Deal
    stage: Stage | None
    currency: str


def differences(old: Dated, new: Dated) -> Iterator[Difference]:
    """Yield what was changed of a deal's value, expected close, owner and hold, net of what was changed back."""
    yield from _value(old, new)
    if _is(new, Kind.OPEN, Kind.ON_HOLD):
        yield from _close(old.deal, new.deal)
    if old.deal.owner != new.deal.owner:
        yield Difference("owner", old.deal.owner, new.deal.owner)
    if _is(old, Kind.OPEN) and _is(new, Kind.OPEN):
        yield from _hold(old.deal, new.deal)


def differs_elsewhere(old: Deal, new: Deal) -> bool:
    """Return whether something was changed that neither a move nor a difference tells."""
    return any(getattr(old, name) != getattr(new, name) for name in OTHERS)


def _is(dated: Dated, *kinds: Kind) -> bool:
    return dated.stage is not None and dated.stage.kind in kinds


def _value(old: Dated, new: Dated) -> Iterator[Difference]:
    before, after = old.deal.value, new.deal.value
    if before is None or after is None:
        if before != after:
            yield Difference("value set" if before is None else "value removed", before, after)
    elif old.currency != new.currency:
        yield Difference("currency", f"{before:f} {old.currency}", f"{after:f} {new.currency}")
    elif before != after:
        yield Difference("value up" if after > before else "value down", before, after)


def _close(old: Deal, new: Deal) -> Iterator[Difference]:
    before, after = old.expected_close, new.expected_close
    if before is None or after is None:
        if before != after:
            yield Difference("close set" if before is None else "close removed", before, after)
    elif before != after:
        yield Difference("pushed" if after > before else "pulled in", before, after)


def _hold(old: Deal, new: Deal) -> Iterator[Difference]:
    before, after = (one.hold.until if one.hold else None for one in (old, new))
    if before != after:
        yield Difference("held" if after else "resumed", before, after)
