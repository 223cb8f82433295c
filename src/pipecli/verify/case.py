"""One change of one deal as the checks judge it: with who made it, when and why, by the rules of that moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.facts.derived import Context
from pipecli.history.effective import day_in
from pipecli.history.reason import given
from pipecli.verify.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from pipecli.core.workspace import Workspace
    from pipecli.history.commit import Commit
    from pipecli.history.revision import Revision

IMPORTS = ("Pipe-Import:", "Pipe-Source:")
"""The trailers of commits that bring in what another system says."""


def imports(message: str) -> bool:
    """Return whether a commit brings in what another system says."""
    return any(trailer in message for trailer in IMPORTS)


@dataclass(frozen=True, slots=True)
class Case:
    """A revision; `day` is the author's, in the workspace's zone; `me` the member who made it, if it is one.

    `memory` is what was known before.
    """

    revision: Revision
    day: date
    me: str
    memory: Memory = field(default_factory=Memory)

    @property
    def commit(self) -> Commit:
        """The commit that made the change."""
        return self.revision.commit

    @property
    def workspace(self) -> Workspace:
        """The settings, team and pipelines as they stood at the commit."""
        return self.revision.ground.workspace

    @property
    def names(self) -> Collection[str]:
        """The ids of the deal before and after."""
        return {self.revision.deal, *([self.revision.before.id] if self.revision.before else [])}

    @property
    def behind(self) -> tuple[str, ...]:
        """The members who brought the change to the main line by a merge; asked only where a stage has approvers."""
        asked = any(stage.approve for one in self.workspace.pipelines.values() for stage in one.stages)
        addresses = self.memory.merged_by(self.commit) if asked and self.revision.moves else ()
        return tuple(name for address in addresses if (name := self.workspace.member_by_email(address)))

    @property
    def is_judged(self) -> bool:
        """Whether rules are asked: both sides are known, and neither the workspace nor an import begins with it."""
        ground = self.revision.ground
        return self.revision.is_known and not (ground.begins or ground.cut or imports(self.commit.message))

    def context(self) -> Context:
        """Return what the facts of the deal depended on, the reason that was given with the change among it."""
        after = self.revision.after
        reason = given(self.commit.message, self.names, "Pipe-Reason") or (
            after.outcome.reason if after and after.outcome else None
        )
        names = list(self.names)
        promised = self.memory.promised(names, self.commit)
        stays = self.memory.stays(names, self.commit) if self._resumes else ()
        return Context(
            self.workspace,
            self.day,
            self.workspace.zone,
            reason=reason,
            stays=dict.fromkeys(names, stays),
            promises=dict.fromkeys(names, promised) if promised else {},
            author=lambda: self.commit.author,
        )

    @property
    def _resumes(self) -> bool:
        """Whether the deal comes from anything but an open stage of its pipeline, so that it may have been in one."""
        before, after = self.revision.before, self.revision.after
        stage = self.workspace.stage_of(before) if before else None
        same = before and after and before.pipeline == after.pipeline
        return self.revision.moves and not (same and stage and stage.kind is Kind.OPEN)


def case(revision: Revision, memory: Memory) -> Case:
    """Return the case of a revision."""
    workspace, commit = revision.ground.workspace, revision.commit
    return Case(revision, day_in(commit.authored, workspace.zone), workspace.member_by_email(commit.email), memory)
