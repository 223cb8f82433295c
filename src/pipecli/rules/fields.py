"""Rules about the workspace's own fields."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.pipeline import FieldKind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.core.value import parse_amount, parse_day, parse_flag, parse_integer
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipecli.core.pipeline import FieldType
    from pipecli.facts.derived import Context


def invalid_field_type(context: Context) -> Iterator[Problem]:
    """A declared field makes sense: choices for a choice only, bounds for numbers only and in order."""
    for pipeline in context.workspace.pipelines.values():
        for name, own in pipeline.fields.items():
            loc = ("fields", name)
            bounded = own.min is not None or own.max is not None
            if (own.type is FieldKind.CHOICE) != bool(own.choices):
                yield finding(
                    pipeline,
                    loc,
                    f"{name}: 'choices' go with 'type: choice'",
                    "add both or neither",
                    at_key=True,
                )
            elif bounded and own.type not in (FieldKind.INTEGER, FieldKind.NUMBER):
                yield finding(pipeline, loc, f"{name}: 'min' and 'max' go with a number", "remove them", at_key=True)
            elif own.min is not None and own.max is not None and own.min > own.max:
                yield finding(pipeline, loc, f"{name}: min is above max", "exchange the two", at_key=True)


def unknown_field(context: Context) -> Iterator[Problem]:
    """A deal's own fields are declared in its pipeline."""
    for deal in context.workspace.deals.values():
        pipeline = context.workspace.pipelines.get(deal.pipeline)
        if pipeline is None:
            continue
        for name in deal.fields:
            if name not in pipeline.fields:
                otherwise = f"declare it in {pipeline.path}: fields: {{{name}: {{type: text}}}}"
                hint = did_you_mean(name, pipeline.fields, otherwise=otherwise)
                yield finding(
                    deal,
                    ("fields", name),
                    f"the pipeline {pipeline.id} declares no field {name!r}",
                    hint,
                    at_key=True,
                )


def invalid_field(context: Context) -> Iterator[Problem]:
    """A deal's own fields have the type that is declared, inside the declared bounds."""
    for deal in context.workspace.deals.values():
        pipeline = context.workspace.pipelines.get(deal.pipeline)
        for name, text in deal.fields.items():
            declared = pipeline.fields.get(name) if pipeline else None
            fault = _fault(text, declared) if declared else ""
            if fault and pipeline and declared:
                otherwise = f"correct the value, or what {pipeline.path} declares"
                hint = did_you_mean(text, declared.choices) or otherwise
                yield finding(deal, ("fields", name), f"{name}: {fault}", hint)


def _fault(text: str, declared: FieldType) -> str:
    if declared.type is FieldKind.CHOICE and text not in declared.choices:
        return f"{text!r} is none of {', '.join(declared.choices)}"
    try:
        value: object = PARSERS[declared.type](text)
    except ValueError as error:
        return str(error)
    number = Decimal(value) if isinstance(value, int | Decimal) else None
    if number is not None and declared.min is not None and number < declared.min:
        return f"{text} is below {declared.min}"
    if number is not None and declared.max is not None and number > declared.max:
        return f"{text} is above {declared.max}"
    return ""


PARSERS: Mapping[FieldKind, Callable[[str], object]] = {
    FieldKind.TEXT: str,
    FieldKind.CHOICE: str,
    FieldKind.INTEGER: parse_integer,
    FieldKind.NUMBER: parse_amount,
    FieldKind.DATE: parse_day,
    FieldKind.FLAG: parse_flag,
}
"""How the text of a field of each type is read."""
