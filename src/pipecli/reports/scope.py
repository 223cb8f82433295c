"""What a report is computed from, and the facts that every report prints."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, cast

from pipecli.core.layout import FileKind
from pipecli.core.problem import PipeError, did_you_mean
from pipecli.facts.derived import Context
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.visit import Visit
    from pipecli.core.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of a report beside its moment, each None where it was not; a report says what it takes.

    `period` is as it was written (`2026-Q4`), `by` the fact that divides the rows, `mode` the way of counting,
    `since` the moment, aware, from which on.
    """

    period: str | None = None
    by: str | None = None
    mode: str | None = None
    since: datetime | None = None

    def given(self) -> tuple[str, ...]:
        """Return the names of the options that were given."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The workspace and its visits at one moment.

    `now` is the as-of moment, aware, in the workspace's zone. `clock` is `effective` or `recorded`, as the
    visits were read. `commit` names what was read: a hash, a hash and the work tree, or nothing without git.
    `pipeline` keeps the report to one pipeline; `asked` are its options. `remarks` are what a reader has to know
    of the source.
    """

    workspace: Workspace
    visits: tuple[Visit, ...]
    now: datetime
    clock: str = "effective"
    commit: str = ""
    pipeline: str | None = None
    remarks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)

    def pipelines(self) -> tuple[Pipeline, ...]:
        """Return the pipelines of the report, by id. Raises `PipeError` for one that is unknown."""
        known = self.workspace.pipelines
        if self.pipeline is None:
            return tuple(known[i] for i in sorted(known))
        if self.pipeline not in known:
            raise PipeError(f"there is no pipeline {self.pipeline!r}", hint=did_you_mean(self.pipeline, known))
        return (known[self.pipeline],)

    def context(self) -> Context:
        """Return what the facts of a deal depend on at this moment."""
        return Context(self.workspace, self.now.date(), cast("ZoneInfo", self.now.tzinfo))

    def notes(self, *, by_visits: bool = False) -> tuple[str, ...]:
        """Return what stands beside every table: the remarks, and how many deals cannot be read.

        A report `by_visits` counts such a deal by its history; any other leaves it out.
        """
        unread = len(self.workspace.known.get(FileKind.DEAL, {})) - len(self.workspace.deals)
        if unread <= 0:
            return self.remarks
        its, is_ = ("its file", "is") if unread == 1 else ("their files", "are")
        deals = counted(unread, "deal")
        if by_visits:
            return (*self.remarks, f"{deals} {is_} counted as last recorded: {its} cannot be read")
        return (*self.remarks, f"{deals} left out: {its} cannot be read")

    def facts(self, population: str, n: int) -> tuple[tuple[str, str], ...]:
        """Return the facts that stand beside every table: population, clock, sample size, moment, source."""
        return (
            ("population", population),
            ("clock", self.clock),
            ("n", str(n)),
            ("as of", self.now.isoformat(timespec="seconds")),
            ("commit", self.commit or "none"),
        )
