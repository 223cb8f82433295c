"""`pipe` alone: where one stands, and what to do next."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.cli.session import Session
    from pipecli.core.problem import Problem
    from pipecli.facts.agenda import Todo
    from pipecli.facts.derived import Context
    from pipecli.shell.git import Repository

_DUE = 5
"""So many lines of what is due are shown."""
_NO_WORKSPACE = """\
  pipe demo             builds an example with a year of history, and walks through it
  pipe init my-sales    makes a workspace from a template (pipe init --list shows them)
  pipe -C DIR COMMAND   works with a workspace elsewhere
  pipe --help           lists the commands"""


def status(session: "Session") -> None:
    """Print where the workspace stands in at most twenty lines; outside of one, how to begin."""
    from pipecli.cli.options import Moment
    from pipecli.cli.session import context_of
    from pipecli.core.problem import ExitCode, Severity
    from pipecli.render.safe import terminal
    from pipecli.render.width import clipped

    _refuse_no_workspace(session)
    standing = session.standing(Moment())
    facts = context_of(standing.workspace, standing.now)
    problems = session.judged(facts)
    width = session.medium().width
    lines = [terminal(line) for line in _lines(session, facts, problems)]
    cut = [clipped(line, width) if width and line.startswith(" ") else line for line in lines]  # what is due, in a line
    session.put("".join(f"{line}\n" for line in cut))
    failing = any(problem.severity is Severity.ERROR for problem in problems)
    raise typer.Exit(ExitCode.PROBLEMS if failing else ExitCode.OK)


def _refuse_no_workspace(session: "Session") -> None:
    from pathlib import Path

    from pipecli.core.problem import ExitCode
    from pipecli.render.safe import terminal as safe
    from pipecli.shell import terminal
    from pipecli.shell.disk import find_root

    start = Path(session.folder).resolve()
    if start.is_dir() and not (start / "objects").is_dir() and find_root(start) is None:
        terminal.say(f"pipe: no pipe.yaml in {safe(str(start))} or above it")
        session.say(_NO_WORKSPACE)
        raise typer.Exit(ExitCode.USAGE)


def _lines(session: "Session", facts: "Context", problems: "Sequence[Problem]") -> "Iterator[str]":
    from pipecli.core.problem import PipeError
    from pipecli.facts.agenda import planned
    from pipecli.shell.git import discover

    name, root = facts.workspace.settings.name, session.root(bare=True)
    yield f"{name}  {root}" if name else str(root)
    try:
        yield f"git: {_git(facts, discover(root))}"
    except PipeError as error:  # the rest can be told without git
        yield f"git: {error}"
    yield f"deals: {_deals(facts)}"
    yield f"problems: {_problems(problems)}"
    waiting = planned(facts.workspace.deals.values(), facts, facts.today)
    if waiting:
        today = sum(one.day == facts.today for one in waiting)
        yield f"due: {', '.join(_counted((('overdue', len(waiting) - today), ('today', today))))}"
        yield from (f"  {one.day}  {one.deal.id}  {_words(one)}" for one in waiting[:_DUE])
    if len(waiting) > _DUE:
        yield f"  … and {len(waiting) - _DUE:,} more"
    yield f"next: {_next(facts, problems, waiting)}"


def _git(facts: "Context", repository: "Repository | None") -> str:
    """Return the branch, what is under way, and how many files are not as committed."""
    from pipecli.shell.state import under_way
    from pipecli.store.changes import differing

    if repository is None:
        return "no repository, and so no history (git init && git add . && git commit)"
    branch = repository.branch.removeprefix("refs/heads/") or f"no branch, at {repository.head[:10]}"
    if repository.top is None:
        return f"{branch}, bare: what is committed is shown"
    begun = [f"{what} is under way"] if (what := under_way(repository)) else []
    if not repository.head:
        return ", ".join((branch, *begun, "no commit yet"))
    count = len(differing(repository, repository.head, facts.workspace))
    rest = f"{count:,} file{'' if count == 1 else 's'} not committed" if count else "all committed"
    return ", ".join((branch, *begun, rest))


def _deals(facts: "Context") -> str:
    """Return how many deals there are by kind, and how many of the open ones have been left alone for too long."""
    from collections import Counter

    from pipecli.core.layout import FileKind
    from pipecli.facts.registry import lookup

    found = [lookup(deal, facts) for deal in facts.workspace.deals.values()]
    kinds, rot = Counter(find("kind") for find in found), Counter(find("rot") for find in found)
    words = (("open", "open"), ("on hold", "on_hold"), ("won", "won"), ("lost", "lost"), ("in an unknown stage", None))
    unread = len(facts.workspace.known[FileKind.DEAL]) - len(found)
    pairs = (*((word, kinds[kind]) for word, kind in words), ("that cannot be read", unread))
    counts = ", ".join(_counted(pairs)) or "none yet"
    left = ", ".join(_counted((word, rot[word]) for word in ("rotting", "dead")))
    return f"{counts}; of the open ones {left}" if left else counts


def _problems(problems: "Sequence[Problem]") -> str:
    from pipecli.core.problem import Severity

    counts = [(severity, sum(problem.severity is severity for problem in problems)) for severity in Severity]
    return ", ".join(_counted((f"{s}{'' if n == 1 else 's'}", n) for s, n in counts)) or "none"


def _counted(pairs: "Iterator[tuple[str, int]] | tuple[tuple[str, int], ...]") -> "Iterator[str]":
    """Yield `3 open` for each word that is counted at all."""
    return (f"{number:,} {word}" for word, number in pairs if number)


def _words(one: "Todo") -> str:
    """Return what is due in words, with whom a task is for."""
    told = f"the {one.what}: {one.text}" if one.what == "hold ends" else one.text
    return f"{told} ({one.task.owner})" if one.task and one.task.owner else told


def _next(facts: "Context", problems: "Sequence[Problem]", waiting: "Sequence[Todo]") -> str:
    """Return the command that is most worth typing now."""
    from pipecli.core.layout import FileKind
    from pipecli.core.problem import Severity

    workspace = facts.workspace
    if any(problem.severity is Severity.ERROR for problem in problems):
        return "pipe validate"
    if not workspace.known[FileKind.PIPELINE]:
        return "write pipelines/NAME.yaml, or pipe import events FILE.csv --pipeline NAME --create"
    if not workspace.deals:
        return 'pipe new "Title"'
    if waiting:
        return "pipe agenda"
    return "pipe validate" if any(p.severity is Severity.WARNING for p in problems) else "pipe list"
