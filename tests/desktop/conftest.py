"""A window on a small project, as the tests of the shell need it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.importers import read_text
from db.person import load_person, named, save_person
from db.project import Project
from desktop.app import make_window
from desktop.main_window import MainWindow
from desktop.settings import Settings

TEXT = "第一段说算法偏见，也说可解释性。\n第二段说备案与第十九条。\n第三段说风险分级。"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", "en")
    save_person(named(load_person(), "李雷"))
    return Settings()


@pytest.fixture
def study(settings: Settings, tmp_path: Path) -> Path:
    """A project with two articles, the first with two annotations."""
    path = tmp_path / "study.gloss"
    with Project.create(path) as project, project.change("Test"):
        article = project.articles.add(read_text(TEXT, "first"))
        project.articles.add(read_text("另一篇文章，说数据跨境。", "second"))
        bias = project.codes.by_ref("asgf1.3.1.1.b")
        project.annotations.add(article, 4, 8, codes=[bias])
        project.annotations.add(article, 10, 14)
    return path


@pytest.fixture
def window(settings: Settings, qtbot: QtBot) -> Iterator[MainWindow]:
    """A shown window with nothing open."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    made = make_window(application, settings)
    made.resize(1280, 800)
    made.going.leave_page()
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=5_000)
    yield made
    made.close()


@pytest.fixture
def opened(window: MainWindow, study: Path) -> MainWindow:
    """A window on the small project, at its annotated article."""
    window.projects.open_path(study)
    window.watching.look()
    return window
