"""Days as people say them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}
_AWAY = re.compile(r"([+-]\d{1,4})([dw])", re.ASCII)
_DAYS = {"d": 1, "w": 7}

SAID = "2026-11-20, today, tomorrow, +14d or +2w"
"""How a day may be said on the command line, by example."""


def said(text: str, today: date) -> str:
    """Return the day that `today`, `tomorrow`, `yesterday`, `+14d` or `-2w` means as it is written; else the text."""
    away = _AWAY.fullmatch(text)
    days = int(away[1]) * _DAYS[away[2]] if away else _NAMED.get(text)
    return text if days is None else (today + timedelta(days=days)).isoformat()
