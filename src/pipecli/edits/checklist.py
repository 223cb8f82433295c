"""Planning the ticks of a deal's checklist: by item the day on which it was done; the commit says by whom."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.spoken import shown
from pipecli.edits.amend import Amendment
from pipecli.edits.order import put

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal


def tick(deal: Deal, items: Sequence[str], on: date) -> Amendment:
    """Return the amendment that ticks items on a day; one that is ticked keeps its day."""
    left = [item for item in items if item not in deal.checklist]
    if not left:
        return Amendment(said=", ".join(f"{item} was ticked on {deal.checklist[item]}" for item in items))
    edits = tuple(put(("checklist", item), on) for item in left)
    return Amendment(said=f"ticked {', '.join(left)}, {shown(on)}", subject=f"Tick {', '.join(left)} of", edits=edits)


def untick(deal: Deal, items: Sequence[str]) -> Amendment:
    """Return the amendment that takes ticks away; a checklist without any is removed."""
    left = [item for item in items if item in deal.checklist]
    if not left:
        return Amendment(said=f"{', '.join(items)}: not ticked")
    locs = [("checklist", item) for item in left] if len(left) < len(deal.checklist) else [("checklist",)]
    edits = tuple(partial(splice.remove, loc=loc) for loc in locs)
    said = f"not ticked any more: {', '.join(f'{item} ({deal.checklist[item]})' for item in left)}"
    return Amendment(said=said, subject=f"Untick {', '.join(left)} of", edits=edits)


def find_items(pipeline: Pipeline, words: Sequence[str], deal: Deal) -> list[str]:
    """Return the items that words mean, each once: an id, the beginning of one, or words of what is to be ticked.

    Raises `PipeError` where there is none, or more than one. An item that is ticked and not known any more is found.
    """
    known = {name: item.text for stage in pipeline.stages for name, item in stage.checklist.items()}
    return list(
        dict.fromkeys(
            _item(word, known | {name: "" for name in deal.checklist if name not in known}, pipeline) for word in words
        )
    )


def _item(word: str, known: dict[str, str], pipeline: Pipeline) -> str:
    query = word.strip().casefold()
    found = [name for name in known if name == query]
    found = found or [name for name in known if query and name.startswith(query)]
    found = found or [name for name, text in known.items() if query and query in text.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{word!r} means {len(found)} items: {', '.join(found)}"
        raise PipeError(message, hint="write more of the id", code=ExitCode.USAGE)
    if not known:
        hint = f"add one to a stage of {pipeline.path}: checklist: {{{word}: {{text: …}}}}"
        raise PipeError(f"no stage of {pipeline.id} has a checklist", hint=hint, code=ExitCode.USAGE)
    message = f"no stage of {pipeline.id} has the checklist item {word!r}"
    raise PipeError(message, hint=did_you_mean(word, known), code=ExitCode.USAGE)
