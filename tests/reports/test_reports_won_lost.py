"""The report on won and lost deals; the arithmetic is tested where it is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scopes import SALES, SUPPORT, deal, rows, scope, visit

from pipecli.core.pipeline import FieldKind, FieldType
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.record import Deal, Outcome, OutcomeClass
from pipecli.core.table import Withheld
from pipecli.core.visit import End
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.scope import Asked
from pipecli.reports.won_lost import won_lost

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.table import Cell, Table
    from pipecli.core.visit import Visit

D = timedelta(days=1)
TOO_FEW, NOT_GIVEN = Withheld("n < 5"), Withheld("not given")
JANUARY = date(2026, 1, 20)


def closed(name: str, stage: str = "won", value: str | None = "100", on: date | None = JANUARY, **given: Any) -> Deal:  # noqa: ANN401 -- any field of a deal
    return deal(name, stage, value, closed_on=on, **{"created": date(2026, 1, 10), **given})


def report(
    deals: Iterable[Deal],
    visits: Iterable[Visit] = (),
    *,
    by: str | None = None,
    period: str | None = None,
    **given: Any,  # noqa: ANN401 -- what a scope takes
) -> Mapping[str, Table]:
    """Return the tables of one pipeline by their names."""
    asked = replace(scope(deals, visits, **given), asked=Asked(by=by, period=period))
    return {table.name: table for table in won_lost(asked)}


def only(table: Table) -> Mapping[str, Cell]:
    (row,) = rows(table, "pipeline").values()
    return row


def groups(table: Table) -> dict[Cell, tuple[Cell, Cell]]:
    """Return won and lost by group, in order."""
    return {key[0]: (row["won"], row["lost"]) for key, row in rows(table, "group").items()}


def test_all_together() -> None:
    deals = [
        *(closed(f"w{number}", value=str(number * 100)) for number in range(5)),
        *(closed(f"l{number}", "lost", "250", on=date(2026, 1, 30)) for number in range(4)),
        closed("l5", "lost", None, outcome=Outcome(OutcomeClass.NO_DECISION)),
        deal("o", "proposal", "7000", created=date(2026, 1, 1)),
        deal("h", "delayed"),
    ]
    table = report(deals)["won-lost"]
    row = only(table)
    assert (row["won"], row["lost"], row["win_rate"], row["value_rate"]) == (5, 5, Fraction(1, 2), Fraction(1, 2))
    assert (row["decided"], row["decided_rate"]) == (9, Fraction(5, 9))
    assert (row["won_value"], row["lost_value"], row["won_valued"], row["lost_valued"]) == (1000, 1000, 5, 4)
    assert (row["average"], row["median"], row["currency"]) == (200, 200, "EUR")
    assert (row["cycle"], row["cycle_n"], row["lost_cycle"], row["lost_cycle_n"]) == (10 * D, 5, 20 * D, 5)
    assert (row["open"], row["time_to_won_n"]) == (2, 11)
    assert table.notes == (
        "2 deals open or on hold: no win rate counts them",
        "1 deal without a value: in the counts only",
    )
    assert dict(table.facts)["population"] == "closed in period"
    assert (dict(table.facts)["clock"], dict(table.facts)["n"]) == ("closed_on", "10")


def test_nothing_closed_is_a_row_of_zeros_and_no_rate() -> None:
    found = report([deal("o", "lead", "5")])
    row = only(found["won-lost"])
    assert (row["won"], row["lost"], row["win_rate"], row["won_value"], row["open"]) == (0, 0, TOO_FEW, 0, 1)
    assert (found["won-lost-by"].rows, found["won-lost-reasons"].rows) == ((), ())


def test_currencies_are_never_added() -> None:
    deals = [
        closed("a", value="10"),
        closed("b", value="10", currency="USD"),
        closed("c", value="10", currency="USD", on=date(2026, 1, 3)),
        closed("d", value="10", currency="CHF"),
        deal("e", "lead", "10", currency="GBP"),
    ]
    table = report(deals)["won-lost"]
    found = rows(table, "currency")
    assert {key[0]: (row["won"], row["won_value"], row["open"]) for key, row in found.items()} == {
        "EUR": (2, Decimal("15.0"), 0),
        "CHF": (1, 10, 0),
        "GBP": (0, 0, 1),
        "USD": (1, 10, 0),
    }
    assert "2 deals without a usable rate to EUR: shown in CHF, USD" in table.notes


def test_a_period_keeps_the_deals_that_were_closed_in_it() -> None:
    deals = [
        closed("a"),
        closed("b", on=date(2025, 12, 31)),
        closed("c", "lost", on=None),
        closed("d", on=date(2026, 1, 31)),
    ]
    table = report(deals, period="2026-01")["won-lost"]
    assert (only(table)["won"], only(table)["lost"]) == (2, 0)
    assert "1 deal left out: closed, and without a day of closing" in table.notes
    assert dict(table.facts)["period"] == "2026-01 (2026-01-01 to 2026-01-31)"


def test_what_contradicts_itself_is_in_no_cycle() -> None:
    deals = [closed("a", created=date(2026, 2, 1)), closed("b", created=None), closed("c", on=None), closed("d")]
    table = report(deals)["won-lost"]
    assert (only(table)["won"], only(table)["cycle_n"], only(table)["time_to_won_n"]) == (4, 1, 1)
    assert table.notes == (
        "2 deals in no cycle: without a day of creation or of closing",
        "1 deal in no cycle: closed before the day of creation",
    )


def test_a_deal_counts_as_what_it_is_now() -> None:
    reopened = [visit("a", "won", 0, 5, end=End.REOPENED), visit("a", "lead", 5, None)]
    row = only(report([deal("a", "lead", "5")], reopened)["won-lost"])
    assert (row["won"], row["open"]) == (0, 1)


def test_without_anything_asked_the_rows_are_quarters_without_gaps() -> None:
    deals = [closed("a", on=date(2025, 2, 1)), closed("b", "lost"), closed("c", on=None)]
    table = report(deals)["won-lost-by"]
    assert groups(table) == {
        "2025-Q1": (1, 0),
        "2025-Q2": (0, 0),
        "2025-Q3": (0, 0),
        "2025-Q4": (0, 0),
        "2026-Q1": (0, 1),
        NOT_GIVEN: (1, 0),
    }
    assert {row["open"] for row in rows(table, "group").values()} == {None}
    assert "Won and lost by quarter" in table.title


@pytest.mark.parametrize(("period", "unit"), [("2026", "quarter"), ("2026-Q1", "month"), ("2026-01", "week")])
def test_a_period_is_divided_into_some_parts(period: str, unit: str) -> None:
    table = report([closed("a")], period=period)["won-lost-by"]
    assert {row["by"] for row in rows(table, "group").values()} == {unit}


def test_quarters_are_those_of_the_fiscal_year_and_that_is_said() -> None:
    asked = replace(scope([closed("a")]), asked=Asked(period="2025"))
    april = replace(asked.workspace, settings=replace(asked.workspace.settings, fiscal_year_starts=4))
    _, table, *_ = won_lost(replace(asked, workspace=april))
    assert groups(table) == {"2025-Q4": (1, 0)}
    assert table.notes == ("quarters are those of the fiscal year: 2025-Q4 is 2026-01-01 to 2026-03-31",)
    assert dict(table.facts)["period"] == "2025 (2025-04-01 to 2026-03-31)"
    _, months, *_ = won_lost(replace(asked, workspace=april, asked=Asked(by="month")))
    assert months.notes == ()


def test_by_a_fact_the_most_frequent_stand_first_and_the_unknown_last() -> None:
    deals = [
        closed("a", owner="kim"), closed("b", owner="kim"), closed("c", "lost", owner="ann"), closed("d", owner="sam"),
        closed("e"), closed("f"), closed("g"), deal("o", "lead", owner="kim"), deal("p", "lead", owner="joe"),
    ]  # fmt: skip
    table = report(deals, by="owner")["won-lost-by"]
    assert list(groups(table)) == ["kim", "ann", "sam", NOT_GIVEN]
    assert groups(table)["kim"] == (2, 0)
    assert rows(table, "group")[("kim",)]["open"] == 1


def test_by_stage_is_the_stage_from_which_it_was_closed() -> None:
    deals = [
        closed("a"),
        closed("b", "lost", outcome=Outcome(stage="lead")),
        closed("c", "lost"),
        closed("d"),
        closed("e", "lost", outcome=Outcome(stage="offer")),
        deal("o", "offer"),
    ]
    visits = [
        visit("a", "lead", 0, 3), visit("a", "proposal", 3, 9), visit("a", "won", 9, None),
        visit("c", "proposal", 0, 3), visit("c", "lost", 3, None),
    ]  # fmt: skip
    table = report(deals, visits, by="stage")["won-lost-by"]
    assert groups(table) == {"lead": (0, 1), "proposal": (1, 2), NOT_GIVEN: (1, 0)}
    assert rows(table, "group")[("proposal",)]["open"] == 1


def test_by_a_field_of_ones_own() -> None:
    own = replace(SALES, fields={"plan": FieldType(FieldKind.TEXT), "vip": FieldType(FieldKind.FLAG)})
    deals = [closed("a", fields={"plan": "team", "vip": "true"}), closed("b", "lost", fields={"plan": "team"})]
    assert groups(report(deals, by="fields.plan", pipelines=(own,))["won-lost-by"]) == {"team": (1, 1)}
    assert groups(report(deals, by="fields.vip", pipelines=(own,))["won-lost-by"]) == {
        "true": (1, 0),
        NOT_GIVEN: (0, 1),
    }


@pytest.mark.parametrize(
    ("by", "message", "hint"),
    [
        ("ownr", "there is no fact 'ownr' to divide by", "did you mean 'owner'?"),
        ("quarters", "there is no fact 'quarters' to divide by", "did you mean 'quarter'?"),
        ("value", "value is a number, which divides no rows", "--by owner, source"),
        ("tags", "tags is a list, which divides no rows", "--by owner, source"),
        ("xyz", "there is no fact 'xyz' to divide by", "--by owner, source"),
    ],
)
def test_what_divides_no_rows(by: str, message: str, hint: str) -> None:
    with pytest.raises(PipeError, match=message) as caught:
        report([], by=by)
    assert caught.value.hint.startswith(hint)
    assert caught.value.code == ExitCode.USAGE


def test_why_deals_were_lost() -> None:
    price, late = Outcome(reason="price"), Outcome(OutcomeClass.TIMING, "too late")
    deals = [
        *(closed(f"p{number}", "lost", "10", outcome=price) for number in range(3)),
        *(closed(f"t{number}", "lost", "20", outcome=late) for number in range(2)),
        closed("n", "lost", None),
        closed("u", "lost", "5", outcome=late, currency="CHF"),
        closed("w"),
    ]
    table = report(deals)["won-lost-reasons"]
    assert [row[1:] for row in table.rows] == [
        (NOT_GIVEN, "price", 3, Fraction(3, 7), 7, "EUR", 30),
        ("timing", "too late", 2, Fraction(2, 7), 7, "EUR", 40),
        ("timing", "too late", 1, Fraction(1, 7), 7, "CHF", 5),
        (NOT_GIVEN, NOT_GIVEN, 1, Fraction(1, 7), 7, "EUR", None),
    ]
    assert dict(table.facts)["n"] == "7"


def test_below_five_losses_no_share() -> None:
    table = report([closed("a", "lost")])["won-lost-reasons"]
    assert only(table)["share"] == TOO_FEW


def test_close_rates_are_of_the_cohorts_that_had_the_time() -> None:
    deals = [
        *(closed(f"w{number}", created=date(2026, 1, 1)) for number in range(3)),
        *(deal(f"o{number}", "lead", created=date(2026, 1, 1)) for number in range(2)),
        closed("late", created=date(2026, 1, 19)),
    ]
    found = rows(report(deals)["won-lost-cohorts"], "within")
    assert (found[(30 * D,)]["created"], found[(30 * D,)]["won"], found[(30 * D,)]["rate"]) == (5, 3, Fraction(3, 5))
    assert found[(90 * D,)]["rate"] == TOO_FEW
    assert dict(report(deals, period="2025")["won-lost-cohorts"].facts)["n"] == "0"


def test_deals_in_no_cohort_are_said() -> None:
    unborn = [deal("a", "lead"), closed("b", on=None)]
    table = report([*unborn, closed("c", created=date(2026, 2, 1)), closed("d")])["won-lost-cohorts"]
    assert dict(table.facts)["n"] == "1"
    assert table.notes == (
        "2 deals in no cohort: without a day of creation, or closed without one of closing",
        "1 deal in no cohort: closed before the day of creation",
    )


def test_pipelines_are_never_mixed_and_unknown_stages_are_said() -> None:
    deals = [closed("a"), closed("b", "done", pipeline="support"), closed("c", "gone")]
    found = won_lost(scope(deals, pipelines=(SALES, SUPPORT)))
    assert [table.title for table in found if table.name == "won-lost"] == [
        "Won and lost: B2B sales",
        "Won and lost: Support",
    ]
    assert [only(table)["won"] for table in found if table.name == "won-lost"] == [1, 1]
    assert "1 deal left out: in a stage that the pipeline lacks (gone)" in found[0].notes
    assert found[0].incomplete


DEALS = st.lists(
    st.tuples(
        st.sampled_from(["lead", "proposal", "won", "lost", "delayed"]),
        st.none() | st.sampled_from(["kim", "sam"]),
        st.none() | st.dates(date(2025, 6, 1), date(2026, 2, 8)),
        st.none() | st.integers(0, 1000),
        st.sampled_from(["EUR", "USD", "CHF"]),
    ),
    max_size=20,
)


@settings(max_examples=50, deadline=None)
@given(DEALS, st.sampled_from(["owner", "week", "month", "quarter", "year", "stage", "currency"]))
def test_the_rows_add_up_to_all_together(
    drawn: list[tuple[str, str | None, date | None, int | None, str]], by: str
) -> None:
    deals = [
        deal(f"d{number}", stage, None if value is None else str(value), owner=owner, closed_on=on, currency=currency)
        for number, (stage, owner, on, value, currency) in enumerate(drawn)
    ]
    found = report(deals, by=by)
    together, parts = (_sums(found[name]) for name in ("won-lost", "won-lost-by"))
    assert {key: value for key, value in together.items() if any(value)} == {
        key: value for key, value in parts.items() if any(value)
    }
    lost = Counter(row[6] for row in found["won-lost-reasons"].rows for _ in range(int(str(row[3]))))
    assert lost == Counter({key: value[1] for key, value in together.items() if value[1]})


def _sums(table: Table) -> dict[str, tuple[int, int, Decimal, Decimal]]:
    """Return won, lost, won value and lost value by currency."""
    names = [column.name for column in table.columns]
    found: dict[str, tuple[int, int, Decimal, Decimal]] = {}
    for row in table.rows:
        cells: Any = dict(zip(names, row, strict=True))
        one = found.get(cells["currency"], (0, 0, Decimal(0), Decimal(0)))
        own = (cells["won"], cells["lost"], cells["won_value"], cells["lost_value"])
        found[cells["currency"]] = (one[0] + own[0], one[1] + own[1], one[2] + own[2], one[3] + own[3])
    return found


@pytest.mark.parametrize("width", [40, 80])
def test_it_fits_a_narrow_terminal_and_keeps_what_matters(width: int) -> None:
    deals = [closed(f"d{number}", "won" if number % 2 else "lost", "123456789.50") for number in range(2000)]
    shown = text(list(report(deals, by="owner").values()), Medium(width=width))
    assert max(map(len, shown.splitlines())) <= width
    assert all(heading in shown for heading in ("won", "lost", "win rate", "by value"))


def test_on_a_narrow_terminal_a_second_currency_is_told() -> None:
    table = report([closed("a"), closed("b", currency="CHF")])["won-lost"]
    assert "currency" in text([table], Medium(width=40)).partition("population")[0]
    table = report([closed("a"), closed("b", currency="USD")])["won-lost"]
    assert "currency" not in text([table], Medium(width=40)).partition("population")[0]


def test_a_day_at_the_edge_of_the_calendar_is_in_the_fiscal_year_before() -> None:
    asked = replace(scope([closed("a", on=date(1900, 1, 15))]), asked=Asked(by="year"))
    april = replace(asked.workspace, settings=replace(asked.workspace.settings, fiscal_year_starts=4))
    _, table, *_ = won_lost(replace(asked, workspace=april))
    assert table.notes == ("years are those of the fiscal year: 1899 is 1899-04-01 to 1900-03-31",)
