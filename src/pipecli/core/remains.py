"""What is right in a file with problems in its form: the record without the values that are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pipecli.core import yamltext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.problem import Loc, Problem

T = TypeVar("T")


def remains(
    kind: type[T], name: str, path: str, data: bytes, wrong: Iterable[Problem]
) -> tuple[T, dict[str, Any]] | None:
    """Return the record in a broken file without the values that are wrong, and its plain data.

    None stands for a file of which too little is left. Of a value in a list its whole list is left out, so that the
    places of what stays are those of the file. Where that is no record, whole keys of the file's top are left out.
    """
    from pipecli.core import schema  # noqa: PLC0415 -- pydantic is imported only where text is parsed

    places = [problem.loc for problem in wrong if problem.loc]
    if not places:
        return None
    for cuts in (places, [loc[:1] for loc in places]):
        left = yamltext.load(data, path).data
        for loc in cuts:
            _cut(left, loc)
        record, _ = schema.read(kind, left, path, identity=name or None)
        if record is not None:
            return record, left
    return None


def _cut(data: dict[str, Any], loc: Loc) -> None:
    """Remove the innermost key that leads to a place."""
    last = max(at for at, step in enumerate(loc) if isinstance(step, str))
    inside: Any = data
    for step in loc[:last]:
        try:
            inside = inside[step]
        except (LookupError, TypeError):
            return
    if isinstance(inside, dict):
        inside.pop(loc[last], None)
