"""The main job from end to end, by keys and mouse only: drop, read, select, tag, link, note, find, undo, share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from db import schema
from db.person import load_person, named, save_person
from db.project import Project
from db.search.searcher import Hit
from desktop.app import make_window
from desktop.main_window import MainWindow
from desktop.models.results import RECORD
from desktop.settings import Settings

PAGE = """---
title: 评论 | 备案之后
url: https://example.org/after-filing
source: 治理观察
date: 2024-05-06
---

# 评论 | 备案之后

作者：林知远

算法偏见并不会因为备案而消失，可解释性也是如此。备案让监管者看清谁在提供合成服务。

办法第十九条要求具有舆论属性的服务履行备案手续，企业仍须自己做安全评估。
"""
STEPS = 5  # import, tag with two codes, link, note, tag again
Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class Hands:
    """A person's keys and mouse on a window."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot

    def press(self, key: Key, modifiers: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
        """Press a key where the focus is."""
        for _time in range(times):
            QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
            QTest.qWait(1)  # as between a person's two keys, events are seen to

    def write(self, text: str) -> None:
        """Write text: Latin by keys, other scripts as an input method commits them."""
        widget = QApplication.focusWidget()
        assert widget is not None
        if text.isascii():
            QTest.keyClicks(widget, text)
            return
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(widget, event)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something shows."""
        self.qtbot.waitUntil(condition, timeout=10_000)

    def drop(self, path: Path) -> None:
        """Drop a file on the window."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        where = QPoint(640, 300)
        buttons, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
        enter = QDragEnterEvent(where, copy, data, buttons, NONE)
        QApplication.sendEvent(self.window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.window, QDropEvent(QPointF(where), copy, data, buttons, NONE))

    def click(self, words: str) -> None:
        """Click the button that says some words."""
        found = [b for b in self.window.findChildren(QPushButton) if b.isVisible() and b.text().startswith(words)]
        assert len(found) == 1, [b.text() for b in self.window.findChildren(QPushButton) if b.isVisible()]
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


@pytest.fixture
def hands(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hands]:
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", "en")
    save_person(named(load_person(), "李雷"))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window = make_window(application, Settings())
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
    yield Hands(window, qtbot)
    window.close()


def records(project: Project) -> dict[str, list[dict[str, Any]]]:
    """Give all records but those of coders nobody hears of, by kind."""
    contents = project.contents()
    return {kind: sorted(map(dict, contents.records(kind)), key=str) for kind in schema.TRAVELLING if kind != "coder"}


def select(hands: Hands, quote: str) -> None:
    """Select a quote by the keyboard alone: from the start of the text, character by character."""
    reader = hands.window.view.reader
    hands.press(Key.Key_4, CONTROL)
    hands.press(Key.Key_Home, CONTROL)
    start = hands.window.view.text.index(quote)
    hands.press(Key.Key_Right, times=start)
    hands.press(Key.Key_Right, SHIFT, times=len(quote))
    assert reader.selection() == (start, start + len(quote))


def tag_link_and_note(hands: Hands) -> None:
    """Tag with two codes by pinyin initials, link to 第十九条 and write a note."""
    window = hands.window
    select(hands, "算法偏见并不会因为备案而消失")
    hands.press(Key.Key_T)
    hands.wait(window.picker.isVisible)
    hands.write("pjqs,")
    hands.write("kjsx")
    hands.press(Key.Key_Return)
    hands.wait(lambda: not window.picker.isVisible())
    hands.press(Key.Key_L)
    hands.wait(window.picker.isVisible)
    hands.write("深度合成管理")
    hands.press(Key.Key_Return)
    hands.write("第十九条")
    hands.press(Key.Key_Return)
    hands.wait(lambda: not window.picker.isVisible())
    hands.press(Key.Key_N)
    hands.wait(lambda: QApplication.focusWidget() is not window.view.reader)
    hands.write("作者在否认，不是在断言。")
    hands.press(Key.Key_Return, CONTROL)


def tag_again(hands: Hands) -> None:
    """Put a second tag on an overlapping passage."""
    select(hands, "因为备案而消失，可解释性")
    hands.press(Key.Key_T)
    hands.wait(hands.window.picker.isVisible)
    hands.write("5.1")
    hands.press(Key.Key_Return)
    hands.wait(lambda: not hands.window.picker.isVisible())


def find(hands: Hands, query: str, wanted: set[str]) -> None:
    """Search the project until the kinds of hits wanted show."""
    hands.press(Key.Key_F, CONTROL | Qt.KeyboardModifier.AltModifier)
    page: Any = hands.window.pages.currentWidget()
    hands.wait(lambda: page.isAncestorOf(QApplication.focusWidget()))
    hands.press(Key.Key_A, CONTROL)
    hands.press(Key.Key_Delete)
    hands.write(query)
    rows = page.model

    def kinds() -> set[str]:
        hits = [rows.index(row).data(RECORD) for row in range(rows.rowCount())]
        return {hit.kind for hit in hits if isinstance(hit, Hit)}

    hands.wait(lambda: kinds() == wanted)


def test_the_main_job_by_keys_and_mouse(hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window, session = hands.window, hands.window.session
    page, study = tmp_path / "page.md", tmp_path / "study.gloss"
    page.write_text(PAGE, "utf-8")
    assert session.create(study)
    empty = records(session.project)

    hands.drop(page)
    hands.wait(lambda: len(session.project.articles.all()) == 1 and not session.busy)
    if window.view.article is None:
        hands.press(Key.Key_1, CONTROL)
        hands.press(Key.Key_Down)
        hands.press(Key.Key_Return)
    hands.wait(lambda: window.view.article is not None)
    assert "治理观察" not in window.view.text

    tag_link_and_note(hands)
    tag_again(hands)
    first, second = session.project.annotations.of(session.project.articles.all()[0].id)
    assert [tagging.key for tagging in first.taggings] == ["asgf1.3.1.1.b", "asgf1.3.1.1.a"]
    assert [(link.key, link.locator, link.locator_key) for link in first.links] == [
        ("cn-deep-synthesis-provisions", "第十九条", "art19")
    ]
    assert [note.text for note in first.notes] == ["作者在否认，不是在断言。"]
    assert [tagging.key for tagging in second.taggings] == ["asgf1.5.1"]
    spans = [(each.start or 0, each.end or 0) for each in (first, second)]
    assert spans[0][0] < spans[1][0] < spans[0][1] < spans[1][1]

    find(hands, "备案", {"article", "passage", "instrument", "code"})
    find(hands, "code:3.1.1 偏见", {"passage"})
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Return)
    hands.wait(lambda: window.view.isVisible() and window.view.current == first.id)

    full = records(session.project)
    hands.press(Key.Key_4, CONTROL)
    for _step in range(STEPS):
        hands.press(Key.Key_Z, CONTROL)
        hands.wait(lambda: not session.busy)
    assert session.project.next_undo() is None
    assert records(session.project) == empty
    hands.press(Key.Key_1, CONTROL)
    for _step in range(STEPS):
        hands.press(Key.Key_Z, CONTROL | SHIFT)
        hands.wait(lambda: not session.busy)
    assert session.project.next_redo() is None
    assert records(session.project) == full

    hands.press(Key.Key_W, CONTROL | SHIFT)
    hands.wait(lambda: not session.is_open)
    assert session.open(study)
    assert records(session.project) == full
    hands.press(Key.Key_Z, CONTROL)
    assert records(session.project) != full
    hands.press(Key.Key_Z, CONTROL | SHIFT)
    assert records(session.project) == full

    share(hands, tmp_path, monkeypatch, full)


def share(hands: Hands, folder: Path, monkeypatch: pytest.MonkeyPatch, full: dict[str, list[dict[str, Any]]]) -> None:
    """Export, merge into an empty project, and merge once more."""
    session, bundle = hands.window.session, folder / "study.glossbundle"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(bundle), ""))
    hands.press(Key.Key_E, CONTROL | SHIFT)
    hands.wait(lambda: "Export…" in visible_words(hands.window))
    hands.press(Key.Key_Return)
    hands.wait(lambda: bundle.exists() and not hands.window.worker.running)
    assert session.create(folder / "other.gloss")
    hands.drop(bundle)
    hands.wait(lambda: any(b.isVisible() and b.text().startswith("Take in") for b in hands.window.findChildren(QPushButton)))
    hands.click("Take in")
    hands.wait(lambda: len(session.project.articles.all()) == 1 and not session.busy)
    assert records(session.project) == full
    before = session.project.history()
    hands.drop(bundle)
    hands.wait(lambda: "holds all of it" in visible_words(hands.window))
    assert session.project.history() == before
    assert records(session.project) == full


def visible_words(window: QWidget) -> str:
    """Give the words of all visible labels and buttons."""
    texts = []
    for widget in window.findChildren(QWidget):
        text = getattr(widget, "text", None)
        if widget.isVisible() and callable(text):
            texts.append(str(text()))
    return "\n".join(texts)
