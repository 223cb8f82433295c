"""`pipe blame` on real repositories, and against `git blame`, which knows lines alone."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from installed import pipe

from pipecli.history.blame import blame
from pipecli.shell.git import discover
from pipecli.store.lineage import lineage

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sandbox

PIPELINE = """\
name: Sales
stages: [{id: lead, name: Lead}, {id: talks, name: Talks}, {id: won, name: Won, kind: won}]
"""


@pytest.fixture
def sales(sandbox: Sandbox) -> Sandbox:
    sandbox.write("pipe.yaml", "name: Test\ncurrency: EUR\n")
    sandbox.write("team.yaml", "members: {ann: {name: Ann A}, bob: {name: Bob B, email: bob@example.com}}\n")
    sandbox.write("pipelines/sales.yaml", PIPELINE)
    sandbox.write("deals/2026-01/a.yaml", "title: A\npipeline: sales\n\nstage: lead\n\nvalue: 1\nowner: ann\n")
    sandbox.commit("Begin")
    return sandbox


class Told(NamedTuple):
    value: str
    by: str
    commit: str
    reason: str


def blamed(at: Sandbox, *arguments: str, code: int = 0) -> list[dict[str, str]]:
    done = pipe(at.folder, "blame", *arguments, "--format", "csv", code=code)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def fields(at: Sandbox, *arguments: str, code: int = 0) -> dict[str, Told]:
    rows = blamed(at, *arguments, code=code)
    return {row["field"]: Told(*(row[name] for name in Told._fields)) for row in rows}


def edit(at: Sandbox, old: str, new: str, path: str = "deals/2026-01/a.yaml") -> None:
    file = at.folder / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_each_field_is_told_with_who_set_it_in_which_commit_and_why(sales: Sandbox) -> None:
    edit(sales, "value: 1", "value: 2")
    second = sales.commit(
        "Set value of a\n\nPipe-Reason: more seats\nPipe-Op: 01JD3Y6X0V7Q5M2T9K4R8B1C3F", author="Bob"
    )
    found = fields(sales, "a")
    assert found["value"] == Told("2", "bob", second[:10], "more seats")
    assert found["stage"].by == "Ann"
    assert found["stage"].reason == "Begin"


def test_a_field_is_told_with_every_value_the_last_first(sales: Sandbox) -> None:
    for number in (2, 3):
        edit(sales, f"value: {number - 1}", f"value: {number}")
        sales.commit(f"now {number}")
    edit(sales, "value: 3\n", "")
    sales.commit("none")
    assert [(row["value"], row["reason"]) for row in blamed(sales, "a", "value")] == [
        ("", "none"), ("3", "now 3"), ("2", "now 2"), ("1", "Begin"),
    ]  # fmt: skip
    assert "taken out" in pipe(sales.folder, "blame", "a", "value").stdout
    assert "value" not in fields(sales, "a")


def test_of_a_mapping_the_fields_below_it_are_told(sales: Sandbox) -> None:
    edit(sales, "owner: ann", "owner: ann\nfields: {seats: 5, plan: team}")
    sales.commit()
    assert {row["field"] for row in blamed(sales, "a", "fields")} == {"fields.seats", "fields.plan"}
    assert {row["field"] for row in blamed(sales, "a", "fields.seats")} == {"fields.seats"}


def test_a_field_that_never_was(sales: Sandbox) -> None:
    assert "source never had a value" in pipe(sales.folder, "blame", "a", "source").stdout
    done = pipe(sales.folder, "blame", "a", "vaule", code=2)
    assert "never had a field 'vaule'" in done.stderr
    assert "did you mean 'value'?" in done.stderr


def test_a_deal_keeps_its_blame_in_another_folder_under_another_name_and_after_an_exact_rename(sales: Sandbox) -> None:
    first = fields(sales, "a")["value"]
    sales.git("mv", "deals/2026-01/a.yaml", "deals/a.yaml")
    sales.commit("Another folder")
    sales.git("mv", "deals/a.yaml", "deals/b.yaml")
    sales.commit("An exact rename")
    pipe(sales.folder, "rename", "b", "c")
    found = fields(sales, "c")
    assert found["value"] == first
    assert found["formerly"].reason == "Rename b to c"


def test_a_copy_begins_its_own_blame(sales: Sandbox) -> None:
    sales.write("deals/b.yaml", (sales.folder / "deals/2026-01/a.yaml").read_bytes())
    copied = sales.commit("Copy")
    assert {told.commit for told in fields(sales, "b").values()} == {copied[:10]}


def test_a_merge_takes_each_value_from_its_side_and_what_it_chose_is_its_own(sales: Sandbox) -> None:
    sales.git("checkout", "--quiet", "-b", "side")
    edit(sales, "owner: ann", "owner: bob")
    side = sales.commit("side")
    sales.git("checkout", "--quiet", "main")
    edit(sales, "stage: lead", "stage: talks")
    main = sales.commit("main")
    sales.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    edit(sales, "value: 1", "value: 7")
    merge = sales.commit("merge")
    found = fields(sales, "a")
    assert [found[name].commit for name in ("owner", "stage", "value")] == [side[:10], main[:10], merge[:10]]


def test_a_rename_on_one_side_keeps_what_the_other_side_set(sales: Sandbox) -> None:
    sales.git("checkout", "--quiet", "-b", "side")
    edit(sales, "value: 1", "value: 9")
    side = sales.commit("side")
    sales.git("checkout", "--quiet", "main")
    pipe(sales.folder, "rename", "a", "z")
    sales.merge("side")
    assert (sales.folder / "deals/2026-01/z.yaml").exists()
    found = fields(sales, "z")
    assert found["value"].commit == side[:10]
    assert found["stage"].reason == "Begin"


def test_a_version_that_cannot_be_read_is_passed_over_and_said(sales: Sandbox) -> None:
    edit(sales, "title: A", "title: [")
    bad = sales.commit("broken")
    edit(sales, "title: [", "title: A")
    sales.commit("mended")
    done = pipe(sales.folder, "blame", "a")
    assert f"unreadable-version: commit {bad[:10]}: deals/2026-01/a.yaml:" in done.stderr
    assert fields(sales, "a")["title"].reason == "Begin"


def test_work_that_is_not_committed_is_marked_and_can_be_left_out(sales: Sandbox) -> None:
    edit(sales, "value: 1", "value: 8")
    assert fields(sales, "a")["value"] == Told("8", "", "not committed", "")
    assert fields(sales, "a", "--committed")["value"].value == "1"
    sales.write("deals/new.yaml", "title: N\npipeline: sales\nstage: lead\n")
    assert {told.commit for told in fields(sales, "new").values()} == {"not committed"}


def test_a_former_moment_is_told_as_it_was(sales: Sandbox) -> None:
    edit(sales, "value: 1", "value: 2")
    sales.commit()
    assert fields(sales, "a", "--at", "HEAD~1")["value"].value == "1"
    assert fields(sales, "a", "--as-of", "2026-01-05T10:30Z")["value"].value == "1"
    pipe(sales.folder, "blame", "a", "--as-of", "2025-12-01", code=2)


def test_a_removed_deal_is_told_by_its_id(sales: Sandbox) -> None:
    sales.git("rm", "--quiet", "deals/2026-01/a.yaml")
    gone = sales.commit("Remove")
    done = pipe(sales.folder, "blame", "a")
    assert f"the deal was removed in {gone[:10]} by Ann" in done.stdout
    assert "value" in fields(sales, "a")
    assert "there is no deal 'b'" in pipe(sales.folder, "blame", "b", code=2).stderr


def test_a_shallow_clone_is_refused_unless_it_is_allowed(sales: Sandbox, tmp_path: Path) -> None:
    edit(sales, "value: 1", "value: 2")
    sales.commit()
    sales.git("clone", "--quiet", "--depth=1", f"file://{sales.folder}", str(tmp_path / "clone"))
    assert "shallow" in pipe(tmp_path / "clone", "blame", "a", code=3).stderr
    done = pipe(tmp_path / "clone", "blame", "a", "--allow-shallow")
    assert "note: the clone is shallow" in done.stdout


def test_outside_of_git_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pipe.yaml").write_text("name: x\n")
    done = pipe(tmp_path, "blame", "a", code=3, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert "no git repository" in done.stderr


def test_a_bare_repository_is_read(sales: Sandbox, tmp_path: Path) -> None:
    sales.git("clone", "--quiet", "--bare", str(sales.folder), str(tmp_path / "bare"))
    assert "lead" in pipe(tmp_path / "bare", "blame", "a").stdout


def test_git_blame_says_the_same_of_a_file_of_single_lines(sales: Sandbox) -> None:
    for number in range(12):
        line = ("value: ", "owner: ", "stage: ")[number % 3]
        file = sales.folder / "deals/2026-01/a.yaml"
        if number % 4 == 3:
            sales.git("checkout", "--quiet", "-B", "side", "HEAD~1")
            sales.write("deals/2026-01/a.yaml", f"{file.read_text()}n{number}: on the side\n")
            sales.write(f"deals/other-{number}.yaml", "title: O\npipeline: sales\nstage: lead\n")
            sales.commit("side")
            sales.git("checkout", "--quiet", "main")
            sales.merge("side")
        file.write_text(re.sub(f"^{line}.*$", f"{line}v{number}", file.read_text(), flags=re.MULTILINE))
        sales.commit(f"change {number}")
    repository = discover(sales.folder)
    assert repository
    ours = {name: value.touch.commit for name, value in blame(lineage(repository, "a", "HEAD")).fields.items()}
    lines = sales.git("blame", "-s", "-l", "--root", "HEAD", "--", "deals/2026-01/a.yaml").splitlines()
    theirs = {found[2]: found[1] for line in lines if (found := re.match(r"(\w{40}) .*?\) (\w+):", line))}
    assert ours == theirs
    assert len(set(ours.values())) > 3
