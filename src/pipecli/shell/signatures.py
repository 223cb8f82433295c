"""Signatures of commits, checked by the programs and keys that the user's own configuration names, and no others.

Git takes the program that checks a signature, and the file of those who may sign, from any configuration, that of the
repository among them: whoever sends a repository could have a program run, or vouch for themselves. So git is asked in
an empty repository of ours that borrows the objects. It has no configuration but ours; of the user's, what is written
for this very repository (`includeIf`) is passed on.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipecli.shell.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.shell.git import Repository

_FIELDS = ("%H", "%G?", "%GS", "%ce")
_SHA256 = 64
_CONFIG = """[core]
\trepositoryformatversion = 1
\tbare = true
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """A commit's signature: git's letter for it, who signed, and the committer's e-mail address; no letter: none."""

    commit: str
    letter: str
    signer: str
    committer: str


def check(repository: Repository, commits: Sequence[str]) -> Iterator[Checked]:
    """Yield what there is to say of the signature of each commit (full hashes), in their order.

    Raises `PipeError` where git fails. One program is started for each commit that is signed.
    """
    signed = set(_signed(repository.git, commits))
    checked = {one.commit: one for one in _checked(repository, [name for name in commits if name in signed])}
    for name in commits:
        yield checked.get(name, Checked(name, "", "", ""))


def committer(repository: Repository, commit: str) -> str:
    """Return the e-mail address of who committed a commit (a full hash), as it says itself."""
    out = repository.git.read("log", "--no-walk", "--no-show-signature", "--no-mailmap", "--format=%ce", commit, "--")
    return out.decode("utf-8", "replace").strip()


def _signed(git: Git, commits: Sequence[str]) -> Iterator[str]:
    """Yield the commits whose header holds a signature."""
    out = git.read("cat-file", "--batch", stdin="".join(f"{name}\n" for name in commits).encode("ascii"))
    at = 0
    for name in commits:
        end = out.index(b"\n", at)
        size = int(out[at:end].rpartition(b" ")[2])
        header = out[end + 1 : end + 1 + size].partition(b"\n\n")[0]
        if any(line.startswith((b"gpgsig ", b"gpgsig-sha256 ")) for line in header.split(b"\n")):
            yield name
        at = end + 1 + size + 1


def _checked(repository: Repository, commits: Sequence[str]) -> Iterator[Checked]:
    if not commits:
        return
    with tempfile.TemporaryDirectory(prefix="pipe-signatures-") as folder:
        _borrow(Path(folder), repository, commits[0])
        own = [word for name, value in _own(repository.git) for word in ("-c", f"{name}={value}")]
        form = "%x00".join((*_FIELDS, "end"))
        out = Git(Path(folder)).read(
            f"--git-dir={folder}", *own, "log", "--no-walk=unsorted", "--stdin", "-z", "--no-show-signature",
            "--no-patch", "--no-color", "--no-decorate", "--no-notes", "--no-mailmap", f"--format={form}",
            stdin="".join(f"{name}\n" for name in commits).encode("ascii"),
        )  # fmt: skip
    parts = out.decode("utf-8", "replace").split("\0")
    for at in range(0, len(parts) - len(_FIELDS), len(_FIELDS) + 1):
        name, letter, signer, committer = parts[at : at + len(_FIELDS)]
        yield Checked(name, letter, signer, committer)


def _borrow(folder: Path, repository: Repository, commit: str) -> None:
    """Make an empty repository that has the objects of another."""
    kind = "[extensions]\n\tobjectFormat = sha256\n" if len(commit) == _SHA256 else ""
    (folder / "config").write_text(_CONFIG + kind, encoding="ascii")
    (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    (folder / "refs").mkdir()
    (folder / "objects/info").mkdir(parents=True)
    objects = str(repository.common / "objects").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    (folder / "objects/info/alternates").write_bytes(f'"{objects}"\n'.encode("utf-8", "surrogateescape"))


def _own(git: Git) -> Iterable[tuple[str, str]]:
    """Return what the user's configuration says of signatures, as it counts for this repository."""
    out = git.run("config", "--global", "--includes", "--null", "--get-regexp", r"^gpg\.").out
    for entry in out.decode("utf-8", "surrogateescape").split("\0"):
        name, _, value = entry.partition("\n")
        if name and value:
            yield name, value
