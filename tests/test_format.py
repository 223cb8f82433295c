"""docs/format.md documents every key, and its samples are one workspace in which nothing is wrong."""

from __future__ import annotations

import re
from datetime import UTC, date
from pathlib import Path

import pytest

from pipecli.core import pipeline, record, schema, settings
from pipecli.core.condition import FactType, parse_condition
from pipecli.core.layout import FileKind, place
from pipecli.core.workspace import RECORDS, build
from pipecli.core.yamltext import load
from pipecli.facts.derived import Context
from pipecli.facts.registry import FACTS
from pipecli.rules.registry import check

DOCUMENT = (Path(__file__).parent.parent / "docs" / "format.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
FILES = {found[1]: block.encode() for block in BLOCKS if (found := re.match(r"# (\S+\.yaml)\n", block))}

SECTIONS: dict[str, type] = {
    "Settings": settings.Settings, "Calendar": settings.Calendar, "Policy": settings.Policy, "View": settings.View,
    "Unit economics": settings.UnitEconomics,
    "Team": settings.Team, "Member": settings.Member, "Deal": record.Deal, "Hold": record.Hold,
    "Outcome": record.Outcome, "Next step": record.NextStep, "Task": record.Task, "Activity": record.Activity,
    "Provenance": record.Provenance, "Pipeline": pipeline.Pipeline, "Stage": pipeline.Stage,
    "Hand-off": pipeline.Handoff, "Moves": pipeline.Moves, "Rot": pipeline.Rot, "Roles": pipeline.Roles,
    "Checklist item": pipeline.ChecklistItem, "Field": pipeline.FieldType,
    "Company": record.Company, "Contact": record.Contact,
}  # fmt: skip
WITHOUT_KEYS = {settings.Rates, settings.Spend}
WORDS = (
    pipeline.Kind, pipeline.Forecast, record.OutcomeClass, pipeline.RotClock, settings.Level, record.ActivityKind,
    record.Direction, pipeline.FieldKind, settings.Signatures,
)  # fmt: skip


def section(heading: str) -> str:
    found = re.search(rf"^##+ {heading}\n(.*?)(?=^##|\Z)", DOCUMENT, re.DOTALL | re.MULTILINE)
    assert found, heading
    return found[1]


def test_the_samples_are_a_workspace_without_a_problem() -> None:
    workspace = build(FILES.items())
    context = Context(workspace, date(2026, 11, 23), UTC)  # type: ignore[arg-type]  # any zone does here
    assert [(p.path, p.line, p.code, p.message) for p in check(context)] == []
    assert len(workspace.deals) == 3


def test_there_is_a_sample_of_every_kind_of_file() -> None:
    kinds = {found.kind for found in map(place, FILES) if found}
    assert kinds == set(FileKind)
    assert set(RECORDS) == kinds


def test_every_other_sample_is_a_condition() -> None:
    others = [block for block in BLOCKS if block.encode() not in FILES.values()]
    assert [str(parse_condition(load(block.encode()).data)) for block in others] == [
        "(contacts is set or (company is set and value < 5000))"
    ]


@pytest.mark.parametrize("heading", SECTIONS)
def test_a_section_lists_the_keys_of_its_record_and_no_other(heading: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section(heading), re.MULTILINE)
    assert rows == sorted(set(rows), key=rows.index)
    assert set(rows) == set(schema.keys(SECTIONS[heading]))


@pytest.mark.parametrize("heading", SECTIONS)
def test_a_section_says_of_the_required_keys_that_they_are(heading: str) -> None:
    kind = SECTIONS[heading]
    _, problems = schema.read(kind, {}, "x", identity="x" if kind in RECORDS.values() else None)
    needed = {str(problem.message).split("'")[1] for problem in problems if problem.code == "missing-key"}
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)\|$", section(heading), re.MULTILINE))
    said = {key for key, text in rows.items() if re.search(r"\brequired\b(?! in)", text)}
    assert said == needed


def test_every_record_has_its_section() -> None:
    records = {
        kind
        for module in (record, pipeline, settings)
        for kind in vars(module).values()
        if isinstance(kind, type) and hasattr(kind, "__pydantic_config__")
    }
    assert records == set(SECTIONS.values()) | WITHOUT_KEYS


def test_every_word_that_a_key_knows_is_named() -> None:
    for words in WORDS:
        assert [str(word) for word in words if f"`{word}`" not in DOCUMENT] == []


def test_every_key_but_two_is_shown_in_a_sample() -> None:
    shown = {str(step) for data in FILES.values() for loc in load(data).spans for step in loc}
    keys = {key for kind in SECTIONS.values() for key in schema.keys(kind)}
    assert keys - shown == {"done", "max"}


def test_every_fact_is_documented_in_its_own_words() -> None:
    words = {FactType.SPAN: "duration", FactType.SHARE: "percentage"}
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", section("Facts"), re.MULTILINE)
    assert rows == [(name, words.get(fact.type, str(fact.type)), fact.says) for name, fact in FACTS.items()]
