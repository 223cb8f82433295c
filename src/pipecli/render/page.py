"""The frame of a page: what stands around the content, and what keeps it from asking anything of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.render.markup import NOTHING, Markup, element, isolated
from pipecli.render.style import STYLE

if TYPE_CHECKING:
    from collections.abc import Sequence

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def page(
    title: str, facts: Sequence[tuple[str, str]], links: Sequence[tuple[str, str]], content: str, foot: str = ""
) -> str:
    """Return a whole file; `links` are the ids of the sections, each with its name, for the table of contents."""
    body = element(
        "div",
        element("header", element("h1", isolated(title)), _facts(facts), class_="top"),
        element(
            "div",
            _contents(links),
            element("main", content, id="main", tabindex="-1"),
            class_="layout" if links else None,
        ),
        element("footer", element("p", foot)) if foot else NOTHING,
        class_="page",
    )
    skip = element("a", "Skip to the content", href="#main", class_="skip")
    whole = element("html", _head(title), element("body", skip, body), lang="en")
    return f"<!doctype html>\n{whole}\n"


def _head(title: str) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("link", rel="icon", href="data:,"),
        element("title", title),
        element("style", Markup(STYLE)),
    )


def _facts(facts: Sequence[tuple[str, str]]) -> Markup:
    told = [element("div", element("dt", name), element("dd", isolated(text))) for name, text in facts]
    return element("dl", *told) if told else NOTHING


def _contents(links: Sequence[tuple[str, str]]) -> Markup:
    if not links:
        return NOTHING
    entries = [element("li", element("a", isolated(name), href=f"#{key}")) for key, name in links]
    return element("nav", element("h2", "Contents", id="contents"), element("ol", *entries), aria_labelledby="contents")
