"""Salesforce's exports as a batch: saves and stays, ids, dates that cannot be, accounts and contacts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from pipecli.core.pipeline import Kind
from pipecli.core.problem import PipeError
from pipecli.interchange.batch import Batch, File, NamedStage, Organisation, Person, Somebody
from pipecli.interchange.mapping import DateFormat, Map
from pipecli.interchange.salesforce import read
from pipecli.interchange.salesforce_records import full_id

if TYPE_CHECKING:
    from pipecli.interchange.batch import Change

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
UNTOLD = Map()
ONE, TWO = "006bm00000LKJNNAA5", "006bm00000LKJNaAAP"
ADA = "005bm00000NCJmQAAX"
OPPORTUNITIES = "Id,Name,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,CreatedDate,LastModifiedDate\n"
HISTORY = (
    "OpportunityId,CreatedDate,StageName,Amount,Probability,ForecastCategory,CloseDate,CreatedById,SystemModstamp\n"
)


def batch(opportunities: str, history: str = "", told: Map = UNTOLD, **others: str) -> Batch:
    texts = {"Opportunity": OPPORTUNITIES + opportunities} | others
    if history:
        texts["OpportunityHistory"] = HISTORY + history
    return read([File(f"{name}.csv", text.encode()) for name, text in texts.items()], told, NOW)


def stays(found: Batch) -> list[tuple[str, str]]:
    return [(change.state.stage, f"{change.moment:%m-%d %H:%M}") for change in found.changes]


OPEN = f"{ONE},Big,Offer,100,50,2026-12-01,false,false,2026-01-05T09:00:00Z,2026-01-20T10:00:00Z\n"
PAST = (
    f"{ONE},2026-01-05T09:00:00Z,Lead,80,10,Pipeline,2026-12-01,{ADA},2026-01-06T09:00:00Z\n"
    f"{ONE},2026-01-06T09:00:00Z,Lead,90,10,Pipeline,2026-12-01,{ADA},2026-01-07T09:00:00Z\n"
    f"{ONE},2026-01-07T09:00:00Z,Lead,90,10,Pipeline,2026-12-01,{ADA},2026-01-20T09:00:00Z\n"
    f"{ONE},2026-01-20T10:00:00Z,Offer,100,50,BestCase,2026-12-01,{ADA},2026-01-20T10:00:00Z\n"
)


def test_a_save_is_no_visit_and_one_that_changes_nothing_is_no_change() -> None:
    found = batch(OPEN, PAST)
    assert stays(found) == [("Lead", "01-05 09:00"), ("Lead", "01-06 09:00"), ("Offer", "01-20 10:00")]
    assert [change.state.value for change in found.changes] == [80, 90, 100]
    last = found.changes[-1].state
    assert (last.title, last.probability, last.forecast) == ("Big", Decimal("0.5"), "best_case")
    assert (last.created, last.close_date, last.closed_on) == (date(2026, 1, 5), date(2026, 12, 1), None)
    assert {change.person for change in found.changes} == {ADA}
    assert (found.whole, found.partial, found.problems) == (True, frozenset(), ())


def test_what_is_so_now_comes_last_where_the_history_does_not_have_it() -> None:
    now = f"{ONE},Big,Signed,120,100,2026-02-01,true,true,2026-01-05T09:00:00Z,2026-02-02T10:00:00Z\n"
    found = batch(now, PAST)
    assert stays(found)[-2:] == [("Offer", "01-20 10:00"), ("Signed", "02-02 10:00")]
    last = found.changes[-1].state
    assert (last.value, last.close_date) == (Decimal(120), date(2026, 2, 1))
    assert any("another stage than their history" in remark for remark in found.remarks)


def test_saves_of_the_same_minute_are_in_the_order_in_which_they_were_superseded() -> None:
    rows = [
        f"{ONE},01/05/26 09:00 AM,Offer,1,50,Pipeline,12/31/26,{ADA},01/06/26 09:00 AM\n",
        f"{ONE},01/05/26 09:00 AM,Lead,1,10,Pipeline,12/31/26,{ADA},01/05/26 09:00 AM\n",
    ]
    now = f"{ONE},Big,Offer,1,50,12/31/26,FALSE,FALSE,01/05/26,01/05/26 09:00 AM\n"
    assert [change.state.stage for change in batch(now, "".join(rows)).changes] == ["Lead", "Offer"]
    assert batch(now, rows[0]).changes[0].moment == datetime(2026, 1, 5, 9, tzinfo=NOW.tzinfo)


def test_the_history_of_fields_says_who_owned_a_deal_and_what_it_was_called() -> None:
    ben = "005bm00000NCJmRAAX"
    edits = (
        "OpportunityId,CreatedDate,Field,OldValue,NewValue,CreatedById\n"
        f"{ONE},2026-01-10T10:00:00Z,Owner,{ben},{ADA},{ben}\n"
        f"{ONE},2026-01-10T10:00:00Z,Owner,Ben,Ada,{ben}\n"
        f"{ONE},2026-01-08T10:00:00Z,Name,Small,Middle,{ben}\n"
        f"{ONE},2026-01-09T10:00:00Z,Name,Middle,Big,{ben}\n"
        f"{ONE},2026-01-09T10:00:00Z,Fancy__c,1,2,{ben}\n"
    )
    head = OPPORTUNITIES.strip() + ",OwnerId\n"
    found = batch("", PAST, Opportunity=head + OPEN.strip() + f",{ADA}\n", OpportunityFieldHistory=edits)
    told = [(f"{c.moment:%m-%d}", c.state.title, c.state.owner, c.person) for c in found.changes]
    assert told == [
        ("01-05", "Small", full_id(ben), ADA),
        ("01-06", "Small", full_id(ben), ADA),
        ("01-08", "Middle", full_id(ben), full_id(ben)),
        ("01-09", "Big", full_id(ben), full_id(ben)),
        ("01-10", "Big", ADA, full_id(ben)),
        ("01-20", "Big", ADA, ADA),
    ]


def test_ids_of_15_and_18_characters_are_the_same_and_case_matters() -> None:
    assert full_id("006bm00000LKJNN") == ONE
    assert full_id(ONE) == ONE
    assert full_id("006bm00000LKJNn") != ONE
    assert full_id(ONE.lower()) == ONE.lower(), "its last three say that it was changed"
    assert full_id("deal-1") == "deal-1"
    found = batch(OPEN.replace(ONE, "006bm00000LKJNN"), PAST)
    assert {change.case for change in found.changes} == {ONE}


def test_accounts_contacts_and_users_are_told_apart_from_deals() -> None:
    acme, eve, odd = "001bm00001ZL8U9AAL", "003bm00000zapthAAA", "003bm00000zaptiAAA"
    head = OPPORTUNITIES.strip() + ",AccountId,OwnerId,Type,LeadSource,NextStep,CurrencyIsoCode,IsDeleted\n"
    deals = (
        f'{OPEN.strip()},{acme[:15]},{ADA},"New\nBusiness",Web,Call them,EUR,FALSE\n'
        f"{TWO},Gone,Offer,1,1,2026-12-01,false,false,2026-01-05,2026-01-05,,,,,,,TRUE\n"
    )
    accounts = (
        f"Id,Name,Website,BillingCountry,Industry,IsDeleted\n{acme},Acme,https://www.acme.com/x,DE,Tools,FALSE\n"
        "001bm00001ZL8UAAA1,Old,,,,TRUE\n"
    )
    contacts = (
        f"Id,FirstName,LastName,Email,Phone,MobilePhone,Title,AccountId\n{eve},Eve,Roe,e@acme.com,,55,CFO,{acme}\n"
        f"{odd},,Odd,,,,,001bm00001ZL8UAAA1\n"
    )
    found = batch(
        "",
        Opportunity=head + deals,
        Account=accounts,
        Contact=contacts,
        OpportunityContactRole=f"OpportunityId,ContactId,IsPrimary\n{ONE},{odd},FALSE\n{ONE},{eve},TRUE\n{ONE},003,TRUE\n",
        User=f"Id,Name,Email\n{ADA},Ada,ada@example.com\n005bm00000NCJmRAAX,Robot,\n",
    )
    (change,) = found.changes
    state = change.state
    assert (state.company, state.owner, state.contacts) == (acme, ADA, (eve, odd))
    assert (state.source, state.next_step, state.currency) == ("Web", "Call them", "EUR")
    assert state.fields == {"Type": "New Business"}
    assert found.companies == {acme: Organisation(name="Acme", domain="acme.com", country="DE", industry="Tools")}
    assert found.contacts[eve] == Somebody(name="Eve Roe", email="e@acme.com", phone="55", role="CFO", company=acme)
    assert found.contacts[odd] == Somebody(name="Odd")
    assert found.people == {ADA: Person("Ada", "ada@example.com")}
    assert "deleted in Salesforce, and left out: 1 of Opportunity.csv" in found.remarks
    assert "deleted in Salesforce, and left out: 1 of Account.csv" in found.remarks


def test_the_contact_of_a_converted_lead_is_the_deals_and_other_leads_are_left_out() -> None:
    eve = "003bm00000zapthAAA"
    found = batch(
        OPEN,
        Contact=f"Id,Name\n{eve},Eve Roe\n",
        Lead=f"Id,IsConverted,ConvertedContactId,ConvertedOpportunityId\n1,TRUE,{eve},{ONE}\n2,FALSE,,\n",
    )
    assert found.changes[0].state.contacts == (eve,)
    assert "leads that were not converted are no deals, and left out: 1" in found.remarks


def closed(close: str, created: str = "2026-01-05T09:00:00Z") -> str:
    return f"{ONE},Big,Signed,1,100,{close},true,true,{created},2026-02-02T10:00:00Z\n"


SIGNED = (
    f"{ONE},2026-01-05T09:00:00Z,Lead,1,10,Pipeline,2026-12-01,{ADA},2026-01-30T23:30:00Z\n"
    f"{ONE},2026-01-30T23:30:00Z,Signed,1,100,Closed,2026-12-01,{ADA},2026-02-02T10:00:00Z\n"
)


def final(found: Batch) -> Change:
    return found.changes[-1]


def test_a_record_that_was_made_after_the_deal_closed_keeps_that_day_and_not_the_records() -> None:
    found = batch(closed("2024-02-03"), SIGNED)
    assert [change.state.created for change in found.changes] == [None, None, None]
    assert (final(found).state.close_date, final(found).state.closed_on) == (date(2024, 2, 3), None)
    assert found.partial == {ONE}
    assert any("closing before they were created" in remark and ONE in remark for remark in found.remarks)


@pytest.mark.parametrize("close", ["2027-02-03", ""])
def test_a_closed_one_whose_close_date_is_to_come_closed_when_it_was_closed(close: str) -> None:
    found = batch(closed(close), SIGNED)
    assert final(found).state.closed_on == date(2026, 1, 31), "the day in the workspace's zone"
    assert any("CloseDate still to come" in remark for remark in found.remarks)


def test_without_its_history_a_deal_is_in_its_stage_since_it_entered_it() -> None:
    head = OPPORTUNITIES.strip() + ",LastStageChangeDate\n"
    three = "006bm00000LKJNQAA5"
    new = OPEN.replace("2026-01-20T10:00:00Z", "2026-01-05T09:00:00Z").replace(ONE, three)
    rows = OPEN.strip() + ",2026-01-19T10:00:00Z\n" + OPEN.replace(ONE, TWO).strip() + ",\n" + new.strip() + ",\n"
    found = batch("", Opportunity=head + rows)
    assert {c.case: c.moment and f"{c.moment:%m-%d}" for c in found.changes} == {
        ONE: "01-19",
        TWO: None,
        three: "01-05",
    }
    assert not found.whole
    found = batch("", PAST, Opportunity=head + rows)
    remark = f"without a row in OpportunityHistory.csv, so that only their present stage is known: {TWO}, {three}"
    assert remark in found.remarks


def test_rows_without_an_opportunity_are_counted() -> None:
    found = batch(OPEN, PAST + PAST.replace(ONE, TWO))
    assert f"rows of OpportunityHistory.csv without their opportunity, passed over: 4 ({TWO})" in found.remarks
    assert {change.case for change in found.changes} == {ONE}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (OPEN.replace("100", "much"), "column 'Amount': a number is written"),
        (OPEN.replace("2026-12-01", "12/32/26"), "column 'CloseDate'"),
        (OPEN.replace("false,false", "maybe,false"), "column 'IsClosed': 'maybe' is neither TRUE nor FALSE"),
        (OPEN.replace("Offer", ""), "column 'StageName': it is blank"),
        (OPEN.replace(",50,", ",500,"), "column 'Probability': a probability lies between"),
        (closed("2027-01-01"), "nothing says since when"),
        (OPEN.replace(ONE, TWO), "line 2 has the same id"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_where(row: str, words: str) -> None:
    found = batch(OPEN.replace(ONE, TWO) + row)
    (problem,) = found.problems
    assert (problem.path, problem.line, problem.excerpt) == ("Opportunity.csv", 3, row.strip())
    assert words in problem.message
    assert found.spoiled == {row[:18]}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (PAST.splitlines()[0].replace("2026-01-05T", "05.01.2026 "), "column 'CreatedDate'"),
        (PAST.splitlines()[0].replace("Lead", "\x1b[2J"), "control characters"),
    ],
)
def test_a_row_of_the_history_that_cannot_be_used_spoils_its_deal(row: str, words: str) -> None:
    found = batch(OPEN, row + "\n")
    (problem,) = found.problems
    assert (problem.path, problem.line) == ("OpportunityHistory.csv", 2)
    assert words in problem.message
    assert found.spoiled == {ONE}


def test_a_forecast_category_that_there_is_none_of_is_told_and_left_out() -> None:
    found = batch(OPEN, PAST.replace("BestCase", "Most Likely"))
    assert [change.state.forecast for change in found.changes] == ["pipeline", "pipeline", ""]
    assert "forecast categories that there are none of here, left out: Most Likely" in found.remarks


def test_the_kinds_and_the_order_of_stages() -> None:
    past = PAST + f"{ONE},2026-01-21T10:00:00Z,Dropped,1,0,Omitted,2026-12-01,{ADA},2026-01-22T10:00:00Z\n"
    found = batch(OPEN, past + f"{ONE},2026-01-22T10:00:00Z,Offer,100,50,BestCase,2026-12-01,{ADA},\n")
    assert found.stages == (
        NamedStage("Lead", Kind.OPEN), NamedStage("Offer", Kind.OPEN), NamedStage("Dropped", Kind.LOST),
    )  # fmt: skip
    assert any("only the history names" in remark and "Dropped" in remark for remark in found.remarks)
    told = "MasterLabel,SortOrder,IsClosed,IsWon\nOffer,1,false,false\nLead,2,false,false\nDropped,3,false,false\n"
    found = batch(OPEN, past, OpportunityStage=told)
    assert [(stage.name, stage.kind) for stage in found.stages] == [
        ("Offer", Kind.OPEN), ("Lead", Kind.OPEN), ("Dropped", Kind.OPEN),
    ]  # fmt: skip


def test_the_order_of_day_and_month_is_that_of_other_days_or_as_a_person_tells() -> None:
    assert final(batch(OPEN.replace("2026-12-01", "23/12/26"))).state.close_date == date(2026, 12, 23)
    unclear = OPEN.replace("2026-12-01", "05/12/27")
    (problem,) = batch(unclear).problems
    assert "does the day or the month stand first in 05/12/27?" in problem.message
    assert "--date-format" in problem.hint
    told = batch(unclear, told=Map(date_format=DateFormat.MONTH_FIRST))
    assert final(told).state.close_date == date(2027, 5, 12)
    local = batch(
        OPEN.replace("2026-01-05T09:00:00Z", "01/25/26 09:00 AM").replace("01-20T10:00:00Z", "01-25T08:00:00Z")
    )
    assert final(local).moment == datetime(2026, 1, 25, 9, tzinfo=NOW.tzinfo)
    assert "times like 01/25/26 09:00 AM: read in the workspace's zone" in local.remarks


def test_a_point_before_three_digits_asks_for_its_meaning_where_no_other_amount_tells() -> None:
    (problem,) = batch(OPEN.replace("100", "1.200")).problems
    assert "--decimal" in problem.hint
    other = OPEN.replace(ONE, TWO)
    found = batch(OPEN.replace("100", "1.200") + other.replace(",100,", ',"1.200,50",'))
    assert [change.state.value for change in found.changes] == [Decimal(1200), Decimal("1200.50")]


def test_columns_may_have_the_names_of_reports_and_of_warehouses() -> None:
    report = (
        "Opportunity ID,Opportunity Name,Stage,Closed,Won,Probability (%),Close Date,Created Date,Opportunity Owner\n"
    )
    found = batch("", Opportunity=report + f"{ONE},Big,Offer,0,0,50,12/31/26,01/05/26,Ada Roe\n")
    assert (found.changes[0].state.owner, found.changes[0].state.probability) == ("Ada Roe", Decimal("0.5"))
    seed = "id,name,stage_name,is_closed,is_won,close_date,created_date,last_stage_change_date\n"
    row = "a+b==,Big,Offer,false,false,2018-12-19 00:00:00,2018-12-17 19:51:13,2018-12-18 19:51:13\n"
    found = batch("", Opportunity=seed + row)
    assert found.changes[0].state.close_date == date(2018, 12, 19)
    assert found.changes[0].moment == datetime(2018, 12, 18, 19, 51, 13, tzinfo=UTC)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(PipeError, match=r"there is no Opportunity\.csv"):
        read([File("Account.csv", b"Id,Name\n")], UNTOLD, NOW)
    with pytest.raises(PipeError, match=r"Opportunity\.csv has no column for the closed \(IsClosed, Closed\)"):
        batch("", Opportunity="Id,Name,StageName\n")
    assert f"people who are not in User.csv, and are called by their ids: {ADA}" in batch(OPEN, PAST).remarks
