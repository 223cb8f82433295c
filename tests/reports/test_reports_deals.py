from __future__ import annotations

from contexts import DEAL, PIPELINE, context

from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.deals import deals_table, facts_table


def test_on_a_narrow_terminal_the_title_is_shortened_and_stays() -> None:
    facts = context(DEAL.replace("Annual renewal", "Annual renewal of the platform, with more seats, for three sites"))
    shown = text([deals_table(facts.workspace.deals.values(), facts)], Medium(width=80))
    assert "Annual renewal of th…" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_only_where_closed_deals_would_help_they_are_offered() -> None:
    facts = context()
    assert "--all" not in deals_table([], facts).empty
    assert "one that is closed does (--all)" in deals_table([], facts, closed=1).empty


def test_a_flag_is_shown_as_it_is_written() -> None:
    facts = context(f"{DEAL}fields: {{import: true}}\n", f"{PIPELINE}fields: {{import: {{type: flag}}}}\n")
    (deal,) = facts.workspace.deals.values()
    assert ("fields.import", "true") in facts_table(deal, facts).rows


def test_an_own_number_is_shown_as_it_is_written_and_the_weighted_value_as_money() -> None:
    pipeline = f"{PIPELINE}fields: {{length: {{type: number}}}}\n"
    facts = context(f"{DEAL}value: 48000.00\nprobability: 33.3%\nfields: {{length: 0.125}}\n", pipeline)
    (deal,) = facts.workspace.deals.values()
    rows = facts_table(deal, facts).rows
    assert {("value", "48000.00"), ("weighted", "15984.00"), ("fields.length", "0.125")} <= set(rows)
