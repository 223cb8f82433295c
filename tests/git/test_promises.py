"""On which days a deal was expected to close, as the index tells it and as `git log` does."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

import pipecli
from pipecli.core.promise import Promise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Sandbox

PIPELINE = "name: Sales\nstages: [{id: lead, name: Lead}, {id: won, name: Won, kind: won}]\n"


def _deal(close: str) -> str:
    return f"title: A\npipeline: sales\nstage: lead\n{close}"


def _begin(at: Sandbox) -> None:
    at.write("pipe.yaml", "name: Test\n")
    at.write("pipelines/sales.yaml", PIPELINE)


def _by_git(at: Sandbox, path: str) -> Iterator[Promise]:
    """Yield the promises of a file, by `git log --follow` and `git show`, on a history without merges."""
    last: date | None = None
    log = at.git("log", "--follow", "--name-only", "--format=@%H %cI %an", "--", path)
    for commit in reversed(log.split("@")[1:]):
        about, _, rest = commit.partition("\n")
        name, moment, author = about.split(" ", 2)
        text = at.git("show", f"{name}:{rest.strip()}")
        found = re.search(r"^expected_close: '?([0-9-]{10})'?$", text, re.MULTILINE)
        close = date.fromisoformat(found[1]) if found else None
        if close != last:
            yield Promise(datetime.fromisoformat(moment), author, close)
        last = close


def test_each_change_of_the_day_counts_also_of_a_renamed_file(sandbox: Sandbox) -> None:
    _begin(sandbox)
    path = "deals/2026-01/a.yaml"
    for close in ("", "expected_close: 2026-03-01\n", "expected_close: '2026-03-01'\n", "expected_close: 2026-05-01\n"):
        sandbox.write(path, _deal(close))
        sandbox.commit(f"Set {close}", author="Bob")
    sandbox.git("mv", path, "deals/2026-01/b.yaml")
    sandbox.commit("Rename")
    sandbox.write("deals/2026-01/b.yaml", _deal("expected_close: 2026-06-01\n"))
    sandbox.commit("Push")
    sandbox.write("deals/2026-01/b.yaml", _deal(""))
    sandbox.commit("Nobody knows")
    expected = tuple(_by_git(sandbox, "deals/2026-01/b.yaml"))
    assert [one.expected_close and one.expected_close.month for one in expected] == [3, 5, 6, None]
    for _ in ("cold", "warm"):
        assert pipecli.audit(sandbox.folder).promises == {"b": expected}


def test_new_commits_are_told_and_a_version_that_cannot_be_read_is_passed_over(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.write("deals/2026-01/a.yaml", _deal("expected_close: 2026-03-01\n"))
    sandbox.commit("Begin")
    assert len(pipecli.audit(sandbox.folder).promises["a"]) == 1
    sandbox.write("deals/2026-01/a.yaml", "stage: [\n")
    sandbox.commit("Break")
    sandbox.write("deals/2026-01/a.yaml", _deal("expected_close: 2026-04-01\n"))
    sandbox.commit("Mend")
    found = pipecli.audit(sandbox.folder).promises["a"]
    assert [one.expected_close for one in found] == [date(2026, 3, 1), date(2026, 4, 1)]


def test_what_was_promised_on_a_branch_that_was_merged_is_told_commit_by_commit(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.write("deals/2026-01/a.yaml", _deal("expected_close: 2026-03-01\n"))
    sandbox.commit("Begin")
    sandbox.git("checkout", "-q", "-b", "side")
    for month in (4, 5):
        sandbox.write("deals/2026-01/a.yaml", _deal(f"expected_close: 2026-0{month}-01\n"))
        sandbox.commit("Push", author="Bob")
    sandbox.git("checkout", "-q", "main")
    sandbox.write("deals/2026-01/c.yaml", _deal(""))
    sandbox.commit("Another")
    sandbox.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    found = pipecli.audit(sandbox.folder).promises
    assert [(one.by, one.expected_close) for one in found["a"]] == [
        ("Ann", date(2026, 3, 1)), ("Bob", date(2026, 4, 1)), ("Bob", date(2026, 5, 1)),
    ]  # fmt: skip
    assert "c" not in found
