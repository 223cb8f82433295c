"""The report on the eight key figures, their bands, and the change against the period before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from scopes import DAY_0, NOW, SALES, SUPPORT, deal, scope, visit

from pipecli.core.pipeline import Pipeline, Stage
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.record import Activity, ActivityKind, Direction
from pipecli.core.settings import Member, Team
from pipecli.core.table import Withheld
from pipecli.core.value import Band
from pipecli.core.visit import End
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.kpi import Kpi, Unit, told, told_band
from pipecli.reports.kpi_figures import KPIS
from pipecli.reports.kpis import kpis, wanted
from pipecli.reports.registry import report
from pipecli.reports.scope import Asked, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipecli.core.record import Deal
    from pipecli.core.table import Cell, Table
    from pipecli.core.visit import Visit

TOO_FEW, NOT_REACHED = Withheld("n < 5"), Withheld("not reached")
LINE = replace(SALES, stages=[SALES.stages[0], replace(SALES.stages[1], qualified=True), *SALES.stages[2:]])
CALL = Activity(DAY_0 + timedelta(hours=1), ActivityKind.CALL, Direction.OUT)
QUARTER = date(2026, 2, 1)


def rows(table: Table) -> Mapping[Cell, Mapping[str, Cell]]:
    return {row["kpi"]: row for row in table.records()}


def settled() -> tuple[list[Deal], list[Visit]]:
    """Return twenty deals: five won after 20 days, five lost from the first stage after 4, ten open in the second."""
    deals: list[Deal] = []
    visits: list[Visit] = []
    for at in range(20):
        name, start = f"d{at}", 5
        created = DAY_0.date() + timedelta(days=start)
        if at < 5:
            end = created + timedelta(days=20)
            deals.append(deal(name, "won", "1000", created=created, closed_on=end, activities=[CALL] * 6))
            visits += [visit(name, "lead", start, start + 2), visit(name, "proposal", start + 2, start + 20)]
            visits.append(visit(name, "won", start + 20, None))
        elif at < 10:
            end = created + timedelta(days=4)
            deals.append(deal(name, "lost", "500", created=created, closed_on=end, activities=[CALL] * 2))
            visits += [visit(name, "lead", start, start + 4, end=End.LOST), visit(name, "lost", start + 4, None)]
        else:
            due = date(2026, 3, 1) if at < 15 else None
            deals.append(deal(name, "proposal", "2000", created=created, expected_close=due))
            visits += [visit(name, "lead", start, start + 3), visit(name, "proposal", start + 3, None)]
    return deals, visits


def at_work(quota: str | None = "15000", **given: Any) -> Scope:  # noqa: ANN401 -- what a scope takes
    deals, visits = settled()
    found = scope(deals, visits, **{"pipelines": (LINE,), **given})
    quotas = {"2026-Q1": Decimal(quota)} if quota else {}
    return replace(found, workspace=replace(found.workspace, team=Team({"sam": Member("Sam", quota=quotas)})))


def test_the_eight() -> None:
    (table,) = kpis(at_work())
    found = rows(table)
    assert list(found) == list(KPIS)
    # nine of ten won deals were won after 20 days, so that who was created until January 21st came of age
    assert (found["conversion"]["value"], found["conversion"]["n"]) == (Fraction(5, 20), 20)
    assert found["conversion"]["of"] == "created 2025-12-12 to 2026-01-21"
    # ten open x 1/2 x 1000 ÷ 20 days
    assert (found["velocity"]["value"], found["velocity"]["currency"]) == (250, "EUR")
    assert (found["lead_age"]["value"], found["lead_age"]["n"]) == (32, 10)
    assert (found["coverage"]["value"], found["coverage"]["n"]) == (Fraction(5 * 2000, 15000 - 5000), 5)
    assert (found["qualified"]["value"], found["qualified"]["n"]) == (Fraction(15, 20), 20)
    assert (found["touches"]["value"], found["touches"]["n"]) == (4, 10)
    assert (found["deal_size"]["value"], found["deal_size"]["n"]) == (1000, 5)
    assert (found["drop_off"]["value"], found["drop_off"]["n"]) == (Fraction(5, 20), 20)
    assert found["drop_off"]["of"] == "lead, entered 2025-12-28 to 2026-02-06"
    assert dict(table.facts)["period"] == "2026-Q1 (2026-01-01 to 2026-03-31)"


def test_what_meets_its_band_and_what_does_not() -> None:
    found = rows(kpis(at_work())[0])
    assert {name: (row["verdict"], row["missed"]) for name, row in found.items()} == {
        "conversion": ("pass", None),
        "velocity": (None, None),
        "lead_age": ("fail", "above"),
        "coverage": ("fail", "below"),
        "qualified": ("pass", None),
        "touches": ("fail", "below"),
        "deal_size": (None, None),
        "drop_off": ("pass", None),
    }


def test_a_band_is_the_pipelines_before_the_workspaces_before_the_usual_one() -> None:
    found = at_work()
    given = {"touches": Band(Decimal(1), Decimal(3)), "velocity": Band(Decimal(300), Decimal(400))}
    settings = replace(found.workspace.settings, targets=given)
    found = replace(found, workspace=replace(found.workspace, settings=settings))
    told = rows(kpis(found)[0])
    assert (told["touches"]["missed"], told["velocity"]["missed"]) == ("above", "below")
    own = replace(LINE, targets={"touches": Band(Decimal(4), Decimal(4))})
    found = replace(found, workspace=replace(found.workspace, pipelines={"sales": own}))
    told = rows(kpis(found)[0])
    assert (told["touches"]["verdict"], told["velocity"]["missed"]) == ("pass", "below")


BAND = Band(Decimal(2), Decimal(3))
HIGH, LOW, BOTH = (Kpi("x", Unit.NUMBER, lambda _: [], *fine) for fine in ((True, False), (False, True), ()))


@pytest.mark.parametrize(
    ("kpi", "missed"),
    [(HIGH, ["below", None, None, None]), (LOW, [None, None, None, "above"]), (BOTH, ["below", None, None, "above"])],
)
def test_which_end_of_a_band_can_be_missed(kpi: Kpi, missed: list[str | None]) -> None:
    assert [kpi.missed(Fraction(value), BAND) for value in (1, 2, 3, 4)] == missed
    assert kpi.missed(TOO_FEW, BAND) is kpi.missed(None, BAND) is kpi.missed(Fraction(9), None) is None


def test_the_change_is_against_the_period_before_as_recorded_when_it_had_gone_as_far() -> None:
    found, asked = at_work(), []
    deals, visits = settled()

    def then(moment: datetime) -> Scope:
        asked.append(moment)
        shorter = [
            replace(one, created=date(2025, 10, 1), closed_on=date(2025, 10, 31)) if one.closed_on else one
            for one in deals
        ]
        earlier = scope(shorter[:14], visits, pipelines=(LINE,))
        return replace(earlier, now=moment)

    (table,) = kpis(replace(found, then=then))
    told = rows(table)
    assert asked == [datetime(2025, 11, 10, tzinfo=NOW.tzinfo)]
    assert (told["velocity"]["previous"], told["velocity"]["change"]) == (
        Fraction(4 * 500, 30),
        250 - Fraction(2000, 30),
    )
    assert told["lead_age"]["previous"] == TOO_FEW
    assert told["lead_age"]["change"] == "then n < 5"
    assert dict(table.facts)["before"] == "2025-10-01 to 2025-12-31, as of 2025-11-10T00:00:00+00:00"


def test_of_a_period_that_is_over_both_moments_are_its_ends_and_each_is_asked_for_once() -> None:
    asked = []

    def then(moment: datetime) -> Scope:
        asked.append(moment.date())
        return replace(at_work(period="2026-01"), now=moment, then=then)

    (table, *_) = kpis(replace(at_work(period="2026-01", pipelines=(LINE, SUPPORT)), then=then))
    assert asked == [date(2026, 1, 31), date(2025, 12, 31)]
    assert rows(table)["lead_age"]["of"] == "open as of 2026-01-31"


def test_without_a_history_no_change_is_told() -> None:
    (table,) = kpis(at_work())
    assert {(row["previous"], row["change"]) for row in table.records()} == {(None, None)}
    assert dict(table.facts)["before"] == "not known"


def test_a_period_that_has_not_begun_is_compared_with_none() -> None:
    def never(moment: datetime) -> Scope:
        raise AssertionError(moment)

    (table,) = kpis(replace(at_work(period="2027-Q1"), then=never))
    assert "the period has not begun" in table.notes[0]
    assert rows(table)["conversion"]["value"] == TOO_FEW


def test_a_pipeline_that_was_not_there_yet() -> None:
    empty = scope(pipelines=())
    (table,) = kpis(replace(at_work(), then=lambda moment: replace(empty, now=moment)))
    assert "the pipeline was not recorded yet" in table.notes[0]
    over = replace(at_work(period="2026-01"), then=lambda moment: replace(empty, now=moment))
    assert kpis(over)[0].rows == ()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"quota": None}, "no quota"),
        ({"quota": "5000"}, "quota reached"),
        ({"pipelines": (SALES,)}, "no qualified stage"),
    ],
)
def test_when_there_is_no_coverage(given: dict[str, Any], why: str) -> None:
    assert rows(kpis(at_work(**given))[0])["coverage"]["value"] == Withheld(why)


def test_a_quota_is_of_all_deals() -> None:
    found = at_work()
    chosen, several = Withheld("quota of all deals"), Withheld("several pipelines")
    assert rows(kpis(replace(found, where=("owner = sam",)))[0])["coverage"]["value"] == chosen
    other = {**found.workspace.deals, "x": deal("x", "lead", "5", pipeline="support")}
    workspace = replace(found.workspace, deals=other, pipelines={"sales": LINE, "support": SUPPORT})
    assert rows(kpis(replace(found, workspace=workspace))[0])["coverage"]["value"] == several


def test_of_an_empty_workspace_everything_is_withheld() -> None:
    (table,) = kpis(scope(pipelines=(LINE,)))
    assert {str(row["value"]) for row in table.records()} == {"n < 5", "no quota"}
    assert {row["verdict"] for row in table.records()} == {None}
    bare = Pipeline("bare", "pipelines/bare.yaml", "Bare", [Stage("new", "New")])
    assert len(kpis(scope(pipelines=(bare,)))[0].rows) == 8
    assert "no pipeline" in kpis(scope(pipelines=()))[0].notes[0]


def test_what_must_not_fail() -> None:
    (table,) = kpis(replace(at_work(), asked=Asked(fail_under=("coverage", "lead-age", "drop_off"))))
    assert table.failed == (
        "lead_age of sales is 32 d, above its band: to 14 d",
        "coverage of sales is 1×, below its band: 3× to 4×",
    )
    assert not table.incomplete
    assert kpis(at_work())[0].failed == ()


def test_what_is_not_known_or_has_no_band_fails_nothing_and_is_told() -> None:
    (table,) = kpis(replace(at_work(quota=None), asked=Asked(fail_under=("coverage", "velocity"))))
    assert table.failed == ()
    assert table.notes[:2] == (
        "not known, so that no band is failed: coverage",
        "no band is set, so that none is failed: velocity",
    )


def test_a_figure_that_is_none() -> None:
    assert wanted(("lead-age", "touches")) == {"lead_age", "touches"}
    for ask in (lambda: wanted(("coverge",)), lambda: report("kpis", Asked(fail_under=("coverge",)))):
        with pytest.raises(PipeError, match="--fail-under coverge: there is no such figure") as caught:
            ask()
        assert (caught.value.hint, caught.value.code) == ("did you mean 'coverage'?", ExitCode.USAGE)


@pytest.mark.parametrize(
    ("value", "unit", "shown", "difference"),
    [
        (Fraction(1, 3), Unit.SHARE, "33.3%", "+33.3 pp"),
        (Fraction(25, 2), Unit.DAYS, "12.5 d", "+12.5 d"),
        (Fraction(7, 2), Unit.TIMES, "3.5×", "+3.5×"),
        (Fraction(5), Unit.NUMBER, "5", "+5"),
        (Fraction(12345, 10), Unit.MONEY, "1,234 EUR", "+1,234 EUR"),
        (Fraction(-1, 3), Unit.SHARE, "-33.3%", "-33.3 pp"),
    ],
)
def test_values_and_differences_in_words(value: Fraction, unit: Unit, shown: str, difference: str) -> None:
    assert told(value, unit, "EUR" if unit is Unit.MONEY else "") == shown
    assert told(value, unit, "EUR" if unit is Unit.MONEY else "", sign=True) == difference


def test_bands_in_words() -> None:
    assert told_band(Band(Decimal("0.20"), Decimal("0.30")), KPIS["conversion"]) == "20% to 30%"
    assert told_band(Band(Decimal(0), Decimal(14)), KPIS["lead_age"]) == "to 14 d"
    assert told_band(Band(Decimal(7), Decimal(14)), KPIS["lead_age"]) == "7 d to 14 d"
    assert told_band(None, KPIS["velocity"]) is None


def test_behind_each_figure_are_its_deals() -> None:
    for found in (at_work(), scope(*settled()), scope([settled()[0][0]], settled()[1][:3], pipelines=(LINE,))):
        (table,) = kpis(replace(found, asked=Asked(explain=True)))
        for row, deals in zip(table.records(), table.behind, strict=True):
            assert len(deals["n"]) == row["n"], row["kpi"]


def test_it_fits_80_columns() -> None:
    shown = text(kpis(at_work()), Medium(width=80))
    assert max(map(len, shown.splitlines())) <= 80
    assert all(heading in shown.splitlines()[2] for heading in ("figure", "value", "band", "verdict", "change", "n"))
