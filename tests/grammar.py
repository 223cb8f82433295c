"""The grammar of the command line, read from the commands themselves: what src/pipecli/cli/grammar.py holds."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from typer.main import get_command

from pipecli.cli.app import app
from pipecli.core.editor import KINDS
from pipecli.core.record import ActivityKind, OutcomeClass
from pipecli.edits.activity import OUTCOMES
from pipecli.facts.registry import FACTS
from pipecli.interchange.registry import IMPORTERS
from pipecli.reports.registry import ALL, REPORTS
from pipecli.store import template
from pipecli.store.files import IDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODULE = Path(__file__).parents[1] / "src" / "pipecli" / "cli" / "grammar.py"

OF_PARAMETER: Mapping[str, str] = {
    "deal": "deal", "deals": "deal+", "owner": "member", "by": "member", "pipeline": "pipeline", "stage": "stage",
    "if_stage": "stage", "company": "company", "contact": "contact", "view": "view", "sort": "fact", "group": "fact",
    "to": "stage", "after": "stage", "before": "stage", "like": "pipeline",
    "columns": "facts", "output": "file", "folder": "folder", "template": "|".join(template.names()),
}  # fmt: skip
"""By the name of a parameter, what its values are."""
OF_COMMAND: Mapping[tuple[str, str], str] = {
    ("move", "words"): "deal+ stage",
    ("audit", "known_by"): "|".join(IDS),
    ("report", "name"): "|".join((*REPORTS, ALL)),
    ("report", "by"): "fact",
    ("diff", "by"): "fact",
    ("set", "words"): "deal+",
    ("reopen", "words"): "deal+ stage",
    ("log", "words"): f"deal+ {'|'.join(ActivityKind)}",
    ("log", "outcome"): "|".join(OUTCOMES),
    ("lose", "why"): "|".join(OutcomeClass),
    ("import", "name"): "|".join(IMPORTERS),
    ("import", "files"): "file+",
    ("schema", "kind"): "|".join([*KINDS, "tables"]),
    ("validate", "paths"): "file+",
}
"""The same where the name alone does not tell."""
OF_METAVAR: Mapping[str, str] = {"FILE": "file", "PATH": "file", "DIR": "folder", "COLUMN": ""}

INTRODUCTION = '''\
"""What every command takes: its arguments, then its options, each with the kind of its value, for completion.

Made from the commands: `pytest --update-cases tests/test_completion.py` writes it. `=` alone takes any text, a kind
with `+` may be repeated, words with `|` between them are the values themselves.
"""

from collections.abc import Mapping

GRAMMAR: Mapping[str, str] = {
'''


def grammar() -> dict[str, str]:
    """Return the grammar of every command by its name; the empty name stands for `pipe` itself."""
    return dict(_commands("", get_command(app)))


def text() -> str:
    """Return the module."""
    entries = "".join(f'    "{name}": {_literal(words, 8)},\n' for name, words in grammar().items())
    facts = _literal(" ".join(FACTS), 4)
    return f"{INTRODUCTION}{entries}}}\nFACTS = {facts}\n"


def _literal(words: str, indent: int) -> str:
    """Return a text as source, in several lines where it is long."""
    parts = wrap(words, 105, break_on_hyphens=False, break_long_words=False)
    if len(parts) < 2:
        return f'"{words}"'
    said = [f'{" " * indent}"{part}{" " * (part is not parts[-1])}"\n' for part in parts]
    return f"(\n{''.join(said)}{' ' * (indent - 4)})"


def _commands(name: str, command: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 -- Typer gives it no public type
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    yield name, " ".join(word for parameter in shown for word in _words(name, parameter))
    for below, inner in sorted(getattr(command, "commands", {}).items()):
        if not inner.hidden:
            yield from _commands(f"{name} {below}".strip(), inner)


def _words(command: str, parameter: Any) -> Iterator[str]:  # noqa: ANN401
    kind = _kind(command, parameter)
    if parameter.param_type_name == "argument":
        yield kind or "any"
    else:
        yield from (name if parameter.is_flag else f"{name}={kind}" for name in parameter.opts)


def _kind(command: str, parameter: Any) -> str:  # noqa: ANN401
    metavar = (parameter.metavar or "").strip("[].…")
    if (command, parameter.name) in OF_COMMAND:
        return OF_COMMAND[command, parameter.name]
    if "|" in metavar:
        return metavar
    return OF_METAVAR[metavar] if metavar in OF_METAVAR else OF_PARAMETER.get(parameter.name, "")
