"""A file that cannot be read never disappears: it gives a problem and an exit code in every command."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from desk import DEAL, Desk, Ran, desk, same

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READING = {
    "validate": ["validate"],
    "list": ["list", "--format", "csv"],
    "show": ["show", "deal-00"],
    "audit": ["audit"],
    "report": ["report", "stage-time"],
}
MORE = {
    "list --all": ["list", "--all"],
    "list --where": ["list", "--where", "value > 1"],
    "audit, the deal": ["audit", "deal-00"],
    "blame, the deal": ["blame", "deal-00"],
    "report pipeline": ["report", "pipeline"],
    "validate, a folder": ["validate", "deals", "--format", "github"],
}
DENIED = """
import os, sys
real = os.open

def denied(path, *arguments, **options):
    if str(path).endswith("deal-00.yaml"):
        raise PermissionError(13, "Permission denied")
    return real(path, *arguments, **options)

os.open = denied
from pipecli.__main__ import main
sys.exit(main())
"""


def linked(at: Desk) -> None:
    (at.folder / DEAL).rename(at.folder / "elsewhere.yaml")
    (at.folder / DEAL).symlink_to(at.folder / "elsewhere.yaml")


BROKEN: dict[str, Callable[[Desk], object]] = {
    "no YAML": lambda at: at.write(DEAL, "stage: [lead\n"),
    "no UTF-8": lambda at: at.write(DEAL, b"title: \xff\n"),
    "an unknown key": lambda at: at.write(DEAL, at.read() + b"stgae: won\n"),
    "a link": linked,
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_of_by_every_command(tmp_path: Path, make: Callable[[Desk], object]) -> None:
    at = desk(tmp_path)
    make(at)
    for name, arguments in READING.items():
        answer = at.pipe(*arguments)
        assert answer.code in (1, 2), f"{name}: {answer}"
        assert "deal-00.yaml" in answer.out + answer.err, f"{name}: {answer}"
    before = at.state()
    answer = at.move()
    assert (answer.code in (1, 2), "deal-00.yaml" in answer.err) == (True, True), answer
    same(before, at.state())


@pytest.mark.parametrize("arguments", (READING | MORE).values(), ids=READING | MORE)
def test_a_file_that_may_not_be_opened_is_told_of(tmp_path: Path, arguments: list[str]) -> None:
    at = desk(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", DENIED, *arguments],
        cwd=at.folder,
        env=at.env,
        capture_output=True,
        text=True,
        check=False,
    )
    answer = Ran(done.returncode, done.stdout, done.stderr)
    assert answer.code == 1, answer
    assert "Permission denied" in answer.out + answer.err, answer


@pytest.mark.parametrize("path", ["pipe.yaml", "team.yaml", "pipelines/sales.yaml", "rates.yaml"])
def test_rules_that_cannot_be_read_let_nothing_pass(tmp_path: Path, path: str) -> None:
    at = desk(tmp_path)
    at.write(path, "policies: [\n")
    at.commit()
    before = at.state()
    for arguments in (["move", "deal-00", "proposal"], ["new", "Fresh"], ["show", "deal-00"]):
        answer = at.pipe(*arguments)
        assert (answer.code, path in answer.out + answer.err) == (1, True), answer
    same(before, at.state())


def test_a_broken_file_does_not_stop_the_move_of_another(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(DEAL, "stage: [lead\n")
    answer = at.pipe("move", "deal-01", "proposal")
    assert answer.code == 0, answer
    assert at.read(DEAL) == b"stage: [lead\n"
