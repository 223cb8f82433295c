"""The stream that `git fast-import` reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipecli.interchange.stream import Commit, File, Person, encode

AT = datetime(2011, 9, 30, 22, 38, 44, tzinfo=UTC)
ADA = Person("Ada", "ada@example.com")


def one(author: Person = ADA, at: datetime = AT, files: tuple[File, ...] = (), parents: tuple[str, ...] = ()) -> str:
    made = Commit(
        author=author, authored=at, committer=ADA, committed=AT, message="Grüße\n", files=files,
        ref="refs/x", parents=parents,
    )  # fmt: skip
    return b"".join(encode([made])).decode()


def test_a_commit_says_who_when_what_and_counts_bytes() -> None:
    assert one(files=(File("a.yaml", "ü\n".encode()), File("b.yaml", None)), parents=("f00", ":2")) == (
        "commit refs/x\nauthor Ada <ada@example.com> 1317422324 +0000\n"
        "committer Ada <ada@example.com> 1317422324 +0000\ndata 8\nGrüße\n\nfrom f00\nmerge :2\n"
        "M 100644 inline a.yaml\ndata 3\nü\n\nD b.yaml\ndone\n"
    )


@pytest.mark.parametrize(("hours", "written"), [(5.5, "+0530"), (-3.5, "-0330"), (-12, "-1200"), (0, "+0000")])
def test_offsets(hours: float, written: str) -> None:
    at = AT.astimezone(timezone(timedelta(hours=hours)))
    assert f"author Ada <ada@example.com> 1317422324 {written}\n" in one(at=at)


@pytest.mark.parametrize(
    ("person", "written"),
    [
        (Person("Eve <root@x>\ncommitter", "e v\ne@x>"), "author Eve  root@x committer <eve@x> "),
        (Person("\n", "kim@x"), "author kim <kim@x> "),
    ],
)
def test_nothing_in_a_name_ends_the_line(person: Person, written: str) -> None:
    assert written in one(person)


def test_a_path_that_git_would_read_otherwise_is_quoted() -> None:
    assert 'M 100644 inline "\\"a\\nb"\n' in one(files=(File('"a\nb', b""),))
    assert "M 100644 inline a b.yaml\n" in one(files=(File("a b.yaml", b""),))
