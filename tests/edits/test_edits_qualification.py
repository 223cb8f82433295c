"""The questions of a method come into a pipeline's file beside what is there, and nothing else changes."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from contexts import PIPELINE, context

from pipecli.core.problem import PipeError
from pipecli.core.workspace import build
from pipecli.edits.qualification import METHODS, asking, find
from pipecli.rules.registry import check
from pipecli.store import template

if TYPE_CHECKING:
    from pipecli.core.pipeline import Pipeline

QUALIFIED = PIPELINE.replace("id: talks,", "id: talks, qualified: true,")


def asked(method: str, pipeline: str = PIPELINE, **files: str) -> tuple[str, Pipeline]:
    workspace = context(pipeline=pipeline, **files).workspace
    edit = next(one for one in asking(workspace, find(method)) if one.path == "pipelines/sales.yaml")
    return edit.content.decode(), build([(edit.path, edit.content)]).pipelines["sales"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", [name for name in template.names() if name not in ("empty", "lead")])
def test_every_template_can_ask_and_keeps_every_line_but_those_it_adds_to(name: str, method: str) -> None:
    files = {edit.path: edit.content for edit in template.edits(name)}
    for edit in asking(build(files.items()), find(method)):
        assert edit.before == files[edit.path]
        files[edit.path] = edit.content
        old, new = (data.decode().splitlines() for data in (edit.before or b"", edit.content))
        rest = iter(new)
        for line in old:
            start = line.rstrip("]")
            assert any(other == line or (other.startswith(start) and "exit: [" in line) for other in rest), line
    workspace = build(files.items())
    assert [
        p for p in check(context().__class__(workspace, context().today, workspace.zone)) if p.severity == "error"
    ] == []


@pytest.mark.parametrize("method", METHODS)
def test_a_method_asks_with_a_field_and_a_criterion_each_and_an_item(method: str) -> None:
    text, pipeline = asked(method, QUALIFIED)
    names = [question.name for question in METHODS[method].questions]
    assert list(pipeline.fields) == names
    told = [str(condition) for stage in pipeline.stages for condition in stage.exit]
    assert sorted(told) == sorted(question.criterion for question in METHODS[method].questions)
    assert [list(stage.checklist) for stage in pipeline.stages if stage.checklist] == [[METHODS[method].item]]
    assert all(f"  # {question.asks}\n" in text for question in METHODS[method].questions)


@pytest.mark.parametrize(
    ("qualified", "early", "late"),
    [("talks", "proposal", "talks"), ("proposal", "lead", "proposal"), ("lead", "lead", "proposal")],
)
def test_it_asks_before_a_deal_counts_as_qualified(qualified: str, early: str, late: str) -> None:
    _, pipeline = asked("meddic", PIPELINE.replace(f"id: {qualified},", f"id: {qualified}, qualified: true,"))
    assert [stage.id for stage in pipeline.stages if stage.exit] == [early, late]


def test_what_was_there_stays() -> None:
    there = (
        QUALIFIED.replace("id: proposal,", "id: proposal, exit: [value > 0],") + "fields:\n    seats: {type: integer}"
    )
    text, pipeline = asked("bant", there)
    assert [str(one) for one in pipeline.stages[1].exit][:2] == ["value > 0", "fields.budget > 0"]
    assert "    seats: {type: integer}\n    # BANT" in text
    assert {one.name for one in fields(pipeline)} >= {"fields", "stages"}


@pytest.mark.parametrize(
    ("pipeline", "files", "said"),
    [
        (f"{PIPELINE}fields: {{need: {{type: text}}}}\n", {}, "the pipeline sales has the field need already"),
        (f"{PIPELINE}fields: {{seats: {{type: text}}}}\n", {}, "fields cannot be edited safely"),
        (PIPELINE, {"pipelines__other": PIPELINE}, "no pipeline says from which stage on deals are qualified"),
        ("name: S\nstages: [{id: won, name: Won, kind: won}]\n", {}, "the pipeline sales has no open stage"),
    ],
)
def test_what_cannot_ask_is_said(pipeline: str, files: dict[str, str], said: str) -> None:
    with pytest.raises(PipeError, match=said):
        asked("bant", pipeline, **files)


def test_of_several_pipelines_those_ask_that_qualify() -> None:
    edits = asking(context(pipeline=QUALIFIED, pipelines__other=PIPELINE).workspace, find("BANT"))
    assert [edit.path for edit in edits] == ["pipelines/sales.yaml"]


def test_without_a_pipeline_nobody_asks() -> None:
    with pytest.raises(PipeError, match="there is no pipeline yet"):
        asking(build([("pipe.yaml", b"name: x\n")]), find("bant"))
    with pytest.raises(PipeError, match="there is no method 'medic'"):
        find("medic")
