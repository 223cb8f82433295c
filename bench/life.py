"""The life of an invented deal: when it was created, what happened to it, and its file at each moment."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

BEGIN = datetime(2023, 11, 24, 8, tzinfo=UTC)
END = datetime(2026, 11, 22, 18, tzinfo=UTC)
OPEN_STAGES = ("new-lead", "qualified", "proposal-sent", "negotiation")
PEOPLE = ("sam", "kim", "alex", "noor", "jo")
SOURCES = ("web form", "referral", "trade fair", "outbound", "partner")
SUBJECTS = ("renewal", "rollout", "pilot", "upgrade", "training")
LETTERS = "bcdfghjkmnpqrstvwxz23456789"
MOVES = (0.2, 0.4, 0.6)
"""After which part of its life a deal goes on to the next open stage."""
WIN_RATE = 0.3
MOST_ACTIVITIES = 8


@dataclass(slots=True)
class Deal:
    """One deal as it stands; `lives_until` is when it is decided, perhaps after the end of the story."""

    id: str
    created: datetime
    lives_until: datetime
    company: int
    owner: str
    source: str
    subject: str
    value: int
    won: bool
    since: datetime
    stage: str = OPEN_STAGES[0]
    activities: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The deal's file, in the folder of the month it was created in."""
        return f"deals/{self.created:%Y-%m}/{self.id}.yaml"


def invent(number: int, of: int, companies: int, random: Random) -> Deal:
    """Return deal `number` of `of`, new; deals are created evenly over the whole time."""
    created = BEGIN + (END - BEGIN) * number / of
    subject = random.choice(SUBJECTS)
    suffix = "".join(random.choices(LETTERS, k=4))
    return Deal(
        id=f"company-{number:05d}-{subject}-{suffix}",
        created=created,
        lives_until=created + timedelta(days=random.randint(20, 140)),
        company=random.randrange(companies),
        owner=random.choice(PEOPLE),
        source=random.choice(SOURCES),
        subject=subject,
        value=random.randint(10, 900) * 100,
        won=random.random() < WIN_RATE,
        since=created,
    )


def steps(deal: Deal, number: int) -> Iterator[datetime]:
    """Yield when the deal's file is written: at its creation and at `number - 1` moments of its life."""
    length = min(deal.lives_until, END) - deal.created
    return (deal.created + length * step / number for step in range(number))


def live(deal: Deal, step: int, last: int, now: datetime) -> str:
    """Take the deal through one step of its life and return what happened; step 0 is its creation."""
    if step == 0:
        return "created"
    if step == last and deal.lives_until < END:
        deal.stage, deal.since = ("closed-won" if deal.won else "closed-lost"), now
        return deal.stage
    reached = OPEN_STAGES[bisect(MOVES, (now - deal.created) / (deal.lives_until - deal.created))]
    if reached != deal.stage:
        deal.stage, deal.since = reached, now
        return deal.stage
    if step % 3 == 0:
        deal.value += 500
        return f"now {deal.value}"
    deal.activities.append(
        f"  - {{at: {now:%Y-%m-%dT%H:%M}Z, kind: call, direction: out, by: {deal.owner}, outcome: reached, "
        f"note: Step {step} of the talks}}\n"
    )
    return "called"


def text(deal: Deal) -> str:
    """Return the deal's file."""
    closed = deal.stage not in OPEN_STAGES
    close = deal.lives_until if closed else deal.created + timedelta(days=180)
    return (
        f"title: Company {deal.company} {deal.subject}\npipeline: sales\n\n"
        f"stage: {deal.stage}\nstage_since: {deal.since:%Y-%m-%d}\n{_ending(deal) if closed else ''}\n"
        f"value: {deal.value}.00\ncurrency: EUR\n\n"
        f"owner: {deal.owner}\ncompany: company-{deal.company}\ncontacts: [person-{deal.company}]\n"
        f"source: {deal.source}\ncreated: {deal.created:%Y-%m-%d}\nexpected_close: {close:%Y-%m-%d}\n\n"
        f"{'' if closed else _next_step(close)}tags: [{deal.subject}]\n"
        f"checklist: {{budget: {deal.created:%Y-%m-%d}}}\n"
        f"fields: {{seats: {deal.value // 100}, plan: team}}\n\n"
        f"tasks:\n  - {{id: t1, do: Send the papers, due: {deal.created:%Y-%m-%d}, "
        f"for: {deal.owner}, done: {deal.created:%Y-%m-%d}}}\n"
        f"{_activities(deal)}"
    )


def _activities(deal: Deal) -> str:
    return "".join(("activities:\n", *deal.activities[-MOST_ACTIVITIES:])) if deal.activities else ""


def _next_step(due: datetime) -> str:
    return f"next_step: {{do: Ask how it goes, due: {due:%Y-%m-%d}}}\n"


def _ending(deal: Deal) -> str:
    outcome = "" if deal.won else "outcome: {class: budget, reason: price, stage: negotiation}\n"
    return f"closed_on: {deal.since:%Y-%m-%d}\n{outcome}"
