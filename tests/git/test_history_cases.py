"""The situations of docs/history.md, each in a real repository."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipecli.core.visit import Clock, Truncated

if TYPE_CHECKING:
    from conftest import Sandbox


def test_a_hand_edit_counts_as_a_move(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    first = sandbox.commit()
    sandbox.deal("a", "offer")
    second = sandbox.commit(author="Bea")
    events = sandbox.history().timelines["a"]
    assert [(e.commit, e.state, e.author, e.email) for e in events] == [
        (first, ("sales", "lead"), "Ann", "ann@example.com"),
        (second, ("sales", "offer"), "Bea", "bea@example.com"),
    ]
    assert [e.effective.isoformat() for e in events] == ["2026-01-05T11:00:00+01:00", "2026-01-05T12:00:00+01:00"]


def test_a_copy_starts_its_own_history(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.deal("a", "offer")
    sandbox.commit()
    sandbox.deal("b", "offer")
    sandbox.write("deals/b.yaml", (sandbox.folder / "deals/a.yaml").read_bytes())
    copied = sandbox.commit()
    assert sandbox.stages("a") == ["lead", "offer"]
    assert [e.commit for e in sandbox.history().timelines["b"]] == [copied]


def test_a_move_to_another_folder_changes_nothing(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    first = sandbox.commit()
    (sandbox.folder / "deals/2026").mkdir()
    sandbox.git("mv", "deals/a.yaml", "deals/2026/a.yaml")
    sandbox.commit()
    assert [e.commit for e in sandbox.history().timelines["a"]] == [first]


def test_a_move_and_an_edit_in_one_commit_is_one_transition(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    (sandbox.folder / "deals/a.yaml").unlink()
    sandbox.deal("a", "offer", folder="deals/2026")
    sandbox.commit()
    assert sandbox.stages("a") == ["lead", "offer"]


def test_an_exact_rename_continues_the_timeline(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.git("mv", "deals/a.yaml", "deals/b.yaml")
    sandbox.commit()
    assert list(sandbox.history().timelines) == ["b"]
    assert sandbox.stages("b") == ["lead"]


def test_a_rename_with_a_second_candidate_links_nothing(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    content = (sandbox.folder / "deals/a.yaml").read_bytes()
    (sandbox.folder / "deals/a.yaml").unlink()
    sandbox.write("deals/b.yaml", content)
    sandbox.write("deals/c.yaml", content)
    sandbox.commit()
    assert sandbox.stages("a") == ["lead", "gone"]
    assert sandbox.stages("b") == sandbox.stages("c") == ["lead"]


def test_a_similar_file_is_no_rename_but_formerly_is(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead", more="note: long enough to be alike\n" * 1)
    sandbox.deal("b", "lead", more="note: long enough to be alike\n" * 1)
    sandbox.commit()
    for name in "ab":
        (sandbox.folder / f"deals/{name}.yaml").unlink()
    sandbox.deal("c", "offer", more="note: long enough to be alike\n")
    sandbox.deal("d", "offer", more="note: long enough to be alike\nformerly: [b]\n")
    sandbox.commit()
    assert sandbox.stages("a") == ["lead", "gone"]
    assert sandbox.stages("c") == ["offer"]
    assert sandbox.stages("d") == ["lead", "offer"]
    assert "b" not in sandbox.history().timelines


def test_an_id_used_again_starts_a_second_life(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    (sandbox.folder / "deals/a.yaml").unlink()
    sandbox.commit()
    sandbox.deal("a", "lead")
    sandbox.commit()
    assert sandbox.stages("a") == ["lead", "gone", "lead"]


@pytest.mark.parametrize("mangle", ["crlf", "bom", "mode", "comment"])
def test_what_is_no_transition(sandbox: Sandbox, mangle: str) -> None:
    sandbox.deal("a", "lead")
    first = sandbox.commit()
    file = sandbox.folder / "deals/a.yaml"
    data = file.read_bytes()
    if mangle == "mode":
        file.chmod(0o755)
    else:
        changed = {"crlf": data.replace(b"\n", b"\r\n"), "bom": b"\xef\xbb\xbf" + data, "comment": data + b"# x\n"}
        file.write_bytes(changed[mangle])
    sandbox.commit()
    found = sandbox.history()
    assert [e.commit for e in found.timelines["a"]] == [first]
    assert found.problems == ()


def test_a_symbolic_link_is_no_deal(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    file = sandbox.folder / "deals/a.yaml"
    file.unlink()
    file.symlink_to("/etc/passwd")
    sandbox.commit()
    assert sandbox.stages("a") == ["lead", "gone"]


def test_a_version_that_does_not_parse_keeps_the_last_good_state(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.write("deals/a.yaml", "title: a\nstage: [offer\n")
    broken = sandbox.commit()
    sandbox.write("deals/a.yaml", "title: a\npipeline: sales\ncreated: 2025-30-01\n")
    gap = sandbox.commit()
    sandbox.deal("a", "offer")
    last = sandbox.commit()
    found = sandbox.history()
    assert [e.commit for e in found.timelines["a"]][1:] == [last]
    assert [p.code for p in found.problems] == ["unreadable-version", "history-gap"]
    assert f"{broken[:10]}: deals/a.yaml:3: " in found.problems[0].message
    assert (found.problems[0].line, found.problems[0].excerpt) == (0, "")
    assert gap[:10] in found.problems[1].message


def test_several_files_of_one_id_are_reported(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    sandbox.deal("a", "offer", folder="deals/2026")
    sandbox.commit()
    found = sandbox.history()
    assert [p.code for p in found.problems] == ["several-files"]
    assert sandbox.stages("a") == ["lead"]


def test_stage_since_counts_where_this_change_wrote_it(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead", more="stage_since: 2026-01-03\n")
    sandbox.commit()
    sandbox.deal("a", "offer", more="stage_since: 2026-01-03\n")
    sandbox.commit()
    sandbox.deal("a", "won", more="stage_since: 2026-01-05T12:30+01:00\n")
    sandbox.commit()
    events = sandbox.history().timelines["a"]
    assert [e.clock for e in events] == [Clock.STAGE_SINCE, Clock.AUTHOR_DATE, Clock.STAGE_SINCE]
    assert events[0].effective == datetime(2026, 1, 3, tzinfo=UTC)
    assert events[2].effective.minute == 30


def test_imports(sandbox: Sandbox) -> None:
    for deal, since in (("a", "stage_since: 2025-06-01\n"), ("b", "")):
        sandbox.deal(deal, "lead", more=f"{since}provenance: {{source: crm, id: '1'}}\n")
    sandbox.commit("import")
    sandbox.deal("c", "lead", more="provenance: {source: crm, id: '2'}\n")
    sandbox.commit("import\n\nPipe-Import: crm\n")
    timelines = sandbox.history().timelines
    assert {deal: events[0].truncated for deal, events in timelines.items()} == {
        "a": Truncated.START_KNOWN,
        "b": Truncated.START_UNKNOWN,
        "c": Truncated.NO,
    }
    assert timelines["a"][0].effective == datetime(2025, 6, 1, tzinfo=UTC)
    assert timelines["c"][0].imported


def test_a_hostile_message_breaks_nothing(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit(":100644 100644 aaaa bbbb M\n:000000\n\x01\x02 end\ncommit 0000\n%x00%H\n" + "é\u2028x\r\n" * 50)
    sandbox.git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "-m", "")
    sandbox.deal("a", "offer")
    sandbox.git("add", "--all")
    sandbox.git("commit", "--quiet", "--allow-empty-message", "-m", "")
    assert sandbox.stages("a") == ["lead", "offer"]


def test_a_trailer_that_names_a_day_counts_from_the_later_of_its_start_and_the_entry_before(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit()
    day = sandbox.now.date()
    sandbox.deal("a", "offer")
    sandbox.commit(f"Move\n\nPipe-Move: a sales/lead -> sales/offer @ {day}\nPipe-Op: OP1", hours=72)
    sandbox.deal("a", "won")
    sandbox.commit(f"Move\n\nPipe-Move: a sales/offer -> sales/won @ {day + timedelta(days=2)}\nPipe-Op: OP2")
    created, moved, won = sandbox.history().timelines["a"]
    assert (moved.effective, moved.clock) == (created.effective, Clock.TRAILER)
    assert (won.effective.isoformat(), won.clock) == ("2026-01-07T00:00:00+00:00", Clock.TRAILER)


def test_a_contradicting_trailer_is_quoted_as_it_was_written(sandbox: Sandbox) -> None:
    sandbox.deal("a", "lead")
    sandbox.commit("Begin\n\nPipe-Move: a  sales/x ->\tsales/y @ 2026-01-05T14:05Z")
    (problem,) = sandbox.history().problems
    assert "'Pipe-Move: a  sales/x ->\tsales/y @ 2026-01-05T14:05Z'" in problem.message
