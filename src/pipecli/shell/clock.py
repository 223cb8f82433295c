"""The only place where the clock is read."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipecli.core.problem import PipeError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def now(zone: ZoneInfo) -> datetime:
    """Return this moment in a zone, in whole seconds; `PIPE_NOW`, an ISO moment, stands for it in rehearsals."""
    given = os.environ.get("PIPE_NOW")
    try:
        moment = datetime.fromisoformat(given) if given else datetime.now(UTC)
    except ValueError:
        raise PipeError(f"PIPE_NOW={given} is no moment", hint="write it like 2026-11-03T14:05+01:00") from None
    return moment.astimezone(zone).replace(microsecond=0)


def stamp() -> int:
    """Return this moment in nanoseconds since 1970, to be compared with those that a file system gives its files."""
    return time.time_ns()


def operation() -> str:
    """Return a new operation id: a ULID, 48 bits of milliseconds and 80 random ones."""
    number = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10))
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def pick(alphabet: str, count: int) -> str:
    """Return `count` random characters of an alphabet."""
    return "".join(alphabet[int.from_bytes(os.urandom(8)) % len(alphabet)] for _ in range(count))


def monotonic() -> float:
    """Return seconds of a clock that never runs backwards, for waiting."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)
