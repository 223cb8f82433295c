"""Who commits and how it is signed is git's affair: nothing is invented, and nothing is tried again without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk import Desk, desk, same

if TYPE_CHECKING:
    from pathlib import Path


def nobody(at: Desk) -> Desk:
    """Take the identity out of the environment."""
    at.env = {name: value for name, value in at.env.items() if not name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))}
    return at


@pytest.mark.parametrize("asked", [True, False], ids=["useConfigOnly", "git would guess one"])
def test_without_an_identity_nothing_is_committed(tmp_path: Path, asked: bool) -> None:
    at = nobody(desk(tmp_path))
    if asked:
        at.config(user__useConfigOnly="true")
    before = at.state()
    answer = at.move(EMAIL="guess@example.com")
    assert answer.code == 5, answer
    assert "git config user.name" in answer.err
    same(before, at.state())


def test_a_configured_identity_is_used(tmp_path: Path) -> None:
    at = nobody(desk(tmp_path))
    at.config(user__name="Kim Lee", user__email="kim@example.com")
    assert at.move().code == 0
    assert (
        at.git("log", "-1", "--format=%an <%ae> %cn <%ce>") == "Kim Lee <kim@example.com> Kim Lee <kim@example.com>\n"
    )


def test_the_environment_says_who_commits_as_in_ci(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.config(user__name="Somebody Else", user__email="else@example.com", user__useConfigOnly="true")
    bot = {"GIT_COMMITTER_NAME": "Bot", "GIT_COMMITTER_EMAIL": "bot@example.com"}
    assert at.move(**bot).code == 0
    assert at.git("log", "-1", "--format=%an %ae %cn %ce") == "Sam Roe sam@example.com Bot bot@example.com\n"


@pytest.mark.parametrize(
    "settings",
    [
        {"gpg__program": "/bin/false"},
        {"gpg__program": "/no/such/program"},
        {"gpg__format": "ssh", "user__signingkey": "/no/such/key"},
        {"gpg__format": "ssh"},
    ],
    ids=["gpg fails", "no gpg", "no key for ssh", "no key named for ssh"],
)
def test_where_signing_fails_nothing_is_committed_unsigned(tmp_path: Path, settings: dict[str, str]) -> None:
    at = desk(tmp_path)
    at.config(commit__gpgSign="true", **settings)
    before = at.state()
    answer = at.move()
    assert answer.code == 5, answer
    assert "make signing work" in answer.err
    assert "error:" in answer.err or "fatal:" in answer.err, "git's own words"
    same(before, at.state())


def test_a_signed_commit_is_a_success(tmp_path: Path) -> None:
    at = desk(tmp_path)
    signer = tmp_path / "signer"
    signer.write_text(
        "#!/bin/sh\ncat > /dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\n"
        "echo '-----BEGIN PGP SIGNATURE-----'\necho\necho abcd\necho '-----END PGP SIGNATURE-----'\n"
    )
    signer.chmod(0o755)
    at.config(commit__gpgSign="true", gpg__program=str(signer))
    answer = at.move()
    assert answer.code == 0, answer
    assert "gpgsig -----BEGIN PGP SIGNATURE-----" in at.git("cat-file", "commit", "HEAD")
