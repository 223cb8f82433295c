"""Whether conditions contradict each other: whether no deal at all can meet all of them.

It is decided fact by fact, by trying every value that could make a difference: those that the conditions name, and
one below, between and above them. What hangs on another fact, on a change or on today is taken to be possible, so
that what is found is certain; not everything is found.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, pairwise
from typing import TYPE_CHECKING, Any

from pipecli.core.condition import (
    Comparison,
    Fact,
    FactType,
    Group,
    comparisons,
    fact_of,
    holds,
    operands,
    read_operand,
    refers,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipecli.core.condition import Condition

Part = tuple[int, "Condition"]
"""A condition, and its place in the list that it comes from; -1 for what holds anyhow."""
_MOST_OF_A_FACT = 40
"""Conditions on one fact that are tried in pairs; with more nothing is decided."""
_MOST = 8
"""Words of a list that are tried in every combination; with more nothing is decided."""
_ANYWHERE: Mapping[FactType, Fact] = {
    FactType.NUMBER: Decimal(0),
    FactType.SHARE: Decimal(0),
    FactType.DAY: date(2000, 1, 1),
    FactType.SPAN: timedelta(0),
}
_OTHER = "\0"
"""Stands for anything that the conditions do not name: no file can hold it."""


def contradiction(
    conditions: Sequence[Condition],
    kinds: Mapping[str, FactType],
    *,
    given: Iterable[Condition] = (),
    words: Mapping[str, Collection[str]] | None = None,
) -> tuple[int, ...]:
    """Return the places of a few conditions that no deal meets together; none where that is not certain.

    `given` holds of every deal that is asked, `words` are all that a fact can be. The conditions have no `faults`.
    """
    parts = [(at, part) for at, condition in enumerate(conditions) for part in _parts(condition)]
    return _conflict([*((-1, one) for one in given), *parts], kinds, words or {})


def _parts(condition: Condition) -> Iterator[Condition]:
    """Yield what has to hold, each by itself, for a condition to hold; `not` stands before comparisons alone."""
    plain = _without_not(condition)
    if isinstance(plain, Group) and plain.word == "all":
        for part in plain.parts:
            yield from _parts(part)
    else:
        yield plain


def _without_not(condition: Condition) -> Condition:
    """Return a condition that says the same, and is no `not` of a group: `not` means that not all of them hold."""
    if isinstance(condition, Comparison) or condition.word != "not":
        return condition
    if len(condition.parts) > 1:
        return Group("any", tuple(Group("not", (part,)) for part in condition.parts))
    (inner,) = condition.parts
    if isinstance(inner, Comparison):
        return condition
    if inner.word == "not":
        return Group("all", inner.parts)
    nots = tuple(Group("not", (part,)) for part in inner.parts)
    return Group("any" if inner.word == "all" else "all", nots)


def _conflict(
    parts: Sequence[Part], kinds: Mapping[str, FactType], words: Mapping[str, Collection[str]]
) -> tuple[int, ...]:
    by_field: dict[str, list[Part]] = defaultdict(list)
    choices: list[tuple[int, Group]] = []
    for at, part in parts:
        fields = {_field(comparison) for comparison in comparisons(part)}
        if len(fields) == 1:
            by_field[fields.pop()].append((at, part))
        elif isinstance(part, Group) and part.word == "any":
            choices.append((at, part))
    for field, of_field in by_field.items():
        found = _of_field(of_field, kinds, kinds[fact_of(field)], words.get(field))
        if found:
            return found
    alone = list(chain.from_iterable(by_field.values()))
    for at, group in choices:
        if all(_conflict([*alone, *((at, one) for one in _parts(part))], kinds, words) for part in group.parts):
            named = {_field(comparison) for comparison in comparisons(group)}
            beside = {other for field in named for other, _ in by_field.get(field, ()) if other >= 0}
            return tuple(sorted({at, *beside}))
    return ()


def _field(comparison: Comparison) -> str:
    """Return what a comparison is of; `new.value` is the value that is asked for, too."""
    return comparison.field.removeprefix("new.")


def _of_field(
    parts: Sequence[Part], kinds: Mapping[str, FactType], kind: FactType, words: Collection[str] | None
) -> tuple[int, ...]:
    """Return the places of the fewest conditions on one fact that contradict each other; none where none do."""
    certain = [(at, known) for at, part in parts if (known := _certain(part))]
    values = _values(kind, [comparison for _, part in certain for comparison in comparisons(part)], words)

    def contradict(some: Iterable[Part]) -> bool:
        wanted = [part for _, part in some]
        return not any(_meets(value, wanted, kinds) for value in values)

    if not values or len(certain) > _MOST_OF_A_FACT or not contradict(certain):
        return ()
    given = [part for part in certain if part[0] < 0]
    written = [part for part in certain if part[0] >= 0]
    few = (some for size in (1, 2) for some in combinations(written, size) if contradict([*given, *some]))
    return tuple(sorted({at for at, _ in next(few, written)}))


def _meets(value: Fact, conditions: Iterable[Condition], kinds: Mapping[str, FactType]) -> bool:
    def find(_name: str) -> Fact:
        return value

    return all(holds(one, find, kinds, me="", today=date.min) for one in conditions)


def _certain(part: Condition) -> Condition | None:
    """Return what a condition asks of its fact alone, at any time; None where that is nothing."""
    if any(map(_depends, comparisons(part))):
        depends = isinstance(part, Comparison) and part.operator != "!=" and not part.field.startswith("change.")
        return Comparison(part.field, "is set") if depends and isinstance(part, Comparison) else None
    return part


def _depends(comparison: Comparison) -> bool:
    if comparison.operator in ("is set", "is empty", "contains"):
        return comparison.field.startswith("change.")
    literal = not any(refers(word) for word in operands(comparison))
    return comparison.field.startswith("change.") or comparison.operator == "within" or not literal


def _values(kind: FactType, found: Sequence[Comparison], words: Collection[str] | None) -> list[Fact]:
    """Return one value of every sort that the comparisons tell apart, and None; no value where there are too many."""
    named = list(dict.fromkeys(word for one in found if one.operand for word in operands(one)))
    if kind is FactType.FLAG:
        return [None, True, False]
    if kind is FactType.LIST:
        other = [_OTHER] if words is None else [word for word in words if word not in named][:1]
        return list(_some([*(word for word in named if words is None or word in words), *other]))
    if kind is FactType.TEXT and words is None:
        inside = dict.fromkeys(one.operand for one in found if one.operator == "contains")
        return [None, *named, *(_OTHER.join(("", *some, "")) for some in _some(list(inside)))]
    if kind is FactType.TEXT:
        return [None, *(words or ())]
    points: set[Any] = {_ANYWHERE[kind], *(read_operand(word, kind) for word in named)}
    return [None, *_around(sorted(points))]


def _some(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield every choice of some of the words, or of none of them; nothing where they are many."""
    for size in range(len(words) + 1) if len(words) <= _MOST else ():
        yield from combinations(words, size)


def _around(points: Sequence[Any]) -> Iterator[Fact]:
    """Yield the points, one below, one above, and one between each two that stand apart."""
    step: Any = Decimal(1) if isinstance(points[0], Decimal) else timedelta(days=1)
    yield from points
    yield from (points[0] - step, points[-1] + step)
    for low, high in pairwise(points):
        yield low + (high - low) / 2
