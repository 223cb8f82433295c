"""Pages: one file that asks for nothing, that everybody can read, and in which no text from data is more than that."""

from __future__ import annotations

import re
from itertools import pairwise, product

import pytest
from chart_tables import FUNNEL
from hostile import HOSTILE, MIXED, titled
from pages import Reader, board, whole

from pipecli.core.table import Document, Section, Table
from pipecli.render import safe
from pipecli.render.registry import ANYWHERE, render, render_document
from pipecli.render.style import DARK, LIGHT, STYLE

PAGE = render_document(whole(), "html")
READ = Reader(PAGE)


def test_nothing_is_run_and_nothing_is_asked_for() -> None:
    assert not {"script", "img", "iframe", "object", "embed", "form", "base", "video", "audio"} & set(READ.texts)
    assert [one["href"] for one in READ.all("link")] == ["data:,"]
    for _, attributes in READ.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "style")]
    assert all(one["href"].startswith("#") for one in READ.all("a"))
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    (policy,) = [one["content"] for one in READ.all("meta") if "http-equiv" in one]
    assert policy.startswith("default-src 'none';")


def test_every_id_is_one_and_every_reference_leads_to_one() -> None:
    ids = [attributes["id"] for _, attributes in READ.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [one["href"].removeprefix("#") for one in READ.all("a")]
    names = [name for _, attributes in READ.elements for name in attributes.get("aria-labelledby", "").split()]
    names += [attributes["aria-describedby"] for _, attributes in READ.elements if "aria-describedby" in attributes]
    assert {*links, *names} <= {*ids}


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in READ.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_language_skip_link_contents_and_content() -> None:
    assert READ.all("html") == [{"lang": "en"}]
    assert READ.all("a")[0] == {"href": "#main", "class": "skip"}
    assert READ.all("main")[0]["id"] == "main"
    (nav,) = READ.all("nav")
    assert nav == {"aria-labelledby": "contents"}
    contents = READ.texts["nav"][0]
    assert all(words in contents for words in ("Board", "Funnel", "How each figure is defined"))


def test_tables_have_a_caption_scopes_and_a_container_that_scrolls_and_is_named() -> None:
    tables = READ.all("table")
    assert len(READ.all("caption")) == len(tables) > 5
    assert all(one["scope"] in ("col", "row") for one in READ.all("th"))
    regions = [
        one for one in READ.all("div") if "scroll" in one.get("class", "").split() or one.get("class") == "board"
    ]
    assert len(regions) == len(tables) + len(whole().boards)
    assert all(one["tabindex"] == "0" and one["role"] == "region" and one["aria-label"] for one in regions)


def test_numbers_stand_at_the_right_grouped_and_what_is_withheld_says_why() -> None:
    page = render([MIXED], "html")
    assert '<td class="n">12,345</td>' in page
    assert '<td class="n">1,234,567.90</td>' in page
    assert '<td class="n none">not reached</td>' in page
    assert "tabular-nums" in STYLE


def test_each_image_is_named_and_told_and_the_others_are_hidden() -> None:
    for one in READ.all("svg"):
        if one.get("role") == "img":
            assert one["aria-labelledby"]
        elif "viewbox" not in one:
            assert one["aria-hidden"] == "true"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_shown_as_text(hostile: str) -> None:
    section = Section("s", hostile, (titled(hostile),), f"{hostile}\n\nClock: {hostile}")
    document = Document(hostile, ((hostile, hostile),), (section,), (board(hostile),))
    read = Reader(render_document(document, "html"))
    shown = safe.terminal(hostile)
    assert read.texts["h1"] == [shown]
    assert read.texts["title"][0] == shown
    assert read.texts["h4"][0] == f"{shown}9"
    assert read.texts["td"][0] == shown
    assert read.texts["caption"] == [shown]
    assert {tag for tag, _ in read.elements} <= {tag for tag, _ in READ.elements}


def test_a_text_in_another_direction_stands_by_itself() -> None:
    assert "<bdi>שלום</bdi>" in render([titled("שלום")], "html")


def test_the_same_tables_make_the_same_bytes() -> None:
    assert render_document(whole(), "html") == PAGE
    assert render_document(whole(), "html", ANYWHERE).encode() == PAGE.encode()


def test_what_a_page_said_before_no_table_says_again() -> None:
    facts = (("commit", "abc"), ("n", "7"))
    one = Table("One", FUNNEL.columns, FUNNEL.rows, facts, name="funnel")
    document = Document("Acme", facts[:1], (Section("funnel", "a", (one,)),))
    read = Reader(render_document(document, "html"))
    assert [text for text in read.texts["dt"] if text in ("commit", "n")] == ["commit", "n"]


def test_definitions_are_terms_and_words() -> None:
    start = READ.texts["dt"].index("Population")
    assert READ.texts["dt"][start : start + 3] == ["Population", "Clock", "Formula"]
    assert "--clock" in READ.texts["code"]


def test_a_board_counts_what_it_has_no_card_for() -> None:
    page = render_document(Document("Acme", (), (), (board(),)), "html")
    assert "… and 5 more" in page
    assert "9 deals open · 6,000 EUR · 0.50 USD" in page
    assert "closed 2026-11-01" in page


def test_one_table_and_none() -> None:
    read = Reader(render([MIXED], "html"))
    assert [tag for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)] == ["h1"]
    assert "nav" not in read.texts
    assert "nothing to show" in Reader(render([Table("", (), ())], "html")).texts["main"][0]
    assert Reader(render([], "html")).texts["h1"] == ["Tables"]


def _light(color: str) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_told_from_its_ground(colors: dict[str, str]) -> None:
    grounds = ("ground", "surface", "raised", "lane", "card")
    pairs = [*product(("ink", "quiet"), grounds), *((tone, f"{tone}-soft") for tone in ("good", "bad", "warn"))]
    pairs += [("accent", "ground"), ("accent", "surface"), ("good", "lane"), ("bad", "lane")]
    assert [pair for pair in pairs if contrast(colors[pair[0]], colors[pair[1]]) < 4.5] == []
    marks = [("accent", "soft"), ("accent", "surface"), ("bad", "surface"), ("good", "surface"), ("warn", "surface")]
    assert [pair for pair in marks if contrast(colors[pair[0]], colors[pair[1]]) < 3] == []
