"""Scopes with a past: what was recorded by former moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from scopes import DAY_0, scope

from pipecli.core.layout import FileKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.record import Deal
    from pipecli.reports.scope import Scope


def at(day: float) -> datetime:
    """Return the moment so many days after the first one."""
    return DAY_0 + timedelta(days=day)


def history(deals: Iterable[Deal], past: Mapping[datetime, Iterable[Deal]], **given: Any) -> Scope:  # noqa: ANN401 -- what a scope takes
    """Return a scope of the deals as they are now, which finds those of the last moment on or before another."""
    now = _known(scope(deals, **given))

    def then(moment: datetime) -> Scope:
        known = [one for one in sorted(past) if one <= moment + timedelta(seconds=1)]
        return replace(_known(scope(past[known[-1]] if known else (), **given)), now=moment, then=then)

    return replace(now, then=then)


def _known(found: Scope) -> Scope:
    names = {name: one.path for name, one in found.workspace.deals.items()}
    return replace(found, workspace=replace(found.workspace, known={FileKind.DEAL: names}))
