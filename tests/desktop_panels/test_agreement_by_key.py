"""Agreement worked by keys: from a number to its units and back, from above to below, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.analysis.agreement import NAMES
from db.records import Draft, Layout
from desktop.models.agreement_choice import setting
from desktop.panels.agreement_page import AgreementPage
from desktop.panels.chips import Chip
from desktop.settings import Settings
from tests.desktop_panels.agreement_pages import (
    SAID,
    Key,
    Two,
    opened,
    page,
    press,
    ready,
    sheet_words,
    shown_in,
    stand,
    two,
)
from tests.desktop_panels.world import template, world

__all__ = ["page", "template", "two", "world"]


def test_enter_opens_the_disagreements_behind_a_number_and_esc_leads_back(page: AgreementPage, qtbot: QtBot) -> None:
    stand(page, "说明义务", "kappa")
    press(page, Key.Key_Return, qtbot)
    assert page.units.list.hasFocus()
    assert page.said == "说明义务: Coded by only one, 1 of 1"
    assert page.units.current is not None
    assert page.units.current.text == "第10句说明理由。"
    assert sheet_words(page.units.sheet) == ["✓ 王岚 coded it", "第10句说明", "– 李明 did not code it"]
    left: list[None] = []
    page.left.connect(lambda: left.append(None))
    press(page, Key.Key_Escape, qtbot)
    assert page.table.hasFocus()
    assert left == []
    stand(page, "说明义务", "both")
    press(page, Key.Key_Return, qtbot)
    assert page.said == "说明义务: Coded by both, 1 of 9"
    press(page, Key.Key_Escape, qtbot)
    press(page, Key.Key_Escape, qtbot)
    assert left == [None]


def test_units_are_stepped_by_key_and_open_in_the_article(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    asked: list[tuple[object, ...]] = []
    page.place_requested.connect(lambda *place: asked.append(place))
    stand(page, "说明义务", "both")
    press(page, Key.Key_Return, qtbot)
    texts = []
    for key in (Key.Key_J, Key.Key_Down, Key.Key_K, Key.Key_K, Key.Key_K):
        press(page, key, qtbot)
        assert page.units.current is not None
        texts.append(page.units.current.text[:4])
    assert texts == ["第12句", "第13句", "第12句", "第11句", "第11句"]
    press(page, Key.Key_Return, qtbot)
    own = [each for each in two.project.annotations.of(two.article) if each.coder == two.me and each.exact.startswith("第11")]
    start = SAID.index("第11句")
    assert asked == [(two.article, start, start + len("第11句说明理由。"), own[0].id)]


def test_the_notes_of_both_stand_beside_the_unit_but_no_private_ones_of_others(
    two: Two, page: AgreementPage, qtbot: QtBot
) -> None:
    found = {each.coder: each.id for each in two.project.annotations.of(two.article) if each.exact.startswith("第12")}
    two.project.notes.add("annotation", found[two.me], "我的理由")
    two.project.notes.add("annotation", found[two.me], "只给自己", private=True)
    two.project.code_as(two.world.colleague)
    two.project.notes.add("annotation", found[two.world.colleague], "对方的理由")
    two.project.notes.add("annotation", found[two.world.colleague], "别人的私房话", private=True)
    two.project.code_as(two.me)
    stand(page, "说明义务", "both")
    press(page, Key.Key_Return, qtbot)
    press(page, Key.Key_J, qtbot)
    words = sheet_words(page.units.sheet)
    assert [word for word in words if "理由" in word or "私" in word or "自己" in word] == ["我的理由\n\n只给自己", "对方的理由"]


def test_units_nobody_coded_are_read_some_at_a_time(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    text = "".join(f"长文第{number}句。" for number in range(450))
    long = two.project.articles.add(Draft("长文", text, Layout.of_lines(text), language="zh"))
    for coder in (two.me, two.world.colleague):
        two.finish(coder, long)
    page.compare()
    ready(page, qtbot)
    stand(page, "说明义务", "none")
    assert page.said == "说明义务: 460 of 470 units. Coded by neither."
    press(page, Key.Key_Return, qtbot)
    assert page.said.endswith("1 of 200+")
    seen = 0
    while not page.units.model.complete and seen < 20:
        press(page, Key.Key_End, qtbot)
        seen += 1
    press(page, Key.Key_End, qtbot)
    assert page.said == "说明义务: Coded by neither, 460 of 460"


def test_tab_goes_from_above_to_below_past_nothing(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    two.finish(two.project.coders.ensure("赵六"), two.article)
    page.choices._picking.picked.emit((two.duty,))
    ready(page, qtbot)
    choices = page.choices
    page.closing.setFocus()
    went = []
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget() or page, Key.Key_Tab)
        went.append(QApplication.focusWidget())
        if went[-1] is page.export:
            break
    assert [widget for widget in went if not isinstance(widget, Chip)] == [
        *choices.chips.values(), choices.add_code, choices.below, *choices.units.values(), *choices.measures.values(),
        choices.without, page.table, page.nameless, page.export,
    ]  # fmt: skip
    page.setFocus()
    assert page.table.hasFocus()


def test_a_cell_stays_in_sight_when_more_is_said_of_it(page: AgreementPage, qtbot: QtBot) -> None:
    page.setGeometry(0, 0, 900, 420)
    for _ in range(3):
        page.table.stand_on(1, page.model.column_of("ac1"))
        QTest.qWait(10)
        page._said.setText("说" * 300)
        QTest.qWait(10)
    box = page.table.visualRect(page.table.currentIndex())
    assert page.table.viewport().rect().intersected(box).height() >= min(box.height(), page.table.viewport().height())


def test_what_was_chosen_is_chosen_again_when_the_project_is_opened_again(two: Two, qtbot: QtBot, tmp_path: Path) -> None:
    third = two.project.coders.ensure("赵六")
    two.finish(third, two.article)
    settings = Settings(tmp_path / "window.ini")

    page, window = opened(two, settings, qtbot)
    assert len(page.choices.coders) == 3
    page.choices.chips[third].click()
    page.choices.measures["fleiss"].click()
    page.choices.without.click()
    page.nameless.click()
    page.choices.choose_unit("paragraph")
    page.choices._picking.picked.emit((two.duty,))
    page.choices.below.click()
    ready(page, qtbot)
    wanted = replace(page.choices.options, codes=(two.duty,), unit="paragraph", without_offered=True)
    page._forget()
    window.close()
    again, window = opened(two, settings, qtbot)
    assert again.choices.coders == (two.me, two.world.colleague)
    assert again.choices.options == wanted
    assert not again.choices.with_below
    assert again.nameless.isChecked()
    assert again.model.measures == NAMES
    assert shown_in(again, "说明义务")["n"] == "1"
    two.project.codes.remove(two.duty)
    again._forget()
    again.begin()
    ready(again, qtbot)
    assert again.choices.codes == (), "what is gone is chosen no more"
    settings.keep(setting(two.project.path), '{"coders": 3, "codes": ["nobody"], "unit": ["word"]}')
    again._forget()
    again.begin()
    ready(again, qtbot)
    assert len(again.choices.coders) == 3
    assert again.choices.options.unit == "sentence"
    again._forget()
    window.close()
