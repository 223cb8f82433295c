"""The example of `pipe demo`, without git: every commit leaves deals that the rules find no fault with."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from pipecli.core.layout import FileKind
from pipecli.core.problem import Severity
from pipecli.core.workspace import build
from pipecli.facts.derived import Context
from pipecli.history import trailer
from pipecli.interchange.example import story
from pipecli.interchange.example.year import Refs, commits
from pipecli.rules.registry import check
from pipecli.store.template import edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.problem import Problem
    from pipecli.interchange.stream import Commit

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 15, 12, 9, tzinfo=ZONE)
SUNDAY_NIGHT = datetime(2027, 2, 28, 3, 4, 5, tzinfo=ZONE)
REFS = Refs("refs/test/main", "refs/test/branch")


def made(end: datetime, seed: int = 7) -> list[Commit]:
    template = edits("b2b-sales")
    members = build((edit.path, edit.content) for edit in template if edit.path.endswith(".yaml")).team.members
    return list(commits(template, members, end, REFS, seed=seed))


def faults(found: list[Commit]) -> Iterator[Problem]:
    """Yield the errors in the deals that each commit leaves, judged on its day."""
    fixed = {path: data or b"" for path, data in found[0].files if path.endswith(".yaml")}
    people = {path for commit in found for path, _ in commit.files if path.startswith(("companies/", "contacts/"))}
    for commit in found[1:]:
        deals = {path: data or b"" for path, data in commit.files if path.startswith("deals/")}
        workspace = build([*fixed.items(), *deals.items()], paths=people)
        assert set(workspace.known[FileKind.DEAL].values()) == deals.keys()
        day = commit.authored.astimezone(ZONE).date()
        for problem in check(Context(workspace, day, ZONE)):
            if problem.path in deals and problem.code not in ("overdue-close", "overdue-hold"):
                yield problem


@pytest.mark.parametrize(("end", "seed"), [(MONDAY, 7), (SUNDAY_NIGHT, 7)])
def test_every_commit_leaves_valid_deals(end: datetime, seed: int) -> None:
    assert [f"{p.path}: {p.code}: {p.message}" for p in faults(made(end, seed))] == []


def test_the_template_and_what_is_added_to_it_are_valid() -> None:
    files = {path: data or b"" for commit in made(MONDAY) for path, data in commit.files}
    workspace = build((path, data) for path, data in files.items() if path.endswith(".yaml"))
    wrong = check(Context(workspace, MONDAY.date(), ZONE))
    assert [problem for problem in wrong if problem.severity is Severity.ERROR] == []
    assert len(workspace.deals) == 300
    assert workspace.deals[story.LACKING].stage == "qualified"
    assert workspace.deals[story.READY].stage == "proposal-sent"
    assert workspace.deals[story.PAST].stage == "closed-won"


def test_the_same_seed_and_end_make_the_same_commits() -> None:
    assert made(MONDAY) == made(MONDAY)
    assert made(MONDAY) != made(MONDAY, seed=8)


def test_it_holds_what_a_year_holds() -> None:
    found = made(MONDAY)
    trailers = [trailer.read(commit.message) for commit in found]
    assert all(not read.unreadable for read in trailers)
    assert sum(len(commit.parents) > 1 for commit in found) == 1, "one merge"
    assert any(len(read.moves) > 1 for read in trailers), "a squash"
    assert Counter(commit.author.email for commit in found).keys() == {
        "sam@example.com", "kim@example.com", "alex@example.com", "noor@example.com", "jo@example.com",
    }  # fmt: skip
    words = "\n".join(commit.message for commit in found)
    for piece in ("on hold until", "close moves to", "new amount", "now in proposal-sent", "Pipe-Reason: price"):
        assert piece in words
    assert max(commit.authored for commit in found) <= MONDAY
    assert len({read.moves[0].op for read in trailers if read.moves}) == sum(bool(read.moves) for read in trailers)
