"""Options of the whole suite. It stands here because a second `conftest` under tests would be one too many for mypy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that accepts what the commands print now."""
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="write what the commands print now into tests/cases and docs/errors.md; read the difference afterwards",
    )
