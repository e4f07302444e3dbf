"""New versions: previewed, made by hand, their doubts decided, the old ones still read."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import errors
from db.differences import differences, replacements
from db.project import Project
from db.records import ArticleId, Block, Draft, Inline, Layout
from db.retouching import edited
from db.versions import preview_of
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft, state, well
from tests.db.merges import carry

CORRECTED = "导语一句，说的是别的事。\n" + ZH.replace("女性求职者的得分被系统地压低", "女性的得分低").replace(
    "也有人否认这一点。😀", ""
)


def test_a_preview_says_what_the_version_then_does(project: Project, article: ArticleId) -> None:
    spans = [(0, 5), (7, 13), (20, 34), (len(ZH) - 12, len(ZH) - 1)]
    marks = [project.annotations.add(article, *span) for span in spans]
    before = state(project)
    preview = project.versions.preview(article, draft("", CORRECTED))
    assert state(project) == before
    assert (preview.same, preview.another_text) == (False, False)
    project.articles.add_version(article, draft("", CORRECTED))
    for placed, mark in zip(preview.placed, marks, strict=True):
        now = project.annotations.get(mark)
        assert (placed.annotation, placed.status, placed.start, placed.end) == (mark, now.status, now.start, now.end)
        assert placed.confidence == pytest.approx(now.confidence, abs=0.001)
    assert sum(preview.counts.values()) == 4
    kinds = [each.kind for each in preview.differences]
    assert kinds[0] == "added"
    assert "changed" in kinds
    project.undo()
    assert state(project) == before


def test_a_preview_is_made_on_another_thread_and_can_be_cancelled(project: Project, article: ArticleId) -> None:
    project.annotations.add(article, 7, 13)
    held = project.versions.hold(article)
    found: list[object] = []
    steps: list[int] = []
    thread = threading.Thread(
        target=lambda: found.append(preview_of(held, draft("", CORRECTED), progress=lambda done, _all: steps.append(done)))
    )
    thread.start()
    thread.join(60)
    assert found == [project.versions.preview(article, draft("", CORRECTED))]
    assert steps == sorted(steps)
    assert steps[-1] == 1000

    def cancel(_done: int, _total: int) -> None:
        raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        preview_of(held, draft("", CORRECTED), progress=cancel)


def test_the_same_text_and_another_text_are_said(project: Project, article: ArticleId) -> None:
    assert project.versions.preview(article, draft("", ZH)).same
    project.annotations.add(article, 7, 13)
    other = project.versions.preview(article, draft("", EN * 5))
    assert other.another_text
    assert [placed.status for placed in other.placed] == ["gone"]
    with pytest.raises(errors.NotFound):
        project.versions.preview(ArticleId(99), draft("", EN))


def test_a_text_edited_in_place_is_a_version_with_one_undo(project: Project, article: ArticleId) -> None:
    mark = project.annotations.add(article, 10, 16)
    before, words = state(project), ZH[10:16]
    draft_with = project.versions.draft_with(article, ZH[:6] + "据报道，" + ZH[6:])
    assert project.versions.preview(article, draft_with).counts == {"exact": 1}
    project.versions.edit_text(article, 6, 6, "据报道，")
    assert project.articles.version(article).layout == draft_with.layout
    project.undo()
    project.versions.with_text(article, draft_with.text)
    shown = project.articles.version(article)
    assert (shown.number, shown.text) == (2, ZH[:6] + "据报道，" + ZH[6:])
    now = project.annotations.get(mark)
    assert shown.text[now.start : now.end] == words
    assert (now.status, project.articles.original(article)) == ("exact", ZH.encode())
    assert shown.file_name == project.articles.version(article, 1).file_name
    assert project.next_undo().label == "Edit text"  # type: ignore[union-attr]
    project.undo()
    assert state(project) == before
    assert not well(project)


def test_what_no_text_can_be_is_refused(project: Project, article: ArticleId) -> None:
    for start, end, words, error in (
        (0, 1, "a\0", errors.Refused), (0, len(ZH), " \n", errors.Refused),
        (5, 4, "a", errors.BadSpan), (0, len(ZH) + 1, "a", errors.BadSpan),
    ):  # fmt: skip
        with pytest.raises(error):
            project.versions.edit_text(article, start, end, words)
    with pytest.raises(errors.Refused):
        project.versions.with_text(article, "")
    assert len(project.versions.of(article)) == 1
    project.versions.edit_text(article, 0, 0, "a\r\nb\ud800")
    assert project.articles.version(article).text.startswith("a\nb\ufffd" + ZH[:3])


def test_an_edit_that_changes_nothing_is_no_version(project: Project, article: ArticleId) -> None:
    told = len(project.history())
    project.versions.edit_text(article, 0, 2, ZH[:2])
    project.versions.with_text(article, ZH)
    assert len(project.history()) == told


LAYOUT = Layout(
    (Block("heading", 0, 2, 1), Block("paragraph", 3, 9), Block("item", 10, 13, 1, "•"), Block("item", 14, 17, 1, "•")),
    (Inline("bold", 4, 8), Inline("link", 10, 12, "https://example.org")),
    (("1", 0), ("2", 10)),
)
TEXT = "标题\n正文有六个字\n第一条\n第二条"


def laid(text: str, layout: Layout) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in layout.blocks]


H, P, A, B = ("heading", "标题"), ("paragraph", "正文有六个字"), ("item", "第一条"), ("item", "第二条")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ((5, 6, "长长"), [H, ("paragraph", "正文长长六个字"), A, B]),
        ((3, 3, "插入\n"), [H, ("paragraph", "插入"), P, A, B]),
        ((0, 0, "前\n"), [("paragraph", "前"), H, P, A, B]),
        ((17, 17, "\n末"), [H, P, A, B, ("paragraph", "末")]),
        ((3, 10, ""), [H, A, B]),
        ((13, 17, ""), [H, P, A]),
        ((6, 6, "\n"), [H, ("paragraph", "正文有"), ("paragraph", "六个字"), A, B]),
        ((2, 3, ""), [("heading", "标题正文有六个字"), A, B]),
        ((11, 16, "\n"), [H, P, ("item", "第"), ("item", "条")]),
        ((0, 17, "换"), [("heading", "换")]),
    ],
)
def test_a_layout_is_carried_over_an_edit(edit: tuple[int, int, str], expected: list[tuple[str, str]]) -> None:
    assert laid(*edited(TEXT, LAYOUT, *edit)) == expected


def test_emphasis_links_and_pages_move_with_the_text() -> None:
    text, layout = edited(TEXT, LAYOUT, 5, 6, "长长")
    assert [(text[i.start : i.end], i.kind) for i in layout.inlines] == [("文长长六个", "bold"), ("第一", "link")]
    assert layout.pages == (("1", 0), ("2", 11))
    text, layout = edited(TEXT, LAYOUT, 6, 11, "")
    assert [(text[i.start : i.end], i.kind) for i in layout.inlines] == [("文有", "bold"), ("一", "link")]


_TEXTS = st.lists(st.text("甲乙丙丁ab ，", max_size=6), min_size=1, max_size=8).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(_TEXTS, st.data())
def test_a_layout_always_covers_all_but_the_line_feeds(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    new, layout = edited(text, Layout.of_lines(text), start, end, data.draw(_TEXTS))
    assert [(block.start, block.end) for block in layout.blocks] == [(b.start, b.end) for b in Layout.of_lines(new).blocks]


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _TEXTS)
def test_differences_and_replacements_account_for_both_texts(old: str, new: str) -> None:
    text, layout = old, Layout.of_lines(old)
    for start, end, words in reversed(replacements(old, new)):
        text, layout = edited(text, layout, start, end, words)
    assert text == new
    assert [(block.start, block.end) for block in layout.blocks] == [(b.start, b.end) for b in Layout.of_lines(new).blocks]
    found = differences(old, new)
    ours = [each.old for each in found if each.kind != "added" and (each.kind != "moved" or each.first)]
    theirs = [each.new for each in found if each.kind != "removed" and (each.kind != "moved" or not each.first)]
    assert "\n".join(old[slice(*span)] for span in ours) == old
    assert "\n".join(new[slice(*span)] for span in theirs) == new
    assert all(old[slice(*each.old)] == new[slice(*each.new)] for each in found if each.kind == "equal")


def test_a_paragraph_that_moved_is_no_loss() -> None:
    lines = [f"第{number}段讲的是完全不同的一件事情，不与别的相同。" for number in range(6)]
    found = differences("\n".join(lines), "\n".join([*lines[1:4], lines[0], *lines[4:]]))
    moved = [each for each in found if each.kind == "moved"]
    assert [each.first for each in moved] == [True, False]
    assert moved[0].old == moved[1].old == (0, len(lines[0]))
    assert {each.kind for each in found} == {"equal", "moved"}


def test_old_versions_stay_readable_with_their_annotations(project: Project, article: ArticleId) -> None:
    early = project.annotations.add(article, 7, 13)
    project.articles.add_version(article, draft("", CORRECTED, file_name="b.html"))
    start = CORRECTED.index("平台只给出")
    late, newest = project.annotations.add(article, start, start + 5), project.annotations.add(article, 0, 4)
    assert [(each.number, each.current, each.file_name) for each in project.versions.of(article)] == [
        (2, True, "b.html"), (1, False, ""),
    ]  # fmt: skip
    there = {each.id: each for each in project.versions.annotations(article, 1)}
    assert (there[early].start, there[early].end, there[early].status) == (7, 13, "exact")
    assert ZH[there[late].start : there[late].end] == "平台只给出"
    assert (there[newest].start, there[newest].status) == (None, "gone")
    shown = {each.id: (each.start, each.end) for each in project.annotations.of(article)}
    assert {each.id: (each.start, each.end) for each in project.versions.annotations(article, 2)} == shown
    with pytest.raises(errors.NotFound):
        project.versions.annotations(article, 3)


PASSAGE = "平台应当在十五日内说明推荐的理由"
FIRST = f"开头一段说明背景，与后文无关。\n{PASSAGE}，并且公开申诉的渠道。\n结尾一段总结全文，也与前文无关。"
DOUBTFUL = FIRST.replace(f"{PASSAGE}，并且公开申诉的渠道", "运营者须于半月之内解释推荐理由，开放申诉渠道")
THEN = DOUBTFUL.replace("开头一段说明背景", "开头一段先说明背景和由来")


@pytest.fixture
def doubted(project: Project) -> tuple[ArticleId, int]:
    """An article whose mark lost its words in the second version."""
    article = project.articles.add(draft("题", FIRST))
    start = FIRST.index(PASSAGE)
    mark = project.annotations.add(article, start, start + len(PASSAGE))
    project.articles.add_version(article, draft("", DOUBTFUL))
    assert project.annotations.get(mark).status in ("review", "gone")
    return article, mark


def test_what_is_unsure_waits_and_is_decided_by_a_person(project: Project, doubted: tuple[ArticleId, int]) -> None:
    article, mark = doubted
    waiting = project.review.waiting()
    assert [(each.annotation, each.article, each.made.exact, each.made_on) for each in waiting] == [(mark, article, PASSAGE, 1)]
    assert project.review.waiting(article) == waiting
    assert sum(project.review.count().values()) == 1
    assert project.review.articles() == [(article, 1)]
    start = DOUBTFUL.index("半月之内")
    before = state(project)
    project.review.decide(waiting[0].annotation, start, start + 10)
    now = project.annotations.get(waiting[0].annotation)
    assert (now.start, now.end, now.status, now.confidence) == (start, start + 10, "exact", 1.0)
    assert (now.origin_start, now.exact) == (FIRST.index(PASSAGE), PASSAGE)
    assert project.review.waiting() == []
    project.undo()
    assert state(project) == before
    assert project.review.waiting() == waiting


def test_what_a_person_decided_is_carried_on(project: Project, doubted: tuple[ArticleId, int]) -> None:
    article, mark = doubted
    start = DOUBTFUL.index("半月之内")
    project.review.decide(project.review.waiting()[0].annotation, start, start + 10)
    preview = project.versions.preview(article, draft("", THEN))
    project.articles.add_version(article, draft("", THEN))
    now = project.annotations.get(project.annotations.of(article)[0].id)
    assert THEN[now.start : now.end] == DOUBTFUL[start : start + 10]
    assert (preview.placed[0].start, preview.placed[0].status) == (now.start, now.status)
    assert project.review.waiting() == []
    there = project.versions.annotations(article, 2)[0]
    assert (there.start, there.end) == (start, start + 10)
    # The very words come back: they are what was marked.
    project.articles.add_version(article, draft("", FIRST + "补"))
    now = project.annotations.of(article)[0]
    assert FIRST[now.start : now.end] == PASSAGE
    assert mark == now.id


def test_what_was_decided_gone_stays_gone_until_its_words_are_back(project: Project, doubted: tuple[ArticleId, int]) -> None:
    article, _mark = doubted
    annotation = project.review.waiting()[0].annotation
    project.review.decide_gone(annotation)
    assert project.annotations.get(annotation).status == "gone"
    assert project.review.waiting() == []
    project.articles.add_version(article, draft("", THEN))
    assert (project.annotations.get(annotation).status, project.review.waiting()) == ("gone", [])
    project.articles.add_version(article, draft("", FIRST + "补"))
    assert project.annotations.get(annotation).status == "exact"


def test_a_place_or_a_candidate_is_accepted(project: Project) -> None:
    twice = f"甲段。\n{PASSAGE}。\n乙段。\n{PASSAGE}。\n丙段。"
    article = project.articles.add(draft("题", twice))
    start = twice.index(PASSAGE)
    mark = project.annotations.add(article, start, start + len(PASSAGE))
    new = f"序。\n{PASSAGE}。\n跋。"
    project.articles.add_version(article, draft("", new))
    found = project.annotations.get(mark)
    if found.status in ("review", "gone"):
        placed = project.review.waiting()[0]
        project.review.accept(mark, None if placed.start is not None else 0)
    now = project.annotations.get(mark)
    assert new[now.start : now.end] == PASSAGE
    assert project.review.waiting() == []
    with pytest.raises(errors.NotFound):
        project.review.accept(mark, 9)


def test_what_cannot_be_decided_is_refused(project: Project, doubted: tuple[ArticleId, int]) -> None:
    article, mark = doubted
    annotation = project.review.waiting()[0].annotation
    with pytest.raises(errors.BadSpan):
        project.review.decide(annotation, 5, len(DOUBTFUL) + 1)
    fresh = project.annotations.add(article, 0, 3)
    with pytest.raises(errors.Refused):
        project.review.decide(fresh, 0, 2)
    with pytest.raises(errors.NotFound):
        project.review.decide_gone(type(annotation)(99))
    assert mark == annotation


def test_a_new_version_brings_the_bytes_it_was_made_from(project: Project, article: ArticleId) -> None:
    given_draft = Draft("题", CORRECTED, Layout.of_lines(CORRECTED), original=b"<p>", media_type="text/html", file_name="c.html")
    project.articles.add_version(article, given_draft)
    shown = project.articles.version(article)
    assert (shown.media_type, shown.file_name, project.articles.original(article)) == ("text/html", "c.html", b"<p>")


CLAUSE = "国家应当建立算法登记的制度，登记的事项由主管机关公布"
ORIGIN = f"第一条讲明本办法的目的与依据。\n{CLAUSE}。\n第三条规定施行的日期与解释的机关。"


@pytest.mark.parametrize("turned", [False, True])
def test_a_mark_keeps_its_replaced_edge_word_though_something_is_then_put_in_beside_it(project: Project, turned: bool) -> None:
    article = project.articles.add(draft("题", ORIGIN))
    start = ORIGIN.index(CLAUSE)
    mark = project.annotations.add(article, start, start + len(CLAUSE))
    old, new, between = ("公布", "公告", "公告，并附说明") if turned else ("国家", "政府", "此外，政府")
    at = ORIGIN.index(old)
    project.versions.edit_text(article, at, at + 2, new)
    wanted = CLAUSE.replace(old, new)
    for text in (new, between):
        shown, now = project.articles.version(article).text, project.annotations.get(mark)
        assert shown[now.start : now.end] == wanted
        assert now.status == "aligned"
        at = shown.index(new)
        project.versions.edit_text(article, at, at + 2, between if text == new else new)
    assert project.review.waiting() == []


def test_versions_tell_how_they_came_about(project: Project) -> None:
    article = project.articles.add(draft("题", ORIGIN, file_name="a.html"))
    project.versions.edit_text(article, 0, 3, "首条")
    project.articles.add_version(article, draft("", ORIGIN + "附则。", file_name="b.html"))
    project.versions.again(article, ORIGIN)
    assert [each.came for each in project.versions.of(article)] == ["used again", "imported again", "edited", "imported"]
    assert not any(each.elsewhere for each in project.versions.of(article))


def test_a_text_without_its_file_tells_how_it_came_about_by_what_was_done(project: Project) -> None:
    article = project.articles.add(draft("题", ORIGIN, original=b""))
    project.versions.edit_text(article, 0, 3, "首条")
    project.articles.add_version(article, draft("", ORIGIN + "附则。", original=b""))
    assert [each.came for each in project.versions.of(article)] == ["imported again", "edited", "imported"]


def test_an_older_text_used_again_keeps_what_it_was_imported_from(project: Project) -> None:
    article = project.articles.add(draft("题", ORIGIN, original=b"<p>first", media_type="text/html", file_name="a.html"))
    project.articles.add_version(article, draft("", ORIGIN + "附则。", original=b"<p>second", file_name="b.html"))
    before = state(project)
    project.versions.again(article, ORIGIN)
    shown = project.articles.version(article)
    assert (shown.number, shown.text, shown.media_type, shown.file_name) == (3, ORIGIN, "text/html", "a.html")
    assert shown.layout == project.articles.version(article, 1).layout
    assert project.articles.original(article) == b"<p>first"
    assert project.next_undo().label == "Use an older text again"  # type: ignore[union-attr]
    project.undo()
    assert state(project) == before
    with pytest.raises(errors.NotFound):
        project.versions.again(article, "没有过的文字")
    assert not well(project)


def test_a_version_that_a_colleague_made_says_so(project: Project, copied: Opener, article: ArticleId) -> None:
    other = copied("other", TWO)
    carry(project, other)
    there = other.articles.all()[0].id
    other.versions.edit_text(there, 0, 0, "据报道，")
    carry(other, project)
    assert [(each.came, each.elsewhere) for each in project.versions.of(article)] == [("edited", True), ("imported", False)]
    assert [(each.came, each.elsewhere) for each in other.versions.of(there)] == [("edited", False), ("imported", True)]
