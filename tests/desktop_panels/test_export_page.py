"""Everything that leaves the project from one page: what is offered, what is counted, what is written, by keys."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from db.exchange import bundle
from db.records import ArticleId, Draft, Layout
from db.sharing.exporting import WRITERS
from db.sharing.freezing import state_of
from desktop.actions.export_actions import ExportActions
from desktop.models.articles import RECORD
from desktop.models.exports import GROUPS, WAYS, WaysModel, Wishes
from desktop.models.lists import Lists
from desktop.panels.export_page import ExportPage
from desktop.panels.library import LibraryPanel
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.settings import Settings
from desktop.words import use_language
from desktop.worker import Worker
from resources.words import catalogue
from tests.desktop_panels.world import BIAS, World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key
_SECOND = "数据跨境需要评估。\n评估之后还要备案，并且接受公众的申诉。"


@dataclass
class Leaving:
    """A shown page with what serves it, and where its files go."""

    world: World
    page: ExportPage
    actions: ExportActions
    pages: Pages
    library: LibraryPanel
    lists: Lists
    notice: NoticeBar
    worker: Worker
    folder: Path
    qtbot: QtBot
    settings: Settings
    second: ArticleId

    def press(self, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.page, key, modifiers)

    def counted(self) -> str:
        """Wait until what the file would hold is counted."""
        self.qtbot.waitUntil(lambda: not self.page.said.endswith("…"), timeout=5_000)
        return self.page.said

    def export(self, name: str) -> Path:
        """Stand on a way out, press Enter in the list, and wait until the file is there."""
        self.page.choose(name)
        self.page.list.setFocus()
        with self.qtbot.waitSignal(self.worker.ended, timeout=10_000):
            self.press(Key.Key_Return)
        return self.folder / f"out{self.page.way.ending}"


@pytest.fixture
def leaving(world: World, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Leaving]:
    with world.project.change("Test"):
        second = world.project.articles.add(Draft("数据跨境", _SECOND, Layout.of_lines(_SECOND), original=b"x"))
        bias = world.project.codes.by_ref(BIAS)
        note = world.project.annotations.add(second, 0, 8, codes=[bias])
        world.project.notes.add("annotation", note, "我自己的想法", private=True)
    settings = Settings(tmp_path / "window.ini")
    host, lists, worker = QWidget(), Lists(world.session), Worker(world.session)
    pages = Pages({"export": lambda: ExportPage(world.session, settings), "article": QWidget}, host)
    pages.turn_to("article")
    library, notice = LibraryPanel(world.session, lists, host), NoticeBar(host)
    actions = ExportActions(world.session, worker, notice, pages, library, host)
    window = shown(host, 1100, 800)
    pages.resize(1000, 700)
    pages.show()
    lists.reload()
    folder = tmp_path / "leaving"
    folder.mkdir()

    def target(_parent: QWidget, _title: str, _start: str, filters: str) -> tuple[str, str]:
        return str(folder / f"out.{filters.rpartition('.')[2].rstrip(')')}"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", target)
    actions.show()
    page = pages.page("export")
    assert isinstance(page, ExportPage)
    yield Leaving(world, page, actions, pages, library, lists, notice, worker, folder, qtbot, settings, second)
    worker.stop()
    world.session.close()
    window.close()


# ---- what is offered


def test_every_format_the_core_writes_is_offered_and_named_in_both_languages() -> None:
    assert {way.form for way in WAYS} == set(WRITERS)
    assert len({way.name for way in WAYS}) == len(WAYS)
    said = {*GROUPS, *(way.about for way in WAYS), *(way.title for way in WAYS if way.title)}
    assert sorted(said - set(catalogue("zh_CN"))) == []
    assert {way.preset for way in WAYS if way.form == "bundle"} == {"whole", "layer", "kit", "public"}


def test_arrows_step_over_the_headings(leaving: Leaving) -> None:
    leaving.page.choose("whole")
    leaving.page.list.setFocus()
    names = [leaving.page.way.name]
    for _step in WAYS[1:]:
        leaving.press(Key.Key_Down)
        names.append(leaving.page.way.name)
    assert names == [way.name for way in WAYS]
    model = WaysModel()
    headings = [model.index(row) for row in range(model.rowCount()) if isinstance(model.index(row).data(RECORD), str)]
    assert [model.flags(index) for index in headings] == [Qt.ItemFlag.NoItemFlags] * len(GROUPS)


def test_only_the_choices_that_go_with_a_way_are_shown(leaving: Leaving) -> None:
    page, choices = leaving.page, leaving.page.choices
    widgets = {"by": choices.by, "style": choices.style_, "query": choices.query, "state": choices.state,
               "language": choices.language, "articles": choices.scope, "codes": choices.add_code}  # fmt: skip
    for way in WAYS:
        page.choose(way.name)
        shown_now = {name for name, widget in widgets.items() if widget.isVisible()}
        assert shown_now == {name for name in widgets if name in way.takes}, way.name
        switches = {name for name, each in choices.switches.items() if each.isVisible()}
        assert switches == {name for name in choices.switches if name in way.takes}, way.name


# ---- what is counted


def test_the_sentence_counts_what_would_leave(leaving: Leaving) -> None:
    said = {}
    for name in ("csv", "qdc", "bib", "kit", "whole", "layer"):
        leaving.page.choose(name)
        said[name] = leaving.counted()
    codes = len(leaving.world.project.codes.all())
    assert said["csv"] == "It will hold 2 articles, 3 passages."
    assert said["qdc"] == f"It will hold {codes:,} codes."
    assert said["bib"] == "It will hold 2 articles."
    assert "passage" not in said["kit"]
    assert "texts of" in said["kit"]
    assert "3 passages" in said["whole"]
    assert "王岚" in said["whole"]
    assert "李明" in said["whole"]
    assert "2 passages" in said["layer"]
    assert "李明" not in said["layer"]


def test_a_query_narrows_and_a_wrong_one_says_what_is_wrong(leaving: Leaving) -> None:
    leaving.page.choose("csv")
    entry = leaving.page.choices.query.entry
    entry.setText("数据跨境")
    leaving.qtbot.waitUntil(lambda: leaving.page.said == "It will hold 1 article, 1 passage.", timeout=5_000)
    assert "数据跨境" in leaving.page.choices.query.remarks.text()
    entry.setText("published:春天")
    leaving.qtbot.waitUntil(lambda: leaving.page.said == "The query is not understood.", timeout=5_000)
    assert "published" in leaving.page.choices.query.remarks.text()
    entry.setText("这里什么都没有吧")
    leaving.qtbot.waitUntil(lambda: "would be empty" in leaving.page.said, timeout=5_000)


def test_articles_chosen_in_the_library_are_followed_while_the_page_is_shown(leaving: Leaving) -> None:
    leaving.page.choose("csv")
    leaving.page.choices.scope.buttons["chosen"].click()
    leaving.library.view.selectionModel().clear()
    leaving.counted()
    assert leaving.page.said.startswith("No article is chosen in the library.")
    leaving.press(Key.Key_Return)
    assert [type(error).__name__ for error in leaving.world.told] == ["Refused"]
    rows = leaving.library.view.model()
    row = next(row for row in range(rows.rowCount()) if rows.index(row, 0).data(RECORD).id == leaving.second)
    leaving.library.view.selectionModel().select(rows.index(row, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    leaving.qtbot.waitUntil(lambda: leaving.page.said == "It will hold 1 article, 1 passage.", timeout=5_000)
    assert leaving.page.choices.scope.buttons["chosen"].text().endswith("· 1")


def test_a_collection_takes_its_articles_and_an_empty_one_takes_none(leaving: Leaving) -> None:
    project = leaving.world.project
    assert not leaving.page.choices.scope.buttons["collection"].isVisible()
    with project.change("Test"):
        full, empty = project.collections.add("跨境"), project.collections.add("空")
        project.collections.put([leaving.second], full)
    leaving.page.choose("csv")
    leaving.page.choices.scope.buttons["collection"].click()
    leaving.page.choices.collection.choose(project.collections.get(full).uuid)
    leaving.page.choices.collection.activated.emit(0)
    leaving.qtbot.waitUntil(lambda: leaving.page.said == "It will hold 1 article, 1 passage.", timeout=5_000)
    leaving.page.choices.collection.choose(project.collections.get(empty).uuid)
    leaving.page.choices.collection.activated.emit(0)
    leaving.qtbot.waitUntil(lambda: leaving.page.said.startswith("There is no article in this collection"), timeout=5_000)


# ---- what is written


@pytest.mark.parametrize("name", [way.name for way in WAYS if way.name != "frozen"])
def test_every_way_out_writes_a_file_by_enter(leaving: Leaving, name: str) -> None:
    before = leaving.world.project.history()
    made = leaving.export(name)
    assert made.stat().st_size > 100
    assert leaving.world.told == []
    assert leaving.notice.words == f"Exported to {made.name}"
    assert leaving.world.project.history() == before, "an export changes nothing"


def test_codes_come_from_the_picker_and_go_with_what_is_below_them(leaving: Leaving) -> None:
    project = leaving.world.project
    above = project.codes.get(leaving.world.bias).parent
    other = next(code for code in project.codes.all() if code.id not in (leaving.world.bias, above) and code.parent is None)
    leaving.page.choose("csv")
    leaving.page.list.setFocus()
    leaving.press(Key.Key_T)
    picker = leaving.page.choices.picker
    assert picker is not None
    assert picker.isVisible()
    picker.codes_picked.emit([above], [], False)
    picker.hide()
    leaving.qtbot.waitUntil(lambda: leaving.page.said == "It will hold 2 articles, 3 passages.", timeout=5_000)
    picker.codes_picked.emit([other.id], [], False)
    leaving.qtbot.waitUntil(lambda: "would be empty" in leaving.page.said, timeout=5_000)


def test_names_stay_behind_where_asked_and_private_notes_go_only_where_asked(leaving: Leaving) -> None:
    choices = leaving.page.choices
    table = leaving.export("csv")
    plain = table.read_text("utf-8")
    assert "王岚" in plain
    assert "我自己的想法" not in plain
    choices.switches["anonymous"].click()
    choices.switches["private"].click()
    choices.switches["excel"].click()
    leaving.export("csv")
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert {row["Coder"] for row in rows} <= {"Coder 1", "Coder 2"}
    assert "我自己的想法" in {row["Notes"] for row in rows}


def test_a_report_is_written_in_the_language_order_and_style_that_are_chosen(leaving: Leaving) -> None:
    leaving.page.choices.language.choose("zh")
    leaving.page.choices.by.choose("coder")
    words = leaving.export("md").read_text("utf-8")
    assert "各编码者的片段" in words
    leaving.page.choices.language.choose("en")
    assert "Passages by coder" in leaving.export("md").read_text("utf-8")


def test_a_query_stands_in_the_file_in_words(leaving: Leaving) -> None:
    leaving.page.choices.query.entry.setText("coder:王岚")
    words = leaving.export("md").read_text("utf-8")
    assert "by “王岚”" in words or "by 王岚" in words
    leaving.page.choices.switches["anonymous"].click()
    assert "王岚" not in leaving.export("md").read_text("utf-8")


def test_a_state_is_frozen_under_its_name_and_needs_one(leaving: Leaving) -> None:
    leaving.page.choose("frozen")
    leaving.page.list.setFocus()
    leaving.press(Key.Key_Return)
    assert [str(error) for error in leaving.world.told] == ["A state needs a name. Give one, as Submission 1."]
    assert leaving.page.choices.state.hasFocus()
    QTest.keyClicks(leaving.page.choices.state, "Submission 1")
    with leaving.qtbot.waitSignal(leaving.worker.ended, timeout=10_000):
        leaving.press(Key.Key_Return)
    frozen = state_of(bundle.read(leaving.folder / "out.glossbundle"))
    assert frozen is not None
    assert frozen.name == "Submission 1"


def test_one_coders_work_goes_alone(leaving: Leaving) -> None:
    leaving.page.choices.chips[leaving.world.colleague].click()
    made = bundle.read(leaving.export("whole"))
    theirs = leaving.world.project.coders.get(leaving.world.colleague).uuid
    assert [each["coder"] for each in made.records["annotation"]] == [theirs]


def test_the_layer_that_leaves_is_that_of_who_codes_now(leaving: Leaving) -> None:
    leaving.world.project.code_as(leaving.world.colleague)
    made = bundle.read(leaving.export("layer"))
    theirs = leaving.world.project.coders.get(leaving.world.colleague).uuid
    assert [each["coder"] for each in made.records["annotation"]] == [theirs]


def test_an_export_that_is_stopped_leaves_the_file_that_was_there(leaving: Leaving) -> None:
    old = leaving.folder / "out.glossbundle"
    old.write_bytes(b"as it was")
    leaving.page.choose("whole")
    leaving.worker.started.connect(leaving.worker.cancel)
    leaving.page.list.setFocus()
    with leaving.qtbot.waitSignal(leaving.worker.ended, timeout=10_000):
        leaving.press(Key.Key_Return)
    assert old.read_bytes() == b"as it was" or ZipFile(old).testzip() is None  # it may have been done before it was heard
    assert [path.name for path in leaving.folder.iterdir()] == [old.name]


def test_a_folder_that_is_gone_is_told(leaving: Leaving) -> None:
    leaving.folder.rmdir()
    leaving.export("csv")
    assert [type(error).__name__ for error in leaving.world.told] == ["FolderMissing"]


def test_a_name_without_its_suffix_gets_it(leaving: Leaving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(leaving.folder / "表.2024"), ""))
    leaving.export("ris")
    assert [path.name for path in leaving.folder.iterdir()] == ["表.2024.ris"]


# ---- what is remembered


def test_the_last_choices_of_a_project_come_back(leaving: Leaving) -> None:
    page, session, path = leaving.page, leaving.world.session, leaving.world.project.path
    page.choose("md")
    page.choices.by.choose("article")
    page.choices.style_.choose("apa")
    for name in ("private", "anonymous"):
        page.choices.switches[name].click()
    page.choices.query.entry.setText("数据")
    page.choices._picking.picked.emit((leaving.world.bias,))
    leaving.export("md")
    session.close()
    assert session.open(path)
    leaving.actions.show()
    kept = page.choices.wishes(page.way)
    assert (kept.way, kept.by, kept.style, kept.query, kept.on) == ("md", "article", "apa", "数据", ("md:anonymous",))
    assert page.choices.codes == (leaving.world.bias,)


def test_what_cannot_be_read_of_the_last_choices_is_nothing() -> None:
    kept = Wishes(way="csv", codes=("a",), on=("excel",))
    assert Wishes.read(kept.written()) == kept
    for broken in ("", "{", "[]", "null", json.dumps({"way": 7, "codes": "x", "on": None, "strange": 1})):
        assert Wishes.read(broken) == Wishes()


def test_another_language_reaches_every_word(leaving: Leaving, qapp: QApplication) -> None:
    leaving.page.choose("md")
    leaving.counted()
    use_language(qapp, "zh_CN")
    QTest.qWait(20)
    said = [each.text() for each in leaving.page.findChildren(QLabel) if each.isVisible()]
    assert {"导出", "文章", "排列方式", "引注格式", "文件语言"} <= set(said)
    assert leaving.page.said == "将包含 2 篇文章、3 个片段。"
    use_language(qapp, "en")
    QApplication.sendPostedEvents(None, QEvent.Type.LanguageChange)


def test_esc_leaves_the_page(leaving: Leaving) -> None:
    leaving.page.list.setFocus()
    with leaving.qtbot.waitSignal(leaving.page.left):
        leaving.press(Key.Key_Escape)
