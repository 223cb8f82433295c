"""What a deal of the example is at a moment, and the file that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipecli.core import emit

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from pipecli.core.emit import Value

Group = Mapping[str, "Value | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The fields of a deal, as they stand in its file."""

    title: str
    stage: str
    stage_since: date
    owner: str
    company: str
    contact: str
    source: str
    created: date
    currency: str = "EUR"
    closed_on: date | None = None
    outcome: dict[str, Value] = field(default_factory=dict)
    hold: dict[str, Value] = field(default_factory=dict)
    value: Decimal | None = None
    expected_close: date | None = None
    next_step: dict[str, Value] = field(default_factory=dict)
    checklist: dict[str, Value] = field(default_factory=dict)
    fields: dict[str, Value] = field(default_factory=dict)
    tasks: tuple[dict[str, Value], ...] = ()
    activities: tuple[dict[str, Value], ...] = ()


def text(state: State) -> bytes:
    """Return the deal's file, in the order and with the blank lines of the documentation."""
    groups: tuple[Group, ...] = (
        {"title": state.title, "pipeline": "sales"},
        {
            "stage": state.stage,
            "stage_since": state.stage_since,
            "closed_on": state.closed_on,
            "outcome": state.outcome,
            "hold": state.hold,
        },
        {"value": state.value, "currency": state.currency if state.value is not None else None},
        {
            "owner": state.owner,
            "company": state.company,
            "contacts": [state.contact],
            "source": state.source,
            "created": state.created,
            "expected_close": state.expected_close,
        },
        {"next_step": state.next_step, "checklist": state.checklist, "fields": state.fields},
        {"tasks": state.tasks, "activities": state.activities},
    )
    return "\n".join(block for group in groups if (block := _block(group))).encode()


def _block(group: Group) -> str:
    return "".join(f"{line}\n" for key, value in group.items() if value is not None for line in _lines(key, value))


def _lines(key: str, value: Value) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{key}: {emit.flow(value)}"] if value else []
    if isinstance(value, tuple):
        return emit.block_entry(key, value, 0) if value else []
    return emit.block_entry(key, value, 0)
