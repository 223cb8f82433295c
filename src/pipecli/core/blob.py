"""The ids under which git stores the bytes of files."""

from __future__ import annotations

from pipecli.core.layout import MAX_BYTES

_SHA1 = 40
"""So many digits has a hash of the older object format."""


def content_id(data: bytes) -> str:
    """Return under which id git stores these bytes, by SHA-1, whatever the repository's own format is."""
    from hashlib import sha1  # noqa: PLC0415 -- it takes 3 ms to load, and a warm run needs none

    made = sha1(b"blob %d\0" % len(data), usedforsecurity=False)
    made.update(data)
    return made.hexdigest()


def content_ids(data: bytes) -> str:
    """Return the id of these bytes and, behind a blank, that of the same lines with git's ends, if it is another."""
    plain = data.replace(b"\r\n", b"\n")
    return content_id(data) if plain == data else f"{content_id(data)} {content_id(plain)}"


def is_blob(data: bytes, blob: str) -> bool:
    """Return whether git stores these bytes under this id; a file that is too long was not read to its end.

    What git stores with other line ends counts as the same; what its filters make of a file is not known here.
    """
    return len(data) > MAX_BYTES or _id(data, blob) == blob or _id(data.replace(b"\r\n", b"\n"), blob) == blob


def _id(data: bytes, like: str) -> str:
    from hashlib import sha1, sha256  # noqa: PLC0415 -- it takes 3 ms to load, and a warm run needs none

    made = sha1(usedforsecurity=False) if len(like) == _SHA1 else sha256(usedforsecurity=False)
    made.update(b"blob %d\0" % len(data))
    made.update(data)
    return made.hexdigest()
