"""Who set each field, by the definition: pure, with a hand-made past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipecli.history.blame import Touch, blame, lasting
from pipecli.history.reason import reason

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def touch(number: int, text: str | None, *parents: int) -> Touch:
    moment = START + timedelta(hours=number)
    return Touch(
        commit=f"c{number}", author="Ann", email="ann@example.com", authored=moment, recorded=moment, message="",
        path="" if text is None else "deals/a.yaml", data=None if text is None else text.encode(), parents=parents,
    )  # fmt: skip


def told(*touches: Touch) -> dict[str, str]:
    return {name: value.touch.commit for name, value in blame(touches).fields.items()}


def test_a_field_is_that_of_the_touch_that_gave_it_its_value() -> None:
    assert told(touch(0, "a: 1\nb: 1"), touch(1, "a: 2\nb: 1", 0)) == {"a": "c1", "b": "c0"}


def test_order_comments_quotes_and_white_space_change_nothing() -> None:
    first = "a: 1\nb: {x: 1, y: 2}\ntags: [p, q]\ntasks: [{id: t, do: x, due: 2026-01-01}]\n"
    other = (
        "# why\ntasks:\n  - {due: 2026-01-01, do: x, id: t}\n\nb:\n  y: '2'\n  x: 1\ntags: [q, p]\na:   \"1\" # one\n"
    )
    assert set(told(touch(0, first), touch(1, other, 0)).values()) == {"c0"}


def test_keys_of_mappings_and_items_of_lists_are_fields_of_their_own() -> None:
    first = "b: {x: 1, y: 2}\ntasks: [{id: t, do: x}, {id: u, do: y}]\nlog: [{at: m, k: 1}, {at: m, k: 2}, {k: 3}]"
    assert list(told(touch(0, first))) == ["b.x", "b.y", "tasks.t", "tasks.u", "log.m", "log.m#2", "log.#1"]
    assert told(touch(0, "b: {x: 1, y: 2}"), touch(1, "b: {x: 1, y: 3}", 0)) == {"b.x": "c0", "b.y": "c1"}


def test_a_value_that_was_taken_out_and_comes_again_is_new() -> None:
    past = [touch(0, "a: 1"), touch(1, "b: 1", 0), touch(2, "a: 1\nb: 1", 1)]
    assert told(*past) == {"a": "c2", "b": "c1"}
    assert [(value.text, value.touch.commit) for value in blame(past).values if value.field == "a"] == [
        ("1", "c0"), (None, "c1"), ("1", "c2"),
    ]  # fmt: skip


def test_a_merge_takes_each_value_from_the_parent_that_has_it() -> None:
    past = [touch(0, "a: 1\nb: 1"), touch(1, "a: 2\nb: 1", 0), touch(2, "a: 1\nb: 2", 0), touch(3, "a: 2\nb: 2", 1, 2)]
    assert told(*past) == {"a": "c1", "b": "c2"}


def test_a_value_that_both_sides_set_is_that_of_the_one_who_was_first() -> None:
    past = [touch(0, "a: 1"), touch(2, "a: 2", 0), touch(1, "a: 2", 0), touch(3, "a: 2", 1, 2)]
    assert told(*past) == {"a": "c1"}


def test_a_value_that_no_parent_has_was_set_by_the_merge() -> None:
    past = [touch(0, "a: 1"), touch(1, "a: 2", 0), touch(2, "a: 3", 0), touch(3, "a: 5", 1, 2)]
    assert told(*past) == {"a": "c3"}


def test_a_value_that_a_merge_passed_over_is_known_and_not_lasting() -> None:
    past = [touch(0, "a: 1"), touch(1, "a: 2", 0), touch(2, "a: 3", 0), touch(3, "a: 3", 1, 2)]
    found = blame(past)
    kept = lasting(found, "a")
    assert [(value.text, id(value) in kept) for value in found.values] == [("1", True), ("2", False), ("3", True)]


def test_a_version_that_cannot_be_read_is_passed_over_and_told() -> None:
    found = blame([touch(0, "a: 1"), touch(1, "a: [", 0), touch(2, "a: 1\nb: 2", 1)])
    assert {name: value.touch.commit for name, value in found.fields.items()} == {"a": "c0", "b": "c2"}
    (problem,) = found.problems
    assert (problem.code, problem.path) == ("unreadable-version", "deals/a.yaml")
    assert "commit c1: deals/a.yaml:1: " in problem.message


def test_a_removed_deal_has_its_last_values() -> None:
    found = blame([touch(0, "a: 1"), touch(1, None, 0)])
    assert {name: (value.text, value.touch.commit) for name, value in found.fields.items()} == {"a": ("1", "c0")}
    assert found.removed
    assert found.removed.commit == "c1"


def test_nothing_is_known_of_no_touches() -> None:
    assert not blame([]).fields


def test_the_reason_is_the_one_given_for_the_deal_else_the_subject() -> None:
    squash = (
        "Squashed\n\n    Move a to won\n\n    Pipe-Move: a s/x -> s/y @ 2026-01-05\n    Pipe-Reason: signed\n"
        "    Pipe-Op: 1\n\n    Pipe-Move: b s/x -> s/y @ 2026-01-05\n    Pipe-Reason: lost it\n    Pipe-Op: 2\n"
    )
    assert reason(squash, ["a"]) == "signed"
    assert reason(squash, ["old-b", "b"]) == "lost it"
    assert reason(squash, ["c"]) == "Squashed"
    assert reason("Set value of a\n\nPipe-Reason: a discount\nPipe-Op: 1\n", ["a"]) == "a discount"
    assert reason("\n\nJust so\n", ["a"]) == "Just so"
    assert not reason("", ["a"])
