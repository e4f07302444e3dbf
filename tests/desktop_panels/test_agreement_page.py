"""Agreement between coders: chosen by chips and keys, read as a table in words, opened as the units behind each number."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.errors import Refused
from desktop.models.agreement import BAND, INTERVAL
from desktop.models.articles import RECORD
from desktop.panels.agreement_page import AgreementPage
from desktop.panels.agreement_table import AgreementTable
from desktop.style_panels import panels_style
from desktop.theme import Theme
from desktop.words import use_language
from tests.desktop_panels.agreement_pages import (
    SAID,
    Key,
    Mod,
    Two,
    page,
    press,
    ready,
    sheet_words,
    shown_in,
    stand,
    two,
)
from tests.desktop_panels.world import World, commit, shown, template, world

__all__ = ["page", "template", "two", "world"]


def test_who_finished_is_compared_at_once_and_the_numbers_are_right(page: AgreementPage) -> None:
    assert [(chip.text(), chip.isChecked()) for chip in page.choices.chips.values()] == [("王岚 · 1", True), ("李明 · 1", True)]
    assert shown_in(page, "说明义务") == {
        "n": "20", "王": "10", "李": "9", "Both": "9", "One": "1", "Neither": "10",
        "%": "95.0%", "κ": "0.900", "α": "0.902", "AC1": "0.900",
    }  # fmt: skip
    assert page.remarks.startswith("Articles compared: 1. Not compared, as 王岚 has not coded or checked them: 1 of 2 articles.")


def test_a_number_says_its_interval_and_what_it_allows_in_words(page: AgreementPage) -> None:
    stand(page, "说明义务", "kappa")
    index = page.table.currentIndex()
    low, high = (float(each) for each in str(index.data(INTERVAL)).split(" – "))
    assert 0.4 < low <= 0.9 <= high <= 1
    assert index.data(BAND) == "reliable"
    assert page.said.startswith("说明义务, Cohen's kappa: 0.900 (95% interval ")
    assert page.said.endswith(", reliable.")
    assert index.data(Qt.ItemDataRole.ToolTipRole) == page.said == index.data(Qt.ItemDataRole.AccessibleTextRole)
    stand(page, "说明义务", "percent")
    assert page.table.currentIndex().data(BAND) == ""
    stand(page, "说明义务", "given")
    assert page.said == "说明义务: 王岚 coded 10 of 20 units."
    stand(page, "说明义务", "units")
    assert page.said == "说明义务, units compared: 20."


def test_where_a_measure_is_undefined_a_dash_stands_and_the_reason_is_said(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    for number in range(10, 30):
        for coder in (two.me, two.world.colleague):
            two.mark(coder, f"第{number}句说明理", two.plain)
    page.compare()
    ready(page, qtbot)
    stand(page, "普通话", "kappa")
    assert page.table.currentIndex().data() == "–"
    assert page.table.currentIndex().data(INTERVAL) == ""
    assert page.said.endswith("Undefined, because all units are in one category, so chance alone would agree on all.")
    assert shown_in(page, "普通话")["%"] == "100.0%"
    titles = [page.model.title(line) for row in range(page.model.rowCount()) if (line := page.model.line(row))]
    assert titles == ["Over all codes", "说明义务 and below", "说明义务 itself", "普通话"]
    assert [page.model.line(row).depth for row in range(4)] == [0, 0, 1, 1]  # type: ignore[union-attr]


def test_a_number_with_no_units_behind_it_says_so(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    two.mark(two.me, "第29句", two.plain)
    page.compare()
    ready(page, qtbot)
    stand(page, "普通话", "both")
    press(page, Key.Key_Return, qtbot)
    assert page.table.hasFocus()
    assert [error.template for error in two.world.told if isinstance(error, Refused)] == ["There is no unit of this kind."]


def test_the_unit_is_chosen_by_brackets_and_by_a_click(page: AgreementPage, qtbot: QtBot) -> None:
    press(page, Key.Key_BracketRight, qtbot)
    assert shown_in(page, "说明义务")["n"] == "1"
    press(page, Key.Key_BracketLeft, qtbot)
    press(page, Key.Key_BracketLeft, qtbot)
    assert shown_in(page, "说明义务")["n"] == str(len(SAID))
    QTest.mouseClick(page.choices.units["article"], Qt.MouseButton.LeftButton)
    ready(page, qtbot)
    assert page.table.hasFocus()
    stand(page, "说明义务", "both")
    press(page, Key.Key_Return, qtbot)
    assert page.units.current is not None
    assert page.units.current.text == ""
    assert page.units.model.index(0).data().startswith("第10句说明 … ")


def test_runs_of_characters_open_in_their_sentence(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    two.mark(two.me, "第25句说明理由", two.plain)
    two.mark(two.world.colleague, "句说明", two.plain)
    press(page, Key.Key_BracketLeft, qtbot)
    stand(page, "普通话", "one")
    press(page, Key.Key_Return, qtbot)
    told = page.units.current
    assert told is not None
    assert (told.text, told.exact) == ("第10句说明理由。", "句说明")


def test_measures_are_shown_and_hidden_without_comparing_again(page: AgreementPage, qtbot: QtBot) -> None:
    before = page.comparison
    QTest.mouseClick(page.choices.measures["fleiss"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.choices.measures["percent"], Qt.MouseButton.LeftButton)
    assert list(shown_in(page, "说明义务"))[6:] == ["κ", "π", "α", "AC1"]
    assert page.comparison is before


def test_codes_are_chosen_with_the_picker_with_what_is_below_them_or_without(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    two.mark(two.me, "第29句", two.plain)
    press(page, Key.Key_T, qtbot)
    picker = page.choices.picker
    assert picker is not None
    commit(picker.entry, "说明义务")
    QTest.keyClick(picker.entry, Key.Key_Return)
    ready(page, qtbot)
    titles = [page.model.title(line) for row in range(page.model.rowCount()) if (line := page.model.line(row))]
    assert titles == ["Over all codes", "说明义务 and below", "说明义务 itself", "普通话"]
    QTest.mouseClick(page.choices.below, Qt.MouseButton.LeftButton)
    ready(page, qtbot)
    titles = [page.model.title(line) for row in range(page.model.rowCount()) if (line := page.model.line(row))]
    assert titles == ["Over all codes", "说明义务 and below", "说明义务 itself"]
    two.project.codes.remove(two.duty)
    ready(page, qtbot)
    assert page.choices.codes == ()


def test_accepted_suggestions_are_left_out_where_asked_and_said(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    two.mark(two.world.colleague, "第10句说", two.duty, origin="accepted offer")
    page.compare()
    ready(page, qtbot)
    assert shown_in(page, "说明义务")["κ"] == "1.000"
    QTest.mouseClick(page.choices.without, Qt.MouseButton.LeftButton)
    ready(page, qtbot)
    assert shown_in(page, "说明义务")["κ"] == "0.900"
    assert "Left out, as they are accepted suggestions: 1 of the codings of 李明." in page.remarks


def test_one_coder_alone_and_articles_nobody_else_finished_are_said_with_what_to_do(
    two: Two, page: AgreementPage, qtbot: QtBot
) -> None:
    chips = list(page.choices.chips.values())
    QTest.mouseClick(chips[1], Qt.MouseButton.LeftButton)
    ready(page, qtbot)
    assert (page.remarks, page.model.rowCount(), page.export.isVisible()) == ("Choose two or more coders.", 0, False)
    QTest.mouseClick(chips[1], Qt.MouseButton.LeftButton)
    ready(page, qtbot)
    assert page.model.rowCount() == 2
    two.finish(two.world.colleague, two.article, "reading")
    page.compare()
    ready(page, qtbot)
    assert "No article is coded or checked by two of these coders. Let each set the status" in page.remarks
    assert page.model.line(0) is not None


def test_a_project_of_one_coder_asks_for_the_bundle_of_another(world: World, qtbot: QtBot) -> None:
    me = world.project.me
    world.project.code_as(world.colleague)
    world.project.annotations.remove([world.theirs])
    world.project.code_as(me)
    page = AgreementPage(world.session)
    window = shown(page, 900, 600)
    page.begin()
    ready(page, qtbot)
    assert page.remarks == "Agreement needs the codings of two coders. Merge a colleague's bundle into this project."
    page._forget()
    window.close()


def test_what_changed_since_is_said_and_compared_when_asked(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    stand(page, "说明义务", "one")
    press(page, Key.Key_Return, qtbot)
    two.mark(two.world.colleague, "第10句说", two.duty)
    ready(page, qtbot)
    assert page.said == "说明义务: Coded by only one, 1 of 1", "what one works through does not change under one's hands"
    assert page.again.isVisible()
    press(page, Key.Key_Escape, qtbot)
    assert page.remarks.startswith("Codings have changed since. ")
    press(page, Key.Key_Return, qtbot, Mod.ControlModifier)
    assert shown_in(page, "说明义务")["One"] == "0"
    assert not page.again.isVisible()
    assert page.model.heading(page.table.currentIndex().column()).name == "one"  # type: ignore[union-attr]


def test_a_comparison_that_was_overtaken_is_dropped(page: AgreementPage, qtbot: QtBot) -> None:
    shown_units: list[str] = []
    page.gathering.done.connect(lambda found: shown_units.append(found[0].options.unit))
    page.choices.choose_unit("paragraph")
    page.compare()
    page.choices.choose_unit("article")
    page.compare()
    ready(page, qtbot)
    assert shown_units == ["article"]


def test_esc_stops_a_comparison_that_runs(page: AgreementPage, qtbot: QtBot) -> None:
    page.choices.choose_unit("paragraph")
    page.compare()
    assert page.gathering.busy
    assert page.said == "Comparing…"
    QTest.keyClick(page.table, Key.Key_Escape)
    assert not page.gathering.busy
    assert page.remarks == "The comparison was cancelled."
    assert page.again.isVisible()
    QTest.mouseClick(page.again, Qt.MouseButton.LeftButton)
    ready(page, qtbot)
    assert shown_in(page, "说明义务")["n"] == "1"


def test_the_table_is_copied_with_tabs(page: AgreementPage, qtbot: QtBot) -> None:
    press(page, Key.Key_C, qtbot, Mod.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert {len(line) for line in lines} == {7 + 3 * 4}
    assert lines[0][:10] == ["Code", "n", "王", "李", "Both", "One", "Neither", "%", "% ↓", "% ↑"]
    assert lines[2][:8] == ["说明义务", "20", "10", "9", "9", "1", "10", "0.9500"]


def test_it_is_all_said_in_chinese(page: AgreementPage, qtbot: QtBot, qapp: QApplication) -> None:
    stand(page, "说明义务", "kappa")
    use_language(qapp, "zh_CN")
    QTest.qWait(20)
    assert page.said.endswith("，可靠。")
    assert list(shown_in(page, "全部编码合计"))[3:6] == ["都有", "仅一人", "都无"]
    assert page.remarks.startswith("比较的文章：1 篇。")
    press(page, Key.Key_Return, qtbot)
    assert page.said == "说明义务：仅一人编码，第 1 处，共 1 处"
    assert sheet_words(page.units.sheet)[-1] == "– 李明 未编码"


def test_three_coders_are_compared_by_all_some_and_none(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    third = two.project.coders.ensure("赵六")
    two.mark(third, "第10句", two.duty)
    two.finish(third, two.article)
    ready(page, qtbot)
    found = shown_in(page, "说明义务")
    assert (found["All"], found["Some"], found["None"]) == ("0", "10", "10"), "who comes is compared too"
    stand(page, "说明义务", "kappa")
    assert "Light's kappa (mean of Cohen's over pairs)" in page.said


def test_every_theme_hands_its_colours_to_the_table(page: AgreementPage) -> None:
    theme = Theme.load("dark")
    page.setStyleSheet(panels_style(theme))
    QTest.qWait(10)
    stand(page, "说明义务", "kappa")
    image = page.table.grab().toImage()
    assert not image.isNull()
    assert page.table.colour("muted") == theme.colour("muted")
    assert page.table.verticalHeader().width() >= 150
    assert page.model.headerData(0, Qt.Orientation.Vertical, RECORD) is page.model.line(0)


def test_the_codes_stay_in_sight_where_the_numbers_need_more_room(page: AgreementPage) -> None:
    table: AgreementTable = page.table
    wide = table.verticalHeader().width()
    window = page.window()
    assert isinstance(window, QWidget)
    page.setGeometry(0, 0, 460, 600)
    QTest.qWait(10)
    assert 150 <= table.verticalHeader().width() < wide
    assert table.horizontalScrollBar().maximum() > 0


def test_nothing_of_a_project_is_left_when_it_is_closed(two: Two, page: AgreementPage, tmp_path: Path) -> None:
    two.world.session.close()
    assert (page.model.rowCount(), page.choices.there, page.comparison) == (0, (), None)
    assert list(tmp_path.glob("*-wal")) == []
