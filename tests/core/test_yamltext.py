from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.yamltext import MAX_BYTES, YamlError, load

if TYPE_CHECKING:
    from pipecli.core.problem import Loc

DEAL = """\
# A deal.
title: "Größe: \\u00e4"
pipeline: sales

stage: lead   # was cold
next_step: {do: Call them, due: 2026-11-25}
contacts: [jane-doe, joe]
note: |
  Two
  lines
folded: >-
  one
  line
tasks:
  - id: t1
    do: 'It''s due'
  - {id: t2, do: ~}
empty:
""".encode()

BOMB = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n" % (new, new, *[old] * 9)
    for old, new in zip(b"abcdefgh", b"bcdefghi", strict=True)
)


def refused(data: bytes) -> tuple[str, int, int]:
    with pytest.raises(YamlError) as caught:
        load(data, "deals/x.yaml")
    problem = caught.value.problem
    assert problem.path == "deals/x.yaml"
    assert problem.message == str(caught.value)
    return problem.code, problem.line, problem.column


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"a: *x\n", "yaml-alias", 1, 4),
        (b"a: 1\nb: &x y\n", "yaml-anchor", 2, 4),
        (b"a: &x\n  b: c\n", "yaml-anchor", 1, 4),
        (b"&x a: b\n", "yaml-key", 1, 1),
        (b"*x : b\n", "yaml-key", 1, 1),
        (b"a: !!str x\n", "yaml-tag", 1, 4),
        (b"a: !!python/object/apply:os.system [x]\n", "yaml-tag", 1, 4),
        (b"a: ! x\n", "yaml-tag", 1, 4),
        (b"a: !!map {b: c}\n", "yaml-tag", 1, 4),
        (b"!!int 1: x\n", "yaml-key", 1, 1),
        (b"%TAG ! tag:example.com,2026:\n---\na: x\n", "yaml-tag", 1, 1),
        (b"a:\n  <<: {b: c}\n", "yaml-merge-key", 2, 3),
        (b"a: {<<: {b: c}}\n", "yaml-merge-key", 1, 5),
        (b"a: 1\nb: 2\na: 3\n", "yaml-duplicate-key", 3, 1),
        (b"a: {b: 1, 'b': 2}\n", "yaml-duplicate-key", 1, 11),
        (b"a:\na: 1\n", "yaml-duplicate-key", 2, 1),
        (b"a: 1\n---\nb: 2\n", "yaml-second-document", 2, 1),
        (b"a: 1\n...\n---\n", "yaml-second-document", 3, 1),
        (b"? [a]\n: b\n", "yaml-key", 1, 3),
        (b"? {a: b}\n: c\n", "yaml-key", 1, 3),
        (b": x\n", "yaml-syntax", 1, 1),
        (b"null: x\n", "yaml-key", 1, 1),
        (b"~: x\n", "yaml-key", 1, 1),
        (b'"a\\u0000": x\n', "control-character", 1, 1),
        (b"- a\n", "not-a-mapping", 1, 1),
        (b"text\n", "not-a-mapping", 1, 1),
        (b"[]\n", "not-a-mapping", 1, 1),
        (b"\ta: x\n", "yaml-syntax", 1, 1),
        (b"a:\n\tb: x\n", "yaml-syntax", 2, 1),
        (b"a: b: c\n", "yaml-syntax", 1, 5),
        (b"a: [x\n", "yaml-syntax", 2, 1),
        (b"a: 'x\n", "yaml-syntax", 2, 1),
        (b"a: @x\n", "yaml-syntax", 1, 4),
        (b"%YAML 9.9\n---\na: x\n", "yaml-syntax", 1, 1),
        (b"a: x\n\xff\xfe\n", "not-utf8", 2, 1),
        ("a: café\n".encode("latin-1"), "not-utf8", 1, 7),
        ("a: x\n".encode("utf-16"), "not-utf8", 1, 1),
        ("a: x\n".encode("utf-16-le"), "control-character", 1, 2),
        ("a: x\n".encode("utf-32-le"), "control-character", 1, 2),
        (b"a: \xed\xa0\x80\n", "not-utf8", 1, 4),
        (b"a: x\x00\n", "control-character", 1, 5),
        (b"a: \x1b[31m\n", "control-character", 1, 4),
        (b"a: \x7f\n", "control-character", 1, 4),
        ("a: \x85\n".encode(), "control-character", 1, 4),
        ("a: \x9b31m\n".encode(), "control-character", 1, 4),
        ("a: x\u2028y\n".encode(), "control-character", 1, 5),
        ("a: x\ufeff\n".encode(), "control-character", 1, 5),
        ("a: \ufffe\n".encode(), "control-character", 1, 4),
        (b"a: x\rb: y\n", "control-character", 1, 5),
        (b"a: x\r", "control-character", 1, 5),
        (b'a: "\\e[31m"\n', "control-character", 1, 4),
        (b'a: "x\\0"\n', "control-character", 1, 4),
        ("# \u202e\na: x\n".encode(), "bidi-character", 1, 3),
        ("a: x\u2066y\n".encode(), "bidi-character", 1, 5),
        (b'a: "\\u202e"\n', "bidi-character", 1, 4),
        (b"<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n", "conflict-marker", 1, 1),
        (b"a: 1\r\n<<<<<<< ours\r\n", "conflict-marker", 2, 1),
        (b"a: {b: " + b"[" * 20, "yaml-too-deep", 1, 26),
        (b"a: " + b"[" * 30_000, "yaml-too-deep", 1, 23),
        (b"a: " + b"{b: " * 30_000, "yaml-too-deep", 1, 80),
        (b"a:\n" + b"".join(b" " * n + b"b:\n" for n in range(1, 300)), "yaml-too-deep", 21, 21),
        (b"a: " + b"x" * 40_000, "yaml-too-long", 1, 4),
        (b"a: |\n" + b"  x\n" * 20_000, "yaml-too-long", 1, 4),
        (b"a: x\n" * 60_000, "file-too-large", 0, 0),
        (BOMB, "yaml-anchor", 1, 4),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_each_kind_of_bad_text_is_a_problem_of_its_own(data: bytes, code: str, line: int, column: int) -> None:
    assert refused(data) == (code, line, column)


def test_an_alias_bomb_is_small_and_found_at_its_first_anchor() -> None:
    assert len(BOMB) < 490
    assert refused(b"z: 1\n" + BOMB) == ("yaml-anchor", 2, 4)


def test_a_bomb_of_merge_keys_is_refused_at_the_first() -> None:
    assert refused(b"a: {b: 1}\nc:\n" + b"  <<: [*a, *a, *a]\n" * 100)[0] == "yaml-merge-key"


def test_the_limits_themselves_are_allowed() -> None:
    assert ("a", *[0] * 18) in load(b"a: " + b"[" * 19 + b"]" * 19).spans
    assert load(b"a: " + b"x" * (32 * 1024)).data == {"a": "x" * (32 * 1024)}
    assert load(b"# " + b"x" * (MAX_BYTES - 2)).data == {}


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"# only a comment\n", b"---\n", b"---\n...\n", b"~\n", b"\xef\xbb\xbf", b"{}"]
)
def test_a_file_may_be_empty(data: bytes) -> None:
    assert load(data).data == {}


def test_every_scalar_is_the_text_that_was_written() -> None:
    data = b"a: NO\nb: 10.10\nc: 0x1F\nd: 1e5\ne: 12:30:45\nf: 2026-11-03\ng: .inf\nh: =\ni: yes\nj: 010\n"
    assert load(data).data == {
        "a": "NO", "b": "10.10", "c": "0x1F", "d": "1e5", "e": "12:30:45", "f": "2026-11-03", "g": ".inf", "h": "=",
        "i": "yes", "j": "010",
    }  # fmt: skip


def test_no_value_is_none_and_quotes_make_it_text() -> None:
    document = load(b"a:\nb: ~\nc: null\nd: ''\ne: 'null'\nf: \"~\"\ng: Null\nh: [~, null, '']\n")
    assert document.data == {"d": "", "e": "null", "f": "~", "g": "Null", "h": [None, None, ""]}
    assert ("a",) in document.spans


def test_all_styles_are_read() -> None:
    document = load(DEAL)
    assert document.data == {
        "title": "Größe: ä",
        "pipeline": "sales",
        "stage": "lead",
        "next_step": {"do": "Call them", "due": "2026-11-25"},
        "contacts": ["jane-doe", "joe"],
        "note": "Two\nlines\n",
        "folded": "one line",
        "tasks": [{"id": "t1", "do": "It's due"}, {"id": "t2"}],
    }


@pytest.mark.parametrize(
    ("loc", "place", "at_key"),
    [
        (("title",), (2, 8), (2, 1)),
        (("stage",), (5, 8), (5, 1)),
        (("next_step",), (6, 12), (6, 1)),
        (("next_step", "due"), (6, 33), (6, 28)),
        (("contacts", 1), (7, 22), (7, 22)),
        (("note",), (8, 7), (8, 1)),
        (("tasks", 0), (15, 5), (15, 5)),
        (("tasks", 0, "do"), (16, 9), (16, 5)),
        (("tasks", 1, "do"), (17, 18), (17, 14)),
        (("empty",), (18, 7), (18, 1)),
        (("next_step", "missing"), (6, 1), (6, 1)),
        (("tasks", 7, "id"), (14, 1), (14, 1)),
        (("missing",), (2, 1), (2, 1)),
    ],
    ids=str,
)
def test_every_value_knows_its_line_and_column(loc: Loc, place: tuple[int, int], at_key: tuple[int, int]) -> None:
    document = load(DEAL)
    assert document.position(loc) == place
    assert document.position(loc, at_key=True) == at_key


def test_carriage_returns_before_line_feeds_change_nothing_but_the_text() -> None:
    plain, windows = load(DEAL), load(DEAL.replace(b"\n", b"\r\n"))
    assert windows.data == plain.data
    assert [windows.position(loc) for loc in windows.spans] == [plain.position(loc) for loc in plain.spans]


def test_a_byte_order_mark_is_kept_apart_and_moves_no_column() -> None:
    document = load(b"\xef\xbb\xbfa: x\n")
    assert (document.bom, document.text, document.position(("a",))) == (True, "a: x\n", (1, 4))


def test_a_tab_is_told_as_one() -> None:
    with pytest.raises(YamlError) as caught:
        load(b"a:\n\tb: x\n")
    assert caught.value.problem.hint == "indent with spaces, not with a tab"


def test_a_problem_shows_its_line() -> None:
    with pytest.raises(YamlError) as caught:
        load(b"a: 1\r\nb: *x\r\n")
    assert caught.value.problem.excerpt == "b: *x"


def is_read(data: bytes) -> None:
    try:
        document = load(data)
    except YamlError as error:
        problem = error.problem
        assert problem.code
        assert problem.message
        assert problem.line == 0 or problem.column > 0
    else:
        assert () in document.spans or document.data == {}


@given(st.binary(max_size=200))
def test_loading_any_bytes_raises_nothing_but_yaml_errors(data: bytes) -> None:
    is_read(data)


SNIPPETS = [
    b"&a ", b"*a", b"<<: ", b"!!x ", b"---\n", b"...\n", b"[", b"]", b"{", b"}", b"? ", b": ", b"- ", b"|\n", b">",
    b"'", b'"', b"#", b"\t", b"\r", b"\n", b"\x00", b"\xff", b"\xe2\x80\xae", b"\\x", b"%YAML 1.1\n",
    b"<<<<<<< a\n", b"title: ",
]  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, len(DEAL)), st.integers(0, 5), st.sampled_from(SNIPPETS)), min_size=1, max_size=4)
)
def test_loading_a_damaged_file_raises_nothing_but_yaml_errors(cuts: list[tuple[int, int, bytes]]) -> None:
    data = DEAL
    for at, length, snippet in cuts:
        data = data[:at] + snippet + data[at + length :]
    is_read(data)


@given(st.text("ab:-[]{},&*!|>'\"#?%\n \t~<", max_size=60))
def test_loading_what_looks_like_yaml_raises_nothing_but_yaml_errors(text: str) -> None:
    is_read(text.encode())
