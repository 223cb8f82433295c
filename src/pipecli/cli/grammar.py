"""What every command takes: its arguments, then its options, each with the kind of its value, for completion.

Made from the commands: `pytest --update-cases tests/test_completion.py` writes it. `=` alone takes any text, a kind
with `+` may be repeated, words with `|` between them are the values themselves.
"""

from collections.abc import Mapping

GRAMMAR: Mapping[str, str] = {
    "": "-C=folder --color=auto|always|never --quiet -q --version",
    "audit": (
        "deal --format=table|markdown|csv|json --output=file -o=file --at= --as-of= --clock=effective|recorded "
        "--first-parent --committed --allow-shallow"
    ),
    "completion": "bash|zsh|fish",
    "demo": "folder",
    "import": "",
    "import events": (
        "file --pipeline=pipeline --create --history --case= --stage= --time= --person= --value= --won= --lost= "
        "--currency= --source= --dry-run --no-commit --wait="
    ),
    "init": "folder --template=b2b-sales|empty|nine-stage --list --bare --no-commit",
    "list": (
        "view --where= --all -a --sort=fact --columns=facts --group=fact --limit= --format=table|markdown|csv|json "
        "--output=file -o=file"
    ),
    "move": (
        "deal+ stage --pipeline=pipeline --on= --reason= --force= --if-stage=stage --dry-run --no-commit "
        "--allow-detached --wait="
    ),
    "new": (
        "any --pipeline=pipeline --stage=stage --value= --currency= --owner=member --company=company "
        "--contact=contact --source= --expected-close= --tag= --field= --id= --force= --dry-run --no-commit "
        "--allow-detached --wait="
    ),
    "report": (
        "pipeline|stage-time --list --pipeline=pipeline --format=table|markdown|csv|json --output=file -o=file "
        "--at= --as-of= --clock=effective|recorded --first-parent --committed --allow-shallow"
    ),
    "schema": "deal|pipeline|settings|company|contact|team|rates|spend --write --no-commit --output=file -o=file",
    "show": "deal --format=table|markdown|csv|json",
    "validate": "file+ --format=table|markdown|csv|json|github --strict",
}
FACTS = (
    "id title pipeline stage stage_since value currency owner company contacts source created expected_close "
    "closed_on probability forecast hold next_step next_due tags checklist reason outcome competitor kind age "
    "stage_age weighted last_activity last_reply rot days_to_close"
)
