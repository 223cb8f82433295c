"""One function a channel that makes a text from data harmless there.

Data may come from a stranger's pull request; what they are rendered into is opened by others.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: escape sequences begin with one of them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # change the order in which text is shown
    "\u00ad\u180e\u200b\u2028\u2029\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible, or break lines
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"  # not characters; invisible tags
)
_MARKUP = re.compile(
    r"[\\`*_~\[\]!|$#&<>@]|://|\bwww\.|\bGH-"
    r"|%(?=[\w\"])"  # GitLab's milestones
    r"|:(?=(?:[a-z][\w+-]*|[+-]1|100|1234|8ball):)",  # an emoji by its name
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"[!$&](?=\d)|~(?=[\w\"])")
"""Where GitLab begins a reference, whatever its mark is written as: merge request, snippet, epic, label."""
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "\\": "&#92;"}
_BREAK = "&#8203;"
_BROKEN = ("@", "#", "%", ":")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 -- some locales read the wide forms as formulas too


def terminal(text: str) -> str:
    r"""Return the text on one line, with control and bidirectional characters as escapes like `\x1b`."""
    return text if text.isascii() and text.isprintable() else _CONTROL.sub(_escape, text)


def terminal_lines(text: str) -> str:
    """Return text of several lines with each line safe for a terminal."""
    return "\n".join(terminal(line) for line in text.split("\n"))


def markdown(text: str) -> str:
    """Return the text for a place within a line or a table cell of GitHub's Markdown, shown as it is.

    Nothing in it is markup, HTML, a link, a mention, a reference, an emoji, mathematics or a column's end, for GitHub
    and for GitLab. A zero-width space breaks mentions, references and links, which they find in what was written as
    entities too.
    """
    return _MARKUP.sub(_inert, terminal(text))


def html(text: str) -> str:
    """Return the text for a place in HTML or SVG, within an element or a quoted attribute, shown as it is."""
    return terminal(text).translate(_HTML)


def csv(text: str) -> str:
    """Return the text for a cell that a spreadsheet may open: never a formula, no control characters."""
    return ("'" if text.startswith(_FORMULA) else "") + terminal(text)


def github_data(text: str) -> str:
    """Return the text for the message of a workflow command of GitHub Actions, with its line ends."""
    lines = re.split(r"\r\n|\r|\n", text.replace("%", "%25"))
    return "%0A".join(terminal(line) for line in lines)


def github_property(text: str) -> str:
    """Return the text for a property of a workflow command of GitHub Actions."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")


def github_log(text: str) -> str:
    """Return the text as an item of a list in the log of GitHub Actions: a line that is no workflow command.

    A line is a command where `::` begins it, blanks apart, and from `##[` on, wherever that stands in it.
    """
    return f"- {terminal(text).replace('##[', '## [')}"


def _escape(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode()


def _inert(found: re.Match[str]) -> str:
    mark = found.group()
    if len(mark) > 1:
        return mark[0] + _BREAK + mark[1:]
    if mark in _BROKEN:
        return mark + _BREAK
    apart = _BREAK if _REFERENCE.match(found.string, found.start()) else ""
    return _ENTITY.get(mark, "\\" + mark) + apart
