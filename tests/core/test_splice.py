from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from time import process_time
from typing import TYPE_CHECKING

import pytest

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.splice import append, apply, insert_after, insert_item, put, remove, reorder, set_scalar
from pipecli.core.yamltext import Document, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipecli.core.emit import Scalar, Value
    from pipecli.core.problem import Loc

DEAL = """\
title: Annual platform renewal
pipeline: sales

stage: proposal
stage_since: 2026-11-03

value: 48000.00
currency: EUR

contacts: [jane-doe]
next_step: {do: Send the revised quote, due: 2026-11-25}
checklist: {budget: 2026-10-20}

tasks:
  - {id: t1, do: Book the security review, due: 2026-11-24, for: sam}
activities:
  - {at: 2026-11-03T14:05+01:00, kind: call, note: Walked through pricing}
"""


def doc(text: str) -> Document:
    return load(text.encode())


def edited(text: str, edit: Callable[[Document], str]) -> str:
    return edit(doc(text))


def test_a_crlf_file_with_comments_and_odd_quotes_changes_in_one_word() -> None:
    before = "# deal\r\ntitle: 'It''s \"new\"'\r\n\r\nstage: \"lead\"   # was cold\r\n'value' :  1e5\r\n"
    after = before.replace('"lead"', '"proposal"')
    assert edited(before, lambda d: set_scalar(d, ("stage",), "proposal")) == after
    assert 'stage: "proposal"   # was cold\r\n' in after


@pytest.mark.parametrize(
    ("before", "loc", "value", "after"),
    [
        ("a: x\n", ("a",), "v", "a: v\n"),
        ("a: x", ("a",), "v", "a: v"),
        ("a: x\n", ("a",), "12", "a: '12'\n"),
        ("a: x\n", ("a",), 12, "a: 12\n"),
        ("a: 'x'\n", ("a",), "v", "a: 'v'\n"),
        ("a: 'x'\n", ("a",), "it's", "a: 'it''s'\n"),
        ('a: "x"\n', ("a",), 'say "\\"', 'a: "say \\"\\\\\\""\n'),
        ("a: 'x'\n", ("a",), date(2026, 11, 3), "a: 2026-11-03\n"),
        ("a: 'x'\n", ("a",), "two\nlines", 'a: "two\\nlines"\n'),
        ("a:\n", ("a",), "v", "a: v\n"),
        ("a:", ("a",), "v", "a: v"),
        ("a:   # why\nb: 1\n", ("a",), "v", "a: v   # why\nb: 1\n"),
        ("a: ~  # why\n", ("a",), "v", "a: v  # why\n"),
        ("a: null\n", ("a",), "null", "a: 'null'\n"),
        ("a: one\n  two # c\nb: 1\n", ("a",), "v", "a: v # c\nb: 1\n"),
        ("a: 'one\n\n  two' # c\nb: 1\n", ("a",), "v", "a: 'v' # c\nb: 1\n"),
        ("a:\n  x\n", ("a",), "v", "a:\n  v\n"),
        ("a: |\n  x\n  v\n\nb: 1\n", ("a",), "z", "a: z\n\nb: 1\n"),
        ("a: >- # why\n  x\n\n  v\n# c\nb: 1\n", ("a",), "z", "a: z # why\n# c\nb: 1\n"),
        ("a: |+\n  x\n\n\n", ("a",), "z", "a: z\n\n\n"),
        ("a: |\n  x\u00a0", ("a",), "z", "a: z"),
        ("{a: x, b: 1}\n", ("a",), "v, z", "{a: 'v, z', b: 1}\n"),
        ("a: x\n", ("a",), "v, z", "a: v, z\n"),
        ("{a: , b: 1}\n", ("a",), "v", "{a: v, b: 1}\n"),
        ("{a, b: 1}\n", ("a",), "v", "{a: v, b: 1}\n"),
        ("{a # c\n}\n", ("a",), "v", "{a: v # c\n}\n"),
        ('{"a":"x"}\n', ("a",), "v", '{"a":"v"}\n'),
        ("a: [x: 1, v]\n", ("a", 0, "x"), "2 days", "a: [x: 2 days, v]\n"),
        ("a:\n- x\n-\n", ("a", 1), "v", "a:\n- x\n- v\n"),
        ("a:\n  - - x # c\n    - v\n", ("a", 0, 0), "z", "a:\n  - - z # c\n    - v\n"),
        ("? a\n: x\n", ("a",), "v", "? a\n: v\n"),
        ("---\na: x\n...\n", ("a",), "v", "---\na: v\n...\n"),
        ("\ufeffé: ü😀 # ö\n", ("é",), "ß", "\ufeffé: ß # ö\n"),
    ],
)
def test_setting_a_scalar_replaces_its_slice(before: str, loc: Loc, value: Scalar, after: str) -> None:
    assert edited(before, lambda d: set_scalar(d, loc, value)) == after


@pytest.mark.parametrize(
    ("before", "sibling", "value", "after"),
    [
        ("a: 1\nb: 2\n", ("a",), "v", "a: 1\nk: v\nb: 2\n"),
        ("a: 1 # c\n\nb: 2\n", ("a",), "v", "a: 1 # c\nk: v\n\nb: 2\n"),
        (
            "a: 1 # c\n     # c, too\n# of b\nb: 2\n",
            ("a",),
            "v",
            "a: 1 # c\n     # c, too\nk: v\n# of b\nb: 2\n",
        ),
        ("a: 1", ("a",), "v", "a: 1\nk: v"),
        ("a: 1\r\nb: 2", ("b",), "v", "a: 1\r\nb: 2\r\nk: v"),
        ("a: 1\nb: 2\r\nc: 3\n", ("b",), "v", "a: 1\nb: 2\r\nk: v\r\nc: 3\n"),
        ("  a: 1\n  b: 2\n", ("a",), "v", "  a: 1\n  k: v\n  b: 2\n"),
        ("a:\n  x: 1\n\n  # more\nb: 2\n", ("a",), "v", "a:\n  x: 1\n\n  # more\nk: v\nb: 2\n"),
        ("a:\n  x: 1\n  # more\nb: 2\n", ("a", "x"), "v", "a:\n  x: 1\n  k: v\n  # more\nb: 2\n"),
        ("a:\n- 1\n- 2 # c\nb: 2\n", ("a",), "v", "a:\n- 1\n- 2 # c\nk: v\nb: 2\n"),
        ("a:\n-   x: 1\n    y: 2\n", ("a", 0, "x"), "v", "a:\n-   x: 1\n    k: v\n    y: 2\n"),
        ("a: |\n  x\n\nb: 2\n", ("a",), "v", "a: |\n  x\nk: v\n\nb: 2\n"),
        ("a: |+\n  x\n\nb: 2\n", ("a",), "v", "a: |+\n  x\n\nk: v\nb: 2\n"),
        ("a: |\n  x\n     \nb: 2\n", ("a",), "v", "a: |\n  x\n     \nk: v\nb: 2\n"),
        ("a: |\n  x", ("a",), "v", "a: |-\n  x\nk: v"),
        ("a: |+2\n   x", ("a",), "v", "a: |2-\n   x\nk: v"),
        ("a: >2+\n   x", ("a",), "v", "a: >2-\n   x\nk: v"),
        ("a: [1,\n  2] # c\nb: 2\n", ("a",), "v", "a: [1,\n  2] # c\nk: v\nb: 2\n"),
        ("a:\nb: 2\n", ("a",), "v", "a:\nk: v\nb: 2\n"),
        ("a: 1\n...\n", ("a",), "v", "a: 1\nk: v\n...\n"),
        ("{a: 1, b: 2}", ("a",), "v", "{a: 1, k: v, b: 2}"),
        ("{a: 1 , b: 2}", ("b",), "v", "{a: 1 , b: 2, k: v}"),
        ("{\n  a: 1, # c\n  b: 2, # d\n}\n", ("b",), "v", "{\n  a: 1, # c\n  b: 2, k: v, # d\n}\n"),
        ("{a, b: }", ("a",), "v", "{a, k: v, b: }"),
        ("{a, b: }", ("b",), "v", "{a, b: , k: v}"),
        ("a: 1\n", ("a",), {"x": 1, "w": {"z": "no"}}, "a: 1\nk:\n  x: 1\n  w:\n    z: 'no'\n"),
        ("a: 1\n", ("a",), [{"id": "t1", "do": "x, y"}], "a: 1\nk:\n  - {id: t1, do: 'x, y'}\n"),
        ("a: 1\n", ("a",), ["x", "on"], "a: 1\nk: [x, 'on']\n"),
        ("a: 1\n", ("a",), {}, "a: 1\nk: {}\n"),
        ("{a: 1}\n", ("a",), {"x": [{"w": 1}]}, "{a: 1, k: {x: [{w: 1}]}}\n"),
    ],
)
def test_a_key_is_inserted_after_its_sibling(before: str, sibling: Loc, value: Value, after: str) -> None:
    assert edited(before, lambda d: insert_after(d, sibling, "k", value)) == after


@pytest.mark.parametrize(
    ("before", "loc", "item", "after"),
    [
        ("a: [x]\n", ("a",), "v", "a: [x, v]\n"),
        ("a: [x, ]\n", ("a",), "v", "a: [x, v, ]\n"),
        ("a: []\n", ("a",), "v", "a: [v]\n"),
        ("a: [# c\n]\n", ("a",), "v", "a: [v # c\n]\n"),
        ("a: [\n  x, # c\n]\n", ("a",), "v", "a: [\n  x, v, # c\n]\n"),
        ("a:\n", ("a",), "v", "a: [v]\n"),
        ("a: # c\n", ("a",), {"id": "t1"}, "a: # c\n  - {id: t1}\n"),
        ("a:\n- x # c\n# b\nb: 1\n", ("a",), "v", "a:\n- x # c\n- v\n# b\nb: 1\n"),
        (
            "a:\n    -   x\n",
            ("a",),
            {"id": "t1", "do": "x: v"},
            "a:\n    -   x\n    - {id: t1, do: 'x: v'}\n",
        ),
        ("a:\n  - - x\n    - v", ("a", 0), "z", "a:\n  - - x\n    - v\n    - z"),
        (
            "a:\n  - id: t1\n    do: x\n\n\nb: 1\n",
            ("a",),
            ["v"],
            "a:\n  - id: t1\n    do: x\n  - [v]\n\n\nb: 1\n",
        ),
    ],
)
def test_an_item_is_appended_in_the_style_of_its_list(before: str, loc: Loc, item: Value, after: str) -> None:
    assert edited(before, lambda d: append(d, loc, item)) == after


@pytest.mark.parametrize(
    ("before", "loc", "after"),
    [
        ("a: 1\nb: 2\n", ("a",), "b: 2\n"),
        ("# f\na: 1 # c\n\nb: 2\n", ("a",), "# f\n\nb: 2\n"),
        ("a: 1 # c\n     # c, too\n# of b\nb: 2\n", ("a",), "# of b\nb: 2\n"),
        ("a: 1\nb: 2", ("b",), "a: 1\n"),
        ("a: 1\n", ("a",), ""),
        ("# f\na: 1\n...\n", ("a",), "# f\n{}\n...\n"),
        ("? a # c\n:\n  x: 1\n", ("a", "x"), "? a # c\n: {}\n"),
        ("? a\n: x: 1\n", ("a", "x"), "? a\n: {}\n"),
        ("? a\n: 1\n? b\n: 2\n", ("b",), "? a\n: 1\n"),
        ("? a\n: 1\n? b\n: 2\n", ("a",), "? b\n: 2\n"),
        ("a:\n  x: 1\n  # more\nb: 2\n", ("a",), "b: 2\n"),
        ("a: # c\n  # of x\n  x: 1 # d\nb: 2\n", ("a", "x"), "a: {} # c\n  # of x\nb: 2\n"),
        ("a:\n- x\nb: 2\n", ("a", 0), "a: []\nb: 2\n"),
        ("a:\n- x # c\n- y\n", ("a", 0), "a:\n- y\n"),
        ("a:\n- x: 1 # c\n  # of y\n  y: 2\n", ("a", 0, "x"), "a:\n- # of y\n  y: 2\n"),
        ("a:\n- x: 1\n  y: 2\n", ("a", 0, "x"), "a:\n- y: 2\n"),
        ("a:\n- x: 1\n  y: 2\n", ("a", 0, "y"), "a:\n- x: 1\n"),
        ("a:\n- x: 1 # c\n- z\n", ("a", 0, "x"), "a:\n- {}\n- z\n"),
        ("a:\n-\n  x: 1\n- z\n", ("a", 0, "x"), "a:\n- {}\n- z\n"),
        ("a:\n  - - x\n    - y\n", ("a", 0, 0), "a:\n  - - y\n"),
        ("a: |+\n  x\n\nb: 1\n\nc: 2\n", ("b",), "a: |+\n  x\n\nc: 2\n"),
        ("a: |+\n  x\n\nb: 1\n", ("a",), "b: 1\n"),
        ("{a: 1, b: 2}", ("a",), "{b: 2}"),
        ("{a: 1, b: 2}", ("b",), "{a: 1}"),
        ("{a: 1, b: 2, }", ("b",), "{a: 1, }"),
        ("{ a: 1, }", ("a",), "{}"),
        ("k: {a: 1}\n", ("k", "a"), "k: {}\n"),
        ("k: [ # of a\n a]\n", ("k", 0), "k: [ # of a\n ]\n"),
        ("k: [a, b,\n  c]\n", ("k", 1), "k: [a,\n  c]\n"),
        ("k: [a , # c\n  b]\n", ("k", 1), "k: [a  # c\n  ]\n"),
        ("{\n  a: 1, # c\n  b: 2, # d\n}\n", ("a",), "{\n  b: 2, # d\n}\n"),
        ("{\n  a: 1, # c\n  b: 2 # d\n}\n", ("b",), "{\n  a: 1 # c\n}\n"),
        ("{a: , b, c: }", ("b",), "{a: , c: }"),
        ("k: [a: 1, b]\n", ("k", 0), "k: [b]\n"),
    ],
)
def test_an_entry_is_removed_with_its_own_comment(before: str, loc: Loc, after: str) -> None:
    assert edited(before, lambda d: remove(d, loc)) == after


@pytest.mark.parametrize(
    ("before", "loc", "value", "after"),
    [
        ("a: 1\nb: 2\n", ("a",), "x", "a: x\nb: 2\n"),
        ("a: 1\nb: 2\nc: 3\n", ("k",), "x", "a: 1\nb: 2\nk: x\nc: 3\n"),
        ("d: 1\nc: 3\n", ("k",), "x", "d: 1\nc: 3\nk: x\n"),
        ("", ("k",), "x", "k: x\n"),
        ("# only\r\n", ("k",), "x", "# only\r\nk: x\r\n"),
        ("---\n", ("k",), "x", "---\nk: x\n"),
        ("{}\n", ("k",), "x", "{k: x}\n"),
        ("a: {}\n", ("a", "k"), 120, "a: {k: 120}\n"),
        ("a: # c\nd: 1\n", ("a", "k"), 120, "a: # c\n  k: 120\nd: 1\n"),
        ("b: 1\nd: 1\n", ("a", "k"), 120, "b: 1\na:\n  k: 120\nd: 1\n"),
        ("a: 1 # c\n", ("a",), {"x": 1}, "a: # c\n  x: 1\n"),
        ("a: 1\t# c\n", ("a",), {"x": 1}, "a: # c\n  x: 1\n"),
        ("a: | # c\n  t\n\nb: 1\n", ("a",), {"x": 1}, "a: # c\n  x: 1\n\nb: 1\n"),
        ("a: # c\n  t # d\nb: 1\n", ("a",), {"x": 1}, "a: # c # d\n  x: 1\nb: 1\n"),
        ("a: # c\n  x: 1\n  y: 2 # d\nb: 1\n", ("a",), "t", "a: t # c\nb: 1\n"),
        ("a:\n   x: 1\n\n   y: 2", ("a",), {"z": 1, "w": 2}, "a:\n   z: 1\n   w: 2"),
        ("a:\n- x\n- y\nb: 1\n", ("a",), ["z"], "a:\n- z\nb: 1\n"),
        ("a:\n- x\n- y\nb: 1\n", ("a",), [], "a: []\nb: 1\n"),
        ("a:\n- x\n- y\nb: 1\n", ("a",), {"z": 1}, "a:\n  z: 1\nb: 1\n"),
        ("a: {x: 1} # c\n", ("a",), {"z": 1}, "a: {z: 1} # c\n"),
        ("? a\n: x: 1\n  y: 2\n", ("a",), "t", "? a\n: t\n"),
        ("? 'a' # c\n# d\n: t # e\n", ("a",), {"x": 1}, "? 'a' # c\n# d\n: # e\n  x: 1\n"),
        ("a: {x: 1} # c\n", ("a",), "t", "a: t # c\n"),
        ("a: [x: 1]\n", ("a", 0), "t", "a: [t]\n"),
        ("a:\n- x: 1\n  y: 2 # c\n- z\n", ("a", 0), {"t": 1}, "a:\n- {t: 1}\n- z\n"),
    ],
)
def test_putting_sets_replaces_or_inserts(before: str, loc: Loc, value: Value, after: str) -> None:
    assert edited(before, lambda d: put(d, loc, value, after=[("nowhere",), ("b",), ("a",)])) == after


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 11, 3), "2026-11-03"),
        (datetime(2026, 11, 3, 14, 5, tzinfo=timezone(timedelta(hours=1))), "2026-11-03T14:05+01:00"),
        (datetime(2026, 11, 3, 14, 5, 9, tzinfo=UTC), "2026-11-03T14:05:09+00:00"),
        (Decimal("48000.00"), "48000.00"),
        (Decimal("1E+3"), "1000"),
        (-12, "-12"),
        (True, "true"),
        ("true", "'true'"),
        ("", "''"),
        ("Walked through pricing", "Walked through pricing"),
        ("14d", "14d"),
        ("2026-Q4", "2026-Q4"),
        ("https://example.com/#a", "https://example.com/#a"),
        ("tab\there", '"tab\\there"'),
        ("größer, 東京　本社", "größer, 東京　本社"),
    ],
)
def test_values_are_written_as_people_write_them(value: Scalar, written: str) -> None:
    assert edited("a: x\n", lambda d: set_scalar(d, ("a",), value)) == f"a: {written}\n"


def test_an_amount_that_is_no_number_is_not_written() -> None:
    with pytest.raises(ValueError, match="no amount"):
        edited("a: x\n", lambda d: set_scalar(d, ("a",), Decimal("NaN")))


@pytest.mark.parametrize(
    ("before", "edit"),
    [
        ("a: 1\n", lambda d: set_scalar(d, ("b",), "x")),
        ("a: 1\n", lambda d: set_scalar(d, (), "x")),
        ("a: {x: 1}\n", lambda d: set_scalar(d, ("a",), "x")),
        ("a: 1\n", lambda d: set_scalar(d, ("a",), "bell\a")),
        ("a: 1\n", lambda d: set_scalar(d, ("a",), "\ud800")),
        ("a: 1\n", lambda d: set_scalar(d, ("a",), "x" * 40_000)),
        ("a: 1\nb: 2\n", lambda d: insert_after(d, ("a",), "b", "x")),
        ("a: [1]\n", lambda d: insert_after(d, ("a", 0), "b", "x")),
        ("a: [x: 1]\n", lambda d: insert_after(d, ("a", 0, "x"), "b", "x")),
        ("a: 1\n", lambda d: append(d, ("a",), "x")),
        ("a: 1\n", lambda d: put(d, ("a", "b"), "x")),
        ("a: [1]\n", lambda d: put(d, ("a", 1), "x")),
        ("a: [x: 1]\n", lambda d: remove(d, ("a", 0, "x"))),
        ("? a\nb: 1\n", lambda d: set_scalar(d, ("a",), "x")),
        ("--- ~\n", lambda d: put(d, ("a",), "x")),
    ],
)
def test_what_cannot_be_done_safely_is_refused(before: str, edit: Callable[[Document], str]) -> None:
    with pytest.raises(PipeError, match="cannot be edited safely") as caught:
        edited(before, edit)
    assert caught.value.code is ExitCode.PROBLEMS
    assert caught.value.hint == "edit it by hand"


@pytest.mark.parametrize(
    ("before", "edit"),
    [
        ('{"a' + " #" * 400 + '\n b" }', lambda d: set_scalar(d, next(iter(d.spans)), "x")),
        ("? a" + " " * 200_000 + "\n:\n  x: 1\n", lambda d: put(d, ("a",), "x")),
        ("a: 1\n" + (" " * 100 + "\n") * 2000 + "b: 2\n", lambda d: remove(d, ("a",))),
    ],
)
def test_hostile_files_take_no_time(before: str, edit: Callable[[Document], str]) -> None:
    begin = process_time()
    with suppress(PipeError):
        edited(before, edit)
    assert process_time() - begin < 1


def test_a_move_edits_a_deal_in_the_lines_that_change() -> None:
    after = apply(
        DEAL.encode(),
        [
            lambda d: put(d, ("stage",), "won"),
            lambda d: put(d, ("stage_since",), date(2026, 12, 1)),
            lambda d: put(d, ("closed_on",), date(2026, 12, 1), after=[("stage_since",)]),
            lambda d: append(d, ("tasks",), {"id": "t2", "do": "Hand over", "due": date(2026, 12, 3)}),
            lambda d: put(d, ("checklist", "contract"), date(2026, 12, 1)),
            lambda d: remove(d, ("next_step",)),
        ],
    ).decode()
    assert after == (
        DEAL.replace(
            "stage: proposal\nstage_since: 2026-11-03\n",
            "stage: won\nstage_since: 2026-12-01\nclosed_on: 2026-12-01\n",
        )
        .replace("for: sam}\n", "for: sam}\n  - {id: t2, do: Hand over, due: 2026-12-03}\n")
        .replace("budget: 2026-10-20}", "budget: 2026-10-20, contract: 2026-12-01}")
        .replace("next_step: {do: Send the revised quote, due: 2026-11-25}\n", "")
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n\nb: 2\n", "a: 1\n\nnew: x\n\nb: 2\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1\r\n\r\nnew: x\r\nb: 2\r\n"),
        ("a: 1 # why\n  # more\nb: 2", "a: 1 # why\n  # more\n\nnew: x\nb: 2"),
        ("a: 1", "a: 1\n\nnew: x"),
        ("{a: 1, b: 2}\n", "{a: 1, new: x, b: 2}\n"),
        ("a: |\n  text\n\nb: 2\n", "a: |\n  text\nnew: x\n\nb: 2\n"),
    ],
)
def test_a_key_apart_comes_behind_a_blank_line(before: str, after: str) -> None:
    assert edited(before, lambda d: put(d, ("new",), "x", after=[("c",)], apart=[("d",), ("a",)])) == after


def test_a_key_in_its_block_needs_no_blank_line() -> None:
    assert edited("a: 1\nb: 2\n", lambda d: put(d, ("new",), "x", after=[("a",)], apart=[("b",)])) == (
        "a: 1\nnew: x\nb: 2\n"
    )


STAGES = """\
stages:
  # the first
  - {id: a}

  - id: b  # with a comment
    name: B

  # the third
  - {id: c}
name: x
"""


def test_items_change_places_with_their_comments_and_the_blank_lines_stay() -> None:
    assert (
        reorder(load(STAGES.encode()), ("stages",), [2, 0, 1])
        == """\
stages:
  # the third
  - {id: c}

  # the first
  - {id: a}

  - id: b  # with a comment
    name: B
name: x
"""
    )


def test_the_last_item_of_a_file_without_a_last_line_end_may_change_its_place() -> None:
    assert reorder(load(b"s:\r\n- a\r\n- b"), ("s",), [1, 0]) == "s:\r\n- b\r\n- a"


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("s: [a, b]\n", 0, "s: [{id: new}, a, b]\n"),
        ("s: [a, b]\n", 2, "s: [a, b, {id: new}]\n"),
        ("s:\n- {id: a}\n- {id: b}\n", 1, "s:\n- {id: a}\n- {id: new}\n- {id: b}\n"),
        ("s:\n  - {id: a}", 1, "s:\n  - {id: a}\n  - {id: new}"),
        ("s:\n  - id: a\n\n  # b\n  - id: b\nt: x\n", 1, "s:\n  - id: a\n\n  - id: new\n\n  # b\n  - id: b\nt: x\n"),
        ("s:\n  - id: a\n\n  - id: b\n\nt: x\n", 2, "s:\n  - id: a\n\n  - id: b\n\n  - id: new\n\nt: x\n"),
        ("s:\r\n-   id: a\r\n", 0, "s:\r\n-   id: new\r\n-   id: a\r\n"),
    ],
)
def test_an_item_comes_to_stand_among_others_in_their_style(before: str, index: int, after: str) -> None:
    assert insert_item(load(before.encode()), ("s",), index, {"id": "new"}) == after


def test_a_blank_line_that_would_belong_to_the_text_above_is_not_put_before_a_new_item() -> None:
    doc = load(b"stage:\n  - lead\n\n  - |+\n    first\nvalue: lead\n")
    assert insert_item(doc, ("stage",), 2, "x") == "stage:\n  - lead\n\n  - |+\n    first\n  - x\nvalue: lead\n"
