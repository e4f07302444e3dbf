"""A small project with two coders, and the keys to work on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from db.errors import ProjectError
from db.person import Person
from db.project import Project
from db.records import AnnotationId, ArticleId, Author, CodeId, CoderId, Draft, InstrumentId, Layout, Removed
from desktop.session import Session
from desktop.words import use_language

TEXT = (
    "算法应当接受审查\n"
    "一些招聘系统会把历史数据里的偏见带进筛选结果，使得条件相同的求职者得到不同的机会。\n"
    "作者并不认为国家之间存在算法歧视，但承认标准的缺失会扩大差距。"
)
BIAS = "asgf1.3.1.1.b"
ME = Person("01900000-0000-7000-8000-000000000001", "王岚", "王", installation="here")


@dataclass
class World:
    """An open session and what is in its project."""

    session: Session
    article: ArticleId
    mine: AnnotationId
    theirs: AnnotationId
    bias: CodeId
    act: InstrumentId
    colleague: CoderId
    told: list[ProjectError]

    @property
    def project(self) -> Project:
        return self.session.project


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the project once; each test works on a copy."""
    path = tmp_path_factory.mktemp("template") / "study.gloss"
    draft = Draft(
        "算法应当接受审查", TEXT, Layout.of_lines(TEXT), authors=(Author("王鹏", "大学"),), publisher="治理观察",
        url="https://example.org/a", published="2024-03-05", published_from="page", language="zh",
        removed=(Removed(0, 2, "navigation", "首页"),),
    )  # fmt: skip
    with Project.create(path, person=ME) as project:
        article = project.articles.add(draft)
        codes, links = [project.codes.by_ref(BIAS)], [(project.instruments.all()[0].id, "第十九条")]
        project.annotations.add(article, 9, 26, codes=codes, links=links)
        project.code_as(project.coders.ensure("李明"))
        project.annotations.add(article, TEXT.index("作者"), len(TEXT), codes=codes)
    return path


@pytest.fixture
def world(tmp_path: Path, qapp: QApplication, template: Path) -> Iterator[World]:
    use_language(qapp, "en")
    session = Session()
    told: list[ProjectError] = []
    session.tell, session.person = told.append, ME
    path = Path(shutil.copy(template, tmp_path))
    assert session.open(path), told
    project = session.project
    (article,) = project.articles.all()
    mine, theirs = project.annotations.of(article.id)
    bias, act = project.codes.by_ref(BIAS), mine.links[0].instrument
    yield World(session, article.id, mine.id, theirs.id, bias, act, theirs.coder, told)
    session.close()
    use_language(qapp, "en")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.sendPostedEvents()


def shown(widget: QWidget, width: int = 320, height: int = 900) -> QWidget:
    """Show a widget in a window of a size; the window is to be kept. Without a layout it says no size to the platform."""
    window = QWidget()
    window.resize(width, height)
    widget.setParent(window)
    widget.setGeometry(0, 0, width, height)
    window.show()
    assert QTest.qWaitForWindowExposed(window)
    window.activateWindow()
    QTest.qWait(10)
    return window


def commit(widget: QWidget, text: str) -> None:
    """Write a text as a Chinese input method does: composed first, then committed."""
    QApplication.sendEvent(widget, QInputMethodEvent("pinyin", []))
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)
