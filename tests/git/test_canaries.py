"""Nothing that a hostile repository names is run by reading it."""

from __future__ import annotations

import subprocess
from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from pipecli.shell.git import discover
from pipecli.store import foreign, moment
from pipecli.store.files import Files
from pipecli.store.history import read
from pipecli.store.lineage import lineage
from pipecli.store.view import Question

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sandbox

HOOKS = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
    "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update",
    "proc-receive", "post-receive", "post-update", "reference-transaction", "push-to-checkout", "pre-auto-gc",
    "post-rewrite", "sendemail-validate", "fsmonitor-watchman", "p4-changelist", "p4-prepare-changelist",
    "p4-post-changelist", "p4-pre-submit", "post-index-change",
)  # fmt: skip
COMMANDS = (
    "core.fsmonitor", "core.pager", "pager.log", "pager.cat-file", "pager.ls-tree", "pager.rev-parse", "core.editor",
    "sequence.editor", "core.sshCommand", "core.askPass", "core.alternateRefsCommand", "credential.helper",
    "diff.external", "diff.x.command", "diff.x.textconv", "filter.x.clean", "filter.x.smudge", "filter.x.process",
    "merge.x.driver", "merge.tool", "mergetool.x.cmd", "difftool.x.cmd", "gpg.program", "gpg.ssh.program",
    "gpg.x509.program", "gpg.ssh.defaultKeyCommand", "uploadpack.packObjectsHook", "interactive.diffFilter",
    "trailer.x.command", "sendemail.sendmailCmd", "web.browser", "man.viewer", "remote.origin.uploadpack",
    "alias.log", "alias.cat-file", "alias.ls-tree", "alias.rev-parse", "alias.rev-list",
)  # fmt: skip
SWITCHES = {
    "log.showSignature": "true",
    "diff.x.cachetextconv": "true", "filter.x.required": "true", "merge.renormalize": "true",
    "core.untrackedCache": "true", "diff.submodule": "log", "submodule.recurse": "true", "gc.auto": "1",
    "maintenance.auto": "true", "diff.ignoreSubmodules": "none", "status.submoduleSummary": "true",
}  # fmt: skip


@pytest.fixture
def mine(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Return the file that any canary would write; the repository is full of them."""
    song = tmp_path / "song"
    sandbox.deal("a", "lead")
    sandbox.write(".gitattributes", "*.yaml filter=x diff=x merge=x\n* diff=x\n")
    sandbox.commit()
    sandbox.deal("a", "offer")
    sandbox.commit()
    signed = sandbox.git("cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----\n\n", 1
    )
    head = sandbox.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed.encode() + b"\n")
    sandbox.git("update-ref", "HEAD", head)
    canary = tmp_path / "canary"
    canary.write_text(f"#!/bin/sh\necho \"$0 $@\" >> '{song}'\ncat\n")
    canary.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in HOOKS:
        (hooks / name).symlink_to(canary)
        (sandbox.folder / ".git/hooks" / name).unlink(missing_ok=True)
        (sandbox.folder / ".git/hooks" / name).symlink_to(canary)
    for name in COMMANDS:
        sandbox.git("config", name, f"!{canary}" if name.startswith("alias.") else str(canary))
    for name, value in SWITCHES.items():
        sandbox.git("config", name, value)
    sandbox.git("config", "core.hooksPath", str(hooks))
    song.unlink(missing_ok=True)
    return song


def test_reading_wakes_no_canary(sandbox: Sandbox, mine: Path) -> None:
    sandbox.write("deals/a.yaml", "pipeline: sales\nstage: dirty\n")
    repository = discover(sandbox.folder)
    assert repository
    assert len(read(repository, zone=UTC).timelines["a"]) == 2
    assert len(read(repository, zone=UTC, first_parent=True, as_of=sandbox.now).timelines["a"]) == 2
    assert len(moment.pairs(repository, "HEAD")) == 1
    assert len(foreign.look(sandbox.folder, Files(("**",), "stage"), Question(), sandbox.now).view.visits) == 3
    assert len(lineage(repository, "a", "HEAD")) == 2
    assert not mine.exists(), mine.read_text()


@pytest.mark.parametrize("command", [["status"], ["log", "-1"], ["log", "-p", "-1"], ["diff"]])
def test_the_canaries_can_sing(sandbox: Sandbox, mine: Path, command: list[str]) -> None:
    sandbox.write("deals/a.yaml", "pipeline: sales\nstage: dirty\n")
    subprocess.run(["git", *command], cwd=sandbox.folder, capture_output=True, check=False, timeout=20)
    assert mine.exists()
