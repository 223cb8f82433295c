"""Long output goes by way of PAGER, on a terminal only."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

ASK = "from pipecli.shell.terminal import page; page('one\\n' * {lines})"


def printed(pager: str | None, lines: int = 100) -> str:
    """Return what a terminal of 24 lines shows."""
    ours, theirs = pty.openpty()
    kept = {name: text for name, text in os.environ.items() if name not in ("PAGER", "LINES", "COLUMNS")}
    done = subprocess.Popen(
        [sys.executable, "-c", ASK.format(lines=lines)],
        stdin=theirs, stdout=theirs, stderr=theirs, env=kept if pager is None else {**kept, "PAGER": pager},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the terminal has been left
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert done.wait(timeout=60) == 0, shown
    return shown.decode().replace("\r\n", "\n")


def test_what_is_longer_than_the_terminal_is_paged() -> None:
    assert printed("sed s/one/two/") == "two\n" * 100


def test_a_pager_may_be_left_before_its_end() -> None:
    assert printed("head -n 1", lines=100_000) == "one\n"


@pytest.mark.parametrize("pager", [None, "", " ", "no-such-pager", "'", "; echo hostile"])
def test_without_a_pager_that_can_be_started_all_is_printed(pager: str | None) -> None:
    assert printed(pager) == "one\n" * 100


def test_what_fits_is_printed() -> None:
    assert printed("sed s/one/two/", lines=5) == "one\n" * 5


def test_no_pager_is_started_where_output_is_no_terminal(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(lines=100)],
        cwd=tmp_path, env={**os.environ, "PAGER": "touch here"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "one\n" * 100
    assert not (tmp_path / "here").exists()
