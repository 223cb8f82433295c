"""One field of files that are not ours, read as forgivingly as can be and never wrongly."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.layout import MAX_BYTES
from pipecli.history import field


def said(text: str | bytes, key: str = "status", *, whole: bool = True) -> str | None:
    """Return the text of the field; None where there is none, `code: message` where it cannot be told."""
    data = text if isinstance(text, bytes) else text.encode()
    found = field.read(data, key.split("."), whole=whole)
    if found.problem:
        return f"{found.problem.code}:{found.problem.line}: {found.problem.message}"
    return found.state[1] if found.state else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("status: implementable\n", "implementable"),
        ("status: 'a b'  # a comment\n", "a b"),
        ("status: 12\n", "12"),
        ("status: 2025-30-01\n", "2025-30-01"),
        ("status: yes\n", "yes"),
        ("status: 0x1F\n", "0x1F"),
        ("status: |\n  done\n", "done"),
        ("status: >-\n  done\n  soon\n", "done soon"),
        ("status: draft\nstatus: done\n", "done"),
        ("status: !!str done\n", "done"),
        ("status: !mine done\n", "done"),
        ("first: &a done\nstatus: *a\n", "done"),
        ("first: {x: &a done}\nstatus: *a\n", "done"),
        ("&k status: done\n", "done"),
        ("? [complex, key]\n: 1\nstatus: done\n", "done"),
        ("{status: done, other: [1, {a: 2}]}\n", "done"),
        ("--- # one\nstatus: done\n--- # two\nstatus: draft\n", "done"),
        ("%YAML 1.1\n---\nstatus: done\n...\n", "done"),
        ("\ufeffstatus: done\r\nother: x\r\n", "done"),
        ("base: &b {x: 1}\nrest:\n  <<: *b\nstatus: done\n", "done"),
        ("<<: {x: 1}\nstatus: done\n", "done"),
        ("status:\n", ""),
        ("status: ~\n", ""),
        ("status: null\n", ""),
        ("status: 'null'\n", "null"),
        ("status: ''\n", ""),
        ("other: 1\n", None),
        ("other: {status: done}\n", None),
        ("- status: done\n", None),
        ("just a text\n", None),
        ("# nothing\n", None),
        ("", None),
        ("status: [x]\nstatus: done\n", "done"),
        ("status: done\n".encode("utf-16"), "done"),
    ],
)
def test_the_value_is_the_text_that_stands_there(text: str | bytes, value: str | None) -> None:
    assert said(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("meta: {info: {stage: beta}}\n", "beta"),
        ("meta:\n  info:\n    stage: beta\n", "beta"),
        ("meta:\n  info: none\n", None),
        ("meta: [info]\n", None),
        ("meta: {info: {stage: beta}}\nmeta: {info: {}}\n", None),
        ("meta: {stage: beta}\n", None),
        ("base: &b {info: {stage: beta}}\nmeta: *b\n", "history-gap:2: the alias *b above 'info' is not followed"),
    ],
)
def test_dots_lead_into_mappings(text: str, value: str | None) -> None:
    assert said(text, "meta.info.stage") == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nstatus: [x]\n", "history-gap:2: the value is a list, not a text"),
        ("status: {x: 1}\n", "history-gap:1: the value is a mapping, not a text"),
        ("a: &a [1]\nstatus: *a\n", "history-gap:2: the value is an alias, not a text"),
        ("a: &a x\nb: &a [1]\nstatus: *a\n", "history-gap:3: the value is an alias, not a text"),
        (
            "b: &b {status: x}\n<<: *b\n",
            "history-gap:2: 'status' may come from a merge key (<<), which is not followed",
        ),
        ("a: 1\nstatus: x: y\n", "yaml-syntax:2: mapping values are not allowed in this context"),
        ("a: 1\n\tstatus: x\n", "yaml-syntax:2: found a tab character that violates indentation"),
        ("status: done\nother: [\n", "yaml-syntax:3: did not find expected node content"),
        ("status: done\n} junk\n", "yaml-syntax:2: did not find expected key"),
        ("{a: 1}\nstatus: x\n", "yaml-syntax:2: did not find expected <document start>"),
        ("status: {{ value }}: x\n", "yaml-syntax:1: mapping values are not allowed in this context"),
    ],
)
def test_what_cannot_be_told_is_a_problem_at_its_line(text: str, problem: str) -> None:
    assert said(text) == problem


@pytest.mark.parametrize("data", [b"status: \xff\n", b"status: a\x00b\n", b"status: \x1b[0m\n", b"\xed\xa0\x80: 1\n"])
def test_bytes_that_are_no_text_are_a_problem(data: bytes) -> None:
    assert str(said(data)).startswith("yaml-syntax:")


@pytest.mark.parametrize(
    "text", ["other: " + "[" * 100_000, "[" * 100_000, "{a: " * 50_000, "- " * 100_000, "? " * 100_000]
)
def test_no_nesting_is_too_deep_for_the_stack(text: str) -> None:
    assert str(said(text)).startswith(("yaml-syntax:", "yaml-too-deep:"))


def test_a_long_file_is_not_read() -> None:
    assert str(said("status: done\n" + "#" * MAX_BYTES)).startswith("file-too-large:0:")


def test_a_missing_blob_is_a_problem() -> None:
    found = field.read(None, ["status"], whole=True)
    assert found.problem
    assert found.problem.code == "missing-object"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("---\nstatus: done\n---\n\n# Title\nstatus: no\n", "done"),
        ("---\r\nstatus: done\r\n---\r\ntext\r\n", "done"),
        ("\ufeff---\nstatus: done\n---\n", "done"),
        ("---  \nstatus: done\n...\n: [ not YAML\n", "done"),
        ("---\nstatus: done\n---", "done"),
        ("---\nother: 1\n---\nstatus: done\n", None),
        ("---\n---\ntext\n", None),
        ("# Title\n---\nstatus: done\n---\n", None),
        ("---\nstatus: done\nno end\n", None),
        ("--- status: done\n---\n", None),
        ("----\nstatus: done\n---\n", None),
        ("status: done\n", None),
        ("", None),
        ("---\na: 1\nstatus: x: y\n---\n", "yaml-syntax:3: mapping values are not allowed in this context"),
        ("---\na: 1\nstatus: [x]\n---\n", "history-gap:3: the value is a list, not a text"),
    ],
)
def test_a_text_says_it_in_its_front_matter(text: str, value: str | None) -> None:
    assert said(text, whole=False) == value


@pytest.mark.parametrize(("path", "whole"), [("a.yaml", True), ("b/a.YML", True), ("a.md", False), ("yaml", False)])
def test_the_name_tells_whether_all_of_the_file_is_yaml(path: str, whole: bool) -> None:
    assert field.is_whole(path) is whole


SCALARS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)
TREES = st.recursive(
    SCALARS | st.integers() | st.booleans() | st.none() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


@given(TREES, st.booleans())
def test_the_answer_is_that_of_a_loader_that_builds_the_whole_tree(tree: object, flow: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True)
    node = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- it makes nothing but text
    for key in ("a", "b"):
        node = node.get(key) if isinstance(node, dict) else None
    found = field.read(text.encode(), ["a", "b"], whole=True)
    if isinstance(node, str):
        nothing = node in ("", "~", "null")
        assert found.state in (("", node.strip()), ("", "") if nothing else None)
    else:
        assert found.state is None
        assert bool(found.problem) is isinstance(node, list | dict)


@given(
    st.binary(max_size=60) | SCALARS.map(str.encode) | st.text("-:{}[]&*!|>'\"#%@` \n\tab", max_size=60).map(str.encode)
)
def test_nothing_is_raised_whatever_the_bytes_are(data: bytes) -> None:
    for whole in (True, False):
        field.read(data, ["a"], whole=whole)
        field.read(b"---\n" + data + b"\n---\n", ["a", "b"], whole=whole)
