"""The message of a commit and its trailers, whatever git's configuration says of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk import Desk, desk

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: dict[str, dict[str, str]] = {
    "verbose": {"commit__verbose": "true"},
    "scissors": {"commit__cleanup": "scissors"},
    "strip": {"commit__cleanup": "strip"},
    "a comment character of the first letter": {"core__commentChar": "P"},
    "strip what begins with our first letter": {"commit__cleanup": "strip", "core__commentChar": "P"},
    "an automatic comment character": {"core__commentChar": "auto"},
    "a template": {"commit__template": "template.txt"},
    "a template that is not there": {"commit__template": "/no/such/template"},
    "trailers": {"trailer__separators": "=", "trailer__pipe-op.ifExists": "replace", "trailer__ifmissing": "doNothing"},
    "another encoding": {"i18n__commitEncoding": "ISO-8859-1", "i18n__logOutputEncoding": "ISO-8859-1"},
    "an editor": {"core__editor": "false"},
    "colours and columns": {"color__ui": "always", "column__ui": "always", "status__short": "true"},
    "an alias of the name": {"alias__commit": "!false", "alias__rev-parse": "!false"},
    "status that shows nothing": {"status__showUntrackedFiles": "no", "commit__status": "false"},
    "no index preloading": {"core__preloadIndex": "false", "index__threads": "1", "index__version": "4"},
}


def message(at: Desk) -> str:
    return at.git("cat-file", "commit", "HEAD").partition("\n\n")[2]


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_message_says_the_same_whatever_is_configured(tmp_path: Path, settings: dict[str, str]) -> None:
    at = desk(tmp_path)
    at.write("template.txt", "# Fill me in\n\nTicket:\n")
    at.commit()
    at.config(**settings)
    answer = at.move("--reason", "größer  —\n Pipe-Op: 1")
    assert answer.code == 0, answer
    lines = message(at).splitlines()
    assert lines[:2] == ["Move deal-00 to proposal", ""]
    assert lines[2] == "Pipe-Move: deal-00 sales/lead -> sales/proposal @ 2026-11-23T10:00:00+01:00"
    assert lines[3] == "Pipe-Reason: größer — Pipe-Op: 1"
    assert lines[4].startswith("Pipe-Op: ")
    assert len(lines) == 5
    assert "encoding" not in at.git("cat-file", "commit", "HEAD").partition("\n\n")[0]


@pytest.mark.parametrize("language", ["C", "POSIX", "de_DE.UTF-8", "no_SUCH.locale"])
def test_git_is_understood_in_every_language(tmp_path: Path, language: str) -> None:
    at = desk(tmp_path)
    at.write(".git/index.lock", "")
    answer = at.move("--wait", "0", LC_ALL=language, LANGUAGE="de:fr")
    assert answer.code == 4, answer
    (at.folder / ".git/index.lock").unlink()
    answer = at.move("--reason", "größer", LC_ALL=language)
    assert answer.code == 0, answer
    assert "Pipe-Reason: größer" in message(at)


def test_a_reason_that_is_no_text_is_a_wrong_usage(tmp_path: Path) -> None:
    at = desk(tmp_path)
    answer = at.move("--reason", b"\xff".decode("utf-8", "surrogateescape"))
    assert (answer.code, "bug" in answer.err) == (2, False), answer
    assert at.log() == ["Begin"]


def test_trailers_that_a_hook_adds_come_after_ours(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("commit-msg", 'git interpret-trailers --in-place --trailer "Change-Id: I1" "$1"')
    assert at.move().code == 0
    assert message(at).splitlines()[-1] == "Change-Id: I1"
    assert at.git("log", "-1", "--format=%(trailers:key=Pipe-Move,valueonly)").startswith("deal-00 sales/lead")
