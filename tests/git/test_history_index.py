"""The index of the history: what it spares, what it notices, and what it leaves to others."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC
from random import Random
from typing import TYPE_CHECKING

import pytest

from pipecli.core.watch import Watch
from pipecli.core.workspace import build
from pipecli.history.scan import Scanner
from pipecli.shell import database
from pipecli.shell.database import Database
from pipecli.shell.git import Git
from pipecli.store.history import Wanted, read
from pipecli.store.past import Past

if TYPE_CHECKING:
    import sqlite3
    import subprocess
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from conftest import Sandbox
    from pipecli.core.pipeline import Pipeline
    from pipecli.history.version import Version
    from pipecli.store.history import History
    from pipecli.store.past import Raw, Told

STAGES = ("lead", "offer", "talks", "won")


def _pipelines(last: str) -> Mapping[str, Pipeline]:
    stages = "".join(f", {{id: {stage}, name: {stage}}}" for stage in STAGES[:-1])
    text = f"name: Sales\nstages: [{last}{stages}]\n".encode()
    return build([("pipe.yaml", b"name: Test\n"), ("pipelines/sales.yaml", text)]).pipelines


PLAIN = Wanted(_pipelines("{id: won, name: Won, kind: won}"))
OTHER = Wanted(_pipelines("{id: other, name: Other, aliases: [won]}"))


class Heard(Watch):
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def _moves(sandbox: Sandbox, count: int, *, deals: int = 5, start: int = 0) -> None:
    for number in range(start, start + count):
        sandbox.deal(f"deal-{number % deals}", STAGES[number // deals % 4], more=f"note: {number}\n")
        sandbox.commit()


def _all(history: History) -> tuple[object, ...]:
    wanted = (PLAIN, Wanted(PLAIN.pipelines, "recorded"), OTHER)
    return (
        dict(history.timelines), history.problems, history.tip, history.recorded, len(history.last),
        [(list(history.visits(one)), dict(history.current(one))) for one in wanted],
    )  # fmt: skip


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Count the git processes by their first word, the versions that are parsed and the commits that are read."""
    counts: Counter[str] = Counter()
    start, parse, tell = Git.start, Scanner.read, Past._told  # noqa: SLF001 -- it makes one commit of one record

    def started(git: Git, *arguments: str, **options: int) -> subprocess.Popen[bytes]:
        counts[arguments[0]] += 1
        return start(git, *arguments, **options)

    def parsed(scanner: Scanner, data: bytes | None) -> Version:
        counts["versions"] += 1
        return parse(scanner, data)

    def told(past: Past, raw: Raw, trees: dict[str, str]) -> Told:
        counts["commits"] += 1
        return tell(past, raw, trees)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Git, "start", started)
        patch.setattr(Scanner, "read", parsed)
        patch.setattr(Past, "_told", told)
        yield counts


def _read(sandbox: Sandbox) -> tuple[int, int, int]:
    """Read everything; return how many git processes, commits and versions it took, and hold it against a new index."""
    repository = sandbox.repository
    with _counted() as counts:
        found = _all(read(repository, zone=UTC))
    assert found == _anew(sandbox)
    return counts["log"] + counts["cat-file"], counts["commits"], counts["versions"]


def _anew(sandbox: Sandbox, at: str = "HEAD") -> tuple[object, ...]:
    """Return what is told without an index; the one that there is stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            database, "opened", lambda path, layout, tables, *_, **__: database.in_memory(path, layout, tables)
        )
        return _all(sandbox.history(at=at))


def test_a_new_index_answers_what_was_not_worked_out_with_it(sandbox: Sandbox) -> None:
    _moves(sandbox, 12)
    history = sandbox.history(pipelines=PLAIN.pipelines)
    recorded = Wanted(PLAIN.pipelines, "recorded")
    assert [visit.stage for visit in history.visits(recorded) if visit.deal == "deal-0"] == ["lead", "offer", "talks"]
    assert history.current(OTHER).keys() == {f"deal-{number}" for number in range(5)}


def test_who_reads_hinders_nobody_from_writing(sandbox: Sandbox) -> None:
    _moves(sandbox, 8)
    sandbox.history()
    held = [sandbox.history()]
    for number in range(3):
        _moves(sandbox, 1, start=8 + number)
        began = time.monotonic()
        held.append(sandbox.history())
        assert _all(held[-1]) == _anew(sandbox)
        assert time.monotonic() - began < database.PATIENCE
    assert _read(sandbox) == (0, 0, 0), "what another one read was written"
    assert [len(history.timelines["deal-3"]) for history in held] == [1, 2, 2, 2]
    assert [len(dict(history.timelines)["deal-0"]) for history in held] == [2, 2, 2, 3]


def test_a_warm_run_asks_git_nothing_and_parses_nothing(sandbox: Sandbox) -> None:
    _moves(sandbox, 12)
    assert _read(sandbox) == (2, 12, 12)
    assert _read(sandbox) == (0, 0, 0)
    sandbox.git("checkout", "--quiet", "HEAD~5")
    assert _read(sandbox) == (0, 0, 0), "an older commit is known, too"


def test_after_new_commits_only_these_are_read(sandbox: Sandbox) -> None:
    _moves(sandbox, 12)
    sandbox.history()
    _moves(sandbox, 3, start=12)
    assert _read(sandbox) == (2, 3, 3)
    sandbox.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    _moves(sandbox, 2, start=20)
    sandbox.git("checkout", "--quiet", "main")
    sandbox.merge("--strategy=ours", "side")
    assert _read(sandbox) == (2, 3, 2)
    assert _read(sandbox) == (0, 0, 0)


def test_after_an_amend_one_commit_is_read(sandbox: Sandbox) -> None:
    _moves(sandbox, 12)
    sandbox.history()
    sandbox.git("commit", "--quiet", "--amend", "--message", "said in other words")
    assert _read(sandbox) == (1, 1, 0)
    sandbox.deal("deal-1", "won", more="note: amended\n")
    sandbox.git("commit", "--quiet", "--amend", "--all", "--message", "with another change")
    assert _read(sandbox) == (2, 1, 1)


def test_after_a_rebase_the_rebased_commits_are_read(sandbox: Sandbox) -> None:
    _moves(sandbox, 9)
    sandbox.git("checkout", "--quiet", "-b", "side")
    _moves(sandbox, 3, start=9)
    sandbox.history()
    sandbox.git("checkout", "--quiet", "main")
    sandbox.deal("other", "lead")
    sandbox.commit()
    sandbox.history()
    sandbox.git("checkout", "--quiet", "side")
    sandbox.git("rebase", "--quiet", "main")
    assert _read(sandbox) == (1, 3, 0)
    assert sandbox.history().tip == sandbox.git("rev-parse", "HEAD")


def test_commits_that_are_gone_for_good_are_no_matter(sandbox: Sandbox) -> None:
    _moves(sandbox, 9)
    sandbox.history()
    sandbox.git("reset", "--quiet", "--hard", "HEAD~2")
    sandbox.git("reflog", "expire", "--expire=now", "--all")
    sandbox.git("gc", "--quiet", "--prune=now")
    assert _read(sandbox) == (0, 0, 0)
    _moves(sandbox, 2, start=20)
    with _counted() as counts:
        found = _all(sandbox.history())
    assert counts["versions"] == 2
    assert found == _anew(sandbox)


def test_two_that_judge_by_other_pipelines_do_not_mix_what_they_keep(sandbox: Sandbox) -> None:
    """Both bring the visits up to a commit: one writes all of them, the other only those of the deal that changed."""
    _moves(sandbox, 20)
    sandbox.history().visits(PLAIN)
    _moves(sandbox, 1, start=20)
    sandbox.history()
    mine = sandbox.history()
    other = threading.Thread(target=lambda: sandbox.history().visits(OTHER))
    real = Database.write

    def overtaken(base: Database, work: Callable[[sqlite3.Connection], object], *, needed: bool = True) -> bool:
        if threading.current_thread() is not other and not other.ident:
            other.start()
            other.join()
        return real(base, work, needed=needed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "write", overtaken)
        mine.visits(PLAIN)
    assert other.ident, "the other one came in between"
    for wanted in (OTHER, PLAIN, OTHER):
        stages = {visit.stage for visit in sandbox.history().visits(wanted)}
        assert ("other" in stages, "won" in stages) == (wanted is OTHER, wanted is PLAIN)
    assert _read(sandbox) == (0, 0, 0)


def test_after_a_write_that_failed_nothing_is_written_that_builds_on_it(sandbox: Sandbox) -> None:
    """The commit had number 21; the visits up to number 21 must not be kept: another commit will have that number."""
    _moves(sandbox, 20)
    sandbox.history().visits(PLAIN)
    sandbox.deal("deal-0", "lead", more="note: lost\n")
    sandbox.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "write", lambda *_, **__: False)
        history = sandbox.history()
    assert len(history.visits(PLAIN)) == 21
    sandbox.git("reset", "--quiet", "--hard", "HEAD~1")
    sandbox.deal("deal-1", "lead", more="note: kept\n")
    sandbox.commit()
    assert _read(sandbox)[1] == 1


def test_a_directory_that_cannot_be_written_is_no_matter(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    _moves(sandbox, 6)

    def refused(*_: object) -> Path:
        raise PermissionError

    monkeypatch.setattr("pipecli.shell.fresh.begin", refused)
    heard = Heard()
    assert _all(sandbox.history(watch=heard)) == _anew(sandbox)
    assert heard.warnings == []
    assert not (sandbox.folder / ".git/pipe").exists()


def test_an_index_that_cannot_be_written_any_more_is_read(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite says so with a code of its own; the new commits are read each time."""
    _moves(sandbox, 6)
    sandbox.history()
    _moves(sandbox, 2, start=6)
    heard, real = Heard(), database._connect  # noqa: SLF001 -- where SQLite is told how to open a file

    def connect(name: str) -> sqlite3.Connection:
        return real(name.replace("mode=rw", "mode=ro"))

    monkeypatch.setattr(database, "_connect", connect)
    for _ in range(2):
        with _counted() as counts:
            found = _all(sandbox.history(watch=heard))
        assert counts["commits"] == 2
        assert found == _anew(sandbox)
    assert heard.warnings == []


def test_the_main_line_of_a_branch_that_was_merged(sandbox: Sandbox) -> None:
    """Git leaves out what is reachable from a known commit by any parent; the main line's index has less."""
    _moves(sandbox, 3)
    sandbox.git("checkout", "--quiet", "-b", "side")
    _moves(sandbox, 3, start=3)
    sandbox.git("checkout", "--quiet", "main")
    sandbox.merge("side")
    assert len(sandbox.history(first_parent=True).timelines) == 5
    assert sandbox.stages("deal-0", first_parent=True, at="side") == ["lead", "offer"]
    sandbox.git("checkout", "--quiet", "side~1")
    _moves(sandbox, 1, start=10)
    assert sandbox.stages("deal-0", first_parent=True) == ["lead", "talks"]


def test_any_flipped_bytes_give_the_same_history(sandbox: Sandbox) -> None:
    """PIPE_FAULTS sets how often; each time a new commit is read with the damaged index, and then once more."""
    chance, heard = Random(4), Heard()  # noqa: S311 -- the same on every run
    _moves(sandbox, 14)
    sandbox.git("checkout", "--quiet", "-b", "side", "HEAD~4")
    _moves(sandbox, 3, start=30)
    wanted = {branch: _anew(sandbox, branch) for branch in ("main", "side")}
    rounds = int(os.environ.get("PIPE_FAULTS", "5")) * 20
    for _ in range(rounds):
        sandbox.history(at="main").visits(PLAIN)
        (kept,) = (sandbox.folder / ".git/pipe").glob("history-*.sqlite")
        broken = bytearray(kept.read_bytes())
        for _ in range(chance.choice((1, 3, 50))):
            broken[chance.randrange(len(broken))] ^= chance.randrange(1, 256)
        kept.write_bytes(broken)
        for branch in chance.sample(("main", "side"), 2):
            assert _all(sandbox.history(at=branch, watch=heard)) == wanted[branch]
        if chance.random() < 0.5:
            kept.unlink(missing_ok=True)
    assert {text.replace(str(kept), "PATH") for text in heard.warnings} == {
        "the index of the history PATH is damaged and is built again"
    }
    assert len(heard.warnings) > rounds / 4
