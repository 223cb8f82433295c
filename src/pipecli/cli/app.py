"""The command line: the commands by name, the options of all of them, and the one place where errors end."""

from typing import Annotated

import typer

from pipecli.cli import audit, importing, listing, move, new, report, start, validate
from pipecli.cli.session import Session

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A sales pipeline kept as plain YAML files in git.",
    epilog="Start with 'pipe demo', or with 'pipe init --list'. Every command has its own --help with examples.",
)

app.command()(start.init)
app.command()(start.demo)
app.command()(validate.validate)
app.command()(new.new)
app.command("list")(listing.list_deals)
app.command()(listing.show)
app.command()(move.move)
app.command()(audit.audit)
app.command()(report.report)
app.add_typer(importing.app, name="import")


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
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,  # noqa: ARG001 -- answered in __main__
) -> None:
    """Keep what all commands share."""
    if color not in ("auto", "always", "never"):
        raise typer.BadParameter("auto, always or never", param_hint="--color")
    context.obj = Session(folder=folder, color=color, quiet=quiet)


def run() -> int:
    """Run the command line and return the exit code; no error passes as a traceback."""
    import gc
    import os

    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell import terminal
    from pipecli.shell.interrupt import Interrupted, catch_signals

    gc.disable()  # a command is over before its garbage matters, and holds no cycles worth the search
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # no code of others, and 25 ms less
    terminal.prepare()
    catch_signals()
    try:
        _call()
    except SystemExit as end:
        terminal.close_quietly()
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except PipeError as error:
        _tell(error)
        return error.code
    except Interrupted:
        terminal.say("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        terminal.close_quietly()
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 -- the last boundary: a bug is told as one
        return _tell_bug(error)
    return ExitCode.OK


def _call() -> None:
    from pipecli.core.problem import PipeError

    try:
        app(prog_name="pipe")
    except UnicodeEncodeError:  # every file is read as UTF-8, so that only an argument can hold such bytes
        raise PipeError("an argument is no text in UTF-8") from None


def _tell(error: Exception) -> None:
    from pipecli.core.problem import PipeError
    from pipecli.render.registry import render_problems
    from pipecli.render.safe import terminal_lines
    from pipecli.shell import terminal

    terminal.say(f"pipe: {terminal_lines(str(error))}")
    if isinstance(error, PipeError):
        if error.problems:
            terminal.say(render_problems(error.problems, "table").rstrip("\n"))
        if error.hint:
            terminal.say(f"  try: {terminal_lines(error.hint)}")


def _tell_bug(error: Exception) -> int:
    import os
    import traceback
    from pathlib import Path

    from pipecli import __version__
    from pipecli.core.problem import ExitCode
    from pipecli.shell import terminal

    if "PIPE_DEBUG" in os.environ:
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    terminal.say(
        f"pipe: this is a bug in pipe {__version__}: {type(error).__name__}: {error}"
        f" ({Path(frame.filename).name}:{frame.lineno})\n"
        "  try: run it again with PIPE_DEBUG=1 and report what it prints"
    )
    return ExitCode.BUG
