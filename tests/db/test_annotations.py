"""Annotations: passages of the newest text, each one coder's for ever."""

from __future__ import annotations

import pytest

from db import errors
from db.project import Project
from db.records import AnnotationId, ArticleId, CodeId, InstrumentId, LinkId, TaggingId, VersionId
from tests.db.material import EN, ZH, draft, state, well


@pytest.fixture
def annotation(project: Project, article: ArticleId) -> AnnotationId:
    codes = [project.codes.by_ref("asgf1.1.1")]
    return project.annotations.add(article, 6, 12, codes=codes, links=[(InstrumentId(1), " 第十九条 ")], note="想法")


def test_a_passage_is_its_text_with_what_stands_around(project: Project, annotation: AnnotationId) -> None:
    found = project.annotations.get(annotation)
    assert (found.start, found.end, found.exact, found.status, found.confidence) == (6, 12, ZH[6:12], "exact", 1.0)
    assert (found.prefix, found.suffix) == (ZH[:6], ZH[12:60])
    assert [tagging.key for tagging in found.taggings] == ["asgf1.1.1"]
    assert [(link.locator, bool(link.locator_key)) for link in found.links] == [("第十九条", True)]
    assert [note.text for note in found.notes] == ["想法"]


def test_positions_are_code_points_beyond_the_bmp_too(project: Project, article: ArticleId) -> None:
    at = ZH.index("😀")
    found = project.annotations.get(project.annotations.add(article, at, at + 2))
    assert found.exact == "😀完"
    assert not well(project)


def test_a_whole_article_has_no_span(project: Project, article: ArticleId) -> None:
    whole = project.annotations.add(article, None, None)
    part = project.annotations.add(article, 0, 2)
    assert [found.id for found in project.annotations.of(article)] == [whole, part]
    assert (project.annotations.get(whole).start, project.annotations.get(whole).exact) == (None, "")
    assert not well(project)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (-1, 3), (0, len(ZH) + 1), (None, 4), (4, None)])
def test_a_span_outside_the_text_is_refused(project: Project, article: ArticleId, start: int | None, end: int | None) -> None:
    before = state(project)
    with pytest.raises(errors.BadSpan):
        project.annotations.add(article, start, end)
    assert state(project) == before


def test_every_verb_can_be_undone(project: Project, annotation: AnnotationId) -> None:
    found = project.annotations.get(annotation)
    link, tagging = found.links[0].id, found.taggings[0]
    code = project.codes.by_ref("asgf1.1.2")
    for verb in (
        lambda: project.annotations.tag(annotation, code, origin="accepted offer", detail="mention"),
        lambda: project.annotations.untag(annotation, tagging.code),
        lambda: project.annotations.link(annotation, InstrumentId(2), "Art. 10", "quotes"),
        lambda: project.annotations.edit_link(link, locator="第二十条", relation="implements"),
        lambda: project.annotations.unlink(link),
        lambda: project.annotations.set_tagging_field(tagging.id, "stance", "否认"),
        lambda: project.annotations.move(annotation, 6, 20),
        lambda: project.annotations.remove([annotation]),
    ):
        before = state(project)
        verb()
        after = state(project)
        assert after != before
        project.undo()
        assert state(project) == before
        project.redo()
        assert state(project) == after
        assert not well(project)
        project.undo()


def test_the_same_code_or_link_twice_is_one(project: Project, annotation: AnnotationId) -> None:
    told = len(project.history())
    project.annotations.tag(annotation, project.codes.by_ref("asgf1.1.1"))
    link = project.annotations.link(annotation, InstrumentId(1), "第十九条")
    assert link == project.annotations.get(annotation).links[0].id
    assert len(project.history()) == told
    project.annotations.link(annotation, InstrumentId(1), "第二十条")
    assert len(project.annotations.get(annotation).links) == 2


def test_another_coders_annotation_is_left_alone(project: Project, annotation: AnnotationId) -> None:
    found = project.annotations.get(annotation)
    project.code_as(project.coders.ensure("乙"))
    before = state(project)
    for refused in (
        lambda: project.annotations.tag(annotation, project.codes.by_ref("asgf1.1.2")),
        lambda: project.annotations.untag(annotation, found.taggings[0].code),
        lambda: project.annotations.link(annotation, InstrumentId(2)),
        lambda: project.annotations.edit_link(found.links[0].id, locator="x"),
        lambda: project.annotations.unlink(found.links[0].id),
        lambda: project.annotations.set_tagging_field(found.taggings[0].id, "stance", "denies"),
        lambda: project.annotations.move(annotation, 0, 3),
        lambda: project.annotations.remove([annotation]),
    ):
        with pytest.raises(errors.Refused, match="another coder"):
            refused()
    assert state(project) == before


def test_tagging_a_colleagues_passage_makes_a_layer_of_ones_own(project: Project, annotation: AnnotationId) -> None:
    assert project.annotations.own_copy(annotation) == annotation
    article = project.annotations.get(annotation).article
    whole = project.annotations.add(article, None, None)
    project.code_as(project.coders.ensure("乙"))
    for theirs in (annotation, whole):
        mine = project.annotations.own_copy(theirs)
        assert mine != theirs
        assert project.annotations.own_copy(theirs) == mine
        assert project.annotations.get(mine).coder == project.me
        assert project.annotations.get(mine).start == project.annotations.get(theirs).start
    assert project.articles.get(article).own == 2


def test_a_passage_that_is_gone_gets_no_layer(project: Project, annotation: AnnotationId) -> None:
    article = project.annotations.get(annotation).article
    project.articles.add_version(article, draft("", EN))
    assert project.annotations.get(annotation).start is None
    project.code_as(project.coders.ensure("乙"))
    with pytest.raises(errors.Refused):
        project.annotations.own_copy(annotation)


def test_moving_makes_the_newest_text_the_origin(project: Project, annotation: AnnotationId) -> None:
    article = project.annotations.get(annotation).article
    project.articles.add_version(article, draft("", "导语。\n" + ZH))
    assert project.annotations.get(annotation).start == 10
    project.annotations.move(annotation, 10, 18)
    found = project.annotations.get(annotation)
    assert (found.version, found.exact) == (project.articles.get(article).version, ZH[6:14])
    assert (found.origin_start, found.origin_end) == (10, 18)
    project.undo()
    assert project.annotations.get(annotation).origin_start == 6
    assert not well(project)


def test_a_tag_more_leaves_the_places_alone(project: Project, annotation: AnnotationId, monkeypatch: pytest.MonkeyPatch) -> None:
    article = project.annotations.get(annotation).article
    project.articles.add_version(article, draft("", "导语。\n" + ZH))
    before = project.store.rows("SELECT * FROM place ORDER BY 1, 2")

    def fail(*_args: object) -> None:
        raise AssertionError("aligned again")

    monkeypatch.setattr("db.anchors.Alignment.of", fail)
    project.annotations.tag(annotation, project.codes.by_ref("asgf1.1.2"))
    assert project.store.rows("SELECT * FROM place ORDER BY 1, 2") == before


def test_annotations_are_found_by_what_hangs_on_them(project: Project, article: ArticleId, annotation: AnnotationId) -> None:
    other = project.annotations.add(article, 0, 2)
    find = project.annotations.find
    assert find(article=article) == [other, annotation]
    assert find(codes=[project.codes.by_ref("asgf1.1.1"), project.codes.by_ref("asgf1.1.2")]) == [annotation]
    assert find(instrument=InstrumentId(1)) == [annotation]
    assert find(instrument=InstrumentId(2)) == []
    assert find(coder=project.me, article=article) == [other, annotation]
    assert find(coder=99) == []
    uuid = project.annotations.get(other).uuid
    assert project.annotations.by_ref(uuid) == other
    assert [found.id for found in project.annotations.several([annotation, AnnotationId(99), other])] == [annotation, other]


def test_ones_own_annotation_on_just_a_span_is_found(project: Project, article: ArticleId, annotation: AnnotationId) -> None:
    version = project.articles.get(article).version
    project.annotations.add(article, 6, 12)
    assert project.annotations.own_on(version, 6, 12) == annotation, "the oldest of two"
    assert project.annotations.own_on(version, 6, 11) is None
    assert project.annotations.own_on(VersionId(version + 1), 6, 12) is None
    project.code_as(project.coders.ensure("乙"))
    assert project.annotations.own_on(version, 6, 12) is None, "another coder's"


def test_what_is_missing_is_said(project: Project, annotation: AnnotationId) -> None:
    before = state(project)
    nobody = AnnotationId(99)
    for missing in (
        lambda: project.annotations.get(nobody),
        lambda: project.annotations.add(ArticleId(99), 0, 1),
        lambda: project.annotations.tag(nobody, CodeId(1)),
        lambda: project.annotations.tag(annotation, CodeId(9999)),
        lambda: project.annotations.link(annotation, InstrumentId(9999)),
        lambda: project.annotations.unlink(LinkId(99)),
        lambda: project.annotations.edit_link(LinkId(99), locator="x"),
        lambda: project.annotations.set_tagging_field(TaggingId(99), "stance", "denies"),
        lambda: project.annotations.remove([annotation, nobody]),
        lambda: project.annotations.by_ref("nobody"),
    ):
        with pytest.raises(errors.NotFound):
            missing()
    with pytest.raises(errors.Refused):
        project.annotations.link(annotation, InstrumentId(1), relation="dislikes")
    assert state(project) == before
