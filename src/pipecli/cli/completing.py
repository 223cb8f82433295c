"""What may stand at the end of a command line: the answer to `pipe --complete WORD…`, which the shells ask.

The words are those behind `pipe`, the last one being typed. The answer is a line that says what follows (`names`,
`files`, `folders`), then the names. Nothing slow is loaded: see `pipecli.shell.known`.
"""

import os
import sys
from collections.abc import Sequence

from pipecli.cli.grammar import FACTS, GRAMMAR

_FILES = {"file": "files", "folder": "folders"}
_PLACES = {"deal": "deals", "pipeline": "pipelines", "company": "companies", "contact": "contacts"}


class _Line:
    """A command line, read up to the word that is being typed: `asked` is the option that waits for its value.

    No dataclass: that module would be two thirds of all that is loaded here.
    """

    def __init__(self) -> None:
        self.command = ""
        self.folder = os.environ.get("PIPE_WORKSPACE") or "."
        self.arguments: list[str] = []
        self.values: dict[str, str] = {}
        self.asked = ""
        self.plain = False

    def options(self) -> dict[str, str | None]:
        """Return the options that may stand here, each with the kind of its value; None for a flag."""
        words = f"{GRAMMAR['']} {GRAMMAR[self.command]}".split()
        pairs = [word.partition("=") for word in words if word.startswith("-")]
        return {name: kind if equals else None for name, equals, kind in pairs}

    def take(self, word: str) -> None:
        """Read one word."""
        if word == "=" and self.asked:  # bash cuts `--format=csv` in three
            return
        if self.asked:
            self._keep(self.asked, word)
        elif word == "--":
            self.plain = True
        elif word.startswith("-") and not self.plain:
            name, equals, value = word.partition("=")
            if equals:
                self._keep(name, value)
            elif self.options().get(name) is not None:
                self.asked = name
        elif not self.arguments and f"{self.command} {word}".strip() in GRAMMAR:
            self.command = f"{self.command} {word}".strip()
        else:
            self.arguments.append(word)

    def _keep(self, option: str, value: str) -> None:
        self.asked = ""
        self.values[option] = value
        if option == "-C":
            self.folder = os.path.expanduser(value.strip("\"'"))  # noqa: PTH111 -- pathlib takes long to load


def run(words: Sequence[str]) -> int:
    """Print what may stand in the place of the last word."""
    *before, current = words or [""]
    line = _Line()
    for word in before:
        line.take(word)
    kind, found = _candidates(line, "" if current == "=" and line.asked else current)
    sys.stdout.write("\n".join([_FILES.get(kind, "names"), *found, ""]))
    return 0


def _candidates(line: _Line, current: str) -> tuple[str, list[str]]:
    """Return the kind of the word that is being typed, and the words it may become."""
    if line.asked:
        return _of_kind(line.options()[line.asked] or "", line, current)
    if current.startswith("-") and not line.plain:
        name, equals, value = current.partition("=")
        if not equals:
            return "", [option for option in line.options() if option.startswith(current)]
        kind, found = _of_kind(line.options().get(name) or "", line, value)
        return kind, [f"{name}={word}" for word in found]
    below = f"{line.command} ".lstrip()
    commands = [] if line.arguments else [name.removeprefix(below) for name in GRAMMAR if name.startswith(below)]
    names = [name for name in commands if name and " " not in name and name.startswith(current)]
    return ("", names) if names else _argument(line, current)


def _argument(line: _Line, current: str) -> tuple[str, list[str]]:
    """Return what the next argument may be; behind one that is repeatable, first what stands behind that."""
    places = [word for word in GRAMMAR[line.command].split() if not word.startswith("-")]
    at = len(line.arguments)
    several = next((index for index, word in enumerate(places) if word.endswith("+")), len(places))
    for kind in places[at : at + 1] if at <= several else [*places[several + 1 :], *places[several : several + 1]]:
        found = _of_kind(kind.rstrip("+"), line, current)
        if found[1] or found[0] in _FILES:
            return found
    return "", []


def _of_kind(kind: str, line: _Line, current: str) -> tuple[str, list[str]]:
    """Return the words of a kind that begin with what is typed: behind the last comma, or a falling key's dash."""
    start = current.rfind(",") + 1 if kind == "facts" else int(kind == "fact" and current.startswith("-"))
    return kind, [current[:start] + word for word in _words(kind, line) if word.startswith(current[start:])]


def _words(kind: str, line: _Line) -> list[str]:
    from pipecli.shell import known

    if "|" in kind:
        return kind.split("|")
    top = known.root(os.path.abspath(line.folder))  # noqa: PTH100 -- pathlib takes long to load
    if top is None:
        return []
    if kind == "stage":
        pipeline = line.values.get("--pipeline")
        return known.stages(top, [pipeline] if pipeline else known.pipelines_of(top, line.arguments))
    if kind in ("fact", "facts"):
        return [*FACTS.split(), *known.fields(top)]
    if kind in ("member", "view"):
        return known.safe(known.members(top) if kind == "member" else known.views(top))
    return sorted(known.ids(top, _PLACES[kind])) if kind in _PLACES else []
