"""Columns that have no key in a deal's file, as fields of one's own. Pure."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.pipeline import FieldKind, FieldType
from pipecli.interchange.columns import OWN
from pipecli.interchange.ids import ids, slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.batch import Change
    from pipecli.interchange.targets import Targets

_TEXT = FieldType(FieldKind.TEXT)
_AFTER = (("moves",), ("currency",), ("name",))
"""Behind which keys a pipeline's fields stand, if it had none."""

FieldNames = dict[str, str]
"""Our name of a field by the title of its column."""


class OwnFields(NamedTuple):
    """The fields by pipeline, those of them that have to be declared first, and the titles that are not kept."""

    names: Mapping[str, FieldNames]
    undeclared: Mapping[str, Sequence[str]]
    left: Sequence[str]


def own_fields(changes: Sequence[Change], targets: Targets, *, keep: bool) -> OwnFields:
    """Return which fields the columns of some changes fill: those that the pipeline declares, or all with `keep`."""
    titles: dict[str, dict[str, None]] = {}
    pipelines: dict[str, Pipeline] = {}
    for change in changes:
        if change.state.fields:
            pipeline = targets.pipelines[change.state.pipeline]
            pipelines[pipeline.id] = pipeline
            titles.setdefault(pipeline.id, {}).update(dict.fromkeys(change.state.fields))
    names: dict[str, FieldNames] = {}
    undeclared: dict[str, list[str]] = {}
    left: dict[str, None] = {}
    for id_, found in titles.items():
        declared = {title: name for title in found if (name := _name(title)) in pipelines[id_].fields}
        others = [title for title in found if title not in declared]
        kept = [title for title in others if keep or title.startswith(OWN)]
        more = ids(kept, pipelines[id_].fields, otherwise="field", text=_name)
        names[id_] = declared | more
        undeclared |= {id_: list(more.values())} if more else {}
        left |= dict.fromkeys(title for title in others if title not in more)
    return OwnFields(names, undeclared, list(left))


def _name(title: str) -> str:
    """Return the name of a field: what a person called it, else the slug of the column's title."""
    return slug_of(title.removeprefix(OWN))


def declared(targets: Targets, found: OwnFields) -> Targets:
    """Return where deals go, with the fields of those pipelines declared that are made."""
    pipelines = {
        name: replace(
            pipeline, fields={**pipeline.fields, **dict.fromkeys(found.undeclared.get(pipeline.id, ()), _TEXT)}
        )
        if pipeline.id in targets.fresh
        else pipeline
        for name, pipeline in targets.pipelines.items()
    }
    return replace(targets, pipelines=pipelines)


def edits(workspace: Workspace, targets: Targets, found: OwnFields) -> Iterator[Edit]:
    """Yield the edits that declare fields, as texts, in pipelines that are there already."""
    by_id = {pipeline.id: pipeline for pipeline in targets.pipelines.values()}
    for id_, names in found.undeclared.items():
        if id_ not in targets.fresh:
            path = by_id[id_].path
            put = [partial(splice.put, loc=("fields", name), value={"type": "text"}, after=_AFTER) for name in names]
            yield Edit(path, workspace.texts[path], splice.apply(workspace.texts[path], put), "fields declared")
