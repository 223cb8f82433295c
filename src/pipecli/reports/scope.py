"""What a report is computed from, and the facts that every report prints."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, TypeVar, cast

from pipecli.core.calendar import period
from pipecli.core.layout import FileKind
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.relative import WORDS, said
from pipecli.facts.derived import Context
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from pipecli.core.calendar import Period
    from pipecli.core.pipeline import Pipeline
    from pipecli.core.promise import Promise
    from pipecli.core.record import Deal
    from pipecli.core.visit import Visit
    from pipecli.core.workspace import Workspace
    from pipecli.history.event import Event

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of a report beside its moment, each None where it was not; a report says what it takes.

    `period` is as it was written (`2026-Q4`, `ytd`), `by` the fact that divides the rows, `mode` the way of counting,
    `since` the moment or revision, as it was written, to compare with. `business_days`: count durations in them.
    `explain`: list the deals behind each figure. `compare`: with the period before, with the year before, or with a
    revision. `matrix`: between all stages. `simulate`: how often the future is drawn, `seed` of the draws; `backtest`:
    how many past forecasts are held against what came. `fail_under`: figures whose band must be met. `person` is
    the one whose digest it is.
    """

    period: str | None = None
    by: str | None = None
    mode: str | None = None
    since: str | None = None
    business_days: bool | None = None
    explain: bool | None = None
    compare: str | None = None
    matrix: bool | None = None
    simulate: int | None = None
    seed: int | None = None
    backtest: int | None = None
    fail_under: tuple[str, ...] | None = None
    person: str | None = None

    def given(self) -> tuple[str, ...]:
        """Return the names of the options that were given."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) is not None)

    def within(self, starts: int, today: date) -> Period | None:
        """Return the period, in a fiscal year that starts in this month; None where none was asked for.

        `today` is the day by which `last-quarter` is told. Raises `PipeError` for one that cannot be read.
        """
        if self.period is None:
            return None
        try:
            return said(self.period, today, starts) or period(self.period, starts)
        except ValueError as error:
            forms = "--period 2026-Q4, 2026-11, 2026 or 2026-W47; a run of them: --period 2026-07..2026-09"
            hint = did_you_mean(self.period, WORDS, otherwise=f"{forms}; or {', '.join(WORDS)}")
            raise PipeError(f"--period {self.period}: {error}", hint=hint, code=ExitCode.USAGE) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The workspace and its visits at one moment.

    `now` is the as-of moment, aware, in the workspace's zone. `clock` is `effective` or `recorded`, as the
    visits were read. `commit` names what was read: a hash, a hash and the work tree, or nothing without git.
    `pipeline` keeps the report to one pipeline; `asked` are its options; `where` are the conditions that its deals
    meet. `remarks` are what a reader has to know of the source. `current` is the open visit of each deal; `entered`
    and `updated` are the days, by deal, of its entry and of its last change, `timelines` its events. `before` is the
    scope as it was recorded by the moment to compare with. `then` finds the scope as it was recorded by any moment,
    with the same question and the same deals, where there is a history; `at` as it was at a revision. `beside` is the
    scope with which the report is compared: its deals are those that met the conditions then. `promises` are, by deal,
    the days on which it was expected to close, each from the moment on at which it was written, first to last; no two
    equal ones in a row.
    """

    workspace: Workspace
    visits: Sequence[Visit]
    now: datetime
    clock: str = "effective"
    commit: str = ""
    pipeline: str | None = None
    where: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)
    current: Mapping[str, Visit] = field(default_factory=dict)
    entered: Mapping[str, date] = field(default_factory=dict)
    updated: Mapping[str, date] = field(default_factory=dict)
    timelines: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    before: Scope | None = None
    then: Callable[[datetime], Scope] | None = None
    at: Callable[[str], Scope] | None = None
    beside: Scope | None = None
    promises: Mapping[str, Sequence[Promise]] = field(default_factory=dict)

    def only(self, deals: Iterable[Deal], where: Iterable[str]) -> Scope:
        """Return the scope with these deals and their visits alone, which are those that meet the conditions."""
        kept, known = {deal.id: deal for deal in deals}, self.workspace.known.get(FileKind.DEAL, {})
        named = {name: path for name, path in known.items() if name in kept or name not in self.workspace.deals}
        removed = {visit.deal for visit in self.visits} - set(known)
        remark = f"{counted(len(removed), 'removed deal')} left out: --where asks what is in the files"
        found = self.of(kept)
        return replace(
            found,
            workspace=replace(found.workspace, known={**self.workspace.known, FileKind.DEAL: named}),
            before=self.before.of(kept) if self.before else None,
            where=tuple(where),
            remarks=(*self.remarks, remark) if removed else self.remarks,
        )

    def of(self, names: Container[str]) -> Scope:
        """Return the scope with what is known of these deals alone."""
        deals = {name: deal for name, deal in self.workspace.deals.items() if name in names}
        return replace(
            self,
            workspace=replace(self.workspace, deals=deals),
            visits=tuple(visit for visit in self.visits if visit.deal in names),
            current={name: visit for name, visit in self.current.items() if name in names},
            timelines={name: events for name, events in self.timelines.items() if name in names},
            then=_of(self.then, names),
            promises={name: made for name, made in self.promises.items() if name in names},
            at=_of(self.at, names),
        )

    def pipelines(self) -> tuple[Pipeline, ...]:
        """Return the pipelines of the report, by id. Raises `PipeError` for one that is unknown."""
        known = self.workspace.pipelines
        if self.pipeline is None:
            return tuple(known[i] for i in sorted(known))
        if self.pipeline not in known:
            raise PipeError(f"there is no pipeline {self.pipeline!r}", hint=did_you_mean(self.pipeline, known))
        return (known[self.pipeline],)

    def period(self) -> Period | None:
        """Return the period that was asked for. Raises `PipeError` for one that cannot be read."""
        return self.asked.within(self.workspace.settings.fiscal_year_starts, self.now.date())

    def context(self) -> Context:
        """Return what the facts of a deal depend on at this moment."""
        zone = cast("ZoneInfo", self.now.tzinfo)
        return Context(self.workspace, self.now.date(), zone, self.entered, self.updated, promises=self.promises)

    def notes(self, *, by_visits: bool = False) -> tuple[str, ...]:
        """Return what stands beside every table: the remarks, and how many deals cannot be read.

        A report `by_visits` counts such a deal by its history; any other leaves it out.
        """
        unread = len(self.workspace.known.get(FileKind.DEAL, {})) - len(self.workspace.deals)
        if unread <= 0:
            return self.remarks
        its, is_ = ("its file", "is") if unread == 1 else ("their files", "are")
        deals = counted(unread, "deal")
        if by_visits and not self.where:
            return (*self.remarks, f"{deals} {is_} counted as last recorded: {its} cannot be read")
        return (*self.remarks, f"{deals} left out: {its} cannot be read")

    def facts(self, population: str, n: int, *, clock: str | None = None) -> tuple[tuple[str, str], ...]:
        """Return the facts that stand beside every table: population, clock, sample size, moment, source.

        `clock` names the days of the files that are counted by, where they are not the visits' moments.
        """
        period = self.period()
        return (
            ("population", population),
            ("clock", clock or self.clock),
            ("n", str(n)),
            ("as of", self.now.isoformat(timespec="seconds")),
            ("commit", self.commit or "none"),
            *((("period", f"{self.asked.period} ({period})"),) if period else ()),
            *((("where", "; ".join(self.where)),) if self.where else ()),
        )


def _of(then: Callable[[T], Scope] | None, names: Container[str]) -> Callable[[T], Scope] | None:
    """Return what finds former scopes, kept to some deals."""
    return None if then is None else lambda moment: then(moment).of(names)
