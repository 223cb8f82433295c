"""`pipe validate`: every problem in the workspace."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import Moment, unfolded
from pipecli.cli.session import Session, context_of, in_order
from pipecli.cli.standing import tell

if TYPE_CHECKING:
    from pipecli.core.problem import ExitCode, Problem
    from pipecli.core.workspace import Workspace


@unfolded
def validate(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Show the problems of these files and folders only."),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="table|markdown|csv|json|html|github|gitlab", help="How to print the problems."
        ),
    ] = "table",
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")] = False,
    range_: Annotated[
        str | None,
        typer.Option("--range", metavar="BASE..HEAD", help="Instead: what these commits did with deals, by the gates."),
    ] = None,
    *,
    asked: Moment,
) -> None:
    """Show every problem in the workspace.

    Each is told with its place and its remedy. Exits 1 where there is an error. A former moment is judged as of then:
    what is overdue now, and was not yet, is no problem of it. With --range every change of a deal in the commits is
    judged by the gates, as they stood at the commit: moves, criteria, checklists, hand-offs, approvals, policies.

    \b
    Examples:
      pipe validate
      pipe validate deals/2026-11
      pipe validate --strict --format github
      pipe validate --as-of yesterday
      pipe validate --range origin/main..HEAD --format github
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import ExitCode, PipeError

    session: Session = context.obj
    if range_ is not None:
        raise typer.Exit(_of_range(session, range_, paths, form, asked, strict=strict))
    standing = session.standing(asked)
    workspace = standing.workspace
    if standing.note:
        raise PipeError(standing.note, hint="name a later moment", code=ExitCode.USAGE)
    problems = in_order(session.judged(context_of(workspace, standing.now)))
    problems = _below(session, problems, paths, workspace if standing.commit else None)
    counts = f"{_counted(len(workspace.deals), 'deal')}, {_counted(len(workspace.pipelines), 'pipeline')}"
    fine = f"no problems in {', '.join(paths) if paths else counts}\n"
    code = _put(session, problems, form, fine, standing.commit, standing.prefix, strict=strict)
    tell(session, standing)
    raise typer.Exit(code)


def _of_range(
    session: Session, text: str, paths: list[str] | None, form: str, asked: Moment, *, strict: bool
) -> "ExitCode":
    from pipecli.cli.ranging import judged_range
    from pipecli.core.problem import PipeError

    if asked.at is not None or asked.as_of is not None:
        raise PipeError("--range names its commits itself", hint=f"pipe validate --range {text}")
    judged = judged_range(session, text)
    problems = _below(session, judged.problems, paths, judged.workspace)
    counts = f"{_counted(judged.changed, 'change')} of deals in {text}, and every gate was passed"
    fine = f"no problems in {', '.join(paths)}\n" if paths else f"{counts}\n"
    return _put(session, problems, form, fine, judged.commit, judged.prefix, strict=strict)


def _below(
    session: Session, problems: "tuple[Problem, ...]", paths: list[str] | None, then: "Workspace | None"
) -> "tuple[Problem, ...]":
    """Return the problems below the files and folders that are named; all where none is."""
    if not paths:
        return problems
    wanted = _relative(session, paths, then)
    return tuple(p for p in problems if any(p.path == w or p.path.startswith(f"{w}/") or not w for w in wanted))


def _put(
    session: Session, problems: "tuple[Problem, ...]", form: str, fine: str, commit: str, prefix: str, *, strict: bool
) -> "ExitCode":
    """Print the problems, or that all is fine, and return the exit code."""
    from pipecli.core.problem import ExitCode, Severity
    from pipecli.render.registry import render_problems

    if problems or form != "table":
        shown = from_the_top(session, problems, commit, prefix) if form in ("github", "gitlab") else problems
        session.put(render_problems(shown, form, session.medium()))
    else:
        session.put(fine)
    failing = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return ExitCode.PROBLEMS if any(problem.severity in failing for problem in problems) else ExitCode.OK


def from_the_top(
    session: Session, problems: "tuple[Problem, ...]", commit: str = "", prefix: str = ""
) -> "tuple[Problem, ...]":
    """Return the problems with paths from the repository's top folder, as a host's annotations need them.

    At a former commit the workspace's prefix is that of then.
    """
    from dataclasses import replace

    repository = None if commit else session.repository()
    prefix = repository.prefix if repository else prefix
    return tuple(replace(p, path=f"{prefix}{p.path}") for p in problems)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _relative(session: Session, paths: list[str], then: "Workspace | None") -> list[str]:
    """Return paths as they are named in problems: relative to the workspace.

    Raises `PipeError` for one outside, and for one that is not on the disk, or was not there then.
    """
    import os
    from pathlib import Path

    from pipecli.core.problem import ExitCode, PipeError

    root = session.root(bare=True)
    known = None if then is None else {*then.texts, *(path for ids in then.known.values() for path in ids.values())}
    result = []
    for path in paths:
        full = Path(os.path.normpath(Path(session.folder).resolve() / path))
        relative = full.relative_to(root).as_posix() if full.is_relative_to(root) else ".."
        there = os.path.lexists(full) if known is None else any(f"{one}/".startswith(f"{relative}/") for one in known)
        if relative != "." and (relative == ".." or not there):
            hint = f"name a file or folder below {root}"
            when = "" if known is None else " of then"
            raise PipeError(f"there is no {path} in the workspace{when}", hint=hint, code=ExitCode.USAGE)
        result.append("" if relative == "." else relative)
    return result
