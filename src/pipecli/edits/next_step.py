"""Planning what happens next in a deal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.spoken import shown
from pipecli.edits.amend import Amendment
from pipecli.edits.order import put

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from pipecli.core.record import Deal, NextStep
    from pipecli.core.yamltext import Document

_STEP = ("next_step",)


def step(deal: Deal, do: str | None, due: date | None) -> Amendment:
    """Return the amendment that gives a deal its next step, or the one that it has another day.

    The day belongs to what is done on it: another step without one has none. Raises `PipeError` where there is no
    step that could have a day.
    """
    old = deal.next_step
    if do is None and old is None:
        hint = f'pipe next {deal.id} "…" --due fri'
        raise PipeError(f"{deal.id} has no next step that could be due", hint=hint, code=ExitCode.USAGE)
    words = do or (old.do if old else "")
    if old and (old.do, old.due) == (words, due or (old.due if do is None else None)):
        return Amendment(said=f"next is {_worded(old.do, old.due)} already")
    was = f"; before: {_worded(old.do, old.due)}" if old else ""
    said = f"next: {_worded(words, due)}{was}"
    return Amendment(said=said, subject="Set next_step of", edits=tuple(_edits(old, words, due)))


def clear(deal: Deal) -> Amendment:
    """Return the amendment after which a deal has no next step."""
    old = deal.next_step
    if old is None:
        return Amendment(said="no next step already")
    edit = partial(splice.remove, loc=_STEP)
    return Amendment(
        said=f"no next step; before: {_worded(old.do, old.due)}", subject="Remove next_step of", edits=(edit,)
    )


def _edits(old: NextStep | None, do: str, due: date | None) -> list[Callable[[Document], str]]:
    if old is None:
        return [put(_STEP, {"do": do, **({"due": due} if due else {})})]
    edits: list[Callable[[Document], str]] = [put((*_STEP, "do"), do)] if do != old.do else []
    if due:
        return [*edits, put((*_STEP, "due"), due)]
    return [*edits, partial(splice.remove, loc=(*_STEP, "due"))] if old.due else edits


def _worded(do: str, due: date | None) -> str:
    return f"{do}, due {shown(due)}" if due else do
