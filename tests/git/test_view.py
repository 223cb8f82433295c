"""What a reading command is shown: uncommitted work, former moments, and the source that it names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.visit import Clock
from pipecli.store.view import Question, View, concerning, look

if TYPE_CHECKING:
    from conftest import Sandbox

SINCE = "stage_since: 2026-01-03\n"


def _begin(sandbox: Sandbox, folder: str = "") -> None:
    sandbox.write(f"{folder}pipe.yaml", "name: x\ntimezone: UTC\n")
    sandbox.write(
        f"{folder}pipelines/sales.yaml",
        "name: x\nstages: [{id: lead, name: L}, {id: offer, name: O}, {id: won, name: W, kind: won}]\n",
    )
    sandbox.deal("a", "lead", folder=f"{folder}deals", more=SINCE)
    sandbox.commit()


def _look(sandbox: Sandbox, question: Question | None = None, folder: str = "") -> View:
    return look(sandbox.folder / folder, question or Question(), sandbox.now + timedelta(days=5))


@pytest.mark.parametrize(
    ("more", "entered"),
    [
        (SINCE, "2026-01-10T10:00:00+00:00"),
        ("", "2026-01-10T10:00:00+00:00"),
        ("stage_since: 2026-01-07\n", "2026-01-07T00:00:00+00:00"),
        ("stage_since: 2026-01-03T00:00+00:00\n", "2026-01-03T00:00:00+00:00"),
        ("stage_since: 2026-01-02\n", "2026-01-10T10:00:00+00:00"),
    ],
)
def test_stage_since_counts_for_a_pending_move_only_if_it_was_changed(
    sandbox: Sandbox, more: str, entered: str
) -> None:
    _begin(sandbox)
    sandbox.deal("a", "offer", more=more)
    visit = _look(sandbox).visits[-1]
    assert visit.stage == "offer"
    assert visit.entered.isoformat() == entered
    assert visit.clock is Clock.WORK_TREE


def test_stage_since_of_a_new_deal_counts(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.deal("b", "lead", more=SINCE)
    ((state, event),) = _look(sandbox).pending
    assert state is None
    assert event.effective.isoformat() == "2026-01-03T00:00:00+00:00"


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_the_source_names_the_work_tree_whenever_a_file_differs(sandbox: Sandbox, object_format: str) -> None:
    (sandbox.folder / ".git").rename(sandbox.folder.parent / "unused")
    sandbox.git("init", "--quiet", f"--object-format={object_format}")
    _begin(sandbox, "crm/")
    head = sandbox.git("rev-parse", "HEAD")
    file = sandbox.folder / "crm/deals/a.yaml"
    data = file.read_bytes()
    assert _look(sandbox, folder="crm").commit == head
    file.write_bytes(data.replace(b"\n", b"\r\n"))
    assert _look(sandbox, folder="crm").commit == head
    for changed in (data + b"value: 7\n", b"stage: [\n"):
        file.write_bytes(changed)
        assert _look(sandbox, folder="crm").commit == f"{head}+work tree"
    file.write_bytes(data)
    sandbox.write("crm/rates.yaml", "USD: {2026-01-01: 0.9}\n")
    assert _look(sandbox, folder="crm").commit == f"{head}+work tree"
    assert _look(sandbox, Question(committed=True), "crm").commit == head
    (sandbox.folder / "crm/rates.yaml").unlink()
    sandbox.write("crm/README.md", "no file of the workspace\n")
    assert _look(sandbox, folder="crm").commit == head
    file.unlink()
    file.symlink_to("/etc/passwd")
    assert _look(sandbox, folder="crm").commit == f"{head}+work tree"


def test_a_revision_is_seen_when_it_was_committed(sandbox: Sandbox) -> None:
    _begin(sandbox)
    then = sandbox.now
    sandbox.deal("a", "offer")
    sandbox.commit(hours=100)
    found = _look(sandbox, Question(at="HEAD~1"))
    assert found.now == then
    assert [visit.stage for visit in found.visits] == ["lead"]
    with pytest.raises(PipeError) as error:
        _look(sandbox, Question(at="nosuch"))
    assert error.value.code is ExitCode.USAGE
    assert "git log --oneline" in error.value.hint


def test_as_of_says_what_it_is_the_knowledge_of(sandbox: Sandbox) -> None:
    _begin(sandbox)
    found = _look(sandbox, Question(as_of=sandbox.now))
    assert found.clock == "effective, as recorded by 2026-01-05T10:00:00+00:00"
    assert found.notes == ()
    early = _look(sandbox, Question(as_of=sandbox.now - timedelta(days=1)))
    assert early.notes == ("nothing was recorded by then; the first commit is of 2026-01-05",)
    assert not early.visits


@pytest.mark.parametrize("by", ["at", "as_of"])
def test_a_moment_before_the_workspace_was_moved(sandbox: Sandbox, by: str) -> None:
    _begin(sandbox)
    then = sandbox.now
    (sandbox.folder / "crm").mkdir()
    sandbox.git("mv", "deals", "pipelines", "pipe.yaml", "crm/")
    sandbox.commit()
    question = Question(at="HEAD~1") if by == "at" else Question(as_of=then)
    found = _look(sandbox, question, "crm")
    assert list(found.workspace.deals) == ["a"]
    assert [visit.stage for visit in found.visits] == ["lead"]


def test_a_bare_repository_is_read_from_its_commits(sandbox: Sandbox) -> None:
    _begin(sandbox)
    bare = sandbox.folder.parent / "bare.git"
    sandbox.git("clone", "--quiet", "--bare", ".", str(bare))
    found = look(bare, Question(), sandbox.now)
    assert list(found.workspace.deals) == ["a"]
    assert found.pending == ()
    assert found.commit == sandbox.git("rev-parse", "HEAD")


def test_a_file_that_is_broken_now_is_told_once(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.write("deals/a.yaml", "stage: [\n")
    sandbox.commit()
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.write("deals/a.yaml", "stage: [ # again\n")
    sandbox.commit()
    found = _look(sandbox)
    assert [problem.path for problem in found.problems] == ["deals/a.yaml"]
    assert "HEAD" not in found.problems[0].message
    assert sandbox.git("rev-parse", "HEAD~2")[:10] in found.problems[0].message
    sandbox.deal("a", "lead")
    assert len(_look(sandbox).problems) == 2


def test_the_problems_of_a_deal_are_those_of_its_former_ids_too(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.write("deals/a.yaml", "stage: [\n")
    sandbox.commit()
    sandbox.deal("a", "lead")
    sandbox.deal("c", "lead", more="tags: [c]\n")
    sandbox.commit()
    sandbox.git("mv", "deals/a.yaml", "deals/b.yaml")
    sandbox.commit()
    found = _look(sandbox)
    assert len(concerning(found, "b")) == 1
    assert concerning(found, "c") == ()


def test_without_git_ages_are_those_of_stage_since(sandbox: Sandbox) -> None:
    _begin(sandbox)
    (sandbox.folder / ".git").rename(sandbox.folder.parent / "unused")
    sandbox.deal("b", "lead")
    sandbox.deal("c", "lead", more="stage_since: 2027-01-01\n")
    found = look(sandbox.folder, Question(), sandbox.now, needs_history=False)
    assert [(visit.deal, visit.entered.isoformat()) for visit in found.visits] == [("a", "2026-01-03T00:00:00+00:00")]
    for question in (Question(), Question(at="HEAD"), Question(clock="recorded")):
        with pytest.raises(PipeError) as error:
            look(sandbox.folder, question, sandbox.now, needs_history=question == Question())
        assert error.value.code is ExitCode.STATE
