"""The history that gates and `pushes` ask for: through the installed commands, on real repositories."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from installed import pipe

if TYPE_CHECKING:
    from conftest import Sandbox

PIPELINE = """\
name: Sales
stages:
  - {id: lead, name: Lead, exit: [value > 0]}
  - {id: talks, name: Talks}
  - {id: won, name: Won, kind: won}
  - {id: lost, name: Lost, kind: lost}
  - {id: held, name: Held, kind: on_hold}
"""
SETTINGS = """\
name: Test
currency: EUR
policies:
  - {name: pushed, when: [new.expected_close > old.expected_close, new.pushes > 1], require: [tags is set]}
"""


@pytest.fixture
def sales(sandbox: Sandbox) -> Sandbox:
    sandbox.write("pipe.yaml", SETTINGS)
    sandbox.write("pipelines/sales.yaml", PIPELINE)
    sandbox.deal("a", "lead", more="expected_close: 2026-02-01\n")
    sandbox.commit("Begin")
    return sandbox


def pushes(at: Sandbox, *options: str) -> dict[str, str]:
    text = pipe(at.folder, "list", "--all", "--columns", "id,pushes", "--format", "csv", *options).stdout
    return {row["id"]: row["pushes"] for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.parametrize("aside", ["held", "lost"])
def test_a_command_knows_from_which_stage_a_deal_goes_on(sales: Sandbox, aside: str) -> None:
    sales.deal("a", aside, more="closed_on: 2026-01-05\n" if aside == "lost" else "")
    sales.commit("aside, by hand")
    said = pipe(sales.folder, "move", "a", "won", code=1).stderr
    assert "to leave lead, where it was before: value > 0" in said
    pipe(sales.folder, "set", "a", "value=5")
    pipe(sales.folder, "win", "a")


def test_pushes_are_counted_by_the_history(sales: Sandbox) -> None:
    assert pushes(sales) == {"a": "0"}
    for month in (3, 4):
        sales.deal("a", "lead", more=f"expected_close: 2026-0{month}-01\n")
        sales.commit("push", hours=24)
    sales.deal("b", "lead")
    sales.commit("another")
    assert pushes(sales) == {"a": "2", "b": ""}
    assert pushes(sales, "--where", "pushes > 1") == {"a": "2"}
    assert pushes(sales, "--at", "HEAD~2") == {"a": "1"}
    said = pipe(sales.folder, "set", "a", "expected_close=2026-06-01", code=1).stderr
    assert "the policy 'pushed': tags is set\n      try: pipe set a tags+=…" in said
    pipe(sales.folder, "set", "a", "expected_close=2026-03-15")
    pipe(sales.folder, "set", "a", "expected_close=2026-06-01", "tags+=late")
    assert pushes(sales)["a"] == "3"


def test_in_a_shallow_clone_what_is_cut_off_is_not_known(
    sales: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sales.commit("another")
    clone = tmp_path_factory.mktemp("shallow")
    sales.git("clone", "--quiet", "--depth", "1", f"file://{sales.folder}", str(clone))
    assert "the clone is shallow" in pipe(clone, "list", "--where", "pushes > 1", code=3).stderr
    pipe(clone, "list")
    pipe(clone, "show", "a")
