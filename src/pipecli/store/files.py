"""Which files of any repository are asked about, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core import glob
from pipecli.core.problem import ExitCode, PipeError, Problem, did_you_mean
from pipecli.history.timeline import stem

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence

    from pipecli.shell.log import RawChange
    from pipecli.store.view import View


def _parent(path: str) -> str:
    return path.split("/")[-2] if "/" in path else path


IDS: Mapping[str, Callable[[str], str]] = {"path": str, "stem": stem, "parent": _parent}
"""What the path of a file may give as its id: all of it, the name without the suffix, or the folder's name."""

_SHOWN = 10
"""So many candidates one looks through."""


@dataclass(frozen=True, slots=True)
class Files:
    """Which files are read, for which field (keys with dots between them), and by what they are known.

    `id` is one of `IDS`, or a field, too.
    """

    globs: tuple[str, ...]
    field: str
    id: str = "path"

    def pattern(self, folder: str) -> re.Pattern[str]:
        """Return the expression of the paths that are meant from a folder of the repository.

        Raises `PipeError` where a pattern cannot be read.
        """
        try:
            return glob.compiled(self.globs, folder)
        except ValueError as error:
            raise PipeError(f"--files: {error}", hint="--files 'docs/**/*.yaml'", code=ExitCode.USAGE) from None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the files, as a view of no workspace; `names`: path → every id that it ever had.

    `there` counts the ids that the moment has, `without` those of them that have never had the field.
    """

    files: Files
    view: View
    names: Mapping[str, frozenset[str]]
    there: int
    without: int

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What a table of the visits is about."""
        view = self.view
        return (
            ("population", f"every visit of every file that matches {' or '.join(self.files.globs)}"),
            ("clock", view.clock + (", first parent" if view.first_parent else "")),
            ("n", str(len(view.visits))),
            ("as of", view.now.isoformat(timespec="seconds")),
            ("commit", view.commit or "none"),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the numbers has to know of all files."""
        if not self.without:
            return ()
        have = "has" if self.without == 1 else "have"
        return (f"{self.without} of {self.there} files {have} never had {self.files.field!r}",)

    def find(self, word: str) -> str:
        """Return the id that a person means: all of it, its end after a slash, or a part that no other has.

        Raises `PipeError` where there is none, or more than one.
        """
        ids = self.view.timelines
        matches = [word] if word in ids else [name for name in ids if name.endswith(f"/{word}")]
        matches = matches or [name for name in ids if word.casefold() in name.casefold()]
        if len(matches) == 1:
            return matches[0]
        if not matches:
            raise PipeError(f"there is no file {word!r}", hint=did_you_mean(word, ids, otherwise="name it by its id"))
        shown = "".join(f"\n  {name}" for name in matches[:_SHOWN])
        more = f"\n  … and {len(matches) - _SHOWN} more" if len(matches) > _SHOWN else ""
        raise PipeError(f"{word!r} means {len(matches)} files:{shown}{more}", hint="write more of the id")

    def is_of(self, problem: Problem, name: str) -> bool:
        """Return whether a problem is one of an id, under former ids, too, or of no certain file."""
        known = {name, *(event.deal for event in self.view.timelines.get(name, ()))}
        return not problem.path or not known.isdisjoint(self.names.get(problem.path, ()))

    def concerning(self, name: str) -> tuple[Problem, ...]:
        """Return the problems in the history of one id."""
        return tuple(problem for problem in self.view.problems if self.is_of(problem, name))


class Matching:
    """The paths that an expression matches, whatever the files say."""

    watched = "/"
    former: frozenset[str] = frozenset()

    def __init__(self, expression: re.Pattern[str]) -> None:
        self._expression = expression

    def begin(self, commit: str, parents: tuple[str, ...]) -> None:
        """Care for no commit more than for another."""

    def learn(self, changes: Sequence[RawChange], *, merge: bool) -> None:
        """Learn nothing: no path ends with a slash."""

    def keep(self, path: str) -> str | None:
        """Return the path, if it matches."""
        return path if self._expression.fullmatch(path) else None
