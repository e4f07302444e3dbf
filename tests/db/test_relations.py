"""Relations: one's own arrows between passages, articles and instruments."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import errors
from db.exchange import bundle
from db.project import Project
from db.records import AnnotationId, ArticleId
from db.sharing import merging
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft, one_sentence, state, well


@pytest.fixture
def ends(project: Project, article: ArticleId) -> tuple[AnnotationId, AnnotationId, AnnotationId]:
    """Two passages of a Chinese article and one of its translation."""
    other = project.articles.add(draft("Audit", EN))
    return project.annotations.add(article, 6, 12), project.annotations.add(article, 20, 24), project.annotations.add(other, 0, 5)


def test_a_relation_knows_its_ends_and_its_coder(project: Project, ends: tuple[AnnotationId, ...]) -> None:
    made = project.relations.add("translates", ("annotation", ends[2]), ("annotation", ends[0]), "初译")
    found = project.relations.get(made)
    assert (found.source, found.target) == (("annotation", ends[2]), ("annotation", ends[0]))
    assert (found.kind, found.note, found.coder) == ("translates", "初译", project.me)
    assert project.relations.of("annotation", ends[0]) == project.relations.of("annotation", ends[2]) == [found]
    assert project.relations.by_ref(found.uuid) == made
    assert found in project.relations.all()


def test_the_same_relation_twice_is_one_and_another_coders_is_another(project: Project, ends: tuple[AnnotationId, ...]) -> None:
    one, two = ("annotation", ends[0]), ("annotation", ends[1])
    made = project.relations.add("continues", one, two)
    told = len(project.history())
    assert project.relations.add("continues", one, two) == made
    assert len(project.history()) == told
    assert len({made, project.relations.add("repeats", one, two), project.relations.add("continues", two, one)}) == 3
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    assert project.relations.add("continues", one, two) != made


def test_nothing_is_related_to_itself(project: Project, article: ArticleId, ends: tuple[AnnotationId, ...]) -> None:
    before = state(project)
    for kind, end in (("continues", ("annotation", ends[0])), ("translation of", ("article", int(article)))):
        with pytest.raises(errors.Refused) as told:
            project.relations.add(kind, end, end)
        one_sentence_of_two(told.value)
    assert state(project) == before


def one_sentence_of_two(error: errors.ProjectError) -> None:
    """What is wrong and what to do."""
    one_sentence(error)
    assert str(error).count(". ") == 1


def test_only_who_made_a_relation_removes_it(project: Project, ends: tuple[AnnotationId, ...]) -> None:
    made = project.relations.add("continues", ("annotation", ends[0]), ("annotation", ends[1]))
    shipped = next(relation for relation in project.relations.all() if relation.coder is None)
    mine = project.me
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    for relation in (made, shipped.id):
        with pytest.raises(errors.Refused) as told:
            project.relations.remove(relation)
        one_sentence_of_two(told.value)
    project.code_as(mine)
    project.relations.remove(made)
    assert project.relations.of("annotation", ends[0]) == []
    project.undo()
    assert [relation.id for relation in project.relations.of("annotation", ends[0])] == [made]
    with pytest.raises(errors.NotFound):
        project.relations.remove(99_999)


def test_related_passages_of_two_articles_are_pairs_whichever_way_they_point(
    project: Project, article: ArticleId, ends: tuple[AnnotationId, ...]
) -> None:
    other = project.annotations.get(ends[2]).article
    late = project.annotations.add(other, 30, 36)
    project.relations.add("translates", ("annotation", late), ("annotation", ends[0]))
    project.relations.add("translates", ("annotation", ends[1]), ("annotation", ends[2]))
    project.relations.add("responds to", ("annotation", ends[0]), ("annotation", ends[2]))
    project.relations.add("translates", ("annotation", ends[0]), ("annotation", ends[1]))
    assert project.relations.between_articles(article, other, "translates") == [(ends[0], late), (ends[1], ends[2])]
    assert project.relations.between_articles(other, article, "translates") == [(ends[2], ends[1]), (late, ends[0])]
    assert project.relations.between_articles(other, article, "continues") == []


def test_a_relation_made_twice_on_two_machines_is_one_after_merging(copied: Opener, tmp_path: Path) -> None:
    here = copied("here")
    article = here.articles.add(draft("甲", ZH))
    keys = here.annotations.add(article, 0, 3), here.annotations.add(article, 4, 8)
    sent = tmp_path / "sent.glossbundle"
    bundle.write(here.contents(), sent)
    there = copied("there")
    merging.merge(there, sent)
    uuids = [here.annotations.get(key).uuid for key in keys]
    for project in (here, there):
        one, two = (project.annotations.by_ref(uuid) for uuid in uuids)
        project.relations.add("contradicts", ("annotation", one), ("annotation", two))
    for source, target in ((there, here), (here, there)):
        bundle.write(source.contents(), sent)
        merging.merge(target, sent)
    found = [project.relations.of("annotation", project.annotations.by_ref(uuids[0])) for project in (here, there)]
    assert [len(several) for several in found] == [1, 1]
    assert found[0][0].uuid == found[1][0].uuid
    assert not well(here)
    assert not well(there)
