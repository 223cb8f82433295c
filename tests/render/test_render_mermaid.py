"""The diagram of a pipeline: which moves are drawn, and that no name of a file says anything to Mermaid."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.pipeline import Kind, Moves, Pipeline, Stage
from pipecli.render.mermaid import label, text

HOSTILE = [
    'end" as s9\n    s9 --> [*]', "```\n# title", "<script>alert(1)</script>", "%%{init: {}}%%", "a --> b : c",
    'click s0 href "javascript:alert(1)"', "note right of s0", "#quot;", "\x1b[31m", "\u202egnp", "$$x$$",
    "a;b", "[[x]]",
]  # fmt: skip


def pipeline(*names: str) -> Pipeline:
    kinds = (Kind.OPEN, Kind.OPEN, Kind.WON, Kind.LOST)
    stages = [
        Stage(id=f"x{at}", name=name, kind=kind) for at, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    return Pipeline(id="p", path="pipelines/p.yaml", name="P", stages=stages)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leaves_its_quotes(name: str) -> None:
    plain, hostile = text(pipeline("A", "B", "C", "D")).splitlines(), text(pipeline(name, "B", "C", "D")).splitlines()
    assert [line for line in hostile if '" as s0' not in line] == [line for line in plain if '" as s0' not in line]
    (line,) = [line for line in hostile if '" as s0' in line]
    assert re.fullmatch(r'    state "[^"<>`%\\[\]{}:;$&\\\\]*" as s0', re.sub(r"#\d+;", "", line))


@given(st.text())
def test_a_label_holds_nothing_but_letters_digits_harmless_marks_and_codes(name: str) -> None:
    assert all(one.isalnum() or one in " ,.()'-+" for one in re.sub(r"#\d+;", "", label(name)))


def test_the_moves_that_the_pipeline_names_are_drawn() -> None:
    one = pipeline("A", "B", "C", "D")
    moves = Moves(skip=False, create_in=["x1"], won_from=["x0"])
    lines = [line.strip() for line in text(replace(one, moves=moves)).splitlines()]
    assert "%% moves that skip stages are refused, moves back are allowed" in lines
    assert [line for line in lines if "-->" in line] == [
        "[*] --> s1", "s0 --> s1", "s0 --> s2", "s0 --> s3", "s1 --> s3", "s2 --> [*]", "s3 --> [*]",
    ]  # fmt: skip


def test_a_retired_stage_is_not_drawn() -> None:
    one = pipeline("A", "B", "C", "D")
    shown = text(replace(one, stages=[one.stages[0], replace(one.stages[1], retired=True), *one.stages[2:]]))
    assert '"B"' not in shown
    assert "s0 --> s1" in shown
