"""The reports, by the name under which `pipe report` knows them: add a module and one line here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, cast

from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import ModuleType

    from pipecli.core.table import Table
    from pipecli.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Report:
    """One report: the module and the function that compute it, of one name; what it needs; what it can be asked.

    The module is imported when the report is asked for: all of them take longer to load than one takes to compute.
    `history`: it cannot do without one. `by_visits`: it counts visits, and so a deal whose file cannot be read now.
    `takes` are the options of `Asked` that mean something to it; `needs` those that it cannot do without. One that
    stands `alone` is too long to be among all of them, or tells what they do. `since` is the moment since which it
    tells what was changed, unless another is asked for.
    """

    name: str
    history: bool = True
    by_visits: bool = False
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    alone: bool = False
    since: str | None = None

    @property
    def about(self) -> str:
        """What the report says of itself: its module's docstring (population, clock, formula)."""
        return (self._module.__doc__ or "").strip()

    @property
    def compute(self) -> Callable[[Scope], tuple[Table, ...]]:
        """The function that computes it."""
        return cast("Callable[[Scope], tuple[Table, ...]]", getattr(self._module, self.name))

    @property
    def _module(self) -> ModuleType:
        return import_module(f"pipecli.reports.{self.name}")

    def tables(self, scope: Scope) -> tuple[Table, ...]:
        """Return the tables; the last says what a reader has to know of the source of all of them."""
        *others, last = self._asked(scope)
        source = scope.notes(by_visits=self.by_visits)
        former = scope.beside.notes(by_visits=self.by_visits) if scope.beside else ()
        before = (f"before: {note}" for note in former if note not in source)
        return (*others, replace(last, notes=(*last.notes, *source, *before)))

    def _asked(self, scope: Scope) -> Iterable[Table]:
        found = self.compute(scope)
        if scope.asked.explain:
            from pipecli.reports.behind import explained  # noqa: PLC0415 -- seldom asked for

            return map(explained, found)
        if scope.beside is None:
            return found
        from pipecli.reports.beside import beside  # noqa: PLC0415 -- as above

        known = scope.pipeline in (None, *scope.beside.workspace.pipelines)
        shifted = scope.beside.asked.period != scope.asked.period
        return beside(found, self.compute(scope.beside) if known else (), scope.beside, shifted=shifted)


_WEEK = "7d"
"""Since when changes are told, unless asked."""

REPORTS: Mapping[str, Report] = {
    "pipeline": Report("pipeline", history=False),
    "funnel": Report("funnel", by_visits=True, takes=("period", "mode")),
    "stage-time": Report("stage_time", by_visits=True, takes=("period", "by", "business_days")),
    "survival": Report("survival", by_visits=True, takes=("period", "business_days"), alone=True),
    "won-lost": Report("won_lost", history=False, takes=("period", "by")),
    "win-rate": Report("win_rate", history=False, takes=("period", "by")),
    "losses": Report("losses", history=False, takes=("period", "by")),
    "sources": Report("sources", history=False, takes=("period",)),
    "stale": Report("stale", history=False),
    "changes": Report("changes", by_visits=True, takes=("since",), needs=("since",)),
    "waterfall": Report("waterfall", takes=("period", "by")),
    "stage-time-trend": Report("stage_time_trend", by_visits=True, takes=("period", "business_days")),
    "aging": Report("aging", takes=("business_days",)),
    "coverage": Report("coverage", history=False, takes=("period",)),
    "slippage": Report("slippage", takes=("period", "by")),
    "reps": Report("reps", history=False, takes=("period",)),
    "review": Report("review", takes=("since",), since=_WEEK, alone=True),
    "digest": Report("digest", takes=("since", "person"), needs=("person",), since=_WEEK, alone=True),
    "forecast": Report("forecast", history=False, takes=("period", "by", "simulate", "seed", "backtest")),
    "conversion": Report("conversion", by_visits=True, takes=("period", "mode", "matrix")),
    "drop-off": Report("drop_off", by_visits=True, takes=("period",)),
    "velocity": Report("velocity", history=False, takes=("period",)),
    "cycle": Report("cycle", history=False, takes=("period",)),
    "touches": Report("touches", history=False, takes=("period",)),
    "first-response": Report("first_response", history=False, takes=("period", "by", "business_days")),
    "kpis": Report("kpis", by_visits=True, takes=("period", "fail_under")),
    "calibration": Report("calibration", by_visits=True, takes=("period",)),
}


ALL = "all"
"""The name that stands for every report."""
_OPTIONS = {"person": "--for"}
"""Options that are not named like their member of `Asked`."""
_EXAMPLES = {
    "since": "--since 7d, --since monday, --since 2026-11-16",
    "person": "--for sam, --for me",
    "compare": "--compare previous",
}
_EVERY = ("explain", "compare")
"""Options that mean something to every report."""
_OF_ALL = ("period", "since", "business_days")
"""What all reports may be asked together; each takes of it what means something to it."""


def chosen(name: str, asked: Asked) -> tuple[Mapping[str, Report], Asked]:
    """Return the reports that a name stands for, in their order, and what is asked of them.

    Raises `PipeError` for an unknown one, and for an option that means nothing to it.
    """
    if name != ALL:
        one = report(name, asked)
        return {name: one}, replace(asked, since=asked.since or one.since)
    for option in (one for one in _EVERY if one in asked.given()):
        message = f"{_written(option)} is for one report at a time"
        hint = f"pipe report pipeline {_EXAMPLES.get(option, _written(option))}"
        raise PipeError(message, hint=hint, code=ExitCode.USAGE)
    _refuse_others(name, _OF_ALL, asked)
    together = {name: one for name, one in REPORTS.items() if not one.alone}
    return together, replace(asked, since=asked.since or _WEEK)


def report(name: str, asked: Asked = Asked()) -> Report:  # noqa: B008 -- frozen
    """Return a report.

    Raises `PipeError` for an unknown one, for an option that means nothing to it, and for one that it lacks.
    """
    if name not in REPORTS:
        others = REPORTS if name == ALL else (*REPORTS, ALL)  # `all` is several, which `chosen` knows
        raise PipeError(f"there is no report {name!r}", hint=did_you_mean(name, others))
    found = REPORTS[name]
    _refuse_others(name, found.takes, replace(asked, **dict.fromkeys(_EVERY)))
    if asked.explain and asked.compare:
        message, hint = "--explain and --compare are two questions", "ask one, then the other"
        raise PipeError(message, hint=hint, code=ExitCode.USAGE)
    if asked.mode is not None:
        from pipecli.reports.funnel import mode_of  # noqa: PLC0415 -- as above

        mode_of(asked.mode)
    if asked.fail_under is not None:
        from pipecli.reports.kpis import wanted  # noqa: PLC0415 -- as above

        wanted(asked.fail_under)
    for option in found.needs:
        if option not in asked.given():
            message = f"the report {name} needs {_written(option)}"
            raise PipeError(message, hint=_EXAMPLES.get(option, _written(option)), code=ExitCode.USAGE)
    return found


def _refuse_others(name: str, takes: Sequence[str], asked: Asked) -> None:
    for option in asked.given():
        if option not in takes:
            hint = f"{name} takes {', '.join(map(_written, takes))}" if takes else "leave it out"
            message = f"{_written(option)} means nothing to the report {name}"
            raise PipeError(message, hint=hint, code=ExitCode.USAGE)


def _written(option: str) -> str:
    return _OPTIONS.get(option, f"--{option.replace('_', '-')}")
