"""Articles: found again, versioned, corrected, given a status, removed."""

from __future__ import annotations

import pytest

from db import errors
from db.articles import short_key
from db.project import Project
from db.records import ArticleId, Author, Block, Inline, Layout, Remark, Removed
from tests.db.material import EN, THIRD, ZH, draft, state, well


def test_a_draft_comes_back_as_it_went_in(project: Project) -> None:
    layout = Layout((Block("heading", 0, 5, 1), Block("item", 6, 10, 1, "•")), (Inline("link", 6, 8, "https://example.org"),))
    given = draft(
        "题", ZH, layout=layout, authors=(Author("林一", "某所", "研究员"), Author("B")), publisher="刊", source="源",
        column="专家解读", genre="评论", url="https://example.org/a?utm_source=x", published_from="page", fetched="2026-03-01",
        media_type="text/html", fetched_from="front matter", file_name="a.html",
        removed=(Removed(0, 2, "navigation", "首页"),),
        remarks=(Remark("{n} scripts were left out.", {"n": "2"}),),
    )  # fmt: skip
    key = project.articles.add(given)
    article, version = project.articles.get(key), project.articles.version(key)
    for name in ("title", "authors", "publisher", "source", "column", "genre", "url", "published", "fetched", "language"):
        assert getattr(article, name) == getattr(given, name), name
    for name in ("text", "layout", "media_type", "file_name", "removed", "remarks"):
        assert getattr(version, name) == getattr(given, name), name
    assert project.articles.original(key) == given.original
    assert (article.characters, article.versions, article.status) == (len(ZH), 1, "to read")


def test_the_same_text_or_the_same_bytes_are_one_article(project: Project, article: ArticleId) -> None:
    told = len(project.history())
    assert project.articles.add(draft("别题", ZH, original=b"other")) == article
    assert project.articles.add(draft("别题", EN, original=ZH.encode())) == article
    assert len(project.history()) == told
    assert project.articles.same_as(draft("", THIRD)) is None


def test_an_article_is_found_by_its_address(project: Project) -> None:
    article = project.articles.add(draft("题", ZH, url="https://example.org/a"))
    key = project.store.value("SELECT url_key FROM article")
    assert project.articles.at_address(key) == article
    assert project.articles.at_address("") is None


def test_keys_are_short_and_free(project: Project) -> None:
    texts = [f"第{number}篇" for number in range(30)]
    keys = [project.articles.get(project.articles.add(draft("题", text))).key for text in texts]
    assert keys[:3] == ["林一2026", "林一2026a", "林一2026b"]
    assert keys[27] == "林一2026aa"
    assert len(set(keys)) == 30
    assert short_key(draft("", "", authors=(Author("Ada Lovelace"),), published="")) == "Lovelace"
    assert short_key(draft("", "", authors=(), published="")) == "article"


@pytest.mark.parametrize(
    ("title", "author", "publisher", "key"),
    [
        ("A plain title little known", "", "", "PlainTitleLittle2026"),
        ("The of and", "", "", "TheOfAnd2026"),
        ("Counterrevolutionarinesses of it", "", "", "Counterrevolutionari2026"),
        ("x", "", "European Commission", "EuropeanCommission2026"),
        ("x", "José García", "", "García2026"),
        ("一个相当长的关于治理的题目及其他", "", "", "一个相当长的关于治理的题2026"),
        ("AI 治理", "", "", "AI治理2026"),
        ("x", "王鹏", "", "王鹏2026"),
    ],
)
def test_a_key_can_be_read(title: str, author: str, publisher: str, key: str) -> None:
    authors = (Author(author),) if author else ()
    assert short_key(draft(title, "", authors=authors, publisher=publisher, published="2026-01-02")) == key


def test_names_are_stored_in_one_way_whoever_gives_them(project: Project) -> None:
    article = project.articles.add(draft("题", "正文", authors=(Author("陈 静", "某 大学"),)))
    assert project.articles.get(article).authors == (Author("陈静", "某 大学"),)
    project.articles.edit(article, authors=[Author("王 鹏"), Author("Doe, Jane")])
    assert project.articles.get(article).authors == (Author("王鹏"), Author("Jane Doe"))
    before = len(project.history())
    project.articles.edit(article, authors=[Author("王鹏"), Author("Jane  Doe")])
    assert len(project.history()) == before


def test_an_article_is_found_by_key_title_uuid_or_their_beginning(project: Project, article: ArticleId) -> None:
    found = project.articles.get(article)
    for ref in (found.uuid, found.uuid[:20], found.key, found.key[:3], found.title):
        assert project.articles.by_ref(ref) == article
    with pytest.raises(errors.NotFound):
        project.articles.by_ref("无")
    with pytest.raises(errors.NotFound):
        project.articles.by_ref("")
    project.articles.add(draft("二", EN))
    with pytest.raises(errors.Ambiguous, match="林一2026, 林一2026a"):
        project.articles.by_ref("林一")


def test_equal_keys_are_told_apart_by_uuid(project: Project, article: ArticleId) -> None:
    other = project.articles.add(draft("二", EN))
    project.articles.edit(other, key=project.articles.get(article).key)
    with pytest.raises(errors.Ambiguous) as told:
        project.articles.by_ref(project.articles.get(article).key)
    assert project.articles.get(other).uuid in str(told.value)


def test_a_correction_is_one_undoable_change(project: Project, article: ArticleId) -> None:
    before = state(project)
    project.articles.edit(article, title=" 新题 ", published="2026-05-01", authors=[Author("乙")], url="https://example.org/b")
    found = project.articles.get(article)
    assert (found.title, found.published, found.published_from) == ("新题", "2026-05-01", "person")
    assert found.authors == (Author("乙"),)
    project.undo()
    assert state(project) == before
    with pytest.raises(errors.Refused):
        project.articles.edit(article, key=" ")
    with pytest.raises(errors.NotFound):
        project.articles.edit(ArticleId(99), title="x")


def test_a_new_version_is_current_and_carries_the_marks(project: Project, article: ArticleId) -> None:
    kept, lost = project.annotations.add(article, 7, 13), project.annotations.add(article, 0, 5)
    before = state(project)
    project.articles.add_version(article, draft("", "导语。\n" + ZH[6:]))
    assert project.articles.version(article).number == 2
    assert project.articles.version(article, 1).text == ZH
    moved = project.annotations.get(kept)
    assert (moved.start, moved.end, moved.origin_start) == (5, 11, 7)
    assert project.articles.version(article).text[moved.start : moved.end] == ZH[7:13]
    assert project.annotations.get(lost).status in ("review", "gone")
    assert not well(project)
    project.undo()
    assert state(project) == before
    project.redo()
    assert project.articles.version(article).number == 2
    with pytest.raises(errors.NotFound):
        project.articles.add_version(ArticleId(99), draft("", EN))


def test_a_version_can_be_annotated_in_the_change_that_brings_it(project: Project, article: ArticleId) -> None:
    with project.change("Correct and tag"):
        project.articles.add_version(article, draft("", "导语。\n" + ZH))
        annotation = project.annotations.add(article, 0, 2)
        assert (project.annotations.get(annotation).start, project.articles.get(article).versions) == (0, 2)
        project.annotations.move(annotation, 0, 3)
    assert project.annotations.get(annotation).exact == "导语。"
    assert not well(project)


def test_bringing_much_text_is_watched_and_cancelled(project: Project, article: ArticleId) -> None:
    text = "\n".join(f"第{number}段说的是算法备案与安全评估之间的关系。" for number in range(12_000))
    before, told = state(project), []

    def cancel(done: int, _total: int) -> None:
        told.append(done)
        if done >= 300:
            raise errors.Cancelled

    with pytest.raises(errors.Cancelled), project.watched(cancel):
        project.articles.add(draft("长", text))
    assert told == sorted(told)
    assert state(project) == before
    found = project.articles.add(draft("长", text))
    assert project.search("11999段").total >= 1
    assert project.articles.get(found).characters == len(text)
    assert not well(project)


def test_a_status_belongs_to_a_coder(project: Project, article: ArticleId) -> None:
    project.articles.set_status(article, "coded")
    mine = project.me
    project.code_as(project.coders.ensure("乙"))
    assert project.articles.get(article).status == "to read"
    project.articles.set_status(article, "excluded", "重复")
    assert project.articles.statuses(article) == {mine: ("coded", ""), project.me: ("excluded", "重复")}
    project.undo()
    assert project.articles.get(article).status == "to read"
    with pytest.raises(errors.Refused):
        project.articles.set_status(article, "excluded")
    with pytest.raises(errors.Refused, match="bored"):
        project.articles.set_status(article, "bored")
    with pytest.raises(errors.NotFound):
        project.articles.set_status(ArticleId(99), "coded")


def test_missing_articles_and_versions_are_said(project: Project, article: ArticleId) -> None:
    for ask in (lambda: project.articles.get(ArticleId(9)), lambda: project.articles.version(article, 7)):
        with pytest.raises(errors.NotFound):
            ask()
    assert project.articles.original(ArticleId(9)) == b""
