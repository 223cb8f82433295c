"""What the commands alone write down has no fault: whatever they are asked, there are notes at most."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from installed import PIPE, git, run

SAMPLE = "b2b-sales"
STAGES = ("new-lead", "qualified", "proposal-sent", "negotiation", "closed-won", "closed-lost", "delayed")
START = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
MOVES = st.tuples(
    st.sampled_from(("move", "win", "lose", "hold", "reopen")),
    st.sampled_from(STAGES),
    st.sampled_from(((), ("--force", "it had to be"), ("--reason", "price"), ("--on", "2026-11-22"))),
)
SETS = st.tuples(
    st.just("set"),
    st.sampled_from(("value=90000", "value=10", "owner=kim", "owner=noor", "expected_close=+90d", "fields.seats=5")),
    st.sampled_from(((), ("--reason", "price"), ("--force", "it had to be"))),
)


@given(st.lists(st.tuples(st.integers(0, 3), MOVES | SETS), min_size=3, max_size=10))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_history_that_the_commands_made_has_notes_at_most(
    asked: list[tuple[int, tuple[str, str, tuple[str, ...]]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        assert run(Path(folder), PIPE, "init", "work", "--template", SAMPLE).returncode == 0
        deals = sorted(file.stem for file in work.glob("deals/*/*.yaml"))
        for number, (deal, (command, word, more)) in enumerate(asked):
            moment = (START + timedelta(hours=number + 1)).isoformat()
            named = deals[deal * 3 % len(deals)]
            if command == "set" and _is_closed(work, named):
                continue
            words = [word] if command in ("move", "reopen", "set") else []
            until = ["--until", "+10d", "--reason", "a fair"] if command == "hold" else list(more)
            told = run(
                work, PIPE, command, named, *words, *until,
                PIPE_NOW=moment, GIT_AUTHOR_DATE=moment, GIT_COMMITTER_DATE=moment,
            )  # fmt: skip
            assert told.returncode in (0, 1, 2), told.stderr
        assert not git(work, "status", "--short")
        audit = run(work, PIPE, "audit", "verify", "--format", "csv", PIPE_NOW="2026-12-24T12:00:00+01:00")
        levels = {(row["severity"], row["code"]) for row in csv.DictReader(io.StringIO(audit.stdout))}
        assert audit.returncode == 0, audit.stdout
        assert {level for level, _ in levels} <= {"note"}, audit.stdout


def _is_closed(work: Path, deal: str) -> bool:
    """Return whether a deal is closed: what is counted of it is another matter then."""
    (file,) = work.glob(f"deals/*/{deal}.yaml")
    return "\nclosed_on:" in file.read_text()
