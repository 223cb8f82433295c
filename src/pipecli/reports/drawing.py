"""The future of the open deals, drawn many times: by pipeline, group and currency, and for the quotas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.metrics.simulation import Chance, Drawn, simulate
from pipecli.reports import due
from pipecli.reports.chances import lines, quotas
from pipecli.reports.odds import AllOdds, odds, visits_by_pipeline
from pipecli.reports.slices import slices

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from pipecli.core.calendar import Period
    from pipecli.core.table import Cell
    from pipecli.metrics.simulation import Simulation
    from pipecli.reports.chances import Quota
    from pipecli.reports.due import Due
    from pipecli.reports.forecast_rows import Rows
    from pipecli.reports.odds import Odds
    from pipecli.reports.scope import Scope
    from pipecli.reports.slices import Slices

SEED = 1
"""The seed where none is given: the same moment of the same commit prints the same."""
RUNS = 1000
"""How often the future is drawn where nobody says."""
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was drawn: by line, the slices of each run. `pipelines` are the open deals with their odds."""

    simulation: Simulation
    slices: Slices
    runs: int
    seed: int
    pipelines: tuple[tuple[Due, AllOdds], ...]
    quotas: Sequence[Quota] = field(default=())

    @property
    def n(self) -> int:
        """The number of open deals."""
        return sum(len(found.standing) for found, _ in self.pipelines)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """How often it was drawn, and from which seed."""
        return (("runs", str(self.runs)), ("seed", str(self.seed)))

    def sums(self, line: Hashable, places: Iterable[int]) -> Drawn:
        """Return what was won in some slices together, run by run."""
        result = Drawn((0,) * self.runs, 0)
        own = self.simulation.drawn.get(line)
        for place in places if own else ():
            result = own[place] + result if own else result
        return result

    def expected(self, line: Hashable, places: Iterable[int]) -> float:
        """Return what is won in some slices on the average of all there is to draw."""
        own = self.simulation.expected.get(line, ())
        return sum(own[place] for place in places) if own else 0.0


def draw(scope: Scope, rows: Rows, period: Period | None) -> Drawing:
    """Return the future of the open deals, drawn as often as asked.

    The deals are drawn in the order of their pipelines' and their own ids. Raises `PipeError` for too many runs.
    """
    runs, seed = runs_of(scope), SEED if scope.asked.seed is None else scope.asked.seed
    wanted = quotas(scope, period, members=rows.fact == "owner") if scope.workspace.settings.currency else ()
    cut = slices(scope.now.date(), period, rows.unit, [one.period for one in wanted])
    deals, visits = due.by_pipeline(scope), visits_by_pipeline(scope)
    found: list[tuple[Due, AllOdds]] = []
    for pipeline in scope.pipelines():
        own = due.due(pipeline, deals.get(pipeline.id, ()), None, scope)
        found.append((own, odds(own, visits.get(pipeline.id, ()), scope)))
    chances = [one for _, every in found for one in _chances(every, rows, cut, wanted, scope)]
    drawn = simulate(chances, len(cut.names), runs, seed)
    return Drawing(drawn, cut, runs, seed, tuple(found), wanted)


def runs_of(scope: Scope) -> int:
    """Return how often to draw. Raises `PipeError` for too often."""
    runs = scope.asked.simulate or RUNS
    if runs > MOST:
        message = f"--simulate {runs}: more than {MOST} runs tell nothing more"
        raise PipeError(message, hint=f"--simulate {MOST}", code=ExitCode.USAGE)
    return runs


def groups(every: AllOdds, rows: Rows, scope: Scope) -> Mapping[tuple[Cell, ...], Sequence[Odds]]:
    """Return the deals of each group by its cells and its currency."""
    context = scope.context()
    found: dict[tuple[Cell, ...], list[Odds]] = {}
    for one in every.found:
        key = (*rows.group(one.entry, context), one.entry.worth.currency)
        found.setdefault(key, []).append(one)
    return found


def _chances(every: AllOdds, rows: Rows, cut: Slices, wanted: Sequence[Quota], scope: Scope) -> Iterator[Chance]:
    context, home = scope.context(), scope.workspace.settings.currency or ""
    for one in every.found:
        if one.entry.worth.amount is None:
            continue
        own = (one.entry.deal.pipeline, *rows.group(one.entry, context), one.entry.worth.currency)
        yield Chance(one.entry.worth.amount, cut.by(one), (own, *lines(one.entry, wanted, home)))
