"""`pipe rename` and `pipe edit` through the installed command: what the history makes of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Sandbox

PIPE = Path(sys.executable).with_name("pipe")
PIPELINE = """\
name: Sales
stages:
  - {id: lead, name: Lead}
  - {id: talks, name: Talks}
  - {id: won, name: Won, kind: won}
"""
DEAL = "title: Acme\npipeline: sales\n\nstage: lead\n\nvalue: 5\n\nowner: sam\ncreated: 2026-01-01\n"


def pipe(at: Sandbox, *arguments: str) -> str:
    """Run the command as Ann, and return what it prints."""
    people = {f"GIT_{who}_NAME": "Ann" for who in ("AUTHOR", "COMMITTER")}
    mails = {f"GIT_{who}_EMAIL": "ann@example.com" for who in ("AUTHOR", "COMMITTER")}
    dates = {name: at.now.isoformat() for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE", "PIPE_NOW")}
    done = subprocess.run(
        [str(PIPE), *arguments], cwd=at.folder, env=os.environ | people | mails | dates, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def visits(at: Sandbox, deal: str) -> list[str]:
    """Return the visits of a deal, without the id."""
    lines = pipe(at, "audit", "--format", "csv").splitlines()[1:]
    return [line.removeprefix(f"{deal},") for line in lines if line.startswith(f"{deal},")]


@pytest.fixture
def sales(sandbox: Sandbox) -> Sandbox:
    sandbox.write("pipe.yaml", "name: Test\ncurrency: EUR\n")
    sandbox.write("pipelines/sales.yaml", PIPELINE)
    sandbox.write("deals/2026-01/acme.yaml", DEAL)
    sandbox.commit()
    sandbox.write("deals/2026-01/acme.yaml", DEAL.replace("lead", "talks"))
    sandbox.commit(hours=30)
    return sandbox


def test_the_visits_are_those_of_before(sales: Sandbox) -> None:
    before = visits(sales, "acme")
    assert len(before) == 2
    pipe(sales, "rename", "acme", "birch")
    assert visits(sales, "birch") == before
    assert visits(sales, "acme") == []
    assert pipe(sales, "audit", "acme") == pipe(sales, "audit", "birch")
    assert sales.git("show", "--name-status", "--no-renames", "--format=").split() == [
        "D", "deals/2026-01/acme.yaml", "A", "deals/2026-01/birch.yaml",
    ]  # fmt: skip
    assert sales.git("status", "--porcelain") == ""


def test_the_visits_go_on_under_the_new_id_and_back_again(sales: Sandbox) -> None:
    pipe(sales, "rename", "acme", "birch")
    pipe(sales, "move", "birch", "won")
    pipe(sales, "rename", "birch", "acme")
    assert sales.stages("acme") == ["lead", "talks", "won"]
    assert list(sales.history().timelines) == ["acme"]


def test_a_rename_on_a_branch_and_a_move_beside_it_are_merged_into_one_deal(sales: Sandbox) -> None:
    sales.git("checkout", "--quiet", "-b", "side")
    pipe(sales, "rename", "acme", "birch")
    sales.git("checkout", "--quiet", "main")
    pipe(sales, "move", "acme", "won")
    sales.merge("side")
    assert sales.stages("birch") == ["lead", "talks", "won"]
    assert sales.git("ls-files", "deals") == "deals/2026-01/birch.yaml"


def test_an_edit_that_moves_is_a_transition_at_the_moment_that_the_person_wrote(sales: Sandbox) -> None:
    editor = sales.folder.parent / "my editor"
    since = "stage_since: 2026-01-06\\nclosed_on: 2026-01-06"
    editor.write_text(f"#!/bin/sh\nsed -i 's/^stage: .*/stage: won\\n{since}/' \"$1\"\n")
    editor.chmod(0o755)
    sales.git("config", "core.editor", f"'{editor}'")
    sales.now = sales.now.replace(day=9)
    pipe(sales, "edit", "acme")
    event = sales.history().timelines["acme"][-1]
    assert event.state == ("sales", "won")
    assert (event.clock, event.effective.date().isoformat()) == ("trailer", "2026-01-06")
