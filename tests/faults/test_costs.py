"""What moves and reports cost, counted: git processes, and files that are opened."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from desk import DEAL, Desk, bare_desk, desk, started

if TYPE_CHECKING:
    from pathlib import Path

MOST = 6
TEAM = "members:\n  sam: {name: Sam Roe, email: sam@example.com}\n"
OPENED = """
import sys
from pathlib import Path

opened = []
sys.addaudithook(lambda event, about: opened.append(str(about[0])) if event == "open" else None)
from pipecli.__main__ import main
code = main()
here = str(Path.cwd())
names = {name.removeprefix(here + "/") for name in opened if name.startswith(here) or not name.startswith("/")}
print(*sorted(names), sep="\\n", file=sys.stderr)
sys.exit(code)
"""


def processes(at: Desk, *arguments: str, **env: str) -> list[str]:
    """Return the git commands that a command starts, by their first words."""
    house = at.folder.parent / "counting"
    house.mkdir(exist_ok=True)
    real = shutil.which("git")
    (house / "git").write_text(f'#!/bin/sh\necho "$@" >> "{house}/calls"\nexec {real} "$@"\n')
    (house / "git").chmod(0o755)
    (house / "calls").unlink(missing_ok=True)
    answer = at.pipe(*arguments, PATH=f"{house}:{at.env['PATH']}", **env)
    assert answer.code == 0, answer
    calls = (house / "calls").read_text().splitlines()
    return [re.sub(r"(-c \S+ |--no-pager )+", "", call).split()[0] for call in calls]


def opened(at: Desk, *arguments: str) -> set[str]:
    """Return the files of the workspace that a command opens, temporary ones apart."""
    done = subprocess.run(
        [sys.executable, "-c", OPENED, *arguments],
        cwd=at.folder,
        env=at.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name for name in done.stderr.splitlines() if name.endswith(".yaml")}


@pytest.mark.parametrize("deals", [2, 200])
def test_a_move_starts_as_few_git_processes_whatever_the_number_of_deals(tmp_path: Path, deals: int) -> None:
    at = started(bare_desk(tmp_path), deals=deals)
    at.env = {name: value for name, value in at.env.items() if name != "GIT_AUTHOR_EMAIL"}
    at.config(user__email="sam@example.com")
    at.write("team.yaml", TEAM)
    at.commit()
    calls = processes(at, "move", "deal-00", "proposal")
    assert calls == ["rev-parse", "config", "ls-tree", "ls-files", "commit", "cat-file"]
    assert len(calls) <= MOST
    assert processes(at, "move", "deal-01", "deal-00", "won") == calls


def test_a_rehearsal_starts_git_to_know_who_asks_and_what_would_refuse_the_commit(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write("team.yaml", TEAM)
    at.env.pop("GIT_AUTHOR_EMAIL")
    assert processes(at, "move", "deal-00", "proposal", "--dry-run", "--no-commit") == ["config"]
    assert processes(at, "move", "deal-00", "proposal", "--dry-run") == ["config", "rev-parse", "ls-tree", "ls-files"]


MOMENTS = 7
"""To so many former moments all reports together look back, each once: `--since`, and the periods of some of them."""


@pytest.mark.parametrize("deals", [2, 200])
def test_all_reports_read_the_history_once(tmp_path: Path, deals: int) -> None:
    at = started(bare_desk(tmp_path), deals=deals)
    once = sorted(processes(at, "report", "pipeline"))
    assert once == ["cat-file", "log", "ls-tree", "rev-parse"]
    again = ["ls-tree", "rev-parse"]
    assert sorted(processes(at, "report", "pipeline")) == again
    calls = processes(at, "report", "all", "--since", "1m", PIPE_NOW="2100-01-01T00:00Z")
    former = ["rev-list", "ls-tree", "ls-tree", "cat-file"]  # of a moment: its commit, its trees, what differs in it
    assert sorted(calls) == sorted(["rev-parse", *former * MOMENTS])


def test_a_move_opens_the_file_of_its_deal_and_of_no_other(tmp_path: Path) -> None:
    at = started(bare_desk(tmp_path), deals=20)
    at.write("companies/acme.yaml", "name: Acme\n")
    at.write("contacts/jane.yaml", "name: Jane\n")
    at.commit()
    assert opened(at, "move", "deal-00", "proposal") == {"pipe.yaml", "pipelines/sales.yaml", DEAL}
    assert opened(at, "move", "deal-07", "won", "--dry-run") == {"deals/2026-10/deal-07.yaml"}
    assert opened(at, "show", "deal-00") <= {"pipe.yaml", "pipelines/sales.yaml", DEAL}
