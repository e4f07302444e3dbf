"""Conflicts decided by keys, one by one or all that are left, each decision with its undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.exchange import bundle
from db.exchange.plan import REMOVED
from db.person import Person
from db.project import Project
from db.records import Conflict
from db.sharing import merging
from db.sharing.deciding import can_be_both
from desktop.panels import conflicts_page
from desktop.panels.conflicts_page import ConflictsPage
from desktop.words import use_language
from tests.desktop_panels.test_inspector import words
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key
ADA = Person("01900000-0000-7000-8000-000000000002", "Ada", "A", installation="there")


class Apart:
    """The project of the world after a colleague changed a title, a note on a passage and a publisher differently."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.project = world, world.project
        self.note = self.project.notes.add("annotation", world.mine, "想法")
        kit, sent, home = folder / "kit.glossbundle", folder / "ada.glossbundle", folder / "home.gloss"
        bundle.write(self.project.contents(), kit)
        with Project.create(home, person=ADA) as hers:
            merging.merge(hers, kit)
            hers.code_as(hers.coders.by_ref("王岚"))  # the same person on another computer
            self.change(hers, "theirs")
            bundle.write(hers.contents(), sent)
        self.change(self.project, "mine")
        merging.merge(self.project, sent)
        self.page = ConflictsPage(world.session)
        self.window = shown(self.page, 900, 600)
        self.page.list.setFocus()

    @staticmethod
    def change(project: Project, word: str) -> None:
        article = project.articles.all()[0].id
        project.articles.edit(article, title=f"title {word}", publisher=f"publisher {word}")
        (note,) = [each for each in project.notes.all() if each.text == "想法"]
        project.notes.edit(note.id, f"note {word}")

    def stand_on(self, field: str) -> None:
        uuids = [each.uuid for each in self.page.model.all() if each.field == field]
        self.page.list.setCurrentIndex(self.page.model.index(self.page.model.row_of(uuids), 0))

    def key(self, key: Key, shift: bool = False) -> None:
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.page.list, key, held)

    @property
    def fields(self) -> list[str]:
        return sorted(each.field for each in self.page.model.all())

    @property
    def values(self) -> tuple[str, str, str]:
        article = self.project.articles.all()[0]
        return article.title, article.publisher, self.project.notes.get(self.note).text


@pytest.fixture
def apart(world: World, tmp_path: Path) -> Iterator[Apart]:
    made = Apart(world, tmp_path)
    yield made
    made.window.close()


def test_the_page_counts_the_conflicts_and_shows_one_in_its_context(apart: Apart) -> None:
    assert apart.fields == ["publisher", "text", "title"]
    apart.stand_on("text")
    said = words(apart.page)
    missing = [
        each
        for each in ("3 left", "1  Mine", "note mine", "2  Theirs", "note theirs", "Before", "想法", "ada.glossbundle", "In “")
        if each not in said
    ]
    assert not missing, said
    assert "历史数据" in apart.page.view.passage.passage.words


def test_one_keeps_mine_two_takes_theirs_and_three_keeps_both(apart: Apart) -> None:
    apart.stand_on("title")
    apart.key(Key.Key_2)
    assert apart.values[0] == "title theirs"
    apart.stand_on("publisher")
    apart.key(Key.Key_1)
    assert apart.values[1] == "publisher mine"
    assert apart.fields == ["text"]
    apart.key(Key.Key_3)
    assert apart.values[2] == "note mine\n\nnote theirs"
    assert "There are no conflicts" in words(apart.page)


def test_both_is_offered_only_where_both_can_stand(apart: Apart) -> None:
    apart.stand_on("title")
    assert not apart.page.one["both"].isEnabled()
    apart.key(Key.Key_3)
    assert apart.fields == ["publisher", "text", "title"]
    apart.stand_on("text")
    assert apart.page.one["both"].isEnabled()


def test_each_decision_is_taken_back_alone_and_the_page_stands_on_it_again(apart: Apart) -> None:
    before = apart.values
    apart.stand_on("title")
    apart.key(Key.Key_1)
    assert apart.values[0] == "title mine"
    apart.key(Key.Key_1)
    apart.project.undo()
    assert len(apart.fields) == 2
    assert apart.values[0] == "title mine"
    apart.project.undo()
    assert apart.fields == ["publisher", "text", "title"]
    assert apart.values == before
    current = apart.page.list.currentIndex().row()
    standing = apart.page.model.conflict(current)
    assert standing is not None
    assert standing.field == "title"


@pytest.mark.parametrize(
    ("key", "title", "note", "left"),
    [
        (Key.Key_1, "title mine", "note mine", []),
        (Key.Key_2, "title theirs", "note theirs", []),
        (Key.Key_3, "", "note mine\n\nnote theirs", ["publisher", "title"]),
    ],
)
def test_with_shift_all_that_are_left_are_decided_as_one_change(
    apart: Apart, key: Key, title: str, note: str, left: list[str]
) -> None:
    before = apart.values
    apart.key(key, shift=True)
    assert (apart.values[0], apart.values[2], apart.fields) == (title or before[0], note, left)
    apart.project.undo()
    assert (apart.values, len(apart.fields)) == (before, 3)


def test_j_k_and_nought_walk_and_change_nothing(apart: Apart) -> None:
    rows = []
    for key in (Key.Key_J, Key.Key_J, Key.Key_J, Key.Key_K, Key.Key_0, Key.Key_0):
        apart.key(key)
        rows.append(apart.page.list.currentIndex().row())
    assert rows == [1, 2, 2, 1, 2, 0]
    assert len(apart.project.conflicts()) == 3


def test_escape_leaves_and_o_opens_the_passage(apart: Apart, qtbot: QtBot) -> None:
    apart.stand_on("text")
    with qtbot.waitSignal(apart.page.place_requested) as opened:
        apart.key(Key.Key_O)
    assert opened.args == [apart.world.article, None, None, apart.world.mine]
    with qtbot.waitSignal(apart.page.left):
        apart.key(Key.Key_Escape)


def test_more_than_a_handful_are_decided_beside_the_window(apart: Apart, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflicts_page, "_AT_ONCE", 2)
    with qtbot.waitSignal(apart.page.all_requested) as asked:
        apart.key(Key.Key_2, shift=True)
    assert asked.args is not None
    decision, uuids = asked.args
    assert (decision, len(uuids)) == ("theirs", 3)
    assert len(apart.project.conflicts()) == 3


def test_nothing_is_decided_while_a_job_changes_the_project(apart: Apart) -> None:
    apart.world.session.begin_job("Importing")
    apart.key(Key.Key_2)
    apart.key(Key.Key_2, shift=True)
    apart.world.session.end_job(None)
    assert apart.fields == ["publisher", "text", "title"]
    assert apart.page.one["mine"].isEnabled()


def test_a_conflict_over_a_removed_record_says_so_and_can_keep_it(apart: Apart) -> None:
    conflict = apart.page.model.all()[0]
    removed = replace(conflict, field=REMOVED, mine=f'"{REMOVED}"', theirs="null", base="null")
    assert can_be_both(removed)
    apart.page.view.show_conflict(removed)
    said = words(apart.page.view)
    assert "One side removed it, the other changed it" in said
    assert "(kept and changed)" in said


def test_values_that_are_no_words_and_records_that_are_gone_are_said(apart: Apart, qapp: QApplication, qtbot: QtBot) -> None:
    def odd(**more: Any) -> Conflict:
        usual = Conflict(1, "c", "code", "0" * 32, "parent", "null", '"gone"', "null", "x.glossbundle", "2026-01-02T03:04:05Z")
        return replace(usual, **more)

    apart.page.view.show_conflict(odd())
    assert "nothing" in words(apart.page.view)
    apart.page.view.show_conflict(odd(kind="article_status", field="status", mine='"coded"'))
    assert "Field: status" in words(apart.page.view)
    use_language(qapp, "zh_CN")
    qtbot.waitUntil(lambda: "字段：" in words(apart.page.view))
    assert "保留我的" in apart.page.one["mine"].text()
