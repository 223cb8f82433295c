"""The deals of a pipeline in groups: by a fact, the band of their value, or the time of their closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.reports import pricing
from pipecli.reports.brackets import Bracket, bracket
from pipecli.reports.closings import left_from
from pipecli.reports.division import VALUE, fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.division import Division
    from pipecli.reports.scope import Scope

COMPETITOR = "competitor"
"""Of a lost deal that of its outcome; else, and of a won one, the field of that name."""
Group = tuple[str | None, "Sequence[Entry]", "Sequence[Entry] | None"]
"""A row's name, None where it is not given; its closed deals; all of its deals, None for a period of closing."""
Key = Bracket | str | None


def groups(found: Population, divided: Division, scope: Scope) -> list[Group]:
    """Return the groups: periods, stages and bands in their order; else those with the most closed deals first.

    A period in which nothing was closed, between others, is among them.
    """
    if divided.unit:
        days = [one.deal.closed_on for one in found.closed]
        closed = grouped(found.closed, lambda one: divided.of_day(one.deal.closed_on))
        names = [*divided.in_order(day for day in days if day), *([None] if None in closed else [])]
        return [(name, closed.get(name, ()), None) for name in names]
    of = naming(found.pipeline, divided.name, scope)
    members, beside = grouped(found.closed, of), grouped(found.all, of)
    home = pricing.home(found.pipeline, scope)
    order = sorted(members, key=lambda key: rank(key, len(members[key]), divided.name, found.pipeline, home))
    return [(label(key), members[key], beside[key]) for key in order]


def rank(key: Key, size: int, by: str, pipeline: Pipeline, home: str) -> tuple[object, ...]:
    """Return what groups are ordered by: what is not given stands last."""
    if isinstance(key, Bracket):
        return (False, key.currency != home, key.currency, key.low)
    return (key is None, pipeline.index(key or "") if by == "stage" else 0, -size, key or "")


def label(key: Key) -> str | None:
    """Return the name of a group."""
    return key.label if isinstance(key, Bracket) else key


def naming(pipeline: Pipeline, name: str, scope: Scope) -> Callable[[Entry], Key]:
    """Return what names the group of a deal; a stage is the one from which it was closed, or where it is."""
    if name == VALUE:
        return lambda one: bracket(one.deal, scope)
    context = scope.context()
    if name == COMPETITOR:
        return lambda one: fact(one.deal, name, context) or one.deal.fields.get(COMPETITOR) or None
    if name != "stage":
        return lambda one: fact(one.deal, name, context)
    left = left_from(pipeline, scope.visits)
    return lambda one: _present_id(pipeline, one.last_stage(left))


def grouped(entries: Iterable[Entry], of: Callable[[Entry], Key]) -> Mapping[Key, Sequence[Entry]]:
    """Return the deals by what names their group."""
    found: dict[Key, list[Entry]] = {}
    for one in entries:
        found.setdefault(of(one), []).append(one)
    return found


def _present_id(pipeline: Pipeline, word: str | None) -> str | None:
    """Return the id of a stage that may be named by a former one."""
    stage = pipeline.stage(word) if word else None
    return stage.id if stage else word
