"""The CI files that `pipe init --ci` writes: their steps are run as the hosts run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import Sandbox

PIPE = Path(sys.executable).with_name("pipe")
SOURCE = "git+https://example.com/acme/pipe.git@v0.1"
PYTHON = f"""#!/bin/sh
if [ "$1 $2" = "-m pip" ]; then echo "$@" >> "$RUNNER_TEMP/pip"; else exec {sys.executable} "$@"; fi
"""
BROKEN = "title: Broken\npipeline: sales\nstage: new-lead\nonwer: sam\n"


@dataclass
class Runner:
    """A host's machine with a clone of the repository; `folder` is where steps run unless they say otherwise."""

    clone: Path
    temp: Path
    variables: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, repository: Path, place: Path, *options: str) -> Runner:
        git = ["git", "clone", "--quiet", *options, f"file://{repository}", str(place / "clone")]
        subprocess.run(git, check=True, capture_output=True)
        for folder in ("temp", "bin"):
            (place / folder).mkdir()
        (place / "bin" / "python").write_text(PYTHON)
        (place / "bin" / "python").chmod(0o755)
        (place / "bin" / "pipe").symlink_to(PIPE)
        return cls(place / "clone", place / "temp")

    @property
    def summary(self) -> str:
        file = self.temp / "summary"
        return file.read_text() if file.exists() else ""

    def bash(self, script: str, folder: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))
        }
        environment |= self.variables | variables | {
            "PATH": f"{self.temp.parent / 'bin'}:{environment['PATH']}",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
        }  # fmt: skip
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.clone / folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def github(self) -> dict[str, subprocess.CompletedProcess[str]]:
        """Run the job's steps by the host's rules, and return those that were run, by name."""
        job = github_job(self.clone)
        here = job["defaults"]["run"]["working-directory"]
        source = job["env"]["PIPE_SOURCE"].replace("${{ vars.PIPE_SOURCE }}", self.variables.get("PIPE_SOURCE", ""))
        done: dict[str, subprocess.CompletedProcess[str]] = {}
        for step in job["steps"]:
            if "run" not in step:
                continue
            failed = any(one.returncode for one in done.values())
            installed = not done or not done["Install pipe"].returncode
            assert step.get("if") in (None, "${{ !cancelled() && steps.install.outcome == 'success' }}")
            if installed if "if" in step else not failed:
                folder = step.get("working-directory", here)
                done[step["name"]] = self.bash(step["run"], folder, PIPE_SOURCE=source)
        return done

    def gitlab(self) -> subprocess.CompletedProcess[str]:
        job = yaml.safe_load((self.clone / ".gitlab-ci.yml").read_text())["pipe"]
        lines = [*job["before_script"], *job["script"]]
        return self.bash("\n".join(lines), ".", **{**job["variables"], **self.variables})


def github_job(clone: Path) -> dict[str, Any]:
    job = yaml.safe_load((clone / ".github/workflows/pipe.yml").read_text())["jobs"]["pipe"]
    assert isinstance(job, dict)
    return job


def pipe(sandbox: Sandbox, *arguments: str, code: int = 0) -> str:
    names = {f"GIT_{role}_{what}": "sam" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        [str(PIPE), *arguments], cwd=sandbox.folder, env=os.environ | names, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(params=["", "crm/north"])
def folder(request: pytest.FixtureRequest, sandbox: Sandbox) -> str:
    """Return where a workspace with the jobs of both hosts lies in the repository."""
    place = str(request.param)
    sandbox.write("README", "x")
    sandbox.commit()
    pipe(sandbox, "init", place or ".", "--bare", "--ci", "github", "--ci-install", SOURCE)
    pipe(sandbox, "-C", place or ".", "init", "--ci", "gitlab", "--ci-install", SOURCE)
    sandbox.deal("first", "new-lead", folder=f"{place}/deals".lstrip("/"), more="created: 2026-01-02\n")
    sandbox.commit()
    return place


def test_a_sound_workspace_passes_and_its_report_is_published(sandbox: Sandbox, folder: str, tmp_path: Path) -> None:
    runner = Runner.of(sandbox.folder, tmp_path)
    done = runner.github()
    assert {name: one.returncode for name, one in done.items()} == {"Install pipe": 0, "Validate": 0, "Report": 0}
    assert (runner.temp / "pip").read_text().split()[-1] == SOURCE
    assert runner.summary.startswith("# Example B2B sales\n")
    assert all(f"\n## {name}\n" in runner.summary for name in ("pipeline", "stage-time", "stale", "changes"))
    assert (runner.temp / "pipe-report.md").read_text() == runner.summary
    assert subprocess.run(["git", "status", "--short"], cwd=runner.clone, capture_output=True, check=True).stdout == b""
    merged = runner.gitlab()
    assert merged.returncode == 0, merged.stderr
    assert "## changes\n" in (runner.clone / "pipe-report.md").read_text()
    assert (runner.clone / "pipe-problems.json").read_text().startswith("[")
    assert github_job(runner.clone)["defaults"]["run"]["working-directory"] == (folder or ".")


def test_a_broken_file_fails_and_is_annotated_and_the_report_is_published(
    sandbox: Sandbox, folder: str, tmp_path: Path
) -> None:
    path = f"{folder}/deals/broken.yaml".lstrip("/")
    sandbox.write(path, BROKEN)
    sandbox.commit()
    runner = Runner.of(sandbox.folder, tmp_path)
    done = runner.github()
    assert {name: one.returncode for name, one in done.items()} == {"Install pipe": 0, "Validate": 1, "Report": 1}
    assert f"::error file={path},line=4,col=1,title=unknown-key::" in done["Validate"].stdout
    assert "1 deal left out: its file cannot be read" in runner.summary
    token = done["Report"].stdout.splitlines()[0].removeprefix("::stop-commands::")
    assert done["Report"].stdout.splitlines()[-1] == f"::{token}::"
    merged = runner.gitlab()
    assert merged.returncode == 1
    assert f"{path.removeprefix(folder).lstrip('/')}:4:1: error unknown-key" in merged.stdout
    (found,) = [
        p for p in yaml.safe_load((runner.clone / "pipe-problems.json").read_text()) if p["severity"] == "critical"
    ]
    assert found["location"] == {"path": path, "lines": {"begin": 4}}
    assert (runner.clone / "pipe-report.md").exists()


def test_a_shallow_clone_fails_with_the_remedy(sandbox: Sandbox, folder: str, tmp_path: Path) -> None:
    assert folder in ("", "crm/north")
    runner = Runner.of(sandbox.folder, tmp_path, "--depth=1")
    done = runner.github()
    assert {name: one.returncode for name, one in done.items()} == {"Install pipe": 0, "Validate": 0, "Report": 3}
    assert "fetch-depth: 0" in done["Report"].stderr
    assert runner.summary == ""
    merged = runner.gitlab()
    assert merged.returncode == 3
    assert "GIT_DEPTH: 0" in merged.stderr


@pytest.mark.parametrize(
    "source", ["", "pipecli", "pipe", "-r evil.txt", "http://example.com/x.whl", "--index-url=https://x"]
)
def test_without_a_place_to_install_from_the_job_fails_and_installs_nothing(
    sandbox: Sandbox, tmp_path: Path, source: str
) -> None:
    for host in ("github", "gitlab"):
        said = pipe(sandbox, "init", "--ci", host, *(["--bare"] if host == "github" else []))
        assert "set the variable PIPE_SOURCE" in said
    runner = Runner.of(sandbox.folder, tmp_path)
    runner.variables["PIPE_SOURCE"] = source
    done = runner.github()
    assert {name: one.returncode for name, one in done.items()} == {"Install pipe": 1}
    assert (
        "::error title=pipe is not installed::PIPE_SOURCE must say where pip gets pipe" in done["Install pipe"].stdout
    )
    assert runner.gitlab().returncode == 1
    assert not (runner.temp / "pip").exists()


def test_a_variable_of_the_host_says_where_to_install_from(sandbox: Sandbox, tmp_path: Path) -> None:
    pipe(sandbox, "init", "--bare", "--ci", "github")
    runner = Runner.of(sandbox.folder, tmp_path)
    runner.variables["PIPE_SOURCE"] = "./tools/pipe"
    assert [one.returncode for one in runner.github().values()] == [0, 0, 0]
    assert (runner.temp / "pip").read_text().split()[-1] == "./tools/pipe"


def test_a_report_that_is_too_long_for_a_summary_is_cut_at_a_line(sandbox: Sandbox, tmp_path: Path) -> None:
    pipe(sandbox, "init", "--bare", "--ci", "github", "--ci-install", SOURCE)
    runner = Runner.of(sandbox.folder, tmp_path)
    (step,) = [one["run"] for one in github_job(runner.clone)["steps"] if one.get("name") == "Report"]
    shutil.rmtree(runner.temp.parent / "bin")
    line = "| é " + "x" * 90 + " |"
    fake = f'pipe() {{ yes "{line}" | head -n 12000 > "$RUNNER_TEMP/pipe-report.md"; }}\npython() {{ echo token; }}\n'
    done = runner.bash(fake.replace("yes", "set +o pipefail; yes") + step, ".")
    assert done.returncode == 0, done.stderr
    assert len(runner.summary.encode()) < 1_000_200
    *rows, _, last = runner.summary.splitlines()
    assert set(rows[:-1]) == {line}
    assert last == "**The report is longer than a summary may be. All of it is in the artifact pipe-report.**"


def test_no_shell_line_holds_an_expression_and_the_job_may_only_read(sandbox: Sandbox) -> None:
    pipe(sandbox, "init", "--bare", "--ci", "github")
    text = (sandbox.folder / ".github/workflows/pipe.yml").read_text()
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow[True].keys() == {
        "push",
        "pull_request",
        "schedule",
        "workflow_dispatch",
    }  # YAML 1.1 reads on as true
    steps = workflow["jobs"]["pipe"]["steps"]
    assert not any("${{" in step.get("run", "") for step in steps)
    assert [step["with"] for step in steps if "checkout" in step.get("uses", "")] == [
        {"fetch-depth": 0, "persist-credentials": False}
    ]


@pytest.mark.parametrize("name", ["a${{ github.token }}", 'a"b', "a$(id)", "a`id`", "a;b"])
def test_a_folder_that_a_host_could_misread_is_refused_and_nothing_is_made(sandbox: Sandbox, name: str) -> None:
    sandbox.commit()
    said = pipe(sandbox, "init", name, "--ci", "github", code=2)
    assert "cannot be named in a CI file" in said
    assert sorted(path.name for path in sandbox.folder.iterdir()) == [".git"]


def test_the_job_is_committed_alone_and_never_over_another_file(sandbox: Sandbox) -> None:
    pipe(sandbox, "init", "--bare")
    sandbox.write("pipe.yaml", "name: edited\n")
    sandbox.write("staged.txt", "x")
    sandbox.git("add", "staged.txt")
    pipe(sandbox, "init", "--ci", "github")
    assert sandbox.git("show", "--format=", "--name-only") == ".github/workflows/pipe.yml"
    assert sandbox.git("status", "--short") == "M pipe.yaml\nA  staged.txt"
    before = (sandbox.folder / ".github/workflows/pipe.yml").read_bytes()
    assert "already" in pipe(sandbox, "init", "--ci", "github", "--ci-install", SOURCE, code=2)
    assert (sandbox.folder / ".github/workflows/pipe.yml").read_bytes() == before
    pipe(sandbox, "init", "--ci", "gitlab", "--no-commit")
    assert "?? .gitlab-ci.yml" in sandbox.git("status", "--short")
