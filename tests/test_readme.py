"""The README's tour is run, line by line, and prints what the README says it prints.

`pytest tests/test_readme.py --update-cases` writes what the commands print now.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from case import PIPE, pinned_environment

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def environment(place: Path) -> dict[str, str]:
    return pinned_environment(place) | {"PATH": f"{PIPE.parent}{os.pathsep}{os.environ['PATH']}"}


def steady(text: str, folder: Path) -> str:
    """Replace what differs from run to run: folders, hashes and operation ids."""
    text = text.replace(str(folder), "/home/sam")
    text = re.sub(r"\b[0-9a-f]{40}\b", "848c0f36a795f8d5b6a5b1f0e1d9a4c2b7e6d3f0", text)
    text = re.sub(
        r"(?<=committed )[0-9a-f]{10}|(?<=\(commit )[0-9a-f]{10}|(?<=b2b-sales, )[0-9a-f]{10}", "848c0f36a7", text
    )
    text = re.sub(r"(?<=trailer  )[0-9a-f]{10}|(?<=sam  )[0-9a-f]{10}(?=  Add )", "848c0f36a7", text)
    text = re.sub(r"(?m)^(index )[0-9a-f]+\.\.[0-9a-f]+", r"\g<1>51511d2..0c93854", text)
    return re.sub(r"(?<=Pipe-Op: )[0-9A-Z]{26}", "01JD3Y6X0V7Q5M2T9K4R8B1C3F", text)


def run(block: str, folder: Path, where: Path) -> tuple[str, Path]:
    """Return the block with what its commands print now, and the folder in which they end."""
    lines = []
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        script = f"{line[2:]}\ncode=$?\npwd > '{folder}/.where'\nexit $code"
        done = subprocess.run(
            ["bash", "-c", script], cwd=where, env=environment(folder), text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        where = Path((folder / ".where").read_text().strip())
        lines += [line, steady(done.stdout, folder).rstrip("\n")] if done.stdout.strip() else [line]
    return "\n".join(lines) + "\n", where


def test_the_tour_prints_what_it_says(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    text = README.read_text()
    where, printed = tmp_path, []
    for block in BLOCK.findall(text):
        now, where = run(block, tmp_path, where)
        printed.append(now)
    if pytestconfig.getoption("--update-cases"):
        pieces = iter(printed)
        README.write_text(BLOCK.sub(lambda _: f"```console\n{next(pieces)}```", text))
    assert BLOCK.findall(README.read_text()) == printed


@pytest.mark.parametrize("page", [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))], ids=str)
def test_every_link_between_the_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_no_page_tells_to_install_what_belongs_to_others() -> None:
    pages = [README, *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    assert [page for page in pages if re.search(r"pipx? install\s+(-\S+\s+)*(pipecli|pipe)\b", page.read_text())] == []
