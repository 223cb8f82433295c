"""The annotations of the records: what stands under a key of a file, and how its value is read from text."""

from __future__ import annotations

from enum import EnumMeta
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from pipecli.core.comparison import GROUPS
from pipecli.core.keys import keys
from pipecli.core.record import ALIASES
from pipecli.core.value import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@cache
def known(owner: Any) -> frozenset[str]:  # noqa: ANN401 -- any annotation
    """Return the keys that may stand in what is annotated; none where any may, or where no keys are."""
    return frozenset(GROUPS if get_origin(bare(owner)) is tuple else keys(bare(owner)))


def below(owner: Any, step: str | int) -> Any:  # noqa: ANN401
    """Return the annotation of what stands under a key or an index, or None where there is nothing to know."""
    owner = bare(owner)
    if get_origin(owner) is tuple:
        return owner
    if get_origin(owner) in (dict, list):
        return get_args(owner)[-1] if isinstance(step, str) == (get_origin(owner) is dict) else None
    return hints(owner).get(str(step)) if known(owner) else None


@cache
def hints(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """Return the annotations of a record by its keys in a file."""
    back = {attribute: word for word, attribute in ALIASES.get(kind, {}).items()}
    return {back.get(name, name): hint for name, hint in get_type_hints(kind, include_extras=True).items()}


def bare(hint: Any) -> Any:  # noqa: ANN401
    """Return an annotation without what says how it is read, and without the None of what may be absent."""
    if get_origin(hint) is Annotated:
        return bare(get_args(hint)[0])
    if get_origin(hint) in (UnionType, Union):
        return next((bare(one) for one in get_args(hint) if one is not type(None)), None)
    return hint


def reader(hint: Any) -> Callable[[str], Any] | None:  # noqa: ANN401
    """Return what reads a single value from its text, or None where a list or a mapping stands.

    It raises `ValueError` with a message for a person.
    """
    if get_origin(hint) in (UnionType, Union):
        return next((found for one in get_args(hint) if (found := reader(one))), None)
    if get_origin(hint) is Annotated:
        return next((about.parse for about in get_args(hint)[1:] if isinstance(about, Text)), None)
    return _choice(hint) if isinstance(hint, EnumMeta) else None


def _choice(kind: Any) -> Callable[[str], Any]:  # noqa: ANN401 -- a StrEnum
    def read(text: str) -> Any:  # noqa: ANN401
        if text not in set(kind):
            raise ValueError(f"one of {', '.join(kind)} is wanted here")
        return kind(text)

    return read
