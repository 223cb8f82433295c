"""What changed since a moment, read from real histories."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from pipecli.core.problem import ExitCode, PipeError
from pipecli.reports.changed import Changed, changed
from pipecli.reports.scope import Scope
from pipecli.store.view import Question, View, look

if TYPE_CHECKING:
    import subprocess

    from conftest import Sandbox

PIPELINE = """\
name: x
stages:
  - {id: lead, name: L}
  - {id: offer, name: O}
  - {id: won, name: W, kind: won}
  - {id: lost, name: X, kind: lost}
  - {id: gone, name: G, kind: lost}
"""


@pytest.fixture
def begun(sandbox: Sandbox) -> Sandbox:
    sandbox.write("pipe.yaml", "name: x\ncurrency: EUR\ntimezone: Europe/Berlin\n")
    sandbox.write("pipelines/sales.yaml", PIPELINE)
    sandbox.deal("a", "lead")
    sandbox.deal("b", "lead", more="value: 5\n")
    sandbox.commit()
    return sandbox


def _scope(view: View) -> Scope:
    before = _scope(view.before) if view.before else None
    return Scope(
        workspace=view.workspace, visits=view.visits, now=view.now, clock=view.clock, commit=view.commit,
        remarks=view.notes, timelines=view.timelines, before=before,
    )  # fmt: skip


def _changed(sandbox: Sandbox, since: str, **asked: object) -> Changed:
    question = Question(since=since, **asked)  # type: ignore[arg-type]
    scope = _scope(look(sandbox.folder, question, sandbox.now + timedelta(hours=1)))
    assert scope.before
    return changed(scope, scope.before)


def _kinds(sandbox: Sandbox, since: str, **asked: object) -> list[tuple[str, str]]:
    return [(one.deal, one.kind) for one in _changed(sandbox, since, **asked).changes]


def test_a_move_on_a_branch_is_told_once_when_it_comes_to_the_main_line(begun: Sandbox) -> None:
    begun.git("switch", "--quiet", "--create", "side")
    begun.deal("a", "offer")
    begun.commit("on the side")
    begun.git("switch", "--quiet", "main")
    begun.deal("b", "won", more="value: 5\n")
    begun.commit("on the main line")
    between = begun.now
    begun.merge("side")
    assert _kinds(begun, between.isoformat()) == [("a", "advanced")]
    assert _kinds(begun, (between - timedelta(minutes=1)).isoformat(), as_of=between) == [("b", "won")]
    assert _kinds(begun, "HEAD~1") == [("a", "advanced")]


def test_what_was_changed_back_is_no_difference_but_moves_are_told_one_by_one(begun: Sandbox) -> None:
    since = begun.git("rev-parse", "HEAD")
    for stage, value in (("offer", 9), ("lead", 5)):
        begun.deal("b", stage, more=f"value: {value}\n")
        begun.commit()
    assert _kinds(begun, since) == [("b", "advanced"), ("b", "back")]


def test_a_renamed_deal_is_neither_new_nor_removed(begun: Sandbox) -> None:
    since = begun.git("rev-parse", "HEAD")
    begun.git("mv", "deals/a.yaml", "deals/c.yaml")
    begun.commit()
    begun.deal("c", "offer", more="value: 7\n")
    assert _kinds(begun, since) == [("c", "advanced"), ("c", "renamed"), ("c", "value set")]


def test_an_id_that_is_used_again_is_a_new_deal(begun: Sandbox) -> None:
    since = begun.git("rev-parse", "HEAD")
    begun.git("rm", "--quiet", "deals/b.yaml")
    begun.commit()
    begun.deal("b", "lead", more="value: 70\n")
    begun.commit()
    assert _kinds(begun, since) == [("b", "removed"), ("b", "new")]


def test_a_deal_that_came_and_went_is_told_without_a_value(begun: Sandbox) -> None:
    since = begun.git("rev-parse", "HEAD")
    begun.deal("c", "lead", more="value: 70\n")
    begun.commit()
    begun.git("rm", "--quiet", "deals/c.yaml")
    begun.commit()
    found = _changed(begun, since).changes
    assert [(one.kind, one.value, one.currency) for one in found] == [("new", None, ""), ("removed", None, "")]


def test_a_deal_that_could_not_be_read_then_is_not_new(begun: Sandbox) -> None:
    begun.write("deals/c.yaml", "stage: [\n")
    begun.write("deals/b.yaml", "title: b\npipeline: sales\nstage: lead\nvalue: much\n")
    since = begun.commit()
    begun.deal("b", "offer", more="value: 5\n")
    begun.deal("c", "lead")
    begun.commit()
    found = _changed(begun, since)
    assert [(one.deal, one.kind) for one in found.changes] == [("b", "advanced")]
    assert found.unread == {"sales": 2}


def test_a_deal_that_cannot_be_read_now_is_not_removed(begun: Sandbox) -> None:
    since = begun.git("rev-parse", "HEAD")
    begun.write("deals/a.yaml", "stage: [\n")
    begun.commit()
    assert _kinds(begun, since) == []


def test_work_that_is_not_committed_counts_unless_it_is_left_out(begun: Sandbox) -> None:
    since = begun.git("rev-parse", "HEAD")
    begun.deal("a", "offer", more="value: 3\n")
    assert _kinds(begun, since) == [("a", "advanced"), ("a", "value set")]
    assert _kinds(begun, since, committed=True) == []


def test_a_stage_that_was_only_renamed_is_no_move(begun: Sandbox) -> None:
    since = begun.git("rev-parse", "HEAD")
    begun.write(
        "pipelines/sales.yaml", PIPELINE.replace("{id: lead, name: L}", "{id: first, name: L, aliases: [lead]}")
    )
    begun.deal("a", "first")
    begun.commit()
    assert _kinds(begun, since) == []


def test_another_lost_stage_is_no_second_loss(begun: Sandbox) -> None:
    begun.deal("a", "lost")
    since = begun.commit()
    begun.deal("a", "gone")
    begun.commit()
    assert _kinds(begun, since) == [("a", "moved")]


def test_a_day_begins_with_its_first_second(begun: Sandbox) -> None:
    midnight = begun.now.astimezone(ZoneInfo("Europe/Berlin")).replace(hour=0, minute=0) + timedelta(days=3)
    begun.deal("a", "offer")
    begun.commit(hours=(midnight - begun.now) / timedelta(hours=1))
    assert begun.now == midnight
    assert _kinds(begun, midnight.date().isoformat()) == [("a", "advanced")]
    assert _kinds(begun, midnight.isoformat()) == []
    before = midnight - timedelta(seconds=1)
    assert _kinds(begun, before.date().isoformat(), as_of=before) == []


def test_durations_count_from_the_revision_that_is_asked_of(begun: Sandbox) -> None:
    begun.deal("a", "offer")
    begun.commit(hours=48)
    begun.deal("a", "won")
    begun.commit(hours=48)
    assert _kinds(begun, "1h", at="HEAD~1") == [("a", "advanced")]
    assert _kinds(begun, "1d", at="HEAD") == [("a", "won")]


def test_the_workspace_came_later_than_the_repository(sandbox: Sandbox) -> None:
    sandbox.write("README", "x")
    since = sandbox.commit()
    sandbox.write("crm/pipe.yaml", "name: x\n")
    sandbox.write("crm/pipelines/sales.yaml", PIPELINE)
    sandbox.deal("a", "lead", folder="crm/deals")
    sandbox.commit()
    view = look(sandbox.folder / "crm", Question(since=since), sandbox.now)
    assert view.before
    assert (view.before.workspace.deals, view.before.workspace.texts, view.before.timelines) == ({}, {}, {})


def test_the_workspace_lay_elsewhere_then(begun: Sandbox) -> None:
    since = begun.git("rev-parse", "HEAD")
    (begun.folder / "crm").mkdir()
    begun.git("mv", "deals", "pipelines", "pipe.yaml", "crm/")
    begun.commit()
    begun.deal("b", "offer", folder="crm/deals", more="value: 6\n")
    begun.commit()
    scope = _scope(look(begun.folder / "crm", Question(since=since), begun.now))
    assert scope.before
    assert [(one.deal, one.kind) for one in changed(scope, scope.before).changes] == [
        ("b", "advanced"),
        ("b", "value up"),
    ]


def test_a_revision_of_another_branch_is_refused(begun: Sandbox) -> None:
    begun.git("switch", "--quiet", "--create", "side")
    side = begun.commit("on the side")
    begun.git("switch", "--quiet", "main")
    with pytest.raises(PipeError, match="is not in the history of HEAD") as caught:
        _kinds(begun, side)
    assert caught.value.code is ExitCode.USAGE


def test_before_the_first_commit_every_deal_is_new(sandbox: Sandbox) -> None:
    sandbox.write("pipe.yaml", "name: x\n")
    sandbox.write("pipelines/sales.yaml", PIPELINE)
    sandbox.deal("a", "lead")
    assert _kinds(sandbox, "7d") == [("a", "new")]


def test_a_shallow_clone_is_refused_and_never_read_as_nothing_before(begun: Sandbox) -> None:
    begun.deal("a", "offer")
    begun.commit(hours=100)
    begun.git("clone", "--quiet", "--depth=1", f"file://{begun.folder}", "../clone")
    for allowed, message in (
        (False, "the clone is shallow: the past"),
        (True, "the clone is shallow, and begins after"),
    ):
        with pytest.raises(PipeError, match=message) as caught:
            look(begun.folder.parent / "clone", Question(since="2d", allow_shallow=allowed), begun.now)
        assert caught.value.code is ExitCode.STATE
        assert "git fetch --unshallow" in caught.value.hint


@pytest.mark.parametrize("bare", [False, True])
def test_the_past_is_read_once(begun: Sandbox, monkeypatch: pytest.MonkeyPatch, *, bare: bool) -> None:
    from pipecli.shell.git import Git

    since = begun.git("rev-parse", "HEAD")
    begun.deal("a", "offer")
    begun.commit()
    folder = begun.folder
    if bare:
        begun.git("clone", "--quiet", "--bare", ".", "../bare.git")
        folder = begun.folder.parent / "bare.git"
    started: list[str] = []
    start = Git.start

    def counting(self: Git, *arguments: str, **streams: int) -> subprocess.Popen[bytes]:
        started.append(arguments[0])
        return start(self, *arguments, **streams)

    monkeypatch.setattr(Git, "start", counting)
    view = look(folder, Question(since=since), begun.now)
    assert view.before
    assert started.count("log") == 1
