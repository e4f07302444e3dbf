"""What is previewed: worked by keys, named before it is taken in, and leading on to what is to be decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db.exchange import bundle
from db.exchange.presets import Selection
from tests.desktop_panels.test_inspector import words
from tests.desktop_panels.test_merge_page import Desk, carried, desk, passages, press
from tests.desktop_panels.world import TEXT, template, world

__all__ = ["desk", "template", "world"]


def test_conflicts_are_named_before_they_are_taken_in_and_afterwards_lead_on(desk: Desk, tmp_path: Path) -> None:
    path = carried(desk.world, tmp_path, title="hers")
    desk.world.project.articles.edit(desk.world.article, title="mine")
    sheet = desk.read(path)
    assert "mine · Field: title" in words(sheet)
    assert "Mine: mine · Theirs: hers" in words(sheet)
    desk.take_in()
    desk.offer("Details")
    assert "Mine: mine · Theirs: hers" in words(sheet)
    asked: list[bool] = []
    sheet.conflicts_requested.connect(lambda: asked.append(True))
    press(sheet, "Decide 1 conflict")
    assert asked == [True]
    (conflict,) = desk.world.project.conflicts()
    desk.merging.decide("mine", [conflict.uuid])
    desk.qtbot.waitUntil(lambda: not desk.worker.running, timeout=10_000)
    desk.merging.show_details()
    assert not sheet.decide.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_takes_in_what_is_previewed(desk: Desk, tmp_path: Path, key: Qt.Key) -> None:
    sheet = desk.read(carried(desk.world, tmp_path))
    desk.qtbot.waitUntil(sheet.take.hasFocus, timeout=2_000)
    with desk.qtbot.waitSignal(desk.worker.ended, timeout=20_000):
        QTest.keyClick(sheet.take, key)
    assert TEXT[:8] in passages(desk.world.project)
    desk.read(tmp_path / "ada.glossbundle")
    desk.qtbot.waitUntil(sheet.leave.hasFocus, timeout=2_000)  # nothing is left to be taken in
    QTest.keyClick(sheet.leave, key)
    assert desk.pages.name == "article"


def test_esc_leaves_the_preview(desk: Desk, tmp_path: Path) -> None:
    sheet = desk.read(carried(desk.world, tmp_path))
    desk.qtbot.waitUntil(sheet.take.hasFocus, timeout=2_000)
    QTest.keyClick(sheet.take, Qt.Key.Key_Escape)
    assert desk.pages.name == "article"


def test_a_coding_kit_is_nobodys_work_and_its_relations_are_the_catalogues(desk: Desk, tmp_path: Path) -> None:
    kit = tmp_path / "kit.glossbundle"
    bundle.write(desk.world.project.contents(), kit, wanted=Selection(preset="kit"))
    desk.world.session.close()
    said = words(desk.read(kit))
    assert "Coded by" not in said
    assert "Relations between instruments" in said
    assert "Relations between passages" not in said
