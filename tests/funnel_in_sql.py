"""The funnel once more, in SQL and from its definition alone: what the tests hold `pipecli.metrics.funnel` against."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Figures = tuple[int, int, int, int | None, int | None, int, int]
"""Entered, reached, cohort, on to the next, won, still open, lost."""

_TABLES = """
CREATE TABLE visit (course TEXT, seq INTEGER, stage TEXT, entered TEXT, ending TEXT);
CREATE TABLE stage (id TEXT, place INTEGER, kind TEXT, retired INTEGER);
CREATE VIEW step AS
    SELECT v.course, v.seq, v.entered, v.ending, s.kind, CASE WHEN s.kind IN ('open', 'won') THEN s.place END AS place
    FROM visit v LEFT JOIN stage s ON s.id = v.stage;
CREATE VIEW standing AS
    SELECT course FROM step GROUP BY course
    HAVING max(seq) = max(seq) FILTER (WHERE ending = 'still there' AND (kind IS NULL OR kind IN ('open', 'on_hold')))
    AND sum(kind IS 'won') = 0;
"""
_START = """
    CREATE TABLE start AS
    SELECT a.course, a.seq FROM (
        SELECT course, min(seq) AS seq FROM step WHERE place = :i OR (:implied AND place > :i) GROUP BY course) a
    JOIN step s ON s.course = a.course AND s.seq = a.seq WHERE date(s.entered) BETWEEN :first AND :last
"""
_LOST = """
    SELECT count(*) FROM start a WHERE EXISTS
    (SELECT * FROM step b WHERE b.course = a.course AND b.place = :i AND b.ending = 'lost')
"""
_AFTER = """
    SELECT (SELECT min(place) FROM stage WHERE kind IN ('open', 'won') AND place > :i AND NOT retired),
           (SELECT min(place) FROM stage WHERE kind = 'won' HAVING min(place) > :i),
           (SELECT max(place) FROM stage WHERE kind = 'won')
"""
_REACHED = """
    SELECT count(*) FROM start a WHERE EXISTS
    (SELECT * FROM step b WHERE b.course = a.course AND b.seq >= a.seq AND b.place >= :there)
"""
_DIRECT = """
    SELECT count(*) FROM start a WHERE EXISTS (
    SELECT * FROM step b JOIN step c ON c.course = b.course AND c.seq = b.seq + 1
    WHERE b.course = a.course AND b.place = :i AND b.ending <> 'handed off' AND c.place BETWEEN :there AND :upto)
"""
_STRICT = """
    WITH RECURSIVE
    needed AS (
        SELECT place, row_number() OVER (ORDER BY place) AS nth FROM stage
        WHERE kind IN ('open', 'won') AND NOT retired AND place > :i AND place < :there AND :between),
    way AS (
        SELECT course, 0 AS nth, seq FROM start
        UNION ALL
        SELECT w.course, n.nth, (SELECT min(b.seq) FROM step b
                                 WHERE b.course = w.course AND b.seq > w.seq AND b.place = n.place)
        FROM way w JOIN needed n ON n.nth = w.nth + 1)
    SELECT count(*) FROM way w WHERE w.nth = (SELECT count(*) FROM needed) AND EXISTS
    (SELECT * FROM step b WHERE b.course = w.course AND b.seq > w.seq AND b.place BETWEEN :there AND :upto)
"""
_MODES = {"reached": _REACHED, "direct": _DIRECT, "strict": _STRICT}


def figures(
    visits: Iterable[tuple[str, int, str, str, str]],
    stages: Iterable[tuple[str, int, str, bool]],
    mode: str,
    *,
    first: str = "0000-01-01",
    last: str = "9999-12-31",
) -> Mapping[str, Figures]:
    """Return the figures by stage.

    `visits` are course, number in the course, stage, moment of entry, end; `stages` are id, place (the open ones
    before the won ones), kind, retired.
    """
    base, rows = _loaded(visits, stages)
    return {name: _figures(base, place, mode, {"first": first, "last": last}) for name, place in rows}


def matrix(
    visits: Iterable[tuple[str, int, str, str, str]],
    stages: Iterable[tuple[str, int, str, bool]],
    mode: str,
    *,
    first: str = "0000-01-01",
    last: str = "9999-12-31",
) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Return for each stage and each later one how many came to the one, and how many of them went on to the other."""
    base, rows = _loaded(visits, stages)
    found = {}
    for at, (name, place) in enumerate(rows):
        base.execute("DROP TABLE IF EXISTS start")
        base.execute(_START, {"i": place, "implied": mode == "reached", "first": first, "last": last})
        (came,) = base.execute("SELECT count(*) FROM start").fetchone()
        for other, there in rows[at + 1 :]:
            given = {"i": place, "there": there, "upto": there, "between": True}
            found[name, other] = (came, base.execute(_MODES[mode], given).fetchone()[0])
    return found


def _loaded(
    visits: Iterable[tuple[str, int, str, str, str]], stages: Iterable[tuple[str, int, str, bool]]
) -> tuple[sqlite3.Connection, list[tuple[str, int]]]:
    """Return a data base with the visits, and the stages of the funnel with their places."""
    base = sqlite3.connect(":memory:")
    base.executescript(_TABLES)
    base.executemany("INSERT INTO visit VALUES (?, ?, ?, ?, ?)", visits)
    base.executemany("INSERT INTO stage VALUES (?, ?, ?, ?)", stages)
    base.execute("CREATE INDEX by_course ON visit (course, seq)")
    return base, base.execute("SELECT id, place FROM stage WHERE kind IN ('open', 'won') ORDER BY place").fetchall()


def _figures(base: sqlite3.Connection, place: int, mode: str, days: Mapping[str, str]) -> Figures:
    def one(query: str, **given: object) -> int:
        return int(base.execute(query, {"i": place, **given}).fetchone()[0])

    def start(*, implied: bool) -> int:
        base.execute("DROP TABLE IF EXISTS start")
        base.execute(_START, {"i": place, "implied": implied, **days})
        return one("SELECT count(*) FROM start")

    reached, entered = start(implied=True), start(implied=False)
    lost = one(_LOST)
    cohort = start(implied=mode == "reached")
    following, won, upto = base.execute(_AFTER, {"i": place}).fetchone()
    onward = None if following is None else one(_MODES[mode], there=following, upto=following, between=False)
    wins = None if won is None else one(_MODES[mode], there=won, upto=upto, between=True)
    standing = one("SELECT count(*) FROM start WHERE course IN (SELECT course FROM standing)")
    return entered, reached, cohort, onward, wins, standing, lost
