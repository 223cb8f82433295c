"""sample-pipelines/broken: the sample in which everything is wrong, and its README, made of what is printed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from case import CASES, PIPE, Case
from gallery import FORM, documented

from pipecli.core.table import Column, Table
from pipecli.render.registry import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BROKEN = Path(__file__).parent.parent / "sample-pipelines" / "broken"
EXPECTED = BROKEN / "EXPECTED.txt"
README = BROKEN / "README.md"

ELSEWHERE: Mapping[str, str] = {
    "no-settings": "here is a pipe.yaml",
    "money-without-currency": "pipe.yaml names a currency",
    **dict.fromkeys(("file-too-large", "yaml-too-long"), "it would be long"),
    **dict.fromkeys(FORM["Gates of a move"], "pipe move and pipe new refuse"),
    **dict.fromkeys(FORM["History"], "pipe audit reads the history"),
    **dict.fromkeys(FORM["Audit"], "pipe audit verify reads the history"),
    **dict.fromkeys(FORM["A range of commits"], "pipe validate --range reads the history"),
    **dict.fromkeys(FORM["Imports"], "pipe import reads the file"),
}
"""The problems that this one workspace cannot have, and why."""

INTRODUCTION = """\
# broken

A workspace in which everything is wrong that can be, once each: a gallery, and no template of `pipe init`.

    pipe -C sample-pipelines/broken validate

prints `EXPECTED.txt`, on any day from 2025 on. A file is named after the problem that it has, wherever its name is not
the problem itself; `pipelines/sales.yaml` and `companies/acme.yaml` are right, so that others can refer to them. What
holds where a problem is absent stands in `docs/errors.md`. This page is generated: `pytest --update-cases
tests/test_broken.py`.

## What is wrong here

"""
FURTHER = """
## What cannot be wrong here

Each of these has a sample of its own in `tests/cases/errors/`, from which message and remedy are taken.

"""


class Shown(NamedTuple):
    """One problem as it is printed; the place is empty where a move is refused."""

    level: str
    code: str
    place: str
    message: str
    remedy: str


def printed(now: str) -> tuple[str, int]:
    """Return what `pipe validate` prints of the sample at a moment, and its exit code."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.devnull, "LC_ALL": "C.UTF-8", "PIPE_NOW": now}
    done = subprocess.run(
        [str(PIPE), "-C", str(BROKEN), "validate"], env=environment, capture_output=True, check=False, timeout=60
    )
    assert not done.stderr, done.stderr.decode()
    return done.stdout.decode(), done.returncode


def problems(text: str) -> Iterator[Shown]:
    """Yield the problems in what a command printed, with the first remedy of each."""
    for block in re.split(r"\n(?=\S)", text):
        found = re.match(r"(?:(\S.*?): )?(error|warning|note) ([a-z0-9-]+): (.*)", block)
        if found:
            indented = re.findall(r"^    (?!\| )(.*)$", block, re.MULTILINE)
            yield Shown(found[2], found[3], found[1] or "", found[4], indented[0] if indented else "")


def refusal(code: str, text: str) -> Shown:
    """Return the first reason why a move is refused, with its remedy."""
    found = re.search(r"^  - (.*)$", text, re.MULTILINE)
    remedy = re.search(r"^ +try: (.*)$", text, re.MULTILINE)
    assert found, code
    assert remedy, code
    return Shown("refusal", code, "", found[1], remedy[1])


def elsewhere(code: str) -> Shown:
    """Return a problem as the case of its code prints it."""
    text = Case(CASES / "errors" / code).expected
    return next((one for one in problems(text) if one.code == code), None) or refusal(code, text)


def readme(expected: str) -> str:
    """Return the text of the sample's README."""
    order = documented()
    here = sorted(problems(expected), key=lambda one: order.index(one.code))
    further = [elsewhere(code) for code in order if code in ELSEWHERE]
    return "".join(
        (
            INTRODUCTION,
            _table("place", {one: one.place for one in here}),
            FURTHER,
            _table("why not here", {one: ELSEWHERE[one.code] for one in further}),
        )
    )


def _table(heading: str, shown: Mapping[Shown, str]) -> str:
    columns = [Column(name, name) for name in ("problem", "level", "message", "remedy", heading)]
    rows = tuple((one.code, one.level, one.message, one.remedy, text) for one, text in shown.items())
    return render([Table("", tuple(columns), rows)], "markdown").lstrip("\n")
