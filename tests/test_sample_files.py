"""The files of the samples are laid out as the commands write them, and use every feature of the format."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from pipecli.core import pipeline, record, settings
from pipecli.core.comparison import Comparison, Group
from pipecli.core.yamltext import load as load_yaml
from pipecli.edits.new import NewDeal, plan
from pipecli.facts.derived import Context
from pipecli.store import template
from pipecli.store.worktree import load

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = Path(__file__).parents[1] / "sample-pipelines"
NAMES = template.names()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

IN_NO_TEMPLATE = (settings.Settings, "signatures")
"""Whoever begins with a template that asked for signatures would have an error in the first commit."""

LAYOUT = (
    ("title", "pipeline"),
    ("stage", "stage_since", "closed_on", "outcome", "hold"),
    ("value", "currency", "probability", "forecast"),
    ("owner", "company", "contacts", "source", "created", "expected_close"),
    ("next_step", "tags", "checklist", "fields", "formerly", "provenance"),
    ("tasks", "activities"),
)
"""The keys of a deal in the order in which they stand in its file, blank lines between the groups."""


@pytest.mark.parametrize("name", NAMES)
def test_a_deal_stands_in_the_month_in_which_it_was_created(name: str) -> None:
    for deal in load(SAMPLES / name).deals.values():
        assert deal.path == f"deals/{deal.created:%Y-%m}/{deal.id}.yaml"


@pytest.mark.parametrize("name", NAMES)
def test_a_deal_is_laid_out_as_the_commands_write_it(name: str) -> None:
    for deal in load(SAMPLES / name).deals.values():
        text = (SAMPLES / name / deal.path).read_text("utf-8")
        assert _groups(text) == _in_order(_keys(text)), deal.path


def test_a_new_deal_is_laid_out_so(tmp_path: Path) -> None:
    (tmp_path / "pipe.yaml").write_text("name: Here\ncurrency: EUR\n")
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/one.yaml").write_text(
        "name: One\nfields: {seats: {type: integer}}\nstages:\n  - {id: won, name: Won, kind: won}\n"
    )
    wanted = NewDeal(
        title="All", ending="bcdf", now=NOW, stage="won", value=Decimal(1), owner="sam",
        company="acme", contacts=["jane"], source="x", expected_close=NOW.date(), tags=["x"], fields={"seats": "1"},
    )  # fmt: skip
    (edit,) = plan(load(tmp_path), Context(load(tmp_path), NOW.date(), ZoneInfo("UTC")), wanted).edits
    text = edit.content.decode()
    assert _groups(text) == _in_order(_keys(text))


def _keys(text: str) -> list[str]:
    return re.findall(r"^(\w+):", text, re.MULTILINE)


def _groups(text: str) -> list[list[str]]:
    return [_keys(block) for block in text.split("\n\n")]


def _in_order(keys: list[str]) -> list[list[str]]:
    assert set(keys) <= {key for group in LAYOUT for key in group}
    groups = ([key for key in group if key in keys] for group in LAYOUT)
    return [group for group in groups if group]


def test_every_feature_of_the_format_is_used_in_a_sample() -> None:
    found = [value for name in NAMES for value in _values(load(SAMPLES / name))]
    used = {(type(value), key) for value in found if is_dataclass(value) for key in _set(value)}
    modules = (record, pipeline, settings)
    kinds = {kind for module in modules for kind in vars(module).values() if hasattr(kind, "__pydantic_config__")}
    needed = {(kind, one.name) for kind in kinds - {settings.Rates, settings.Spend} for one in fields(kind)}
    assert needed - used == {IN_NO_TEMPLATE}
    words = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type(StrEnum))}
    words -= {settings.Signatures}
    assert {word for kind in words for word in kind} - {value for value in found if isinstance(value, StrEnum)} == set()
    assert all(any(getattr(load(SAMPLES / name), key) for name in NAMES) for key in ("rates", "spend"))


def test_every_form_of_a_condition_is_used_in_a_sample() -> None:
    found = [value for name in NAMES for value in _values(load(SAMPLES / name))]
    comparisons = [value for value in found if isinstance(value, Comparison)]
    assert {one.operator for one in comparisons} == {
        "=", "!=", "<", "<=", ">", ">=", "in", "contains", "within", "is set", "is empty",
    }  # fmt: skip
    assert {one.word for one in found if isinstance(one, Group)} == {"all", "any", "not"}
    assert {one.field.split(".")[0] for one in comparisons} > {"old", "new", "change", "fields"}
    operands = [one.operand for one in comparisons]
    assert {"me", "today"} < set(operands)
    assert {word.split()[0] for word in operands if re.match(r"(next|last) \d", word)} == {"next", "last"}


def test_every_way_to_write_a_duration_or_a_period_is_used_in_a_sample() -> None:
    texts = [str(value) for name in NAMES for file in (SAMPLES / name).rglob("*.yaml") for value in _scalars(file)]
    assert {text[-1] for text in texts if re.fullmatch(r"\d+[mhdw]", text)} == set("mhdw")
    periods = {period for name in NAMES for one in load(SAMPLES / name).team.members.values() for period in one.quota}
    assert {re.sub(r"\d", "9", period) for period in periods} == {"9999", "9999-Q9", "9999-99", "9999-W99"}


def _scalars(file: Path) -> Iterator[object]:
    return _values(load_yaml(file.read_bytes()).data)


def _values(value: Any) -> Iterator[Any]:  # noqa: ANN401 -- whatever a workspace is made of
    """Yield a value and everything that it holds."""
    yield value
    parts: list[Any] = []
    if is_dataclass(value):
        parts = [getattr(value, one.name) for one in fields(value) if one.name not in ("texts", "known", "rest")]
    elif isinstance(value, list | tuple | frozenset):
        parts = list(value)
    elif isinstance(value, dict):
        parts = [*value, *value.values()]
    for part in parts:
        yield from _values(part)


def _set(value: Any) -> Iterator[str]:  # noqa: ANN401 -- any record
    """Yield the keys of a record that say something else than they would by saying nothing."""
    for one in fields(value):
        usual = one.default if one.default_factory is MISSING else one.default_factory()
        if getattr(value, one.name) != usual:
            yield one.name
