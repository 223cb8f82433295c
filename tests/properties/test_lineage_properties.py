"""Random histories with branches, merges, renames and bad versions: what is read of each change is what git has."""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest
import stories
from installed import pipe

from pipecli.core.workspace import read_file
from pipecli.core.yamltext import YamlError, load
from pipecli.history.blame import blame, fields
from pipecli.history.timeline import stem
from pipecli.shell.git import discover
from pipecli.store.lineage import lineage
from pipecli.store.revisions import past, revisions

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.shell.git import Repository

SEEDS = range(int(os.environ.get("PIPE_LINEAGES", "12")))


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


class Made:
    """A random history in git, its trees by hash; its files are deals that can be read, but for a few."""

    def __init__(self, folder: Path, seed: int) -> None:
        random = Random(seed)  # noqa: S311 -- no secret
        self.told = stories.tell([tuple(random.randint(0, 11) for _ in range(9)) for _ in range(random.randint(8, 25))])
        self.told.trees = {name: {p: _readable(d) for p, d in t.items()} for name, t in self.told.trees.items()}
        self.folder = folder
        stories.git(folder, "init", "--quiet", "--initial-branch=main")
        hashes = stories.write(self.told, folder)
        stories.git(folder, "update-ref", "refs/heads/main", hashes[-1])
        names = dict(zip(self.told.order, hashes, strict=True))
        self.trees = {names[name]: tree for name, tree in self.told.trees.items()}
        self.parents = {names[name]: [names[one] for one in above] for name, above in self.told.links.items()}
        self.tip = hashes[-1]

    @property
    def repository(self) -> Repository:
        found = discover(self.folder)
        assert found
        return found

    def said(self, commit: str, deals: set[str]) -> list[dict[str, str]]:
        """Return what each readable file of some ids says at a commit, by field."""
        found = []
        for path, data in self.trees[commit].items():
            if stem(path) in deals:
                try:
                    found.append(dict(fields(load(data).data)))
                except YamlError:
                    continue
        return found


def _readable(data: bytes) -> bytes:
    return b"title: t\n" + data.replace(b"note: ", b"value: ").replace(b"source: s", b"source: s, id: i")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_revision_has_what_the_trees_have(seed: int, tmp_path: Path) -> None:
    made = Made(tmp_path, seed)
    known = past(made.repository, made.tip)
    seen = 0
    for ground, found in revisions(made.repository, known):
        tree = made.trees[ground.commit.hash]
        before = made.trees[made.parents[ground.commit.hash][0]] if made.parents[ground.commit.hash] else {}
        for one in found:
            seen += 1
            if one.after and not one.unread:
                record, _ = read_file(one.path, tree[one.path])
                assert one.after == record
            if one.fresh:
                assert not [path for path in before if stem(path) == one.deal and before[path] != tree.get(path)]
            if one.before and not one.unread:
                olds = [read_file(path, data)[0] for path, data in before.items()]
                same = [old for old in olds if old and (old.stage, old.value) == (one.before.stage, one.before.value)]
                assert same or one.before.id != one.deal or _is_broken(before, one.deal)
    assert seen


def _is_broken(tree: dict[str, bytes], deal: str) -> bool:
    """Return whether a deal's file cannot be read, so that the version before stands for it."""
    return any(read_file(path, data)[0] is None for path, data in tree.items() if stem(path) == deal)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_value_is_in_the_commit_that_is_told_and_in_no_parent_of_it(seed: int, tmp_path: Path) -> None:
    made = Made(tmp_path, seed)
    for path in made.trees[made.tip]:
        touches = lineage(made.repository, stem(path), made.tip)
        names = {stem(path), *(stem(touch.path) for touch in touches if touch.path)}
        places = {touch.commit: at for at, touch in enumerate(touches)}
        assert all(places[touches[above].commit] < at for at, touch in enumerate(touches) for above in touch.parents)
        for name, value in blame(touches).fields.items():
            assert any(said.get(name) == value.text for said in made.said(value.touch.commit, names))
        for touch in touches:
            if touch.data is not None:
                assert made.trees[touch.commit][touch.path] == touch.data


def _right_or_wrong(folder: Path, *arguments: str) -> None:
    """Run a command that exits with 0 or, where something cannot be read, with 1."""
    try:
        pipe(folder, *arguments)
    except AssertionError:
        pipe(folder, *arguments, code=1)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_the_commands_read_any_history(seed: int, tmp_path: Path) -> None:
    made = Made(tmp_path, seed)
    (tmp_path / "pipe.yaml").write_text("name: Any\n")
    for arguments in (("audit", "verify", "--format", "json"), ("audit", "verify", "--since", "main~1")):
        _right_or_wrong(tmp_path, *arguments)
    for path in sorted({stem(path): path for path in made.trees[made.tip]}):
        _right_or_wrong(tmp_path, "blame", path, "--committed")
