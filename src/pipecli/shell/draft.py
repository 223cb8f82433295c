"""A person's text on its way into a file: kept in a file of its own until it is there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.shell import disk, program

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = b"# pipe: "
_BOM = "\ufeff".encode()


class Draft:
    """A private copy of a file's text, which keeps the name and is given to an editor."""

    def __init__(self, name: str, data: bytes) -> None:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="pipe-edit-"))
        except OSError as error:
            hint = "set TMPDIR to a folder that can be written"
            raise PipeError(f"no file can be made to edit: {error.strerror}", hint=hint, code=ExitCode.STATE) from None
        self.file = self.folder / name
        self.text = data

    def open(self, editor: Sequence[str], notes: Sequence[str] = ()) -> bytes:
        """Let the person edit the text, with notes above it, and return it without them.

        Raises `PipeError` where the editor fails, or leaves no file; the text is kept as it is then.
        """
        disk.write(self.file, _noted(self.text, notes))
        try:
            status = program.edit(editor, self.file)
        finally:
            found = self._found()
            self.text = self.text if found is None else _plain(found, self.text) if notes else found
            if found != self.text:
                disk.write(self.file, self.text)
        if status or found is None:
            why = f"ended with exit status {status}" if status else "left no file"
            raise PipeError(f"the editor {why}, and nothing was changed", code=ExitCode.PROBLEMS)
        return self.text

    def _found(self) -> bytes | None:
        try:
            return self.file.read_bytes()
        except OSError:
            return None

    def forget(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _noted(text: bytes, notes: Sequence[str]) -> bytes:
    """Return the text with a comment above it for each note, behind the byte order mark if there is one."""
    bom = _BOM if text.startswith(_BOM) else b""
    end = b"\r\n" if b"\r\n" in text else b"\n"
    return bom + b"".join(_MARK + note.encode() + end for note in notes) + text.removeprefix(bom)


def _plain(noted: bytes, before: bytes) -> bytes:
    """Return a text without notes, also where the person changed them; what looks like one and was there stays."""
    bom = _BOM if noted.startswith(_BOM) else b""
    own = {line.strip() for line in before.splitlines()}
    lines = noted.removeprefix(bom).splitlines(keepends=True)
    return bom + b"".join(line for line in lines if not line.startswith(_MARK) or line.strip() in own)
