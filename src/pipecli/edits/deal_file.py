"""A deal's file as it is written for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core import emit
from pipecli.edits.order import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipecli.core.emit import Value


def deal_file(values: Mapping[str, Value | None]) -> bytes:
    """Return the file of a deal with these keys; one that is None, or an empty list or mapping, is left out."""
    return "\n".join(block for keys in BLOCKS if (block := _block(keys, values))).encode()


def _block(keys: tuple[str, ...], values: Mapping[str, Value | None]) -> str:
    found = ((key, values[key]) for key in keys if key in values)
    return entries({key: value for key, value in found if value is not None and value not in ([], {}, ())})


def entries(values: Mapping[str, Value]) -> str:
    """Return keys and values as the lines of a file, in block style."""
    return "".join(f"{line}\n" for key, value in values.items() for line in emit.block_entry(key, value, 0))
