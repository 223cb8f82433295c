"""The options that several commands share, each with one text."""

import inspect
from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipecli.cli.session import Session
    from pipecli.history.visits import ClockName
    from pipecli.store.view import Question

Format = Annotated[str, typer.Option("--format", metavar="table|markdown|csv|json|html", help="How to print.")]
Output = Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file instead.")]
At = Annotated[str | None, typer.Option("--at", metavar="REV", help="As committed at this revision.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="WHEN",
        help="As recorded by the end of this day or period (2026-Q3, 2026-09), or this moment; 7d, monday.",
    ),
]
ClockOption = Annotated[
    str, typer.Option("--clock", metavar="effective|recorded", help="When it happened, or when it was written down.")
]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="CONDITION", help="Only deals that meet it, like 'value > 5000'; repeatable."),
]
BusinessDays = Annotated[
    bool, typer.Option("--business-days", help="Count durations in the working time of the calendar in pipe.yaml.")
]
FirstParent = Annotated[bool, typer.Option("--first-parent", help="A move counts from when it reached the main line.")]
Committed = Annotated[bool, typer.Option("--committed", help="Leave uncommitted work out.")]
AllowShallow = Annotated[bool, typer.Option("--allow-shallow", help="Read a shallow clone, and mark what is cut off.")]

Deals = Annotated[
    list[str],
    typer.Argument(metavar="DEAL...", help="Ids, unambiguous beginnings of ids, or words of titles."),
]
OneDeal = Annotated[str, typer.Argument(metavar="DEAL", help="An id, its unambiguous beginning, or words of a title.")]
ChosenBy = Annotated[
    list[str] | None,
    typer.Option(
        "--where", metavar="CONDITION", help="Instead of deals: those that 'pipe list' shows with it; repeatable."
    ),
]
Closed = Annotated[bool, typer.Option("--all", "-a", help="With --where: won and lost deals, too.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="With --where: do it, without asking.")]
Stage = Annotated[str | None, typer.Option("--stage", metavar="STAGE", help="Into this stage.")]
On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="It happened on this day (or at this moment), not now.")
]
IfStage = Annotated[
    str | None,
    typer.Option("--if-stage", metavar="STAGE", help="Only if the deal is still in this stage (else exit 4)."),
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept in the commit.")]
Force = Annotated[str | None, typer.Option("--force", metavar="WHY", help="Pass the gates; the commit says why.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")]
NoCommit = Annotated[bool, typer.Option("--no-commit", help="Write the files, and leave the commit to me.")]
AllowDetached = Annotated[bool, typer.Option("--allow-detached", help="Commit although HEAD is on no branch.")]
Wait = Annotated[float, typer.Option("--wait", metavar="SECONDS", help="How long to wait for another writer.")]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The options that choose a former moment, for what the files alone tell."""

    at: At = None
    as_of: AsOf = None

    def question(self, session: "Session") -> "tuple[Question, datetime]":
        """Return the question that the options ask, and this moment in the workspace's zone.

        Raises `PipeError` for a day that cannot be read or is still to come.
        """
        from pipecli.cli.session import now_in

        settings = session.settings(self.at)
        now = now_in(settings)
        return self.of(now, settings.settings.fiscal_year_starts), now

    def of(self, now: "datetime", fiscal: int = 1) -> "Question":
        """Return the question that the options ask now, where the fiscal year begins with a month."""
        from pipecli.store.view import Question

        return Question(at=self.at, as_of=_by(self.as_of, now, fiscal))


@dataclass(frozen=True, kw_only=True)
class Asking(Moment):
    """The options that ask the history: of which moment, by which clock, along which commits."""

    clock: ClockOption = "effective"
    first_parent: FirstParent = False
    committed: Committed = False
    allow_shallow: AllowShallow = False

    def of(self, now: "datetime", fiscal: int = 1) -> "Question":
        """Return the question that the options ask now. Raises `PipeError` for an unknown clock, too."""
        from dataclasses import replace

        from pipecli.core.problem import ExitCode, PipeError

        names: dict[str, ClockName] = {"effective": "effective", "recorded": "recorded"}
        if self.clock not in names:
            hint = "--clock effective, or --clock recorded"
            raise PipeError(f"there is no clock {self.clock!r}", hint=hint, code=ExitCode.USAGE)
        own = {one.name: getattr(self, one.name) for one in fields(Asking) if one.name not in ("at", "as_of", "clock")}
        return replace(Moment.of(self, now, fiscal), clock=names[self.clock], **own)


def unfolded(command: "Callable[..., None]") -> "Callable[..., None]":
    """Let a command take its last argument, an object of options like `Moment`, option by option."""
    signature = inspect.signature(command)
    *others, last = signature.parameters.values()
    options = [
        inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=one.type)
        for one in fields(last.annotation)
    ]

    @wraps(command)
    def called(*arguments: Any, **given: Any) -> None:  # noqa: ANN401 -- whatever the command takes
        own = {option.name: given.pop(option.name) for option in options}
        command(*arguments, **given, **{last.name: last.annotation(**own)})

    shown = [*others, *options]
    called.__annotations__ = {one.name: one.annotation for one in shown}
    called.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]
    return called


def _by(text: str | None, now: "datetime", fiscal: int) -> "datetime | None":
    """Return the moment that --as-of names: see `pipecli.core.days.by`."""
    from pipecli.core.days import ENDS, FutureError, by
    from pipecli.core.problem import ExitCode, PipeError

    if text is None:
        return None
    try:
        return by(text, now, fiscal)
    except FutureError as error:
        hint = "name a day that has come, or leave --as-of out to see how it stands now"
        raise PipeError(f"--as-of {text} {error}", hint=hint, code=ExitCode.USAGE) from None
    except ValueError as error:
        raise PipeError(f"--as-of {text}: {error}", hint=f"--as-of {ENDS}", code=ExitCode.USAGE) from None
