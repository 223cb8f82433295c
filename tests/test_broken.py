"""The broken sample shows every problem that one workspace can have, once each, and is no template."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from broken import BROKEN, ELSEWHERE, EXPECTED, README, elsewhere, printed, problems, readme
from codes import codes

from pipecli.store import template

if TYPE_CHECKING:
    import pytest

NAMED_BY_THEIR_PLACE = {
    "invalid-id": "deals/Invalid_id.yaml",
    "reserved-id": "deals/verify.yaml",
    "file-name": "rates.yml",
    "unreadable-file": "spend.yaml",
    "invalid-rate": "rates.yaml",
    "own-rate": "rates.yaml",
    "unknown-timezone": "pipe.yaml",
    "region-without-country": "pipe.yaml",
    "unknown-rule": "pipe.yaml",
    "invalid-view": "pipe.yaml",
    "duplicate-email": "team.yaml",
}
"""Problems that are of a name, or of a file of which a workspace has one."""


def test_it_prints_what_is_expected(request: pytest.FixtureRequest) -> None:
    text, code = printed("2026-11-23T10:00:00+01:00")
    if request.config.getoption("--update-cases"):
        EXPECTED.write_text(text, encoding="utf-8")
    assert text == EXPECTED.read_text("utf-8"), "pytest --update-cases tests/test_broken.py writes it"
    assert code == 1


def test_it_prints_the_same_on_any_later_day() -> None:
    assert printed("2061-02-03T04:05:06+00:00") == (EXPECTED.read_text("utf-8"), 1)


def test_every_code_is_shown_once_or_cannot_be_shown_here() -> None:
    shown = Counter(one.code for one in problems(EXPECTED.read_text("utf-8")))
    assert set(shown.values()) == {1}
    assert sorted((*shown, *ELSEWHERE)) == sorted(codes())


def test_a_file_is_named_after_its_problem() -> None:
    for one in problems(EXPECTED.read_text("utf-8")):
        path = one.place.split(":")[0]
        assert path == NAMED_BY_THEIR_PLACE.get(one.code, path)
        assert one.code in NAMED_BY_THEIR_PLACE or PurePath(path).stem == one.code


def test_every_problem_has_a_message_and_a_remedy_in_the_readme(request: pytest.FixtureRequest) -> None:
    text = readme(EXPECTED.read_text("utf-8"))
    if request.config.getoption("--update-cases"):
        README.write_text(text, encoding="utf-8")
    assert README.read_text("utf-8") == text, "pytest --update-cases tests/test_broken.py writes it"
    shown = [*problems(EXPECTED.read_text("utf-8")), *map(elsewhere, ELSEWHERE)]
    assert [one.code for one in shown if not one.message or not one.remedy] == []


def test_it_is_no_template() -> None:
    assert (BROKEN / "pipe.yaml").is_file()
    assert "broken" not in template.names()
