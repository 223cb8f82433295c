"""What `pipe list` is asked for: a saved view, and the options, which add to it or go before it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.condition import Condition
    from pipecli.core.record import Deal
    from pipecli.core.settings import View
    from pipecli.core.table import Cell, Table
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
    refuse_unknown([view.group] if view.group and not group else [], facts, "the view's group")
    return Listing(columns=shown, sort=by, group=group or view.group or "", limit=limit or None)


def views_table(facts: "Context", me: str) -> "Table":
    """Return the saved lists, each with what it asks for and how many deals it has now, for the member `me`."""
    from pipecli.core.table import Column, Table, Type

    rows = tuple(
        (
            name, _count(view, facts, me), " and ".join(str(one) for one in view.where), view.sort or "",
            view.group or "", ", ".join(view.columns),
        )
        for name, view in facts.workspace.settings.views.items()
    )  # fmt: skip
    shown = (
        Column("view", "View", whole=True), Column("deals", "Deals", Type.INTEGER),
        Column("where", "Where", wraps=True), Column("sort", "Sort", priority=3), Column("group", "Group", priority=4),
        Column("columns", "Columns", priority=5, wraps=True),
    )  # fmt: skip
    empty = "no view yet; add one to pipe.yaml: views: {mine: {where: [owner = me], sort: -value}}"
    return Table("Saved lists", shown, rows, notes=_notes(rows), empty=empty, name="views")


def _notes(rows: "Sequence[Sequence[Cell]]") -> tuple[str, ...]:
    unknown = [str(row[0]) for row in rows if row[1] is None]
    return (f"not counted, since it is not known who 'me' is here, or what they ask for: {', '.join(unknown)}",) * bool(
        unknown
    )


def _count(view: "View", facts: "Context", me: str) -> int | None:
    """Return how many deals a view shows; None where it asks for the person at the keyboard, or for what is unknown."""
    from pipecli.core.problem import PipeError
    from pipecli.facts.where import asks_for_me, meeting, refuse_unusable

    try:
        refuse_unusable(view.where, facts, "")
    except PipeError:
        return None
    if not me and asks_for_me(view.where):
        return None
    return len(current(list(meeting(facts.workspace.deals.values(), view.where, facts, me)), view.where, facts))


def current(deals: "list[Deal]", wanted: "Sequence[Condition]", facts: "Context") -> "list[Deal]":
    """Return the deals that are open or on hold, or in a stage that is not known; all where `kind` is asked for."""
    from pipecli.core.pipeline import Kind
    from pipecli.facts.where import asks_for

    if asks_for("kind", wanted):
        return deals
    words = {(deal.pipeline, deal.stage): deal for deal in deals}
    stages = {word: facts.workspace.stage_of(deal) for word, deal in words.items()}
    shown = {word for word, stage in stages.items() if stage is None or stage.kind in (Kind.OPEN, Kind.ON_HOLD)}
    return [deal for deal in deals if (deal.pipeline, deal.stage) in shown]
