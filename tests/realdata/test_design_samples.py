"""The YAML samples of the agreed design parse and validate, where the design is at hand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pipecli.core.problem import Severity
from pipecli.core.workspace import build
from pipecli.facts.derived import Context
from pipecli.rules.registry import check

DESIGN = Path(__file__).parents[3] / "shared" / "design" / "product.md"


def block(text: str, start: str, end: str) -> str:
    """Return the indented sample between two passages, without its indentation."""
    lines = text.split(start)[1].split(end, maxsplit=1)[0].splitlines()
    return "\n".join(line[4:] for line in lines if line.startswith("    ") or not line.strip()).strip() + "\n"


@pytest.mark.skipif(not DESIGN.exists(), reason="the design's documents are not beside this checkout")
def test_the_samples_of_the_design_are_one_workspace_without_an_error() -> None:
    text = DESIGN.read_text()
    parts = re.split(r"(?m)^# (\w+\.yaml)[^\n]*\n", block(text, "### Settings, team, rates, spend", "### A deal"))
    files = dict(zip(parts[1::2], parts[2::2], strict=True))
    files["pipelines/sales.yaml"] = block(text, "### A pipeline", "`kind` is")
    files["deals/2026-10/acme-renewal-k7m2.yaml"] = block(text, "### A deal", "`pipe move` writes")
    assert set(files) >= {"pipe.yaml", "team.yaml", "rates.yaml", "spend.yaml"}
    known = ["companies/acme.yaml", "contacts/jane-doe.yaml"]
    workspace = build(((path, data.encode()) for path, data in files.items()), paths=known)
    found = check(Context(workspace, date(2026, 11, 23), workspace.zone))
    assert [(p.path, p.code) for p in found if p.severity is Severity.ERROR] == []
    assert set(workspace.deals) == {"acme-renewal-k7m2"}
    assert len(workspace.pipelines["sales"].stages) == 8
