"""Rates, holds, provenance, addresses and playbooks: the corners that the cases do not show."""

from __future__ import annotations

from dataclasses import replace

from contexts import DEAL, PIPELINE, SETTINGS, context, found

from pipecli.rules.registry import check

USD = f"{DEAL}value: 100\ncurrency: USD\n"
WON = DEAL.replace("lead", "won")
NO_CURRENCY = "name: x\n"


def test_an_open_deal_needs_a_rate_of_today_or_before() -> None:
    assert found(USD) == [("missing-rate", 6, 11)]
    assert found(USD, rates="USD: {2026-11-24: 0.9}\n") == [("missing-rate", 6, 11)]
    assert found(USD, rates="USD: {2026-11-23: 0.9}\n") == []


def test_a_closed_deal_needs_one_of_its_day() -> None:
    deal = f"{WON}closed_on: 2026-10-15\nvalue: 100\ncurrency: USD\n"
    assert found(deal, rates="USD: {2026-10-16: 0.9}\n") == [("missing-rate", 7, 11)]
    assert found(deal, rates="USD: {2026-10-15: 0.9}\n") == []


def test_a_currency_is_told_once_at_the_earliest_deal_and_the_others_are_counted() -> None:
    closed = f"{WON}closed_on: 2026-10-15\nvalue: 100\ncurrency: USD\n"
    (one,) = check(context(USD, deals__a=closed))
    assert one.path == "deals/a.yaml"
    assert (
        one.message == "there is no exchange rate from USD to EUR of 2026-10-15 or before; 1 other deal lacks one, too"
    )
    assert "'USD: {2026-10-15: …}'" in one.hint
    (three,) = check(context(USD, deals__a=closed, deals__b=USD))
    assert three.message.endswith("; 2 other deals lack one, too")


def test_a_currency_of_the_pipeline_is_told_at_the_value() -> None:
    pipeline = PIPELINE.replace("name: Sales\n", "name: Sales\ncurrency: USD\n")
    assert found(f"{DEAL}value: 100\n", pipeline) == [("missing-rate", 5, 8)]


def test_what_has_no_value_or_the_workspaces_currency_needs_no_rate() -> None:
    assert found(f"{DEAL}currency: USD\n") == []
    assert found(f"{DEAL}value: 100\ncurrency: EUR\n") == []
    assert found(USD, PIPELINE, NO_CURRENCY) == []


def test_rates_that_cannot_be_read_are_not_missing() -> None:
    assert [code for code, _, _ in found(USD, rates="USD: {2026-11-23: x}\n")] == ["invalid-value"]


def test_a_currency_that_nothing_uses_is_no_problem() -> None:
    assert found(rates="USD: {2026-11-24: 0.9}\n") == []


def test_quotas_rates_and_spend_are_in_the_currency_of_the_workspace() -> None:
    team = "members:\n  sam: {name: Sam Roe, quota: {2026-Q4: 1}}\n  kim: {name: Kim Lee, quota: {2026-Q4: 1}}\n"
    files = {"team": team, "rates": "USD: {2026-11-01: 1}\nGBP: {2026-11-01: 1}\n", "spend": "2026-10: {ads: 1}\n"}
    code = "money-without-currency"
    assert found(DEAL, PIPELINE, NO_CURRENCY, **files) == [(code, 1, 1), (code, 1, 1), (code, 2, 24)]
    assert found(DEAL, PIPELINE, SETTINGS, **files) == []
    assert found(DEAL, PIPELINE, NO_CURRENCY) == []
    revenue = f"{NO_CURRENCY}unit_economics: {{revenue_per_account: 1}}\n"
    assert [one for one, _, _ in found(DEAL, PIPELINE, revenue)] == [code]


def test_a_hold_is_overdue_the_day_after() -> None:
    assert found(f"{DEAL}hold: {{until: 2026-11-23, reason: x}}\n") == []
    assert found(f"{DEAL}hold: {{until: 2026-11-22, reason: x}}\n") == [("overdue-hold", 5, 15)]
    delayed = DEAL.replace("lead", "delayed")
    assert found(f"{delayed}hold: {{until: 2026-11-22, reason: x}}\n") == [("overdue-hold", 5, 15)]


def test_a_hold_is_over_where_something_was_done_since_unless_the_stage_is_one_of_holds() -> None:
    done = "hold: {until: 2026-11-20, reason: x}\nactivities: [{at: 2026-11-DAYT10:00+01:00, kind: call}]\n"
    assert found(f"{DEAL}{done}".replace("DAY", "20")) == []
    assert found(f"{DEAL}{done}".replace("DAY", "19")) == [("overdue-hold", 5, 15)]
    assert found(f"{DEAL}{done}".replace("DAY", "20").replace("call", "note")) == [("overdue-hold", 5, 15)]
    assert found(f"{DEAL}stage_since: 2026-11-21\n{done}".replace("DAY", "01")) == []
    assert found(f"{DEAL}{done}".replace("DAY", "20").replace("lead", "delayed")) == [("overdue-hold", 5, 15)]


def test_a_closed_deal_with_a_hold_is_told_once_whatever_its_day() -> None:
    assert found(f"{WON}closed_on: 2026-11-03\nhold: {{until: 2026-11-22, reason: x}}\n") == [
        ("closed-with-hold", 6, 1)
    ]


def test_what_is_ticked_or_done_is_not_in_the_future() -> None:
    pipeline = PIPELINE.replace("name: Talks}", "name: Talks, checklist: {budget: {text: Budget}}}")
    deal = f"{DEAL}checklist: {{budget: DAY}}\ntasks: [{{id: t1, do: x, due: 2027-01-01, done: DAY}}]\n"
    assert found(deal.replace("DAY", "2026-11-24"), pipeline) == []
    assert found(deal.replace("DAY", "2026-11-25"), pipeline) == [("date-in-future", 5, 21), ("date-in-future", 6, 48)]


def test_the_same_id_of_two_sources_is_of_two_deals() -> None:
    origin = f"{DEAL}provenance: {{source: SOURCE, id: a}}\n"
    assert found(origin.replace("SOURCE", "x"), deals__b=origin.replace("SOURCE", "y")) == []
    assert found(origin, deals__b=origin) == [("duplicate-provenance", 5, 34)]
    assert found(DEAL, deals__b=DEAL) == []


def test_members_without_an_address_share_none() -> None:
    assert found(team="members:\n  sam: {name: Sam}\n  kim: {name: Kim}\n") == []


def test_addresses_have_one_at_and_no_blank() -> None:
    for email in ("jane@example.com", "j.d+x@münchen.de", "root@localhost", "o'neil@example.com"):
        assert found(contacts__jane=f'name: Jane\nemail: "{email}"\n') == []
    for email in ("jane", "jane@", "@example.com", "a@b@c", "Jane <jane@example.com>", "a@b.com, c@d.com"):
        assert found(contacts__jane=f'name: Jane\nemail: "{email}"\n') == [("invalid-email", 2, 8)]


def test_a_playbook_is_missed_only_where_somebody_looked_and_only_of_templates() -> None:
    pipeline = PIPELINE.replace("name: Talks", "name: Talks, playbook: templates/a.md")
    plain = context(DEAL, pipeline)

    def codes(*there: str, pipeline: str = pipeline) -> list[str]:
        looked = context(DEAL, pipeline)
        known = replace(looked.workspace, templates=frozenset(there))
        return [p.code for p in check(replace(looked, workspace=known))]

    assert check(plain) == ()
    assert codes() == ["missing-playbook"]
    assert codes("templates/a.md") == []
    assert codes(pipeline=pipeline.replace("templates/a.md", "https://example.com/a")) == []
    assert codes(pipeline=pipeline.replace("templates/a.md", "../../etc/passwd")) == []
