"""Scores of forecasts, by hand."""

from __future__ import annotations

import pytest

from pipecli.metrics.score import Foretold, Said, bias, brier, deciles, errors, mean_said


def test_brier_score() -> None:
    said = [Said(0.9, True), Said(0.8, False), Said(0.3, False), Said(0.0, True)]  # .01 + .64 + .09 + 1
    assert brier(said) == pytest.approx(1.74 / 4)
    assert mean_said(said) == pytest.approx(0.5)
    assert brier([Said(1.0, True), Said(0.0, False)]) == 0
    assert brier([Said(0.5, True), Said(0.5, False)]) == 0.25


def test_deciles() -> None:
    said = [Said(share, False) for share in (0.0, 0.0999, 0.1, 0.55, 0.9, 0.95, 1.0)]
    found = deciles(said)
    assert {place: len(some) for place, some in found.items() if some} == {0: 2, 1: 1, 5: 1, 9: 3}
    assert list(found) == list(range(10))


def test_bias_and_errors_of_values() -> None:
    months = [Foretold(120, 100), Foretold(50, 100), Foretold(30, 0)]
    assert bias(months) == pytest.approx(0)
    assert errors(months) == pytest.approx([0.2, 0.5])
    assert bias([Foretold(30, 0)]) is None
    assert errors([]) == []
