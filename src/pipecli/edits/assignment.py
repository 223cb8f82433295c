"""What a person gives a deal: `value=52000`, `owner=` for none, `tags+=renewal`, `next_step.due=+14d`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pipecli.core import annotation, splice
from pipecli.core.emit import plain
from pipecli.core.keys import keys
from pipecli.core.pipeline import FieldKind
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.reader import BAD_CHARACTER
from pipecli.core.record import Deal
from pipecli.core.spoken import SAID, Facing, day
from pipecli.core.value import parse_day
from pipecli.core.yamltext import load
from pipecli.edits import order
from pipecli.rules.fields import PARSERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipecli.core.emit import Scalar
    from pipecli.core.pipeline import FieldType, Pipeline
    from pipecli.core.spoken import Almanac
    from pipecli.core.yamltext import Document

_WORD = re.compile(r"([^=]*?)(\+=|-=|=)(.*)", re.DOTALL)
_NOT_HERE: Mapping[str, str] = {
    "stage": "pipe move DEAL STAGE",
    "stage_since": "pipe move DEAL STAGE --on DATE",
    "pipeline": "pipe move DEAL STAGE --pipeline NAME",
    "id": "pipe rename DEAL NEW-ID",
    "formerly": "pipe rename DEAL NEW-ID",
    "tasks": "pipe task add DEAL TEXT",
    "activities": "pipe log DEAL KIND",
}
"""Keys that other commands change, and how."""
_FACING: Mapping[str, Facing] = {
    "created": Facing.PAST, "closed_on": Facing.PAST, "checklist": Facing.PAST, "hold": Facing.FROM,
}  # fmt: skip
"""The keys whose days are no days by which something is due."""

NOTHING = "(not set)"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One value that a deal is to have at `loc`; None: it is to have none.

    `sign` is `=`, or for one item of a list `+=` (it is to be there) or `-=` (it is not).
    """

    loc: tuple[str, ...]
    value: Scalar | None
    sign: str = "="

    @property
    def key(self) -> str:
        """The key as a person writes it, with a dot before what stands in a mapping."""
        return ".".join(self.loc)

    @property
    def topic(self) -> str:
        """What it is about: the key at the top, or the item or field that has a name of its own."""
        return self.key if self.loc[0] in ("checklist", "fields") else self.loc[0]

    @property
    def stated(self) -> str:
        """What a deal has that has it already: `value 52000`, `no owner`, `renewal in tags`."""
        if self.sign == "=":
            return f"{self.key} {_brief(self.value)}" if self.value is not None else f"no {self.key}"
        return f"{'no ' if self.sign == '-=' else ''}{_brief(self.value)} in {self.key}"

    def of(self, pipeline: Pipeline) -> Assignment:
        """Return the assignment for a deal of a pipeline, which says of which type its own fields are."""
        declared = pipeline.fields.get(self.loc[1]) if self.loc[0] == "fields" and len(self.loc) > 1 else None
        if declared is None or not isinstance(self.value, str):
            return self
        return Assignment(self.loc, own_value(self.value, declared), self.sign)

    def is_met(self, doc: Document) -> bool:
        """Return whether a file says already what is wanted."""
        now = _at(doc.data, self.loc)
        if self.sign == "=":
            return now is None if self.value is None else bool(now == plain(self.value))
        return (plain(self.value or "") in (now or [])) == (self.sign == "+=")

    def shown(self, doc: Document) -> str:
        """Return in words what becomes of a file: `value 48000 -> 52000`, `tags + renewal`."""
        if self.sign != "=":
            return f"{self.key} {self.sign[0]} {_brief(self.value)}"
        return f"{self.key} {_brief(_at(doc.data, self.loc))} -> {_brief(self.value)}"

    def edit(self, doc: Document) -> str:
        """Return the text of a file with the assignment in it; a list or mapping that would be empty is removed."""
        now = _at(doc.data, self.loc)
        if self.sign == "+=" and now:
            return splice.append(doc, self.loc, self.value or "")
        if self.sign == "-=":
            same = now.count(self.value)
            if same == len(now):
                return splice.remove(doc, self.loc)
            text = splice.remove(doc, (*self.loc, now.index(self.value)))
            return self.edit(load(text.encode())) if same > 1 else text
        if self.value is not None:
            return order.put(self.loc, [self.value] if self.sign == "+=" else self.value)(doc)
        parent = _at(doc.data, self.loc[:-1])
        return splice.remove(doc, self.loc if len(parent) > 1 or not self.loc[1:] else self.loc[:-1])


def read(word: str, seen: Almanac) -> Assignment:
    """Return the assignment that a word is. Raises `PipeError` for a key that cannot be set, or a wrong value."""
    found = _WORD.fullmatch(word)
    if not found or not found[1].strip():
        hint = "value=52000, owner= to remove it, tags+=renewal"
        raise _wrong(f"{word!r} is no KEY=VALUE, written without blanks around '='", hint)
    loc, sign, text = tuple(found[1].strip().split(".")), found[2], found[3].strip()
    hint = _hint_of(loc)
    is_list = get_origin(annotation.bare(hint)) is list
    if sign == "=" and not text:
        return Assignment(loc, None)
    if is_list and sign == "=":
        key = found[1]
        raise _wrong(f"{key} is a list", f"{key}+={text} adds one, {key}-={text} takes one away, {key}= takes all")
    if sign != "=" and not is_list:
        raise _wrong(f"{found[1]} is no list", f"{found[1]}={text}")
    if not text:
        raise _wrong(f"{word!r} says nothing to {'add' if sign == '+=' else 'take away'}", f"{found[1]}{sign}…")
    parse = annotation.reader(get_args(annotation.bare(hint))[0] if is_list else hint)
    if parse is None:
        inside = ", ".join(f"{found[1]}.{key}=…" for key in keys(annotation.bare(hint)))
        raise _wrong(f"{found[1]} holds several values", inside or f"{found[1]}.NAME={text}")
    return Assignment(loc, _value(word, text, parse, seen), sign)


def own_value(text: str, declared: FieldType | None) -> Scalar:
    """Return a value of one of the workspace's own fields as it is to be written; the text where it is wrong."""
    try:
        value = PARSERS[declared.type if declared else FieldKind.TEXT](text)
    except ValueError:
        return text  # the rule `invalid-field` refuses it, with the remedy
    return value if isinstance(value, bool | int | Decimal | date) else text


def _hint_of(loc: tuple[str, ...]) -> Any:  # noqa: ANN401 -- an annotation
    """Return the annotation at a key. Raises `PipeError` where there is no such key, or another command changes it."""
    if loc[0] in _NOT_HERE:
        raise _wrong(f"{loc[0]} is not for 'pipe set'", _NOT_HERE[loc[0]])
    owner: Any = Deal
    for number, key in enumerate(loc):
        names = annotation.known(owner) - _NOT_HERE.keys() if owner is Deal else annotation.known(owner)
        hint = f"{'.'.join(loc[:number])}=…"
        if names and key not in names:
            own = f"your own keys go under 'fields': fields.{key}=…" if owner is Deal else ""
            hint = did_you_mean(key, names, otherwise=own)
        owner = annotation.below(owner, key) if key and (not names or key in names) else None
        if owner is None:
            raise _wrong(f"there is no key {'.'.join(loc)!r}", hint)
    return owner


def _value(word: str, text: str, parse: Callable[[str], Any], seen: Almanac) -> Scalar:
    bad = BAD_CHARACTER.search(text)
    if bad:
        raise _wrong(f"{word.partition('=')[0]}: U+{ord(bad[0][0]):04X} may not stand in a file", "leave it out")
    try:
        if parse is parse_day:
            return day(text, seen, _FACING.get(word.partition("=")[0].partition(".")[0].strip(), Facing.BY))
        value = parse(text)
    except ValueError as error:
        raise _wrong(f"{word}: {error}", SAID if parse is parse_day else "") from None
    return value if isinstance(value, date | Decimal) and "%" not in text else text


def _at(data: Any, loc: tuple[str, ...]) -> Any:  # noqa: ANN401 -- a file's data
    for step in loc:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _brief(value: Any) -> str:  # noqa: ANN401 -- what stands in a file
    """Return a value in words, on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_brief(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_brief(item) for item in value)
    return NOTHING if value is None else " ".join(str(plain(value)).split())


def _wrong(message: str, hint: str) -> PipeError:
    return PipeError(message, hint=hint, code=ExitCode.USAGE)
