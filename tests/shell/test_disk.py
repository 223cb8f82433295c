from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from pipecli.shell import disk
from pipecli.store.worktree import load, load_deals, locate

if TYPE_CHECKING:
    from pathlib import Path

DEAL = "title: Annual renewal\npipeline: sales\nstage: lead\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "deals" / "2026-11").mkdir(parents=True)
    (folder / "pipe.yaml").write_text("name: Acme\n", encoding="utf-8")
    (folder / "deals" / "2026-11" / "acme.yaml").write_text(DEAL, encoding="utf-8")
    return folder


def told(root: Path) -> list[tuple[str, str]]:
    return sorted((problem.code, problem.path) for problem in load(root).problems)


def test_the_files_of_a_workspace_are_found_at_any_depth_and_no_others(root: Path) -> None:
    (root / "readme.md").write_text("", encoding="utf-8")
    (root / "templates").mkdir()
    (root / "templates" / "x.yaml").write_text("", encoding="utf-8")
    (root / "deals" / ".acme.yaml.swp").write_text("", encoding="utf-8")
    (root / "deals" / ".hidden").mkdir()
    assert disk.scan(root) == (["deals/2026-11/acme.yaml", "pipe.yaml"], [])


def test_links_are_told_and_never_followed(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text(DEAL, encoding="utf-8")
    (root / "deals" / "file.yaml").symlink_to(secret)
    (root / "deals" / "folder").symlink_to(tmp_path)
    (root / "deals" / "nowhere.yaml").symlink_to(tmp_path / "nowhere")
    (root / "companies").symlink_to(tmp_path)
    (root / "team.yaml").symlink_to(secret)
    assert told(root) == [
        ("symbolic-link", path)
        for path in ("companies", "deals/file.yaml", "deals/folder", "deals/nowhere.yaml", "team.yaml")
    ]
    assert set(load(root).deals) == {"acme"}


def test_a_link_that_takes_the_place_of_a_file_after_the_scan_is_not_followed(root: Path, tmp_path: Path) -> None:
    (root / "deals" / "late.yaml").symlink_to(tmp_path)
    pairs, problems = disk.read(root, ["deals/late.yaml", "pipe.yaml"])
    assert [path for path, _ in pairs] == ["pipe.yaml"]
    assert [(problem.code, problem.path) for problem in problems] == [("unreadable-file", "deals/late.yaml")]


def test_settings_that_are_a_link_are_a_workspace_with_a_problem(root: Path, tmp_path: Path) -> None:
    (root / "pipe.yaml").unlink()
    (root / "pipe.yaml").symlink_to(tmp_path / "nowhere")
    assert disk.find_root(root / "deals") == root
    assert told(root) == [("symbolic-link", "pipe.yaml")]


def test_what_cannot_be_read_is_told(root: Path) -> None:
    (root / "team.yaml").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(root / "deals", os.O_RDONLY)  # the path of a socket must be short
        try:
            server.bind(f"/proc/self/fd/{here}/socket.yaml")
        except OSError:
            pytest.skip("no socket can be made here")
        finally:
            os.close(here)
    assert told(root) == [("unreadable-file", "deals/socket.yaml"), ("unreadable-file", "team.yaml")]


def test_a_pipe_that_nobody_writes_does_not_block(root: Path) -> None:
    os.mkfifo(root / "deals" / "fifo.yaml")
    assert {path for _, path in told(root)} == {"deals/fifo.yaml"}


def test_a_file_that_has_gone_meanwhile_is_told(root: Path) -> None:
    _, problems = disk.read(root, ["deals/gone.yaml"])
    assert [(problem.code, problem.message) for problem in problems] == [
        ("unreadable-file", "cannot be read: No such file or directory")
    ]


@pytest.mark.parametrize("name", ["café.yaml", "Con.yaml", "a..yaml", "a.yaml.", "a.yml", "con.yaml", "a b.yaml"])
def test_a_file_whose_name_cannot_be_an_id_is_told(root: Path, name: str) -> None:
    (root / "deals" / name).write_text(DEAL, encoding="utf-8")
    assert [path for _, path in told(root)] == [f"deals/{name}"]


def test_a_name_that_is_no_text_is_told(root: Path) -> None:
    path = os.fsencode(root / "deals") + b"/\xff.yaml"
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    except OSError:
        pytest.skip("the file system takes names that are text only")
    assert told(root) == [("invalid-id", "deals/\udcff.yaml")]


@pytest.mark.parametrize(
    ("name", "code"), [("team.yml", "file-name"), ("Team.yaml", "file-name"), ("Rates.YML", "file-name")]
)
def test_a_misspelled_file_at_the_top_is_told(root: Path, name: str, code: str) -> None:
    (root / name).write_text("members: {}\n", encoding="utf-8")
    assert told(root) == [(code, name)]


def test_a_misspelled_folder_at_the_top_is_told(root: Path) -> None:
    (root / "Companies").mkdir()
    (root / "Companies" / "acme.yaml").write_text("name: Acme\n", encoding="utf-8")
    assert told(root) == [("file-name", "Companies/acme.yaml")]


def test_only_the_deals_that_are_asked_for_are_read(root: Path) -> None:
    (root / "deals" / "other.yaml").write_text("broken", encoding="utf-8")
    (root / "companies").mkdir()
    (root / "companies" / "acme.yaml").write_text("broken", encoding="utf-8")
    workspace = load_deals(root, ["deals/2026-11/acme.yaml"])
    assert set(workspace.deals) == {"acme"}
    assert workspace.problems == ()
    assert set(workspace.texts) == {"pipe.yaml", "deals/2026-11/acme.yaml"}


def test_ids_are_told_by_names_alone_where_that_is_enough(root: Path) -> None:
    (root / "deals" / "acme-two.yaml").write_text("broken", encoding="utf-8")
    assert locate(root, ["acme", "acme-t"]) == ["deals/2026-11/acme.yaml", "deals/acme-two.yaml"]
    assert locate(root, ["annual"]) is None
    assert locate(root, ["a"]) is None


def test_an_id_is_found_in_the_folders_of_the_months_without_reading_their_names(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipecli.shell.disk.scan", lambda _: pytest.fail("the names were read"))
    assert locate(root, ["acme"]) == ["deals/2026-11/acme.yaml"]


def test_an_id_at_any_depth_and_every_file_of_a_duplicate_are_found(root: Path) -> None:
    (root / "deals" / "east" / "2026-10").mkdir(parents=True)
    (root / "deals" / "east" / "2026-10" / "deep.yaml").write_text("broken", encoding="utf-8")
    (root / "deals" / "acme.yaml").write_text("broken", encoding="utf-8")
    assert locate(root, ["deep"]) == ["deals/east/2026-10/deep.yaml"]
    assert sorted(locate(root, ["acme"]) or ()) == ["deals/2026-11/acme.yaml", "deals/acme.yaml"]


def test_the_nearest_workspace_above_is_found(root: Path) -> None:
    assert disk.find_root(root / "deals" / "2026-11") == root
    assert disk.find_root(root.parent) is None
