"""The quotes of a manuscript on the page: what became of each, what differs, where it is cited from; the file stays as it is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from db.records import Draft, Layout
from desktop.actions.export_actions import ExportActions
from desktop.models.articles import RECORD
from desktop.models.lists import Lists
from desktop.models.quotes import pieces
from desktop.panels.library import LibraryPanel
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.panels.quotes_page import QuotesPage
from desktop.words import use_language
from desktop.worker import Worker
from tests.desktop_panels.world import TEXT, World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key
_TWICE = "同一句话写在两篇文章里，一个字也不差。"
_REAL = "一些招聘系统会把历史数据里的偏见带进筛选结果"
_ALTERED = "作者并不认为国家之间存在算法歧视，但承认标准的缺位会扩大差距"
MANUSCRIPT = f"""# 引言

有研究写道：“{_REAL}”，又说“{_ALTERED}”。

也有人说“{_TWICE}”，还有“这一句话文库里从来没有过，一个字都没有”。
"""


@dataclass
class Checking:
    """A shown page with what serves it."""

    world: World
    page: QuotesPage
    actions: ExportActions
    pages: Pages
    worker: Worker
    qtbot: QtBot
    manuscript: Path
    said: list[str]
    places: list[tuple[object, ...]]

    def press(self, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.page, key, modifiers)

    def check(self, path: Path | None = None) -> None:
        """Check a manuscript and wait for what becomes of it."""
        with self.qtbot.waitSignal(self.worker.ended, timeout=10_000):
            self.actions.check(path or self.manuscript)

    @property
    def statuses(self) -> list[str]:
        model = self.page.model
        return [model.index(row).data(RECORD).status for row in range(model.rowCount())]


@pytest.fixture
def checking(world: World, tmp_path: Path, qtbot: QtBot) -> Iterator[Checking]:
    with world.project.change("Test"):
        for name in ("甲文", "乙文"):
            text = f"{name}的开头。\n{_TWICE}\n{name}的结尾。"
            world.project.articles.add(Draft(name, text, Layout.of_lines(text), original=name.encode()))
    host, worker, lists = QWidget(), Worker(world.session), Lists(world.session)
    pages = Pages({"quotes": lambda: QuotesPage(world.session), "article": QWidget}, host)
    pages.turn_to("article")
    library, notice = LibraryPanel(world.session, lists, host), NoticeBar(host)
    library.hide()
    actions = ExportActions(world.session, worker, notice, pages, library, host)
    window = shown(host, 900, 700)
    pages.resize(900, 700)
    pages.show()
    page = pages.turn_to("quotes")
    assert isinstance(page, QuotesPage)
    manuscript = tmp_path / "稿件.md"
    manuscript.write_text(MANUSCRIPT, "utf-8")
    said: list[str] = []
    places: list[tuple[object, ...]] = []
    actions.said.connect(said.append)
    actions.place_requested.connect(lambda *place: places.append(place))
    yield Checking(world, page, actions, pages, worker, qtbot, manuscript, said, places)
    worker.stop()
    world.session.close()
    window.close()


def test_each_quotation_gets_its_status_and_the_manuscript_stays_as_it_is(checking: Checking) -> None:
    before = checking.manuscript.read_bytes(), checking.manuscript.stat().st_mtime_ns
    checking.check()
    assert checking.statuses == ["verbatim", "differs", "ambiguous", "absent"]
    assert (checking.manuscript.read_bytes(), checking.manuscript.stat().st_mtime_ns) == before
    assert checking.page.said == "稿件.md · The manuscript is only read; nothing in it is changed."
    words = [each.text() for each in checking.page.filter.buttons.values()]
    assert words == ["All · 4", "✓ verbatim · 1", "≠ differs · 1", "? ambiguous · 1", "– not in the library · 1"]


def test_a_word_document_is_checked_and_stays_as_it_is(checking: Checking, tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph(f"有研究写道：“{_REAL}”。")
    document.add_paragraph("一个字也没有变", style="Quote")
    path = tmp_path / "paper.docx"
    document.save(str(path))
    before = path.read_bytes()
    checking.check(path)
    assert checking.statuses[0] == "verbatim"
    assert path.read_bytes() == before


def test_words_that_differ_are_shown_beside_those_of_the_article(checking: Checking) -> None:
    checking.check()
    altered = checking.page.model.quote(1)
    assert altered is not None
    shown_pieces = pieces(altered)
    assert ("位", "失") in [
        (one.text, other.text)
        for one, other in itertools.pairwise(shown_pieces)
        if (one.kind, other.kind) == ("manuscript", "article")
    ]
    assert "".join(each.text for each in shown_pieces if each.kind != "article") == _ALTERED


def test_what_differs_is_painted_in_colours_of_its_own(checking: Checking) -> None:
    checking.check()
    view = checking.page.list
    before = view.colour("accent").alpha(), view.colour("error").alpha()
    image = view.grab().toImage()
    assert image.width() > 0
    assert (view.colour("accent").alpha(), view.colour("error").alpha()) == before == (255, 255)
    heights = [view.visualRect(checking.page.model.index(row)).height() for row in range(4)]
    assert heights[2] > heights[0], "an ambiguous one has a line for each place it may be from"


def test_enter_opens_the_place_and_a_number_one_of_several(checking: Checking) -> None:
    checking.check()
    assert QApplication.focusWidget() is checking.page.list
    checking.press(Key.Key_Return)
    start = TEXT.index(_REAL)
    assert checking.places == [(checking.world.article, start, start + len(_REAL), None)]
    checking.press(Key.Key_J)
    checking.press(Key.Key_J)
    checking.press(Key.Key_1)
    checking.press(Key.Key_2)
    checking.press(Key.Key_3)
    several = [place[0] for place in checking.places[1:]]
    assert len(several) == len(set(several)) == 2
    checking.press(Key.Key_Down)
    checking.press(Key.Key_Return)
    assert len(checking.places) == 3
    assert "not in the library" in str(checking.world.told[-1])


def test_ctrl_c_copies_the_citation_and_says_where_there_is_none(checking: Checking) -> None:
    checking.check()
    control = Qt.KeyboardModifier.ControlModifier
    checking.press(Key.Key_C, control)
    first = checking.page.model.quote(0)
    assert first is not None
    assert QGuiApplication.clipboard().text() == first.citation != ""
    assert checking.said == [f"Citation copied: {first.citation}"]
    checking.page.list.setCurrentIndex(checking.page.model.index(3))
    checking.press(Key.Key_C, control)
    assert "no citation to copy" in str(checking.world.told[-1])
    assert QGuiApplication.clipboard().text() == first.citation


def test_a_filter_shows_one_status_and_keeps_where_one_stands(checking: Checking) -> None:
    checking.check()
    checking.page.list.setCurrentIndex(checking.page.model.index(1))
    checking.page.filter.buttons["differs"].click()
    assert checking.statuses == ["differs"]
    checking.page.filter.buttons[""].click()
    assert len(checking.statuses) == 4
    assert checking.page.list.currentIndex().row() == 1


def test_a_manuscript_is_chosen_and_one_that_is_dropped_is_checked(
    checking: Checking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(checking.manuscript), ""))
    with checking.qtbot.waitSignal(checking.worker.ended, timeout=10_000):
        checking.actions.check_quotes()
    assert len(checking.statuses) == 4
    other = tmp_path / "other.txt"
    other.write_text(f"“{_REAL}”", "utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(other))])
    entering = QDragEnterEvent(
        checking.page.rect().center(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(checking.page, entering)
    assert entering.isAccepted()
    assert not checking.page.list.viewport().acceptDrops(), "what is dropped on the rows is the page's"
    assert checking.page._empty.isVisible()
    assert checking.page._empty.text() == "Let go here, and the quotations of other.txt are checked."
    QApplication.sendEvent(checking.page, QDragLeaveEvent())
    assert not checking.page._empty.isVisible()
    QApplication.sendEvent(checking.page, entering)
    with checking.qtbot.waitSignal(checking.worker.ended, timeout=10_000):
        QApplication.sendEvent(
            checking.page,
            QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier),
        )
    assert checking.page.manuscript == other
    assert checking.statuses == ["verbatim"]


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".md"])
def test_the_result_is_saved_whole_whichever_is_shown(
    checking: Checking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str
) -> None:
    checking.check()
    checking.page.filter.buttons["differs"].click()
    target, before = tmp_path / f"result{ending}", checking.manuscript.read_bytes()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(target), ""))
    with checking.qtbot.waitSignal(checking.worker.ended, timeout=10_000):
        checking.page.save.click()
    assert checking.world.told == []
    if ending == ".xlsx":
        rows = list(openpyxl.load_workbook(target).worksheets[0].iter_rows(values_only=True))
        assert [row[1] for row in rows[1:]] == ["verbatim", "differs", "ambiguous", "not in the library"]
    else:
        assert all(word in target.read_text("utf-8") for word in (_REAL, "位", "ambiguous", "not in the library"))
    assert checking.manuscript.read_bytes() == before


def test_the_result_never_takes_the_place_of_the_manuscript(checking: Checking, monkeypatch: pytest.MonkeyPatch) -> None:
    checking.check()
    before = checking.manuscript.read_bytes()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(checking.manuscript), ""))
    checking.page.save.click()
    assert "only read" in str(checking.world.told[-1])
    assert checking.manuscript.read_bytes() == before


def test_what_was_allowed_is_said_beside_the_status(checking: Checking, tmp_path: Path) -> None:
    path = tmp_path / "allowed.md"
    path.write_text(f"有研究写道：“{_REAL[:-2]}。”", "utf-8")
    checking.check(path)
    (said,) = [checking.page.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)]
    assert said.startswith("verbatim, allowing for: a stop of its own at the end: ")


def test_a_manuscript_without_quotes_says_so(checking: Checking, tmp_path: Path) -> None:
    empty = tmp_path / "empty.md"
    empty.write_text("没有引文的稿件。", "utf-8")
    checking.check(empty)
    assert checking.statuses == []
    assert checking.page._empty.text() == "empty.md holds no quotation that is long enough to be looked for."
    assert QApplication.focusWidget() is checking.page.first


def test_a_file_that_is_no_manuscript_is_told_and_what_was_shown_stays(checking: Checking, tmp_path: Path) -> None:
    checking.check()
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 no document at all")
    checking.check(broken)
    assert [type(error).__name__ for error in checking.world.told] == ["CannotImport"]
    assert len(checking.statuses) == 4
    assert checking.page.manuscript == checking.manuscript


def test_a_library_that_changed_asks_for_another_check(checking: Checking) -> None:
    checking.check()
    project = checking.world.project
    (found,) = [article.id for article in project.articles.all() if article.title == "甲文"]
    with project.change("Test"):
        project.articles.remove([found])
    assert "check again" in checking.page.said
    with checking.qtbot.waitSignal(checking.worker.ended, timeout=10_000):
        checking.page.again.click()
    assert checking.statuses == ["verbatim", "differs", "verbatim", "absent"]
    assert "check again" not in checking.page.said


def test_another_project_knows_nothing_of_a_manuscript(checking: Checking) -> None:
    checking.check()
    checking.world.session.close()
    assert checking.page.manuscript is None
    assert checking.statuses == []


def test_another_language_reaches_the_page(checking: Checking, qapp: QApplication) -> None:
    checking.check()
    use_language(qapp, "zh_CN")
    QTest.qWait(20)
    assert checking.page.said == "稿件.md · 只读取稿件，不做任何改动。"
    assert [each.text() for each in checking.page.filter.buttons.values()][:2] == ["全部 · 4", "✓ 一致 · 1"]
    use_language(qapp, "en")
    QApplication.sendPostedEvents(None, QEvent.Type.LanguageChange)


def test_esc_leaves_the_quotes(checking: Checking) -> None:
    checking.check()
    with checking.qtbot.waitSignal(checking.page.left):
        checking.press(Key.Key_Escape)
