"""The quick scan says what the strict loader says, or nothing, whatever it saw before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st
from yaml_files import documents

from pipecli.history.scan import Scanner
from pipecli.history.version import parse

if TYPE_CHECKING:
    from pipecli.core.yamltext import Document

SAMPLES = [
    path.read_text() for path in sorted((Path(__file__).parents[2] / "sample-pipelines").glob("*/deals/*/*.yaml"))
]
PIECES = st.sampled_from(
    [
        "\n",
        " ",
        "  ",
        "- ",
        ": ",
        ":",
        "#",
        " #",
        "'",
        "''",
        '"',
        "{",
        "}",
        "[",
        "]",
        ", ",
        "?",
        "*a",
        "&a ",
        "!t ",
        "|",
        ">",
        "\t",
        "\r\n",
        "\\",
        "---\n",
        "<<: ",
        "null",
        "~",
        "stage: x\n",
        "stage:\n",
        "  id: 1\n",
        "  id: 2\n",
        "\x85",
        "\x07",
        "\u2028",
        "\ufeff",
        "é",
        "no",
        "a: {b: 1, b: 2}\n",
        "x: - y\n",
        "%",
        "@",
        "`",
        "=",
        "\u00a0",
        "formerly: [a]\n",
        "provenance:\n",
        "stage_since: 2026-11-03T10:00+01:00\n",
        "expected_close: 2026-12-01\n",
        "expected_close: '2026-12-01 '\n",
        "- - a\n",
        "  - a: b\n",
        "x:y",
        "::",
        "a:\n  b: c\n",
        "(?",
    ]
)


LINES = [
    *sorted({line for text in SAMPLES for line in text.split("\n")})[::7],
    "",
    "# a comment",
    "pipeline: s",
    "stage: a",
    "stage: null",
    "  stage: b",
    "stage_since: 2026-11-03",
    "expected_close: 2026-12-01",
    "expected_close: 2026-13-01",
    "expected_close: '2026-12-02'",
    "expected_close: [2026-12-01]",
    "expected_close:",
    "expected_close: null",
    "stage_since: 2026-11-04",
    "provenance:",
    "provenance: null",
    "provenance: {source: x}",
    "formerly: [a]",
    "fields:",
    "  c: d",
    "  - c",
    "tags: [c, d]",
    "fields: {c: d, c: e}",
]
SMALL = 4000
"""So little room that a scanner forgets lines from one file to the next, and versions now and then."""


def agrees(*files: bytes) -> None:
    """Hold one scanner, and one that forgets soon, against the loader and against scanners that saw nothing before."""
    keeping, forgetting = Scanner(), Scanner(SMALL)
    for data in files:
        found = Scanner().scan(data)
        assert found is None or found == parse(data)
        assert [keeping.scan(data), forgetting.scan(data)] == [found, found]


@st.composite
def edited(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Draw a deal file with a few pieces put in, or lines taken out, doubled or indented, somewhere."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        how = draw(st.sampled_from(["put", "put", "put", "cut", "double", "indent"]))
        if how == "put":
            text = text[:at] + draw(PIECES) + text[at:]
        elif how == "cut":
            text = text[:at] + text[at + draw(st.integers(1, 12)) :]
        else:
            lines = text.split("\n")
            number = draw(st.integers(0, len(lines) - 1))
            new = [lines[number], lines[number]] if how == "double" else [f"  {lines[number]}"]
            text = "\n".join([*lines[:number], *new, *lines[number + 1 :]])
    return text


@st.composite
def rearranged(draw: st.DrawFn) -> list[str]:
    """Draw files that are made of a few lines: each alike to others, with another meaning."""
    lines = draw(st.lists(st.one_of(st.sampled_from(LINES), edited(st.sampled_from(LINES))), min_size=2, max_size=9))
    files = st.lists(st.sampled_from(lines), max_size=8).map("\n".join)
    head = st.sampled_from(["", "pipeline: s\nstage: a\n", "stage: s\npipeline: a\n"])
    return draw(st.lists(st.tuples(head, files).map("".join), min_size=2, max_size=12))


@settings(max_examples=1500, deadline=None)
@given(edited(st.sampled_from(SAMPLES)))
@example("pipeline: a\nstage: b\nprovenance: null")
@example("pipeline: a\nstage: b \n")
@example("pipeline: a\nstage: b:c\n")
@example("pipeline: a\nstage: b\nstage_since: 2026-11-03\u00a0\n")
@example("pipeline: a\nstage: b\nchecklist:\n  c: d\nfields:\n  c: d\n")
@example("pipeline: a\nstage: b\nfields:\n  c: d\n  c: d\n")
@example("pipeline: a\nstage: b\nfields:\n  c: d\n\n  c: d\n")
@example("pipeline: a\nstage: b\nfields:\n  c: d\n# e\n  c: d\n")
@example("pipeline: a\nstage: b\ntitle: 'c''d'\ntags: ['e''f', 'g']\n")
@example("pipeline: a\nstage: b\nnull: c\n")
@example("pipeline: a\nstage: b\nfields: {null: c}\n")
@example("pipeline: a\nstage: b\nfields:\n  null: c\n")
@example(f"pipeline: a\nstage: b\n{'c' * 1100}: d\n")
@example(f"pipeline: a\nstage: b\nfields: {{{'c' * 1100}: d}}\n")
@example(f"pipeline: a\nstage: b\ntags: [{'c' * 1100}, '{'d' * 1100}']\nnotes:\n  - {'e' * 1100}\n")
@example("pipeline: a\nstage: b\nformerly: c\n")
@example("pipeline: a\nstage: b\nformerly:\n  - c\n")
@example("pipeline: a\nstage: b\nnote: formerly\nfields:\n  formerly: c\n")
def test_the_scan_agrees_with_the_loader_on_edited_deals(text: str) -> None:
    agrees(text.encode())


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.one_of(PIECES, st.sampled_from(["pipeline: s\n", "stage: a\n", "key: value\n"])), max_size=14))
def test_the_scan_agrees_with_the_loader_on_shreds(pieces: list[str]) -> None:
    agrees("".join(["pipeline: s\n", "stage: a\n", *pieces]).encode())


@settings(max_examples=300, deadline=None)
@given(documents(), st.binary(max_size=60))
def test_the_scan_agrees_with_the_loader_on_every_style(document: Document, noise: bytes) -> None:
    agrees(b"pipeline: s\n" + document.text.encode())
    agrees(b"pipeline: s\nstage: a\nnote: " + noise)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES).flatmap(lambda text: st.lists(edited(st.just(text)), min_size=2, max_size=8)))
def test_what_a_scanner_saw_before_changes_no_answer(texts: list[str]) -> None:
    agrees(*(text.encode() for text in [*texts, *reversed(texts)]))


@settings(max_examples=500, deadline=None)
@given(rearranged())
@example(["pipeline: a\nstage: b\nprovenance: null\n", "pipeline: a\nstage: b\nprovenance: nil\n"])
@example(["pipeline: a\nstage: b\n  - c\n", "pipeline: a\nstage: b\ntags:\n  - c\n"])
@example(["pipeline: a\nstage: b\n", "stage: b\npipeline: a\n", "pipeline: b\nstage: a\n"])
@example(["pipeline: a\nstage: b\nfields:\n  stage: c\n", "pipeline: a\nfields:\n  stage: c\n"])
@example(["pipeline: a\nstage: b", "pipeline: a\nstage: b\nstage_since: c", "pipeline: a\nstage: b\n# stage_since: c"])
def test_the_same_lines_otherwise_arranged_are_another_file(texts: list[str]) -> None:
    agrees(*(text.encode() for text in texts))


def test_a_scanner_of_many_near_duplicates_agrees_with_the_loader() -> None:
    scanner, forgetting = Scanner(), Scanner(SMALL)
    for text in SAMPLES:
        lines = text.encode().split(b"\n")
        for number, line in enumerate(lines):
            for new in ([], [line, line], [b"  " + line], [line[2:]], [line + b" # why"], [line[:-1]]):
                data = b"\n".join([*lines[:number], *new, *lines[number + 1 :]])
                found = scanner.scan(data)
                assert found is None or found == parse(data)
                assert forgetting.scan(data) == found


def test_the_scan_answers_for_the_files_that_we_write() -> None:
    scan = Scanner().scan
    asked = [text for text in SAMPLES if scan(text.encode()) is None]
    assert [text for text in asked if "\nformerly: " not in text] == []


def test_the_line_for_editors_costs_a_deal_nothing() -> None:
    line = "# yaml-language-server: $schema=../../.pipe/schema/deal.json\n"
    scan = Scanner().scan
    found = [(scan(text.encode()), scan(f"{line}{text}".encode())) for text in SAMPLES]
    assert [plain for plain, _ in found] == [lined for _, lined in found]
