"""Translations of passages: records of their own, anybody's passage, one's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import errors
from db.exchange import bundle
from db.project import Project
from db.records import AnnotationId, ArticleId, TranslationId
from db.sharing import merging
from db.translations import language_tag
from tests.db.conftest import TWO, Opener
from tests.db.material import one_sentence, state, well


@pytest.fixture
def annotation(project: Project, article: ArticleId) -> AnnotationId:
    return project.annotations.add(article, 6, 12)


def test_a_translation_says_its_language_and_translator(project: Project, annotation: AnnotationId) -> None:
    made = project.translations.add(annotation, "EN-gb", "  Recruiting platforms ", " A. Two ")
    (found,) = project.translations.of(annotation)
    assert (found.id, found.language, found.text, found.translator) == (made, "en-GB", "Recruiting platforms", "A. Two")
    assert (found.annotation, found.coder) == (annotation, project.me)
    assert project.translations.by_ref(found.uuid) == made


def test_every_verb_can_be_undone(project: Project, annotation: AnnotationId) -> None:
    made = project.translations.add(annotation, "en", "Recruiting")
    for verb in (
        lambda: project.translations.add(annotation, "fr", "Le recrutement"),
        lambda: project.translations.edit(made, text="Hiring", language="en-US"),
        lambda: project.translations.edit(made, translator="A. Two"),
        lambda: project.translations.remove(made),
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


def test_the_same_words_again_change_nothing(project: Project, annotation: AnnotationId) -> None:
    made = project.translations.add(annotation, "zh_hant", "招聘")
    told = len(project.history())
    project.translations.edit(made)
    project.translations.edit(made, language="zh-Hant", text="招聘 ", translator="")
    assert len(project.history()) == told


def test_another_coders_passage_may_be_translated_but_not_another_coders_words_changed(
    project: Project, annotation: AnnotationId
) -> None:
    made = project.translations.add(annotation, "en", "Recruiting")
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    own = project.translations.add(annotation, "en", "Hiring")
    for verb in (lambda: project.translations.edit(made, text="x"), lambda: project.translations.remove(made)):
        with pytest.raises(errors.Refused) as told:
            verb()
        one_sentence(told.value)
    project.translations.edit(own, text="Hiring platforms")
    assert [each.text for each in project.translations.of(annotation)] == ["Recruiting", "Hiring platforms"]


@pytest.mark.parametrize(
    ("language", "text"), [("", "x"), ("English", "x"), ("e", "x"), ("中文", "x"), ("en-", "x"), ("en", " ")]
)
def test_what_is_no_translation_is_refused(project: Project, annotation: AnnotationId, language: str, text: str) -> None:
    made = project.translations.add(annotation, "en", "Recruiting")
    before = state(project)
    for verb in (
        lambda: project.translations.add(annotation, language, text),
        lambda: project.translations.edit(made, language=language, text=text),
    ):
        with pytest.raises(errors.Refused) as told:
            verb()
        one_sentence(told.value)
    with pytest.raises(errors.NotFound):
        project.translations.add(AnnotationId(99_999), "en", "x")
    with pytest.raises(errors.NotFound):
        project.translations.remove(TranslationId(99_999))
    assert state(project) == before


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("zh", "zh"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("en_us", "en-US"),
        ("es-419", "es-419"),
        ("de-1996", "de-1996"),
        (" yue ", "yue"),
    ],
)
def test_language_tags_are_written_in_their_usual_form(written: str, tag: str) -> None:
    assert language_tag(written) == tag


def test_translations_travel_in_bundles(project: Project, annotation: AnnotationId, copied: Opener, tmp_path: Path) -> None:
    project.translations.add(annotation, "en", "Recruiting <platforms>", "A. Two")
    sent = tmp_path / "sent.glossbundle"
    bundle.write(project.contents(), sent)
    other = copied("other", TWO)
    merging.merge(other, sent)
    (found,) = other.translations.of(other.annotations.by_ref(project.annotations.get(annotation).uuid))
    assert (found.language, found.text, found.translator) == ("en", "Recruiting <platforms>", "A. Two")
    assert other.coders.get(found.coder).name == "林一"
    again = tmp_path / "again.glossbundle"
    bundle.write(other.contents(), again)
    assert again.read_bytes() == sent.read_bytes()
