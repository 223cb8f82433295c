"""Whether a deal whose hold has ended was taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.facts.derived import last_activity, stage_since

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context


def taken_up(deal: Deal, context: Context) -> bool:
    """Return whether something was done with a deal since the last day of its hold."""
    done = (last_activity(deal, context), stage_since(deal, context))
    return deal.hold is not None and any(day is not None and day >= deal.hold.until for day in done)
