"""Programs that are started: `pipe` itself, as somebody would who typed the command, and a person's editor."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.shell import git

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NOT_PASSED_ON = ("PIPE_WORKSPACE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
"""What would make another workspace, or other people, of those that are meant."""
_REMEDY = "set VISUAL or EDITOR, for instance: export VISUAL=nano"


def run(arguments: Sequence[str], folder: Path) -> int:
    """Run this very program in a folder, and return its exit code; all that it says goes to standard output.

    The repository there says who acts: people that the environment names are left out.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
    command = [sys.executable, "-P", "-m", "pipecli", *arguments]
    done = subprocess.run(  # noqa: S603 -- this very program, without a shell
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, check=False
    )
    return done.returncode


def editor(folder: Path) -> list[str]:
    """Return the words of the command that opens the person's editor: VISUAL, EDITOR, or the one that git takes.

    The text is split as a shell does it, unless it is the path of a program. Raises `PipeError` where it is none.
    """
    text = next((given for name in ("VISUAL", "EDITOR") if (given := os.environ.get(name, "").strip())), "")
    text = text or git.editor(folder)
    if not text:
        raise PipeError("no editor is known", hint=_REMEDY, code=ExitCode.USAGE)
    try:
        words = [text] if shutil.which(text) else shlex.split(text)
    except ValueError as error:
        raise _unusable(text, str(error).lower()) from None
    if not words or not shutil.which(words[0]):
        raise _unusable(text, "there is no such program")
    return words


def edit(command: Sequence[str], file: Path) -> int:
    """Open a file in an editor, wait for its end, and return its exit status.

    Ctrl-C is the editor's own meanwhile; another signal ends the editor, too.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    before = signal.signal(signal.SIGINT, lambda *_: None)  # no SIG_IGN, which the editor would inherit
    try:
        process = subprocess.Popen([*command, str(file)])  # noqa: S603 -- what the person named, without a shell
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    except OSError as error:
        raise _unusable(shlex.join(command), error.strerror or "it cannot be run") from None
    finally:
        signal.signal(signal.SIGINT, before)


def _unusable(text: str, why: str) -> PipeError:
    return PipeError(f"the editor {text!r} cannot be opened: {why}", hint=_REMEDY, code=ExitCode.USAGE)
