"""The hits of a query become annotations of one's own: looked at first, then made as one change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import errors, units
from db.person import Person, named
from db.project import Project
from db.records import ArticleId, CodeId
from db.search.marking import Candidate, Unit, candidates
from db.search.searcher import Searcher
from tests.db.material import draft, state, well
from tests.search.library import Library

ONE = named(Person(uuid="00000000-0000-7000-8000-000000000001", installation="here"), "林一")
TEXT = "算法会放大偏见，但算法也能发现偏见。人可以复核。\n企业说：“算法是中立的。”\n没有别的。"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "study.gloss", person=ONE, working=("asgf1",)) as project:
        project.articles.add(draft("第一篇", TEXT))
        project.articles.add(draft("第二篇", "这里也有算法。"))
        yield project


@pytest.fixture
def code(project: Project) -> CodeId:
    return project.codes.by_ref("asgf1.1.1")


@pytest.fixture
def other(project: Project) -> CodeId:
    return project.codes.by_ref("asgf1.1.2")


def looked(
    project: Project, query: str, unit: Unit = "hit", codes: tuple[CodeId, ...] = (), **more: int
) -> tuple[Candidate, ...]:
    return candidates(Searcher(project.store.connection), query, unit, codes, me=project.me)


def article(project: Project, title: str) -> ArticleId:
    return next(one.id for one in project.articles.all() if one.title == title)


def test_hits_in_one_unit_are_one_candidate(project: Project) -> None:
    found = looked(project, "算法 偏见", "sentence")
    assert [(one.exact, one.hits) for one in found] == [
        ("算法会放大偏见，但算法也能发现偏见。", 4),
        ("企业说：“算法是中立的。”", 1),
    ]
    assert [one.exact for one in looked(project, "算法 偏见", "clause")] == [
        "算法会放大偏见", "但算法也能发现偏见。", "“算法是中立的。”",
    ]  # fmt: skip
    assert [(one.exact, one.hits) for one in looked(project, "算法", "paragraph")] == [
        *((line, hits) for line, hits in zip(TEXT.split("\n"), (2, 1), strict=False)),
        ("这里也有算法。", 1),
    ]
    assert [one.exact for one in looked(project, "算法")] == ["算法"] * 4
    for one in found:
        assert TEXT[one.start : one.end] == one.exact
        assert one.before + one.exact + one.after == TEXT[max(0, one.start - 40) : one.end + 40]


def test_candidates_know_what_carries_all_the_codes_already(project: Project, code: CodeId, other: CodeId) -> None:
    first = article(project, "第一篇")
    both = project.annotations.add(first, 0, 7, codes=[code, other])
    only = project.annotations.add(first, 0, 2, codes=[code])
    project.annotations.add(first, 3, 4, codes=[code, other])
    project.code_as(project.coders.ensure("别人"))
    project.annotations.add(first, 0, 2, codes=[code, other])
    project.code_as(project.coders.by_ref("林一"))
    assert [set(one.already) for one in looked(project, "算法", "hit", (code, other))][:2] == [{both}, set()]
    assert set(looked(project, "算法", "hit", (code,))[0].already) == {both, only}
    assert set(looked(project, "算法", "hit")[0].already) == {both, only}
    assert candidates(Searcher(project.store.connection), "算法", "hit", me=None)[0].already == ()


def test_marking_is_one_change_that_one_undo_takes_back(project: Project, code: CodeId) -> None:
    before = state(project)
    found = looked(project, "算法 偏见", "sentence")
    instrument = project.instruments.all()[0].id
    made = project.mark(found, codes=[code], links=[(instrument, "第三条")], note="查到的", query=" 算法  偏见")
    annotations = project.annotations.several(made)
    assert [(one.start, one.end, one.exact, one.coder) for one in annotations] == [
        (one.start, one.end, one.exact, project.me) for one in found
    ]
    for one in annotations:
        assert [(tagging.code, tagging.origin) for tagging in one.taggings] == [(code, "from a query")]
        assert [(link.instrument, link.locator) for link in one.links] == [(instrument, "第三条")]
        assert [note.text for note in one.notes] == ["查到的"]
    assert project.store.rows("SELECT DISTINCT origin_detail FROM tagging") == [(" 算法  偏见",)]
    assert project.history()[0].label == "Tag hits: 算法 偏见"
    assert not well(project)
    project.undo()
    assert state(project) == before
    project.redo()
    assert len(project.annotations.of(article(project, "第一篇"))) == len(found)


def test_a_passage_of_ones_own_gets_what_it_lacks(project: Project, code: CodeId, other: CodeId) -> None:
    first = article(project, "第一篇")
    own = project.annotations.add(first, 0, 2, codes=[other], note="先前的")
    found = looked(project, "算法 偏见")
    made = project.mark(found, codes=[other, code], note="查到的", query="算法 偏见")
    assert made[0] == own
    kept = project.annotations.get(own)
    assert [(tagging.code, tagging.origin) for tagging in kept.taggings] == [(other, "by hand"), (code, "from a query")]
    assert [note.text for note in kept.notes] == ["先前的", "查到的"]
    before = state(project)
    assert project.mark(found, codes=[code, other], note="查到的", query="又一次") == made
    assert state(project) == before
    assert project.mark([], codes=[code]) == []


def test_passages_found_without_words_get_codes_as_they_are(project: Project, code: CodeId, other: CodeId) -> None:
    first = article(project, "第一篇")
    own = project.annotations.add(first, 7, 11, codes=[code])
    (found,) = looked(project, "code:asgf1.1.1")
    assert found.exact == "，但算法"
    assert project.mark([found], codes=[other], query="code:asgf1.1.1") == [own]
    assert [tagging.code for tagging in project.annotations.get(own).taggings] == [code, other]
    assert [one.exact for one in looked(project, "code:asgf1.1.1", "clause")] == ["但算法也能发现偏见。"]


def test_a_text_that_is_another_since_is_refused_and_nothing_is_tagged(project: Project, code: CodeId) -> None:
    found = looked(project, "算法")
    project.articles.add_version(article(project, "第一篇"), draft("第一篇", "新的一段。\n" + TEXT))
    before = state(project)
    with pytest.raises(errors.Refused, match="第一篇"):
        project.mark(found, codes=[code])
    assert state(project) == before
    assert project.history()[0].label != "Tag hits"
    again = looked(project, "算法")
    assert len(project.mark(again, codes=[code])) == len(found)


def test_an_article_that_is_gone_since_or_a_version_undone_is_refused(project: Project, code: CodeId) -> None:
    second = article(project, "第二篇")
    project.articles.add_version(second, draft("第二篇", "算法在前。"))
    found = looked(project, "算法在前")
    project.undo()
    project.articles.add_version(second, draft("第二篇", "完全是别的。"))
    with pytest.raises(errors.Refused):
        project.mark(found, codes=[code])
    project.articles.remove([second])
    with pytest.raises(errors.Refused):
        project.mark(found, codes=[code])
    assert not well(project)


def test_a_code_that_does_not_exist_leaves_nothing_behind(project: Project) -> None:
    before = state(project)
    with pytest.raises(errors.NotFound):
        project.mark(looked(project, "算法"), codes=[CodeId(10_000_000)])
    assert state(project) == before


def test_marking_can_be_cancelled_and_then_leaves_nothing(project: Project, code: CodeId) -> None:
    before = state(project)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 3:
            raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        project.mark(looked(project, "算法"), codes=[code], progress=stop)
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert state(project) == before
    assert not well(project)


def test_looking_can_be_stopped_and_no_more_is_given_than_asked_for(project: Project) -> None:
    searcher = Searcher(project.store.connection)
    with pytest.raises(errors.Cancelled):
        candidates(searcher, "算法", "hit", me=1, progress=lambda done, _total: searcher.interrupt() if done else None)
    assert len(candidates(searcher, "算法", "hit", me=1, most=3)) == 3
    assert candidates(searcher, "", "hit", me=1) == ()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("marking") / "marking.gloss")
    yield library
    library.close()


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(st.sampled_from(["算法", "偏见", "，", "。", "；", "”", "“", "\n", " ", "？"]), max_size=20).map("".join),
    unit=st.sampled_from(["clause", "sentence", "paragraph"]),
)
def test_candidates_are_the_units_that_hold_a_hit(
    world: Library, text: str, unit: Literal["clause", "sentence", "paragraph"]
) -> None:
    article = world.article(text, title="")
    try:
        found = candidates(world.searcher, "算法", unit, me=world.coder)
        hits = [at for at in range(len(text)) if text.startswith("算法", at)]
        whole = units.spans(text, unit)
        held = {span: sum(span[0] <= at < span[1] for at in hits) for span in whole}
        expected = [(units.drawn_in(text, *span), count) for span, count in held.items() if count]
        assert [((one.start, one.end), one.hits) for one in found] == expected
    finally:
        world.run("DELETE FROM article WHERE id = ?", article)
