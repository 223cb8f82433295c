"""Rules about references: what a file names is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.layout import TEMPLATES, FileKind
from pipecli.core.problem import Loc, Problem, did_you_mean
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.record import Contact, Deal
    from pipecli.facts.derived import Context


def unknown_pipeline(context: Context) -> Iterator[Problem]:
    """The pipeline of a deal has a file."""
    known = context.workspace.known[FileKind.PIPELINE]
    for deal in context.workspace.deals.values():
        if deal.pipeline not in known:
            hint = did_you_mean(
                deal.pipeline,
                known,
                otherwise=f"make pipelines/{deal.pipeline}.yaml, or name one that is there",
            )
            yield finding(deal, ("pipeline",), f"there is no pipeline {deal.pipeline!r}", hint)


def unknown_stage(context: Context) -> Iterator[Problem]:
    """The stage of a deal, and the one it was lost in, are stages of its pipeline."""
    for deal in context.workspace.deals.values():
        pipeline = context.workspace.pipelines.get(deal.pipeline)
        if pipeline is None:
            continue
        named: list[tuple[Loc, str]] = [(("stage",), deal.stage)]
        if deal.outcome and deal.outcome.stage:
            named.append((("outcome", "stage"), deal.outcome.stage))
        for loc, word in named:
            if pipeline.stage(word) is None:
                hint = did_you_mean(word, [stage.id for stage in pipeline.stages])
                yield finding(deal, loc, f"there is no stage {word!r} in the pipeline {pipeline.id}", hint)


def stage_alias(context: Context) -> Iterator[Problem]:
    """A deal names its stage by the present id, not by an alias."""
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        if stage and stage.id != deal.stage:
            yield finding(deal, ("stage",), f"{deal.stage!r} is now called {stage.id!r}", f"write 'stage: {stage.id}'")


def retired_stage(context: Context) -> Iterator[Problem]:
    """No deal is in a stage that is retired."""
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        if stage and stage.retired:
            hint = f"pipe move {deal.id} STAGE, to one that is in use"
            yield finding(deal, ("stage",), f"the stage {stage.id!r} is retired", hint)


def unknown_member(context: Context) -> Iterator[Problem]:
    """Owners, and those who do tasks and activities, are members of the team."""
    members = context.workspace.team.members
    if FileKind.TEAM not in context.workspace.texts or FileKind.TEAM in context.workspace.broken:
        return
    for deal in context.workspace.deals.values():
        for loc, word in _people(deal):
            if word and word not in members:
                hint = did_you_mean(word, members, otherwise="add the person to team.yaml")
                yield finding(deal, loc, f"there is no member {word!r} in team.yaml", hint)
    for company in context.workspace.companies.values():
        if company.owner and company.owner not in members:
            hint = did_you_mean(company.owner, members, otherwise="add the person to team.yaml")
            yield finding(company, ("owner",), f"there is no member {company.owner!r} in team.yaml", hint)


def _people(deal: Deal) -> Iterator[tuple[Loc, str | None]]:
    yield ("owner",), deal.owner
    for index, task in enumerate(deal.tasks):
        yield ("tasks", index, "for"), task.owner
    for index, activity in enumerate(deal.activities):
        yield ("activities", index, "by"), activity.by


def unknown_company(context: Context) -> Iterator[Problem]:
    """The company of a deal or of a contact has a file."""
    known = context.workspace.known[FileKind.COMPANY]
    owners: list[Deal | Contact] = [*context.workspace.deals.values(), *context.workspace.contacts.values()]
    for owner in owners:
        if owner.company and owner.company not in known:
            hint = did_you_mean(
                owner.company, known, otherwise=f"make companies/{owner.company}.yaml with a line 'name: …'"
            )
            yield finding(owner, ("company",), f"there is no company {owner.company!r}", hint)


def unknown_contact(context: Context) -> Iterator[Problem]:
    """The contacts of a deal have files, where this repository keeps contacts at all."""
    known = context.workspace.known[FileKind.CONTACT]
    if not known:
        return
    for deal in context.workspace.deals.values():
        for index, word in enumerate(deal.contacts):
            if word not in known:
                hint = did_you_mean(word, known, otherwise=f"make contacts/{word}.yaml with a line 'name: …'")
                yield finding(deal, ("contacts", index), f"there is no contact {word!r}", hint)


def unknown_checklist_item(context: Context) -> Iterator[Problem]:
    """The items that are ticked stand in the checklist of a stage of the pipeline."""
    for deal in context.workspace.deals.values():
        pipeline = context.workspace.pipelines.get(deal.pipeline)
        if pipeline is None or not deal.checklist:
            continue
        items = {item for stage in pipeline.stages for item in stage.checklist}
        for word in deal.checklist:
            if word not in items:
                message = f"no stage of {pipeline.id} has the checklist item {word!r}"
                yield finding(deal, ("checklist", word), message, did_you_mean(word, items), at_key=True)


def duplicate_provenance(context: Context) -> Iterator[Problem]:
    """What was imported from another system is one deal here."""
    seen: dict[tuple[str, str], str] = {}
    for deal in context.workspace.deals.values():
        if deal.provenance:
            origin = (deal.provenance.source, deal.provenance.id)
            if origin in seen:
                message = f"{deal.provenance.id!r} of {deal.provenance.source} is the deal {seen[origin]!r}, too"
                yield finding(deal, ("provenance", "id"), message, "remove one of the two deals, or its 'provenance'")
            seen.setdefault(origin, deal.id)


def missing_playbook(context: Context) -> Iterator[Problem]:
    """The playbook of a stage is there, where it is one of `templates/`."""
    there = context.workspace.templates
    if there is None:
        return
    for pipeline in context.workspace.pipelines.values():
        for index, stage in enumerate(pipeline.stages):
            path = stage.playbook or ""
            if path.startswith(f"{TEMPLATES}/") and path not in there:
                hint = did_you_mean(path, there, otherwise=f"write {path}, or remove the line")
                yield finding(pipeline, ("stages", index, "playbook"), f"there is no file {path!r}", hint)
