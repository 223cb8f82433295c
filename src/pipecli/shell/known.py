"""What completion offers of a workspace: names alone, read quickly from the disk.

It loads next to nothing, so that a key press is answered at once: files are known by their names, and of the few that
are opened the lines are looked through, not parsed. What it finds is offered to a person, and never relied upon; it
is made of letters, digits, `-`, `_` and `.`, so that nothing in a name can mean anything to a shell.
"""

from __future__ import annotations

import os
import re

from pipecli.core.names import ID, SETTINGS

_LONGEST = 256 * 1024
_SAFE = re.compile(r"[\w.-]+", re.ASCII)
_STAGE = re.compile(r"(?m)(?:^ *(?:- +)?|[{,] *)id: *[\"']?([a-z0-9][a-z0-9-]*)")
_COMMENT = re.compile(r"(?m)^[ \t]*#.*")
_PIPELINE = re.compile(r"(?m)^pipeline: *[\"']?([a-z0-9][a-z0-9-]*)")
_KEY = re.compile(r"""\s*["']?([\w.-]+)["']?:(?:\s|$)""", re.ASCII)


def root(start: str) -> str | None:
    """Return the nearest folder at or above `start`, an absolute path, that holds a `pipe.yaml`, or None."""
    folder = start
    while not os.path.lexists(os.path.join(folder, SETTINGS)):  # noqa: PTH118 -- pathlib takes long to load
        above = os.path.dirname(folder)  # noqa: PTH120 -- as above
        if above == folder:
            return None
        folder = above
    return folder


def ids(top: str, folder: str) -> dict[str, str]:
    """Return the ids of the files in a folder of the workspace, at any depth, with their paths.

    No link in it is followed.
    """
    found: dict[str, str] = {}
    waiting = [f"{top}/{folder}"]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.name.endswith(".yaml") and ID.fullmatch(entry.name[:-5]):
                        found[entry.name[:-5]] = entry.path
                    elif not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue
    return found


def stages(top: str, pipelines: list[str]) -> list[str]:
    """Return the ids of the stages of some pipelines, in their order, each once; of all of them where none is named."""
    files = ids(top, "pipelines")
    wanted = [files[name] for name in pipelines or sorted(files) if name in files]
    return list(dict.fromkeys(stage for path in wanted for stage in _STAGE.findall(_COMMENT.sub("", _text(path)))))


def pipelines_of(top: str, deals: list[str]) -> list[str]:
    """Return the pipelines of the deals that some words name by their ids, or by unambiguous beginnings of them."""
    files = ids(top, "deals")
    named = [[word] if word in files else [i for i in files if i.startswith(word)] for word in deals]
    texts = [_text(files[found[0]]) for found in named if len(found) == 1]
    return list(dict.fromkeys(pipeline for text in texts for pipeline in _PIPELINE.findall(text)))


def fields(top: str) -> list[str]:
    """Return the names of the workspace's own fields, as facts: `fields.NAME`."""
    names = [name for path in ids(top, "pipelines").values() for name in below(_text(path), "fields")]
    return [f"fields.{name}" for name in dict.fromkeys(names)]


def members(top: str) -> list[str]:
    """Return the ids of the team's members."""
    return below(_text(f"{top}/team.yaml"), "members")


def views(top: str) -> list[str]:
    """Return the names of the saved views."""
    return below(_text(f"{top}/{SETTINGS}"), "views")


def below(text: str, key: str) -> list[str]:
    """Return the keys of the mapping under a key at the top of a file, be it in lines or in braces."""
    found = re.search(rf"(?m)^{key}:[ \t]*(.*(?:\n(?:[ \t].*|[ \t]*#.*)?)*)", text)
    if not found:
        return []
    lines = [line for line in found[1].split("\n") if line.strip() and not line.lstrip().startswith("#")]
    if found[1].startswith("{"):
        return _in_braces(" ".join(lines))
    depth = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    keys = (_KEY.match(line) for line in lines if len(line) - len(line.lstrip()) == depth)
    return [key[1] for key in keys if key]


def _in_braces(text: str) -> list[str]:
    """Return the keys of the outermost mapping in braces."""
    keys, depth, quote, start = [], 0, "", 0
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "{[":
            depth += 1
            start = at + 1 if depth == 1 else start
        elif character in "}]":
            depth -= 1
        elif character == "," and depth == 1:
            start = at + 1
        elif character == ":" and depth == 1 and (key := _KEY.fullmatch(text, start, at + 1)):
            keys.append(key[1])
            start = len(text)
    return keys


def safe(words: list[str]) -> list[str]:
    """Return the words that mean nothing to a shell."""
    return [word for word in words if _SAFE.fullmatch(word)]


def _text(path: str) -> str:
    """Return the beginning of a file; nothing where it cannot be read, or is no file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        return os.read(descriptor, _LONGEST).decode("utf-8", "ignore").replace("\r\n", "\n")
    except OSError:
        return ""
    finally:
        os.close(descriptor)
