"""The waterfall by hand: every step, its sign, currencies, and lines that a deal changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipecli.core.pipeline import Kind
from pipecli.metrics.waterfall import Part, Side, Step, Tally, Waterfall, parts, waterfall

OPEN, HELD, WON, LOST = Kind.OPEN, Kind.ON_HOLD, Kind.WON, Kind.LOST


def side(kind: Kind, amount: str = "0", line: str = "EUR", *, here: bool = True) -> Side:
    return Side(kind, line, Decimal(amount), here)


@pytest.mark.parametrize(
    ("opening", "closing", "step", "change"),
    [
        (None, side(OPEN, "100"), Step.CREATED, "100"),
        (side(WON, "80"), side(OPEN, "100"), Step.REOPENED, "100"),
        (side(LOST, "80"), side(OPEN, "100"), Step.REOPENED, "100"),
        (side(HELD, "80"), side(OPEN, "100"), Step.RESUMED, "100"),
        (side(OPEN, "80", here=False), side(OPEN, "100"), Step.MOVED_IN, "100"),
        (side(WON, "80", here=False), side(OPEN, "100"), Step.MOVED_IN, "100"),
        (side(OPEN, "80"), side(OPEN, "100"), Step.INCREASED, "20"),
        (side(OPEN, "80"), side(OPEN, "0.01"), Step.DECREASED, "-79.99"),
        (side(OPEN, "80"), side(OPEN, "80.00"), Step.UNCHANGED, "0"),
        (side(OPEN, "80"), side(OPEN, "100", here=False), Step.MOVED_OUT, "-80"),
        (side(OPEN, "80"), side(WON, "100", here=False), Step.MOVED_OUT, "-80"),
        (side(OPEN, "80"), side(WON, "100"), Step.WON, "-80"),
        (side(OPEN, "80"), side(LOST, "100"), Step.LOST, "-80"),
        (side(OPEN, "80"), side(HELD, "100"), Step.HELD, "-80"),
        (side(OPEN, "80"), None, Step.REMOVED, "-80"),
    ],
)
def test_a_deal_stands_in_one_step(opening: Side | None, closing: Side | None, step: Step, change: str) -> None:
    (part,) = parts("a", opening, closing)
    assert (part.deal, part.line, part.step, part.change, part.currency) == (
        "a",
        "EUR",
        step,
        Decimal(change),
        Decimal(0),
    )
    assert part.opening == (opening.amount if opening and opening.counted else None)
    assert part.closing == (closing.amount if closing and closing.counted else None)


@pytest.mark.parametrize("opening", [None, side(WON), side(LOST), side(HELD), side(OPEN, here=False)])
@pytest.mark.parametrize("closing", [None, side(WON), side(LOST), side(HELD), side(OPEN, here=False)])
def test_what_is_open_at_neither_moment_stands_nowhere(opening: Side | None, closing: Side | None) -> None:
    assert parts("a", opening, closing) == ()


def test_the_change_of_value_is_taken_at_the_opening_rate_and_the_rest_is_currency() -> None:
    # 100 USD at 0.90 became 120 USD at 0.95: 90 + 20 x 0.90 + 120 x 0.05 = 114
    (part,) = parts("a", side(OPEN, "90"), side(OPEN, "114"), Decimal(108))
    assert part == Part("a", "EUR", Step.INCREASED, Decimal(90), Decimal(114), Decimal(18), Decimal(6))
    (still,) = parts("a", side(OPEN, "90"), side(OPEN, "95"), Decimal(90))
    assert (still.step, still.change, still.currency) == (Step.CURRENCY, Decimal(0), Decimal(5))
    (hidden,) = parts("a", side(OPEN, "90"), side(OPEN, "90"), Decimal("85.5"))
    assert (hidden.step, hidden.change, hidden.currency) == (Step.DECREASED, Decimal("-4.5"), Decimal("4.5"))


def test_a_rate_that_came_takes_a_deal_from_one_line_to_another() -> None:
    out, come = parts("a", side(OPEN, "100", "USD"), side(OPEN, "90", "EUR"))
    assert (out.line, out.step, out.change, out.closing) == ("USD", Step.MOVED_OUT, Decimal(-100), None)
    assert (come.line, come.step, come.change, come.opening) == ("EUR", Step.MOVED_IN, Decimal(90), None)


def test_the_whole_by_hand() -> None:
    members = [
        *parts("a", side(OPEN, "100"), side(OPEN, "150")),
        *parts("b", side(OPEN, "90"), side(OPEN, "114"), Decimal(108)),
        *parts("c", side(OPEN, "10.10"), side(WON, "12")),
        *parts("d", None, side(OPEN, "7.05")),
        *parts("e", side(OPEN, "3"), side(OPEN, "3")),
        *parts("f", side(OPEN, "4"), None),
        *parts("g", side(HELD, "1"), side(OPEN)),
    ]
    assert waterfall(members) == Waterfall(
        opening=Tally(5, Decimal("207.10")),
        steps={
            Step.CREATED: Tally(1, Decimal("7.05")),
            Step.RESUMED: Tally(1, Decimal(0)),
            Step.INCREASED: Tally(2, Decimal(68)),
            Step.WON: Tally(1, Decimal("-10.10")),
            Step.REMOVED: Tally(1, Decimal(-4)),
            Step.CURRENCY: Tally(1, Decimal(6)),
        },
        closing=Tally(5, Decimal("274.05")),
        unchanged=1,
    )


def test_nothing_is_a_waterfall_of_nothing() -> None:
    assert waterfall([]) == Waterfall(Tally(0, Decimal(0)), {}, Tally(0, Decimal(0)), 0)


def test_a_part_that_does_not_add_up_is_told() -> None:
    with pytest.raises(AssertionError, match="residual"):
        waterfall([Part("a", "EUR", Step.CREATED, None, Decimal(5), Decimal(4))])
