"""Find in the article: every hit, however long the text, without holding the window up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.folding import find_all, fold
from desktop.panels.find_bar import FindBar, Finder
from tests.desktop_panels.two_texts import Desk, desk
from tests.desktop_panels.world import template, world

__all__ = ["desk", "template", "world"]
Key = Qt.Key


@given(st.text("ab的é\u0301\n，", max_size=400), st.text("ab的é，", min_size=1, max_size=4))
def test_looking_slice_by_slice_finds_what_looking_at_once_does(text: str, words: str) -> None:
    hits: list[tuple[int, int]] = []
    steps = sum(1 for _ in Finder(text, 20).find(words, hits))
    assert hits == find_all(fold(text), words)
    assert steps >= len(text) // 20


def test_a_long_line_is_searched_across_its_slices() -> None:
    text = "字" * 39_999 + "偏见" + "字" * 60_000 + "\n偏见"
    finder = Finder(text)
    hits: list[tuple[int, int]] = []
    assert sum(1 for _ in finder.find("偏见", hits)) > 4
    assert hits == [(39_999, 40_001), (100_002, 100_004)]


def test_a_long_text_is_searched_a_little_at_a_time(qtbot: QtBot) -> None:
    bar = FindBar()
    qtbot.addWidget(bar)
    heard: list[int] = []
    bar.found.connect(_Hits(bar, heard).hear)
    bar.set_text("人工智能治理，应当审慎。\n" * 80_000)
    bar.begin("", 0)
    assert bar.busy
    bar.field.setText("治理")
    bar.next()
    qtbot.waitUntil(lambda: not bar.busy, timeout=20_000)
    assert bar.hits == 80_000
    assert heard[-1] == 1, "the step wanted meanwhile is taken"


class _Hits(QWidget):
    def __init__(self, parent: QWidget, heard: list[int]) -> None:
        super().__init__(parent)
        self._heard = heard

    def hear(self, _hits: list[tuple[int, int]], current: int) -> None:
        self._heard.append(current)


def test_going_round_is_told(desk: Desk) -> None:
    view = desk.view
    view.open(desk.first)
    view.begin_find()
    bar = view.find_bar
    bar.field.setText("的")
    hits = bar.hits
    assert hits > 1
    assert bar._count.text() == f"1 of {hits}"
    QTest.keyClick(bar.field, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar._count.text() == f"{hits} of {hits} · from the end again"
    QTest.keyClick(bar.field, Key.Key_Return)
    assert bar._count.text() == f"1 of {hits} · from the top again"
    QTest.keyClick(bar.field, Key.Key_Return)
    assert bar._count.text() == f"2 of {hits}"
    QTest.keyClick(bar.field, Key.Key_Escape)
    assert view.hits == 0
    assert QApplication.focusWidget() is view.reader.page


def test_the_caret_goes_to_the_hit(desk: Desk) -> None:
    view = desk.view
    view.open(desk.first)
    hits = find_all(fold(view.text), "的")
    view.begin_find()
    bar = view.find_bar
    bar.field.clear()
    QTest.keyClicks(bar.field, "x")
    bar.field.setText("的")
    assert view.selection is None, "while one types the view moves and no more"
    QTest.keyClick(bar.field, Key.Key_Return)
    assert view.selection == hits[1]
    assert desk.told[-1][0] in ("place", "selection", "hits")
    QTest.keyClick(bar.field, Key.Key_Escape)
    assert view.selection == hits[1]
    view.reader.set_selection(0, 0)
    view.begin_find()
    bar.field.setText("偏见")
    view.focus()
    assert view.selection == find_all(fold(view.text), "偏见")[0], "left for the text, by whatever way"
    view.reader.set_selection(3, 3)
    bar.leave()
    assert view.reader.ends() == (3, 3), "where one has been since then counts"


def test_the_selected_words_are_the_first_hit(desk: Desk) -> None:
    view = desk.view
    view.open(desk.first)
    second = find_all(fold(view.text), "的")[2]
    view.reader.set_selection(*second)
    view.begin_find()
    QTest.keyClick(view.find_bar.field, Key.Key_Escape)
    assert view.selection == second


def test_another_article_is_searched_without_leaving_its_place(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.reader.set_place(view.text.index("\n20。") + 1)
    place = view.reader.place()
    view.open(desk.first)
    view.begin_find()
    view.find_bar.field.setText("治理")
    view.open(desk.original)
    assert view.reader.place() == place
    assert view.hits > 100
    assert view.find_bar._count.text().startswith("0 of")
    view.find_next()
    assert view.reader._marks.current_hit == sum(1 for hit in find_all(fold(view.text), "治理") if hit[0] < place)
