"""Time zones by name."""

from __future__ import annotations

from zoneinfo import ZoneInfo


def zone(name: str) -> ZoneInfo:
    """Return the time zone with this name; UTC where there is none, which the rule `unknown-timezone` reports."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
