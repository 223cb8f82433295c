"""Problems as text for a terminal, a Markdown comment, CSV, JSON, and annotations of GitHub Actions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core.problem import Severity
from pipecli.core.table import Column, Table, Type
from pipecli.render import csv as table_csv
from pipecli.render import json as table_json
from pipecli.render import markdown as table_markdown
from pipecli.render.safe import github_data, github_log, github_property, terminal
from pipecli.render.width import clipped, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.core.problem import Problem
    from pipecli.render.medium import Medium

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_COLOR = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.NOTE: "\x1b[36m"}
_PLAIN = "\x1b[0m"
_LEAD = 30
GITHUB_SHOWS = 10
"""Annotations of one level that GitHub keeps of a step; it drops further ones and says nothing.

`_maxIssueCount` in `src/Runner.Worker/ExecutionContext.cs` of actions/runner; 50 of a job: actions/toolkit#734.
"""

_COLUMNS = (
    Column("severity", "severity"),
    Column("code", "code"),
    Column("path", "file"),
    Column("line", "line", Type.INTEGER),
    Column("column", "column", Type.INTEGER),
    Column("message", "message"),
    Column("hint", "remedy"),
)
_IN_COMMITS = (Column("commit", "commit"), Column("by", "by"))


def summary(problems: Iterable[Problem]) -> str:
    """Return `3 errors, 1 warning`, or `no problems`."""
    counts = Counter(problem.severity for problem in problems)
    parts = [f"{counts[level]:,} {level}{'' if counts[level] == 1 else 's'}" for level in Severity if counts[level]]
    return ", ".join(parts) or "no problems"


def text(problems: Sequence[Problem], medium: Medium) -> str:
    """Return each problem with its place, its line under which a caret shows the column, and its remedy."""
    blocks = ["\n".join(_block(problem, medium)) for problem in problems]
    return "\n".join([*blocks, summary(problems), ""])


def markdown(problems: Sequence[Problem], medium: Medium) -> str:
    """Return the problems as a table in Markdown."""
    return table_markdown.text([table(problems)], medium)


def csv(problems: Sequence[Problem], medium: Medium) -> str:
    """Return one line of CSV a problem."""
    return table_csv.text([table(problems)], medium)


def json(problems: Sequence[Problem], medium: Medium) -> str:
    """Return the problems as one JSON document, of the same shape as any table's."""
    return table_json.text([table(problems)], medium)


def html(problems: Sequence[Problem], medium: Medium) -> str:
    """Return the problems as a page with one table."""
    from pipecli.render import html as table_html  # noqa: PLC0415 -- a style sheet, which most commands never need

    return table_html.text([table(problems)], medium)


def github(problems: Sequence[Problem], _medium: Medium) -> str:
    """Return workflow commands, which GitHub Actions shows beside the lines, and the summary.

    Of a level with more problems than GitHub shows, the last annotation says how many more there are; those stand
    in the log as plain lines.
    """
    return "\n".join([*_annotations(problems), summary(problems), ""])


def table(problems: Sequence[Problem]) -> Table:
    """Return the problems as a table, one row a problem, without excerpts; commit and person where they are known."""
    past = any(p.commit for p in problems)
    rows = tuple(
        (str(p.severity), p.code, p.path, p.line or None, p.column or None, p.message, p.hint)
        + ((p.commit, p.by) if past else ())
        for p in problems
    )
    notes = (summary(problems),) if problems else ()
    columns = (*_COLUMNS, *(_IN_COMMITS if past else ()))
    return Table("Problems", columns, rows, notes=notes, empty=summary(()), name="problems")


def _block(problem: Problem, medium: Medium) -> Iterable[str]:
    severity = str(problem.severity)
    if medium.color:
        severity = f"{_COLOR[problem.severity]}{severity}{_PLAIN}"
    place = _place(problem)
    yield f"{place + ': ' if place else ''}{severity} {terminal(problem.code)}: {terminal(problem.message)}"
    if problem.excerpt:
        yield from _pointed(problem, medium.width)
    if problem.hint:
        yield f"    {terminal(problem.hint)}"


def _place(problem: Problem) -> str:
    numbers = [str(number) for number in (problem.line, problem.column) if number]
    return ":".join([terminal(problem.path), *numbers] if problem.path else numbers)


def _pointed(problem: Problem, width: int | None) -> Iterable[str]:
    """Yield the source line, cut to the width around the column, and the caret below the column."""
    start = max(problem.column - 1, 0)
    room = None if width is None else max(width - 6, 20)
    skipped = 0
    if room is not None and width_of(terminal(problem.excerpt[: start + 1])) > room:
        skipped = max(start - min(_LEAD, room // 2), 0)
    before = ("…" if skipped else "") + terminal(problem.excerpt[skipped:start])
    line = before + terminal(problem.excerpt[start:])
    yield f"    | {line if room is None else clipped(line, room)}"
    if problem.column:
        yield f"    | {' ' * width_of(before)}^"


def _annotations(problems: Sequence[Problem]) -> Iterator[str]:
    counts = Counter(problem.severity for problem in problems)
    room = {level: GITHUB_SHOWS - (number > GITHUB_SHOWS) for level, number in counts.items()}
    more = []
    for problem in problems:
        if room[problem.severity]:
            room[problem.severity] -= 1
            yield _annotation(problem)
        else:
            more.append(problem)
    for level, number in Counter(problem.severity for problem in more).items():
        title = github_property(f"{number:,} more {level}s")
        yield f"::{_COMMAND[level]} title={title}::GitHub shows {GITHUB_SHOWS} of a step; its log has the others, too"
    for problem in more:
        said = "; ".join(text for text in (problem.message, problem.hint) if text)
        yield github_log(f"{_place(problem)}: {problem.severity} {problem.code}: {said}")


def _annotation(problem: Problem) -> str:
    places = (
        ("file", problem.path),
        ("line", problem.line),
        ("col", problem.column),
        ("title", problem.code),
    )
    properties = ",".join(f"{name}={github_property(str(value))}" for name, value in places if value)
    message = problem.message + (f"\n{problem.hint}" if problem.hint else "")
    return f"::{_COMMAND[problem.severity]} {properties}::{github_data(message)}"
