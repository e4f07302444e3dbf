"""Reprints found among articles, and passages counted once among them."""

from __future__ import annotations

import random
from itertools import chain, pairwise

import pytest

from db.folding import fold_text
from db.library import Filter
from db.likeness import fingerprint, likely, likeness, stretches
from db.project import Project
from db.records import ArticleId, Draft, Layout
from tests.db.conftest import Opener
from tests.db.material import well

_WORDS = [
    "".join(pair)
    for pair in zip(
        "算备监服公说风评平用数训标模输审责主申救透安伦研企部试城应场医教司交金招推生合内溯检",
        "法案管务开明险估台户据练注型出核任体诉济明全理究业门点市用景疗育法通融聘荐成成容源测",
        strict=True,
    )
]


def essay(seed: int, paragraphs: int = 12) -> list[str]:
    """Paragraphs that nobody else wrote."""
    dice = random.Random(seed)
    sentences = [["".join(dice.choices(_WORDS, k=dice.randint(5, 9))) for _ in range(5)] for _ in range(paragraphs)]
    return ["，".join(several) + "。" for several in sentences]


def add(project: Project, title: str, paragraphs: list[str], **more: str) -> ArticleId:
    text = "\n".join([title, *paragraphs])
    return project.articles.add(Draft(title, text, Layout.of_lines(text), **more))  # type: ignore[arg-type]


@pytest.fixture
def reprinted(project: Project) -> dict[str, ArticleId]:
    """One essay, three reprints of it as pages bring them, and three articles that are none."""
    own, quoted = essay(1), essay(2, 4)
    half_width = [paragraph.replace("，", ", ").replace("。", ".") for paragraph in own]
    return {
        "original": add(project, "算法备案观察", own, publisher="甲刊"),
        "retitled": add(project, "专家谈备案", ["来源：甲刊", *own[:-1], "（责任编辑：某）", "扫码关注我们"], publisher="乙刊"),
        "punctuated": add(project, "转载", half_width, publisher="丙刊"),
        "longer": add(project, "全文", [*own[:6], *essay(7, 3), *own[6:]], publisher="丁刊"),
        "comment one": add(project, "评新规", [*essay(3, 6), *quoted, *essay(4, 4)]),
        "comment two": add(project, "再评新规", [*essay(5, 5), *quoted, *essay(6, 6)]),
        "short": add(project, "短讯", essay(1)[:1]),
    }


def test_reprints_are_found_and_commentaries_on_one_text_are_not(project: Project, reprinted: dict[str, ArticleId]) -> None:
    family = [reprinted[name] for name in ("original", "retitled", "punctuated", "longer")]
    assert project.articles.duplicates() == [family]
    assert project.articles.ids(descending=False, where=Filter(duplicates=True)) == family
    assert project.articles.count(Filter(duplicates=True, publisher="乙刊")) == 1
    found = dict(project.articles.alike(family[0]))
    assert set(found) == set(family[1:])
    assert found[reprinted["punctuated"]] > found[reprinted["longer"]] > 0.5
    assert list(found.values()) == sorted(found.values(), reverse=True)
    for name in ("comment one", "comment two", "short"):
        assert project.articles.alike(reprinted[name]) == []


def test_many_pairs_are_compared_with_few_texts_in_hand(
    project: Project, reprinted: dict[str, ArticleId], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = project.articles.duplicates()
    for seed in range(20, 26):
        add(project, f"另一篇{seed}", essay(seed))
    monkeypatch.setattr("db.reprints._KEPT", 3)
    assert project.articles.duplicates() == expected
    assert {found for found, _share in project.articles.alike(reprinted["original"])} >= {reprinted["retitled"]}


def test_a_new_version_is_compared_in_place_of_the_old_one(project: Project, reprinted: dict[str, ArticleId]) -> None:
    other = "\n".join(essay(9))
    project.articles.add_version(reprinted["retitled"], Draft("", other, Layout.of_lines(other)))
    assert reprinted["retitled"] not in dict(project.articles.alike(reprinted["original"]))
    project.undo()
    assert reprinted["retitled"] in dict(project.articles.alike(reprinted["original"]))
    project.articles.remove([reprinted["original"]])
    assert reprinted["original"] not in chain(*project.articles.duplicates())
    project.undo()
    assert reprinted["original"] in project.articles.duplicates()[0]
    assert not well(project)


def test_what_was_never_fingerprinted_is_when_it_is_asked_for(copied: Opener, reprinted: dict[str, ArticleId]) -> None:
    project = copied("study")
    with project.store.history.upkeep():
        project.store.rows("DELETE FROM fingerprint")
    read_only = Project.open(project.path, read_only=True)
    assert len(read_only.articles.duplicates()[0]) == 4
    read_only.close()
    assert project.store.value("SELECT count(*) FROM fingerprint") == 0
    assert len(project.articles.duplicates()[0]) == 4
    assert project.store.value("SELECT count(*) FROM fingerprint") == 7


def test_edits_here_and_there_leave_a_text_alike_and_chance_does_not_make_one() -> None:
    dice = random.Random(8)
    texts = ["\n".join(essay(number)) for number in range(100, 140)]
    for text in texts:
        edited = "".join(c if dice.random() > 0.03 else dice.choice("的是在") for c in text)
        assert likely(fingerprint(fold_text(text)), fingerprint(fold_text(edited)))
        assert likeness(stretches(text), stretches(edited)) > 0.5
    for one, other in pairwise(texts):
        assert likeness(stretches(one), stretches(other)) == 0


def test_traditional_and_simplified_are_one_text() -> None:
    simplified = (
        "算法备案让监管者第一次看清谁在提供合成服务，说明义务却没有写进条文。" * 4 + "平台应当公开推荐的理由与申诉的办法。" * 3
    )
    traditional = simplified.translate(
        str.maketrans("备让监谁务说义却没进条应当开荐与诉办", "備讓監誰務說義卻沒進條應當開薦與訴辦")
    )
    assert fingerprint(fold_text(simplified)) == fingerprint(fold_text(traditional)) != b""
    assert likeness(stretches(simplified), stretches(traditional)) == 0  # too few different stretches to say so
    longer = simplified + "".join(essay(1, 2))
    assert likeness(stretches(longer), stretches(longer.translate(str.maketrans("备", "備")))) == 1


def test_originals_and_reprints_are_followed_through_rings(project: Project, reprinted: dict[str, ArticleId]) -> None:
    one, two, three = (reprinted[name] for name in ("original", "retitled", "punctuated"))
    project.relations.add("reprint of", ("article", two), ("article", one))
    project.relations.add("reprint of", ("article", three), ("article", two))
    assert [project.articles.original_of(each) for each in (one, two, three)] == [one, one, one]
    assert project.articles.reprints(one) == [two, three]
    assert project.articles.families() == {two: one, three: one}
    project.relations.add("reprint of", ("article", one), ("article", three))
    assert {project.articles.original_of(each) for each in (one, two, three)} == {one}


def test_a_passage_of_an_original_and_its_reprints_counts_once(project: Project, reprinted: dict[str, ArticleId]) -> None:
    one, two, three = (reprinted[name] for name in ("original", "retitled", "comment one"))
    fair, safe = project.codes.by_ref("asgf1.1.1"), project.codes.by_ref("asgf1.5.1")
    quote = essay(1)[2]

    def mark(article: ArticleId, code: int, words: str = quote) -> None:
        start = project.articles.version(article).text.index(words)
        project.annotations.add(article, start, start + len(words), codes=[code])  # type: ignore[list-item]

    mark(one, fair)
    mark(two, fair)
    mark(two, safe)
    mark(three, fair, "。")
    assert project.articles.passages_once() == {fair: 3, safe: 1}
    project.relations.add("reprint of", ("article", two), ("article", one))
    assert project.articles.passages_once() == {fair: 2, safe: 1}
    project.code_as(project.coders.ensure("乙"))
    mark(two, fair)
    assert project.articles.passages_once() == {fair: 3, safe: 1}
