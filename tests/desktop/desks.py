"""A desk to import on: what importing needs of a window, and pages that are like no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from db.errors import ProjectError
from db.project import Project
from desktop.actions.import_actions import ImportActions
from desktop.models.outcomes import Imported
from desktop.panels.import_report import ImportReport
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.session import Session
from desktop.worker import Worker

WAIT = 20_000  # milliseconds
SENTENCE = "第{n}个办法要求平台在推荐内容时说明理由，并由第三方每年检查一次{n}。"


@dataclass
class Desk:
    """What importing needs of a window, on a project of two articles."""

    session: Session
    worker: Worker
    notice: NoticeBar
    pages: Pages
    imports: ImportActions
    window: QWidget
    told: list[ProjectError] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    dropped: list[Path] = field(default_factory=list)

    @property
    def project(self) -> Project:
        return self.session.project

    def titles(self) -> list[str]:
        return [article.title for article in self.project.articles.all()]

    def outcomes(self) -> list[Imported]:
        return list(self.imports._results)


def made_desk(study: Path, qtbot: QtBot) -> Iterator[Desk]:
    """Make a desk on a project, for a fixture, and clear it away."""
    window = QWidget()
    qtbot.addWidget(window)
    session = Session(window)
    worker, notice = Worker(session, window), NoticeBar(window)
    pages = Pages({"start": QWidget, "import_report": ImportReport}, window)
    made = Desk(session, worker, notice, pages, ImportActions(session, worker, notice, pages, window), window)
    session.tell = made.told.append
    made.imports.article_requested.connect(made.opened.append)
    made.imports.project_dropped.connect(made.dropped.append)
    made.imports.others_dropped.connect(made.dropped.extend)
    assert session.open(study)
    window.show()
    yield made
    worker.stop()
    session.close()


def page(folder: Path, name: str, number: int) -> Path:
    """Save an article that is like no other."""
    file = folder / name
    lines = [SENTENCE.format(n=number * 100 + line) for line in range(6)]
    file.write_text("\n\n".join([f"# 题目{number}", *lines]), "utf-8")
    return file


def bring(desk: Desk, qtbot: QtBot, *paths: Path) -> list[Imported]:
    with qtbot.waitSignal(desk.imports.finished, timeout=WAIT):
        desk.imports.take(list(paths))
    return desk.outcomes()


def until(qtbot: QtBot, what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    qtbot.waitUntil(what, timeout=WAIT)
