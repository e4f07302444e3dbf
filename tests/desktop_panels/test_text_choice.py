"""What belongs to the text: blocks kept and left out by key, counted, and made a new version that keeps its annotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.records import Author, Block, Draft, Layout, Removed
from desktop.actions.import_actions import ImportActions
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.panels.text_choice import TextChoice
from desktop.words import use_language
from desktop.worker import Worker
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key
_WAIT = 20_000  # milliseconds
LINES = ("首页 > 观察", "一个题目", "第一段说算法备案。", "扫码关注我们", "第二段说内容标识。")
REASONS = {0: "menu", 3: "follow"}


@dataclass
class Bench:
    """A page on an article of five blocks, two of them left out, with an annotation in the first paragraph."""

    world: World
    page: TextChoice
    imports: ImportActions
    pages: Pages
    window: QWidget
    article: int
    left: list[str] = field(default_factory=list)

    def text(self) -> str:
        return self.world.project.articles.version(self.world.project.articles.all()[0].id).text


def _draft() -> Draft:
    kept = [line for n, line in enumerate(LINES) if n not in REASONS]
    text = "\n".join(kept)
    starts = [text.index(line) for line in kept]
    kinds = ("heading", "paragraph", "paragraph")
    blocks = tuple(
        Block(kind, start, start + len(line), int(kind == "heading"))  # type: ignore[arg-type]
        for kind, start, line in zip(kinds, starts, kept, strict=True)
    )
    whole = "\n".join(LINES)
    removed = tuple(
        Removed(whole.index(LINES[n]), whole.index(LINES[n]) + len(LINES[n]), reason, LINES[n]) for n, reason in REASONS.items()
    )
    return Draft(
        "一个题目", text, Layout(blocks), authors=(Author("王鹏"),), removed=removed, original=b"page", file_name="a.html"
    )


@pytest.fixture
def bench(world: World, qtbot: QtBot) -> Iterator[Bench]:
    project = world.project
    article = project.articles.add(_draft())
    at = _draft().text.index("算法备案")
    project.annotations.add(article, at, at + 4, codes=[world.bias])
    page = TextChoice(world.session)
    window = shown(page, 700, 500)
    worker = Worker(world.session, window)
    pages = Pages({"article": QWidget, "text_choice": QWidget}, window)
    imports = ImportActions(world.session, worker, NoticeBar(window), pages, window)
    page.apply_requested.connect(imports.apply_choice)
    made = Bench(world, page, imports, pages, window, article)
    page.left.connect(lambda: made.left.append("left"))
    with qtbot.waitSignal(page.ready, timeout=_WAIT):
        page.show_article(article)
    page.list.setFocus()
    yield made
    worker.stop()
    page.clear()
    window.close()


def press(bench: Bench, *keys: Key) -> None:
    for key in keys:
        QTest.keyClick(bench.page.list, key)


def apply(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.page.ready, timeout=_WAIT):  # the page follows the new version
        QTest.keyClick(bench.page.list, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_blocks_stand_in_reading_order_with_what_was_left_out(bench: Bench) -> None:
    model = bench.page.model
    rows = [model.row(model.index(n)) for n in range(model.rowCount())]
    assert [row.text for row in rows if row] == list(LINES)
    assert [row.kept for row in rows if row] == [False, True, True, False, True]
    assert bench.page.count.text() == "3 of 5 blocks belong to the text"
    assert not bench.page.apply.isEnabled()


def test_a_block_is_put_back_by_key_as_one_change(bench: Bench, qtbot: QtBot) -> None:
    press(bench, Key.Key_J, Key.Key_J, Key.Key_J, Key.Key_Space)
    assert bench.page.count.text() == "4 of 5 blocks belong to the text · 1 chosen otherwise"
    apply(bench, qtbot)
    assert bench.text() == "\n".join(LINES[1:])
    (annotation,) = bench.world.project.annotations.of(bench.world.project.articles.all()[0].id)
    assert annotation.start is not None
    assert bench.text()[annotation.start : annotation.end] == "算法备案"
    assert bench.world.project.articles.original(bench.world.project.articles.all()[0].id) == b"page"
    bench.world.project.undo()
    assert "扫码关注我们" not in bench.text()


def test_leaving_out_a_marked_block_says_so_before_and_asks_for_review_after(bench: Bench, qtbot: QtBot) -> None:
    press(bench, Key.Key_J, Key.Key_J, Key.Key_Space)
    assert "will wait to be looked at: 1" in bench.page.count.text()
    apply(bench, qtbot)
    assert bench.text() == "\n".join([LINES[1], LINES[4]])
    assert sum(bench.world.project.review.count().values()) == 1
    bench.world.project.undo()
    assert bench.text() == _draft().text
    assert sum(bench.world.project.review.count().values()) == 0


def test_a_click_toggles_and_a_second_one_takes_it_back(bench: Bench) -> None:
    page = bench.page
    at = page.list.visualRect(page.model.index(0)).center()
    QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert page.model.kept[0]
    QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert page.model.changed == []
    assert not page.apply.isEnabled()


def test_several_blocks_are_chosen_at_once(bench: Bench) -> None:
    bench.page.list.selectAll()
    press(bench, Key.Key_Space)
    assert bench.page.model.kept == [True] * 5
    press(bench, Key.Key_Space)
    assert bench.page.model.kept == [False] * 5
    assert not bench.page.apply.isEnabled(), "an article needs a text"
    assert bench.page.count.text() == "Keep at least one block: an article needs a text."


def test_a_change_of_another_article_keeps_what_was_chosen(bench: Bench) -> None:
    press(bench, Key.Key_Space)
    bench.world.project.articles.edit(bench.world.article, publisher="别处")
    assert bench.page.model.changed == [0]


def test_a_version_made_meanwhile_is_not_overwritten(bench: Bench, qtbot: QtBot) -> None:
    stale = list(bench.page.model.kept)
    stale[0] = True
    project = bench.world.project
    article = project.articles.all()[0]
    before = article.version
    with qtbot.waitSignal(bench.page.ready, timeout=_WAIT):
        project.versions.edit_text(article.id, 0, 1, "另")
    with qtbot.waitSignal(bench.imports._worker.ended, timeout=_WAIT):
        bench.imports.apply_choice(article.id, before, stale)
    assert "another text meanwhile" in str(bench.world.told[-1])
    assert bench.text().startswith("另")


def test_another_text_ends_the_choosing_with_words(bench: Bench, qtbot: QtBot) -> None:
    press(bench, Key.Key_Space)
    article = bench.world.project.articles.all()[0].id
    with qtbot.waitSignal(bench.page.ready, timeout=_WAIT):
        bench.world.project.versions.edit_text(article, 0, 1, "另")
    assert bench.left == ["left"]
    assert "Nothing of it is lost" in str(bench.world.told[-1])
    assert bench.page.model.changed == []


def test_another_text_is_shown_where_nothing_was_chosen(bench: Bench, qtbot: QtBot) -> None:
    article = bench.world.project.articles.all()[0].id
    with qtbot.waitSignal(bench.page.ready, timeout=_WAIT):
        bench.world.project.versions.edit_text(article, 0, 1, "另")
    assert (bench.left, bench.world.told) == ([], [])
    assert bench.page.model.rowCount() > 0


def test_a_version_that_was_asked_for_here_leaves_nothing_to_say(bench: Bench, qtbot: QtBot) -> None:
    press(bench, Key.Key_Space)
    apply(bench, qtbot)
    assert (bench.left, bench.world.told) == ([], [])


def test_a_page_that_is_not_seen_leaves_no_other(bench: Bench) -> None:
    bench.page.hide()
    bench.world.project.undo()
    bench.world.project.undo()
    assert bench.page.model.rowCount() == 0
    assert (bench.left, bench.world.told) == ([], [])


def test_an_article_that_is_gone_leaves_the_page_with_words(bench: Bench) -> None:
    press(bench, Key.Key_Space)
    bench.world.project.undo()
    bench.world.project.undo()
    assert bench.left == ["left"]
    assert "no longer in the project" in str(bench.world.told[-1])
    assert not bench.page.apply.isEnabled()
    assert bench.page.model.rowCount() == 0
    assert bench.page.count.text() == ""


def test_escape_leaves_and_the_command_comes_back(bench: Bench, qtbot: QtBot) -> None:
    press(bench, Key.Key_Escape)
    assert bench.left == ["left"]


def test_the_page_speaks_chinese_at_once(bench: Bench, qapp: QApplication) -> None:
    use_language(qapp, "zh_CN")
    qapp.processEvents()
    assert bench.page.count.text() == "共 5 段，正文包含 3 段"
    assert bench.page.apply.text() == "应用"
