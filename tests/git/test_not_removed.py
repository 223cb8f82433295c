"""What the work tree does not show is not thereby removed; and odd histories end no command."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipecli.core.visit import End
from pipecli.shell import disk
from pipecli.store.view import Question, look

if TYPE_CHECKING:
    from conftest import Sandbox

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def begun(sandbox: Sandbox) -> None:
    sandbox.write("pipe.yaml", "name: x\n")
    stages = "".join(f"  - {{id: {name}, name: {name}}}\n" for name in ("lead", "offer"))
    sandbox.write("pipelines/sales.yaml", f"name: Sales\nstages:\n{stages}  - {{id: won, name: Won, kind: won}}\n")
    sandbox.deal("a", "lead")
    sandbox.commit()


def ends(sandbox: Sandbox) -> list[tuple[str, End]]:
    return [(visit.deal, visit.end) for visit in look(sandbox.folder, Question(), NOW).visits]


def test_a_deal_whose_folder_became_a_link_is_not_removed(sandbox: Sandbox) -> None:
    begun(sandbox)
    (sandbox.folder / "deals").rename(sandbox.folder / "elsewhere")
    (sandbox.folder / "deals").symlink_to("elsewhere")
    assert ends(sandbox) == [("a", End.STILL_THERE)]


def test_a_deal_whose_file_got_a_name_that_is_no_id_is_not_removed(sandbox: Sandbox) -> None:
    begun(sandbox)
    (sandbox.folder / "deals/a.yaml").rename(sandbox.folder / "deals/A.yaml")
    assert ends(sandbox) == [("a", End.STILL_THERE)]


def test_a_hidden_folder_is_read_neither_on_the_disk_nor_in_the_history(sandbox: Sandbox) -> None:
    begun(sandbox)
    sandbox.deal("old", "lead", folder="deals/.archive")
    sandbox.commit()
    assert ends(sandbox) == [("a", End.STILL_THERE)]


def test_a_date_at_the_end_of_time_is_reported_and_ends_nothing(sandbox: Sandbox) -> None:
    begun(sandbox)
    sandbox.deal("a", "offer")
    sandbox.git("add", "--all")
    tree, parent = sandbox.git("write-tree"), sandbox.git("rev-parse", "HEAD")
    person = "Ann <ann@example.com>"
    commit = (
        f"tree {tree}\nparent {parent}\nauthor {person} 253402300799 -1200\ncommitter {person} 1767690000 +0100\n\nx\n"
    )
    made = sandbox.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=commit.encode())
    sandbox.git("update-ref", "HEAD", made)
    view = look(sandbox.folder, Question(), NOW)
    assert [problem.code for problem in view.problems] == ["unreadable-date"]
    assert [visit.stage for visit in view.visits] == ["lead", "offer"]


def test_folders_of_any_depth_are_read(sandbox: Sandbox) -> None:
    deep = "/".join(["d"] * 400)
    sandbox.write(f"deals/{deep}/a.yaml", "title: a\n")
    paths, problems = disk.scan(sandbox.folder)
    assert (paths, problems) == ([f"deals/{deep}/a.yaml"], [])
