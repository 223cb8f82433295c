r"""One field of a version of any file: YAML of whatever shape, or a text that begins with YAML between `---` lines.

Such files are not ours, so the strict loader is not their judge: anchors, tags, comments, repeated keys (the last one
counts, as for most readers) and further documents (the first one is read) are all allowed. What PyYAML's C parser
refuses is a version that cannot be read. Only its events are taken: nothing is constructed, so no value becomes a date
or a number, and nothing that is nested is followed on the stack.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import MappingEndEvent, ScalarEvent, SequenceEndEvent

from pipecli.core.layout import MAX_BYTES
from pipecli.core.problem import Problem
from pipecli.history import version
from pipecli.history.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_DEPTH = 1_000

_NOTHING = ("", "~", "null", "Null", "NULL")
_WHOLE = (".yaml", ".yml")
_ENDS = (MappingEndEvent, SequenceEndEvent)
_FRONT = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)


def is_whole(path: str) -> bool:
    """Return whether the whole file is YAML, as its name tells; of others the front matter is."""
    return path.casefold().endswith(_WHOLE)


def read(data: bytes | None, keys: Sequence[str], *, whole: bool) -> Version:
    """Return what a blob says at a path of keys. Never raises; None stands for a blob that git does not have.

    The state is `("", text)`, and the text is empty where the key has no value. Where there is no such key, there is
    neither a state nor a problem.
    """
    if data is None:
        return version.parse(None)
    if len(data) > MAX_BYTES:
        return _unread("file-too-large", f"the file has more than {MAX_BYTES:,} bytes")
    front = None if whole else _FRONT.match(data)
    if whole or front:
        return _parsed(front[1] if front else data, keys, above=1 if front else 0)
    return Version()


def _parsed(data: bytes, keys: Sequence[str], *, above: int) -> Version:
    """Return what a text says that has so many lines above it."""
    try:
        text = _Events(data).first(keys)
    except _NoTextError as error:
        return _unread(error.code, str(error), above + error.line + 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = above + mark.line + 1 if mark else 0
        return _unread("yaml-syntax", error.problem or error.context or "not YAML", line)
    except (yaml.YAMLError, ValueError) as error:
        return _unread("yaml-syntax", str(error).split("\n")[0])
    return Version(state=None if text is None else ("", text))


def _unread(code: str, message: str, line: int = 0) -> Version:
    return Version(problem=Problem(code=code, message=message, line=line))


class _NoTextError(Exception):
    """What stands at an event is no text, or cannot be followed to one; `line` counts from 0."""

    def __init__(self, event: Any, message: str, code: str = "history-gap") -> None:  # noqa: ANN401 -- PyYAML's events
        super().__init__(message)
        self.code = code
        self.line: int = event.start_mark.line


class _Events:
    """One pass over the events of a text; `texts` are of scalars with an anchor, `gap` is why there is none."""

    def __init__(self, data: bytes) -> None:
        self.next: Callable[[], Any] = yaml.CBaseLoader(data).get_event
        self.texts: dict[str, str] = {}
        self.gap: _NoTextError | None = None

    def first(self, keys: Sequence[str]) -> str | None:
        """Return the text at a path of keys in the first document, None where there is no such key."""
        self.next()
        if type(self.next()) is yaml.StreamEndEvent:
            return None
        found = self.value(self.next(), keys)
        self.next()
        self.next()  # raises where neither the end nor another document follows
        if found is None and self.gap:
            raise self.gap
        return found

    def value(self, event: Any, keys: Sequence[str]) -> str | None:  # noqa: ANN401
        """Return the text at a path of keys from a node on."""
        if not keys:
            return self.text(event)
        if type(event) is yaml.AliasEvent:
            self.gap = _NoTextError(event, f"the alias *{event.anchor} above {keys[0]!r} is not followed")
        if type(event) is not yaml.MappingStartEvent:
            self.passed(event)
            return None
        found, merge = None, None
        while type(key := self.next()) is not MappingEndEvent:
            name, value = self.passed(key), self.next()
            if name == keys[0]:
                found = self.value(value, keys[1:])
                continue
            merge = key if name == "<<" else merge
            self.passed(value)
        if found is None and merge:
            self.gap = _NoTextError(merge, f"{keys[0]!r} may come from a merge key (<<), which is not followed")
        return found

    def text(self, event: Any) -> str | None:  # noqa: ANN401
        """Return the text of a scalar, or of the one that an alias stands for; None where there is none."""
        text = self.passed(event)
        if text is None:
            kinds = {yaml.MappingStartEvent: "a mapping", yaml.SequenceStartEvent: "a list"}
            self.gap = _NoTextError(event, f"the value is {kinds.get(type(event), 'an alias')}, not a text")
            return None
        plain = type(event) is ScalarEvent and not event.style
        return "" if plain and text in _NOTHING else text.strip()

    def passed(self, event: Any) -> str | None:  # noqa: ANN401
        """Go past a node; return its text where it is a scalar, or an alias of one."""
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self.texts.get(str(event.anchor))
        if event.anchor is not None:
            self.anchor(event)
        if kind is ScalarEvent:
            return str(event.value)
        following, depth = self.next, 1
        while depth:
            inner = following()
            kind = type(inner)
            if kind in _ENDS:
                depth -= 1
            elif kind is not yaml.AliasEvent:
                if inner.anchor is not None:
                    self.anchor(inner)
                if kind is not ScalarEvent:
                    depth += 1
                    if depth > MAX_DEPTH:
                        raise _NoTextError(inner, f"nested more than {MAX_DEPTH:,} levels deep", "yaml-too-deep")
        return None

    def anchor(self, event: Any) -> None:  # noqa: ANN401
        """Keep the text of a scalar that has an anchor; another node with that name takes its place."""
        if type(event) is ScalarEvent:
            self.texts[str(event.anchor)] = event.value
        else:
            self.texts.pop(str(event.anchor), None)
