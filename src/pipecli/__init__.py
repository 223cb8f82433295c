"""A sales pipeline kept as plain YAML files in git. What programs can use is in `pipecli.library`."""

__version__ = "0.1.0"

TYPE_CHECKING = False  # what type checkers take for true, without typing being loaded
if TYPE_CHECKING:
    from pipecli.library import (
        Asked,
        Column,
        Deal,
        PipeError,
        Problem,
        Question,
        Severity,
        Table,
        View,
        Visit,
        Withheld,
        Workspace,
        audit,
        load,
        problems,
        render,
        report,
    )

__all__ = [
    "Asked", "Column", "Deal", "PipeError", "Problem", "Question", "Severity", "Table", "View", "Visit", "Withheld",
    "Workspace", "audit", "load", "problems", "render", "report",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Return what programs can use, loaded when the first of it is asked for: the command starts without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipecli import library  # noqa: PLC0415 -- see above

    return getattr(library, name)
