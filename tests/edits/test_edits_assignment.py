from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from contexts import PIPELINE, SEEN, TODAY, context

from pipecli.core.annotation import below, known, reader
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.record import Deal
from pipecli.core.yamltext import load
from pipecli.edits.assignment import Assignment, read

if TYPE_CHECKING:
    from pipecli.core.emit import Scalar

FILE = (
    "title: x\nvalue: 5.00\nowner: ~\ntags: [a, b]\nnext_step: {do: Call}\nchecklist:\n  budget: 2026-10-20\n"
    "fields: {seats: 1, plan: team}\n"
)


@pytest.mark.parametrize(
    ("word", "loc", "value", "sign"),
    [
        ("value=48000.00", ("value",), Decimal("48000.00"), "="),
        ("probability=25%", ("probability",), "25%", "="),
        ("probability=0", ("probability",), Decimal(0), "="),
        ("forecast=best_case", ("forecast",), "best_case", "="),
        ("expected_close=+2w", ("expected_close",), date(2026, 12, 7), "="),
        ("checklist.budget=today", ("checklist", "budget"), TODAY, "="),
        ("fields.seats=12", ("fields", "seats"), "12", "="),
        ("outcome.class=no_decision", ("outcome", "class"), "no_decision", "="),
        ("title=a = b", ("title",), "a = b", "="),
        ("title=+=", ("title",), "+=", "="),
        ("owner=", ("owner",), None, "="),
        ("hold=", ("hold",), None, "="),
        ("tags=", ("tags",), None, "="),
        ("tags+=big deal", ("tags",), "big deal", "+="),
        ("contacts-=jane-doe", ("contacts",), "jane-doe", "-="),
        (" value = 5 ", ("value",), Decimal(5), "="),
    ],
)
def test_a_word_is_read_as_what_the_key_takes(word: str, loc: tuple[str, ...], value: Scalar, sign: str) -> None:
    assert read(word, SEEN) == Assignment(loc, value, sign)
    assert type(read(word, SEEN).value) is type(value)


@pytest.mark.parametrize(
    "word",
    ["=", "=5", "value", ".=x", "value.=5", "next_step.=x", "tasks=x", "activities=", "path=x", "next_step=x",
     "owner+=x", "tags=x", "tags+=", "hold.until=x", "currency=eur", "company=Acme Inc", "outcome.class=x",
     "probability=200%", "tags.x=1", "title=a\x1b[31m", "title=a\u202eb", "title=a\rb",
     "checklist.a.b=today", "value=NaN", "formerly+=x"],
)  # fmt: skip
def test_what_cannot_be_set_is_wrong_usage(word: str) -> None:
    with pytest.raises(PipeError) as caught:
        read(word, SEEN)
    assert caught.value.code is ExitCode.USAGE


def test_every_single_value_of_a_deal_can_be_set_but_for_those_of_other_commands() -> None:
    elsewhere = {"stage", "stage_since", "pipeline"}
    single = [(key,) for key in known(Deal) - elsewhere if reader(below(Deal, key))]
    inner = [
        (key, name) for key in known(Deal) for name in known(below(Deal, key)) if key not in ("tasks", "activities")
    ]
    for loc in (*single, *inner):
        assert read(f"{'.'.join(loc)}=", SEEN) == Assignment(loc, None)
    assert len(single) == 11
    assert len(inner) == 11


@pytest.mark.parametrize(
    ("word", "met"),
    [
        ("value=5.00", True), ("value=5", False), ("owner=", True), ("owner=sam", False), ("source=", True),
        ("title=x", True), ("tags+=a", True), ("tags+=c", False), ("tags-=a", False), ("tags-=c", True),
        ("contacts-=jane", True), ("contacts+=jane", False), ("next_step.do=Call", True), ("next_step.due=", True),
        ("hold=", True), ("hold.until=", True), ("checklist.budget=2026-10-20", True), ("fields.seats=1", True),
    ],
)  # fmt: skip
def test_what_a_file_says_already_is_known(word: str, met: bool) -> None:
    assert read(word, SEEN).is_met(load(FILE.encode())) is met


@pytest.mark.parametrize(
    ("word", "old", "new"),
    [
        ("value=6", "5.00", "6"),
        ("owner=kim", "owner: ~", "owner: kim"),
        ("tags+=c", "[a, b]", "[a, b, c]"),
        ("tags-=a", "[a, b]", "[b]"),
        ("tags=", "tags: [a, b]\n", ""),
        ("next_step.due=2026-12-01", "{do: Call}", "{do: Call, due: 2026-12-01}"),
        ("next_step.do=", "next_step: {do: Call}\n", ""),
        ("checklist.budget=", "checklist:\n  budget: 2026-10-20\n", ""),
        ("fields.seats=", "{seats: 1, plan: team}", "{plan: team}"),
        ("title=NO", "title: x", "title: 'NO'"),
    ],
)
def test_an_assignment_changes_its_value_and_nothing_else(word: str, old: str, new: str) -> None:
    assert read(word, SEEN).edit(load(FILE.encode())) == FILE.replace(old, new)


def test_the_last_item_of_a_list_takes_its_key_along() -> None:
    assert read("tags-=a", SEEN).edit(load(b"title: x\ntags: [a]\nvalue: 5\n")) == "title: x\nvalue: 5\n"


@pytest.mark.parametrize(("tags", "left"), [("[a, b, a, a]", "[b]"), ("[b, a, a]", "[b]")])
def test_an_item_that_is_there_more_than_once_goes_wholly(tags: str, left: str) -> None:
    assert read("tags-=a", SEEN).edit(load(f"title: x\ntags: {tags}\n".encode())) == f"title: x\ntags: {left}\n"


@pytest.mark.parametrize(
    ("kind", "text", "written"),
    [
        ("integer", "12", 12), ("number", "1.50", Decimal("1.50")), ("date", "2026-12-01", date(2026, 12, 1)),
        ("flag", "true", True), ("text", "12", "12"), ("integer", "twelve", "twelve"),
    ],
)  # fmt: skip
def test_an_own_field_is_written_by_its_type(kind: str, text: str, written: object) -> None:
    facts = context(pipeline=f"{PIPELINE}fields: {{own: {{type: {kind}}}}}\n")
    found = read(f"fields.own={text}", SEEN).of(facts.workspace.pipelines["sales"])
    assert (found.value, type(found.value)) == (written, type(written))
