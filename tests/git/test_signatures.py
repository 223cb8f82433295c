"""Signatures where they are required: with keys of SSH, and with a repository whose configuration is hostile."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from installed import pipe

from pipecli.shell.git import discover
from pipecli.shell.signatures import check

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sandbox

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
FILE = "deals/a.yaml"
PROGRAMS = ("gpg.program", "gpg.openpgp.program", "gpg.ssh.program", "gpg.x509.program", "gpg.ssh.defaultKeyCommand")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Return a folder with keys of three people, and a configuration that trusts Cora and Dan."""
    folder = tmp_path / "keys"
    folder.mkdir()
    for name in ("cora", "dan", "eve"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)], check=True
        )
    trusted = [f"{name}@example.com {(folder / f'{name}.pub').read_text()}" for name in ("cora", "dan")]
    (folder / "trusted").write_text("".join(trusted))
    (folder / "config").write_text(f'[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tallowedSignersFile = {folder}/trusted\n')
    return folder


@pytest.fixture
def sales(sandbox: Sandbox, keys: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(keys / "config"))
    sandbox.write("pipe.yaml", "name: Test\ncurrency: EUR\n")
    sandbox.write("pipelines/sales.yaml", "name: Sales\nstages: [{id: lead, name: L}, {id: won, name: W, kind: won}]\n")
    sandbox.commit("Begin, unsigned, and nobody asked")
    sandbox.write("pipe.yaml", "name: Test\ncurrency: EUR\nsignatures: required\n")
    signed(sandbox, keys, "cora")
    return sandbox


def signed(at: Sandbox, keys: Path, who: str, message: str = "signed") -> str:
    at.git("add", "--all")
    at.git("-c", f"user.signingkey={keys / who}", "commit", "--quiet", "--gpg-sign", "-m", message)
    return at.git("rev-parse", "HEAD")


def told(at: Sandbox, keys: Path) -> list[tuple[str, str, str]]:
    """Return code, commit and what is said of each finding."""
    done = pipe(
        at.folder, "audit", "verify", "--format", "csv", code=int("error" in pipe_text(at, keys)),
        GIT_CONFIG_GLOBAL=str(keys / "config"),
    )  # fmt: skip
    rows = csv.DictReader(io.StringIO(done.stdout))
    return [(row["code"], row["commit"], row["message"].partition(": ")[2]) for row in rows]


def pipe_text(at: Sandbox, keys: Path) -> str:
    from installed import PIPE, run

    return run(at.folder, PIPE, "audit", "verify", GIT_CONFIG_GLOBAL=str(keys / "config")).stdout


def deal(at: Sandbox, stage: str = "lead", *more: str) -> None:
    at.write(FILE, f"title: A\npipeline: sales\nstage: {stage}\n" + "".join(f"{line}\n" for line in more))


def test_a_good_signature_by_the_committer_is_not_told(sales: Sandbox, keys: Path) -> None:
    deal(sales)
    signed(sales, keys, "cora")
    assert told(sales, keys) == []


def test_a_commit_without_one_is_told_and_so_is_the_one_that_asks_for_no_more(sales: Sandbox, keys: Path) -> None:
    deal(sales)
    first = sales.commit()
    sales.write("README.md", "nothing of the workspace\n")
    sales.commit()
    sales.write("pipe.yaml", "name: Test\ncurrency: EUR\n")
    second = sales.commit()
    deal(sales, "won", "closed_on: 2026-01-05")
    sales.commit("It is not asked for any more")
    assert told(sales, keys) == [("unsigned", name[:10], "the commit is not signed") for name in (first, second)]


def test_a_key_that_nobody_vouches_for(sales: Sandbox, keys: Path) -> None:
    deal(sales)
    commit = signed(sales, keys, "eve")
    ((code, name, said),) = told(sales, keys)
    assert (code, name) == ("bad-signature", commit[:10])
    assert "nobody here vouches for" in said


def test_a_key_of_somebody_else(sales: Sandbox, keys: Path) -> None:
    deal(sales)
    commit = signed(sales, keys, "dan")
    said = "it is signed by dan@example.com, and committed as cora@example.com"
    assert told(sales, keys) == [("bad-signature", commit[:10], said)]


def test_a_commit_that_was_changed_after_it_was_signed(sales: Sandbox, keys: Path) -> None:
    deal(sales)
    signed(sales, keys, "cora", "by ten")
    forged = sales.git("cat-file", "commit", "HEAD").replace("by ten", "by two") + "\n"
    head = sales.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=forged.encode())
    sales.git("update-ref", "HEAD", head)
    ((code, name, said),) = told(sales, keys)
    assert (code, name) == ("bad-signature", head[:10])
    assert "is bad" in said


def test_without_a_file_of_keys_nothing_passes_for_good(sales: Sandbox, keys: Path) -> None:
    (keys / "config").write_text("[user]\n\tname = Cora\n")
    assert [(code, said) for code, _, said in told(sales, keys)] == [
        ("bad-signature", "the signature cannot be checked here: no program or file of keys is set up for it")
    ]


def test_nothing_that_the_repository_names_is_run_or_believed(sales: Sandbox, keys: Path, tmp_path: Path) -> None:
    deal(sales)
    commit = signed(sales, keys, "eve")
    song, canary = tmp_path / "song", tmp_path / "canary"
    canary.write_text(f"#!/bin/sh\necho \"$0 $@\" >> '{song}'\necho 'Good \"git\" signature for cora@example.com'\n")
    canary.chmod(0o755)
    for name in PROGRAMS:
        sales.git("config", name, str(canary))
    (sales.folder / "trusted").write_text(f"cora@example.com {(keys / 'eve.pub').read_text()}")
    sales.git("config", "gpg.ssh.allowedSignersFile", str(sales.folder / "trusted"))
    sales.git("config", "gpg.minTrustLevel", "undefined")
    sales.git("config", "log.showSignature", "true")
    assert [(code, name) for code, name, _ in told(sales, keys)] == [("bad-signature", commit[:10])]
    assert not song.exists()
    subprocess.run(["git", "log", "-1", "--format=%G?"], cwd=sales.folder, capture_output=True, check=True)
    assert song.exists(), "the canary can sing"


def test_what_the_user_says_for_this_repository_counts(sales: Sandbox, keys: Path) -> None:
    (keys / "here").write_text(f'[gpg "ssh"]\n\tallowedSignersFile = {keys}/trusted\n')
    (keys / "config").write_text(f'[includeIf "gitdir:{sales.folder}/"]\n\tpath = {keys}/here\n')
    assert told(sales, keys) == []


def test_objects_are_found_in_a_folder_with_an_odd_name_and_in_a_worktree(sales: Sandbox) -> None:
    odd = sales.folder.with_name('wo"rk #\\ 1')
    sales.folder.rename(odd)
    sales.folder = odd
    other = odd.with_name("other")
    sales.git("worktree", "add", "--quiet", "--detach", str(other))
    for folder in (odd, other):
        repository = discover(folder)
        assert repository
        (one,) = check(repository, [sales.git("rev-parse", "HEAD")])
        assert (one.letter, one.signer, one.committer) == ("G", "cora@example.com", "cora@example.com")
