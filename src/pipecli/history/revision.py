"""What one commit made of one deal: the deal before and after, and the workspace's rules as they stood then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.history.commit import Commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a deal has to obey at a commit: a workspace of settings, team and pipelines alone.

    `begins`: the commit that brought the very first settings, with which the workspace begins. `cut`: what was before
    the commit was not fetched.
    """

    commit: Commit
    workspace: Workspace
    before: Workspace
    begins: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One deal before and after a commit, as its files are read; None where there was no such file.

    A version that cannot be read stands for the last one that could be: `unread` says what is wrong with it. `fresh`:
    there was no file before. Of a merge there is one revision for each file that no parent has so; `before` is what its
    first parent has, `others` what the further ones have.
    """

    ground: Ground
    deal: str
    path: str
    before: Deal | None
    after: Deal | None
    fresh: bool = False
    merge: bool = False
    others: tuple[Deal, ...] = ()
    unread: Problem | None = None

    @property
    def commit(self) -> Commit:
        """The commit that made it."""
        return self.ground.commit

    @property
    def is_known(self) -> bool:
        """Whether both sides are known as far as there are any."""
        return not self.unread and (self.fresh or self.before is not None)

    @property
    def moves(self) -> bool:
        """Whether the commit itself leaves the deal in a stage in which no parent has it."""
        before = [(deal.pipeline, deal.stage) for deal in (self.before, *self.others) if deal]
        return self.after is not None and (self.after.pipeline, self.after.stage) not in before
