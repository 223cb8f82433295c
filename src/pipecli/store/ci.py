"""The job of a hosting site that checks the workspace and publishes its report: one file, at the repository's top."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.edit import Edit
from pipecli.core.problem import ExitCode, PipeError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping


class Host(NamedTuple):
    """A hosting site: where it looks for its file, and how a variable of its settings is written there.

    `settings` says where a person sets that variable.
    """

    path: str
    variable: str
    settings: str


HOSTS: Mapping[str, Host] = {
    "github": Host(
        ".github/workflows/pipe.yml",
        "${{ vars.PIPE_SOURCE }}",
        "Settings > Secrets and variables > Actions > Variables",
    ),
    "gitlab": Host(".gitlab-ci.yml", "", "Settings > CI/CD > Variables"),
}
_FOLDER = re.compile(r"[\w .+@/-]+")
"""No character that YAML within quotes, an expression of a host, or a shell within quotes could see anything in."""
_URL = r"[\w.~:/@%+=#&?-]+"
_SOURCE = re.compile(
    rf"git\+https://{_URL}|git\+ssh://{_URL}|https://{_URL}\.(?:whl|zip|tar\.gz)|\./[\w.+/-]+", re.ASCII
)
_SECRET = re.compile(r"https://[^/]*@")
_SOURCES = "git+https://HOST/OWNER/pipe.git@REVISION, https://…/pipe.whl, or ./a/folder of the repository"


def edit(host: str, folder: str, source: str | None) -> Edit:
    """Return the file that a host's job is, its path from the repository's top.

    `folder` is where the workspace lies in it, empty for the top; `source` what pip installs pipe from, None where a
    variable of the host will say it. Raises `PipeError` for a host that is unknown, and for what cannot stand there.
    """
    if host not in HOSTS:
        raise PipeError(f"there is no CI for {host!r}", hint=did_you_mean(host, HOSTS), code=ExitCode.USAGE)
    if folder and not _FOLDER.fullmatch(folder):
        message = f"the folder {folder} cannot be named in a CI file"
        raise PipeError(message, hint="rename it to letters, digits, '-', '_' and '.'", code=ExitCode.USAGE)
    if source is not None:
        _refuse_unfit(source)
    template = (Path(__file__).parent / "hosts" / f"{host}.yml").read_text(encoding="utf-8")
    text = template.replace("@FOLDER@", json.dumps(folder or ".", ensure_ascii=False))
    text = _with_source(text, HOSTS[host].variable if source is None else json.dumps(source))
    return Edit(HOSTS[host].path, None, text.encode(), "the CI job")


def _with_source(text: str, source: str) -> str:
    """Return the file with its source, or without that line where the host sets the variable by itself."""
    if source:
        return text.replace("@SOURCE@", source)
    return "".join(line for line in text.splitlines(keepends=True) if "@SOURCE@" not in line)


def _refuse_unfit(source: str) -> None:
    if _SECRET.search(source):
        message = "--ci-install has a name or a password in it, which would be committed"
        raise PipeError(message, hint="leave it out of the URL", code=ExitCode.USAGE)
    if not _SOURCE.fullmatch(source):
        message = f"--ci-install {source}: pipe is on no package index, and its names there belong to others"
        raise PipeError(message, hint=f"--ci-install {_SOURCES}", code=ExitCode.USAGE)
