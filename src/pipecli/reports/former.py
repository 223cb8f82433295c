"""`--compare`: with which moment, and which period of it, a report is compared.

`previous`: without a period the same time of the same day one month before; for what is told `since` a moment, that
moment, with as long a time before it. With a period the one before it, seen from as far on: where the period still
runs, so many days after its first one; where it is over, as long after its last one. So both had the same time to be
written down, and deals the same time to be closed. `year`: the same, one year before. Anything else is a moment as
`--as-of` takes it, or a revision; the period stays.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from pipecli.core.days import FutureError, by
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.relative import a_year_before, months_away, previous

if TYPE_CHECKING:
    from pipecli.core.calendar import Period
    from pipecli.reports.scope import Scope

PREVIOUS, YEAR = "previous", "year"
_MONTHS = {PREVIOUS: -1, YEAR: -12}
_LAST_SECOND = time(23, 59, 59)
_HINT = "--compare previous, year, a day like 2026-09-30, or a revision that git log lists"


def former(scope: Scope) -> Scope:
    """Return the scope that the one is compared with.

    Raises `PipeError` for what is no moment and no revision, and where there is no history.
    """
    word = scope.asked.compare or ""
    if scope.then is None or scope.at is None:
        raise PipeError(
            "--compare needs a git history", hint="git init && git add . && git commit", code=ExitCode.STATE
        )
    if word not in _MONTHS:
        return _since(_named(word, scope), scope)
    period = scope.period()
    if period is None:
        return _since(scope.then(_before(word, scope)), scope)
    starts = scope.workspace.settings.fiscal_year_starts
    asked = scope.asked.period or ""
    other = previous(period, asked, starts) if word == PREVIOUS else a_year_before(period)
    found = scope.then(as_far_on(scope.now, period, other))
    return replace(found, asked=replace(found.asked, period=f"{other.first}..{other.last}"))


def as_far_on(now: datetime, period: Period, other: Period) -> datetime:
    """Return the moment from which another period is seen as the period is now."""
    today = now.date()
    if today >= period.last:
        return datetime.combine(other.last + (today - period.last), now.time(), now.tzinfo)
    day = other.first + (today - period.first)
    if day > other.last:
        return datetime.combine(other.last, _LAST_SECOND, now.tzinfo)
    return datetime.combine(day, now.time(), now.tzinfo)


def _before(word: str, scope: Scope) -> datetime:
    if word == PREVIOUS and scope.before:
        return scope.before.now
    day = months_away(scope.now.date(), _MONTHS[word])
    return datetime.combine(day, scope.now.time(), scope.now.tzinfo)


def _named(word: str, scope: Scope) -> Scope:
    assert scope.then is not None  # noqa: S101 -- see former
    assert scope.at is not None  # noqa: S101
    try:
        return scope.then(by(word, scope.now, scope.workspace.settings.fiscal_year_starts))
    except FutureError as error:
        raise PipeError(f"--compare {word} {error}", hint=_HINT, code=ExitCode.USAGE) from None
    except ValueError as error:
        why = str(error)
    try:
        return scope.at(word)
    except PipeError:
        message = f"--compare {word}: {why}; and there is no revision of that name"
        raise PipeError(message, hint=_HINT, code=ExitCode.USAGE) from None


def _since(found: Scope, scope: Scope) -> Scope:
    """Return the scope with a moment before it that is as far away as that of the other scope is."""
    if scope.before is None or found.then is None:
        return found
    span: timedelta = scope.now - scope.before.now
    return replace(found, before=found.then(found.now - span))
