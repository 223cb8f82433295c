"""The report on what everybody has, won and did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from scopes import SALES, SUPPORT, deal, rows, scope

from pipecli.core.record import Activity, ActivityKind, Deal, Hold, NextStep, Task
from pipecli.core.settings import Member, Team
from pipecli.core.table import Withheld
from pipecli.reports.reps import reps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.table import Cell, Table

D = Decimal
NOBODY, TOO_FEW = Withheld("nobody"), Withheld("n < 5")
QUALIFYING = replace(SALES, stages=[replace(one, qualified=one.id == "proposal") for one in SALES.stages])
TEAM = Team({
    "kim": Member("Kim Lee", quota={"2026-Q1": D(1000)}),
    "idle": Member("Ida Roe", quota={"2026-Q1": D(500)}),
    "once": Member("Otto Ray", quota={"2025-Q1": D(500)}),
    "month": Member("Mo Nth", quota={"2026-01": D(500)}),
})  # fmt: skip
TODAY = date(2026, 2, 10)
YESTERDAY = TODAY - timedelta(days=1)


def did(day: str, by: str | None = None, kind: ActivityKind = ActivityKind.CALL) -> Activity:
    return Activity(datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=UTC), kind, by=by)


def won(name: str, value: str | None, **given: Any) -> Deal:  # noqa: ANN401 -- any field of a deal
    return deal(name, "won", value, **{"closed_on": date(2026, 1, 20), "created": date(2026, 1, 10), **given})


DEALS = [
    *(won(f"w{number}", "100", owner="kim") for number in range(5)),
    deal("l0", "lost", "70", owner="kim", closed_on=date(2026, 2, 1)),
    won("before", "9999", owner="kim", closed_on=date(2025, 12, 31)),
    deal("open", "proposal", "300", owner="kim", expected_close=date(2026, 3, 1),
         next_step=NextStep("Call", YESTERDAY), tasks=[Task("t1", "Send", YESTERDAY, "sam"), Task("t2", "Book", TODAY)],
         activities=[did("2026-01-05"), did("2026-01-06", "sam"), did("2026-01-07", kind=ActivityKind.NOTE),
                     did("2025-12-31"), did("2026-02-11")]),
    deal("lead", "lead", "40", owner="kim", expected_close=date(2026, 3, 1)),
    deal("own", "proposal", "50", owner="kim", probability=D("0.9"), expected_close=date(2026, 5, 1)),
    deal("held", "proposal", owner="kim", hold=Hold(date(2026, 3, 1), "x"), next_step=NextStep("Ask", YESTERDAY)),
    deal("stray", "lead", "8", tasks=[Task("t1", "Find an owner", YESTERDAY), Task("t2", "x", YESTERDAY, done=TODAY)]),
    deal("abroad", "lead", "5", owner="kim", currency="CHF"),
]  # fmt: skip


def report(deals: Iterable[Deal] = DEALS, team: Team = TEAM, **given: Any) -> dict[str, Table]:  # noqa: ANN401 -- what a scope takes
    found = scope(deals, **{"pipelines": (QUALIFYING,), **given})
    tables = reps(replace(found, workspace=replace(found.workspace, team=team)))
    return {table.name: table for table in tables}


def by_owner(table: Table) -> Mapping[tuple[Cell, ...], Mapping[str, Cell]]:
    return rows(table, "owner", "currency")


def test_what_somebody_has_won_and_did() -> None:
    table = report()["reps"]
    found = by_owner(table)
    assert list(found) == [
        ("idle", "EUR"), ("kim", "EUR"), ("kim", "CHF"), ("month", "EUR"), ("sam", "EUR"), (NOBODY, "EUR"),
    ]  # fmt: skip
    kim = found[("kim", "EUR")]
    assert (kim["open"], kim["value"], kim["weighted"]) == (4, 390, D("199.0"))  # 150 + 4 + 45
    assert (kim["won"], kim["lost"], kim["win_rate"], kim["cycle"]) == (5, 1, Fraction(5, 6), timedelta(days=10))
    assert (kim["activities"], kim["overdue"]) == (1, 1)
    assert [found[("kim", "CHF")][name] for name in ("open", "value", "activities")] == [1, 5, None]
    assert [found[("sam", "EUR")][name] for name in ("open", "activities", "overdue")] == [0, 1, 1]
    assert [found[(NOBODY, "EUR")][name] for name in ("open", "value", "overdue")] == [1, 8, 1]
    assert [found[("idle", "EUR")][name] for name in ("open", "won", "win_rate")] == [0, 0, TOO_FEW]
    assert dict(table.facts)["period"] == "2026-Q1 (2026-01-01 to 2026-03-31)"


def test_how_somebody_stands_to_the_quota() -> None:
    table = report()["reps-quota"]
    found = rows(table, "owner")
    assert list(found) == [("idle",), ("kim",), ("month",)]
    kim = found[("kim",)]
    assert (kim["quota"], kim["won"], kim["won_value"], kim["attained"]) == (1000, 5, 500, Fraction(1, 2))
    assert (kim["due"], kim["due_value"], kim["coverage"]) == (1, 300, D("0.60"))
    assert (found[("idle",)]["attained"], found[("idle",)]["coverage"]) == (0, 0)
    assert found[("month",)]["quota"] == "no quota for all of it"
    assert table.notes == ("quotas are never divided, and those of month do not make up the period: in no sum",)


def test_more_than_the_quota() -> None:
    found = rows(report([won("w", "1500", owner="kim")])["reps-quota"], "owner")
    assert (found[("kim",)]["attained"], found[("kim",)]["coverage"]) == (Fraction(3, 2), "quota reached")


def test_who_won_without_a_quota_is_shown() -> None:
    found = rows(report([won("w", "1500", owner="joe"), won("x", "5")])["reps-quota"], "owner")
    assert (found[("joe",)]["quota"], found[("joe",)]["won_value"]) == ("no quota", 1500)
    assert found[(NOBODY,)]["won_value"] == 5


def test_without_a_team() -> None:
    found = report(team=Team())
    assert found["reps-quota"].notes == ("nobody has a quota: add them to team.yaml",)
    assert "not in team.yaml: kim" not in found["reps"].notes
    assert "not in team.yaml: kim" in report(team=Team({"joe": Member("Joe")}))["reps"].notes


def test_quotas_are_not_divided_by_pipeline() -> None:
    found = report(pipelines=(QUALIFYING, SUPPORT), pipeline=None)
    assert found["reps"].rows == ()  # that of support: whoever has a quota only is not in every pipeline
    assert "quotas are not divided by pipeline: name one with --pipeline" in found["reps-quota"].notes
    chosen = report(pipelines=(QUALIFYING, SUPPORT), pipeline="sales")
    assert rows(chosen["reps-quota"], "owner")[("kim",)]["quota"] == 1000


def test_a_table_explains_itself_where_it_is_asked_to() -> None:
    for table in report(explain=True).values():
        for row, behind in zip(table.records(), table.behind, strict=True):
            for name, those in behind.items():
                if isinstance(row[name], int):
                    assert len(those) == row[name]


def test_no_deals() -> None:
    found = report([], Team())
    assert {name: table.rows for name, table in found.items()} == {"reps": (), "reps-quota": ()}
