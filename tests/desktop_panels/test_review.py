"""The review of moved passages: what waits is decided by keys, one change each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.anchors.placement import Candidate
from db.differences import differences
from db.records import AnnotationId, ArticleId, Draft, Layout
from desktop.models.review import DifferencesModel, Fold, Line, count_words, fold_words
from desktop.panels.parts import holds_keys
from desktop.panels.review_page import ReviewPage
from desktop.theme import Theme
from desktop.words import use_language
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key

LOST = "平台应当公开推荐的主要理由"
AGAIN = "同样的一句话在这里出现过一回"
ELSE = [f"第{number}段说的是另外一件事，与别处都不相干。" for number in range(4)]
OLD = "\n".join([f"{LOST}，并且公开申诉的渠道。", ELSE[0], f"{AGAIN}。", ELSE[1], f"{AGAIN}。", ELSE[2], f"{AGAIN}。", ELSE[3]])
NEW = "\n".join(["运营者须于半月之内解释推荐理由，开放申诉渠道。", ELSE[1], f"{AGAIN}。", ELSE[3], f"{AGAIN}。", ELSE[0]])


def draft(text: str) -> Draft:
    return Draft("另一篇", text, Layout.of_lines(text), language="zh")


@pytest.fixture
def waiting(world: World) -> tuple[ArticleId, list[AnnotationId]]:
    """Two passages that wait: one lost its words, the other has them twice."""
    project = world.project
    article = project.articles.add(draft(OLD))
    spans = [OLD.index(LOST), OLD.index(AGAIN)]
    marks = [project.annotations.add(article, at, at + len(words)) for at, words in zip(spans, (LOST, AGAIN), strict=True)]
    project.articles.add_version(article, draft(NEW))
    assert [each.annotation for each in project.review.waiting()] == marks
    return article, marks


@pytest.fixture
def page(world: World, waiting: tuple[ArticleId, list[AnnotationId]]) -> Iterator[ReviewPage]:
    made = ReviewPage(world.session, Theme.load("light"))
    window = shown(made, 1_000, 700)
    made.begin(waiting[0])
    yield made
    window.close()


def make_unsure(page: ReviewPage) -> None:
    """Let what waits be unsure instead of gone."""
    rows = [placed for row in range(page.model.rowCount()) if (placed := page.model.placed(row)) is not None]
    page.model.show_places([replace(each, status="review") for each in rows])
    page.list.setCurrentIndex(page.model.index(0))


def settle() -> None:
    QTest.qWait(5)


def count(page: ReviewPage) -> str:
    return page._count.text()


def test_a_row_shows_where_the_passage_stood_and_where_it_may_stand(page: ReviewPage) -> None:
    assert count(page) == "2 left"
    assert page.stood.passage.words == LOST
    make_unsure(page)
    QTest.keyClick(page.list, Key.Key_J)
    assert page.stood.passage.words == AGAIN
    assert page.candidates.model().rowCount() >= 2
    assert page.reader.page.text == NEW
    QTest.keyClick(page.list, Key.Key_K)
    assert page.stood.passage.words == LOST


def test_a_candidate_is_chosen_by_its_number_and_accepted(
    world: World, page: ReviewPage, waiting: tuple[ArticleId, list[AnnotationId]]
) -> None:
    make_unsure(page)
    QTest.keyClick(page.list, Key.Key_J)
    QTest.keyClick(page.list, Key.Key_2)
    chosen = page._candidates[1]
    QTest.keyClick(page.list, Key.Key_Return)
    settle()
    now = world.project.annotations.get(waiting[1][1])
    assert (now.start, now.end, now.status) == (chosen.start, chosen.end, "exact")
    assert count(page) == "1 left"
    world.project.undo()
    settle()
    assert count(page) == "2 left"
    assert page.stood.passage.words == AGAIN, "one stands on what was undone"


def test_keys_work_in_the_text_and_a_selection_there_decides(
    world: World, page: ReviewPage, waiting: tuple[ArticleId, list[AnnotationId]]
) -> None:
    page.reader.setFocus()
    start = NEW.index("解释推荐理由")
    page.reader.set_selection(start, start + 6)
    assert page.accept.text() == "It stands where I selected"
    QTest.keyClick(page.reader.page, Key.Key_Return)
    settle()
    now = world.project.annotations.get(waiting[1][0])
    assert NEW[now.start : now.end] == "解释推荐理由"
    assert page.reader.selection() is None
    QTest.keyClick(page.reader.page, Key.Key_X)
    settle()
    assert world.project.review.waiting() == []
    assert world.project.annotations.get(waiting[1][1]).status == "gone"


def test_when_all_is_decided_the_page_says_so(world: World, page: ReviewPage) -> None:
    for _ in range(2):
        QTest.keyClick(page.list, Key.Key_X)
        settle()
    assert count(page) == "Nothing waits: every passage has its place."
    assert not page.list.isVisible()
    QTest.keyClick(page, Key.Key_X)
    assert world.project.review.waiting() == []
    assert world.project.next_undo().label == "Confirm place"  # type: ignore[union-attr]


def test_the_keys_stay_on_the_page_when_all_is_decided_and_come_back_to_the_list(world: World, page: ReviewPage) -> None:
    for _ in range(2):
        QTest.keyClick(page.list, Key.Key_X)
        settle()
    assert page.focusWidget() is page._rest
    assert holds_keys(page)
    assert page._rest.accessibleName() == "Nothing waits: every passage has its place."
    world.project.undo()
    settle()
    assert page.list.hasFocus()


def test_of_a_passage_that_is_gone_nothing_is_accepted_that_was_not_chosen(
    world: World, page: ReviewPage, waiting: tuple[ArticleId, list[AnnotationId]]
) -> None:
    first = page.model.placed(0)
    assert first is not None
    found = (Candidate(0, 12, 0.7), Candidate(14, 18, 0.9), Candidate(20, 40, 0.3))
    page.model.show_places([replace(first, status="gone", start=None, end=None, candidates=found)])
    page.list.setCurrentIndex(page.model.index(0))
    assert page._candidates == [found[0]], "neither what is short nor what is unlikely is offered"
    assert not page.accept.isEnabled()
    page.candidates.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.candidates, Key.Key_Return)
    assert len(world.project.review.waiting()) == 2
    assert "No place is chosen" in str(world.told[-1])
    QTest.keyClick(page.list, Key.Key_1)
    assert page.accept.isEnabled()
    QTest.keyClick(page.list, Key.Key_Return)
    now = world.project.annotations.get(waiting[1][0])
    assert (now.start, now.end) == (0, 12)


def test_o_opens_the_place_in_the_article_and_esc_leaves(
    page: ReviewPage, qtbot: QtBot, waiting: tuple[ArticleId, list[AnnotationId]]
) -> None:
    make_unsure(page)
    QTest.keyClick(page.list, Key.Key_J)
    first = page._candidates[0]
    with qtbot.waitSignal(page.place_requested) as asked:
        QTest.keyClick(page.list, Key.Key_O)
    assert asked.args == [waiting[0], first.start, first.end, None]
    page.reader.setFocus()
    page.reader.set_selection(0, 4)
    with qtbot.assertNotEmitted(page.left):
        QTest.keyClick(page.reader.page, Key.Key_Escape)
    assert page.reader.selection() is None
    with qtbot.waitSignal(page.left):
        QTest.keyClick(page.reader.page, Key.Key_Escape)


def test_a_project_that_cannot_be_changed_is_not_decided_on(world: World, page: ReviewPage) -> None:
    world.session.begin_job("Importing")
    QTest.keyClick(page.list, Key.Key_X)
    world.session.end_job(None)
    assert len(world.project.review.waiting()) == 2


def test_a_closed_project_leaves_nothing_on_the_page(world: World, page: ReviewPage) -> None:
    world.session.close()
    assert page.model.rowCount() == 0
    assert page.reader.page.text == ""


def test_the_page_says_everything_in_both_languages(page: ReviewPage, qapp: QApplication) -> None:
    use_language(qapp, "zh_CN")
    settle()
    assert count(page) == "剩余 2 处"
    assert page.gone.text() == "已不存在"
    assert page.model.data(page.model.index(0)).split(" – ")[1].startswith(("已不存在", "待核对"))  # type: ignore[attr-defined]
    assert count_words({"exact": 12, "moved": 3, "gone": 1}) == "精确 12 · 已移动 3 · 已不存在 1"


def rows(model: DifferencesModel) -> list[Line | Fold]:
    return [each for row in range(model.rowCount()) if (each := model.row(row)) is not None]


def test_paragraphs_that_stay_are_folded_but_for_those_beside_a_change(qapp: QApplication) -> None:
    use_language(qapp, "en")
    old = "\n".join(f"第{number}段，各说各的，互不相干。" for number in range(50))
    new = old.replace("第25段", "第二十五段") + "\n新添了一段。"
    model = DifferencesModel()
    model.show_differences(old, new, differences(old, new))
    kinds = [fold_words(each) if isinstance(each, Fold) else each.kind for each in rows(model)]
    assert kinds == ["… 24 unchanged paragraphs", "equal", "changed", "equal", "… 22 unchanged paragraphs", "equal", "added"]
    changed = rows(model)[2]
    assert isinstance(changed, Line)
    assert [how for _words, how in model.pieces(changed)] == ["same", "removed", "added", "same"]
    model.unfold(0)
    lines = [old[slice(*each.old)] for each in rows(model) if isinstance(each, Line) and not each.is_empty(new=False)]
    assert lines[:26] == old.split("\n")[:26]


def test_a_paragraph_that_moved_stands_at_both_places_with_its_sign() -> None:
    lines = [f"第{number}段，各说各的，互不相干，也不相像。" for number in range(8)]
    moved = "这一段要搬到前面去，字数足够长，别处没有。"
    old, new = "\n".join([*lines, moved]), "\n".join([lines[0], moved, *lines[1:]])
    model = DifferencesModel()
    model.show_differences(old, new, differences(old, new))
    signs = [each.sign for each in rows(model) if isinstance(each, Line) and each.kind == "moved"]
    assert sorted(signs) == sorted("↶↷")
    row = model.show_point(new.index(moved), new=True)
    line = model.row(row)
    assert isinstance(line, Line)
    assert (line.sign, new[slice(*line.new)]) == ("↶", moved)
