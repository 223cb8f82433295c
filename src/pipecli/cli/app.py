"""The command line: the commands by name, the options of all of them, and the one place where errors end."""

from typing import Annotated, Any

import typer

from pipecli.cli import (
    agenda,
    anywhere,
    audit,
    blame,
    check,
    completion,
    diff,
    doctor,
    edit,
    exporting,
    importing,
    listing,
    log,
    move,
    new,
    next_step,
    outcomes,
    pipeline,
    rates,
    recycle,
    rename,
    report,
    schema,
    setting,
    stage,
    start,
    status,
    task,
    validate,
)
from pipecli.cli.session import Session

app = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A sales pipeline kept as plain YAML files in git.",
    epilog="Start with 'pipe demo', or with 'pipe init --list'. Every command has its own --help with examples.",
)

_USAGE = typer.BadParameter.__mro__[1]
"""What Typer raises for arguments that it cannot use; it gives the class no public name."""

app.command()(start.init)
app.command()(start.demo)
app.command()(validate.validate)
app.command()(new.new)
app.command("list")(listing.list_deals)
app.command()(listing.show)
app.command("set")(setting.set_deals)
app.command()(edit.edit)
app.command()(rename.rename)
app.command()(move.move)
app.command()(outcomes.win)
app.command()(outcomes.lose)
app.command()(outcomes.hold)
app.command()(outcomes.reopen)
app.command()(recycle.recycle)
app.command()(agenda.agenda)
app.command()(log.log)
app.add_typer(task.app, name="task")
app.command("next")(next_step.next_step)
app.command()(check.check)
app.add_typer(stage.app, name="stage")
app.add_typer(pipeline.app, name="pipeline")
app.command()(audit.audit)
app.command()(blame.blame)
app.command()(report.report)
app.command()(diff.diff)
app.command()(schema.schema)
app.command()(doctor.doctor)
app.command()(completion.completion)
app.command("import")(importing.import_)
app.command()(rates.rates)
app.command()(exporting.export)


@app.callback()
def options(
    context: typer.Context,
    folder: Annotated[
        str,
        typer.Option(
            "-C",
            metavar="DIR",
            help="Act in this folder (else: PIPE_WORKSPACE, else here).",
            envvar="PIPE_WORKSPACE",
        ),
    ] = ".",
    color: Annotated[str, typer.Option(metavar="auto|always|never", help="Colour.")] = "auto",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Keep what all commands share, and say where one stands if there is no command."""
    from pipecli import __version__

    session = Session(folder=folder, color=anywhere.color(color), quiet=quiet)
    context.obj = session
    if version:
        session.put(f"pipe {__version__}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        status.status(session)


def run() -> int:
    """Run the command line and return the exit code; no error passes as a traceback."""
    import os

    from pipecli.shell import terminal
    from pipecli.shell.interrupt import catch_signals

    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # no code of others, and 25 ms less
    terminal.prepare()
    catch_signals()
    try:
        return _call()
    except BaseException as error:  # noqa: BLE001 -- the last boundary: a bug is told as one
        return _ended(error)
    finally:
        terminal.close_quietly()


def _ended(error: BaseException) -> int:
    """Tell why a command ended, and return the exit code."""
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell import terminal
    from pipecli.shell.interrupt import Interrupted

    code: int = ExitCode.OK
    if isinstance(error, PipeError):
        _tell(error)
        code = error.code
    elif any(isinstance(one, Interrupted | KeyboardInterrupt | typer.Abort) for one in (error, error.__cause__)):
        terminal.say("interrupted")
        code = ExitCode.INTERRUPTED
    elif isinstance(error, _USAGE):
        code = _tell_usage(error)
    elif isinstance(error, SystemExit):  # Typer's answer to a reader of its help that has gone; all else is returned
        code = ExitCode.OK if isinstance(error.__context__, BrokenPipeError) else int(bool(error.code))
    elif not isinstance(error, BrokenPipeError):
        code = _tell_bug(error)
    return code


def _call() -> int:
    from typer.main import get_command

    from pipecli.core.problem import PipeError

    command = get_command(app)
    anywhere.allow(command)
    try:
        code = command(prog_name="pipe", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except UnicodeEncodeError:  # every file is read as UTF-8, so that only an argument can hold such bytes
        raise PipeError("an argument is no text in UTF-8") from None


def _tell_usage(error: Any) -> int:  # noqa: ANN401 -- Typer gives its own errors no public type
    """Tell what is wrong with the arguments; a command without any shows its help."""
    from pipecli.core.problem import ExitCode
    from pipecli.render.safe import terminal_lines
    from pipecli.shell import terminal

    said, path = error.format_message(), error.ctx.command_path if error.ctx else "pipe"
    if "\n" in said:
        terminal.say(said)
    else:
        terminal.say(f"pipe: {terminal_lines(said[:1].lower() + said[1:].rstrip('.'))}\n  try: {path} --help")
    return ExitCode.USAGE


def _tell(error: Exception) -> None:
    from pipecli.cli.session import in_order
    from pipecli.core.problem import PipeError
    from pipecli.render.registry import render_problems
    from pipecli.render.safe import terminal_lines
    from pipecli.shell import terminal

    terminal.say(f"pipe: {terminal_lines(str(error))}")
    if isinstance(error, PipeError):
        if error.problems:
            terminal.say(render_problems(in_order(error.problems), "table").rstrip("\n"))
        if error.hint:
            terminal.say(f"  try: {terminal_lines(error.hint)}")


def _tell_bug(error: BaseException) -> int:
    import os
    import traceback
    from pathlib import Path

    from pipecli import __version__
    from pipecli.core.problem import ExitCode
    from pipecli.render.safe import terminal as safe
    from pipecli.shell import terminal

    if "PIPE_DEBUG" in os.environ:
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    terminal.say(
        f"pipe: this is a bug in pipe {__version__}: {type(error).__name__}: {safe(str(error))}"
        f" ({Path(frame.filename).name}:{frame.lineno})\n"
        "  try: run it again with PIPE_DEBUG=1 and report what it prints"
    )
    return ExitCode.BUG
