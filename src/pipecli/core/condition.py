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
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pipecli.core.problem import did_you_mean
from pipecli.core.value import Text, parse_amount, parse_day, parse_duration, parse_percent

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH = 500
MAX_DEPTH = 5
_FORM = re.compile(
    r"(?P<field>[a-z_]+(?:\.[a-z0-9_-]+)*)\s*"
    r"(?:(?P<sign><=|>=|!=|=|<|>)\s*(?P<right>\S.*)"
    r"|\s(?P<word>in|contains|within)\s+(?P<operand>\S.*)"
    r"|\s(?P<state>is\s+set|is\s+empty))"
)
_WITHIN = re.compile(r"(next|last)\s+(\d{1,5}[mhdw])", re.ASCII)
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


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison, as it was written."""

    field: str
    operator: str
    operand: str = ""

    def __str__(self) -> str:
        """Return the text it was read from, with single blanks."""
        return " ".join(part for part in (self.field, self.operator, self.operand) if part)


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions under `all`, `any` or `not` (none of them)."""

    word: str
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        """Return a reading for people."""
        joined = (" or " if self.word == "any" else " and ").join(str(part) for part in self.parts)
        return f"not ({joined})" if self.word == "not" else f"({joined})"


Condition = Comparison | Group


def parse_conditions(raw: Any) -> tuple[Condition, ...]:  # noqa: ANN401 -- whatever stands in the file
    """Read a list of conditions. Raises `ValueError` for the first that is none."""
    if not isinstance(raw, list):
        raise ValueError("a list of conditions is wanted here, like [value > 0]")  # noqa: TRY004 -- pydantic collects ValueError
    return tuple(parse_condition(item) for item in raw)


def parse_condition(raw: Any, depth: int = 1) -> Condition:  # noqa: ANN401
    """Read one condition: text, or a mapping of `all`, `any` or `not`. Raises `ValueError`."""
    if isinstance(raw, dict) and len(raw) == 1 and depth <= MAX_DEPTH:
        ((word, inner),) = raw.items()
        if word in ("all", "any", "not") and inner:
            parts = inner if isinstance(inner, list) else [inner]
            return Group(word, tuple(parse_condition(part, depth + 1) for part in parts))
    if not isinstance(raw, str):
        raise ValueError("a condition is one comparison, or one of all:, any:, not: with a list")  # noqa: TRY004 -- as above
    return _parse_comparison(raw)


def _parse_comparison(text: str) -> Comparison:
    found = _FORM.fullmatch(text.strip()) if len(text) <= MAX_LENGTH else None
    if not found:
        raise ValueError(
            f"{text[:60]!r} is no condition; it reads: field, one of = != < <= > >= in contains within, value; "
            "or: field is set; or: field is empty"
        )
    operator = found["sign"] or found["word"] or " ".join(found["state"].split())
    operand = (found["right"] or found["operand"] or "").strip()
    if found["sign"] and operand[0] in "=<>!":
        raise ValueError(f"'{operator}{operand[0]}' is no operator; write one of = != < <= > >=")
    if operator == "within" and not _WITHIN.fullmatch(operand):
        raise ValueError(f"{operand!r}: 'within' is followed by 'next 90d' or 'last 30d'")
    if re.search(r"\s(and|or)\s+[a-z_.]+\s*(<|>|=|!=|is |in )", operand):
        raise ValueError("one condition is one comparison; write a second one on its own, or use any:")
    return Comparison(found["field"], operator, operand)


Conditions = Annotated[tuple[Condition, ...], Text(parse_conditions, "a list of conditions")]


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
        or any(w == "me" or w.startswith("old.") for w in _words(comparison))
        for comparison in comparisons(condition)
    )


def faults(condition: Condition, types: Mapping[str, FactType]) -> Iterator[tuple[str, str]]:
    """Yield a message and a remedy for every comparison that can never be evaluated over facts of these types."""
    for comparison in comparisons(condition):
        name = _plain(comparison.field)
        kind = types.get(name)
        if kind is None:
            yield f"there is no fact {name!r}", did_you_mean(name, types)
        elif kind not in _ALLOWED[comparison.operator]:
            fitting = ", ".join(sorted(word for word, kinds in _ALLOWED.items() if kind in kinds))
            yield f"'{comparison.operator}' does not apply to {name}, a {kind}", f"use one of: {fitting}"
        else:
            yield from _operand_faults(comparison, kind, types)


def _operand_faults(comparison: Comparison, kind: FactType, types: Mapping[str, FactType]) -> Iterator[tuple[str, str]]:
    relative = comparison.field.startswith("change.")
    if relative and kind not in (FactType.NUMBER, FactType.SHARE):
        yield f"{comparison.field} is of {_plain(comparison.field)}, which is no number", "compare old. with new."
    elif comparison.operator not in ("is set", "is empty", "within", "contains"):
        for word in _words(comparison):
            other = types.get(_plain(word)) if _REFERENCE.fullmatch(word) else _WORDS.get(word, kind)
            if other is not kind:
                yield f"{word} cannot be compared with {comparison.field}, a {kind}", ""
            elif word not in _WORDS and not _REFERENCE.fullmatch(word):
                yield from _literal_faults(word, comparison.field, kind, relative=relative)


def _literal_faults(word: str, name: str, kind: FactType, *, relative: bool) -> Iterator[tuple[str, str]]:
    try:
        _read(word, kind, relative=relative)
    except ValueError as error:
        yield f"{name} is a {kind}: {error}", ""


def _words(comparison: Comparison) -> list[str]:
    """Return the operands: those between the bars behind `in`, else the one there is."""
    operand = comparison.operand
    return [word.strip() for word in operand.split("|")] if comparison.operator == "in" else [operand]


def _plain(name: str) -> str:
    head, _, rest = name.partition(".")
    return rest if head in ("old", "new", "change") else name


def _read(word: str, kind: FactType, *, relative: bool = False) -> Fact:
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
    kind = types.get(_plain(comparison.field))
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
    rights = [_right(word, kind, lookup, references, relative=relative) for word in _words(comparison)]
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
    return _read(word, kind, relative=relative)


def _within(left: Fact, operand: str, today: date) -> bool:
    found = _WITHIN.fullmatch(operand)
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
