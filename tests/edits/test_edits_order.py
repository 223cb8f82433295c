from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipecli.core.keys import keys
from pipecli.core.record import Deal
from pipecli.core.yamltext import load
from pipecli.edits.order import BLOCKS, put

if TYPE_CHECKING:
    from pipecli.core.emit import Value
    from pipecli.core.problem import Loc

DEAL = "title: x\npipeline: sales\n\nstage: lead\nstage_since: 2026-11-01\n\nowner: sam\ncreated: 2026-10-01\n"
HEAD = "title: x\npipeline: sales\n"


def test_every_key_of_a_deal_has_its_place_once() -> None:
    placed = [key for block in BLOCKS for key in block]
    assert sorted(placed) == sorted(keys(Deal))


@pytest.mark.parametrize(
    ("loc", "value", "line", "before"),
    [
        (("closed_on",), date(2026, 11, 2), "closed_on: 2026-11-02\n", "\nowner"),
        (("value",), 5, "\nvalue: 5\n", "\nowner"),
        (("company",), "acme", "company: acme\n", "created"),
        (("expected_close",), date(2026, 12, 1), "expected_close: 2026-12-01\n", ""),
        (("tags",), ["a"], "\ntags: [a]\n", ""),
        (("hold", "until"), date(2026, 12, 1), "hold:\n  until: 2026-12-01\n", "\nowner"),
    ],
)
def test_a_new_key_comes_into_its_block_or_makes_one(loc: Loc, value: Value, line: str, before: str) -> None:
    text = put(loc, value)(load(DEAL.encode()))
    at = text.index(line)
    assert text[:at] + text[at + len(line) :] == DEAL
    assert text[at + len(line) :].startswith(before)


def test_the_first_key_of_its_block_comes_behind_the_next_one_that_is_there() -> None:
    assert put(("value",), 5)(load(f"{HEAD}\ncurrency: EUR\n".encode())) == f"{HEAD}\ncurrency: EUR\nvalue: 5\n"


def test_in_a_mapping_the_order_is_that_of_its_record() -> None:
    doc = load(f"{HEAD}outcome: {{reason: price, stage: lead}}\n".encode())
    assert put(("outcome", "competitor"), "Globex")(doc).endswith("{reason: price, competitor: Globex, stage: lead}\n")
