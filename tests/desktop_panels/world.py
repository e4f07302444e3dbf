"""A small project with two coders, and the keys to work on it."""

from __future__ import annotations

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


@pytest.fixture
def world(tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))
    use_language(qapp, "en")
    session = Session()
    told: list[ProjectError] = []
    session.tell = told.append
    session.person = Person("01900000-0000-7000-8000-000000000001", "王岚", "王", installation="here")
    assert session.create(tmp_path / "study.gloss"), told
    project = session.project
    draft = Draft(
        "算法应当接受审查", TEXT, Layout.of_lines(TEXT), authors=(Author("王鹏", "大学"),), publisher="治理观察", url="https://example.org/a",
        published="2024-03-05", published_from="page", language="zh", removed=(Removed(0, 2, "navigation", "首页"),),
    )  # fmt: skip
    article = project.articles.add(draft)
    bias, act = project.codes.by_ref(BIAS), project.instruments.all()[0].id
    mine = project.annotations.add(article, 9, 26, codes=[bias], links=[(act, "第十九条")])
    me = project.me
    colleague = project.coders.ensure("李明")
    project.code_as(colleague)
    theirs = project.annotations.add(article, TEXT.index("作者"), len(TEXT), codes=[bias])
    project.code_as(me)
    yield World(session, article, mine, theirs, bias, act, colleague, told)
    for widget in QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    session.close()
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
