from __future__ import annotations

import pytest
from contexts import DEAL, context

from pipecli.core.problem import ExitCode, PipeError
from pipecli.edits.rename import plan


def renamed(new: str, deal: str = DEAL, **files: str) -> list[tuple[str, str | None]]:
    facts = context(deals__y__acme=deal, **files) if "deals__acme" in files else context(deal, **files)
    result = plan(facts.workspace, facts, "acme", new)
    assert result.refusals == ()
    return [(edit.path, edit.after.decode() if edit.after is not None else None) for edit in result.edits]


def test_the_file_gets_the_new_name_first_and_then_loses_the_old_one() -> None:
    assert renamed("birch") == [
        ("deals/birch.yaml", f"{DEAL}\nformerly: [acme]\n"),
        ("deals/acme.yaml", None),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("formerly: [old]\n", "formerly: [old, acme]\n"),
        ("formerly:\n  - old  # the first\n", "formerly:\n  - old  # the first\n  - acme\n"),
        ("formerly: [birch, old]\n", "formerly: [old, acme]\n"),
        ("formerly: [birch]\n", "formerly: [acme]\n"),
        ("formerly: []\n", "formerly: [acme]\n"),
    ],
)
def test_former_ids_are_kept_but_for_the_one_that_it_is_again(before: str, after: str) -> None:
    assert renamed("birch", f"{DEAL}{before}")[0][1] == f"{DEAL}{after}"


def test_the_same_id_changes_nothing() -> None:
    facts = context()
    result = plan(facts.workspace, facts, "acme", "acme")
    assert (result.edits, result.already) == ((), ("acme is called so already",))


@pytest.mark.parametrize(
    ("new", "code"),
    [("birch", ExitCode.PROBLEMS), ("all", ExitCode.USAGE), ("nul", ExitCode.USAGE), ("", ExitCode.USAGE),
     ("Birch", ExitCode.USAGE), ("-x", ExitCode.USAGE), ("a/b", ExitCode.USAGE), ("x" * 64, ExitCode.USAGE)],
)  # fmt: skip
def test_an_id_that_cannot_be_one_is_refused(new: str, code: ExitCode) -> None:
    facts = context(deals__birch="title: broken\n")
    with pytest.raises(PipeError) as caught:
        plan(facts.workspace, facts, "acme", new)
    assert caught.value.code is code


def test_a_deal_with_errors_is_not_renamed() -> None:
    facts = context(f"{DEAL}company: nowhere\n")
    assert [(p.code, p.path) for p in plan(facts.workspace, facts, "acme", "birch").refusals] == [
        ("unknown-company", "deals/acme.yaml")
    ]
