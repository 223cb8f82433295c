"""What every command takes: its arguments, then its options, each with the kind of its value, for completion.

Made from the commands: `pytest --update-cases tests/test_completion.py` writes it. `=` alone takes any text, a kind
with `+` may be repeated, words with `|` between them are the values themselves.
"""

from collections.abc import Mapping

GRAMMAR: Mapping[str, str] = {
    "": "-C=folder --color=auto|always|never --quiet -q --version",
    "agenda": "--for= --all -a --week --until= --limit= --format=table|markdown|csv|json|ics --output=file -o=file",
    "audit": (
        "DEAL|verify --business-days --since=WHEN|REV --files= --field= --id=path|stem|parent "
        "--format=table|markdown|csv|json|html --output=file -o=file --at= --as-of= --clock=effective|recorded "
        "--first-parent --committed --allow-shallow"
    ),
    "blame": (
        "deal any --format=table|markdown|csv|json|html --output=file -o=file --committed --allow-shallow --at= "
        "--as-of="
    ),
    "check": (
        "deal any --on= --undo --format=table|markdown|csv|json|html --reason= --force= --dry-run --no-commit "
        "--allow-detached --wait="
    ),
    "completion": "bash|zsh|fish",
    "demo": "folder",
    "diff": (
        "stage stage --by=fact --pipeline=pipeline --where= --format=table|markdown|csv|json|html --output=file "
        "-o=file --allow-shallow"
    ),
    "doctor": "--rebuild --format=table|markdown|csv|json|html",
    "edit": "deal --reason= --force= --no-commit --allow-detached --wait=",
    "export": "csv|jsonl --where= --output=file -o=file --at= --as-of=",
    "hold": (
        "deal+ --until= --reason= --off --stage=stage --on= --if-stage=stage --force= --dry-run --no-commit "
        "--allow-detached --wait="
    ),
    "import": (
        "events|csv|jsonl|pipedrive-changelog|salesforce file+ --pipeline=pipeline --create --won= --lost= "
        "--history --add-members --keep-unknown --skip-bad --currency= --theirs --source= --case= --stage= --time= "
        "--person= --value= --map=file --show-map --date-format=day-first|month-first --decimal=point|comma "
        "--reason= --force= --dry-run --no-commit --wait="
    ),
    "init": (
        "folder "
        "--template=b2b-sales|client|empty|fulfilment|lead|marketing-to-retention|nine-stage|sales-and-onboarding|support "
        "--list --qualify=bant|meddic|spiced --bare --no-commit --ci=github|gitlab --ci-install="
    ),
    "list": (
        "view --where= --all -a --rotting --dead --sort=fact --columns=facts --group=fact --limit= --views "
        "--format=table|markdown|csv|json|html --output=file -o=file --at= --as-of="
    ),
    "log": (
        "deal+ call|email|meeting|message|letter|demo|note --direction=out|in --at= "
        "--outcome=reached|no-answer|voicemail|busy|wrong-number|no-show --by=member --note= "
        "--format=table|markdown|csv|json|html --reason= --force= --dry-run --no-commit --allow-detached --wait="
    ),
    "lose": (
        "deal+ --stage=stage --reason= "
        "--class=competitor|no_decision|budget|timing|bad_fit|unreachable|duplicate|other --competitor= --on= "
        "--if-stage=stage --force= --dry-run --no-commit --allow-detached --wait="
    ),
    "move": (
        "deal+ stage --where= --all -a --yes -y --pipeline=pipeline --on= --if-stage=stage --reason= --force= "
        "--dry-run --no-commit --allow-detached --wait="
    ),
    "new": (
        "any --pipeline=pipeline --stage=stage --value= --currency= --owner=member --company=company "
        "--contact=contact --source= --expected-close= --tag= --field= --id= --force= --dry-run --no-commit "
        "--allow-detached --wait="
    ),
    "next": "deal any --due= --clear --reason= --force= --dry-run --no-commit --allow-detached --wait=",
    "pipeline": "",
    "pipeline list": "--format=table|markdown|csv|json|html --output=file -o=file",
    "pipeline new": (
        "any --name= --stage=stage --won= --lost= --on-hold= --like=pipeline --currency= --dry-run --no-commit "
        "--allow-detached --wait="
    ),
    "pipeline show": "pipeline --format=table|markdown|csv|json|mermaid --output=file -o=file",
    "rates": "any file --currency= --all -a --since= --dry-run --no-commit --allow-detached --wait=",
    "recycle": (
        "deal+ --stage=stage --pipeline=pipeline --until= --reason= --on= --if-stage=stage --force= --dry-run "
        "--no-commit --allow-detached --wait="
    ),
    "rename": "deal any --reason= --dry-run --no-commit --allow-detached --wait=",
    "reopen": (
        "deal+ stage --stage=stage --on= --if-stage=stage --reason= --force= --dry-run --no-commit "
        "--allow-detached --wait="
    ),
    "report": (
        "pipeline|funnel|stage-time|survival|won-lost|win-rate|losses|sources|stale|changes|waterfall|stage-time-trend|aging|coverage|slippage|reps|review|digest|forecast|conversion|drop-off|velocity|cycle|touches|first-response|kpis|calibration|all "
        "--list --pipeline=pipeline --period= --by=fact --mode=reached|direct|strict --business-days --where= "
        "--format=table|markdown|csv|json|html --output=file -o=file --since= --explain "
        "--compare=previous|year|REV --matrix --simulate= --seed= --backtest= --fail-under= --for= --summary --at= "
        "--as-of= --clock=effective|recorded --first-parent --committed --allow-shallow"
    ),
    "schema": "deal|pipeline|settings|company|contact|team|rates|spend|tables --write --no-commit --output=file -o=file",
    "set": "deal+ --where= --all -a --yes -y --reason= --force= --dry-run --no-commit --allow-detached --wait=",
    "show": "deal --format=table|markdown|csv|json|html --at= --as-of=",
    "stage": "",
    "stage add": (
        "any --name= --kind=open|on_hold|won|lost --probability= --forecast= --target= --after=stage "
        "--before=stage --pipeline=pipeline --reason= --dry-run --no-commit --allow-detached --wait="
    ),
    "stage rename": "stage any --name= --pipeline=pipeline --reason= --dry-run --no-commit --allow-detached --wait=",
    "stage reorder": (
        "stage --after=stage --before=stage --pipeline=pipeline --reason= --dry-run --no-commit --allow-detached "
        "--wait="
    ),
    "stage retire": (
        "stage --to=stage --off --yes -y --pipeline=pipeline --reason= --force= --dry-run --no-commit "
        "--allow-detached --wait="
    ),
    "stage show": "stage --pipeline=pipeline --format=table|markdown|csv|json|html",
    "task": "",
    "task add": "deal any --due= --for=member --reason= --force= --dry-run --no-commit --allow-detached --wait=",
    "task done": "deal any --on= --undo --reason= --force= --dry-run --no-commit --allow-detached --wait=",
    "task list": "deal+ --for=member --all -a --format=table|markdown|csv|json|html --output=file -o=file",
    "task snooze": "deal any any --reason= --force= --dry-run --no-commit --allow-detached --wait=",
    "validate": "file+ --format=table|markdown|csv|json|html|github|gitlab --strict --range= --at= --as-of=",
    "win": (
        "deal+ --stage=stage --on= --if-stage=stage --reason= --force= --dry-run --no-commit --allow-detached "
        "--wait="
    ),
}
FACTS = (
    "id title pipeline stage stage_since value currency owner company contacts source created expected_close "
    "closed_on probability forecast hold next_step next_due tags checklist reason outcome competitor kind age "
    "stage_age weighted last_activity last_reply rot days_to_close pushes"
)
