"""Whatever else a user has staged, half staged or edited survives a move, bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk import DEAL, Desk, deal, desk, same
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "deals/2026-10/deal-01.yaml"
ON_TOP, IN_INDEX = "ten\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nten\n"


def busy(at: Desk) -> Desk:
    """Leave a desk with every kind of unfinished work on it."""
    for name in ("partly", "gone", "staged-gone", "kept", "moved", "script"):
        at.write(f"docs/{name}.txt", "one\ntwo\nthree\nfour\nfive\n")
    at.commit()
    at.write(OTHER, at.read(OTHER) + b"# staged\n")
    at.git("add", OTHER)
    at.write(OTHER, at.read(OTHER) + b"# and not staged\n")
    at.write("docs/partly.txt", IN_INDEX)
    at.git("add", "docs/partly.txt")
    at.write("docs/partly.txt", ON_TOP)
    (at.folder / "docs/gone.txt").unlink()
    at.git("rm", "--quiet", "--cached", "docs/kept.txt")
    at.git("rm", "--quiet", "docs/staged-gone.txt")
    at.git("mv", "docs/moved.txt", "docs/arrived.txt")
    (at.folder / "docs/script.txt").chmod(0o755)
    at.git("add", "docs/script.txt")
    at.write("docs/intended.txt", "soon\n")
    at.git("add", "--intent-to-add", "docs/intended.txt")
    at.write("deals/2026-10/new-one.yaml", deal("staged and new"))
    at.git("add", "deals/2026-10/new-one.yaml")
    at.write("untracked.txt", "mine\n")
    return at


def others(at: Desk, *but: str) -> tuple[dict[str, bytes], str, str, str]:
    """Return all files and what git says of them, apart from the paths that a move may change."""
    excluded = [f":(exclude){path}" for path in but]
    files = {
        path.relative_to(at.folder).as_posix(): path.read_bytes()
        for path in at.folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    for path in but:
        files.pop(path, None)
    return (
        files,
        at.git("ls-files", "--stage", "-v", "--", ".", *excluded),
        at.git("diff", "--cached", "--binary", "--", ".", *excluded),
        at.git("status", "--porcelain=v2", "--", ".", *excluded),
    )


def test_unfinished_work_survives_a_move(tmp_path: Path) -> None:
    at = busy(desk(tmp_path))
    before = others(at, DEAL)
    answer = at.move()
    assert answer.code == 0, answer
    assert others(at, DEAL) == before
    assert at.git("diff", "--name-only", "HEAD~", "HEAD").split() == [DEAL]
    assert at.git("status", "--porcelain", "--", DEAL) == ""


def test_unfinished_work_survives_a_new_deal(tmp_path: Path) -> None:
    at = busy(desk(tmp_path))
    before = others(at)
    answer = at.pipe("new", "Fresh", "--id", "fresh")
    assert answer.code == 0, answer
    assert others(at, "deals/2026-11/fresh.yaml") == before
    assert at.git("diff", "--name-only", "HEAD~", "HEAD").split() == ["deals/2026-11/fresh.yaml"]


def test_unfinished_work_survives_a_refusal_and_the_index_keeps_its_bytes(tmp_path: Path) -> None:
    at = busy(desk(tmp_path))
    at.hook("pre-commit", "exit 1")
    before = at.state()
    assert at.move().code == 5
    same(before, at.state())


def test_unfinished_work_survives_a_refused_new_deal(tmp_path: Path) -> None:
    at = busy(desk(tmp_path))
    at.hook("commit-msg", "exit 1")
    before, shown = at.state(), others(at)
    assert at.pipe("new", "Fresh", "--id", "fresh").code == 5
    same(before, at.state(), index=False)
    assert others(at) == shown


def test_unfinished_work_survives_where_the_index_is_split(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.git("update-index", "--split-index")
    busy(at)
    before = others(at, DEAL)
    answer = at.move()
    assert answer.code == 0, answer
    assert others(at, DEAL) == before


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(["lead", "proposal", "negotiation", "won"])),
        st.tuples(st.sampled_from(["edit", "stage", "remove", "restore"]), st.sampled_from(["a", "b", "sub/c"])),
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(steps=STEPS)
def test_moves_between_a_users_edits_keep_all_that_is_unrelated(
    tmp_path_factory: object, steps: list[tuple[str, str]]
) -> None:
    at = desk(tmp_path_factory.mktemp("work"))  # type: ignore[attr-defined]  # pytest's own factory
    for name in ("a", "b", "sub/c"):
        at.write(f"docs/{name}.txt", "begin\n")
    at.commit()
    for number, (what, which) in enumerate(steps):
        if what == "move":
            before = others(at, DEAL)
            answer = at.pipe("move", "deal-00", which)
            assert answer.code == 0, answer
            assert others(at, DEAL) == before
            continue
        path = f"docs/{which}.txt"
        if what == "remove":
            (at.folder / path).unlink(missing_ok=True)
        elif what == "restore":
            at.git("checkout", "HEAD", "--", path)
        else:
            at.write(path, f"{number}\n")
            if what == "stage":
                at.git("add", path)
