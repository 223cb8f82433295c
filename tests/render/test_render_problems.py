"""Problems in every format."""

from __future__ import annotations

import json
from dataclasses import replace

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


def many(number: int, severity: Severity, code: str = "c", message: str = "m") -> list[Problem]:
    return [
        Problem(code=code, message=message, path=f"deals/{n}.yaml", line=1, hint="h", severity=severity)
        for n in range(number)
    ]


def test_what_github_shows_of_a_step_is_annotated_and_no_more() -> None:
    found = render_problems([*many(10, Severity.ERROR), *many(10, Severity.WARNING)], "github").splitlines()
    assert [line.split(" ")[0] for line in found] == [*["::error"] * 10, *["::warning"] * 10, "10"]


def test_of_more_than_github_shows_the_last_annotation_says_how_many_and_the_log_has_them() -> None:
    problems = [*many(1_205, Severity.ERROR), *many(2, Severity.WARNING), *many(11, Severity.NOTE)]
    found = render_problems(problems, "github").splitlines()
    commands = [line for line in found if line.startswith("::")]
    assert [line.split(" ")[0] for line in commands] == [
        *["::error"] * 9, *["::warning"] * 2, *["::notice"] * 9, "::error", "::notice",
    ]  # fmt: skip
    assert commands[-2] == ("::error title=1%2C196 more errors::GitHub shows 10 of a step; its log has the others, too")
    assert commands[-1].startswith("::notice title=2 more notes::")
    plain = [line for line in found if line.startswith("- ")]
    assert plain[0] == "- deals/9.yaml:1: error c: m; h"
    assert len(plain) == 1_196 + 2
    assert found[-1] == "1,205 errors, 2 warnings, 11 notes"


@pytest.mark.parametrize("hostile", [*HOSTILE, "##[error]x ##[add-path]/tmp", " ::stop-commands::x", "%0A::error::x"])
def test_no_line_of_the_log_is_a_command_of_a_file(hostile: str) -> None:
    problems = many(12, Severity.ERROR, code=hostile, message=hostile)
    found = render_problems([*problems, Problem(code="c", message=hostile, path=hostile, hint=hostile)], "github")
    lines = found.splitlines()
    assert [line.startswith("::error ") for line in lines] == [*[True] * 10, *[False] * 5]
    assert not any("##[" in line or line.lstrip().startswith("::") for line in lines[10:])


def test_a_property_ends_where_the_runner_ends_it() -> None:
    problem = Problem(code="a,b=c", message="50% of, all: x", path="deals/a::b,line=9%0A.yaml", line=3)
    command = render_problems([problem], "github").splitlines()[0]
    inside, _, data = command.removeprefix("::error ").partition("::")
    unescaped = [part.split("=", 1) for part in inside.split(",")]
    assert [(key, unquoted(value)) for key, value in unescaped] == [
        ("file", "deals/a::b,line=9%0A.yaml"), ("line", "3"), ("title", "a,b=c"),
    ]  # fmt: skip
    assert unquoted(data) == "50% of, all: x"


def unquoted(text: str) -> str:
    """Return what the runner reads: its `ActionCommand` replaces in this order."""
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, meant)
    return text


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


def test_gitlab_knows_a_problem_again_when_its_line_moves_and_tells_equal_ones_apart() -> None:
    twice = [UNKNOWN, replace(UNKNOWN, line=9), OLD]
    found = json.loads(render_problems(twice, "gitlab"))
    moved = json.loads(render_problems([replace(one, line=one.line + 3) for one in twice], "gitlab"))
    prints = [one["fingerprint"] for one in found]
    assert [one["fingerprint"] for one in moved] == prints
    assert len(set(prints)) == 3
    assert [one["location"] for one in found] == [
        {"path": "deals/acme.yaml", "lines": {"begin": 4}},
        {"path": "deals/acme.yaml", "lines": {"begin": 9}},
        {"path": "deals/a,b:c.yaml", "lines": {"begin": 1}},
    ]
    assert [one["severity"] for one in found] == ["critical", "critical", "minor"]
