"""Generated workspaces, kept under the system's temporary folder; and copies to be written into."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from bench.generate import SAMPLE, Stream
from bench.life import END

_ROOT = Path(__file__).parent.parent
_OPEN = ("new-lead", "qualified")


def workspace(deals: int, commits: int) -> Path:
    """Return the workspace with so many deals and commits; it is made where it is not there yet."""
    folder = _kept() / f"{deals}-deals-{commits}-commits-{_version()}"
    if not folder.exists():
        print(f"making a workspace of {deals:,} deals and {commits:,} commits …", file=sys.stderr)
        part = Path(tempfile.mkdtemp(dir=_kept()))
        try:
            argv = [sys.executable, "-m", "bench.generate", str(part / "made"), str(deals), str(commits)]
            subprocess.run(argv, check=True, cwd=_ROOT)
            for outdated in _kept().glob(f"{deals}-deals-{commits}-commits-*"):
                shutil.rmtree(outdated)
            (part / "made").rename(folder)
        finally:
            shutil.rmtree(part)
    return folder


def copy(source: Path, target: Path) -> Path:
    """Return a copy of a workspace that may be written into; history is shared, files are not."""
    subprocess.run(["git", "clone", "--quiet", "--shared", str(source), str(target)], check=True)
    for setting in (("user.name", "sam"), ("user.email", "sam@example.com"), ("gc.auto", "0")):
        subprocess.run(["git", "config", *setting], cwd=target, check=True)
    return target


def add_commits(folder: Path, number: int) -> None:
    """Move the youngest open deals to and fro, a commit each, and check the last one out."""
    deals = [path for path in sorted(folder.glob("deals/*/*.yaml"), reverse=True)[: 2 * number] if stage(path) in _OPEN]
    stages = {path: stage(path) for path in deals}
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE) as process:
        if process.stdin is None:
            raise RuntimeError("git fast-import has no input")
        process.stdin.write(b"reset refs/heads/main\nfrom refs/heads/main^0\n\n")
        stream = Stream(process.stdin)
        for at, path in zip(range(number), cycle(deals), strict=False):
            stages[path] = _OPEN[stages[path] == _OPEN[0]]
            text = path.read_text().replace(f"stage: {stage(path)}\n", f"stage: {stages[path]}\n", 1)
            name = path.relative_to(folder).as_posix()
            stream.commit("main", END + timedelta(minutes=at), "kim", f"{path.stem}: {stages[path]}", {name: text})
        process.stdin.close()
    if process.returncode:
        raise RuntimeError("git fast-import refused the stream")
    subprocess.run(["git", "reset", "--quiet", "--hard", "main"], cwd=folder, check=True)


def without_deals(target: Path) -> Path:
    """Return a fresh workspace of a sample without its deals; what was in the folder is gone."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(SAMPLE, target, ignore=shutil.ignore_patterns("deals"))
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("config", "user.name", "sam"),
        ("config", "user.email", "sam@example.com"),
        ("add", "."),
        ("commit", "--quiet", "--message=Begin"),
    ):
        subprocess.run(["git", *arguments], cwd=target, check=True)
    return target


def open_deal(folder: Path) -> Path:
    """Return the file of a young deal in one of the first two stages."""
    for path in sorted(folder.glob("deals/*/*.yaml"), reverse=True):
        if stage(path) in _OPEN:
            return path
    raise LookupError(f"no open deal in {folder}")


def other_stage(path: Path) -> str:
    """Return the one of the first two stages in which the deal is not."""
    return _OPEN[stage(path) == _OPEN[0]]


def stage(path: Path) -> str:
    """Return the stage that stands in a deal's file."""
    return next(line for line in path.read_text().splitlines() if line.startswith("stage: ")).removeprefix("stage: ")


def _kept() -> Path:
    folder = Path(tempfile.gettempdir()) / f"pipe-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _version() -> str:
    sources = [
        *(_ROOT / "bench" / name for name in ("life.py", "generate.py")),
        *sorted(SAMPLE.rglob("*.yaml")),
    ]
    made = hashlib.sha256()
    for source in sources:
        made.update(source.read_bytes())
    return made.hexdigest()[:8]
