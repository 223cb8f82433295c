"""No reading command runs anything that a repository's configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk import Desk, desk

if TYPE_CHECKING:
    from pathlib import Path

READING: tuple[list[str], ...] = (
    [], ["--help"], ["--version"], ["init", "--list"], ["validate"], ["list"], ["list", "--where", "owner = me"],
    ["show", "deal-00"], ["audit"], ["audit", "deal-00"], ["audit", "--as-of", "2026-11-23"], ["report", "stage-time"],
    ["report", "pipeline", "--at", "HEAD"], ["report", "--list"], ["move", "deal-00", "proposal", "--dry-run"],
    ["new", "Fresh", "--dry-run"], ["audit", "verify"], ["blame", "deal-00"],
)  # fmt: skip
PROGRAMS = (
    "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy",
    "core.alternateRefsCommand", "diff.external", "diff.x.command", "diff.x.textconv", "filter.x.clean",
    "filter.x.smudge", "filter.x.process", "merge.x.driver", "gpg.program", "gpg.ssh.program", "credential.helper",
    "interactive.diffFilter", "pager.log", "pager.config", "pager.rev-parse", "pager.cat-file", "trailer.x.command",
    "remote.origin.uploadpack", "remote.origin.vcs", "uploadpack.packObjectsHook", "sequence.editor",
)  # fmt: skip
ALIASES = ("rev-parse", "log", "cat-file", "ls-tree", "ls-files", "config", "rev-list", "validate", "list")
HOOKS = (
    "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-checkout", "post-index-change",
    "reference-transaction", "fsmonitor-watchman", "pre-auto-gc", "post-merge", "pre-push",
)  # fmt: skip


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return tmp_path / "song"


def full_of_canaries(at: Desk, song: Path) -> Desk:
    """Let the repository name a program that sings wherever a program can be named."""
    at.write(".gitattributes", "* filter=x diff=x merge=x\n")
    at.write("team.yaml", "members:\n  sam: {name: Sam Roe, email: sam@example.com}\n")
    at.env.pop("GIT_AUTHOR_EMAIL")
    at.config(user__email="sam@example.com")
    at.commit()
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----\n"
    signed = at.git("cat-file", "commit", "HEAD").replace("\n\n", f"\n{signature}\n", 1)
    at.git("update-ref", "HEAD", at.git("hash-object", "-t", "commit", "-w", "--stdin", data=signed.encode()).strip())
    canary = song.with_name("canary")
    canary.write_text(f"#!/bin/sh\necho \"$0 $@\" >> '{song}'\ncat\n")
    canary.chmod(0o755)
    at.config(**dict.fromkeys(PROGRAMS, str(canary)))
    at.config(**{f"alias.{name}": f"!{canary}" for name in ALIASES})
    at.config(log__showSignature="true", filter__x__required="true", remote__origin__promisor="true")
    at.config(remote__origin__url=f"ext::{canary}", protocol__ext__allow="always", core__hooksPath="hooks")
    at.config(extensions__partialClone="origin", core__repositoryFormatVersion="1", gc__auto="1", index__version="2")
    for name in HOOKS:
        at.write(f"hooks/{name}", canary.read_bytes())
        (at.folder / "hooks" / name).chmod(0o755)
    song.unlink(missing_ok=True)
    return at


def test_no_reading_command_wakes_a_canary(tmp_path: Path, song: Path) -> None:
    at = full_of_canaries(desk(tmp_path), song)
    at.write("deals/2026-10/deal-01.yaml", at.read("deals/2026-10/deal-01.yaml") + b"# edited\n")
    for arguments in READING:
        answer = at.pipe(*arguments)
        assert answer.code == 0, f"{arguments}: {answer}"
        assert not song.exists(), f"{arguments}: {song.read_text()}"


def test_a_missing_object_is_not_fetched(tmp_path: Path, song: Path) -> None:
    at = full_of_canaries(desk(tmp_path), song)
    blob = at.git("-c", "core.fsmonitor=false", "rev-parse", "HEAD:deals/2026-10/deal-01.yaml").strip()
    (at.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    song.unlink(missing_ok=True)
    for arguments in (["audit"], ["report", "pipeline", "--at", "HEAD"], ["list"]):
        answer = at.pipe(*arguments)
        assert "bug" not in answer.err, answer
        assert not song.exists(), f"{arguments}: {song.read_text()}"


@pytest.mark.parametrize("command", [["status"], ["log", "-1"], ["diff", "HEAD"], ["commit", "-am", "x"]])
def test_the_canaries_can_sing(tmp_path: Path, song: Path, command: list[str]) -> None:
    at = full_of_canaries(desk(tmp_path), song)
    at.write("pipe.yaml", at.read("pipe.yaml") + b"# edited\n")
    at.git(*command, check=False)
    assert song.exists()
