"""A watched folder: what is saved there becomes articles once it has stopped growing, and links lead nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.actions.watch_actions import WatchActions
from tests.desktop.desks import Desk, made_desk, page, until


@pytest.fixture
def desk(study: Path, qtbot: QtBot) -> Iterator[Desk]:
    yield from made_desk(study, qtbot)


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


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_to_a_folder_above_the_watched_one_brings_nothing_from_there(
    desk: Desk, watching: WatchActions, inbox: Path, qtbot: QtBot
) -> None:
    page(inbox.parent, "foreign.md", 7)
    page(inbox, "a.md", 1)
    (inbox / "loop").symlink_to("..", target_is_directory=True)
    watching.watch(inbox)
    until(qtbot, lambda: "题目1" in desk.titles())
    page(inbox, "b.md", 2)
    until(qtbot, lambda: "题目2" in desk.titles())
    assert "题目7" not in desk.titles()
    assert len(desk.titles()) == 4


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
