"""How conditions are read from text and lists; what they mean stands in `pipecli.core.condition`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pipecli.core.value import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.problem import Loc

MAX_LENGTH = 500
MAX_DEPTH = 5
GROUPS = ("all", "any", "not")
"""The words that combine conditions."""
FORM = re.compile(
    r"(?P<field>[a-z_]+(?:\.[a-z0-9_-]+)*)\s*"
    r"(?:(?P<sign><=|>=|!=|=|<|>)\s*(?P<right>\S.*)"
    r"|\s(?P<word>in|contains|within)\s+(?P<operand>\S.*)"
    r"|\s(?P<state>is\s+set|is\s+empty))"
)
"""What a comparison looks like, blanks around it apart."""
WITHIN = re.compile(r"(next|last)\s+(\d{1,5}[mhdw])", re.ASCII)
"""What follows `within`."""
_SECOND = re.compile(r"\s(and|or)\s+[a-z_.]+\s*(<|>|=|!=|is |in )")


class MisreadError(ValueError):
    """Conditions that are none: for each its place below the list, and what is wrong; the text is the first's."""

    def __init__(self, faults: Iterable[tuple[Loc, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults[0][1])


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
    """Several conditions under `all`, `any` or `not` (not all of them)."""

    word: str
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        """Return a reading for people."""
        joined = (" or " if self.word == "any" else " and ").join(str(part) for part in self.parts)
        return f"not ({joined})" if self.word == "not" else f"({joined})"


Condition = Comparison | Group


def parse_conditions(raw: Any) -> tuple[Condition, ...]:  # noqa: ANN401 -- whatever stands in the file
    """Read a list of conditions. Raises `ValueError`: `MisreadError` with every item that is no condition."""
    if not isinstance(raw, list):
        raise ValueError("a list of conditions is wanted here, like [value > 0]")  # noqa: TRY004 -- pydantic collects ValueError
    return _parse_all(raw, 1)


def _parse_all(raw: Iterable[Any], depth: int) -> tuple[Condition, ...]:
    found: list[Condition] = []
    wrong: list[tuple[Loc, str]] = []
    for index, item in enumerate(raw):
        try:
            found.append(parse_condition(item, depth))
        except MisreadError as error:
            wrong.extend(((index, *loc), message) for loc, message in error.faults)
        except ValueError as error:
            wrong.append(((index,), str(error)))
    if wrong:
        raise MisreadError(wrong)
    return tuple(found)


def parse_condition(raw: Any, depth: int = 1) -> Condition:  # noqa: ANN401
    """Read one condition: text, or a mapping of `all`, `any` or `not`. Raises `ValueError`."""
    if isinstance(raw, dict) and len(raw) == 1 and depth <= MAX_DEPTH:
        ((word, inner),) = raw.items()
        if word in GROUPS and inner:
            return Group(word, _parts(word, inner, depth + 1))
    if not isinstance(raw, str):
        raise ValueError("a condition is one comparison, or one of all:, any:, not: with a list")  # noqa: TRY004 -- as above
    return _parse_comparison(raw)


def _parts(word: str, inner: Any, depth: int) -> tuple[Condition, ...]:  # noqa: ANN401
    listed = isinstance(inner, list)
    try:
        return _parse_all(inner if listed else [inner], depth)
    except MisreadError as error:
        raise MisreadError(((word, *(loc if listed else loc[1:])), message) for loc, message in error.faults) from None


def _parse_comparison(text: str) -> Comparison:
    found = FORM.fullmatch(text.strip()) if len(text) <= MAX_LENGTH else None
    if len(text) <= MAX_LENGTH and _SECOND.search(text):
        raise ValueError("one condition is one comparison: give a second one of its own")
    if not found:
        raise ValueError(
            f"{text[:60]!r} is no condition; it reads: field, one of = != < <= > >= in contains within, value; "
            "or: field is set; or: field is empty"
        )
    operator = found["sign"] or found["word"] or " ".join(found["state"].split())
    operand = (found["right"] or found["operand"] or "").strip()
    if found["sign"] and operand[0] in "=<>!":
        raise ValueError(f"'{operator}{operand[0]}' is no operator; write one of = != < <= > >=")
    if operator == "within" and not WITHIN.fullmatch(operand):
        raise ValueError(f"{operand!r}: 'within' is followed by 'next 90d' or 'last 30d'")
    return Comparison(found["field"], operator, operand)


Conditions = Annotated[tuple[Condition, ...], Text(parse_conditions, "a list of conditions")]
