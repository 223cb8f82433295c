"""The quick scan says what the strict loader says, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st
from yaml_files import documents

from pipecli.history.scan import scan
from pipecli.history.version import Version, parse

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
        "- - a\n",
        "  - a: b\n",
        "x:y",
        "::",
        "a:\n  b: c\n",
        "(?",
    ]
)


def agrees(data: bytes) -> None:
    found = scan(data)
    if found is not None:
        assert Version((found.pipeline, found.stage), found.since, provenance=found.provenance) == parse(data)


@st.composite
def edited(draw: st.DrawFn) -> str:
    """Draw a real deal file with a few pieces put in, or lines taken out, doubled or indented, somewhere."""
    text = draw(st.sampled_from(SAMPLES))
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


@settings(max_examples=1500, deadline=None)
@given(edited())
@example("pipeline: a\nstage: b\nprovenance: null")
@example("pipeline: a\nstage: b \n")
@example("pipeline: a\nstage: b:c\n")
@example("pipeline: a\nstage: b\nstage_since: 2026-11-03\u00a0\n")
@example("pipeline: a\nstage: b\nchecklist:\n  c: d\nfields:\n  c: d\n")
@example("pipeline: a\nstage: b\nfields:\n  c: d\n  c: d\n")
@example("pipeline: a\nstage: b\nfields:\n  c: d\n\n  c: d\n")
@example("pipeline: a\nstage: b\nfields:\n  c: d\n# e\n  c: d\n")
@example("pipeline: a\nstage: b\ntitle: 'c''d'\ntags: ['e''f', 'g']\n")
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


def test_the_scan_answers_for_the_files_that_we_write() -> None:
    asked = [text for text in SAMPLES if scan(text.encode()) is None]
    assert [text for text in asked if "\nformerly: " not in text] == []


def test_the_line_for_editors_costs_a_deal_nothing() -> None:
    line = "# yaml-language-server: $schema=../../.pipe/schema/deal.json\n"
    found = [(scan(text.encode()), scan(f"{line}{text}".encode())) for text in SAMPLES]
    assert [plain for plain, _ in found] == [lined for _, lined in found]
