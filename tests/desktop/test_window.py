"""The shell at work: what is possible when, tagging by keys, importing, sharing, and being put back as it was left."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from db.project import Project
from desktop.commands import COMMANDS, MENUS
from desktop.main_window import MainWindow
from desktop.panels.codes_panel import CodesPanel
from desktop.panels.merge_sheet import MergeSheet
from desktop.panels.sheets import Sheet
from desktop.panels.start_page import StartPage

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def settle(window: MainWindow) -> None:
    """Let everything follow at once, as it does when events are seen to."""
    window.lists.catch_up()
    window.watching.look()


def press(window: MainWindow, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    settle(window)
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)
    settle(window)


def select(window: MainWindow, quote: str) -> None:
    start = window.view.text.index(quote)
    window.view.focus()
    window.view.reader.set_selection(start, start + len(quote))


# ---- commands


def test_every_command_does_something_and_no_two_share_a_key() -> None:
    keys = [each.shortcut for each in COMMANDS if each.shortcut]
    assert len(keys) == len(set(keys))
    assert all(not QKeySequence.fromString(key).isEmpty() for key in keys)
    assert {each.menu for each in COMMANDS} == set(MENUS)
    forbidden = {"Ctrl+Space", "Shift+Space", "Ctrl+.", "Ctrl+Shift+F"}
    assert not forbidden & set(keys)


def test_every_command_is_connected(opened: MainWindow) -> None:
    assert opened.command.idle == frozenset()


def test_what_is_not_possible_says_why(window: MainWindow) -> None:
    window.watching.look()
    assert window.command["tag"].isEnabled() is False
    assert window.command["tag"].toolTip() == "Open a project first."
    assert window.command["new_project"].isEnabled()


def test_a_key_without_an_annotation_says_what_is_missing(opened: MainWindow) -> None:
    opened.view.focus()
    opened.view.stand_on(None)
    press(opened, Key.Key_Delete)
    assert opened.status.message == "Go to an annotation first (J and K)."


def test_a_project_that_can_only_be_read_offers_no_change(
    window: MainWindow, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.connection.can_write", lambda _path: False)
    window.projects.open_path(study)
    window.watching.look()
    assert window.view.article is not None
    assert not window.command["import_files"].isEnabled()
    assert "only be read" in window.command["import_files"].toolTip()
    assert "read only" in window.bar._name.text()


# ---- passages


def test_a_passage_is_tagged_by_keys_and_undone(opened: MainWindow) -> None:
    project = opened.session.project
    select(opened, "可解释性")
    before = len(project.annotations.find())
    press(opened, Key.Key_T)
    QTest.keyClicks(opened.picker.entry, "pjqs")
    QTest.keyClick(opened.picker.entry, Key.Key_Return)
    settle(opened)
    assert opened.status.message == "Tagged 1 code"
    assert opened.view.current is not None
    tagged = project.annotations.several([opened.view.current])[0]  # type: ignore[list-item]
    assert [tagging.key for tagging in tagged.taggings] == ["asgf1.3.1.1.b"]
    opened.view.focus()
    press(opened, Key.Key_Z, CONTROL)
    assert len(project.annotations.find()) == before
    assert opened.status.message.startswith("Undone")


def test_the_selection_of_an_own_annotation_tags_that_annotation(opened: MainWindow) -> None:
    project = opened.session.project
    before = project.annotations.find()
    first = project.annotations.several(before[:1])[0]
    select(opened, first.exact)
    press(opened, Key.Key_T)
    QTest.keyClicks(opened.picker.entry, "5.2")
    QTest.keyClick(opened.picker.entry, Key.Key_Return)
    settle(opened)
    assert project.annotations.find() == before


def test_highlight_go_through_and_remove(opened: MainWindow) -> None:
    project = opened.session.project
    select(opened, "风险分级")
    press(opened, Key.Key_H)
    made = opened.view.current
    assert made is not None
    press(opened, Key.Key_K)
    assert opened.view.current not in (None, made)
    press(opened, Key.Key_J)
    assert opened.view.current == made
    press(opened, Key.Key_Delete)
    assert made not in project.annotations.find()


def test_a_change_never_lays_the_text_out_again(opened: MainWindow) -> None:
    document = opened.view.reader.page.document()
    select(opened, "风险分级")
    press(opened, Key.Key_H)
    press(opened, Key.Key_Z, CONTROL)
    assert opened.view.reader.page.document() is document


def test_a_text_field_keeps_its_own_undo(opened: MainWindow) -> None:
    select(opened, "风险分级")
    press(opened, Key.Key_H)
    count = len(opened.session.project.annotations.find())
    field = opened.sidebar.library.filter
    field.setFocus()
    QTest.keyClicks(field, "abc")
    press(opened, Key.Key_Z, CONTROL)
    assert field.text() != "abc"
    assert len(opened.session.project.annotations.find()) == count


# ---- articles in


def test_dropped_files_become_articles_in_one_change(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.md").write_text("# 题目\n\n第一段文字。\n\n第二段文字。\n", "utf-8")
    (folder / "b.txt").write_text("甲文第一行。\n甲文第二行。", "utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(opened, QDragEnterEvent(QPoint(500, 300), *how))
    drop = QDropEvent(QPointF(500, 300), *how)
    with qtbot.waitSignal(opened.worker.ended):
        QApplication.sendEvent(opened, drop)
        assert opened.session.busy
    settle(opened)
    assert len(opened.session.project.articles.all()) == 4
    assert opened.notice.words == "2 imported, 1 not imported"
    opened.offers.choose("import_details", None)
    assert opened.pages.name == "import_report"
    opened.annotations.undo()
    assert len(opened.session.project.articles.all()) == 2


def test_the_same_file_twice_leads_to_the_article(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "a.txt"
    file.write_text("甲文第一行。\n甲文第二行。", "utf-8")
    for _ in range(2):
        with qtbot.waitSignal(opened.worker.ended):
            opened.imports.take([file])
    assert opened.notice.words == "a.txt is already in the project."
    assert len(opened.session.project.articles.all()) == 3


def test_the_clipboard_becomes_an_article(opened: MainWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("粘贴的文章。\n它有两行。")
    with qtbot.waitSignal(opened.worker.ended):
        opened.imports.paste()
    settle(opened)
    assert opened.view.text == "粘贴的文章。\n它有两行。"


def test_excluding_an_article_asks_for_a_reason(opened: MainWindow) -> None:
    opened.command["status_excluded"].trigger()
    entry = opened.notice.findChild(QLineEdit)
    assert entry is not None
    QTest.keyClicks(entry, "off topic")
    QTest.keyClick(entry, Key.Key_Return)
    settle(opened)
    article = opened.session.project.articles.get(opened.view.article)  # type: ignore[arg-type]
    assert (article.status, article.reason) == ("excluded", "off topic")


# ---- codes and instruments


def test_an_own_code_is_added_renamed_and_removed_in_the_sidebar(opened: MainWindow) -> None:
    opened.coding.begin_code()
    panel: CodesPanel = opened.sidebar.codes
    panel.form.en.setText("Liability")
    QTest.keyClick(panel.form.en, Key.Key_Return)
    settle(opened)
    assert panel.form.isHidden()
    project = opened.session.project
    code = project.codes.by_ref("Liability")
    panel.edit_requested.emit(code, None, {"name_en": "Who is liable"})
    assert project.codes.get(code).name_en == "Who is liable"
    panel.remove_requested.emit(code)
    assert code not in [each.id for each in project.codes.all()]


def test_a_form_that_is_refused_stays_open(opened: MainWindow) -> None:
    opened.coding.begin_code()
    form = opened.sidebar.codes.form
    QTest.keyClick(form.en, Key.Key_Return)
    assert not form.isHidden()
    assert opened.status.message == "A code needs a name. Give one in Chinese or English."


def test_an_own_instrument_is_added_with_other_names_and_date(opened: MainWindow) -> None:
    opened.coding.begin_instrument()
    form = opened.sidebar.instruments.form
    form.zh.setText("《试行办法》")
    form.aliases.setText("办法；试行规定")
    form.date.setText("2025-03-01")
    QTest.keyClick(form.date, Key.Key_Return)
    project = opened.session.project
    made = project.instruments.get(project.instruments.by_ref("《试行办法》"))
    assert {alias.text for alias in made.aliases} == {"办法", "试行规定"}
    assert made.date == "2025-03-01"


# ---- going places


def test_the_command_field_leads_to_articles_codes_and_commands(opened: MainWindow) -> None:
    settle(opened)
    kinds = {entry.kind for entry in opened.bar.field.entries("pjqs")}
    assert kinds >= {"code", "search"}
    assert next(entry.key for entry in opened.bar.field.entries("Keyboard")) == "shortcuts"
    press(opened, Key.Key_K, CONTROL)
    QTest.keyClicks(opened.bar.field, "Keyboard")
    press(opened, Key.Key_Return)
    assert opened.pages.name == "shortcuts"
    press(opened, Key.Key_Escape)
    assert opened.pages.name == "article"


def test_f6_goes_round_the_panes(opened: MainWindow) -> None:
    opened.view.focus()
    seen = []
    for _ in range(4):
        press(opened, Key.Key_F6)
        focused = QApplication.focusWidget()
        parts = {"field": opened.bar.field, "side": opened.sidebar, "pages": opened.pages, "inspector": opened.inspector}
        seen += [name for name, part in parts.items() if focused is part or (focused and part.isAncestorOf(focused))]
    assert seen == ["inspector", "field", "side", "pages"]


def test_every_page_opens_and_speaks_both_languages(opened: MainWindow) -> None:
    for name in ("search", "history", "journal", "conflicts", "shortcuts", "about", "outcomes", "text_choice", "start"):
        opened.pages.turn_to(name)
    for language in ("zh_CN", "en"):
        opened.viewing.choose_language(language)
        QTest.qWait(1)
        expected = "文库" if language == "zh_CN" else "Library"
        assert opened.sidebar._tabs.tabText(0) == expected
        assert opened.command["quit"].text() == ("退出" if language == "zh_CN" else "Quit")


def test_every_theme_can_be_put_on(opened: MainWindow) -> None:
    grounds = set()
    for name in ("light", "dark", "sepia"):
        opened.command[f"theme_{name}"].trigger()
        assert opened.command[f"theme_{name}"].isChecked()
        grounds.add(opened.grab().toImage().pixelColor(300, 790).name())
    assert len(grounds) == 3


def test_a_narrow_window_keeps_the_text_and_floats_the_inspector_when_asked(opened: MainWindow, qtbot: QtBot) -> None:
    assert opened.inspector.isVisible()
    opened.resize(900, 700)
    qtbot.waitUntil(lambda: opened.frame.floating)
    assert not opened.inspector.isVisible()
    opened.command["toggle_inspector"].trigger()
    assert opened.inspector.isVisible()
    assert opened.inspector.parent() is opened.frame
    opened.resize(1280, 800)
    qtbot.waitUntil(lambda: not opened.frame.floating)
    assert opened.frame.splitter.indexOf(opened.inspector) == 2


# ---- projects


def test_the_first_page_makes_a_project(window: MainWindow, tmp_path: Path) -> None:
    page = window.pages.page("start")
    assert isinstance(page, StartPage)
    page._folder = tmp_path
    page.name.setText("风险/研究")
    page.frameworks[1].setChecked(True)
    QTest.mouseClick(page.make, Qt.MouseButton.LeftButton)
    assert window.session.is_open
    assert window.session.project.path == tmp_path / "风险-研究.gloss"
    assert window.session.project.codes.working() == ("asgf2",)
    assert window.pages.name == "article"


def test_a_file_that_is_no_project_is_told_and_the_open_one_stays(opened: MainWindow, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.gloss"
    wrong.write_bytes(b"no project at all" * 100)
    opened.projects.open_path(wrong)
    assert "is not a Glossator project" in opened.notice.words
    assert opened.session.project.path.name == "study.gloss"


def test_a_bundle_goes_out_is_previewed_and_becomes_a_project(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, made = tmp_path / "out.glossbundle", tmp_path / "made.gloss"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(bundle), ""))
    opened.command["export"].trigger()
    with qtbot.waitSignal(opened.worker.ended):
        press(opened, Key.Key_Return)
    assert bundle.is_file()
    assert opened.notice.words == "Exported to out.glossbundle"
    with qtbot.waitSignal(opened.worker.ended):
        opened.projects.open_path(bundle)
    sheet = opened.pages.page("merge")
    assert isinstance(sheet, MergeSheet)
    merge = next(button for button in sheet.findChildren(QPushButton) if button.text() == "Take in")
    assert not merge.isEnabled(), "the project holds all of it already"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(made), ""))
    with qtbot.waitSignal(opened.worker.ended):
        sheet.new_project_requested.emit(bundle)
    assert opened.session.project.path == made
    assert len(opened.session.project.annotations.find()) == 2


def test_a_copy_for_sharing_opens(opened: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "copy.gloss"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    with qtbot.waitSignal(opened.worker.ended):
        opened.command["save_copy"].trigger()
    with Project.open(copy) as project:
        assert len(project.articles.all()) == 2


def test_the_check_lists_what_was_looked_at(opened: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(opened.worker.ended):
        opened.command["check_project"].trigger()
    page = opened.pages.page("outcomes")
    assert isinstance(page, Sheet)
    assert opened.pages.name == "outcomes"


def test_tabs_and_reading_places_come_back(opened: MainWindow, study: Path) -> None:
    articles = [article.id for article in opened.session.project.articles.all()]
    for article in articles:
        opened.going.article(article)
    shown = opened.view.article
    opened.projects.close()
    assert opened.pages.name == "start"
    assert opened.view.tabs.count() == 0
    opened.projects.open_path(study)
    assert opened.view.tabs.count() == 2
    assert opened.view.article == shown


def test_another_project_is_shown_whole(opened: MainWindow, tmp_path: Path, study: Path) -> None:
    width = opened.sidebar.width()
    opened.projects.close()
    assert not opened.sidebar.isVisible()
    opened.projects.open_path(study)
    QTest.qWait(5)
    assert opened.sidebar.width() == width
    assert opened.inspector.target == (opened.view.article, ())


def test_text_only_leaves_the_text_and_comes_back(opened: MainWindow) -> None:
    parts = (opened.menuBar(), opened.bar, opened.status, opened.sidebar, opened.inspector)
    opened.command["full_screen"].trigger()
    assert [part.isVisible() for part in parts] == [False] * 5
    assert opened.view.reader.isVisible()
    opened.command["full_screen"].trigger()
    assert [part.isVisible() for part in parts] == [True] * 5


def test_a_large_change_is_undone_beside_the_window(opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.actions.annotation_actions._LARGE", 0)
    select(opened, "风险分级")
    press(opened, Key.Key_H)
    count = len(opened.session.project.annotations.find())
    with qtbot.waitSignal(opened.worker.ended):
        opened.annotations.undo()
        assert opened.session.busy
    assert len(opened.session.project.annotations.find()) == count - 1
    with qtbot.waitSignal(opened.worker.ended):
        opened.annotations.redo()
    assert len(opened.session.project.annotations.find()) == count
