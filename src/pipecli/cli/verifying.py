"""`pipe audit verify`: what does not add up in the history."""

from typing import TYPE_CHECKING

from pipecli.cli.validate import from_the_top

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipecli.cli.session import Session
    from pipecli.core.problem import ExitCode, Problem
    from pipecli.history.commit import Commit
    from pipecli.history.revision import Ground, Revision
    from pipecli.shell.git import Repository
    from pipecli.store.view import Question, View
    from pipecli.verify.book import Book
    from pipecli.verify.memory import Memory

VERIFY = "verify"
"""What stands in the place of a deal; no deal can have this id."""


def verify(session: "Session", question: "Question", now: "datetime", form: str, output: str | None) -> "ExitCode":
    """Print everything that does not add up in the history, and return 1 where there is an error."""
    from dataclasses import replace

    from pipecli.core.problem import ExitCode, Severity
    from pipecli.render.registry import ANYWHERE, render_problems
    from pipecli.store.view import look

    asked = replace(question, committed=True, since=None)
    view = look(session.root(bare=True), asked, now, watch=session.watch())
    found = _problems(session, view, question, now)
    if found or form != "table":
        shown = from_the_top(session, found) if form in ("github", "gitlab") else found
        session.put(render_problems(shown, form, ANYWHERE if output else session.medium()), output)
    else:
        deals = f"{len(view.timelines):,} deal{'' if len(view.timelines) == 1 else 's'}"
        session.put(f"the history of {deals} adds up\n", output)
    for note in view.notes:
        session.say(f"  {note}")
    if view.shallow:
        session.say("  the clone is shallow: what its first commits changed is not judged")
    unread = session.verdict(view.workspace.errors())
    return ExitCode.PROBLEMS if any(p.severity is Severity.ERROR for p in found) else unread


def _problems(session: "Session", view: "View", question: "Question", now: "datetime") -> "tuple[Problem, ...]":
    """Return the problems in the order of their commits, the errors first, then the warnings."""
    from pipecli.core.problem import Severity
    from pipecli.shell.git import discover
    from pipecli.store import places, revisions
    from pipecli.verify.book import Book
    from pipecli.verify.registry import told_by_the_engine

    found = discover(session.root(bare=True))
    if found is None or view.commit.startswith("none"):
        return ()
    repository = places.at(found, view.commit)
    past = revisions.past(repository, view.commit)
    book = Book(revisions.reached(repository, _since(repository, view, question)))
    memory = remembered(repository, view, past)
    problems = [
        *_of_changes(view, revisions.revisions(repository, past, book.passed), book, memory),
        *_of_all(repository, view, book, now),
        *told_by_the_engine(view.problems, past, book.passed, view.workspace),
    ]
    order = {commit.hash[:10]: place for place, commit in enumerate(past)}
    levels = list(Severity)
    place = lambda p: (levels.index(p.severity), order.get(p.commit, len(order)), p.path, p.code)  # noqa: E731 -- one use, one line below
    return tuple(sorted(problems, key=place))


def _since(repository: "Repository", view: "View", question: "Question") -> str:
    """Return the commit up to which nothing is told; the empty string where everything is."""
    from pipecli.store.earlier import find

    if question.since is None:
        return ""
    shallow = question.allow_shallow
    return find(repository, question.since, at=view.commit, until=view.now, allow_shallow=shallow).commit


def remembered(repository: "Repository", view: "View", past: "tuple[Commit, ...]") -> "Memory":
    """Return what was known before each commit of a history, from the view of its last one."""
    from pipecli.shell.signatures import committer
    from pipecli.verify.memory import Memory

    return Memory(view.timelines, view.promises, past, view.commit, lambda commit: committer(repository, commit))


def _of_changes(
    view: "View", changes: "Iterator[tuple[Ground, tuple[Revision, ...]]]", book: "Book", memory: "Memory"
) -> "Iterator[Problem]":
    from pipecli.verify.case import case
    from pipecli.verify.registry import of_case

    for ground, revisions in changes:
        cases = [case(revision, memory) for revision in revisions]
        book.take(ground, cases)
        for one in cases:
            yield from of_case(one, view.workspace)


def _of_all(repository: "Repository", view: "View", book: "Book", now: "datetime") -> "Iterator[Problem]":
    from pipecli.shell import signatures
    from pipecli.verify.registry import of_all
    from pipecli.verify.signature import Signature
    from pipecli.verify.whole import Whole

    wanted = [commit.hash for commit in book.to_sign]
    checked = signatures.check(repository, wanted) if wanted else ()
    known = {one.commit: Signature(bool(one.letter), one.letter, one.signer, one.committer) for one in checked}
    whole = Whole(book=book, timelines=view.timelines, workspace=view.workspace, now=now, signatures=known)
    return of_all(whole)
