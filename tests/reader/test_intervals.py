"""The index of marks, its lanes, what fills what, labels that never overlap, and ticks beside the text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.reader import intervals
from desktop.reader.highlights import stretches
from desktop.reader.intervals import Intervals, Mark
from desktop.reader.margin import ROW, place_labels, words_of
from desktop.reader.scroll_bar import ticks

Spans = list[tuple[int, int]]
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 25)), max_size=25)


@pytest.fixture(autouse=True, scope="module")
def _small_chunks() -> Iterator[None]:
    """So that few marks already take several chunks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intervals, "_CHUNK", 4)
        yield


def marks_of(spans: Spans) -> list[Mark]:
    return [Mark(id, start, start + length, "x") for id, (start, length) in enumerate(spans)]


def assert_sound(index: Intervals, marks: list[Mark]) -> None:
    """The index finds what a plain search finds, and overlapping marks have different lanes."""
    for start, end in ((0, 1), (5, 9), (10, 40), (0, 100), (59, 60)):
        expected = {mark.id for mark in marks if mark.start < end and mark.end > start}
        assert {mark.id for mark in index.overlapping(start, end)} == expected
    for one in marks:
        for other in marks:
            if one.id != other.id and one.start < other.end and other.start < one.end:
                assert index.lane(one.id) != index.lane(other.id)


@settings(max_examples=60, deadline=None)
@given(SPANS, SPANS, st.sets(st.integers(0, 24)))
def test_marks_are_found_after_any_coming_and_going(first: Spans, more: Spans, gone: set[int]) -> None:
    marks = {mark.id: mark for mark in marks_of(first)}
    index = Intervals(marks.values())
    lanes = {id: index.lane(id) for id in marks}
    for id in gone:
        index.remove(id)
        marks.pop(id, None)
    for start, length in more:
        mark = Mark(100 + len(marks) + start, start, start + length, "y")
        index.put(mark)
        marks[mark.id] = mark
    assert_sound(index, list(marks.values()))
    assert all(index.lane(id) == lanes[id] for id in lanes.keys() & marks.keys())


@settings(max_examples=60, deadline=None)
@given(SPANS, SPANS)
def test_an_update_gives_exactly_the_new_marks(first: Spans, second: Spans) -> None:
    index = Intervals(marks_of(first))
    changed = index.update(marks_of(second))
    assert set(index) == set(marks_of(second))
    assert changed == (first != second)
    assert_sound(index, marks_of(second))


@settings(max_examples=60, deadline=None)
@given(SPANS, SPANS, st.sets(st.integers(0, 30)))
def test_single_marks_change_and_the_others_stay(first: Spans, put: Spans, gone: set[int]) -> None:
    index = Intervals(marks_of(first))
    before = {mark.id: mark for mark in index}
    changed = index.change(marks_of(put), gone)
    after = {id: mark for id, mark in before.items() if id not in gone} | {mark.id: mark for mark in marks_of(put)}
    assert set(index) == set(after.values())
    assert changed == (before != after)
    assert_sound(index, list(after.values()))


@settings(max_examples=60, deadline=None)
@given(SPANS)
def test_marks_come_in_order_of_place_both_ways(spans: Spans) -> None:
    index = Intervals()
    for mark in reversed(marks_of(spans)):
        index.put(mark)
    keys = [(mark.start, -mark.end, mark.id) for mark in index]
    assert keys == sorted(keys)
    forward, backward = [index.after((-1, 0, 0))], [index.before((99, 0, 0))]
    while forward[-1] and len(forward) <= len(spans):
        forward.append(index.after((forward[-1].start, -forward[-1].end, forward[-1].id)))
    while backward[-1] and len(backward) <= len(spans):
        backward.append(index.before((backward[-1].start, -backward[-1].end, backward[-1].id)))
    assert forward == [*index, None]
    assert backward == [*reversed(list(index)), None]


def test_the_next_and_the_previous_mark_are_those_in_order_of_place() -> None:
    index = Intervals([Mark(1, 5, 9), Mark(2, 5, 20), Mark(3, 30, 31)])
    assert [mark.id for mark in index] == [2, 1, 3]
    second = index.after((5, -20, 2))
    assert second is not None
    assert second.id == 1
    assert index.before((5, -20, 2)) is None
    assert index.after((30, -31, 3)) is None


@settings(max_examples=60, deadline=None)
@given(SPANS)
def test_the_two_shortest_marks_fill_every_character_the_shorter_on_top(spans: Spans) -> None:
    marks = marks_of(spans)
    filled: dict[int, list[int]] = {}
    several = list(stretches(marks))
    for each in several:
        for point in range(each.start, each.end):
            assert point not in filled
            filled[point] = [mark.id for mark in each.marks]
    for point in range(90):
        there = sorted(
            (mark for mark in marks if mark.start <= point < mark.end), key=lambda mark: (mark.end - mark.start, mark.id)
        )
        assert filled.get(point, []) == [mark.id for mark in reversed(there[:2])]
    assert all(one.joined == (one.end == other.start) for one, other in pairwise(several))
    assert all(one.marks != other.marks for one, other in pairwise(several) if one.joined)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=60))
def test_labels_never_overlap_and_none_is_lost(lines: list[int]) -> None:
    wanted = [(28.0 * line, Mark(id, id, id + 1, "x")) for id, line in enumerate(sorted(lines))]
    labels = place_labels(wanted)
    tops = [label.top for label in labels]
    assert all(later - earlier >= ROW for earlier, later in pairwise(tops))
    shown = [mark.id for label in labels for mark in (label.mark, *label.hidden)]
    assert shown == [mark.id for _, mark in wanted]
    assert all(label.top - dict((mark.id, top) for top, mark in wanted)[label.mark.id] <= 3 * ROW for label in labels)


def test_a_label_says_who_what_and_what_else() -> None:
    assert words_of(Mark(1, 0, 1, "3.1.1(b) 偏见歧视", codes=1)) == "3.1.1(b) 偏见歧视"
    assert words_of(Mark(1, 0, 1, "甲", coder="李", own=False, codes=3, instrument=True, note=True)) == "李 甲 +2 ◇ •"
    assert words_of(Mark(1, 0, 1)) == ""
    assert words_of(Mark(1, 0, 1, instrument=True, instrument_name="AI Act", note=True)) == "◇ AI Act •"
    assert words_of(Mark(1, 0, 1, "甲", instrument=True)) == "甲 ◇"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), max_size=80), st.integers(1, 700))
def test_every_hit_has_its_tick_and_ticks_never_overlap(hits: list[float], height: int) -> None:
    runs = ticks(hits, height)
    assert all(any(top <= int(hit * height) < top + tall for top, tall in runs) for hit in hits)
    assert all(top + tall < below for (top, tall), (below, _) in pairwise(runs))
    assert len(runs) <= len(hits)
