"""`pipe audit verify` on real repositories: what each check finds, and what it leaves alone."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from installed import pipe

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sandbox

PIPELINE = """\
name: Sales
moves: {skip: SKIP, back: false, create_in: [lead], won_from: [talks, offer]}
stages:
  - {id: lead, name: Lead, exit: [value > 0]}
  - {id: talks, name: Talks, checklist: {budget: {text: Budget, required: true}}}
  - {id: offer, name: Offer, aliases: [quote]}
  - {id: won, name: Won, kind: won}
  - {id: lost, name: Lost, kind: lost, reasons: [price]}
"""
STRICT = PIPELINE.replace("SKIP", "false")
LOOSE = PIPELINE.replace("moves: {skip: SKIP, back: false, create_in: [lead], won_from: [talks, offer]}\n", "")
LOOSE = LOOSE.replace(", exit: [value > 0]", "").replace(", checklist: {budget: {text: Budget, required: true}}", "")
TEAM = "members: {ann: {name: Ann A, email: ann@example.com}, bob: {name: Bob B, email: bob@example.com}}\n"
FILE = "deals/2026-01/a.yaml"


class Found(NamedTuple):
    severity: str
    code: str
    path: str
    commit: str
    by: str
    message: str


@pytest.fixture
def sales(sandbox: Sandbox) -> Sandbox:
    sandbox.write("pipe.yaml", "name: Test\ncurrency: EUR\n")
    sandbox.write("team.yaml", TEAM)
    sandbox.write("pipelines/sales.yaml", LOOSE)
    sandbox.commit("Begin")
    return sandbox


def put(at: Sandbox, stage: str, *more: str, file: str = FILE) -> None:
    at.write(file, f"title: A\npipeline: sales\nstage: {stage}\n" + "".join(f"{line}\n" for line in more))


def found(at: Sandbox, *arguments: str, code: int | None = None, **more: str) -> list[Found]:
    """Return what is found; the exit code is 1 where there is an error, and else 0, unless it is given."""
    for expected in (0, 1) if code is None else (code,):
        try:
            done = pipe(at.folder, "audit", "verify", "--format", "csv", *arguments, code=expected, **more)
        except AssertionError:
            if expected:
                raise
            continue
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        told = [Found(*(row.get(name) or "" for name in Found._fields)) for row in rows]
        assert any(one.severity == "error" for one in told) == bool(expected)
        return told
    raise AssertionError("unreachable")


def codes(at: Sandbox, *arguments: str) -> list[str]:
    return [one.code for one in found(at, *arguments)]


def strict(at: Sandbox) -> None:
    at.write("pipelines/sales.yaml", STRICT)
    at.commit("Stricter")


def test_a_history_without_fault_adds_up(sales: Sandbox) -> None:
    put(sales, "lead", "owner: ann", "value: 1")
    sales.commit("Add")
    put(sales, "talks", "owner: ann", "value: 2")
    sales.commit("Move")
    assert pipe(sales.folder, "audit", "verify").stdout == "the history of 1 deal adds up\n"
    assert found(sales) == []


def test_a_finding_names_commit_person_and_file(sales: Sandbox) -> None:
    strict(sales)
    put(sales, "talks")
    commit = sales.commit("Add", author="Bob")
    (one,) = found(sales)
    assert one[:5] == ("error", "broken-rule", FILE, commit[:10], "bob")
    assert one.message == f"commit {commit[:10]} by bob: into talks: sales creates deals in lead only"


@pytest.mark.parametrize(
    ("stages", "more", "told"),
    [
        (("lead", "offer"), "value: 1\nchecklist: {budget: 2026-01-05}", "the move skips talks"),
        (("lead", "talks", "lead"), "value: 1", "sales allows no move back, to lead"),
        (("lead", "talks"), "tags: [x]", "to leave lead: value > 0"),
        (("lead", "talks", "offer"), "value: 1", "to leave talks: Budget (budget) is not ticked"),
        (("lead", "lost"), "closed_on: 2026-01-05", "to enter lost: a reason is needed"),
        (("lead", "lost"), "closed_on: 2026-01-05\noutcome: {reason: whim}", "'whim' is none of the reasons of lost"),
    ],
)
def test_a_move_is_judged_by_the_rules(sales: Sandbox, stages: tuple[str, ...], more: str, told: str) -> None:
    strict(sales)
    for stage in stages:
        put(sales, stage, *more.splitlines())
        sales.commit()
    assert [one.message.partition(": ")[2] for one in found(sales)] == [f"into {stages[-1]}: {told}"]


def test_the_rules_are_those_of_the_commit_before_and_after_they_change(sales: Sandbox) -> None:
    for name in ("a", "b"):
        put(sales, "lead", "value: 1", file=f"deals/{name}.yaml")
    sales.commit()
    put(sales, "offer", "value: 1", file="deals/a.yaml")
    sales.commit("Was allowed")
    strict(sales)
    put(sales, "offer", "value: 1", file="deals/b.yaml")
    late = sales.commit("Is not")
    sales.write("pipelines/sales.yaml", LOOSE)
    sales.commit("Looser")
    assert [(one.code, one.commit) for one in found(sales)] == [("broken-rule", late[:10])]


def test_a_squash_is_judged_move_by_move(sales: Sandbox) -> None:
    strict(sales)
    put(sales, "lead", "value: 1")
    sales.commit()
    put(sales, "offer", "value: 1", "checklist: {budget: 2026-01-05}")
    moves = ("sales/lead -> sales/talks @ 2026-01-05T12:10Z", "sales/talks -> sales/offer @ 2026-01-05T12:20Z")
    sales.commit("Squashed\n\n" + "\n\n".join(f"Pipe-Move: a {move}\nPipe-Op: {n}" for n, move in enumerate(moves)))
    assert codes(sales) == []


def test_policies_ask_for_a_reason_in_the_message(sales: Sandbox) -> None:
    policy = "policies: [{name: discount, when: [new.value < old.value], require: [reason is set]}]\n"
    sales.write("pipe.yaml", f"name: Test\ncurrency: EUR\n{policy}")
    for number, message in ((9, "Add"), (8, "Less"), (7, "Less\n\nPipe-Reason: they asked")):
        put(sales, "lead", f"value: {number}")
        sales.commit(message)
    (one,) = found(sales)
    assert one.message.endswith("the policy 'discount': reason is set")


def test_a_merge_that_joins_two_sides_moves_nothing(sales: Sandbox) -> None:
    strict(sales)
    body = "title: A\npipeline: sales\n\nstage: lead\n\n\nvalue: 1\n\n\nowner: ann\n"
    sales.write(FILE, body)
    sales.commit()
    sales.git("checkout", "--quiet", "-b", "side")
    sales.write(FILE, body.replace("stage: lead", "stage: talks"))
    sales.commit()
    sales.git("checkout", "--quiet", "main")
    sales.write(FILE, body.replace("value: 1", "value: 0"))
    sales.commit("It would not have been allowed after this")
    sales.merge("side")
    assert codes(sales) == []


def test_a_stage_that_a_merge_chooses_is_judged(sales: Sandbox) -> None:
    strict(sales)
    put(sales, "lead", "value: 1")
    sales.commit()
    sales.git("checkout", "--quiet", "-b", "side")
    put(sales, "talks", "value: 1")
    sales.commit()
    sales.git("checkout", "--quiet", "main")
    put(sales, "lead", "value: 2")
    sales.commit()
    sales.git("merge", "--quiet", "--no-ff", "--no-commit", "--strategy=ours", "side")
    put(sales, "offer", "value: 2", "checklist: {budget: 2026-01-05}")
    merge = sales.commit("merge")
    assert [(one.code, one.commit) for one in found(sales)] == [("broken-rule", merge[:10])]


def test_a_rename_and_a_move_to_another_folder_are_no_new_deal(sales: Sandbox) -> None:
    strict(sales)
    put(sales, "lead", "value: 1")
    sales.commit()
    put(sales, "talks", "value: 1")
    sales.commit()
    sales.git("mv", FILE, "deals/a.yaml")
    sales.commit("Another folder")
    sales.git("mv", "deals/a.yaml", "deals/b.yaml")
    sales.commit("Exact rename")
    sales.git("rm", "--quiet", "deals/b.yaml")
    put(sales, "talks", "value: 1", "formerly: [b]", file="deals/c.yaml")
    sales.commit("Rename")
    assert codes(sales) == []


def test_the_workspaces_first_commit_is_what_it_begins_with(sandbox: Sandbox) -> None:
    sandbox.write("pipe.yaml", "name: Test\ncurrency: EUR\n")
    sandbox.write("pipelines/sales.yaml", STRICT)
    put(sandbox, "offer", "stage_since: 2025-10-01")
    sandbox.commit()
    assert codes(sandbox) == []
    sandbox.git("rm", "--quiet", "pipe.yaml")
    sandbox.commit()
    sandbox.write("pipe.yaml", "name: Test\ncurrency: EUR\n")
    put(sandbox, "offer", file="deals/b.yaml")
    sandbox.commit("It begins once")
    assert codes(sandbox) == ["broken-rule"]


def test_a_stage_that_got_another_id_and_keeps_the_old_as_an_alias_is_there(sales: Sandbox) -> None:
    put(sales, "quote")
    sales.commit()
    put(sales, "offer")
    sales.commit()
    assert codes(sales) == []


def test_a_deleted_stage_is_told_with_the_commit_that_deleted_it(sales: Sandbox) -> None:
    put(sales, "talks")
    sales.commit()
    put(sales, "won", "closed_on: 2026-01-05")
    sales.commit()
    sales.write(
        "pipelines/sales.yaml", "".join(line for line in LOOSE.splitlines(keepends=True) if "talks" not in line)
    )
    commit = sales.commit("Tidy up", author="Bob")
    (one,) = found(sales)
    assert (one.code, one.path, one.commit) == ("deleted-stage", "pipelines/sales.yaml", commit[:10])
    sales.write("pipelines/sales.yaml", LOOSE.replace("name: Talks", "name: Talks, retired: true"))
    sales.commit("Retired, then")
    assert codes(sales) == []


def test_a_pipeline_that_was_not_there_yet(sales: Sandbox) -> None:
    sales.write(FILE, "title: A\npipeline: other\nstage: lead\n")
    sales.commit()
    sales.write("pipelines/other.yaml", LOOSE)
    sales.commit()
    assert [one.message.partition(": ")[2] for one in found(sales)] == ["there was no pipeline 'other' then"]


def test_backdating_is_measured_by_the_limit_of_the_commit(sales: Sandbox) -> None:
    put(sales, "lead")
    sales.commit()
    for stage, limit in (("talks", "3d"), ("offer", "60d")):
        sales.write("pipe.yaml", f"name: Test\ncurrency: EUR\nbackdate_limit: {limit}\n")
        put(sales, stage, "stage_since: 2026-01-06")
        sales.commit(hours=24 * 20)
    (one,) = found(sales)
    assert one[:2] == ("warning", "backdated")
    assert "(stage_since) was written down" in one.message
    assert one.message.endswith("19 days later; the limit is 3 days")


def test_the_authors_own_day_is_not_in_the_future(sales: Sandbox) -> None:
    put(sales, "lead")
    sales.commit()
    put(sales, "talks", "stage_since: 2026-01-06")
    sales.git("add", "--all")
    sales.people = {f"GIT_{who}_DATE": "2026-01-05T23:30:00Z" for who in ("AUTHOR", "COMMITTER")}
    sales.git("commit", "--quiet", "-m", "In Berlin it is the 6th", "--date", "2026-01-06T12:30:00+13:00")
    assert codes(sales) == []


def test_a_commit_that_is_still_to_come(sales: Sandbox) -> None:
    put(sales, "lead")
    commit = sales.commit(hours=24 * 365 * 2)
    (one,) = found(sales)
    assert (one.code, one.commit) == ("future-date", commit[:10])
    assert "is still to come" in one.message


def test_time_that_runs_backwards(sales: Sandbox) -> None:
    put(sales, "lead")
    sales.commit(hours=100)
    put(sales, "talks")
    sales.commit(hours=-50)
    assert codes(sales) == ["time-backwards"]


def test_what_is_edited_after_a_deal_is_closed(sales: Sandbox) -> None:
    put(sales, "won", "closed_on: 2026-01-05", "value: 1")
    sales.commit()
    put(sales, "won", "closed_on: 2026-01-05", "value: 1", "tags: [thanks]")
    sales.commit("A tag changes no report")
    put(sales, "won", "closed_on: 2025-12-30", "value: 2")
    sales.commit()
    put(sales, "lead", "value: 3")
    sales.commit("Reopened, with another value")
    (one,) = found(sales)
    assert one[:2] == ("warning", "edited-after-close")
    assert one.message.endswith("value 1 -> 2, closed_on 2026-01-05 -> 2025-12-30, when the deal was won")


def test_a_closed_deal_that_is_removed(sales: Sandbox) -> None:
    put(sales, "won", "closed_on: 2026-01-05")
    sales.commit()
    sales.git("rm", "--quiet", FILE)
    sales.commit()
    assert codes(sales) == ["edited-after-close"]


def test_an_edit_by_somebody_else_is_a_note_and_giving_a_deal_away_is_none(sales: Sandbox) -> None:
    put(sales, "lead", "owner: ann")
    sales.commit()
    put(sales, "lead", "owner: bob")
    sales.commit("Bob takes over", author="Ann")
    put(sales, "lead", "owner: bob", "value: 1")
    mine = sales.commit("Ann goes on", author="Ann")
    assert [(one.severity, one.code, one.commit, one.by) for one in found(sales)] == [
        ("note", "foreign-edit", mine[:10], "ann")
    ]


@pytest.mark.parametrize(
    ("month", "day", "new", "pushed"),
    [
        (3, 10, "2026-04-15", False),
        (3, 18, "2026-04-15", True),
        (3, 18, "2026-03-31", False),
        (4, 2, "2026-04-15", True),
        (3, 18, "2026-02-15", False),
    ],
)
def test_expected_close_pushed_around_the_end_of_a_quarter(
    sales: Sandbox, month: int, day: int, new: str, pushed: bool
) -> None:
    put(sales, "lead", "expected_close: 2026-03-20")
    sales.commit()
    put(sales, "lead", f"expected_close: {new}")
    sales.now = sales.now.replace(month=month, day=day)
    sales.commit()
    assert codes(sales) == (["pushed-close"] if pushed else [])


def test_several_pushes_of_one_day_by_one_person_are_one(sales: Sandbox) -> None:
    put(sales, "lead", "expected_close: 2026-03-20")
    sales.commit()
    sales.now = sales.now.replace(month=3, day=25, hour=8)
    for new in ("2026-04-15", "2026-05-15"):
        put(sales, "lead", f"expected_close: {new}")
        sales.commit()
    (one,) = found(sales)
    assert one.message.endswith("2026-03-20 -> 2026-05-15")
    put(sales, "lead", "expected_close: 2026-03-25")
    sales.commit("Back again, the same day")
    assert codes(sales) == []


def test_moves_on_two_branches_are_told_once_and_one_after_the_other_not_at_all(sales: Sandbox) -> None:
    put(sales, "lead")
    sales.commit()
    sales.git("checkout", "--quiet", "-b", "side")
    put(sales, "talks")
    side = sales.commit()
    sales.git("checkout", "--quiet", "main")
    put(sales, "lost", "closed_on: 2026-01-05", "outcome: {reason: price}")
    sales.commit()
    sales.git("merge", "--quiet", "--no-ff", "-m", "merge", "--strategy=ours", "side")
    (one,) = found(sales)
    assert one[:2] == ("warning", "parallel-moves")
    assert f"the move to sales/talks by Ann in {side[:10]}" in one.message
    put(sales, "offer")
    sales.commit("One after the other")
    assert codes(sales) == ["parallel-moves"]


def test_what_cannot_be_judged_is_told(sales: Sandbox) -> None:
    put(sales, "lead", "value: 1")
    sales.commit()
    put(sales, "talks", "vlaue: 1")
    bad = sales.commit()
    put(sales, "talks", "value: 1")
    sales.commit()
    sales.write("pipelines/sales.yaml", "name: Sales\nstagse: []\n")
    broken = sales.commit()
    put(sales, "offer", "value: 1")
    sales.commit()
    sales.write("pipelines/sales.yaml", LOOSE)
    sales.commit()
    told = {(one.code, one.commit) for one in found(sales)}
    assert told >= {("not-judged", bad[:10]), ("not-judged", broken[:10])}
    assert {code for code, _ in told} <= {"not-judged"}


def test_what_the_history_found_is_told_with_commit_and_person(sales: Sandbox) -> None:
    put(sales, "lead")
    sales.commit()
    sales.write(FILE, "title: [")
    bad = sales.commit(author="Bob")
    put(sales, "lead")
    sales.commit()
    assert [one[:5] for one in found(sales)] == [("warning", "unreadable-version", FILE, bad[:10], "bob")]


def test_imports_are_told_in_one_line_each_and_no_rule_is_asked(sales: Sandbox) -> None:
    strict(sales)
    for number, source in enumerate(("crm.csv", "crm.csv", "other.csv")):
        put(sales, "offer", "stage_since: 2025-01-01", file=f"deals/{number}.yaml")
        sales.commit(f"Add\n\nPipe-Import: {source}")
    told = [(one.severity, one.code, one.message.partition(": ")[2]) for one in found(sales)]
    assert told == [
        ("note", "imported", "2 commits from crm.csv (Pipe-Import), the last of them this one"),
        ("note", "imported", "1 commit from other.csv (Pipe-Import), the last of them this one"),
    ]


def test_only_what_came_since_a_moment_or_a_revision(sales: Sandbox) -> None:
    strict(sales)
    commits = []
    for name in ("a", "b"):
        put(sales, "talks", file=f"deals/{name}.yaml")
        commits.append(sales.commit(hours=48))
    assert [one.commit for one in found(sales)] == [commit[:10] for commit in commits]
    since = (sales.now - timedelta(hours=1)).isoformat()
    for what in (commits[0], "HEAD~1", since):
        assert [one.commit for one in found(sales, "--since", what)] == [commits[1][:10]]
    assert codes(sales, "--since", "HEAD") == []
    assert [one.commit for one in found(sales, "--at", "HEAD~1")] == [commits[0][:10]]
    assert "in the future" in pipe(sales.folder, "audit", "verify", "--since", "2030-01-01", code=2).stderr


def test_since_another_branch_is_what_that_branch_does_not_have(sales: Sandbox) -> None:
    strict(sales)
    put(sales, "talks", file="deals/old.yaml")
    sales.commit()
    sales.git("checkout", "--quiet", "-b", "mine")
    put(sales, "talks", file="deals/new.yaml")
    new = sales.commit()
    sales.git("checkout", "--quiet", "main")
    sales.commit("Meanwhile")
    sales.git("checkout", "--quiet", "mine")
    assert [one.commit for one in found(sales, "--since", "main")] == [new[:10]]


def test_the_level_of_a_check_is_set_where_that_of_a_rule_is(sales: Sandbox) -> None:
    strict(sales)
    put(sales, "talks")
    sales.commit()
    for level, told in (("off", []), ("note", ["broken-rule"])):
        sales.write("pipe.yaml", f"name: Test\ncurrency: EUR\nrules: {{broken-rule: {level}}}\n")
        sales.commit()
        assert [one.code for one in found(sales, code=0)] == told
    pipe(sales.folder, "validate", "--format", "csv")


def test_what_is_not_committed_is_not_verified(sales: Sandbox) -> None:
    strict(sales)
    put(sales, "talks")
    assert codes(sales) == []


def test_options_of_the_other_audit_are_refused(sales: Sandbox) -> None:
    for option in (("--first-parent",), ("--clock", "recorded")):
        assert "by both clocks" in pipe(sales.folder, "audit", "verify", *option, code=2).stderr
    assert "pipe audit verify" in pipe(sales.folder, "audit", "--since", "7d", code=2).stderr


def test_a_shallow_clone_is_refused_unless_it_is_allowed(sales: Sandbox, tmp_path: Path) -> None:
    strict(sales)
    put(sales, "talks")
    sales.commit()
    sales.git("clone", "--quiet", "--depth=1", f"file://{sales.folder}", str(tmp_path / "clone"))
    assert "shallow" in pipe(tmp_path / "clone", "audit", "verify", code=3).stderr
    assert "is not judged" in pipe(tmp_path / "clone", "audit", "verify", "--allow-shallow").stderr


def test_bare_repositories_subfolders_moved_workspaces_and_empty_ones(sales: Sandbox, tmp_path: Path) -> None:
    strict(sales)
    put(sales, "talks")
    sales.commit()
    before = found(sales)
    (sales.folder / "sales").mkdir()
    for name in ("pipe.yaml", "team.yaml", "pipelines", "deals"):
        sales.git("mv", name, f"sales/{name}")
    sales.commit("Into a folder")
    done = pipe(sales.folder / "sales", "audit", "verify", "--format", "csv", code=1)
    assert [row["commit"] for row in csv.DictReader(io.StringIO(done.stdout))] == [one.commit for one in before]
    sales.git("clone", "--quiet", "--bare", str(sales.folder), str(tmp_path / "bare"))
    (tmp_path / "new").mkdir()
    pipe(tmp_path, "init", "new", "--template", "empty", "--no-commit")
    assert "adds up" in pipe(tmp_path / "new", "audit", "verify").stdout


def test_every_format(sales: Sandbox) -> None:
    strict(sales)
    put(sales, "talks")
    sales.commit()
    for form, said in (
        ("table", "broken-rule"), ("markdown", "| broken-rule |"), ("json", '"code": "broken-rule"'),
        ("github", "::error file="), ("gitlab", '"check_name": "broken-rule"'),
    ):  # fmt: skip
        assert said in pipe(sales.folder, "audit", "verify", "--format", form, code=1).stdout
    assert "there is no format" in pipe(sales.folder, "audit", "verify", "--format", "xml", code=2).stderr
