"""A workspace with a long history, written through one `git fast-import` stream.

`python -m bench.generate FOLDER DEALS COMMITS` makes it: deals in month folders, written by several people
over three years, with short branches that are merged; always the same for the same numbers.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import IO, TYPE_CHECKING

from bench.life import BEGIN, PEOPLE, Deal, invent, live, steps, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

SAMPLE = Path(__file__).parent.parent / "sample-pipelines" / "b2b-sales"
CALM = "\nrules: {overdue-close: off, no-next-step: off}\n"
DEALS_A_COMPANY = 20
EPISODE = 100
"""Every so many commits, a branch of two commits beside two commits of the main line."""

Event = tuple["datetime", int, int]
"""When, the number of the deal, the step of its life."""


@dataclass(slots=True)
class Stream:
    """Commits on their way into `git fast-import`; marks count them."""

    out: IO[bytes]
    mark: int = 0

    def commit(  # noqa: PLR0913 -- what a commit consists of
        self,
        branch: str,
        when: datetime,
        who: str,
        subject: str,
        files: Mapping[str, str],
        *,
        after: int = 0,
        merge: int = 0,
    ) -> int:
        """Write one commit and return its mark; `after` is its parent where that is not the branch's tip."""
        self.mark += 1
        stamp = f"{int(when.timestamp())} +0000"
        lines = [
            f"commit refs/heads/{branch}\nmark :{self.mark}\ncommitter {who} <{who}@example.com> {stamp}\n",
            _data(subject),
            f"from :{after}\n" if after else "",
            f"merge :{merge}\n" if merge else "",
            *(f"M 100644 inline {path}\n{_data(content)}" for path, content in files.items()),
        ]
        self.out.write("".join(lines).encode())
        return self.mark


def generate(folder: Path, deals: int, commits: int) -> None:
    """Make a git repository in `folder` with so many deals and commits, and check its files out."""
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    for key, value in (("user.name", "sam"), ("user.email", "sam@example.com"), ("gc.auto", "0")):
        _git(folder, "config", key, value)
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE) as process:
        if process.stdin is None:
            raise RuntimeError("git fast-import has no input")
        write(Stream(process.stdin), deals, commits)
        process.stdin.close()
    if process.returncode:
        raise RuntimeError("git fast-import refused the stream")
    _git(folder, "update-ref", "-d", "refs/heads/side")
    _git(folder, "reset", "--quiet", "--hard", "main")


def write(stream: Stream, deals: int, commits: int) -> None:
    """Write the whole history into the stream."""
    random = Random(20261123)  # noqa: S311 -- the same workspace for everybody
    companies = max(1, deals // DEALS_A_COMPANY)
    story = Story(stream, [invent(n, deals, companies, random) for n in range(deals)], max(1, commits // deals))
    stream.commit("main", BEGIN, "kim", "Begin", dict(_ground(companies)))
    events = story.events()
    at = 0
    while at < len(events):
        batch = events[at : at + 4]
        episode = at % EPISODE == 0 and len({n for _, n, _ in batch}) == 4  # noqa: PLR2004 -- the batch
        if episode:
            story.branch_and_merge(batch)
        else:
            story.tell(batch[0])
        at += 4 if episode else 1


@dataclass(frozen=True, slots=True)
class Story:
    """All deals, each of which is written `steps` times in its life."""

    stream: Stream
    deals: Sequence[Deal]
    steps: int

    def events(self) -> list[Event]:
        """Return what happens to all deals, in the order of time."""
        lives = ((n, steps(deal, self.steps)) for n, deal in enumerate(self.deals))
        return sorted((when, n, step) for n, life in lives for step, when in enumerate(life))

    def tell(self, event: Event, branch: str = "main", after: int = 0) -> int:
        """Commit one event and return the commit's mark."""
        when, number, step = event
        deal = self.deals[number]
        subject = f"{deal.id}: {live(deal, step, self.steps - 1, when)}"
        who = PEOPLE[(number + step) % len(PEOPLE)]
        return self.stream.commit(branch, when, who, subject, {deal.path: text(deal)}, after=after)

    def branch_and_merge(self, batch: Sequence[Event]) -> None:
        """Commit the first and third event on a branch, the others on the main line, and merge them."""
        fork = self.stream.mark
        side = self.tell(batch[0], "side", after=fork)
        self.tell(batch[1], after=fork)
        side = self.tell(batch[2], "side", after=side)
        self.tell(batch[3])
        theirs = (self.deals[batch[0][1]], self.deals[batch[2][1]])
        files = {deal.path: text(deal) for deal in theirs}
        self.stream.commit("main", batch[3][0], "kim", "Merge branch 'side'", files, merge=side)


def _ground(companies: int) -> Iterator[tuple[str, str]]:
    for name in ("pipe.yaml", "team.yaml", "rates.yaml", "pipelines/sales.yaml", "templates/first-call.md"):
        yield name, (SAMPLE / name).read_text() + (CALM if name == "pipe.yaml" else "")
    for number in range(companies):
        yield f"companies/company-{number}.yaml", f"name: Company {number}\ncountry: DE\nowner: sam\n"
        yield f"contacts/person-{number}.yaml", f"name: Person {number}\ncompany: company-{number}\n"


def _data(content: str) -> str:
    return f"data {len(content.encode())}\n{content}\n"


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
