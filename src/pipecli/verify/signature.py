"""What is known of a commit's signature."""

from __future__ import annotations

from dataclasses import dataclass

_WRONG = {
    "U": "is by a key that nobody here vouches for",
    "B": "is bad: the commit is not what was signed",
    "X": "has expired",
    "Y": "is by a key that has expired",
    "R": "is by a key that was revoked",
    "E": "cannot be checked here: the key is not known",
    "N": "cannot be checked here: no program or file of keys is set up for it",
}
"""By git's letter (`%G?`): what is wrong with a signature that is not good."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Whether there is one; git's letter for it; by whom it is; the e-mail address of the committer."""

    there: bool
    letter: str = ""
    signer: str = ""
    committer: str = ""

    @property
    def wrong(self) -> str:
        """What is wrong with a signature that is there, or the empty string.

        A key of SSH vouches for an address, which is the committer's, or it was another person who signed.
        """
        if not self.there:
            return ""
        if self.letter != "G":
            by = f" of {self.signer}" if self.signer else ""
            return f"the signature{by} {_WRONG.get(self.letter, _WRONG['E'])}"
        address = "@" in self.signer and not set(" <*") & set(self.signer)
        if address and self.signer.casefold() != self.committer.casefold():
            return f"it is signed by {self.signer}, and committed as {self.committer}"
        return ""
