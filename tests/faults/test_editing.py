"""An editor is open for as long as it takes: nobody waits for it, and what was written in it is never lost."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desk import DEAL, PIPE, Desk, desk, same

if TYPE_CHECKING:
    from desk import Ran

OTHER = "deals/2026-10/deal-01.yaml"
TITLE = "sed -i 's/Deal 0/Fresh/' \"$1\""


def editor(at: Desk, script: str, name: str = "my editor") -> str:
    """Return how a program is named that edits the file that is its last argument."""
    file = at.folder.parent / "home" / name
    file.write_text(f'#!/bin/sh\nfor last; do :; done; set -- "$last"\n{script}\n')
    file.chmod(0o755)
    return str(file)


def edit(at: Desk, script: str, *more: str, **env: str) -> Ran:
    env = {"VISUAL": editor(at, script), "TMPDIR": str(at.folder.parent)} | env
    return at.pipe("edit", "deal-00", *more, cwd="", **env)


def kept(text: str) -> Path:
    """Return the file in which the text is kept."""
    found = re.search(r"what you wrote is kept in (\S+)", text)
    assert found, text
    return Path(found[1])


def drafts(at: Desk) -> list[Path]:
    return list(at.folder.parent.glob("pipe-edit-*"))


def in_terminal(at: Desk, script: str, *more: str) -> tuple[int, str]:
    """Run the edit where standard streams are a terminal; return the exit code and what it prints."""
    env = at.env | {"VISUAL": editor(at, script), "TMPDIR": str(at.folder.parent), "TERM": "xterm"}
    outside, inside = pty.openpty()
    process = subprocess.Popen(
        [str(PIPE), "edit", "deal-00", *more], cwd=at.folder, env=env, stdin=inside, stdout=inside, stderr=inside
    )
    os.close(inside)
    printed = b""
    try:
        while part := os.read(outside, 65536):
            printed += part
    except OSError:  # on Linux the end of a terminal is an error
        pass
    os.close(outside)
    return process.wait(timeout=60), printed.decode().replace("\r\n", "\n")


def test_an_edit_is_one_commit_of_the_file(tmp_path: Path) -> None:
    at = desk(tmp_path)
    answer = edit(at, TITLE)
    assert (answer.code, answer.out) == (0, "deal-00: edited\n"), answer
    assert at.git("show", "--name-status", "--format=%s").split("\n\n") == ["Edit deal-00", f"M\t{DEAL}\n"]
    assert (b"title: Fresh" in at.read(), drafts(at)) == (True, [])


def test_the_editor_is_the_persons_before_that_of_git(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.config(core__editor=f"'{editor(at, 'echo git; exit 1', 'one')}' --wait")
    chosen = {
        "EDITOR": f"'{editor(at, 'echo editor; exit 1', 'two')}' -n",
        "VISUAL": f"'{editor(at, 'echo visual', 'three')}'",
    }
    assert edit(at, "", **chosen).out == "visual\n"
    assert edit(at, "", **(chosen | {"VISUAL": " "})).out == "editor\n"
    assert edit(at, "", VISUAL="", EDITOR="").out == "git\n"


def test_others_write_while_the_editor_is_open(tmp_path: Path) -> None:
    at = desk(tmp_path)
    answer = edit(at, f"{TITLE}\n'{PIPE}' set deal-01 title=Other --wait 0")
    assert answer.code == 0, answer
    assert at.log() == ["Edit deal-00", "Set title of deal-01", "Begin"]


def test_a_file_that_something_else_changed_meanwhile_is_left_and_the_text_is_kept(tmp_path: Path) -> None:
    at = desk(tmp_path)
    answer = edit(at, f"{TITLE}\n'{PIPE}' set deal-00 title=Other")
    assert answer.code == 4, answer
    assert b"title: Fresh" in kept(answer.err).read_bytes()
    assert (b"title: Other" in at.read(), at.log()) == (True, ["Set title of deal-00", "Begin"])


def test_a_file_that_is_gone_meanwhile_stays_gone_and_the_text_is_kept(tmp_path: Path) -> None:
    at = desk(tmp_path)
    answer = edit(at, f"{TITLE}\nrm {DEAL}")
    assert answer.code == 4, answer
    assert b"title: Fresh" in kept(answer.err).read_bytes()
    assert not (at.folder / DEAL).exists()


def test_a_commit_that_git_refuses_changes_nothing_and_the_text_is_kept(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", "exit 1")
    before = at.state()
    answer = edit(at, TITLE)
    assert answer.code == 5, answer
    assert b"title: Fresh" in kept(answer.err).read_bytes()
    same(before, at.state())


def test_what_cannot_be_written_is_not_opened(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(DEAL, at.read() + b"# edited\n")
    before = at.state()
    answer = edit(at, "echo opened")
    assert (answer.code, answer.out) == (3, ""), answer
    same(before, at.state())
    assert edit(at, TITLE, "--no-commit").code == 0
    assert at.read().endswith(b"# edited\n")


@pytest.mark.parametrize(
    ("script", "keeps"),
    [("exit 3", False), (f"{TITLE}; exit 3", True), ('rm "$1"', False), (f"{TITLE}; kill $$", True)],
)
def test_an_editor_that_fails_changes_nothing_and_keeps_what_was_written(
    tmp_path: Path, script: str, keeps: bool
) -> None:
    at = desk(tmp_path)
    before = at.state()
    answer = edit(at, script)
    assert (answer.code, "and nothing was changed" in answer.err) == (1, True), answer
    assert len(drafts(at)) == keeps
    assert not keeps or b"title: Fresh" in kept(answer.err).read_bytes()
    same(before, at.state())


def test_without_a_terminal_mistakes_are_told_with_their_places_in_the_text_that_is_kept(tmp_path: Path) -> None:
    at = desk(tmp_path)
    before = at.state()
    answer = edit(at, "sed -i -e 's/lead/lad/' -e '1i onwer: x' \"$1\"")
    assert answer.code == 1, answer
    assert f"{kept(answer.err)}:1:1: error unknown-key" in answer.err
    assert kept(answer.err).read_bytes().startswith(b"onwer: x\ntitle: ")
    same(before, at.state())


@pytest.mark.parametrize("change", [lambda data: data, lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")])
def test_in_a_terminal_the_text_is_given_back_with_what_is_wrong_above_it(tmp_path: Path, change: object) -> None:
    at = desk(tmp_path)
    at.write(DEAL, change(at.read()))  # type: ignore[operator]
    at.config(core__autocrlf="false")
    at.commit()
    old = at.read()
    script = (
        'cp "$1" "$HOME/seen-$(ls "$HOME" | grep -c seen)"\n'
        "if grep -q 'stage: lad' \"$1\"; then sed -i 's/stage: lad/stage: proposal/' \"$1\"\n"
        "else sed -i 's/stage: lead/stage: lad/' \"$1\"; fi"
    )
    code, printed = in_terminal(at, script)
    assert (code, "deal-00: lead -> proposal" in printed) == (0, True), printed
    first, second = ((at.folder.parent / f"home/seen-{number}").read_bytes() for number in (0, 1))
    assert first == old
    assert [line for line in second.removeprefix(b"\xef\xbb\xbf").decode().splitlines() if line.startswith("#")] == [
        "# pipe: This cannot be committed yet:",
        "# pipe: line 7: there is no stage 'lad' in the pipeline sales (did you mean 'lead'?)",
        "# pipe: Mend it and save; or leave it as it is, to give up.",
    ]
    assert second.splitlines()[6].endswith(b"stage: lad")
    assert at.read() == old.replace(b"lead", b"proposal").replace(b"2026-10-05", b"2026-11-23")
    assert drafts(at) == []


def test_in_a_terminal_a_text_that_is_left_as_it_is_is_given_up_and_kept(tmp_path: Path) -> None:
    at = desk(tmp_path)
    before = at.state()
    code, printed = in_terminal(at, "sed -i 's/stage: lead/stage: lad/' \"$1\"")
    assert code == 1, printed
    assert kept(printed).read_bytes() == at.read().replace(b"lead", b"lad")
    same(before, at.state())


def test_in_a_terminal_a_text_that_is_put_back_changes_nothing(tmp_path: Path) -> None:
    at = desk(tmp_path)
    script = 'if grep -q lad "$1"; then sed -i \'s/lad/lead/\' "$1"; else sed -i \'s/lead/lad/\' "$1"; fi'
    code, printed = in_terminal(at, script)
    assert (code, "nothing changed" in printed, drafts(at)) == (0, True, []), printed


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 130), (signal.SIGHUP, 130), (signal.SIGINT, 0)])
def test_a_signal_while_the_editor_is_open(tmp_path: Path, number: signal.Signals, code: int) -> None:
    at = desk(tmp_path)
    reached = at.folder.parent / "home/reached"
    at.env |= {"VISUAL": editor(at, f'{TITLE}; touch "$HOME/reached"; sleep 2'), "TMPDIR": str(tmp_path)}
    process = at.start("edit", "deal-00", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    while not reached.exists():
        time.sleep(0.01)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert b"title: Fresh" in (at.read() if code == 0 else kept(err).read_bytes())
    assert len(at.log()) == (2 if code == 0 else 1)
