"""A public log of changes in Pipedrive's form, imported with its history, against figures computed elsewhere."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter, defaultdict
from datetime import datetime
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from installed import pipe

from pipecli.store.worktree import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.workspace import Workspace

DATA = Path(__file__).parents[2].parent / "shared" / "data"
STAGES = (
    "Lead Generation", "Qualified lead", "Needs Assessment", "Proposal/Quote Preparation", "Negotiation", "Closing",
    "Implementation/Onboarding", "Follow-up/Customer Success", "Renewal/Expansion",
)  # fmt: skip
REASONS = {"Customer Not Ready": "1", "Pricing Issues": "2", "Unreachable Customer": "3", "Product Mismatch": "4",
           "Duplicate Entry": "5"}  # fmt: skip
LIVES = """
    WITH told AS (
        SELECT *, SUM(changed_field_key = 'add_time') OVER (PARTITION BY deal_id ORDER BY line) AS life FROM log
    )
    SELECT deal_id, MIN(change_time),
           MAX(change_time || ' ' || new_value) FILTER (WHERE changed_field_key = 'user_id'),
           MAX(change_time || ' ' || new_value) FILTER (WHERE changed_field_key = 'lost_reason')
    FROM told GROUP BY deal_id, life
"""
"""By life, in the order of the file: its id, when it was created, its last owner and reason, behind their moments."""

pytestmark = pytest.mark.skipif(
    not (DATA / "enpal").is_dir(),
    reason=f"THE PUBLIC LOG OF CHANGES IS NOT HERE: nothing was compared; it belongs in {DATA / 'enpal'}",
)

Entry = tuple[str, int]
"""A stage and the second in which a deal came into it."""


class Imported(NamedTuple):
    """The workspace after the import, its visits, and what the import said."""

    workspace: Workspace
    visits: list[dict[str, str]]
    said: str

    def source_of(self, deal: str) -> str:
        """Return the id that a deal has in Pipedrive, which two may have."""
        origin = self.workspace.deals[deal].provenance
        return origin.id.partition("/")[0] if origin else ""

    def merged(self) -> dict[str, list[Entry]]:
        """Return the entries of all lives of each id in the order of time, equal neighbours once."""
        found = defaultdict(list)
        for visit in self.visits:
            found[self.source_of(visit["deal"])].append((visit["stage_name"], seconds(visit["entered"])))
        return {case: once(sorted(entries, key=lambda entry: entry[1])) for case, entries in found.items()}


def seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def once(entries: Iterable[Entry]) -> list[Entry]:
    return [next(same) for _, same in groupby(entries, key=lambda entry: entry[0])]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("enpal")
    pipe(folder, "init", "ws", "--template", "empty")
    workspace = folder / "ws"
    options = ("--pipeline", "log", "--create", "--add-members", "--history")
    done = pipe(workspace, "import", "pipedrive-changelog", str(DATA / "enpal"), *options)
    visits = list(csv.DictReader(io.StringIO(pipe(workspace, "audit", "--format", "csv").stdout)))
    pipe(workspace, "validate")
    return Imported(load(workspace), visits, done.stderr)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def quirks() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "expected" / "enpal_quirks.json").read_text("utf-8"))
    return found


def test_the_visits_of_each_id_are_those_of_the_event_log(imported: Imported) -> None:
    events = defaultdict(list)
    for row in rows("event-logs/enpal.csv"):
        events[row["case_id"]].append((row["stage"], int(row["epoch"])))
    wanted = {case: once(sorted(entries, key=lambda entry: entry[1])) for case, entries in events.items()}
    assert imported.merged() == wanted


def test_every_life_is_whole(imported: Imported) -> None:
    assert len(imported.workspace.deals) == 2000
    assert not [visit for visit in imported.visits if visit["truncated"]]
    assert all(visit["entered"] == visit["recorded"] for visit in imported.visits)
    twice = {case for case, number in Counter(map(imported.source_of, imported.workspace.deals)).items() if number == 2}
    assert sorted(twice) == quirks()["deals_with_two_add_time"]
    assert all(case in imported.said for case in twice)


def test_the_quirks_of_the_deals_are_still_there(imported: Imported) -> None:
    wanted = quirks()
    numbers = {
        case: [STAGES.index(stage) + 1 if stage in STAGES else 0 for stage, _ in entries if stage != "Created"]
        for case, entries in imported.merged().items()
    }
    reached = {case: {number for number in found if number} for case, found in numbers.items()}
    assert len(numbers) == wanted["deals"]
    assert count(number for found in reached.values() for number in found) == wanted["deals_reaching_stage"]
    assert count(max(found) for found in reached.values()) == wanted["highest_stage_reached"]
    entries = Counter(imported.source_of(visit["deal"]) for visit in imported.visits if visit["stage_name"] in STAGES)
    assert sum(entries[case] < max(found) for case, found in reached.items()) == wanted["deals_skipping_a_stage"]
    back = [case for case, found in numbers.items() if any(b < a for a, b in pairwise(filter(None, found)))]
    assert len(back) == wanted["deals_moving_backwards"]
    assert sum(0 in found[:-1] for found in numbers.values()) == wanted["change_after_loss"]
    assert sum(found[-1] != 0 for found in numbers.values()) == wanted["deals_never_lost"]


def count(numbers: Iterable[int]) -> dict[str, int]:
    return {str(number): times for number, times in sorted(Counter(numbers).items())}


def test_owners_and_reasons_are_the_last_of_each_life(imported: Imported) -> None:
    users = {user["id"]: (user["name"], user["email"]) for user in rows("enpal/users.csv")}
    log = sqlite3.connect(":memory:")
    log.execute("CREATE TABLE log (line INTEGER PRIMARY KEY, deal_id, change_time, changed_field_key, new_value)")
    told = rows("enpal/deal_changes.csv")
    log.executemany("INSERT INTO log VALUES (NULL, :deal_id, :change_time, :changed_field_key, :new_value)", told)
    wanted = {
        (case, seconds(f"{created}+00:00")): (*users[owner.rpartition(" ")[2]], reason.rpartition(" ")[2])
        for case, created, owner, reason in log.execute(LIVES)
    }
    assert len(wanted) == 2000
    begun: dict[str, int] = {}
    for visit in imported.visits:
        begun.setdefault(visit["deal"], seconds(visit["entered"]))
    found = {(imported.source_of(deal), moment): ending(imported, deal) for deal, moment in begun.items()}
    assert found == wanted
    reasons = Counter(REASONS[str(reason(imported, deal))] for deal in imported.workspace.deals)
    assert reasons == quirks()["lost_reason"]


def ending(imported: Imported, deal: str) -> tuple[str, str, str]:
    member = imported.workspace.team.members[imported.workspace.deals[deal].owner or ""]
    return member.name, member.email or "", REASONS[str(reason(imported, deal))]


def reason(imported: Imported, deal: str) -> str | None:
    outcome = imported.workspace.deals[deal].outcome
    return outcome.reason if outcome else None
