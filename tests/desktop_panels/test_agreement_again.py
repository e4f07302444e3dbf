"""Coming back to the agreement page: what the project became since is compared, and units name the code they are about."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.panels.agreement_page import AgreementPage
from tests.desktop_panels.agreement_pages import Key, Two, page, press, ready, shown_in, stand, two
from tests.desktop_panels.world import template, world

__all__ = ["page", "template", "two", "world"]


def away_and_back(page: AgreementPage, qtbot: QtBot) -> None:
    page.show()
    ready(page, qtbot)


def test_statuses_that_changed_while_one_was_away_are_compared_on_coming_back(
    two: Two, page: AgreementPage, qtbot: QtBot
) -> None:
    two.finish(two.world.colleague, two.article, "reading")
    page.compare()
    ready(page, qtbot)
    assert page.remarks.startswith("Articles compared: 0.")
    QTest.mouseClick(page.choices.measures["fleiss"], Qt.MouseButton.LeftButton)
    chosen = page.choices.shown
    page.hide()
    two.finish(two.world.colleague, two.article)
    assert not page.gathering.busy, "nothing is compared out of sight"
    away_and_back(page, qtbot)
    assert page.remarks.startswith("Articles compared: 1.")
    assert shown_in(page, "说明义务")["n"] == "20"
    assert (page.again.isVisible(), page.choices.shown) == (False, chosen)


def test_what_did_not_change_is_not_compared_again(page: AgreementPage, qtbot: QtBot) -> None:
    before = page.comparison
    page.hide()
    away_and_back(page, qtbot)
    assert page.comparison is before


def test_units_one_works_through_stay_and_the_table_is_new_when_it_is_asked_for(
    two: Two, page: AgreementPage, qtbot: QtBot
) -> None:
    stand(page, "说明义务", "one")
    press(page, Key.Key_Return, qtbot)
    page.hide()
    two.mark(two.world.colleague, "第10句说", two.duty)
    away_and_back(page, qtbot)
    assert page.said == "说明义务: Coded by only one, 1 of 1"
    page.begin()
    ready(page, qtbot)
    assert shown_in(page, "说明义务")["One"] == "0"
    assert not page.again.isVisible()


def test_units_over_all_codes_say_which_code_they_are_about(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    two.mark(two.me, "第10句说", two.plain)
    page.compare()
    ready(page, qtbot)
    stand(page, "Over all codes", "one")
    press(page, Key.Key_Return, qtbot)
    said = []
    for row in range(page.units.model.rowCount()):
        page.units.list.setCurrentIndex(page.units.model.index(row))
        spoken = str(page.units.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole))
        said.append((page.units.current.code, page.units.sheet._place.text(), spoken.split(" – ")[1]))  # type: ignore[union-attr]
    assert said == [(name, f"{name} · 二十句 · ¶1", name) for name in ("说明义务", "普通话")]


def test_a_row_draws_the_name_of_its_code(two: Two, page: AgreementPage, qtbot: QtBot) -> None:
    two.mark(two.me, "第10句说", two.plain)
    page.compare()
    ready(page, qtbot)
    stand(page, "Over all codes", "one")
    press(page, Key.Key_Return, qtbot)
    units = page.units
    box = units.list.visualRect(units.model.index(1))
    named = units.list.viewport().grab(box).toImage()
    assert units.list.viewport().grab(box).toImage() == named
    units.model._units[1] = replace(units.model._units[1], code="")
    assert units.list.viewport().grab(box).toImage() != named
