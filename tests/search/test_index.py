"""The index is the records': after any change, undo and redo, and as a plain scan of all texts would have it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import errors
from db.folding import fold
from db.search import index
from db.search.query import Node, Not, Term, parse
from db.search.words import pattern
from tests.search.library import Library

CHANGES: list[Callable[[Library], object]] = [
    lambda lib: lib.article("新的文章，谈算法。"),
    lambda lib: lib.run("UPDATE article SET title = '改名', authors = '[{\"name\": \"李四\"}]' WHERE id = 1"),
    lambda lib: lib.passage(1, "算法"),
    lambda lib: lib.run("UPDATE annotation SET exact = '算法治' WHERE id = 1"),
    lambda lib: lib.note("笔记", annotation=1),
    lambda lib: lib.run("UPDATE note SET text = '改过的笔记'"),
    lambda lib: lib.code("偏见", "3.1"),
    lambda lib: lib.run("UPDATE code SET cues_zh = '[\"杀熟\"]'"),
    lambda lib: lib.instrument("数据安全法", "数安法"),
    lambda lib: lib.run("UPDATE alias SET text = 'DSL'"),
    lambda lib: lib.run("DELETE FROM alias"),
    lambda lib: lib.run("INSERT OR REPLACE INTO note (id, uuid, text, coder, created, modified)"
                        " SELECT id, uuid, '换了', coder, created, modified FROM note"),
    lambda lib: lib.translation(1, "governance of algorithms"),
    lambda lib: lib.run("UPDATE translation SET text = '新译文', annotation = (SELECT max(id) FROM annotation)"),
    lambda lib: lib.run("DELETE FROM translation"),
    lambda lib: lib.version(2, "第二版。", 2),
    lambda lib: lib.run("DELETE FROM version WHERE number = 2"),
    lambda lib: lib.run("DELETE FROM article WHERE id = 1"),
    lambda lib: lib.run("DELETE FROM instrument"),
]  # fmt: skip


def texts(library: Library) -> dict[str, int]:
    """Count what some words find."""
    return {
        word: library.search(word).total
        for word in ("算法", "改名", "笔记", "杀熟", "数安法", "dsl", "第二版", "换了", "李四", "governance", "译文")
    }


def test_each_change_is_found_at_once_and_undo_and_redo_are_too(library: Library) -> None:
    library.article("算法治理")
    states = [texts(library)]
    for change in CHANGES:
        change(library)
        assert index.check(library.connection) == []
        states.append(texts(library))
    assert len({tuple(state.values()) for state in states}) > 8
    for state in reversed(states[:-1]):
        library.history.undo()
        assert index.check(library.connection) == []
        assert texts(library) == state
    for state in states[1:]:
        library.history.redo()
        assert texts(library) == state
    assert index.check(library.connection) == []


def test_many_changes_in_one_are_followed_once(library: Library) -> None:
    with library.history.change("Many"):
        article = library.article("甲乙")
        passage = library.passage(article, "甲")
        library.run("UPDATE annotation SET exact = '乙' WHERE id = ?", passage)
        library.note("丙", annotation=passage)
        library.run("DELETE FROM note")
    assert index.check(library.connection) == []
    assert library.found("甲") == {"article": [article]}
    assert library.found("丙") == {}


def test_a_change_that_fails_leaves_the_index_as_it_was(library: Library) -> None:
    article = library.article("甲乙")

    def fail() -> None:
        with library.history.change("Fail"):
            library.passage(article, "甲")
            raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        fail()
    assert library.found("甲") == {"article": [article]}
    assert index.check(library.connection) == []


def test_an_index_of_other_rules_is_rebuilt_with_progress(library: Library) -> None:
    article = library.article("甲乙")
    with library.history.upkeep():
        library.connection.execute("UPDATE index_state SET version = 'old'")
    assert not index.is_current(library.connection)
    later = library.article("甲丙")  # not followed: the rebuilding finds it
    assert index.check(library.connection) == ["index version"]
    seen: list[tuple[int, int]] = []
    with library.history.upkeep():
        index.rebuild(library.connection, lambda done, total: seen.append((done, total)))
    assert index.is_current(library.connection)
    assert index.check(library.connection) == []
    assert library.found("甲") == {"article": [article, later]}
    assert seen[-1] == (2, 2)


def test_checking_names_what_the_index_has_wrong(library: Library) -> None:
    library.article("甲乙")
    article = library.article("丙丁")
    library.passage(article, "丙")
    with library.history.upkeep():
        library.connection.execute("UPDATE annotation SET exact = '丁'")
        library.connection.execute("INSERT INTO note_words (rowid, words) VALUES (9, '甲')")
        library.connection.execute(
            "INSERT INTO article (uuid, title, key, coder, created, modified)"
            " SELECT substr(uuid, 2) || 'x', '无', key, coder, created, modified FROM article LIMIT 1"
        )
    assert index.check(library.connection) == ["article 3", "passage 1", "note 9"]


def test_idle_merging_changes_nothing_that_is_found(library: Library) -> None:
    for at in range(30):
        library.article(f"算法{at}号")
    before = library.found("算法")
    with library.history.upkeep():
        index.merge_idle(library.connection)
    assert library.found("算法") == before
    assert index.check(library.connection) == []


def test_the_file_holds_no_trigger_or_view_and_only_the_tables_named_are_virtual(library: Library) -> None:
    rows = library.connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    assert not [name for kind, name, _sql in rows if kind in ("trigger", "view")]
    virtual = {name for _kind, name, sql in rows if (sql or "").startswith("CREATE VIRTUAL")}
    assert virtual == set(index.TABLES)


# A scan of all texts with the same folding and the same rule finds the same.
_LETTERS = "甲乙丙丁產产中国aAbé14ＡＢ《》，。、- \n"
_TEXT = st.text(st.sampled_from(_LETTERS), min_size=1, max_size=25)
_WORD = st.text(st.sampled_from("甲乙丙產中国aBé14《-、"), min_size=1, max_size=5)
_QUOTED = st.text(st.sampled_from("甲乙丙产国ab1 -，"), min_size=1, max_size=6).map('"{}"'.format)
_QUERY = st.recursive(
    _WORD | _QUOTED,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" ", " OR ", " AND ", " NOT "]), inner).map("".join),
        inner.map("({})".format),
        inner.map("NOT {}".format),
    ),
    max_leaves=4,
)


def _holds(node: Node, text: str) -> bool:
    if isinstance(node, Term):
        found = pattern(node.text, node.whole)
        return found is not None and found.find(text) is not None
    if isinstance(node, Not):
        return not _holds(node.part, text)
    return (all if type(node).__name__ == "Every" else any)(_holds(part, text) for part in node.parts)  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("scan") / "scan.gloss")
    yield library
    library.close()


@settings(max_examples=120)
@given(st.lists(_TEXT, min_size=1, max_size=8), st.lists(_QUERY, min_size=1, max_size=12))
def test_the_index_finds_what_a_scan_finds(shared: Library, bodies: list[str], queries: list[str]) -> None:
    library = shared
    with library.history.change("Fill"):
        library.connection.execute("DELETE FROM note")
        keys = [library.note(body, coder=library.coder) for body in bodies]
    for typed in queries:
        query = parse(typed)
        expected = [
            key for key, body in zip(keys, bodies, strict=True) if query.root is not None and _holds(query.root, fold(body).text)
        ]
        results = library.searcher.run(query, kinds=["notes"])
        assert [hit.record_id for hit in reversed(results.hits)] == expected, typed
        assert results.total == len(expected)
        assert library.searcher.total(query, kinds=["notes"]) == len(expected)
    assert index.check(library.connection) == []


def test_the_last_words_of_a_killed_writer_are_not_half_there(library: Library) -> None:
    article = library.article("甲乙")
    library.connection.execute("PRAGMA query_only = OFF")
    library.connection.execute("BEGIN IMMEDIATE")
    library.connection.execute("INSERT INTO passage_words (rowid, words) VALUES (7, '甲')")
    other = sqlite3.connect(library.path)
    try:
        assert index.check(other) == []
    finally:
        other.close()
    library.connection.execute("ROLLBACK")
    assert library.found("甲") == {"article": [article]}
