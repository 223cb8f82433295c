"""An SQLite file that only saves time: made, found again, made anew, never followed elsewhere, never in the way."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipecli.core.checksum import Damaged, checksum
from pipecli.core.watch import Watch
from pipecli.shell import database
from pipecli.shell.database import Database, opened, used

if TYPE_CHECKING:
    from pathlib import Path

TABLES = "CREATE TABLE words (word TEXT PRIMARY KEY, number INTEGER, crc INTEGER) WITHOUT ROWID;"


class Heard(Watch):
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "git").mkdir()
    return tmp_path / "git" / "pipe" / "words.sqlite"


def fill(base: Database, count: int = 50) -> None:
    rows = [(f"word-{n}", n, checksum((f"word-{n}", n))) for n in range(count)]
    base.write(lambda connection: connection.executemany("REPLACE INTO words VALUES (?, ?, ?)", rows))


def words(base: Database) -> dict[str, int]:
    found = base.rows("SELECT word, number, crc FROM words")
    if any(checksum(row[:2]) != row[2] for row in found):
        raise Damaged
    if not found:
        fill(base)
        return words(base)
    return {word: number for word, number, _ in found}


WANTED = {f"word-{n}": n for n in range(50)}


def test_what_is_written_is_found_again(place: Path) -> None:
    with opened(place, "1", TABLES) as base:
        assert base.is_new
        fill(base)
    with opened(place, "1", TABLES) as base:
        assert not base.is_new
        assert words(base) == WANTED
    assert [file.name for file in place.parent.iterdir()] == ["words.sqlite"]


def test_another_layout_is_made_anew_without_a_word(place: Path) -> None:
    heard = Heard()
    with opened(place, "1", TABLES) as base:
        fill(base)
    with opened(place, "2", TABLES.replace("number", "figure"), heard) as base:
        assert base.is_new
        assert base.rows("SELECT figure FROM words") == []
    assert heard.warnings == []


def test_a_copy_from_elsewhere_is_not_believed(place: Path) -> None:
    with opened(place, "1", TABLES) as base:
        fill(base)
    place.rename(place.with_name("stranger"))
    shutil.copy(place.with_name("stranger"), place)
    with opened(place, "1", TABLES) as base:
        assert base.is_new


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\0"])
def test_what_is_no_database_is_made_anew(place: Path, content: bytes) -> None:
    place.parent.mkdir()
    place.write_bytes(content)
    heard = Heard()
    assert used(place, "1", TABLES, words, heard) == WANTED
    assert used(place, "1", TABLES, words, heard) == WANTED
    assert len(heard.warnings) == bool(content)


def test_another_schema_is_damage(place: Path) -> None:
    with opened(place, "1", TABLES) as base:
        fill(base)
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON words BEGIN DELETE FROM words; END")
    connection.close()
    heard = Heard()
    assert used(place, "1", TABLES, words, heard) == WANTED
    assert heard.warnings == [f"the index {place} is damaged and is built again"]


def test_any_flipped_bytes_give_the_same_answer(place: Path) -> None:
    chance = random.Random(4)  # noqa: S311 -- the same on every run
    used(place, "1", TABLES, words)
    whole = place.read_bytes()
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3, 30))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        place.write_bytes(bytes(broken))
        found = used(place, "1", TABLES, words)
        assert found.items() <= WANTED.items()  # a row may be missing, none may be wrong


def test_a_file_cut_short_is_made_anew(place: Path) -> None:
    used(place, "1", TABLES, words)
    whole = place.read_bytes()
    for length in range(0, len(whole), 509):
        place.write_bytes(whole[:length])
        assert used(place, "1", TABLES, words) == WANTED


@pytest.mark.parametrize("what", ["folder", "link", "pipe", "dangling", "linked folder"])
def test_what_is_no_plain_file_is_left_alone(place: Path, what: str) -> None:
    elsewhere = place.parent.parent.parent / "elsewhere"
    if what == "linked folder":
        elsewhere.mkdir()
        place.parent.symlink_to(elsewhere)
    else:
        place.parent.mkdir()
        elsewhere.write_text("mine") if what == "link" else None
    if what == "folder":
        place.mkdir()
    elif what == "pipe":
        os.mkfifo(place)
    elif what in ("link", "dangling"):
        place.symlink_to(elsewhere)
    assert used(place, "1", TABLES, words) == WANTED
    if what == "linked folder":
        assert list(elsewhere.iterdir()) == []
    elif what == "link":
        assert elsewhere.read_text() == "mine"
    else:
        assert not elsewhere.exists()


def test_a_locked_file_is_read_and_the_writing_is_done_in_memory(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    used(place, "1", TABLES, words)
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with opened(place, "1", TABLES) as base:
        assert not base.write(lambda c: c.execute("DELETE FROM words"), needed=False)
        assert words(base) == WANTED
        assert not base.write(lambda c: c.execute("DELETE FROM words"))
        assert base.rows("SELECT * FROM words") == []
    other.execute("COMMIT")
    other.execute("BEGIN EXCLUSIVE")
    assert used(place, "1", TABLES, words) == WANTED
    other.close()
    assert used(place, "1", TABLES, words) == WANTED


def test_rights_are_those_of_the_git_directory(place: Path) -> None:
    place.parent.parent.chmod(0o770)
    used(place, "1", TABLES, words)
    assert place.stat().st_mode & 0o777 == 0o660
    assert place.parent.stat().st_mode & 0o777 == 0o770


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_no_error(place: Path) -> None:
    place.parent.parent.chmod(0o500)
    assert used(place, "1", TABLES, words) == WANTED
    assert not place.parent.exists()


def test_what_a_killed_process_left_is_removed(place: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    place.parent.mkdir()
    left = place.with_name(f"{place.name}.{int(done.stdout)}.new")
    alive = place.with_name(f"{place.name}.{os.getppid()}.new")
    left.touch()
    alive.touch()
    used(place, "1", TABLES, words)
    assert not left.exists()
    assert alive.exists()


def test_a_failure_of_the_work_keeps_nothing(place: Path) -> None:
    with pytest.raises(ZeroDivisionError), opened(place, "1", TABLES):
        raise ZeroDivisionError
    assert list(place.parent.iterdir()) == []
