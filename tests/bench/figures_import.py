"""How fast articles come in: three saved pages beside the checkout (else the sample's), and thousands of edits of them."""

from __future__ import annotations

import resource as limits
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from db import importers
from db.importers.many import read_many
from db.importers.sources import Source
from db.project import Project
from db.sample import sample_articles
from tests.bench.calibration import Figure, cpu_ms, wall_ms
from tests.shared import SHARED

PAGES = 2_000
WORKERS = 2
TOGETHER = 100  # articles stored in one change


def _pages() -> tuple[str, list[Path]]:
    if SHARED is not None and (SHARED / "seeds").is_dir():
        return "3 saved pages", sorted((SHARED / "seeds").glob("*.txt"))
    return "3 sample pages", sample_articles()[:3]


def edited(page: bytes, number: int) -> bytes:
    """Give a page with a few words put into each of its long paragraphs, so that no two copies are one article."""
    lines = page.decode().split("\n")
    for n, line in enumerate(lines):
        sentences = line.split("。")
        if len(line) > 100 and len(sentences) > 2:
            sentences[(number + n) % (len(sentences) - 1)] += f"（第{number}份）"
            lines[n] = "。".join(sentences)
    return "\n".join(lines).encode()


def _sources(pages: list[bytes], count: int) -> Iterator[Source]:
    for number in range(count):
        yield Source(f"{number}.md", None, partial(edited, pages[number % len(pages)], number))


def _into_project(pages: list[Path], folder: Path, round_: list[int]) -> None:
    round_[0] += 1
    with Project.create(folder / f"{round_[0]}.gloss") as project:
        for page in pages:
            project.articles.add(importers.read(page))


def _store(project: Project, sources: Iterable[Source], memory: list[float]) -> None:
    """Read sources with other processes and store them, a change for every hundred, noting the memory after each."""
    found = read_many(sources, WORKERS)
    while together := list(islice(found, TOGETHER)):
        with project.change("Import articles"):
            for _source, draft in together:
                assert not isinstance(draft, Exception)
                project.articles.add(draft)
        memory.append(resident())


def resident() -> float:
    """Give the memory this process holds now, in MB; where that is not told, the most it ever held."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * limits.getpagesize() / 1_048_576
    return limits.getrusage(limits.RUSAGE_SELF).ru_maxrss / 1_024


def figures() -> Iterable[Figure]:
    """Measure reading pages into drafts, and reading and storing many of them."""
    size, pages = _pages()
    texts = [page.read_bytes() for page in pages]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder, round_ = Path(name), [0]
        bare = wall_ms(lambda: _into_project([], folder, round_), 3)
        whole = wall_ms(lambda: _into_project(pages, folder, round_), 5) - bare
        plain = cpu_ms(lambda: [page.read_bytes().decode() for page in pages])
        yield Figure("import", "three_pages", size, whole, "ms wall", "reading the bytes", plain)
        copies = [edited(text, number) for number in range(100) for text in texts]
        alone = cpu_ms(lambda: [importers.read_bytes(copy, "a.md") for copy in copies], 3)
        yield Figure("import", "reading_alone", str(len(copies)), len(copies) / alone * 1_000, "1/s cpu")
        memory: list[float] = []
        with Project.create(folder / "many.gloss") as project:
            milliseconds = wall_ms(lambda: _store(project, _sources(texts, PAGES), memory), 1)
        yield Figure("import", "articles_per_second", str(PAGES), PAGES / milliseconds * 1_000, "1/s")
    if sys.platform != "win32":
        yield Figure("import", "memory", str(PAGES), memory[-1], "MB", "after the first hundred", memory[0])
