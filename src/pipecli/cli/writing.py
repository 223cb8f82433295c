"""What every writing command does around its plan: the lock, the state of the repository, the commit."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from pipecli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from pipecli.core.edit import Edit
    from pipecli.core.problem import ExitCode
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context
    from pipecli.shell.git import Repository
    from pipecli.shell.transaction import Done

_WAIT = 10
"""Seconds to wait for another writer, unless told."""


class Writing:
    """One write: holds the lock inside its `with` block, where the files are read and the plan is made.

    `commit` is False where the files are edited only. A `dry_run` writes nothing, and takes no lock.
    """

    def __init__(
        self, session: Session, *, commit: bool, wait: float, allow_detached: bool = False, dry_run: bool = False
    ) -> None:
        from pipecli.core.problem import PipeError

        if not wait >= 0:
            raise PipeError(f"--wait {wait:g}: a number of seconds, or 0", hint=f"--wait {_WAIT}")
        self.session = session
        self.wait = wait
        self.wants_commit = commit and not dry_run
        self.allow_detached = allow_detached
        self.dry_run = dry_run
        self.repository: Repository | None = None
        self.operation = ""
        self.done: Done | None = None
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        from pipecli.core.layout import SETTINGS
        from pipecli.shell import clock
        from pipecli.shell.lock import held

        self.operation = clock.operation()
        if self.dry_run:
            return self
        self._look()
        place = self.repository.common if self.repository else self.session.root() / SETTINGS
        with self.stack:
            if self.stack.enter_context(held(place, self.wait)):
                self._look()
            self.stack = self.stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.stack.close()

    def apply(self, edits: "Sequence[Edit]", message: str) -> str:
        """Write the edits, commit them if that is wanted, and return what to tell."""
        from pipecli.shell import transaction

        root = self.session.root()
        if not self.wants_commit or self.repository is None:
            transaction.write(root, edits)
            renamed = any(edit.after is None for edit in edits)
            advice = ": git add --all, so that one commit has both files, and the history goes on" if renamed else ""
            return f"  edited {', '.join(edit.path for edit in edits)}; not committed{advice}"
        self.refuse_dirty(edits)
        done = transaction.commit(root, self.repository, edits, message, self.operation, wait=self.wait)
        self.done = done
        if done.said:
            self.session.say(done.said)
        _tell_changes(self.session, done)
        return f"  committed {done.commit[:10]}"

    def refuse_dirty(self, edits: "Sequence[Edit]") -> None:
        """Raise `PipeError` where a commit is wanted that would hold more than the edits."""
        from pipecli.shell import state

        if self.wants_commit and self.repository:
            state.refuse_dirty(self.repository, edits)

    def rehearse(self, edits: "Sequence[Edit]") -> None:
        """Tell of a dry run what would refuse the commit, were it meant."""
        from pipecli.core.problem import PipeError
        from pipecli.shell import state

        try:
            self._look(commit=True)
            if self.repository:
                state.refuse_dirty(self.repository, edits, rehearsal=True)
        except PipeError as error:
            self.session.say(f"  the commit itself would be refused: {error}\n  try: {error.hint}")

    def verdict(self, facts: "Context") -> "ExitCode":
        """Return 1, with the problems on standard error, where a hook made a committed file invalid; else 0."""
        from pipecli.core.problem import ExitCode, Severity
        from pipecli.core.record import Deal
        from pipecli.core.workspace import located, read_file
        from pipecli.edits.plan import broken

        code = ExitCode.OK
        for path, data in self.done.changed if self.done else ():
            record, wrong = read_file(path, data)
            found = [*wrong, *(broken(facts, {path: (record, data)}) if isinstance(record, Deal) else ())]
            if any(problem.severity is Severity.ERROR for problem in found):
                self.session.error(f"{path} is committed, but a hook changed it, and now it is wrong:", [])
                self.session.tell(located(found, {path: data}))
                code = ExitCode.PROBLEMS
        return code

    def _look(self, *, commit: bool = False) -> None:
        """Look at the repository, and raise `PipeError` where its state forbids what is wanted."""
        from pipecli.core.problem import ExitCode, PipeError
        from pipecli.shell import state

        self.repository = self.session.repository()
        if not (commit or self.wants_commit):
            return
        if self.repository is None:
            hint = "git init && git add . && git commit, or use --no-commit"
            raise PipeError("the workspace is in no git repository", hint=hint, code=ExitCode.STATE)
        state.refuse_unfit(self.repository, allow_detached=self.allow_detached)


def _tell_changes(session: Session, done: "Done") -> None:
    """Tell what is otherwise than it was written: a hook, or another program, may change what is committed."""
    for path, _ in done.changed:
        session.say(f"  {path} was committed otherwise than pipe wrote it: a hook changed it")
    for path in done.left:
        if path not in dict(done.changed):
            session.say(f"  {path} is otherwise on the disk than it was committed: see git diff")
    for path in done.stale:
        session.say(f"  git's index still has the old {path}: git reset -q -- {path}")
    if not done.marked:
        session.say("  HEAD has no line Pipe-Op in its message: a hook took it out, or committed on top")


def refuse_blank(**given: str | None) -> None:
    """Raise `PipeError` for an option that is given without anything in it; `if_stage` is called --if-stage."""
    from pipecli.core.problem import PipeError

    for name, text in given.items():
        if text is not None and not text.strip():
            raise PipeError(f"--{name.replace('_', '-')} is blank", hint="give it a value, or leave it out")


def find_deals(session: Session, queries: list[str]) -> "tuple[Workspace, list[str]]":
    """Return a workspace that holds the deals that a person means, and their ids.

    Only these deals' files are read where the words are ids or beginnings of ids. Raises `PipeError` where a deal
    is not found, with the problems of the files that could not be read: it may be one of them.
    """
    from pathlib import PurePath

    from pipecli.core.finding import find_deal
    from pipecli.core.problem import PipeError
    from pipecli.store.worktree import load, load_deals, locate

    root = session.root()
    words = [_below(root, session, query) for query in queries]
    files = locate(root, words) if all(words) else None
    if files is not None:
        return load_deals(root, files, watch=session.watch()), list(
            dict.fromkeys(PurePath(path).stem for path in files)
        )
    workspace = load(root, watch=session.watch())
    try:
        found = {word: find_deal(workspace, word) for word in words}
    except PipeError as error:
        raise PipeError(str(error), hint=error.hint, code=error.code, problems=workspace.errors()) from None
    for word, name in found.items():
        if name in workspace.deals and word.casefold() in workspace.deals[name].formerly:
            session.say(f"  {word} is now called {name}")
    return workspace, list(dict.fromkeys(found.values()))


def _below(root: "Path", session: Session, word: str) -> str:
    """Return a word as it is, or the path of an existing file, relative to the workspace."""
    from pathlib import Path

    if not word.endswith(".yaml"):
        return word.strip()
    full = (Path(session.folder) / word).absolute().resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) and full.is_file() else word


def refuse_unreadable_rules(workspace: "Workspace") -> None:
    """Raise `PipeError` where a file cannot be read that says what a write must obey: it would be obeyed no more."""
    from pipecli.core.layout import FileKind
    from pipecli.core.problem import ExitCode, PipeError

    rules = (FileKind.SETTINGS, FileKind.TEAM, FileKind.RATES)
    wrong = [problem for problem in workspace.errors() if problem.path in rules]
    if wrong:
        message = "the workspace's own files have errors, and nothing can be checked against them"
        raise PipeError(message, hint="mend them first", code=ExitCode.PROBLEMS, problems=wrong)
