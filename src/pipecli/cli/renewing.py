"""`pipe import` of what was imported before: what became of it here, and what is left for a person."""

from typing import TYPE_CHECKING

from pipecli.cli.landing import count
from pipecli.cli.session import Session

if TYPE_CHECKING:
    from pipecli.core.problem import ExitCode
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.again import Difference
    from pipecli.interchange.plan import Asked, Plan

_MOST = 50
"""How many differences are printed; the others are counted."""


def look_back(session: Session, workspace: "Workspace", planned: "Plan", asked: "Asked", *, theirs: bool) -> "Plan":
    """Return a plan with what becomes of deals that were imported before, by what imports wrote of them."""
    from pipecli.interchange.plan import renewed
    from pipecli.store.imported import written

    again = planned.known and not asked.history
    ids = {step.deal for step in planned.steps} if again else set()
    for step in planned.renewable:
        ids |= {step.deal, *workspace.deals[step.deal].formerly}
    repository = session.repository() if ids else None
    versions = written(repository, ids) if repository else {}
    return renewed(planned, session.facts(workspace, asked.now), asked, versions, theirs=theirs) if ids else planned


def tell_left(session: Session, planned: "Plan", *, dry_run: bool) -> "ExitCode":
    """Tell what known deals say otherwise than the source, and return 6 where both sides changed it."""
    from pipecli.core.problem import ExitCode

    left, removed = planned.renewal.left, planned.removed
    if removed:
        session.say(f"  {count(len(removed), 'deal')} deleted here since the last import: left out (--theirs)")
    for one in left[:_MOST]:
        session.say(f"  {one.deal}: {_told(one)}")
    if len(left) > _MOST:
        session.say(f"  … and {len(left) - _MOST} more")
    if left:
        session.say("  left as they are here; to take over what the source says: --theirs")
    conflict = any(one.known for one in left) and not dry_run
    return ExitCode.CONFLICT if conflict else ExitCode.OK


def _told(one: "Difference") -> str:
    from pipecli.interchange.preview import said

    both = f"{one.key} is {said(one.here) or 'absent'} here and {said(one.there) or 'absent'} at the source"
    return both if one.known else f"{both}; what was imported is not in the history"
