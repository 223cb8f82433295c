"""What an import would write, read back and judged by the rules of the workspace. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipecli.core import emit, schema, yamltext
from pipecli.core.calendar import zone
from pipecli.core.layout import FileKind, place
from pipecli.core.problem import ExitCode, PipeError, Severity
from pipecli.core.record import Deal
from pipecli.core.workspace import read_file
from pipecli.facts.derived import Context
from pipecli.interchange.fault import Fault, of_change
from pipecli.rules.registry import evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pipecli.core.edit import Edit
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.cases import Step


@dataclass(slots=True)
class Checked:
    """The rows of deals that would be wrong, and of which case which rule would warn."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


def check(workspace: Workspace, edits: Sequence[Edit], deals: Sequence[Step], now: datetime) -> Checked:
    """Return what is wrong with deals that are to be written, beside the other files of the import.

    Raises `PipeError` where one of those files, or any file, would not say what was meant.
    """
    found = Checked()
    records: dict[str, Deal] = {}
    for step in deals:
        deal = _deal(step, found)
        if deal is not None:
            records[step.deal] = deal
    then = after(workspace, edits, records)
    by_path = {step.path: step for step in deals}
    first: dict[str, Fault] = {}
    for problem in evaluate(Context(then, now.date(), zone(then.settings.timezone))):
        step_there = by_path.get(problem.path)
        if step_there is None:
            continue
        if problem.severity is Severity.ERROR:
            first.setdefault(step_there.change.case, of_change(step_there.change, problem.message, problem.hint))
        else:
            found.warnings.append((step_there.change.case, problem.code))
    found.faults += first.values()
    return found


def _deal(step: Step, found: Checked) -> Deal | None:
    """Return the deal that a file says, after comparing it with what was meant."""
    try:
        data = yamltext.load(step.data, step.path).data
    except yamltext.YamlError as error:
        found.faults.append(of_change(step.change, error.problem.message, error.problem.hint))
        return None
    if data != _plain(step.values):
        raise PipeError(f"{step.path} would not say what was meant", hint="report this", code=ExitCode.BUG)
    deal, problems = schema.read(Deal, data, step.path, identity=step.deal)
    found.faults += [of_change(step.change, problem.message, problem.hint) for problem in problems]
    return deal


def _plain(values: Mapping[str, emit.Value | None]) -> dict[str, Any]:
    return {key: emit.plain(value) for key, value in values.items() if value is not None and value not in ([], {}, ())}


def after(workspace: Workspace, edits: Sequence[Edit], deals: Mapping[str, Deal]) -> Workspace:
    """Return the workspace as it would be after some edits, with these deals alone."""
    records: dict[FileKind, dict[str, Any]] = {
        FileKind.PIPELINE: dict(workspace.pipelines),
        FileKind.COMPANY: dict(workspace.companies),
        FileKind.CONTACT: dict(workspace.contacts),
        FileKind.TEAM: {"": workspace.team},
    }
    known = {kind: dict(ids) for kind, ids in workspace.known.items()}
    texts = {FileKind.TEAM.value: b""} if FileKind.TEAM in workspace.texts else {}
    for edit in edits:
        record, problems = read_file(edit.path, edit.content)
        what = place(edit.path)
        if record is None or what is None:
            message = f"{edit.path} would not be readable, and nothing was written"
            raise PipeError(message, hint="look at the row that it comes from", problems=problems)
        records[what.kind][what.id] = record
        known[what.kind][what.id] = edit.path
        texts |= {edit.path: b""} if what.kind is FileKind.TEAM else {}
    return replace(
        workspace, deals=deals, pipelines=records[FileKind.PIPELINE], companies=records[FileKind.COMPANY],
        contacts=records[FileKind.CONTACT], team=records[FileKind.TEAM][""], known=known, texts=texts, problems=(),
        rest={},
    )  # fmt: skip
