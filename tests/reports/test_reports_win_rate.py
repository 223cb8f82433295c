"""The report on win rates; the arithmetic is tested where it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scopes import SALES, deal, rows, scope

from pipecli.core.pipeline import FieldKind, FieldType
from pipecli.core.problem import PipeError
from pipecli.core.record import Deal, Outcome, OutcomeClass
from pipecli.core.table import Type, Withheld
from pipecli.reports.win_rate import win_rate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.table import Table

TOO_FEW = Withheld("n < 5")


def closed(name: str, stage: str = "won", value: str | None = "100", **given: Any) -> Deal:  # noqa: ANN401 -- any field of a deal
    return deal(name, stage, value, **{"created": date(2025, 10, 1), "closed_on": date(2026, 1, 20), **given})


DEALS = [
    *(closed(f"w{number}", owner="kim", source="fair") for number in range(3)),
    closed("w3", owner="kim", source="web", value="700", created=date(2026, 1, 2)),
    *(closed(f"l{number}", "lost", "200", owner="kim", source="fair") for number in range(2)),
    closed("n0", "lost", "300", owner="sam", outcome=Outcome(OutcomeClass.NO_DECISION)),
    closed("d0", "lost", None, owner="sam", outcome=Outcome(OutcomeClass.DUPLICATE, "twice")),
    deal("o", "lead", "5", owner="kim", created=date(2025, 9, 1)),
]


def report(deals: Iterable[Deal] = DEALS, **given: Any) -> dict[str, list[Table]]:  # noqa: ANN401 -- what a scope takes
    found: dict[str, list[Table]] = {}
    for table in win_rate(scope(deals, **given)):
        found.setdefault(table.name, []).append(table)
    return found


def test_by_count_and_by_value_broad_and_of_decided_with_their_intervals() -> None:
    (table,) = report()["win-rate"]
    (row,) = table.records()
    assert (row["closed"], row["won"], row["lost"], row["decided"], row["valued"]) == (8, 4, 4, 6, 7)
    assert (row["win_rate"], row["decided_rate"]) == (Fraction(1, 2), Fraction(2, 3))
    assert row["value_rate"] == Fraction(1000, 1700)
    assert row["decided_value_rate"] == Fraction(1000, 1400)
    assert [f"{row[name]}" for name in ("low", "high")] == ["0.215216", "0.784784"]
    assert (row["cohort"], row["cohort_won"], row["close_rate"]) == (8, 0, 0)  # 111 days, of which 90 were not enough


def test_without_by_the_usual_divisions_and_a_field_for_competitors_where_there_is_one() -> None:
    assert [table.title for table in report()["win-rate-by"]] == [
        f"Win rate by {name}: B2B sales" for name in ("source", "owner", "value")
    ]
    own = replace(SALES, fields={"competitor": FieldType(FieldKind.TEXT)})
    assert len(report(pipelines=(own,))["win-rate-by"]) == 4


def test_by_value_the_bands_stand_in_their_order() -> None:
    (table,) = report(by="value")["win-rate-by"]
    assert [(row["group"], row["won"], row["lost"]) for row in table.records()] == [
        ("100 to 200", 3, 0), ("200 to 500", 0, 3), ("500 to 1,000", 1, 0), ("not given", 0, 1),
    ]  # fmt: skip


def test_the_competitor_of_a_lost_deal_is_that_of_its_outcome_and_of_others_their_field() -> None:
    lost = closed("x", "lost", outcome=Outcome(competitor="Rival"))
    (table,) = report([lost, closed("y", fields={"competitor": "Rival"}), closed("z")], by="competitor")["win-rate-by"]
    found = rows(table, "group")
    assert (found[("Rival",)]["won"], found[("Rival",)]["lost"]) == (1, 1)
    assert found[(Withheld("not given"),)]["won"] == 1


def test_what_only_lost_deals_have_is_said() -> None:
    (table,) = report(by="reason")["win-rate-by"]
    assert table.notes == ("won deals have no reason: pipe report losses has these of the lost ones",)


def test_a_period_of_closing_has_no_cohort() -> None:
    (table,) = report(by="month")["win-rate-by"]
    assert [(row["group"], row["cohort"], row["close_rate"]) for row in table.records()] == [("2026-01", None, None)]


def test_with_a_period_the_cohort_is_of_those_created_in_it() -> None:
    (row,) = report(period="2026-01")["win-rate"][0].records()
    assert (row["closed"], row["cohort"], row["close_rate"]) == (8, 0, TOO_FEW)


def test_a_table_explains_itself_where_it_is_asked_to() -> None:
    assert report()["win-rate"][0].behind == ()
    for table in (one for name in ("win-rate", "win-rate-by") for one in report(explain=True)[name]):
        assert len(table.behind) == len(table.rows)
        for row, behind in zip(table.records(), table.behind, strict=True):
            for name in ("closed", "won", "lost", "decided", "valued", "cohort", "cohort_won"):
                assert len(behind[name]) == row[name]


def test_what_divides_no_deals() -> None:
    with pytest.raises(PipeError, match="there is no fact 'sorce'"):
        report(by="sorce")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["won", "lost", "lead"]),
            st.none() | st.integers(0, 999),
            st.sampled_from(["EUR", "CHF"]),
            st.none() | st.sampled_from(list(OutcomeClass)),
            st.none() | st.sampled_from(["kim", "sam"]),
        ),
        max_size=25,
    ),
    st.sampled_from([None, "owner", "value", "month", "stage"]),
)
def test_rates_are_shares_and_the_rows_add_up(drawn: list[tuple[Any, ...]], by: str | None) -> None:
    deals = [
        closed(
            f"d{number}", stage, None if value is None else str(value), currency=currency, owner=owner,
            outcome=Outcome(cls) if stage == "lost" else None,
        )
        for number, (stage, value, currency, cls, owner) in enumerate(drawn)
    ]  # fmt: skip
    found = report(deals, by=by)
    (whole,) = found["win-rate"]
    for table in (whole, *found["win-rate-by"]):
        shares = [column.name for column in table.columns if column.type is Type.SHARE]
        for row in table.records():
            numbers = [row[name] for name in shares if not isinstance(row[name], Withheld | None)]
            assert all(0 <= number <= 1 for number in numbers)  # type: ignore[operator]
        for name in ("closed", "won", "lost", "decided", "won_value", "lost_value"):
            assert sum(row[name] or 0 for row in table.records()) == sum(row[name] or 0 for row in whole.records())  # type: ignore[misc]
