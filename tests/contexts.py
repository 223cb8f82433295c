"""Small workspaces in memory, for the tests of rules, facts and edits."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from pipecli.core.spoken import Almanac
from pipecli.core.workspace import build
from pipecli.facts.derived import Context
from pipecli.rules.registry import check

TODAY = date(2026, 11, 23)
SEEN = Almanac(TODAY)
ZONE = ZoneInfo("Europe/Berlin")

SETTINGS = "name: Acme sales\ncurrency: EUR\ntimezone: Europe/Berlin\n"
PIPELINE = """\
name: Sales
stages:
  - {id: lead, name: Lead, probability: 10%, forecast: pipeline, rot: {after: 14d}}
  - {id: proposal, name: Proposal, probability: 50%, aliases: [offer]}
  - {id: talks, name: Talks}
  - {id: won, name: Won, kind: won}
  - {id: onboarded, name: Onboarded, kind: won}
  - {id: lost, name: Lost, kind: lost, reasons: [price, no decision, "bad fit"]}
  - {id: gone, name: Gone, kind: lost}
  - {id: delayed, name: Delayed, kind: on_hold}
"""
DEAL = "title: Annual renewal\npipeline: sales\n\nstage: lead\n"


def context(deal: str = DEAL, pipeline: str = PIPELINE, settings: str = SETTINGS, **files: str) -> Context:
    """Return the context of a workspace; further files are named with `__` for `/`, without `.yaml`."""
    texts = {"pipe": settings, "pipelines__sales": pipeline, "deals__acme": deal, **files}
    pairs = ((f"{name.replace('__', '/')}.yaml", text.encode()) for name, text in texts.items())
    return Context(build(pairs), TODAY, ZONE)


def found(*arguments: str, **files: str) -> list[tuple[str, int, int]]:
    """Return code, line and column of every problem of a workspace."""
    return [(p.code, p.line, p.column) for p in check(context(*arguments, **files))]
