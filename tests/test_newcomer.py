"""A newcomer's session, from the README to a won deal and a report: every mistake on the way names the next step."""

from __future__ import annotations

import re

from case import CASES, Case

SESSION = Case(CASES / "newcomer" / "from-the-readme-to-a-won-deal")


def steps() -> list[tuple[str, str]]:
    """Return the commands of the session, each with what it printed."""
    parts = re.split(r"^\$ (.*)\n", SESSION.expected, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def test_every_mistake_is_answered_with_what_to_type() -> None:
    mistakes = [text for _, text in steps() if "--- exit code" in text]
    assert len(mistakes) >= 3
    remedy = re.compile(r"try: (did you mean|when|--|pipe )|^  pipe \w+ ", re.MULTILINE)
    assert [text for text in mistakes if not remedy.search(text)] == []


def test_the_session_ends_with_a_won_deal_and_its_report() -> None:
    said = dict(steps())
    assert "three-sites: proposal-sent -> closed-won" in said["pipe win three-sites"]
    assert "12,000.00" in said["pipe report won-lost --period 2026-11"]
    assert "--- exit code" not in said["pipe validate"]


def test_every_good_step_names_the_next_one() -> None:
    changing = [text for command, text in steps() if re.match(r"pipe (init|new|move)\b", command)]
    assert [text for text in changing if "next: " not in text and "try: " not in text] == []
