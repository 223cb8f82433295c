"""What is to be done about deals, what is most at stake first.

Population: what `pipecli.facts.agenda` finds of the deals that are open or on hold, and the open tasks of won ones. No
clock but today.

Formula: the order falls with at stake × urgency. At stake is value × probability (the value itself where no probability
is said), in the workspace's currency at today's rate. Urgency is 1 on the day and grows by 1 a week, to 5 after four
weeks; of a first response by 1 a day; that of a dead deal does not grow. What is to come in n days counts
1 ÷ (1 + n). Where no amount is known the urgency alone orders, behind all that has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.money import convert
from pipecli.core.pipeline import Kind, RotClock
from pipecli.core.spoken import shown
from pipecli.core.table import Column, Table, Type
from pipecli.facts.agenda import Todo, What
from pipecli.facts.derived import weighted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from pipecli.core.record import Deal
    from pipecli.core.table import Cell
    from pipecli.facts.derived import Context

_COLUMNS = (
    Column("at_stake", "At stake", Type.MONEY, priority=3),
    Column("currency", "", priority=3),
    Column("when", "When", person=True, whole=True),
    Column("day", "Day", Type.DAY, machine=True),
    Column("late", "Days late", Type.INTEGER, machine=True),
    Column("what", "What"),
    Column("text", "About it", wraps=True),
    Column("deal", "Deal", priority=4, whole=True, key=True),
    Column("title", "Title", priority=6),
    Column("stage", "Stage", machine=True),
    Column("person", "For", priority=5),
    Column("urgency", "Urgency", Type.NUMBER, machine=True),
    Column("command", "Settled by", whole=True),
)
_MOST_WEEKS = 4
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Ranked:
    """One thing to do, what is at stake in the workspace's currency (None: not known), and how urgent it is."""

    todo: Todo
    stake: Decimal | None
    urgency: Fraction
    command: str

    @property
    def weight(self) -> Fraction:
        """At stake × urgency; 0 where nothing is known to be at stake."""
        return Fraction(self.stake or 0) * self.urgency


def ranked(todos: Iterable[Todo], context: Context) -> list[Ranked]:
    """Return what is to be done in the order of what is at stake; then by urgency, day and id."""
    home, stakes = _home(context), dict[str, "Decimal | None"]()
    found = []
    for todo in todos:
        deal = todo.deal
        if deal.id not in stakes:
            stakes[deal.id] = stake(deal, context, home)
        found.append(Ranked(todo, stakes[deal.id], urgency(todo, context.today), command(todo, context)))
    return sorted(found, key=_order)


def _order(one: Ranked) -> tuple[bool, Fraction, Fraction, int, str, str]:
    day = one.todo.day
    return one.stake is None, -one.weight, -one.urgency, day.toordinal() if day else 0, one.todo.deal.id, one.todo.text


def stake(deal: Deal, context: Context, home: str | None) -> Decimal | None:
    """Return value × probability, or the value where no probability is said, in the currency `home`, exact."""
    amount = weighted(deal, context)
    amount = deal.value if amount is None or _is_won(deal, context) else amount
    currency = context.workspace.currency_of(deal) or ""
    if amount is None or home is None:
        return None
    return convert(amount, currency, home, context.workspace.rates, context.today)


def urgency(todo: Todo, today: date) -> Fraction:
    """Return how urgent it is: 1 for today, 2 for what was due a week ago, 1/3 for what is due in two days."""
    late = (today - todo.day).days if todo.day else 0
    if late < 0:
        return Fraction(1, 1 - late)
    if todo.what is What.DEAD:
        return Fraction(1)
    weeks = Fraction(late) if todo.what is What.RESPONSE else Fraction(late, _WEEK)
    return 1 + min(weeks, Fraction(_MOST_WEEKS))


def command(todo: Todo, context: Context) -> str:  # noqa: PLR0911 -- one line a kind
    """Return the command that settles it; a person fills in what it leaves open (`…`)."""
    deal = todo.deal
    match todo.what:
        case What.TASK:
            return f"pipe task done {deal.id} {todo.task.id if todo.task else ''}"
        case What.STEP | What.UNPLANNED:
            return f'pipe next {deal.id} "…" --due +3d'
        case What.CLOSE:
            return f"pipe set {deal.id} expected_close=+2w"
        case What.DEAD:
            return f'pipe recycle {deal.id} --until +90d --reason "…"'
        case What.HOLD:
            stage = context.workspace.stage_of(deal)
            back = stage is not None and stage.kind is Kind.ON_HOLD
            return f"pipe reopen {deal.id} --stage {_first(deal, context)}" if back else f"pipe hold {deal.id} --off"
        case What.ROTTING if todo.quiet and todo.quiet.clock in (RotClock.STAGE, RotClock.CREATED):
            return f"pipe move {deal.id} {_following(deal, context)}"
        case _:
            return f"pipe log {deal.id} call"


def table(
    found: Sequence[Ranked], context: Context, title: str, *, limit: int | None = None, empty: str = "nothing to do"
) -> Table:
    """Return one row a thing to do, in order; with a limit the first ones, and a note."""
    home = _home(context)
    notes = [f"{limit:,} of {len(found):,}: --limit 0 shows all"] if limit is not None and limit < len(found) else []
    return Table(
        title=title,
        columns=_COLUMNS,
        rows=tuple(_row(one, context, home) for one in found[:limit]),
        facts=(("n", str(len(found))), *_counts(found, context.today)),
        notes=(*notes, *_unpriced(found, home)),
        empty=empty,
        name="agenda",
    )


def when(todo: Todo, today: date) -> str:
    """Return in words when something is due: `3 d late`, `today`, or the day; of a quiet deal `5 d over` its limit."""
    day = todo.day or today
    if day >= today:
        return "today" if day == today else shown(day)
    return f"{(today - day).days} d {_PAST.get(todo.what, 'late')}"


_PAST = {What.DEAD: "over", What.ROTTING: "over", What.RESPONSE: "ago"}


def _row(one: Ranked, context: Context, home: str | None) -> tuple[Cell, ...]:
    todo, deal = one.todo, one.todo.deal
    late = (context.today - todo.day).days if todo.day else None
    currency = home if one.stake is not None else None
    exact = Fraction(round(one.urgency * 1000), 1000)
    return (
        one.stake, currency, when(todo, context.today), todo.day, late, str(todo.what), todo.text,
        deal.id, deal.title, deal.stage, todo.person, exact, one.command,
    )  # fmt: skip


def _counts(found: Sequence[Ranked], today: date) -> Iterator[tuple[str, str]]:
    overdue = sum(one.todo.day is not None and one.todo.day < today for one in found if one.todo.what in _DATED)
    if overdue:
        yield "overdue", f"{overdue:,}"


_DATED = (What.TASK, What.STEP, What.HOLD, What.CLOSE)


def _unpriced(found: Sequence[Ranked], home: str | None) -> Iterator[str]:
    """Yield how many stand last because no amount is known."""
    last = {one.todo.deal.id: one.todo.deal.value is None for one in found if one.stake is None}
    without, unrated = sum(last.values()), len(last) - sum(last.values())
    if without:
        yield f"{without:,} deal{'' if without == 1 else 's'} without a value: last"
    if unrated:
        why = f"without a rate to {home}" if home else "of several currencies, and pipe.yaml names none"
        yield f"{unrated:,} deal{'' if unrated == 1 else 's'} {why}: last"


def _home(context: Context) -> str | None:
    """Return the currency in which all is compared: the workspace's, else the only one that there is."""
    if context.workspace.settings.currency:
        return context.workspace.settings.currency
    used = {context.workspace.currency_of(deal) or "" for deal in context.workspace.deals.values() if deal.value}
    return used.pop() if len(used) == 1 else None


def _is_won(deal: Deal, context: Context) -> bool:
    stage = context.workspace.stage_of(deal)
    return stage is not None and stage.kind is Kind.WON


def _following(deal: Deal, context: Context) -> str:
    pipeline = context.workspace.pipelines[deal.pipeline]
    later = pipeline.stages[pipeline.index(deal.stage) + 1 :]
    return next((one.id for one in later if one.kind in (Kind.OPEN, Kind.WON) and not one.retired), "STAGE")


def _first(deal: Deal, context: Context) -> str:
    stages = context.workspace.pipelines[deal.pipeline].stages
    return next((one.id for one in stages if one.kind is Kind.OPEN and not one.retired), "STAGE")


THIS_WEEK = timedelta(days=7)
"""How far `--week` looks ahead."""
