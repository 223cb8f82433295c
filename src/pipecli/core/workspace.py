"""The workspace: what `(path, bytes)` pairs say, and every problem in them. Pure: nothing is read here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pipecli.core import yamltext
from pipecli.core.calendar import zone
from pipecli.core.layout import SETTINGS, FileKind, name_problem, place
from pipecli.core.pipeline import Pipeline
from pipecli.core.problem import ExitCode, PipeError, Problem, Severity
from pipecli.core.record import Company, Contact, Deal
from pipecli.core.settings import Rates, Settings, Spend, Team

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from pipecli.core.pipeline import Stage

T = TypeVar("T")
Pair = tuple[str, bytes]

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


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything that the files of a workspace say.

    A file with a problem in its form is in none of the mappings, and its problem is in `problems`. `texts`
    holds what was read, by path; `known` the ids by kind, also of files that were not read or are broken, so
    that a reference to a broken file is not reported as missing. `rest` holds what is right in the files of
    broken deals, so that what they refer to is checked in the same run; nothing else may read it.
    """

    settings: Settings
    team: Team
    pipelines: Mapping[str, Pipeline]
    deals: Mapping[str, Deal]
    companies: Mapping[str, Company]
    contacts: Mapping[str, Contact]
    rates: Mapping[str, Mapping[date, Decimal]]
    spend: Mapping[str, Mapping[str, Decimal]]
    problems: tuple[Problem, ...] = ()
    texts: Mapping[str, bytes] = field(default_factory=dict)
    known: Mapping[FileKind, Mapping[str, str]] = field(default_factory=dict)
    rest: Mapping[str, Deal] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the workspace counts its days."""
        return zone(self.settings.timezone)

    def stage_of(self, deal: Deal) -> Stage | None:
        """Return the stage that a deal is in, or None where its pipeline or stage is unknown."""
        pipeline = self.pipelines.get(deal.pipeline)
        return pipeline.stage(deal.stage) if pipeline else None

    def currency_of(self, deal: Deal) -> str | None:
        """Return the currency of a deal's value: its own, its pipeline's, or the workspace's."""
        pipeline = self.pipelines.get(deal.pipeline)
        return deal.currency or (pipeline.currency if pipeline else None) or self.settings.currency

    def member_by_email(self, email: str) -> str:
        """Return the id of the member with an e-mail address, or the empty string."""
        wanted = email.casefold()
        return (
            next((i for i, m in self.team.members.items() if (m.email or "").casefold() == wanted), "")
            if wanted
            else ""
        )

    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that are errors."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


def build(pairs: Iterable[Pair], *, paths: Iterable[str] = (), problems: Iterable[Problem] = ()) -> Workspace:
    """Return the workspace that the pairs describe; `paths` are further files that exist and were not read."""
    yamltext.require_c_parser()
    texts = dict(sorted(pairs))
    known, found = _index(sorted({*texts, *paths}))
    found.extend(problems)
    records: dict[FileKind, dict[str, Any]] = {kind: {} for kind in FileKind}
    rest: dict[str, Deal] = {}
    for kind, name, path in [(kind, name, path) for kind, ids in known.items() for name, path in ids.items()]:
        if path not in texts:
            continue
        record, wrong = read_file(path, texts[path])
        found.extend(wrong)
        if record is not None:
            records[kind][name] = record
        elif kind is FileKind.DEAL:
            rest |= _rest(path, texts[path], wrong)
    if SETTINGS not in texts and not any(problem.path == SETTINGS for problem in found):
        found.append(
            Problem(code="no-settings", path=SETTINGS, message="the file is missing", hint="add a line 'name: …'")
        )
    single: Callable[[FileKind, T], T] = lambda kind, default: records[kind].get("", default)  # noqa: E731 -- one use, four lines below
    return Workspace(
        settings=single(FileKind.SETTINGS, Settings(name="")),
        team=single(FileKind.TEAM, Team()),
        rates=single(FileKind.RATES, Rates()).rates,
        spend=single(FileKind.SPEND, Spend()).months,
        pipelines=records[FileKind.PIPELINE],
        deals=records[FileKind.DEAL],
        companies=records[FileKind.COMPANY],
        contacts=records[FileKind.CONTACT],
        problems=tuple(found),
        texts=texts,
        known=known,
        rest=rest,
    )


def _rest(path: str, data: bytes, wrong: Iterable[Problem]) -> dict[str, Deal]:
    """Return the deal in a broken file without the keys that are wrong, by its id; nothing where too little is left."""
    from pipecli.core import schema  # noqa: PLC0415 -- as in read_file

    keys = {problem.loc[0] for problem in wrong if problem.loc}
    what = place(path)
    if not keys or what is None:
        return {}
    left = {key: value for key, value in yamltext.load(data, path).data.items() if key not in keys}
    deal, _ = schema.read(Deal, left, path, identity=what.id)
    return {deal.id: deal} if deal else {}


def read_file(path: str, data: bytes) -> tuple[Any, tuple[Problem, ...]]:
    """Return the record in one file, or None, and what is wrong with its form, with positions."""
    from pipecli.core import schema  # noqa: PLC0415 -- pydantic is imported only where text is parsed

    what = place(path)
    if what is None:
        return None, ()
    try:
        document = yamltext.load(data, path)
    except yamltext.YamlError as error:
        return None, (error.problem,)
    kind = RECORDS[what.kind]
    if kind in (Rates, Spend):
        record, wrong = schema.read_mapping(kind, document.data, path)
    else:
        record, wrong = schema.read(kind, document.data, path, identity=what.id or None)
    if wrong:
        return None, tuple(_at(problem, document) for problem in wrong)
    comments = () if what.kind is FileKind.DEAL else tuple(_condition_comments(document, path))
    return record, comments


def located(problems: Iterable[Problem], texts: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return the problems with line, column and excerpt, for those that know the key path of their value."""
    documents: dict[str, yamltext.Document] = {}
    result = []
    for problem in problems:
        if not problem.line and problem.path in texts:
            if problem.path not in documents:
                documents[problem.path] = yamltext.load(texts[problem.path], problem.path)
            problem = _at(problem, documents[problem.path])  # noqa: PLW2901 -- the same problem, with its place
        result.append(problem)
    return tuple(result)


def find_deal(workspace: Workspace, query: str) -> str:
    """Return the id of the deal that a person means: an id, an unambiguous prefix of one, or words of a title.

    Raises `PipeError` with the candidates where there is none or more than one.
    """
    ids = workspace.known.get(FileKind.DEAL, {})
    if query in ids:
        return query
    matches = [i for i in ids if i.startswith(query)] or [
        deal.id for deal in workspace.deals.values() if query.casefold() in deal.title.casefold()
    ]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise PipeError(f"there is no deal {query!r}", hint="'pipe list' shows the deals", code=ExitCode.USAGE)
    shown = "".join(
        f"\n  {i}  {workspace.deals[i].title if i in workspace.deals else ''}".rstrip() for i in sorted(matches)[:10]
    )
    more = f"\n  … and {len(matches) - 10} more" if len(matches) > 10 else ""  # noqa: PLR2004 -- what one looks through
    raise PipeError(
        f"{query!r} means {len(matches)} deals:{shown}{more}",
        hint="write more of the id",
        code=ExitCode.USAGE,
    )


def _index(paths: Iterable[str]) -> tuple[dict[FileKind, dict[str, str]], list[Problem]]:
    known: dict[FileKind, dict[str, str]] = {kind: {} for kind in FileKind}
    found: list[Problem] = []
    for path in paths:
        wrong = name_problem(path)
        if wrong:
            found.append(wrong)
            continue
        what = place(path)
        if what is None:
            continue
        first = known[what.kind].setdefault(what.id, path)
        if first != path:
            hint = f"rename one of the two; {first} is the one that is read"
            found.append(
                Problem(
                    code="duplicate-id",
                    path=path,
                    message=f"the id {what.id!r} is already that of {first}",
                    hint=hint,
                )
            )
    return known, found


def _at(problem: Problem, document: yamltext.Document) -> Problem:
    line, column = document.position(problem.loc, at_key=problem.at_key)
    return replace(problem, line=line, column=column, excerpt=yamltext.excerpt(document.text, line))


def _condition_comments(document: yamltext.Document, path: str) -> Iterable[Problem]:
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
