"""Lanes beside each other: how they are laid out, and that nothing is wider than the terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.lane import Lane
from pipecli.render.board import text
from pipecli.render.width import width_of

LANES = [
    Lane(
        "Stage: lead", ("2 deals", "1,000.00 EUR, 20 JPY"), (("First", "1,000.00 EUR · 3 d"), ("Second", "20 JPY")), 3
    ),
    Lane("Stage: won", ("0 deals",)),
]


def test_lanes_stand_beside_each_other_with_their_facts_above() -> None:
    assert text(LANES, 50, ["said\x1b"]).splitlines() == [
        "Stage: lead               Stage: won",
        "2 deals                   0 deals",
        "1,000.00 EUR, 20 JPY",
        "-----------------------   -----------------------",
        "First",
        "  1,000.00 EUR · 3 d",
        "",
        "Second",
        "  20 JPY",
        "",
        "… and 3 more",
        "",
        r"note: said\x1b",
    ]


def test_bands_have_like_numbers_of_lanes() -> None:
    six = [Lane(f"L{number}") for number in range(6)]
    heads = [line.split() for line in text(six, 120).splitlines() if line.startswith("L")]
    assert heads == [["L0", "L1", "L2"], ["L3", "L4", "L5"]]


@given(
    st.lists(st.tuples(st.text(), st.lists(st.tuples(st.text(), st.text()), max_size=3)), max_size=9),
    st.integers(30, 200),
)
def test_no_line_is_wider_than_the_terminal(found: list[tuple[str, list[tuple[str, str]]]], width: int) -> None:
    lanes = [Lane(title, (title,), tuple(cards), 1) for title, cards in found]
    assert all(width_of(line) <= width for line in text(lanes, width).splitlines())
