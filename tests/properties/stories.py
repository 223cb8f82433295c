"""Random histories: a list of commits with whole trees, told by lists of small numbers that shrink well."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from literal import Meta

from pipecli.history.commit import Change, Commit
from pipecli.history.scan import Scanner
from pipecli.history.version import Version, parse

if TYPE_CHECKING:
    from pathlib import Path

DEALS = ("a", "b", "c", "d")
STAGES = ("x", "y", "z")
FOLDERS = ("deals/", "deals/2026/")
BASE = datetime(2026, 3, 28, 20, tzinfo=UTC)
TRUNK = 6
CHOICE = st.tuples(*[st.integers(0, 11)] * 9)
STORIES = st.lists(CHOICE, min_size=1, max_size=18)
Tree = dict[str, bytes]


@dataclass
class Told:
    """A history: hashes in the order of telling, parents, trees, and what was said."""

    order: list[str] = field(default_factory=list)
    links: dict[str, list[str]] = field(default_factory=dict)
    trees: dict[str, Tree] = field(default_factory=dict)
    said: dict[str, Meta] = field(default_factory=dict)

    def parents(self, commit: str) -> list[str]:
        return self.links[commit]

    def tree(self, commit: str) -> Tree:
        return self.trees[commit]

    def meta(self, commit: str) -> Meta:
        return self.said[commit]

    def commits(self) -> list[Commit]:
        return [self._commit(name) for name in self.order]

    def versions(self) -> dict[str, Version]:
        read = Scanner().read
        return {_blob(data): read(data) for tree in self.trees.values() for data in tree.values()}

    def _commit(self, name: str) -> Commit:
        meta, parents = self.said[name], self.links[name]
        sides = [self.trees[parent] for parent in parents] or [{}]
        changes = tuple(_changes(side, self.trees[name]) for side in sides)
        return Commit(
            name, tuple(parents), meta.author, meta.email, meta.authored, meta.recorded, meta.message, changes
        )


def _blob(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()  # noqa: S324 -- a name, no secret


def _changes(old: Tree, new: Tree) -> tuple[Change, ...]:
    return tuple(
        Change(path, _blob(old[path]) if path in old else "", _blob(new[path]) if path in new else "")
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    )


def tell(choices: list[tuple[int, ...]]) -> Told:
    """Return the history that the numbers tell; the last commit is its tip."""
    told = Told()
    for place, choice in enumerate(choices):
        parents = _parents(told, choice) if place < len(choices) - 1 else _ends(told, choice)
        base = dict(told.trees[parents[0]]) if parents else {}
        tree, message = _merged(told, parents, choice) if len(parents) > 1 else _edited(told, parents, base, choice)
        name = hashlib.sha1(f"{place} {choice}".encode()).hexdigest()  # noqa: S324
        told.order.append(name)
        told.links[name], told.trees[name] = parents, tree
        told.said[name] = _meta(choice, place, message)
    return told


def _parents(told: Told, choice: tuple[int, ...]) -> list[str]:
    """Return the last commit, an older one, or several."""
    if not told.order:
        return []
    kind, which = choice[0], choice[1]
    older = told.order[-1 - which % min(len(told.order), 7)]
    if kind < TRUNK:
        return [told.order[-1]]
    if kind < TRUNK + 2:
        return [older]
    oldest = told.order[-1 - choice[2] % len(told.order)]
    chosen = [told.order[-1], older] if kind < 11 else [told.order[-1], older, oldest]
    return list(dict.fromkeys(chosen))


def _ends(told: Told, choice: tuple[int, ...]) -> list[str]:
    """Return the parents of the tip: at times all commits without children, so that nothing told is lost."""
    used = {parent for parents in told.links.values() for parent in parents}
    ends = [name for name in told.order if name not in used]
    return ends[::-1] if choice[0] % 3 else _parents(told, choice)


def _edited(told: Told, parents: list[str], tree: Tree, choice: tuple[int, ...]) -> tuple[Tree, str]:
    _, _, action, which, stage, since, extra, _, talk = choice
    deal, other = DEALS[which % 4], DEALS[(which + 1 + stage) % 4]
    paths = [path for path in tree if path.endswith(f"/{deal}.yaml")]
    old = tree[paths[0]] if paths else b""
    path = paths[0] if paths else f"{FOLDERS[extra % 2]}{deal}.yaml"
    fresh = f"{FOLDERS[stage % 2]}{other}.yaml"
    text = _content(stage, since, extra)
    if action == 0 and paths:
        del tree[path]
    elif action == 1 and paths:
        tree[f"{FOLDERS[0]}{path.split('/')[-1]}" if "2026" in path else f"deals/2026/{deal}.yaml"] = old
        if extra % 4:
            del tree[path]
    elif action in (2, 3) and paths and fresh not in tree:
        formerly = f"formerly: [{deal}]\n".encode()
        tree[fresh] = old if action == 2 else text + formerly
        if extra % 4:
            del tree[path]
    elif action == 4:
        tree[path] = (b"stage: [\n", b"title: no stage\n", b"pipeline: p\nstage: [x]\n")[extra % 3]
    elif action == 5 and len(told.order) > 2:
        return _picked(told, tree, told.order[which % len(told.order)])
    elif action == 6 and parents:
        return _squashed(told, parents[0], told.order[which % len(told.order)])
    else:
        tree[path] = text
    return tree, _message(deal, old, tree.get(path, b""), talk, choice)


def _content(stage: int, since: int, extra: int) -> bytes:
    day = BASE + timedelta(hours=13 * (since - 4))
    line = {0: "", 1: f"stage_since: {day.isoformat()}\n"}.get(since % 3, f"stage_since: {day.date()}\n")
    pipeline = "q" if stage == 11 else "p"
    more = ("", "", "", "", "note: 1\n", "note: 2\n", "provenance: {source: s}\n")[extra % 7]
    return f"pipeline: {pipeline}\nstage: {STAGES[stage % 3]}\n{line}{more}".encode()


def _message(deal: str, old: bytes, new: bytes, talk: int, choice: tuple[int, ...]) -> str:
    if talk < 3:
        return "by hand"
    if talk == 3:
        return "Pipe-Import: elsewhere"
    source, target = _said(old, "new"), _said(new, "gone")
    moment = BASE + timedelta(hours=choice[7] + 12 * choice[6], minutes=sum(choice))
    later = moment + timedelta(seconds=1)
    lines = [f"Pipe-Move: {deal} {source} -> {target} @ {moment.isoformat()}"]
    if talk == 4:
        lines.append(f"Pipe-Move: {deal} {_said(new, 'new')} -> p/x @ {later.isoformat()}")
    if talk > 5:
        lines.append(f"Pipe-Op: {choice[1]}{choice[3]}{choice[4]}")
    return "move\n\n" + "\n".join(lines)


def _said(data: bytes, nothing: str) -> str:
    state = parse(data).state
    return "/".join(state) if state else nothing


def _picked(told: Told, tree: Tree, commit: str) -> tuple[Tree, str]:
    before = told.trees[told.links[commit][0]] if told.links[commit] else {}
    for path, _, new in _changes(before, told.trees[commit]):
        if new:
            tree[path] = told.trees[commit][path]
        else:
            tree.pop(path, None)
    return tree, told.said[commit].message


def _squashed(told: Told, onto: str, tip: str) -> tuple[Tree, str]:
    past, branch = ancestors(told, onto), ancestors(told, tip)
    messages = [told.said[name].message.replace("\n", "\n    ") for name in told.order if name in branch - past]
    return dict(told.trees[tip]), "squashed\n\n" + "\n\n    ".join(messages)


def ancestors(told: Told, commit: str) -> set[str]:
    found, todo = set(), [commit]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += told.links[name]
    return found


def _merged(told: Told, parents: list[str], choice: tuple[int, ...]) -> tuple[Tree, str]:
    """Return one side whole, a path from either side, or a stage that neither has."""
    sides = [told.trees[parent] for parent in parents]
    how, bits = choice[2], choice[3] * 12 + choice[4]
    if how < 3:
        return dict(sides[how % len(sides)]), "take one side"
    tree: Tree = {}
    for place, path in enumerate(sorted({path for side in sides for path in side})):
        side = sides[(bits >> place) % len(sides)]
        present = side if how > 7 or path in side else sides[0] | sides[-1]
        if path in present:
            tree[path] = present[path]
    if how > 9 and tree:
        path = sorted(tree)[bits % len(tree)]
        message = _message(path.split("/")[-1][:-5], tree[path], text := _content(*choice[4:7]), choice[8], choice)
        return tree | {path: text}, message
    return tree, "merge"


def _meta(choice: tuple[int, ...], place: int, message: str) -> Meta:
    written = BASE + timedelta(hours=3 * (choice[7] % 4) + place * (5 if choice[8] % 2 else 0))
    recorded = BASE + timedelta(hours=3 * (choice[6] % 3) + 6 * place)
    zone = timezone(timedelta(hours=choice[7] - 5))
    return Meta("Ann", "ann@example.com", written.astimezone(zone), recorded, message)


def write(told: Told, folder: Path) -> list[str]:
    """Write the history into a git repository and return the hashes, in the order of telling."""
    marks = {name: place for place, name in enumerate(told.order, 1)}
    stream = b"".join(_stream(told, name, marks) for name in told.order)
    git(folder, "fast-import", "--quiet", "--export-marks=marks", stdin=stream)
    lines = (folder / "marks").read_text().split()
    found = dict(zip((int(mark[1:]) for mark in lines[::2]), lines[1::2], strict=True))
    return [found[marks[name]] for name in told.order]


def _stream(told: Told, name: str, marks: dict[str, int]) -> bytes:
    meta = told.said[name]
    parents = [f":{marks[parent]}" for parent in told.links[name]]
    lines = [
        "reset refs/heads/main\n" if not parents else "",
        "commit refs/heads/main",
        f"mark :{marks[name]}",
        f"author {meta.author} <{meta.email}> {_raw(meta.authored)}",
        f"committer {meta.author} <{meta.email}> {_raw(meta.recorded)}",
        f"data {len(meta.message.encode())}\n{meta.message}",
        *(f"{'merge' if place else 'from'} {parent}" for place, parent in enumerate(parents)),
        "deleteall",
    ]
    files = b"".join(
        b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)
        for path, data in told.trees[name].items()
    )
    return "\n".join(lines).lstrip().encode() + b"\n" + files


def _raw(moment: datetime) -> str:
    return f"{int(moment.timestamp())} {moment.strftime('%z')}"


def git(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, input=stdin, check=True, capture_output=True).stdout
