"""The concordance: lines in columns that hold, in the order of the keys pressed, opened and copied by keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.records import ArticleId, Draft, Layout
from desktop.models.articles import RECORD
from desktop.models.concordance import BARS
from desktop.panels.concordance_rows import columns
from desktop.panels.concordance_view import ConcordanceView
from desktop.words import use_language
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key, Mod = Qt.Key, Qt.KeyboardModifier
SAID = "甲方承担责任。\n乙方分担责任与风险。\n承诺不等于责任，丙方也这样说。"


@pytest.fixture
def second(world: World) -> ArticleId:
    return world.project.articles.add(Draft("责任的边界", SAID, Layout.of_lines(SAID), language="zh", published="2025-01-01"))


@pytest.fixture
def view(world: World, second: ArticleId, qtbot: QtBot) -> Iterator[ConcordanceView]:
    made = ConcordanceView(world.session)
    window = shown(made, 1_000, 500)
    show(made, "责任", qtbot)
    made.setFocus()
    yield made
    made.stop()
    window.close()


def show(view: ConcordanceView, query: str, qtbot: QtBot) -> None:
    view.show_query(query)
    ready(view, qtbot)


def ready(view: ConcordanceView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not view.gathering.busy, timeout=5_000)


def press(view: ConcordanceView, key: Qt.Key, qtbot: QtBot, modifier: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    QTest.keyClick(view.list, key, modifier)
    ready(view, qtbot)


def rights(view: ConcordanceView) -> list[str]:
    return [line.right[:2] for row in range(view.model.rowCount()) if (line := view.model.line(row))]


def test_every_place_is_a_line_with_its_surroundings(view: ConcordanceView) -> None:
    first = view.model.line(0)
    assert first is not None
    assert (first.left, first.match, first.right[:1], first.title) == ("甲方承担", "责任", "。", "责任的边界")
    assert view.count == "3 places"
    index = view.model.index(1)
    assert view.model.data(index, Qt.ItemDataRole.AccessibleTextRole) == (
        "甲方承担责任。 乙方分担责任与风险。 承诺不等于责任，丙方也这样说。 – 责任的边界"
    )


def test_lines_are_sorted_by_the_keys_over_their_columns(view: ConcordanceView, qtbot: QtBot) -> None:
    assert rights(view) == ["。 ", "与风", "，丙"]
    press(view, Key.Key_5, qtbot)
    assert list(view.order) == ["right1"]
    assert rights(view) == ["，丙", "。 ", "与风"], "bing, yi, yu: what is no word is passed over"
    press(view, Key.Key_3, qtbot)
    assert list(view.order) == ["left1", "right1"]
    assert rights(view) == ["。 ", "与风", "，丙"], "dan before yu, and among equals as before"
    assert [name for name, key in view.keys.items() if key.isChecked()] == ["left1", "right1"]
    assert [view.keys[name].text() for name in ("left1", "right1", "left2")] == ["L1 ¹", "R1 ²", "L2"]
    press(view, Key.Key_3, qtbot)
    press(view, Key.Key_5, qtbot)
    assert list(view.order) == ["position"]


def test_a_click_on_a_label_sorts_too_and_the_chosen_line_stays_chosen(view: ConcordanceView, qtbot: QtBot) -> None:
    press(view, Key.Key_Down, qtbot)
    chosen = view.list.currentIndex().data(RECORD)
    QTest.mouseClick(view.keys["right1"], Qt.MouseButton.LeftButton)
    ready(view, qtbot)
    assert view.list.currentIndex().data(RECORD) == chosen
    assert view.list.currentIndex().row() == 2


def test_plus_and_minus_show_more_and_less_around(view: ConcordanceView, qtbot: QtBot) -> None:
    wide = "很" * 80 + "远的责任" + "还" * 80
    view._session.project.articles.add(Draft("远", wide, Layout.of_lines(wide), language="zh"))
    show(view, "远的责任", qtbot)
    lengths = []
    for key in (Key.Key_Plus, Key.Key_Plus, Key.Key_Minus, Key.Key_Minus, Key.Key_Minus):
        press(view, key, qtbot)
        line = view.model.line(0)
        assert line is not None
        lengths.append((len(line.left), len(line.right)))
    assert lengths == [(50, 50), (50, 50), (30, 30), (20, 20), (20, 20)]
    assert view.contexts[20].isChecked()


def test_enter_opens_the_place_and_one_that_is_an_annotation_is_opened_as_one(
    world: World, view: ConcordanceView, second: ArticleId, qtbot: QtBot
) -> None:
    press(view, Key.Key_End, qtbot)
    at = SAID.rindex("责任")
    with qtbot.waitSignal(view.place_requested) as asked:
        QTest.keyClick(view.list, Key.Key_Return)
    assert asked.args == [second, at, at + 2, None]
    mine = world.project.annotations.add(second, at, at + 2, codes=[world.bias])
    qtbot.waitUntil(lambda: bool(view.model.rowCount() and (line := view.model.line(2)) and line.annotations), timeout=5_000)
    ready(view, qtbot)
    with qtbot.waitSignal(view.place_requested) as asked:
        QTest.keyClick(view.list, Key.Key_Return)
    assert asked.args == [second, at, at + 2, mine]


def test_codes_that_stand_there_are_bars(world: World, view: ConcordanceView, qtbot: QtBot) -> None:
    show(view, "算法歧视", qtbot)
    bars = view.model.data(view.model.index(0), BARS)
    assert isinstance(bars, tuple)
    assert [(bar.code, bar.branch, "3.1.1(b)" in bar.name) for bar in bars] == [(world.bias, "inherent", True)]


def test_selected_lines_are_copied_as_a_table(view: ConcordanceView, qtbot: QtBot) -> None:
    press(view, Key.Key_Home, qtbot)
    press(view, Key.Key_Down, qtbot, Mod.ShiftModifier)
    press(view, Key.Key_C, qtbot, Mod.ControlModifier)
    rows = [row.split("\t") for row in QApplication.clipboard().text().split("\n")]
    assert rows[0] == ["甲方承担", "责任", "。 乙方分担责任与风险。 承诺不等于责任，丙方也这样说。", "责任的边界", "2025-01-01"]
    assert [row[1] for row in rows] == ["责任", "责任"]
    press(view, Key.Key_A, qtbot, Mod.ControlModifier)
    assert view.list.chosen_rows() == [0, 1, 2]


def test_columns_hold_their_place_at_every_width() -> None:
    for width in (200, 320, 479, 480, 640, 1_000, 2_400):
        for match in (0, 20, 3_000):
            left, middle, right, title = columns(width, match)
            places = [left, middle, right, *([title] if title.width() else [])]
            assert [each.intersects(other) for each in places for other in places if each is not other].count(True) == 0
            assert all(QRect(0, 0, width, 28).contains(each) or not each.width() for each in places)
            assert abs(left.width() - right.width()) <= 1


def test_a_query_that_finds_nothing_or_is_wrong_says_so(view: ConcordanceView, qtbot: QtBot) -> None:
    show(view, "没有这样的词", qtbot)
    assert view._remarks.text() == "These words stand in no text."
    show(view, "published:昨天", qtbot)
    assert "published" in view._remarks.text()
    assert view.model.rowCount() == 0
    show(view, "责任", qtbot)
    assert view._remarks.isHidden()


def test_only_the_last_of_several_queries_is_shown(view: ConcordanceView, qtbot: QtBot) -> None:
    for query in ("承诺", "风险", "丙方"):
        view.show_query(query)
    ready(view, qtbot)
    line = view.model.line(0)
    assert line is not None
    assert (line.match, view.model.rowCount()) == ("丙方", 1)


def test_what_was_stopped_can_be_asked_for_again(view: ConcordanceView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.told):
        view.show_query("承诺")
        QTest.keyClick(view.list, Key.Key_Escape)
    assert view.count == "3 places"
    show(view, "承诺", qtbot)
    assert view.count == "1 place"


def test_a_new_text_joins_the_lines(world: World, view: ConcordanceView, qtbot: QtBot) -> None:
    world.project.articles.add(Draft("又一篇", "责任编辑", Layout.of_lines("责任编辑"), language="zh"))
    qtbot.waitUntil(lambda: view.model.rowCount() == 4, timeout=5_000)
    assert view.count == "4 places"
    world.session.close()
    assert (view.model.rowCount(), view.count) == (0, "")


def test_the_view_says_everything_in_both_languages(view: ConcordanceView, qapp: QApplication) -> None:
    use_language(qapp, "zh_CN")
    QTest.qWait(5)
    assert (view.count, view.keys["left3"].text(), view.list.accessibleName()) == ("3 处", "左3", "语境索引")
