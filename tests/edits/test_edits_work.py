"""What is done to a deal inside its stage: activities, tasks, the next step, ticks."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, TODAY, ZONE, context

from pipecli.core.problem import PipeError
from pipecli.core.record import ActivityKind, Deal, Direction, Task
from pipecli.edits import activity, amend, checklist, next_step, task

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipecli.edits.amend import Amendment
    from pipecli.edits.plan import Plan

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
FRIDAY = date(2026, 11, 27)
POLICY = f"{SETTINGS}policies: [{{name: p, when: [next_due > today], require: [reason is set]}}]\n"
CHECKED = PIPELINE.replace(
    "{after: 14d}}", "{after: 14d}, checklist: {budget: {text: Budget confirmed}, buyer: {text: Who}}}"
)


def after(text: str, of: Callable[[Deal], Amendment], settings: str = SETTINGS) -> tuple[Plan, str]:
    """Return the plan of an amendment of the deal of a text, and what the file says then."""
    facts = context(text, settings=settings)
    deal = facts.workspace.deals["acme"]
    plan = amend.plan(facts, {"acme": of(deal)})
    return plan, plan.edits[0].content.decode() if plan.edits else ""


def logged(kind: ActivityKind = ActivityKind.CALL, **more: str) -> activity.Logged:
    return activity.Logged(kind=kind, at=NOW, direction=Direction.OUT, **more)


def test_the_first_activity_and_the_next_one() -> None:
    plan, text = after(DEAL, lambda deal: activity.log(deal, logged(by="sam", note="a:\n b")))
    entry = "  - {at: 2026-11-23T10:00+01:00, kind: call, direction: out, by: sam, note: 'a: b'}\n"
    assert text == f"{DEAL}\nactivities:\n{entry}"
    assert (plan.subject, plan.refusals) == ("Log call of acme", ())
    assert plan.edits[0].summary == "logged call out, Mon 2026-11-23 10:00"
    _, twice = after(text, lambda deal: activity.log(deal, logged(ActivityKind.EMAIL)))
    assert twice == text + "  - {at: 2026-11-23T10:00+01:00, kind: email, direction: out}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Reached", "reached"), ("no answer", "no-answer"), ("No_Answer", "no-answer"),
        ("wrong  number", "wrong-number"),
        ("left a  message", "left a message"), (None, None),
    ],
)  # fmt: skip
def test_a_usual_outcome_has_one_form(text: str | None, expected: str | None) -> None:
    assert activity.outcome_of(text) == expected


def test_who_reached_out_is_said_where_one_side_does() -> None:
    sides = {kind: activity.direction_of(None, kind) for kind in ActivityKind}
    assert {kind for kind, side in sides.items() if side is None} == {
        ActivityKind.MEETING, ActivityKind.DEMO, ActivityKind.NOTE,
    }  # fmt: skip
    assert activity.direction_of("in", ActivityKind.CALL) is Direction.IN
    assert activity.kind_of("E-Mails") is ActivityKind.EMAIL
    with pytest.raises(PipeError) as wrong:
        activity.kind_of("cal")
    assert wrong.value.hint == "did you mean 'call'?"


def test_a_task_is_added_and_the_same_one_is_not_added_again() -> None:
    wanted = task.NewTask(do="Ask", due=FRIDAY, owner="sam")
    plan, text = after(DEAL, partial(task.add, wanted=wanted))
    name = task.new_id(context().workspace.deals["acme"], wanted)
    assert text == f"{DEAL}\ntasks:\n  - {{id: {name}, do: Ask, due: 2026-11-27, for: sam}}\n"
    assert plan.subject == f"Add task {name} to acme"
    again, _ = after(text, partial(task.add, wanted=wanted))
    assert (again.edits, again.already) == ((), (f"acme: {name} is this task already",))
    done = text.replace("for: sam", "for: sam, done: 2026-11-20")
    _, twice = after(done, partial(task.add, wanted=wanted))
    assert twice.count("do: Ask") == 2
    assert twice.count(f"id: {name}") == 1


def test_ids_of_tasks_seldom_meet() -> None:
    deal = context().workspace.deals["acme"]
    names = [task.new_id(deal, task.NewTask(do=f"Task {number}")) for number in range(200)]
    assert len(set(names)) >= 198
    assert all(len(name) == 4 and name[0] == "t" for name in names)


def with_tasks(*tasks: Task) -> Deal:
    return Deal(id="acme", path="deals/acme.yaml", title="t", pipeline="sales", stage="lead", tasks=list(tasks))


@pytest.mark.parametrize(("word", "at"), [("t1", 0), ("t12", 1), ("T1", 0), ("security", 1), ("q", 2)])
def test_a_task_is_found_by_its_id_its_beginning_or_its_words(word: str, at: int) -> None:
    deal = with_tasks(Task("t1", "Ask who signs"), Task("t12", "Book the security review"), Task("q3f", "Call"))
    assert task.find_task(deal, word) == at


@pytest.mark.parametrize(
    ("word", "tasks", "message", "hint"),
    [
        ("t", [Task("t1", "a"), Task("t2", "b")], "'t' means 2 tasks of acme: t1 (a), t2 (b)", "write more of the id"),
        ("t1", [Task("t1", "a"), Task("t1", "b")], "'t1' means 2 tasks of acme: t1 (a), t1 (b)", "pipe validate"),
        ("x", [], "acme has no task", 'pipe task add acme "…" --due fri'),
        ("zz", [Task("t1", "a")], "acme has no task 'zz'", "t1 (a)"),
        ("", [Task("t1", "a")], "acme has no task ''", "t1 (a)"),
    ],
)
def test_a_task_that_is_not_clear(word: str, tasks: list[Task], message: str, hint: str) -> None:
    with pytest.raises(PipeError) as wrong:
        task.find_task(with_tasks(*tasks), word)
    assert (str(wrong.value), wrong.value.hint) == (message, hint)


TASKS = f"{DEAL}\ntasks:\n  - {{id: t1, do: Ask, due: 2026-11-20}}  # soon\n  - id: t2\n    do: Call\n"


def test_tasks_are_finished_and_taken_back() -> None:
    plan, text = after(TASKS, lambda deal: task.finish(deal, ["t1", "call"], TODAY))
    assert text == TASKS.replace("2026-11-20}", "2026-11-20, done: 2026-11-23}").replace(
        "do: Call\n", "do: Call\n    done: 2026-11-23\n"
    )
    assert (plan.subject, plan.edits[0].summary) == (
        "Finish tasks t1, t2 of acme", "done on Mon 2026-11-23: t1 (Ask), t2 (Call)",
    )  # fmt: skip
    assert after(text, lambda deal: task.finish(deal, ["t1"], TODAY))[0].already == (
        "acme: t1 was done on 2026-11-23; --undo takes that back",
    )
    assert after(text, lambda deal: task.take_back(deal, ["t1", "t2"]))[1] == TASKS
    assert after(TASKS, lambda deal: task.take_back(deal, ["t1"]))[0].already == ("acme: t1: not done yet",)


def test_a_task_is_put_off() -> None:
    plan, text = after(TASKS, lambda deal: task.put_off(deal, "t1", FRIDAY))
    assert text == TASKS.replace("2026-11-20", "2026-11-27")
    assert plan.edits[0].summary == "t1 (Ask) due Fri 2026-11-20 -> Fri 2026-11-27"
    assert after(TASKS, lambda deal: task.put_off(deal, "t2", FRIDAY))[1].endswith("do: Call\n    due: 2026-11-27\n")
    assert after(text, lambda deal: task.put_off(deal, "t1", FRIDAY))[0].edits == ()
    with pytest.raises(PipeError, match="t1 was done on"):
        after(TASKS.replace("20}", "20, done: 2026-11-21}"), lambda deal: task.put_off(deal, "t1", FRIDAY))


STEP = f"{DEAL}\nnext_step: {{do: Ask, due: 2026-11-20}}  # mine\n"


@pytest.mark.parametrize(
    ("before", "do", "due", "expected", "said"),
    [
        (DEAL, "Ask", FRIDAY, f"{DEAL}\nnext_step:\n  do: Ask\n  due: 2026-11-27\n", "next: Ask, due Fri 2026-11-27"),
        (DEAL, "Ask", None, f"{DEAL}\nnext_step:\n  do: Ask\n", "next: Ask"),
        (STEP, "Call", FRIDAY, STEP.replace("Ask, due: 2026-11-20", "Call, due: 2026-11-27"),
         "next: Call, due Fri 2026-11-27; before: Ask, due Fri 2026-11-20"),
        (STEP, "Call", None, STEP.replace("Ask, due: 2026-11-20", "Call"),
         "next: Call; before: Ask, due Fri 2026-11-20"),
        (STEP, None, FRIDAY, STEP.replace("20}", "27}"),
         "next: Ask, due Fri 2026-11-27; before: Ask, due Fri 2026-11-20"),
    ],
)  # fmt: skip
def test_the_next_step(before: str, do: str | None, due: date | None, expected: str, said: str) -> None:
    plan, text = after(before, lambda deal: next_step.step(deal, do, due))
    assert (text, plan.edits[0].summary, plan.subject) == (expected, said, "Set next_step of acme")


def test_the_next_step_is_cleared() -> None:
    plan, text = after(STEP, next_step.clear)
    assert "next_step" not in text
    assert plan.subject == "Remove next_step of acme"
    assert after(DEAL, next_step.clear)[0].already == ("acme: no next step already",)
    with pytest.raises(PipeError, match="no next step that could be due"):
        after(DEAL, lambda deal: next_step.step(deal, None, FRIDAY))
    same, _ = after(STEP, lambda deal: next_step.step(deal, "Ask", date(2026, 11, 20)))
    assert same.already == ("acme: next is Ask, due Fri 2026-11-20 already",)


def test_policies_are_asked() -> None:
    plan, _ = after(DEAL, lambda deal: next_step.step(deal, "Ask", FRIDAY), settings=POLICY)
    assert [problem.code for problem in plan.refusals] == ["gate-policy"]


def test_items_are_ticked_with_the_day_and_taken_back() -> None:
    plan, text = after(DEAL, lambda deal: checklist.tick(deal, ["budget", "buyer"], TODAY))
    assert text == f"{DEAL}\nchecklist:\n  budget: 2026-11-23\n  buyer: 2026-11-23\n"
    assert (plan.subject, plan.edits[0].summary) == (
        "Tick budget, buyer of acme",
        "ticked budget, buyer, Mon 2026-11-23",
    )
    assert after(text, lambda deal: checklist.tick(deal, ["budget"], TODAY))[0].edits == ()
    assert after(text, lambda deal: checklist.untick(deal, ["buyer"]))[1] == text.replace("  buyer: 2026-11-23\n", "")
    assert "checklist" not in after(text, lambda deal: checklist.untick(deal, ["budget", "buyer"]))[1]
    assert after(DEAL, lambda deal: checklist.untick(deal, ["budget"]))[0].already == ("acme: budget: not ticked",)


def test_items_are_found_by_their_id_its_beginning_or_their_words() -> None:
    facts = context(pipeline=CHECKED)
    pipeline, deal = facts.workspace.pipelines["sales"], facts.workspace.deals["acme"]
    assert checklist.find_items(pipeline, ["bud", "confirmed", "buyer"], deal) == ["budget", "buyer"]
    for word, message in (("b", "'b' means 2 items"), ("zz", "has the checklist item 'zz'"), ("", "item ''")):
        with pytest.raises(PipeError, match=message):
            checklist.find_items(pipeline, [word], deal)
    with pytest.raises(PipeError, match="no stage of sales has a checklist"):
        checklist.find_items(context().workspace.pipelines["sales"], ["x"], deal)
