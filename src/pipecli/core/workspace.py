"""The workspace: what `(path, bytes)` pairs say, and every problem in them. Pure: nothing is read here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pipecli.core import reading
from pipecli.core.calendar import zone
from pipecli.core.layout import SETTINGS, FileKind, name_problem, place
from pipecli.core.problem import Problem, Severity
from pipecli.core.reading import RECORDS, Reading, located, read_file
from pipecli.core.settings import Rates, Settings, Spend, Team

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Company, Contact, Deal

__all__ = ["RECORDS", "Workspace", "assembled", "build", "known_of", "located", "read_file"]

T = TypeVar("T")
Pair = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything that the files of a workspace say.

    A file with a problem in its form is in none of the mappings, and its problem is in `problems`. `texts`
    holds what was read, by path; `known` the ids by kind, also of files that were not read or are broken, so
    that a reference to a broken file is not reported as missing. `rest` holds what is right in the broken
    files of deals, pipelines and settings, so that it is checked in the same run; nothing else may read it.
    `templates` are the paths of the files below `templates/`, None where nobody looked.
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
    rest: Mapping[FileKind, Mapping[str, Any]] = field(default_factory=dict)
    templates: frozenset[str] | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the workspace counts its days."""
        return zone(self.settings.timezone)

    @property
    def broken(self) -> frozenset[str]:
        """The paths of the files that have a problem in their form."""
        return frozenset(problem.path for problem in self.problems)

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
    from pipecli.core import yamltext  # noqa: PLC0415 -- yaml is imported only where text is parsed

    yamltext.require_c_parser()
    texts = dict(sorted(pairs))
    known, found = _index(sorted({*texts, *paths}))
    read = [path for ids in known.values() for path in ids.values() if path in texts]
    readings = {path: reading.read(path, texts[path]) for path in read}
    records = {path: one.record for path, one in readings.items() if one.record is not None}
    return assembled(records, readings, texts, known, (*found, *problems))


def assembled(
    records: Mapping[str, Any],
    others: Mapping[str, Reading],
    texts: Mapping[str, bytes],
    known: Mapping[FileKind, Mapping[str, str]],
    problems: Iterable[Problem],
) -> Workspace:
    """Return the workspace of files that were read: their records by path, and the others, which have problems.

    `known` says by kind and id which files count.
    """
    found = list(problems)
    by_kind = {
        kind: {name: records[path] for name, path in ids.items() if path in records} for kind, ids in known.items()
    }
    rest: dict[FileKind, dict[str, Any]] = {}
    for kind, ids in known.items():
        for name, path in ids.items() if others else ():
            one = others.get(path)
            found.extend(one.problems if one else ())
            if one and one.rest is not None:
                rest.setdefault(kind, {})[name] = one.rest
    if SETTINGS not in texts and not any(problem.path == SETTINGS for problem in found):
        hint = "add a line 'name: …'"
        found.append(Problem(code="no-settings", path=SETTINGS, message="the file is missing", hint=hint))
    single: Callable[[FileKind, T], T] = lambda kind, default: by_kind[kind].get("", default)  # noqa: E731 -- one use, four lines below
    return Workspace(
        settings=single(FileKind.SETTINGS, Settings(name="")),
        team=single(FileKind.TEAM, Team()),
        rates=single(FileKind.RATES, Rates()).rates,
        spend=single(FileKind.SPEND, Spend()).months,
        pipelines=by_kind[FileKind.PIPELINE],
        deals=by_kind[FileKind.DEAL],
        companies=by_kind[FileKind.COMPANY],
        contacts=by_kind[FileKind.CONTACT],
        problems=tuple(found),
        texts=texts,
        known=known,
        rest=rest,
    )


def known_of(
    paths: Iterable[str], named: Mapping[FileKind, Mapping[str, str]]
) -> tuple[Mapping[FileKind, Mapping[str, str]], list[Problem]]:
    """Return the ids of all files by kind, with the path that counts, and what is wrong with the names of some.

    `named` are, by kind, the paths of which the id is known, and nothing is wrong with; `paths` are the others.
    """
    known, found = _index(sorted(paths))
    for kind, ids in named.items():
        paths_of = {path: name for name, path in known[kind].items()} | dict(ids)
        known[kind] = {paths_of[path]: path for path in sorted(paths_of)}
        if len(known[kind]) < len(paths_of):
            return _index(sorted({*paths, *(path for ids in named.values() for path in ids)}))
    return known, found


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
