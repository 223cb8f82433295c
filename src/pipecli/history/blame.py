"""Who gave each field of a deal its value, when and why: field by field, along the parents of every commit.

A field is a key of the file and its value; where a mapping stands each of its keys is a field of its own
(`fields.seats`), and of a list of mappings each item is (`tasks.t1`). What is compared is what the file says:
order, comments, quotes and white space change nothing. A merge takes each value from the parent that has it, from
the one that had it first where several do; what no parent has was set by the merge.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipecli.core import yamltext
from pipecli.core.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

_NAMES = ("id", "at")
"""The keys by which an item of a list is known, the first that it has."""
_REMEDY = "nothing is lost: the version is passed over, and its changes are those of the next one that can be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One commit that changed the file of a deal, or that joined two lines of its history.

    `parents` are the places of the touches before it in their sequence: what each of the commit's parents has.
    `path` is empty where the commit leaves no file; `data` is None there, and where git does not have the content.
    `commit` is a full hash, or empty for work that is not committed. `cut`: what was before was not fetched.
    """

    commit: str
    author: str
    email: str
    authored: datetime
    recorded: datetime
    message: str
    path: str
    data: bytes | None
    parents: tuple[int, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What a field came to be, by which touch, and what it was before; `text` is None where it was taken out."""

    field: str
    text: str | None
    touch: Touch
    before: Value | None


@dataclass(frozen=True, slots=True)
class Blame:
    """The fields of a deal at the last touch, in the order of its file, and every value that any of them ever got.

    Where the last touch removed the file, the fields are those that it had, and `removed` is that touch.
    """

    fields: Mapping[str, Value]
    values: tuple[Value, ...] = ()
    removed: Touch | None = None
    problems: tuple[Problem, ...] = ()


_State = dict[str, Value]


def blame(touches: Sequence[Touch]) -> Blame:
    """Return who set each field, from touches that stand parents first; the last one is that of which it is asked."""
    states: list[_State] = []
    values: list[Value] = []
    problems: list[Problem] = []
    for touch in touches:
        parents = [states[place] for place in touch.parents]
        said = _said(touch, problems, last=touch is touches[-1])
        states.append(_state(touch, parents, said, values) if said is not None else dict(*parents[:1]))
    if not touches:
        return Blame({})
    last = touches[-1]
    removed = None if last.path else last
    ends = {name: value for name, value in states[-1].items() if value.touch is last and removed}
    before = {name: value.before for name, value in ends.items() if value.before}
    return Blame(
        before or {name: value for name, value in states[-1].items() if value.text is not None},
        tuple(values),
        removed,
        tuple(problems),
    )


def lasting(found: Blame, name: str) -> frozenset[int]:
    """Return the ids of the values of a field that led to its last one: no merge passed them over."""
    ends = {value.field: value for value in found.values}
    value: Value | None = found.fields.get(name) or ends.get(name)
    kept = set()
    while value:
        kept.add(id(value))
        value = value.before
    return frozenset(kept)


def _state(touch: Touch, parents: Sequence[_State], said: Mapping[str, str], values: list[Value]) -> _State:
    """Return the fields after a touch, in the order of the file, those that were taken out last."""
    state: _State = {}
    for name in dict.fromkeys((*said, *(name for parent in parents for name in parent))):
        text = said.get(name)
        olds = [parent.get(name) for parent in parents]
        same = [old for old in olds if old and old.text == text]
        if same:
            state[name] = min(same, key=lambda old: (old.touch.recorded, old.touch.commit))
        elif text is not None or (olds and None not in olds):
            before = next((old for old in olds if old), None)
            state[name] = Value(name, text, touch, before)
            values.append(state[name])
    return state


def _said(touch: Touch, problems: list[Problem], *, last: bool) -> Mapping[str, str] | None:
    """Return what a version says by field, or None where it cannot be read: of the last one that is an error."""
    if not touch.path:
        return {}
    try:
        if touch.data is not None:
            return dict(fields(yamltext.load(touch.data).data))
        problem = Problem(code="missing-object", message="git does not have this version")
    except yamltext.YamlError as error:
        problem = error.problem
    place = f":{problem.line}" if problem.line else ""
    where = f"commit {touch.commit[:10]}" if touch.commit else "the work tree"
    problems.append(
        replace(
            problem,
            code=problem.code if problem.code == "missing-object" else "unreadable-version",
            message=f"{where}: {touch.path}{place}: {problem.message}",
            path=touch.path,
            line=0,
            column=0,
            excerpt="",
            severity=Severity.ERROR if last else Severity.WARNING,
            hint=_REMEDY,
        )
    )
    return None


def fields(data: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the fields of a file's data in their order: name and text."""
    for key, value in data.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            yield from fields(value, f"{name}.")
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            yield from _items(name, value)
        else:
            yield name, _text(value)


def _items(name: str, items: Sequence[Any]) -> Iterator[tuple[str, str]]:
    seen: Counter[str] = Counter()
    for item in items:
        known_by = next((key for key in _NAMES if isinstance(item, dict) and isinstance(item.get(key), str)), "")
        word = item[known_by] if known_by else ""
        seen[word] += 1
        number = f"#{seen[word]}" if seen[word] > 1 or not word else ""
        rest = {key: value for key, value in item.items() if key != known_by} if known_by else item
        yield f"{name}.{word}{number}", _text(rest)


def _text(value: Any) -> str:  # noqa: ANN401 -- whatever stands in the file
    """Return a value as one text; the items of a list are sorted, since their order says nothing."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(one)}" for key, one in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(sorted(map(_text, value)))
    return "" if value is None else str(value)
