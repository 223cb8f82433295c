"""The checks of `pipe audit verify`. A new one: write its function, add its line here, its level in `rules.audited`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.problem import Problem, Severity
from pipecli.core.settings import Level
from pipecli.rules.audited import LEVELS
from pipecli.verify import courses, edits, rules, unread, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pipecli.core.workspace import Workspace
    from pipecli.history.commit import Commit
    from pipecli.verify.case import Case
    from pipecli.verify.finding import Finding
    from pipecli.verify.whole import Whole

_SHORT = 10
_NAMED = re.compile(rf"commit ([0-9a-f]{{{_SHORT}}})\b")
"""How the problems of the history name their commit."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of single changes: its stable code, and what yields its findings."""

    code: str
    check: Callable[[Case], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class CheckOfAll:
    """One check of the history as a whole."""

    code: str
    check: Callable[[Whole], Iterable[Finding]]


CHECKS: tuple[Check, ...] = (
    Check("broken-rule", rules.broken_rule),
    Check("forced-move", rules.forced_move),
    Check("stage-not-there", rules.stage_not_there),
    Check("edited-after-close", edits.edited_after_close),
    Check("foreign-edit", edits.foreign_edit),
    Check("not-judged", unread.not_judged),
)
OF_ALL: tuple[CheckOfAll, ...] = (
    CheckOfAll("backdated", courses.backdated),
    CheckOfAll("future-date", courses.future_date),
    CheckOfAll("time-backwards", courses.time_backwards),
    CheckOfAll("parallel-moves", courses.parallel_moves),
    CheckOfAll("pushed-close", whole.pushed_close),
    CheckOfAll("deleted-stage", whole.deleted_stage),
    CheckOfAll("unsigned", whole.unsigned),
    CheckOfAll("bad-signature", whole.bad_signature),
    CheckOfAll("not-judged", unread.rules_not_read),
    CheckOfAll("imported", whole.imported),
)


def of_case(case: Case, workspace: Workspace) -> Iterator[Problem]:
    """Yield what is found of one change, at the levels that the present workspace gives."""
    for one in CHECKS:
        level = workspace.settings.rules.get(one.code, LEVELS[one.code])
        if level is not Level.OFF:
            yield from (problem(one.code, level, finding, workspace) for finding in one.check(case))


def of_all(history: Whole) -> Iterator[Problem]:
    """Yield what is found of the history as a whole, at the levels that the present workspace gives."""
    for one in OF_ALL:
        level = history.workspace.settings.rules.get(one.code, LEVELS[one.code])
        if level is not Level.OFF:
            yield from (problem(one.code, level, finding, history.workspace) for finding in one.check(history))


def problem(code: str, level: Level, finding: Finding, workspace: Workspace) -> Problem:
    """Return a finding as a problem, which names commit and person in its message, too."""
    commit = finding.commit
    name = commit.hash[:_SHORT] if commit else ""
    by = _by(commit, workspace) if commit else ""
    return Problem(
        code=code,
        message=f"commit {name} by {by}: {finding.message}" if commit else finding.message,
        path=finding.path,
        severity=Severity(level.value),
        hint=finding.hint,
        commit=name,
        by=by,
    )


def told_by_the_engine(
    problems: Iterable[Problem], commits: Iterable[Commit], passed: Collection[str], workspace: Workspace
) -> Iterator[Problem]:
    """Yield what was found while the history was read, with commit and person, but for the commits in `passed`."""
    known = {commit.hash[:_SHORT]: commit for commit in commits}
    for one in problems:
        named = _NAMED.match(one.message)
        commit = known.get(named[1]) if named else None
        if commit is None:
            yield one
        elif commit.hash not in passed:
            yield replace(one, commit=commit.hash[:_SHORT], by=_by(commit, workspace))


def _by(commit: Commit, workspace: Workspace) -> str:
    return workspace.member_by_email(commit.email) or commit.author
