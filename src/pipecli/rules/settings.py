"""Rules about `pipe.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from pipecli.core.layout import FileKind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.facts.registry import types
from pipecli.facts.sort import keys
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.facts.derived import Context

ALWAYS = frozenset(
    {
        *("no-settings", "file-name", "file-suffix", "invalid-id", "reserved-id", "duplicate-id", "symbolic-link"),
        *("unreadable-file", "file-too-large", "not-utf8", "conflict-marker", "control-character", "bidi-character"),
        *("yaml-syntax", "not-a-mapping", "yaml-key", "yaml-duplicate-key", "yaml-second-document", "yaml-alias"),
        *("yaml-anchor", "yaml-merge-key", "yaml-tag", "yaml-too-deep", "yaml-too-long"),
        *("unknown-key", "missing-key", "invalid-value", "condition-comment"),
        *("gate-retired", "gate-create", "gate-back", "gate-skip", "gate-won-from", "gate-exit", "gate-checklist"),
        *("gate-entry", "gate-reason", "gate-policy", "gate-next", "gate-handoff", "gate-approve"),
        *("unreadable-version", "history-gap", "several-files", "contradicting-trailer", "unreadable-date"),
        *("missing-object", "not-a-file", "unusable-row", "odd-row", "other-rules"),
    }
)
"""The codes of problems that no rule finds, so that no setting changes their level."""


def unknown_timezone(context: Context) -> Iterator[Problem]:
    """The time zone is one of the IANA database, like Europe/Berlin."""
    name = context.workspace.settings.timezone
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        hint = did_you_mean(name, available_timezones(), otherwise="write it like Europe/Berlin, or UTC")
        yield finding(FileKind.SETTINGS, ("timezone",), f"there is no time zone {name!r}", hint)


def region_without_country(context: Context) -> Iterator[Problem]:
    """A calendar that names a region names its country, too."""
    calendar = context.workspace.settings.calendar
    if calendar.region and not calendar.country:
        message = f"{calendar.region} is a region of no country: no holiday of it is known"
        yield finding(FileKind.SETTINGS, ("calendar", "region"), message, "add the country: {country: DE, region: BY}")


def unknown_rule(context: Context, codes: list[str]) -> Iterator[Problem]:
    """The keys under `rules` are codes of rules."""
    for code in context.workspace.settings.rules:
        if code in ALWAYS:
            message = f"{code!r} is a problem that cannot be switched off"
            yield finding(FileKind.SETTINGS, ("rules", code), message, "remove the line", at_key=True)
        elif code not in codes:
            hint = did_you_mean(code, codes, otherwise="'pipe validate' prints the code of each problem")
            yield finding(FileKind.SETTINGS, ("rules", code), f"there is no rule {code!r}", hint, at_key=True)


def invalid_view(context: Context) -> Iterator[Problem]:
    """The columns of a view, and the facts that it sorts and groups by, are facts of a deal."""
    workspace = context.workspace
    known = types(*workspace.pipelines.values())
    unread = workspace.known[FileKind.PIPELINE].keys() - workspace.pipelines.keys()
    for name, view in workspace.settings.views.items():
        named = [(("sort",), key.name) for key in keys(view.sort or "")]
        named += [(("group",), view.group)] if view.group else []
        for place, fact in (*named, *((("columns", at), column) for at, column in enumerate(view.columns))):
            if fact not in known and not (unread and fact.startswith("fields.")):
                hint = f"{did_you_mean(fact, known)} ('pipe list --columns help' tells all)"
                yield finding(FileKind.SETTINGS, ("views", name, *place), f"there is no fact {fact!r}", hint)
