"""Taking in what comes from others: every kind of file previewed, taken in as one change, told and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from db.errors import Cancelled, FileExists
from db.exchange import bundle
from db.exchange.presets import Selection
from db.person import Person
from db.project import Project
from db.records import Draft, Layout, no_progress
from db.sharing import refi, taking_in, web_files
from desktop.actions.merge_actions import MergeActions
from desktop.actions.merge_work import make_project, planned, take
from desktop.models.arriving import SUFFIXES, Arriving, Asked, is_from_others
from desktop.panels.counting_rows import CountingRows
from desktop.panels.fidelity import FidelityView
from desktop.panels.merge_sheet import MergeSheet
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.words import use_language
from desktop.worker import Worker
from tests.db.foreign_files import coding, document, highlight, insert, qualcoder, taguette
from tests.desktop_panels.test_inspector import words
from tests.desktop_panels.world import TEXT, World, template, world
from tests.exchange.refi_files import PASSAGES, PROGRAMS, written

__all__ = ["template", "world"]
ADA = Person("01900000-0000-7000-8000-000000000002", "Ada", "A", installation="there")
AT = "2026-02-04 09:00:00"


class Desk:
    """A window's parts that take a file in, wired as the window wires them."""

    def __init__(self, world: World, qtbot: QtBot) -> None:
        self.world, self.qtbot = world, qtbot
        self.window = QWidget()
        self.window.resize(900, 700)
        self.worker = Worker(world.session, self.window)
        self.notice = NoticeBar(self.window)
        self.pages = Pages({"article": QWidget, "merge": MergeSheet}, self.window)
        self.pages.resize(900, 640)
        self.merging = MergeActions(world.session, self.worker, self.notice, self.pages, self.window)
        self.conflicts: list[str] = []
        self.offers = {"undo_merge": self.merging.undo, "merge_details": self.merging.show_details}
        self.notice.chosen.connect(self._chosen)
        self.merging.undo_requested.connect(self._undo)
        self.pages.back_requested.connect(self._back)
        self.pages.turn_to("article")
        sheet = self.sheet
        sheet.merge_requested.connect(self.merging.take)
        sheet.reading_requested.connect(self.merging.preview)
        sheet.new_project_requested.connect(self.merging.new_project)
        sheet.undo_requested.connect(self.merging.undo)
        sheet.left.connect(self.merging.pass_over)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow, timeout=5_000)

    @property
    def sheet(self) -> MergeSheet:
        page = self.pages.page("merge")
        assert isinstance(page, MergeSheet)
        return page

    def _chosen(self, name: str, value: object) -> None:
        self.conflicts.append(name)
        if name in self.offers:
            self.offers[name](value)

    def _undo(self) -> None:
        self.world.session.act(self.world.project.undo)

    def _back(self) -> None:
        self.pages.turn_to("article")

    def read(self, path: Path) -> MergeSheet:
        with self.qtbot.waitSignal(self.worker.ended, timeout=20_000):
            self.merging.preview(path)
        assert self.pages.name == "merge", (self.world.told, self.notice.words)
        return self.sheet

    def looks_at(self, path: Path) -> bool:
        return self.pages.name == "merge" and self.sheet.arriving is not None and self.sheet.arriving.path == path

    def take_in(self) -> None:
        with self.qtbot.waitSignal(self.worker.ended, timeout=20_000):
            press(self.sheet, "Take in")
        assert not self.world.told

    def offer(self, text: str) -> None:
        press(self.notice, text)


@pytest.fixture
def desk(world: World, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(world, qtbot)
    yield made
    made.worker.stop()
    made.window.close()


def press(widget: QWidget, text: str) -> None:
    QTest.qWait(1)  # what a layout was given just now is shown with the next events
    (found,) = [each for each in widget.findChildren(QAbstractButton) if each.text() == text and each.isVisible()]
    assert found.isEnabled(), text
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def rows_shown(sheet: MergeSheet) -> list[CountingRows]:
    return [each for each in sheet.findChildren(CountingRows) if each.isVisible()]


def carried(world: World, tmp_path: Path, *, title: str = "", mark: bool = True) -> Path:
    """A colleague takes a copy of the project home, works on it and sends a bundle back."""
    home, sent = tmp_path / "home.gloss", tmp_path / "ada.glossbundle"
    kit = tmp_path / "kit.glossbundle"
    bundle.write(world.project.contents(), kit)
    with Project.create(home, person=ADA) as project:
        take(planned(project, kit, Asked(), "en", no_progress), project, no_progress)
        project.code_as(project.coders.ensure("Ada", uuid=ADA.uuid))
        article = project.articles.all()[0].id
        if mark:
            project.annotations.add(article, 0, 8, codes=[project.codes.by_ref("asgf1.1.1")], note="看这里")
        if title:
            project.articles.edit(article, title=title)
        bundle.write(project.contents(), sent)
    return sent


def passages(project: Project) -> set[str]:
    return {project.annotations.get(each).exact for each in project.annotations.find()}


def test_a_bundle_is_previewed_taken_in_told_and_taken_back(desk: Desk, tmp_path: Path) -> None:
    sheet = desk.read(carried(desk.world, tmp_path))
    said = words(sheet)
    missing = [
        each
        for each in ("Bundle “ada”", "Ada: 1 annotations, new in this project", "Into study", "Codes on passages")
        if each not in said
    ]
    assert not missing, said
    assert "Conflicts" not in said
    before = passages(desk.world.project)
    desk.take_in()
    assert desk.pages.name == "article"
    assert passages(desk.world.project) == before | {TEXT[:8]}
    assert desk.notice.words.startswith("Taken in: ")
    desk.offer("Details")
    assert "What was taken in" in words(sheet)
    press(sheet, "Take it back")
    assert passages(desk.world.project) == before
    assert sheet.undo.text() == "Taken back"
    assert not sheet.undo.isEnabled()


def test_the_same_bundle_again_changes_nothing_and_says_so(desk: Desk, tmp_path: Path) -> None:
    path = carried(desk.world, tmp_path)
    desk.read(path)
    desk.take_in()
    sheet = desk.read(path)
    assert "The project holds all of it already." in words(sheet)
    assert not sheet.take.isEnabled()


def test_undo_from_the_notice_leaves_what_was_done_since(desk: Desk, tmp_path: Path) -> None:
    desk.read(carried(desk.world, tmp_path))
    desk.take_in()
    desk.world.project.notes.add(None, None, "since", day="2026-03-04")
    desk.merging.undo()
    assert desk.notice.words == "Something was done since. Take that back first (Ctrl+Z)."
    assert TEXT[:8] in passages(desk.world.project)


@pytest.mark.parametrize(("policy", "title"), [("Take theirs", "hers"), ("Keep mine", "mine"), ("Ask me", "mine")])
def test_conflicts_follow_the_policy_chosen_on_the_page(desk: Desk, tmp_path: Path, policy: str, title: str) -> None:
    path = carried(desk.world, tmp_path, title="hers")
    project = desk.world.project
    project.articles.edit(desk.world.article, title="mine")
    sheet = desk.read(path)
    assert "1 values were changed here and there differently." in words(sheet)
    if policy != "Ask me":
        with desk.qtbot.waitSignal(desk.worker.ended, timeout=20_000):
            press(sheet, policy)
        assert [each.text() for each in sheet.policies.buttons() if each.isChecked()] == [policy]
    desk.take_in()
    assert project.articles.get(desk.world.article).title == title
    assert len(project.conflicts()) == (policy == "Ask me")
    assert ("conflicts to decide" in desk.notice.words) == (policy == "Ask me")
    if policy == "Ask me":
        desk.offer("Decide")
        assert desk.conflicts == ["show_conflicts"]


def test_many_conflicts_are_decided_beside_the_window_and_undone_as_one(desk: Desk, tmp_path: Path) -> None:
    path = carried(desk.world, tmp_path, title="hers")
    project = desk.world.project
    project.articles.edit(desk.world.article, title="zz mine")
    desk.read(path)
    desk.take_in()
    (conflict,) = project.conflicts()
    with desk.qtbot.waitSignal(desk.worker.ended, timeout=20_000):
        desk.merging.decide("theirs", [conflict.uuid])
    assert (project.articles.get(desk.world.article).title, project.conflicts()) == ("hers", [])
    assert desk.notice.words == "1 conflicts decided"
    project.undo()
    assert [each.uuid for each in project.conflicts()] == [conflict.uuid]


def test_a_refi_project_shows_how_positions_are_counted_and_takes_another_way(desk: Desk, tmp_path: Path) -> None:
    sheet = desk.read(written(tmp_path / "study.qdpx", PROGRAMS["shifted"]))
    (rows,) = sheet.findChildren(CountingRows)
    (row,) = rows.rows
    said = words(row)
    assert "shown by the names of its selections" in said
    assert f"“{PASSAGES[0]}”, named “{PASSAGES[0]}”" in said
    found = row.choice.value()
    assert found == "code-points,bom,crlf=2"
    wanted = row.choice.itemData(1)
    desk.qtbot.waitUntil(row.choice.isVisible)
    with desk.qtbot.waitSignal(desk.worker.ended, timeout=20_000):
        row.choice.setFocus()
        QTest.keyClick(row.choice, Qt.Key.Key_Down)
    desk.qtbot.waitUntil(lambda: rows_shown(sheet) not in ([], [rows]))
    (rows,) = rows_shown(sheet)
    assert rows.rows[0].choice.value() == wanted != found
    desk.qtbot.waitUntil(rows.rows[0].choice.hasFocus)
    assert "your own choice" in words(rows)
    desk.take_in()
    assert PASSAGES[0] not in passages(desk.world.project)
    assert desk.world.project.history()[0].label == refi.LABEL


def test_a_refi_project_is_taken_in_as_proven_and_undone_as_one(desk: Desk, tmp_path: Path) -> None:
    before = passages(desk.world.project)
    desk.read(written(tmp_path / "study.qdpx", PROGRAMS["nvivo"]))
    desk.take_in()
    assert passages(desk.world.project) == before | set(PASSAGES)
    desk.offer("Undo")
    assert passages(desk.world.project) == before


def test_a_qualcoder_folder_is_taken_in(desk: Desk, tmp_path: Path) -> None:
    folder = qualcoder(tmp_path)
    text = "We asked everyone the same question."
    insert(folder / "data.qda", "source", [[1, "talk.txt", text, None, "", "Mei", AT, None, None]])
    insert(folder / "data.qda", "code_name", [[1, "method", "", None, "Mei", AT, "#123456"]])
    insert(folder / "data.qda", "code_text", [coding(text, "We asked everyone", 1, 1)])
    assert is_from_others(folder)
    sheet = desk.read(folder)
    assert "QualCoder project “interviews”" in words(sheet)
    assert "Mei: 1 annotations, new in this project" in words(sheet)
    desk.take_in()
    assert "We asked everyone" in passages(desk.world.project)
    assert desk.world.project.history()[0].label == taking_in.LABELS["qualcoder"]


def test_a_taguette_database_is_taken_in(desk: Desk, tmp_path: Path) -> None:
    path = taguette(tmp_path / "hearings.sqlite3")
    document(path, 1, "Hearing", "<p>Nobody asked before.</p>")
    insert(path, "tags", [[1, 1, "asking", "who asks"]])
    highlight(path, 1, 1, (0, 12), "Nobody asked", [1])
    sheet = desk.read(path)
    assert "Taguette database “hearings”" in words(sheet)
    desk.take_in()
    assert "Nobody asked" in passages(desk.world.project)


def test_a_table_of_passages_tells_the_lines_that_fit_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "passages.csv"
    rows = "article,start,end,exact,codes\n算法应当接受审查,0,2,,own code\nno such article,1,2,,x\n"
    path.write_text(rows, "utf-8")
    sheet = desk.read(path)
    (view,) = sheet.findChildren(FidelityView)
    assert any(line.startswith("Line 3: ") for line in view.lines())
    assert "Lines that fit nothing" in words(sheet)
    desk.take_in()
    desk.offer("Details")
    assert "Line 3: " in words(sheet)
    view = next(each for each in sheet.findChildren(FidelityView) if each.isVisible())
    press(view, "Copy the report")
    assert "Line 3: " in QGuiApplication.clipboard().text()
    assert TEXT[:2] in passages(desk.world.project)


def test_web_annotations_find_their_place(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonld"
    note: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/anno.jsonld", "id": "https://notes.example/1", "type": "Annotation",
        "creator": {"type": "Person", "name": "Eva"}, "created": "2026-02-03T04:05:06Z",
        "body": {"type": "TextualBody", "purpose": "commenting", "value": "looks odd"},
        "target": {"source": "https://example.org/a", "selector": {"type": "TextQuoteSelector", "exact": "历史数据"}},
    }  # fmt: skip
    path.write_text(json.dumps(note, ensure_ascii=False), "utf-8")
    sheet = desk.read(path)
    assert "Web annotations “notes”" in words(sheet)
    desk.take_in()
    assert "历史数据" in passages(desk.world.project)
    assert desk.world.project.history()[0].label == web_files.LABEL


def test_a_file_that_is_none_of_it_is_told_and_nothing_is_shown(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "broken.qdpx"
    path.write_bytes(b"PK\x03\x04 nothing")
    with desk.qtbot.waitSignal(desk.worker.ended, timeout=20_000):
        desk.merging.preview(path)
    assert [str(path) in str(error) or "broken" in str(error.facts) for error in desk.world.told] == [True]
    assert desk.pages.name == "article"


def test_cancelling_leaves_the_project_as_it_was(world: World, tmp_path: Path) -> None:
    arriving = planned(world.project, carried(world, tmp_path), Asked(), "en", no_progress)
    before, last = passages(world.project), world.project.next_undo()

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        take(arriving, world.project, stop)
    assert passages(world.project) == before
    assert world.project.next_undo() == last
    take(arriving, world.project, no_progress)
    assert passages(world.project) == before | {TEXT[:8]}


def test_what_was_read_is_forgotten_with_its_project(desk: Desk, tmp_path: Path) -> None:
    sheet = desk.read(carried(desk.world, tmp_path))
    desk.world.session.close()
    assert sheet.arriving is None
    assert "Take in" not in words(sheet)
    assert not [each for each in sheet.findChildren(QAbstractButton) if each.text() == "Take in" and each.isVisible()]


def test_without_a_project_only_a_bundle_can_be_looked_at(desk: Desk, tmp_path: Path) -> None:
    path = carried(desk.world, tmp_path)
    desk.world.session.close()
    desk.merging.preview(tmp_path / "a.qdpx")
    assert desk.notice.words == "Open a project first, or make one; then take in “a.qdpx”."
    sheet = desk.read(path)
    assert "It holds" in words(sheet)
    assert not sheet.take.isVisible()
    assert sheet.make.isVisible()


def test_a_new_project_is_made_of_a_refi_file(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, target = written(tmp_path / "study.qdpx", PROGRAMS["standard"]), tmp_path / "made.gloss"
    sheet = desk.read(path)
    made: list[object] = []
    desk.merging.project_made.connect(made.append)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    with desk.qtbot.waitSignal(desk.worker.ended, timeout=20_000):
        press(sheet, "Make a new project from it…")
    assert made == [target]
    with Project.open(target) as project:
        assert passages(project) == set(PASSAGES)


def test_making_a_project_never_touches_one_that_is_there(world: World, tmp_path: Path) -> None:
    path = carried(world, tmp_path)
    there = world.project.path.read_bytes()
    with pytest.raises(FileExists):
        make_project(path, world.project.path, ADA, Asked(), "en", no_progress)
    assert world.project.path.read_bytes() == there


def test_every_kind_the_core_reads_is_taken_from_a_drop(tmp_path: Path) -> None:
    core = {bundle.SUFFIX, *refi.SUFFIXES, *taking_in.SUFFIXES, web_files.SUFFIXES[0]}
    assert core == set(SUFFIXES)
    folder = tmp_path / "notes.csv"
    folder.mkdir()
    assert not is_from_others(folder)
    assert not is_from_others(tmp_path / "a.txt")


def test_the_page_speaks_chinese_when_the_window_does(desk: Desk, tmp_path: Path, qapp: QApplication) -> None:
    sheet = desk.read(carried(desk.world, tmp_path))
    use_language(qapp, "zh_CN")
    desk.qtbot.waitUntil(lambda: "进入“study”后" in words(sheet))
    assert "Ada：1 处批注（新加入本项目）" in words(sheet)
    use_language(qapp, "en")


def test_marks_without_their_texts_are_found_in_ones_own(desk: Desk, tmp_path: Path) -> None:

    home, sent = tmp_path / "home.gloss", tmp_path / "public.glossbundle"
    with Project.create(home, person=ADA) as project:
        project.code_as(project.coders.ensure("Ada", uuid=ADA.uuid))
        text = f"{TEXT}\n补记。"
        draft = Draft("算法应当接受审查", text, Layout.of_lines(text), url="https://example.org/a")
        project.annotations.add(project.articles.add(draft), 0, 8)
        bundle.write(project.contents(), sent, wanted=Selection("public"))
    sheet = desk.read(sent)
    assert "The articles' texts did not come with it" in words(sheet)
    desk.take_in()
    assert TEXT[:8] in passages(desk.world.project)


def test_a_preview_is_a_value_without_side_effects(world: World, tmp_path: Path) -> None:
    before = world.project.next_undo()
    arriving = planned(world.project, carried(world, tmp_path), Asked(), "en", no_progress)
    assert isinstance(arriving, Arriving)
    assert not arriving.changes_nothing
    assert arriving.latest >= "2026"
    assert world.project.next_undo() == before


def test_files_chosen_together_are_previewed_one_after_the_other(desk: Desk, world: World, tmp_path: Path) -> None:
    sent = []
    for name in ("one", "two", "three"):
        (folder := tmp_path / name).mkdir()
        sent.append(carried(world, folder).rename(tmp_path / f"{name}.glossbundle"))
    desk.read(sent[0])
    desk.take_in()
    desk.merging.preview_all(sent)  # the first brings nothing any more
    desk.qtbot.waitUntil(lambda: desk.looks_at(sent[1]), timeout=20_000)
    press(desk.sheet, "Cancel")
    desk.qtbot.waitUntil(lambda: desk.looks_at(sent[2]), timeout=20_000)
    assert desk.notice.words == "“two.glossbundle” was not taken in."
    desk.take_in()
    assert desk.pages.name == "article"
    marks = world.project.annotations.of(world.project.articles.all()[0].id)
    assert [world.project.coders.get(mark.coder).name for mark in marks].count("Ada") == 2
