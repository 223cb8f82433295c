"""What divides the rows of a report: a fact of the deals, or the weeks, months, quarters or years of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.calendar import Period, Unit, label, labels, named, part
from pipecli.core.condition import FactType
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.facts.registry import lookup, types

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context
    from pipecli.reports.scope import Scope

_DIVIDING = (FactType.TEXT, FactType.FLAG)
VALUE = "value"
"""What divides by the bands of the deals' values, where a report has them."""
EXAMPLES = "owner, source, reason, competitor, company, stage, fields.NAME"
"""By what the rows of most reports may be divided."""


@dataclass(frozen=True, slots=True)
class Division:
    """A fact by its name, or a unit of time, with the month in which the fiscal year starts."""

    name: str
    unit: Unit | None
    starts: int

    def of_day(self, day: date | None) -> str | None:
        """Return the name of the period that a day is in, by a unit of time."""
        return label(day, self.unit, self.starts) if day and self.unit else None

    def in_order(self, days: Iterable[date]) -> Sequence[str]:
        """Return the names of the periods from the first day to the last, those between without any among them."""
        known = sorted(days)
        return list(labels(known[0], known[-1], self.unit, self.starts)) if known and self.unit else []

    def example(self, names: Sequence[str]) -> str | None:
        """Return what the first of the names means, where the fiscal year is not the calendar's."""
        if not names or self.starts == 1 or self.unit not in (Unit.QUARTER, Unit.YEAR):
            return None
        return f"{self.unit}s are those of the fiscal year: {names[0]} is {named(names[0], self.starts)}"


def division(scope: Scope, among: Period | None, examples: str = EXAMPLES, *, bands: bool = False) -> Division:
    """Return what was asked to divide the rows: without it, into what a period is best divided.

    `examples` are what the report can be divided by, for whoever asked for something else; `bands`: by the value, too.
    Raises `PipeError` for what is no fact, or none that could divide rows.
    """
    name, starts = scope.asked.by or str(part(among)), scope.workspace.settings.fiscal_year_starts
    if name in list(Unit):
        return Division(name, Unit(name), starts)
    if bands and name == VALUE:
        return Division(name, None, starts)
    known = types(*scope.pipelines())
    dividing = [fact for fact, kind in known.items() if kind in _DIVIDING]
    hint = f"--by {examples}, or month, quarter, year, week"
    if name not in known:
        nearest = did_you_mean(name, [*dividing, *map(str, Unit)], otherwise=hint)
        raise PipeError(f"there is no fact {name!r} to divide by", hint=nearest, code=ExitCode.USAGE)
    if name not in dividing:
        raise PipeError(f"{name} is a {known[name]}, which divides no rows", hint=hint, code=ExitCode.USAGE)
    return Division(name, None, starts)


def fact(deal: Deal, name: str, context: Context) -> str | None:
    """Return a fact of a deal as the name of a row; None where it is not set."""
    found = lookup(deal, context)(name)
    if isinstance(found, bool):
        return str(found).lower()
    return str(found) if found not in (None, "", ()) else None
