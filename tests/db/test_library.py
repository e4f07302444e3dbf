"""The library at scale: pages, counts and groups by SQL; collections and tags."""

from __future__ import annotations

import pytest

from db import errors
from db.library import GROUPS, ORDERS, Filter
from db.project import Project
from db.records import ArticleId, Author
from tests.db.material import EN, THIRD, ZH, draft, state, well

TWO = (Author("林一"), Author("周三"))


@pytest.fixture
def three(project: Project) -> list[ArticleId]:
    """Three articles that differ in everything the library knows."""
    add = project.articles.add
    return [
        add(
            draft(
                "算法与公平", ZH, publisher="甲刊", genre="评论", published="2024-05-06", authors=(Author("林一"), Author("周三"))
            )
        ),
        add(draft("Who audits?", EN, publisher="乙刊", published="2025-01-01", language="en", authors=(Author("Ada"),))),
        add(draft("資料出境", THIRD, published="", publisher="甲刊", authors=(), url="https://example.org/long")),
    ]


def titles(project: Project, **more: object) -> list[str]:
    return [entry.title for entry in project.articles.page(**more)]  # type: ignore[arg-type]


def test_a_page_says_of_an_article_what_all_of_it_says(project: Project, three: list[ArticleId]) -> None:
    project.annotations.add(three[0], 0, 5)
    project.articles.tag([three[0]], "乙", "甲")
    project.articles.set_status(three[0], "coded")
    whole = {article.id: article for article in project.articles.all()}
    for entry in project.articles.page():
        article = whole[entry.id]
        for name in ("uuid", "title", "key", "publisher", "genre", "published", "language", "created", "version", "characters"):
            assert getattr(entry, name) == getattr(article, name), name
        assert (entry.versions, entry.annotations, entry.own) == (article.versions, article.annotations, article.own)
        assert entry.status == article.status
        assert entry.authors == tuple(author.name for author in article.authors)
    assert project.articles.page()[0].tags == ("甲", "乙") or project.articles.page()[0].tags == ("乙", "甲")


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_can_be_turned_and_paged(project: Project, three: list[ArticleId], order: str) -> None:
    project.annotations.add(three[1], 0, 3)
    whole = titles(project, order=order)
    assert len(whole) == 3
    assert sorted(titles(project, order=order, descending=True)) == sorted(whole)
    assert [title for at in range(3) for title in titles(project, order=order, offset=at, limit=1)] == whole
    assert [project.articles.get(each).title for each in project.articles.ids(order)] == whole


def test_orders_are_what_they_say(project: Project, three: list[ArticleId]) -> None:
    project.annotations.add(three[1], 0, 3)
    assert titles(project, order="added", descending=True)[0] == "資料出境"
    assert titles(project, order="published")[1:] == ["算法与公平", "Who audits?"]
    assert titles(project, order="annotations", descending=True)[0] == "Who audits?"
    assert titles(project, order="characters")[0] == "資料出境"
    with pytest.raises(errors.Refused, match="mood"):
        project.articles.page("mood")


def test_filters_join(project: Project, three: list[ArticleId]) -> None:
    project.annotations.add(three[0], 0, 5, codes=[project.codes.by_ref("asgf1.1.1")])
    project.articles.set_status(three[1], "excluded", "重复")
    project.articles.tag(three[:2], "要读")
    wanted = {
        "算法与公平": [
            Filter(publisher="甲刊", genre="评论"), Filter(year="2024"), Filter(author="周三"), Filter(coded=True),
            Filter(coder=project.me), Filter(text="算法 林一"), Filter(tag="要读", publisher="甲刊"), Filter(text="演算法"[1:]),
        ],
        "Who audits?": [Filter(status="excluded"), Filter(language="en"), Filter(text="AUDIT"), Filter(articles=(three[1],))],
        "資料出境": [Filter(text="资料"), Filter(author=""), Filter(tag=""), Filter(year=""), Filter(text="example.org/LONG")],
    }  # fmt: skip
    for title, filters in wanted.items():
        for where in filters:
            assert titles(project, where=where) == [title], where
            assert project.articles.count(where) == 1
    assert project.articles.count() == 3
    assert project.articles.count(Filter(coded=False)) == 2
    assert project.articles.count(Filter(text="%")) == 0


def test_an_edited_title_is_found_and_sorted_by(project: Project, three: list[ArticleId]) -> None:
    project.articles.edit(three[0], title="ＡＢＣ", authors=[Author("新人")])
    assert titles(project, where=Filter(text="abc 新人")) == ["ＡＢＣ"]
    assert titles(project, order="title")[0] == "ＡＢＣ"
    project.undo()
    assert titles(project, where=Filter(text="算法")) == ["算法与公平"]
    project.articles.remove([three[0]])
    project.undo()
    assert titles(project, where=Filter(text="算法")) == ["算法与公平"]


def test_groups_count_articles(project: Project, three: list[ArticleId]) -> None:
    project.articles.tag(three, "共")
    project.articles.tag(three[:1], "独")
    shelf = project.collections.add("架")
    project.collections.put(three[:2], shelf)
    groups = {by: project.articles.groups(by) for by in GROUPS}
    assert groups["publisher"] == [("甲刊", 2), ("乙刊", 1)]
    assert groups["year"] == [("", 1), ("2024", 1), ("2025", 1)]
    assert groups["tag"] == [("共", 3), ("独", 1)]
    assert groups["author"] == [("", 1), ("Ada", 1), ("周三", 1), ("林一", 1)]
    assert groups["collection"] == [(project.collections.get(shelf).uuid, 2), ("", 1)]
    assert groups["status"] == [("to read", 3)]
    assert project.articles.groups("genre", Filter(publisher="甲刊")) == [("", 1), ("评论", 1)]
    with pytest.raises(errors.Refused):
        project.articles.groups("mood")


def test_collections_are_a_tree_that_counts(project: Project, three: list[ArticleId]) -> None:
    law = project.collections.add(" 法律 ")
    draft_laws = project.collections.add("草案", law)
    project.collections.put(three[:2], draft_laws)
    project.collections.put([three[0], three[0]], law)
    project.collections.add("安全")
    listed = [(each.name, each.depth, each.articles, each.within) for each in project.collections.all()]
    assert listed == [("安全", 0, 0, 0), ("法律", 0, 1, 2), ("草案", 1, 2, 2)]
    assert titles(project, where=Filter(collection=law), order="added") == ["Who audits?", "算法与公平"][::-1]
    assert titles(project, where=Filter(collection=0)) == ["資料出境"]
    assert project.collections.of(three[0]) == [law, draft_laws]
    assert project.collections.by_ref("法律/草案") == project.collections.by_ref("草案") == draft_laws
    project.collections.take_out([three[0]], law)
    assert project.collections.of(three[0]) == [draft_laws]


def test_collections_are_renamed_moved_and_removed_with_what_is_below(project: Project, three: list[ArticleId]) -> None:
    one, two = project.collections.add("一"), project.collections.add("二")
    project.collections.put(three, two)
    project.collections.move(two, one)
    project.collections.rename(two, "三")
    before = state(project)
    project.collections.remove(one)
    assert project.collections.all() == []
    assert project.articles.count() == 3
    project.undo()
    assert state(project) == before
    for wrong in (
        lambda: project.collections.move(one, two), lambda: project.collections.add(" "), lambda: project.collections.add("一"),
        lambda: project.collections.rename(two, ""),
    ):  # fmt: skip
        with pytest.raises(errors.Refused):
            wrong()
    with pytest.raises(errors.NotFound):
        project.collections.put(three, project.collections.by_ref("无"))
    with pytest.raises(errors.NotFound):
        project.collections.put([ArticleId(99)], one)
    assert state(project) == before
    assert not well(project)


def test_tags_are_given_taken_and_renamed_in_one_step_each(project: Project, three: list[ArticleId]) -> None:
    told = len(project.history())
    project.articles.tag(three, " 待  核 ", "要读")
    project.articles.tag(three[:1], "要读")
    assert len(project.history()) == told + 1
    assert project.articles.tags() == [("待 核", 3), ("要读", 3)]
    project.articles.untag(three[1:], "要读", "无")
    project.articles.rename_tag("待 核", "要读")
    assert project.articles.tags() == [("要读", 3)]
    project.undo()
    assert project.articles.tags_of(three[0]) == ["待 核", "要读"]
    for name in ("", " ", "a\x00"):
        with pytest.raises(errors.Refused):
            project.articles.tag(three, name)
    with pytest.raises(errors.NotFound):
        project.articles.tag([ArticleId(99)], "甲")
