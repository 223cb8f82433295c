"""The reports, by the name under which `pipe report` knows them: add a module and one line here."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.reports import funnel, pipeline, stage_time, stale
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipecli.core.table import Table
    from pipecli.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Report:
    """One report: the function that computes it, what it needs, and what it can be asked.

    `history`: it cannot do without one. `by_visits`: it counts visits, and so a deal whose file cannot be read
    now. `takes` are the options of `Asked` that mean something to it, each with what it is where it is not given.
    """

    compute: Callable[[Scope], tuple[Table, ...]]
    history: bool = True
    by_visits: bool = False
    takes: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What the report says of itself: its module's docstring (population, clock, formula)."""
        return (sys.modules[self.compute.__module__].__doc__ or "").strip()


REPORTS: Mapping[str, Report] = {
    "pipeline": Report(pipeline.pipeline, history=False),
    "funnel": Report(funnel.funnel, by_visits=True, takes=("period", "mode")),
    "stage-time": Report(stage_time.stage_time, by_visits=True),
    "stale": Report(stale.stale, history=False),
}


def report(name: str, asked: Asked = Asked()) -> Report:  # noqa: B008 -- frozen
    """Return a report. Raises `PipeError` for an unknown one, and for an option that means nothing to it."""
    if name not in REPORTS:
        raise PipeError(f"there is no report {name!r}", hint=did_you_mean(name, REPORTS))
    found = REPORTS[name]
    for option in asked.given():
        if option not in found.takes:
            options = ", ".join(f"--{one}" for one in found.takes)
            hint = f"{name} takes {options}" if options else "leave it out"
            raise PipeError(f"--{option} means nothing to the report {name}", hint=hint, code=ExitCode.USAGE)
    return found
