"""What became of a project since a state of it was frozen is told in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from db.sharing import freezing
from desktop.actions.frozen_comparing import FrozenComparing
from desktop.panels.notice_bar import NoticeBar
from desktop.worker import Worker
from tests.desktop_panels.world import World, template, world

__all__ = ["template", "world"]


def test_a_frozen_state_is_compared_with_today(
    world: World, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, worker = QWidget(), Worker(world.session)
    qtbot.addWidget(host)
    told: list[str] = []
    notice = NoticeBar(host)
    monkeypatch.setattr(notice, "tell", told.append)
    path = tmp_path / "submission.glossbundle"
    freezing.freeze(world.project, "Submission 1", path)
    before = path.read_bytes()
    comparing = FrozenComparing(world.session, worker, notice, host)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(path), ""))
    with qtbot.waitSignal(worker.ended, timeout=10_000):
        comparing.compare()
    assert told[-1].startswith("Nothing was added, changed or removed since “Submission 1” (")
    with world.project.change("Test"):
        world.project.notes.add("article", world.article, "新的")
    with qtbot.waitSignal(worker.ended, timeout=10_000):
        comparing.compare()
    assert told[-1].splitlines()[1:] == ["notes: 1 added"]
    assert path.read_bytes() == before
    worker.stop()
    world.session.close()
