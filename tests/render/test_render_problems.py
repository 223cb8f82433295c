"""Problems in every format."""

from __future__ import annotations

import json

import pytest
from hostile import HOSTILE

from pipecli.core.problem import PipeError, Problem, Severity
from pipecli.render import safe
from pipecli.render.medium import Medium
from pipecli.render.problems import summary
from pipecli.render.registry import PROBLEM_FORMATS, render_problems
from pipecli.render.width import width_of

UNKNOWN = Problem(
    code="unknown-stage",
    message="the pipeline 'sales' has no stage 'propsal'",
    path="deals/acme.yaml",
    line=4,
    column=8,
    hint="did you mean 'proposal'?",
    excerpt="stage: propsal",
)
OLD = Problem(code="overdue-close", message="100% late", path="deals/a,b:c.yaml", severity=Severity.WARNING)


def test_place_excerpt_caret_and_remedy() -> None:
    assert render_problems([UNKNOWN, OLD], "table").splitlines() == [
        "deals/acme.yaml:4:8: error unknown-stage: the pipeline 'sales' has no stage 'propsal'",
        "    | stage: propsal",
        "    |        ^",
        "    did you mean 'proposal'?",
        "deals/a,b:c.yaml: warning overdue-close: 100% late",
        "1 error, 1 warning",
    ]


def test_colour_marks_the_severity_alone() -> None:
    found = render_problems([UNKNOWN], "table", Medium(color=True))
    assert found.replace("\x1b[31merror\x1b[0m", "error") == render_problems([UNKNOWN], "table")


def test_the_caret_stands_below_the_column_whatever_comes_before() -> None:
    excerpt = "title: 日本\x1b語, stage: x"
    column = excerpt.index("x") + 1
    found = render_problems([Problem(code="c", message="m", line=1, column=column, excerpt=excerpt)], "table")
    _, line, caret, _ = found.splitlines()
    assert width_of(line[: line.index("x", line.index("stage"))]) == caret.index("^")


@pytest.mark.parametrize("column", [1, 40, 200, 399, 400])
def test_a_long_line_is_cut_around_its_column(column: int) -> None:
    problem = Problem(code="c", message="m", line=1, column=column, excerpt="ab " * 133 + "X")
    _, line, caret, _ = render_problems([problem], "table", Medium(width=60)).splitlines()
    assert width_of(line) <= 60
    assert line[caret.index("^")] == problem.excerpt[column - 1]


def test_annotations() -> None:
    assert render_problems([UNKNOWN, OLD], "github").splitlines() == [
        (
            "::error file=deals/acme.yaml,line=4,col=8,title=unknown-stage::"
            "the pipeline 'sales' has no stage 'propsal'%0Adid you mean 'proposal'?"
        ),
        "::warning file=deals/a%2Cb%3Ac.yaml,title=overdue-close::100%25 late",
        "1 error, 1 warning",
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_annotation_is_one_line_and_one_command(hostile: str) -> None:
    problem = Problem(code="c", message=hostile, path=hostile, hint=hostile, line=1)
    command, counted = render_problems([problem], "github").splitlines()
    properties = command.removeprefix("::error ").split("::")[0]
    assert [part.split("=")[0] for part in properties.split(",")] == ["file", "line", "title"]
    assert counted == "1 error"


def test_json() -> None:
    (table,) = json.loads(render_problems([OLD], "json"))["tables"]
    assert table["table"] == "problems"
    assert table["rows"] == [
        {
            "severity": "warning",
            "code": "overdue-close",
            "path": "deals/a,b:c.yaml",
            "line": None,
            "column": None,
            "message": "100% late",
            "hint": "",
        }
    ]


@pytest.mark.parametrize("form", PROBLEM_FORMATS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_control_character_in_any_format(form: str, hostile: str) -> None:
    problem = Problem(code=hostile, message=hostile, path=hostile, hint=hostile, excerpt=hostile, line=1, column=3)
    found = render_problems([problem], form)
    assert safe.terminal_lines(found) == found
    assert found.endswith("\n")


@pytest.mark.parametrize("form", PROBLEM_FORMATS)
def test_nothing_wrong(form: str) -> None:
    assert summary([]) == "no problems"
    assert render_problems([], form)


def test_an_unknown_format() -> None:
    with pytest.raises(PipeError) as caught:
        render_problems([], "sarfi")
    assert "known: csv, github" in caught.value.hint
