"""The stages of Salesforce's opportunities: what they mean, and their order. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.interchange.batch import NamedStage
from pipecli.interchange.salesforce_history import CLOSED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from pipecli.interchange.salesforce_history import Opportunity, Save


def kinds(told: Mapping[str, Kind], there: Sequence[Opportunity]) -> dict[str, Kind]:
    """Return what each stage means: as the stages are `told`, else as an opportunity in it says.

    One that only the history names is won where its forecast is closed, lost where it is omitted at 0 %.
    """
    past = {save.said["stage"]: _by_forecast(save) for one in there for save in one.saves}
    return past | {one.now.said["stage"]: one.kind for one in there} | dict(told)


def ordered(found: Mapping[str, Kind], told: Mapping[str, Kind], there: Sequence[Opportunity]) -> list[NamedStage]:
    """Return the stages in the order in which they are `told`; others by their usual probability, then by name."""
    places = {name: place for place, name in enumerate(told)}
    usual = _probabilities(there)
    names = sorted(
        found, key=lambda name: (found[name] in CLOSED, places.get(name, len(places)), usual.get(name, 0), name)
    )
    return [NamedStage(name, found[name]) for name in names]


def only_in_the_past(told: Mapping[str, Kind], there: Sequence[Opportunity]) -> set[str]:
    """Return the stages of which only the history says what they mean."""
    return (
        {save.said["stage"] for one in there for save in one.saves}
        - {one.now.said["stage"] for one in there}
        - set(told)
    )


def _by_forecast(save: Save) -> Kind:
    if save.said.get("forecast") == "closed":
        return Kind.WON
    return Kind.LOST if save.said.get("forecast") == "omitted" and save.said.get("probability") == 0 else Kind.OPEN


def _probabilities(there: Sequence[Opportunity]) -> dict[str, Decimal]:
    """Return the probability that each stage has most often."""
    counts: dict[str, Counter[Decimal]] = {}
    for one in there:
        for save in (*one.saves, one.now):
            probability = save.said.get("probability")
            if probability is not None:
                counts.setdefault(save.said["stage"], Counter())[probability] += 1
    return {stage: count.most_common(1)[0][0] for stage, count in counts.items()}
