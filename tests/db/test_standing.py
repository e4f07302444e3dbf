"""Standing searches tell the truth about what is new, whatever was undone, redone, removed or merged since one looked."""

from __future__ import annotations

from typing import Any

import pytest

from db import errors
from db.project import Project
from db.records import AnnotationId, ArticleId, CoderId
from db.search import standing
from db.search.searcher import Searcher
from tests.db.conftest import THREE, TWO, Opener
from tests.db.material import EN, THIRD, ZH, draft, state
from tests.db.merges import carry


@pytest.fixture
def search(project: Project) -> int:
    return project.searches.add("空话", "空话", "standing")


def mark(project: Project, article: ArticleId, words: str = "空话", text: str = ZH) -> AnnotationId:
    start = text.index(words)
    return project.annotations.add(article, start, start + len(words))


def fresh(project: Project, search: int) -> dict[str, set[int]]:
    return {kind: set(keys) for kind, keys in project.searches.news(search).keys.items()}


def test_all_is_new_until_one_looks_and_then_what_came_since(project: Project, article: ArticleId, search: int) -> None:
    passage = mark(project, article)
    news = project.searches.news(search)
    assert {kind: set(keys) for kind, keys in news.keys.items()} == {"article": {article}, "passage": {passage}}
    assert (news.total, news.more, news.looked) == (2, False, "")
    project.look(search)
    news = project.searches.news(search)
    assert (dict(news.keys), news.total) == ({}, 0)
    assert news.looked > "2020"
    other = mark(project, article, "一句空话")
    note = project.notes.add("annotation", passage, "说的是空话。")
    project.articles.add(draft("别的", THIRD))
    assert fresh(project, search) == {"passage": {other}, "note": {note}}


def test_looking_is_no_change(project: Project, article: ArticleId, search: int) -> None:
    heard: list[object] = []
    project.on_change(heard.append)
    before, told, next_undo = state(project), project.history(), project.next_undo()
    project.look(search)
    assert (state(project), project.history(), project.next_undo(), heard) == (before, told, next_undo, [])


def test_what_is_undone_and_redone_stays_seen(project: Project, article: ArticleId, search: int) -> None:
    mark(project, article)
    project.look(search)
    project.undo()
    assert fresh(project, search) == {}
    project.redo()
    assert fresh(project, search) == {}
    project.look(search)
    project.annotations.remove([each.id for each in project.annotations.of(article)])
    project.look(search)
    project.undo()
    assert set(fresh(project, search)) == {"passage"}  # one had looked while it was gone


def test_a_record_that_gets_the_key_of_a_removed_one_is_new(project: Project, article: ArticleId, search: int) -> None:
    passage = mark(project, article)
    project.look(search)
    project.annotations.remove([passage])
    again = mark(project, article, "一句空话")
    assert again == passage
    assert fresh(project, search) == {"passage": {again}}


def test_what_one_sees_is_what_was_found_then(project: Project, article: ArticleId, search: int) -> None:
    news = project.searches.news(search)
    later = mark(project, article)
    project.look(search, news)
    assert fresh(project, search) == {"passage": {later}}


def test_a_search_removed_and_brought_back_remembers(project: Project, article: ArticleId, search: int) -> None:
    project.look(search)
    other = project.searches.add("公平", "公平", "standing")
    project.searches.remove(search)
    project.look(other)
    project.undo()
    assert fresh(project, search) == {}
    project.searches.remove(search)
    project.forget_undo()
    project.look(other)
    assert project.store.rows("SELECT DISTINCT search FROM looked") == [(project.searches.get(other).uuid,)]


def test_each_coder_looks_for_oneself_and_private_notes_are_no_news_to_others(
    project: Project, article: ArticleId, search: int
) -> None:
    mine = project.me
    project.look(search)
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    assert fresh(project, search) == {"article": {article}}
    project.look(search)
    note = project.notes.add("article", article, "空话之事", private=True)
    assert fresh(project, search) == {"note": {note}}
    project.code_as(mine)
    assert fresh(project, search) == {}


def test_a_changed_query_tells_what_it_finds_beyond(project: Project, article: ArticleId, search: int) -> None:
    other = project.articles.add(draft("数据出境", THIRD))
    project.look(search)
    project.searches.change(search, query="空话 OR 离开本国")
    assert fresh(project, search) == {"article": {other}}


def test_what_a_merge_brings_is_new_and_undoing_it_takes_the_news_away(copied: Opener) -> None:
    one, two = copied("one"), copied("two", TWO)
    search = two.searches.add("空话", "空话", "standing")
    theirs = one.articles.add(draft("算法与公平", ZH))
    mark(one, theirs)
    two.look(search)
    carry(one, two)
    assert {kind: len(keys) for kind, keys in fresh(two, search).items()} == {"article": 1, "passage": 1}
    two.undo()
    assert fresh(two, search) == {}
    two.redo()
    two.look(search)
    assert fresh(two, search) == {}
    carry(two, one)
    assert set(fresh(one, one.searches.by_ref("空话"))) == {"article", "passage"}  # what another has seen is not told


def test_an_article_that_merging_joins_with_its_twin_was_seen(copied: Opener) -> None:
    one, two = copied("one"), copied("two", TWO)
    one.articles.add(draft("算法与公平", ZH))
    ours = two.articles.add(draft("算法与公平", ZH))
    search = two.searches.add("空话", "空话", "standing")
    two.look(search)
    carry(one, two)
    assert two.articles.get(ours).uuid == one.articles.all()[0].uuid
    assert fresh(two, search) == {}
    two.look(search)
    two.undo()
    assert two.articles.get(ours).uuid != one.articles.all()[0].uuid
    assert fresh(two, search) == {}


def test_many_are_bounded_and_what_is_older_is_no_news(project: Project, search: int) -> None:
    articles = [project.articles.add(draft(f"题{n}", f"{ZH}第{n}篇")) for n in range(6)]
    saved = project.searches.get(search)
    searcher = Searcher(project.store.connection)

    def news() -> standing.News:
        return standing.news(searcher, saved, project.me, most=3)

    first = news()
    assert (first.keys["article"], first.more) == (frozenset(articles[3:]), True)
    project.look(search, first)
    assert news().total == 0
    project.store.history.coder = ""
    with project.change("Remove"):
        project.store.delete("article", [articles[-1]])
    assert news().total == 0
    seventh = project.articles.add(draft("题七", ZH + "又一篇"))
    assert news().keys == {"article": frozenset([seventh])}


def test_it_can_be_cancelled_and_nothing_is_marked(project: Project, article: ArticleId, search: int) -> None:
    heard: list[tuple[int, int]] = []
    project.searches.news(search, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(done, 5) for done in range(6)]

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        project.searches.news(search, progress=stop)
    assert project.searches.news(search).looked == ""


def test_an_interrupted_reading_is_cancelled(
    project: Project, article: ArticleId, search: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(project, article)
    connection = project.store.connection
    searcher, saved = Searcher(connection), project.searches.get(search)
    real = Searcher.keys

    def keys(*given: Any, **more: Any) -> list[int]:
        found = real(*given, **more)
        connection.set_progress_handler(lambda: 1, 1)  # what SQLite does to a statement that is interrupted
        return found

    monkeypatch.setattr(Searcher, "keys", keys)
    try:
        with pytest.raises(errors.Cancelled):
            standing.news(searcher, saved, project.me)
    finally:
        connection.set_progress_handler(None, 0)
    monkeypatch.undo()
    assert standing.news(searcher, saved, project.me).total


def test_only_standing_searches_tell_news_and_only_where_one_can_write(project: Project, search: int) -> None:
    plain = project.searches.add("公平", "公平")
    for asked in (project.searches.news, project.look):
        with pytest.raises(errors.Refused, match="not a standing search"):
            asked(plain)
        with pytest.raises(errors.NotFound):
            asked(99)
    with Project.open(project.path, person=THREE, read_only=True) as reading:
        assert reading.searches.news(search).looked == ""
        with pytest.raises(errors.ProjectReadOnly):
            reading.look(search)


def test_a_smart_code_counts_its_passages(project: Project, article: ArticleId) -> None:
    mark(project, article)
    mark(project, article, "一句空话")
    mark(project, project.articles.add(draft("Audit", EN)), "logs", EN)
    saved = project.searches.get(project.searches.add("套话", "空话", "smart code"))
    searcher = Searcher(project.store.connection)
    assert standing.passages(searcher, saved, CoderId(project.me)) == (2, False)
    other = project.searches.get(project.searches.add("空", "code:没有的", "smart code"))
    assert standing.passages(searcher, other, project.me) == (0, False)


def test_a_standing_search_may_name_a_smart_code_and_follows_its_new_name(project: Project, article: ArticleId) -> None:
    smart = project.searches.add("套话", "空话", "smart code")
    search = project.searches.add("新的套话", "code:套话", "standing")
    first = mark(project, article)
    assert fresh(project, search) == {"passage": {first}}
    project.look(search)
    project.searches.rename(smart, "陈词 滥调")
    assert project.searches.get(search).query == 'code:"陈词 滥调"'
    second = mark(project, article, "一句空话")
    assert fresh(project, search) == {"passage": {second}}
