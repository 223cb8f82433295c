"""The charts, by the names of the tables that they are drawn of: add a module and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.render.charts import (
    aging,
    calibration,
    forecast_simulation,
    funnel,
    pipeline,
    stage_time,
    survival,
    waterfall,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipecli.core.table import Table
    from pipecli.render.charts.chart import Chart

CHARTS: Mapping[str, Callable[[Table], Chart | None]] = {
    "pipeline": pipeline.pipeline,
    "funnel": funnel.funnel,
    "stage-time": stage_time.stage_time,
    "survival": survival.survival,
    "waterfall": waterfall.waterfall,
    "forecast-simulation": forecast_simulation.forecast_simulation,
    "aging": aging.aging,
    "calibration": calibration.calibration,
}


def chart_of(table: Table) -> Chart | None:
    """Return what is drawn of a table; None where nothing is, or where it has no figure to draw."""
    draw = CHARTS.get(table.name)
    return draw(table) if draw else None
