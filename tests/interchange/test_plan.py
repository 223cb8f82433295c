"""Plans of imports: where deals go, who is meant, what is declared, and that nothing invalid is ever planned."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.pipeline import Kind
from pipecli.core.problem import PipeError
from pipecli.core.workspace import Workspace, build
from pipecli.facts.derived import Context
from pipecli.interchange.batch import Batch, Change, NamedStage, Organisation, Person, Somebody, State
from pipecli.interchange.plan import Asked, Plan, plan
from pipecli.rules.registry import check

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SALES = b"""\
name: Sales
stages:
  - {id: lead, name: New lead, probability: 10%, forecast: pipeline, aliases: [fresh]}
  - {id: offer, name: Offer/Quote}
  - {id: won, name: Won, kind: won}
  - {id: lost, name: Lost, kind: lost}
"""
ASKED = Asked(source="crm", now=NOW)


def workspace(**files: str) -> Workspace:
    """Return a workspace with one pipeline; `deals__1` is the file deals/1.yaml."""
    pairs = [("pipe.yaml", b"name: x\ncurrency: EUR\n"), ("pipelines/sales.yaml", SALES)]
    return build([*pairs, *((f"{name.replace('__', '/')}.yaml", text.encode()) for name, text in files.items())])


def table(*states: State, moment: date | None = None, **more: object) -> Batch:
    """Return a table of deals, one a state."""
    changes = tuple(Change(str(at), moment, "", state, "t.csv", at + 1) for at, state in enumerate(states, 1))
    return Batch(changes=changes, whole=False, **more)  # type: ignore[arg-type]  # the fields of a batch


def values(found: Plan) -> list[dict[str, object]]:
    return [dict(step.values) for step in found.deals()]


def messages(found: Plan) -> list[str]:
    return [problem.message for problem in found.problems]


@pytest.mark.parametrize("word", ["lead", "fresh", "NEW LEAD", "new-lead"])
def test_a_stage_is_known_by_id_alias_name_or_the_slug_of_its_name(word: str) -> None:
    found = plan(workspace(), table(State(stage=word)), ASKED)
    if word == "new-lead":
        assert messages(found) == ["there is no stage 'new-lead' in the pipeline sales"]
    else:
        assert values(found)[0]["stage"] == "lead"


def test_a_map_names_the_stage_that_is_meant() -> None:
    found = plan(workspace(), table(State(stage="Erstkontakt")), replace(ASKED, stages={"Erstkontakt": "lead"}))
    assert values(found)[0]["stage"] == "lead"


def test_a_lost_deal_that_kept_its_open_stage_is_lost_and_says_where() -> None:
    state = State(stage="Offer/Quote", kind=Kind.LOST, closed_on=date(2026, 3, 1), reason="No decision")
    (deal,) = values(plan(workspace(), table(state, moment=date(2026, 2, 1)), ASKED))
    assert (deal["stage"], deal["stage_since"], deal["closed_on"]) == ("lost", date(2026, 3, 1), date(2026, 3, 1))
    assert deal["outcome"] == {"class": "no_decision", "reason": "No decision", "stage": "offer"}


def test_a_won_deal_in_an_early_stage_is_won() -> None:
    state = State(stage="lead", kind=Kind.WON, close_date=date(2026, 3, 1))
    (deal,) = values(plan(workspace(), table(state), ASKED))
    assert (deal["stage"], deal["closed_on"], deal["expected_close"]) == ("won", date(2026, 3, 1), None)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State(stage="nowhere"), "there is no stage 'nowhere'"),
        (State(stage=""), "the stage is blank"),
        (State(stage="", kind=Kind.OPEN), "the stage is blank"),
        (State(stage="won", kind=Kind.OPEN), "it is open at the source, and the stage 'won' of sales is won"),
        (State(stage="won"), "it is won, and nothing says when it closed"),
        (State(stage="lead", currency="Euro"), "the currency 'Euro'"),
        (State(stage="lost", closed_on=date(2026, 1, 1), created=date(2026, 2, 1)), "is before created 2026-02-01"),
        (State(stage="lead", created=date(2027, 2, 1)), "in the future"),
    ],
)
def test_a_row_that_cannot_be_a_deal_is_told_with_its_line(state: State, words: str) -> None:
    batch = table(State(stage="lead"), state)
    found = plan(workspace(), batch, ASKED)
    (problem,) = found.problems
    assert (problem.path, problem.line, words in problem.message) == ("t.csv", 3, True)
    assert problem.hint
    assert found.steps == ()
    rest = plan(workspace(), batch, replace(ASKED, skip_bad=True))
    assert ([step.deal for step in rest.steps], rest.left_out) == (["1"], 1)


def test_a_history_with_a_bad_row_is_left_out_whole() -> None:
    changes = [("1", "lead"), ("1", "nowhere"), ("1", "won"), ("2", "lead")]
    batch = Batch(
        changes=tuple(
            Change(case, datetime(2026, 1, at, tzinfo=UTC), "", State(stage=stage), "t.csv", at)
            for at, (case, stage) in enumerate(changes, 1)
        ),
        whole=True,
    )
    found = plan(workspace(), batch, replace(ASKED, skip_bad=True, history=True))
    assert ([step.deal for step in found.steps], found.left_out) == (["2"], 1)


@pytest.mark.parametrize(
    ("moment", "words"), [(None, "nothing says when"), (datetime(1969, 5, 1, tzinfo=UTC), "before 1970")]
)
def test_a_history_needs_moments_that_git_can_keep(moment: datetime | None, words: str) -> None:
    found = plan(workspace(), table(State(stage="lead"), moment=moment), replace(ASKED, history=True))
    assert words in messages(found)[0]


TEAM = "members:\n  sam: {name: Sam Roe, email: sam@x.org}\n  kim: {name: Kim}\n  kim-b: {name: KIM}\n"


@pytest.mark.parametrize("owner", ["sam", "SAM ROE", "sam@x.org", "7"])
def test_an_owner_is_known_by_id_name_or_address(owner: str) -> None:
    batch = table(State(stage="lead", owner=owner), people={"7": Person("Samuel", "SAM@x.org")})
    assert values(plan(workspace(team=TEAM), batch, ASKED))[0]["owner"] == "sam"


def test_unknown_and_ambiguous_owners_are_told_once_and_never_chosen() -> None:
    batch = table(*(State(stage="lead", owner=owner) for owner in ("Kim", "Alex", "Alex", "sam")))
    found = plan(workspace(team=TEAM), batch, ASKED)
    assert messages(found) == [
        "the owner 'Kim' may be any of kim, kim-b",
        "the owner 'Alex' is no member in team.yaml (2 rows)",
    ]
    rest = plan(workspace(team=TEAM), batch, replace(ASKED, skip_bad=True))
    assert ([step.deal for step in rest.steps], rest.left_out) == (["4"], 3)


def test_members_are_added_where_that_is_asked_for() -> None:
    batch = table(
        *(State(stage="lead", owner=owner) for owner in ("Sam Roe", "a@x.org", "9", "8")),
        people={"9": Person("Jo Lo", "jo@x.org"), "8": Person("Jo Lo", "other@x.org")},
    )
    found = plan(workspace(team=TEAM), batch, replace(ASKED, add_members=True))
    assert [deal["owner"] for deal in values(found)] == ["sam", "a", "jo-lo", "jo-lo-2"]
    (team,) = (edit for edit in found.edits if edit.path == "team.yaml")
    assert team.content.decode().startswith(TEAM)
    assert "  jo-lo-2:\n    name: Jo Lo\n    email: other@x.org\n" in team.content.decode()


def test_companies_and_contacts_are_found_again_by_provenance_address_or_name() -> None:
    files = {
        "companies__acme": "name: Acme Ltd\nprovenance: {source: crm, id: A1}\n",
        "companies__birch": "name: Birch\n",
        "contacts__jane": "name: J. Doe\nemail: jane@x.org\n",
    }
    batch = table(
        State(stage="lead", company="A1", contacts=("C1",)), State(stage="lead", company="BIRCH"),
        State(stage="lead", company="Cedar", contacts=("Jo Lo",)),
        companies={"A1": Organisation(name="Acme, renamed")},
        contacts={"C1": Somebody(name="Jane Doe", email="JANE@x.org", company="A1")},
    )  # fmt: skip
    found = plan(workspace(**files), batch, ASKED)
    assert [(deal["company"], deal["contacts"]) for deal in values(found)] == [
        ("acme", ["jane"]), ("birch", []), ("cedar", ["jo-lo"]),
    ]  # fmt: skip
    assert [edit.path for edit in found.edits] == ["companies/cedar.yaml", "contacts/jo-lo.yaml"]
    assert "company: cedar\n" in found.edits[1].content.decode()


def test_two_companies_of_a_name_are_told_and_never_chosen() -> None:
    files = {"companies__a": "name: Acme\n", "companies__b": "name: acme\n"}
    found = plan(workspace(**files), table(State(stage="lead", company="ACME")), ASKED)
    assert messages(found) == ["'ACME' may be any of a, b"]


def test_unknown_columns_are_told_or_declared_as_fields_of_ones_own() -> None:
    batch = table(State(stage="lead", fields={"Größe m²": "12", "fields.plan": "team"}))
    found = plan(workspace(), batch, ASKED)
    assert (values(found)[0]["fields"], found.not_kept) == ({"plan": "team"}, ("Größe m²",))
    kept = plan(workspace(), batch, replace(ASKED, keep_unknown=True))
    assert values(kept)[0]["fields"] == {"grosse-m2": "12", "plan": "team"}
    (pipeline,) = kept.edits
    assert b"fields:\n  grosse-m2:\n    type: text\n  plan:\n    type: text\n" in pipeline.content


def test_a_column_that_a_declared_field_is_for_is_kept_and_held_to_its_type() -> None:
    declared = SALES.decode() + "fields: {seats: {type: integer}}\n"
    at = build([("pipe.yaml", b"name: x\n"), ("pipelines/sales.yaml", declared.encode())])
    batch = table(State(stage="lead", fields={"Seats": "12"}), State(stage="lead", fields={"Seats": "a dozen"}))
    found = plan(at, batch, ASKED)
    assert messages(found) == ["seats: a whole number is wanted here"]
    assert values(plan(at, batch, replace(ASKED, skip_bad=True)))[0]["fields"] == {"seats": "12"}


def test_a_probability_and_a_forecast_are_kept_where_they_are_others_than_the_stages() -> None:
    states = [State(stage="lead", probability=Decimal(share), forecast="pipeline") for share in ("0.1", "0.125")]
    assert [(d["probability"], d["forecast"]) for d in values(plan(workspace(), table(*states), ASKED))] == [
        (None, None), ("12.5%", None),
    ]  # fmt: skip


def test_the_pipelines_of_a_source_are_matched_by_name_or_made() -> None:
    batch = table(State(stage="lead", pipeline="SALES"), State(stage="Start", pipeline="New & Old", kind=Kind.OPEN))
    with pytest.raises(PipeError, match="no pipeline 'New & Old'") as raised:
        plan(workspace(), batch, ASKED)
    assert "--create makes it" in raised.value.hint
    found = plan(workspace(), batch, replace(ASKED, create=True))
    assert [deal["pipeline"] for deal in values(found)] == ["sales", "new-old"]
    assert found.edits[0].content.decode().startswith("name: New & Old\n")
    mapped = plan(workspace(), batch, replace(ASKED, pipelines={"New & Old": "sales"}, stages={"Start": "offer"}))
    assert [deal["stage"] for deal in values(mapped)] == ["lead", "offer"]


def test_a_new_pipeline_has_a_stage_for_deals_that_were_lost_in_open_ones() -> None:
    state = State(stage="Offer", kind=Kind.LOST, closed_on=date(2026, 1, 1))
    found = plan(workspace(), table(state), replace(ASKED, create=True, pipeline="new"))
    assert [(stage.id, stage.kind) for stage in found.pipelines[0].stages] == [
        ("offer", Kind.OPEN), ("won", Kind.WON), ("lost", Kind.LOST),
    ]  # fmt: skip
    assert found.added == ("won", "lost")
    told = replace(table(state), stages=(NamedStage("Offer", Kind.LOST),))
    assert plan(workspace(), told, replace(ASKED, create=True, pipeline="new")).added == ("won",)


def test_more_than_one_pipeline_and_none_named() -> None:
    at = workspace(pipelines__other=SALES.decode())
    with pytest.raises(PipeError, match="into which pipeline") as raised:
        plan(at, table(State(stage="lead")), ASKED)
    assert raised.value.hint == "--pipeline other|sales"


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
DAYS = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
STATES = st.builds(
    State,
    stage=st.sampled_from(["lead", "offer", "won", "lost", ""]),
    kind=st.sampled_from([None, *Kind]),
    title=TEXTS,
    value=st.one_of(st.none(), st.decimals(-1000, 10**9, places=2)),
    currency=st.sampled_from(["", "EUR", "USD", "x"]),
    owner=TEXTS,
    company=TEXTS,
    contacts=st.lists(TEXTS.filter(str.strip), max_size=2).map(tuple),
    source=TEXTS,
    created=DAYS,
    expected_close=DAYS,
    closed_on=DAYS,
    probability=st.one_of(st.none(), st.decimals(0, 1, places=3)),
    reason=TEXTS,
    next_step=TEXTS,
    tags=st.lists(TEXTS, max_size=2).map(tuple),
    fields=st.dictionaries(TEXTS.filter(str.strip), TEXTS.filter(str.strip), max_size=2),
)


@given(st.lists(STATES, min_size=1, max_size=4), st.booleans())
def test_whatever_a_source_says_the_workspace_is_valid_after_it(states: list[State], keep: bool) -> None:
    before = workspace(team=TEAM)
    asked = replace(ASKED, skip_bad=True, add_members=True, keep_unknown=keep)
    found = plan(before, table(*states), asked)
    changed = {edit.path: edit.content for edit in found.edits} | {step.path: step.data for step in found.deals()}
    after = build({**before.texts, **changed}.items())
    assert [p for p in check(Context(after, NOW.date(), after.zone)) if p.severity == "error"] == []
    assert len(after.deals) + found.left_out == len(states)
