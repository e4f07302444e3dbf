"""What is said beside things: catalogue facts, titles of frameworks, Qt's own labels, quotes, long values, recent projects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QToolButton

from desktop.models.codes import versioned
from desktop.models.instruments import issuer_words, remark_words, status_words
from desktop.panels.metadata import ElidedEdit
from desktop.panels.parts import label
from desktop.panels.start_page import StartPage
from desktop.theme import fitted, text_font
from desktop.words import use_language
from resources import resource
from resources.words import catalogue
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]


def test_the_facts_of_an_instrument_are_said_in_chinese(qapp: QApplication, world: World) -> None:
    use_language(qapp, "zh_CN")
    rules = world.project.instruments.get(world.project.instruments.by_ref("cn-algorithm-recommendation-provisions"))
    assert issuer_words(rules.issuer) == "国家互联网信息办公室、工业和信息化部、公安部、国家市场监督管理总局（第 9 号令）"
    assert status_words(rules.status) == "自 2022-03-01 起施行"
    assert (rules.note, remark_words(rules)) == ("published 2022-01-04", "")  # its dates say so
    assert issuer_words("某市{网信办}") == "某市{网信办}"


def test_every_issuer_and_remark_of_the_catalogue_has_its_chinese() -> None:
    known = catalogue("zh_CN")
    shipped = json.loads(resource("instruments", "instruments.json").read_text("utf-8"))
    instruments = shipped["instruments"] if isinstance(shipped, dict) else shipped
    dates = {f"{date['kind']} {date['date']}" for each in instruments for date in each["dates"]}
    said = {each[field] for each in instruments for field in ("issuer", "note") if each[field]}
    assert said - dates - set(known) == set()


@pytest.mark.parametrize(
    ("title", "version", "said"),
    [
        ("人工智能安全治理框架3.0", "3.0", "人工智能安全治理框架 3.0"),
        ("人工智能安全治理框架", "1.0", "人工智能安全治理框架 1.0"),
        ("AI Safety Governance Framework (V1.0)", "1.0", "AI Safety Governance Framework (V1.0)"),
        ("自建编码", "", "自建编码"),
        ("3.0", "3.0", "3.0"),
    ],
)
def test_a_version_stands_once_and_apart(title: str, version: str, said: str) -> None:
    assert versioned(title, version) == said


def test_the_file_dialog_speaks_chinese_and_follows_the_language(qapp: QApplication) -> None:
    use_language(qapp, "zh_CN")
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    words = {each.objectName(): each for each in dialog.findChildren(QLabel)}
    assert words["lookInLabel"].text() == "查找范围(&L)："
    assert words["fileTypeLabel"].text() == "文件类型(&T)："
    assert QCoreApplication.translate("QFileDialog", "No & such label") == "No & such label"
    use_language(qapp, "en")
    QApplication.processEvents()
    assert words["lookInLabel"].text().replace("&", "") == "Look in:"
    dialog.deleteLater()


def test_quotes_are_as_narrow_as_the_letters_beside_them(qapp: QApplication) -> None:
    font = text_font(16)
    assert fitted(font, "作者写道：‘People’s’") == font
    assert fitted(font, "Peoples") == font
    narrow = fitted(font, "People’s")
    assert narrow != font
    assert QFontMetricsF(narrow).horizontalAdvance("’") <= QFontMetricsF(font).horizontalAdvance("’")
    words = label("words", "The People’s")
    words.setText("人民的‘法’")
    assert words.font().featureTags() == []
    words.setText("The People’s")
    assert [tag.toString() for tag in words.font().featureTags()] == [b"pwid"]


def test_a_long_address_is_elided_in_its_middle_until_it_is_worked_on(qapp: QApplication) -> None:
    entry = ElidedEdit(Qt.TextElideMode.ElideMiddle)
    window = shown(entry, 160, 30)
    address = "https://example.org/policy/2024/a-very-long-name-of-a-page.html"
    entry.show_value(address)
    entry.clearFocus()
    assert entry.shown().startswith("https://")
    assert entry.shown().endswith(".html")
    assert "…" in entry.shown()
    quiet = entry.grab().toImage()
    entry.setFocus()
    assert entry.shown() == address
    assert entry.grab().toImage() != quiet
    window.close()


def test_the_first_page_lists_recent_projects_anew_whenever_it_is_shown(qapp: QApplication, tmp_path: Path) -> None:
    recent = [tmp_path / "one.gloss"]
    page = StartPage("", [])
    page.follow_recent(lambda: recent)
    window = shown(page, 800, 700)

    def listed() -> list[str]:
        return [each.toolTip() for each in page.findChildren(QToolButton) if each.property("path") and each.isVisible()]

    assert listed() == [str(tmp_path / "one.gloss")]
    page.hide()
    recent.insert(0, tmp_path / "two.gloss")
    page.show()
    QTest.qWait(1)
    assert listed() == [str(tmp_path / "two.gloss"), str(tmp_path / "one.gloss")]
    window.close()
