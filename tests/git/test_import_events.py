"""`pipe import events` through the installed command, in real repositories."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest
from installed import NOW, PIPE, git, pipe, run

LOG = """\
case,stage,time,person,value
1,sent,1317422324,Sam Roe,
2,sent,1317422324,Zoë Ñ,
1,sent,1317422330,Sam Roe,
1,checked,1317425924,zoe@example.org,
2,checked,1317425924,,
2,paid,1317425924,,250.00
1,refused,1320000000,Sam Roe,
"""
NEW = ("import", "events", "log.csv", "--pipeline", "claims", "--create", "--won", "paid", "--lost", "refused")
EUR = ("--currency", "EUR")


def workspace(folder: Path, log: str = LOG) -> Path:
    """Make a workspace without deals, and a log beside it that git does not see."""
    folder.mkdir(parents=True, exist_ok=True)
    pipe(folder, "init", "--template", "empty")
    (folder / "log.csv").write_text(log)
    with Path(git(folder, "rev-parse", "--absolute-git-dir"), "info", "exclude").open("a") as file:
        file.write("log.csv\n")
    return folder


def visits(folder: Path, *arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pipe(folder, "audit", "--format", "csv", *arguments).stdout)))


def untouched(folder: Path, head: str, status: str = "") -> None:
    """Assert that a refused import left nothing behind."""
    assert git(folder, "rev-parse", "HEAD") == head
    assert git(folder, "status", "--porcelain") == status
    assert "refs/pipe" not in git(folder, "for-each-ref")
    assert not list((folder / ".git").glob("fast_import_crash_*"))


def test_history_is_one_commit_a_change_dated_as_it_happened(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    done = pipe(folder, *NEW, *EUR, "--history")
    assert done.stdout == "claims: 2 deals, 6 changes from 2011-09-30 to 2011-10-30\n"
    assert git(folder, "log", "--reverse", "--format=%at %ct %an <%ae> | %cn | %s").splitlines()[1:] == [
        "1317422324 1317422324 Ada Test <ada@example.com> | Ada Test | Make the pipeline claims",
        "1317422324 1317422324 Sam Roe <sam-roe@import.invalid> | Ada Test | Add 1 in sent",
        "1317422324 1317422324 Zoë Ñ <zoe-n@import.invalid> | Ada Test | Add 2 in sent",
        "1317425924 1317425924 zoe <zoe@example.org> | Ada Test | Move 1 to checked",
        "1317425924 1317425924 Ada Test <ada@example.com> | Ada Test | Move 2 to checked",
        "1317425924 1317425924 Ada Test <ada@example.com> | Ada Test | Move 2 to paid",
        "1320000000 1320000000 Sam Roe <sam-roe@import.invalid> | Ada Test | Move 1 to refused",
    ]
    assert git(folder, "log", "-1", "--format=%(trailers:only)") == "Pipe-Import: events log.csv"
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "for-each-ref", "--format=%(refname)").count("\n") == 0
    pipe(folder, "validate", "--strict")


def test_the_audit_of_the_history_is_exact(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    pipe(folder, *NEW, *EUR, "--history")
    found = [(v["deal"], v["stage_name"], v["seconds"], v["truncated"]) for v in visits(folder)]
    assert sorted(found) == [
        ("1", "checked", "2574076", ""), ("1", "refused", "", ""), ("1", "sent", "3600", ""),
        ("2", "checked", "0", ""), ("2", "paid", "", ""), ("2", "sent", "3600", ""),
    ]  # fmt: skip


def test_members_of_the_team_are_known_by_their_names(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    (folder / "team.yaml").write_text("members:\n  sam: {name: Sam Roe, email: sam@example.com}\n")
    git(folder, "add", "team.yaml")
    git(folder, "commit", "-qm", "team")
    pipe(folder, *NEW, *EUR, "--history")
    assert git(folder, "log", "-1", "--format=%ae") == "sam@example.com"


def test_without_history_it_is_one_commit_and_left_truncated(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    before = int(git(folder, "rev-list", "--count", "HEAD"))
    pipe(folder, *NEW, *EUR, GIT_AUTHOR_DATE=NOW)
    assert int(git(folder, "rev-list", "--count", "HEAD")) == before + 1
    assert git(folder, "log", "-1", "--format=%s|%as") == "Import 2 deals into claims|2026-11-23"
    assert git(folder, "status", "--porcelain") == ""
    assert (folder / "deals/2011-09/1.yaml").read_text() == (
        "title: Case 1\npipeline: claims\n\nstage: refused\nstage_since: 2011-10-30T18:40+00:00\n"
        "closed_on: 2011-10-30\noutcome:\n  stage: checked\n\ncreated: 2011-09-30\n\n"
        "provenance:\n  source: log\n  id: '1'\n  imported: 2026-11-23\n"
    )
    assert [visit["truncated"] for visit in visits(folder)] == ["start known", "start known"]
    pipe(folder, "validate", "--strict")


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    pipe(folder, *NEW, *EUR, "--history")
    head = git(folder, "rev-parse", "HEAD")
    done = pipe(folder, *NEW, *EUR, "--history")
    assert "nothing to import: 2 cases" in done.stderr
    untouched(folder, head)


def test_beside_deals_history_goes_to_a_branch_that_can_be_merged(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    pipe(folder, *NEW, *EUR)
    head = git(folder, "rev-parse", "HEAD")
    again = ("import", "events", "log.csv", "--pipeline", "claims", "--source", "other", *EUR, "--history")
    done = pipe(folder, *again)
    assert "git merge import/claims-2026-11-23" in done.stderr
    untouched(folder, head)
    assert "there is a branch import/claims-2026-11-23 already" in pipe(folder, *again, code=3).stderr
    git(folder, "merge", "-q", "--no-edit", "import/claims-2026-11-23")
    assert sorted(path.stem for path in folder.glob("deals/*/*.yaml")) == ["1", "1-2", "2", "2-2"]
    pipe(folder, "validate", "--strict")


def test_every_bad_row_is_listed_and_nothing_is_imported(tmp_path: Path) -> None:
    folder = workspace(tmp_path, LOG + "3,sent,soon,,\n,sent,5,,\n\n")
    head = git(folder, "rev-parse", "HEAD")
    done = pipe(folder, *NEW, *EUR, "--history", code=1)
    assert "log.csv:9:8" in done.stderr
    assert "log.csv:10:1" in done.stderr
    assert "2 rows cannot be used" in done.stderr
    untouched(folder, head)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("import", "events", "log.csv", "--pipeline", "claims"), 2, "--create makes it"),
        (("import", "events", "none.csv", "--pipeline", "claims"), 2, "cannot read none.csv"),
        ((*NEW, "--case", "Kunde"), 2, "no column 'Kunde'"),
        ((*NEW, "--won", "nowhere"), 2, "no such stage"),
        (NEW, 2, "in which currency"),
        ((*NEW, "--currency", "euro"), 2, "three capital letters"),
        (("import", "events", "log.csv", "--pipeline", "My Claims", "--create", *EUR), 2, "--pipeline my-claims"),
    ],
)
def test_wrong_usage_has_a_remedy_and_changes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    folder = workspace(tmp_path)
    head = git(folder, "rev-parse", "HEAD")
    assert words in pipe(folder, *arguments, code=code).stderr
    untouched(folder, head)


def test_an_existing_pipeline_is_not_made_again(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    pipe(folder, *NEW, *EUR)
    (folder / "log.csv").write_text(LOG.replace("\n1,", "\n8,"))
    assert "leave out --create" in pipe(folder, *NEW, *EUR, code=2).stderr


def test_a_rehearsal_writes_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    head = git(folder, "rev-parse", "HEAD")
    done = pipe(folder, *NEW, *EUR, "--history", "--dry-run")
    assert "checked" in done.stdout
    assert "2 deals, 6 changes" in done.stderr
    untouched(folder, head)


def test_other_changes_that_are_not_committed_survive(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    (folder / "staged.txt").write_text("staged")
    (folder / "loose.txt").write_text("loose")
    git(folder, "add", "staged.txt")
    with (folder / "pipe.yaml").open("a") as file:
        file.write("# mine\n")
    before = git(folder, "status", "--porcelain")
    pipe(folder, *NEW, *EUR, "--history")
    assert git(folder, "status", "--porcelain") == before
    assert (folder / "pipe.yaml").read_text().endswith("# mine\n")


def test_a_merge_under_way_is_refused(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    head = git(folder, "rev-parse", "HEAD")
    (folder / ".git/MERGE_HEAD").write_text(f"{head}\n")
    assert "a merge is under way" in pipe(folder, *NEW, *EUR, "--history", code=3).stderr


def test_a_file_in_the_way_stops_it_before_anything_is_changed(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    head = git(folder, "rev-parse", "HEAD")
    (folder / "deals").mkdir()
    (folder / "deals/2011-09").write_text("mine")
    assert "git cannot write the files" in pipe(folder, *NEW, *EUR, "--history", code=3).stderr
    untouched(folder, head, "?? deals/")
    assert (folder / "deals/2011-09").read_text() == "mine"


def test_a_hook_that_refuses_the_branch_leaves_all_as_it_was(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    head = git(folder, "rev-parse", "HEAD")
    hook = folder / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\n[ "$1" = prepared ] && grep -q refs/heads/ && exit 1\nexit 0\n')
    hook.chmod(0o755)
    assert "git refused to move" in pipe(folder, *NEW, *EUR, "--history", code=5).stderr
    untouched(folder, head)
    assert not list(folder.glob("deals/*/*"))


def test_a_stream_that_git_refuses_leaves_all_as_it_was(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    head = git(folder, "rev-parse", "HEAD")
    hook = folder / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    done = run(folder, PIPE, *NEW, *EUR, "--history")
    assert done.returncode in (3, 5), done.stderr
    hook.unlink()
    untouched(folder, head)


def test_it_needs_a_commit_to_continue_and_an_identity(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "pipe.yaml").write_text("name: Bare\n")
    (folder / "log.csv").write_text(LOG)
    assert "in no git repository" in pipe(folder, *NEW, *EUR, "--history", code=3).stderr
    git(folder, "init", "-q")
    assert "git add . && git commit" in pipe(folder, *NEW, *EUR, "--history", code=3).stderr
    other = workspace(tmp_path / "other")
    git(other, "config", "user.useConfigOnly", "true")
    nobody = {"GIT_COMMITTER_NAME": "", "GIT_COMMITTER_EMAIL": "", "GIT_AUTHOR_NAME": "", "GIT_AUTHOR_EMAIL": ""}
    assert "user.email" in pipe(other, *NEW, *EUR, "--history", code=5, **nobody).stderr


def test_a_workspace_in_a_subfolder_keeps_to_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "else.txt").write_text("else")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "else")
    folder = workspace(tmp_path / "my sales")
    pipe(folder, *NEW, *EUR, "--history")
    assert (folder / "deals/2011-09/1.yaml").exists()
    assert git(tmp_path, "status", "--porcelain") == ""
    assert len(visits(folder)) == 6


@pytest.mark.parametrize("form", ["sha256", "sha1"])
def test_both_kinds_of_hashes_work(tmp_path: Path, form: str) -> None:
    git(tmp_path, "init", "-q", f"--object-format={form}")
    folder = workspace(tmp_path)
    pipe(folder, *NEW, *EUR, "--history")
    assert len(visits(folder)) == 6


def test_files_only_without_a_commit(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    head = git(folder, "rev-parse", "HEAD")
    pipe(folder, *NEW, *EUR, "--no-commit")
    untouched(folder, head, "?? deals/\n?? pipelines/")
    pipe(folder, *NEW, *EUR, "--no-commit", "--history", code=2)


def test_a_broken_file_is_mended_first(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    (folder / "team.yaml").write_text("members: [\n")
    assert "mend them first" in pipe(folder, *NEW, *EUR, "--history", code=1).stderr


def test_times_without_an_offset_and_blank_rows_are_told(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "case;stage;time\n1;a;2026-01-05T10:00\n1;won;2026-01-06T10:00\n;;\n\n")
    done = pipe(folder, "import", "events", "log.csv", "--pipeline", "p", "--create", "--won", "won", "--history")
    assert "2 times without an offset" in done.stderr
    assert "UTC" in done.stderr
    assert "2 blank rows" in done.stderr


def test_a_won_stage_is_added_and_told(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "case,stage,time\n1,a,5\n")
    done = pipe(folder, "import", "events", "log.csv", "--pipeline", "p", "--create", "--history")
    assert "--won STAGE" in done.stderr
    assert "{id: won, name: Won, kind: won}" in (folder / "pipelines/p.yaml").read_text()


CLAIMS = ("import", "events", "--pipeline", "claims", *EUR)


def test_the_same_cases_from_a_file_of_another_name_are_not_imported_twice(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    pipe(folder, *NEW, *EUR, "--no-commit")
    (folder / "log.csv").rename(folder / "again.csv")
    done = pipe(folder, *CLAIMS, "again.csv", "--dry-run", code=1)
    assert "1 is also known from 'log', and 1 more cases" in done.stderr
    assert "--source log, if this is the same system; --source NAME" in done.stderr
    done = pipe(folder, *CLAIMS, "again.csv", "--source", "log", "--dry-run")
    assert "nothing to import: 2 cases of again.csv, all of them known already\n" in done.stderr
    done = pipe(folder, *CLAIMS, "again.csv", "--source", "other", "--dry-run")
    assert "  1 is also known from 'log' (--source log)\n" in done.stderr


def test_known_cases_with_newer_events_are_counted(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    pipe(folder, *NEW, *EUR, "--no-commit")
    (folder / "log.csv").write_text(LOG + "1,checked,1330000000,Sam Roe,\n")
    known = "all of them known already, 1 of them with newer events in the file: left as they are"
    assert known in pipe(folder, *CLAIMS, "log.csv", "--dry-run").stderr


def test_a_file_without_rows_says_so(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "case,stage,time\n")
    assert "nothing to import: log.csv has no rows" in pipe(folder, *NEW, "--dry-run").stderr


def test_standard_input_needs_the_name_of_its_source(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    new = tuple("-" if word == "log.csv" else word for word in NEW)
    assert "--source NAME" in pipe(folder, *new, *EUR, code=2).stderr
    command = [str(PIPE), *new, *EUR, "--source", "crm", "--dry-run"]
    done = subprocess.run(command, cwd=folder, input=LOG, capture_output=True, text=True, check=True)
    assert "2 deals, 6 changes" in done.stderr


def test_bad_rows_are_printed_up_to_fifty(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "case,stage,time,Notes\n" + "1,a,2025-02-30,x\n" * 60)
    done = pipe(folder, *NEW, "--dry-run", code=1)
    assert done.stderr.count("column 'time': there is no day 2025-02-30") == 50
    assert "… and 10 more" in done.stderr
    assert "nothing was imported: 60 rows cannot be used" in done.stderr
    assert "  columns: case, stage, time; not used: Notes\n" in done.stderr


def test_stages_without_ascii_letters_and_alike_ones(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "case,stage,time\n1,段階,5\n1,終了,6\n1,Lead,7\n1,LEAD,8\n")
    new = tuple("終了" if word == "paid" else "Lead" if word == "refused" else word for word in NEW)
    done = pipe(folder, *new, "--dry-run")
    assert "stage-1  段階" in done.stdout
    assert "stage-2  終了" in done.stdout
    assert "stages that differ only in case: LEAD, Lead" in done.stderr
