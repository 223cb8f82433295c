"""What the rules found before, for a workspace whose files and whose day are the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipecli.core.checksum import Damaged, checksum
from pipecli.core.contents import Contents
from pipecli.shell.database import used
from pipecli.store import index, kept, packs
from pipecli.store.edition import edition

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path
    from sqlite3 import Connection

    from pipecli.core.problem import Problem
    from pipecli.core.watch import Watch
    from pipecli.core.workspace import Workspace
    from pipecli.shell.database import Database

_MOST = 20
"""Verdicts that are remembered: of a few states and days, as they come with branches and with a clock that is set."""


def recalled(
    root: Path, workspace: Workspace, today: date, judge: Callable[[], tuple[Problem, ...]], watch: Watch
) -> tuple[Problem, ...]:
    """Return what `judge` finds in a workspace on a day: from the index if it was found before, else it is judged."""
    where = index.location(root)
    if where is None or not isinstance(workspace.texts, Contents):
        return judge()
    state = _state(workspace, workspace.texts, today)

    def work(database: Database) -> tuple[Problem, ...]:
        for found, crc in database.rows("SELECT found, crc FROM verdicts WHERE state = ?", state):
            if checksum((state, found)) != crc:
                raise Damaged
            return packs.unlisted(found).problems
        problems = judge()
        row = (state, packs.listed(packs.Said(None, whole=False, problems=problems)))
        database.write(lambda connection: _remember(connection, (*row, checksum(row))), needed=False)
        return problems

    return used(where, edition(), kept.TABLES, work, watch)


def _remember(connection: Connection, row: tuple[str, str, int]) -> None:
    connection.execute("INSERT OR REPLACE INTO verdicts (state, found, crc) VALUES (?, ?, ?)", row)
    connection.execute("DELETE FROM verdicts WHERE number <= (SELECT max(number) FROM verdicts) - ?", (_MOST,))


def _state(workspace: Workspace, texts: Contents, today: date) -> str:
    """Return what a verdict depends on, as one hash: all files by path and content, what is wrong there, the day."""
    made = hashlib.sha1(usedforsecurity=False)
    for part in (
        *texts.identified(),
        repr(workspace.problems),
        repr(sorted(workspace.templates or ())),
        today.isoformat(),
    ):
        made.update(part.encode("utf-8", "surrogatepass"))
        made.update(b"\0")
    return made.hexdigest()
