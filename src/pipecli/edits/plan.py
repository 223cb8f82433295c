"""What a write would do, and everything that speaks against it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.contents import overlaid
from pipecli.core.problem import Problem, Severity
from pipecli.edits.gates import refusals
from pipecli.rules.registry import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipecli.core.edit import Edit
    from pipecli.core.record import Deal
    from pipecli.edits.message import Moved
    from pipecli.edits.step import Step
    from pipecli.facts.derived import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The edits, each with what it does in words; the moves among them; every reason against them.

    `subject` is what the commit is called, `already` tells of the deals that are as they were to be, `notes` what the
    change means beside the edits, `remedy` how to go on where it is refused.
    """

    subject: str = ""
    edits: tuple[Edit, ...] = ()
    moved: tuple[Moved, ...] = ()
    already: tuple[str, ...] = ()
    refusals: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    remedy: str = ""


class Draft(NamedTuple):
    """One deal's edit, the deal that it leaves, and the step that the gates judge.

    `deal` is None where the file says none, `step` where there is nothing to judge by.
    """

    edit: Edit
    deal: Deal | None
    step: Step | None


def against(
    context: Context, drafts: Sequence[Draft], *, force: bool, more: Iterable[Problem] = ()
) -> tuple[Problem, ...]:
    """Return why drafts must not be written, by deal: gates, unless they are forced, errors, and what more there is."""
    steps = [] if force else [draft.step for draft in drafts if draft.step]
    gates = [problem for step in steps for problem in refusals(step, context)]
    told = {(problem.path, problem.code.replace("gate-retired", "retired-stage")) for problem in gates}
    after = {draft.edit.path: (draft.deal, draft.edit.content) for draft in drafts if draft.deal}
    wrong = [problem for problem in broken(context, after) if (problem.path, problem.code) not in told]
    order = {draft.edit.path: number for number, draft in enumerate(drafts)}
    return tuple(sorted((*gates, *more, *wrong), key=lambda problem: order[problem.path]))


def broken(context: Context, files: Mapping[str, tuple[Deal, bytes]]) -> Iterator[Problem]:
    """Yield the errors of deals, given with their bytes by path; no gates, and nothing can force them."""
    deals = {deal.id: deal for deal, _ in files.values()}
    texts = {path: data for path, (_, data) in files.items()}
    after = replace(context.workspace, deals=deals, texts=overlaid(texts, context.workspace.texts))
    for problem in evaluate(replace(context, workspace=after)):
        if problem.path in files and problem.severity is Severity.ERROR:
            yield problem
