"""A former moment asked of every command that reads: what is told is what a checkout of then tells."""

from __future__ import annotations

import csv
import io
import random
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from installed import NOW, PIPE, git, pipe, run

from pipecli.store import moment
from pipecli.store.worktree import load

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sandbox

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = 20
TOLD = ("as of ", "clock ", "commit ")
"""What only one of the two says: the clock that names the moment, the source of a list, which a checkout does not."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    pipe(folder, "demo", "here")
    git(folder, "clone", "--quiet", "here", "then")
    return folder


def _days() -> list[str]:
    """Return days of the year of the demo, the same in every run."""
    rng = random.Random(4)  # noqa: S311 -- a choice of days
    last = datetime.fromisoformat(NOW).date()
    return sorted({str(last - timedelta(days=rng.randrange(1, 364))) for _ in range(DAYS)})


def _last_by(folder: Path, until: datetime) -> str:
    """Return the last commit by then, looked up in a plain log."""
    for line in git(folder, "log", "--first-parent", "--format=%H %cI", "main").splitlines():
        commit, _, written = line.partition(" ")
        if datetime.fromisoformat(written) <= until:
            return commit
    raise AssertionError(f"there is no commit by {until}")


def _data(text: str) -> list[str]:
    """Return the lines without the facts that only one of the two says."""
    lines = [" · ".join(one for one in line.split(" · ") if not one.startswith(TOLD)) for line in text.splitlines()]
    return [line for line in lines if line]


@pytest.mark.parametrize("day", _days())
def test_a_former_day_is_what_a_checkout_of_then_shows(demo: Path, day: str) -> None:
    until = datetime.combine(datetime.fromisoformat(day).date(), time(23, 59, 59), BERLIN)
    git(demo / "then", "checkout", "--quiet", _last_by(demo / "here", until))
    for command in (("report", "pipeline"), ("list", "--all", "--format", "csv"), ("validate",)):
        asked = run(demo / "here", PIPE, *command, "--as-of", day)
        shown = run(demo / "then", PIPE, *command, PIPE_NOW=until.isoformat())
        assert _data(asked.stdout) == _data(shown.stdout)
        assert asked.returncode == shown.returncode
        assert shown.stdout.count("\n") > (0 if command == ("validate",) else 10)


@pytest.mark.parametrize("day", _days()[::7])
def test_the_opening_of_a_waterfall_is_the_open_pipeline_of_then(demo: Path, day: str) -> None:
    there = csv.DictReader(
        io.StringIO(pipe(demo / "here", "report", "pipeline", "--as-of", day, "--format", "csv").stdout)
    )
    rows = [row for row in there if row["kind"] == "open"]
    opening = next(csv.DictReader(io.StringIO(pipe(demo / "here", "diff", day, "--format", "csv").stdout)))
    assert int(opening["deals"]) == sum(int(row["deals"]) for row in rows) > 0
    assert Decimal(opening["value"]) == sum(Decimal(row["value"] or 0) for row in rows)
    assert {row["currency"] for row in rows} == {opening["currency"]}


def test_a_revision_is_judged_as_of_then(demo: Path) -> None:
    commit = git(demo / "here", "rev-parse", "HEAD~150")
    when = git(demo / "here", "log", "-1", "--format=%cI", commit)
    git(demo / "then", "checkout", "--quiet", commit)
    there = run(demo / "then", PIPE, "validate", "--format", "json", PIPE_NOW=when)
    assert pipe(demo / "here", "validate", "--format", "json", "--at", commit).stdout == there.stdout
    now = pipe(demo / "then", "validate", "--format", "json").stdout
    assert now.count('"overdue-close"') > there.stdout.count('"overdue-close"')


def test_a_bare_repository_is_read_like_a_clone(demo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(demo / "here"), "bare.git")
    bare, here = tmp_path / "bare.git", demo / "here"
    deal = pipe(here, "list", "--limit", "1", "--columns", "id", "--format", "csv").stdout.split()[1]
    for command in (
        ("list", "--format", "csv"), ("show", deal, "--format", "csv"), ("validate", "--format", "json"),
        ("export", "jsonl"), ("list", "--as-of", "2026-Q2", "--format", "csv"), ("export", "csv", "--at", "HEAD~9"),
        ("validate", "--as-of", "2026-06", "--format", "json"), ("report", "pipeline", "--format", "csv"),
    ):  # fmt: skip
        assert pipe(bare, *command).stdout == pipe(here, *command).stdout
    told, shown = pipe(bare).stdout.splitlines(), pipe(here).stdout.splitlines()
    assert told[1] == "git: main, bare: what is committed is shown"
    assert told[2:] == shown[2:]


def test_a_shallow_clone_is_enough_for_what_it_holds(demo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "5", f"file://{demo / 'here'}", "shallow")
    commit = git(tmp_path / "shallow", "rev-parse", "HEAD~3")
    for command in (("list", "--all"), ("validate",), ("export", "csv")):
        asked = pipe(tmp_path / "shallow", *command, "--at", commit)
        assert asked.stdout == pipe(demo / "here", *command, "--at", commit).stdout
        refused = pipe(tmp_path / "shallow", *command, "--as-of", "2026-01-31", code=3)
        assert "the clone is shallow, and begins after that" in refused.stderr
        assert "--unshallow" in refused.stderr


def test_a_deal_may_have_been_there_then_only(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.git("rm", "--quiet", "deals/a.yaml")
    sandbox.commit()
    assert "there is no deal" in pipe(sandbox.folder, "show", "a", code=2).stderr
    assert "lead" in pipe(sandbox.folder, "show", "a", "--at", "HEAD~1").stdout
    assert "there is no deal 'zeta' then" in pipe(sandbox.folder, "show", "zeta", "--at", "HEAD~1", code=2).stderr


def test_a_deal_is_found_under_the_name_that_it_had_then(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.git("rm", "--quiet", "deals/a.yaml")
    sandbox.deal("b", "offer", more="formerly: [a]\n")
    sandbox.commit()
    shown = pipe(sandbox.folder, "show", "b", "--at", "HEAD~1")
    assert "lead" in shown.stdout
    assert "b was called a then" in shown.stderr


def test_rules_team_and_rates_are_those_of_then(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.write("pipelines/sales.yaml", "name: x\nstages: [{id: offer, name: O}, {id: won, name: W, kind: won}]\n")
    sandbox.deal("a", "offer")
    sandbox.commit()
    asked = pipe(sandbox.folder, "list", "--at", "HEAD~1", "--columns", "stage,probability", "--format", "csv")
    assert asked.stdout.splitlines()[1] == "lead,0.2"
    assert pipe(sandbox.folder, "validate", "--at", "HEAD~1").returncode == 0


def test_before_the_first_commit_there_is_no_deal_and_nothing_to_judge(sandbox: Sandbox) -> None:
    _begin(sandbox)
    listed = pipe(sandbox.folder, "list", "--as-of", "2025")
    assert "there was no deal yet" in listed.stdout
    assert "nothing was recorded by then; the first commit is of 2026-01-05" in listed.stdout
    assert pipe(sandbox.folder, "export", "jsonl", "--as-of", "2025").stdout == ""
    assert "nothing was recorded by then" in pipe(sandbox.folder, "validate", "--as-of", "2025", code=2).stderr
    assert "nothing was recorded by then" in pipe(sandbox.folder, "show", "a", "--as-of", "2025", code=2).stderr


def test_a_former_path_is_judged_alone(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.git("rm", "--quiet", "deals/a.yaml")
    sandbox.deal("b", "lead")
    sandbox.commit()
    assert "no problems in deals/a.yaml" in pipe(sandbox.folder, "validate", "deals/a.yaml", "--at", "HEAD~1").stdout
    refused = pipe(sandbox.folder, "validate", "deals/b.yaml", "--at", "HEAD~1", code=2)
    assert "there is no deals/b.yaml in the workspace of then" in refused.stderr


def test_the_fiscal_year_says_when_a_quarter_ends(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.write("pipe.yaml", "name: x\ntimezone: UTC\nfiscal_year_starts: 4\n")
    sandbox.commit(hours=24 * 100)
    told = pipe(sandbox.folder, "list", "--as-of", "2025-Q4").stdout
    assert "as of 2026-03-31T23:59:59+00:00" in told


def test_without_a_repository_there_is_no_past(tmp_path: Path) -> None:
    (tmp_path / "pipe.yaml").write_text("name: x\n")
    for command in (("list",), ("validate",), ("show", "a"), ("export", "csv")):
        assert (
            "there is no git repository here, and so no past"
            in pipe(tmp_path, *command, "--as-of", "7d", code=3, GIT_CEILING_DIRECTORIES=str(tmp_path.parent)).stderr
        )


def test_a_workspace_is_found_in_the_folder_where_it_lay_then(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.deal("a", "nowhere")
    sandbox.commit()
    (sandbox.folder / "crm").mkdir()
    for name in ("pipe.yaml", "pipelines", "deals"):
        sandbox.git("mv", name, f"crm/{name}")
    sandbox.commit()
    now = pipe(sandbox.folder / "crm", "validate", "--format", "github", code=1).stdout
    then = pipe(sandbox.folder / "crm", "validate", "--format", "github", "--at", "HEAD~1", code=1).stdout
    assert "file=crm/deals/a.yaml" in now
    assert then == now.replace("crm/deals", "deals")
    assert "lead" in pipe(sandbox.folder / "crm", "show", "a", "--at", "HEAD~2").stdout
    compared = pipe(sandbox.folder / "crm", "diff", "HEAD~1", code=1).stdout
    assert "1 deal left out" in compared
    assert "removed" not in compared


def test_the_workspace_of_a_commit_is_that_of_its_checkout(sandbox: Sandbox) -> None:
    _begin(sandbox)
    for path in ("deals/.hidden/x.yaml", "deals/.y.yaml", "deals/README.md", "templates/a/b.md", "templates/.c",
                 "Deals/z.yaml", "deals/UPPER.yaml", "deals/old.yml", "team.yaml", "elsewhere/pipe.yaml",
                 "pipelines/broken.yaml", "companies/acme.yaml"):  # fmt: skip
        sandbox.write(path, "name: x\n" if "acme" in path else "a: [\n" if "broken" in path else "{}\n")
    (sandbox.folder / "contacts").mkdir()
    (sandbox.folder / "contacts" / "link.yaml").symlink_to("../pipe.yaml")
    (sandbox.folder / "elsewhere" / "link").symlink_to("pipe.yaml")
    commit = sandbox.commit()
    then, now = moment.workspace(sandbox.repository, commit), load(sandbox.folder)
    for name in ("settings", "team", "pipelines", "deals", "companies", "contacts", "templates", "known", "rest"):
        assert getattr(then, name) == getattr(now, name), name
    assert set(then.problems) == set(now.problems)
    assert {problem.code for problem in now.problems} >= {"symbolic-link", "file-suffix", "invalid-id", "file-name"}


def _begin(sandbox: Sandbox) -> None:
    sandbox.write("pipe.yaml", "name: x\ntimezone: UTC\n")
    sandbox.write(
        "pipelines/sales.yaml",
        "name: x\nstages: [{id: lead, name: L, probability: 20%}, {id: offer, name: O}, {id: won, name: W, kind: won},"
        " {id: lost, name: N, kind: lost}]\n",
    )
    sandbox.deal("a", "lead")
    sandbox.commit()
