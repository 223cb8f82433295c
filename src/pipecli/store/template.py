"""The templates of `pipe init`: the sample workspaces, which come with the package."""

from __future__ import annotations

from pathlib import Path

import pipecli
from pipecli.core.edit import Edit
from pipecli.core.layout import SETTINGS
from pipecli.core.problem import ExitCode, PipeError, did_you_mean

_EXAMPLES = ("deals", "companies", "contacts", "team.yaml", "spend.yaml")
"""What an example team wrote, which a workspace of one's own begins without."""
_NO_TEMPLATE = "broken"
"""The sample in which everything is wrong: it comes with the source, not with the package."""


def names() -> list[str]:
    """Return the names of the templates."""
    return sorted(found.parent.name for found in _folder().glob(f"*/{SETTINGS}") if found.parent.name != _NO_TEMPLATE)


def about(name: str) -> str:
    """Return what a template is, in a line: the first paragraph of its README."""
    text = (_folder() / name / "README.md").read_text(encoding="utf-8")
    paragraphs = [part for part in text.split("\n\n") if part.strip() and not part.startswith("#")]
    return " ".join(paragraphs[0].split()) if paragraphs else ""


def edits(name: str, *, examples: bool = True) -> list[Edit]:
    """Return the files of a template; without `examples`, those of settings and pipelines only.

    Raises `PipeError` with the nearest name for an unknown template.
    """
    if name not in names():
        hint = f"{did_you_mean(name, names())} (pipe init --list)"
        raise PipeError(f"there is no template {name!r}", hint=hint, code=ExitCode.USAGE)
    top = _folder() / name
    files = [(path.relative_to(top).as_posix(), path) for path in sorted(top.rglob("*")) if path.is_file()]
    wanted = [(at, path) for at, path in files if at != "README.md" and (examples or not at.startswith(_EXAMPLES))]
    return [Edit(at, None, path.read_bytes(), "from the template") for at, path in wanted]


def _folder() -> Path:
    packaged = Path(pipecli.__file__).parent / "samples"
    return packaged if packaged.is_dir() else Path(pipecli.__file__).parents[2] / "sample-pipelines"
