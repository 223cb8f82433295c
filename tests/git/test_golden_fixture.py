"""The golden fixture as a real workspace: commits in, every figure of stage time out."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import warnings
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pipecli.core.visit import End
from pipecli.metrics.average import mean, median
from pipecli.metrics.outcome import ends
from pipecli.metrics.stay import stays
from pipecli.metrics.survival import kaplan_meier
from pipecli.store.view import Question, View, look

DAY_0 = datetime(2026, 1, 1, tzinfo=UTC)
DAY_40 = DAY_0 + timedelta(days=40)
AFTER = {"advanced": "proposal", "lost": "lost"}
PIPELINE = """\
name: Golden
stages:
  - {id: talk, name: Talk}
  - {id: proposal, name: Proposal}
  - {id: won, name: Won, kind: won}
  - {id: lost, name: Lost, kind: lost}
"""


def rows() -> list[dict[str, str]]:
    text = (Path(__file__).parents[1] / "metrics" / "golden.csv").read_text()
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def changes() -> list[tuple[int, str, str]]:
    """Return (day, deal, stage), in the order in which they were committed."""
    found = []
    for row in rows():
        found.append((int(row["entered"]), row["deal"].lower(), "talk"))
        if row["left"]:
            found.append((int(row["left"]), row["deal"].lower(), AFTER[row["end"]]))
    return sorted(found)


def environment(day: int) -> dict[str, str]:
    moment = (DAY_0 + timedelta(days=day)).isoformat()
    return {
        "PATH": os.environ["PATH"], "HOME": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Sam Roe", "GIT_AUTHOR_EMAIL": "sam@example.com", "GIT_AUTHOR_DATE": moment,
        "GIT_COMMITTER_NAME": "Sam Roe", "GIT_COMMITTER_EMAIL": "sam@example.com", "GIT_COMMITTER_DATE": moment,
        "PIPE_NOW": DAY_40.isoformat(),
    }  # fmt: skip


def commit(root: Path, day: int, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    for arguments in (["add", "--", *files], ["commit", "--quiet", "--message", f"day {day}"]):
        subprocess.run(["git", *arguments], cwd=root, env=environment(day), check=True)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("golden")
    subprocess.run(["git", "init", "--quiet"], cwd=root, env=environment(0), check=True)
    commit(root, 0, {"pipe.yaml": "name: Golden\n", "pipelines/golden.yaml": PIPELINE})
    for day, deal, stage in changes():
        closed = f"closed_on: {(DAY_0 + timedelta(days=day)).date()}\n" if stage == "lost" else ""
        text = f"title: {deal}\npipeline: golden\n\nstage: {stage}\n{closed}"
        commit(root, day, {f"deals/2026-01/{deal}.yaml": text})
    return root


@pytest.fixture(scope="module")
def view(workspace: Path) -> View:
    return look(workspace, Question(), DAY_40)


def test_thirteen_visits_are_read_from_the_commits(view: View) -> None:
    found = {
        (v.deal, (v.entered - DAY_0).days, (v.left - DAY_0).days if v.left else None)
        for v in view.visits
        if v.stage == "talk"
    }
    assert found == {(r["deal"].lower(), int(r["entered"]), int(r["left"]) if r["left"] else None) for r in rows()}


def test_every_stage_time_figure_is_the_fraction_that_was_worked_out_by_hand(view: View) -> None:
    visits = [visit for visit in view.visits if visit.stage == "talk"]
    found = stays(visits, DAY_40)
    curve = kaplan_meier(found.observations)
    by_hand = {3: (11, 12), 4: (5, 6), 5: (3, 4), 6: (2, 3), 7: (7, 12), 10: (5, 12), 20: (5, 16)}
    assert {day: curve.survival(timedelta(days=day)) for day in by_hand} == {
        day: Fraction(*share) for day, share in by_hand.items()
    }
    assert curve.quantile(Fraction(1, 2)) == timedelta(days=10)
    assert curve.quantile(Fraction(3, 4)) is None
    assert curve.incidence(timedelta(days=35)) == {"advanced": Fraction(1, 2), "lost": Fraction(3, 16)}
    assert (mean(found.completed), median(found.completed)) == (timedelta(days=8.125), timedelta(days=6.5))
    assert ends(visits)[End.STILL_THERE] == 5


def test_lifelines_draws_the_same_curve(view: View) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifelines import KaplanMeierFitter
    observations = stays([v for v in view.visits if v.stage == "talk"], DAY_40).observations
    fitter = KaplanMeierFitter().fit(
        [o.duration / timedelta(days=1) for o in observations], [o.cause is not None for o in observations]
    )
    curve = kaplan_meier(observations)
    for day in range(36):
        ours = curve.survival(timedelta(days=day))
        assert ours is not None
        assert float(ours) == pytest.approx(float(fitter.predict(day)), abs=1e-12)


def report(workspace: Path, *arguments: str) -> Any:  # noqa: ANN401 -- what JSON holds
    command = [sys.executable, "-m", "pipecli", "report", "stage-time", *arguments, "--format", "json"]
    done = subprocess.run(command, cwd=workspace, env=environment(40), check=True, capture_output=True)
    table, _ = json.loads(done.stdout)["tables"]
    return next(row for row in table["rows"] if row["stage"] == "talk")


def test_the_report_prints_them(workspace: Path) -> None:
    row = report(workspace)
    assert (row["entries"], row["completed"], row["still_there"]) == (13, 8, 5)
    assert (row["p50"], row["mean"], row["median"]) == (10, 8.125, 6.5)
    assert row["p50_low"] == 4
    assert row["withheld"] == {"p50_high": "not reached", "p75": "not reached", "p90": "not reached"}


def test_as_of_day_nine_only_what_was_recorded_by_then_counts(workspace: Path) -> None:
    row = report(workspace, "--as-of", "2026-01-10T00:00Z")
    assert (row["entries"], row["completed"], row["still_there"]) == (7, 3, 4)
