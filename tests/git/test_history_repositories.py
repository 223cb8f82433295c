"""Where a repository may stand, what it may lack, and what a user's configuration may not change."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.visit import Truncated
from pipecli.shell.git import discover
from pipecli.store import moment
from pipecli.store.history import read

if TYPE_CHECKING:
    from conftest import Sandbox
    from pipecli.store.history import History

COUNTER = """#!/bin/sh
echo "$@" >> {log}
exec {git} "$@"
"""
HOSTILE = {
    "log.showRoot": "false", "log.diffMerges": "combined", "log.follow": "true", "log.date": "relative",
    "log.mailmap": "true", "log.decorate": "full", "color.ui": "always", "diff.renames": "copies",
    "diff.orderFile": "nowhere", "diff.relative": "true", "diff.ignoreSubmodules": "all", "diff.noprefix": "true",
    "core.quotePath": "true", "core.abbrev": "5", "format.pretty": "oneline", "i18n.logOutputEncoding": "UTF-16",
    "notes.displayRef": "*", "core.autocrlf": "true",
}  # fmt: skip


def _two_moves(sandbox: Sandbox, folder: str = "deals") -> None:
    sandbox.deal("a", "lead", folder=folder)
    sandbox.commit()
    sandbox.deal("a", "offer", folder=folder)
    sandbox.commit()


def _read(folder: Path) -> History:
    found = discover(folder)
    assert found
    return read(found, zone=UTC)


def _stages(history: History) -> dict[str, list[str]]:
    return {deal: [e.state[1] if e.state else "gone" for e in events] for deal, events in history.timelines.items()}


def test_no_commit_yet(sandbox: Sandbox) -> None:
    assert sandbox.history().tip == ""
    assert sandbox.history().timelines == {}


def test_a_revision_that_is_none(sandbox: Sandbox) -> None:
    _two_moves(sandbox)
    for revision in ("nowhere", "--all", "HEAD~1..HEAD", "^HEAD", "HEAD:deals"):
        with pytest.raises(PipeError):
            sandbox.history(at=revision)
    assert sandbox.stages("a", at="HEAD~1") == ["lead"]


def test_a_shallow_clone_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    _two_moves(sandbox)
    sandbox.deal("b", "lead", more="stage_since: 2026-01-02\n")
    sandbox.commit()
    sandbox.deal("a", "won")
    sandbox.commit()
    sandbox.git("clone", "--quiet", "--depth", "2", f"file://{sandbox.folder}", str(tmp_path / "clone"))
    clone = discover(tmp_path / "clone")
    assert clone
    with pytest.raises(PipeError) as error:
        read(clone, zone=UTC)
    assert error.value.code is ExitCode.STATE
    assert int(error.value.code) == 3
    assert "git fetch --unshallow" in error.value.hint
    assert "fetch-depth: 0" in error.value.hint
    found = read(clone, zone=UTC, allow_shallow=True)
    assert found.shallow
    assert [e.truncated for e in found.timelines["a"]] == [Truncated.START_UNKNOWN, Truncated.NO]
    assert [e.truncated for e in found.timelines["b"]] == [Truncated.START_KNOWN]


def test_a_worktree_and_a_detached_head(sandbox: Sandbox, tmp_path: Path) -> None:
    _two_moves(sandbox)
    sandbox.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"), "HEAD~1")
    assert _stages(_read(tmp_path / "tree")) == {"a": ["lead"]}


def test_a_bare_repository(sandbox: Sandbox, tmp_path: Path) -> None:
    _two_moves(sandbox)
    sandbox.git("clone", "--quiet", "--bare", str(sandbox.folder), str(tmp_path / "bare"))
    assert _stages(_read(tmp_path / "bare")) == {"a": ["lead", "offer"]}
    found = discover(tmp_path / "bare")
    assert found
    assert [path for path, _ in moment.pairs(found, "HEAD")] == ["deals/a.yaml"]


def test_a_workspace_in_a_subfolder(sandbox: Sandbox) -> None:
    _two_moves(sandbox, "vertrieb ü/crm/deals")
    sandbox.deal("b", "lead")
    sandbox.commit()
    found = _read(sandbox.folder / "vertrieb ü/crm")
    assert _stages(found) == {"a": ["lead", "offer"]}
    repository = discover(sandbox.folder / "vertrieb ü/crm")
    assert repository
    assert [path for path, _ in moment.pairs(repository, "HEAD")] == ["deals/a.yaml"]


def test_a_repository_with_sha256(sandbox: Sandbox, tmp_path: Path) -> None:
    other = type(sandbox)(tmp_path / "sha256")
    other.folder.mkdir()
    other.git("init", "--quiet", "--object-format=sha256")
    _two_moves(other)
    assert _stages(other.history()) == {"a": ["lead", "offer"]}
    assert len(other.history().tip) == 64


def test_a_partial_clone_fetches_nothing_and_says_what_is_missing(sandbox: Sandbox, tmp_path: Path) -> None:
    _two_moves(sandbox)
    sandbox.deal("b", "lead")
    sandbox.commit()
    sandbox.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    sandbox.git("clone", "--quiet", "--filter=blob:none", f"file://{sandbox.folder}", str(clone))
    before = sorted(path.name for path in clone.glob(".git/objects/**/*"))
    found = _read(clone)
    assert [p.code for p in found.problems] == ["missing-object"]
    assert found.timelines["a"][0].state == ("sales", "offer")
    assert _stages(found) == {"a": ["offer"], "b": ["lead"]}
    assert sorted(path.name for path in clone.glob(".git/objects/**/*")) == before


def test_as_of_takes_the_first_parent_line(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    first = sandbox.commit()
    then = sandbox.now
    sandbox.git("checkout", "--quiet", "-b", "side")
    sandbox.deal("a", "offer")
    sandbox.commit()
    on_side = sandbox.now
    sandbox.git("checkout", "--quiet", "main")
    sandbox.commit("empty", hours=5)
    sandbox.merge("side")
    repository = sandbox.repository
    assert moment.as_of(repository, then - timedelta(seconds=1)) == ""
    assert moment.as_of(repository, then) == moment.as_of(repository, on_side) == first
    assert sandbox.stages("a", as_of=on_side) == ["lead"]
    assert sandbox.stages("a", as_of=sandbox.now + timedelta(microseconds=1)) == ["lead", "offer"]
    assert sandbox.history(as_of=then - timedelta(days=1)).timelines == {}


def test_a_moment_leaves_out_links_and_submodules_and_names_them(sandbox: Sandbox) -> None:
    _two_moves(sandbox)
    sandbox.write("pipe.yaml", "name: x\n")
    sandbox.write("README.md", "x\n")
    (sandbox.folder / "team.yaml").symlink_to("/etc/passwd")
    head = sandbox.git("rev-parse", "HEAD")
    sandbox.git("update-index", "--add", "--cacheinfo", f"160000,{head},deals/sub.yaml")
    sandbox.git("add", "pipe.yaml", "README.md", "team.yaml")
    sandbox.git("commit", "--quiet", "-m", "more")
    found = moment.read(sandbox.repository, "HEAD")
    assert [path for path, _ in found.pairs] == ["deals/a.yaml", "pipe.yaml"]
    assert dict(found.pairs)["pipe.yaml"] == b"name: x\n"
    assert [problem.path for problem in found.problems] == ["deals/sub.yaml", "team.yaml"]


def test_configuration_changes_nothing(sandbox: Sandbox) -> None:
    _two_moves(sandbox)
    sandbox.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    sandbox.deal("b", "lead")
    sandbox.commit("ä")
    sandbox.git("checkout", "--quiet", "main")
    sandbox.merge("-s", "ours", "side")
    sandbox.write(".mailmap", "Zoe <zoe@example.com> Ann <ann@example.com>\n")
    sandbox.commit()
    plain = sandbox.history()
    for name, value in HOSTILE.items():
        sandbox.git("config", name, value)
    shutil.rmtree(sandbox.folder / ".git/pipe")
    again = sandbox.history()
    assert (dict(again.timelines), again.problems, again.tip) == (dict(plain.timelines), plain.problems, plain.tip)
    assert _stages(plain) == {"a": ["lead", "offer"], "b": ["lead", "gone"]}


def test_replaced_commits_are_not_believed(sandbox: Sandbox) -> None:
    _two_moves(sandbox)
    sandbox.git("replace", "--graft", "HEAD")
    assert sandbox.stages("a") == ["lead", "offer"]


def test_two_processes_whatever_the_history(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for stage in ("lead", "offer", "won", "lost"):
        for deal in "abcdef":
            sandbox.deal(deal, stage, more=f"note: {deal}\n")
            sandbox.commit()
    repository = sandbox.repository
    real = sandbox.git("--exec-path") + "/git"
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(COUNTER.format(log=tmp_path / "log", git=real))
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert len(read(repository, zone=UTC).timelines["f"]) == 4
    calls = Path(tmp_path / "log").read_text().splitlines()
    assert len(calls) == 2
    assert len(read(repository, zone=UTC).timelines["f"]) == 4
    assert Path(tmp_path / "log").read_text().splitlines() == calls
    moment.pairs(repository, "HEAD")
    assert len(Path(tmp_path / "log").read_text().splitlines()) == 4
