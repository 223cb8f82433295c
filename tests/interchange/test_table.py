"""Tables of deals: which headers are known, what their rows say, what a map changes, and what is odd about them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipecli.core.pipeline import Kind
from pipecli.core.problem import PipeError, Severity
from pipecli.interchange import mapping, sheet, table
from pipecli.interchange.batch import Batch, File, Organisation, Person, Somebody
from pipecli.interchange.mapping import Map
from pipecli.interchange.sketch import sketch

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

PIPEDRIVE = (
    "Deal - ID,Deal - Title,Deal - Owner,Deal - Value,Deal - Currency of Value,Deal - Probability,Deal - Organization,"
    "Deal - Contact person,Deal - Pipeline,Deal - Stage,Deal - Label,Deal - Status,Deal - Deal created,"
    "Deal - Last stage change,Deal - Won time,Deal - Lost time,Deal - Deal closed on,Deal - Lost reason,"
    "Deal - Expected close date,Deal - Source channel"
)
HUBSPOT = (
    "Record ID,Deal Name,Pipeline,Deal Stage,Amount,Currency,Close Date,Create Date,Deal owner,"
    "Associated Company (Primary),Associated Company IDs (Primary),Closed Lost Reason,Deal probability,"
    "Forecast category,Is Closed Won,Next step,Original Traffic Source"
)
HUBSPOT_API = (
    "hs_object_id,dealname,amount,dealstage,pipeline,closedate,createdate,hubspot_owner_id,"
    "hs_deal_stage_probability,hs_manual_forecast_category,hs_v2_date_entered_closedwon"
)
SALESFORCE = (
    "Id,Name,AccountId,Account.Name,OwnerId,Owner.Name,StageName,Amount,CurrencyIsoCode,Probability,CloseDate,"
    "IsClosed,IsWon,ForecastCategoryName,LeadSource,NextStep,CreatedDate,LastStageChangeDate"
)
REPORT = (
    "Opportunity Owner,Account Name,Opportunity Name,Stage,Amount,Probability (%),Close Date,Created Date,Next Step,"
    "Lead Source"
)


def read(text: str, told: Map | None = None, name: str = "deals.csv") -> Batch:
    return table.read([File(name, text.encode())], told or Map(), NOW)


def one(header: str, row: str, **told: object) -> Batch:
    return read(f"{header}\n{row}\n", Map(**told))  # type: ignore[arg-type]  # the fields of a map


@pytest.mark.parametrize(
    ("header", "system"),
    [
        (PIPEDRIVE, "pipedrive"),
        (PIPEDRIVE.replace("Deal - ", "").replace("Currency of Value", "Currency"), "pipedrive"),
        (PIPEDRIVE.upper(), "pipedrive"),
        ("\ufeff" + PIPEDRIVE.replace("Title", " Title* "), "pipedrive"),
        (HUBSPOT, "hubspot"),
        (HUBSPOT_API, "hubspot"),
        (SALESFORCE, "salesforce"),
        (REPORT, "salesforce"),
        ("id,title,stage,value,owner", ""),
    ],
)
def test_all_headers_of_a_system_are_known(header: str, system: str) -> None:
    found = table.columns(sheet.read(f"{header}\n".encode(), "x.csv"), Map())
    assert found.system == system
    assert sum(map(len, found.places.values())) + len(found.entered) == header.count(",") + 1


def test_a_prefix_counts_at_the_beginning_only_and_other_records_have_their_own() -> None:
    batch = one(
        "Deal - ID,Deal - Title,Deal - Stage,Organization - Name,Person - Email,My Deal - ID", "1,a,s,Acme,j@x.org,9"
    )
    (change,) = batch.changes
    assert (change.state.company, change.state.contacts) == ("Acme", ("j@x.org",))
    assert change.state.fields == {"My Deal - ID": "9"}


def test_what_a_row_of_pipedrive_says() -> None:
    row = (
        '7,Renewal,Sam Roe,"12,400.00",EUR,20,Acme,Jane Doe,Sales,Offer,"Hot, New",Lost,2026-01-05 10:00:00,'
        "2026-02-01 09:30:00,,2026-03-01 10:00:00,2026-03-01 10:00:00,Price,2026-06-30,Web"
    )
    (change,) = one(PIPEDRIVE, row).changes
    state = change.state
    assert (change.case, change.moment) == ("7", datetime(2026, 2, 1, 9, 30, tzinfo=UTC))
    assert (state.title, state.owner, str(state.value), state.currency) == ("Renewal", "Sam Roe", "12400.00", "EUR")
    assert (state.pipeline, state.stage, state.kind, state.reason) == ("Sales", "Offer", Kind.LOST, "Price")
    assert (str(state.probability), state.tags, state.source) == ("0.2", ("Hot", "New"), "Web")
    assert (state.created, state.closed_on, state.expected_close) == (
        date(2026, 1, 5), date(2026, 3, 1), date(2026, 6, 30),
    )  # fmt: skip


def test_what_a_row_of_salesforce_says() -> None:
    row = (
        "006A,Deal,001A,Acme,005A,Sam Roe,Closed Won,1000,USD,100,2026-03-01,TRUE,TRUE,Closed,Web,,"
        "2026-01-05T10:00:00.000Z,2026-03-01T08:00:00.000Z"
    )
    batch = one(SALESFORCE, row)
    (change,) = batch.changes
    assert (change.state.company, batch.companies["001A"]) == ("001A", Organisation(name="Acme"))
    assert (change.state.owner, batch.people["005A"]) == ("005A", Person("Sam Roe"))
    assert (change.state.kind, change.state.close_date, change.state.forecast) == (Kind.WON, date(2026, 3, 1), "closed")
    assert [(stage.name, stage.kind) for stage in batch.stages] == [("Closed Won", Kind.WON)]
    assert batch.system == "salesforce"


def test_the_flags_of_a_closed_deal_tell_won_lost_and_open() -> None:
    flags = [("TRUE", "TRUE"), ("TRUE", "FALSE"), ("FALSE", "FALSE"), ("", "")]
    rows = "".join(f"{at},n,s,{closed},{won}\n" for at, (closed, won) in enumerate(flags))
    batch = read(f"Id,Name,StageName,IsClosed,IsWon\n{rows}")
    assert [change.state.kind for change in batch.changes] == [Kind.WON, Kind.LOST, Kind.OPEN, None]


def test_hubspots_columns_of_stages_are_a_history() -> None:
    header = (
        'Record ID,Deal Name,Pipeline,Deal Stage,Amount,"Date entered ""Won (Sales)""","Date entered ""Lead (Sales)""",'
        '"Date entered ""Trial (Sales)""","Date exited ""Lead (Sales)""","Latest time in ""Lead (Sales)"""'
    )
    batch = read(f"{header}\n1,A,Sales,Won,500,2026-03-01 10:00,2026-01-01 10:00,,2026-03-01 10:00,99\n")
    assert batch.whole
    assert [(c.state.stage, str(c.moment)[:10], c.state.value) for c in batch.changes] == [
        ("Lead", "2026-01-01", None), ("Won", "2026-03-01", 500),
    ]  # fmt: skip
    assert {change.state.pipeline for change in batch.changes} == {"Sales"}
    assert batch.changes[0].state.fields == {}


def test_a_stage_without_an_entry_counts_from_the_last_and_is_told() -> None:
    batch = read(f"{HUBSPOT_API}\n1,A,500,trial,p,,,,,,2026-03-01\n")
    assert [(c.state.stage, str(c.moment)[:10]) for c in batch.changes] == [
        ("closedwon", "2026-03-01"), ("trial", "2026-03-01"),
    ]  # fmt: skip
    assert [problem.severity for problem in batch.problems] == [Severity.WARNING]


def test_contacts_with_an_address_are_described() -> None:
    batch = one("id,title,stage,contacts,contact_email,contact_role,company", "1,a,s,Jane Doe,j@x.org,Boss,Acme")
    wanted = Somebody(name="Jane Doe", email="j@x.org", role="Boss", company="Acme")
    assert batch.contacts == {"Jane Doe": wanted}
    assert batch.changes[0].state.contacts == ("Jane Doe",)


def test_several_columns_of_one_field_give_the_first_that_is_filled() -> None:
    batch = one(
        "id,title,stage,A,B",
        "1,t,s,,x",
        columns={"id": "id", "title": "title", "stage": "stage", "A": "source", "B": "source"},
    )
    assert batch.changes[0].state.source == "x"


def test_a_map_says_columns_kinds_and_constants() -> None:
    told = {
        "columns": {"Nr": "id", "Status": "kind"},
        "kinds": {"Gewonnen": Kind.WON},
        "constants": {"currency": "EUR"},
    }
    (change,) = one("Nr,Status", "1,gewonnen", **told).changes
    assert (change.state.kind, change.state.currency) == (Kind.WON, "EUR")


def test_a_map_can_add_to_a_systems_headers() -> None:
    told = {"like": "pipedrive", "columns": {"Titel": "title"}}
    (change,) = one("Deal - ID,Titel,Deal - Stage", "1,Angebot,s", **told).changes
    assert (change.case, change.state.title, change.state.stage) == ("1", "Angebot", "s")


def test_without_an_id_the_title_serves() -> None:
    batch = read(f"{REPORT}\nSam,Acme,Renewal,Lead,1,10,2026-01-02,2026-01-01,,\n")
    assert batch.changes[0].case == "Renewal"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",a,s,1,2026-01-01,20", "column 'id': the id is blank"),
        ("1,a,s,many,2026-01-01,20", "column 'value': a number is written like"),
        ("1,a,s,1,soon,20", "column 'created': 'soon' is neither a day nor a moment"),
        ("1,a,s,1,03/04/2026,20", "does the day or the month stand first"),
        ("1,a,s,1,2026-01-01,120 %", "a probability lies between 0 and 100"),
        ("1,a\x1b[2J,s,1,2026-01-01,20", "column 'title': there are control characters"),
        ("1,a,s", "the row has 3 cells where the header has 6"),
        (f"1,{'a' * 501},s,1,2026-01-01,20", "longer than 500 characters"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_where(row: str, words: str) -> None:
    batch = read(f"id,title,stage,value,created,probability\n0,a,s,1,2026-01-01,20\n{row}\n2,b,s,1,2026-01-01,20\n")
    assert [change.case for change in batch.changes] == ["0", "2"]
    (problem,) = batch.problems
    assert (problem.path, problem.line) == ("deals.csv", 3)
    assert words in problem.message
    assert problem.hint
    assert batch.spoiled == ({"1"} if row.startswith("1") else set())


@pytest.mark.parametrize(
    ("header", "cell", "words"),
    [("kind", "maybe", "none of open, won, lost, on_hold"), ("is_won", "perhaps", "neither TRUE nor FALSE")],
)
def test_a_word_that_is_not_known_is_refused(header: str, cell: str, words: str) -> None:
    (problem,) = one(f"id,title,stage,{header}", f"1,a,s,{cell}").problems
    assert words in problem.message


def test_the_same_row_again_is_passed_over_and_another_with_its_id_is_not() -> None:
    batch = read("id,title,stage\n1,a,s\n1,a,s\n2,b,s\n2,c,s\n")
    assert "1 row repeated: passed over" in batch.remarks
    assert batch.spoiled == {"2"}
    assert "'2' stands in line 4 already" in batch.problems[0].message


def test_blank_rows_repeated_headers_and_footers_are_passed_over_and_counted() -> None:
    text = (
        "id,title,stage\n1,a,s\n,,\n id , title,stage\n2,b,s\n,,\nGrand Totals (2 records),,\n"
        "Copyright (c) 2026 somebody\n"
    )
    batch = read(text)
    assert [change.case for change in batch.changes] == ["1", "2"]
    assert "passed over: 2 blank rows, 1 repeated header, 2 footers" in batch.remarks


def test_what_is_odd_is_told_with_its_lines() -> None:
    rows = "1,Web,-5,EUR,2026-01-01\n2,web,5,,2026-01-02\n3,WEB,5,EUR,14.01.2026\n4,,,,\n"
    batch = read(f"id,source,value,currency,created,stage,title\n{rows.replace(chr(10), ',s,t' + chr(10))}")
    assert [(p.line, p.code, p.severity) for p in batch.problems] == [
        (2, "odd-row", Severity.WARNING), (4, "odd-row", Severity.WARNING), (3, "odd-row", Severity.WARNING),
    ]  # fmt: skip
    assert "created is blank in 1 row: line 5" in batch.remarks
    assert "source is spelled in several ways: 'Web' (line 2), 'web' (line 3), 'WEB' (line 4)" in batch.remarks


def test_a_note_becomes_an_activity() -> None:
    (change,) = one("id,title,stage,created,note", "1,a,s,2026-01-05,<p>Called &amp; wrote</p>").changes
    at = datetime(2026, 1, 5, tzinfo=UTC)
    assert change.state.more == {"activities": [{"at": at, "kind": "note", "note": "Called & wrote"}]}


def test_a_table_that_nobody_knows_names_the_way_on() -> None:
    with pytest.raises(PipeError, match="it has: Nr, Phase") as raised:
        read("Nr,Phase\n1,a\n")
    assert "--show-map" in raised.value.hint


def test_a_header_of_the_map_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(PipeError, match=r"a column that deals\.csv has not: 'Phse'") as raised:
        one("Nr,Phase", "1,a", columns={"Nr": "id", "Phse": "stage"})
    assert "'Phase'" in raised.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colums: {a: id}", "there is no key 'colums'"),
        ("columns: {a: stagge}", "there is no field 'stagge'"),
        ("columns: [id]", "a mapping is wanted here"),
        ("constants: {curency: EUR}", "there is no field 'curency'"),
        ("like: pipdrive", "there is no system 'pipdrive'"),
        ("kinds: {x: wonn}", "'wonn' is not known"),
        ("date_format: us", "'us' is not known"),
        ("columns: {a: id", "expected"),
    ],
)
def test_a_map_is_read_strictly_and_its_faults_have_places(text: str, words: str) -> None:
    with pytest.raises(PipeError) as raised:
        mapping.read(f"# mine\n{text}\n".encode(), "map.yaml")
    problem = raised.value.problems[0]
    assert words in problem.message
    assert (problem.path, problem.line >= 2) == ("map.yaml", True)


def test_all_faults_of_a_map_are_told() -> None:
    with pytest.raises(PipeError) as raised:
        mapping.read(b"colums: {a: id}\ncolumns: {a: stagge}\nlike: x\n", "map.yaml")
    assert len(raised.value.problems) == 3


def test_a_map_to_begin_with_can_be_read_and_names_what_is_known() -> None:
    text = sketch(File("a.csv", f"{PIPEDRIVE},Größe: 1\n{'x,' * 20}\x1b[2Jy\n".encode()), Map())
    found = mapping.read(text.encode(), "map.yaml")
    assert found.columns["Deal - Title"] == "title"
    assert "  # 'Größe: 1': …  # [2Jy" in text
    assert text.isprintable() or all(line.isprintable() for line in text.splitlines())
