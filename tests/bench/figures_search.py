"""How fast searching is, beside a scan of all texts and FTS5's trigram tokenizer over the same passages in the same run."""

from __future__ import annotations

import random
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from db.folding import fold
from db.search import index
from db.search.words import pattern
from tests.bench.calibration import Figure, median
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


def _times(library: Library, queries: tuple[str, ...]) -> list[float]:
    times = []
    for query in queries * 5:
        pattern.cache_clear()
        began = time.perf_counter()
        library.search(query, "passages")
        times.append((time.perf_counter() - began) * 1_000)
    return sorted(times)


def _scan(texts: Sequence[str], query: str) -> set[int]:
    word = pattern(query)
    return {at for at, text in enumerate(texts) if word and word.find(fold(text).text)}


def _found(library: Library, query: str, first: int) -> set[int]:
    hits = library.search(query, "passages", limit=1_000_000).hits
    return {hit.record_id - first for hit in hits}


def _baselines(texts: Sequence[str]) -> tuple[float, float]:
    """Give the median milliseconds of a scan with the same folding and of a trigram search for 50 passages."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE passage USING fts5(exact, tokenize='trigram')")
    connection.executemany("INSERT INTO passage VALUES (?)", ((text,) for text in texts))
    scans, trigrams = [], []
    for query in ("算法备案", "人工智能", "个人信息保护"):
        began = time.perf_counter()
        sorted(_scan(texts, query))
        scans.append((time.perf_counter() - began) * 1_000)
        began = time.perf_counter()
        connection.execute("SELECT exact FROM passage(?) ORDER BY rank LIMIT 50", (f'"{query}"',)).fetchall()
        trigrams.append((time.perf_counter() - began) * 1_000)
    connection.close()
    return median(scans), median(trigrams)


def _index_bytes(connection: sqlite3.Connection) -> int:
    names = "', '".join(f"passage_words_{part}" for part in ("data", "idx", "docsize", "config"))
    return int(connection.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ('{names}')").fetchone()[0])


def figures(sizes: Sequence[int] = (10_000,)) -> Iterable[dict[str, object]]:
    """Measure searching at several numbers of passages."""
    for size in sizes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            yield from (figure.as_dict() for figure in _measure(Path(folder) / "search.gloss", size))


def _measure(path: Path, size: int) -> Iterable[Figure]:
    texts, name = passages(size), str(size)
    library = Library(path)
    yield Figure("search", "build_per_second", name, _fill(library, texts), "passages")
    first = library.connection.execute("SELECT min(id) FROM annotation").fetchone()[0]
    try:
        ratio = _index_bytes(library.connection) / sum(len(text.encode()) for text in texts)
        yield Figure("search", "index_ratio", name, ratio, "x text")
    except sqlite3.OperationalError:
        pass  # this SQLite was built without dbstat
    scan, trigram = _baselines(texts)
    times = _times(library, QUERIES)
    yield Figure("search", "page_p50", name, median(times), "ms wall", "brute-force scan", scan)
    yield Figure("search", "page_p95", name, times[int(len(times) * 0.95)], "ms wall", "FTS5 trigram", trigram)
    yield Figure("search", "page_max", name, times[-1], "ms wall")
    times = _times(library, FILTERED)
    yield Figure("search", "filtered_p95", name, times[int(len(times) * 0.95)], "ms wall")
    wanted = {query: _scan(texts, query) for query in QUERIES if " " not in query}
    found = {query: _found(library, query, first) for query in wanted}
    right = sum(len(wanted[query] & found[query]) for query in wanted)
    yield Figure("search", "recall", name, right / sum(map(len, wanted.values())), "")
    yield Figure("search", "precision", name, right / sum(map(len, found.values())), "")
    article, added = library.article("\n".join(passages(200, 8))), []
    for text in passages(200, 8):
        began = time.perf_counter()
        library.passage(article, text)
        added.append((time.perf_counter() - began) * 1_000)
    yield Figure("search", "add", name, median(added), "ms wall")
    yield Figure("search", "add_max", name, max(added), "ms wall")
    library.close()
