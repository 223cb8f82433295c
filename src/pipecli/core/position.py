"""Where something stands in a text, and problems that say so."""

from __future__ import annotations

from pipecli.core.problem import Problem


class YamlError(Exception):
    """The text is no file of ours; carries the one problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of a character offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def line_at(text: str, offset: int) -> str:
    """Return the line in which a character offset lies."""
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)].rstrip("\r")


def refused(text: str, offset: int, *, code: str, message: str, path: str, hint: str = "") -> YamlError:
    """Return the error for what stands at a character offset of `text`, with its line and excerpt."""
    line, column = line_and_column(text, offset)
    return YamlError(
        Problem(
            code=code, message=message, path=path, line=line, column=column, hint=hint, excerpt=line_at(text, offset)
        )
    )
