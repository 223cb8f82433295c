"""An export of Salesforce's sample organisation, imported with its history, against its files read by themselves."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from installed import git, pipe

from pipecli.core.pipeline import Kind
from pipecli.store.worktree import load

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "salesforce_devorg_2026"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"THE EXPORT OF SALESFORCE IS NOT HERE: nothing was compared; it belongs in {DATA}"
)


class Imported(NamedTuple):
    """The workspace's folder after the import, its visits, and what the import and `pipe validate` said."""

    folder: Path
    workspace: Workspace
    visits: list[dict[str, str]]
    said: str
    validated: str

    def deals(self) -> dict[str, Deal]:
        """Return the deals by their ids in Salesforce."""
        return {deal.provenance.id: deal for deal in self.workspace.deals.values() if deal.provenance}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("salesforce")
    pipe(folder, "init", "ws", "--template", "empty")
    workspace = folder / "ws"
    options = ("--pipeline", "sales", "--create", "--currency", "USD", "--history")
    done = pipe(workspace, "import", "salesforce", str(DATA), *options)
    visits = list(csv.DictReader(io.StringIO(pipe(workspace, "audit", "--format", "csv").stdout)))
    return Imported(workspace, load(workspace), visits, done.stderr, pipe(workspace, "validate").stdout)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> str:
    return f"{datetime.strptime(text, '%m/%d/%y'):%Y-%m-%d}"  # noqa: DTZ007 -- a day has no zone


def stays(saves: list[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    """Return the first of each run of saves in the same stage."""
    return [next(same) for _, same in groupby(saves, key=lambda save: save[1])]


def test_there_is_one_visit_a_real_stay(imported: Imported) -> None:
    saves = defaultdict(list)
    for row in rows("OpportunityHistory.csv"):
        moment = datetime.strptime(f"{row['CreatedDate']} +0000", "%m/%d/%y %I:%M %p %z")
        saves[row["OpportunityId"]].append((moment, row["StageName"]))
    wanted = {
        case: [next(same) for _, same in groupby(sorted(told), key=lambda save: save[1])]
        for case, told in saves.items()
    }
    found = defaultdict(list)
    for visit in imported.visits:
        case = imported.workspace.deals[visit["deal"]].provenance
        assert case is not None
        found[case.id].append((datetime.fromisoformat(visit["entered"]), visit["stage_name"]))
    assert found == wanted


def test_every_opportunity_has_its_amount_its_stage_and_its_dates(imported: Imported) -> None:
    deals = imported.deals()
    assert len(deals) == len(rows("Opportunity.csv"))
    for row in rows("Opportunity.csv"):
        deal = deals[row["Id"]]
        stage = imported.workspace.stage_of(deal)
        assert stage is not None
        told = (stage.name, stage.kind in (Kind.WON, Kind.LOST), stage.kind is Kind.WON)
        assert told == (row["StageName"], row["IsClosed"] == "TRUE", row["IsWon"] == "TRUE")
        assert str(deal.value or "") == row["Amount"]
        assert str(deal.closed_on or deal.expected_close) == day(row["CloseDate"])
        assert (deal.closed_on is None) == (row["IsClosed"] == "FALSE")
        late = day(row["CloseDate"]) < day(row["CreatedDate"])
        assert str(deal.created or "") == ("" if late else day(row["CreatedDate"]))
        assert (deal.title, deal.source or "") == (row["Name"], row["LeadSource"])
        assert deal.probability is None or f"{deal.probability * 100:.0f}" == row["Probability"]
        assert deal.probability is not None or row["IsClosed"] == "TRUE"


def test_the_forecast_is_that_of_the_last_save(imported: Imported) -> None:
    open_deals = [deal for deal in imported.deals().values() if deal.closed_on is None]
    assert {deal.forecast for deal in open_deals} == {"pipeline"}
    assert len(open_deals) == sum(row["IsClosed"] == "FALSE" for row in rows("Opportunity.csv"))


def test_accounts_and_contacts_are_companies_and_contacts(imported: Imported) -> None:
    accounts = {row["Id"]: row["Name"] for row in rows("Account.csv")}
    companies = imported.workspace.companies
    assert sorted(company.name for company in companies.values()) == sorted(accounts.values())
    assert {case: companies[deal.company or ""].name for case, deal in imported.deals().items()} == {
        row["Id"]: accounts[row["AccountId"]] for row in rows("Opportunity.csv")
    }
    people = {row["Id"]: row for row in rows("Contact.csv")}
    contacts = imported.workspace.contacts
    assert {(one.name, one.email or "", companies[one.company or ""].name) for one in contacts.values()} == {
        (row["Name"], row["Email"], accounts[row["AccountId"]]) for row in people.values()
    }
    converted = {
        row["ConvertedOpportunityId"]: [people[row["ConvertedContactId"]]["Name"]]
        for row in rows("Lead.csv")
        if row["ConvertedOpportunityId"]
    }
    found = {case: [contacts[id_].name for id_ in deal.contacts] for case, deal in imported.deals().items()}
    assert {case: names for case, names in found.items() if names} == converted


def test_who_a_contact_is_stands_in_no_deal(imported: Imported) -> None:
    texts = "".join(path.read_text("utf-8") for path in (imported.folder / "deals").rglob("*.yaml"))
    for row in rows("Contact.csv"):
        assert row["Email"] not in texts or not row["Email"]
        assert row["Phone"] not in texts or not row["Phone"]
        assert row["Name"] not in texts


def test_the_workspace_is_right_and_says_which_dates_are_not_known(imported: Imported) -> None:
    assert "error" not in imported.validated
    assert "closing before they were created" in imported.said
    assert "leads that were not converted are no deals, and left out: 17" in imported.said


def test_a_second_import_does_nothing(imported: Imported) -> None:
    before = git(imported.folder, "rev-parse", "HEAD")
    done = pipe(imported.folder, "import", "salesforce", str(DATA), "--pipeline", "sales", "--currency", "USD")
    assert "nothing to import" in done.stderr
    assert git(imported.folder, "rev-parse", "HEAD") == before
