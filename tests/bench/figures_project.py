"""How long one action takes until it is on disk, beside a bare SQLite commit that is as durable."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from db.project import Project
from db.records import Draft, Layout
from tests.bench.calibration import Figure, wall_ms

ROUNDS = 50


def _bare(folder: Path) -> Callable[[], None]:
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, words TEXT)")

    def commit() -> None:
        connection.execute("INSERT INTO t (words) VALUES ('一个动作')")

    return commit


def figures() -> Iterable[Figure]:
    """Measure tagging a passage with one code, undoing it and making a project."""
    text = "\n".join(f"第{number}段说的是算法备案与安全评估的关系。" for number in range(1_000))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        bare = wall_ms(_bare(folder), ROUNDS)
        with closing(Project.create(folder / "a.gloss")) as project:
            article = project.articles.add(Draft("备案", text, Layout.of_lines(text)))
            code = project.codes.by_ref("asgf1.5.1")
            at = iter(range(0, len(text) - 10, 10))

            def tag() -> None:
                start = next(at)
                project.annotations.add(article, start, start + 8, codes=[code])

            yield Figure("project", "action", "1 code", wall_ms(tag, ROUNDS), "ms wall", "bare SQLite commit", bare)
            yield Figure("project", "undo", "1 code", wall_ms(project.undo, ROUNDS // 2), "ms wall", "bare SQLite commit", bare)
        numbers = iter(range(1_000))
        made = wall_ms(lambda: Project.create(folder / f"new{next(numbers)}.gloss").close(), 5)
        yield Figure("project", "new", "3 frameworks, 78 instruments", made, "ms wall")
