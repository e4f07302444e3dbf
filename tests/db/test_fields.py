"""Fields: typed, optional; unset is unset."""

from __future__ import annotations

import pytest

from db import errors
from db.project import Project
from db.records import ArticleId
from tests.db.material import state, well


def values(project: Project, article: ArticleId) -> dict[str, tuple[str, ...]]:
    return project.fields.of("article", [article]).get(article, {})


def test_a_field_is_set_by_any_of_its_names_and_words(project: Project, article: ArticleId) -> None:
    assert values(project, article) == {}
    project.fields.set("article", article, "法域", "中国", "EU", "CN")
    assert values(project, article) == {"jurisdiction": ("CN", "EU")}
    project.fields.set("article", article, "Jurisdiction", "欧盟", "UK")
    assert set(values(project, article)["jurisdiction"]) == {"EU", "UK"}
    project.fields.set("article", article, "jurisdiction")
    assert values(project, article) == {}


def test_a_field_of_one_is_corrected_in_place(project: Project, article: ArticleId) -> None:
    annotation = project.annotations.add(article, 0, 2)
    project.fields.set("annotation", annotation, "voice", "author")
    record = project.store.value("SELECT uuid FROM field_value")
    project.fields.set("annotation", annotation, "voice", "直接引用")
    assert project.store.rows("SELECT uuid, value FROM field_value") == [(record, "quoted")]
    project.undo()
    assert project.annotations.get(annotation).fields == {"voice": ("author",)}
    project.fields.set("annotation", annotation, "speaker", " 某人 ")
    assert project.annotations.get(annotation).fields["speaker"] == ("某人",)


def test_setting_can_be_undone_and_the_same_again_is_nothing(project: Project, article: ArticleId) -> None:
    project.fields.set("article", article, "actor_type", "state", "media")
    before, told = state(project), len(project.history())
    project.fields.set("article", article, "actor_type", "媒体", "国家")
    assert len(project.history()) == told
    project.fields.set("article", article, "actor_type", "public")
    project.undo()
    assert state(project) == before
    assert not well(project)


def test_what_does_not_fit_is_refused(project: Project, article: ArticleId) -> None:
    annotation = project.annotations.add(article, 0, 2)
    before = state(project)
    for refused in (
        lambda: project.fields.set("article", article, "jurisdiction", "Atlantis"),
        lambda: project.fields.set("annotation", annotation, "voice", "author", "quoted"),
    ):
        with pytest.raises(errors.Refused):
            refused()
    for missing in (
        lambda: project.fields.set("article", article, "stance", "denies"),
        lambda: project.fields.set("article", 99, "jurisdiction", "CN"),
    ):
        with pytest.raises(errors.NotFound):
            missing()
    assert state(project) == before


def test_fields_say_what_they_are(project: Project) -> None:
    assert {field.name for field in project.fields.all("tagging")} == {"stance", "certainty"}
    stance = next(field for field in project.fields.all() if field.name == "stance")
    assert ("denies", "否认", "denies") in stance.options
    assert stance.shipped


def test_an_own_field_is_set_by_its_name_and_goes_with_its_values(project: Project, article: ArticleId) -> None:
    field = project.fields.add("article", "样本", "one of", ["甲组", "乙组", "甲组"])
    project.fields.set("article", article, "样本", "乙组")
    assert list(values(project, article).values()) == [("乙组",)]
    project.fields.remove(field)
    assert values(project, article) == {}
    project.undo()
    assert list(values(project, article).values()) == [("乙组",)]


@pytest.mark.parametrize(
    ("target", "label", "kind", "options"),
    [
        ("article", "  ", "text", ()),
        ("article", "样本", "colour", ()),
        ("project", "样本", "text", ()),
        ("article", "样本", "one of", ("只有一个",)),
        ("article", "Jurisdiction", "text", ()),
    ],
)
def test_a_field_that_cannot_be_is_refused(
    project: Project, target: str, label: str, kind: str, options: tuple[str, ...]
) -> None:
    before = project.fields.all()
    with pytest.raises(errors.Refused):
        project.fields.add(target, label, kind, options)
    assert project.fields.all() == before


def test_a_shipped_field_stays(project: Project) -> None:
    with pytest.raises(errors.Refused):
        project.fields.remove(project.fields.all("article")[0].id)
