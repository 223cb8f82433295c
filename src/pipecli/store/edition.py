"""Which program reads the files: what an index holds is believed only of the same one."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pipecli import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

_HERE = Path(__file__).parent.parent
_JUDGES = ("core", "facts", "rules", "store")
"""The rooms that decide what a file says and what is wrong with it."""
_READERS = ("yaml", "pydantic")


def edition(rooms: Sequence[str] = _JUDGES) -> str:
    """Return a text that is another one wherever the modules of some rooms might read a file otherwise."""
    parts = [__version__, sys.version.split()[0]]
    for room in rooms:
        with os.scandir(_HERE / room) as entries:
            parts += sorted(_seen(e.name, e.stat()) for e in entries if e.name.endswith(".py"))
    for name in _READERS:
        spec = find_spec(name)
        if spec and spec.origin:
            parts.append(_seen(name, Path(spec.origin).stat()))
    return " ".join(parts)


def _seen(name: str, stat: os.stat_result) -> str:
    return f"{name}:{stat.st_size}:{stat.st_mtime_ns}"
