"""A year of a small sales team as commits: what everybody did, in order, with a branch, its merge and a squash."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from pipecli.edits.message import begun
from pipecli.edits.new import ALPHABET, slug
from pipecli.interchange.example import life, story
from pipecli.interchange.example.branches import branch, squashed
from pipecli.interchange.example.cast import OFFERS, SELLERS, SOURCES, companies
from pipecli.interchange.example.diary import Entry, operation, working
from pipecli.interchange.stream import Commit, File, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pipecli.core.edit import Edit
    from pipecli.core.emit import Value
    from pipecli.core.settings import Member
    from pipecli.interchange.example.branches import Branch
    from pipecli.interchange.example.cast import Company
    from pipecli.interchange.example.diary import Diary

DAYS, DEALS = 365, 300

_GROWTH = 0.6
"""Below 1: more deals come up late in the year than early."""
_DAY = 86_400
_ABROAD, _PRICED = 0.15, 0.5


class Refs(NamedTuple):
    """The refs that the stream writes to: that of the main line, and that of the branch that is merged."""

    main: str
    branch: str


def commits(
    template: Sequence[Edit], members: Mapping[str, Member], end: datetime, refs: Refs, *, seed: int = 7
) -> Iterator[Commit]:
    """Yield the commits of the year that ends at `end`, an aware moment in the workspace's zone.

    `template` are the files to begin with; `members` are the people of its team, by id.
    """
    rng = Random(seed)  # noqa: S311 -- an example, no secret
    start = working(end - timedelta(days=DAYS), rng)
    found = companies(rng)
    diaries = [*story.stories(found, end, rng), *_deals(found, start, end, rng)]
    entries = [_start(template, start, rng), *_introductions(found, diaries, rng)]
    entries += [entry for diary in diaries for entry in diary.entries if entry.moment <= end]
    entries.sort(key=lambda entry: (entry.moment, entry.deal))
    apart = branch(entries, end, SELLERS[-1])
    people = {name: Person(member.name, member.email or f"{name}@example.com") for name, member in members.items()}
    yield from _woven(squashed(entries, apart), apart, people, refs)


def _start(template: Sequence[Edit], start: datetime, rng: Random) -> Entry:
    """Return the first commit: the template without its deals, and with rates from the first day on."""
    files = [File(edit.path, edit.after) for edit in template if not edit.path.startswith(("deals/", "rates."))]
    first, later = start.date(), (start + timedelta(days=DAYS // 2)).date()
    rates = f"USD: {{{first}: 0.92, {later}: 0.90}}\nGBP: {{{first}: 1.16, {later}: 1.14}}\n"
    words = begun("b2b-sales", operation(start, rng))
    return Entry(start, "kim", words, (*files, File("rates.yaml", rates.encode())))


def _deals(found: Sequence[Company], start: datetime, end: datetime, rng: Random) -> Iterator[Diary]:
    """Yield the lives of the deals, which begin at any time after the first days."""
    span = (end - start).total_seconds() / _DAY - 4
    for _ in range(DEALS - 3):
        company, offer = rng.choice(found), rng.choice(OFFERS)
        ending = "".join(rng.choice(ALPHABET) for _ in range(4))
        opening = story.Opening(
            f"{slug(f'{company.name} {offer}')}-{ending}",
            f"{company.name}, {offer.lower()}",
            company,
            rng.choice(SELLERS),
            span * (1 - rng.random() ** _GROWTH),
            rng.choice(SOURCES),
        )
        diary = story.begin(opening, end, rng)
        _price(diary, rng)
        diary.create(rng.choice(("sam", "sam", "sam", "jo", opening.owner)))
        life.live(diary, end)
        yield diary


def _price(diary: Diary, rng: Random) -> None:
    """Give a new deal what is known of it at once."""
    value = life.amount(rng) if rng.random() < _PRICED else None
    currency = rng.choice(("USD", "GBP")) if rng.random() < _ABROAD else "EUR"
    plan = rng.choice(("starter", "team", "enterprise"))
    fields: dict[str, Value] = {"seats": rng.randint(5, 200), "plan": plan}
    diary.state = replace(diary.state, value=value, currency=currency, fields=fields)


def _introductions(found: Sequence[Company], diaries: Iterable[Diary], rng: Random) -> Iterator[Entry]:
    """Yield an entry for each company that is dealt with, a little before its first deal."""
    first: dict[str, datetime] = {}
    for diary in diaries:
        moment, name = diary.entries[0].moment, diary.state.company
        first[name] = min(moment, first.get(name, moment))
    for company in found:
        if company.id in first:
            moment = first[company.id] - timedelta(minutes=rng.randint(3, 20))
            files = tuple(File(path, data) for path, data in company.files)
            yield Entry(moment, "jo", f"Add {company.name}, and whom we met there\n", files)


def _woven(entries: Sequence[Entry], apart: Branch, people: Mapping[str, Person], refs: Refs) -> Iterator[Commit]:
    """Yield the commits of the entries: those of the branch apart, until it is merged."""
    tip = side = mark = 0
    carried: dict[str, File] = {}
    for entry in entries:
        mark += 1
        if carried and entry.moment >= apart.end:
            words = f"Merge branch '{apart.owner}/offers'\n"
            merge = Entry(apart.end, "kim", words, tuple(carried.values()))
            yield _commit(merge, people, refs.main, mark, (tip, side))
            tip, mark, carried = mark, mark + 1, {}
        if apart.takes(entry):
            yield _commit(entry, people, refs.branch, mark, () if side else (tip,))
            side = mark
            carried |= {file.path: file for file in entry.files}
        else:
            yield _commit(entry, people, refs.main, mark)
            tip = mark


def _commit(entry: Entry, people: Mapping[str, Person], ref: str, mark: int, parents: Iterable[int] = ()) -> Commit:
    who = people[entry.author]
    return Commit(
        author=who,
        authored=entry.moment,
        committer=who,
        committed=entry.moment,
        message=entry.message,
        files=entry.files,
        ref=ref,
        mark=mark,
        parents=[f":{parent}" for parent in parents],
    )
