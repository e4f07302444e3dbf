"""What the search page shows of what was found: facets, pages, groups, steps, and the doors to what is done with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Event

import pytest
from PySide6.QtCore import Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.errors import NoSuchProject
from db.search.searcher import Searcher
from db.search.tree import Node, Term
from desktop.models import results
from desktop.models.articles import RECORD
from desktop.models.results import Group
from desktop.panels.facets_view import Value
from desktop.panels.search_page import SearchPage
from desktop.panels.searching import Lane
from tests.desktop_panels.test_search_page import hits, rows, search
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["search", "template", "world"]
Key = Qt.Key


@pytest.fixture
def wide(world: World) -> Iterator[SearchPage]:
    page = SearchPage(world.session)
    window = shown(page, 1100, 640)
    page.focus()
    yield page
    page.close_searcher()
    window.close()


def facet(page: SearchPage, field: str, name: str) -> int:
    model = page.results.facets.model()
    values = (model.index(row, 0).data(RECORD) for row in range(model.rowCount()))
    found = (row for row, each in enumerate(values) if isinstance(each, Value) and (each.field, each.name) == (field, name))
    return next(found, -1)


def test_facets_narrow_and_exclude_by_keys_and_mouse(world: World, qtbot: QtBot, wide: SearchPage) -> None:
    wide.search("kind:passage")
    qtbot.waitUntil(lambda: facet(wide, "coder", "李明") >= 0)
    facets = wide.results.facets
    facets.setFocus()
    facets.setCurrentIndex(facets.model().index(facet(wide, "coder", "李明"), 0))
    QTest.keyClick(facets, Key.Key_Return)
    assert wide.entry.text() == "kind:passage coder:李明"
    qtbot.waitUntil(lambda: hits(wide) == [("passage", world.theirs)])
    qtbot.waitUntil(lambda: "✓" in asked_signs(wide))
    box = facets.visualRect(facets.model().index(facet(wide, "coder", "李明"), 0)).center()
    QTest.mouseClick(facets.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, box)
    assert wide.entry.text() == "kind:passage -coder:李明"
    qtbot.waitUntil(lambda: hits(wide) == [("passage", world.mine)])
    qtbot.waitUntil(lambda: facet(wide, "coder", "王岚") >= 0)
    facets.setFocus()
    facets.setCurrentIndex(facets.model().index(facet(wide, "coder", "王岚"), 0))
    QTest.keyClick(facets, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert wide.entry.text() == "kind:passage -coder:李明 -coder:王岚"
    qtbot.waitUntil(lambda: hits(wide) == [])
    wide.entry.undo()
    assert wide.entry.text() == "kind:passage -coder:李明"


def asked_signs(page: SearchPage) -> str:
    model = page.results.facets.model()
    return "".join(str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))[0] for row in range(model.rowCount()))


def test_a_narrow_page_shows_no_facets_and_counts_none(world: World, qtbot: QtBot, search: SearchPage) -> None:
    with qtbot.assertNotEmitted(search.results.runner.faceted, wait=200):
        search.search("偏见")
    assert search.results.facets.isHidden()


def test_any_number_of_hits_is_scrolled_a_page_at_a_time(world: World, qtbot: QtBot, search: SearchPage) -> None:
    with world.project.change("Many"):
        made = [world.project.annotations.add(world.article, at % 60, at % 60 + 8) for at in range(449)]
    search.search("kind:passage")
    qtbot.waitUntil(lambda: search.tools.count.text().startswith("451 found"))
    assert len(hits(search)) == 200
    for _page in range(40):
        search.list.setFocus()
        QTest.keyClick(search.list, Key.Key_End)
        QTest.qWait(30)
        if not search.model.more:
            break
    found = [key for _kind, key in hits(search)]
    assert sorted(found) == sorted([world.mine, world.theirs, *made])
    assert search.tools.count.text() == "451 found · 1 article"
    assert [each.count for each in rows(search) if isinstance(each, Group)] == [451]
    last = search.list.currentIndex().data(RECORD)
    world.project.annotations.add(world.article, 3, 9)  # what is current is found again, pages further down
    qtbot.waitUntil(lambda: search.tools.count.text().startswith("452 found"))
    qtbot.waitUntil(lambda: search.list.currentIndex().data(RECORD) == last)


def test_hits_are_grouped_by_code_or_not_at_all(world: World, qtbot: QtBot, search: SearchPage) -> None:
    plain = world.project.annotations.add(world.article, 0, 4)
    search.search("kind:passage")
    qtbot.waitUntil(lambda: len(hits(search)) == 3)
    with qtbot.waitSignal(search.arranged) as said:
        search.tools.group.menu().actions()[1].trigger()
    assert said.args == ["code|newest"]
    label = world.project.codes.get(world.bias).label("en")
    assert [each.title for each in rows(search) if isinstance(each, Group)] == ["Without a code", label]
    assert hits(search)[0] == ("passage", plain)
    search.arrange("|position")
    assert [each for each in rows(search) if isinstance(each, Group)] == []
    search.search("kind:passage ")
    search.tools.sort.menu().actions()[3].trigger()
    qtbot.waitUntil(lambda: hits(search)[0] == ("passage", plain))


def test_stepping_opens_one_hit_after_the_other(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("kind:passage")
    qtbot.waitUntil(lambda: len(hits(search)) == 2)
    first = search.list.currentIndex().data(RECORD).record_id
    with qtbot.waitSignal(search.place_requested) as asked:
        search.step(1)
    assert {first, asked.args[3]} == {world.mine, world.theirs}
    with qtbot.assertNotEmitted(search.place_requested):
        search.step(1)
    with qtbot.waitSignal(search.place_requested) as asked:
        search.step(-1)
    assert asked.args[3] == first


def has(several: list[int], count: int) -> bool:
    return len(several) == count


def test_stepping_back_passes_over_no_page_that_was_let_go(
    world: World, qtbot: QtBot, search: SearchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "_KEPT", 1)
    with world.project.change("Many"):
        for at in range(399):
            world.project.annotations.add(world.article, at % 60, at % 60 + 8)
    search.search("kind:passage")
    qtbot.waitUntil(lambda: len(hits(search)) == 200)
    search.list.go_to(search.model.rowCount() - 1)
    opened: list[int] = []

    def note(_article: int, _start: int, _end: int, annotation: int) -> None:
        opened.append(annotation)

    search.place_requested.connect(note)
    for count, by in enumerate((1, 1, -1, -1), 1):
        search.step(by)
        qtbot.waitUntil(partial(has, opened, count))
    keys = Searcher.open(world.project.path)
    listed = keys.keys("kind:passage", "passage", me=world.project.me)
    keys.close()
    assert opened == [listed[200], listed[201], listed[200], listed[199]]


def test_a_work_that_was_dropped_before_its_query_began_is_stopped_all_the_same(world: World, qapp: QApplication) -> None:
    begun, go, found = Event(), Event(), list[object]()

    def work(searcher: Searcher) -> None:
        begun.set()
        go.wait(5)
        found.append(searcher.keys("kind:passage", "passage"))

    lane = Lane()
    lane.ask(world.project.path, "keys", work)
    assert begun.wait(5)
    lane.drop()
    go.set()
    lane.close()
    assert (found, lane.busy) == ([], False)


def test_every_work_on_a_file_that_is_gone_is_told_to_have_failed(world: World, qtbot: QtBot) -> None:
    lane = Lane()
    failed: list[tuple[str, object]] = []
    lane.failed.connect(lambda name, error: failed.append((name, type(error))))
    for name in ("one", "other"):
        lane.ask(world.project.path.with_name("gone.gloss"), name, Searcher.close)
    qtbot.waitUntil(lambda: not lane.busy)
    lane.close()
    assert failed == [("one", NoSuchProject), ("other", NoSuchProject)]


def test_the_doors_to_tagging_and_export_tell_the_query(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("偏见 ")
    search.kinds["passage"].click()
    qtbot.waitUntil(lambda: bool(hits(search)))
    with qtbot.waitSignal(search.mark_requested) as asked:
        search.tools.tag.click()
    assert asked.args == ["偏见"]
    with qtbot.waitSignal(search.export_requested) as asked:
        search.tools.export.click()
    assert asked.args == ["偏见", ["passage"]]


class Form(QWidget):
    edited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Node | None] = []

    def show_query(self, node: Node | None) -> None:
        self.shown.append(node)


class Lines(QWidget):
    place_requested = Signal(int, object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def show_query(self, query: str) -> None:
        self.shown.append(query)

    def unveil(self, on: bool) -> None:
        assert not on


def test_form_and_concordance_are_made_when_asked_for(world: World, qtbot: QtBot, search: SearchPage) -> None:
    assert search.tools.form.isHidden()
    search.lend(Form, Lines)
    assert search.findChildren(Form) == []
    search.search("偏见")
    qtbot.waitUntil(lambda: bool(hits(search)))
    search.tools.form.click()
    (form,) = search.findChildren(Form)
    assert form.shown == [Term("偏见")]
    form.edited.emit("算法")
    assert search.entry.text() == "算法"
    search.tools.views["concordance"].click()
    (lines,) = search.findChildren(Lines)
    assert lines.shown == ["算法"]
    assert lines.isVisible()
    search.search("国家")
    assert lines.shown == ["算法", "国家"]
    search.search("published:never")
    qtbot.waitUntil(lambda: search.bar.remarks.property("role") == "error")
    search.search("")
    assert not lines.isVisible()
    search.search("算法")
    assert lines.shown[-1] == "算法"
    qtbot.waitUntil(lambda: lines.isVisible())
    with qtbot.waitSignal(search.place_requested):
        lines.place_requested.emit(world.article, 0, 2, None)
    search.tools.views["hits"].click()
    qtbot.waitUntil(lambda: search.list.isVisible() and bool(hits(search)))
