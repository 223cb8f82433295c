"""Every problem code has a case that shows it, and its place in docs/errors.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from case import CASES, Case
from codes import codes
from gallery import DOCUMENT, RULED, VERIFIED, document, documented

from pipecli.rules import settings
from pipecli.rules.audited import LEVELS

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = sorted(folder.name for folder in (CASES / "errors").iterdir())


def test_every_code_in_the_source_has_a_case_and_every_case_a_code() -> None:
    assert sorted(codes()) == FOLDERS


def test_every_code_in_the_source_is_documented_and_no_other() -> None:
    assert sorted(documented()) == sorted(codes())


@pytest.mark.parametrize("code", [code for code in FOLDERS if not code.startswith("gate-")])
def test_the_case_of_a_code_prints_it(code: str) -> None:
    assert f" {code}: " in Case(CASES / "errors" / code).expected


@pytest.mark.parametrize("code", [code for code in FOLDERS if code.startswith("gate-")])
def test_the_case_of_a_gate_is_refused(code: str) -> None:
    expected = Case(CASES / "errors" / code).expected
    assert "\n  - " in expected
    assert expected.endswith("--- exit code 1\n")


def test_codes_of_problems_that_are_no_rules_are_known_as_such() -> None:
    assert codes() - RULED.keys() - LEVELS.keys() == settings.ALWAYS


def test_every_check_of_the_history_has_a_level_and_says_what_holds() -> None:
    assert sorted(VERIFIED) == sorted(LEVELS)
    assert all(VERIFIED.values())


def test_every_rule_says_what_holds() -> None:
    for code, rule in RULED.items():
        assert rule.check.__doc__ or code == "unknown-rule", code
    assert settings.unknown_rule.__doc__


def test_the_gallery_in_the_documentation_is_what_the_cases_print(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-cases"):
        DOCUMENT.write_text(document(), encoding="utf-8")
    assert DOCUMENT.read_text("utf-8") == document(), "pytest --update-cases tests/test_gallery.py writes it"


def test_a_code_is_found_however_the_source_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'Problem(code="a" if x else "b", message="")\nself.refused(event, "c", "")\nrefusal(step, "d", "")\n'
    (tmp_path / "some.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr("codes.SOURCE", tmp_path)
    assert {"a", "b", "c", "d"} == codes() - RULED.keys() - LEVELS.keys()
