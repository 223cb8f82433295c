"""Edits of a file's text that change one slice and keep every other byte.

Each function takes a `Document` and returns the new text, with the byte order mark if there was one. Before
that it loads the new text and compares: where the data are not exactly the old ones with the change that was
meant, it raises `PipeError`, and no text is returned. For several edits, load again between them (`apply`).
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pipecli.core import cuts, emit, items, ordered
from pipecli.core.emit import Scalar
from pipecli.core.extent import children, is_collection, refused
from pipecli.core.yamltext import Document, YamlError, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipecli.core.cuts import Cut
    from pipecli.core.emit import Value
    from pipecli.core.problem import Loc


def set_scalar(doc: Document, loc: Loc, value: Scalar) -> str:
    """Return the text with another scalar at `loc`, whose old value is a scalar or absent; quotes stay."""
    _require(doc, loc)
    if is_collection(doc.spans[loc]):
        raise refused(loc, "it is no single value")
    return _edited(doc, loc, cuts.for_scalar(doc, loc, value), _setting(loc, value))


def insert_after(doc: Document, sibling: Loc, key: str, value: Value, *, apart: bool = False) -> str:
    """Return the text with `key: value` after its sibling, and after the sibling's comment.

    `apart`: behind a blank line, where the sibling stands on lines of its own.
    """
    _require(doc, sibling)
    loc = (*sibling[:-1], key)
    if loc in doc.spans or isinstance(sibling[-1], int):
        raise refused(loc, "it is there already" if loc in doc.spans else "a list has no keys")
    return _edited(doc, loc, cuts.for_insertion(doc, sibling, key, value, apart=apart), _setting(loc, value))


def append(doc: Document, loc: Loc, item: Value) -> str:
    """Return the text with one more item at the end of the list at `loc`, which may be empty or absent."""
    _require(doc, loc)
    if _is_absent(doc, loc):
        return _replaced(doc, loc, [item])
    if doc.spans[loc].style not in ("-", "["):
        raise refused(loc, "it is no list")
    return _edited(doc, loc, cuts.for_append(doc, loc, item), lambda tree: _at(tree, loc).append(emit.plain(item)))


def insert_item(doc: Document, loc: Loc, index: int, item: Value) -> str:
    """Return the text with an item before the one at `index` of the list at `loc`, or behind the last one."""
    _require_list(doc, loc)

    def insert(tree: Any) -> None:  # noqa: ANN401 -- a file's data
        _at(tree, loc).insert(index, emit.plain(item))

    return _edited(doc, loc, items.for_item(doc, loc, index, item), insert)


def reorder(doc: Document, loc: Loc, order: Sequence[int]) -> str:
    """Return the text with the items of the list at `loc` in another order, each named by the place that it has now."""
    _require_list(doc, loc)

    def arrange(tree: Any) -> None:  # noqa: ANN401 -- a file's data
        now = _at(tree, loc)
        now[:] = [now[at] for at in order]

    return _edited(doc, loc, items.for_order(doc, loc, order), arrange)


def remove(doc: Document, loc: Loc) -> str:
    """Return the text without the entry at `loc`: its key or dash, its value and its own comment.

    A collection that loses its only entry becomes `{}` or `[]`, and its key stays.
    """
    _require(doc, loc)

    def drop(tree: Any) -> None:  # noqa: ANN401 -- a file's data
        del _at(tree, loc[:-1])[loc[-1]]

    return _edited(doc, loc, cuts.for_removal(doc, loc), drop)


def put(doc: Document, loc: Loc, value: Value, *, after: Sequence[Loc] = (), apart: Sequence[Loc] = ()) -> str:
    """Return the text with `value` at `loc`, whatever was there before.

    A new key goes after the first of the siblings in `after` that exists; else behind a blank line after the
    first of those in `apart`; else to the end of its mapping. A mapping that does not exist is made, at the place
    that these name for it.
    """
    if loc in doc.spans and loc:
        if isinstance(value, Scalar) and not is_collection(doc.spans[loc]):
            return set_scalar(doc, loc, value)
        return _replaced(doc, loc, value)
    if not loc or not isinstance(loc[-1], str):
        raise refused(loc, "it is not in the file")
    parent = loc[:-1]
    if parent and (parent not in doc.spans or _is_absent(doc, parent)):
        return put(doc, parent, {loc[-1]: value}, after=after, apart=apart)
    return _inserted(doc, loc, value, after, apart)


def put_in_order(doc: Document, loc: Loc, entries: Mapping[str, Scalar]) -> str:
    """Return the text with new entries in the mapping at `loc`, each behind the last key that is less.

    A mapping that does not exist, or has no entry, is made at the end of the one that it belongs to. The keys are
    texts, and none of them is there yet.
    """
    if loc not in doc.spans or _is_absent(doc, loc) or not children(doc, loc):
        return put(doc, loc, dict(entries))
    there = {str(place[-1]) for place in children(doc, loc)}
    if doubled := sorted(there & entries.keys()):
        raise refused((*loc, doubled[0]), "it is there already")

    def change(tree: Any) -> None:  # noqa: ANN401 -- a file's data
        _at(tree, loc).update(emit.plain(entries))

    return _edited(doc, loc, ordered.for_ordered_entries(doc, loc, entries), change)


def apply(data: bytes, edits: Sequence[Callable[[Document], str]]) -> bytes:
    """Return a file's bytes after several edits, one after another.

    Raises `PipeError` as the edits do, and `YamlError` where the file cannot be read at first.
    """
    for edit in edits:
        data = edit(load(data)).encode()
    return data


def _inserted(doc: Document, loc: Loc, value: Value, after: Sequence[Loc], apart: Sequence[Loc]) -> str:
    parent, key = loc[:-1], str(loc[-1])
    if not isinstance(_at(doc.data, parent), dict):
        raise refused(parent, "it is no mapping")
    keys = children(doc, parent)
    if not keys:
        return _edited(doc, loc, cuts.for_first_key(doc, parent, key, value), _setting(loc, value))
    sibling = next((place for place in after if place in keys), None)
    far = next((place for place in apart if place in keys), None)
    return insert_after(doc, sibling or far or keys[-1], key, value, apart=sibling is None and far is not None)


def _replaced(doc: Document, loc: Loc, value: Value) -> str:
    return _edited(doc, loc, cuts.for_replacement(doc, loc, value), _setting(loc, value))


def _require(doc: Document, loc: Loc) -> None:
    if not loc or loc not in doc.spans:
        raise refused(loc, "it is not in the file")


def _require_list(doc: Document, loc: Loc) -> None:
    _require(doc, loc)
    if doc.spans[loc].style not in ("-", "["):
        raise refused(loc, "it is no list")


def _is_absent(doc: Document, loc: Loc) -> bool:
    parent = _at(doc.data, loc[:-1])
    return (parent.get(loc[-1]) if isinstance(parent, dict) else parent[loc[-1]]) is None


def _setting(loc: Loc, value: Value) -> Callable[[Any], None]:
    def change(tree: Any) -> None:  # noqa: ANN401 -- a file's data
        _at(tree, loc[:-1])[loc[-1]] = emit.plain(value)

    return change


def _edited(doc: Document, loc: Loc, slices: Sequence[Cut], change: Callable[[Any], None]) -> str:
    expected = _tree(doc)
    change(expected)
    text = "\ufeff" * doc.bom + cuts.joined(doc.text, slices)
    try:
        found = load(text.encode())
    except YamlError as error:
        raise refused(loc, error.problem.message) from None
    except UnicodeEncodeError:
        raise refused(loc, "the new value is no text") from None
    if found.bom != doc.bom or _tree(found) != expected:
        raise refused(loc)
    return text


def _tree(doc: Document) -> dict[str, Any]:
    """Return the data with None for each key without a value, so that no such key is lost unseen."""
    tree = deepcopy(doc.data)
    for loc in doc.spans:
        if loc and isinstance(loc[-1], str):
            _at(tree, loc[:-1]).setdefault(loc[-1], None)
    return tree


def _at(tree: Any, loc: Loc) -> Any:  # noqa: ANN401 -- a file's data
    for step in loc:
        tree = tree[step]
    return tree
