"""Visits for the tests: the golden fixture of docs/metrics.md, and single ones by days."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipecli.core.visit import Clock, End, Truncated, Visit

DAY_0 = datetime(2026, 1, 1, tzinfo=UTC)


def at(day: float) -> datetime:
    return DAY_0 + timedelta(days=day)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def visit(
    deal: str,
    entered: float,
    left: float | None,
    end: End = End.ADVANCED,
    *,
    recorded: float | None = None,
    truncated: Truncated = Truncated.NO,
) -> Visit:
    return Visit(
        deal=deal,
        life=1,
        pipeline="sales",
        stage="lead",
        entered=at(entered),
        left=None if left is None else at(left),
        end=End.STILL_THERE if left is None else end,
        by="sam",
        email="sam@example.com",
        commit="",
        recorded=at(entered if recorded is None else recorded),
        clock=Clock.AUTHOR_DATE,
        truncated=truncated,
    )


def golden() -> list[Visit]:
    with Path(__file__).with_name("golden.csv").open(encoding="utf-8") as file:
        return [
            visit(
                row["deal"],
                float(row["entered"]),
                float(row["left"]) if row["left"] else None,
                End(row["end"]),
            )
            for row in csv.DictReader(file)
        ]


GOLDEN_NOW = at(40)
