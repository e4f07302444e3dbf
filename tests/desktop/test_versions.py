"""New versions in the window: looked at first, taken as one change, corrected by hand, old ones read and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from db.changes import Change
from db.errors import ProjectError
from db.project import Project
from db.records import AnnotationId, ArticleId, Block, Draft, Inline, Layout
from desktop.actions.version_actions import VersionActions
from desktop.models.review import Fold, Line
from desktop.panels.article_view import ArticleView
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.panels.text_editor import LONGEST, TextEditor
from desktop.panels.version_preview import VersionPreview
from desktop.panels.versions_page import VersionsPage
from desktop.session import Session
from desktop.settings import Settings
from desktop.theme import Theme
from desktop.worker import Worker

Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier
LINES = [
    "审查算法", "招聘平台用模型筛选简历，偏见随历史数据进入结果。", "平台应当公开推荐的主要理由，并且公开申诉的渠道。",
    *(f"第{number}段只说程序，与前后两段都没有什么关系。" for number in range(1, 12)),
    "风险分级之后，监管的力度应与风险相称。",
]  # fmt: skip
OLD = "\n".join(LINES)
NEW = OLD.replace("招聘平台", "不少招聘平台").replace(LINES[2], "运营者须于半月之内解释推荐理由，开放申诉渠道。")
MARKS = ("偏见随历史数据", "公开推荐的主要理由，并且公开申诉的渠道", "监管的力度")


def draft(text: str, **more: str) -> Draft:
    return Draft("审查算法", text, Layout.of_lines(text), language="zh", **more)  # type: ignore[arg-type]


@dataclass
class Desk:
    """The parts that the actions need, without the rest of the window."""

    session: Session
    worker: Worker
    view: ArticleView
    notice: NoticeBar
    pages: Pages
    actions: VersionActions
    article: ArticleId
    marks: list[AnnotationId]
    host: QWidget
    bot: QtBot
    told: list[ProjectError] = field(default_factory=list)
    places: list[tuple[object, ...]] = field(default_factory=list)

    @property
    def project(self) -> Project:
        return self.session.project

    def wait(self) -> None:
        """Wait for the worker, and for what it leaves to be done."""
        QTest.qWait(10)
        for _ in range(3):
            self.bot.waitUntil(lambda: not self.worker.running, timeout=20_000)
            QTest.qWait(15)

    def preview(self) -> VersionPreview:
        page = self.pages.page("version_preview")
        assert isinstance(page, VersionPreview)
        return page

    def editor(self) -> TextEditor:
        page = self.pages.page("text_editor")
        assert isinstance(page, TextEditor)
        return page

    def versions(self) -> VersionsPage:
        page = self.pages.page("versions")
        assert isinstance(page, VersionsPage)
        return page

    def look_at(self, text: str) -> VersionPreview:
        self.actions.look((self.article, draft(text, file_name="neu.html")))
        self.wait()
        return self.preview()

    def correct_at(self, words: str) -> TextEditor:
        """Begin to correct the paragraph that holds some words, the caret before them."""
        self.view.reader.reveal(self.view.text.index(words), flash=False)
        self.actions.correct()
        return self.editor()


@pytest.fixture
def desk(settings: Settings, tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[Desk]:
    path = tmp_path / "study.gloss"
    with Project.create(path) as project:
        article = project.articles.add(draft(OLD))
        code = [project.codes.by_ref("asgf1.3.1.1.b")]
        marks = [project.annotations.add(article, OLD.index(w), OLD.index(w) + len(w), codes=code) for w in MARKS]
    session, theme, host = Session(), Theme.load("light"), QWidget()
    told: list[ProjectError] = []
    session.tell = told.append
    assert session.open(path)
    view, notice, worker = ArticleView(session, theme), NoticeBar(host), Worker(session, host)
    makers: dict[str, Callable[[], QWidget]] = {
        "article": lambda: view,
        "version_preview": partial(VersionPreview, session),
        "text_editor": partial(TextEditor, session),
        "versions": partial(VersionsPage, session, theme),
    }
    pages = Pages(makers, host)
    box = QVBoxLayout(host)
    box.addWidget(notice)
    box.addWidget(pages)
    actions = VersionActions(session, worker, view, notice, pages, host)
    made = Desk(session, worker, view, notice, pages, actions, article, marks, host, qtbot, told)
    actions.place_requested.connect(lambda *place: made.places.append(place))
    actions.article_requested.connect(lambda key: made.places.append((key,)))
    pages.turn_to("article")
    view.open(article)
    host.resize(1_000, 700)
    host.show()
    assert QTest.qWaitForWindowExposed(host)
    yield made
    worker.stop()
    session.close()
    host.close()


def said(page: VersionPreview) -> str:
    return page._said.text()


def rows(page: VersionPreview) -> list[Line | Fold]:
    model = page.differences.model_shown
    return [each for row in range(model.rowCount()) if (each := model.row(row)) is not None]


def test_a_newer_text_is_looked_at_before_anything_is_written(desk: Desk) -> None:
    page = desk.look_at(NEW)
    assert desk.pages.name == "version_preview"
    assert [each.kind if isinstance(each, Line) else each.count for each in rows(page)][:2] == ["equal", "changed"]
    assert sum(each.count for each in rows(page) if isinstance(each, Fold)) == 11
    assert "Exact 2" in said(page)
    assert page.model.placed(0).status in ("review", "gone")  # type: ignore[union-attr]
    assert len(desk.project.versions.of(desk.article)) == 1


def test_enter_takes_the_version_as_one_change_and_offers_the_review(desk: Desk) -> None:
    changes: list[Change] = []
    desk.session.changed.connect(changes.append)
    page = desk.look_at(NEW)
    QTest.keyClick(page.places, Key.Key_Return)
    desk.wait()
    assert [change.label for change in changes] == ["Import version"]
    assert desk.project.articles.version(desk.article).text == NEW
    assert desk.view.text == NEW
    assert desk.places == [(desk.article,)]
    assert desk.notice.words == "1 passage waits for review."
    desk.project.undo()
    assert desk.project.articles.version(desk.article).text == OLD
    assert [desk.project.annotations.get(mark).status for mark in desk.marks] == ["exact"] * 3


def test_a_row_shows_both_places(desk: Desk) -> None:
    page = desk.look_at(NEW)
    QTest.keyClick(page.places, Key.Key_J)
    QTest.keyClick(page.places, Key.Key_J)
    assert page.before.passage.words == MARKS[2]
    assert page.after.passage.words == MARKS[2]
    row = page.differences.model_shown.row(page.differences.currentIndex().row())
    assert isinstance(row, Line)
    start = NEW.index(MARKS[2])
    assert row.new[0] <= start < row.new[1]
    QTest.keyClick(page.places, Key.Key_K)
    assert page.before.passage.words == MARKS[0]


def test_a_fold_opens_where_a_place_in_it_is_shown_and_by_enter(desk: Desk) -> None:
    page = desk.look_at(NEW)
    view = page.differences
    view.reveal(NEW.index("第5段"), new=True)
    shown = view.model_shown.row(view.currentIndex().row())
    assert isinstance(shown, Line)
    assert NEW[slice(*shown.new)].startswith("第5段")
    folds = [row for row, each in enumerate(rows(page)) if isinstance(each, Fold)]
    assert sum(each.count for each in rows(page) if isinstance(each, Fold)) == 10
    view.setCurrentIndex(view.model_shown.index(folds[0]))
    QTest.keyClick(view, Key.Key_Return)
    assert sum(isinstance(each, Fold) for each in rows(page)) == len(folds) - 1
    assert len(desk.project.versions.of(desk.article)) == 1, "Enter on a fold takes nothing"
    lines = [NEW[slice(*each.new)] for each in rows(page) if isinstance(each, Line) and not each.is_empty(new=True)]
    assert [line for line in lines if line not in NEW.split("\n")] == []


def test_paragraphs_are_as_high_as_their_words_after_the_window_is_resized(desk: Desk) -> None:
    long = OLD.replace("第5段", "第五段，说得很长" + "，说了又说，改了又改" * 20)
    view = desk.look_at(long).differences
    row = next(row for row, each in enumerate(rows(desk.preview())) if isinstance(each, Line) and each.kind == "added")
    wide = view.visualRect(view.model_shown.index(row)).height()
    desk.host.resize(700, 700)
    desk.wait()
    assert view.visualRect(view.model_shown.index(row)).height() > wide
    desk.host.resize(1_000, 700)
    desk.wait()
    assert view.visualRect(view.model_shown.index(row)).height() == wide


def test_the_same_text_says_that_there_is_nothing_to_do(desk: Desk) -> None:
    page = desk.look_at(OLD)
    assert "nothing to do" in said(page)
    assert not page.take.isEnabled()
    QTest.keyClick(page, Key.Key_Return)
    desk.wait()
    assert len(desk.project.versions.of(desk.article)) == 1


def test_another_text_is_said_to_be_one_and_not_taken_by_enter(desk: Desk) -> None:
    page = desk.look_at("今年雨水多，庄稼长得好。\n农民很高兴，村里请了戏班子。\n孩子们都去看戏。")
    assert "another text" in said(page)
    QTest.keyClick(page.differences, Key.Key_Return)
    desk.wait()
    assert len(desk.project.versions.of(desk.article)) == 1
    page.own.click()
    desk.wait()
    assert len(desk.project.articles.all()) == 2
    assert len(desk.project.versions.of(desk.article)) == 1


def test_a_dropped_text_is_offered_as_a_newer_one(desk: Desk) -> None:
    desk.actions.offer(desk.article, draft(NEW, file_name="neu.html"))
    assert desk.notice.words == "neu.html looks like a newer text of “审查算法”."
    chosen: list[tuple[str, object]] = []
    desk.notice.chosen.connect(lambda name, value: chosen.append((name, value)))
    desk.notice._buttons[0].click()
    assert chosen[0][0] == "new_version"
    desk.actions.look(chosen[0][1])  # type: ignore[arg-type]
    desk.wait()
    assert desk.pages.name == "version_preview"


def test_a_file_is_read_and_what_cannot_be_read_is_told(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "newer.txt"
    file.write_text(NEW, "utf-8")
    desk.actions.read(desk.article, file)
    desk.wait()
    assert desk.preview().proposal is not None
    desk.pages.turn_to("article")
    (tmp_path / "empty.txt").write_bytes(b"")
    desk.actions.read(desk.article, tmp_path / "empty.txt")
    desk.wait()
    assert len(desk.told) == 1
    assert desk.pages.name == "article"


def test_a_version_looked_at_before_another_came_is_refused(desk: Desk) -> None:
    page = desk.look_at(NEW)
    desk.project.articles.add_version(desk.article, draft(OLD + "\n补记一句。"))
    QTest.keyClick(page.places, Key.Key_Return)
    desk.wait()
    assert [type(error).__name__ for error in desk.told] == ["Refused"]
    assert len(desk.project.versions.of(desk.article)) == 2


def test_a_typo_is_corrected_in_its_paragraph(desk: Desk) -> None:
    editor = desk.correct_at("筛选简历")
    assert editor.written() == LINES[1]
    for _ in "筛选":
        QTest.keyClick(editor.editor, Key.Key_Delete)
    editor.editor.insertPlainText("挑选")
    editor.show_difference()
    assert editor.differences.model_shown.rowCount() == 1
    QTest.keyClick(editor.editor, Key.Key_Return, CONTROL)
    desk.wait()
    text = desk.project.articles.version(desk.article).text
    assert text == OLD.replace("筛选简历", "挑选简历")
    assert desk.project.next_undo().label == "Edit text"  # type: ignore[union-attr]
    low = OLD.index(LINES[1])
    assert desk.places == [(desk.article, low, low + len(LINES[1]), None)]
    assert [desk.project.annotations.get(mark).status for mark in desk.marks] == ["exact"] * 3
    assert desk.notice.words == ""


def test_a_wrong_break_is_mended_with_the_paragraph_after(desk: Desk) -> None:
    editor = desk.correct_at("平台应当")
    editor.editor.insertPlainText("又，")
    editor.take_paragraph_after()
    editor.take_paragraph_before()
    assert editor.written() == f"{LINES[1]}\n又，{LINES[2]}\n{LINES[3]}"
    cursor = editor.editor.textCursor()
    cursor.setPosition(len(LINES[1]))
    cursor.deleteChar()
    QTest.keyClick(editor.editor, Key.Key_Return, CONTROL)
    desk.wait()
    assert desk.project.articles.version(desk.article).text == OLD.replace("\n平台应当", "又，平台应当")


def test_a_correction_that_leaves_a_doubt_is_shown_first(desk: Desk) -> None:
    editor = desk.correct_at("平台应当")
    editor.editor.setPlainText("运营者须于半月之内解释推荐理由，开放申诉渠道。")
    QTest.keyClick(editor.editor, Key.Key_Return, CONTROL)
    desk.wait()
    assert desk.pages.name == "version_preview"
    assert desk.preview().take.text() == "Keep the correction"
    assert len(desk.project.versions.of(desk.article)) == 1
    assert editor.changed, "going back finds it as it was written"
    desk.preview().take.click()
    desk.wait()
    assert len(desk.project.versions.of(desk.article)) == 2
    assert not editor.changed


def test_what_is_written_is_not_lost_by_one_key(desk: Desk) -> None:
    editor = desk.correct_at("平台应当")
    editor.editor.insertPlainText("又，")
    with desk.bot.assertNotEmitted(editor.left):
        QTest.keyClick(editor.editor, Key.Key_Escape)
    desk.pages.turn_to("article")
    desk.actions.correct()
    assert editor.written() == f"又，{LINES[2]}"
    QTest.keyClick(editor.editor, Key.Key_Escape)
    with desk.bot.waitSignal(editor.left):
        QTest.keyClick(editor.editor, Key.Key_Escape)
    assert len(desk.project.versions.of(desk.article)) == 1


def test_characters_an_editor_cannot_show_stay_as_they_are(desk: Desk) -> None:
    odd = "甲\u00a0乙\u2028丙\ufffc丁\ufdd0戊，写错了。\n第二段😀在此。"
    layout = Layout((Block("heading", 0, 14, 1), Block("paragraph", 15, len(odd))), (Inline("bold", 0, 3),))
    article = desk.project.articles.add(Draft("怪字", odd, layout))
    desk.view.open(article)
    editor = desk.correct_at("写错")
    assert editor.written() == odd.split("\n")[0]
    editor.take_all()
    editor.editor.find("错")
    editor.editor.insertPlainText("对")
    QTest.keyClick(editor.editor, Key.Key_Return, CONTROL)
    desk.wait()
    now = desk.project.articles.version(article)
    assert now.text == odd.replace("写错了", "写对了")
    assert now.layout == layout


def test_no_more_is_edited_at_once_than_an_editor_can_hold(desk: Desk) -> None:
    long = "\n".join(["一段很长的话，反复说了又说。" * 100] * (LONGEST // 1_400 + 2))
    article = desk.project.articles.add(draft(long))
    desk.view.open(article)
    editor = desk.correct_at("一段")
    assert editor.written() == long.split("\n")[0]
    assert not editor.whole.isEnabled()
    editor.take_all()
    assert editor.written() == long.split("\n")[0]


@pytest.fixture
def three(desk: Desk) -> Desk:
    """An article in three versions, its versions shown."""
    desk.project.articles.add_version(desk.article, draft(NEW, file_name="b.html"))
    desk.project.articles.add_version(desk.article, draft(NEW.replace("第3段", "第三段"), file_name="c.html"))
    desk.view.open(desk.article)
    desk.actions.show_versions()
    for _ in range(4):
        desk.wait()
    return desk


def test_an_old_version_is_read_with_its_annotations_at_their_places(three: Desk) -> None:
    page = three.versions()
    assert page.number == 2
    QTest.keyClick(page.list, Key.Key_J)
    assert page.number == 1
    reader = page.reader
    assert reader.page.text == OLD
    assert [reader.span_of(mark) for mark in three.marks] == [(OLD.index(w), OLD.index(w) + len(w)) for w in MARKS]
    second = [page.model.data(page.model.index(row)) for row in range(3)]
    assert "3 of 3 annotations placed" in str(second[2])
    assert "c.html" in str(second[0])


def test_two_versions_are_compared_by_one_key(three: Desk) -> None:
    page = three.versions()
    QTest.keyClick(page.list, Key.Key_C)
    three.wait()
    kinds = [
        each.kind
        for row in range(page.differences.model_shown.rowCount())
        if isinstance(each := page.differences.model_shown.row(row), Line)
    ]
    assert kinds.count("changed") == 1
    assert page._stack.currentWidget() is page.differences
    QTest.keyClick(page.list, Key.Key_C)
    assert page._stack.currentWidget() is page.reader


def test_an_older_text_is_used_again_as_a_new_version(three: Desk) -> None:
    page = three.versions()
    QTest.keyClick(page.list, Key.Key_J)
    page.again.click()
    three.wait()
    assert three.pages.name == "version_preview"
    three.preview().take.click()
    three.wait()
    assert [each.number for each in three.project.versions.of(three.article)] == [4, 3, 2, 1]
    assert three.project.articles.version(three.article).text == OLD
    assert three.project.next_undo().label == "Use an older text again"  # type: ignore[union-attr]
    assert [three.project.annotations.get(mark).status for mark in three.marks] == ["exact"] * 3


def test_the_list_of_versions_follows_what_is_undone(three: Desk) -> None:
    three.project.undo()
    three.wait()
    assert three.versions().model.numbers == [2, 1]
    three.session.close()
    assert three.versions().model.rowCount() == 0
