"""What is to be won in a period: the quotas of the team, each and together."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.metrics.planned import NO_QUOTA, PARTLY, quota
from pipecli.reports.unplaced import SEVERAL, alone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipecli.core.calendar import Period
    from pipecli.core.table import Withheld
    from pipecli.reports.scope import Scope


def quotas(scope: Scope, period: Period) -> Mapping[str, Decimal | Withheld]:
    """Return the quota of each member that has one at any time, or why it is none of this period.

    They are in the workspace's currency. A quota is not divided by pipeline: where there are several, and none was
    chosen, it is withheld.
    """
    starts, members = scope.workspace.settings.fiscal_year_starts, scope.workspace.team.members
    if not alone(scope):
        return {name: SEVERAL for name, one in members.items() if one.quota}
    return {name: quota(one.quota, period, starts) for name, one in members.items() if one.quota}


def whole(found: Mapping[str, Decimal | Withheld]) -> Decimal | Withheld:
    """Return the quotas of all together; what is not given for the whole period is in no sum."""
    given = [one for one in found.values() if isinstance(one, Decimal)]
    if given:
        return added(given)
    return next((one for one in found.values() if one in (SEVERAL, PARTLY)), NO_QUOTA)


def notes(found: Mapping[str, Decimal | Withheld]) -> Iterator[str]:
    """Yield what is to be said of quotas that are not given for the whole period."""
    partly = sorted(name for name, one in found.items() if one == PARTLY)
    if partly:
        yield f"quotas are never divided, and those of {', '.join(partly)} do not make up the period: in no sum"
    if any(one == SEVERAL for one in found.values()):
        yield "quotas are not divided by pipeline: name one with --pipeline"
