"""How the panels look: every theme gives its colours, both languages their words, and fields fit what is in them."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.panels.inspector import Inspector
from desktop.panels.note_editor import GrowingEdit
from desktop.panels.parts import ShortText, TokenView
from desktop.style_panels import panels_style
from desktop.theme import BRANCHES, THEMES, Theme
from desktop.words import use_language
from tests.desktop_panels.test_inspector import words
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]


@pytest.mark.parametrize("name", THEMES)
def test_every_theme_hands_its_colours_to_the_lists(qapp: QApplication, name: str) -> None:
    theme = Theme.load(name)
    view = TokenView()
    view.setStyleSheet(panels_style(theme))
    shown(view, 100, 100)
    assert view.colour("muted") == theme.colour("muted")
    assert {branch: view.colour(branch) for branch in BRANCHES} == {branch: theme.branch(branch) for branch in BRANCHES}
    assert "$" not in panels_style(theme)


def test_a_switched_language_reaches_every_word(world: World, qapp: QApplication) -> None:
    inspector = Inspector(world.session)
    window = shown(inspector)
    inspector.show_annotations([world.mine])
    try:
        for language, wanted in (("zh_CN", ("编码", "政策文书", "笔记")), ("en", ("Codes", "Instruments", "Notes"))):
            use_language(qapp, language)
            QTest.qWait(20)
            said = words(inspector)
            assert [word for word in wanted if word not in said] == []
    finally:
        use_language(qapp, "en")
    window.close()


def test_the_bar_of_a_code_has_the_colour_of_its_branch(world: World, qapp: QApplication) -> None:
    theme = Theme.load("light")
    inspector = Inspector(world.session)
    inspector.setStyleSheet(panels_style(theme))
    window = shown(inspector)
    inspector.show_annotations([world.mine])
    QTest.qWait(10)
    row = inspector.passage.codes.rows()[0]
    image: QImage = row.grab().toImage()
    colours = {image.pixelColor(x, image.height() // 2).name() for x in range(6)}
    assert theme.branch("inherent").name() in colours
    window.close()


def test_a_note_field_is_as_high_as_its_lines(qapp: QApplication) -> None:
    field = GrowingEdit()
    window = QWidget()
    field.setParent(window)
    window.resize(300, 600)
    window.show()
    one = field.height()
    field.setPlainText("a\nb\nc")
    three = field.height()
    field.setPlainText("长" * 200)
    field.resize(200, field.height())
    wrapped = field.height()
    field.setPlainText("x\n" * 500)
    assert one < three < wrapped <= field.height() < 500
    window.close()


@pytest.mark.parametrize("text", ["短", "一" * 500, "word " * 100, "🙂" * 200, ""])
def test_a_quote_has_at_most_its_lines(qapp: QApplication, text: str) -> None:
    quote = ShortText("quote", 3)
    window = shown(quote, 200, 200)
    quote.set_text(text)
    assert quote.sizeHint().height() <= 3 * 1.25 * QLabel().fontMetrics().height() + 6
    assert quote.toolTip() == ("" if len(text) < 10 else " ".join(text.split()))
    assert not quote.grab().isNull()
    window.close()
