"""The choices of an export: drawn apart, kept or let go, named in the file's name and said in words."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget

from db.exchange import bundle
from desktop.models.exports import WAYS
from desktop.panels.parts import FlowLayout, held
from desktop.words import use_language
from tests.desktop_panels.test_export_page import Leaving, leaving
from tests.desktop_panels.world import shown, template, world

__all__ = ["leaving", "template", "world"]
Key = Qt.Key


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_choice_is_drawn_over_another_whatever_one_turns_from_and_to(
    leaving: Leaving, qapp: QApplication, language: str
) -> None:
    use_language(qapp, language)
    names = [way.name for way in WAYS]
    for name in [each for one, other in zip(names, reversed(names), strict=True) for each in (one, other)]:
        leaving.page.choose(name)
        QTest.qWait(0)
        for flow in leaving.page.choices.findChildren(FlowLayout):
            shown_now = [each for each in held(flow, QWidget) if each.isVisible()]
            for one, other in combinations(shown_now, 2):
                assert not one.geometry().intersects(other.geometry()), (name, one.text(), other.text())
                assert one.width() >= one.sizeHint().width(), (name, one.text())


def test_a_line_of_widgets_is_laid_anew_when_one_comes_goes_or_is_hidden(qapp: QApplication) -> None:
    host, flow = QWidget(), FlowLayout(6)
    host.setLayout(flow)
    several = [QPushButton(words) for words in ("one", "the second one", "three")]
    for each in several:
        flow.addWidget(each)
    window = shown(host, 600, 200)
    first, second, third = several
    left = third.x()
    second.hide()
    QTest.qWait(0)
    assert third.x() == second.x() < left
    second.show()
    QTest.qWait(0)
    assert third.x() == left
    flow.removeWidget(first)
    first.hide()
    QTest.qWait(0)
    assert second.x() == 0
    flow.addWidget(first)
    first.show()
    QTest.qWait(0)
    assert second.x() < third.x() < first.x()
    window.close()


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter])
def test_enter_in_the_name_of_a_state_asks_for_one_file(leaving: Leaving, monkeypatch: pytest.MonkeyPatch, key: Key) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda _on, _title, start, _kinds: asked.append(start) or ("", ""))
    leaving.page.choose("frozen")
    leaving.page.choices.state.setFocus()
    QTest.keyClicks(leaving.page.choices.state, "Submission 1")
    leaving.press(key)
    assert [Path(each).name for each in asked] == ["study-Submission 1.glossbundle"]


@pytest.mark.parametrize(
    ("language", "offered"),
    [
        ("en", ["study.glossbundle", "study-My layer-王岚.glossbundle", "study-Coding kit.glossbundle",
                "study-For publication.glossbundle", "study.docx"]),
        ("zh_CN", ["study.glossbundle", "study-我的图层-王岚.glossbundle", "study-编码任务包.glossbundle",
                   "study-公开版.glossbundle", "study.docx"]),
    ],
)  # fmt: skip
def test_each_way_out_offers_a_name_of_its_own(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch, qapp: QApplication, language: str, offered: list[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda _on, _title, start, _kinds: asked.append(start) or ("", ""))
    use_language(qapp, language)
    for name in ("whole", "layer", "kit", "public", "docx"):
        leaving.page.choose(name)
        leaving.page.ask()
    assert [Path(each).name for each in asked] == offered
    leaving.page.choose("layer")
    leaving.page.choices.switches["anonymous"].click()
    leaving.page.ask()
    assert "王岚" not in asked[-1], "a layer without names has none on it"


def test_my_layer_says_whose_it_is_and_which_articles_go(leaving: Leaving) -> None:
    leaving.world.project.code_as(leaving.world.colleague)
    leaving.page.choose("layer")
    said = leaving.counted()
    assert said.startswith("It will hold 1 of 2 articles (those you worked on), 1 passage"), said
    assert "李明" in said
    assert "王岚" not in said
    leaving.page.choose("kit")
    assert "the work of" not in leaving.counted()


def test_private_notes_go_only_where_that_was_said_just_now(leaving: Leaving) -> None:
    page = leaving.page
    private = page.choices.switches["private"]
    page.choose("whole")
    private.click()
    assert leaving.counted().endswith("Your private notes go with it.")
    for name in ("layer", "csv", "docx", "public", "whole"):
        page.choose(name)
        assert not private.isChecked(), name
        assert "private" not in leaving.counted(), name
    assert "private" not in next(way for way in WAYS if way.name == "public").takes
    private.click()
    leaving.pages.turn_to("article")
    leaving.actions.show()
    assert not private.isChecked()
    made = bundle.read(leaving.export("whole"))
    assert "我自己的想法" not in [each["text"] for each in made.records["note"]]


def test_what_was_counted_for_one_way_out_is_never_said_of_another(leaving: Leaving) -> None:
    leaving.page.choose("whole")
    leaving.counted()
    leaving.page.choose("csv")
    leaving.page._count()  # as its timer does: now it is being counted
    assert leaving.page.gathering.busy
    leaving.page.choose("qdc")
    assert leaving.counted().endswith(" codes.")


def test_names_stay_behind_in_the_way_out_they_were_left_out_of_and_in_no_other(leaving: Leaving) -> None:
    anonymous = leaving.page.choices.switches["anonymous"]
    leaving.page.choose("public")
    anonymous.click()
    leaving.page.choose("whole")
    assert not anonymous.isChecked()
    leaving.page.choose("public")
    assert anonymous.isChecked()
