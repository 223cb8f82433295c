"""A period as the moments at its ends: what was recorded by then, and which deal of the one is which of the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from pipecli.core.calendar import Unit, label, named
from pipecli.core.layout import FileKind
from pipecli.history.rename import by_files, continued

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipecli.core.calendar import Period
    from pipecli.reports.scope import Scope

_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)


def in_period(scope: Scope) -> tuple[Scope, Period]:
    """Return the period that was asked for, else the quarter of the as-of day, and the scope that is asked for it.

    Raises `PipeError` for a period that cannot be read.
    """
    if scope.asked.period is None:
        quarter = label(scope.now.date(), Unit.QUARTER, scope.workspace.settings.fiscal_year_starts)
        scope = replace(scope, asked=replace(scope.asked, period=quarter))
    period = scope.period()
    assert period is not None  # noqa: S101 -- it was given, or has been set
    return scope, period


def has_begun(scope: Scope, period: Period) -> bool:
    """Return whether a period has begun by the as-of day."""
    return period.first <= scope.now.date()


def is_over(scope: Scope, period: Period) -> bool:
    """Return whether a period was over before the as-of day."""
    return period.last < scope.now.date()


def opening(scope: Scope, period: Period) -> Scope | None:
    """Return what was recorded before a period began; None where it has not, and without a history."""
    return None if not has_begun(scope, period) else _by(scope, period.first - _DAY)


def closing(scope: Scope, period: Period) -> Scope | None:
    """Return what was recorded by the end of a period, or by now where it is not over; None without a history."""
    return _by(scope, period.last) if is_over(scope, period) else scope


def previous(period: Period, text: str, starts: int, most: int) -> list[tuple[str, Period]]:
    """Return the periods before one, the last first, with their names; none before a day, or a run of periods."""
    unit = _unit(text)
    found: list[tuple[str, Period]] = []
    while unit and len(found) < most:
        name = label(period.first - _DAY, unit, starts)
        period = named(name, starts)
        found.append((name, period))
    return found


def _unit(text: str) -> Unit | None:
    """Return what kind of period a text names; None for a day, and for a run."""
    _, _, rest = text.partition("-")
    if ".." in text or "-" in rest:
        return None
    return {"Q": Unit.QUARTER, "W": Unit.WEEK, "": Unit.YEAR}.get(rest[:1], Unit.MONTH)


def _by(scope: Scope, day: date) -> Scope | None:
    """Return what was recorded by the end of a day; with `--where`, of the deals that meet the conditions now."""
    if scope.then is None:
        return None
    found = scope.then(datetime.combine(day, _LAST_SECOND, scope.now.tzinfo))
    if not scope.where:
        return found
    deals = {name: one.path for name, one in found.workspace.deals.items()}
    return replace(found, workspace=replace(found.workspace, known={**found.workspace.known, FileKind.DEAL: deals}))


def names(scope: Scope, before: Scope) -> Mapping[str, str]:
    """Return id → id at the moment before, of each deal that is in both."""
    found = by_files(before.workspace, scope.workspace)
    new = set(scope.workspace.known.get(FileKind.DEAL, {})) - set(found)
    gone = set(before.workspace.known.get(FileKind.DEAL, {})) - set(found.values())
    return found | continued(before.timelines, scope.timelines, gone, new) if new and gone else found
