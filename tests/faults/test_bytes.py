"""A move changes the lines of the move, and no other byte: on the disk and in what git stores."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from desk import DEAL, Desk, desk

if TYPE_CHECKING:
    from pathlib import Path

ODD = """\
# Ours since 2019 -- don't touch the 'odd' "quotes"
"title":   'It''s "odd"'   # the title
pipeline: "sales"

stage:   'lead'    # where it is
stage_since:  2026-10-05 # since when


value: 10.10
tags: [ a,b ,  "c" ]   \t
created: 2026-10-01
# the end"""
MOVED = ODD.replace("'lead'", "'proposal'").replace("2026-10-05", "2026-11-23")
BOM = "\ufeff"


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def stored(at: Desk) -> bytes:
    return at.git("cat-file", "blob", f"HEAD:{DEAL}").encode("utf-8", "surrogateescape")


def put(at: Desk, data: bytes) -> None:
    at.write(DEAL, data)
    at.commit()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ODD.encode(), MOVED.encode()),
        (f"{ODD}\n".encode(), f"{MOVED}\n".encode()),
        (f"{BOM}{ODD}\n\n\n".encode(), f"{BOM}{MOVED}\n\n\n".encode()),
        (crlf(ODD), crlf(MOVED)),
        (crlf(f"{BOM}{ODD}\n"), crlf(f"{BOM}{MOVED}\n")),
    ],
    ids=["no final newline", "odd quotes and comments", "byte order mark", "CRLF", "CRLF with a byte order mark"],
)
def test_only_the_lines_of_the_move_change(tmp_path: Path, before: bytes, after: bytes) -> None:
    at = desk(tmp_path)
    put(at, before)
    answer = at.move()
    assert answer.code == 0, answer
    assert at.read() == after
    assert stored(at) == after
    assert at.git("diff", "HEAD~", "--numstat").split() == ["2", "2", DEAL]
    assert at.git("status", "--porcelain") == ""


@pytest.mark.parametrize("value", ["true", "input"])
def test_a_file_that_is_stored_with_crlf_stays_so_under_autocrlf(tmp_path: Path, value: str) -> None:
    at = desk(tmp_path)
    put(at, crlf(f"{ODD}\n"))
    at.config(core__autocrlf=value)
    answer = at.move()
    assert answer.code == 0, answer
    assert at.read() == stored(at) == crlf(f"{MOVED}\n")


@pytest.mark.parametrize(
    ("setting", "attributes"),
    [("true", ""), ("false", "*.yaml text eol=crlf\n"), ("false", "*.yaml text=auto eol=crlf\n")],
)
def test_a_file_that_git_checks_out_with_crlf_keeps_them_on_the_disk(
    tmp_path: Path, setting: str, attributes: str
) -> None:
    at = desk(tmp_path)
    put(at, f"{ODD}\n".encode())
    at.config(core__autocrlf=setting)
    at.write(".gitattributes", attributes)
    at.commit()
    (at.folder / DEAL).unlink()
    at.git("checkout", "--", DEAL)
    assert at.read() == crlf(f"{ODD}\n")
    answer = at.move()
    assert answer.code == 0, answer
    assert at.read() == crlf(f"{MOVED}\n")
    assert stored(at) == f"{MOVED}\n".encode()
    assert at.git("status", "--porcelain") == ""


def test_a_file_whose_line_ends_were_changed_counts_as_edited(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(DEAL, at.read().replace(b"\n", b"\r\n"))
    before = at.state()
    answer = at.move()
    assert (answer.code, "uncommitted changes" in answer.err) == (3, True), answer
    assert at.state() == before | {"left": ["pipe.lock"]}


def test_a_file_that_git_would_convert_as_a_whole_is_refused(tmp_path: Path) -> None:
    at = desk(tmp_path)
    put(at, crlf(f"{ODD}\n"))
    os.utime(at.folder / DEAL, (10**9, 10**9))
    at.git("update-index", "--refresh")
    at.write(".git/info/attributes", "*.yaml text\n")
    answer = at.move()
    assert (answer.code, "git add --renormalize" in answer.err) == (3, True), answer
    assert at.read() == crlf(f"{ODD}\n")


def test_the_rights_of_a_file_stay(tmp_path: Path) -> None:
    at = desk(tmp_path)
    (at.folder / DEAL).chmod(0o640)
    assert at.move().code == 0
    assert (at.folder / DEAL).stat().st_mode & 0o777 == 0o640


def test_a_folder_may_be_named_like_a_pattern(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write("deals/[a]*/odd-one.yaml", at.read())
    at.write("deals/a/other.yaml", at.read())
    at.commit()
    at.write("deals/a/other.yaml", at.read() + b"# edited\n")
    answer = at.pipe("move", "odd-one", "proposal")
    assert answer.code == 0, answer
    assert at.git("diff", "--name-only", "HEAD~", "HEAD").split() == ["deals/[a]*/odd-one.yaml"]
