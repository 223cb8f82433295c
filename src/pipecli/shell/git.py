"""The only place where git is started.

Fixed argument lists, no shell, a scrubbed environment, no lazy fetching, no fsmonitor, no pager, standard
input closed unless given. Only plumbing that runs nothing which a repository's configuration names may be
called for reading: `rev-parse`, `log --raw`, `cat-file --batch`, `ls-tree`, `for-each-ref`.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEPT = (
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE",
    "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_TERMINAL_PROMPT",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES",
    "GIT_EXEC_PATH",
)  # fmt: skip
_FACTS = 6
_CALM = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "log.showRoot=true", "--no-pager")
_OFFLINE = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
}
"""Nothing is fetched, no lock is taken, and no replacement (git-replace) shows another past than the one made."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a git process answered."""

    code: int
    out: bytes
    err: str


@dataclass(frozen=True, slots=True)
class Git:
    """Git in one directory. `writing` lets it take locks and speak to remotes; reading never does.

    `shielded`: a Ctrl-C in the terminal does not reach it.
    """

    directory: Path
    writing: bool = False
    shielded: bool = False

    def run(self, *arguments: str, stdin: bytes | None = None) -> Answer:
        """Run git to its end and return its exit status and output; a failure is the caller's to judge."""
        with self.start(*arguments, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE) as process:
            out, err = process.communicate(stdin)
        return Answer(process.returncode, out, err.decode("utf-8", "replace"))

    def read(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """Run git and return what it printed; raise `PipeError` with git's own words where it failed."""
        answer = self.run(*arguments, stdin=stdin)
        if answer.code:
            raise PipeError(
                f"git {arguments[0]} failed: {answer.err.strip() or f'exit status {answer.code}'}",
                code=ExitCode.STATE,
            )
        return answer.out

    def start(
        self,
        *arguments: str,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Start git and return the process, for streams."""
        try:
            return subprocess.Popen(  # noqa: S603 -- fixed lists, no shell
                [*_program(), *arguments],
                cwd=self.directory,
                env=_environment(writing=self.writing),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                process_group=0 if self.shielded else None,
            )
        except FileNotFoundError:
            raise PipeError(
                "git was not found",
                hint="install git 2.31 or newer and put it on the PATH",
                code=ExitCode.STATE,
            ) from None


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a folder stands in a git repository.

    `top` is the work tree's root, or None in a bare repository; `prefix` leads from it to the folder, with a
    slash at its end, or is empty; `directory` is this work tree's git directory, `common` the one that all
    work trees share; `head` is the full hash of HEAD, or empty before the first commit; `branch` is the full
    name of the current branch, or empty where HEAD is detached.
    """

    folder: Path
    top: Path | None
    prefix: str
    directory: Path
    common: Path
    shallow: bool
    head: str
    branch: str

    @property
    def git(self) -> Git:
        """Git for reading here."""
        return Git(self.folder)

    @property
    def writer(self) -> Git:
        """Git for writing here."""
        return Git(self.folder, writing=True)

    @property
    def shielded(self) -> Git:
        """Git for writing here what has to be done once it is begun."""
        return Git(self.folder, writing=True, shielded=True)


def discover(folder: Path) -> Repository | None:
    """Return where `folder` stands, with one git process (two before the first commit), or None outside of git.

    Raises `PipeError` where git refuses the repository, for instance one of an owner that it does not trust.
    """
    git = Git(folder)
    answer = git.run(
        "rev-parse", "--is-bare-repository", "--is-shallow-repository", "--absolute-git-dir", "--git-common-dir",
        "--show-prefix", "--show-cdup", "HEAD", "--symbolic-full-name", "HEAD",
    )  # fmt: skip
    lines = os.fsdecode(answer.out).split("\n")
    if len(lines) <= _FACTS:
        if "not a git repository" in answer.err:
            return None
        raise PipeError(f"git cannot read the repository: {answer.err.strip()}", code=ExitCode.STATE)
    if lines[0] == "true":  # without a work tree there is no way up to its top, and no line for it
        lines.insert(_FACTS - 1, "")
    bare, shallow, directory, common, prefix, up = lines[:_FACTS]
    born = answer.code == 0
    branch = lines[_FACTS + 1] if born else os.fsdecode(git.run("symbolic-ref", "HEAD").out).strip()
    return Repository(
        folder=folder,
        top=None if bare == "true" else Path(os.path.normpath(folder / up)),
        prefix=prefix,
        directory=Path(directory),
        common=Path(os.path.normpath(folder / common)),
        shallow=shallow == "true",
        head=lines[_FACTS] if born else "",
        branch="" if branch == "HEAD" else branch,
    )


def _program() -> Sequence[str]:
    return ("git", *_CALM)


def _environment(*, writing: bool) -> dict[str, str]:
    """Return our environment without what could turn git around, and with English messages.

    Hooks are started with it, so that the characters of the user's own language stay as they are set.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    if not writing:
        return kept | {"LC_ALL": "C"} | _OFFLINE
    everything = kept.pop("LC_ALL", "")
    if everything:
        kept = {name: value for name, value in kept.items() if not name.startswith("LC_")} | {"LANG": everything}
    return kept | {"LC_MESSAGES": "C"}


def own_email(folder: Path) -> str:
    """Return the e-mail address with which commits are made here, or the empty string."""
    given = os.environ.get("GIT_AUTHOR_EMAIL")
    return given or Git(folder).run("config", "--get", "user.email").out.decode("utf-8", "replace").strip()


def own_name(folder: Path) -> str:
    """Return the name with which commits are made here, or the empty string."""
    given = os.environ.get("GIT_AUTHOR_NAME")
    return given or Git(folder).run("config", "--get", "user.name").out.decode("utf-8", "replace").strip()


def editor(folder: Path) -> str:
    """Return the editor that git would open here, or the empty string where it knows none that could be opened."""
    return Git(folder).run("var", "GIT_EDITOR").out.decode("utf-8", "replace").strip()


def create(folder: Path) -> Repository:
    """Make a repository in a folder and return it. Raises `PipeError` where the environment names another one."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        if name in os.environ:
            raise PipeError(f"{name} is set: git would act elsewhere", hint=f"unset {name}", code=ExitCode.STATE)
    from git import Repo  # noqa: PLC0415 -- GitPython takes 100 ms to import, and is needed here only

    Repo.init(folder).close()
    made = discover(folder)
    if made is None:
        raise PipeError(f"git made no repository in {folder}", code=ExitCode.STATE)
    return made
