"""Charts: what is drawn of which table, in shapes and in words, and that nothing missing stops them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from chart_tables import AGING, ALL, CALIBRATION, FORECAST, FUNNEL, PIPELINE, STAGE_TIME, SURVIVAL, WATERFALL, table
from hostile import HOSTILE

from pipecli.core.table import Table, Withheld
from pipecli.render.charts import CHARTS, chart_of
from pipecli.render.charts.reading import short, ticks
from pipecli.render.figure import figure
from pipecli.render.svg import bar, stepped

if TYPE_CHECKING:
    from pipecli.core.table import Cell
    from pipecli.render.charts.chart import Chart


def drawn(one: Table) -> Chart:
    found = chart_of(one)
    assert found is not None
    return found


def shapes(one: Table, tag: str, kind: str, panel: int = 0) -> list[dict[str, str]]:
    body = ET.fromstring(f"<g>{drawn(one).panels[panel].body}</g>")  # noqa: S314 -- our own text
    return [shape.attrib for shape in body.iter(tag) if shape.attrib.get("class") == kind]


def test_every_chart_has_a_table_here() -> None:
    assert {one.name for one in ALL} == CHARTS.keys()
    assert chart_of(table("deals", "deal age", ("a", 1))) is None


def test_bars_are_as_long_as_their_figures() -> None:
    assert [one["width"] for one in shapes(FUNNEL, "rect", "bar")] == ["100%", "40%", "20%"]
    assert [one["width"] for one in shapes(FUNNEL, "rect", "bar done")] == ["20%", "20%", "20%"]
    assert [one["width"] for one in shapes(PIPELINE, "rect", "bar")] == ["100%"]
    assert [one["width"] for one in shapes(PIPELINE, "rect", "bar done")] == ["10%"]


def test_quantiles_stand_where_the_scale_has_them() -> None:
    assert [one["cx"] for one in shapes(STAGE_TIME, "circle", "dot")] == ["6.25%", "20%"]
    assert [one["x1"] for one in shapes(STAGE_TIME, "line", "rule far")] == ["100%"]
    intervals = [(one["x"], one["width"]) for one in shapes(STAGE_TIME, "rect", "interval")]
    assert intervals == [("5%", "2.5%"), ("17.5%", "7.5%")]


def test_a_waterfall_goes_on_from_step_to_step() -> None:
    places = {
        kind: [(one["x"], one["width"]) for one in shapes(WATERFALL, "rect", kind)]
        for kind in ("bar", "bar done", "bar up", "bar down")
    }
    assert places == {
        "bar": [("0%", "83.26%"), ("0%", "14.09%")],
        "bar done": [("83.26%", "16.74%")],
        "bar up": [("14.09%", "85.08%")],
        "bar down": [("99.16%", "0.84%")],
    }
    assert drawn(WATERFALL).panels[0].told == (
        "opening 59,700.00 EUR; created +12,000.00 EUR; decreased −600.00 EUR; won −61,000.00 EUR; "
        "closing 10,100.00 EUR"
    )


def test_a_waterfall_by_owner_is_no_chart() -> None:
    rows = (("opening", 1, 5, "EUR"), ("closing", 1, 5, "EUR")) * 2
    assert chart_of(table("waterfall", "step deals value currency", *rows)) is None


def test_a_waterfall_that_goes_below_nothing_has_room_for_it() -> None:
    rows = (("opening", 1, 100, "EUR"), ("currency", 1, -150, "EUR"), ("closing", 1, -50, "EUR"))
    found = shapes(table("waterfall", "step deals value currency", *rows), "rect", "bar")
    assert [(one["x"], one["width"]) for one in found] == [("33.33%", "66.67%"), ("0%", "33.33%")]


def test_a_curve_keeps_its_height_until_somebody_leaves() -> None:
    assert stepped([(0, 1.0), (0.1, 0.9), (0.2, 0.9)]) == [(0, 1.0), (0.1, 1.0), (0.1, 0.9), (0.2, 0.9)]
    (line,) = shapes(SURVIVAL, "path", "curve")
    assert line["d"] == "M0 0L33.33 0L33.33 100L166.67 100L166.67 500L1000 500L1000 800"
    assert [panel.told for panel in drawn(SURVIVAL).panels] == [
        "half had left by 5.0 d; at 30.0 d, 20.0% were still there",
        "fewer than half had left; at 12.0 d, 75.0% were still there",
    ]


def test_a_fan_of_one_month_is_a_dot_with_its_interval() -> None:
    assert [one["cx"] for one in shapes(FORECAST, "circle", "dot", 1)] == ["50%"]
    assert len(shapes(FORECAST, "line", "whisker", 1)) == 1
    assert shapes(FORECAST, "path", "band", 1) == []
    assert len(shapes(FORECAST, "path", "band")) == 1


def test_a_dot_of_each_deal_says_whether_it_is_late() -> None:
    kinds = ("dot", "dot late", "dot over")
    assert [len(shapes(AGING, "circle", kind)) for kind in kinds] == [2, 1, 1]
    assert [panel.title for panel in drawn(AGING).panels] == ["sales", "support"]
    sizes = [float(one["r"]) for one in shapes(AGING, "circle", "dot")]
    assert sizes == [10, 10]  # the largest of its currency each
    assert "of its currency" in drawn(AGING).note


def test_of_very_many_deals_the_oldest_are_drawn() -> None:
    rows = [(f"d{day}", "sales", "lead", float(day), None, None, None, None) for day in range(400)]
    many = table("aging", "deal pipeline stage age target p90 value currency", *rows)
    assert len(shapes(many, "circle", "dot")) == 150
    assert "400 deals, of which the 150 oldest are drawn" in drawn(many).panels[0].told


def test_what_was_measured_otherwise_is_marked() -> None:
    assert [len(shapes(CALIBRATION, "circle", kind)) for kind in ("dot", "dot differs", "hollow")] == [2, 1, 3]
    assert "talks: configured 75.0%, measured n < 5, of 3 deals" in drawn(CALIBRATION).panels[0].told


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_nothing_that_is_missing_stops_a_chart(one: Table) -> None:
    chart_of(replace(one, rows=()))
    chart_of(replace(one, columns=(), rows=((), ())))
    instead: tuple[Cell, ...] = (None, Withheld("n < 5"), 0, -1, "")
    for row in one.rows:
        chart_of(replace(one, rows=(row,)))
        for place in range(len(row)):
            for cell in instead:
                changed = replace(one, rows=((*row[:place], cell, *row[place + 1 :]),))
                chart = chart_of(changed)
                assert "nan" not in (str(figure(chart, "k")) if chart else "")
    for cell in instead:
        chart_of(replace(one, rows=((cell,) * len(one.columns),) * 2))
    for gone in range(len(one.columns)):
        columns = (*one.columns[:gone], *one.columns[gone + 1 :])
        chart_of(replace(one, columns=columns, rows=tuple((*row[:gone], *row[gone + 1 :]) for row in one.rows)))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_each_image_has_a_name_and_says_its_figures(one: Table) -> None:
    whole = ET.fromstring(str(figure(drawn(one), "key")).replace("tabindex", "data-t"))  # noqa: S314 -- our own text
    images = [image for image in whole.iter("svg") if image.attrib.get("role") == "img"]
    assert len(images) == len(drawn(one).panels)
    for place, image in enumerate(images, 1):
        title, desc = image[0], image[1]
        assert (title.tag, title.attrib["id"]) == ("title", image.attrib["aria-labelledby"])
        assert (desc.tag, desc.attrib["id"]) == ("desc", image.attrib["aria-describedby"])
        assert title.attrib["id"] == f"key-{place}-title"
        assert title.text
        assert re.search(r"\d", desc.text or "")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_name_is_text_in_a_chart(hostile: str) -> None:
    for one in ALL:
        texts = tuple(tuple(hostile if isinstance(cell, str) else cell for cell in row) for row in one.rows)
        chart = chart_of(replace(one, title=hostile, rows=texts))
        ET.fromstring(str(figure(chart, "k")) if chart else "<a/>")  # noqa: S314 -- what is proven is that it parses


@pytest.mark.parametrize("highest", [0.001, 0.3, 1, 7, 82.8, 150, 999, 1e6, 123_456_789])
def test_a_scale_has_few_round_numbers_up_to_the_highest(highest: float) -> None:
    found = ticks(highest)
    assert found[0] == 0
    assert found[-2] < highest <= found[-1]
    assert 2 <= len(found) <= 6


def test_numbers_of_scales_are_short() -> None:
    assert [short(one) for one in (0.0, 0.5, 750.0, 9_000.0, 20_000.0, 1.5e6, 2e9)] == [
        "0", "0.5", "750", "9,000", "20k", "1.5M", "2bn",
    ]  # fmt: skip


def test_a_bar_of_nearly_nothing_is_seen_and_stays_inside() -> None:
    assert 'x="99.8%"' in bar(1, 1.00001, 0, 8, "bar")
