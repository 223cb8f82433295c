"""What is wrong with a signature, by git's letter for it."""

from __future__ import annotations

import pytest

from pipecli.verify.signature import Signature


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ("B", "is bad"), ("U", "nobody here vouches"), ("X", "has expired"), ("Y", "key that has expired"),
        ("R", "revoked"), ("E", "the key is not known"), ("N", "no program or file of keys"), ("?", "cannot be"),
    ],
)  # fmt: skip
def test_only_a_good_signature_is_right(letter: str, said: str) -> None:
    assert said in Signature(there=True, letter=letter, signer="", committer="ann@example.com").wrong


@pytest.mark.parametrize(
    ("signer", "right"),
    [
        ("ann@example.com", True), ("Ann@Example.com", True), ("bob@example.com", False),
        ("Ann A <other@example.com>", True), ("*@example.com", True), ("ann", True),
    ],
)  # fmt: skip
def test_a_key_of_ssh_vouches_for_an_address(signer: str, right: bool) -> None:
    found = Signature(there=True, letter="G", signer=signer, committer="ann@example.com")
    assert (found.wrong == "") == right


def test_where_there_is_none_nothing_is_wrong_with_it() -> None:
    assert not Signature(there=False).wrong
