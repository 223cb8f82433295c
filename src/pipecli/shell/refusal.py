"""What git said when it refused a commit, as an error with a remedy and an exit code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOCKED = re.compile(r"Unable to create '(?P<file>[^\n]*\.lock)': File exists")
_MOVED = re.compile(r"cannot lock ref")
_REMEDIES = (
    (
        r"tell me who you are|empty ident|no (email|name) was given|unable to auto-detect email",
        'git config user.name "Your Name" && git config user.email you@example.com',
    ),
    (r" is ignored by .*, line \d+: ", "remove that line, or choose another folder"),
    (r"No space left|Read-only file system|[Pp]ermission denied", "make room, or make it writable"),
    (
        r"gpg failed|failed to sign|cannot run gpg|signingkey|load public key|failed to write commit object",
        "make signing work (git commit --allow-empty -m test shows whether it does), then try again",
    ),
)
_OTHERWISE = "mend what the message says, then try again"


def is_locked(said: str) -> bool:
    """Return whether git could not begin because another git command was at work."""
    return _LOCKED.search(said) is not None


def locked(file: str) -> PipeError:
    """Return the error for a lock of git's that did not go away; locks of git's are never deleted by us."""
    return PipeError(
        f"another git command holds {file}, and nothing was changed",
        hint="try again when it has ended; if no git runs, a crash left the file: delete it",
        code=ExitCode.TAKEN,
    )


def refused(said: str, remarks: Iterable[str]) -> PipeError:
    """Return the error for a commit that git refused; `remarks` tell of files that could not be put back."""
    kept = "".join(f"\n  but {remark}" for remark in remarks)
    lock = _LOCKED.search(said)
    if lock and not kept:
        return locked(lock["file"])
    words = said.strip() or "(nothing)"
    if _MOVED.search(said):
        message = f"somebody else committed at the same time, and nothing was changed{kept}\n{words}"
        return PipeError(message, hint="look at git log, then try again", code=ExitCode.TAKEN)
    message = f"git refused the commit, and nothing was changed{kept}. It said:\n{words}"
    hint = next((remedy for pattern, remedy in _REMEDIES if re.search(pattern, said)), _OTHERWISE)
    return PipeError(message, hint=hint, code=ExitCode.REFUSED)
