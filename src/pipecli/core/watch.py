"""What work that takes long reports to: how far it is, and what a person should know. Nothing is printed here."""

from __future__ import annotations


class Watch:
    """Hears of progress and of warnings, and keeps both to itself; who has a terminal makes one that shows them."""

    def progress(self, what: str, done: int, total: int | None) -> None:
        """Hear that `done` steps are done of `total`, or of a number that is not known yet."""

    def warn(self, text: str) -> None:
        """Hear what went wrong and was made good."""


SILENT = Watch()
