"""Which stages and deals are qualified: those from the first stage on that the pipeline marks so."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.table import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipecli.core.calendar import Period
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.core.visit import Visit
    from pipecli.reports.scope import Scope

NO_QUALIFIED = Withheld("no qualified stage")
"""No stage of the pipeline is marked as the one from which on a deal is qualified."""
UNRECORDED = Withheld("no history")
_DAY = timedelta(days=1)
_ON_THE_WAY = (Kind.OPEN, Kind.WON)


def qualified(pipeline: Pipeline) -> Sequence[Stage]:
    """Return the open and won stages from the first qualified one on, in order; none where no stage is marked."""
    first = next((place for place, stage in enumerate(pipeline.stages) if stage.qualified), len(pipeline.stages))
    return [stage for stage in pipeline.stages[first:] if stage.kind in _ON_THE_WAY]


def reached(pipeline: Pipeline, deals: Iterable[Deal], visits: Iterable[Visit]) -> set[str]:
    """Return the ids of the deals that were in such a stage: by their visits, their files, or what they were lost from.

    A visit of a later open or won stage implies the ones before.
    """
    names = {name for stage in qualified(pipeline) for name in (stage.id, *stage.aliases)}
    found = {visit.deal for visit in visits if visit.pipeline == pipeline.id and visit.stage in names}
    for deal in deals:
        last = deal.outcome.stage if deal.outcome else None
        if deal.stage in names or last in names:
            found.add(deal.id)
    return found


def open_qualified(pipeline: Pipeline, period: Period | None, scope: Scope) -> Sequence[str] | Withheld:
    """Return the deals that are open in such stages, now or at the end of a period that is over.

    What was open then is told by the visits; where there are none it is not known.
    """
    stages = {stage.id for stage in qualified(pipeline) if stage.kind is Kind.OPEN}
    if not stages:
        return NO_QUALIFIED
    if period is None or period.last >= scope.now.date():
        own = (deal for deal in scope.workspace.deals.values() if deal.pipeline == pipeline.id)
        return [deal.id for deal in own if (at := pipeline.stage(deal.stage)) and at.id in stages]
    if not scope.visits:
        return UNRECORDED
    end = datetime.combine(period.last + _DAY, time(), scope.now.tzinfo)
    return [
        visit.deal
        for visit in scope.visits
        if visit.pipeline == pipeline.id
        and visit.entered < end
        and (visit.left is None or visit.left >= end)
        and (at := pipeline.stage(visit.stage))
        and at.id in stages
    ]
