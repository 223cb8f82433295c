"""The report on lost deals."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from scopes import deal, scope, visit

from pipecli.core.record import Deal, Outcome, OutcomeClass
from pipecli.core.table import Withheld
from pipecli.reports.losses import losses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.table import Table

NOT_GIVEN, TOO_FEW = Withheld("not given"), Withheld("n < 5")


def lost(name: str, value: str | None = "100", on: date | None = date(2026, 1, 20), **given: Any) -> Deal:  # noqa: ANN401 -- any field of a deal
    return deal(name, "lost", value, closed_on=on, **given)


PRICE, TIMING = Outcome(reason="price", stage="lead"), Outcome(OutcomeClass.TIMING, "too late", stage="proposal")
DEALS = [
    *(lost(f"p{number}", owner="kim", outcome=PRICE) for number in range(3)),
    *(lost(f"t{number}", "350", owner="sam", outcome=TIMING, on=date(2025, 11, 3)) for number in range(2)),
    lost("n", None),
    *(deal(f"w{number}", "won", "10", closed_on=date(2025, 11, 5)) for number in range(4)),
    deal("o", "lead", "9"),
]


def report(deals: Iterable[Deal] = DEALS, *given: Any, **asked: Any) -> dict[str, Table]:  # noqa: ANN401 -- what a scope takes
    return {table.name: table for table in losses(scope(deals, *given, **asked))}


def test_why_from_where_and_by_whom() -> None:
    found = report()
    assert [(row["reason"], row["lost"], row["share"], row["value"]) for row in found["losses"].records()] == [
        ("price", 3, Fraction(1, 2), 300),
        ("too late", 2, Fraction(1, 3), 700),
        (NOT_GIVEN, 1, Fraction(1, 6), None),
    ]
    assert [row[2:] for row in found["losses-stage"].rows] == [
        ("lead", 3, Fraction(1, 2), 6, "EUR", 300, Fraction(3, 10)),
        ("proposal", 2, Fraction(1, 3), 6, "EUR", 700, Fraction(7, 10)),
        (NOT_GIVEN, 1, Fraction(1, 6), 6, "EUR", None, 0),
    ]
    assert [row[2] for row in found["losses-owner"].rows] == ["kim", "sam", NOT_GIVEN]
    assert found["losses"].notes == ("1 deal without a value: in the counts only",)
    assert dict(found["losses"].facts)["n"] == "6"


def test_without_an_outcome_the_history_tells_from_which_stage() -> None:
    found = report([lost("a")], [visit("a", "proposal", 0, 3), visit("a", "lost", 3, None)])
    assert [row["group"] for row in found["losses-stage"].records()] == ["proposal"]


def test_by_month_with_the_share_of_what_was_closed_then_and_no_gap() -> None:
    names = ("group", "lost", "closed", "of_closed", "value", "main_reason", "main_reason_lost")
    assert [tuple(row[name] for name in names) for row in report()["losses-month"].records()] == [
        ("2025-11", 2, 6, Fraction(1, 3), 700, "too late", 2),
        ("2025-12", 0, 0, TOO_FEW, None, None, None),
        ("2026-01", 4, 4, TOO_FEW, 300, "price", 3),
    ]


def test_by_something_else_there_is_one_table_more() -> None:
    assert "losses-by" not in report()
    assert [row["group"] for row in report(by="value")["losses-by"].records()] == [
        "100 to 200",
        "200 to 500",
        NOT_GIVEN,
    ]


def test_nothing_lost() -> None:
    found = report([deal("o", "lead")])
    assert {name: table.rows for name, table in found.items()} == dict.fromkeys(found, ())


def test_a_table_explains_itself_where_it_is_asked_to() -> None:
    for table in report(explain=True, by="source").values():
        for row, behind in zip(table.records(), table.behind, strict=True):
            assert len(behind["lost"]) == row["lost"]
            assert len(behind.get("closed", ())) == row.get("closed", 0)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-5, 999), st.sampled_from(["EUR", "CHF"]), st.sampled_from([None, "lead", "offer"]),
            st.none() | st.dates(date(2025, 6, 1), date(2026, 2, 8)),
        ),
        max_size=20,
    )
)  # fmt: skip
def test_every_table_adds_up_to_all_that_was_lost(drawn: list[tuple[Any, ...]]) -> None:
    deals = [
        lost(f"d{n}", None if value is None else str(value), on, currency=currency, outcome=Outcome(stage=stage))
        for n, (value, currency, stage, on) in enumerate(drawn)
    ]
    wanted = Counter("EUR" if value is None else currency for value, currency, _, _ in drawn)
    for table in report(deals).values():
        found: Counter[str] = Counter()
        for row in table.records():
            found[str(row["currency"])] += int(str(row["lost"]))
            share = row.get("value_share")
            assert share is None or isinstance(share, Withheld) or 0 <= share <= 1  # type: ignore[operator]
        assert +found == wanted
