"""Branches, merges, squashes, cherry-picks, rebases: what counts, and once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipecli.core.visit import Clock

if TYPE_CHECKING:
    from conftest import Sandbox

MOVE = "move\n\nPipe-Move: a {} -> {} @ {}\nPipe-Op: {}\n"


def test_a_move_on_a_branch_counts_from_when_it_was_made(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "-b", "side")
    sandbox.deal("a", "offer")
    moved = sandbox.commit()
    sandbox.git("checkout", "--quiet", "main")
    sandbox.deal("b", "lead")
    sandbox.commit()
    merged = sandbox.merge("side")
    assert sandbox.history().timelines["a"][-1].commit == moved
    on_main = sandbox.history(first_parent=True).timelines["a"][-1]
    assert (on_main.commit, on_main.effective) == (merged, sandbox.now)


def test_an_edit_on_a_long_lived_branch_is_no_move_back(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead", more="\nvalue: 1\n")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "-b", "side")
    sandbox.git("checkout", "--quiet", "main")
    sandbox.deal("a", "offer", more="\nvalue: 1\n")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "side")
    sandbox.deal("a", "lead", more="\nvalue: 2\n")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "main")
    sandbox.merge("-s", "resolve", "side")
    assert b"value: 2" in (sandbox.folder / "deals/a.yaml").read_bytes()
    assert sandbox.stages("a") == ["lead", "offer"]


@pytest.mark.parametrize(
    ("strategy", "stages"),
    [
        (("-s", "ours"), ["lead", "offer", "won", "offer"]),
        (("-X", "ours"), ["lead", "offer", "won", "offer"]),
        (("-X", "theirs"), ["lead", "offer", "won"]),
    ],
)
def test_a_merge_that_takes_one_side(sandbox: Sandbox, strategy: tuple[str, str], stages: list[str]) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "-b", "side")
    sandbox.git("checkout", "--quiet", "main")
    sandbox.deal("a", "offer")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "side")
    sandbox.deal("a", "won")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "main")
    merged = sandbox.merge(*strategy, "side")
    assert sandbox.stages("a") == stages
    if stages[-1] == "offer":
        assert sandbox.history().timelines["a"][-1].commit == merged


def test_a_merge_with_ours_is_not_lost(sandbox: Sandbox) -> None:
    sandbox.deal("b", "lead")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "-b", "side")
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "main")
    sandbox.deal("b", "offer")
    sandbox.commit()
    sandbox.merge("-s", "ours", "side")
    assert sandbox.stages("a") == ["lead", "gone"]
    assert sandbox.stages("b") == ["lead", "offer"]


def test_a_rename_on_one_side_and_a_move_on_the_other_stay_one_deal(sandbox: Sandbox) -> None:
    more = "".join(f"line{n}: {n}\n" for n in range(20))
    sandbox.deal("a", "lead", more=more)
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "-b", "side")
    sandbox.git("mv", "deals/a.yaml", "deals/b.yaml")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "main")
    sandbox.deal("a", "offer", more=more)
    sandbox.commit()
    sandbox.merge("side")
    assert list(sandbox.history().timelines) == ["b"]
    assert sandbox.stages("b") == ["lead", "offer"]


def test_a_rebase_keeps_author_dates(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "-b", "side")
    sandbox.deal("a", "offer")
    sandbox.commit()
    made = sandbox.now
    sandbox.git("checkout", "--quiet", "main")
    sandbox.deal("b", "lead")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "side")
    sandbox.now += timedelta(days=2)
    sandbox.git("rebase", "--quiet", "main")
    event = sandbox.history().timelines["a"][-1]
    assert (event.effective, event.recorded, event.clock) == (made, sandbox.now, Clock.AUTHOR_DATE)


def test_a_squash_keeps_its_transitions_in_trailers(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "-b", "side")
    sandbox.deal("a", "offer")
    sandbox.commit(MOVE.format("sales/lead", "sales/offer", "2026-01-05T10:30:00+01:00", "OP1"))
    sandbox.deal("a", "won")
    sandbox.commit(MOVE.format("sales/offer", "sales/won", "2026-01-05T11:30:00+01:00", "OP2"))
    sandbox.git("checkout", "--quiet", "main")
    sandbox.git("merge", "--quiet", "--squash", "side")
    message = (sandbox.folder / ".git/SQUASH_MSG").read_text()
    assert "    Pipe-Move" in message
    squashed = sandbox.commit(message)
    events = sandbox.history().timelines["a"]
    assert [(e.commit, e.state[1] if e.state else "", e.op, e.from_trailer) for e in events[1:]] == [
        (squashed, "offer", "OP1", True),
        (squashed, "won", "OP2", False),
    ]
    assert [e.effective.minute for e in events[1:]] == [30, 30]
    sandbox.merge("-s", "ours", "side")
    assert sandbox.stages("a") == ["lead", "offer", "won"]


def test_a_squash_there_and_back_is_told_by_trailers(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    there = MOVE.format("sales/lead", "sales/offer", "2026-01-05T10:30:00+01:00", "OP1")
    sandbox.commit(there + MOVE.format("sales/offer", "sales/lead", "2026-01-05T11:30:00+01:00", "OP2"))
    assert sandbox.stages("a") == ["lead", "offer", "lead"]
    assert [e.from_trailer for e in sandbox.history().timelines["a"]] == [False, True, True]


def test_a_contradicting_trailer_is_reported(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.deal("a", "offer")
    commit = sandbox.commit(MOVE.format("sales/lead", "sales/won", "2026-01-05T10:30:00+01:00", "OP1"))
    found = sandbox.history()
    assert [e.clock for e in found.timelines["a"]] == [Clock.AUTHOR_DATE, Clock.AUTHOR_DATE]
    assert [p.code for p in found.problems] == ["contradicting-trailer"]
    assert commit[:10] in found.problems[0].message


def test_a_cherry_pick_counts_once(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.git("checkout", "--quiet", "-b", "side")
    sandbox.deal("a", "offer")
    original = sandbox.commit(MOVE.format("sales/lead", "sales/offer", "2026-01-05T10:30:00+01:00", "OP1"))
    sandbox.git("checkout", "--quiet", "main")
    sandbox.now += timedelta(hours=1)
    sandbox.git("cherry-pick", "side")
    sandbox.merge("-s", "ours", "side")
    events = sandbox.history().timelines["a"]
    assert [e.commit for e in events[1:]] == [original]


def test_a_move_reverted_and_made_again_counts_three_times(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.deal("a", "offer")
    move = sandbox.commit(MOVE.format("sales/lead", "sales/offer", "2026-01-05T10:30:00+01:00", "OP1"))
    sandbox.now += timedelta(hours=1)
    sandbox.git("revert", "--no-edit", "HEAD")
    sandbox.now += timedelta(hours=1)
    sandbox.git("cherry-pick", move)
    assert sandbox.stages("a") == ["lead", "offer", "lead", "offer"]
    assert sandbox.history().problems == ()
