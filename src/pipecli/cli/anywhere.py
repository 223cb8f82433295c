"""The options of all commands, also behind the command: `pipe move acme won --quiet`."""

from dataclasses import replace
from typing import Any

import typer
from typer.core import TyperOption


def color(choice: str) -> str:
    """Return the choice of colour. Raises `typer.BadParameter` for another word."""
    if choice not in ("auto", "always", "never"):
        raise typer.BadParameter("auto, always or never", param_hint="--color")
    return choice


def allow(command: Any) -> None:  # noqa: ANN401 -- Typer gives its commands no public type
    """Let every command below this one take the options of all commands, too."""
    for below in getattr(command, "commands", {}).values():
        below.params += _options()
        allow(below)


def _options() -> list[TyperOption]:
    return [
        TyperOption(
            param_decls=["folder_of_all", "-C"], metavar="DIR", expose_value=False, hidden=True, callback=_keep_folder
        ),
        TyperOption(param_decls=["color_of_all", "--color"], expose_value=False, hidden=True, callback=_keep_color),
        TyperOption(
            param_decls=["quiet_of_all", "--quiet", "-q"],
            is_flag=True, default=False, expose_value=False, hidden=True, callback=_keep_quiet,
        ),
    ]  # fmt: skip


def _keep_folder(context: typer.Context, _: object, folder: str | None) -> None:
    if folder is not None:
        context.obj = replace(context.obj, folder=folder)


def _keep_color(context: typer.Context, _: object, choice: str | None) -> None:
    if choice is not None:
        context.obj = replace(context.obj, color=color(choice))


def _keep_quiet(context: typer.Context, _: object, quiet: bool) -> None:
    if quiet:
        context.obj = replace(context.obj, quiet=True)
