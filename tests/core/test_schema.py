from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipecli.core import pipeline, record, schema, settings
from pipecli.core.workspace import read_file

if TYPE_CHECKING:
    from pipecli.core.problem import Loc

DEAL = {"title": "Annual renewal", "pipeline": "sales", "stage": "lead"}


def wrong(data: dict[str, Any], kind: type = record.Deal) -> list[tuple[str, Loc, str, bool]]:
    result, problems = schema.read(kind, data, "x.yaml", identity="x" if kind is not settings.Settings else None)
    assert result is None
    return [(p.code, p.loc, p.message, p.at_key) for p in problems]


def test_a_record_without_problems_is_returned() -> None:
    deal, problems = schema.read(record.Deal, DEAL, "deals/x.yaml", identity="x")
    assert problems == ()
    assert deal is not None
    assert (deal.id, deal.path, deal.contacts, deal.outcome) == ("x", "deals/x.yaml", [], None)


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({"onwer": "sam"}, ("unknown-key", ("onwer",), "there is no key 'onwer' here", True)),
        ({"next_step": {"due": "2026-11-25"}}, ("missing-key", ("next_step",), "the key 'do' is missing", False)),
        ({"next_step": {"do": "x", "wen": "y"}},
         ("unknown-key", ("next_step", "wen"), "there is no key 'wen' here", True)),
        (
            {"next_step": "call"},
            ("invalid-value", ("next_step",), "next_step: a mapping is wanted here, like {key: value}", False),
        ),
        (
            {"tasks": [{"id": "t1", "do": "x"}, {"id": "T2", "do": "x"}]},
            ("invalid-value", ("tasks", 1, "id"),
             "id: an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63", False),
        ),
        ({"tasks": "none"}, ("invalid-value", ("tasks",), "tasks: a list is wanted here, like [one, two]", False)),
        ({"tasks": [{"id": "t1"}]}, ("missing-key", ("tasks", 0), "the key 'do' is missing", False)),
        ({"tasks": [{"id": "t1", "do": "x", "for": "Sam"}]},
         ("invalid-value", ("tasks", 0, "for"),
          "for: an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63", False)),
        ({"tasks": [{"id": "t1", "do": "x", "owner": "sam"}]},
         ("unknown-key", ("tasks", 0, "owner"), "there is no key 'owner' here", True)),
        ({"outcome": {"class": "cheap"}},
         ("invalid-value", ("outcome", "class"), "class: 'cheap' is not known", False)),
        ({"outcome": {"cls": "budget"}}, ("unknown-key", ("outcome", "cls"), "there is no key 'cls' here", True)),
        ({"outcome": {"klass": "budget"}}, ("unknown-key", ("outcome", "klass"), "there is no key 'klass' here", True)),
        ({"forecast": ["commit"]},
         ("invalid-value", ("forecast",), "forecast: one word is wanted here, not a list or a mapping", False)),
        ({"checklist": {"Budget!": "2026-11-03"}},
         ("invalid-value", ("checklist", "Budget!"),
          "'Budget!': an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63", True)),
        ({"checklist": {"budget": "yes"}},
         ("invalid-value", ("checklist", "budget"), "budget: a date is written like 2026-11-03", False)),
        ({"contacts": ["jane-doe", None]},
         ("invalid-value", ("contacts", 1),
          "contacts: an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63", False)),
        ({"id": "x"}, ("unknown-key", ("id",), "there is no key 'id' here", True)),
        ({"path": "x"}, ("unknown-key", ("path",), "there is no key 'path' here", True)),
    ],
    ids=str,
)  # fmt: skip
def test_a_problem_leads_to_its_value(extra: dict[str, Any], expected: tuple[str, Loc, str, bool]) -> None:
    assert wrong({**DEAL, **extra}) == [expected]


def test_the_words_of_python_are_read_under_their_keys() -> None:
    data = {**DEAL, "outcome": {"class": "budget"}, "tasks": [{"id": "t1", "do": "x", "for": "sam"}]}
    deal, _ = schema.read(record.Deal, data, "x.yaml", identity="x")
    assert deal is not None
    assert deal.outcome == record.Outcome(cls=record.OutcomeClass.BUDGET)
    assert deal.tasks == [record.Task("t1", "x", owner="sam")]


def test_all_problems_are_found_at_once() -> None:
    codes = [code for code, *_ in wrong({"id": "x", "path": "y", "titel": "z", "stage": [], "outcome": {"class": 1}})]
    assert sorted(codes) == ["invalid-value", "invalid-value", "missing-key", "missing-key"] + ["unknown-key"] * 3


def test_every_condition_that_cannot_be_read_is_told_at_its_own_place() -> None:
    nested = {"any": ["a > 1", "b", {"not": "c"}]}
    stage = {"id": "lead", "name": "Lead", "entry": ["value", "value > 0", nested, None]}
    found = wrong({"name": "Sales", "stages": [stage]}, pipeline.Pipeline)
    top: Loc = ("stages", 0, "entry")
    assert [(code, loc) for code, loc, *_ in found] == [
        ("invalid-value", (*top, *below)) for below in ((0,), (2, "any", 1), (2, "any", 2, "not"), (3,))
    ]
    assert found[0][2].startswith("entry: 'value' is no condition")


def test_keys_are_those_of_the_file() -> None:
    assert schema.keys(record.Outcome) == ["class", "reason", "competitor", "stage"]
    assert schema.keys(record.Company)[0] == "name"
    assert schema.keys(pipeline.Stage)[0] == "id"
    assert schema.keys(str) == []


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("onwer", "did you mean 'owner'?"),
        ("Owner", "did you mean 'owner'?"),
        ("seats", "your own keys go under 'fields:'; the pipeline declares them: 'fields: {seats: {type: text}}'"),
    ],
)
def test_an_unknown_key_of_a_deal_gets_the_nearest_or_the_place_of_own_ones(key: str, hint: str) -> None:
    _, (problem,) = schema.read(record.Deal, {**DEAL, key: "x"}, "x.yaml", identity="x")
    assert problem.hint == hint


def test_an_unknown_key_elsewhere_gets_the_known_ones() -> None:
    _, (problem,) = schema.read(pipeline.Pipeline, {"name": "x", "stages": [], "zzz": "1"}, "x.yaml", identity="x")
    assert problem.hint == "known: currency, fields, moves, name, stages, targets"


@pytest.mark.parametrize(
    ("path", "text", "code", "line", "column"),
    [
        ("rates.yaml", "USD: {2026-10-01: 0.92}\nusd: {2026-10-01: 0.92}\n", "invalid-value", 2, 1),
        ("rates.yaml", "USD: {2026-10-01: 0.92, 2026-13-01: 1}\n", "invalid-value", 1, 25),
        ("rates.yaml", "USD: {2026-10-01: much}\n", "invalid-value", 1, 19),
        ("rates.yaml", "USD: 0.92\n", "invalid-value", 1, 6),
        ("spend.yaml", "2026-10: {ads: 4200, events: some}\n", "invalid-value", 1, 30),
        ("spend.yaml", "October: {ads: 4200}\n", "invalid-value", 1, 1),
        ("team.yaml", "members:\n  sam: {name: Sam Roe, quota: {2026-Q5: 1}}\n", "invalid-value", 2, 32),
        ("team.yaml", "members:\n  Sam: {name: Sam Roe}\n", "invalid-value", 2, 3),
        ("team.yaml", "members: [sam]\n", "invalid-value", 1, 10),
        ("pipe.yaml", "name: x\npath: y\n", "unknown-key", 2, 1),
        ("pipe.yaml", "name: x\npolicies:\n  - {name: y, when: [], require: []}\n  - {name: z}\n", "missing-key", 4, 5),
        ("pipe.yaml", "name: x\nviews:\n  mine: {were: []}\n", "unknown-key", 3, 10),
        ("pipe.yaml", "name: x\ncalendar: {hours: 9-17}\n", "invalid-value", 2, 19),
        ("pipelines/x.yaml", "name: x\nstages:\n  - {id: a, name: A, rot: {after: 14}}\n", "invalid-value", 3, 35),
        ("pipelines/x.yaml", "name: x\nstages: []\nfields: {seats: {type: int}}\n", "invalid-value", 3, 24),
        ("companies/x.yaml", "name: [x]\n", "invalid-value", 1, 7),
        ("contacts/x.yaml", "name: x\nemail: ''\n", "invalid-value", 2, 8),
        ("deals/x.yaml", "title: x\npipeline: p\nstage:\n", "missing-key", 3, 1),
    ],
)
def test_a_problem_of_a_file_has_its_line_and_column(path: str, text: str, code: str, line: int, column: int) -> None:
    _, problems = read_file(path, text.encode())
    assert [(p.code, p.line, p.column) for p in problems][:1] == [(code, line, column)]
    assert problems[0].excerpt == text.splitlines()[line - 1]
