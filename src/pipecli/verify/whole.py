"""What shows only where more than one change is seen: pushed days, imports, stages that are gone, signatures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from pipecli.core.calendar import Unit, label, named
from pipecli.core.layout import FileKind
from pipecli.verify.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pipecli.core.workspace import Workspace
    from pipecli.history.commit import Commit
    from pipecli.history.event import Event, State
    from pipecli.verify.book import Book, Judged, Pushed
    from pipecli.verify.signature import Signature

LAST_DAYS = timedelta(days=14)
"""How long before the end of a quarter a deal that leaves it is one too many for that quarter's forecast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A history as a whole: what its changes left, the events of every deal, and the present workspace.

    `signatures`: what is known of the signatures of the commits that had to be signed, by full hash. `paths`: of each
    deal its present file.
    """

    book: Book
    timelines: Mapping[str, Sequence[Event]]
    workspace: Workspace
    now: datetime
    signatures: Mapping[str, Signature] = field(default_factory=dict)

    def judged(self, event: Event) -> Judged | None:
        """Return the commit of an event, where it is one that is judged."""
        return self.book.judged.get(event.commit)

    def path(self, deal: str) -> str:
        """Return the file of a deal; of one that was removed, the name that it had."""
        return self.workspace.known[FileKind.DEAL].get(deal, f"deals/{deal}.yaml")


def pushed_close(whole: Whole) -> Iterator[Finding]:
    """No day on which a deal is expected to close leaves its quarter in the last two weeks of that, or after it."""
    for (_, day, _), group in groupby(
        sorted(whole.book.pushed, key=lambda one: (one.deal, one.day, one.commit.email)),
        key=lambda one: (one.deal, one.day, one.commit.email),
    ):
        pushes = list(group)
        first, last = pushes[0], pushes[-1]
        quarter = named(name := _quarter(first), first.starts)
        if last.new > quarter.last and day > quarter.last - LAST_DAYS:
            when = "after its end" if day > quarter.last else f"{(quarter.last - day).days} days before its end"
            message = f"expected_close left {name}, {when}: {first.old} -> {last.new}"
            yield Finding(message, "nothing, if the forecast was told of it", last.path, last.commit)


def _quarter(push: Pushed) -> str:
    return label(push.old, Unit.QUARTER, push.starts)


def imported(whole: Whole) -> Iterator[Finding]:
    """What was imported is told in one line: its past is what the source says."""
    for line, commits in whole.book.imported.items():
        trailer, _, source = line.partition(":")
        many = "1 commit" if len(commits) == 1 else f"{len(commits):,} commits"
        last = commits[-1]
        message = f"{many} from {source.strip() or 'another system'} ({trailer}), the last of them this one"
        yield Finding(message, "nothing: their moments are the source's, and no rule is asked", "", last)


def deleted_stage(whole: Whole) -> Iterator[Finding]:
    """A stage in which deals have been is in its pipeline, if only as retired or as an alias."""
    known = whole.workspace.known[FileKind.PIPELINE]
    used: Counter[State] = Counter()
    for events in whole.timelines.values():
        used.update({event.state for event in events if event.state})
    for (pipeline, word), number in sorted(used.items()):
        there = whole.workspace.pipelines.get(pipeline)
        unread = there is None and pipeline in known
        if unread or (there and there.stage(word)) or (pipeline, word) not in whole.book.stages:
            continue
        commit = whole.book.gone.get((pipeline, word))
        if commit is None and whole.book.passed:
            continue
        deals = "1 deal has" if number == 1 else f"{number:,} deals have"
        message = f"the stage {word!r} is gone from the pipeline {pipeline}, and {deals} been in it"
        hint = f"put it back with 'retired: true', or write 'aliases: [{word}]' at the stage that took its place"
        yield Finding(message, hint, known.get(pipeline, f"pipelines/{pipeline}.yaml"), commit)


def unsigned(whole: Whole) -> Iterator[Finding]:
    """Where `signatures: required`, a commit that changes the workspace is signed."""
    for commit in whole.book.to_sign:
        if not whole.signatures[commit.hash].there:
            yield Finding(
                "the commit is not signed",
                "git config commit.gpgsign true, and commit with a key",
                _path(commit),
                commit,
            )


def bad_signature(whole: Whole) -> Iterator[Finding]:
    """Where `signatures: required`, a signature is good, and by a key that your own git trusts."""
    for commit in whole.book.to_sign:
        wrong = whole.signatures[commit.hash].wrong
        if wrong:
            hint = "find out who made the commit; who signs is known by your keyring, or by gpg.ssh.allowedSignersFile"
            yield Finding(wrong, hint, _path(commit), commit)


def _path(commit: Commit) -> str:
    return next((change.path for side in commit.changes for change in side), "")
