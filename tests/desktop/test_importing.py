"""Importing beside the window: one change, a report of each file, cancelling, nearly the same texts, a watched folder."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from db.errors import Cancelled, ProjectError
from db.project import Project
from desktop.actions.dropping import address_in
from desktop.actions.import_actions import ImportActions
from desktop.actions.watch_actions import WatchActions
from desktop.main_window import MainWindow
from desktop.models.outcomes import Imported
from desktop.panels.import_report import ImportReport
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.session import Session
from desktop.worker import Worker

_WAIT = 20_000  # milliseconds
SENTENCE = "第{n}个办法要求平台在推荐内容时说明理由，并由第三方每年检查一次{n}。"


@dataclass
class Desk:
    """What importing needs of a window, on a project of two articles."""

    session: Session
    worker: Worker
    notice: NoticeBar
    pages: Pages
    imports: ImportActions
    window: QWidget
    told: list[ProjectError] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    dropped: list[Path] = field(default_factory=list)

    @property
    def project(self) -> Project:
        return self.session.project

    def titles(self) -> list[str]:
        return [article.title for article in self.project.articles.all()]

    def outcomes(self) -> list[Imported]:
        return list(self.imports._results)


@pytest.fixture
def desk(study: Path, qtbot: QtBot) -> Iterator[Desk]:
    window = QWidget()
    qtbot.addWidget(window)
    session = Session(window)
    worker, notice = Worker(session, window), NoticeBar(window)
    pages = Pages({"start": QWidget, "import_report": ImportReport}, window)
    made = Desk(session, worker, notice, pages, ImportActions(session, worker, notice, pages, window), window)
    session.tell = made.told.append
    made.imports.article_requested.connect(made.opened.append)
    made.imports.project_dropped.connect(made.dropped.append)
    assert session.open(study)
    window.show()
    yield made
    worker.stop()
    session.close()


def page(folder: Path, name: str, number: int) -> Path:
    """Save an article that is like no other."""
    file = folder / name
    lines = [SENTENCE.format(n=number * 100 + line) for line in range(6)]
    file.write_text("\n\n".join([f"# 题目{number}", *lines]), "utf-8")
    return file


def bring(desk: Desk, qtbot: QtBot, *paths: Path) -> list[Imported]:
    with qtbot.waitSignal(desk.imports.finished, timeout=_WAIT):
        desk.imports.take(list(paths))
    return desk.outcomes()


def test_files_folders_and_archives_are_one_change(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    page(folder / "deep", "a.md", 1)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(page(tmp_path, "b.md", 2), "inside/b.md")
    results = bring(desk, qtbot, folder, tmp_path / "b.zip", page(tmp_path, "c.md", 3))
    assert [each.fate for each in results] == ["imported"] * 3
    assert set(desk.titles()) >= {"题目1", "题目2", "题目3"}
    desk.project.undo()
    assert len(desk.titles()) == 2


def test_a_bad_file_never_stops_the_rest_and_says_what_is_wrong(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.4 and nothing more")
    results = bring(desk, qtbot, page(tmp_path, "a.md", 1), bad, page(tmp_path, "b.md", 2))
    assert [each.fate for each in results] == ["imported", "failed", "imported"]
    assert desk.notice.words == "2 imported, 1 not imported"
    assert results[1].error is not None
    assert results[1].error.__traceback__ is None, "nothing of the file is held"


def test_many_files_are_read_by_other_processes(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        page(folder, f"{number:02}.md", number)
    (folder / "30.md").write_bytes(b"")
    (folder / "31.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    said: list[str] = []
    desk.imports.progress_said.connect(said.append)
    results = bring(desk, qtbot, folder)
    assert [each.fate for each in results].count("imported") == 59
    assert [each.name for each in results] == sorted(each.name for each in results)
    assert said
    assert said[-1] == "Making 61 articles searchable"
    assert all(line.startswith("Importing ") and " of 61 · " in line for line in said[:-1])
    assert desk.notice.words == "59 imported, 2 not imported"
    assert desk.opened == [], "what was read meanwhile stays shown"


def test_a_cancelled_import_keeps_nothing_and_says_so(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        page(folder, f"{number}.md", number)
    desk.imports.progress_said.connect(desk.worker.cancel)
    with qtbot.waitSignal(desk.worker.ended, timeout=_WAIT):
        desk.imports.take([folder])
    assert [type(error) for error in desk.told] == [Cancelled]
    assert len(desk.titles()) == 2
    assert desk.session.editable


def test_an_import_is_cancelled_while_it_is_made_searchable_too(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        page(folder, f"{number}.md", number)

    def stop(_done: int, _total: int, name: str) -> None:
        if not name:  # all are read
            desk.worker.cancel()

    desk.imports._reached.connect(stop, Qt.ConnectionType.DirectConnection)
    with qtbot.waitSignal(desk.worker.ended, timeout=_WAIT):
        desk.imports.take([folder])
    assert [type(error) for error in desk.told] == [Cancelled]
    assert len(desk.titles()) == 2


def test_what_is_known_already_leads_to_its_article(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    file = page(tmp_path, "a.md", 1)
    (first,) = bring(desk, qtbot, file)
    (again,) = bring(desk, qtbot, file)
    assert (again.fate, again.article) == ("known", first.article)
    assert desk.notice.words == "a.md is already in the project."


def test_a_reprint_is_told_with_its_original(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    original = page(tmp_path, "a.md", 1)
    bring(desk, qtbot, original)
    reprint = tmp_path / "b.md"
    reprint.write_text(original.read_text("utf-8").replace("题目1", "转载") + "\n\n转自别处的一句话。", "utf-8")
    bring(desk, qtbot, reprint)
    qtbot.waitUntil(lambda: desk.outcomes()[0].like is not None, timeout=_WAIT)
    assert desk.outcomes()[0].fate == "similar"
    assert desk.notice.words == "“转载” is nearly the same as “题目1”."


def test_a_fault_is_dropped_in_the_comparison_only(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("desktop.actions.import_actions.compare", fail)
    (result,) = bring(desk, qtbot, page(tmp_path, "a.md", 1))
    qtbot.waitUntil(lambda: desk.imports._round == 1 and desk.imports._comparing is None, timeout=_WAIT)
    assert (desk.outcomes(), result.fate, desk.told, len(desk.titles())) == ([result], "imported", [], 3)
    monkeypatch.setattr("desktop.actions.import_work._stored", fail)
    with qtbot.captureExceptions() as faults:
        desk.imports.take([page(tmp_path, "b.md", 2)])
        qtbot.waitUntil(lambda: bool(faults), timeout=_WAIT)
    assert [str(error) for _kind, error, _trace in faults] == ["a fault"]


def test_the_notice_takes_back_that_import_and_nothing_else(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.imports.undo_requested.connect(desk.project.undo)
    with qtbot.waitSignal(desk.imports.finished, timeout=_WAIT):
        desk.imports.take_watched(tmp_path, {page(tmp_path, "a.md", 1)})
    desk.project.articles.edit(desk.project.articles.all()[0].id, publisher="别处")
    desk.imports.undo()
    assert desk.notice.words == "Something was done since. Take that back first (Ctrl+Z)."
    assert "题目1" in desk.titles()
    assert desk.project.articles.all()[0].publisher == "别处"
    desk.project.undo()
    desk.imports.undo()
    assert len(desk.titles()) == 2
    before = desk.project.next_undo()
    desk.imports.undo()
    assert desk.notice.words == "The import was taken back already."
    assert desk.project.next_undo() == before


def test_data_beside_a_file_and_its_key_are_taken(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    file = page(tmp_path, "a.md", 1)
    (tmp_path / "a.bib").write_text("@article{wang2024, title={题目1}, author={王岚}, year={2024}, file={a.md}}", "utf-8")
    (result,) = bring(desk, qtbot, file)
    assert result.article is not None
    article = desk.project.articles.get(result.article)
    assert article.key == "wang2024"
    assert [author.name for author in article.authors] == ["王岚"]


def test_a_bundle_dropped_along_is_looked_at_after_the_files(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    bundle = tmp_path / "theirs.glossbundle"
    bundle.write_bytes(b"")
    bring(desk, qtbot, page(tmp_path, "a.md", 1), bundle)
    assert desk.dropped == [bundle]
    assert "题目1" in desk.titles()


def test_several_files_open_the_first_of_them(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    results = bring(desk, qtbot, page(tmp_path, "a.md", 1), page(tmp_path, "b.md", 2))
    assert desk.opened == [results[0].article]


# ---- the report


def report(desk: Desk) -> ImportReport:
    desk.imports.show_details()
    shown = desk.pages.page("import_report")
    assert isinstance(shown, ImportReport)
    return shown


def test_the_report_counts_filters_opens_and_copies(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    first = page(tmp_path, "a.md", 1)
    bring(desk, qtbot, first)
    bring(desk, qtbot, first, tmp_path / "bad.pdf", page(tmp_path, "b.md", 2))
    shown = report(desk)
    assert desk.pages.name == "import_report"
    assert {fate: count for fate, count in shown.model.counts.items() if count} == {"failed": 1, "known": 1, "imported": 1}
    asked: list[int] = []
    shown.article_requested.connect(asked.append)
    QTest.keyClick(shown.list, Qt.Key.Key_Return)
    assert asked == [desk.outcomes()[0].article]
    failed = next(each for each in shown.filters.buttons() if each.text() == "Not imported 1")
    failed.click()
    assert shown.model.rowCount() == 1
    QTest.keyClick(shown.list, Qt.Key.Key_Return)
    assert len(asked) == 1, "what failed has no article"
    shown.copy.click()
    assert QGuiApplication.clipboard().text().startswith("bad.pdf\tNot imported\t\t")


def test_a_report_of_ten_thousand_files_has_no_widget_a_row(qtbot: QtBot) -> None:
    shown = ImportReport()
    qtbot.addWidget(shown)
    before = len(shown.findChildren(QWidget))
    shown.show_outcomes([Imported(f"{n}.md", title=f"题目{n}") for n in range(10_000)])
    shown.resize(800, 600)
    shown.show()
    shown.grab()
    assert shown.model.rowCount() == 10_000
    assert len(shown.findChildren(QWidget)) == before


def test_the_report_is_that_of_the_open_project(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    bring(desk, qtbot, page(tmp_path, "a.md", 1))
    shown = report(desk)
    desk.session.close()
    assert shown.model.rowCount() == 0


# ---- the clipboard


def test_the_page_a_passage_was_copied_from_is_its_address(desk: Desk, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setHtml("<h1>一个题目</h1><p>从网页上复制的一段话，说的是算法备案。</p>")
    mime.setData("text/x-moz-url-priv", "https://example.org/a?b=1".encode("utf-16-le"))
    QGuiApplication.clipboard().setMimeData(mime)
    with qtbot.waitSignal(desk.imports.finished, timeout=_WAIT):
        desk.imports.paste()
    (result,) = desk.outcomes()
    assert result.article is not None
    assert desk.project.articles.get(result.article).url == "https://example.org/a?b=1"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("chromium/x-source-url", b"https://example.org/x"),
        (
            'application/x-qt-windows-mime;value="HTML Format"',
            b"Version:0.9\r\nSourceURL:https://example.org/x\r\n<html></html>",
        ),
    ],
)
def test_other_browsers_say_the_address_their_way(kind: str, data: bytes) -> None:
    mime = QMimeData()
    mime.setData(kind, data)
    assert address_in(mime) == "https://example.org/x"


@pytest.mark.parametrize("data", [b"", b"about:blank", b"file:///home/a.html", b"javascript:alert(1)", b"https://a b"])
def test_what_is_no_address_of_the_web_is_none(data: bytes) -> None:
    mime = QMimeData()
    mime.setData("chromium/x-source-url", data)
    mime.setUrls([QUrl("https://example.org/")])
    assert address_in(mime) == ""


# ---- a watched folder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    made = tmp_path / "inbox"
    made.mkdir()
    return made


@pytest.fixture
def watching(desk: Desk) -> Iterator[WatchActions]:
    made = WatchActions(desk.session, desk.imports, desk.notice, desk.window, settle=60, poll=150)
    yield made
    made.restore({})


def until(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=_WAIT)


def test_a_file_saved_in_a_watched_folder_becomes_an_article(
    desk: Desk, watching: WatchActions, inbox: Path, qtbot: QtBot
) -> None:
    watching.watch(inbox)
    page(inbox, "a.md", 1)
    (inbox / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    until(qtbot, lambda: "题目1" in desk.titles())
    until(qtbot, lambda: desk.notice.words == "From the watched folder: 1 imported")
    assert desk.opened == [], "what is shown stays shown"
    page(inbox, "b.md", 2)
    until(qtbot, lambda: "题目2" in desk.titles())
    assert len(desk.titles()) == 4


def test_a_file_that_grows_is_left_alone(desk: Desk, watching: WatchActions, inbox: Path, qtbot: QtBot) -> None:
    watching._soon.setInterval(100_000)
    watching._poll.setInterval(100_000)
    file = page(inbox, "a.md", 1)
    for times in range(3):
        watching.watch(inbox) if not times else watching.look()
        until(qtbot, lambda: watching._job is None)
        assert not desk.session.busy
        with file.open("a", encoding="utf-8") as stream:
            stream.write("\n\n还在下载。")
    watching.look()
    until(qtbot, lambda: watching._job is None)
    watching.look()
    until(qtbot, lambda: "题目1" in desk.titles())


def test_what_was_seen_to_is_not_read_again_after_a_start(desk: Desk, watching: WatchActions, inbox: Path, qtbot: QtBot) -> None:
    page(inbox, "a.md", 1)
    watching.restore({"folder": str(inbox), "until": 2**63 - 1})
    assert watching.folder == inbox
    until(qtbot, lambda: watching._job is None)
    assert watching._growing == {}
    watching.restore({"folder": str(inbox), "until": 1})
    until(qtbot, lambda: "题目1" in desk.titles())
    until(qtbot, lambda: int(str(watching.state().get("until"))) > 1)


@pytest.mark.parametrize("state", [{}, {"folder": ""}, {"folder": 3, "until": 1}, {"until": "x"}])
def test_nonsense_watches_nothing(watching: WatchActions, state: dict[str, object]) -> None:
    watching.restore(state)
    assert watching.folder is None
    assert watching.state() == {}


def test_a_folder_that_is_gone_is_one_line_and_watched_again_when_back(
    desk: Desk, watching: WatchActions, inbox: Path, qtbot: QtBot
) -> None:
    inbox.rmdir()
    watching.restore({"folder": str(inbox), "until": 1})
    until(qtbot, lambda: "The watched folder inbox is not there." in desk.notice.words)
    desk.notice.hide()
    QTest.qWait(400)
    assert desk.notice.words == "", "said once"
    inbox.mkdir()
    page(inbox, "a.md", 1)
    until(qtbot, lambda: "题目1" in desk.titles())


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_in_a_circle_is_one_line_and_the_rest_is_watched(
    desk: Desk, watching: WatchActions, inbox: Path, qtbot: QtBot
) -> None:
    (inbox / "round").symlink_to(inbox, target_is_directory=True)
    (inbox / "self").symlink_to("self")
    watching.watch(inbox)
    until(qtbot, lambda: "In the watched folder, " in desk.notice.words)
    page(inbox, "a.md", 1)
    until(qtbot, lambda: "题目1" in desk.titles())
    assert len(desk.titles()) == 3


def test_the_command_asks_for_a_folder_and_ends_the_watch(
    desk: Desk, watching: WatchActions, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on: list[bool] = []
    watching.watching_changed.connect(on.append)
    answers = iter(["", str(inbox)])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(answers))
    watching.toggle()
    assert (watching.folder, on[-1]) == (None, False), "the chooser was left"
    watching.toggle()
    assert (watching.folder, on[-1]) == (inbox, True)
    assert watching.state()["folder"] == str(inbox)
    watching.toggle()
    assert (watching.folder, on[-1]) == (None, False)


def test_an_article_that_was_just_imported_is_marked_in_the_library(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    page = tmp_path / "new.md"
    page.write_text("# 新规解读\n\n第一段文字说算法。\n", "utf-8")
    with qtbot.waitSignal(opened.worker.ended):
        opened.imports.take([page])
    opened.lists.catch_up()
    library = opened.sidebar.library
    qtbot.waitUntil(lambda: opened.view.article in library.chosen(), timeout=5_000)
