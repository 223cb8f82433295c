"""The deals of the guided run: one with a past, one that lacks something, one that is ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.interchange.example.diary import LOST, WON, Diary, working
from pipecli.interchange.example.state import State

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from pipecli.core.emit import Value
    from pipecli.interchange.example.cast import Company

PAST, LACKING, READY = "harbor-rollout-k7m2", "kestrel-pilot-w4cq", "lark-renewal-t9xd"
"""The ids: won after it was lost once; without price, day and confirmed budget; ready for negotiation."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a deal begins: its id and title, with whom, whose it is, how many days before the end."""

    deal: str
    title: str
    company: Company
    owner: str
    days: float
    source: str = "referral"


def begin(opening: Opening, end: datetime, rng: Random) -> Diary:
    """Return the diary of a deal, with nothing in it yet."""
    now = working(end - timedelta(days=opening.days), rng)
    if now > end:
        now = end - timedelta(hours=opening.days * 2)
    state = State(
        title=opening.title,
        stage="new-lead",
        stage_since=now.date(),
        owner=opening.owner,
        company=opening.company.id,
        contact=opening.company.contact,
        source=opening.source,
        created=now.date(),
    )
    return Diary(opening.deal, rng, now, state, now)


def stories(companies: list[Company], end: datetime, rng: Random) -> list[Diary]:
    """Return the three deals, with companies of theirs: Harbor, Kestrel and Lark."""
    harbor, kestrel, lark = (_of(companies, name) for name in ("Harbor", "Kestrel", "Lark"))
    return [
        _past(begin(Opening(PAST, f"{harbor.name}, rollout to all sites", harbor, "alex", 290), end, rng)),
        _lacking(begin(Opening(LACKING, f"{kestrel.name}, pilot", kestrel, "alex", 17, "web form"), end, rng)),
        _ready(begin(Opening(READY, f"{lark.name}, annual renewal", lark, "alex", 40), end, rng)),
    ]


def _of(companies: list[Company], name: str) -> Company:
    return next(company for company in companies if company.name.startswith(name))


def _past(diary: Diary) -> Diary:
    """Lost to a competitor, reopened two months later, sent back once, won."""
    diary.create("sam")
    diary.wait(3)
    diary.move("sam", "qualified")
    diary.wait(12)
    ticked, close = {"budget": diary.now.date()}, diary.now.date() + timedelta(days=45)
    diary.edit("alex", "budget confirmed", checklist=ticked, value=Decimal("64000.00"), expected_close=close)
    diary.move("alex", "proposal-sent")
    diary.wait(16)
    diary.move("alex", LOST, reason="competitor")
    diary.wait(62)
    close = diary.now.date() + timedelta(days=60)
    diary.edit("alex", "they ask again: the other vendor could not deliver", expected_close=close)
    diary.move("alex", "qualified")
    diary.wait(9)
    diary.move_by_hand("alex", "proposal-sent", "new proposal is out")
    diary.wait(21)
    diary.move("alex", "negotiation")
    diary.wait(11)
    diary.edit("alex", "more sites", value=Decimal("81500.00"), expected_close=diary.now.date() + timedelta(days=50))
    diary.move("alex", "proposal-sent")
    diary.wait(15)
    diary.move("alex", "negotiation", late=timedelta(days=1, hours=2))
    diary.wait(24)
    diary.move("alex", WON)
    return diary


def _lacking(diary: Diary) -> Diary:
    """Qualified, with no price, no expected close, and the budget not confirmed."""
    diary.create("jo")
    diary.wait(4)
    step: dict[str, Value] = {"do": "Find out who holds the budget", "due": diary.now.date() + timedelta(days=18)}
    call = {"direction": "out", "outcome": "reached"}
    diary.log("sam", "call", "Wants a pilot; has not asked for money yet", call, step)
    diary.move("sam", "qualified")
    return diary


def _ready(diary: Diary) -> Diary:
    """Its proposal is sent; price, day and budget are there."""
    diary.create("sam")
    diary.wait(5)
    diary.move("sam", "qualified")
    diary.wait(9)
    close = diary.now.date() + timedelta(days=60)
    ticked = {"budget": diary.now.date()}
    diary.edit("alex", "budget confirmed", checklist=ticked, value=Decimal("27500.00"), expected_close=close)
    diary.move("alex", "proposal-sent")
    diary.wait(6)
    step: dict[str, Value] = {"do": "Agree on the terms", "due": close}
    diary.log("alex", "meeting", "Price accepted; terms are open", {}, step)
    return diary
