"""A field of any files in any repository: the situations in which a wrong answer would be easy."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from conftest import Sandbox
from pipecli.core.problem import ExitCode, PipeError, Severity
from pipecli.store.files import Files
from pipecli.store.foreign import look
from pipecli.store.view import Question

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.store.files import Seen

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def seen(sandbox: Sandbox, *globs: str, field: str = "status", known_by: str = "path", **question: object) -> Seen:
    asked = Question(**question)  # type: ignore[arg-type]
    return look(sandbox.folder, Files(globs or ("**",), field, known_by), asked, NOW)


def stages(found: Seen) -> dict[str, list[str]]:
    """Return the values of each id in their order, `gone` where it was removed."""
    timelines = found.view.timelines
    return {name: [event.state[1] if event.state else "gone" for event in events] for name, events in timelines.items()}


def told(found: Seen) -> list[tuple[str, str]]:
    """Return code and path of what the history has to report."""
    return [(problem.code, problem.path) for problem in found.view.problems]


def status(sandbox: Sandbox, path: str, value: str, more: str = "") -> None:
    sandbox.write(path, f"title: {path}\nstatus: {value}\n{more}")


def test_a_move_on_a_branch_counts_when_it_was_made_or_when_it_was_merged(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.commit()
    sandbox.git("switch", "--quiet", "--create", "side")
    status(sandbox, "a.yaml", "done")
    made = sandbox.commit()
    sandbox.git("switch", "--quiet", "main")
    status(sandbox, "b.yaml", "draft")
    sandbox.commit()
    merged = sandbox.merge("side")
    assert seen(sandbox).view.timelines["a.yaml"][-1].commit == made
    assert seen(sandbox, first_parent=True).view.timelines["a.yaml"][-1].commit == merged
    assert stages(seen(sandbox)) == stages(seen(sandbox, first_parent=True)) == {
        "a.yaml": ["draft", "done"], "b.yaml": ["draft"],
    }  # fmt: skip


def test_the_stage_of_deals_has_the_history_that_the_audit_of_deals_tells(sandbox: Sandbox) -> None:
    for deal in "abc":
        sandbox.deal(deal, "lead")
    sandbox.commit()
    sandbox.git("switch", "--quiet", "--create", "side")
    sandbox.deal("a", "offer")
    sandbox.commit()
    sandbox.git("mv", "deals/b.yaml", "deals/d.yaml")
    sandbox.commit()
    sandbox.git("switch", "--quiet", "main")
    sandbox.deal("c", "offer")
    sandbox.commit()
    sandbox.merge("side")
    sandbox.deal("c", "lead")
    sandbox.commit()
    found, history = seen(sandbox, "deals/**", field="stage", known_by="stem"), sandbox.history()
    assert {
        deal: [(e.commit, e.state and e.state[1]) for e in events] for deal, events in history.timelines.items()
    } == {deal: [(e.commit, e.state and e.state[1]) for e in events] for deal, events in found.view.timelines.items()}
    assert set(found.view.timelines) == {"a", "c", "d"}


def test_what_git_does_not_have_is_told_once(sandbox: Sandbox, tmp_path: Path) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.commit()
    sandbox.git("config", "uploadpack.allowFilter", "true")
    options = ("--quiet", "--filter=blob:none", "--no-checkout")
    sandbox.git("clone", *options, f"file://{sandbox.folder}", str(tmp_path / "clone"))
    found = seen(Sandbox(tmp_path / "clone"))
    assert [(problem.code, problem.severity) for problem in found.view.problems] == [("missing-object", Severity.ERROR)]
    assert found.view.workspace.problems == ()


def test_an_exact_rename_is_the_same_file_and_a_copy_is_not(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    first = sandbox.commit()
    sandbox.git("mv", "a.yaml", "b.yaml")
    sandbox.write("c.yaml", (sandbox.folder / "b.yaml").read_bytes() + b"# a copy\n")
    sandbox.commit()
    found = seen(sandbox)
    assert stages(found) == {"b.yaml": ["draft"], "c.yaml": ["draft"]}
    assert found.view.timelines["b.yaml"][0].commit == first
    assert found.concerning("b.yaml") == ()


def test_a_removed_file_that_comes_back_has_a_second_life(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.commit()
    (sandbox.folder / "a.yaml").unlink()
    sandbox.commit()
    status(sandbox, "a.yaml", "done")
    sandbox.commit()
    assert [(v.life, v.stage, str(v.end)) for v in seen(sandbox).view.visits] == [
        (1, "draft", "removed"),
        (2, "done", "still there"),
    ]


def test_ids_by_stem_and_by_folder_outlive_a_move(sandbox: Sandbox) -> None:
    status(sandbox, "open/one/doc.yaml", "draft")
    sandbox.commit()
    sandbox.git("rm", "--quiet", "open/one/doc.yaml")
    status(sandbox, "closed/one/doc.yaml", "done")
    sandbox.commit()
    assert stages(seen(sandbox, known_by="parent")) == {"one": ["draft", "done"]}
    assert stages(seen(sandbox, known_by="stem")) == {"doc": ["draft", "done"]}
    assert stages(seen(sandbox)) == {"open/one/doc.yaml": ["draft", "gone"], "closed/one/doc.yaml": ["done"]}


def test_two_files_of_one_id_are_reported_once(sandbox: Sandbox) -> None:
    status(sandbox, "one/doc.yaml", "draft")
    sandbox.commit()
    status(sandbox, "two/doc.yaml", "done")
    sandbox.commit()
    status(sandbox, "two/doc.yaml", "open")
    sandbox.commit()
    found = seen(sandbox, known_by="stem")
    assert stages(found) == {"doc": ["draft"]}
    assert told(found) == [("several-files", "one/doc.yaml")]


def test_an_id_in_a_field_follows_the_file_through_anything(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft", "meta: {number: 7}\n")
    sandbox.commit()
    sandbox.git("rm", "--quiet", "a.yaml")
    status(sandbox, "else/b.yaml", "open", "meta: {number: 7}\n")
    sandbox.commit()
    sandbox.write("else/b.yaml", "status: [\n")
    sandbox.commit()
    sandbox.write("else/b.yaml", "status: [ still\n")
    sandbox.commit()
    status(sandbox, "else/b.yaml", "done", "meta: {number: 7}\n")
    status(sandbox, "c.yaml", "draft")
    sandbox.commit()
    found = seen(sandbox, known_by="meta.number")
    assert stages(found) == {"7": ["draft", "open", "done"], "c.yaml": ["draft"]}
    assert told(found) == [("unreadable-version", "else/b.yaml")] * 2
    assert len(found.concerning("7")) == 2


def test_a_file_that_takes_another_id_is_another_record(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft", "number: 1\n")
    sandbox.commit()
    status(sandbox, "a.yaml", "draft", "number: 2\n")
    sandbox.commit()
    status(sandbox, "a.yaml", "done", "number: 2\n")
    sandbox.commit()
    assert stages(seen(sandbox, known_by="number")) == {"1": ["draft", "gone"], "2": ["draft", "done"]}


def test_a_merge_keeps_ids_in_fields_apart(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft", "number: 1\n")
    sandbox.commit()
    sandbox.git("switch", "--quiet", "--create", "side")
    status(sandbox, "b.yaml", "draft", "number: 2\n")
    sandbox.commit()
    sandbox.git("switch", "--quiet", "main")
    status(sandbox, "a.yaml", "done", "number: 1\n")
    sandbox.commit()
    sandbox.merge("side")
    assert stages(seen(sandbox, known_by="number")) == {"1": ["draft", "done"], "2": ["draft"]}


def test_a_field_that_vanishes_is_a_gap_and_one_that_never_was_is_counted(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.write("b.yaml", "title: b\n")
    sandbox.commit()
    sandbox.write("a.yaml", "title: a\n")
    sandbox.write("b.yaml", "title: still without\n")
    gone = sandbox.commit()
    sandbox.write("a.yaml", "title: a again\n")
    sandbox.commit()
    found = seen(sandbox)
    assert stages(found) == {"a.yaml": ["draft"]}
    assert told(found) == [("history-gap", "a.yaml")]
    assert f"commit {gone[:10]}: a.yaml: 'status' is not there any more" in found.view.problems[0].message
    assert found.notes == ("1 of 2 files has never had 'status'",)


def test_a_gap_in_a_branch_is_told_once(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.commit()
    sandbox.git("switch", "--quiet", "--create", "side")
    sandbox.write("a.yaml", "title: a\n")
    sandbox.commit()
    sandbox.git("switch", "--quiet", "main")
    status(sandbox, "b.yaml", "draft")
    sandbox.commit()
    sandbox.merge("side")
    assert told(seen(sandbox)) == [("history-gap", "a.yaml")]
    assert told(seen(sandbox, first_parent=True)) == [("history-gap", "a.yaml")]


def test_versions_that_cannot_be_read_are_reported_and_the_last_one_as_an_error(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.commit()
    sandbox.write("a.yaml", b"status: \xff\n")
    sandbox.commit()
    sandbox.write("a.yaml", "- x\nstatus: [\n")
    sandbox.commit()
    found = seen(sandbox)
    assert told(found) == [("unreadable-version", "a.yaml")]
    assert [(p.code, p.path, p.line, p.severity) for p in found.view.workspace.problems] == [
        ("yaml-syntax", "a.yaml", 2, Severity.ERROR)
    ]
    assert stages(found) == {"a.yaml": ["draft"]}


def test_content_that_is_yaml_by_one_of_its_names_is_read_as_a_whole(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.commit()
    sandbox.git("mv", "a.yaml", "a.txt")
    sandbox.commit()
    assert stages(seen(sandbox)) == {"a.txt": ["draft"]}


def test_trailers_are_nothing_to_files_that_are_no_deals(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.commit()
    status(sandbox, "a.yaml", "done")
    sandbox.commit("x\n\nPipe-Move: a sales/draft -> sales/done @ 2026-01-01T00:00:00+00:00\nPipe-Move: nonsense\n")
    found = seen(sandbox, known_by="stem")
    assert [event.effective for event in found.view.timelines["a"]][-1] == sandbox.now
    assert told(found) == []


def test_the_work_tree_continues_the_history(sandbox: Sandbox) -> None:
    for name in "abcdef":
        status(sandbox, f"{name}.yaml", "draft")
    sandbox.commit()
    status(sandbox, "a.yaml", "done")
    (sandbox.folder / "b.yaml").unlink()
    sandbox.write("c.yaml", "status: [\n")
    sandbox.write("d.yaml", "title: d\n")
    sandbox.write("e.yaml", "title: e.yaml\r\nstatus: draft\r\n")
    status(sandbox, "new.yaml", "draft")
    found = seen(sandbox)
    assert {name: values for name, values in stages(found).items() if values != ["draft"]} == {
        "a.yaml": ["draft", "done"],
        "b.yaml": ["draft", "gone"],
    }
    assert [(p.code, p.path, p.severity) for p in found.view.workspace.problems] == [
        ("yaml-syntax", "c.yaml", Severity.ERROR),
        ("history-gap", "d.yaml", Severity.WARNING),
    ]
    assert found.view.commit.endswith("+work tree")
    assert all(values == ["draft"] for values in stages(seen(sandbox, committed=True)).values())


@pytest.mark.parametrize("how", [["--no-checkout"], ["--sparse"], ["--bare"]])
def test_files_that_were_not_checked_out_are_not_removed(sandbox: Sandbox, tmp_path: Path, how: list[str]) -> None:
    status(sandbox, "below/a.yaml", "draft")
    sandbox.commit()
    sandbox.git("clone", "--quiet", *how, str(sandbox.folder), str(tmp_path / "clone"))
    assert stages(seen(Sandbox(tmp_path / "clone"))) == {"below/a.yaml": ["draft"]}


def test_what_is_no_regular_file_in_the_work_tree_is_an_error(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    status(sandbox, "b.yaml", "draft")
    sandbox.commit()
    (sandbox.folder / "a.yaml").unlink()
    (sandbox.folder / "a.yaml").symlink_to("b.yaml")
    (sandbox.folder / "b.yaml").unlink()
    (sandbox.folder / "b.yaml").mkdir()
    found = seen(sandbox)
    assert [(p.code, p.path) for p in found.view.workspace.problems] == [
        ("unreadable-file", "a.yaml"),
        ("unreadable-file", "b.yaml"),
    ]
    assert stages(found) == {"a.yaml": ["draft"], "b.yaml": ["draft"]}


def test_a_shallow_clone_is_refused_or_marked(sandbox: Sandbox, tmp_path: Path) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.commit()
    status(sandbox, "a.yaml", "done")
    sandbox.commit()
    sandbox.git("clone", "--quiet", "--depth=1", f"file://{sandbox.folder}", str(tmp_path / "clone"))
    clone = Sandbox(tmp_path / "clone")
    with pytest.raises(PipeError, match="shallow") as refused:
        seen(clone)
    assert refused.value.code is ExitCode.STATE
    found = seen(clone, allow_shallow=True)
    assert [(visit.stage, str(visit.truncated)) for visit in found.view.visits] == [("done", "start unknown")]


def test_the_past_is_what_was_recorded_by_then(sandbox: Sandbox) -> None:
    status(sandbox, "a.yaml", "draft")
    sandbox.commit()
    then = sandbox.now
    status(sandbox, "a.yaml", "done")
    sandbox.commit()
    assert stages(seen(sandbox, as_of=then)) == stages(seen(sandbox, at="HEAD~1")) == {"a.yaml": ["draft"]}
    assert seen(sandbox, as_of=datetime(2020, 1, 1, tzinfo=UTC)).view.visits == ()


def test_a_repository_without_a_commit_has_no_history_yet(sandbox: Sandbox) -> None:
    assert seen(sandbox).view.visits == ()


def test_names_in_other_letters_and_bytes_are_names(sandbox: Sandbox) -> None:
    status(sandbox, "dé/ü nicode.yaml", "draft")
    (sandbox.folder / os.fsdecode(b"l\xe4tin.yaml")).write_text("status: draft\n")
    sandbox.commit()
    (sandbox.folder / os.fsdecode(b"l\xe4tin.yaml")).write_text("status: done\n")
    assert sorted(map(len, stages(seen(sandbox)).values())) == [1, 2]


def test_there_is_no_history_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(PipeError, match="no git repository") as refused:
        look(tmp_path, Files(("**",), "status"), Question(), NOW)
    assert refused.value.code is ExitCode.STATE
