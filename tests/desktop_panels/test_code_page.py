"""The page of a code: what it means is written and read there; a framework's wording stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget

from db.records import CodeId
from desktop.actions.describing import DescribingActions
from desktop.models.lists import Lists
from desktop.panels.article_view import ArticleView
from desktop.panels.code_page import CodePage
from desktop.panels.pages import Pages
from desktop.panels.sidebar import CODES, Sidebar
from desktop.theme import Theme
from desktop.words import use_language
from tests.desktop_panels.world import World, commit, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key


class Desk:
    """The list of codes and the pages, connected as the window does."""

    def __init__(self, world: World) -> None:
        self.lists = Lists(world.session)
        self.view = ArticleView(world.session, Theme.load("light"))
        self.sidebar = Sidebar(world.session, self.lists)
        self.made = CodePage(world.session)
        self.pages = Pages({"article": QWidget, "code": self._page})
        self.describing = DescribingActions(world.session, self.view, self.sidebar, self.pages)
        self.windows = [shown(self.sidebar, 260, 600), shown(self.pages, 800, 900), shown(self.view, 700, 500)]
        self.lists.codes.reload()
        self.sidebar.turn_to(CODES)
        self.sidebar.codes.page_requested.connect(self.describing.show_code)
        self.pages.turn_to("article")

    def _page(self) -> CodePage:
        return self.made


@pytest.fixture
def own(world: World) -> CodeId:
    return world.project.codes.add("工具", "Tools", definition_zh="具体的办法。")


@pytest.fixture
def desk(world: World, own: CodeId) -> Iterator[Desk]:
    made = Desk(world)
    yield made
    for window in made.windows:
        window.close()
        window.deleteLater()  # with the lists that popped up in it
    made.lists.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def show(desk: Desk, code: CodeId) -> CodePage:
    desk.windows[1].activateWindow()
    assert QTest.qWaitForWindowActive(desk.windows[1])
    desk.describing.show_code(code)
    return desk.made


def named(page: CodePage, name: str) -> str:
    """Write the name of the code above, and go on with Tab; what the entry says then."""
    entry = page.below.lineEdit()
    assert entry is not None
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, name)
    QTest.keyClick(QApplication.activePopupWidget() or entry, Key.Key_Tab)
    return page.below.currentText()


def test_f2_in_the_list_opens_the_page_with_the_name_selected(desk: Desk, own: CodeId) -> None:
    desk.windows[0].activateWindow()
    assert QTest.qWaitForWindowActive(desk.windows[0])
    desk.sidebar.codes.show_code(own)
    desk.sidebar.codes.focus()
    QTest.keyClick(desk.sidebar.codes.view, Key.Key_F2)
    assert desk.pages.name == "code"
    assert desk.made.code == own
    assert desk.made.lines["name_en"].selectedText() == "Tools"


def test_what_is_written_is_saved_on_leaving_and_undone_by_one_step(world: World, desk: Desk, own: CodeId) -> None:
    page = show(desk, own)
    field = page.texts["use_when"]
    field.setFocus()
    commit(field, "作者给出办法时。")
    QTest.keyClick(field, Key.Key_Tab)
    assert world.project.codes.get(own).use_when == "作者给出办法时。"
    assert page.texts["definition_zh"].toPlainText() == "具体的办法。"
    world.session.act(world.project.undo)
    assert world.project.codes.get(own).use_when == ""
    assert field.toPlainText() == ""


def test_escape_and_ctrl_enter_save_and_leave(world: World, desk: Desk, own: CodeId) -> None:
    page = show(desk, own)
    left = QSignalSpy(page.left)
    for key, modifier, words in (
        (Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "one"),
        (Key.Key_Return, Qt.KeyboardModifier.ControlModifier, "two"),
    ):
        field = page.texts["definition_en"]
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, words)
        QTest.keyClick(field, key, modifier)
        assert world.project.codes.get(own).definition_en == words
    assert left.count() == 2


def test_a_name_that_is_taken_is_put_back(world: World, desk: Desk, own: CodeId) -> None:
    world.project.codes.add("", "Other")
    page = show(desk, own)
    QTest.keyClicks(page.lines["name_en"], "Other")
    QTest.keyClick(page.lines["name_en"], Key.Key_Return)
    assert [str(each) for each in world.told] == ["There is already a code named Other here. Choose another name."]
    assert page.lines["name_en"].text() == world.project.codes.get(own).name_en == "Tools"


def test_a_code_is_hung_below_another_by_typing_its_name(world: World, desk: Desk, own: CodeId) -> None:
    above = world.project.codes.add("", "Measures")
    below = world.project.codes.add("", "Sandbox", parent=own)
    page = show(desk, own)
    assert page.below.findText("Sandbox") < 0  # a code cannot hang below itself
    assert named(page, "nowhere") == "Top"
    assert named(page, "Measures") == "Measures"
    assert world.project.codes.get(own).parent == above
    assert world.project.codes.get(below).parent == own


def test_the_wheel_changes_no_colour(world: World, desk: Desk, own: CodeId) -> None:
    page = show(desk, own)
    page.colour.setCurrentIndex(2)
    page.colour.activated.emit(2)
    colour = world.project.codes.get(own).colour
    assert colour == page.colour.colour != ""
    at, none = QPointF(5, 5), Qt.KeyboardModifier.NoModifier
    turn = QWheelEvent(
        at, at, at.toPoint(), at.toPoint() * 24, Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False
    )  # fmt: skip
    QApplication.sendEvent(page.colour, turn)
    assert page.colour.colour == colour


def test_the_wording_of_a_framework_stays_and_use_colour_and_notes_are_ones_own(world: World, desk: Desk) -> None:
    page = show(desk, world.bias)
    assert all(line.isReadOnly() for line in page.lines.values())
    assert page.texts["definition_zh"].isReadOnly()
    assert not page.below.isEnabled()
    use = page.texts["use_when"]
    assert use.hasFocus()
    QTest.keyClicks(use, "When a group is treated worse")
    page.notes.write()
    QTest.keyClicks(page.notes.editor, "Not *3.1.1(a)*")
    page.keep()
    code = world.project.codes.get(world.bias)
    assert (code.use_when, code.definition_zh) == ("When a group is treated worse", page.texts["definition_zh"].toPlainText())
    notes = world.project.notes.of("code", [world.bias])[world.bias]
    assert [note.text for note in notes] == ["Not *3.1.1(a)*"]


def test_the_page_counts_its_passages_and_lists_them(world: World, desk: Desk) -> None:
    page = show(desk, world.bias)
    asked = QSignalSpy(page.code_requested)
    uses = world.project.codes.get(world.bias).uses
    assert page.uses.text().startswith(f"{uses} passages")
    page.uses.click()
    assert [asked.at(row)[0] for row in range(asked.count())] == [world.bias]
    above = world.project.codes.get(world.bias).parent
    assert above is not None
    assert f"0 of its own, {uses} of the codes below it" in show(desk, above).uses.text()


def test_the_page_speaks_the_windows_language(qapp: QApplication, desk: Desk, own: CodeId) -> None:
    page = show(desk, own)
    use_language(qapp, "zh_CN")
    QApplication.processEvents()
    assert page.texts["definition_zh"].accessibleName() == "定义（中文）"
    assert page._title.text() == "工具"


def test_a_code_that_is_gone_is_left(world: World, desk: Desk, own: CodeId) -> None:
    page = show(desk, own)
    left = QSignalSpy(page.left)
    world.project.codes.remove(own)
    assert left.count() == 1
    assert page.code is None
    desk.describing.show_code(own)
    assert len(world.told) == 1


def test_the_code_at_hand_is_that_of_the_list_or_of_the_passage(world: World, desk: Desk, own: CodeId) -> None:
    desk.view.open(world.article)
    desk.sidebar.turn_to(0)
    desk.describing.edit_code()
    assert "Choose a code" in str(world.told[0])
    desk.view.stand_on(world.mine)
    desk.describing.edit_code()
    assert desk.made.code == world.bias
