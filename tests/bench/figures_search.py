"""How fast searching is, beside a scan of all texts and FTS5's trigram tokenizer over the same passages in the same run.

A million passages take ten minutes: python -m tests.bench.figures_search 1000000
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from db.folding import fold, fold_text
from db.search import index
from db.search.words import pattern
from tests.bench.calibration import Figure, cpu_ms, median
from tests.search.library import Library

_WORDS = re.findall(
    r"\S+",
    """人工智能 算法 备案 治理 数据 安全 隐私 偏见 歧视 模型 训练 透明 问责 风险 评估 生成式 服务 提供者 个人信息 保护
    监管 伦理 审查 标识 内容 权利 义务 公平 可解释 鲁棒 出境 分级 分类 开源 算力 企业 政府 国际 合作 标准 立法 条例 草案
    公众 参与 自动化 决策 深度合成 用户 未成年人""",
)
_LATIN = ("AI", "GPT-4", "LLM", "OpenAI", "EU AI Act", "OECD", "red teaming")
_COMMON = "的了在是和与对为以及应当不得可以其他有关部门依照规定发布实施机制体系能力发展促进加强推动完善建立开展工作社会经济"
QUERIES = (
    "算", "的", "算法", "备案", "人工智能", "生成式服务", "算法备案", "个人信息保护", "深度合成", "未成年人", "GPT-4", "ai",
    "open", "算法 偏见", "算法 OR 备案", "治理 NOT 数据", '"EU AI Act"', "数据 安全 隐私", "自动化决策", "不存在的词语",
)  # fmt: skip
LONG_WORDS = ("算法备案", "人工智能", "个人信息保护", "未成年人")  # trigrams cannot find shorter ones
SIZES = (10_000, 100_000)
FILTERED = tuple(f"code:rare {query}" for query in ("算", "算法", "人工智能", "算法备案", "GPT-4", ""))


def passages(count: int, seed: int = 7) -> list[str]:
    """Make passages of about 120 characters."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        parts: list[str] = []
        while sum(map(len, parts)) < 120:
            part = rng.choice(_WORDS) if rng.random() < 0.6 else "".join(rng.choices(_COMMON, k=rng.randint(1, 5)))
            parts.append(rng.choice(_LATIN) if rng.random() < 0.03 else part)
            parts.append(rng.choice("，，、。") if rng.random() < 0.15 else "")
        made.append("".join(parts))
    return made


def _fill(library: Library, texts: Sequence[str]) -> float:
    """Put passages in, every hundredth coded; gives how many a second the index takes."""
    rare, common = library.code("少见", name="rare"), library.code("常见", name="common")
    article = library.article("题")
    version = library.connection.execute("SELECT id FROM version").fetchone()[0]
    library.connection.execute("PRAGMA query_only = OFF")
    library.connection.execute("BEGIN")
    for at, text in enumerate(texts):
        key = library.connection.execute(
            "INSERT INTO annotation (uuid, article, version, start, end, exact, coder, created, modified)"
            " VALUES (?, ?, ?, 0, 1, ?, ?, '2025', '2025') RETURNING id",
            (f"{at:036}", article, version, text, library.coder),
        ).fetchone()[0]
        library.connection.execute(
            "INSERT INTO tagging (uuid, annotation, code, coder, created) VALUES (?, ?, ?, ?, '2025')",
            (f"{at:036}", key, common if at % 100 else rare, library.coder),
        )
    began = time.process_time()
    index.rebuild(library.connection)
    took = time.process_time() - began
    library.connection.execute("COMMIT")
    library.connection.execute("PRAGMA query_only = ON")
    return len(texts) / took


def _times(work: Callable[[str], object], queries: Sequence[str]) -> tuple[list[float], list[float]]:
    """Give the milliseconds that queries take, each five times: of CPU, and that pass; both sorted."""
    cpu, wall = [], []
    for query in (*queries,) * 5:
        pattern.cache_clear()
        began, passed = time.thread_time(), time.perf_counter()
        work(query)
        cpu.append((time.thread_time() - began) * 1_000)
        wall.append((time.perf_counter() - passed) * 1_000)
    return sorted(cpu), sorted(wall)


def _scan(folded: Sequence[str], query: str) -> set[int]:
    word = pattern(query)
    return {at for at, text in enumerate(folded) if word and word.find(text)}


class _Trigram:
    """FTS5's trigram tokenizer over the same passages."""

    def __init__(self, path: Path, texts: Sequence[str]) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("CREATE VIRTUAL TABLE passage USING fts5(exact, tokenize='trigram')")
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO passage (rowid, exact) VALUES (?, ?)", enumerate(texts))
        self._connection.execute("COMMIT")

    def page(self, query: str) -> list[tuple[str]]:
        """Give the 50 newest, and count them up to a thousand."""
        sql = "SELECT exact FROM passage(?) ORDER BY rowid DESC LIMIT 50"
        self._connection.execute("SELECT count(*) FROM (SELECT 1 FROM passage(?) LIMIT 1001)", (f'"{query}"',)).fetchone()
        return self._connection.execute(sql, (f'"{query}"',)).fetchall()

    def found(self, query: str) -> set[int]:
        """Give all that is found."""
        return {row[0] for row in self._connection.execute("SELECT rowid FROM passage(?)", (f'"{query}"',))}

    def close(self) -> None:
        self._connection.close()


def _index_bytes(connection: sqlite3.Connection) -> int:
    names = "', '".join(f"passage_words_{part}" for part in ("data", "idx", "docsize", "config"))
    return int(connection.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ('{names}')").fetchone()[0])


def figures(sizes: Sequence[int] = SIZES) -> Iterable[dict[str, object]]:
    """Measure searching at several numbers of passages."""
    for size in sizes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            yield from (figure.as_dict() for figure in _measure(Path(folder), size))


def _measure(folder: Path, size: int) -> Iterable[Figure]:
    texts, name = passages(size), str(size)
    library = Library(folder / "search.gloss")
    yield Figure("search", "build_per_second", name, _fill(library, texts), "passages")
    try:
        ratio = _index_bytes(library.connection) / sum(len(text.encode()) for text in texts)
        yield Figure("search", "index_ratio", name, ratio, "x text")
    except sqlite3.OperationalError:
        pass  # this SQLite was built without dbstat
    folded, trigram = [fold(text).text for text in texts], _Trigram(folder / "trigram.db", texts)
    yield from _speed(library, name, texts, trigram)
    yield from _truth(library, name, folded, trigram)
    trigram.close()
    yield from _adding(library, name)
    library.close()


def _speed(library: Library, name: str, texts: Sequence[str], trigram: _Trigram) -> Iterable[Figure]:
    def counted(query: str) -> object:
        return library.search(query, "passages")

    def first(query: str) -> object:
        return library.searcher.first(query, kinds=("passages",))

    scan = cpu_ms(lambda: _scan([fold_text(text) for text in texts], LONG_WORDS[0]), repeat=1)
    others, _wall = _times(trigram.page, LONG_WORDS)
    times, wall = _times(counted, QUERIES)
    yield Figure("search", "page_p50", name, median(times), "ms", "brute-force scan", scan)
    yield Figure("search", "page_p95", name, _p95(times), "ms", "FTS5 trigram, without snippets", _p95(others))
    yield Figure("search", "page_max", name, times[-1], "ms", "FTS5 trigram, without snippets", others[-1])
    yield Figure("search", "page_p95_wall", name, _p95(wall), "ms wall")
    yield Figure("search", "first_p95", name, _p95(_times(first, QUERIES)[0]), "ms")
    yield Figure("search", "filtered_p95", name, _p95(_times(first, FILTERED)[0]), "ms")
    yield Figure("search", "filtered_counted_p95", name, _p95(_times(counted, FILTERED)[0]), "ms")


def _p95(times: Sequence[float]) -> float:
    return times[int(len(times) * 0.95)]


def _truth(library: Library, name: str, folded: Sequence[str], trigram: _Trigram) -> Iterable[Figure]:
    """Compare all that single words find with what a scan of all texts finds."""
    first = library.connection.execute("SELECT min(id) FROM annotation").fetchone()[0]
    right = wanted = found = others = 0
    for query in (query for query in QUERIES if " " not in query):
        scanned = _scan(folded, query)
        keys = {key - first for key in library.searcher.keys(query, "passage")}
        right, wanted, found = right + len(scanned & keys), wanted + len(scanned), found + len(keys)
        others += len(scanned & trigram.found(query))
    yield Figure("search", "recall", name, right / wanted, "", "FTS5 trigram", others / wanted)
    yield Figure("search", "precision", name, right / found, "")


def _adding(library: Library, name: str) -> Iterable[Figure]:
    """Tag passages one by one, with and without the index following by turns, and merging when idle now and then."""
    texts = passages(600, 8)
    article = library.article("\n".join(texts))
    taken: dict[bool, list[float]] = {True: [], False: []}
    for at, text in enumerate(texts):
        library.indexing = at % 2 == 0
        began = time.thread_time()
        library.passage(article, text)
        taken[library.indexing].append((time.thread_time() - began) * 1_000)
        if at % 100 == 99:
            with library.history.upkeep():
                index.merge_idle(library.connection)
    alone = median(taken[False])
    yield Figure("search", "add", name, median(taken[True]) - alone, "ms")
    yield Figure("search", "add_max", name, max(taken[True]) - alone, "ms", "change without the index", max(taken[False]) - alone)
    yield Figure("search", "add_change", name, median(taken[True]), "ms", "change without the index", alone)


if __name__ == "__main__":
    for row in figures([int(size) for size in sys.argv[1:]] or SIZES):
        print(json.dumps(row, ensure_ascii=False), flush=True)
