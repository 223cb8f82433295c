"""Planning another id for a deal: its file under another name, which says what it was called before.

No file of a workspace names a deal by its id, so that nothing else changes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.finding import readable_deal
from pipecli.core.layout import FileKind, name_problem
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.value import parse_id
from pipecli.core.workspace import read_file
from pipecli.edits.order import put
from pipecli.edits.plan import Draft, Plan, against

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.core.yamltext import Document
    from pipecli.facts.derived import Context


def plan(workspace: Workspace, context: Context, name: str, new: str) -> Plan:
    """Return the plan of a rename; nothing is written.

    The new file comes first: should the write be cut short, the deal is there twice, and not gone. Raises
    `PipeError` for an id that cannot be one, is reserved or taken, and for a deal that cannot be read.
    """
    old = readable_deal(workspace, name)
    if new == name:
        return Plan(already=(f"{name} is called so already",))
    path = f"{old.path.rpartition('/')[0]}/{new}.yaml"
    refuse_id(workspace, new, path)
    before = workspace.texts[old.path]
    after = splice.apply(before, list(_formerly(old, new)))
    deal, problems = read_file(old.path, after)
    refusals = against(context, [Draft(Edit(old.path, before, after, ""), deal, None)], force=False, more=problems)
    edits = (Edit(path, None, after, ""), Edit(old.path, before, None, f"renamed to {new}"))
    return Plan(subject=f"Rename {name} to {new}", edits=edits, refusals=refusals)


def refuse_id(workspace: Workspace, name: str, path: str) -> None:
    """Raise `PipeError` where a deal's file cannot get this name: it is no id, reserved, or taken."""
    try:
        parse_id(name)
    except ValueError as error:
        raise PipeError(f"{name!r} cannot be an id", hint=str(error), code=ExitCode.USAGE) from None
    if name_problem(path):
        hint = "words of a command and names of devices are reserved"
        raise PipeError(f"{name!r} is reserved and cannot be an id", hint=hint, code=ExitCode.USAGE)
    taken = workspace.known[FileKind.DEAL].get(name)
    if taken is not None:
        hint = f"choose another; that is {taken}"
        raise PipeError(f"the id {name!r} is taken", hint=hint, code=ExitCode.PROBLEMS)


def _formerly(old: Deal, new: str) -> Iterator[Callable[[Document], str]]:
    """Yield the edits that add the old id to those before it; one that is the id again is no former one any more."""
    names = [name for name in old.formerly if name not in (old.id, new)]
    if names == old.formerly and names:
        yield partial(splice.append, loc=("formerly",), item=old.id)
    else:
        yield put(("formerly",), [*names, old.id])
