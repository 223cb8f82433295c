"""Without PyYAML's C parser `pipe` says so, and does not run ten times slower."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "sample-pipelines" / "b2b-sales"


@pytest.mark.parametrize("command", [["validate"], ["list"], ["report", "pipeline"], ["audit"]], ids=" ".join)
def test_a_pyyaml_without_its_c_parser_is_named_with_the_remedy(command: list[str], tmp_path: Path) -> None:
    hide = "import yaml\nyaml.__with_libyaml__ = False\nfor name in list(vars(yaml)):\n"
    hide += "    if name.startswith('C') and name.endswith('Loader'):\n        delattr(yaml, name)\n"
    (tmp_path / "sitecustomize.py").write_text(hide)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "pipecli", *command],
        cwd=SAMPLE, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "without its C parser" in done.stderr
    assert "--only-binary" in done.stderr
