"""A workspace that was moved to another folder of its repository keeps its past."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from pipecli.shell.git import discover
from pipecli.store.history import read

if TYPE_CHECKING:
    from conftest import Sandbox
    from pipecli.store.history import History

FILES = ("deals", "pipelines", "pipe.yaml")


def _begin(sandbox: Sandbox, folder: str = "") -> None:
    sandbox.write(f"{folder}pipe.yaml", "name: x\n")
    sandbox.write(f"{folder}pipelines/sales.yaml", "name: x\n")
    sandbox.deal("a", "lead", folder=f"{folder}deals")
    sandbox.deal("b", "lead", folder=f"{folder}deals/2026-01")
    sandbox.commit()


def _move(sandbox: Sandbox, source: str, target: str) -> None:
    (sandbox.folder / target).mkdir(parents=True, exist_ok=True)
    for name in FILES:
        sandbox.git("mv", f"{source}{name}", f"{target}{name}")


def _read(sandbox: Sandbox, folder: str, *, first_parent: bool = False) -> History:
    found = discover(sandbox.folder / folder)
    assert found
    return read(found, zone=UTC, first_parent=first_parent)


def _told(history: History, deal: str = "a") -> list[tuple[str, int]]:
    return [(e.state[1] if e.state else "gone", e.effective.hour) for e in history.timelines[deal]]


def test_into_a_folder(sandbox: Sandbox) -> None:
    _begin(sandbox)
    _move(sandbox, "", "crm/")
    sandbox.commit()
    sandbox.deal("a", "offer", folder="crm/deals")
    sandbox.commit()
    found = _read(sandbox, "crm")
    assert _told(found) == [("lead", 11), ("offer", 13)]
    assert _told(found, "b") == [("lead", 11)]
    assert found.problems == ()


def test_a_move_of_the_workspace_and_of_a_deal_in_one_commit(sandbox: Sandbox) -> None:
    _begin(sandbox)
    _move(sandbox, "", "crm/")
    sandbox.deal("a", "offer", folder="crm/deals")
    sandbox.commit()
    assert _told(_read(sandbox, "crm")) == [("lead", 11), ("offer", 12)]


def test_trailers_of_the_former_place_fit(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.deal("a", "offer")
    sandbox.commit("Move\n\nPipe-Move: a sales/lead -> sales/offer @ 2026-01-05T12:30:00+01:00\nPipe-Op: 1")
    _move(sandbox, "", "crm/")
    sandbox.commit()
    found = _read(sandbox, "crm")
    assert _told(found) == [("lead", 11), ("offer", 12)]
    assert found.problems == ()


def test_from_a_folder_to_the_top_and_back(sandbox: Sandbox) -> None:
    _begin(sandbox, "crm/")
    for source, target in (("crm/", ""), ("", "team a/sales/"), ("team a/sales/", "crm/")):
        _move(sandbox, source, target)
        sandbox.commit()
    assert _told(_read(sandbox, "crm")) == [("lead", 11)]
    assert _told(_read(sandbox, "crm"), "b") == [("lead", 11)]


def test_a_folder_above_renamed(sandbox: Sandbox) -> None:
    _begin(sandbox, "team a/sales/")
    sandbox.git("mv", "team a/sales", "team a/selling")
    sandbox.commit()
    sandbox.git("mv", "team a", "team b")
    sandbox.commit()
    assert _told(_read(sandbox, "team b/selling")) == [("lead", 11)]


def test_the_former_place_used_again_is_another_workspace(sandbox: Sandbox) -> None:
    _begin(sandbox)
    _move(sandbox, "", "crm/")
    sandbox.commit()
    sandbox.deal("a", "won")
    sandbox.deal("z", "won")
    sandbox.commit()
    found = _read(sandbox, "crm")
    assert list(found.timelines) == ["a", "b"]
    assert _told(found) == [("lead", 11)]


def test_other_settings_are_no_move(sandbox: Sandbox) -> None:
    _begin(sandbox)
    _move(sandbox, "", "crm/")
    sandbox.write("crm/pipe.yaml", "name: another\n")
    sandbox.commit()
    assert _told(_read(sandbox, "crm")) == [("lead", 12)]


@pytest.mark.parametrize("first_parent", [False, True])
@pytest.mark.parametrize("settled", [False, True])
def test_work_on_a_branch_from_before_the_move(sandbox: Sandbox, *, first_parent: bool, settled: bool) -> None:
    _begin(sandbox)
    sandbox.git("branch", "side")
    _move(sandbox, "", "crm/")
    if settled:
        sandbox.commit()
        sandbox.write("crm/pipe.yaml", "name: settled\n")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "side")
    sandbox.deal("a", "offer")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "main")
    sandbox.merge("side")
    made = sandbox.now.hour + 1
    found = _read(sandbox, "crm", first_parent=first_parent)
    assert _told(found) == [("lead", 11), ("offer", made if first_parent else made - 1)]
    assert found.problems == ()


def test_a_broken_version_is_told_once(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.write("deals/a.yaml", "title: [a\n")
    sandbox.commit()
    _move(sandbox, "", "crm/")
    sandbox.commit()
    assert len(_read(sandbox, "crm").problems) == 1
