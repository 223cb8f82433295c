"""The days that a person says on the command line: `--due fri`, `--at 'yesterday 14:05'`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from pipecli.cli.session import Session
    from pipecli.core.spoken import Almanac, Facing
    from pipecli.core.workspace import Workspace


def almanac(session: "Session") -> "Almanac":
    """Return from where days are seen in the workspace, by its settings alone."""
    from pipecli.cli.session import now_in

    settings = session.settings()
    return seen_in(settings, now_in(settings))


def seen_in(workspace: "Workspace", now: "datetime") -> "Almanac":
    """Return from where days are seen in a workspace."""
    from pipecli.core.spoken import Almanac

    settings = workspace.settings
    return Almanac(now.date(), settings.fiscal_year_starts, settings.calendar.week)


def said_day(option: str, text: str, seen: "Almanac", facing: "Facing | None" = None) -> "date":
    """Return the day that an option says. Raises `PipeError` where it says none; `facing` is BY unless told."""
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.core.spoken import SAID, SAID_PAST, Facing, day

    facing = facing or Facing.BY
    try:
        return day(text, seen, facing)
    except ValueError as error:
        hint = f"{option} {SAID_PAST if facing is Facing.PAST else SAID}".strip()
        raise PipeError(f"{option} {text}: {error}".strip(), hint=hint, code=ExitCode.USAGE) from None


def said_past(option: str, text: str, now: "datetime", seen: "Almanac", *, instead: str) -> "date | datetime":
    """Return the day or the moment that an option says. Raises `PipeError` where it says none, or one to come.

    `instead` is what to do about something that is still to come.
    """
    from datetime import datetime

    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.core.spoken import SAID_PAST, when

    try:
        found = when(text, now, seen)
    except ValueError as error:
        raise PipeError(f"{option} {text}: {error}", hint=f"{option} {SAID_PAST}", code=ExitCode.USAGE) from None
    if found > now if isinstance(found, datetime) else found > seen.today:
        raise PipeError(f"{option} {text} is in the future", hint=instead, code=ExitCode.USAGE)
    return found
