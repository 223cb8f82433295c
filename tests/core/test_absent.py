"""Keys without a value: known ones are absent, unknown ones are errors, free ones have to say something."""

from __future__ import annotations

import pytest

from pipecli.core.workspace import read_file

DEAL = "title: x\npipeline: p\nstage: a\n"


def problems(path: str, text: str) -> list[tuple[str, int, int, str]]:
    record, found = read_file(path, text.encode())
    assert (record is None) == bool(found)
    return [(p.code, p.line, p.column, p.hint) for p in found]


@pytest.mark.parametrize(
    "text",
    ["owner:", "value: ~", "currency: null", "next_step: {do: x, due: }", "outcome: {class: , reason: x}", "fields:",
     "tasks: [{id: a, do: b, for: }]", "tags: []\nhold:"],
)  # fmt: skip
def test_a_known_key_without_a_value_is_as_good_as_not_there(text: str) -> None:
    assert problems("deals/x.yaml", f"{DEAL}{text}\n") == []


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("onwer:", 1, "did you mean 'owner'?"),
        ("valeu: ~", 1, "did you mean 'value'?"),
        ("currncy: null", 1, "did you mean 'currency'?"),
        ("next_step: {do: x, deu: }", 20, "did you mean 'due'?"),
        ("outcome: {cls: }", 11, "did you mean 'class'?"),
        ("tasks: [{id: a, do: b, foor: }]", 24, "did you mean 'for'?"),
        ("id:", 1, "remove the line: the id is the file's name"),
    ],
)
def test_an_unknown_key_without_a_value_is_an_error(text: str, column: int, hint: str) -> None:
    assert problems("deals/x.yaml", f"{DEAL}{text}\n") == [("unknown-key", 4, column, hint)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("value: 12,000", "write 'value: 12000', without separators of thousands"),
        ("value: 12,000.50", "write 'value: 12000.50', without separators of thousands"),
        ("value: 12,5", "write 'value: 12.5', with a point"),
    ],
)
def test_a_number_that_a_comma_cuts_in_two_is_no_other_number(text: str, hint: str) -> None:
    found = problems("deals/x.yaml", f"{{title: x, pipeline: p, stage: a, {text}, created: 2026-10-01}}\n")
    assert [(code, remedy) for code, _, _, remedy in found] == [("unknown-key", hint)]


@pytest.mark.parametrize(
    ("path", "text", "code", "line", "column"),
    [
        ("deals/x.yaml", f"{DEAL}fields: {{seats: }}\n", "invalid-value", 4, 17),
        ("deals/x.yaml", f"{DEAL}checklist: {{budget: }}\n", "invalid-value", 4, 21),
        ("rates.yaml", "USD: {2026-10-01: }\n", "invalid-value", 1, 19),
        ("rates.yaml", "USD: {2026-10-01: 1,5}\n", "unknown-key", 1, 21),
        ("rates.yaml", "USD:\n", "invalid-value", 1, 5),
        ("spend.yaml", "2026-10: {ads: , events: 5}\n", "invalid-value", 1, 16),
        ("spend.yaml", "2026-10: {ads: 4,200}\n", "unknown-key", 1, 18),
        ("team.yaml", "members: {sam: {name: S, quota: {2026-Q4: }}}\n", "invalid-value", 1, 43),
        ("team.yaml", "members:\n  sam:\n", "invalid-value", 2, 7),
        ("pipe.yaml", "name: x\ncalendar: {wek: }\n", "unknown-key", 2, 12),
        ("pipe.yaml", "name: x\nrules: {own-rate: }\n", "invalid-value", 2, 19),
        ("pipelines/x.yaml", "name: x\nstages:\n- {id: a, name: A, knd: }\n", "unknown-key", 3, 20),
        ("pipelines/x.yaml", "name: x\nstages:\n- {id: a, name: A, exit: [{any: [a > 1], nto: }]}\n",
         "unknown-key", 3, 42),
    ],
)  # fmt: skip
def test_in_every_file_and_at_every_level(path: str, text: str, code: str, line: int, column: int) -> None:
    assert [found[:3] for found in problems(path, text)] == [(code, line, column)]


def test_it_is_told_beside_what_else_is_wrong() -> None:
    found = problems("deals/x.yaml", "title: x\npipeline: p\nstage:\nvalue: 1,0\nonwer:\n")
    assert {(code, line) for code, line, *_ in found} == {("missing-key", 3), ("invalid-value", 4), ("unknown-key", 5)}
