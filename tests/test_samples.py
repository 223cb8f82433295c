"""The samples are templates, documentation and tests at once: each is a whole, valid workspace."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipecli.core.pipeline import Kind
from pipecli.facts.derived import Context
from pipecli.rules.registry import check
from pipecli.store import template
from pipecli.store.worktree import load

SAMPLES = Path(__file__).parents[1] / "sample-pipelines"
TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC).date()
NAMES = ["b2b-sales", "empty", "nine-stage"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_has_no_problem_of_any_severity(name: str) -> None:
    workspace = load(SAMPLES / name)
    assert check(Context(workspace, TODAY, ZoneInfo(workspace.settings.timezone))) == ()


def test_the_templates_are_the_samples() -> None:
    assert template.names() == NAMES
    assert all(template.about(name) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_copied_byte_for_byte_without_its_readme(name: str) -> None:
    edits = {edit.path: edit.after for edit in template.edits(name)}
    files = [path for path in (SAMPLES / name).rglob("*") if path.is_file() and path.name != "README.md"]
    assert edits == {path.relative_to(SAMPLES / name).as_posix(): path.read_bytes() for path in files}


def test_without_examples_only_settings_pipelines_and_their_texts_are_left() -> None:
    paths = {edit.path for edit in template.edits("b2b-sales", examples=False)}
    assert paths == {"pipe.yaml", "pipelines/sales.yaml", "rates.yaml", "templates/first-call.md"}


def test_the_stages_are_those_that_people_are_taught() -> None:
    sales = load(SAMPLES / "b2b-sales").pipelines["sales"]
    assert [stage.name for stage in sales.stages] == [
        "New Lead", "Qualified", "Proposal Sent", "Negotiation", "Closed Won", "Closed Lost",
    ]  # fmt: skip
    assert sales.stages[0].id == "new-lead"
    nine = load(SAMPLES / "nine-stage").pipelines["opportunities"]
    assert {stage.name: stage.kind for stage in nine.stages if stage.kind is not Kind.OPEN} == {
        "Won": Kind.WON, "Delayed": Kind.ON_HOLD, "Lost": Kind.LOST, "Unable to Contact": Kind.LOST,
    }  # fmt: skip
    assert len(nine.stages) == 9


def test_the_deals_of_the_samples_are_of_every_kind() -> None:
    for name in NAMES:
        workspace = load(SAMPLES / name)
        stages = [workspace.stage_of(deal) for deal in workspace.deals.values()]
        kinds = {stage.kind for stage in stages if stage}
        assert name == "empty" or kinds >= {Kind.OPEN, Kind.WON, Kind.LOST}
        assert all(deal.created is None or deal.created <= date(2026, 11, 23) for deal in workspace.deals.values())
