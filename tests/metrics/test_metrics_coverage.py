"""Coverage, and what becomes of the pipeline that a period opens with."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.table import Withheld
from pipecli.metrics.coverage import Conversion, Fate, Opened, coverage, together

D = Decimal


def opened(*given: tuple[int, Fate]) -> Conversion:
    return Conversion(tuple(Opened(f"d{number}", D(value), fate) for number, (value, fate) in enumerate(given)))


FIVE = opened((100, Fate.WON), (200, Fate.LOST), (300, Fate.SLIPPED), (50, Fate.STILL_OPEN), (150, Fate.WON))


def test_the_open_value_for_what_is_still_to_be_won() -> None:
    assert coverage(D(300), D(150), D(50)) == 3
    assert coverage(D(0), D(150), D(50)) == 0
    assert coverage(D(300), D(150), D(150)) == "quota reached"
    assert coverage(D(300), D(150), D(151)) == "quota reached"
    assert coverage(D(300), D(0), D(0)) == "quota reached"
    assert coverage(D(300), Withheld("no quota"), D(0)) == "no quota"


def test_what_became_of_an_opening_pipeline() -> None:
    assert FIVE.value == 800
    assert [FIVE.share(fate) for fate in Fate] == [
        Fraction(250, 800), Fraction(200, 800), Fraction(300, 800), Fraction(50, 800),
    ]  # fmt: skip
    assert [FIVE.share_of_deals(fate) for fate in Fate] == [Fraction(part, 5) for part in (2, 1, 1, 1)]
    assert FIVE.needed() == Fraction(800, 250)


def test_where_there_is_no_share() -> None:
    assert opened((100, Fate.WON)).share(Fate.WON) == "n < 5"
    assert opened().needed() == "n < 5"
    assert opened(*[(0, Fate.WON)] * 5).share(Fate.WON) == "no value"
    assert opened(*[(5, Fate.WON)] * 5, (-1, Fate.LOST)).share(Fate.WON) == "negative value"
    assert opened(*[(5, Fate.LOST)] * 5).needed() == "nothing won"


def test_several_periods_together() -> None:
    assert together([FIVE, opened((200, Fate.WON))]).needed() == Fraction(1000, 450)
    assert together([]).members == ()


@given(st.lists(st.tuples(st.integers(0, 999), st.sampled_from(Fate)), max_size=30))
def test_the_shares_add_up_to_1(drawn: list[tuple[int, Fate]]) -> None:
    found = opened(*drawn)
    shares = [found.share(fate) for fate in Fate]
    if not isinstance(shares[0], Withheld):
        assert sum(shares) == 1  # type: ignore[arg-type]
        assert all(0 <= share <= 1 for share in shares)  # type: ignore[operator]
    assert sum(len(found.of(fate)) for fate in Fate) == len(drawn)
    assert sum(found.worth(fate) for fate in Fate) == found.value
