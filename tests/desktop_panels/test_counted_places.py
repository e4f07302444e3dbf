"""Stretches that lie in each other, and looks of words beside characters that Qt counts as two."""

from __future__ import annotations

import random

from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QLabel, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from db.search.marking import Candidate
from desktop.models.candidates import _Cover, _Decisions
from desktop.panels.difference_view import formats
from desktop.panels.parts import wrapped
from desktop.panels.side_by_side import Pair, SideBySide


def _candidate(start: int, end: int) -> Candidate:
    return Candidate(1, "题", 1, start, end, "", "字" * (end - start), "", 1, ())


def test_a_decision_on_nested_places_replaces_those_on_each_part_of_them() -> None:
    decisions = _Decisions()
    decisions.say([_candidate(40, 50), _candidate(70, 80), _candidate(120, 130)], False)
    decisions.say([_candidate(0, 100), _candidate(10, 20), _candidate(30, 35)], True)
    assert decisions.said == {(1, 120, 130): False, (1, 0, 100): True, (1, 10, 20): True, (1, 30, 35): True}


def test_what_meets_nested_places_is_what_meets_one_of_them() -> None:
    rng = random.Random(6)
    for _round in range(300):
        spans = [(start, start + rng.randint(1, 30)) for start in rng.choices(range(60), k=rng.randint(0, 6))]
        at = rng.randint(0, 90)
        span = (1, at, at + rng.randint(1, 8))
        assert _Cover(spans).meets(span) is any(start < span[2] and end > at for start, end in spans)


def test_formats_stand_where_qt_counts_them() -> None:
    look = QTextCharFormat()
    made = formats([("a𠮷", look), ("😀😀", look), ("", look), ("治理", look)])
    assert [(each.start, each.length) for each in made] == [(0, 3), (3, 4), (7, 0), (7, 2)]


def test_lines_are_cut_between_characters(qtbot: QtBot) -> None:
    widget = QLabel()
    qtbot.addWidget(widget)
    text = "😀𠮷治理 words " * 12
    lines = wrapped(text, widget, 160, 400)
    assert len(lines) > 2
    assert "".join(lines) == text


def test_what_differs_is_marked_behind_wide_characters(qtbot: QtBot) -> None:
    view = SideBySide()
    qtbot.addWidget(view)
    view.show_pairs([Pair("😀甲乙", "😀甲丙", ((2, 3),), ((2, 3),))])
    option = QStyleOptionViewItem()
    option.font = view.font()
    layout = view._row._laid_out("😀甲乙", ((2, 3),), 300, option)
    assert [(each.start, each.length) for each in layout.formats()] == [(3, 1)]
