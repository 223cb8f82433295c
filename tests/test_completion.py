"""Completion: what is offered, that it costs little, and that nothing in a file's name reaches the shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import grammar
import pytest

from pipecli.cli.grammar import FACTS, GRAMMAR
from pipecli.shell import known

ROOT = Path(__file__).parents[1]
PIPE = Path(sys.executable).with_name("pipe")
DEAL = "title: x\npipeline: {pipeline}\n\nstage: lead\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a workspace with two pipelines, and with names that would harm a shell."""
    top = tmp_path / "work"
    shutil.copytree(ROOT / "sample-pipelines" / "b2b-sales", top)
    (top / "pipelines" / "hiring.yaml").write_text(
        "name: Hiring\nfields: {city: {type: text}}\n"
        "# - {id: gone, name: Gone}\nstages: [{id: applied, name: A}, {id: met, name: Met, kind: won}]\n"
    )
    (top / "deals" / "2026-11").mkdir(exist_ok=True)
    (top / "deals" / "2026-11" / "jo-baker.yaml").write_text(DEAL.format(pipeline="hiring"))
    for name in ("$(touch harm)", "`touch harm`", ";touch harm;", "a b", "-rf", "*", "é", "x\ny", "\x1b[31m"):
        (top / "deals" / "2026-11" / f"{name}.yaml").write_text(DEAL.format(pipeline="sales"))
    return top


def offered(place: Path, *words: str, **environment: str) -> list[str]:
    """Return the answer to `pipe --complete`: what kind of names follow, and the names."""
    done = subprocess.run(
        [str(PIPE), "--complete", *words], cwd=place, env={**os.environ, **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_the_grammar_is_that_of_the_commands(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-cases"):
        grammar.MODULE.write_text(grammar.text(), encoding="utf-8")
    assert grammar.MODULE.read_text("utf-8") == grammar.text(), (
        "pytest --update-cases tests/test_completion.py writes it"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["mo"], ["names", "move"]),
        (["import", ""], ["names", "events", "csv", "jsonl", "pipedrive-changelog", "salesforce"]),
        (["init", "--template", "n"], ["names", "nine-stage"]),
        (["move", "acme-r"], ["names", "acme-renewal-k7m2"]),
        (["move", "jo-baker", ""], ["names", "applied", "met"]),
        (["move", "jo", "m"], ["names", "met"]),
        (["move", "acme-renewal-k7m2", "nego"], ["names", "negotiation"]),
        (["move", "acme-renewal-k7m2", "birch-se"], ["names", "birch-seats-h8vd"]),
        (["move", "acme-renewal-k7m2", "--pipeline", "hiring", "a"], ["names", "applied"]),
        (["move", "--reason", "price", "jo-b"], ["names", "jo-baker"]),
        (["new", "A title", "--owner", "a"], ["names", "alex"]),
        (["new", "--pipeline", ""], ["names", "hiring", "sales"]),
        (["new", "x", "--company", "ac"], ["names", "acme"]),
        (["new", ""], ["names"]),
        (["list", "m"], ["names", "mine"]),
        (["list", "--sort", "wei"], ["names", "weighted"]),
        (["list", "--sort", "-wei"], ["names", "-weighted"]),
        (["list", "--columns", "id,title,fields.c"], ["names", "id,title,fields.city"]),
        (["list", "--format=c"], ["names", "--format=csv"]),
        (["list", "--format", "=", "c"], ["names", "csv"]),
        (["list", "--format", "="], ["names", "table", "markdown", "csv", "json", "html"]),
        (["list", "--wh"], ["names", "--where"]),
        (["list", "--where", ""], ["names"]),
        (["list", "--output", ""], ["files"]),
        (["validate", "deals"], ["files"]),
        (["init", ""], ["folders"]),
        (["-C", ""], ["folders"]),
        (["report", "st"], ["names", "stage-time", "stale", "stage-time-trend"]),
        (["schema", "co"], ["names", "company", "contact"]),
        (["completion", ""], ["names", "bash", "zsh", "fish"]),
        (["show", "acme-renewal-k7m2", ""], ["names"]),
        (["show", "--", "--acme"], ["names"]),
        (["nosuch", "x"], ["names"]),
        (["list", "--nosuch", "m"], ["names", "mine"]),
    ],
)  # fmt: skip
def test_what_may_stand_there_is_offered(place: Path, words: list[str], expected: list[str]) -> None:
    assert offered(place, *words) == expected


def test_all_commands_and_options_are_offered() -> None:
    names = offered(ROOT, "")[1:]
    assert set(names) == {name for name in GRAMMAR if name and " " not in name}
    assert {"--where", "--sort", "-C", "--quiet"} <= set(offered(ROOT, "list", "-")[1:])
    assert set(FACTS.split()) >= {"id", "stage_age"}


def test_every_place_from_which_a_command_works_will_do(place: Path, tmp_path: Path) -> None:
    wanted = ["names", "acme-renewal-k7m2"]
    assert offered(place / "deals" / "2026-11", "show", "acme-r") == wanted
    assert offered(tmp_path, "-C", "work", "show", "acme-r") == wanted
    assert offered(tmp_path, "show", "-C", str(place), "acme-r") == wanted
    assert offered(tmp_path, "-C", "~/work", "show", "acme-r", HOME=str(tmp_path)) == wanted
    assert offered(tmp_path, "show", "acme-r", PIPE_WORKSPACE=str(place)) == wanted
    assert offered(tmp_path, "show", "acme-r") == ["names"]
    assert offered(tmp_path, "-C", "nowhere", "show", "") == ["names"]


def test_no_deal_is_read_but_the_one_whose_stage_is_asked(place: Path) -> None:
    for file in (place / "deals").rglob("*.yaml"):
        file.write_bytes(b"\xff: [")
    assert "jo-baker" in offered(place, "show", "")
    assert offered(place, "move", "jo-baker", "")[1:3] == ["applied", "met"]


def test_only_words_that_mean_nothing_to_a_shell_are_offered(place: Path) -> None:
    (place / "team.yaml").write_text("members:\n  sam: {name: S}\n  '$(touch harm)': {name: H}\n  \"a;b\": {name: X}\n")
    (place / "pipe.yaml").write_text("name: x\nviews: {mine: {}, '`touch harm`': {}, \"a b\": {}}\n")
    words = [*offered(place, "show", ""), *offered(place, "new", "x", "--owner", ""), *offered(place, "list", "")]
    assert {"sam", "mine", "jo-baker"} <= set(words)
    assert all(set(word) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for word in words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("members:\n  sam:\n    name: S\n  kim: {name: K}\n\n# x\nother: 1\n", ["sam", "kim"]),
        ("members: {sam: {name: S, roles: [a]}, 'kim': {name: \"K, b: c\"}}\n", ["sam", "kim"]),
        ("members: {\n  sam: {name: S},\n  # jo: {name: J},\n  kim: {name: K}}\n", ["sam", "kim"]),
        ("name: x\nmembers:\n    # first\n    sam: 1\n", ["sam"]), ("members:\n", []), ("members: {}\n", []), ("", []),
        ("other:\n  members:\n    sam: 1\n", []),
    ],
)  # fmt: skip
def test_the_keys_below_a_key_are_found_in_lines_and_in_braces(text: str, expected: list[str]) -> None:
    assert known.below(text, "members") == expected


def in_bash(place: Path, *words: str) -> list[str]:
    """Return what bash itself makes of the last word."""
    script = (
        'source <("$0" completion bash) && COMP_WORDS=("$0" "$@") COMP_CWORD=$#'
        ' && _pipe_complete "$0" "${!#}" && printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script, str(PIPE), *words],
        cwd=place, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout.split()


def test_bash_completes(place: Path) -> None:
    assert in_bash(place, "mo") == ["move"]
    assert in_bash(place, "move", "jo-baker", "") == ["applied", "met"]
    assert in_bash(place, "list", "--format", "=", "c") == ["csv"]
    assert in_bash(place, "show", "nothing-like-it") == []
    assert in_bash(place, "list", "--output", "") == []
    assert len(in_bash(place, "show", "")) == len(known.ids(str(place), "deals"))
    assert not list(place.rglob("harm"))


def test_what_is_typed_is_not_run(place: Path) -> None:
    for typed in ("$(touch harm)", "`touch harm`", ";touch harm", "'", '"', "\\", "--owner=$(touch harm)"):
        assert in_bash(place, "show", typed) == []
        assert in_bash(place, "-C", typed, "show", "") in ([], sorted(in_bash(place, "show", "")))
    assert not list(place.rglob("harm"))


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_scripts_are_scripts_of_their_shells(shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"NOT TESTED: {shell} is not installed")
    script = tmp_path / "script"
    script.write_bytes(subprocess.run([str(PIPE), "completion", shell], capture_output=True, check=True).stdout)
    subprocess.run([shell, "-n", str(script)], check=True)


def test_fish_completes(place: Path) -> None:
    if not shutil.which("fish"):
        pytest.skip("NOT TESTED: fish is not installed")
    environment = {**os.environ, "PATH": f"{PIPE.parent}:{os.environ['PATH']}"}
    command = "pipe completion fish | source; complete --do-complete 'pipe move jo-baker '"
    done = subprocess.run(
        ["fish", "--no-config", "-c", command], cwd=place, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["applied", "met"]
