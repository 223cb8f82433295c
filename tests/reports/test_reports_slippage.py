"""The report on deals that were put off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from scopes import NOW, deal, scope

from pipecli.core.problem import PipeError
from pipecli.core.promise import Promise
from pipecli.core.table import Table, Withheld
from pipecli.reports.put_off import MOST
from pipecli.reports.slippage import slippage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.record import Deal

D = timedelta(days=1)
TOO_FEW, NOT_GIVEN = Withheld("n < 5"), Withheld("not given")


def written(*given: tuple[str, str | None]) -> list[Promise]:
    """Return promises from the days of writing and the days promised."""
    return [
        Promise(datetime.fromisoformat(f"{on}T10:00").replace(tzinfo=NOW.tzinfo), "Sam Roe", _day(close))
        for on, close in given
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


PROMISES = {
    "twice": written(("2025-12-01", "2026-02-01"), ("2026-01-05", "2026-03-01"), ("2026-02-02", "2026-04-05")),
    "once": written(("2026-01-02", "2026-02-01"), ("2026-01-09", "2026-02-11")),
    "kept": written(("2026-01-02", "2026-02-01")),
    "sooner": written(("2026-01-02", "2026-03-01"), ("2026-01-09", "2026-02-11")),
    "before": written(("2025-11-02", "2025-12-01"), ("2025-11-20", "2026-01-10")),
    "over": written(("2025-11-02", "2025-12-01")),
}
DEALS = [
    deal("twice", "proposal", "100", owner="kim"), deal("once", "lead", "50", owner="kim"),
    deal("kept", "lead", "7", owner="kim"), deal("sooner", "lead", "8", owner="kim"),
    deal("before", "lead", "9", owner="kim"), deal("over", "won", "9", owner="sam", closed_on=date(2025, 12, 1)),
    deal("never", "lead", "5"),
]  # fmt: skip


def report(deals: Iterable[Deal] = DEALS, promises: Any = PROMISES, **asked: Any) -> list[Table]:  # noqa: ANN401
    return list(slippage(replace(scope(deals, **asked), promises=promises)))


def test_pushes_and_slips_of_a_quarter() -> None:
    by_owner, by_stage, worst = report(period="2026-Q1")
    (row,) = by_owner.records()
    assert (row["group"], row["deals"], row["pushes"], row["pushed"], row["pushed_rate"]) == (
        "kim", 5, 3, 2, Fraction(2, 5),
    )  # fmt: skip
    assert (row["days"], row["median"]) == (73 * D, TOO_FEW)  # 28 + 35 and 10
    assert (row["slips"], row["slipped"], row["slipped_rate"], row["slipped_value"]) == (1, 1, Fraction(1, 5), 100)
    assert [(one["group"], one["deals"], one["slipped"]) for one in by_stage.records()] == [
        ("lead", 4, 0), ("proposal", 1, 1),
    ]  # fmt: skip
    names = ("deal", "pushes", "days", "slips", "first", "last", "by")
    assert [tuple(one[name] for name in names) for one in worst.records()] == [
        ("twice", 2, 63 * D, 1, date(2026, 2, 1), date(2026, 4, 5), "Sam Roe"),
        ("once", 1, 10 * D, 0, date(2026, 2, 1), date(2026, 2, 11), "Sam Roe"),
    ]
    assert by_owner.notes == ("1 open deal never had an expected close",)


def test_without_a_period_slips_are_out_of_the_quarter_that_was_promised() -> None:
    by_owner, _, worst = report()
    rows = {row["group"]: row for row in by_owner.records()}
    assert (rows["kim"]["deals"], rows["kim"]["slips"], rows["sam"]["deals"]) == (5, 2, 1)
    assert {row["deal"]: row["slips"] for row in worst.records()} == {"twice": 1, "before": 1, "once": 0}


def test_what_was_written_after_the_period_does_not_count() -> None:
    by_owner, _, _ = report(period="2025")
    rows = {row["group"]: (row["deals"], row["pushes"], row["slips"]) for row in by_owner.records()}
    assert rows == {"kim": (2, 1, 1), "sam": (1, 0, 0)}


def test_by_something_else() -> None:
    (table, _) = report(by="value")
    assert [row["group"] for row in table.records()] == ["5 to 10", "50 to 100", "100 to 200"]
    with pytest.raises(PipeError, match="--by month divides no promises"):
        report(by="month")


def test_currencies_are_never_added() -> None:
    deals = [deal("twice", "lead", "100", currency="CHF"), deal("once", "lead", "1")]
    by_owner, _, _ = report(deals, period="2026-Q1")
    assert [(row["currency"], row["slipped_value"]) for row in by_owner.records()] == [("EUR", 0), ("CHF", 100)]
    assert "1 deal without a usable rate to EUR: shown in CHF" in by_owner.notes


def test_a_person_is_shown_the_worst() -> None:
    many = {f"d{n:02}": written(("2026-01-02", "2026-02-01"), ("2026-01-09", f"2026-03-{n + 1:02}")) for n in range(15)}
    *_, worst = report([deal(name, "lead") for name in many], many)
    assert worst.digest is not None
    assert [row[1] for row in worst.digest] == [f"d{n:02}" for n in range(14, 4, -1)]
    assert worst.notes == (f"{MOST} of 15 deals: --format csv has all of them",)


def test_nothing_was_promised() -> None:
    by_owner, _, worst = report(promises={})
    assert (by_owner.rows, worst.rows) == ((), ())


def test_a_table_explains_itself_where_it_is_asked_to() -> None:
    for table in report(explain=True)[:2]:
        for row, behind in zip(table.records(), table.behind, strict=True):
            for name, those in behind.items():
                if isinstance(row[name], int):
                    assert len(those) == row[name]
