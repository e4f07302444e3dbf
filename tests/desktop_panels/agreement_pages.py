"""Two coders who finished an article, the page on which they are compared, and the keys to work on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.records import AnnotationId, ArticleId, CodeId, Draft, Layout
from desktop.panels.agreement_page import AgreementPage
from desktop.panels.unit_sheet import UnitSheet
from desktop.settings import Settings
from tests.desktop_panels.world import World, shown

Key, Mod = Qt.Key, Qt.KeyboardModifier
SAID = "".join(f"第{number}句说明理由。" for number in range(10, 30))


class Two:
    """王岚 and 李明 coded an article of twenty sentences; both finished it."""

    def __init__(self, world: World) -> None:
        self.world, self.project = world, world.project
        self.me = self.project.me
        self.duty = self.project.codes.add("说明义务")
        self.plain = self.project.codes.add("普通话", parent=self.duty)
        self.article = self.project.articles.add(Draft("二十句", SAID, Layout.of_lines(SAID), language="zh"))
        for coder, numbers in ((self.me, range(10, 20)), (world.colleague, range(11, 20))):
            for number in numbers:
                self.mark(coder, f"第{number}句说明", self.duty)
        for coder in (self.me, world.colleague):
            self.finish(coder, self.article)

    def mark(self, coder: int, words: str, code: CodeId, origin: str = "by hand") -> AnnotationId:
        self.project.code_as(coder)  # type: ignore[arg-type]
        start = SAID.index(words)
        made = self.project.annotations.add(self.article, start, start + len(words), codes=[code], origin=origin)
        self.project.code_as(self.me)
        return made

    def finish(self, coder: int, article: ArticleId, status: str = "coded") -> None:
        self.project.code_as(coder)  # type: ignore[arg-type]
        self.project.articles.set_status(article, status)
        self.project.code_as(self.me)


@pytest.fixture
def two(world: World) -> Two:
    return Two(world)


@pytest.fixture
def page(two: Two, qtbot: QtBot) -> Iterator[AgreementPage]:
    made = AgreementPage(two.world.session)
    window = shown(made, 1000, 700)
    made.begin()
    made.setFocus()
    ready(made, qtbot)
    yield made
    made._forget()
    window.close()


def opened(two: Two, settings: Settings, qtbot: QtBot) -> tuple[AgreementPage, QWidget]:
    made = AgreementPage(two.world.session, settings)
    window = shown(made, 1000, 700)
    made.begin()
    ready(made, qtbot)
    return made, window


def ready(page: AgreementPage, qtbot: QtBot) -> None:
    def is_ready() -> bool:
        return not page._timer.isActive() and not page.gathering.busy and not page.units.reading.busy

    qtbot.waitUntil(is_ready, timeout=10_000)


def press(page: AgreementPage, key: Qt.Key, qtbot: QtBot, modifier: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or page.table, key, modifier)
    ready(page, qtbot)


def stand(page: AgreementPage, title: str, name: str) -> None:
    rows = [page.model.title(line) for row in range(page.model.rowCount()) if (line := page.model.line(row))]
    page.table.stand_on(rows.index(title), page.model.column_of(name))


def shown_in(page: AgreementPage, title: str) -> dict[str, str]:
    rows = [page.model.title(line) for row in range(page.model.rowCount()) if (line := page.model.line(row))]
    row, model = rows.index(title), page.model
    heads = [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in range(model.columnCount())]
    return {head: str(model.index(row, column).data()) for column, head in enumerate(heads)}


def sheet_words(sheet: UnitSheet) -> list[str]:
    labels = (part for block in sheet.blocks for part in (block.said, block.quotes, block.notes))
    return [part.text() for part in labels if part.isVisible()]
