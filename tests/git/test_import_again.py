"""A second import: what changed at the source is taken over, what changed here stays, what changed in both is told."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from installed import git, pipe

if TYPE_CHECKING:
    from pathlib import Path

PIPELINE = """\
name: Sales
fields: {seats: {type: integer}}
stages:
  - {id: lead, name: Lead}
  - {id: offer, name: Offer}
  - {id: won, name: Won, kind: won}
  - {id: lost, name: Lost, kind: lost}
"""
HEADER = "id,title,stage,value,created,source,seats\n"
FIRST = HEADER + "1,One,lead,100,2026-01-05,web,3\n2,Two,lead,200,2026-01-06,web,\n"
IMPORT = ("import", "csv", "deals.csv", "--source", "crm")
DEAL = "deals/2026-01/1.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace into which a table was imported once."""
    pipe(tmp_path, "init", "--template", "empty")
    (tmp_path / "pipelines").mkdir(exist_ok=True)
    (tmp_path / "pipelines" / "sales.yaml").write_text(PIPELINE)
    (tmp_path / "pipe.yaml").write_text("name: x\ncurrency: EUR\n")
    (tmp_path / ".git" / "info" / "exclude").write_text("deals.csv\n")
    commit(tmp_path)
    table(tmp_path, FIRST)
    pipe(tmp_path, *IMPORT)
    return tmp_path


def table(folder: Path, text: str) -> None:
    (folder / "deals.csv").write_text(text)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "-qm", "Edits")


def edit(folder: Path, old: str, new: str, path: str = DEAL) -> None:
    file = folder / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    commit(folder)


def says(folder: Path, *keys: str, path: str = DEAL) -> list[str]:
    lines = dict(line.split(": ", 1) for line in (folder / path).read_text().splitlines() if ": " in line)
    return [lines.get(key, "") for key in keys]


def test_an_import_of_the_same_file_is_a_no_op(folder: Path) -> None:
    head = git(folder, "rev-parse", "HEAD")
    done = pipe(folder, *IMPORT)
    assert "all of them known already\n" in done.stderr
    assert (git(folder, "rev-parse", "HEAD"), git(folder, "status", "--porcelain")) == (head, "")


def test_local_edits_stay_where_the_source_says_the_same_as_before(folder: Path) -> None:
    edit(folder, "title: One", "title: Ours # mine")
    edit(folder, "source: web\n", "")
    head = git(folder, "rev-parse", "HEAD")
    pipe(folder, *IMPORT)
    assert git(folder, "rev-parse", "HEAD") == head


def test_what_changed_at_the_source_alone_is_spliced_into_the_file(folder: Path) -> None:
    edit(folder, "title: One", "# ours\ntitle: Ours # mine")
    table(folder, FIRST.replace(",100,", ",150,").replace(",web,3", ",fair,"))
    pipe(folder, *IMPORT)
    assert says(folder, "title", "value", "source", "seats") == ["Ours # mine", "150", "fair", ""]
    assert git(folder, "show", "--stat", "--format=%s").startswith("Renew 1 deal from crm")
    pipe(folder, "validate", "--strict")


def test_what_both_changed_differently_is_left_and_told_until_somebody_decides(folder: Path) -> None:
    edit(folder, "value: 100", "value: 120")
    table(folder, FIRST.replace(",100,", ",150,").replace("Two", "Second"))
    done = pipe(folder, *IMPORT, code=6)
    assert "1: value is 120 here and 150 at the source" in done.stderr
    assert says(folder, "value") == ["120"]
    assert says(folder, "title", path="deals/2026-01/2.yaml") == ["Second"]
    pipe(folder, *IMPORT, code=6)
    pipe(folder, *IMPORT, "--theirs")
    assert says(folder, "value") == ["150"]
    assert "all of them known" in pipe(folder, *IMPORT).stderr


def test_what_both_changed_alike_is_no_conflict(folder: Path) -> None:
    edit(folder, "value: 100", "value: 150")
    table(folder, FIRST.replace(",100,", ",150,"))
    assert "all of them known" in pipe(folder, *IMPORT).stderr


def test_an_edit_between_two_imports_is_not_taken_for_an_import(folder: Path) -> None:
    edit(folder, "title: One", "title: Ours")
    table(folder, FIRST.replace(",100,", ",150,"))
    pipe(folder, *IMPORT)
    table(folder, FIRST.replace(",100,", ",175,"))
    pipe(folder, *IMPORT)
    assert says(folder, "title", "value") == ["Ours", "175"]


def test_a_later_stage_is_a_move_with_its_moment(folder: Path) -> None:
    later = FIRST.replace("source,seats", "source,seats,stage_since").replace(",web,3", ",web,3,")
    table(folder, later.replace(",web,\n", ",web,,2026-03-01\n").replace("Two,lead", "Two,offer"))
    pipe(folder, *IMPORT)
    assert "Pipe-Move: 2 sales/lead -> sales/offer @ 2026-03-01" in git(folder, "log", "-1", "--format=%B")
    found = csv.DictReader(io.StringIO(pipe(folder, "audit", "2", "--format", "csv").stdout))
    assert [(visit["stage"], visit["entered"][:10], visit["truncated"]) for visit in found][1:] == [
        ("offer", "2026-03-01", "")
    ]


def test_a_stage_that_was_moved_here_stays(folder: Path) -> None:
    pipe(folder, "move", "1", "offer")
    table(folder, FIRST.replace("One,lead", "One,lost").replace("seats\n", "seats,closed_on\n").replace(
        "web,3", "web,3,2026-02-01").replace("web,\n", "web,,\n"))  # fmt: skip
    assert "1: stage is offer here and lost at the source" in pipe(folder, *IMPORT, code=6).stderr
    assert says(folder, "stage") == ["offer"]


def test_deals_are_known_by_their_provenance_wherever_their_files_are(folder: Path) -> None:
    (folder / "deals" / "big").mkdir()
    git(folder, "mv", DEAL, "deals/big/renamed.yaml")
    (folder / "deals/big/renamed.yaml").write_text(
        (folder / "deals/big/renamed.yaml").read_text() + "formerly: ['1']\n"
    )
    commit(folder)
    table(folder, FIRST.replace(",100,", ",150,"))
    pipe(folder, *IMPORT)
    assert says(folder, "value", path="deals/big/renamed.yaml") == ["150"]


def test_a_deal_that_was_deleted_here_does_not_come_back_by_itself(folder: Path) -> None:
    git(folder, "rm", "-q", DEAL)
    commit(folder)
    assert "1 deal deleted here since the last import" in pipe(folder, *IMPORT).stderr
    assert not (folder / DEAL).exists()
    pipe(folder, *IMPORT, "--theirs")
    assert (folder / DEAL).exists()


def test_without_a_trace_of_the_import_nothing_is_guessed(folder: Path) -> None:
    git(folder, "commit", "-q", "--amend", "-m", "Squashed")
    table(folder, FIRST.replace(",100,", ",150,"))
    done = pipe(folder, *IMPORT)
    assert "1: value is 100 here and 150 at the source; what was imported is not in the history" in done.stderr
    assert says(folder, "value") == ["100"]
    pipe(folder, *IMPORT, "--theirs")
    assert says(folder, "value") == ["150"]


def test_a_change_that_would_make_a_deal_invalid_is_a_bad_row(folder: Path) -> None:
    edit(folder, "created: 2026-01-05", "created: 2026-05-05")
    table(folder, FIRST.replace("seats\n", "seats,expected_close\n").replace("web,3", "web,3,2026-04-01").replace(
        "web,\n", "web,,2026-04-02\n"))  # fmt: skip
    done = pipe(folder, *IMPORT, code=1)
    assert "deals.csv:2:1: error unusable-row: expected_close 2026-04-01 is before created 2026-05-05" in done.stderr
    pipe(folder, *IMPORT, "--skip-bad")
    assert says(folder, "expected_close", path="deals/2026-01/2.yaml") == ["2026-04-02"]


def test_a_history_leaves_known_deals_as_they_are(tmp_path: Path) -> None:
    pipe(tmp_path, "init", "--template", "empty")
    (tmp_path / ".git" / "info" / "exclude").write_text("log.csv\n")
    rows = "case,stage,time\n1,a,2026-01-05T10:00Z\n1,b,2026-01-06T10:00Z\n"
    (tmp_path / "log.csv").write_text(rows)
    create = ("--pipeline", "p", "--create", "--won", "c", "--history")
    (tmp_path / "log.csv").write_text(f"{rows}2,c,2026-01-06T10:00Z\n")
    pipe(tmp_path, "import", "events", "log.csv", *create)
    (tmp_path / "log.csv").write_text(f"{rows}2,c,2026-01-06T10:00Z\n1,c,2026-01-07T10:00Z\n")
    known = "2 cases of log.csv, all of them known already, 1 of them with newer events in the file: left as they are"
    assert known in pipe(tmp_path, "import", "events", "log.csv", "--pipeline", "p", "--history").stderr
    pipe(tmp_path, "import", "events", "log.csv", "--pipeline", "p")
    found = csv.DictReader(io.StringIO(pipe(tmp_path, "audit", "1", "--format", "csv").stdout))
    assert [(visit["stage"], visit["entered"][:16]) for visit in found] == [
        ("a", "2026-01-05T10:00"), ("b", "2026-01-06T10:00"), ("c", "2026-01-07T10:00"),
    ]  # fmt: skip


GATED = PIPELINE.replace("{id: lead, name: Lead}", "{id: lead, name: Lead, exit: [tags is set, fields.seats > 5]}")
POLICY = "policies: [{name: discount, when: [change.value < -20%], require: [reason is set]}]\n"


def test_what_a_source_says_of_known_deals_passes_the_gates(folder: Path) -> None:
    (folder / "pipelines" / "sales.yaml").write_text(GATED)
    (folder / "pipe.yaml").write_text(f"name: x\ncurrency: EUR\n{POLICY}")
    commit(folder)
    table(folder, HEADER + "1,One,offer,100,2026-01-05,web,3\n2,Two,lead,20,2026-01-06,web,\n")
    said = pipe(folder, *IMPORT, code=1).stderr
    assert "to leave lead: tags is set\n    pipe set 1 tags+=…; or --force WHY" in said
    assert "to leave lead: fields.seats > 5\n    pipe set 1 fields.seats=…; or --force WHY" in said
    assert "the policy 'discount': reason is set\n    --reason WHY; or --force WHY" in said
    assert "stage: lead" in (folder / DEAL).read_text()
    assert "discount" not in pipe(folder, *IMPORT, "--reason", "year's end", code=1).stderr
    pipe(folder, *IMPORT, "--force", "they know")
    assert "stage: offer" in (folder / DEAL).read_text()
    assert "Pipe-Forced: they know" in git(folder, "log", "-1", "--format=%B")
    pipe(folder, "validate", "--range", "HEAD~1..HEAD")


def test_deals_that_pass_no_gate_can_be_left_out(folder: Path) -> None:
    (folder / "pipelines" / "sales.yaml").write_text(GATED)
    commit(folder)
    table(folder, HEADER + "1,One,offer,100,2026-01-05,web,3\n2,Two,lead,300,2026-01-06,web,\n")
    pipe(folder, *IMPORT, "--skip-bad")
    assert "stage: lead" in (folder / DEAL).read_text()
    assert "value: 300" in (folder / "deals/2026-01/2.yaml").read_text()
