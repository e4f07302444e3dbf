"""How long work takes to leave and to come back: REFI-QDA projects of 500 articles with 20,000 codings."""

from __future__ import annotations

import tempfile
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

from db.project import Project
from db.records import Draft, Layout
from db.sharing import refi
from tests.bench.bundles import bundle_figures
from tests.bench.calibration import Figure, wall_ms
from tests.bench.passages import csv_out

ARTICLES, CODINGS = 500, 20_000
_SENTENCE = "第{number}段说的是算法备案与安全评估的关系，也问谁来解释模型的决定。"
_SIZE = f"{ARTICLES}/{CODINGS}"
# QualCoder 3.7's round trip of a project of this size on one machine, in seconds.
_OUT, _IN = 13.1, 200.6


def filled(path: Path) -> None:
    """Make a project of the size measured, every second text with characters of two UTF-16 units."""
    each = CODINGS // ARTICLES
    with Project.create(path) as project, project.change("Fill"):
        codes = project.codes.all("asgf1")[:60]
        for number in range(ARTICLES):
            lines = [_SENTENCE.format(number=f"{number}·{line}") + "𠮷" * (number % 2) for line in range(80)]
            text = "\n".join(lines)
            article = project.articles.add(Draft(f"文章{number}", text, Layout.of_lines(text)))
            at = 0
            for line, words in enumerate(lines[:each]):
                project.annotations.add(article, at, at + len(words) // 2, codes=[codes[(number + line) % len(codes)].id])
                at += len(words) + 1


def figures() -> Iterable[Figure]:
    """Measure a REFI-QDA project out of a full project and into an empty one."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        filled(folder / "full.gloss")
        with Project.open(folder / "full.gloss") as project:
            out = wall_ms(lambda: refi.write(project, folder / "out.qdpx"), 3) / 1000
        yield Figure("exchange", "qdpx_out", _SIZE, out, "s", "QualCoder", _OUT)
        numbers = iter(range(100))

        def bring() -> None:
            with Project.open(empty.pop()) as project:
                refi.merge(project, folder / "out.qdpx")

        empty = [folder / f"empty{next(numbers)}.gloss" for _ in range(4)]
        for path in empty:
            Project.create(path).close()
        tracemalloc.start()
        bring()
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        yield Figure("exchange", "qdpx_in", _SIZE, wall_ms(bring, 3) / 1000, "s", "QualCoder", _IN)
        yield Figure("exchange", "qdpx_memory", _SIZE, peak, "MB")
    yield from csv_out()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        yield from bundle_figures(Path(name))
