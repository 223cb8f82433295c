"""What every writing command does around its plan: the lock, the state of the repository, the commit."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from pipecli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from pipecli.core.edit import Edit
    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository


class Writing:
    """One write: holds the lock inside its `with` block, where the files are read and the plan is made.

    `commit` is False where the files are edited only (or nothing is written).
    """

    def __init__(self, session: Session, *, commit: bool, wait: float, allow_detached: bool = False) -> None:
        self.session = session
        self.wait = wait
        self.wants_commit = commit
        self.allow_detached = allow_detached
        self.repository: Repository | None = None
        self.operation = ""
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        from pipecli.core.layout import SETTINGS
        from pipecli.core.problem import ExitCode, PipeError
        from pipecli.shell import clock, transaction
        from pipecli.shell.lock import held

        root = self.session.root()
        self.repository = self.session.repository()
        self.operation = clock.operation()
        if self.wants_commit:
            if self.repository is None:
                hint = "git init && git add . && git commit, or use --no-commit"
                raise PipeError("the workspace is in no git repository", hint=hint, code=ExitCode.STATE)
            transaction.refuse_unfit(self.repository, allow_detached=self.allow_detached)
        self.stack.enter_context(held(self.repository.common if self.repository else root / SETTINGS, self.wait))
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
            return f"  edited {', '.join(edit.path for edit in edits)}; not committed"
        transaction.refuse_dirty(self.repository, edits)
        done = transaction.commit(root, self.repository, edits, message, self.operation, wait=self.wait)
        if done.said:
            self.session.say(done.said)
        changed = (
            f"; a hook changed {', '.join(done.changed_by_hook)}: run pipe validate" if done.changed_by_hook else ""
        )
        return f"  committed {done.commit[:10]}{changed}"


def find_deals(session: Session, queries: list[str]) -> "tuple[Workspace, list[str]]":
    """Return a workspace that holds the deals that a person means, and their ids.

    Only these deals' files are read where the words are ids or beginnings of ids.
    """
    from pathlib import PurePath

    from pipecli.core.workspace import find_deal
    from pipecli.store.worktree import load, load_deals, locate

    root = session.root()
    files = locate(root, queries)
    if files is not None:
        return load_deals(root, files), list(dict.fromkeys(PurePath(path).stem for path in files))
    workspace = load(root)
    return workspace, [find_deal(workspace, query) for query in queries]
