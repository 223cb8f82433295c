"""What the commands share that read the files of a moment: its deal by a word, and what is said of its source."""

from typing import TYPE_CHECKING

from pipecli.cli.options import Moment
from pipecli.cli.session import Session, now_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.table import Table
    from pipecli.store.standing import Standing


def dated(standing: "Standing", tables: "Sequence[Table]") -> "list[Table]":
    """Return the tables; the last one says of which moment they are, unless they are of the files on the disk."""
    from dataclasses import replace

    if not tables:
        return []
    *others, last = tables
    if standing.note:
        last = replace(last, notes=(*last.notes, standing.note), empty="there was no deal yet")
    return [*others, replace(last, facts=(*last.facts, *standing.facts()))]


def tell(session: Session, standing: "Standing") -> None:
    """Say on standard error of which moment the data are, unless they are of the files on the disk."""
    told = standing.note or ", ".join(f"{name} {value}" for name, value in standing.facts())
    if told:
        session.say(f"  {told}")


def find(session: Session, asked: Moment, word: str) -> "tuple[Standing, str]":
    """Return the workspace of the moment that is asked for, and the id that a deal had then.

    Where no moment is asked for, only this deal is read. Raises `PipeError` where there is no such deal.
    """
    from pipecli.cli.writing import find_deals
    from pipecli.store.standing import Standing

    if session.is_present(asked):
        workspace, (name,) = find_deals(session, [word])
        return Standing(workspace, now_in(workspace)), name
    standing = session.standing(asked)
    return standing, _named_then(session, standing, word)


def _named_then(session: Session, standing: "Standing", word: str) -> str:
    """Return the id that a deal had then: as it is named, or as its file says now that it was named formerly."""
    from pipecli.core.finding import find_deal
    from pipecli.core.layout import FileKind
    from pipecli.core.problem import PipeError

    try:
        return find_deal(standing.workspace, word)
    except PipeError as error:
        known = standing.workspace.known.get(FileKind.DEAL, {})
        former = [name for name in _former(session, word) if name in known]
        if former:
            session.say(f"  {word} was called {former[-1]} then")
            return former[-1]
        listed = f"'pipe list --all --at {standing.commit[:10]}'"
        hint = standing.note or error.hint.replace("'pipe list'", listed)
        raise PipeError(f"{error} then", hint=hint, code=error.code) from None


def _former(session: Session, word: str) -> "Sequence[str]":
    """Return the ids that a deal of now had before; none where there is no such deal."""
    from pipecli.core.finding import find_deal
    from pipecli.core.problem import PipeError

    try:
        workspace = session.standing(Moment()).workspace
        deal = workspace.deals.get(find_deal(workspace, word))
    except PipeError:
        return ()
    return deal.formerly if deal else ()
