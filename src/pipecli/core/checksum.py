"""A number that tells whether what was kept is still what was put there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Damaged(Exception):  # noqa: N818 -- a state of the file, told to whoever opened it
    """What a database holds cannot be right: a checksum or a row does not fit."""


def checksum(values: Iterable[object]) -> int:
    """Return the CRC-32 of a row's values, to be stored beside them and compared when they are read."""
    from zlib import crc32  # noqa: PLC0415 -- only where rows are read

    return crc32("\x1f".join(map(str, values)).encode("utf-8", "surrogatepass"))
