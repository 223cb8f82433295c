"""What one invocation works with: the folder, the streams, the workspace and its moment in time."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from pipecli.cli.options import Moment
    from pipecli.core.condition import Condition
    from pipecli.core.problem import ExitCode, Problem
    from pipecli.core.table import Document, Table
    from pipecli.core.watch import Watch
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context
    from pipecli.render.medium import Medium
    from pipecli.shell.git import Repository
    from pipecli.store.standing import Standing
    from pipecli.store.view import Question


@dataclass(frozen=True, slots=True)
class Session:
    """The options that all commands share; `email` has the address that git knows, once it was asked for."""

    folder: str
    color: str = "auto"
    quiet: bool = False
    email: "list[str]" = field(default_factory=list, repr=False)

    def start(self) -> "Path":
        """Return the folder that is worked in. Raises `PipeError` where there is none."""
        from pathlib import Path

        from pipecli.core.problem import ExitCode, PipeError

        start = Path(self.folder).resolve()
        if not start.is_dir():
            raise PipeError(f"there is no folder {self.folder}", code=ExitCode.USAGE)
        return start

    def root(self, *, bare: bool = False) -> "Path":
        """Return the workspace's folder. Raises `PipeError` where there is none.

        `bare`: a bare repository will do, which has the workspace in its commits.
        """
        from pipecli.core.problem import ExitCode, PipeError
        from pipecli.shell.disk import find_root

        start = self.start()
        if (start / "objects").is_dir():
            from pipecli.store.bare import is_workspace

            if is_workspace(start):
                if bare:
                    return start
                hint = "what reads works here, like pipe list and pipe report; to write: git clone it"
                message = f"{start} is a bare repository: it has no files to work on"
                raise PipeError(message, hint=hint, code=ExitCode.STATE)
        root = find_root(start)
        if root is None:
            hint = "pipe init, to make one here; pipe -C DIR, to name one elsewhere; pipe demo, to see one"
            raise PipeError(f"no pipe.yaml in {start} or above it", hint=hint, code=ExitCode.USAGE)
        return root

    def workspace(self, *, deals: bool = True) -> "Workspace":
        """Return the workspace as it is on the disk; without `deals`, their files are known and not read."""
        from pipecli.store.worktree import load

        return load(self.root(), deals=deals, watch=self.watch())

    def judged(self, facts: "Context") -> "tuple[Problem, ...]":
        """Return all problems of the workspace as it is on the disk, remembered where nothing changed."""
        from pipecli.store.verdicts import recalled

        def judge() -> "tuple[Problem, ...]":
            from pipecli.rules.registry import check

            return check(facts)

        return recalled(self.root(bare=True), facts.workspace, facts.today, judge, self.watch())

    def repository(self) -> "Repository | None":
        """Return where the workspace stands in git, or None."""
        from pipecli.shell.git import discover

        return discover(self.root())

    def settings(self, at: str | None = None) -> "Workspace":
        """Return the workspace of its settings alone; in a bare repository those of the revision `at`, else of HEAD."""
        from pipecli.store.bare import settings

        return settings(self.root(bare=True), at)

    def is_present(self, asked: "Moment") -> bool:
        """Return whether no moment is asked for, and the files are on the disk, not in a bare repository."""
        from pipecli.core.layout import SETTINGS

        return asked.at is None and asked.as_of is None and (self.root(bare=True) / SETTINGS).exists()

    def standing(self, asked: "Moment") -> "Standing":
        """Return the workspace as its files stood at the moment that is asked for, or stand on the disk without one."""
        from pipecli.store.standing import Standing, stand

        if self.is_present(asked):
            workspace = self.workspace()
            return Standing(workspace, now_in(workspace))
        question, now = asked.question(self)
        return stand(self.root(bare=True), question, now)

    def medium(self) -> "Medium":
        """Return what the renderers may know of standard output."""
        from pipecli.render.medium import Medium
        from pipecli.shell import terminal

        return Medium(width=terminal.width(), color=terminal.colored(self.color), blocks=terminal.has_blocks())

    def show(self, tables: "Sequence[Table]", form: str, output: str | None = None) -> None:
        """Print tables in a format, or write them to a file; what CSV has no place for goes to standard error."""
        from pipecli.render.registry import ANYWHERE, render
        from pipecli.render.remarks import remarks
        from pipecli.shell import terminal

        text = render(tables, form, ANYWHERE if output else self.medium())
        if form == "table" and not output:
            terminal.page(text)
        else:
            self.put(text, output)
        beside = remarks(tables, ANYWHERE).strip() if form == "csv" else ""
        if beside:
            self.say(beside)

    def show_document(self, whole: "Document", form: str, output: str | None = None) -> None:
        """Print sections of tables as one text, or write them to a file."""
        from pipecli.render.registry import ANYWHERE, render_document

        self.put(render_document(whole, form, ANYWHERE if output else self.medium()), output)

    def put(self, text: str, output: str | None = None) -> None:
        """Print data, or write them to a file. Raises `PipeError` where that cannot be, or is no file for data."""
        from pipecli.core.problem import ExitCode, PipeError
        from pipecli.shell import disk, terminal

        if not output or output == "-":
            terminal.out(text)
            return
        file = disk.output_file(output)
        try:
            disk.write(file, text.encode())
        except OSError as error:
            raise PipeError(f"cannot write {output}: {error.strerror}", code=ExitCode.STATE) from None
        self.say(f"written to {output}")

    def put_done(self, text: str) -> None:
        """Print what a command has done; where that cannot be printed it is done all the same."""
        from pipecli.core.problem import PipeError

        try:
            self.put(text)
        except PipeError as error:
            self.say(f"  {error}; what was asked for is done")

    def say(self, text: str) -> None:
        """Tell a person, on standard error, unless --quiet."""
        from pipecli.render.safe import terminal_lines
        from pipecli.shell import terminal

        if not self.quiet:
            terminal.say(terminal_lines(text))

    def watch(self) -> "Watch":
        """Return what shows the progress of long work on a terminal, unless --quiet, and says its warnings."""
        from pipecli.core.watch import Watch
        from pipecli.shell.terminal import Progress

        say, line = self.say, None if self.quiet else Progress()

        class Shown(Watch):
            def progress(self, what: str, done: int, total: int | None) -> None:
                if line:
                    line.draw(what, done, total)

            def warn(self, text: str) -> None:
                if line:
                    line.erase()
                say(text)

        return Shown()

    def tell(self, problems: "Sequence[Problem]") -> None:
        """Print problems by their places on standard error, whatever the command prints on standard output."""
        from pipecli.render.registry import render_problems
        from pipecli.shell import terminal

        if problems:
            terminal.say(render_problems(in_order(problems), "table").rstrip("\n"))

    def verdict(self, problems: "Sequence[Problem]") -> "ExitCode":
        """Print problems on standard error, and return the exit code: 1 where one of them is an error."""
        from pipecli.core.problem import ExitCode, Severity

        self.tell(problems)
        return ExitCode.PROBLEMS if any(p.severity is Severity.ERROR for p in problems) else ExitCode.OK

    def error(self, message: str, reasons: "Sequence[Problem]") -> None:
        """Print why a write is refused, a line for each reason, on standard error."""
        from pipecli.render.safe import terminal_lines
        from pipecli.shell import terminal

        terminal.say(f"pipe: {terminal_lines(message)}")
        for reason in reasons:
            hint = f"\n      try: {reason.hint}" if reason.hint else ""
            terminal.say(terminal_lines(f"  - {reason.message}{hint}"))

    def gated(self, reasons: "Sequence[Problem]", remedy: str, *, always: bool = False) -> None:
        """Tell how to go on where criteria refused a write, on standard error; only gates can be forced.

        The remedy is told where not every reason has one of its own, or `always`.
        """
        from pipecli.render.safe import terminal_lines
        from pipecli.shell import terminal

        forced = "pass the gates with --force WHY" if all(one.code.startswith("gate-") for one in reasons) else ""
        told = remedy if always or not all(reason.hint for reason in reasons) else ""
        if told or forced:
            joined = f"try: {told}{', or ' if forced else ''}{forced}" if told else f"or {forced}"
            terminal.say(terminal_lines(f"  {joined}"))

    def facts(self, workspace: "Workspace", now: "datetime", asked: "Moment | None" = None) -> "Context":
        """Return what the facts of the workspace's deals depend on, with the history for those that need it."""
        from dataclasses import replace

        from pipecli.store.been import been

        def question() -> "Question":
            from pipecli.store.view import Question

            return asked.question(self)[0] if asked else Question()

        found = been(self.root(bare=True), question, now, self.watch())
        return replace(context_of(workspace, now), stays=found.stays, promises=found.promises, author=found.author)

    def me(self, workspace: "Workspace") -> str:
        """Return the id of the member whom git knows here, or the empty string."""
        from pipecli.shell.git import own_email

        if not workspace.team.members:
            return ""
        if not self.email:
            self.email.append(own_email(self.root(bare=True)))  # git is asked once
        return workspace.member_by_email(self.email[0])


def me_in(session: Session, wanted: "Sequence[Condition]", workspace: "Workspace") -> str:
    """Return the member at the keyboard where a condition asks, and say so where there is none; else nothing."""
    from pipecli.facts.where import asks_for_me

    if not asks_for_me(wanted):
        return ""
    me = session.me(workspace)
    if not me:
        session.say("  'me' is nobody here: no member in team.yaml has the e-mail address of git config user.email")
    return me


def in_order(problems: "Sequence[Problem]") -> "tuple[Problem, ...]":
    """Return problems by path, line and column."""
    return tuple(sorted(problems, key=lambda problem: (problem.path, problem.line, problem.column)))


def now_in(workspace: "Workspace") -> "datetime":
    """Return this moment in the workspace's zone."""
    from pipecli.shell import clock

    return clock.now(workspace.zone)


def context_of(workspace: "Workspace", now: "datetime") -> "Context":
    """Return what the facts of the workspace's deals depend on, from the files alone."""
    from pipecli.facts.derived import Context

    return Context(workspace, now.date(), workspace.zone)
