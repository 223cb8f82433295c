"""Names of files: the quick judgement of many names is that of one name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipecli.core import layout


@given(
    st.sampled_from(["", "deals", "deals/2026-11", "companies", "Deals", "other", "deals/.hidden", "pipelines"]),
    st.one_of(
        st.sampled_from(["pipe.yaml", "team.yaml", "a.yaml", "A.yaml", "con.yaml", "a.yml", "a.yaml.txt", ".yaml"]),
        st.text(st.characters(exclude_characters="/"), max_size=8).map("{}.yaml".format),
    ),
)
def test_a_right_name_is_one_with_a_place_and_no_problem(folder: str, name: str) -> None:
    path = f"{folder}/{name}" if folder else name
    quick = layout.is_folder_of_ours(folder) and layout.is_right_name(folder, name)
    assert quick == (layout.place(path) is not None and layout.name_problem(path) is None)
