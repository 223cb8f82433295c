"""`pipe validate --range` on real repositories: by whatever path a deal is changed, the gates are asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest
from installed import PIPE, pipe, run

if TYPE_CHECKING:
    from conftest import Sandbox

PIPELINE = """\
name: Sales
moves: {create_in: [lead], won_from: [talks, offer]}
stages:
  - {id: lead, name: Lead, exit: [value > 0]}
  - {id: talks, name: Talks, checklist: {budget: {text: Budget, required: true}}}
  - {id: offer, name: Offer, approve: head}
  - {id: won, name: Won, kind: won}
  - {id: lost, name: Lost, kind: lost}
  - {id: held, name: Held, kind: on_hold}
"""
TEAM = """\
members:
  ann: {name: Ann A, email: ann@example.com, roles: [sdr]}
  bob: {name: Bob B, email: bob@example.com, roles: [head]}
"""
SETTINGS = """\
name: Test
currency: EUR
policies:
  - {name: discount, when: [change.value < -20%], require: [reason is set]}
  - {name: pushed, when: [new.expected_close > old.expected_close, new.pushes >= 2], require: [next_step is set]}
"""
FILE = "deals/2026-01/a.yaml"


class Found(NamedTuple):
    """One problem as JSON tells it, with the commit's message."""

    code: str
    subject: str
    message: str


@pytest.fixture
def sales(sandbox: Sandbox) -> Sandbox:
    sandbox.write("pipe.yaml", SETTINGS)
    sandbox.write("team.yaml", TEAM)
    sandbox.write("pipelines/sales.yaml", PIPELINE)
    put(sandbox, "lead")
    sandbox.commit("Begin")
    sandbox.git("tag", "base")
    return sandbox


def put(at: Sandbox, stage: str, *more: str, file: str = FILE) -> None:
    at.write(file, f"title: A\npipeline: sales\nstage: {stage}\n" + "".join(f"{line}\n" for line in more))


def found(at: Sandbox, span: str = "base..HEAD", **more: str) -> list[Found]:
    """Return what is found in a range; the exit code is 1 where there is an error."""
    done = run(at.folder, PIPE, "validate", "--range", span, "--format", "json", **more)
    rows = json.loads(done.stdout)["tables"][0]["rows"]
    assert done.returncode == any(row["severity"] == "error" for row in rows)
    return [
        Found(row["code"], at.git("log", "-1", "--format=%s", row["commit"]), row["message"].partition(": ")[2])
        for row in rows
    ]


def told(at: Sandbox, span: str = "base..HEAD") -> list[tuple[str, str]]:
    return [(one.code, one.subject) for one in found(at, span)]


def step(at: Sandbox, message: str, stage: str, *more: str, author: str = "Ann") -> None:
    put(at, stage, *more)
    at.commit(message, author=author)


def test_what_passes_the_gates_is_counted(sales: Sandbox) -> None:
    step(sales, "value", "lead", "value: 5")
    step(sales, "talks", "talks", "value: 5")
    shown = pipe(sales.folder, "validate", "--range", "base..HEAD").stdout
    assert shown == "2 changes of deals in base..HEAD, and every gate was passed\n"
    assert found(sales, "base..") == found(sales, "base...HEAD") == []


def test_an_edit_by_hand_is_judged_at_its_commit_with_every_reason(sales: Sandbox) -> None:
    step(sales, "by hand", "won", "closed_on: 2026-01-05")
    step(sales, "value", "won", "closed_on: 2026-01-05", "value: 5")
    assert found(sales) == [
        Found("gate-won-from", "by hand", "into won: a deal is won from talks or offer only"),
        Found("gate-exit", "by hand", "into won: to leave lead: value > 0"),
    ]


def test_a_commit_that_the_range_does_not_have_is_not_judged(sales: Sandbox) -> None:
    step(sales, "by hand", "won", "closed_on: 2026-01-05")
    assert told(sales, "HEAD..HEAD") == []
    assert told(sales, "HEAD~1..HEAD") != []


def test_a_move_on_a_branch_is_judged_where_it_was_made(sales: Sandbox) -> None:
    sales.git("checkout", "--quiet", "-b", "side")
    step(sales, "on the side", "talks")
    sales.git("checkout", "--quiet", "main")
    sales.write("deals/b.yaml", "title: B\npipeline: sales\nstage: lead\n")
    sales.commit("another")
    sales.merge("side")
    assert told(sales) == [("gate-exit", "on the side")]


@pytest.mark.parametrize(("more", "codes"), [((), ["gate-exit"]), (("value: 5",), [])])
def test_a_merge_that_brings_a_move_of_its_own_is_judged(sales: Sandbox, more: list[str], codes: list[str]) -> None:
    sales.git("checkout", "--quiet", "-b", "side")
    sales.write("deals/b.yaml", "title: B\npipeline: sales\nstage: lead\n")
    sales.commit("another")
    sales.git("checkout", "--quiet", "main")
    sales.commit("empty")
    sales.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    put(sales, "talks", *more)
    sales.commit("merge with a move")
    assert told(sales) == [(code, "merge with a move") for code in codes]


def test_a_merge_is_not_asked_for_what_a_side_did(sales: Sandbox) -> None:
    put(sales, "lead", "", "value: 100", "", "owner: ann")
    sales.commit("value")
    sales.git("checkout", "--quiet", "-b", "side")
    put(sales, "lead", "", "value: 10", "", "owner: ann")
    sales.commit("cheaper\n\nPipe-Reason: an old friend")
    sales.git("checkout", "--quiet", "main")
    put(sales, "lead", "", "value: 100", "", "owner: bob")
    sales.commit("owner")
    sales.merge("side")
    assert told(sales) == []


def test_a_merge_is_asked_for_a_value_that_no_side_has(sales: Sandbox) -> None:
    step(sales, "value", "lead", "value: 100")
    sales.git("checkout", "--quiet", "-b", "side")
    sales.write("deals/b.yaml", "title: B\npipeline: sales\nstage: lead\n")
    sales.commit("another")
    sales.git("checkout", "--quiet", "main")
    sales.commit("empty")
    sales.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    put(sales, "lead", "value: 1")
    sales.commit("cheap merge")
    assert told(sales) == [("gate-policy", "cheap merge")]


@pytest.mark.parametrize("aside", ["held", "lost"])
def test_a_deal_is_not_won_around_the_exit_criteria(sales: Sandbox, aside: str) -> None:
    sales.write("pipelines/sales.yaml", PIPELINE.replace("won_from: [talks, offer]", "won_from: []"))
    sales.commit("won from everywhere")
    sales.git("tag", "--force", "base")
    step(sales, "aside", aside)
    step(sales, "won", "won")
    assert told(sales) == [("gate-exit", "won")]


def test_the_detour_may_begin_before_the_range(sales: Sandbox) -> None:
    step(sales, "value", "talks", "value: 5")
    step(sales, "held", "held", "value: 5")
    sales.git("tag", "--force", "base")
    step(sales, "won", "won", "value: 5")
    assert told(sales) == [("gate-checklist", "won")]
    sales.git("checkout", "--quiet", "base")
    step(sales, "ticked", "won", "value: 5", "checklist: {budget: 2026-01-05}")
    assert told(sales) == []


def test_removed_and_added_again_it_is_still_the_same_deal(sales: Sandbox) -> None:
    (sales.folder / FILE).unlink()
    sales.commit("removed")
    step(sales, "again", "talks", "value: 5")
    assert told(sales) == []
    (sales.folder / FILE).unlink()
    sales.commit("removed")
    step(sales, "won", "won", "value: 5")
    assert told(sales) == [("gate-checklist", "won")]


def test_a_renamed_deal_is_the_same_deal(sales: Sandbox) -> None:
    sales.git("mv", FILE, "deals/2026-01/b.yaml")
    put(sales, "held", "formerly: [a]", file="deals/2026-01/b.yaml")
    sales.commit("renamed and held")
    put(sales, "talks", "formerly: [a]", file="deals/2026-01/b.yaml")
    sales.commit("on")
    assert told(sales) == [("gate-exit", "on")]


def test_a_stage_that_is_not_there_is_no_way_around(sales: Sandbox) -> None:
    step(sales, "nowhere", "nowhere")
    step(sales, "won", "won")
    assert told(sales) == [("stage-not-there", "nowhere"), ("gate-won-from", "won"), ("gate-exit", "won")]


def test_rules_that_cannot_be_read_are_no_way_around(sales: Sandbox) -> None:
    sales.write("pipelines/sales.yaml", "name: [\n")
    step(sales, "broken and won", "won", "value: 5")
    sales.write("pipelines/sales.yaml", PIPELINE)
    sales.commit("mended")
    assert told(sales)[0] == ("not-judged", "broken and won")


def test_nor_is_a_workspace_without_settings(sales: Sandbox) -> None:
    (sales.folder / "pipe.yaml").unlink()
    sales.commit("no settings")
    step(sales, "won", "won", "value: 5")
    sales.write("pipe.yaml", SETTINGS)
    sales.commit("mended")
    assert ("not-judged", "won") in told(sales)


def test_a_version_that_cannot_be_read_is_judged_with_the_next(sales: Sandbox) -> None:
    step(sales, "broken", "won", "valeu: 5")
    assert told(sales) == [("not-judged", "broken")]
    step(sales, "mended", "won", "value: 5")
    assert told(sales) == [("gate-won-from", "mended")]


def test_the_first_readable_version_is_a_creation(sales: Sandbox) -> None:
    put(sales, "won", "valeu: 5", file="deals/b.yaml")
    sales.commit("broken")
    put(sales, "won", "value: 5", file="deals/b.yaml")
    sales.commit("mended")
    assert told(sales) == [("gate-create", "mended")]


def test_a_message_of_trailers_hides_no_exit_criteria(sales: Sandbox) -> None:
    put(sales, "offer", "value: 0", "checklist: {budget: 2026-01-05}")
    moves = "Pipe-Move: a sales/lead -> sales/talks @ 2026-01-05\nPipe-Move: a sales/talks -> sales/offer @ 2026-01-05"
    sales.commit(f"squash\n\n{moves}", author="Bob")
    assert told(sales) == [("gate-exit", "squash")]


def test_nor_does_it_hide_a_checklist_or_an_approval_on_the_way(sales: Sandbox) -> None:
    put(sales, "won", "value: 5", "closed_on: 2026-01-05")
    way = ("lead -> sales/talks", "talks -> sales/offer", "offer -> sales/won")
    sales.commit("squash\n\n" + "\n".join(f"Pipe-Move: a sales/{step} @ 2026-01-05" for step in way))
    assert told(sales) == [("gate-checklist", "squash"), ("gate-approve", "squash")]


def test_nor_does_it_hide_a_step_aside(sales: Sandbox) -> None:
    sales.write("pipelines/sales.yaml", PIPELINE.replace("won_from: [talks, offer]", "won_from: []"))
    sales.commit("won from everywhere")
    sales.git("tag", "--force", "base")
    put(sales, "won", "closed_on: 2026-01-05")
    way = ("lead -> sales/held", "held -> sales/won")
    sales.commit("squash\n\n" + "\n".join(f"Pipe-Move: a sales/{step} @ 2026-01-05" for step in way))
    assert told(sales) == [("gate-exit", "squash")]


def test_a_move_is_approved_by_its_author(sales: Sandbox) -> None:
    step(sales, "by ann", "offer", "value: 5")
    assert found(sales) == [Found("gate-approve", "by ann", "into offer: to enter offer: bob (head) has to approve it")]
    sales.git("checkout", "--quiet", "base")
    step(sales, "by bob", "offer", "value: 5", author="Bob")
    assert told(sales) == []


@pytest.mark.parametrize(("who", "codes"), [("Bob", []), ("Ann", ["gate-approve"])])
def test_a_move_is_approved_by_who_merges_it(sales: Sandbox, who: str, codes: list[str]) -> None:
    sales.git("checkout", "--quiet", "-b", "side")
    step(sales, "by ann", "offer", "value: 5")
    assert [code for code, _ in told(sales)] == ["gate-approve"]
    sales.git("checkout", "--quiet", "main")
    sales.people = {"GIT_COMMITTER_EMAIL": f"{who.lower()}@example.com"}
    sales.merge("side")
    assert [code for code, _ in told(sales)] == codes


def test_to_take_the_main_line_into_ones_branch_approves_nothing(sales: Sandbox) -> None:
    step(sales, "by ann", "offer", "value: 5")
    sales.git("checkout", "--quiet", "-b", "bobs", "base")
    sales.write("deals/b.yaml", "title: B\npipeline: sales\nstage: lead\n")
    sales.commit("another", author="Bob")
    sales.people = {"GIT_COMMITTER_EMAIL": "bob@example.com"}
    sales.merge("main")
    sales.people = {}
    sales.git("checkout", "--quiet", "main")
    sales.merge("bobs")
    assert told(sales) == [("gate-approve", "by ann")]


def test_force_is_told_and_forces_no_approval(sales: Sandbox) -> None:
    step(sales, "forced\n\nPipe-Forced: by fax", "offer")
    assert found(sales) == [
        Found("gate-approve", "forced", "into offer: to enter offer: bob (head) has to approve it"),
        Found("forced-move", "forced", "into offer: to leave lead: value > 0; forced: by fax"),
    ]


def test_the_level_of_what_was_forced_is_that_of_the_base(sales: Sandbox) -> None:
    sales.write("pipe.yaml", f"{SETTINGS}rules: {{forced-move: error}}\n")
    sales.commit("no force")
    sales.git("tag", "--force", "base")
    sales.write("pipe.yaml", f"{SETTINGS}rules: {{forced-move: off}}\n")
    step(sales, "forced\n\nPipe-Forced: by fax", "talks")
    assert told(sales) == [("forced-move", "forced")]


def test_other_rules_than_those_of_the_base_are_told(sales: Sandbox) -> None:
    sales.write("pipelines/sales.yaml", PIPELINE.replace("exit: [value > 0]", "exit: []"))
    sales.commit("looser")
    step(sales, "talks", "talks")
    sales.write("pipe.yaml", SETTINGS.replace("-20%", "-90%"))
    step(sales, "both", "talks", "value: 5")
    assert [(one.subject, one.message.split(" by ")[1]) for one in found(sales)] == [
        ("talks", "another pipelines/sales.yaml than that of the base"),
        ("both", "another pipe.yaml than that of the base"),
    ]
    pipe(sales.folder, "validate", "--range", "base..HEAD", "--strict", code=1)


@pytest.mark.parametrize(
    ("old", "new"),
    [("name: Lead,", "name: Lead, kind: won,"), ("id: won,", "id: won, aliases: [lead],")],
)
def test_no_deal_moves_by_what_its_stage_means(sales: Sandbox, old: str, new: str) -> None:
    text = PIPELINE.replace("  - {id: lead, name: Lead, exit: [value > 0]}\n", "") if "id" in old else PIPELINE
    sales.write("pipelines/sales.yaml", text.replace(old, new))
    sales.commit("by the rules")
    (one,) = found(sales)
    assert one[:2] == ("other-rules", "by the rules")
    assert one.message == "'lead' was open, and is won now: its deals move, and no gate is asked"


def test_policies_are_judged_at_every_change(sales: Sandbox) -> None:
    step(sales, "value", "lead", "value: 100")
    step(sales, "a little", "lead", "value: 90")
    step(sales, "half", "lead", "value: 45")
    step(sales, "a third\n\nPipe-Reason: a friend", "lead", "value: 15")
    assert told(sales) == [("gate-policy", "half")]


def test_a_close_that_is_pushed_again_and_again_needs_a_next_step(sales: Sandbox) -> None:
    for day, month in enumerate((2, 3, 4, 5)):
        sales.commit("a day passes", hours=24)
        step(sales, f"push {day}", "lead", f"expected_close: 2026-0{month}-10")
    assert told(sales) == [("gate-policy", "push 2"), ("gate-policy", "push 3")]
    step(sales, "earlier", "lead", "expected_close: 2026-03-10")
    sales.commit("a day passes", hours=24)
    step(sales, "with a next step", "lead", "expected_close: 2026-06-10", "next_step: {do: Call}")
    assert len(told(sales)) == 2


def test_the_edits_of_one_day_by_one_person_are_one_push(sales: Sandbox) -> None:
    for month in (2, 3, 4, 5):
        step(sales, "push", "lead", f"expected_close: 2026-0{month}-10")
    assert told(sales) == []
    step(sales, "by another", "lead", "expected_close: 2026-06-10", author="Bob")
    sales.commit("a day passes", hours=24)
    step(sales, "the next day", "lead", "expected_close: 2026-07-10")
    assert told(sales) == [("gate-policy", "the next day")]


def test_an_import_brings_deals_with_their_past_and_moves_no_other(sales: Sandbox) -> None:
    theirs = ("value: 5", "provenance: {source: crm, id: '7'}")
    put(sales, "talks", *theirs, file="deals/b.yaml")
    sales.commit("imported\n\nPipe-Import: crm")
    put(sales, "won", *theirs, "closed_on: 2026-01-05", file="deals/b.yaml")
    sales.commit("its past\n\nPipe-Import: crm")
    step(sales, "not theirs\n\nPipe-Import: crm", "won", "value: 5")
    assert [(one.code, one.subject) for one in found(sales)] == [
        ("imported", "imported"),
        ("gate-won-from", "not theirs"),
    ]
    sales.git("tag", "--force", "base")
    put(sales, "lead", *theirs, file="deals/b.yaml")
    sales.commit("renewed\n\nPipe-Import: crm")
    put(sales, "won", *theirs, file="deals/b.yaml")
    sales.commit("renewed again\n\nPipe-Import: crm")
    assert told(sales) == [("gate-won-from", "renewed again")]


def test_an_import_without_provenance_is_a_creation(sales: Sandbox) -> None:
    put(sales, "won", "closed_on: 2026-01-05", file="deals/b.yaml")
    sales.commit("made up\n\nPipe-Import: crm")
    assert told(sales) == [("gate-create", "made up")]


def test_the_workspace_may_begin_in_the_range(sandbox: Sandbox) -> None:
    sandbox.write("README", "x\n")
    sandbox.commit("before")
    sandbox.git("tag", "base")
    sandbox.write("pipe.yaml", SETTINGS)
    sandbox.write("pipelines/sales.yaml", PIPELINE)
    put(sandbox, "won", "closed_on: 2026-01-05")
    sandbox.commit("Begin")
    put(sandbox, "won", "closed_on: 2026-01-05", file="deals/b.yaml")
    sandbox.commit("another")
    assert told(sandbox) == [("gate-create", "another")]


def test_a_path_shows_what_is_below_it(sales: Sandbox) -> None:
    step(sales, "by hand", "won", "closed_on: 2026-01-05")
    assert FILE in pipe(sales.folder, "validate", "deals", "--range", "base..HEAD", code=1).stdout
    assert FILE not in pipe(sales.folder, "validate", "pipelines", "--range", "base..HEAD").stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--range", "base"), "a range is written BASE..HEAD"),
        (("--range", f"{'0' * 40}..HEAD"), "a new branch has no commit before it"),
        (("--range", "nowhere..HEAD"), "there is no revision 'nowhere'"),
        (("--range", "base..HEAD", "--at", "base"), "--range names its commits itself"),
    ],
)
def test_what_is_no_range_is_said(sales: Sandbox, options: tuple[str, ...], said: str) -> None:
    assert said in pipe(sales.folder, "validate", *options, code=2).stderr


def test_a_shallow_clone_is_not_judged(sales: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    step(sales, "by hand", "won", "closed_on: 2026-01-05")
    clone = tmp_path_factory.mktemp("shallow")
    sales.git("clone", "--quiet", "--depth", "1", f"file://{sales.folder}", str(clone))
    assert "shallow" in pipe(clone, "validate", "--range", "HEAD~1..HEAD", code=3).stderr
