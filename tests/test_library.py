"""docs/library.md: its examples print what it says, and it names all there is."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from case import PIPE, pinned_environment

import pipecli
from pipecli import library

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "library.md"
EXAMPLE = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for key, value in pinned_environment(tmp_path).items():
        monkeypatch.setenv(key, value)
    subprocess.run([PIPE, "init", tmp_path / "acme-sales"], check=True, capture_output=True)
    return tmp_path


def test_the_examples_print_what_the_page_says(place: Path, pytestconfig: pytest.Config) -> None:
    text = PAGE.read_text("utf-8")
    for program, says in EXAMPLE.findall(text):
        done = subprocess.run([sys.executable, "-c", program], cwd=place, check=True, capture_output=True, text=True)
        text = text.replace(f"```text\n{says}```", f"```text\n{done.stdout}```")
    if pytestconfig.getoption("--update-cases"):
        PAGE.write_text(text, encoding="utf-8")
    assert len(EXAMPLE.findall(text)) == 3
    assert PAGE.read_text("utf-8") == text


def test_the_page_names_all_there_is() -> None:
    text = PAGE.read_text("utf-8")
    assert [name for name in pipecli.__all__ if not re.search(rf"`{name}\b|\.{name}\b", text)] == []
    assert set(pipecli.__all__) <= set(dir(library))


def test_the_history_of_another_moment(place: Path) -> None:
    before = datetime(2026, 11, 1, tzinfo=UTC)
    assert pipecli.audit(place / "acme-sales" / "deals", pipecli.Question(as_of=before)).visits == ()
    with pytest.raises(pipecli.PipeError, match="is in the future"):
        pipecli.audit(place / "acme-sales", pipecli.Question(as_of=datetime(2026, 12, 1, tzinfo=UTC)))


def test_outside_of_a_workspace(tmp_path: Path) -> None:
    with pytest.raises(pipecli.PipeError, match=r"no pipe\.yaml") as caught:
        pipecli.load(tmp_path)
    assert caught.value.code == 2


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        pipecli.lod  # noqa: B018 -- asked for


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    loaded = "import pipecli, sys; print([name for name in sys.modules if name.startswith('pipecli.')])"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_changes_need_a_view_of_two_moments(place: Path) -> None:
    view = pipecli.audit(place / "acme-sales", pipecli.Question(since="7d"))
    assert [row["change"] for row in pipecli.report("changes", view)[0].records()]
    with pytest.raises(pipecli.PipeError, match="nothing to compare with") as caught:
        pipecli.report("changes", pipecli.audit(place / "acme-sales"))
    assert caught.value.hint == "Question(since='7d')"
