"""One whole process, measured: processor and wall time, peak memory, git processes, files opened."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_KIBIBYTES = 1024 if sys.platform == "darwin" else 1
"""`ru_maxrss` counts bytes on macOS and kibibytes elsewhere."""

_TENTH = 0.1


def nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to start and where; `before` runs ahead of every start and is not measured."""

    argv: Callable[[], Sequence[str]]
    folder: Path
    before: Callable[[], None] = nothing
    stdin: Path | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process used: seconds of processor and wall time, mebibytes at the peak; its last words."""

    cpu: float
    wall: float
    memory: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a process did, where it could be counted."""

    git: int | None = None
    files: int | None = None


@dataclass(slots=True)
class _Series:
    command: Command
    usages: list[Usage] = field(default_factory=list)


def interleave(commands: Mapping[str, Command], runs: int) -> dict[str, Usage]:
    """Run all commands in turn, once to warm up and then `runs` times; return the median usage of each.

    A command that fails is run no further, and its usage carries the error.
    """
    series = {name: _Series(command) for name, command in commands.items()}
    for round_ in range(runs + 1):
        for one in series.values():
            if one.usages and one.usages[-1].error:
                continue
            usage = measure(one.command)
            if round_ or usage.error:
                one.usages.append(usage)
    return {name: _median(one.usages) for name, one in series.items()}


def milliseconds(seconds: float) -> str:
    """Return a time for a table."""
    return f"{seconds * 1000:,.{0 if seconds >= _TENTH else 1}f}"


def _median(usages: Sequence[Usage]) -> Usage:
    return Usage(
        cpu=median(usage.cpu for usage in usages),
        wall=median(usage.wall for usage in usages),
        memory=max(usage.memory for usage in usages),
        error=usages[-1].error,
    )


def measure(command: Command, *, path: str | None = None, prefix: Sequence[str] = ()) -> Usage:
    """Run a command to its end and return what it and all its children used."""
    command.before()
    with TemporaryFile() as errors, _source(command.stdin) as source:
        start = time.perf_counter()
        process = subprocess.Popen(
            [*prefix, *command.argv()],
            cwd=command.folder,
            env=_environment(path),
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        error = _last_word(errors, process.returncode) if process.returncode else ""
    return Usage(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024 / _KIBIBYTES, error)


def count(command: Command) -> Counts:
    """Return how many git processes a command starts and how many files it and its children open."""
    return Counts(_git_processes(command), _files_opened(command))


def _git_processes(command: Command) -> int | None:
    git = shutil.which("git")
    if git is None:
        return None
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        wrapper = Path(folder) / "git"
        wrapper.write_text(f"#!/bin/sh\necho . >> '{log}'\nexec '{git}' \"$@\"\n")
        wrapper.chmod(0o755)
        usage = measure(command, path=f"{folder}{os.pathsep}{os.environ['PATH']}")
        return None if usage.error else len(log.read_text().split()) if log.exists() else 0


def _files_opened(command: Command) -> int | None:
    if shutil.which("strace") is None:
        return None
    with TemporaryDirectory() as folder:
        log = Path(folder) / "calls"
        prefix = ("strace", "-f", "-c", "-U", "name,calls,errors", "-e", "trace=open,openat", "-o", str(log))
        if measure(command, prefix=prefix).error or not log.exists():
            return None
        calls = re.findall(r"^(?:open|openat) +(\d+) *(\d*)", log.read_text(), re.MULTILINE)
        return sum(int(made) - int(failed or 0) for made, failed in calls)


def _source(path: Path | None) -> IO[bytes]:
    return (path or Path(os.devnull)).open("rb")


def _environment(path: str | None) -> dict[str, str]:
    return dict(os.environ) | ({"PATH": path} if path else {})


def _last_word(errors: IO[bytes], code: int) -> str:
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    return f"exit {code}: {' '.join(lines[-2:])[:160] or 'no message'}"
