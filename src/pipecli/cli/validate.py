"""`pipe validate`: every problem in the workspace."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.session import Session, context_of, in_order, now_in

if TYPE_CHECKING:
    from pipecli.core.problem import Problem


def validate(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Show the problems of these files and folders only."),
    ] = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="table|markdown|csv|json|github|gitlab", help="How to print the problems."),
    ] = "table",
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")] = False,
) -> None:
    """Show every problem in the workspace.

    Each is told with its place and its remedy. Exits 1 where there is an error.

    \b
    Examples:
      pipe validate
      pipe validate deals/2026-11
      pipe validate --strict --format github
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import ExitCode, Severity
    from pipecli.render.registry import render_problems
    from pipecli.rules.registry import check

    session: Session = context.obj
    workspace = session.workspace()
    problems = in_order(check(context_of(workspace, now_in(workspace))))
    if paths:
        wanted = _relative(session, paths)
        problems = tuple(p for p in problems if any(p.path == w or p.path.startswith(f"{w}/") or not w for w in wanted))
    failing = [p for p in problems if p.severity is Severity.ERROR or (strict and p.severity is Severity.WARNING)]
    if problems or form != "table":
        shown = _from_the_top(session, problems) if form in ("github", "gitlab") else problems
        session.put(render_problems(shown, form, session.medium()))
    else:
        counts = f"{_counted(len(workspace.deals), 'deal')}, {_counted(len(workspace.pipelines), 'pipeline')}"
        session.put(f"no problems in {', '.join(paths) if paths else counts}\n")
    raise typer.Exit(ExitCode.PROBLEMS if failing else ExitCode.OK)


def _from_the_top(session: Session, problems: "tuple[Problem, ...]") -> "tuple[Problem, ...]":
    """Return the problems with paths from the repository's top folder, as a host's annotations need them."""
    from dataclasses import replace

    repository = session.repository()
    return tuple(replace(p, path=f"{repository.prefix}{p.path}") for p in problems) if repository else problems


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _relative(session: Session, paths: list[str]) -> list[str]:
    """Return paths as they are named in problems: relative to the workspace. Raises `PipeError` for one outside."""
    import os
    from pathlib import Path

    from pipecli.core.problem import ExitCode, PipeError

    root = session.root()
    result = []
    for path in paths:
        full = Path(os.path.normpath(Path(session.folder).resolve() / path))
        if not os.path.lexists(full) or not full.is_relative_to(root):
            hint = f"name a file or folder below {root}"
            raise PipeError(f"there is no {path} in the workspace", hint=hint, code=ExitCode.USAGE)
        relative = full.relative_to(root).as_posix()
        result.append("" if relative == "." else relative)
    return result
