"""Tables of all passages: how long 100,000 annotations take to leave as CSV, and the memory they need."""

from __future__ import annotations

import tempfile
import tracemalloc
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from db.exchange.passages import table
from db.exchange.tables import write_csv
from db.project import Project
from db.records import Draft, Layout
from db.sharing.passages import Passages
from tests.bench.calibration import Figure, cpu_ms

ARTICLES, EACH, PARAGRAPHS = 500, 200, 40
_NOTED = 10  # every so many passages one has a note
LINE = "第{}段说的是，平台在推荐算法里怎样告知、备案与评估，又由谁来承担没有做到的后果，条文至今没有说清楚。"


def grown(path: Path, articles: int = ARTICLES, each: int = EACH) -> Project:
    """Make a project with so many articles and passages on each: a code or two, a link now and then, a stance, some notes."""
    text = "\n".join(LINE.format(number) for number in range(PARAGRAPHS))
    project = Project.create(path)
    with project.change("Fill"):
        for number in range(articles):
            project.articles.add(
                Draft(f"文章{number}", f"{number}\n{text}", Layout.of_lines(f"{number}\n{text}"), published="2024")
            )
        _fill(project, articles * each, each)
    return project


def _fill(project: Project, count: int, each: int) -> None:
    connection, at = project.store.connection, "2026-01-01T00:00:00.000Z"
    versions = [(row[0], row[1]) for row in project.store.rows("SELECT article, version FROM current ORDER BY article")]
    codes = [code.id for code in project.codes.all("asgf1") if code.kind == "risk"]
    laws = [law.id for law in project.instruments.all()][:20]
    coder = project.store.rows("SELECT id FROM coder LIMIT 1")[0][0]
    stance = project.store.rows("SELECT id FROM field WHERE name = 'stance'")[0][0]

    def annotations() -> Iterator[tuple[object, ...]]:
        for key in range(1, count + 1):
            article, version = versions[(key - 1) // each]
            start = 10 + (key * 7) % (PARAGRAPHS * 40)
            yield key, str(uuid.uuid4()), article, version, start, start + 30, LINE[:30], coder, at, at

    many = connection.executemany
    many(
        "INSERT INTO annotation (id, uuid, article, version, start, end, exact, coder, created, modified)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", annotations(),
    )  # fmt: skip
    many(
        "INSERT OR REPLACE INTO place (annotation, version, start, end, status, confidence) VALUES (?, ?, ?, ?, 'exact', 1000)",
        ((row[0], row[3], row[4], row[5]) for row in annotations()),
    )
    tag = "INSERT INTO tagging (id, uuid, annotation, code, coder, created) VALUES (?, ?, ?, ?, ?, ?)"
    many(tag, ((k, str(uuid.uuid4()), k, codes[k % len(codes)], coder, at) for k in range(1, count + 1)))
    link = "INSERT INTO link (uuid, annotation, instrument, locator, locator_key, coder, created) VALUES (?, ?, ?, ?, ?, ?, ?)"
    many(link, ((str(uuid.uuid4()), k, laws[k % 20], "第十条", "art10", coder, at) for k in range(1, count + 1, 3)))
    value = "INSERT INTO field_value (uuid, field, tagging, value, coder) VALUES (?, ?, ?, 'denies', ?)"
    many(value, ((str(uuid.uuid4()), stance, k, coder) for k in range(1, count + 1, 4)))
    note = "INSERT INTO note (uuid, annotation, text, coder, created, modified) VALUES (?, ?, '想一想', ?, ?, ?)"
    many(note, ((str(uuid.uuid4()), k, coder, at, at) for k in range(1, count + 1, _NOTED)))


def csv_out() -> Iterable[Figure]:
    """Give `csv_out` (s of CPU) for all passages of a project, and the memory (MB) that takes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with closing(grown(folder / "a.gloss")) as project:

            def write() -> None:
                write_csv(folder / "a.csv", table(Passages(project.store, me=project.me).gather()))

            size = str(ARTICLES * EACH)
            yield Figure("exchange", "csv_out", size, cpu_ms(write, 3) / 1_000, "s")
            tracemalloc.start()
            write()
            yield Figure("exchange", "csv_memory", size, tracemalloc.get_traced_memory()[1] / 1e6, "MB")
            tracemalloc.stop()
