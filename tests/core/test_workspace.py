from __future__ import annotations

import pytest

from pipecli.core.finding import find_deal
from pipecli.core.layout import RESERVED, FileKind, Place, meant_at_top, name_problem, place
from pipecli.core.problem import ExitCode, PipeError, Problem, did_you_mean, nearest
from pipecli.core.workspace import build, located

SETTINGS = ("pipe.yaml", b"name: Acme\n")
DEAL = b"title: Annual renewal\npipeline: sales\nstage: lead\n"
PIPELINE = b"""\
name: Sales
currency: CHF
stages:
  - {id: lead, name: Lead, aliases: [new]}
  - {id: won, name: Won, kind: won}
"""


def found(*pairs: tuple[str, bytes]) -> list[tuple[str, str]]:
    return [(p.code, p.path) for p in build([SETTINGS, *pairs]).problems]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pipe.yaml", Place(FileKind.SETTINGS, "")),
        ("deals/a.yaml", Place(FileKind.DEAL, "a")),
        ("deals/2026/11/a.yaml", Place(FileKind.DEAL, "a")),
        ("contacts/a.yaml", Place(FileKind.CONTACT, "a")),
        ("deals/a.txt", None),
        ("deals", None),
        ("sub/pipe.yaml", None),
        ("notes/a.yaml", None),
        ("readme.md", None),
    ],
)
def test_a_path_alone_tells_what_a_file_is(path: str, expected: Place | None) -> None:
    assert place(path) == expected


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("deals/acme.yaml", None),
        ("deals/2026-11/acme.yaml", None),
        ("deals/notes.txt", None),
        ("deals/acme.yaml.bak", None),
        ("templates/Hello.yml", None),
        ("pipe.yaml", None),
        ("readme.md", None),
        ("deals/Con.yaml", "invalid-id"),
        ("deals/con.yaml", "reserved-id"),
        ("deals/lpt9.yaml", "reserved-id"),
        ("deals/all.yaml", "reserved-id"),
        ("pipelines/verify.yaml", "reserved-id"),
        ("deals/café.yaml", "invalid-id"),
        ("deals/cafe\u0301.yaml", "invalid-id"),
        ("deals/a..yaml", "invalid-id"),
        ("deals/a .yaml", "invalid-id"),
        ("deals/-a.yaml", "invalid-id"),
        ("deals/a_b.yaml", "invalid-id"),
        (f"deals/{'a' * 64}.yaml", "invalid-id"),
        ("deals/.yaml", "invalid-id"),
        ("deals/a\udcff.yaml", "invalid-id"),
        ("deals/acme.yml", "file-suffix"),
        ("deals/acme.YAML", "file-suffix"),
        ("deals/acme.Yml", "file-suffix"),
        ("deals/acme.yaml.", "file-suffix"),
        ("deals/acme.yaml ", "file-suffix"),
        ("deals/acme.yaml.txt", "file-suffix"),
        ("team.yml", "file-name"),
        ("Pipe.yaml", "file-name"),
        ("rates.yaml.txt", "file-name"),
        ("Deals/acme.yaml", "file-name"),
        ("DEALS/acme.txt", "file-name"),
    ],
)
def test_a_name_that_is_ours_or_looks_like_it_is_right_or_a_problem(path: str, code: str | None) -> None:
    problem = name_problem(path)
    assert (problem.code if problem else None) == code
    if problem:
        assert problem.path == path
        assert problem.hint


def test_a_file_at_the_top_is_no_folder_and_a_folder_no_file() -> None:
    assert name_problem("Deals") is None
    assert name_problem("Team.yaml/x") is None
    assert meant_at_top("\uff44eals") is FileKind.DEAL
    assert meant_at_top("deal") is None


def test_reserved_ids_could_be_ids() -> None:
    assert all(name.isalnum() and name == name.lower() for name in RESERVED)


def test_files_with_colliding_names_are_all_read_or_told() -> None:
    names = [
        "deals/con.yaml",
        "deals/Con.yaml",
        "deals/café.yaml",
        "deals/cafe\u0301.yaml",
        "deals/a..yaml",
        "deals/a.yaml.",
    ]
    workspace = build([SETTINGS, *((name, DEAL) for name in names)])
    assert workspace.deals == {}
    assert sorted(problem.path for problem in workspace.problems) == sorted(names)


def test_an_id_stands_for_the_first_of_its_files_and_the_others_are_told() -> None:
    pairs = [("deals/b/acme.yaml", DEAL.replace(b"Annual", b"Second")), ("deals/a/acme.yaml", DEAL)]
    workspace = build([SETTINGS, *pairs])
    assert workspace.deals["acme"].title == "Annual renewal"
    assert [(p.code, p.path) for p in workspace.problems] == [("duplicate-id", "deals/b/acme.yaml")]
    assert found(("companies/acme.yaml", b"name: Acme\n"), ("contacts/acme.yaml", b"name: Acme\n")) == []


def test_a_broken_file_is_in_no_mapping_and_still_known() -> None:
    workspace = build([SETTINGS, ("deals/acme.yaml", b"title: x\n"), ("deals/other.yaml", b"a: *b\n")])
    assert workspace.deals == {}
    assert set(workspace.known[FileKind.DEAL]) == {"acme", "other"}
    assert {p.path for p in workspace.errors()} == {"deals/acme.yaml", "deals/other.yaml"}


def test_a_file_that_was_not_read_is_known_by_its_path() -> None:
    workspace = build([SETTINGS], paths=["deals/acme.yaml", "deals/2026/acme.yaml", "deals/b.yml"])
    assert set(workspace.known[FileKind.DEAL]) == {"acme"}
    assert [p.code for p in workspace.problems] == ["duplicate-id", "file-suffix"]


def test_files_that_are_not_ours_are_left_alone() -> None:
    assert found(("readme.md", b"\xff"), ("templates/x.yaml", b"a: *b"), ("deals/photo.png", b"\x00")) == []


def test_settings_that_are_absent_are_told_once() -> None:
    assert [p.code for p in build([("deals/acme.yaml", DEAL)]).problems] == ["no-settings"]
    link = Problem(code="symbolic-link", path="pipe.yaml", message="")
    assert [p.code for p in build([], problems=[link]).problems] == ["symbolic-link"]
    assert build([]).settings.timezone == "UTC"


def test_the_order_of_the_pairs_does_not_matter() -> None:
    pairs = [SETTINGS, ("deals/b.yaml", DEAL), ("deals/a.yaml", DEAL), ("pipelines/sales.yaml", PIPELINE)]
    one, other = build(pairs), build(reversed(pairs))
    assert list(one.deals) == list(other.deals) == ["a", "b"]
    assert one == other


def test_a_deals_stage_and_currency_are_looked_up() -> None:
    files = {
        "pipe.yaml": b"name: Acme\ncurrency: EUR\n",
        "pipelines/sales.yaml": PIPELINE,
        "deals/a.yaml": DEAL.replace(b"lead", b"new"),
        "deals/b.yaml": DEAL.replace(b"sales", b"other"),
        "deals/c.yaml": DEAL + b"currency: USD\n",
    }
    workspace = build(files.items())
    deals = workspace.deals
    stages = [workspace.stage_of(deals[name]) for name in "abc"]
    assert [stage.id if stage else None for stage in stages] == ["lead", None, "lead"]
    assert [workspace.currency_of(deals[name]) for name in "abc"] == ["CHF", "EUR", "USD"]


def test_a_member_is_known_by_the_address() -> None:
    workspace = build(
        [SETTINGS, ("team.yaml", b"members:\n  sam: {name: Sam Roe, email: Sam@example.com}\n  kim: {name: Kim Lee}\n")]
    )
    assert workspace.member_by_email("sam@EXAMPLE.com") == "sam"
    assert workspace.member_by_email("") == ""
    assert workspace.member_by_email("kim@example.com") == ""


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("    entry:\n      - value > 0 # a lot\n", 1),
        ("    entry:\n      - any:\n          - value > 0   # a lot\n          - owner is set\n", 1),
        ("    entry:\n      - value > 0\n      # a lot\n", 0),
        ("    entry: [value > 0] # a lot\n", 0),
        ("    entry:\n      - 'value > 0' # a lot\n", 0),
        ("    reasons:\n      - price # a lot\n", 0),
    ],
)
def test_a_comment_behind_a_condition_is_told(text: str, comments: int) -> None:
    pipeline = f"name: Sales\nstages:\n  - id: lead\n    name: Lead\n{text}"
    assert (
        found(("pipelines/sales.yaml", pipeline.encode())) == [("condition-comment", "pipelines/sales.yaml")] * comments
    )


def test_a_problem_gets_its_place_where_the_text_is_known() -> None:
    problem = Problem(code="x", path="deals/a.yaml", message="", loc=("stage",))
    (at,) = located([problem], {"deals/a.yaml": DEAL})
    assert (at.line, at.column, at.excerpt) == (3, 8, "stage: lead")
    assert located([problem], {}) == (problem,)


DEALS = build(
    [
        SETTINGS,
        ("deals/acme-renewal.yaml", DEAL),
        ("deals/acme-training.yaml", DEAL.replace(b"Annual", b"Training")),
        ("deals/acme.yaml", DEAL.replace(b"Annual", b"Great")),
        ("deals/broken.yaml", b""),
    ]
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("acme", "acme"),
        ("acme-r", "acme-renewal"),
        ("TRAINING", "acme-training"),
        ("great ren", "acme"),
        ("renewal GREAT", "acme"),
        ("ACME-R", "acme-renewal"),
        ("Acme", "acme"),
        ("deals/acme-training.yaml", "acme-training"),
        ("bro", "broken"),
    ],
)
def test_a_deal_is_found_by_id_beginning_or_words(query: str, expected: str) -> None:
    assert find_deal(DEALS, query) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("globex", "there is no deal 'globex'"),
        ("enewal", "there is no deal 'enewal'"),
        ("great r", "there is no deal 'great r'"),
        ("great lat", "there is no deal 'great lat'"),
        ("deals/none.yaml", "there is no deal"),
        ("acme-", "means 2 deals"),
        ("renewal", "means 3 deals"),
        ("", "which deal?"),
        (" ", "which deal?"),
    ],
)
def test_no_deal_and_several_are_told(query: str, message: str) -> None:
    with pytest.raises(PipeError, match=message) as caught:
        find_deal(DEALS, query)
    assert caught.value.code is ExitCode.USAGE
    assert caught.value.hint


def test_the_nearest_name_is_offered_or_the_few_that_there_are() -> None:
    assert nearest("LEAD", ["lead", "led"]) == "lead"
    assert nearest("xyz", ["lead"]) == ""
    assert did_you_mean("xyz", ["b", "a"]) == "known: a, b"
    assert did_you_mean("xyz", ["a"], otherwise="make one") == "make one"
    assert did_you_mean("xyz", []) == ""
    assert did_you_mean("xyz", [f"n{n:02}" for n in range(20)]).endswith("n11 …")
