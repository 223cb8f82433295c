"""Rules over what is right in broken files: all problems at once."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from pipecli.core.workspace import build
from pipecli.facts.derived import Context
from pipecli.rules.registry import RULES, check
from pipecli.rules.settings import ALWAYS

PIPELINE = """\
name: Sales
moves: {create_in: [led], sikp: true}
stages:
  - {id: lead, name: Lead, target: soon}
  - {id: lead, name: Again}
  - {id: won, name: Won, kind: won}
"""
SETTINGS = "name: x\ncurrncy: EUR\ntimezone: Europe/Berlni\nrules: {unknown-key: off, unknown-stag: off}\n"


def found(**files: str) -> list[tuple[str, int]]:
    paths = {"settings": "pipe.yaml", "pipeline": "pipelines/sales.yaml", "rates": "rates.yaml", "deal": "deals/a.yaml"}
    pairs = [(paths[name], text.encode()) for name, text in files.items()]
    return [(p.code, p.line) for p in check(Context(build(pairs), date(2026, 11, 23), ZoneInfo("UTC")))]


def test_the_rules_see_what_is_right_in_a_broken_pipeline() -> None:
    assert found(settings="name: x\n", pipeline=PIPELINE) == [
        ("unknown-move-stage", 2), ("unknown-key", 2), ("invalid-value", 4), ("duplicate-stage", 5),
    ]  # fmt: skip


def test_the_rules_see_what_is_right_in_broken_settings() -> None:
    assert found(settings=SETTINGS) == [
        ("unknown-key", 2), ("unknown-timezone", 3), ("unknown-rule", 4), ("unknown-rule", 4),
    ]  # fmt: skip


def test_a_broken_pipeline_says_nothing_of_its_deals() -> None:
    deal = "title: x\npipeline: sales\nstage: nowhere\n"
    assert found(settings="name: x\n", pipeline=PIPELINE, deal=deal)[0][0] != "unknown-stage"


def test_a_problem_that_is_no_rule_cannot_be_switched_off() -> None:
    pairs = [("pipe.yaml", b"name: x\nrules: {unknown-key: off}\n")]
    (problem,) = check(Context(build(pairs), date(2026, 11, 23), ZoneInfo("UTC")))
    assert problem.message == "'unknown-key' is a problem that cannot be switched off"
    assert not ALWAYS & {rule.code for rule in RULES}


def test_a_rate_of_the_own_currency_is_told() -> None:
    rates = "USD: {2026-10-01: 0.92}\nEUR: {2026-10-01: 1}\n"
    assert found(settings="name: x\ncurrency: EUR\n", rates=rates) == [("own-rate", 2)]
