"""The index tells what git tells, whatever was read before and however the history was rewritten since.

A random history is told, and the branch is moved about in it at random. After each step the reading with the index
that is there equals the one with a new index, and the slow definition, which asks git about every commit.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import past_of
import pytest
import stories
from asked import Repository
from hypothesis import given, settings
from hypothesis import strategies as st
from installed import PIPE, run
from literal import Literal
from past_of import Scene

from pipecli.core.watch import Watch
from pipecli.history.visits import visits
from pipecli.store.history import History, Wanted, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.history.event import Event
    from pipecli.history.visits import ClockName

ZONE = ZoneInfo("Europe/Berlin")
RANDOM = int(os.environ.get("PIPE_HISTORIES", "12"))
FIRST = int(os.environ.get("PIPE_FIRST_HISTORY", "0"))
CLOCKS: tuple[ClockName, ...] = ("effective", "recorded")
WANTED = [Wanted(past_of.pipelines(text), clock) for text in (past_of.OPEN, past_of.OTHER) for clock in CLOCKS]
Step = tuple[int, ...]
STEP = st.tuples(*[st.integers(0, 11)] * 5)


class Heard(Watch):
    """Keeps the warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def _seen(history: History, parts: Sequence[int]) -> dict[int, object]:
    """Return parts of what a history tells, asked for in this order."""
    return {part: _part(history, part) for part in parts}


PARTS = 12


def _part(history: History, part: int) -> object:
    if part == 0:
        return dict(history.timelines)
    if part == 1:
        return history.problems
    if part == 2:
        return dict(sorted(history.last.items()))
    if part == 3:
        return history.recorded, history.tip, history.shallow
    wanted = WANTED[part % 4]
    return dict(history.current(wanted)) if part < 8 else history.visits(wanted)


class Tried:
    """One history under way: its repository, and the definition of both readings."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        asked = Repository(scene.folder)
        self.literal = {first: Literal(asked, ZONE, first_parent=first) for first in (False, True)}
        self.heard = Heard()

    def step(self, step: Step) -> None:
        """Change the branch, or the index, and compare."""
        at, chance = self.turn(step), Random(f"{step}")  # noqa: S311 -- no secret
        *_, how, seed = step
        parts = chance.sample(range(PARTS), 1 + seed)
        earlier = chance.choice(self.scene.known) if how % 2 else ""
        self.compare(at, first_parent=how % 4 == 3, earlier=earlier, parts=parts)

    def turn(self, step: Step) -> str:
        """Change the branch, or the index, and return which revision to read."""
        kind, which, other, _, _ = step
        scene, at = self.scene, "HEAD"
        if kind < 4 or kind == 11:
            chosen = scene.known[(12 * which + other) % len(scene.known)]
            at = chosen if kind == 11 else at
            scene.point(scene.head if kind == 11 else chosen)
        elif kind < 7:
            scene.rebase((1, 3, 1 + which)[kind - 4])
        elif kind == 7:
            scene.rebase(1 + other % 4, onto=scene.known[which % len(scene.known)])
        elif kind == 8:
            scene.forget()
        elif kind == 9:
            scene.without_index()
        return at

    def compare(self, at: str, *, first_parent: bool, earlier: str, parts: Sequence[int]) -> None:
        def found() -> History:
            return read(
                self.scene.repository, zone=ZONE, at=at, first_parent=first_parent, earlier=earlier, watch=self.heard,
                pipelines=WANTED[0].pipelines,
            )  # fmt: skip

        warm = found()
        seen = _seen(warm, parts)
        self.look_back(warm, earlier)
        with self.scene.no_index():
            cold = found()
            for part in parts:
                assert seen[part] == _part(cold, part), part
            self.look_back(cold, earlier)
        timelines = self.literal[first_parent].timelines(warm.tip)
        assert dict(found().timelines) == timelines
        for part in (part for part in parts if part > 7):
            wanted = WANTED[part % 4]
            assert tuple(seen[part]) == visits(timelines, wanted.pipelines, clock=wanted.clock)  # type: ignore[arg-type]
        assert self.heard.warnings == []

    def look_back(self, history: History, earlier: str) -> None:
        """Hold what was known at an earlier commit against the definition."""
        if not earlier:
            return
        literal = self.literal[history.first_parent]
        first = ["--first-parent"] if history.first_parent else []
        if earlier not in self.scene.git("rev-list", *first, history.tip).split():
            assert history.earlier is None
            return
        assert history.earlier is not None
        now, then = literal.timelines(history.tip), literal.timelines(earlier)
        told = {*history.since, *history.earlier}
        assert dict(history.since) == _only(now, told)
        assert dict(history.earlier) == _only(then, told)
        assert {deal: now[deal] for deal in now if deal not in told} == _only(then, then.keys() - told)


def _only(timelines: Mapping[str, tuple[Event, ...]], deals: Iterable[str]) -> dict[str, tuple[Event, ...]]:
    return {deal: timelines[deal] for deal in deals if deal in timelines}


def _agree(choices: list[tuple[int, ...]], steps: Sequence[Step]) -> None:
    with tempfile.TemporaryDirectory() as name:
        tried = Tried(past_of.started(Path(name) / "work", choices))
        for step in steps:
            tried.step(step)


@settings(max_examples=8, deadline=None)
@given(choices=stories.STORIES, steps=st.lists(STEP, min_size=2, max_size=6))
def test_warm_is_cold_is_the_definition(choices: list[tuple[int, ...]], steps: list[Step]) -> None:
    _agree(choices, steps)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RANDOM))
def test_warm_is_cold_is_the_definition_on_longer_histories(seed: int) -> None:
    """PIPE_HISTORIES sets how many, PIPE_FIRST_HISTORY from which on."""
    chance = Random(seed)  # noqa: S311 -- no secret
    choices = [tuple(chance.randint(0, 11) for _ in range(9)) for _ in range(chance.randint(8, 25))]
    _agree(choices, [tuple(chance.randint(0, 11) for _ in range(5)) for _ in range(8)])


COMMANDS = (
    "audit --format csv",
    "audit --format csv --clock recorded",
    "audit --format csv --first-parent",
    "audit --format csv --committed --at {at}",
    "audit --format json --as-of 2026-03-30",
    "audit a",
    "report stage-time --format json",
    "report pipeline",
    "report pipeline --as-of 2026-03-29",
    "report changes --since 2026-03-29",
)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(2, RANDOM // 10)))
def test_commands_print_the_same_warm_and_cold(seed: int, tmp_path: Path) -> None:
    """With the files of the commit in the work tree, or with those of another: then there is work to be committed."""
    chance = Random(seed)  # noqa: S311 -- no secret
    choices = [tuple(chance.randint(0, 11) for _ in range(9)) for _ in range(chance.randint(12, 25))]
    scene = past_of.started(tmp_path / "work", choices)
    tried = Tried(scene)
    for _ in range(4):
        tried.turn(tuple(chance.randint(0, 11) for _ in range(5)))
        if chance.random() < 0.7:
            scene.point(scene.head, files=True)
        for command in chance.sample(COMMANDS, 3):
            words = command.format(at=chance.choice(scene.known)).split()
            warm = run(scene.folder, PIPE, *words, TZ="Europe/Berlin")
            with scene.no_index():
                cold = run(scene.folder, PIPE, *words, TZ="Europe/Berlin")
            assert "bug in pipe" not in warm.stderr
            assert (warm.stdout, warm.stderr, warm.returncode) == (cold.stdout, cold.stderr, cold.returncode), command
