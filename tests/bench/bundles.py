"""Bundles of 100,000 passages out of a project and into another, and two projects of 50,000 that become one."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

from db.exchange import bundle
from db.project import Project
from db.records import Draft, Layout
from db.sharing import merging
from tests.bench.calibration import Figure, cpu_ms

ARTICLES, EACH, HALF = 500, 200, 100
_LINE = "第{}段说的是，平台在推荐算法里怎样告知、备案与评估，又由谁来承担没有做到的后果，条文至今没有说清楚。"
_AT = "2026-01-01T00:00:00.000Z"


def filled(path: Path, each: int, name: str) -> Project:
    """Make a project of 500 articles with so many passages on each: a code each, links, values and notes on some."""
    text = "\n".join(_LINE.format(number) for number in range(40))
    project = Project.create(path)
    with project.change("Fill"):
        for number in range(ARTICLES):
            whole = f"{name}{number}\n{text}"
            layout = Layout.of_lines(whole)
            project.articles.add(Draft(f"文章{name}{number}", whole, layout, published="2024", original=whole.encode()))
    with project.change("Annotate"):
        _mark(project, each)
    return project


def _mark(project: Project, each: int) -> None:
    many, rows = project.store.connection.executemany, project.store.rows
    versions = rows("SELECT c.article, c.version, v.text FROM current c JOIN version v ON v.id = c.version ORDER BY 1")
    codes = [code.id for code in project.codes.all("asgf1") if code.kind == "risk"]
    laws = [law.id for law in project.instruments.all()][:20]
    stance, me, keys = rows("SELECT id FROM field WHERE name = 'stance'")[0][0], project.me, range(1, ARTICLES * each + 1)

    def marks() -> Iterator[tuple[object, ...]]:
        for key in keys:
            article, version, text = versions[(key - 1) // each]
            at = 40 + (key * 7) % 1_600
            quote = text[at : at + 30], text[at - 32 : at], text[at + 30 : at + 62]
            yield key, str(uuid.uuid4()), article, version, at, at + 30, *quote, me, _AT, _AT

    many("INSERT INTO annotation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", marks())
    many(
        "INSERT INTO tagging (id, uuid, annotation, code, coder, created) VALUES (?, ?, ?, ?, ?, ?)",
        ((key, str(uuid.uuid4()), key, codes[key % len(codes)], me, _AT) for key in keys),
    )
    many(
        "INSERT INTO link (uuid, annotation, instrument, locator, locator_key, coder, created)"
        " VALUES (?, ?, ?, '第十条', 'art10', ?, ?)",
        ((str(uuid.uuid4()), key, laws[key % 20], me, _AT) for key in keys[::3]),
    )
    many(
        "INSERT INTO field_value (uuid, field, tagging, value, coder) VALUES (?, ?, ?, 'denies', ?)",
        ((str(uuid.uuid4()), stance, key, me) for key in keys[::4]),
    )
    many(
        "INSERT INTO note (uuid, annotation, text, coder, created, modified) VALUES (?, ?, '想一想', ?, ?, ?)",
        ((str(uuid.uuid4()), key, me, _AT, _AT) for key in keys[::10]),
    )


def bundle_figures(folder: Path) -> Iterator[Figure]:
    """Give `bundle_out`, `bundle_in`, `merge`, `undo` of that (s of CPU); `bundle_memory` (MB at most, all this process did)."""
    path, size = folder / "whole.glossbundle", str(ARTICLES * EACH)
    with filled(folder / "whole.gloss", EACH, "") as project:
        out = cpu_ms(lambda: bundle.write(project.contents(), path), 1)
    yield Figure("exchange", "bundle_out", size, out / 1_000, "s")
    with Project.create(folder / "into.gloss") as project:
        yield Figure("exchange", "bundle_in", size, cpu_ms(lambda: merging.merge(project, path), 1) / 1_000, "s")
    if peak := _peak():
        yield Figure("exchange", "bundle_memory", size, peak, "MB")
    with filled(folder / "one.gloss", HALF, "a") as one, filled(folder / "two.gloss", HALF, "b") as two:
        bundle.write(two.contents(), path)
        told = cpu_ms(lambda: merging.merge(one, path), 1) / 1_000
        undone = cpu_ms(one.undo, 1) / 1_000
    yield Figure("exchange", "merge", f"2x{ARTICLES * HALF}", told, "s")
    yield Figure("exchange", "undo", f"2x{ARTICLES * HALF}", undone, "s")


def _peak() -> float | None:
    """Give the most memory this process had, in MB, where the system says."""
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1_048_576 if sys.platform == "darwin" else 1_024)
