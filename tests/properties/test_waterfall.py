"""The waterfall adds up between any two workspaces, and says what the definition says, told a second time here."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from installed import git, pipe

from pipecli.core.layout import FileKind
from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.record import Deal
from pipecli.core.settings import Settings, Team
from pipecli.core.workspace import Workspace
from pipecli.reports.scope import Asked, Scope
from pipecli.reports.waterfall import diff
from pipecli.store.pair import pair

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.core.table import Table

SALES = Pipeline(
    "sales", "pipelines/sales.yaml", "Sales",
    [Stage("lead", "L"), Stage("offer", "O"), Stage("won", "W", kind=Kind.WON), Stage("lost", "X", kind=Kind.LOST),
     Stage("parked", "P", kind=Kind.ON_HOLD)],
)  # fmt: skip
SUPPORT = replace(SALES, id="support", path="pipelines/support.yaml", currency="USD")
RATES = (
    {"USD": {date(2026, 1, 1): Decimal("0.9137")}, "GBP": {date(2026, 1, 1): Decimal("1.1")}},
    {
        "USD": {date(2026, 1, 1): Decimal("0.9137"), date(2026, 6, 1): Decimal("0.871")},
        "CHF": {date(2026, 6, 1): Decimal(1)},
    },
)  # fmt: skip
AGAIN = (
    {"EUR": Fraction(1), "USD": Fraction("0.9137"), "GBP": Fraction("1.1")},
    {"EUR": Fraction(1), "USD": Fraction("0.871"), "CHF": Fraction(1)},
)
MOMENTS = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))

DEALS = st.fixed_dictionaries(
    {
        "stage": st.sampled_from(["lead", "offer", "won", "lost", "parked", "lead", "offer", "nowhere"]),
        "pipeline": st.sampled_from(["sales", "sales", "support", "ghost"]),
        "value": st.none() | st.decimals("-99", "9999", places=3),
        "currency": st.sampled_from([None, "EUR", "USD", "GBP", "CHF", "JPY"]),
        "owner": st.sampled_from([None, "sam", "kim"]),
    }
)
WORKSPACES = st.dictionaries(st.sampled_from("abcde"), DEALS, max_size=5)


def _scope(number: int, deals: dict[str, dict[str, Any]], currency: str | None, **asked: Any) -> Scope:  # noqa: ANN401 -- fields of a scope
    made = {name: Deal(id=name, path=f"deals/{name}.yaml", title=name, **told) for name, told in deals.items()}
    workspace = Workspace(
        Settings("x", currency), Team(), {"sales": SALES, "support": SUPPORT}, made, {}, {}, RATES[number], {},
        known={FileKind.DEAL: {name: one.path for name, one in made.items()}},
    )  # fmt: skip
    return Scope(workspace=workspace, visits=(), now=MOMENTS[number], **asked)


@settings(max_examples=300, deadline=None)
@given(
    then=WORKSPACES, now=WORKSPACES, currencies=st.tuples(*[st.sampled_from(["EUR", "EUR", "EUR", "USD", None])] * 2),
    pipeline=st.sampled_from([None, "sales"]), by=st.sampled_from([None, "owner", "stage"]), renamed=st.booleans(),
)  # fmt: skip
def test_any_two_workspaces_add_up(
    then: dict[str, dict[str, Any]],
    now: dict[str, dict[str, Any]],
    currencies: tuple[str | None, str | None],
    pipeline: str | None,
    by: str | None,
    renamed: bool,
) -> None:
    names = {name: name for name in now if name in then}
    if renamed and "a" in now and "a" not in then and "e" in then and "e" not in now:
        names["a"] = "e"
    before = _scope(0, then, currencies[0], pipeline=pipeline)
    scope = _scope(1, now, currencies[1], pipeline=pipeline, asked=Asked(by=by), before=before)
    tables = diff(scope, names)
    _adds_up(tables)
    _each_once(tables)
    if currencies == ("EUR", "EUR"):
        assert _steps(tables) == _told_again(then, now, names, pipeline)


def _told_again(  # noqa: C901 -- the definition, a line a step
    then: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]], names: dict[str, str], pipeline: str | None
) -> dict[tuple[str, str], tuple[int, Fraction]]:
    """Return (line, step) → how many deals and what they add, by the words of the definition, in fractions."""
    found: dict[tuple[str, str], list[Fraction]] = defaultdict(list)
    for old, new in [*((names.get(n), n) for n in now), *((n, None) for n in then if n not in names.values())]:
        one, other = then[old] if old else None, now[new] if new else None
        if any(end and not _placed(end, pipeline) for end in (one, other)):
            continue
        was, is_ = _status(one, pipeline), _status(other, pipeline)
        a, b = _worth(one, 0), _worth(other, 1)
        if one and other and one["value"] is None:
            a = (b[0], Fraction(0))
        elif one and other and other["value"] is None:
            b = (a[0], Fraction(0))
        if was == "open":
            found[a[0], "opening"].append(a[1])
        if is_ == "open":
            found[b[0], "closing"].append(b[1])
        if was == is_ == "open" and a[0] == b[0]:
            assert one
            assert other
            again = _worth({**other, "currency": _currency(other)}, 0, a[0])
            change = again - a[1] if again is not None else b[1] - a[1]
            if change:
                found[a[0], "increased" if change > 0 else "decreased"].append(change)
            if b[1] - a[1] != change:
                found[a[0], "currency"].append(b[1] - a[1] - change)
            continue
        gone = {
            "open": "moved out",
            "elsewhere": "moved out",
            "won": "won",
            "lost": "lost",
            "on_hold": "held",
            "": "removed",
        }
        come = {
            "open": "moved in",
            "elsewhere": "moved in",
            "won": "reopened",
            "lost": "reopened",
            "on_hold": "resumed",
            "": "created",
        }
        if was == "open":
            found[a[0], gone[is_]].append(-a[1])
        if is_ == "open":
            found[b[0], come[was]].append(b[1])
    return {key: (len(values), sum(values, Fraction(0))) for key, values in found.items()}


def _placed(deal: dict[str, Any], pipeline: str | None) -> bool:
    here = pipeline is None or deal["pipeline"] == pipeline
    return not here or (deal["pipeline"] != "ghost" and deal["stage"] != "nowhere")


def _status(deal: dict[str, Any] | None, pipeline: str | None) -> str:
    if deal is None:
        return ""
    if pipeline is not None and deal["pipeline"] != pipeline:
        return "elsewhere"
    return {"won": "won", "lost": "lost", "parked": "on_hold"}.get(deal["stage"], "open")


def _currency(deal: dict[str, Any]) -> str:
    return deal["currency"] or ("USD" if deal["pipeline"] == "support" else "EUR")


def _worth(deal: dict[str, Any] | None, number: int, line: str = "") -> Any:  # noqa: ANN401 -- a pair, or an amount
    """Return the line and the amount; with a line, the amount on it alone, None where it cannot stand there."""
    if deal is None:
        return ("", Fraction(0))
    if deal["value"] is None:
        return Fraction(0) if line else ("EUR", Fraction(0))
    value, currency = Fraction(deal["value"]), _currency(deal)
    rate = AGAIN[number].get(currency)
    if line:
        return value if line == currency else value * rate if rate and line == "EUR" else None
    return ("EUR", value * rate) if rate is not None else (currency, value)


def _steps(tables: tuple[Table, ...]) -> dict[tuple[str, str], tuple[int, Fraction]]:
    found: dict[tuple[str, str], tuple[int, Fraction]] = {}
    for row in (row for table in tables if table.name == "waterfall" for row in table.records()):
        key = str(row["currency"]), str(row["step"])
        deals, value = found.get(key, (0, Fraction(0)))
        if row["deals"]:
            found[key] = deals + int(str(row["deals"])), value + Fraction(str(row["value"]))
    return found


def _adds_up(tables: tuple[Table, ...]) -> None:
    """Every waterfall, and every group of it, adds up from the printed rows; the deals below add up to its steps."""
    below: dict[tuple[object, object], Decimal] = defaultdict(Decimal)
    for table in tables:
        if table.name == "waterfall":
            sums: dict[object, Decimal] = defaultdict(Decimal)
            for row in table.records():
                value = Decimal(str(row["value"]))
                group = row.get("owner", row.get("stage"))
                sums[group] += -value if row["step"] == "closing" else value
                if row["step"] not in ("opening", "closing"):
                    below[row["currency"], row["step"]] += value
            assert set(sums.values()) <= {Decimal(0)}
        else:
            for row in table.records():
                below[row["currency"], row["step"]] -= Decimal(str(row["change"] or 0))
    assert set(below.values()) <= {Decimal(0)}


def _each_once(tables: tuple[Table, ...]) -> None:
    rows = [row for table in tables if table.name == "waterfall-deals" for row in table.records()]
    steps = Counter((row["currency"], row["deal"]) for row in rows if row["step"] != "currency")
    assert set(steps.values()) <= {1}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("demo")
    pipe(folder, "demo", "here")
    return folder / "here", git(folder / "here", "rev-list", "HEAD").split()


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_two_moments_of_the_demo_add_up(demo: tuple[Path, list[str]], data: st.DataObject) -> None:
    folder, commits = demo
    one, other = (data.draw(st.sampled_from(commits)) for _ in range(2))
    found = pair(folder, (one, other), datetime(2026, 11, 23, 15, 12, 9, tzinfo=UTC), 1)
    before, after = (
        Scope(workspace=end.workspace, visits=(), now=end.now, asked=Asked(by="owner"))
        for end in (found.before, found.after)
    )
    tables = diff(replace(after, before=before), found.names)
    _adds_up(tables)
    _each_once(tables)
    assert not any(table.incomplete for table in tables)
    for step, end in (("opening", found.before), ("closing", found.after)):
        is_open = [deal for deal in end.workspace.deals.values() if _kind(end.workspace, deal) is Kind.OPEN]
        counted = sum(number for (_, name), (number, _) in _steps(tables).items() if name == step)
        assert counted == len(is_open)


def _kind(workspace: Workspace, deal: Deal) -> Kind | None:
    stage = workspace.stage_of(deal)
    return stage.kind if stage else None
