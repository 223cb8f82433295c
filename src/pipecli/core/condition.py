"""Conditions: one comparison over the facts of a deal; `all`, `any` and `not` combine them.

`value > 0`, `source in referral|inbound`, `contacts is set`, `expected_close within next 90d`,
`new.value < old.value`, `change.value < -20%`. An operand that begins with `old.` or `new.`, and the words
`me` and `today`, are references; every other is literal. There is nothing else: nothing to inject into,
nothing that can loop.

A fact that is not set satisfies `is empty` and `!=`, and no other comparison.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pipecli.core.comparison import (
    MAX_DEPTH,
    MAX_LENGTH,
    WITHIN,
    Comparison,
    Condition,
    Conditions,
    Group,
    parse_condition,
    parse_conditions,
)
from pipecli.core.problem import did_you_mean
from pipecli.core.value import parse_amount, parse_day, parse_duration, parse_percent

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "Comparison",
    "Condition",
    "Conditions",
    "Fact",
    "FactType",
    "Group",
    "Lookup",
    "comparisons",
    "depends_on_the_writer",
    "fact_of",
    "faults",
    "holds",
    "operands",
    "parse_condition",
    "parse_conditions",
    "read_operand",
    "refers",
]

_REFERENCE = re.compile(r"(?:old|new)\.[a-z_.0-9-]+")


class FactType(StrEnum):
    """What a fact's value is, and so how an operand beside it is read."""

    TEXT = "text"
    LIST = "list"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"
    SPAN = "span"
    FLAG = "flag"


Fact = str | Decimal | date | timedelta | bool | tuple[str, ...] | None
Lookup = Callable[[str], Fact]

_WORDS = {"me": FactType.TEXT, "today": FactType.DAY}
"""The words that are references, and what they refer to."""
_ORDERED = {FactType.NUMBER, FactType.SHARE, FactType.DAY, FactType.SPAN}
_ALLOWED: Mapping[str, frozenset[FactType]] = {
    **dict.fromkeys(("<", "<=", ">", ">="), frozenset(_ORDERED)),
    **dict.fromkeys(("=", "!=", "in"), frozenset(FactType) - {FactType.LIST}),
    "contains": frozenset({FactType.TEXT, FactType.LIST}),
    "within": frozenset({FactType.DAY}),
    **dict.fromkeys(("is set", "is empty"), frozenset(FactType)),
}


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield every comparison in a condition."""
    if isinstance(condition, Comparison):
        yield condition
    else:
        for part in condition.parts:
            yield from comparisons(part)


def depends_on_the_writer(condition: Condition) -> bool:
    """Return whether a condition asks who changes a deal, or what it was before: only a change can answer that."""
    return any(
        comparison.field.startswith(("old.", "change."))
        or any(w == "me" or w.startswith("old.") for w in operands(comparison))
        for comparison in comparisons(condition)
    )


def faults(condition: Condition, types: Mapping[str, FactType]) -> Iterator[tuple[str, str]]:
    """Yield a message and a remedy for every comparison that can never be evaluated over facts of these types."""
    for comparison in comparisons(condition):
        name = fact_of(comparison.field)
        kind = types.get(name)
        if kind is None:
            yield f"there is no fact {name!r}", did_you_mean(name, types)
        elif kind not in _ALLOWED[comparison.operator]:
            fitting = ", ".join(sorted(word for word, kinds in _ALLOWED.items() if kind in kinds))
            yield f"'{comparison.operator}' does not apply to {name}, a {kind}", f"use one of: {fitting}"
        else:
            yield from _operand_faults(comparison, kind, types)


def refers(word: str) -> bool:
    """Return whether an operand stands for something else, and not for itself."""
    return word in _WORDS or bool(_REFERENCE.fullmatch(word))


def _operand_faults(comparison: Comparison, kind: FactType, types: Mapping[str, FactType]) -> Iterator[tuple[str, str]]:
    relative = comparison.field.startswith("change.")
    if relative and kind not in (FactType.NUMBER, FactType.SHARE):
        yield f"{comparison.field} is of {fact_of(comparison.field)}, which is no number", "compare old. with new."
    elif comparison.operator not in ("is set", "is empty", "within", "contains"):
        for word in operands(comparison):
            other = types.get(fact_of(word)) if _REFERENCE.fullmatch(word) else _WORDS.get(word, kind)
            if other is not kind:
                yield f"{word} cannot be compared with {comparison.field}, a {kind}", ""
            elif not refers(word):
                yield from _literal_faults(word, comparison.field, kind, relative=relative)


def _literal_faults(word: str, name: str, kind: FactType, *, relative: bool) -> Iterator[tuple[str, str]]:
    try:
        read_operand(word, kind, relative=relative)
    except ValueError as error:
        yield f"{name} is a {kind}: {error}", ""


def operands(comparison: Comparison) -> list[str]:
    """Return the operands: those between the bars behind `in`, else the one there is."""
    operand = comparison.operand
    return [word.strip() for word in operand.split("|")] if comparison.operator == "in" else [operand]


def fact_of(name: str) -> str:
    """Return the name of the fact that a field is of, without `old.`, `new.` or `change.`."""
    head, _, rest = name.partition(".")
    return rest if head in ("old", "new", "change") else name


def read_operand(word: str, kind: FactType, *, relative: bool = False) -> Fact:
    """Return a literal operand as a value of the fact's type. Raises `ValueError` where it is none."""
    if kind is FactType.NUMBER:
        return parse_percent(word) if relative and word.endswith("%") else parse_amount(word)
    if kind is FactType.SHARE:
        return parse_percent(word)
    if kind is FactType.DAY:
        return parse_day(word)
    if kind is FactType.SPAN:
        return parse_duration(word)
    if kind is FactType.FLAG and word not in ("true", "false"):
        raise ValueError("write true or false")
    return word == "true" if kind is FactType.FLAG else word


def holds(condition: Condition, lookup: Lookup, types: Mapping[str, FactType], *, me: str, today: date) -> bool:
    """Return whether a condition holds. `lookup` gives a fact by its name, or None where it is not set.

    Raises `ValueError` for a condition in which `faults` finds one.
    """
    if isinstance(condition, Group):
        results = (holds(part, lookup, types, me=me, today=today) for part in condition.parts)
        if condition.word == "any":
            return any(results)
        return all(results) if condition.word == "all" else not all(results)
    return _compare(condition, lookup, types, me, today)


def _compare(comparison: Comparison, lookup: Lookup, types: Mapping[str, FactType], me: str, today: date) -> bool:
    operator, operand = comparison.operator, comparison.operand
    kind = types.get(fact_of(comparison.field))
    if kind is None:
        raise ValueError(f"there is no fact {comparison.field!r}")
    left = _left(comparison, lookup)
    if operator in ("is set", "is empty"):
        return (left in (None, "", ())) == (operator == "is empty")
    if left is None:
        return operator == "!="
    if operator == "within":
        return _within(left, operand, today)
    if operator == "contains":
        return operand in left if isinstance(left, tuple) else operand.casefold() in str(left).casefold()
    references: Mapping[str, Fact] = {"me": me, "today": today}
    relative = comparison.field.startswith("change.")
    rights = [_right(word, kind, lookup, references, relative=relative) for word in operands(comparison)]
    return left in rights if operator == "in" else _ordered(left, operator, rights[0])


def _left(comparison: Comparison, lookup: Lookup) -> Fact:
    head, _, rest = comparison.field.partition(".")
    if head != "change":
        return lookup(comparison.field)
    old, new = lookup(f"old.{rest}"), lookup(f"new.{rest}")
    if not isinstance(old, Decimal) or not isinstance(new, Decimal):
        return None
    if comparison.operand.endswith("%"):
        return (new - old) / old if old else None
    return new - old


def _right(
    word: str, kind: FactType, lookup: Lookup, references: Mapping[str, Fact], *, relative: bool = False
) -> Fact:
    if _REFERENCE.fullmatch(word):
        return lookup(word)
    if word in references:
        return references[word]
    return read_operand(word, kind, relative=relative)


def _within(left: Fact, operand: str, today: date) -> bool:
    found = WITHIN.fullmatch(operand)
    if not found or not isinstance(left, date):
        return False
    span = parse_duration(found[2])
    return today <= left <= today + span if found[1] == "next" else today - span <= left <= today


def _ordered(left: Any, operator: str, right: Any) -> bool:  # noqa: ANN401 -- both are of the fact's one type
    if operator == "=":
        return bool(left == right)
    if operator == "!=":
        return bool(left != right)
    if right is None:
        return False
    if operator in ("<", "<="):
        return bool(left < right or (operator == "<=" and left == right))
    return bool(left > right or (operator == ">=" and left == right))
