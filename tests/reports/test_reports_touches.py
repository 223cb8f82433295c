"""The report on follow-up touches, and which activities are any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scopes import DAY_0, SALES, SUPPORT, deal, rows, scope

from pipecli.core.record import Activity, ActivityKind, Direction
from pipecli.core.table import Withheld
from pipecli.core.value import Band
from pipecli.facts.touch import is_touch, outbound, two_way
from pipecli.metrics.touches import Touches
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.touches import touches

if TYPE_CHECKING:
    from pipecli.core.record import Deal

TOO_FEW, NOT_REACHED = Withheld("n < 5"), Withheld("not reached")
OUT, IN = Direction.OUT, Direction.IN
JANUARY = date(2026, 1, 20)
BAND = Band(Decimal(5), Decimal(7))


def act(kind: str = "call", direction: Direction | None = OUT, day: float = 1, **given: Any) -> Activity:  # noqa: ANN401 -- any field of one
    return Activity(DAY_0 + timedelta(days=day), ActivityKind(kind), direction, **given)


def closed(name: str, number: int, stage: str = "won", on: date | None = JANUARY) -> Deal:
    """Return a deal that was called so many times before it was closed, and once after."""
    return deal(name, stage, closed_on=on, activities=[*(act() for _ in range(number)), act(day=30)])


@pytest.mark.parametrize(
    ("one", "touch", "out", "both"),
    [
        (act("call"), True, True, False),
        (act("call", outcome="reached"), True, True, True),
        (act("call", outcome="voicemail"), True, True, False),
        (act("message", IN), True, False, True),
        (act("meeting", None), True, False, True),
        (act("demo"), True, True, True),
        (act("letter", None), True, False, False),
        (act("note"), False, False, False),
    ],
)
def test_which_activities_are_touches(one: Activity, touch: bool, out: bool, both: bool) -> None:
    assert (is_touch(one), outbound(one), two_way(one)) == (touch, out, both)


def test_counted_is_what_was_done_before_the_outcome() -> None:
    deals = [*(closed(f"w{number}", number) for number in (1, 2, 5, 6, 9)), closed("l", 3, "lost")]
    (table,) = touches(scope(deals))
    found = rows(table, "outcome")
    won = found[("won",)]
    assert (won["n"], won["outbound"], won["outbound_within"], won["outbound_share"]) == (5, 5, 2, Fraction(2, 5))
    assert (won["two_way"], won["two_way_share"]) == (0, 0)
    assert found[("closed",)]["outbound"] == Fraction(3 + 5, 2)
    assert (found[("lost",)]["n"], found[("lost",)]["outbound"], found[("lost",)]["outbound_share"]) == (
        1,
        TOO_FEW,
        TOO_FEW,
    )
    assert dict(table.facts)["band"] == "5 to 7"


def test_notes_are_none_and_a_reply_is_two_way() -> None:
    own = [act("note", IN), act("email", IN), act("call", outcome="reached")]
    deals = [deal(f"d{at}", "won", closed_on=JANUARY, activities=own) for at in range(5)]
    won = rows(touches(scope(deals))[0], "outcome")[("won",)]
    assert (won["outbound"], won["two_way"]) == (1, 2)


def test_open_deals_are_censored() -> None:
    waiting = [deal(f"o{at}", "lead", activities=[act() for _ in range(at)]) for at in range(4)]
    deals = [*waiting, closed("a", 1), closed("b", 3), closed("c", 4, "lost")]
    found = rows(touches(scope(deals))[0], "outcome")
    # at risk 6 with one touch, 3 with three, 1 with four: S = 5/6 · 2/3 = 5/9, and then 0
    assert (found[("all",)]["n"], found[("all",)]["outbound"]) == (7, 4)
    assert (found[("open",)]["n"], found[("open",)]["outbound"], found[("open",)]["outbound_share"]) == (
        4,
        TOO_FEW,
        None,
    )
    many = [*waiting, *(deal(f"p{at}", "lead", activities=[act()] * 9) for at in range(9)), closed("a", 1)]
    assert rows(touches(scope(many))[0], "outcome")[("all",)]["outbound"] == NOT_REACHED


def test_a_period_is_of_closing_and_open_and_all_are_of_all_time() -> None:
    deals = [*(closed(f"w{at}", 2) for at in range(5)), closed("f", 6, on=date(2026, 2, 3)), deal("o", "lead")]
    found = rows(touches(scope(deals, period="2026-01"))[0], "outcome")
    assert [found[(name,)]["n"] for name in ("won", "lost", "closed", "open", "all")] == [5, 0, 5, 1, 7]


def test_without_a_day_of_closing_a_deal_is_left_out() -> None:
    (table,) = touches(scope([closed("a", 1, on=None)]))
    assert table.notes == ("1 deal left out: closed, and without a day of closing",)
    assert rows(table, "outcome")[("all",)]["n"] == 0


def test_a_pipeline_has_its_own_band_before_that_of_the_workspace() -> None:
    own = replace(SALES, targets={"touches": Band(Decimal(1), Decimal(2))})
    (table,) = touches(scope([closed(f"w{at}", 2) for at in range(5)], pipelines=(own,)))
    assert rows(table, "outcome")[("won",)]["outbound_share"] == 1
    assert dict(table.facts)["band"] == "1 to 2"


def test_behind_each_count_are_its_deals() -> None:
    deals = [*(closed(f"w{number}", number) for number in range(9)), deal("o", "lead", activities=[act()])]
    (table,) = touches(scope(deals, explain=True))
    for row, behind in zip(table.records(), table.behind, strict=True):
        assert len(behind["n"]) == row["n"]
        if row["outbound_within"] is not None:
            assert len(behind["outbound_within"]) == row["outbound_within"]


COUNTS = st.dictionaries(st.text("abc", min_size=1, max_size=4), st.integers(0, 20), max_size=20)


@given(COUNTS)
def test_without_open_deals_half_have_had_the_median_of_all(counts: dict[str, int]) -> None:
    found = Touches(counts, {}).median_of_all()
    if len(counts) < 5:
        assert found == TOO_FEW
    else:
        assert not isinstance(found, Withheld)
        assert 2 * sum(number <= found for number in counts.values()) >= len(counts)
        assert 2 * sum(number < found for number in counts.values()) < len(counts)


@given(COUNTS, COUNTS)
def test_open_deals_never_lower_the_median_of_all(counts: dict[str, int], going: dict[str, int]) -> None:
    without, found = Touches(counts, {}).median_of_all(), Touches(counts, going).median_of_all()
    if not isinstance(without, Withheld) and not isinstance(found, Withheld):
        assert found >= without
    assert set(Touches(counts, {}).within(BAND)) == {name for name, number in counts.items() if 5 <= number <= 7}


@pytest.mark.parametrize("width", [60, 80])
def test_it_fits_and_says_when_there_is_nothing(width: int) -> None:
    tables = touches(scope([closed("a", 3)], pipelines=(SALES, SUPPORT)))
    assert max(map(len, text(tables, Medium(width=width)).splitlines())) <= width
    assert "no pipeline" in touches(scope(pipelines=()))[0].notes[0]
