"""The waterfall of a period as a report; its arithmetic is tested where `pipe diff` is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from formerly import at, history
from hypothesis import given, settings
from hypothesis import strategies as st
from scopes import NOW, deal, scope

from pipecli.reports.waterfall import waterfall

if TYPE_CHECKING:
    from pipecli.core.table import Table
    from pipecli.reports.scope import Scope

BEGIN = [deal("a", "lead", "100"), deal("b", "lead", "200"), deal("old", "proposal", "50")]
LATER = [deal("a", "won", "100"), deal("b", "proposal", "150"), deal("new", "lead", "50", formerly=["old"])]
END = [*LATER, deal("c", "lead", "7")]


def report(**asked: Any) -> dict[str, Table]:  # noqa: ANN401 -- any option
    past = {datetime(2026, 1, 1, tzinfo=NOW.tzinfo): BEGIN, datetime(2026, 2, 1, tzinfo=NOW.tzinfo): LATER}
    return {table.name: table for table in waterfall(history(END, past, **asked))}


def steps(table: Table) -> list[tuple[Any, ...]]:
    return [(row["step"], row["deals"], row["value"]) for row in table.records()]


def test_a_month_that_is_over() -> None:
    table = report(period="2026-01")["waterfall"]
    assert steps(table) == [("opening", 3, 350), ("decreased", 1, -50), ("won", 1, -100), ("closing", 2, 200)]
    assert [column.name for column in table.columns] == ["step", "deals", "value", "currency"]
    facts = dict(table.facts)
    assert facts["period"] == "2026-01 (2026-01-01 to 2026-01-31)"
    assert (facts["from"][:19], facts["to"][:19]) == ("2025-12-31T23:59:59", "2026-01-31T23:59:59")


def test_without_a_period_it_is_the_quarter_up_to_now() -> None:
    found = report()
    assert steps(found["waterfall"])[-1] == ("closing", 3, 207)
    assert dict(found["waterfall"].facts)["to"].startswith(NOW.isoformat()[:19])
    assert [row["deal"] for row in found["waterfall-deals"].records()] == ["c", "b", "a"]


def test_a_table_explains_itself_where_it_is_asked_to() -> None:
    table = report(explain=True)["waterfall"]
    assert [behind["deals"] for behind in table.behind] == [["a", "b", "new"], ["c"], ["b"], ["a"], ["b", "c", "new"]]


def test_of_many_deals_a_person_is_shown_the_largest() -> None:
    many = [deal(f"d{number}", "lead", str(number)) for number in range(9)]
    (_, below) = waterfall(history(many, {}))
    assert below.digest is not None
    assert [row[1] for row in below.digest] == ["d8", "d7", "d6", "d5", "d4"]
    assert len(below.rows) == 9
    assert below.notes[0] == "5 of a step at most, of 9 rows: --format csv has all of them"


def test_a_period_to_come() -> None:
    table = report(period="2026-03")["waterfall"]
    assert (table.rows, table.empty) == ((), "the period has not begun")


def test_without_a_history() -> None:
    (table,) = waterfall(scope(END))
    assert (table.rows, table.empty) == ((), "no history: nothing is known of then")


STATES = st.dictionaries(
    st.sampled_from("abcd"),
    st.tuples(
        st.sampled_from(["lead", "proposal", "won", "lost", "delayed"]),
        st.none() | st.decimals(0, 99, places=2),
        st.sampled_from(["EUR", "USD", "CHF"]),
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STATES, min_size=3, max_size=3), st.sampled_from(["2026-01", "2026-Q1", "2025-12", None]))
def test_the_residual_is_zero(states: list[dict[str, tuple[str, Decimal | None, str]]], period: str | None) -> None:
    made = [
        [
            deal(name, stage, None if value is None else str(value), currency=to)
            for name, (stage, value, to) in one.items()
        ]
        for one in states
    ]
    past = {at(-20): made[0], at(20): made[1]}
    for table in waterfall(history(made[2], past, period=period)):
        if table.name == "waterfall":
            sums: dict[Any, Decimal] = {}
            for row in table.records():
                sign = -1 if row["step"] == "closing" else 1
                sums[row["currency"]] = sums.get(row["currency"], Decimal(0)) + sign * Decimal(str(row["value"]))
            assert set(sums.values()) <= {Decimal(0)}


def test_where_keeps_to_the_deals_that_meet_the_conditions_now() -> None:
    asked = history(END, {at(-1): BEGIN})
    kept = asked.only([one for one in END if one.id == "b"], ["stage = proposal"])
    table, _ = waterfall(kept)
    assert steps(table) == [("opening", 1, 200), ("decreased", 1, -50), ("closing", 1, 150)]
    assert not table.incomplete


def test_the_moments_are_asked_for_once() -> None:
    calls: list[datetime] = []
    asked = history(END, {at(-1): BEGIN})

    def then(moment: datetime) -> Scope:
        calls.append(moment)
        assert asked.then
        return asked.then(moment)

    waterfall(replace(asked, then=then))
    assert [moment + timedelta(seconds=1) for moment in calls] == [datetime(2026, 1, 1, tzinfo=NOW.tzinfo)]
