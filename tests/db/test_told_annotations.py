"""The notice of a change says which annotations it touched, so that a reader need not load all of them again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.changes import MOST_TOLD, Change
from db.project import Project
from db.records import AnnotationId, ArticleId, InstrumentId, NoteId
from tests.db.material import ZH, draft

Verb = Callable[[Project, AnnotationId, AnnotationId], object]


@pytest.fixture
def told(project: Project) -> list[Change]:
    found: list[Change] = []
    project.on_change(found.append)
    return found


def _tagging(project: Project, annotation: AnnotationId) -> None:
    tagging = project.annotations.get(annotation).taggings[0].id
    project.annotations.set_tagging_field(tagging, "stance", "denies")


def _link(project: Project, annotation: AnnotationId) -> None:
    project.annotations.edit_link(project.annotations.get(annotation).links[0].id, locator="第二十条")


def _note(project: Project, annotation: AnnotationId) -> NoteId:
    return project.annotations.get(annotation).notes[0].id


VERBS: dict[str, Verb] = {
    "tag": lambda p, a, b: p.annotations.tag(a, p.codes.by_ref("asgf1.1.2")),
    "untag": lambda p, a, b: p.annotations.untag(a, p.codes.by_ref("asgf1.1.1")),
    "field of a tagging": lambda p, a, b: _tagging(p, a),
    "field": lambda p, a, b: p.fields.set("annotation", a, "voice", "quoted"),
    "link": lambda p, a, b: p.annotations.link(a, InstrumentId(2)),
    "edit a link": lambda p, a, b: _link(p, a),
    "note": lambda p, a, b: p.notes.add("annotation", a, "又一条"),
    "edit a note": lambda p, a, b: p.notes.edit(_note(p, a), "改过"),
    "reply": lambda p, a, b: p.notes.reply(p.notes.reply(_note(p, a), "回复"), "再回复"),
    "remove a note with its replies": lambda p, a, b: p.notes.remove(_note(p, a)),
    "translate": lambda p, a, b: p.translations.add(a, "en", "words"),
    "move": lambda p, a, b: p.annotations.move(a, 6, 14),
    "relate": lambda p, a, b: p.relations.add("continues", ("annotation", a), ("annotation", b)),
    "remove": lambda p, a, b: p.annotations.remove([a]),
}


@pytest.mark.parametrize("name", VERBS)
def test_a_change_and_its_undo_and_redo_name_what_they_touched(
    project: Project, article: ArticleId, told: list[Change], name: str
) -> None:
    code = project.codes.by_ref("asgf1.1.1")
    one = project.annotations.add(article, 6, 12, codes=[code], links=[(InstrumentId(1), "第十九条")], note="想法")
    two = project.annotations.add(article, 20, 24)
    project.notes.reply(_note(project, one), "第一个回复")
    del told[:]
    VERBS[name](project, one, two)
    project.undo()
    project.redo()
    wanted = {one, two} if name == "relate" else {one}
    assert told
    assert [set(change.annotations or ()) for change in told] == [wanted] * len(told)


def test_what_stands_on_a_new_text_is_named(project: Project, article: ArticleId, told: list[Change]) -> None:
    annotation = project.annotations.add(article, 6, 12)
    project.articles.add_version(article, draft("", "题记。" + ZH))
    assert told[-1].annotations == (annotation,)
    project.articles.remove([article])
    assert told[-1].annotations == (annotation,)
    project.undo()
    assert told[-1].annotations == (annotation,)


def test_what_concerns_no_annotation_names_none(project: Project, article: ArticleId, told: list[Change]) -> None:
    project.annotations.add(article, 6, 12)
    project.notes.add("article", article, "读后")
    project.articles.set_status(article, "reading")
    project.fields.set("article", article, "jurisdiction", "CN")
    assert [change.annotations for change in told[-3:]] == [(), (), ()]


def test_a_code_that_goes_names_the_passages_it_was_on(project: Project, article: ArticleId, told: list[Change]) -> None:
    own = project.codes.add("自建")
    annotation = project.annotations.add(article, 6, 12, codes=[own])
    project.annotations.add(article, 1, 3)
    project.codes.remove(own)
    assert told[-1].annotations == (annotation,)


def test_very_many_are_not_named_one_by_one(project: Project, article: ArticleId, told: list[Change]) -> None:
    with project.change("Highlight all"):
        made = [project.annotations.add(article, at % 40, at % 40 + 3) for at in range(MOST_TOLD)]
    assert told[-1].annotations == tuple(made)
    with project.change("Highlight all"):
        for at in range(MOST_TOLD + 1):
            project.annotations.add(article, at % 40, at % 40 + 3)
    assert told[-1].annotations is None
    project.articles.add_version(article, draft("", ZH + "补记。"))
    assert told[-1].annotations is None


def test_the_list_of_changes_names_none(project: Project, article: ArticleId) -> None:
    project.annotations.add(article, 6, 12)
    assert [change.annotations for change in project.history()] == [None] * len(project.history())


def test_notes_that_answer_each_other_in_a_ring_come_to_an_end(project: Project, article: ArticleId, told: list[Change]) -> None:
    annotation = project.annotations.add(article, 6, 12, note="一")
    first = _note(project, annotation)
    reply = project.notes.reply(first, "二")
    with project.change("Tie a ring"):
        project.store.update("note", first, annotation=None, reply_to=reply)
    assert told[-1].annotations == (annotation,)
    with project.change("Touch the ring"):
        project.store.update("note", first, text="三")
    assert not told[-1].annotations
