"""What one file of a workspace says, and how its text is read into that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipecli.core.layout import FileKind, place
from pipecli.core.pipeline import Pipeline
from pipecli.core.position import line_and_column, line_at
from pipecli.core.problem import Problem
from pipecli.core.record import Company, Contact, Deal
from pipecli.core.settings import Rates, Settings, Spend, Team

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.yamltext import Document

RECORDS: Mapping[FileKind, type[Any]] = {
    FileKind.SETTINGS: Settings,
    FileKind.TEAM: Team,
    FileKind.RATES: Rates,
    FileKind.SPEND: Spend,
    FileKind.PIPELINE: Pipeline,
    FileKind.DEAL: Deal,
    FileKind.COMPANY: Company,
    FileKind.CONTACT: Contact,
}
OF_ONE_MAPPING: Mapping[FileKind, str] = {FileKind.RATES: "rates", FileKind.SPEND: "months"}
"""The kinds of files that are one mapping without keys of their own, and the attribute that holds it."""

_JUDGED_IN_PARTS = (FileKind.DEAL, FileKind.PIPELINE, FileKind.SETTINGS)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file says: its record, or None where its form has problems.

    `rest` is what is right in a broken file of a deal, a pipeline or the settings, so that it is checked in the same
    run. `data` are the plain data of the one or the other, in which nothing is wrong.
    """

    data: Mapping[str, Any] | None = None
    record: Any = None
    problems: tuple[Problem, ...] = ()
    rest: Any = None

    @property
    def whole(self) -> bool:
        """Whether the data are those of a record, and nothing is wrong in the file's form."""
        return self.data is not None and self.rest is None


def read(path: str, data: bytes, *, made: bool = True) -> Reading:
    """Return what a file says that has a place in a workspace; unless `made`, a record may be left as plain data."""
    from pipecli.core import plain, yamltext  # noqa: PLC0415 -- yaml is imported only where text is parsed
    from pipecli.core.judge import is_right  # noqa: PLC0415 -- as above
    from pipecli.core.remains import remains  # noqa: PLC0415 -- as above

    what = place(path)
    if what is None:
        return Reading()
    yamltext.require_c_parser()
    try:
        document = yamltext.load(data, path)
    except yamltext.YamlError as error:
        return Reading(problems=(error.problem,))
    given = {OF_ONE_MAPPING[what.kind]: document.data} if what.kind in OF_ONE_MAPPING else document.data
    if not document.absent and is_right(RECORDS[what.kind], given, named=bool(what.id)):
        comments = () if what.kind is FileKind.DEAL else tuple(_condition_comments(document, path))
        names = {"id": what.id, "path": path} if what.id else {}
        return Reading(given, plain.record(RECORDS[what.kind], given | names) if made else None, comments)
    record, wrong = _record(what.kind, what.id, path, document)
    if record is not None:
        return Reading(given, record, wrong)
    left = remains(RECORDS[what.kind], what.id, path, data, wrong) if what.kind in _JUDGED_IN_PARTS else None
    return Reading(*((left[1], None, wrong, left[0]) if left else (None, None, wrong)))


def read_file(path: str, data: bytes) -> tuple[Any, tuple[Problem, ...]]:
    """Return the record in one file, or None, and what is wrong with its form, with positions."""
    found = read(path, data)
    return found.record, found.problems


def located(problems: Iterable[Problem], texts: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return the problems with line, column and excerpt, for those that know the key path of their value."""
    documents: dict[str, Document] = {}
    result = []
    for problem in problems:
        if not problem.line and problem.path in texts:
            if problem.path not in documents:
                from pipecli.core import yamltext  # noqa: PLC0415 -- yaml is imported only where text is parsed

                documents[problem.path] = yamltext.load(texts[problem.path], problem.path)
            problem = _at(problem, documents[problem.path])  # noqa: PLW2901 -- the same problem, with its place
        result.append(problem)
    return tuple(result)


def _record(kind: FileKind, name: str, path: str, document: Document) -> tuple[Any, tuple[Problem, ...]]:
    from pipecli.core import schema  # noqa: PLC0415 -- pydantic is imported only where something is wrong

    if kind in OF_ONE_MAPPING:
        record, wrong = schema.read_mapping(RECORDS[kind], document.data, path)
    else:
        record, wrong = schema.read(RECORDS[kind], document.data, path, identity=name or None, absent=document.absent)
    if document.absent:
        wrong += _unknown_absent(kind, document, path)
    if wrong:
        return None, tuple(_at(problem, document) for problem in wrong)
    return record, () if kind is FileKind.DEAL else tuple(_condition_comments(document, path))


def _unknown_absent(kind: FileKind, document: Document, path: str) -> tuple[Problem, ...]:
    from pipecli.core import absent  # noqa: PLC0415 -- few files have such a key

    before = absent.separated_values(document.data, document.absent)
    owner = RECORDS[kind]
    return tuple(absent.unknown(absent.content(owner) if kind in OF_ONE_MAPPING else owner, before, path))


def _at(problem: Problem, document: Document) -> Problem:
    offset = document.offset(problem.loc, at_key=problem.at_key)
    line, column = line_and_column(document.text, offset)
    return replace(problem, line=line, column=column, excerpt=line_at(document.text, offset))


def _condition_comments(document: Document, path: str) -> Iterable[Problem]:
    """Yield the conditions that are followed by a comment: YAML would have cut the condition there."""
    lists = {"entry", "exit", "when", "require", "where", "all", "any", "not"}
    for loc, span in document.spans.items():
        if span.style or not any(step in lists for step in loc[:-1]) or not isinstance(loc[-1], int):
            continue
        rest = document.text[span.end : document.text.find("\n", span.end) + 1 or None]
        if rest.lstrip(" \t").startswith("#"):
            message = "a comment stands behind a condition: is it part of it?"
            hint = "quote the condition if '#' belongs to it, else move the comment to a line of its own"
            yield _at(Problem(code="condition-comment", path=path, loc=loc, message=message, hint=hint), document)
