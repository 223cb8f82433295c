"""Plain data read back without pydantic make the record that pydantic made of them, for every kind and every key."""

from __future__ import annotations

import dataclasses
import json
from copy import deepcopy
from datetime import date
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipecli.core import plain, schema, value
from pipecli.core.condition import parse_conditions
from pipecli.core.judge import is_right
from pipecli.core.late import Columns, Late
from pipecli.core.reading import OF_ONE_MAPPING, RECORDS

if TYPE_CHECKING:
    from pipecli.core.layout import FileKind

WORDS = st.sampled_from(["acme", "b-2", "über", "a: b", "0", "null ", "1e5", "Ünï", "x" * 60])
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str)
MOMENTS = st.tuples(DAYS, st.sampled_from(["T09:30Z", " 23:59:59+14:00", "T00:00:00.5-03:30"])).map("".join)
AMOUNTS = st.decimals(-(10**9), 10**9, places=2).map("{:f}".format)
CONDITIONS = st.lists(
    st.sampled_from(
        ["value > 0", "source in a|b", "contacts is set", {"any": ["value > 1", {"not": "owner is empty"}]}]
    ),
    max_size=3,
)
TEXTS: dict[Any, st.SearchStrategy[Any]] = {
    value.parse_day: DAYS,
    value.parse_moment: MOMENTS,
    value.parse_when: st.one_of(DAYS, MOMENTS),
    value.parse_amount: AMOUNTS,
    value.parse_share: st.sampled_from(["0", "0%", "12.5%", "100 %"]),
    value.parse_part: st.sampled_from(["0", "0%", "12.5%", "100 %"]),
    value.parse_duration: st.sampled_from(["90m", "4h", "14d", "3w"]),
    value.parse_integer: st.integers(-(10**14), 10**14).map(str),
    value.parse_flag: st.sampled_from(["true", "false"]),
    value.parse_text: WORDS,
    value.parse_id: st.sampled_from(["acme", "b-2", "0", "x" * 63]),
    value.parse_country: st.sampled_from(["DE", "US"]),
    value.parse_region: st.sampled_from(["BY", "NY"]),
    value.parse_currency: st.sampled_from(["EUR", "USD"]),
    value.parse_period: st.sampled_from(["2026", "2026-Q4", "2026-11", "2026-W48"]),
    value.parse_month_number: st.sampled_from(["1", "12"]),
    value.parse_band: st.sampled_from(["20%-30%", "3-4"]),
    value.parse_week: st.sampled_from(["mon-fri", "sun-thu", "sat"]),
    value.parse_hours: st.just("09:00-17:30"),
    parse_conditions: CONDITIONS,
}


def of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401, PLR0911 -- any annotation, each form of it a line
    """Return plain data that are right for an annotation; one that is not known here fails the test."""
    origin, inside = get_origin(hint), get_args(hint)
    if hint is str:
        return WORDS
    if origin is Annotated:
        return TEXTS[inside[1].parse]
    if origin in (Union, UnionType):
        return of(inside[0])
    if origin is list:
        return st.lists(of(inside[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(of(inside[0]), of(inside[1]), max_size=3)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return data_of(hint)
    return st.sampled_from([str(one) for one in hint])


def data_of(kind: type) -> st.SearchStrategy[dict[str, Any]]:
    needed: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    hints = get_type_hints(kind, include_extras=True)
    for field, (name, key, _) in zip(dataclasses.fields(kind), plain.readers_of(kind), strict=True):
        if name in ("id", "path") and "path" in hints:
            continue
        silent = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        (needed if silent else optional)[key] = of(hints[name])
    return st.fixed_dictionaries(needed, optional=optional)


@pytest.mark.parametrize("kind", RECORDS, ids=str)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_read_back_is_what_was_read(kind: FileKind, data: st.DataObject) -> None:
    record = RECORDS[kind]
    rows = data.draw(st.lists(data_of(record), min_size=1, max_size=4))
    names = {"id": "x", "path": "deals/x.yaml"} if hasattr(record, "path") else {}
    made = [schema.read(record, row, "deals/x.yaml", identity="x" if names else None) for row in rows]
    assert [problems for _, problems in made] == [()] * len(rows)
    kept = json.loads(json.dumps(rows))
    assert [plain.record(record, row | names) for row in kept] == [one for one, _ in made]
    if issubclass(record, Late):
        words = dict.fromkeys(key for row in kept for key in row)
        columns = {word: json.dumps([row.get(word) for row in kept]).encode() for word in words}
        late = Columns(record, ["x"] * len(rows), ["deals/x.yaml"] * len(rows), columns).records
        assert late == [one for one, _ in made]
        assert [repr(one) for one in late] == [repr(one) for one, _ in made]


WRONG = st.one_of(
    WORDS, st.just(""), st.just("  "), st.none(), st.lists(WORDS, max_size=2), st.dictionaries(WORDS, WORDS, max_size=2)
)


def places(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 -- plain data
    """Return where every value stands, all the way down."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in inside for place in ((*here, key), *places(value, (*here, key)))]


@pytest.mark.parametrize("kind", RECORDS, ids=str)
@settings(max_examples=80, deadline=None)
@given(st.data())
def test_data_are_judged_right_just_where_nothing_is_wrong_in_them(kind: FileKind, data: st.DataObject) -> None:
    record = RECORDS[kind]
    named = hasattr(record, "path")
    row = deepcopy(data.draw(data_of(record)))
    assert is_right(record, row, named=named)
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.sampled_from([*places(row), ("id",), ("path",), ("tags",), ("surprise",)]))
        inside: Any = row
        for step in place[:-1]:
            inside = inside[step]
        if data.draw(st.booleans()) and place[-1] in (inside if isinstance(inside, dict) else range(len(inside))):
            del inside[place[-1]]
        else:
            wrong = deepcopy(data.draw(WRONG))
            inside[place[-1]] = "" if wrong is None and isinstance(inside, dict) else wrong  # the loader leaves it out
    _, problems = schema.read(record, row, "deals/x.yaml", identity="x" if named else None)
    assert is_right(record, row, named=named) == (not problems)


def test_every_kind_of_file_has_its_way_back() -> None:
    record: Any
    for kind, record in RECORDS.items():
        assert plain.readers_of(record)
        assert kind not in OF_ONE_MAPPING or OF_ONE_MAPPING[kind] == dataclasses.fields(record)[0].name


def test_an_unknown_annotation_is_refused() -> None:
    with pytest.raises(TypeError, match="nothing says how"):
        plain.reader(set[str])


def test_a_late_record_knows_its_attributes_and_no_others() -> None:
    (deal,) = Columns(RECORDS[next(k for k in RECORDS if k == "deals")], ["x"], ["deals/x.yaml"], {}).records
    assert deal.title is None
    assert deal.tags == []
    with pytest.raises(AttributeError, match="'Deal' has no attribute 'colour'"):
        _ = deal.colour
