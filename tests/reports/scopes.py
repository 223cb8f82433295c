"""Workspaces and visits for the tests of reports."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.record import Deal
from pipecli.core.settings import Calendar, Settings, Team
from pipecli.core.visit import Clock, End, Truncated, Visit
from pipecli.core.workspace import Workspace
from pipecli.reports.scope import Asked, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.table import Cell, Table

DAY_0 = datetime(2026, 1, 1, tzinfo=UTC)
NOW = DAY_0 + timedelta(days=40)
RATES = {"USD": {date(2026, 1, 15): Decimal("0.5"), date(2026, 2, 1): Decimal("0.9")}}

SALES = Pipeline(
    "sales",
    "pipelines/sales.yaml",
    "B2B sales",
    [
        Stage("lead", "New lead", probability=Decimal("0.1")),
        Stage("proposal", "Proposal sent", probability=Decimal("0.5"), aliases=["offer"]),
        Stage("talks", "Talks", retired=True),
        Stage("won", "Won", kind=Kind.WON),
        Stage("lost", "Lost", kind=Kind.LOST),
        Stage("delayed", "Delayed", kind=Kind.ON_HOLD),
    ],
)
SUPPORT = Pipeline(
    "support",
    "pipelines/support.yaml",
    "Support",
    [Stage("lead", "New"), Stage("done", "Done", kind=Kind.WON)],
)


def deal(name: str, stage: str, value: str | None = None, **given: Any) -> Deal:  # noqa: ANN401 -- any field of a deal
    amount = None if value is None else Decimal(value)
    return Deal(name, f"deals/{name}.yaml", name, given.pop("pipeline", "sales"), stage, value=amount, **given)


def visit(name: str, stage: str, entered: float, left: float | None, **given: Any) -> Visit:  # noqa: ANN401 -- any field of a visit
    start = DAY_0 + timedelta(days=entered)
    return Visit(
        deal=name,
        life=1,
        pipeline=given.pop("pipeline", "sales"),
        stage=stage,
        entered=start,
        left=None if left is None else DAY_0 + timedelta(days=left),
        end=given.pop("end", End.STILL_THERE if left is None else End.ADVANCED),
        by="sam",
        email="sam@example.com",
        commit="",
        recorded=given.pop("recorded", start),
        clock=Clock.AUTHOR_DATE,
        truncated=given.pop("truncated", Truncated.NO),
    )


def golden() -> list[Visit]:
    with (Path(__file__).parents[1] / "metrics" / "golden.csv").open(encoding="utf-8") as file:
        return [
            visit(row["deal"], "lead", float(row["entered"]), float(row["left"]) if row["left"] else None)
            for row in csv.DictReader(file)
        ]


def scope(
    deals: Iterable[Deal] = (),
    visits: Iterable[Visit] = (),
    *,
    currency: str | None = "EUR",
    pipelines: Iterable[Pipeline] = (SALES,),
    pipeline: str | None = None,
    calendar: Calendar | None = None,
    **asked: Any,  # noqa: ANN401 -- any option of a report
) -> Scope:
    workspace = Workspace(
        settings=Settings("Acme", currency, calendar=calendar or Calendar()),
        team=Team(),
        pipelines={one.id: one for one in pipelines},
        deals={one.id: one for one in deals},
        companies={},
        contacts={},
        rates=RATES,
        spend={},
    )
    found = Scope(
        workspace=workspace,
        visits=tuple(visits),
        current={v.deal: v for v in visits if v.left is None},
        now=NOW,
        commit="abc123",
        pipeline=pipeline,
        asked=Asked(**asked),
    )
    return replace(found, before=found)


def rows(table: Table, *key: str) -> Mapping[tuple[Cell, ...], Mapping[str, Cell]]:
    """Return the rows as dicts by column, under the cells of the `key` columns."""
    named = [dict(zip((column.name for column in table.columns), row, strict=True)) for row in table.rows]
    return {tuple(row[name] for name in key): row for row in named}
