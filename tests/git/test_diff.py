"""`pipe diff` through the installed command: which two moments, which deal is which, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from installed import git, pipe

from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports import waterfall
from pipecli.reports.scope import Scope
from pipecli.store.pair import pair

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sandbox

PIPELINES = (
    "name: Sales\nstages: [{id: lead, name: L}, {id: offer, name: O}, {id: won, name: W, kind: won},"
    " {id: lost, name: N, kind: lost}, {id: parked, name: P, kind: on_hold}]\n"
)


def _begin(sandbox: Sandbox, more: str = "") -> str:
    sandbox.write("pipe.yaml", f"name: x\ntimezone: UTC\ncurrency: EUR\n{more}")
    sandbox.write("pipelines/sales.yaml", PIPELINES)
    sandbox.deal("a", "lead", more="value: 100\nowner: sam\n")
    sandbox.deal("b", "lead", more="value: 50\nowner: kim\n")
    return sandbox.commit()


def steps(folder: Path, *arguments: str, code: int = 0) -> dict[str, tuple[str, str]]:
    """Return step → deals and value, of a waterfall in one currency."""
    text = pipe(folder, "diff", *arguments, "--format", "csv", code=code).stdout.partition("\n\n")[0]
    return {row["step"]: (row["deals"], row["value"]) for row in csv.DictReader(io.StringIO(text))}


def moved(folder: Path, *arguments: str) -> dict[str, list[str]]:
    """Return step → the deals in it."""
    found: dict[str, list[str]] = {}
    for table in json.loads(pipe(folder, "diff", *arguments, "--format", "json").stdout)["tables"]:
        for row in table["rows"] if table["table"] == "waterfall-deals" else ():
            found.setdefault(row["step"], []).append(row["deal"])
    return found


def test_alone_it_tells_what_is_not_committed(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.deal("a", "won", more="value: 120\nowner: sam\n")
    sandbox.deal("c", "lead", more="value: 7.50\n")
    found = {"opening": ("2", "150.00"), "created": ("1", "7.50"), "won": ("1", "-100.00"), "closing": ("2", "57.50")}
    assert steps(sandbox.folder) == found
    assert steps(sandbox.folder, "HEAD") == found
    assert steps(sandbox.folder, "HEAD..") == found
    assert "(work tree)" in pipe(sandbox.folder, "diff").stdout


def test_two_branches_are_two_plans(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.git("switch", "--quiet", "--create", "plan-b")
    sandbox.deal("b", "lead", more="value: 80\nowner: kim\n")
    sandbox.commit()
    sandbox.git("switch", "--quiet", "-")
    sandbox.deal("a", "lost", more="value: 100\nowner: sam\n")
    sandbox.commit()
    main = sandbox.git("branch", "--show-current")
    assert steps(sandbox.folder, main, "plan-b") == {
        "opening": ("1", "50.00"), "reopened": ("1", "100.00"), "increased": ("1", "30.00"), "closing": ("2", "180.00"),
    }  # fmt: skip
    assert steps(sandbox.folder, f"{main}..plan-b") == steps(sandbox.folder, main, "plan-b")


def test_days_and_periods_are_their_ends(sandbox: Sandbox) -> None:
    _begin(sandbox)
    sandbox.deal("a", "lead", more="value: 130\n")
    sandbox.commit(hours=24 * 40)
    wanted = {"opening": ("2", "150.00"), "increased": ("1", "30.00"), "closing": ("2", "180.00")}
    for ends in (("2026-01", "2026-02"), ("2026-01..2026-02",), ("2026-01-31",), ("2026-W04", "2026-Q1"), ("41w",)):
        assert steps(sandbox.folder, *ends) == wanted
    before = pipe(sandbox.folder, "diff", "2025", "2026-01").stdout
    assert "nothing was recorded by then; the first commit is of 2026-01-05" in before
    assert steps(sandbox.folder, "2025", "2026-01")["created"] == ("2", "150.00")
    assert "the first moment is the later one" in pipe(sandbox.folder, "diff", "2026-02", "2026-01").stdout


def test_a_deal_is_itself_under_another_name(sandbox: Sandbox) -> None:
    first = _begin(sandbox)
    sandbox.git("mv", "deals/a.yaml", "deals/exact.yaml")
    sandbox.git("rm", "--quiet", "deals/b.yaml")
    sandbox.deal("said", "lead", more="value: 50\nowner: kim\nformerly: [b]\n")
    second = sandbox.commit()
    sandbox.deal("exact", "offer", more="value: 111\n")
    sandbox.git("mv", "deals/said.yaml", "deals/said-again.yaml")
    sandbox.commit()
    sandbox.git("mv", "deals/exact.yaml", "deals/not-committed.yaml")
    assert steps(sandbox.folder, first, "HEAD") == {
        "opening": ("2", "150.00"), "increased": ("1", "11.00"), "closing": ("2", "161.00"),
    }  # fmt: skip
    assert moved(sandbox.folder, first, "HEAD") == {"increased": ["exact"]}
    assert moved(sandbox.folder, "HEAD", first) == {"decreased": ["a"]}
    assert moved(sandbox.folder, "HEAD") == {}
    assert moved(sandbox.folder, second, "HEAD") == {"increased": ["exact"]}
    row = json.loads(pipe(sandbox.folder, "diff", first, "HEAD", "--format", "json").stdout)["tables"][1]["rows"][0]
    assert (row["formerly"], row["stage_from"], row["stage_to"]) == ("a", "lead", "offer")
    assert (row["value_from"], row["value_to"], row["owner_from"], row["owner_to"]) == ("100", "111", "sam", None)


def test_a_copy_and_a_deal_that_came_as_another_went_are_not_taken_for_one(sandbox: Sandbox) -> None:
    first = _begin(sandbox)
    sandbox.git("rm", "--quiet", "deals/a.yaml")
    sandbox.commit()
    sandbox.deal("c", "lead", more="value: 100\nowner: sam\n")
    sandbox.commit()
    assert moved(sandbox.folder, first, "HEAD") == {"created": ["c"], "removed": ["a"]}


def test_a_shallow_clone_will_do_unless_a_name_is_in_doubt(sandbox: Sandbox, tmp_path: Path) -> None:
    _begin(sandbox)
    sandbox.deal("a", "offer", more="value: 130\nowner: sam\n")
    sandbox.commit()
    sandbox.deal("c", "lead", more="value: 1\n")
    sandbox.commit()
    sandbox.git("mv", "deals/b.yaml", "deals/d.yaml")
    sandbox.commit()
    git(tmp_path, "clone", "--quiet", "--depth", "3", f"file://{sandbox.folder}", "shallow")
    shallow = tmp_path / "shallow"
    assert moved(shallow, "HEAD~2", "HEAD~1") == {"created": ["c"]}
    refused = pipe(shallow, "diff", "HEAD~2", "HEAD", code=3)
    assert "the clone is shallow" in refused.stderr
    assert "--unshallow" in refused.stderr
    assert moved(shallow, "HEAD~2", "HEAD", "--allow-shallow") == {"created": ["c"]}
    (shallow / "deals/a.yaml").rename(shallow / "deals/e.yaml")
    (shallow / "deals/e.yaml").write_text("title: e\npipeline: sales\nstage: lead\n")
    told = pipe(shallow, "diff", "HEAD~1", "--allow-shallow").stdout
    assert "the clone is shallow: a deal that was renamed may be told as removed and created" in told
    assert "there is no revision" in pipe(shallow, "diff", "HEAD~3", code=2).stderr
    assert "the clone is shallow, and begins after that" in pipe(shallow, "diff", "2025-12", code=3).stderr


def test_a_bare_repository_will_do(sandbox: Sandbox, tmp_path: Path) -> None:
    first = _begin(sandbox)
    sandbox.deal("a", "won", more="value: 100\nowner: sam\n")
    sandbox.commit()
    git(tmp_path, "clone", "--quiet", "--bare", str(sandbox.folder), "bare.git")
    assert steps(tmp_path / "bare.git", first) == steps(sandbox.folder, first)


def test_where_and_by_and_pipeline_choose(sandbox: Sandbox) -> None:
    first = _begin(sandbox)
    sandbox.write("pipelines/care.yaml", PIPELINES.replace("Sales", "Care"))
    sandbox.deal("a", "lead", more="value: 100\nowner: kim\n")
    sandbox.write("deals/b.yaml", "title: b\npipeline: care\nstage: won\nvalue: 50\nowner: kim\n")
    sandbox.deal("c", "lead", more="value: 5\nowner: sam\n")
    sandbox.commit()
    assert steps(sandbox.folder, first, "--where", "owner = sam") == {
        "opening": ("1", "100.00"), "created": ("1", "5.00"), "closing": ("2", "105.00"),
    }  # fmt: skip
    assert "where owner = sam, at either moment" in pipe(sandbox.folder, "diff", first, "--where", "owner = sam").stdout
    assert steps(sandbox.folder, first, "--where", "pipeline = care")["won"] == ("1", "-50.00")
    assert steps(sandbox.folder, first, "--pipeline", "sales")["moved out"] == ("1", "-50.00")
    table = pipe(sandbox.folder, "diff", first, "--by", "owner", "--format", "csv").stdout.partition("\n\n")[0]
    assert table.splitlines() == [
        "owner,step,deals,value,currency", "kim,opening,2,150.00,EUR", "kim,won,1,-50.00,EUR",
        "kim,closing,1,100.00,EUR",
        "sam,opening,0,0.00,EUR", "sam,created,1,5.00,EUR", "sam,closing,1,5.00,EUR",
    ]  # fmt: skip


def test_what_cannot_be_read_at_one_moment_is_in_neither(sandbox: Sandbox) -> None:
    first = _begin(sandbox)
    sandbox.write("deals/a.yaml", "stage: [\n")
    sandbox.deal("b", "nowhere", more="value: 50\n")
    sandbox.commit()
    told = pipe(sandbox.folder, "diff", first, code=1)
    assert "1 deal left out: the file cannot be read at one of the moments" in told.stdout
    assert "1 deal left out: in a pipeline or stage that is not there at one of the moments" in told.stdout
    assert steps(sandbox.folder, first, code=1) == {"opening": ("0", "0.00"), "closing": ("0", "0.00")}


def test_rates_are_those_of_each_moment(sandbox: Sandbox) -> None:
    sandbox.write("rates.yaml", "USD: {2026-01-01: 0.90}\n")
    sandbox.deal("u", "lead", more="value: 100\ncurrency: USD\n")
    sandbox.deal("g", "lead", more="value: 10\ncurrency: GBP\n")
    sandbox.deal("y", "lead", more="value: 1000\ncurrency: JPY\n")
    first = _begin(sandbox)
    sandbox.write("rates.yaml", "USD: {2026-01-01: 0.90, 2026-01-02: 0.95}\nGBP: {2026-01-01: 1.1}\n")
    sandbox.deal("u", "lead", more="value: 120\ncurrency: USD\n")
    sandbox.commit()
    text = pipe(sandbox.folder, "diff", first, "--format", "csv").stdout
    rows = [line for line in text.splitlines() if line.endswith((",EUR", ",GBP", ",JPY")) and line.count(",") == 3]
    assert rows == [
        "opening,3,240.00,EUR", "moved in,1,11.00,EUR", "increased,1,18.00,EUR", "currency,1,6.00,EUR",
        "closing,4,275.00,EUR", "opening,1,10.00,GBP", "moved out,1,-10.00,GBP", "closing,0,0.00,GBP",
        "opening,1,1000,JPY", "closing,1,1000,JPY",
    ]  # fmt: skip
    told = pipe(sandbox.folder, "diff", first).stdout
    assert "3 deals without a usable rate to EUR: shown in GBP, JPY" not in told
    assert "2 deals without a usable rate to EUR: shown in GBP, JPY" in told
    assert "changed, too: rates.yaml; each moment is told by its own" in told


def test_a_deal_without_a_value_stands_where_its_value_will(sandbox: Sandbox) -> None:
    sandbox.deal("y", "lead", more="currency: JPY\n")
    first = _begin(sandbox)
    sandbox.deal("y", "lead", more="value: 1000\ncurrency: JPY\n")
    second = sandbox.commit()
    lines = [f"{step},JPY" for step in ("opening,1,0", "increased,1,1000", "closing,1,1000")]
    assert set(lines) <= set(pipe(sandbox.folder, "diff", first, second, "--format", "csv").stdout.splitlines())
    back = [f"{step},JPY" for step in ("opening,1,1000", "decreased,1,-1000", "closing,1,0")]
    assert set(back) <= set(pipe(sandbox.folder, "diff", second, first, "--format", "csv").stdout.splitlines())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2099",), "2099 is in the future"),
        (("nothing",), "and there is no revision of that name"),
        (("HEAD", "nothing"), "nothing: a past moment is written like"),
        (("HEAD...HEAD",), "HEAD...HEAD: what it means depends on the graph"),
        (("HEAD..HEAD", "HEAD"), "HEAD..HEAD is a range already"),
        (("HEAD", " "), "a moment is blank"),
        (("HEAD", "--by", "month"), "--by month divides no deals between two moments"),
        (("HEAD", "--by", "value"), "value is a number, which divides no rows"),
        (("HEAD", "--by", "ownr"), "there is no fact 'ownr' to divide by"),
        (("HEAD", "--pipeline", "sale"), "there is no pipeline 'sale'"),
        (("HEAD", "--where", "ownr = sam"), "--where"),
    ],
)
def test_what_cannot_be_asked_is_told(sandbox: Sandbox, arguments: tuple[str, ...], message: str) -> None:
    _begin(sandbox)
    assert message in pipe(sandbox.folder, "diff", *arguments, code=2).stderr


def test_without_a_repository_there_is_nothing_to_compare(tmp_path: Path) -> None:
    (tmp_path / "pipe.yaml").write_text("name: x\n")
    told = pipe(tmp_path, "diff", code=3, GIT_CEILING_DIRECTORIES=str(tmp_path.parent)).stderr
    assert "there is no git repository here, and so no past" in told


def test_before_the_first_commit_there_is_nothing_to_compare_with(sandbox: Sandbox) -> None:
    sandbox.write("pipe.yaml", "name: x\n")
    assert "nothing is committed yet" in pipe(sandbox.folder, "diff", code=3).stderr


def test_a_condition_may_name_what_is_there_at_one_moment_only(sandbox: Sandbox) -> None:
    first = _begin(sandbox)
    sandbox.write("team.yaml", "members: {kim: {name: Kim}}\n")
    sandbox.deal("a", "lead", more="value: 100\nowner: kim\n")
    sandbox.commit()
    assert steps(sandbox.folder, first, "--where", "owner = sam") == {
        "opening": ("1", "100.00"), "closing": ("1", "100.00"),
    }  # fmt: skip
    told = pipe(sandbox.folder, "diff", first, "--where", "owner = me").stderr
    assert told.count("'me' is nobody here") == 1


def test_the_deals_and_what_they_moved_are_whole_at_80_columns(sandbox: Sandbox) -> None:
    first = _begin(sandbox)
    name = "cedar-clinics-migration-from-spreadsheets-zwqq"
    sandbox.deal(name, "offer", more="value: 1000000\nowner: sam\n")
    sandbox.commit()
    found = pair(sandbox.folder, (first, None), sandbox.now, 1)
    before, after = (Scope(workspace=end.workspace, visits=(), now=end.now) for end in (found.before, found.after))
    lines = text(waterfall.diff(replace(after, before=before), found.names), Medium(width=80)).splitlines()
    assert max(len(line) for line in lines) <= 80
    (line,) = [line for line in lines if name in line]
    assert line.split() == ["created", name, "1,000,000.00", "offer"]
