"""The reports, by the name under which `pipe report` knows them: add a module and one line here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pipecli.core.problem import PipeError, did_you_mean
from pipecli.reports import pipeline, stage_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipecli.core.table import Table
    from pipecli.reports.scope import Scope

REPORTS: dict[str, Callable[[Scope], tuple[Table, ...]]] = {
    "pipeline": pipeline.pipeline,
    "stage-time": stage_time.stage_time,
}


def report(name: str) -> Callable[[Scope], tuple[Table, ...]]:
    """Return the report's function. Raises `PipeError` with the nearest name for an unknown one."""
    if name not in REPORTS:
        raise PipeError(f"there is no report {name!r}", hint=did_you_mean(name, REPORTS))
    return REPORTS[name]


def about(name: str) -> str:
    """Return what a report says of itself: its module's docstring (population, clock, formula)."""
    return (sys.modules[report(name).__module__].__doc__ or "").strip()
