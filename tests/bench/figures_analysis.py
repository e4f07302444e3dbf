"""Analysis: agreement of three coders on every code of a large project, with bootstrap intervals."""

from __future__ import annotations

import random
from collections.abc import Iterable

from db.analysis import agreement
from db.analysis.agreement import NAMES, Pattern
from db.analysis.matrix import Comparison, Options, compare
from db.analysis.units import Coding, Material
from db.records import AnnotationId, ArticleId, CodeId, CoderId
from tests.bench.calibration import Figure, cpu_ms

CODERS = tuple(CoderId(number) for number in range(1, 4))
SENTENCE = "这一条说的是第几项义务该由谁来承担。"
SIZE = (10_000, 60, 1_000)  # sentences, codes, samples
_ARTICLES = 100
_TRIED = 3  # so few samples of one code does the plain loop draw; its time is multiplied


def material(sentences: int, codes: int, seed: int = 1) -> Material:
    """Make what three coders coded: each sentence has a code or two, on which they mostly agree."""
    rng = random.Random(seed)
    each = sentences // _ARTICLES
    codings: list[Coding] = []
    for article in range(1, _ARTICLES + 1):
        for place in range(0, each * len(SENTENCE), len(SENTENCE)):
            true = rng.choices(range(1, codes + 1), k=rng.choice((1, 1, 2)))
            for coder in CODERS:
                for code in {code if rng.random() < 0.8 else rng.randint(1, codes) for code in true}:
                    key, end = AnnotationId(len(codings)), place + len(SENTENCE)
                    codings.append((coder, ArticleId(article), key, CodeId(code), place, end, "exact", False))
    return Material(
        CODERS, {coder: str(coder) for coder in CODERS}, {CodeId(code): None for code in range(1, codes + 1)},
        {ArticleId(article): frozenset(CODERS) for article in range(1, _ARTICLES + 1)}, _ARTICLES, codings,
        lambda _article: SENTENCE * each,
    )  # fmt: skip


def _plain(found: Comparison) -> float:
    """Give how long (ms) the samples would take if their units were drawn one by one and tabled for each code."""
    sheets, codes = found.sheets, [row.code for row in found.rows if row.code is not None]
    units: list[Pattern] = [
        tuple(bool(sheet.marks.get(codes[0], {}).get(unit, 0) >> coder & 1) for coder in range(len(CODERS)))
        for sheet in sheets
        for unit in range(len(sheet.starts))
    ]
    rng = random.Random(1)

    def draw() -> None:
        for _ in range(_TRIED):
            patterns: dict[Pattern, int] = {}
            for unit in rng.choices(units, k=len(units)):
                patterns[unit] = patterns.get(unit, 0) + 1
            for name in NAMES:
                agreement.measured(name, patterns, categories=2)

    return cpu_ms(draw, 3) / _TRIED * SIZE[2] * len(codes)


def figures() -> Iterable[Figure]:
    """Give `agreement` (s of CPU): all measures of every code and over all, cutting the sentences included."""
    sentences, codes, samples = SIZE
    made = material(sentences, codes)
    options = Options(samples=samples)
    seconds = cpu_ms(lambda: compare(made, options), 3) / 1_000
    size = f"{len(CODERS)}/{sentences}/{codes}/{samples}"
    plain = _plain(compare(made, Options(samples=0))) / 1_000
    yield Figure("analysis", "agreement", size, seconds, "s", "units drawn one by one, reckoned", plain)
