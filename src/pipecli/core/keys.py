"""The keys that a record has in a file, and what is told of others."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from pipecli.core.problem import Problem, did_you_mean
from pipecli.core.record import ALIASES, Deal

if TYPE_CHECKING:
    from dataclasses import Field

    from pipecli.core.problem import Loc

NOT_FOR_FILES = ("id", "path")
"""What a record knows from the name of its file."""


def keys(kind: Any) -> list[str]:  # noqa: ANN401
    """Return the keys that a record may have in a file."""
    return [key for key, _ in keyed(kind)]


def keyed(kind: Any) -> list[tuple[str, Field[Any]]]:  # noqa: ANN401
    """Return the keys that a record may have in a file, each with the attribute that holds it."""
    back = {attribute: word for word, attribute in ALIASES.get(kind, {}).items()}
    own = {f.name: f for f in fields(kind)} if is_dataclass(kind) else {}
    return [(back.get(name, name), f) for name, f in own.items() if not ("path" in own and name in NOT_FOR_FILES)]


def unknown_key(owner: Any, loc: Loc, path: str, hint: str = "") -> Problem:  # noqa: ANN401
    """Return the problem of a key that a record does not have, with the nearest that it has as the remedy."""
    key = str(loc[-1])
    if key in NOT_FOR_FILES and is_dataclass(owner) and "path" in (f.name for f in fields(owner)):
        return misplaced(key, path)
    remedy = hint or did_you_mean(key, keys(owner), otherwise=_where_own_fields_go(owner, key))
    return _unknown(path, loc, remedy)


def misplaced(word: str, path: str) -> Problem:
    """Return the problem of a key that only the name of the file may say."""
    hint = "remove the line: the id is the file's name" if word == "id" else "remove the line"
    return _unknown(path, (word,), hint)


def _where_own_fields_go(owner: Any, key: str) -> str:  # noqa: ANN401
    if owner is Deal:
        return f"your own keys go under 'fields:'; the pipeline declares them: 'fields: {{{key}: {{type: text}}}}'"
    return ""


def _unknown(path: str, loc: Loc, hint: str) -> Problem:
    message = f"there is no key {str(loc[-1])!r} here"
    return Problem(code="unknown-key", message=message, path=path, loc=loc, hint=hint, at_key=True)
