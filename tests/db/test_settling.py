"""A long change is followed in steps, and ends, fails and is undone as one."""

from __future__ import annotations

import pytest

from db.project import Project
from db.records import ArticleId
from tests.db.material import ZH, draft, state, well


def found(project: Project, words: str) -> int:
    return project.search(words, kinds=["article"]).total


def test_what_was_settled_and_changed_again_is_found_as_it_is(project: Project) -> None:
    before = state(project)
    with project.change("Import articles"):
        first = project.articles.add(draft("备案", "一段说备案的话，从没有别人说过。"))
        project.settle()
        assert found(project, "从没有别人说过") == 1
        project.articles.edit(first, title="改过的题目")
        project.articles.add_version(first, draft("备案", "一段说安全的话，另有一人说过。"))
        second = project.articles.add(draft("透明", "一段说透明的话。"))
        project.settle()
        project.settle()
        project.articles.remove([second])
        project.annotations.add(first, 0, 2)
    assert [found(project, words) for words in ("从没有别人说过", "另有一人说过", "改过的题目", "说透明")] == [0, 1, 1, 0]
    assert project.history(1)[0].counts["version"] == 3
    assert not well(project)
    project.undo()
    assert state(project) == before
    assert not well(project)
    project.redo()
    assert found(project, "另有一人说过") == 1
    assert not well(project)


def test_a_change_that_fails_after_it_was_settled_leaves_nothing(project: Project, article: ArticleId) -> None:
    before = state(project)

    def fail() -> None:
        project.articles.add(draft("甲", ZH + "后来的一句。"))
        project.articles.edit(article, title="别的题目")
        project.settle()
        raise ValueError

    with pytest.raises(ValueError), project.change("Import articles"):  # noqa: PT011
        fail()
    assert state(project) == before
    assert found(project, "后来的一句") == 0
    assert not well(project)


def test_a_part_of_a_change_is_not_settled(project: Project) -> None:
    with project.change("Whole"):
        with pytest.raises(RuntimeError), project.change("Part"):
            project.settle()
        project.settle()
    with pytest.raises(RuntimeError):
        project.settle()
