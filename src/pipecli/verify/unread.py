"""Versions that the history can read and the checks cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.verify.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.verify.case import Case
    from pipecli.verify.whole import Whole

_OF_THE_FORM = ("unknown-key", "missing-key", "invalid-value")
"""The problems of versions of which the pipeline and the stage are known all the same; others the history tells."""


def not_judged(case: Case) -> Iterator[Finding]:
    """Every version of a deal has the form that it is judged by."""
    wrong = case.revision.unread
    if wrong and wrong.code in _OF_THE_FORM:
        place = f"line {wrong.line}: " if wrong.line else ""
        hint = "nothing is lost: its changes are judged with those of the next version that can be"
        yield Finding(f"the version cannot be judged: {place}{wrong.message}", hint, case.revision.path, case.commit)


def rules_not_read(whole: Whole) -> Iterator[Finding]:
    """Settings, team and pipelines can be read, so that what obeys them can be judged."""
    for commit, wrong in whole.book.unread:
        place = f"line {wrong.line}: " if wrong.line else ""
        hint = "nothing, if it was mended soon: moves are judged from the next version that can be read"
        yield Finding(f"nothing can be judged by this file: {place}{wrong.message}", hint, wrong.path, commit)
