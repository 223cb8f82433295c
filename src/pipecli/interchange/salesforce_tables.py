"""Salesforce's files and their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.interchange.sheet import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

OPPORTUNITIES, HISTORY, EDITS = "Opportunity.csv", "OpportunityHistory.csv", "OpportunityFieldHistory.csv"
ACCOUNTS, CONTACTS, ROLES, LEADS = "Account.csv", "Contact.csv", "OpportunityContactRole.csv", "Lead.csv"
STAGES, USERS = "OpportunityStage.csv", "User.csv"


def _may(*names: str) -> Wanted:
    return Wanted(names, needed=False)


_DELETED = _may("IsDeleted", "Deleted")
_PROBABILITY, _FORECAST = _may("Probability", "Probability (%)"), _may("ForecastCategoryName", "ForecastCategory")
_OPPORTUNITY = Wanted(("OpportunityId",))
_KIND = {"closed": Wanted(("IsClosed", "Closed")), "won": Wanted(("IsWon", "Won"))}

COLUMNS: Mapping[str, Mapping[str, Wanted]] = {
    OPPORTUNITIES: {
        "id": Wanted(("Id", "OpportunityId")),
        "title": Wanted(("Name", "Opportunity Name")),
        "stage": Wanted(("StageName", "Stage")),
        **_KIND,
        "account": _may("AccountId"),
        "account_name": _may("Account.Name"),
        "owner": _may("OwnerId"),
        "owner_name": _may("Owner.Name", "Opportunity Owner"),
        "amount": _may("Amount"),
        "currency": _may("CurrencyIsoCode", "Amount Currency", "Opportunity Currency"),
        "probability": _PROBABILITY,
        "forecast": _FORECAST,
        "close": _may("CloseDate"),
        "created": _may("CreatedDate"),
        "modified": _may("LastModifiedDate", "SystemModstamp"),
        "entered": _may("LastStageChangeDate"),
        "person": _may("LastModifiedById"),
        "source": _may("LeadSource"),
        "next_step": _may("NextStep"),
        "reason": _may(
            "Loss_Reason__c", "Lost_Reason__c", "Closed_Lost_Reason__c", "Loss Reason", "Closed Lost Reason"
        ),
        "deleted": _DELETED,
    },
    HISTORY: {
        "opportunity": _OPPORTUNITY,
        "moment": Wanted(("CreatedDate",)),
        "stage": Wanted(("StageName", "Stage")),
        "person": _may("CreatedById"),
        "amount": _may("Amount"),
        "probability": _PROBABILITY,
        "forecast": _FORECAST,
        "close": _may("CloseDate"),
        "superseded": _may("SystemModstamp"),
        "deleted": _DELETED,
    },
    EDITS: {
        "opportunity": _OPPORTUNITY,
        "moment": Wanted(("CreatedDate",)),
        "field": Wanted(("Field",)),
        "old": Wanted(("OldValue",)),
        "new": Wanted(("NewValue",)),
        "person": _may("CreatedById"),
        "deleted": _DELETED,
    },
    ACCOUNTS: {
        "id": Wanted(("Id", "AccountId")),
        "name": Wanted(("Name", "Account Name")),
        "website": _may("Website"),
        "country": _may("BillingCountry"),
        "industry": _may("Industry"),
        "deleted": _DELETED,
    },
    CONTACTS: {
        "id": Wanted(("Id", "ContactId")),
        "name": _may("Name", "Full Name"),
        "first": _may("FirstName"),
        "last": _may("LastName"),
        "email": _may("Email"),
        "phone": _may("Phone"),
        "mobile": _may("MobilePhone"),
        "role": _may("Title"),
        "account": _may("AccountId"),
        "deleted": _DELETED,
    },
    ROLES: {
        "opportunity": _OPPORTUNITY,
        "contact": Wanted(("ContactId",)),
        "primary": _may("IsPrimary"),
        "deleted": _DELETED,
    },
    LEADS: {
        "opportunity": Wanted(("ConvertedOpportunityId",)),
        "contact": Wanted(("ConvertedContactId",)),
        "deleted": _DELETED,
    },
    STAGES: {"name": Wanted(("MasterLabel", "ApiName")), "order": Wanted(("SortOrder",)), **_KIND},
    USERS: {"id": Wanted(("Id", "UserId")), "name": Wanted(("Name", "Full Name")), "email": _may("Email")},
}
"""The files that are read, and their columns; all of them but the first may be missing."""
