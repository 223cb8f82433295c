"""Random files of ours, in every style that people and programs write YAML in."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import assume
from hypothesis import strategies as st

from pipecli.core import emit
from pipecli.core.yamltext import Document, YamlError, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

KEYS = ("stage", "value", "größe", "two words", "a#b", "2026-10", "no", "x-y", "東京", "😀", "it's", "k9")
PLAIN = ("lead", "48000.00", "2026-11-03", "two words", "größer", "東京", "😀 ok", "a#b", "x:y", "-x", "~x")
QUOTED = ("", "lead", " blank ", "a: b", "a # b", "it's", 'say "so"', "back\\slash", "[x, y]", "東京", "- x")
LITERAL = ("text", "# no comment", "  deeper", "", "", "a: b", "größe ", "   ")
DEEPEST = 3


@st.composite
def documents(draw: Callable[..., Any], *, is_plain: bool = False) -> Document:
    """Draw a file; `is_plain` keeps to the styles in which nearly all files are written."""
    text = Writer(draw, is_plain=is_plain).file()
    try:
        return load(text.encode())
    except YamlError:
        assume(is_plain)  # odd styles may turn out to be no YAML together; plain ones must not
        raise


@dataclass
class Writer:
    """Writes one random file; every comment in it has a number of its own."""

    draw: Callable[..., Any]
    is_plain: bool
    numbers: Iterator[int] = field(default_factory=count)

    def pick(self, *options: T) -> T:
        drawn: T = self.draw(st.sampled_from(options))
        return drawn

    def seldom(self) -> bool:
        return not self.is_plain and self.pick(*[False] * 5, True)

    def file(self) -> str:
        column = 0 if self.is_plain else self.pick(0, 0, 0, 1, 2, 3)
        text = self.lines_between(0) + self.pick("", "", "---\n", "--- # start\n")
        if self.seldom():
            text += self.flow(0, 0) + self.comment() + "\n"
        else:
            text += self.lines_between(column) + " " * column + self.mapping(column, 0)
        text += self.lines_between(0) + ("...\n" if self.seldom() else "")
        text = text[:-1] if self.pick(False, False, False, True) else text
        return ("\ufeff" if self.seldom() else "") + self.with_line_ends(text)

    def with_line_ends(self, text: str) -> str:
        style = self.pick("\n", "\n", "\r\n", "mixed")
        if style != "mixed":
            return text.replace("\n", style)
        bits: int = self.draw(st.integers(0, 2**40))
        lines = text.split("\n")
        ends = ("\r\n" if bits >> number % 40 & 1 else "\n" for number in range(len(lines) - 1))
        return "".join(line + end for line, end in zip(lines, (*ends, ""), strict=True))

    def comment(self, *, may_tab: bool = True) -> str:
        if self.pick(True, True, False):
            return "" if self.is_plain else self.pick("", "", " ", "  ")
        return self.pick(" ", "   ", "\t" if may_tab else "  ") + f"# c{next(self.numbers)}; it's, a: {{1]"

    def head_comment(self) -> str:
        return self.comment(may_tab=False)  # YAML forbids a tab right behind ':' and '-'

    def lines_between(self, column: int) -> str:
        return "".join(self.pick("", self.line_comment(column)) + "\n" for _ in range(self.pick(0, 0, 0, 1, 2)))

    def line_comment(self, column: int) -> str:
        at = column if self.is_plain else self.pick(column, column, 0, column + 2, column + 5)
        return " " * at + f"#c{next(self.numbers)} - x: y"

    def keys(self) -> list[str]:
        names: list[str] = self.draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True))
        return [emit.scalar(name, inside_flow=True, quote=self.pick("", "", "'", '"')) for name in names]

    def mapping(self, column: int, depth: int) -> str:
        return self.between([self.entry(key, column, depth) for key in self.keys()], column)

    def entry(self, key: str, column: int, depth: int) -> str:
        if self.seldom() and self.pick(False, True):
            return f"? {key}{self.comment()}\n{' ' * column}:{self.value(column, depth)}"
        return key + (self.pick("", " ") if self.seldom() else "") + ":" + self.value(column, depth)

    def sequence(self, column: int, depth: int) -> str:
        return self.between(["-" + self.item(column, depth) for _ in range(self.pick(1, 2, 3))], column)

    def between(self, entries: list[str], column: int) -> str:
        text = entries[0]
        for entry in entries[1:]:
            text += self.lines_between(column) + " " * column + entry
        return text

    def item(self, column: int, depth: int) -> str:
        pad = 1 if self.is_plain else self.pick(1, 1, 3)
        kind = self.pick("value", "value", "mapping", "sequence") if depth < DEEPEST else "value"
        if kind == "value":
            return self.value(column, depth, indentless=False)
        write = self.mapping if kind == "mapping" else self.sequence
        return " " * pad + write(column + 1 + pad, depth + 1)

    def value(self, column: int, depth: int, *, indentless: bool = True) -> str:
        deeper = column + (2 if self.is_plain else self.pick(1, 2, 2, 4))
        nested = ("mapping", "sequence") if depth < DEEPEST else ()
        kind = self.pick("scalar", "scalar", "scalar", "absent", "literal", "flow", *nested)
        if kind == "absent":
            return self.pick("", " ~", " null") + self.head_comment() + "\n"
        if kind == "literal":
            return " " + self.literal(deeper)
        if kind == "flow":
            return " " + self.flow(deeper, depth) + self.comment() + "\n"
        if kind == "scalar":
            below = self.head_comment() + "\n" + " " * deeper if self.seldom() else self.pick(" ", " ", "   ")
            return below + self.scalar(deeper) + self.comment() + "\n"
        deeper = column if kind == "sequence" and indentless and self.pick(False, True) else deeper
        head = self.head_comment() + "\n" + self.lines_between(deeper) + " " * deeper
        return head + (self.mapping if kind == "mapping" else self.sequence)(deeper, depth + 1)

    def scalar(self, column: int) -> str:
        style = self.pick("", "", "'", '"')
        if self.seldom():
            return self.folded(style, column)
        return emit.scalar(self.pick(*QUOTED), quote=style) if style else self.pick(*PLAIN)

    def folded(self, quote: str, column: int) -> str:
        fold = self.pick("\n", "\n\n", " \n") + " " * (column + self.pick(0, 3))
        escape = "\\" if quote == '"' and self.pick(True, False) else ""
        return quote + "one" + escape + fold + "two" + (" #x" if quote else "") + fold + "three" + quote

    def literal(self, column: int) -> str:
        lines = [] if self.seldom() else ["first", *(self.pick(*LITERAL) for _ in range(self.pick(0, 1, 2)))]
        head = self.pick("|", ">") + self.pick("", "", "-", "+") + self.comment() + "\n"
        return head + "".join((" " * column + line if line else "") + "\n" for line in lines)

    def flow(self, column: int, depth: int) -> str:
        if self.pick(True, False):
            return "{" + self.entries([self.flow_entry(key, column, depth) for key in self.keys()], column) + "}"
        items = [self.flow_value(column, depth) for _ in range(self.pick(1, 2, 3))]
        pair = [f"k9: {self.flow_value(column, depth)}"] if self.seldom() else []
        return "[" + self.entries([*items, *pair], column) + "]"

    def flow_entry(self, key: str, column: int, depth: int) -> str:
        if self.seldom():
            return self.pick(key, key + ": ", key + ": ~")
        return key + ": " + self.flow_value(column, depth)

    def flow_value(self, column: int, depth: int) -> str:
        if depth < DEEPEST and self.pick(False, False, False, True):
            return self.flow(column, depth + 1)
        style = self.pick("", "'", '"')
        return emit.scalar(self.pick(*(QUOTED if style else PLAIN)), inside_flow=True, quote=style)

    def entries(self, entries: list[str], column: int) -> str:
        if self.seldom():
            return self.gap(column)
        text = self.gap(column) + entries[0]
        for entry in entries[1:]:
            text += (self.gap(column) if self.seldom() else "") + "," + self.gap(column, " ") + entry
        return text + (self.pick("", " ") + "," if self.seldom() else "") + self.gap(column)

    def gap(self, column: int, otherwise: str = "") -> str:
        if self.pick(True, True, False):
            return otherwise
        return self.pick("", " ", "\n" + " " * column, self.comment() + "\n" + " " * column)
