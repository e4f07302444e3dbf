"""Filters and words together find what reading every passage would, whichever way the statement goes."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.search import plan
from db.search.query import Either, Every, Filter, Node, Not, Term, parse
from tests.search.library import Library

_LEAF = st.sampled_from(["甲", "乙丙", "丁", "code:first", "code:second", "code:none", "coder:WP", "instrument:law", "has:note"])
_PAIR = st.sampled_from([" ", " OR ", " NOT "])
_QUERY = st.recursive(
    _LEAF,
    lambda inner: st.tuples(inner, _PAIR, inner).map("".join) | inner.map("({})".format) | inner.map("-({})".format),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, dict[int, tuple[str, set[str]]]]]:
    library = Library(tmp_path_factory.mktemp("mixed") / "mixed.gloss")
    rng = random.Random(3)
    codes = {name: library.code(name, name=name) for name in ("first", "second")}
    law = library.instrument("法律", name="law")
    passages = {}
    with library.history.change("Fill"):
        for _ in range(40):
            text = "".join(rng.choices("甲乙丙丁，", k=4)) + "。"
            kept = {f"code:{name}" for name in codes if rng.random() < 0.3}
            mine = rng.random() < 0.5
            tagged = [codes[name] for name in codes if f"code:{name}" in kept]
            coder = library.coder if mine else library.other
            key = library.passage(library.article(text), text, *tagged, coder=coder)
            if rng.random() < 0.3:
                library.link(key, law)
                kept.add("instrument:law")
            if rng.random() < 0.3:
                library.note("注", annotation=key)
                kept.add("has:note")
            passages[key] = text, kept | ({"coder:WP"} if mine else set())
    yield library, passages
    library.close()


def holds(node: Node, text: str, kept: set[str]) -> bool:
    """Judge one passage by reading it."""
    if isinstance(node, Term):
        return node.text in text
    if isinstance(node, Filter):
        return node.typed in kept
    if isinstance(node, Not):
        return not holds(node.part, text, kept)
    assert isinstance(node, Every | Either)
    return (all if isinstance(node, Every) else any)(holds(part, text, kept) for part in node.parts)


@pytest.mark.parametrize(("few", "listed"), [(500, 20_000), (0, 20_000), (0, 0)])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries=st.lists(_QUERY, min_size=1, max_size=6))
def test_filters_and_words_find_what_reading_finds(
    mixed: tuple[Library, dict[int, tuple[str, set[str]]]],
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    listed: int,
    queries: list[str],
) -> None:
    library, passages = mixed
    monkeypatch.setattr(plan, "FEW", few)
    monkeypatch.setattr(plan, "MOST_LISTED", listed)
    for query in queries:
        root = parse(query).root
        assert root is not None
        expected = [key for key, (text, kept) in passages.items() if holds(root, text, kept)]
        results = library.search(query, "passages", limit=100)
        assert [hit.record_id for hit in reversed(results.hits)] == expected, query
        assert results.total == len(expected)
        assert library.searcher.total(query, kinds=["passages"]) == len(expected)
