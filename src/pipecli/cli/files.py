"""`pipe audit --files`: the same of a field of any files, in any repository."""

from typing import TYPE_CHECKING

from pipecli.cli.session import Session

if TYPE_CHECKING:
    from pipecli.cli.options import Asking
    from pipecli.core.problem import ExitCode
    from pipecli.store.files import Files
    from pipecli.store.view import View


def files_asked(globs: "list[str] | None", field: str | None, name: str | None) -> "Files | None":
    """Return which files the options name, or None where they name none; raise `PipeError` where one is missing."""
    if not globs and field is None and name is None:
        return None
    from pipecli.core.problem import PipeError
    from pipecli.store.files import Files

    if globs and field and name != "" and all(f"{field}.{name or 'path'}".split(".")):
        return Files(tuple(globs), field, name or "path")
    hint = "pipe audit --files 'docs/**/*.yaml' --field status"
    raise PipeError("--files and --field belong together, and --id to them", hint=hint)


def audit_files(
    session: Session,
    files: "Files",
    word: str | None,
    asked: "Asking",
    form: str,
    output: str | None,
) -> "ExitCode":
    """Show the visits of the files, or the timeline of the one that is meant; return the exit code."""
    from zoneinfo import ZoneInfo

    from pipecli.cli.audit import tell_in_short
    from pipecli.reports.audit import timeline, visits_table
    from pipecli.reports.files import of_files
    from pipecli.shell import clock
    from pipecli.store.foreign import look
    from pipecli.store.view import only

    zone = ZoneInfo("UTC")
    now = clock.now(zone)
    seen = look(session.start(), files, asked.of(now), now)
    view, shown = seen.view, seen.view.problems
    if word is not None:
        name = seen.find(word)
        view, shown = only(view, name), seen.concerning(name)
    if word is not None and form in ("table", "markdown"):
        table = timeline(view.visits, view.workspace, view.now, title=name)
    else:
        table = visits_table(view.visits, view.workspace, zone, seen.facts)
    notes = view.notes if word else (*view.notes, *seen.notes)
    session.show([of_files(table, files.field, notes)], form, output)
    _tell(session, view)
    tell_in_short(session, view, shown)
    present = [p for p in view.workspace.problems if word is None or seen.is_of(p, name)]
    return session.verdict((*shown, *present))


def _tell(session: Session, view: "View") -> None:
    """Say on standard error what marks the numbers as incomplete."""
    count = len(view.pending)
    if count == 1:
        session.say("  1 change is not committed yet; it counts from now (--committed leaves it out)")
    elif count:
        session.say(f"  {count} changes are not committed yet; they count from now (--committed leaves them out)")
    if view.shallow:
        session.say("  the clone is shallow: visits that begin at its boundary are marked as truncated")
