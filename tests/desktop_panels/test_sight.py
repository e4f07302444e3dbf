"""Which codes the text shows: hidden, dimmed, alone; what the lists and the bar say of it, and how it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QModelIndex, QPointF, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from db.records import Code
from desktop.actions.sight_actions import SightActions
from desktop.models.codes import SIGHT
from desktop.models.lists import Lists
from desktop.panels.article_view import ArticleView
from desktop.panels.codes_panel import CodesPanel
from desktop.panels.sidebar import CODES, Sidebar
from desktop.panels.top_bar import TopBar
from desktop.theme import Theme
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key


class Parts:
    """The text, the lists and the bar with the actions between them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lists = Lists(world.session)
        self.view = ArticleView(world.session, Theme.load("light"))
        self.sidebar = Sidebar(world.session, self.lists)
        self.bar = TopBar(world.session, self.lists)
        self.windows = [shown(self.view, 700, 500), shown(self.bar, 1200, 40), shown(self.sidebar, 260, 600)]
        self.view.open(world.article)
        self.actions = SightActions(world.session, self.view, self.sidebar, self.bar)
        self.told: list[str] = []
        self.actions.told.connect(self.told.append)
        self.bias: Code = world.project.codes.get(world.bias)

    def sight(self, code: int) -> str:
        return str(self.lists.codes.index_of(code).data(SIGHT))

    def seen(self) -> list[int]:
        """Give the annotations that the text shows."""
        reader = self.view.reader
        return [key for key in (self.world.mine, self.world.theirs) if reader.span_of(key) is not None]

    @property
    def layers(self) -> QToolButton:
        found = self.bar.findChild(QToolButton, "layers")
        assert isinstance(found, QToolButton)
        return found


@pytest.fixture
def parts(world: World, qtbot: QtBot) -> Iterator[Parts]:
    made = Parts(world)
    yield made
    made.view.clear()
    for window in made.windows:
        window.close()


def test_the_code_of_the_annotation_one_stands_on_is_hidden_and_shown_again(world: World, parts: Parts) -> None:
    parts.view.stand_on(world.mine)
    parts.actions.hide_code()
    assert parts.actions.any
    assert parts.seen() == []
    assert "bias" in parts.told[-1].lower() or parts.bias.number in parts.told[-1]
    parts.actions.ask("hide", world.bias)
    assert not parts.actions.any
    assert parts.seen() == [world.mine, world.theirs]


def test_the_code_chosen_in_the_list_comes_first_while_the_list_has_the_keys(world: World, parts: Parts) -> None:
    other = next(code for code in world.project.codes.all() if code.book == parts.bias.book and code.parent is None)
    parts.view.stand_on(world.mine)
    parts.sidebar.turn_to(CODES)
    parts.sidebar.codes.show_code(other.id)
    assert parts.sidebar.codes.view.hasFocus()
    parts.actions.hide_code()
    assert parts.actions.state()["hidden"] == [other.uuid]


def test_what_is_below_a_hidden_code_follows_it(world: World, parts: Parts) -> None:
    assert parts.bias.parent is not None
    assert not parts.sidebar.codes.view.hasFocus()
    parts.actions.ask("hide", parts.bias.parent)
    assert parts.sight(parts.bias.parent) == "hidden"
    assert parts.sight(world.bias) == "faded"
    assert parts.seen() == []


def test_one_code_alone_fades_the_others_and_dimming_keeps_them(world: World, parts: Parts) -> None:
    other = next(code for code in world.project.codes.all() if code.book == parts.bias.book and code.id != world.bias)
    parts.sidebar.turn_to(CODES)
    parts.actions.ask("solo", world.bias)
    assert (parts.sight(world.bias), parts.sight(other.id)) == ("solo", "faded")
    assert parts.seen() == [world.mine, world.theirs]
    parts.actions.ask("solo", other.id)
    assert parts.seen() == []
    parts.actions.ask("solo", other.id)
    parts.actions.ask("dim", world.bias)
    assert (parts.sight(world.bias), parts.sight(other.id)) == ("dimmed", "")
    assert parts.seen() == [world.mine, world.theirs]


def test_hiding_and_dimming_a_code_leave_each_other(world: World, parts: Parts) -> None:
    parts.actions.ask("dim", world.bias)
    parts.actions.ask("hide", world.bias)
    assert parts.actions.state() == {"hidden": [parts.bias.uuid], "dimmed": [], "solo": ""}
    parts.actions.ask("dim", world.bias)
    assert parts.actions.state() == {"hidden": [], "dimmed": [parts.bias.uuid], "solo": ""}
    parts.actions.ask("solo", world.bias)
    assert parts.actions.state() == {"hidden": [], "dimmed": [], "solo": parts.bias.uuid}
    parts.actions.ask("hide", world.bias)
    assert parts.actions.state() == {"hidden": [parts.bias.uuid], "dimmed": [], "solo": ""}


def test_the_state_is_kept_and_put_back_without_what_is_gone(world: World, parts: Parts, qtbot: QtBot) -> None:
    parts.actions.ask("hide", world.bias)
    kept = parts.actions.state()
    parts.actions.show_all_codes()
    assert parts.seen() == [world.mine, world.theirs]
    with qtbot.waitSignal(parts.actions.changed):
        parts.actions.restore(kept | {"dimmed": ["gone", 5], "solo": ["nonsense"]})
    assert parts.actions.state() == kept
    assert parts.seen() == []
    parts.actions.restore({})
    assert not parts.actions.any


def test_a_code_that_is_removed_is_no_longer_hidden(world: World, parts: Parts) -> None:
    own = world.project.codes.add("自己的")
    parts.actions.ask("hide", own)
    parts.actions.ask("hide", world.bias)
    world.project.codes.remove(own)
    assert parts.actions.state()["hidden"] == [parts.bias.uuid]


def test_a_list_made_later_shows_what_is_hidden(world: World, parts: Parts) -> None:
    parts.actions.ask("hide", world.bias)
    panel = parts.sidebar.codes
    index = parts.lists.codes.index_of(world.bias)
    assert index.data(SIGHT) == "hidden"
    assert "Hidden in the text" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    parts.lists.codes.set_filter("bias")
    assert parts.sight(world.bias) == "hidden"
    parts.lists.codes.reload()
    assert parts.sight(world.bias) == "hidden"
    assert not panel.grab().isNull()


def test_the_bar_says_so_and_offers_all_codes(world: World, parts: Parts, qtbot: QtBot) -> None:
    parts.bar.all_codes_requested.connect(parts.actions.show_all_codes)
    before = parts.layers.text()
    parts.actions.ask("hide", world.bias)
    assert parts.layers.text().endswith("1 code hidden")
    menu = parts.layers.menu()
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    assert not parts.actions.any
    assert parts.layers.text() == before
    parts.actions.ask("solo", world.bias)
    assert parts.layers.text().endswith("one code only")


def test_choosing_coders_takes_no_notice_of_the_entry_for_codes(world: World, parts: Parts) -> None:
    asked: list[list[str]] = []
    parts.bar.hidden_coders_requested.connect(asked.append)
    parts.actions.ask("hide", world.bias)
    menu = parts.layers.menu()
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert [len(each) for each in asked] == [1]
    assert all(asked[0])


def choose(words: str) -> None:
    """Choose an entry of the menu that is open."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entry = next(action for action in menu.actions() if action.text() == words)
    menu.setActiveAction(entry)
    QTest.keyClick(menu, Key.Key_Return)


def test_the_menu_of_a_code_asks_for_it(world: World, parts: Parts, qtbot: QtBot) -> None:
    parts.sidebar.turn_to(CODES)
    panel: CodesPanel = parts.sidebar.codes
    panel.show_code(world.bias)
    QTimer.singleShot(0, partial(choose, "Show only this"))
    with qtbot.waitSignal(panel.sight_requested) as asked:
        panel.view.customContextMenuRequested.emit(panel.view.visualRect(panel.view.currentIndex()).center())
    assert asked.args == ["solo", world.bias]


def test_f2_asks_for_the_page_of_the_code(world: World, parts: Parts) -> None:
    parts.sidebar.turn_to(CODES)
    own = world.project.codes.add("自己的", "Own")
    parts.lists.catch_up()
    panel = parts.sidebar.codes
    asked: list[int] = []
    panel.page_requested.connect(asked.append)
    panel.show_code(own)
    QTest.keyClick(panel.view, Key.Key_F2)
    panel.show_code(world.bias)
    QTest.keyClick(panel.view, Key.Key_F2)
    assert asked == [own, world.bias]


def test_an_own_code_is_dragged_below_another_and_up_to_its_book(world: World, parts: Parts) -> None:
    parts.sidebar.turn_to(CODES)
    above, below = (world.project.codes.add(name) for name in ("上位", "下位"))
    parts.lists.catch_up()
    panel, model = parts.sidebar.codes, parts.lists.codes
    asked: list[tuple[int, object, object]] = []
    panel.edit_requested.connect(lambda code, parent, values: asked.append((code, parent, values)))

    def drop(code: int, target: QModelIndex) -> None:
        panel.view.scrollTo(target)
        data = model.mimeData([model.index_of(code)])
        place = QPointF(panel.view.visualRect(target).center())
        how = (Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        viewport = panel.view.viewport()
        QApplication.sendEvent(viewport, QDragEnterEvent(place.toPoint(), *how))
        QApplication.sendEvent(viewport, QDragMoveEvent(place.toPoint(), *how))
        QApplication.sendEvent(viewport, QDropEvent(place, *how))

    drop(below, model.index_of(above))
    assert asked == [(below, above, {})]
    world.project.codes.move(below, above)
    parts.lists.catch_up()
    drop(above, model.index_of(below))
    drop(below, model.index_of(above))
    assert len(asked) == 1, "not below itself, nor where it is"
    drop(below, model.parent(model.index_of(above)))
    assert asked[-1] == (below, None, {})
    assert not model.flags(model.index_of(world.bias)) & Qt.ItemFlag.ItemIsDragEnabled


def test_without_a_code_at_hand_it_says_what_to_do(parts: Parts) -> None:
    parts.view.stand_on(None)
    parts.actions.hide_code()
    assert parts.told == ["Choose a code in the list of codes, or go to a passage that has one."]
    assert not parts.actions.any


def test_control_enter_in_the_library_asks_for_the_article_beside(world: World, parts: Parts, qtbot: QtBot) -> None:
    library = parts.sidebar.library
    parts.lists.reload()
    library.focus()
    with qtbot.waitSignal(library.beside_requested) as asked:
        QTest.keyClick(library.view, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [world.article]
    with qtbot.waitSignal(library.article_requested) as opened:
        QTest.keyClick(library.view, Key.Key_Return)
    assert opened.args == [world.article]
