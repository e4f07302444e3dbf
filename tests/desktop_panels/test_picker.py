"""Choosing codes and instruments with a few keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.models.offers import Offer
from desktop.panels.beside import placed
from desktop.panels.picker import SIZE, Picker
from tests.desktop_panels.world import World, commit, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key


@pytest.fixture
def picker(world: World) -> Iterator[Picker]:
    window = shown(QWidget(), 1280, 800)
    picker = Picker(world.session, window)
    picker.pick_codes(QRect(window.mapToGlobal(QPoint(300, 200)), QSize(200, 28)), "偏见")
    yield picker
    window.close()


def picked(picker: Picker) -> list[tuple[list[int | str], bool]]:
    """Note the codes picked, those to be made by their names, and whether to go on."""
    got: list[tuple[list[int | str], bool]] = []

    def take(codes: list[int], new: list[str], on: bool) -> None:
        got.append(([*codes, *new], on))

    picker.codes_picked.connect(take)
    return got


def offers(picker: Picker) -> list[Offer]:
    """Give the rows."""
    return [offer for row in range(picker.model.rowCount()) if (offer := picker.model.offer(row))]


def test_pinyin_initials_and_enter_pick_a_code(world: World, picker: Picker) -> None:
    got = picked(picker)
    QTest.keyClicks(picker.entry, "pjqs")
    QTest.keyClick(picker.entry, Key.Key_Return)
    assert got == [([world.bias], False)]
    assert picker.isHidden()


@pytest.mark.parametrize("between", [",", "，", "、"])
def test_a_comma_takes_the_match_and_goes_on(world: World, picker: Picker, between: str) -> None:
    got = picked(picker)
    QTest.keyClicks(picker.entry, "311b")
    commit(picker.entry, between)
    assert picker.entry.text() == ""
    QTest.keyClicks(picker.entry, "311a")
    QTest.keyClick(picker.entry, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert got == [([world.bias, world.project.codes.by_ref("asgf1.3.1.1.a")], True)]


def test_tab_adds_and_enter_applies_what_is_chosen(world: World, picker: Picker) -> None:
    got = picked(picker)
    QTest.keyClicks(picker.entry, "311b")
    QTest.keyClick(picker.entry, Key.Key_Tab)
    assert got == []
    QTest.keyClick(picker.entry, Key.Key_Return)
    assert got == [([world.bias], False)]


def test_chinese_from_an_input_method_finds_codes_and_composing_does_nothing(world: World, picker: Picker) -> None:
    got = picked(picker)
    commit(picker.entry, "歧视")
    offer = picker.model.offer(0)
    assert offer is not None
    assert offer.id == world.bias
    QTest.keyClick(picker.entry, Key.Key_Return)
    assert got[0][0] == [world.bias]


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Tab, Key.Key_Down, Key.Key_Escape, Key.Key_Backspace])
def test_keys_of_an_input_method_that_composes_are_not_the_pickers(picker: Picker, key: Key) -> None:
    got = picked(picker)
    QTest.keyClicks(picker.entry, "311b,")
    first, chosen = picker.model.offer(0), picker.model.chosen
    QApplication.sendEvent(picker.entry, QInputMethodEvent("qi'shi", []))
    QTest.keyClick(picker.entry, key)
    assert got == []
    assert picker.isVisible()
    assert picker.model.chosen == chosen
    assert picker.model.offer(picker.list.currentIndex().row()) == first
    done = QInputMethodEvent()
    done.setCommitString("歧视")
    QApplication.sendEvent(picker.entry, done)
    QTest.keyClick(picker.entry, Key.Key_Escape)
    assert picker.isHidden()


def test_the_letters_of_a_code_find_it_before_all_others(world: World, picker: Picker) -> None:
    letters = {offer.letters: offer.id for offer in offers(picker)}
    assert len(letters) > 100
    for pair, code in list(letters.items())[::10]:
        picker.entry.setText(pair)
        first = picker.model.offer(0)
        assert first is not None
        assert first.id == code


def test_letters_a_person_chose_find_the_code(world: World, picker: Picker) -> None:
    picker.dismiss()
    world.project.set_letters(world.bias, "zy")
    picker.pick_codes(QRect(), "")
    assert [offer.id for offer in offers(picker) if offer.letters == "zy"] == [world.bias]


def test_a_cue_finds_its_code_below_those_named_like_it(world: World, picker: Picker) -> None:
    code = next(code for code in world.project.codes.offered() if code.cues_zh and code.cues_zh[0] not in code.name_zh)
    picker.entry.setText(code.cues_zh[0])
    assert code.id in [offer.id for offer in offers(picker)]


def test_the_codes_of_the_file_used_last_come_first(world: World, picker: Picker) -> None:
    picker.dismiss()
    codes = [world.project.codes.by_ref(ref) for ref in ("asgf1.3.1.2.a", "asgf1.5.1")]
    for code in codes:
        world.project.annotations.tag(world.mine, code)
    other = Picker(world.session)
    other.pick_codes(QRect(), "")
    assert [offer.id for offer in offers(other)[:3]] == [codes[1], codes[0], world.bias]
    other.close()


def test_instruments_linked_last_come_first(world: World, picker: Picker) -> None:
    picker.dismiss()
    last = world.project.instruments.all()[7].id
    world.project.annotations.link(world.mine, last)
    picker.pick_instrument(QRect(), "")
    assert [offer.id for offer in offers(picker)[:2]] == [last, world.act]


def test_what_was_used_last_comes_first_when_nothing_is_typed(world: World, picker: Picker) -> None:
    last = world.project.codes.by_ref("asgf1.3.1.2.a")
    QTest.keyClicks(picker.entry, "asgf1.3.1.2.a")
    QTest.keyClick(picker.entry, Key.Key_Return)
    picker.pick_codes(QRect(), "")
    offers = [picker.model.offer(0), picker.model.offer(1)]
    assert [offer.id for offer in offers if offer] == [last, world.bias]


def test_a_name_that_is_not_there_is_given_for_an_own_code(world: World, picker: Picker) -> None:
    got = picked(picker)
    commit(picker.entry, "我自己的词")
    QTest.keyClick(picker.entry, Key.Key_Down)
    QTest.keyClick(picker.entry, Key.Key_Return)
    assert got == [(["我自己的词"], False)]
    assert "我自己的词" not in [code.name_zh for code in world.project.codes.all()]  # it is made with the tagging


def test_enter_makes_the_code_when_nothing_fits(world: World, picker: Picker) -> None:
    got, before = picked(picker), len(world.project.codes.all())
    QTest.keyClicks(picker.entry, "zzqxv")
    assert [offer.id for offer in offers(picker)] == [0]
    assert picker._hint.text().startswith("Nothing fits. Enter makes this code")
    QTest.keyClick(picker.entry, Key.Key_Backspace)
    QTest.keyClicks(picker.entry, "w")
    QTest.keyClick(picker.entry, Key.Key_Return)
    assert got == [(["zzqxw"], False)]
    assert len(world.project.codes.all()) == before  # it is made with the tagging
    assert picker.isHidden()


def test_where_something_fits_enter_never_makes_a_code(world: World, picker: Picker) -> None:
    got = picked(picker)
    QTest.keyClicks(picker.entry, "311b")
    assert [offer.id for offer in offers(picker)][-1] == 0
    QTest.keyClick(picker.entry, Key.Key_Return)
    assert got == [([world.bias], False)]


def test_names_with_the_letters_typed_come_before_what_is_only_spelled_with_them(picker: Picker) -> None:
    QTest.keyClicks(picker.entry, "bias")
    names = [offer.name for offer in offers(picker) if offer.id]
    assert "bias" in names[0]
    assert "bias" in names[1]
    assert len(names) <= 6
    picker.entry.setText("bi")
    assert "bias" in offers(picker)[0].name


def test_an_unconfirmed_name_says_what_its_question_mark_means(picker: Picker) -> None:
    unsure = next(row for row, offer in enumerate(offers(picker)) if offer.unsure)
    tip = picker.model.index(unsure).data(Qt.ItemDataRole.ToolTipRole)
    assert "name unconfirmed" in tip


def test_a_comma_makes_no_code_and_leaves_what_it_does_not_know(world: World, picker: Picker) -> None:
    before = len(world.project.codes.all())
    QTest.keyClicks(picker.entry, "311b,zzzq,")
    assert picker.entry.text() == "zzzq"
    assert picker.model.chosen == (world.bias,)
    assert len(world.project.codes.all()) == before


def test_down_and_up_move_and_the_definition_follows(world: World, picker: Picker) -> None:
    QTest.keyClicks(picker.entry, "311b")
    assert "Bias" in picker.definition.words()
    assert "承认标准的缺失" in picker.definition.words()  # the last passage
    QTest.keyClicks(picker.entry, "\b")
    first = picker.definition.words()
    QTest.keyClick(picker.entry, Key.Key_Down)
    assert picker.definition.words() != first
    QTest.keyClick(picker.entry, Key.Key_Up)
    assert picker.definition.words() == first


def test_backspace_in_an_empty_entry_takes_back_the_last_choice(world: World, picker: Picker) -> None:
    got = picked(picker)
    QTest.keyClicks(picker.entry, "311b,311a,")
    QTest.keyClick(picker.entry, Key.Key_Backspace)
    QTest.keyClick(picker.entry, Key.Key_Return)
    assert got == [([world.bias], False)]


def test_escape_closes_and_gives_the_keys_back(world: World, qtbot: QtBot, picker: Picker) -> None:
    with qtbot.waitSignal(picker.dismissed):
        QTest.keyClick(picker.entry, Key.Key_Escape)
    assert picker.isHidden()


def test_a_click_elsewhere_closes_and_keeps_the_keys_there(world: World, qtbot: QtBot, picker: Picker) -> None:
    elsewhere = QLineEdit(picker.parentWidget())
    elsewhere.setGeometry(0, 0, 100, 30)
    elsewhere.show()
    QTest.mouseClick(picker.definition.viewport(), Qt.MouseButton.LeftButton)
    assert picker.entry.hasFocus()
    QTest.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert not picker.isHidden()
    assert picker.model.chosen == (world.bias,)
    with qtbot.waitSignal(picker.dismissed):
        QTest.mouseClick(elsewhere, Qt.MouseButton.LeftButton)
    assert elsewhere.hasFocus()


def test_an_instrument_takes_two_enters_with_its_article_between(world: World, picker: Picker) -> None:
    got: list[tuple[int, str, bool]] = []

    def take(instrument: int, locator: str, on: bool) -> None:
        got.append((instrument, locator, on))

    picker.instrument_picked.connect(take)
    picker.pick_instrument(QRect(), "偏见")
    act = next(each for each in world.project.instruments.all() if each.title_zh.startswith("《生成式人工智能服务管理"))
    QTest.keyClicks(picker.entry, "scsrgznfwglzxbf")
    QTest.keyClick(picker.entry, Key.Key_Return)
    assert picker.locator.hasFocus()
    commit(picker.locator, "第十九条")
    QTest.keyClick(picker.locator, Key.Key_Return)
    assert got == [(act.id, "第十九条", False)]


def test_the_picker_closes_with_the_project(world: World, picker: Picker) -> None:
    world.session.close()
    assert picker.isHidden()


@pytest.mark.parametrize("top", range(0, 800, 50))
def test_the_picker_never_lies_over_its_passage(top: int) -> None:
    room = QRect(0, 0, 1280, 800)
    anchor = QRect(300, top, 400, 30)
    place = placed(anchor, room, SIZE)
    assert room.contains(place)
    assert not place.intersects(anchor)
    assert place.width() == SIZE.width()


def test_a_tall_passage_has_the_picker_beside_it() -> None:
    room, anchor = QRect(0, 0, 1280, 800), QRect(200, 20, 400, 760)
    place = placed(anchor, room, SIZE)
    assert not place.intersects(anchor)
    assert room.contains(place)
