"""How a merge continues the timelines of its parents."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipecli.history.effective import latest
from pipecli.history.step import Known, files_after
from pipecli.history.union import union

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipecli.history.commit import Change
    from pipecli.history.snapshot import File, Held, Snapshot
    from pipecli.history.step import Step


def merged(step: Step, parents: Sequence[Snapshot]) -> dict[str, Held | None]:
    """Return what a merge leaves of the deals: the union of their timelines, and what the merge chose."""
    commit = step.commit
    changes = step.by_deal(commit.changes[0])
    touched = parents[0].differing(parents[1:]).union(changes, step.moves)
    files = {deal: _files(parents[0].get(deal), changes.get(deal, ())) for deal in touched}
    absorbed = _absorbed(parents, files)
    gone = {name for names in absorbed.values() for name in names}
    entries: dict[str, Held | None] = dict.fromkeys(gone)
    for deal in sorted(touched - gone):
        helds = [held for name in (deal, *absorbed.get(deal, ())) for held in _helds(parents, name)]
        held = step.settle(deal, _known(helds), files[deal], step.moves.get(deal, ()))
        entries[deal] = next((known for known in helds if _same(known, held)), held)
        if deal in changes:
            step.report_several(deal, files[deal])
    step.report(_chosen(commit.changes))
    return entries


def _files(held: Held | None, changes: Sequence[Change]) -> tuple[File, ...]:
    return files_after(held.files if held else (), changes)


def _helds(parents: Sequence[Snapshot], deal: str) -> list[Held]:
    return [held for parent in parents if (held := parent.get(deal))]


def _known(helds: Sequence[Held]) -> Known:
    return Known(
        timeline=union(held.timeline for held in helds),
        sinces=tuple(dict.fromkeys(held.since for held in helds)),
        names=tuple(dict.fromkeys(name for held in helds for name in held.names)),
        made=latest(held.made for held in helds),
    )


def _same(known: Held, held: Held | None) -> bool:
    return (
        held is not None
        and known.timeline is held.timeline
        and (known.files, known.since, known.names, known.made) == (held.files, held.since, held.names, held.made)
    )


def _absorbed(parents: Sequence[Snapshot], files: Mapping[str, tuple[File, ...]]) -> dict[str, list[str]]:
    """Return new id → former ids which another parent still has, since it has not seen the rename.

    No parent knows both, the merge does not keep the former one, and it is the same deal: its first event is
    one of the new id's. An id that is absorbed takes nothing up itself; ids that the merge keeps come first,
    then in the order of the alphabet.
    """
    found: dict[str, list[str]] = defaultdict(list)
    gone: set[str] = set()
    for deal in sorted(files, key=lambda deal: (not files[deal], deal)):
        helds = _helds(parents, deal)
        names = {name for held in helds for name in held.names if name in files and not files[name]}
        if deal in gone or not names - {deal}:
            continue
        keys = {event.key for held in helds if held.timeline for event in held.timeline.events()}
        for name in sorted(names - {deal}):
            apart = not any(parent.get(name) and parent.get(deal) for parent in parents)
            if apart and any(_first(held) in keys for held in _helds(parents, name)):
                found[deal].append(name)
                gone.add(name)
    return found


def _first(held: Held) -> object:
    return held.timeline.back_to(1).event.key if held.timeline else None


def _chosen(changes: Sequence[Sequence[Change]]) -> list[Change]:
    """Return the changes whose content no parent has."""
    known = [{(change.path, change.new) for change in side} for side in changes[1:]]
    return [change for change in changes[0] if all((change.path, change.new) in side for side in known)]
