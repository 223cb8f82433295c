"""The rules, in the order in which they run. A new one: write its function, add its line here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.problem import Problem, Severity
from pipecli.core.settings import Level
from pipecli.core.workspace import located
from pipecli.rules import (
    closing,
    conditions,
    dates,
    fields,
    money,
    moves,
    personal,
    pipelines,
    references,
    settings,
    team,
    work,
)
from pipecli.rules.audited import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its stable code, its level unless `pipe.yaml` says otherwise, its check.

    The check yields problems without code and severity, with the key path of the value in question. One that
    judges each key by itself (`single`) also sees what is right in a file with problems in its form; where a key
    is missing because it is misspelled, the others would only repeat that.
    """

    code: str
    level: Level
    check: Callable[[Context], Iterable[Problem]]
    single: bool = False


E, W, N, OFF = Level.ERROR, Level.WARNING, Level.NOTE, Level.OFF

RULES: tuple[Rule, ...] = (
    Rule("unknown-timezone", E, settings.unknown_timezone, single=True),
    Rule("region-without-country", E, settings.region_without_country, single=True),
    Rule("unknown-rule", E, lambda context: settings.unknown_rule(context, [*codes(), *LEVELS]), single=True),
    Rule("invalid-view", E, settings.invalid_view),
    Rule("invalid-rate", E, money.invalid_rate),
    Rule("own-rate", W, money.own_rate),
    Rule("no-stages", E, pipelines.no_stages),
    Rule("duplicate-stage", E, pipelines.duplicate_stage, single=True),
    Rule("reserved-stage", E, pipelines.reserved_stage, single=True),
    Rule("no-won-stage", E, pipelines.no_won_stage),
    Rule("no-lost-stage", N, pipelines.no_lost_stage),
    Rule("open-after-won", E, pipelines.open_after_won),
    Rule("stage-probability", W, pipelines.stage_probability),
    Rule("falling-probability", W, pipelines.falling_probability),
    Rule("falling-forecast", W, pipelines.falling_forecast),
    Rule("unknown-move-stage", E, moves.unknown_move_stage, single=True),
    Rule("useless-move-stage", W, moves.useless_move_stage),
    Rule("no-way-in", W, moves.no_way_in),
    Rule("no-way-to-win", E, moves.no_way_to_win),
    Rule("unknown-role", W, team.unknown_role, single=True),
    Rule("no-accountable", W, team.no_accountable, single=True),
    Rule("unknown-approver", E, team.unknown_approver, single=True),
    Rule("duplicate-email", W, team.duplicate_email),
    Rule("invalid-email", W, team.invalid_email),
    Rule("missing-playbook", W, references.missing_playbook),
    Rule("invalid-field-type", E, fields.invalid_field_type, single=True),
    Rule("invalid-condition", E, conditions.invalid_condition),
    Rule("impossible-criteria", E, conditions.impossible_criteria),
    Rule("unknown-pipeline", E, references.unknown_pipeline, single=True),
    Rule("unknown-stage", E, references.unknown_stage, single=True),
    Rule("stage-alias", N, references.stage_alias, single=True),
    Rule("retired-stage", E, references.retired_stage, single=True),
    Rule("unknown-member", E, references.unknown_member, single=True),
    Rule("unknown-company", E, references.unknown_company, single=True),
    Rule("unknown-contact", E, references.unknown_contact, single=True),
    Rule("unknown-checklist-item", E, references.unknown_checklist_item, single=True),
    Rule("unknown-field", E, fields.unknown_field, single=True),
    Rule("invalid-field", E, fields.invalid_field, single=True),
    Rule("duplicate-provenance", W, references.duplicate_provenance),
    Rule("money-without-currency", E, money.money_without_currency),
    Rule("missing-rate", W, money.missing_rate),
    Rule("closed-without-date", E, closing.closed_without_date),
    Rule("open-with-close-date", E, closing.open_with_close_date),
    Rule("closed-with-hold", W, closing.closed_with_hold),
    Rule("outcome-without-loss", E, closing.outcome_without_loss),
    Rule("loss-without-reason", W, closing.loss_without_reason),
    Rule("unknown-reason", W, closing.unknown_reason),
    Rule("dates-out-of-order", E, dates.out_of_order),
    Rule("date-in-future", E, dates.in_future, single=True),
    Rule("overdue-close", W, dates.overdue_close),
    Rule("overdue-hold", W, dates.overdue_hold),
    Rule("entry-criteria", W, conditions.entry_criteria),
    Rule("personal-data", W, personal.personal_data, single=True),
    Rule("duplicate-task", E, work.duplicate_task, single=True),
    Rule("no-next-step", OFF, work.no_next_step),
)


def codes() -> list[str]:
    """Return the codes of all rules."""
    return [rule.code for rule in RULES]


def evaluate(context: Context) -> tuple[Problem, ...]:
    """Return every problem that the rules find, with its place, at the level that the workspace gives it."""
    found = tuple(_run(context))
    return located(found, context.workspace.texts)


def _run(context: Context) -> Iterator[Problem]:
    workspace = context.workspace
    rests = [replace(context, workspace=one) for one in _rests(workspace)]
    for rule in RULES:
        level = workspace.settings.rules.get(rule.code, rule.level)
        if level is not OFF:
            found = (*rule.check(context), *(p for rest in rests if rule.single for p in rule.check(rest)))
            for problem in dict.fromkeys(found):
                yield replace(problem, code=rule.code, severity=Severity(level.value))


def _rests(workspace: Workspace) -> Iterator[Workspace]:
    """Yield the workspace with what is right in broken files: once of deals, once of pipelines and settings."""
    rest = workspace.rest
    if FileKind.DEAL in rest:
        yield replace(workspace, deals=rest[FileKind.DEAL])
    if FileKind.PIPELINE in rest or FileKind.SETTINGS in rest:
        settings = rest.get(FileKind.SETTINGS, {}).get("", workspace.settings)
        yield replace(workspace, deals={}, pipelines=rest.get(FileKind.PIPELINE, {}), settings=settings)


def check(context: Context) -> tuple[Problem, ...]:
    """Return all problems of a workspace: those of its files' form, then those that the rules find."""
    return tuple(sorted((*context.workspace.problems, *evaluate(context)), key=lambda p: (p.path, p.line, p.column)))
