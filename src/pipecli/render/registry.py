"""The formats: one dict for tables, one for problems; a format is added by one module and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pipecli.core.problem import PipeError, did_you_mean
from pipecli.render import csv, gitlab, json, markdown, problems, table
from pipecli.render.medium import Medium

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipecli.core.problem import Problem
    from pipecli.core.table import Document, Table

T = TypeVar("T")


def _html(tables: Sequence[Table], medium: Medium) -> str:
    from pipecli.render import html  # noqa: PLC0415 -- charts and a style sheet, which most commands never need

    return html.text(tables, medium)


FORMATS: dict[str, Callable[[Sequence[Table], Medium], str]] = {
    "table": table.text,
    "markdown": markdown.text,
    "csv": csv.text,
    "json": json.text,
    "html": _html,
}

PROBLEM_FORMATS: dict[str, Callable[[Sequence[Problem], Medium], str]] = {
    "table": problems.text,
    "markdown": problems.markdown,
    "csv": problems.csv,
    "json": problems.json,
    "html": problems.html,
    "github": problems.github,
    "gitlab": gitlab.text,
}

ANYWHERE = Medium()


def render(tables: Sequence[Table], name: str, medium: Medium = ANYWHERE) -> str:
    """Return the tables in the format `name`. Raises `PipeError` for an unknown one."""
    return _format(FORMATS, name)(tables, medium)


def render_document(whole: Document, name: str, medium: Medium = ANYWHERE) -> str:
    """Return a document in the format `name`. Raises `PipeError` for an unknown one, and for CSV: it is one table."""
    if name == "csv":
        names = ", ".join(section.name for section in whole.sections)
        hint = f"--format json, or one report at a time: {names}"
        raise PipeError("several reports are no one table of CSV", hint=hint)
    if name == "markdown":
        return markdown.document(whole, medium)
    if name == "html":
        from pipecli.render import html  # noqa: PLC0415 -- as above

        return html.document(whole, medium)
    return render([table for section in whole.sections for table in section.tables], name, medium)


def render_problems(found: Sequence[Problem], name: str, medium: Medium = ANYWHERE) -> str:
    """Return the problems in the format `name`. Raises `PipeError` for an unknown one."""
    return _format(PROBLEM_FORMATS, name)(found, medium)


def _format(formats: Mapping[str, T], name: str) -> T:
    if name not in formats:
        raise PipeError(f"there is no format {name!r}", hint=did_you_mean(name, formats))
    return formats[name]
