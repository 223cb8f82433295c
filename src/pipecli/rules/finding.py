"""How a rule says what it found: a problem at a key of a file; the registry adds the code and the level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.problem import Loc, Problem

if TYPE_CHECKING:
    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Company, Contact, Deal


def finding(
    owner: Deal | Pipeline | Company | Contact | str,
    loc: Loc,
    message: str,
    hint: str = "",
    *,
    at_key: bool = False,
) -> Problem:
    """Return a problem at `loc` in the file of a record, or in the file with that path."""
    path = owner if isinstance(owner, str) else owner.path
    return Problem(code="", path=path, loc=loc, message=message, hint=hint, at_key=at_key)
