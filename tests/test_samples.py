"""The samples are templates, documentation and tests at once: each is a whole, valid workspace."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from pipecli.core.pipeline import Kind
from pipecli.core.problem import Severity
from pipecli.facts.derived import Context
from pipecli.rules.registry import check
from pipecli.store import template
from pipecli.store.worktree import load

if TYPE_CHECKING:
    from collections.abc import Mapping

SAMPLES = Path(__file__).parents[1] / "sample-pipelines"
CASES = Path(__file__).parent / "cases" / "samples"
TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC).date()
NAMES = [
    "b2b-sales", "client", "empty", "fulfilment", "lead", "marketing-to-retention", "nine-stage",
    "sales-and-onboarding", "support",
]  # fmt: skip
WITH_DEALS = [name for name in NAMES if name != "empty"]

SALES = {"New Lead": "open", "Qualified": "open", "Proposal Sent": "open", "Negotiation": "open",
         "Closed Won": "won", "Closed Lost": "lost"}  # fmt: skip
STAGES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "b2b-sales": {"sales": SALES},
    "client": {"clients": {
        "Enquiry": "open", "Discovery": "open", "Proposal": "open", "Engagement Letter": "open",
        "Live": "won", "Paused": "on_hold", "Dormant": "lost",
    }},
    "fulfilment": {"orders": {
        "Order received": "open", "Credit check": "open", "Picking": "open", "Shipped": "open", "Delivered": "won",
        "Invoiced": "won", "Paid": "won", "Backordered": "on_hold", "Cancelled": "lost", "Returned": "lost",
    }},
    "lead": {"leads": {
        "Prospecting": "open", "Qualification": "open", "Sales Call": "open", "Proposal": "open",
        "Negotiation": "open", "Close": "won", "Post-sale Nurture": "won", "Recycled": "on_hold", "Lost": "lost",
    }},
    "marketing-to-retention": {"growth": {
        "Lead Generation": "open", "Qualification": "open", "Contact": "open", "Proposal": "open",
        "Negotiation": "open", "Close": "won", "Retention": "won", "Nurture": "on_hold", "Lost": "lost",
        "Unresponsive": "lost",
    }},
    "nine-stage": {"opportunities": {
        "New Opportunity": "open", "Qualifying": "open", "Demo": "open", "Proposal Pending": "open",
        "Negotiating": "open", "Won": "won", "Delayed": "on_hold", "Lost": "lost", "Unable to Contact": "lost",
    }},
    "sales-and-onboarding": {"sales": SALES, "onboarding": {
        "First Meeting Scheduled": "open", "Setup in Progress": "open", "Training of the Team": "open",
        "Success": "won", "Paused": "on_hold", "Stopped": "lost",
    }},
    "support": {"tickets": {
        "New": "open", "Triaged": "open", "In progress": "open", "Waiting for customer": "on_hold",
        "Resolved": "won", "Closed unresolved": "lost",
    }},
}  # fmt: skip
"""The stages that people are taught, in their order and with what they mean; without those that are retired."""


def context(name: str, day: date = TODAY) -> Context:
    workspace = load(SAMPLES / name)
    return Context(workspace, day, ZoneInfo(workspace.settings.timezone))


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_has_no_problem_of_any_severity(name: str) -> None:
    assert check(context(name)) == ()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 6, 1), date(2031, 1, 1)])
def test_a_sample_has_no_error_on_a_later_day(name: str, day: date) -> None:
    assert [problem for problem in check(context(name, day)) if problem.severity is Severity.ERROR] == []


def test_the_templates_are_the_samples() -> None:
    assert template.names() == NAMES
    assert all(template.about(name) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_copied_byte_for_byte_without_its_readme(name: str) -> None:
    edits = {edit.path: edit.after for edit in template.edits(name)}
    files = [path for path in (SAMPLES / name).rglob("*") if path.is_file() and path.name != "README.md"]
    assert edits == {path.relative_to(SAMPLES / name).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_readme_tells_to_try_is_a_golden_case(name: str) -> None:
    told = re.findall(
        r"`(pipe [^`]+)`|^ {4}(pipe .+)$", (SAMPLES / name / "README.md").read_text("utf-8"), re.MULTILINE
    )
    lines = {" ".join(command.split()) for pair in told for command in pair if command}
    case = CASES / name / "command"
    tried = set(case.read_text("utf-8").splitlines()) if case.exists() else set()
    assert {line for line in lines if len(line.split()) > 2 and "DEAL" not in line} <= tried


def test_without_examples_only_settings_pipelines_and_their_texts_are_left() -> None:
    paths = {edit.path for edit in template.edits("b2b-sales", examples=False)}
    assert paths == {"pipe.yaml", "pipelines/sales.yaml", "rates.yaml", "templates/first-call.md"}


@pytest.mark.parametrize("name", WITH_DEALS)
def test_the_stages_are_those_that_people_are_taught(name: str) -> None:
    found = {
        one.id: {stage.name: str(stage.kind) for stage in one.stages if not stage.retired}
        for one in load(SAMPLES / name).pipelines.values()
    }
    assert {key: list(stages.items()) for key, stages in found.items()} == {
        key: list(stages.items()) for key, stages in STAGES[name].items()
    }


def test_the_id_of_a_stage_is_its_name_in_small_letters() -> None:
    for one in (one for name in WITH_DEALS for one in load(SAMPLES / name).pipelines.values()):
        assert [stage.id for stage in one.stages] == [stage.name.lower().replace(" ", "-") for stage in one.stages]


@pytest.mark.parametrize("name", WITH_DEALS)
def test_an_open_stage_says_what_to_do_how_long_and_how_likely_it_is_won(name: str) -> None:
    for one in load(SAMPLES / name).pipelines.values():
        stages = [stage for stage in one.stages if stage.kind is Kind.OPEN and not stage.retired]
        assert all(stage.guide and stage.target and stage.rot and stage.forecast for stage in stages)
        chances = [stage.probability for stage in stages if stage.probability is not None]
        assert len(chances) == len(stages)
        assert chances == sorted(set(chances))


@pytest.mark.parametrize("name", WITH_DEALS)
def test_a_playbook_is_a_file_and_every_text_is_a_playbook(name: str) -> None:
    stages = [stage for one in load(SAMPLES / name).pipelines.values() for stage in one.stages]
    texts = {path.relative_to(SAMPLES / name).as_posix() for path in (SAMPLES / name).glob("templates/*")}
    assert {stage.playbook for stage in stages if stage.playbook} == texts


def test_the_deals_of_the_samples_are_of_every_kind() -> None:
    for name in WITH_DEALS:
        workspace = load(SAMPLES / name)
        stages = [workspace.stage_of(deal) for deal in workspace.deals.values()]
        kinds = {stage.kind for stage in stages if stage}
        held = any(stage.kind is Kind.ON_HOLD for one in workspace.pipelines.values() for stage in one.stages)
        assert kinds == {Kind.OPEN, Kind.WON, Kind.LOST} | ({Kind.ON_HOLD} if held else set())
        assert 8 <= len(workspace.deals) <= 20
        assert all(deal.created and deal.created <= date(2026, 11, 23) for deal in workspace.deals.values())
