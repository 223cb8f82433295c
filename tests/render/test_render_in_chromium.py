"""Pages as a browser shows them: no complaint, no request, nothing wider than the window, hostile names as text."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from case import PIPE, pinned_environment
from chromium import Browser, chromium
from hostile import HOSTILE
from pages import whole

from pipecli.render import safe
from pipecli.render.registry import render_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOUND = chromium()
pytestmark = [
    pytest.mark.skipif(FOUND is None, reason="NO PAGE WAS LOOKED AT: no Chromium is here (apt-get install chromium)"),
    pytest.mark.xdist_group("chromium"),
]

WIDTHS = (390, 1280)
TOO_WIDE = """
(() => {
  const wide = document.documentElement;
  const found = wide.scrollWidth > wide.clientWidth ? [`page ${wide.scrollWidth}`] : [];
  for (const one of document.querySelectorAll('.scroll, .board, figure, header, footer, h1, h2, h3, p, dl')) {
    if (one.closest('.board') && !one.matches('.board')) continue;
    const place = one.getBoundingClientRect();
    if (place.left < -1 || place.right > wide.clientWidth + 1) found.push(`${one.tagName} ${one.className} ${one.id}`);
  }
  return found;
})()
"""
CUT_OFF = """
[...document.querySelectorAll('svg[role=img]')].flatMap((image) => {
  const room = image.getBoundingClientRect();
  return [...image.querySelectorAll('text')].filter((text) => {
    const place = text.getBoundingClientRect();
    return place.left < room.left - 1 || place.right > room.right + 1;
  }).map((text) => `${image.querySelector('title').textContent}: ${text.textContent}`);
})
"""
ONE_ON_ANOTHER = """
[...document.querySelectorAll('svg[role=img]')].flatMap((image) => {
  const texts = [...image.querySelectorAll('text')].filter((text) => text.textContent.trim());
  const places = texts.map((text) => text.getBoundingClientRect());
  const on = (a, b) => a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
  return texts.flatMap((text, at) => texts.slice(0, at).filter((_, before) => on(places[at], places[before]))
    .map((other) => `${image.querySelector('title').textContent}: ${other.textContent} / ${text.textContent}`));
})
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    assert FOUND
    with Browser(FOUND, tmp_path_factory.mktemp("profile")) as one:
        yield one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page with every chart, every type of cell, and every hostile text."""
    file = tmp_path_factory.mktemp("page") / "made.html"
    file.write_text(render_document(whole(), "html"), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of all reports on the example workspace."""
    place = tmp_path_factory.mktemp("demo")
    environment = pinned_environment(place)
    for command in (["demo", "demo"], ["-C", "demo", "report", "all", "--format", "html", "--output", "report.html"]):
        subprocess.run([PIPE, *command], cwd=place, env=environment, check=True, capture_output=True, timeout=300)
    return place / "report.html"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", ["made", "demo"])
def test_a_page_fits_asks_for_nothing_and_complains_of_nothing(
    browser: Browser, page: str, width: int, *, dark: bool, request: pytest.FixtureRequest
) -> None:
    file: Path = request.getfixturevalue(page)
    browser.show(file, width=width, dark=dark)
    assert browser.tell("document.documentElement.clientWidth") == width
    assert browser.tell(TOO_WIDE) == []
    assert browser.tell(CUT_OFF) == []
    assert browser.tell("matchMedia('(prefers-color-scheme: dark)').matches") is dark
    assert browser.requests == [file.as_uri()]
    assert browser.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_of_a_chart_stands_on_another(browser: Browser, demo: Path, width: int) -> None:
    browser.show(demo, width=width, dark=False)
    assert browser.tell(ONE_ON_ANOTHER) == []


def test_hostile_names_are_text(browser: Browser, made: Path) -> None:
    browser.show(made, width=1280, dark=False)
    captions = browser.tell("[...document.querySelectorAll('caption')].map((one) => one.textContent)")
    assert {safe.terminal(text) for text in HOSTILE} <= {*captions}
    assert browser.tell("document.querySelectorAll('script, img, iframe, object, form, a[href^=j]').length") == 0
    assert browser.tell("document.title") == "Acme sales"


def test_dark_and_light_differ_and_print_is_light(browser: Browser, made: Path) -> None:
    ground = "getComputedStyle(document.documentElement).getPropertyValue('--ground')"
    browser.show(made, width=1280, dark=False)
    light = browser.tell(ground)
    browser.show(made, width=1280, dark=True)
    assert browser.tell(ground) != light
    dark = {"name": "prefers-color-scheme", "value": "dark"}
    browser.ask("Emulation.setEmulatedMedia", media="print", features=[dark])
    try:
        assert browser.tell(ground) == light
        assert browser.tell("getComputedStyle(document.querySelector('nav')).display") == "none"
        assert browser.tell("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    finally:
        browser.ask("Emulation.setEmulatedMedia", media="")


def test_on_paper_no_table_is_cut_off(browser: Browser, demo: Path) -> None:
    paper = 1030  # pixels of A4 across, less the margins
    browser.show(demo, width=paper, dark=False)
    browser.ask("Emulation.setEmulatedMedia", media="print")
    try:
        wide = "[...document.querySelectorAll('table, .board')].map((one) => one.getBoundingClientRect().right)"
        assert max(browser.tell(wide)) <= paper + 1
        assert browser.tell("document.documentElement.scrollWidth") <= paper
    finally:
        browser.ask("Emulation.setEmulatedMedia", media="")


def test_a_screen_reader_finds_names(browser: Browser, made: Path) -> None:
    browser.show(made, width=1280, dark=False)
    nodes = browser.ask("Accessibility.getFullAXTree")["nodes"]
    named: dict[str, list[str]] = {}
    for node in nodes:
        role = node.get("role", {}).get("value", "")
        named.setdefault(role, []).append(node.get("name", {}).get("value", ""))
    assert len(named["table"]) == browser.tell("document.querySelectorAll('table').length")
    for role in ("table", "image", "region", "navigation"):
        assert all(named[role]), role
    assert "Deals that reached each stage" in named["image"]
    assert named["navigation"] == ["Contents"]
    assert {"rowheader", "columnheader", "main", "banner", "contentinfo"} <= named.keys()


def test_the_keyboard_comes_to_the_skip_link_first_and_into_what_scrolls(browser: Browser, made: Path) -> None:
    browser.show(made, width=390, dark=False)
    press = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
    browser.ask("Input.dispatchKeyEvent", type="keyDown", **press)
    browser.ask("Input.dispatchKeyEvent", type="keyUp", **press)
    assert browser.tell("document.activeElement.className") == "skip"
    assert browser.tell("document.activeElement.getBoundingClientRect().top") >= 0
    assert browser.tell("[...document.querySelectorAll('.scroll, .board')].every((one) => one.tabIndex === 0)") is True
