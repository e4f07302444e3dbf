"""Many articles at once: followed, compared and told as few are."""

from __future__ import annotations

import sqlite3
from itertools import pairwise

import pytest

from db.errors import Cancelled
from db.folding import fold_text
from db.likeness import Groups, fingerprint, pairs
from db.project import Project
from db.records import ArticleId, Draft, Layout
from tests.db.test_duplicates import essay

COUNT = 60


def draft(number: int, text: str) -> Draft:
    return Draft(f"第{number}篇", text, Layout.of_lines(text))


def alike(count: int) -> list[str]:
    own = essay(1)
    return ["\n".join([*own[:-1], essay(100 + number)[0]]) for number in range(count)]


def test_a_change_may_touch_more_articles_than_a_statement_takes_values(project: Project) -> None:
    project.store.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, COUNT - 1)
    with project.change("Test"):
        articles = [project.articles.add(draft(number, f"第{number}段，说备案。")) for number in range(COUNT)]
        for article in articles:
            project.annotations.add(article, 0, 3)
    assert project.store.value("SELECT count(*) FROM place") == COUNT
    project.undo()
    assert project.store.value("SELECT count(*) FROM place") == 0
    assert all(well for _what, well, _detail in project.check())


def test_comparing_many_texts_that_are_alike_is_watched_and_cancelled(project: Project) -> None:
    for number, text in enumerate(alike(COUNT)):
        project.articles.add(draft(number, text))
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == COUNT // 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        project.articles.duplicates(progress=stop)
    assert told[-1] == (COUNT // 2, COUNT)
    assert all(one <= other for (one, _), (other, _) in pairwise(told))
    assert [len(group) for group in project.articles.duplicates()] == [COUNT]


def test_texts_that_are_in_one_group_already_are_not_compared() -> None:
    prints = {number: fingerprint(fold_text(text)) for number, text in enumerate(alike(COUNT))}
    joined, compared = Groups(), 0
    for one, other in pairs(prints, needless=joined.together):
        compared += 1
        joined.join(one, other)
    assert joined.listed() == [list(range(COUNT))]
    assert compared == COUNT - 1
    assert len(list(pairs(prints))) == COUNT * (COUNT - 1) // 2


def test_each_new_article_is_told_with_an_earlier_one_of_nearly_its_text(project: Project) -> None:
    first, *others = [project.articles.add(draft(number, text)) for number, text in enumerate(alike(4))]
    alone = project.articles.add(draft(9, "\n".join(essay(2))))
    found = project.articles.reprinted([*others[1:], alone])
    assert set(found) == set(others[1:])
    assert all(earlier < article for article, earlier in found.items())
    assert project.articles.reprinted([first]) == {}


def test_several_articles_are_given_at_once_without_those_that_are_gone(project: Project, article: ArticleId) -> None:
    gone = ArticleId(article + 1_000)
    assert project.articles.several([article, gone]) == {article: project.articles.get(article)}


def test_what_putting_back_brings_along_is_known_before(project: Project) -> None:
    text = "第一段，说备案。\n第二段，说安全。"
    article = project.articles.add(draft(1, text))

    def borne(redo: bool = False) -> tuple[int, int]:
        change = project.next_redo() if redo else project.next_undo()
        assert change is not None
        return project.articles.borne(change.id)

    assert borne() == (0, len(text))
    project.annotations.add(article, 0, 3)
    assert borne() == (0, 0)
    project.articles.add_version(article, draft(1, text + "完"))
    assert borne() == (1, len(text) + 1)
    project.undo()
    assert borne(redo=True) == (1, len(text) + 1)
    project.articles.edit(article, title="另一个题目")
    assert borne() == (0, len(text))
