"""What a person sees: every case folder's commands print what its `expected` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from case import CASES, Case, cases

if TYPE_CHECKING:
    from pathlib import Path

ALL = cases()


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_the_commands_print_what_is_expected(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    printed = case.run(tmp_path)
    if request.config.getoption("--update-cases"):
        (case.folder / "expected").write_text(printed, encoding="utf-8")
    assert printed == case.expected, f"{case.name}: pytest --update-cases accepts what is printed now"


def test_every_folder_is_a_case_with_a_name_in_small_letters() -> None:
    for folder in CASES.glob("*/*"):
        assert (folder / "command").is_file(), folder
        assert folder.name == folder.name.lower().replace("_", "-").replace(" ", "-")
