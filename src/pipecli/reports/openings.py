"""The pipelines that periods opened with, and what became of them by their end."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.pipeline import Kind
from pipecli.metrics.coverage import Conversion, Fate, Opened
from pipecli.reports import moments, pricing
from pipecli.reports.qualified import qualified

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping

    from pipecli.core.calendar import Period
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Opening:
    """One period with what was recorded before it began, and by its end or by now."""

    name: str
    period: Period
    before: Scope
    after: Scope
    names: Mapping[str, str]


def openings(scope: Scope, period: Period, most: int) -> list[Opening]:
    """Return the period that is asked for and so many before it, as far as they have begun and anything was recorded.

    The last is first. Each moment is looked up once: where one period ends, the next begins.
    """
    starts, text = scope.workspace.settings.fiscal_year_starts, scope.asked.period or ""
    found: list[Opening] = []
    for name, one in ((text, period), *moments.previous(period, text, starts, most)):
        if not moments.has_begun(scope, one):
            continue
        after = found[-1].before if found else moments.closing(scope, one)
        before = moments.opening(scope, one)
        if after is None or before is None or (found and not before.workspace.known.get(FileKind.DEAL)):
            break
        forward = {old: new for new, old in moments.names(after, before).items()}
        found.append(Opening(name, one, before, after, forward))
    return found


def due(deal: Deal, stage: Stage | None, counted: set[str], period: Period) -> bool:
    """Return whether an open deal is in a stage that counts and expected to close in a period."""
    is_open = stage is not None and stage.kind is Kind.OPEN and stage.id in counted
    return is_open and deal.expected_close is not None and deal.expected_close in period


def counting(pipeline: Pipeline) -> set[str]:
    """Return the stages that count: the qualified ones, or all where none is marked."""
    return {stage.id for stage in qualified(pipeline) or pipeline.stages}


def conversion(pipeline: Pipeline, one: Opening, left_out: Counter[str]) -> Conversion:
    """Return what became of the deals that were open and due when a period began; `left_out` counts others by why."""
    return Conversion(tuple(_opened(pipeline, one, left_out)))


def _opened(pipeline: Pipeline, one: Opening, left_out: Counter[str]) -> Iterator[Opened]:
    former = one.before.workspace.pipelines.get(pipeline.id, pipeline)
    stages, home = counting(former), pricing.home(pipeline, one.after)
    for deal in one.before.workspace.deals.values():
        stage = one.before.workspace.stage_of(deal)
        if deal.pipeline != pipeline.id or not due(deal, stage, stages, one.period):
            continue
        worth = pricing.priced(deal, stage, one.before)
        now = one.after.workspace.deals.get(one.names.get(deal.id, ""))
        kind = _kind(now, one.after)
        if now is None or kind is None:
            left_out["removed, or not readable, since"] += 1
        elif worth.currency != home and worth.amount is not None:
            left_out[f"no usable rate to {home}"] += 1
        else:
            yield Opened(now.id, worth.amount or Decimal(0), _fate(now, kind, one.period))


def _kind(deal: Deal | None, scope: Scope) -> Kind | None:
    stage = scope.workspace.stage_of(deal) if deal else None
    return stage.kind if stage else None


def _fate(deal: Deal, kind: Kind, period: Period) -> Fate:
    if kind in (Kind.WON, Kind.LOST):
        return Fate.WON if kind is Kind.WON else Fate.LOST
    stays = deal.expected_close is not None and deal.expected_close in period
    return Fate.STILL_OPEN if stays else Fate.SLIPPED
