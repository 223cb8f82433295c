"""The schemas for editors: an independent implementation accepts with them what the loader accepts.

Values are typed as an editor types them, by the core schema of YAML 1.2: a date stays text there.
"""

from __future__ import annotations

import re
from functools import cache
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pipecli.core import pipeline, record, value
from pipecli.core import settings as own
from pipecli.core.editor import FORMS, KINDS, schema
from pipecli.core.keys import keys
from pipecli.core.layout import FileKind, place
from pipecli.core.workspace import RECORDS, read_file
from pipecli.store import template
from pipecli.store.manual import file, heading, says

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
NAMES = {kind: name for name, (kind, _) in KINDS.items()}
DEAL = "title: x\npipeline: p\nstage: a\n"
OF_FORM = {"unknown-key", "missing-key", "invalid-value", "not-a-mapping"}
"""The codes of what a schema can see."""


class Editor(yaml.SafeLoader):
    """A loader that types scalars as YAML 1.2 does."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 -- PyYAML wants one of its own


for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+0123456789.")),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


def number(loader: Editor, node: yaml.ScalarNode) -> float:
    text = loader.construct_scalar(node)
    return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)


Editor.add_constructor("tag:yaml.org,2002:int", number)
Editor.add_constructor("tag:yaml.org,2002:float", number)


def seen(data: bytes) -> Any:  # noqa: ANN401 -- whatever stands in the file
    """Return what an editor sees; the keys of JSON are texts."""
    return _keyed(yaml.load(data, Loader=Editor))  # noqa: S506 -- a SafeLoader


def _keyed(data: Any) -> Any:  # noqa: ANN401
    if isinstance(data, dict):
        return {str(key): _keyed(inner) for key, inner in data.items()}
    return [_keyed(inner) for inner in data] if isinstance(data, list) else data


@cache
def validator(name: str) -> Draft202012Validator:
    made = schema(name, file(KINDS[name][1]), says)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def faults(path: str, data: bytes) -> list[str]:
    """Return what an editor would underline in a file of a workspace."""
    found = place(path)
    assert found
    return [error.message for error in validator(NAMES[found.kind]).iter_errors(seen(data))]


def files(top: Path) -> list[tuple[Path, str]]:
    """Return the files below a folder that belong to a workspace, with their paths in it."""
    roots = [settings.parent for settings in top.rglob("pipe.yaml")]
    return [
        (found, path)
        for root in roots
        for found in sorted(root.rglob("*.yaml"))
        if place(path := found.relative_to(root).as_posix())
    ]


EXAMPLES = [one for name in template.names() for one in files(ROOT / "sample-pipelines" / name)]
CASES = [(found, path) for found, path in files(ROOT / "tests" / "cases") if found.is_file() and not found.is_symlink()]


def test_there_is_a_schema_of_every_kind_of_file() -> None:
    assert set(NAMES) == set(FileKind) == set(RECORDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_schema_is_one(name: str) -> None:
    assert isinstance(validator(name), Draft202012Validator)


@pytest.mark.parametrize(("found", "path"), EXAMPLES, ids=[str(found) for found, _ in EXAMPLES])
def test_every_file_of_a_sample_is_accepted(found: Path, path: str) -> None:
    assert faults(path, found.read_bytes()) == []


def test_every_block_of_the_documentation_is_accepted() -> None:
    page = (ROOT / "docs" / "format.md").read_text("utf-8")
    blocks = [block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if re.match(r"# \S+\.yaml\n", block)]
    assert len(blocks) > 8
    for block in blocks:
        assert faults(block.split("\n")[0][2:], block.encode()) == [], block


def test_what_the_loader_accepts_a_schema_accepts_and_what_is_wrong_in_form_it_refuses() -> None:
    judged = {True: 0, False: 0}
    for path, data in sorted({(path, found.read_bytes()) for found, path in CASES}):
        loaded, problems = read_file(path, data)
        codes = {problem.code for problem in problems}
        if loaded is None and not codes <= OF_FORM:
            continue  # it is no YAML that an editor could look into
        wrong = bool(codes & OF_FORM)
        judged[wrong] += 1
        assert bool(faults(path, data)) == wrong, (path, data, problems)
    assert judged[True] > 8
    assert judged[False] > 50


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deals/x.yaml", f"{DEAL}onwer: sam\n"), ("deals/x.yaml", "title: x\npipeline: p\n"),
        ("deals/x.yaml", f"{DEAL}value: 48,000\n"), ("deals/x.yaml", f"{DEAL}created: 3.11.2026\n"),
        ("deals/x.yaml", f"{DEAL}created: 2026-13-01\n"), ("deals/x.yaml", f"{DEAL}outcome: {{class: bad}}\n"),
        ("deals/x.yaml", f"{DEAL}outcome: {{cls: other}}\n"), ("deals/x.yaml", f"{DEAL}probability: 120%\n"),
        ("deals/x.yaml", f"{DEAL}probability: 0.5\n"), ("deals/x.yaml", f"{DEAL}contacts: jane\n"),
        ("deals/x.yaml", f"{DEAL}checklist: {{budget: yes}}\n"), ("deals/x.yaml", f"{DEAL}checklist: {{budget: }}\n"),
        ("deals/x.yaml", f"{DEAL}id: x\n"), ("deals/x.yaml", f"{DEAL}currency: eur\n"), ("deals/x.yaml", "- x\n"),
        ("deals/x.yaml", f"{DEAL}tasks: [{{id: t1, do: x, owner: sam}}]\n"),
        ("deals/x.yaml", f"{DEAL}activities: [{{at: 2026-11-03T14:05, kind: call}}]\n"),
        ("deals/x.yaml", f"{DEAL}fields: {{Seats: 1}}\n"), ("deals/x.yaml", f"{DEAL}fields: {{seats: [1]}}\n"),
        ("pipelines/p.yaml", "name: x\nstages: [{id: a, name: A, kind: wonn}]\n"),
        ("pipelines/p.yaml", "name: x\nstages: [{id: a, name: A, entry: [value >]}]\n"),
        ("pipelines/p.yaml", "name: x\nstages: [{id: a, name: A, entry: [{some: [a = b]}]}]\n"),
        ("pipelines/p.yaml", "name: x\nstages: [{id: a, name: A, entry: value > 0}]\n"),
        ("pipelines/p.yaml", "name: x\nstages: [{id: a, name: A, target: 7}]\n"),
        ("pipelines/p.yaml", "name: x\nstages: [{id: A, name: A}]\n"), ("pipe.yaml", "currency: EUR\n"),
        ("pipe.yaml", "name: x\nrules: {a: maybe}\n"), ("pipe.yaml", "name: x\ncalendar: {week: monday-friday}\n"),
        ("pipe.yaml", "name: x\nfiscal_year_starts: 13\n"), ("pipe.yaml", "name: x\ntargets: {a: 20-30%}\n"),
        ("team.yaml", "members: {sam: {email: x}}\n"),
        ("team.yaml", "members: {sam: {name: x, quota: {2026-13: 1}}}\n"),
        ("rates.yaml", "usd: {2026-01-01: 1}\n"), ("rates.yaml", "USD: 1\n"), ("spend.yaml", "2026-Q5: {ads: 1}\n"),
    ],
)  # fmt: skip
def test_what_the_loader_refuses_in_form_an_editor_underlines(path: str, text: str) -> None:
    assert read_file(path, text.encode())[0] is None
    assert faults(path, text.encode())


WORDS = st.one_of(
    st.from_regex(r"[0-9+\-.:eETZWQ%dhmw ]{1,12}", fullmatch=True),
    st.from_regex(r"[a-z0-9-]{1,8}", fullmatch=True),
    st.sampled_from([
        "true", "false", "True", "no", "0", "007", "1e5", "48000.00", "-3", "+3", "2026", "2026-11", "2026-W48",
        "25%", "100%", "0.5 %", "2026-11-03", "2026-11-03T14:05Z", "2026-11-03 14:05:30.5+01:00", "90m", "mon-fri",
        "sun", "EUR", "3-4",
        "20%-30%", "0-5%", "09:00-17:30", "1234567890", "x",
    ]),
)  # fmt: skip
HINTS = [hint for name, hint in vars(value).items() if name[0].isupper() and getattr(hint, "__metadata__", None)]


@settings(max_examples=1000, deadline=None)
@given(WORDS)
def test_every_text_that_a_parser_reads_is_of_its_form(text: str) -> None:
    for hint in HINTS:
        parse: Callable[[Any], Any] = hint.__metadata__[0].parse
        try:
            plain = yaml.load(text, Loader=Editor)  # noqa: S506 -- a SafeLoader
            parse(text)
        except (ValueError, yaml.YAMLError):
            continue
        if plain in (inf, -inf):  # a number too large for an editor, which no longer knows how it was written
            continue
        if isinstance(plain, str | int | float | bool) and text == text.strip() and not text.startswith(("-0", "- ")):
            assert Draft202012Validator(FORMS[parse]).is_valid(plain), (parse, text)


@pytest.mark.parametrize("path", ["rates.yaml", "spend.yaml", "team.yaml"])
def test_a_file_that_need_not_say_anything_may_be_empty(path: str) -> None:
    assert read_file(path, b"")[1] == ()
    assert faults(path, b"") == []


def test_every_form_of_a_value_has_one_for_editors() -> None:
    assert {hint.__metadata__[0].parse for hint in HINTS} <= set(FORMS)


def test_keys_are_described_as_the_documentation_does() -> None:
    properties = schema("deal", "", says)["properties"]
    assert properties["owner"]["description"] == "the id of a member"
    assert (
        properties["closed_on"]["description"] == "the day on which it was won or lost; required in a won or lost stage"
    )
    assert "description" not in properties["title"]
    kinds = [
        kind
        for module in (record, pipeline, own)
        for kind in vars(module).values()
        if isinstance(kind, type) and hasattr(kind, "__pydantic_config__") and kind not in (own.Rates, own.Spend)
    ]
    page = (ROOT / "docs" / "format.md").read_text("utf-8")
    for kind in kinds:
        assert re.search(rf"^##+ {heading(kind)}$", page, re.MULTILINE), kind
        assert any(says(kind, key) for key in keys(kind)), kind
