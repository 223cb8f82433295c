"""The bands in which figures are as they should be: a pipeline's own, else the workspace's, else these."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.value import Band

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipecli.core.pipeline import Pipeline
    from pipecli.reports.scope import Scope


def _band(low: str, high: str) -> Band:
    return Band(Decimal(low), Decimal(high))


USUAL: Mapping[str, Band] = {
    "conversion": _band("0.20", "0.30"),
    "lead_age": _band("0", "14"),
    "coverage": _band("3", "4"),
    "qualified": _band("0.40", "0.60"),
    "touches": _band("5", "7"),
    "drop_off": _band("0", "0.50"),
    "first_response": _band("0", "24"),
}
"""By the name of a target: shares are fractions, ages are days, the first response is hours."""


def band(name: str, pipeline: Pipeline, scope: Scope) -> Band | None:
    """Return the band of a figure of one pipeline, None where nobody has set one."""
    return pipeline.targets.get(name) or scope.workspace.settings.targets.get(name) or USUAL.get(name)
