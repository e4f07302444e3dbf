"""What stays true when texts, articles and jobs change around a person: selection, caret, dates, notices, what may be edited."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from db.exchange import bundle
from db.person import Person
from db.project import Project
from db.records import ArticleId, Author, Draft, Layout
from db.sharing import merging
from desktop import dates
from desktop.main_window import MainWindow
from desktop.panels.carried_places import carried
from desktop.panels.import_report import ImportReport
from desktop.theme import Theme
from desktop.words import use_language
from tests.desktop.conftest import TEXT

_WAIT = 20_000  # milliseconds
_LINE = "第{n}段说明评估、备案与公众申诉之间的关系，并举出第{m}个例子，强调责任应当落到具体的人。"
_LONG = "\n".join(_LINE.format(n=number, m=number * 7) for number in range(1, 41))


def held(key: Qt.Key, window: MainWindow, modifiers: Qt.KeyboardModifier) -> None:
    """Press a key in the text with modifiers that stay held while its command is done."""
    QTest.keyClick(window.view.reader.page, key, modifiers)


def draft(title: str, text: str, **facts: str) -> Draft:
    return Draft(title, text, Layout.of_lines(text), original=text.encode(), **facts)  # type: ignore[arg-type]


# What is selected in the library


def test_another_article_leaves_no_second_row_selected_while_ctrl_is_held(opened: MainWindow) -> None:
    window, view = opened, opened.sidebar.library.view
    first, second = (each.id for each in window.session.project.articles.all())
    window.going.article(first)
    window.going.article(second)
    window.watching.look()
    for expected in (first, second):
        held(Qt.Key.Key_Tab, window, Qt.KeyboardModifier.ControlModifier)
        assert window.view.article == expected
        assert view.chosen_articles() == [expected]
    assert view.currentIndex() == view.selectionModel().selectedIndexes()[0]


def test_the_open_article_is_marked_again_when_the_filter_is_cleared(opened: MainWindow) -> None:
    library = opened.sidebar.library
    first, second = opened.session.project.articles.all()
    opened.going.article(first.id)
    library.filter.setText(second.title)
    assert library.view.chosen_articles() == []
    library.filter.clear()
    assert library.view.chosen_articles() == [first.id]


def test_a_row_chosen_by_hand_stays_when_the_open_article_is_listed_again(opened: MainWindow) -> None:
    library = opened.sidebar.library
    first, second = opened.session.project.articles.all()
    opened.going.article(first.id)
    library.view.setCurrentIndex(opened.lists.articles.index_of(second.id))
    opened.session.project.articles.set_status(first.id, "coded")
    assert library.view.chosen_articles() == [second.id]


# What is painted


@pytest.fixture
def grouped(opened: MainWindow) -> MainWindow:
    """A window on eighty articles more, grouped by author."""
    project = opened.session.project
    with project.change("Test"):
        for number in range(80):
            text = f"第{number}篇说的是第{number * 7919 % 1000}件事。"
            made = Draft(f"题目 {number}", text, Layout.of_lines(text), authors=(Author(f"作者 {number % 20:02}"),))
            project.articles.add(made)
    opened.sidebar.library.arrange("title,up,author")
    return opened


def screen_of(window: MainWindow) -> QImage:
    """What is on the screen where the library's list is."""
    viewport = window.sidebar.library.view.viewport()
    shown = window.screen().grabWindow(window.winId()).toImage()
    return shown.copy(QRect(viewport.mapTo(window, QPoint(0, 0)), viewport.size()))


def test_rows_of_a_grouped_list_are_painted_where_they_are(grouped: MainWindow, qtbot: QtBot) -> None:
    articles = [each.id for each in grouped.session.project.articles.all()]
    bar = grouped.sidebar.library.view.verticalScrollBar()
    places = set()
    for number in (3, 70, 41, 80, 8, 3):
        grouped.going.article(articles[number])
        QTest.qWait(30)
        there = screen_of(grouped)
        fresh = grouped.sidebar.library.view.viewport().grab().toImage().convertToFormat(there.format())
        assert there == fresh, f"after going to {number}"
        places.add(bar.value())
    assert len(places) > 2, "the list was scrolled"


def test_a_disabled_primary_button_does_not_look_enabled() -> None:
    for name in ("light", "dark", "sepia"):
        sheet = Theme.load(name).stylesheet()
        assert 'QPushButton[role="primary"]:disabled { background:' in sheet


# Dates


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone of a process cannot be set here")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_published_date_is_said_as_its_source_wrote_it(in_new_york: None, qapp: QApplication) -> None:
    stored = "2024-05-09T08:00:00+08:00"
    use_language(qapp, "en")
    assert dates.written(stored) == "9 May 2024, 08:00 +08:00"
    assert dates.written("2024-05-09T08:00:00") == "9 May 2024, 08:00"
    assert [dates.written(each) for each in ("2024-05-09", "2024-05", "2024")] == ["9 May 2024", "May 2024", "2024"]
    assert dates.when(stored) == "8 May 2024, 20:00", "times of the machine are those of the person"
    use_language(qapp, "zh_CN")
    assert dates.written("2024-05-09T00:30:00Z") == "2024年5月9日 00:30 +00:00"
    assert dates.read(dates.written(stored)) == "2024-05-09T08:00+08:00"
    use_language(qapp, "en")


def test_what_says_the_same_date_leaves_it_as_it_was_stored(in_new_york: None, qapp: QApplication) -> None:
    use_language(qapp, "en")
    stored = "2024-05-09T08:00:21+08:00"
    assert dates.read_over("9 May 2024,  08:00 +08:00", stored, dates.written) == stored
    assert dates.read_over("2024年5月9日 08:00 +08:00", stored, dates.written) == stored
    assert dates.read_over("10 May 2024, 08:00 +08:00", stored, dates.written) == "2024-05-10T08:00+08:00"
    assert dates.read_over("", stored, dates.written) == ""


def test_the_inspector_shows_and_keeps_the_date_of_the_source(in_new_york: None, opened: MainWindow) -> None:
    stored = "2024-05-09T08:00:00+08:00"
    article = opened.session.project.articles.add(draft("第三篇", "第三篇文章，说评估。", published=stored))
    opened.going.article(article)
    opened.watching.look()
    opened.inspector.show_article(article)
    entry = opened.inspector.article.lines["published"].entry
    assert entry.text() == "9 May 2024, 08:00 +08:00"
    entry.edited.emit("9 May 2024, 08:00  +08:00")
    assert opened.session.project.articles.get(article).published == stored


# Caret and view


def test_places_are_carried_over_a_change_in_the_middle() -> None:
    old, new = "开头一段。错字在此。结尾一段。", "开头一段。这里的字改对了。结尾一段。"
    points = [0, 3, old.index("结尾"), len(old)]
    assert carried(old, new, *points) == [0, 3, new.index("结尾"), len(new)]
    assert carried("abc", "abc", 0, 1, 3) == [0, 1, 3]
    assert carried("aaaa", "aa", 0, 4) == [0, 2], "stretches that begin and end alike do not lie on each other"
    assert carried("", "neu", 0) == [0]
    assert carried("weg", "", 0, 2, 3) == [0, 0, 0]
    before, after = "x" * 10 + "abcdefghij" + "y" * 10, "x" * 10 + "klmno" + "y" * 10
    assert carried(before, after, 14, 24) == [12, 19]


def test_undoing_a_correction_leaves_caret_and_view_together(opened: MainWindow) -> None:
    project = opened.session.project
    with project.change("Test"):
        article = project.articles.add(draft("长文", _LONG))
    opened.going.article(article)
    reader = opened.view.reader
    project.versions.with_text(article, _LONG.replace("第3段说明", "第3段详细说明"))
    at = opened.view.pane.text.index("第20段")
    opened.view.show_span(at, at + 4)
    place = opened.view.pane.text[reader.place() :][:12]
    assert reader.caret() == at
    project.undo()
    assert opened.view.pane.text == _LONG
    assert reader.caret() == _LONG.index("第20段")
    assert _LONG[reader.place() :][:12] == place
    assert reader.paragraph()[0] == 20


# Notices


def test_what_waits_for_review_is_told_only_while_it_waits(opened: MainWindow, qtbot: QtBot) -> None:
    project = opened.session.project
    first = next(each for each in project.articles.all() if project.annotations.of(each.id))
    text = "第一段讲另一件毫不相干的事情，与此前的内容全无关系。\n" + TEXT.partition("\n")[2]
    opened.versioning.offer(first.id, draft("first", text))
    opened.versioning.look((first.id, draft("first", text)))
    qtbot.waitUntil(lambda: opened.pages.name == "version_preview", timeout=_WAIT)
    qtbot.waitUntil(lambda: not opened.worker.running, timeout=_WAIT)
    page = opened.pages.page("version_preview")
    opened.versioning.take(page._proposal)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not opened.worker.running and "review" in opened.notice.words, timeout=_WAIT)
    assert sum(project.review.count(first.id).values()) > 0
    project.undo()
    assert sum(project.review.count(first.id).values()) == 0
    assert opened.notice.words == ""


def test_an_import_is_told_only_while_it_is_not_undone(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.md").write_text(f"# 题目{number}\n\n第{number}篇文章说的是另一件事情。\n", "utf-8")
    (folder / "empty.md").write_bytes(b"")
    opened.imports.take([folder])
    qtbot.waitUntil(lambda: opened.notice.words == "2 imported, 1 not imported", timeout=_WAIT)
    opened.session.project.articles.set_status(opened.session.project.articles.all()[0].id, "coded")
    assert opened.notice.words == "2 imported, 1 not imported", "what was done since leaves it true"
    opened.session.project.undo()
    assert opened.notice.words != ""
    opened.session.project.undo()
    assert opened.notice.words == ""


def test_articles_like_others_are_counted_among_the_imported(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    with opened.session.project.change("Test"):
        old = opened.session.project.articles.add(draft("原文", _LONG))
    copy, other = tmp_path / "copy.md", tmp_path / "other.md"
    copy.write_text("# 转载\n\n" + _LONG.replace("第5段", "第五段").replace("\n", "\n\n"), "utf-8")
    other.write_text("# 其他\n\n这一篇文章说的是另一件毫不相干的事情。\n", "utf-8")
    opened.imports.take([copy, other])
    told = "2 imported, 1 of them nearly the same as another"
    qtbot.waitUntil(lambda: opened.notice.words == told, timeout=_WAIT)
    new = next(each.id for each in opened.session.project.articles.all() if each.title == "转载")
    assert opened.session.alike.of(new) == (old,)
    assert opened.session.alike.of(old) == (new,)
    opened.inspector.show_article(new)
    alike = opened.inspector.article.shelves.alike
    assert not alike.isHidden()
    assert alike.heading.text() == "Nearly the same as"
    line = alike.body.itemAt(0).widget()
    with qtbot.waitSignal(opened.inspector.article_requested) as asked:
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    assert asked.args == [old]
    opened.session.project.relations.call_different(new, old)
    assert alike.isHidden()


# Jobs


def test_a_cancelled_job_gives_the_inspector_back(opened: MainWindow, qtbot: QtBot) -> None:
    session = opened.session
    first, second = session.project.articles.all()
    opened.inspector.show_article(first.id)
    session.begin_job("Importing")
    opened.inspector.show_article(second.id)
    sheet = opened.inspector.article
    assert sheet.shelves.tags.add.isHidden()
    assert sheet.title.isReadOnly()
    session.end_job(None)
    assert not sheet.shelves.tags.add.isHidden()
    assert not sheet.title.isReadOnly()
    assert not sheet.shelves.collections.add.isHidden()
    assert not sheet.codes.add.isHidden()
    assert not sheet.new_field.isHidden()


# The report of an import


def test_the_last_file_of_the_report_is_seen_whole(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.md").write_text(f"# 题目{number}\n\n第{number}篇文章说的是另一件事情。\n", "utf-8")
    (folder / ("z" * 220 + ".md")).write_bytes(b"")  # which takes two lines below the list
    opened.imports.take([folder])
    qtbot.waitUntil(lambda: "imported" in opened.notice.words, timeout=_WAIT)
    opened.imports.show_details()
    report = opened.pages.page("import_report")
    assert isinstance(report, ImportReport)
    report.list.setFocus()
    QTest.keyClick(report.list, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: not report._words.size().isEmpty(), timeout=_WAIT)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    last = report.list.visualRect(report.list.model().index(30, 0))
    assert report.list.currentIndex().row() == 30
    assert report.list.viewport().rect().contains(last)


def test_a_project_keeps_no_likeness_of_texts_that_changed(opened: MainWindow) -> None:
    project: Project = opened.session.project
    first, second = (each.id for each in project.articles.all())
    opened.session.alike.take([[first, second]])
    project.articles.set_status(first, "coded")
    assert opened.session.alike.of(first) == (second,)
    project.articles.remove([second])
    assert opened.session.alike.of(first) == ()


# What waits for a decision


def test_open_conflicts_are_counted_at_the_foot_until_decided_and_lead_to_their_page(opened: MainWindow, tmp_path: Path) -> None:
    window, project = opened, opened.session.project
    button = window.status.findChild(QToolButton, "statusConflicts")
    assert button is not None
    assert button.isHidden()
    article = project.articles.all()[0].id
    merging.merge(project, _changed_elsewhere(project, article, tmp_path))
    QApplication.processEvents()
    assert (button.isHidden(), button.text()) == (False, "1 conflict")
    button.click()
    assert window.pages.name == "conflicts"
    QTest.keyClick(window.pages.page("conflicts").focusProxy(), Qt.Key.Key_1)
    assert button.isHidden()
    project.undo()
    assert not button.isHidden()


def _changed_elsewhere(project: Project, article: ArticleId, folder: Path) -> Path:
    """Give the bundle of somebody who changed a title that is changed here too."""
    kit, sent = folder / "kit.glossbundle", folder / "ada.glossbundle"
    bundle.write(project.contents(), kit)
    ada = Person("01900000-0000-7000-8000-000000000002", "Ada", "A", installation="there")
    with Project.create(folder / "ada.gloss", person=ada) as hers:
        merging.merge(hers, kit)
        same = next(each.id for each in hers.articles.all() if each.title == project.articles.get(article).title)
        hers.articles.edit(same, title="她的题目")
        bundle.write(hers.contents(), sent)
    project.articles.edit(article, title="我的题目")
    return sent
