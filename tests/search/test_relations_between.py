"""Relations between passages hold as reading every pair of them says, and words are near where trying every choice says so."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import errors, units
from db.folding import fold
from db.search import between, functions
from db.search.near import together, windows
from db.search.query import QueryFault, parse
from db.search.tree import Near, Term
from tests.search.library import Library

_RELATIONS = ("overlaps", "inside", "same-sentence", "same-paragraph", "same-article")


@dataclass(frozen=True)
class Passage:
    """A passage as a reader sees it."""

    key: int
    article: int
    start: int
    end: int
    text: str
    codes: frozenset[str]
    mine: bool

    def holds(self, wanted: str) -> bool:
        return wanted in self.codes or (wanted == "mine" and self.mine) or wanted in self.text

    def stands(self, relation: str, other: Passage, text: str) -> bool:
        """Judge a relation by reading the whole text."""
        if self.key == other.key or self.article != other.article:
            return False
        if relation == "overlaps":
            return bool(set(range(self.start, self.end)) & set(range(other.start, other.end)))
        if relation == "inside":
            return set(range(self.start, self.end)) <= set(range(other.start, other.end))
        if relation == "same-article":
            return True
        unit: units.Unit = "sentence" if relation == "same-sentence" else "paragraph"
        touched = [
            {at for at, (first, last) in enumerate(units.spans(text, unit)) if first < one.end and last > one.start}
            for one in (self, other)
        ]
        return bool(touched[0] & touched[1])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, list[Passage], dict[int, str]]]:
    library = Library(tmp_path_factory.mktemp("between") / "between.gloss")
    rng = random.Random(11)
    codes = {name: library.code(name, name=name) for name in ("first", "second", "rare")}
    passages, texts = [], {}
    with library.history.change("Fill"):
        for at in range(12):
            words = rng.choices(["甲", "乙丙", "丁", "AI", "，", "。", "。", "！”", "\n", " ", "“"], k=60)
            text = "甲" + "".join(words) + "。乙丙"
            article = library.article(text, key=f"k{at}")
            texts[article] = text
            for _ in range(8):
                start = rng.randrange(len(text) - 1)
                start, end = units.drawn_in(text, start, min(len(text), start + rng.randint(1, 25)))
                if start == end:
                    continue
                named = frozenset(name for name in codes if rng.random() < (0.05 if name == "rare" else 0.3))
                mine = rng.random() < 0.5
                coder = library.coder if mine else library.other
                key = library.insert(
                    "annotation", article=article, version=_version(library, article), start=start, end=end,
                    exact=text[start:end], coder=coder, created="2025", modified="2025",
                )  # fmt: skip
                for name in named:
                    library.insert("tagging", annotation=key, code=codes[name], coder=coder, created="2025")
                passages.append(Passage(key, article, start, end, text[start:end], named, mine))
    yield library, passages, texts
    library.close()


def _version(library: Library, article: int) -> int:
    return int(library.connection.execute("SELECT id FROM version WHERE article = ?", (article,)).fetchone()[0])


_SIDE = st.sampled_from([("code:first", "first"), ("code:rare", "rare"), ("coder:WP", "mine"), ("乙丙", "乙丙"), ("甲", "甲")])


@pytest.mark.parametrize("most", [20_000, 5, 0])
@pytest.mark.parametrize("relation", _RELATIONS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=_SIDE, other=_SIDE, negative=st.booleans(), both=st.sampled_from([" ", " OR "]))
def test_a_relation_holds_as_reading_every_pair_says(
    world: tuple[Library, list[Passage], dict[int, str]],
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    relation: str,
    one: tuple[str, str],
    other: tuple[str, str],
    negative: bool,
    both: str,
) -> None:
    library, passages, texts = world
    monkeypatch.setattr(between, "_MOST", most)
    query = f"{'-' if negative else ''}{relation}:({one[0]}{both}{other[0]})"
    join = all if both == " " else any
    sides = [p for p in passages if join(p.holds(wanted) for _typed, wanted in (one, other))]
    expected = [p.key for p in passages if any(p.stands(relation, side, texts[p.article]) for side in sides) != negative]
    assert library.found(query, "passages").get("passage", []) == expected, query
    assert library.found(f"{query} coder:WP", "passages").get("passage", []) == [
        p.key for p in passages if p.key in expected and p.mine
    ]


def test_relations_stand_inside_relations(world: tuple[Library, list[Passage], dict[int, str]]) -> None:
    library, passages, texts = world
    middle = [p for p in passages if any(p.stands("overlaps", q, texts[p.article]) for q in passages if "second" in q.codes)]
    expected = [p.key for p in passages if any(p.stands("same-sentence", q, texts[p.article]) for q in middle)]
    assert library.found("同句：（重叠：second）", "passages").get("passage", []) == expected
    assert 0 < len(expected) < len(passages)


def test_a_relation_names_a_code_or_an_instrument_and_says_where_there_is_none(library: Library) -> None:
    article = library.article("甲乙丙。丁")
    law = library.instrument("《数据安全法》", name="dsl")
    whole, part, other = (library.passage(article, words) for words in ("甲乙", "乙丙", "丁"))
    library.link(part, law, "第十九条")
    library.insert("tagging", annotation=other, code=library.code("偏见"), coder=library.coder, created="2025")
    for query, expected in (
        ("overlaps:数据安全法", [whole]),
        ("重叠：dsl@第十九条", [whole]),
        ("same-paragraph:偏见", [whole, part]),
        ("same-sentence:偏见", []),
        ("overlaps:无", []),
        ("overlaps:(code:无)", []),
        ("-overlaps:dsl", [part, other]),
        ("near:3 overlaps:dsl", [whole]),
    ):
        assert library.found(query, "passages").get("passage", []) == expected, query
    assert library.search("overlaps:无").remarks[0].facts["value"] == "无"


def test_a_relation_follows_the_newest_version(library: Library) -> None:
    article = library.article("甲乙。丙丁。")
    code = library.code("偏见")
    first = library.passage(article, "甲乙")
    library.passage(article, "丙丁", code)
    assert not library.found("same-sentence:偏见")
    library.version(article, "甲乙，丙丁。", 2)
    assert library.found("same-sentence:偏见") == {"passage": [first]}


_NEAR = st.lists(st.sampled_from(["甲", "乙", "丙", "丁丁", " ", "\n", "。", "x"]), max_size=25).map("".join)


@given(_NEAR, st.integers(0, 6), st.integers(2, 4))
def test_near_holds_where_trying_every_choice_says_so(text: str, distance: int, count: int) -> None:
    terms = [Term(word) for word in ("甲", "乙", "丁丁", "丙")[:count]]
    places = [[(at, at + len(term.text)) for at in range(len(text)) if text.startswith(term.text, at)] for term in terms]

    def close(chosen: tuple[tuple[int, int], ...]) -> bool:
        ordered = sorted(chosen)
        gaps = ("".join(text[one[1] : two[0]].split()) for one, two in pairwise(ordered))
        return all(len(gap) <= distance for gap in gaps)

    found = together(Near(tuple((term,) for term in terms), distance), fold(text))
    assert (found is not None) == any(close(chosen) for chosen in product(*places))
    if found is not None:
        assert all(term.text in text[found[0] : found[1]] for term in terms)
    places_found = windows(Near(tuple((term,) for term in terms), distance), fold(text))
    assert places_found[:1] == ([] if found is None else [found])
    assert all(one[1] <= two[0] for one, two in pairwise(places_found))
    assert all(term.text in text[start:end] for start, end in places_found for term in terms)


def test_every_place_where_words_are_near_is_given() -> None:
    near = Near(((Term("甲"),), (Term("乙"), Term("丙"))), 1)
    assert windows(near, fold("甲乙。甲一丙，乙 甲乙。甲一二乙")) == [(0, 2), (3, 6), (7, 10), (10, 13)]
    assert len(windows(near, fold("甲乙。。。" * 20_000))) == 20_000
    several = Near(((Term("丙丁戊"), Term("丙")), (Term("丁"),)), 1)
    assert windows(several, fold("丙丁戊")) == [(0, 2)]
    common = Near(tuple((Term(word),) for word in "的是在了不和有丁"), 1_000)
    assert len(windows(common, fold("的是在了不和有，这一人个中上们大来" * 300 + "丁"))) == 1


def test_near_holds_for_the_words_beside_it(library: Library) -> None:
    article = library.article("甲一二三乙。甲一二三四五丙")
    first, second = library.passage(article, "甲一二三乙"), library.passage(article, "甲一二三四五丙")
    for query, expected in (
        ("甲 乙 near:3", [first]),
        ("甲 乙 邻近:2字", []),
        ("甲 (乙 OR 丙) near:5字", [first, second]),
        ("甲 (乙 OR 丙) near:4", [first]),
        ("(甲 丙) near:5", [second]),
        ("甲 -near:4", [first, second]),
        ("甲 (乙 OR 丙) -near:4", [second]),
        ("甲 -(甲 丙 near:4)", [first, second]),
        ("甲 -(甲 丙 near:5)", [first]),
        ("overlaps:(甲 乙 near:3)", []),
    ):
        assert library.found(query, "passages").get("passage", []) == expected, query
    assert parse("near:5字 甲").root is not None
    assert "no two words" in library.search("near:5字 甲").remarks[0].sentence


def test_a_text_part_does_not_reach_into_the_next(library: Library) -> None:
    article = library.article("甲乙")
    passage = library.passage(article, "甲乙")
    library.insert(
        "translation", annotation=passage, language="en", text="bias", coder=library.coder, created="2025", modified="2025"
    )
    assert library.found("甲 bias", "passages") == {"passage": [passage]}
    assert not library.found("甲 bias near:5", "passages")
    assert library.found("甲 乙 near:5", "passages") == {"passage": [passage]}


def test_a_mistake_inside_a_relation_is_explained_at_its_place(library: Library) -> None:
    with pytest.raises(QueryFault, match="status at character 13") as caught:
        library.search("甲 overlaps:(status:无)")
    assert caught.value.position == 12
    with pytest.raises(QueryFault, match="状态 at character 7"):
        library.search("甲 同句：（状态：无）")
    assert library.search('甲 inside:"code:无 乙"').remarks[0].facts["position"] == "11"


@pytest.mark.parametrize(
    ("query", "judge"),
    [("same-sentence:(甲 乙)", "_words_in"), ("overlaps:(甲 乙 near:9)", "together"), ("同句:first", "text_at")],
)
def test_a_relation_can_be_stopped(
    world: tuple[Library, list[Passage], dict[int, str]], monkeypatch: pytest.MonkeyPatch, query: str, judge: str
) -> None:
    library, _passages, _texts = world
    asked = []

    def stop(*values: object) -> str:
        asked.append(values)
        library.searcher.interrupt()
        return ""

    with monkeypatch.context() as patched:
        patched.setattr(functions, judge, stop)
        with pytest.raises(errors.Cancelled):
            library.searcher.total(query, kinds=["passages"])
    assert len(asked) == 1
    assert library.searcher.total(query, kinds=["passages"])


def test_as_many_relations_as_can_be_asked_for_are_judged(world: tuple[Library, list[Passage], dict[int, str]]) -> None:
    library, passages, texts = world
    query = " OR ".join(f"{relation}:({side})" for relation in _RELATIONS for side in ("甲", "code:first", "-code:second"))
    assert len(library.search(f"{query} OR {query}", "passages", limit=1_000).hits) == len(
        [p for p in passages if any(p.stands("same-article", q, texts[p.article]) for q in passages)]
    )
