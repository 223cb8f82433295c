"""Planning the tasks of a deal: adding, finishing and putting off."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.spoken import shown
from pipecli.edits.amend import Amendment
from pipecli.edits.new import ALPHABET
from pipecli.edits.order import put

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pipecli.core.emit import Value
    from pipecli.core.record import Deal, Task

_ENDING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What is to be done, until when, and by whom."""

    do: str
    due: date | None = None
    owner: str | None = None


def add(deal: Deal, wanted: NewTask) -> Amendment:
    """Return the amendment that adds a task behind those that a deal has; the same one is not added again."""
    same = [
        task for task in deal.tasks if not task.done and NewTask(do=task.do, due=task.due, owner=task.owner) == wanted
    ]
    if same:
        return Amendment(said=f"{same[0].id} is this task already")
    name = new_id(deal, wanted)
    entry: dict[str, Value | None] = {"id": name, "do": wanted.do, "due": wanted.due, "for": wanted.owner}
    item = {key: value for key, value in entry.items() if value is not None}
    edit = partial(splice.append, loc=("tasks",), item=item) if deal.tasks else put(("tasks",), [item])
    words = [
        wanted.do,
        f"due {shown(wanted.due)}" if wanted.due else "no due day",
        wanted.owner and f"for {wanted.owner}",
    ]
    said = f"task {name}: {', '.join(filter(None, words))}"
    return Amendment(said=said, subject=f"Add task {name} to", edits=(edit,))


def new_id(deal: Deal, wanted: NewTask) -> str:
    """Return the id of a new task: `t` and three characters that its words, its day and its person make.

    So the same task has the same id on two branches, and two tasks have the same one about once in 20,000 times, which
    `pipe validate` tells (`duplicate-task`). Numbers in a row would be the same on any two branches.
    """
    taken = {task.id for task in deal.tasks}
    said = f"{deal.id}\n{wanted.do}\n{wanted.due}\n{wanted.owner}"
    return next(name for number in count() if (name := _id(f"{said}\n{number}")) not in taken)


def _id(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8])
    return "t" + "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(_ENDING))


def finish(deal: Deal, words: Sequence[str], on: date) -> Amendment:
    """Return the amendment that marks tasks as done on a day."""
    found = [find_task(deal, word) for word in words]
    left = [at for at in found if deal.tasks[at].done is None]
    if not left:
        told = ", ".join(f"{deal.tasks[at].id} was done on {deal.tasks[at].done}" for at in found)
        return Amendment(said=f"{told}; --undo takes that back")
    edits = tuple(put_in(at, "done", on, after=("for", "due", "do")) for at in left)
    told = ", ".join(f"{deal.tasks[at].id} ({deal.tasks[at].do})" for at in left)
    return Amendment(said=f"done on {shown(on)}: {told}", subject=f"Finish {_named(deal, left)} of", edits=edits)


def take_back(deal: Deal, words: Sequence[str]) -> Amendment:
    """Return the amendment after which tasks are not done."""
    found = [find_task(deal, word) for word in words]
    left = [at for at in found if deal.tasks[at].done is not None]
    if not left:
        return Amendment(said=f"{', '.join(deal.tasks[at].id for at in found)}: not done yet")
    edits = tuple(partial(splice.remove, loc=("tasks", at, "done")) for at in left)
    told = ", ".join(f"{deal.tasks[at].id} ({deal.tasks[at].do})" for at in left)
    return Amendment(said=f"to be done again: {told}", subject=f"Take back {_named(deal, left)} of", edits=edits)


def put_off(deal: Deal, word: str, until: date) -> Amendment:
    """Return the amendment that makes a task due on another day. Raises `PipeError` where it is done."""
    at = find_task(deal, word)
    task = deal.tasks[at]
    if task.done:
        hint = f"pipe task done {deal.id} {task.id} --undo"
        raise PipeError(f"{task.id} was done on {task.done}", hint=hint, code=ExitCode.PROBLEMS)
    if task.due == until:
        return Amendment(said=f"{task.id} is due on {shown(until)} already")
    said = f"{task.id} ({task.do}) due {shown(task.due) if task.due else '(not set)'} -> {shown(until)}"
    edits = (put_in(at, "due", until, after=("do",)),)
    return Amendment(said=said, subject=f"Put off task {task.id} of", edits=edits)


def put_in(at: int, key: str, value: Value, *, after: Sequence[str]) -> partial[str]:
    """Return the edit that gives a task a value, behind the first of the keys that it has."""
    return partial(splice.put, loc=("tasks", at, key), value=value, after=[("tasks", at, name) for name in after])


def find_task(deal: Deal, word: str) -> int:
    """Return where among a deal's tasks one is: by its id, the beginning of that, or words of what is to be done.

    Raises `PipeError` where there is none, or more than one.
    """
    query = word.strip().casefold()
    open_first = [*_those(deal, done=False), *_those(deal, done=True)]
    found = [at for at in open_first if deal.tasks[at].id == query]
    found = found or [at for at in open_first if query and deal.tasks[at].id.startswith(query)]
    for done in (False, True):
        found = found or [at for at in _those(deal, done=done) if query and query in deal.tasks[at].do.casefold()]
    if len(found) == 1:
        return found[0]
    if not deal.tasks:
        raise PipeError(f"{deal.id} has no task", hint=f'pipe task add {deal.id} "…" --due fri', code=ExitCode.USAGE)
    shown_ids = [deal.tasks[at] for at in found or open_first]
    if not found:
        hint = did_you_mean(word, [task.id for task in deal.tasks], otherwise=_listed(shown_ids))
        raise PipeError(f"{deal.id} has no task {word!r}", hint=hint, code=ExitCode.USAGE)
    hint = "pipe validate" if len({task.id for task in shown_ids}) < len(shown_ids) else "write more of the id"
    message = f"{word!r} means {len(found)} tasks of {deal.id}: {_listed(shown_ids)}"
    raise PipeError(message, hint=hint, code=ExitCode.USAGE)


def _those(deal: Deal, *, done: bool) -> list[int]:
    return [at for at, task in enumerate(deal.tasks) if bool(task.done) is done]


def _named(deal: Deal, places: Sequence[int]) -> str:
    names = ", ".join(deal.tasks[at].id for at in places)
    return f"task{'' if len(places) == 1 else 's'} {names}"


def _listed(tasks: Sequence[Task]) -> str:
    shown_tasks = ", ".join(f"{task.id} ({task.do})" for task in tasks[:8])
    return f"{shown_tasks} …" if len(tasks) > 8 else shown_tasks  # noqa: PLR2004 -- what one looks through
