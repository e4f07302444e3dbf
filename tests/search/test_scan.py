"""The index finds what a scan of all texts finds: in single characters, after any changes, and after a crash."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.folding import fold_text
from db.search import index, plan
from db.search.page import holds
from db.search.query import parse
from tests.search.library import Library

_CHARACTERS = "算法產业台颱國一㈠aA1，\n "


def _scanned(library: Library, typed: str) -> list[int]:
    """Give the passages that hold the words, newest first, by looking at each."""
    root = parse(typed).root
    rows = library.connection.execute("SELECT id, exact FROM annotation ORDER BY id DESC").fetchall()
    translations = library.connection.execute("SELECT annotation, text FROM translation ORDER BY id").fetchall()
    texts = {key: "\x03".join([exact, *(text for of, text in translations if of == key)]) for key, exact in rows}
    return [key for key, text in texts.items() if root is not None and holds(root, fold_text(text))]


@pytest.mark.parametrize("room", [0, 10**9])
@settings(max_examples=12)
@given(st.lists(st.text(_CHARACTERS, min_size=1, max_size=8), min_size=1, max_size=8), st.integers(0, 8))
def test_one_character_is_found_alike_whether_it_is_common_or_not(
    room: int, tmp_path_factory: pytest.TempPathFactory, texts: list[str], translated: int
) -> None:
    library = Library(tmp_path_factory.mktemp("one") / "one.gloss")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "_MANY", 0)
        patch.setattr(plan, "_ROOM", room - 1)
        article = library.article("".join(texts))
        for at, text in enumerate(texts):
            passage = library.passage(article, text)
            library.note(text, annotation=passage)
            if at < translated:
                library.translation(passage, texts[-1 - at])
        for query in (
            "算",
            "产",
            "台",
            "国",
            "一",
            "-算",
            "算 法",
            "算 OR 业",
            "算 -法",
            "算 a",
            "(算 OR 法) -台",
            "算 kind:passage",
        ):
            assert library.searcher.keys(query, "passage") == _scanned(library, query.removesuffix(" kind:passage")), query
            assert library.search(query, "passages").total == len(library.searcher.keys(query, "passage"))
            whole = library.connection.execute("SELECT id, text FROM note ORDER BY id DESC").fetchall()
            root = parse(query.removesuffix(" kind:passage")).root
            notes = [key for key, text in whole if root is not None and holds(root, fold_text(text))]
            assert library.searcher.keys(query, "note") == ([] if "kind:" in query else notes), query
    library.close()


def _act(library: Library, rng: random.Random) -> None:
    """Change something, as a person or a merge would."""
    run, text = library.connection.execute, "".join(rng.choices("算法產业国a1 ，", k=rng.randint(1, 9))) + "算"
    passages = [row[0] for row in run("SELECT id FROM annotation").fetchall()]
    articles = [row[0] for row in run("SELECT id FROM article").fetchall()]
    one = rng.choice(passages) if passages else 0
    match rng.randrange(9):
        case 0 | 1:
            library.passage(library.article(text), text)
        case 2 if one:
            library.run("UPDATE annotation SET exact = ? WHERE id = ?", text, one)
        case 3 if one:
            library.translation(one, text)
        case 4 if one:
            library.run("DELETE FROM annotation WHERE id = ?", one)
        case 5 if articles:
            library.version(rng.choice(articles), text, run("SELECT max(number) + 1 FROM version").fetchone()[0])
        case 6 if articles:
            library.run("DELETE FROM article WHERE id = ?", rng.choice(articles))
        case 7 if passages:
            library.run("UPDATE translation SET text = text || ?, annotation = ?", text, one)
        case _:
            with library.history.change("Merge"):
                for _ in range(3):
                    library.passage(library.article(text), text)


@pytest.mark.parametrize("seed", range(6))
def test_the_index_is_the_texts_after_any_changes_undone_and_redone(library: Library, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(60):
        step = rng.random()
        if step < 0.65:
            _act(library, rng)
        elif step < 0.85 and library.history.next_undo():
            library.history.undo()
        elif step < 0.95 and library.history.next_redo():
            library.history.redo()
        else:
            with library.history.upkeep():
                index.merge_idle(library.connection)
        assert index.check(library.connection) == []
    for query in ("算", "算法", "国", "a1", "业 算", "-国"):
        assert library.searcher.keys(query, "passage") == _scanned(library, query)


def test_single_changes_leave_few_pieces_and_none_of_them_merges_much(library: Library) -> None:
    article = library.article("算法" * 20)
    for at in range(120):
        library.passage(article, "算法" * (at % 20 + 1))
    # Each change adds one, and begins to merge once there are 24.
    assert index._pieces(library.connection, "passage") < 40
    assert index._pieces(library.connection, "note") == 0
    assert library.searcher.total("算法", kinds=["passages"]) == 120
    assert index.check(library.connection) == []


def test_rebuilding_keeps_what_it_has_built_apart_from_what_comes(library: Library) -> None:
    article = library.article("算法" * 20)
    for _ in range(20):
        library.passage(article, "算法")
    with library.history.upkeep():
        index.rebuild(library.connection)
    assert index._pieces(library.connection, "passage") == 1
    library.passage(article, "算法")
    assert index._pieces(library.connection, "passage") == 2
    assert library.searcher.total("算法", kinds=["passages"]) == 21
    assert index.check(library.connection) == []


def test_what_was_built_is_not_written_again_by_merging_what_comes(library: Library) -> None:
    article = library.article("算法" * 20)
    with library.history.change("Many"):
        for at in range(900):
            library.connection.execute(
                "INSERT INTO annotation (uuid, article, version, start, end, exact, coder, created, modified)"
                " VALUES (?, ?, 1, 0, 1, ?, ?, '2025', '2025')",
                (f"{at:036}", article, f"算法{at}号" * 9, library.coder),
            )
    with library.history.upkeep():
        index.rebuild(library.connection)
    built = library.connection.execute("SELECT DISTINCT segid FROM passage_words_idx").fetchall()
    assert len(built) == 1
    for at in range(60):
        library.passage(article, "算法" * (at % 20 + 1))
        if at % 5 == 0:
            with library.history.upkeep():
                index.merge_idle(library.connection)
    assert built[0] in library.connection.execute("SELECT DISTINCT segid FROM passage_words_idx").fetchall()
    assert index.check(library.connection) == []


_WRITER = """
import sys
from pathlib import Path
from tests.search.library import Library
library = Library(Path(sys.argv[1]))
article = library.article("算法治理" * 50)
print("begun", flush=True)
at = 0
while True:
    at += 1
    with library.history.change("Many"):
        for _ in range(3):
            passage = library.passage(article, "算法治理" * (at % 40 + 1))
            library.note(f"第{at}次", annotation=passage)
    if at % 7 == 0:
        library.history.undo()
    if at == 5:
        print("written", flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a process is killed otherwise there")
@pytest.mark.parametrize("moment", [0.0, 0.013, 0.031])
def test_a_writer_killed_at_any_moment_leaves_an_index_of_what_it_wrote(tmp_path: Path, moment: float) -> None:
    path = tmp_path / "killed.gloss"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", _WRITER, path], stdout=subprocess.PIPE, env=environment) as writer:
        assert writer.stdout is not None
        assert [writer.stdout.readline().strip() for _ in range(2)] == [b"begun", b"written"]
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(moment)
        writer.kill()
    library = Library(path)
    assert index.check(library.connection) == []
    kept = library.connection.execute("SELECT count(*) FROM annotation").fetchone()[0]
    assert kept >= 15
    assert kept % 3 == 0
    assert library.searcher.total("治理", kinds=["passages"]) == kept
    assert library.searcher.keys("治理", "passage") == _scanned(library, "治理")
    library.close()
