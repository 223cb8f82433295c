"""The deal that a person means, if it can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind, place
from pipecli.core.problem import ExitCode, PipeError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace

_WORD = re.compile(r"\w+")
_LEAST_BEGINNING = 3
"""Letters that the beginning of a title's word has at least, where it stands for the word."""


def find_deal(workspace: Workspace, query: str) -> str:
    """Return the id of the deal that a person means: an id, its file, its unambiguous beginning, or words of a title.

    An id that a deal had before will do, too. Words are whole ones, or their beginnings of three letters at least,
    all of one title, in any order. Raises `PipeError` with the nearest id where there is none, and with the
    candidates where there is more than one.
    """
    ids = workspace.known.get(FileKind.DEAL, {})
    word = query.strip().casefold()
    if not word:
        raise PipeError("which deal?", hint="name it by its id, or by words of its title", code=ExitCode.USAGE)
    if word in ids:
        return word
    matches = _of_file(query.strip(), ids) or [i for i in ids if i.startswith(word)]
    matches = matches or [deal.id for deal in workspace.deals.values() if word in deal.formerly]
    matches = matches or [deal.id for deal in workspace.deals.values() if _titled(deal.title, word)]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        hint = did_you_mean(word, ids, otherwise="'pipe list' shows the deals")
        raise PipeError(f"there is no deal {query!r}", hint=hint, code=ExitCode.USAGE)
    shown = "".join(
        f"\n  {i}  {workspace.deals[i].title if i in workspace.deals else ''}".rstrip() for i in sorted(matches)[:10]
    )
    more = f"\n  … and {len(matches) - 10} more" if len(matches) > 10 else ""  # noqa: PLR2004 -- what one looks through
    raise PipeError(
        f"{query!r} means {len(matches)} deals:{shown}{more}",
        hint="write more of the id",
        code=ExitCode.USAGE,
    )


def _of_file(path: str, ids: Mapping[str, str]) -> list[str]:
    what = place(path)
    return [what.id] if what and what.kind is FileKind.DEAL and what.id in ids else []


def _titled(title: str, query: str) -> bool:
    """Return whether every word of a query is one of a title, or the beginning of one."""
    words, asked = (_WORD.findall(text.casefold()) for text in (title, query))
    return bool(asked) and all(
        any(word == one or (len(one) >= _LEAST_BEGINNING and word.startswith(one)) for word in words) for one in asked
    )


def readable_deal(workspace: Workspace, name: str) -> Deal:
    """Return a deal. Raises `PipeError` with its problems where its file cannot be read."""
    if name not in workspace.deals:
        wrong = [p for p in workspace.problems if p.path.endswith(f"/{name}.yaml")]
        raise PipeError(
            f"the file of {name} cannot be read", hint="mend it first", code=ExitCode.PROBLEMS, problems=wrong
        )
    only_file(workspace, name)
    return workspace.deals[name]


def only_file(workspace: Workspace, name: str) -> str:
    """Return the path of a deal's file. Raises `PipeError` where there are several, or it is not read."""
    twice = [p for p in workspace.problems if p.code == "duplicate-id" and p.path.endswith(f"/{name}.yaml")]
    if twice:
        raise PipeError(f"more than one file has the id {name}", code=ExitCode.PROBLEMS, problems=twice)
    path = workspace.known[FileKind.DEAL][name]
    if path not in workspace.texts:
        wrong = [problem for problem in workspace.problems if problem.path == path]
        raise PipeError(f"{path} cannot be read", code=ExitCode.PROBLEMS, problems=wrong)
    return path
