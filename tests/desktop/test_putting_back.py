"""Undo and redo of what takes long happen beside the window; of what does not, at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from db import reverting
from db.importers import read_text
from db.records import ArticleId
from desktop.main_window import MainWindow

LONG = "\n".join(f"第{number}段，说备案与安全，也说第{number}条。" for number in range(1_200))
_WAIT = 10_000


@pytest.fixture
def long(opened: MainWindow) -> Iterator[ArticleId]:
    """A long article with an annotation and a second version."""
    project = opened.session.project
    article = project.articles.add(read_text(LONG, "long"))
    project.annotations.add(article, len(LONG) // 2, len(LONG) // 2 + 6)
    project.articles.add_version(article, read_text("新的一段。\n" + LONG, "long"))
    yield article
    opened.worker.stop()


def place(window: MainWindow, article: ArticleId) -> int | None:
    (found,) = window.session.project.annotations.of(article)
    return found.start


def test_a_long_version_is_undone_and_redone_beside_the_window(opened: MainWindow, long: ArticleId, qtbot: QtBot) -> None:
    carried = place(opened, long)
    assert carried is not None
    with qtbot.waitSignal(opened.worker.ended, timeout=_WAIT):
        opened.annotations.undo()
        assert opened.session.busy == "Putting back"
    assert opened.session.editable
    assert opened.session.project.articles.get(long).versions == 1
    assert place(opened, long) == carried - len("新的一段。\n")
    with qtbot.waitSignal(opened.worker.ended, timeout=_WAIT):
        opened.annotations.redo()
        assert opened.session.busy == "Putting back"
    assert opened.session.project.articles.get(long).versions == 2
    assert place(opened, long) == carried


def test_putting_back_is_cancelled_and_leaves_all_as_it_was(opened: MainWindow, long: ArticleId, qtbot: QtBot) -> None:
    before = place(opened, long)
    with qtbot.waitSignal(opened.worker.ended, timeout=_WAIT):
        opened.annotations.undo()
        opened.worker.cancel()
    change = opened.session.project.next_undo()
    assert opened.session.project.articles.get(long).versions == 2
    assert place(opened, long) == before
    assert change is not None
    assert "version" in change.tables


@pytest.fixture
def many(opened: MainWindow, long: ArticleId) -> ArticleId:
    """An article with 600 annotations more, made by one change."""
    project = opened.session.project
    with project.change("Many"):
        for at in range(0, 6_000, 10):
            project.annotations.add(long, at, at + 6)
    return long


def test_many_annotations_are_undone_and_redone_beside_the_window(opened: MainWindow, many: ArticleId, qtbot: QtBot) -> None:
    project, told = opened.session.project, list[tuple[int, int]]()
    opened.worker.progressed.connect(lambda done, total: told.append((done, total)))
    for putting_back, left in ((opened.annotations.undo, 1), (opened.annotations.redo, 601)):
        with qtbot.waitSignal(opened.worker.ended, timeout=_WAIT):
            putting_back()
            assert opened.session.busy == "Putting back"
        assert len(project.annotations.of(many)) == left
    assert told
    assert all(0 <= done <= total == 1000 for done, total in told)


@pytest.mark.parametrize("already_undone", [False, True])
def test_putting_many_back_is_cancelled_in_the_midst(
    opened: MainWindow, many: ArticleId, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, already_undone: bool
) -> None:
    project = opened.session.project
    if already_undone:
        project.undo()
    before = len(project.annotations.of(many)), project.next_undo(), project.next_redo()
    monkeypatch.setattr(reverting, "_MOST_ROWS", 50)
    put_back, seen = reverting.Reverting._put_back, list[object]()

    def cancelled(self: reverting.Reverting, change: int, stretch: object) -> None:
        put_back(self, change, stretch)  # type: ignore[arg-type]
        seen.append(stretch)
        opened.worker.cancel()

    monkeypatch.setattr(reverting.Reverting, "_put_back", cancelled)
    with qtbot.waitSignal(opened.worker.ended, timeout=_WAIT):
        opened.annotations.redo() if already_undone else opened.annotations.undo()
    assert len(seen) == 1
    assert (len(project.annotations.of(many)), project.next_undo(), project.next_redo()) == before


def test_a_short_version_is_undone_at_once(opened: MainWindow) -> None:
    project = opened.session.project
    article = project.articles.all()[-1].id
    text = project.articles.version(article).text
    project.articles.add_version(article, replace(read_text(text + "\n完。", "first"), title=""))
    opened.annotations.undo()
    assert opened.session.editable
    assert project.articles.get(article).versions == 1
