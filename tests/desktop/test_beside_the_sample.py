"""Beside a copy of the sample, which is thrown away, a file from others becomes a project of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from db.exchange import bundle
from db.project import Project
from desktop.main_window import MainWindow
from desktop.panels.merge_sheet import MergeSheet


@pytest.fixture
def sent(study: Path) -> Path:
    target = study.with_name("ada.glossbundle")
    with Project.open(study) as project:
        bundle.write(project.contents(), target)
    return target


def previewed(window: MainWindow, path: Path, qtbot: QtBot) -> MergeSheet:
    window.projects.open_path(path)
    qtbot.waitUntil(lambda: window.pages.name == "merge", timeout=20_000)
    sheet = window.pages.page("merge")
    assert isinstance(sheet, MergeSheet)
    qtbot.waitUntil(sheet.take.isVisible, timeout=5_000)
    return sheet


def roles(sheet: MergeSheet) -> tuple[str, str]:
    return sheet.make.property("role"), sheet.take.property("role")


def test_beside_the_sample_a_new_project_is_offered_first(window: MainWindow, sent: Path, qtbot: QtBot) -> None:
    window.projects.open_sample()
    assert window.session.is_sample
    sheet = previewed(window, sent, qtbot)
    assert roles(sheet) == ("primary", "")
    assert sheet.take.isEnabled()
    assert sheet.make.x() < sheet.take.x()


def test_a_copy_of_the_sample_opened_again_is_still_one(window: MainWindow, study: Path) -> None:
    window.projects.open_sample()
    copy = window.session.file
    window.projects.open_path(study)
    assert not window.session.is_sample
    window.projects.open_recent(str(copy))
    assert window.session.is_sample
    window.projects.close()
    assert not window.session.is_sample


def test_beside_a_project_of_ones_own_taking_in_stays_first(
    window: MainWindow, sent: Path, qtbot: QtBot, tmp_path: Path
) -> None:  # fmt: skip
    with Project.create(tmp_path / "own.gloss"):
        pass
    window.projects.open_path(tmp_path / "own.gloss")
    sheet = previewed(window, sent, qtbot)
    assert roles(sheet) == ("", "primary")
    assert sheet.take.x() < sheet.make.x()
