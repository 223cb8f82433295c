"""Deals for other programs: CSV and JSON lines with every key, from which an import makes the same files. Pure."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

from pipecli.core import yamltext
from pipecli.interchange.own_form import KIND, cell, columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace


def as_csv(workspace: Workspace, deals: Sequence[Deal]) -> str:
    """Return one row a deal, by the rules of `own_form`; lines end with a line feed (RFC 4180 otherwise)."""
    trees = [_tree(workspace, deal) for deal in deals]
    names = columns(trees)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([cell(tree, name) for name in names] for tree in trees)
    return out.getvalue()


def as_json_lines(workspace: Workspace, deals: Sequence[Deal]) -> str:
    """Return one object a line and deal, with the keys of its file, its id and its kind; all values are texts.

    Everything beyond ASCII is escaped, so that no control character reaches a terminal.
    """
    return "".join(f"{json.dumps(_tree(workspace, deal))}\n" for deal in deals)


def _tree(workspace: Workspace, deal: Deal) -> dict[str, Any]:
    """Return the keys of a deal's file as they stand there, with its id and its kind."""
    stage = workspace.stage_of(deal)
    data = yamltext.load(workspace.texts[deal.path], deal.path).data
    return {"id": deal.id, **data, KIND: str(stage.kind) if stage else None}


EXPORTERS: Mapping[str, Callable[[Workspace, Sequence[Deal]], str]] = {"csv": as_csv, "jsonl": as_json_lines}
"""The forms of an export by name. A new one: write its function, add its line here."""
