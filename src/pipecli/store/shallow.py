"""What a shallow clone cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError

if TYPE_CHECKING:
    from pipecli.shell.git import Repository

UNSHALLOW = "git fetch --unshallow (in CI: fetch-depth: 0, or GIT_DEPTH: 0)"


def refuse_shallow(repository: Repository, *, allow_shallow: bool) -> None:
    """Raise `PipeError` for a shallow clone, unless it is allowed."""
    if repository.shallow and not allow_shallow:
        raise PipeError(
            "the clone is shallow: the past that it leaves out would be missing from every duration",
            hint=f"{UNSHALLOW}, or --allow-shallow to mark what is cut off",
            code=ExitCode.STATE,
        )
