"""Ways to qualify a deal, as a pipeline asks them: fields for what is learned, criteria and an item to tick.

The early questions are asked before a deal counts as qualified: to leave the last open stage before the first one with
`qualified: true`, else the first open stage. The late ones are asked to leave the stage behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.extent import is_collection, last_node, refused
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.yamltext import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pipecli.core.emit import Value
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.workspace import Workspace
    from pipecli.core.yamltext import Document


@dataclass(frozen=True, slots=True)
class Question:
    """One field: its name, how a pipeline declares it, what is asked, and when it counts as answered."""

    name: str
    declared: str
    asks: str
    late: bool = False

    @property
    def criterion(self) -> str:
        """The condition of an answered question."""
        return f"fields.{self.name} {'> 0' if 'number' in self.declared else 'is set'}"


@dataclass(frozen=True, slots=True)
class Method:
    """The questions of a method, and what is ticked besides, with the last of them."""

    name: str
    questions: tuple[Question, ...]
    item: str
    text: str


_TEXT, _DATE = "{type: text}", "{type: date}"
METHODS: Mapping[str, Method] = {
    "bant": Method(
        "BANT",
        (
            Question("budget", "{type: number, min: 0}", "what they have to spend"),
            Question("authority", _TEXT, "who decides, by role"),
            Question("need", _TEXT, "what they need, in their words"),
            Question("timeline", _DATE, "by when they need it"),
        ),
        "bant-confirmed",
        "All four were said by the customer, none was guessed",
    ),
    "meddic": Method(
        "MEDDIC",
        (
            Question("metrics", _TEXT, "what they measure success by, with numbers"),
            Question("pain", _TEXT, "what it costs them to change nothing"),
            Question("economic-buyer", _TEXT, "who can say yes and spend, by role", late=True),
            Question("decision-criteria", _TEXT, "what they will compare offers by", late=True),
            Question("decision-process", _TEXT, "who signs what, in which order, by when", late=True),
            Question("champion", _TEXT, "who sells for us inside, by role", late=True),
        ),
        "champion-tested",
        "The champion has done something for us that we asked for",
    ),
    "spiced": Method(
        "SPICED",
        (
            Question("situation", _TEXT, "how they work today"),
            Question("pain", _TEXT, "what hurts about it"),
            Question("impact", _TEXT, "what it is worth to them to end it"),
            Question("critical-event", _DATE, "the day by which it has to work, and that they named", late=True),
            Question("decision", _TEXT, "who decides, how, and by which criteria", late=True),
        ),
        "event-agreed",
        "What happens if the critical event passes was said by the customer",
    ),
}


def find(name: str) -> Method:
    """Return a method by its name. Raises `PipeError` with the nearest for an unknown one."""
    method = METHODS.get(name.casefold())
    if method is None:
        raise PipeError(f"there is no method {name!r}", hint=did_you_mean(name, METHODS), code=ExitCode.USAGE)
    return method


def asking(workspace: Workspace, method: Method) -> list[Edit]:
    """Return the edits after which the pipelines ask a method's questions.

    Those with a stage from which on deals count as qualified do, or the only one there is. Raises `PipeError` where
    there is none to choose, where a field is there already, or the file is written so that it cannot be edited safely.
    """
    every = list(workspace.pipelines.values())
    chosen = [one for one in every if any(stage.qualified for stage in one.stages)] or every
    if not every:
        hint = "write pipelines/ID.yaml first, or take another template: pipe init --list"
        raise PipeError("there is no pipeline yet that could ask", hint=hint, code=ExitCode.USAGE)
    if len(chosen) > 1 and not any(stage.qualified for stage in chosen[0].stages):
        hint = "write 'qualified: true' at that stage in pipelines/ID.yaml"
        raise PipeError("no pipeline says from which stage on deals are qualified", hint=hint, code=ExitCode.USAGE)
    return [_edit(pipeline, workspace.texts[pipeline.path], method) for pipeline in chosen]


def _edit(pipeline: Pipeline, data: bytes, method: Method) -> Edit:
    there = [question.name for question in method.questions if question.name in pipeline.fields]
    if there:
        message = f"the pipeline {pipeline.id} has the {'fields' if there[1:] else 'field'} {', '.join(there)} already"
        raise PipeError(message, hint=f"write the others of {method.name} into {pipeline.path}", code=ExitCode.PROBLEMS)
    early, late = _stages(pipeline)
    after = splice.apply(data, list(_criteria(pipeline, method, early, late)))
    after = _with_fields(load(after), method, early, late).encode()
    if load(after).data["fields"].keys() != {*pipeline.fields, *(one.name for one in method.questions)}:
        raise refused(("fields",))
    return Edit(pipeline.path, data, after, f"asks {method.name} to leave {early.id}")


def _stages(pipeline: Pipeline) -> tuple[Stage, Stage]:
    """Return the stages that ask the early and the late questions when a deal leaves them."""
    used = [stage for stage in pipeline.stages if stage.kind is Kind.OPEN and not stage.retired]
    if not used:
        message = f"the pipeline {pipeline.id} has no open stage"
        raise PipeError(message, hint=f"write one into {pipeline.path}", code=ExitCode.PROBLEMS)
    first = next((place for place, stage in enumerate(used) if stage.qualified), 0)
    place = max(first - 1, 0)
    return used[place], used[min(place + 1, len(used) - 1)]


def _criteria(pipeline: Pipeline, method: Method, early: Stage, late: Stage) -> Iterator[Callable[[Document], str]]:
    for question in method.questions:
        yield partial(_demanding, at=pipeline.stages.index(late if question.late else early), wanted=question.criterion)
    last = late if any(question.late for question in method.questions) else early
    place = ("stages", pipeline.stages.index(last))
    item: Value = {"text": method.text, "required": True}
    before = [
        (*place, key) for key in ("roles", "playbook", "guide", "rot", "target", "forecast", "probability", "name")
    ]
    yield partial(splice.put, loc=(*place, "checklist", method.item), value=item, after=before)


def _demanding(doc: Document, at: int, wanted: str) -> str:
    """Return the text with one more exit criterion of a stage."""
    loc = ("stages", at, "exit")
    if loc in doc.spans:
        return splice.append(doc, loc, wanted)
    after = [("stages", at, key) for key in ("entry", "checklist", "roles", "playbook", "guide", "name")]
    return splice.put(doc, loc, [wanted], after=after)


def _with_fields(doc: Document, method: Method, early: Stage, late: Stage) -> str:
    """Return the text with the fields of a method, each with its question behind it."""
    span = doc.spans.get(("fields",))
    if span is None:
        start = _above(doc.text, doc.spans[("stages",)].key)
        lines = ["fields:", *(f"  {line}" for line in _lines(method, early, late)), "", ""]
        return _joined(doc, start, lines)
    if span.style != ":":
        raise refused(("fields",), "it is not written on lines of its own") if is_collection(span) else refused(())
    end = doc.text.find("\n", last_node(doc, ("fields",)).end) + 1 or len(doc.text)
    return _joined(doc, end, [*(f"{' ' * span.column}{line}" for line in _lines(method, early, late)), ""])


def _lines(method: Method, early: Stage, late: Stage) -> list[str]:
    behind = {True: late.id, False: early.id}
    asked = {flag: [one for one in method.questions if one.late is flag] for flag in (False, True)}
    lines = []
    for flag, questions in asked.items():
        if questions:
            lines.append(f"# {method.name}: asked of a deal that leaves {behind[flag]}. pipe set DEAL fields.NAME=…")
            lines += [f"{one.name}: {one.declared}  # {one.asks}" for one in questions]
    return lines


def _above(text: str, offset: int) -> int:
    """Return where the comment above a line begins, or the line itself."""
    start = text.rfind("\n", 0, offset) + 1
    while start and text[text.rfind("\n", 0, start - 1) + 1 : start].lstrip().startswith("#"):
        start = text.rfind("\n", 0, start - 1) + 1
    return start


def _joined(doc: Document, at: int, lines: Sequence[str]) -> str:
    ending = "\r\n" if "\r\n" in doc.text else "\n"
    head, tail = doc.text[:at], doc.text[at:]
    broken = "" if not head or head.endswith("\n") else ending
    return "\ufeff" * doc.bom + head + broken + ending.join(lines) + tail
