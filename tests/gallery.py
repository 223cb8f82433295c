"""docs/errors.md: every problem code, with what holds where it is absent, and what the commands print of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from case import CASES, Case

from pipecli.core.settings import Level
from pipecli.rules import settings
from pipecli.rules.registry import RULES
from pipecli.verify.registry import CHECKS, OF_ALL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOCUMENT = Path(__file__).parent.parent / "docs" / "errors.md"
WIDEST = 150
"""Longer lines of what is printed are cut."""

INTRODUCTION = """\
# Every problem, and its remedy

What `pipe validate` and the other commands can find wrong, each with the sentence that holds where nothing is, and
with what is printed for a small sample: place, excerpt, message, and last the remedy. The samples are in
`tests/cases/errors/`, one folder a code, and this page is generated from them:
`pytest --update-cases tests/test_gallery.py`. `sample-pipelines/broken/` is one workspace that has nearly all of them.

An error makes the command exit with 1, a warning does with `--strict`, a note never does. The level of a rule, and of
what `pipe audit verify` finds, can be changed in `pipe.yaml`: `rules: {overdue-close: off, no-next-step: warning}`.

`pipe validate --format github` annotates the lines of a pull request. GitHub shows ten errors, ten warnings and ten
notices of a step and drops the others without a word (`_maxIssueCount` in
[the runner](https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs), and 50 of a job:
[actions/toolkit#734](https://github.com/actions/toolkit/pull/734)). Where there are more, the tenth annotation says how
many, and those stand in the log of the step.
"""

RULED = {rule.code: rule for rule in RULES}
VERIFIED = {one.code: one.check.__doc__ or "" for one in OF_ALL} | {one.code: one.check.__doc__ or "" for one in CHECKS}

FORM: Mapping[str, Mapping[str, str]] = {
    "Names and places of files": {
        "no-settings": "A workspace has a `pipe.yaml`.",
        "file-name": "Files and folders at the top of a workspace are named exactly as the format says.",
        "file-suffix": "The name of a file ends in `.yaml`.",
        "invalid-id": "The name of a file is an id: up to 63 of a-z, 0-9 and `-`, not beginning with `-`.",
        "reserved-id": "No id is a word of a command, or a name that some systems cannot store.",
        "duplicate-id": "An id stands for one file, whatever the folder.",
        "symbolic-link": "Files and folders are themselves there; links are never followed.",
        "unreadable-file": "Every file can be read.",
    },
    "YAML": {
        "file-too-large": "A file has 256 kB at most.",
        "not-utf8": "A file is UTF-8 text.",
        "conflict-marker": "No merge is left half done in a file.",
        "control-character": "No control character stands in a file.",
        "bidi-character": "No character changes the order in which text is shown.",
        "yaml-syntax": "A file is YAML.",
        "not-a-mapping": "A file is made of keys and values.",
        "yaml-key": "A key is plain text.",
        "yaml-duplicate-key": "A key stands once in its mapping.",
        "yaml-second-document": "A file holds one document.",
        "yaml-alias": "No alias stands for a value.",
        "yaml-anchor": "No value has an anchor.",
        "yaml-merge-key": "No mapping is merged into another.",
        "yaml-tag": "No value has a tag.",
        "yaml-too-deep": "Values are nested 20 levels deep at most.",
        "yaml-too-long": "A value has 32,768 characters at most.",
    },
    "Keys and values": {
        "unknown-key": "Every key is one of the format's; a workspace's own are under `fields`.",
        "missing-key": "The keys that a record cannot do without are there.",
        "invalid-value": "A value is written in the form of its key.",
        "condition-comment": "No comment follows a condition on its line, where YAML would cut the condition.",
    },
    "Gates of a move": {
        "gate-retired": "No deal moves into a retired stage.",
        "gate-create": "A new deal begins in a stage that the pipeline's `create_in` names.",
        "gate-back": "No open deal moves back where the pipeline says `back: false`.",
        "gate-skip": "No open stage is skipped where the pipeline says `skip: false`.",
        "gate-next": "A deal goes on to a stage that `next` of its stage names.",
        "gate-won-from": "A deal is won from a stage that the pipeline's `won_from` names.",
        "gate-exit": "A deal that moves on meets the exit criteria of the stage that it leaves.",
        "gate-checklist": "A deal that moves on has the required items of the checklist of the stage that it leaves.",
        "gate-entry": "A deal meets the entry criteria of the stage that it enters.",
        "gate-handoff": "A deal that is handed over has what its new owner needs, and is owned by one of those.",
        "gate-approve": "A deal enters a stage by a move that one of those made or merged who approve it there.",
        "gate-reason": "A deal is lost for one of the reasons that the stage lists.",
        "gate-policy": "A change meets the policies of the workspace.",
    },
    "History": {
        "unreadable-version": "Every committed version of a deal can be read.",
        "history-gap": "Every committed version of a deal says its pipeline and its stage.",
        "several-files": "In every commit an id stands for one file.",
        "contradicting-trailer": "A commit's `Pipe-Move` says what its files say.",
        "unreadable-date": "The dates of a commit can be read.",
        "missing-object": "Git has the content of every version.",
        "not-a-file": "What is committed in the place of a file is a file.",
    },
    "Audit": VERIFIED,
    "A range of commits": {
        "other-rules": "The deals in a range of commits are judged by the rules that its base has, too.",
    },
    "Imports": {
        "unusable-row": "Every row of an imported file can be used; else nothing is imported.",
        "odd-row": "A row of an imported file says nothing that looks like a mistake; it is imported all the same.",
    },
}
"""What holds where a code that is no rule's is absent; a rule's docstring says it of the rule."""

CHAPTERS = (
    "Names and places of files",
    "YAML",
    "Keys and values",
    "Rules",
    "Gates of a move",
    "History",
    "Audit",
    "A range of commits",
    "Imports",
)


def document() -> str:
    """Return the text of docs/errors.md."""
    return "\n".join([INTRODUCTION, *(line for chapter in CHAPTERS for line in _chapter(chapter))])


def documented() -> list[str]:
    """Return the codes in the order of the page."""
    return [code for chapter in CHAPTERS for code in (RULED if chapter == "Rules" else FORM[chapter])]


def _chapter(name: str) -> Iterator[str]:
    yield from (f"## {name}", "")
    for code in RULED if name == "Rules" else FORM[name]:
        printed = Case(CASES / "errors" / code).expected
        yield from (f"### {code}", "", f"{_level(code, printed)} {_holds(code)}", "", "```text")
        yield from (line if len(line) <= WIDEST else f"{line[:WIDEST]}…" for line in printed.splitlines())
        yield from ("```", "")


def _holds(code: str) -> str:
    if code in RULED:
        text = RULED[code].check.__doc__ or (settings.unknown_rule.__doc__ if code == "unknown-rule" else "") or ""
    else:
        text = next(codes[code] for codes in FORM.values() if code in codes)
    return " ".join(text.split())


def _level(code: str, printed: str) -> str:
    if code in RULED and RULED[code].level is Level.OFF:
        return "*Off, unless `pipe.yaml` turns it on.*"
    found = re.search(rf"(error|warning|note) {code}:", printed)
    return f"*{found[1].capitalize()}.*" if found else "*Refusal.*"
