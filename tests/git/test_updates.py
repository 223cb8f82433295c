"""When a deal's file was last changed, and when it entered its stage: what the clocks of rot count from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipecli.store.view import Question, View, look

if TYPE_CHECKING:
    from conftest import Sandbox

DAY = 24.0


def _begin(sandbox: Sandbox) -> None:
    sandbox.write("pipe.yaml", "name: x\ntimezone: UTC\n")
    sandbox.write("pipelines/sales.yaml", "name: x\nstages: [{id: lead, name: L}, {id: won, name: W, kind: won}]\n")
    sandbox.deal("a", "lead")
    sandbox.deal("b", "lead", more="stage_since: 2026-01-02\n")
    sandbox.commit()


def _look(sandbox: Sandbox, **asked: object) -> View:
    return look(sandbox.folder, Question(**asked), sandbox.now + timedelta(days=5))  # type: ignore[arg-type]


def test_any_change_of_the_content_counts_and_a_move_of_the_file_does_not(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.deal("a", "lead", more="value: 5\n")
    sandbox.commit(hours=DAY)
    sandbox.git("mv", "deals/b.yaml", "deals/c.yaml")
    sandbox.git("mv", "deals/a.yaml", "pipelines/a.txt")
    (sandbox.folder / "deals/2026").mkdir(parents=True)
    sandbox.git("mv", "pipelines/a.txt", "deals/2026/a.yaml")
    sandbox.commit(hours=DAY)
    assert _look(sandbox).updated == {"a": date(2026, 1, 6), "c": date(2026, 1, 7)}
    assert _look(sandbox, as_of=sandbox.now - timedelta(hours=1)).updated["a"] == date(2026, 1, 6)


def test_a_merge_counts_where_it_differs_from_all_sides_or_first_parents_are_read(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.git("switch", "--quiet", "--create", "side")
    sandbox.deal("a", "won")
    sandbox.commit(hours=DAY)
    sandbox.git("switch", "--quiet", "main")
    sandbox.write("README", "x")
    sandbox.commit(hours=DAY)
    sandbox.now += timedelta(days=3)
    sandbox.merge("side")
    assert _look(sandbox).updated["a"] == date(2026, 1, 6)
    assert _look(sandbox, first_parent=True).updated["a"] == date(2026, 1, 10)


def test_the_clock_chooses_between_the_author_date_and_the_committer_date(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.deal("a", "won")
    sandbox.git("add", "--all")
    sandbox.now += timedelta(days=9)
    sandbox.git("commit", "--quiet", "--message", "late", "--date", "2026-01-08T10:00:00Z")
    assert _look(sandbox).updated["a"] == date(2026, 1, 8)
    assert _look(sandbox, clock="recorded").updated["a"] == date(2026, 1, 14)


def test_work_that_is_not_committed_was_done_now(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.deal("a", "lead", more="value: 6\n")
    sandbox.deal("n", "lead")
    assert _look(sandbox).updated == {"a": date(2026, 1, 10), "b": date(2026, 1, 5), "n": date(2026, 1, 10)}
    assert _look(sandbox, committed=True).updated == {"a": date(2026, 1, 5), "b": date(2026, 1, 5)}


def test_the_entry_is_that_of_the_present_visit(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.deal("a", "won")
    sandbox.commit(hours=DAY)
    assert _look(sandbox).entered == {"a": date(2026, 1, 6), "b": date(2026, 1, 2)}
