from __future__ import annotations

from pipecli.core.edit import Edit


def test_a_change_is_shown_as_a_diff() -> None:
    assert Edit("a.yaml", b"x: 1\ny: 2\n", b"x: 1\ny: 3\n", "").diff() == (
        "--- a.yaml\n+++ a.yaml\n@@ -1,2 +1,2 @@\n x: 1\n-y: 2\n+y: 3\n"
    )


def test_a_new_file_comes_from_nowhere_and_a_removed_one_goes_there() -> None:
    assert Edit("a.yaml", None, b"x: 1\n", "").diff() == "--- /dev/null\n+++ a.yaml\n@@ -0,0 +1 @@\n+x: 1\n"
    assert Edit("a.yaml", b"x: 1\n", None, "").diff() == "--- a.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-x: 1\n"
    assert Edit("a.yaml", b"x: 1\n", None, "").content == b""


def test_a_line_that_does_not_end_is_shown_as_such() -> None:
    assert Edit("a.yaml", None, b"x: 1", "").diff().endswith("+x: 1\n\\ no newline at end of file\n")
