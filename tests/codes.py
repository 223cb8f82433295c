"""Every problem code that the source can give, read from the source."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from pipecli.rules.audited import LEVELS
from pipecli.rules.registry import codes as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parent.parent / "src" / "pipecli"
MAKERS = {"self.refused": 1, "_problem": 2, "refusal": 1, "unmet": 1}
"""Functions that make a problem, and the place of the code among their arguments."""


def codes() -> set[str]:
    """Return every code: those of the rules and of the checks of the history, and those that are literals."""
    return {
        *rules(),
        *LEVELS,
        *(code for path in SOURCE.rglob("*.py") for code in _literals(ast.parse(path.read_text("utf-8")))),
    }


def _literals(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            place = MAKERS.get(ast.unparse(node.func))
            for value in named or (node.args[place : place + 1] if place is not None else []):
                yield from _texts(value)


def _texts(value: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression may be, both branches of a choice among them."""
    for branch in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
        if isinstance(branch, ast.Constant) and isinstance(branch.value, str) and branch.value:
            yield branch.value
        elif isinstance(branch, ast.IfExp):
            yield from _texts(branch)
