"""Trailers, and which of them the tree confirms."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipecli.history.chain import fitting
from pipecli.history.trailer import Move, read

START = datetime(2026, 1, 1, tzinfo=UTC)
SQUASH = """Squashed commit of the following:

commit 1234
    Move acme

    Pipe-Move: acme sales/lead -> sales/offer @ 2026-11-03T14:05:00+01:00
    Pipe-Reason: legal signed off
    Pipe-Op: OP1

    Pipe-Move: acme sales/offer -> gone @ 2026-11-04T14:05Z
    Pipe-Move: beta new -> sales/lead @ 2026-11-04T14:06Z
    Pipe-Op: OP2
> Pipe-Move: acme new -> sales/lead @ 2026-11-05T14:05Z\r
"""


def test_trailers_are_read_from_anywhere() -> None:
    found = read(SQUASH)
    assert [(m.deal, m.source, m.target, m.op, m.reason) for m in found.moves] == [
        ("acme", ("sales", "lead"), ("sales", "offer"), "OP1", "legal signed off"),
        ("acme", ("sales", "offer"), None, "OP2", ""),
        ("beta", None, ("sales", "lead"), "OP2", ""),
        ("acme", None, ("sales", "lead"), "", ""),
    ]
    assert found.moves[0].moment.isoformat() == "2026-11-03T14:05:00+01:00"
    assert not found.imported
    assert read("x\n\nPipe-Import: crm").imported


def test_what_is_no_trailer() -> None:
    bad = ["a lead -> sales/x @ 2026-11-04T14:05Z", "a sales/x -> sales/x @ 2026-11-04T14:05Z",
           "a sales/x -> sales/y @ 2026-11-4", "a sales/x sales/y"]  # fmt: skip
    found = read("".join(f"Pipe-Move: {text}\n" for text in bad) + "see Pipe-Move: in the docs\nPipe-Moved: x")
    assert found.moves == ()
    assert found.unreadable == tuple(bad)


@given(st.text())
def test_any_message_is_read(text: str) -> None:
    read(text)
    read(f"Pipe-Move: {text}\nPipe-Op: {text}\nPipe-Reason: {text}")


STATES = st.sampled_from([None, ("p", "x"), ("p", "y"), ("p", "z")])


@given(st.lists(st.tuples(STATES, STATES), max_size=7), STATES, STATES)
def test_the_longest_chain_that_fits(
    pairs: list[tuple[tuple[str, str] | None, tuple[str, str] | None]],
    start: tuple[str, str] | None,
    end: tuple[str, str] | None,
) -> None:
    moves = [Move("a", *pair, START + timedelta(hours=hour)) for hour, pair in enumerate(pairs)]
    found = fitting(moves[::-1], start, end)
    chains = [
        chosen
        for size in range(1, len(moves) + 1)
        for chosen in itertools.combinations(moves, size)
        if chosen[0].source == start
        and chosen[-1].target == end
        and all(a.target == b.source for a, b in itertools.pairwise(chosen))
    ]
    assert len(found) == max(map(len, chains), default=0)
    assert not found or found in chains


def test_moves_of_one_second_come_in_the_order_in_which_they_chain() -> None:
    one, two, three = (Move("a", ("p", s), ("p", t), START) for s, t in ("xy", "yz", "zx"))
    for order in itertools.permutations((one, two, three)):
        assert fitting(order, ("p", "x"), ("p", "x")) == (one, two, three)
