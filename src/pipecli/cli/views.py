"""What `pipe list` is asked for: a saved view, and the options, which add to it or go before it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.settings import View
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context
    from pipecli.reports.deals import Listing


def saved(workspace: "Workspace", name: str | None, facts: "Context") -> "View":
    """Return the view of that name; without a name, one that asks for nothing.

    Raises `PipeError` with the views that there are for an unknown one, and for one that cannot be shown.
    """
    from pipecli.core.layout import SETTINGS
    from pipecli.core.problem import PipeError
    from pipecli.core.settings import View
    from pipecli.facts.where import refuse_unusable

    if name is None:
        return View()
    views = workspace.settings.views
    if name not in views:
        broken = [problem for problem in workspace.errors() if problem.path == SETTINGS]
        raise PipeError(f"there is no view {name!r} in {SETTINGS}", hint=_instead(name, views), problems=broken)
    refuse_unusable(views[name].where, facts, f"the view {name!r}:")
    return views[name]


def _instead(name: str, views: "Sequence[str] | dict[str, View]") -> str:
    """Return what to type instead of the name of a view that is none."""
    from pipecli.core.condition import parse_condition
    from pipecli.core.problem import did_you_mean

    try:
        parse_condition(name)
    except ValueError:
        return did_you_mean(name, views) or "add one: views: {mine: {where: [owner = me], sort: -value}}"
    return f"--where '{name}'"


def listing(
    view: "View", facts: "Context", *, sort: list[str], columns: str | None, group: str | None, limit: int | None
) -> "Listing":
    """Return how the deals are listed. Raises `PipeError` for a fact that there is not."""
    from pipecli.facts.sort import BY_STAGE, keys
    from pipecli.reports.columns import USUAL, names, refuse_unknown
    from pipecli.reports.deals import Listing

    by = keys(*sort) or keys(view.sort or "") or BY_STAGE
    shown = (names(columns) if columns else ()) or tuple(view.columns) or tuple(USUAL)
    refuse_unknown([key.name for key in by], facts, "--sort" if sort else "the view's sort")
    refuse_unknown(shown, facts, "--columns" if columns else "the view's columns")
    refuse_unknown([group] if group else [], facts, "--group")
    return Listing(columns=shown, sort=by, group=group or "", limit=limit or None)
