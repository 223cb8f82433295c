"""What was found out of late is kept, and no more than there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pipecli.history.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Callable

V = TypeVar("V")


def test_a_text_is_judged_once() -> None:
    judged: list[str] = []
    memo = Memo(_noting(judged, str.upper), 10_000)
    assert [memo[text] for text in ("a", "b", "a", "a", "b")] == ["A", "B", "A", "A", "B"]
    assert judged == ["a", "b"]


def test_nothing_is_an_answer_too() -> None:
    judged: list[str] = []
    known: dict[str, str] = {}
    memo = Memo(_noting(judged, known.get), 10_000)
    assert [memo["a"], memo["a"]] == [None, None]
    assert judged == ["a"]


def test_a_generation_has_room_for_so_many_bytes() -> None:
    memo: Memo[str, int] = Memo(len, 50 * 300)  # 100 bytes of text, 200 besides
    for number in range(1000):
        assert memo[f"{number:0100}"] == 100
        assert len(memo) <= 50
    long: Memo[str, int] = Memo(len, 15_000)
    assert [long["x" * 20_000 + str(number)] for number in range(10)] == [20_001] * 10
    assert len(long) == 1


def test_what_is_asked_for_again_stays() -> None:
    judged: list[str] = []
    memo = Memo(_noting(judged, str.upper), 10_000)
    for number in range(1000):
        assert (memo["again"], memo[f"no {number:04}"]) == ("AGAIN", f"NO {number:04}")
    assert judged.count("again") == 1
    assert (memo["no 0999"], memo["no 0000"]) == ("NO 0999", "NO 0000")
    assert (judged.count("no 0999"), judged.count("no 0000")) == (1, 2)


def _noting(judged: list[str], judge: Callable[[str], V]) -> Callable[[str], V]:
    def noting(text: str) -> V:
        judged.append(text)
        return judge(text)

    return noting
