"""Every sample is lived in, through the installed command: a deal goes through all stages, another one is lost."""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pytest
from case import PIPE, pinned_environment

from pipecli.core import splice
from pipecli.core.pipeline import Kind
from pipecli.store.worktree import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipecli.core.emit import Value
    from pipecli.core.workspace import Workspace

DAY = "2026-11-20"
REPLY = {"at": "2026-11-20T10:00+00:00", "kind": "call", "direction": "in", "note": "They called back"}


@dataclass(frozen=True)
class Walk:
    """One deal's way: how it is added, and by stage what has to be supplied before it may enter."""

    template: str
    pipeline: str
    new: Sequence[str]
    steps: Mapping[str, Mapping[str, Value]]
    ticks: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def supplied(self, stage: str) -> dict[str, Value]:
        return {**self.steps[stage], **{f"checklist.{item}": DAY for item in self.ticks.get(stage, ())}}


WALKS = (
    Walk(
        "b2b-sales", "sales", ["--owner", "alex", "--source", "referral"],
        {
            "qualified": {}, "proposal-sent": {"contacts": ["jane-doe"], "value": "9000.00"},
            "negotiation": {"expected_close": "2026-12-18"}, "closed-won": {},
        },
        {"proposal-sent": ["budget"]},
    ),
    Walk(
        "nine-stage", "opportunities", [],
        {
            "qualifying": {}, "demo": {"source": "referral", "contacts": ["dora-kent"]},
            "proposal-pending": {"value": "9000.00"}, "negotiating": {"expected_close": "2026-12-18"}, "won": {},
        },
        {"proposal-pending": ["scope"]},
    ),
    Walk(
        "lead", "leads", ["--source", "list"],
        {
            "qualification": {"owner": "rhys", "contacts": ["colin-shaw"]},
            "sales-call": {
                "fields.budget": "70000", "fields.authority": "signs", "fields.need": "It is dark",
                "fields.timeline": "2027-03-31",
            },
            "proposal": {
                "last_reply": [REPLY], "fields.fittings": "500", "value": "60000.00", "expected_close": "2026-12-18",
            },
            "negotiation": {}, "close": {}, "post-sale-nurture": {},
        },
        {
            "qualification": ["research"], "sales-call": ["budget", "authority", "need", "timeline"],
            "proposal": ["survey"], "negotiation": ["savings"], "close": ["approval", "terms"],
        },
    ),
    Walk(
        "marketing-to-retention", "growth", ["--source", "webinars"],
        {
            "qualification": {"fields.consent": "true"},
            "contact": {"owner": "cole", "contacts": ["carl-nyberg"], "fields.team-size": "24"},
            "proposal": {"last_reply": [REPLY], "value": "9000.00", "fields.plan": "team"},
            "negotiation": {"expected_close": "2026-12-18"}, "close": {}, "retention": {"fields.renewal": "2027-11-30"},
        },
        {"contact": ["reason"]},
    ),
    Walk(
        "client", "clients", [],
        {
            "discovery": {"contacts": ["cora-lim"], "source": "referral"},
            "proposal": {"fields.service": "books", "value": "9000.00", "owner": "imo"},
            "engagement-letter": {}, "live": {"company": "cinder", "fields.first-live": "2026-11-23"},
        },
        {"proposal": ["books-seen", "conflicts"], "live": ["identity", "signed"]},
    ),
    Walk(
        "support", "tickets", ["--company", "otter"],
        {
            "triaged": {"fields.product": "payments", "fields.priority": "high"}, "in-progress": {"owner": "uma"},
            "resolved": {"fields.cause": "fault"},
        },
        {"resolved": ["answer"]},
    ),
    Walk(
        "fulfilment", "orders", ["--company", "tunet", "--value", "60000", "--field", "order-no=SO-20450"],
        {
            "credit-check": {"fields.promised": "2026-12-04"}, "picking": {},
            "shipped": {"fields.carrier": "van", "fields.parcels": "12", "fields.weight": "400"},
            "delivered": {}, "invoiced": {}, "paid": {},
        },
        {
            "credit-check": ["confirmed"], "picking": ["credit", "deposit"], "shipped": ["counted", "packed"],
            "delivered": ["signed"], "invoiced": ["invoice"], "paid": ["payment"],
        },
    ),
    Walk(
        "sales-and-onboarding", "sales", ["--pipeline", "sales", "--owner", "owen", "--source", "referral"],
        {
            "qualified": {}, "proposal-sent": {"contacts": ["otto-birk"], "fields.locations": "3", "value": "9000.00"},
            "negotiation": {"expected_close": "2026-12-18"}, "closed-won": {"company": "birk"},
        },
        {"proposal-sent": ["budget"]},
    ),
    Walk(
        "sales-and-onboarding", "onboarding",
        ["--pipeline", "onboarding", "--company", "quay", "--field", "sale=quay-three-shops-t5nk"],
        {
            "setup-in-progress": {"contacts": ["aoife-glynn"], "fields.go-live": DAY}, "training-of-the-team": {},
            "success": {"fields.training-days": "2"},
        },
        {"setup-in-progress": ["plan"], "training-of-the-team": ["stock", "users"], "success": ["trained"]},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Office:
    """A workspace made from a template, and a person in it."""

    place: Path
    environment: Mapping[str, str]

    def run(self, *command: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command, cwd=self.place, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def pipe(self, *arguments: str) -> str:
        """Run a command that does what it is asked, and return what it prints."""
        return self.run(PIPE, "-C", "work", *arguments).stdout

    def refused(self, *arguments: str) -> str:
        """Run a command that a gate refuses, and return why."""
        return self.run(PIPE, "-C", "work", *arguments, code=1).stderr

    @property
    def workspace(self) -> Workspace:
        return load(self.place / "work")

    def supply(self, deal: str, values: Mapping[str, Value]) -> None:
        """Write values into a deal's file, as a person would, and commit them."""
        file = self.place / "work" / self.workspace.deals[deal].path
        keys = {key: ("activities",) if key == "last_reply" else tuple(key.split(".")) for key in values}
        changes = [partial(splice.put, loc=keys[key], value=value) for key, value in values.items()]
        file.write_bytes(splice.apply(file.read_bytes(), changes))
        self.run("git", "-C", "work", "commit", "--quiet", "--all", "--message", f"Write down what is known of {deal}")

    def visits(self, deal: str) -> list[tuple[str, str]]:
        """Return the stages that a deal went through, and how each stay ended."""
        rows = csv.DictReader(io.StringIO(self.pipe("audit", deal, "--format", "csv")))
        return [(row["stage"], row["end"]) for row in rows]


def office(place: Path, template: str) -> Office:
    made = Office(place, pinned_environment(place))
    made.run(PIPE, "init", "work", "--template", template)
    return made


@pytest.fixture(scope="module", params=WALKS, ids=lambda walk: f"{walk.template}-{walk.pipeline}")
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Walk, Office]:
    return request.param, office(tmp_path_factory.mktemp("sample"), request.param.template)


def named(key: str, text: str) -> bool:
    """Return whether a text names what is missing, by its key or its item of a checklist."""
    item = key.removeprefix("checklist.")
    return f"({item}) is not ticked" in text or f"contains {item}" in text if item != key else f"{key} " in text


def test_a_deal_walks_through_every_stage_told_each_time_all_that_it_lacks(begun: tuple[Walk, Office]) -> None:
    walk, here = begun
    said = here.run(PIPE, "-C", "work", "new", "A walk", "--id", "walk", *walk.new).stderr
    for stage in walk.steps:
        lacking = walk.supplied(stage)
        if lacking:
            told = said if f"next: pipe move walk {stage}, " in said else here.refused("move", "walk", stage)
            assert [key for key in lacking if not named(key, told)] == []
            here.supply("walk", lacking)
        said = here.run(PIPE, "-C", "work", "move", "walk", stage).stderr
    stages = here.workspace.pipelines[walk.pipeline].stages
    way = [stage.id for stage in stages if stage.kind in (Kind.OPEN, Kind.WON) and not stage.retired]
    assert here.visits("walk") == [*((stage, "advanced") for stage in way[:-1]), (way[-1], "still there")]
    assert here.pipe("validate").startswith("no problems")
    assert way[-1] in here.pipe("report", "stage-time", "--pipeline", walk.pipeline)


def test_a_deal_is_lost_for_a_reason_and_says_where(begun: tuple[Walk, Office]) -> None:
    walk, here = begun
    here.pipe("new", "A pity", "--id", "pity", *walk.new)
    stages = here.workspace.pipelines[walk.pipeline].stages
    first, lost = stages[0], next(stage for stage in stages if stage.kind is Kind.LOST)
    refused = here.refused("move", "pity", lost.id)
    assert [reason for reason in lost.reasons if reason not in refused] == []
    here.pipe("move", "pity", lost.id, "--reason", lost.reasons[-1])
    outcome = here.workspace.deals["pity"].outcome
    assert outcome
    assert (outcome.reason, outcome.stage) == (lost.reasons[-1], first.id)
    assert here.visits("pity") == [(first.id, "lost"), (lost.id, "still there")]
    assert here.pipe("validate").startswith("no problems")


def test_a_dormant_client_comes_back_with_a_reason(tmp_path: Path) -> None:
    here = office(tmp_path, "client")
    assert "--reason WHY" in here.refused("move", "bellows", "discovery")
    here.pipe("move", "bellows", "discovery", "--reason", "the son has left school")
    assert here.visits("bellows") == [("dormant", "reopened"), ("discovery", "still there")]
    deal = here.workspace.deals["bellows-forge-books-c6mv"]
    assert (deal.closed_on, deal.outcome) == (None, None)


def test_a_won_sale_is_handed_over_as_a_second_deal(tmp_path: Path) -> None:
    here = office(tmp_path, "sales-and-onboarding")
    refused = here.refused("move", "quay-three", "first-meeting-scheduled", "--pipeline", "onboarding")
    assert "the policy 'a won sale stays in sales'" in refused
    here.pipe("move", "elm-second-cellar", "closed-won")
    won = here.pipe("report", "pipeline", "--pipeline", "sales", "--format", "csv")
    sale = ["--company", "elm", "--field", "sale=elm-second-cellar-n9vt"]
    here.pipe("new", "Second cellar goes live", "--pipeline", "onboarding", *sale)
    assert here.pipe("report", "pipeline", "--pipeline", "sales", "--format", "csv") == won
