"""Words that follow the language, dates as people read them, folders remembered, and what a picker does in one step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from db.changes import Change
from db.errors import NotFound
from db.importers import read_text
from db.records import ArticleId, Remark
from desktop import dates
from desktop.actions.choosing import choose_file, choose_files, choose_folder, choose_target
from desktop.main_window import MainWindow
from desktop.models.deeds import deed_words, done_words
from desktop.models.outcomes import Imported, OutcomesModel, remark_said, said
from desktop.panels.metadata import MetadataLine
from desktop.settings import Settings
from desktop.words import again, listed, tr
from tests.desktop.test_leaving_pages import speak
from tests.desktop.test_window import press, settle

Key = Qt.Key


@pytest.fixture
def chinese(settings: Settings, qapp: QApplication) -> Iterator[None]:
    speak(qapp, "zh_CN")
    yield
    speak(qapp, "en")


# ---- words


def test_a_notice_is_said_again_in_another_language(opened: MainWindow, qapp: QApplication) -> None:
    opened.notice.tell(tr("{name} is already in the project.", name="a.html"))
    speak(qapp, "zh_CN")
    assert "a.html" in opened.notice.words
    assert "is already" not in opened.notice.words
    opened.session.tell(NotFound("code", "x"))
    chinese = opened.notice.words
    speak(qapp, "en")
    assert opened.notice.words != chinese
    assert opened.notice.accessibleName() == opened.notice.words
    opened.notice.tell("plain words stay")
    speak(qapp, "zh_CN")
    assert opened.notice.words == "plain words stay"
    speak(qapp, "en")


@pytest.mark.usefixtures("chinese")
def test_words_among_words_are_said_again_too(qapp: QApplication) -> None:
    merged = tr("Taken in: {added} new, {updated} changed, {deleted} removed", added=1, updated=2, deleted=3)
    whole = tr("{merged}; {count} conflicts to decide", merged=merged, count=4)
    several = listed([tr("Close"), "b", tr("Open")])
    assert several == "关闭、b、打开"
    speak(qapp, "en")
    assert again(whole) == "Taken in: 1 new, 2 changed, 3 removed; 4 conflicts to decide"
    assert again(several) == "Close, b, Open"
    assert listed([]) == ""


def change(label: str, **counts: int) -> Change:
    return Change(1, "do", label, "李雷", "2026-10-08T09:30:00Z", counts, "done")


def test_changes_are_said_as_done_and_as_taken_back() -> None:
    assert done_words(change("Import article", article=1)) == "Imported 1 article"
    assert done_words(change("Import articles", article=1200)) == "Imported 1,200 articles"
    assert done_words(change("Tag articles", article_tag=3)) == "Tags given"
    assert done_words(change("Add collection")) == "Collection made"
    assert done_words(change("Edit text")) == "Text corrected"
    assert done_words(change("New version")) == "New version taken"
    assert deed_words(change("Related: repeats")) == "adding a relation"
    assert deed_words(change("A label of tomorrow")) == done_words(change("A label of tomorrow")) == "A label of tomorrow"


def test_undo_says_what_it_took_back(opened: MainWindow, qapp: QApplication) -> None:
    project = opened.session.project
    project.articles.add(read_text("又一篇。", "third"))
    project.undo()
    settle(opened)
    assert opened.status.message == "Undone: importing articles"
    speak(qapp, "zh_CN")
    project.redo()
    settle(opened)
    assert opened.status.message == "已重做：导入文章"
    speak(qapp, "en")


# ---- dates

ISO = ["2024", "2024-05", "2024-05-06", "2026-10-08T09:30"]


def test_dates_are_said_and_read_in_english() -> None:
    assert [dates.when(each) for each in ISO] == ["2024", "May 2024", "6 May 2024", "8 Oct 2026, 09:30"]
    assert [dates.read(dates.when(each)) for each in ISO] == ISO
    assert [dates.read(each) for each in ("6 October 2024", "soon", "2024-05-06", "12 Foo 2020", "")] == [
        "2024-10-06", "soon", "2024-05-06", "12 Foo 2020", "",
    ]  # fmt: skip


@pytest.mark.usefixtures("chinese")
def test_dates_are_said_and_read_in_chinese() -> None:
    assert [dates.when(each) for each in ISO] == ["2024", "2024年5月", "2024年5月6日", "2026年10月8日 09:30"]
    assert [dates.read(dates.when(each)) for each in ISO] == ISO
    assert dates.read("2024 年 5 月") == "2024-05"
    assert dates.read("6 May 2024") == "2024-05-06"  # as it was said before the language was switched


def test_what_is_no_date_stays_as_it_is() -> None:
    assert [dates.when(each) for each in ("", "last week", "2024-13-40", "12345")] == ["", "last week", "2024-13-40", "12345"]


def test_a_report_says_times_as_people_read_them_and_all_of_a_long_remark() -> None:
    remark = Remark("{count} pictures were left out; none was fetched.", {"count": "2024"})
    assert remark_said(remark) == "2024 pictures were left out; none was fetched."
    two = Remark("The page says {page}, its data {other}.", {"page": "2026-10-08T09:30:00", "other": "2026-10-07"})
    outcome = Imported("a<b>.html", ArticleId(1), "题", remarks=(two, *[remark] * 9))
    assert "8 Oct 2026, 09:30, its data 7 Oct 2026" in said(outcome)
    model = OutcomesModel()
    model.show_outcomes([outcome])
    tip = str(model.index(0).data(Qt.ItemDataRole.ToolTipRole))
    assert tip.count("pictures") == 9
    assert "<p>a&lt;b&gt;.html</p>" in tip


def test_a_date_is_edited_as_it_is_said(opened: MainWindow) -> None:
    project = opened.session.project
    article = project.articles.by_ref("first")
    project.articles.edit(article, published="2024-05-06", fetched="2026-10-08T09:30:00")
    sheet = opened.inspector.article
    sheet.show_article(project.articles.get(article))
    assert sheet.lines["fetched"].entry.text() == "8 Oct 2026, 09:30"
    entry = sheet.lines["published"].entry
    assert entry.text() == "6 May 2024"
    entry.setText("7 May 2024")
    entry.keep()
    assert project.articles.get(article).published == "2024-05-07"
    assert project.articles.get(article).fetched == "2026-10-08T09:30:00"


def test_where_a_date_came_from_goes_below_rather_than_cut_it(qtbot: QtBot) -> None:
    line = MetadataLine("fetched")
    qtbot.addWidget(line)
    line.show_line("Fetched", "8 Oct 2026, 09:30", "saved page", editable=True)
    line.show()
    for width, below in ((400, False), (240, True), (400, False)):
        line.resize(width, 60)
        QTest.qWait(0)
        assert (line._from.y() > line.entry.y()) is below
        assert line.entry.width() > line.entry.fontMetrics().horizontalAdvance(line.entry.text())


# ---- folders


def test_a_chooser_starts_where_the_same_kind_was_chosen_last(
    opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()

    def file(_window: object, _title: str, start: str, _filters: str) -> tuple[str, str]:
        asked.append(start)
        return str(one / "a.txt"), ""

    def files(_window: object, _title: str, start: str, _filters: str) -> tuple[list[str], str]:
        asked.append(start)
        return [str(two / "a.txt"), str(two / "b.txt")], ""

    def folder_of(_window: object, _title: str, start: str) -> str:
        asked.append(start)
        return ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", file)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", file)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", files)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", folder_of)
    assert choose_file(opened, "open", "t", "", tmp_path) == one / "a.txt"
    assert choose_target(opened, "open", "t", "", tmp_path / "new.gloss") == one / "a.txt"
    assert choose_files(opened, "import", "t", "") == [two / "a.txt", two / "b.txt"]
    assert choose_folder(opened, "import", "t") is None
    assert choose_folder(opened, "export", "t", tmp_path) is None
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    started = str(documents if documents.is_dir() else Path.home())
    assert asked == [str(tmp_path), str(one / "new.gloss"), started, str(two), str(tmp_path)]
    assert Settings().text("folders/import") == str(two)
    two.rmdir()
    choose_folder(opened, "import", "t", tmp_path)
    assert asked[-1] == str(tmp_path)  # the folder is gone


# ---- the picker, and passages of an older text


def test_a_new_code_and_its_tag_are_one_step_back(opened: MainWindow) -> None:
    project = opened.session.project
    before = len(project.codes.all())
    opened.view.focus()
    opened.view.reader.set_selection(opened.view.text.index("备案"), opened.view.text.index("备案") + 2)
    press(opened, Key.Key_T)
    opened.picker.entry.setText("登记的意义")
    press(opened, Key.Key_Down)
    press(opened, Key.Key_Tab)
    assert len(project.codes.all()) == before  # noted, not made
    press(opened, Key.Key_Return)
    made = project.annotations.get(project.annotations.of(ArticleId(opened.view.article or 0))[-1].id)
    assert [project.codes.get(each.code).name_zh for each in made.taggings] == ["登记的意义"]
    assert opened.status.message == "New code “登记的意义” · tagged"
    project.undo()
    assert len(project.codes.all()) == before
    assert made.id not in [each.id for each in project.annotations.of(made.article)]


def test_t_brings_a_selection_that_was_scrolled_away_back(opened: MainWindow) -> None:
    text = "\n".join(f"第{number}段说明评估、备案与公众申诉之间的关系，并举出一个例子。" for number in range(1, 200))
    article = opened.session.project.articles.add(read_text(text, "long"))
    opened.going.article(article)
    settle(opened)
    reader, span = opened.view.reader, (40, 59)
    reader.set_selection(*span)
    for key in (Key.Key_T, Key.Key_C, Key.Key_L):
        reader.set_place(len(text) - 10)
        settle(opened)
        assert not reader.in_view(*span)
        press(opened, key)
        assert reader.in_view(*span)
        assert opened.view.selection == span
        press(opened, Key.Key_Escape)


def test_a_passage_says_that_its_words_were_others_when_it_was_made(opened: MainWindow) -> None:
    project = opened.session.project
    article = project.articles.by_ref("first")
    made = project.annotations.of(article)[0]
    sheet = opened.inspector.passage
    sheet.show_annotation(made)
    assert sheet.older.isHidden()
    project.versions.edit_text(article, 0, 0, "（更正）")
    sheet.forget_text()
    sheet.show_annotation(project.annotations.get(made.id))
    assert sheet.older.isHidden()  # another version, the same words
    start = project.annotations.get(made.id).start
    assert start is not None
    project.versions.edit_text(article, start + 1, start + 2, "律")
    if project.review.count(article)["gone"] + project.review.count(article)["review"]:
        project.review.decide(made.id, start, start + 4)
    sheet.forget_text()
    sheet.show_annotation(project.annotations.get(made.id))
    assert sheet._quote.text() == "算律偏见"
    assert not sheet.older.isHidden()
    assert "Made on version 1" in sheet.older.fold.text()
    assert sheet.older.words.isHidden()
    QTest.mouseClick(sheet.older.fold, Qt.MouseButton.LeftButton)
    assert not sheet.older.words.isHidden()
    assert sheet.older.words.text() == "算法偏见"
