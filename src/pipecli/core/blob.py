"""The ids under which git stores the bytes of files."""

from __future__ import annotations

import hashlib

from pipecli.core.layout import MAX_BYTES

_SHA1 = 40
"""So many digits has a hash of the older object format."""


def is_blob(data: bytes, blob: str) -> bool:
    """Return whether git stores these bytes under this id; a file that is too long was not read to its end.

    What git stores with other line ends counts as the same; what its filters make of a file is not known here.
    """
    return len(data) > MAX_BYTES or _id(data, blob) == blob or _id(data.replace(b"\r\n", b"\n"), blob) == blob


def _id(data: bytes, like: str) -> str:
    made = hashlib.sha1(usedforsecurity=False) if len(like) == _SHA1 else hashlib.sha256(usedforsecurity=False)
    made.update(b"blob %d\0" % len(data))
    made.update(data)
    return made.hexdigest()
