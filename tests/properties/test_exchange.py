"""Deals survive an export and an import: the files are equal in content, whatever stands in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.layout import RESERVED
from pipecli.core.reader import BAD_CHARACTER
from pipecli.core.workspace import Workspace, build
from pipecli.edits.deal_file import deal_file
from pipecli.interchange import registry
from pipecli.interchange.batch import File
from pipecli.interchange.export import EXPORTERS
from pipecli.interchange.own_form import guarded, tree_of, unguarded, values
from pipecli.interchange.plan import Asked, plan

if TYPE_CHECKING:
    from pipecli.core.record import Deal

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PIPELINE = b"""\
name: Sales
fields:
  seats: {type: text}
  plan: {type: text}
stages:
  - {id: lead, name: New lead, probability: 10%, checklist: {budget: {text: Budget}}}
  - {id: won, name: Won, kind: won}
  - {id: lost, name: Lost, kind: lost}
  - {id: later, name: Later, kind: on_hold}
"""
AROUND = [
    ("pipe.yaml", b"name: x\ncurrency: EUR\n"),
    ("pipelines/sales.yaml", PIPELINE),
    ("team.yaml", b"members:\n  sam: {name: Sam Roe}\n  kim: {name: Sam Roe}\n"),
    ("companies/acme.yaml", b"name: Acme Ltd\n"),
    ("companies/other.yaml", b"name: Acme Ltd\n"),
    ("contacts/jane.yaml", b"name: Jane\n"),
]


TEXT = st.text(min_size=1, max_size=10).filter(lambda text: not BAD_CHARACTER.search(text)) | st.sampled_from(
    ["=cmd|' /C calc'!A0", "'=x", "''-1", "-5", "+49 30", "@x", "	x", "[red]", '"quoted"', "a; b", "~", " x ", "1e5"]
)
LINE = TEXT.filter(lambda text: bool(text.strip()))
DAY = st.dates(date(2025, 1, 1), date(2026, 11, 1))
MOMENT = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds
ID = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)


def maybe(kind: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | kind


COMMON: dict[str, st.SearchStrategy[Any]] = {
    "title": LINE,
    "pipeline": st.just("sales"),
    "value": maybe(st.decimals(-1000, 10**9, places=2)),
    "currency": maybe(st.sampled_from(["EUR", "USD"])),
    "owner": maybe(st.sampled_from(["sam", "kim"])),
    "company": maybe(st.sampled_from(["acme", "other"])),
    "contacts": st.sampled_from([[], ["jane"]]),
    "source": maybe(LINE),
    "created": st.just(date(2025, 1, 1)),
    "expected_close": maybe(DAY),
    "probability": maybe(st.sampled_from(["10%", "12.5%", "0%"])),
    "forecast": maybe(st.sampled_from(["commit", "omitted"])),
    "next_step": maybe(st.builds(lambda do, due: {"do": do, **({"due": due} if due else {})}, LINE, maybe(DAY))),
    "tags": st.lists(LINE, max_size=3),
    "checklist": st.sampled_from([{}, {"budget": date(2026, 1, 2)}]),
    "fields": st.dictionaries(st.sampled_from(["seats", "plan"]), LINE),
    "formerly": st.lists(ID, max_size=2),
    "provenance": maybe(st.builds(lambda id_: {"source": "old, crm", "id": id_, "imported": date(2026, 1, 1)}, LINE)),
    "tasks": st.lists(st.fixed_dictionaries({"id": ID, "do": LINE, "for": st.just("sam")}), max_size=1),
    "activities": st.lists(st.fixed_dictionaries({"at": MOMENT, "kind": st.just("call"), "note": LINE}), max_size=2),
}
OPEN = {"stage": st.just("lead"), "stage_since": maybe(DAY | MOMENT)}
HELD = {"stage": st.just("later"), "hold": st.fixed_dictionaries({"until": DAY, "reason": LINE})}
WON = {"stage": st.just("won"), "closed_on": DAY, "stage_since": maybe(DAY)}
LOST = {
    "stage": st.just("lost"), "closed_on": DAY,
    "outcome": maybe(st.fixed_dictionaries({"reason": LINE, "class": st.just("other"), "stage": st.just("lead")})),
}  # fmt: skip
DEALS = st.one_of([st.fixed_dictionaries({**COMMON, **more}) for more in (OPEN, HELD, WON, LOST)])


def workspace(deals: dict[str, dict[str, Any]]) -> Workspace:
    return build([*AROUND, *((f"deals/2025-01/{name}.yaml", deal_file(deal)) for name, deal in deals.items())])


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@given(deals=st.dictionaries(ID.filter(lambda name: name not in RESERVED), DEALS, min_size=1, max_size=3))
def test_an_export_is_imported_as_the_same_files(form: str, deals: dict[str, dict[str, Any]]) -> None:
    before = workspace(deals)
    assert not before.problems
    text = EXPORTERS[form](before, list(before.deals.values()))
    reading = registry.Reading(now=NOW)
    batch = registry.importer(form).read([File(f"deals.{form}", text.encode())], reading)
    found = plan(build(AROUND), batch, Asked(source=batch.system, now=NOW))
    assert found.problems == ()
    assert found.edits == ()
    after = build([*AROUND, *((step.path, step.data) for step in found.deals())])
    for name, deal in before.deals.items():
        assert _content(after.deals[name]) == _content(deal)
        assert after.deals[name].provenance


def _content(deal: Deal) -> dict[str, Any]:
    """Return what a deal says, but for where it came from if that is here."""
    found = values(deal)
    if deal.provenance and deal.provenance.source == "pipe":
        del found["provenance"]
    return found


@given(TEXT)
def test_a_guard_against_formulas_is_taken_away_again_and_only_it(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "@", "\t", "\r"))


@given(st.dictionaries(st.sampled_from(["title", "tags", "next_step.do", "fields.x"]), st.text(max_size=9)))
def test_whatever_a_table_holds_its_row_is_read_or_refused(row: dict[str, str]) -> None:
    try:
        tree_of(row)
    except ValueError:
        return
