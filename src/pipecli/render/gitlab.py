"""Problems as GitLab's Code Quality report: a list that merge requests show beside the lines."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from pipecli.core.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.problem import Problem
    from pipecli.render.medium import Medium

_SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}


def text(problems: Sequence[Problem], _medium: Medium) -> str:
    """Return one JSON document; a problem keeps its fingerprint while other lines of its file come and go."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for problem in problems:
        key = (problem.code, problem.path, problem.message)
        seen[key] += 1
        found.append(_entry(problem, sha256(json.dumps([*key, seen[key]]).encode()).hexdigest()))
    return json.dumps(found, indent=2) + "\n"


def _entry(problem: Problem, fingerprint: str) -> dict[str, object]:
    return {
        "description": f"{problem.message}: {problem.hint}" if problem.hint else problem.message,
        "check_name": problem.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITY[problem.severity],
        "location": {"path": problem.path, "lines": {"begin": max(problem.line, 1)}},
    }
