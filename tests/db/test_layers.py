"""Another's layer waits until one has finished an article, or asks."""

from __future__ import annotations

import pytest

from db.project import Project
from db.records import ArticleId
from tests.db.conftest import TWO, Opener
from tests.db.material import ZH, draft
from tests.db.merges import carry


@pytest.fixture
def merged(copied: Opener) -> tuple[Project, ArticleId]:
    """A project with an article of one's own that another coded as well."""
    one, two = copied("one"), copied("two", TWO)
    article = one.articles.add(draft("算法与公平", ZH))
    one.annotations.add(article, 0, 3)
    carry(one, two)
    two.annotations.add(two.articles.by_ref("算法与公平"), 6, 12)
    carry(two, one)
    return one, article


def test_what_came_by_merging_is_hidden_until_the_article_is_finished(merged: tuple[Project, ArticleId]) -> None:
    project, article = merged
    mine, other = project.layers.of(article)
    assert (mine.name, mine.merged, mine.hidden) == ("林一", False, False)
    assert (other.name, other.annotations, other.merged, other.hidden) == ("Ada Two", 1, True, True)
    project.articles.set_status(article, "reading")
    assert project.layers.hidden(article) == {other.coder}
    for status in ("coded", "checked", "excluded"):
        project.articles.set_status(article, status, "太短")
        assert project.layers.hidden(article) == frozenset()


def test_asking_to_see_it_is_kept_for_this_article_and_coder(merged: tuple[Project, ArticleId]) -> None:
    project, article = merged
    project.layers.show(article)
    assert project.layers.hidden(article) == frozenset()
    again = Project.open(project.path)
    again.code_as(again.coders.by_ref("林一"))
    assert again.layers.shown(article)
    again.close()
    project.layers.hide(article)
    assert project.layers.hidden(article)
    project.undo()
    assert not project.layers.hidden(article)


def test_two_who_share_a_file_hide_nothing_from_each_other(project: Project, article: ArticleId) -> None:
    project.annotations.add(article, 0, 3)
    project.code_as(project.coders.ensure("Ada Two"))
    project.annotations.add(article, 6, 12)
    assert project.layers.hidden(article) == frozenset()
    assert [layer.name for layer in project.layers.of(article)] == ["Ada Two", "林一"]
