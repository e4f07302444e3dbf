"""How fast articles come in: three saved pages beside the checkout (else the sample's), and many of them."""

from __future__ import annotations

import resource as limits
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from db import importers
from db.project import Project
from db.sample import sample_articles
from tests.bench.calibration import Figure, cpu_ms, wall_ms
from tests.shared import SHARED

COPIES = 100


def _pages() -> tuple[str, list[Path]]:
    if SHARED is not None and (SHARED / "seeds").is_dir():
        return "3 saved pages", sorted((SHARED / "seeds").glob("*.txt"))
    return "3 sample pages", sample_articles()[:3]


def _into_project(pages: list[Path], folder: Path, round_: list[int]) -> None:
    round_[0] += 1
    with Project.create(folder / f"{round_[0]}.gloss") as project:
        for page in pages:
            project.articles.add(importers.read(page))


def figures() -> Iterable[Figure]:
    """Measure reading pages into drafts, and storing them one change each."""
    size, pages = _pages()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder, round_ = Path(name), [0]
        bare = wall_ms(lambda: _into_project([], folder, round_), 3)
        whole = wall_ms(lambda: _into_project(pages, folder, round_), 5) - bare
        plain = cpu_ms(lambda: [page.read_bytes().decode() for page in pages])
        yield Figure("import", "three_pages", size, whole, "ms wall", "reading the bytes", plain)
        texts = [page.read_bytes() for page in pages]
        with Project.create(folder / "many.gloss") as project:

            def many() -> None:
                for copy in range(COPIES):
                    for text in texts:
                        project.articles.add(importers.read_bytes(text + f"\n\n第{copy}份。".encode(), f"{copy}.md"))

            milliseconds = wall_ms(many, 1)
        count = COPIES * len(texts)
        yield Figure("import", "articles_per_second", str(count), count / milliseconds * 1_000, "1/s")
    if sys.platform != "win32":
        yield Figure("import", "memory", str(count), limits.getrusage(limits.RUSAGE_SELF).ru_maxrss / 1_024, "MB")
