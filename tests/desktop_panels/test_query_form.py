"""The form of a query: it shows any tree, reads out the same one, and is filled in by keys without being made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.search.fields import FIELD_KINDS
from db.search.query import parse
from db.search.tree import Either, Every, Filter, Node, Not, Term, placed
from db.search.writing import write
from desktop.models.query_form import FOUND_SO, PHRASE, TYPED, WORDS, Group, Line, kind_of, label_of, shaped
from desktop.panels.query_form import QueryForm, QueryGroup
from desktop.panels.query_row import QueryRow
from desktop.words import use_language
from tests.desktop_panels.world import World, commit, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key
_WAIT = 10_000  # milliseconds


@dataclass
class Bench:
    """A form in a window, and what it said."""

    world: World
    form: QueryForm
    window: QWidget
    said: list[str] = field(default_factory=list)

    def show(self, text: str) -> None:
        self.form.show_query(parse(text).root)
        self.form.node()  # with all its lines

    @property
    def rows(self) -> list[QueryRow]:
        return list(self.form.root.rows())

    def reads(self) -> str:
        return write(self.form.node())

    def pick(self, row: QueryRow, name: str) -> None:
        """Choose a field as a person does: the list is opened, and a line of it is chosen."""
        row.field.setCurrentIndex(row.field.findData(name))
        row.field.activated.emit(row.field.currentIndex())


def _keys() -> QWidget:
    """Give what has the keys."""
    held = QApplication.focusWidget()
    assert held is not None
    return held


@pytest.fixture
def bench(world: World) -> Iterator[Bench]:
    form = QueryForm(world.session)
    window = shown(form, 700, 600)
    made = Bench(world, form, window)
    form.edited.connect(made.said.append)
    yield made
    window.close()


# ---- the same tree again

_WORD = st.sampled_from(
    [
        "算法", "AI", "GPT-4", "AND", "x:y", "a(b", "甲 乙", "3.1.1(b)", "eu-ai-act@第十条", "@", "2024..", "2024", "2024..2024",
        " a", "5",
    ]
)  # fmt: skip
_NAMES = st.sampled_from([*(name for name, _kind in FIELD_KINDS), "法域"])
_LEAF = st.builds(Term, _WORD, st.booleans()) | st.builds(Filter, _NAMES, _WORD | st.sampled_from(["zh", "coded", ""]))


def _several(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return parts.map(Every) | parts.map(Either) | inner.map(Not) | inner.map(lambda part: Filter("overlaps", inner=part))


_TREES = st.recursive(_LEAF, _several, max_leaves=10)


@given(_TREES, st.booleans())
@settings(max_examples=300)
@example(Every((Term("a"), Every((Term("b"), Term("c"))))), False)
def test_what_the_form_shows_is_read_as_the_same_tree(tree: Node, chinese: bool) -> None:
    assert shaped(tree, chinese).node() == tree


def _worked_on(group: Group) -> Group:
    """Give a group whose lines were all worked on, so that only what is seen counts."""
    parts = (Line(p.field, p.first, p.second, p.negated) if isinstance(p, Line) else _worked_on(p) for p in group.parts)
    return Group(tuple(parts), group.either, group.negated)


_PIECES = (
    "算法", '"AI act"', "code:偏见", "-coder:李", "published:2024", "published:2024-01..", "instrument:a@第十条", "status:coded",
    "near:5", "法域:欧盟", "同句:(code:a b)", "inside:x", "(a OR b)", "-(code:a c)", "title:“a b”", "OR",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join))
@settings(max_examples=200)
def test_what_is_seen_of_a_typed_query_says_all_of_it(text: str) -> None:
    root = parse(text).root
    tree = None if root is None else placed(root)
    said = _worked_on(shaped(tree, False)).node()
    assert parse(write(said)).root == parse(write(tree)).root


def test_every_field_has_a_name_and_an_editor_in_both_languages(qapp: QApplication) -> None:
    for name, _kind in FIELD_KINDS:
        use_language(qapp, "zh_CN")
        chinese = label_of(name)
        use_language(qapp, "en")
        assert kind_of(name) != "own"
        assert not chinese.isascii()
        assert label_of(name).isascii()
        assert label_of(name) != name


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_TREES)
def test_the_form_keeps_any_tree_whatever_it_showed_before(bench: Bench, tree: Node) -> None:
    bench.form.show_query(tree)
    assert bench.form.node() == tree
    assert bench.said == []


def test_what_is_nested_too_deep_is_one_line_as_typed_and_nothing_is_lost(bench: Bench) -> None:
    text = "a (b OR (c (d OR (e f))))"
    bench.show(text)
    assert [row.line().field for row in bench.rows] == [WORDS, WORDS, WORDS, TYPED]
    assert bench.rows[-1].entry.text() == "d OR e f"
    QTest.keyClicks(bench.rows[0].entry, "x")
    assert bench.said[-1] == "xa (b OR c (d OR e f))"
    bench.show("NOT NOT a")
    assert [row.line().field for row in bench.rows] == [TYPED]
    assert bench.reads() == "NOT -a"


# ---- filled in


def test_a_line_is_filled_in_and_says_the_query(bench: Bench) -> None:
    row = bench.rows[0]
    QTest.keyClicks(row.entry, "bias")
    assert bench.said == ["b", "bi", "bia", "bias"]
    row.verb.setCurrentIndex(1)
    row.verb.activated.emit(1)
    assert bench.said[-1] == "-bias"
    bench.pick(row, "code")
    assert bench.said[-1] == "-code:bias"
    bench.pick(row, "status")
    assert bench.said[-1] == ""
    assert row.choice is not None
    row.choice.setCurrentIndex(row.choice.findData("coded"))
    row.choice.activated.emit(row.choice.currentIndex())
    assert bench.said[-1] == "-status:coded"


def test_a_time_and_a_provision_have_two_entries(bench: Bench) -> None:
    row = bench.rows[0]
    bench.pick(row, "published")
    assert row.second is not None
    QTest.keyClicks(row.entry, "2024-01")
    assert bench.said[-1] == "published:2024-01.."
    QTest.keyClicks(row.second, "2024-09")
    assert bench.said[-1] == "published:2024-01..2024-09"
    bench.show("instrument:eu-ai-act@第十条 published:2024")
    one, two = bench.rows
    assert one.second is not None
    assert two.second is not None
    assert [one.entry.text(), one.second.text()] == ["eu-ai-act", "第十条"]
    assert [two.entry.text(), two.second.text()] == ["2024", "2024"]
    one.second.clear()
    QTest.keyClicks(one.second, "9")
    assert bench.said[-1] == "instrument:eu-ai-act@9 published:2024"


def test_a_relation_names_a_code_or_has_a_query_of_its_own(bench: Bench) -> None:
    row = bench.rows[0]
    bench.pick(row, "overlaps")
    QTest.keyClicks(row.entry, "3.1")
    assert bench.said[-1] == "overlaps:3.1"
    assert row.how is not None
    row.entry.clear()
    row.how.setCurrentIndex(row.how.findData(FOUND_SO))
    row.how.activated.emit(row.how.currentIndex())
    QTest.keyClicks(row.entry, "coder:li bias")
    assert bench.said[-1] == "overlaps:(coder:li bias)"
    bench.show(bench.said[-1])
    assert bench.rows == [row]
    assert row.entry.text() == "coder:li bias"


def test_several_words_of_a_line_stand_side_by_side(bench: Bench) -> None:
    QTest.keyClicks(bench.rows[0].entry, "a b")
    assert bench.said[-1] == "a b"
    bench.form.root.holds.setCurrentIndex(1)
    bench.form.root.holds.activated.emit(1)
    bench.rows[0].added.emit(bench.rows[0])
    commit(bench.rows[1].entry, "算法")
    assert bench.said[-1] == "a b OR 算法"


def test_the_line_that_is_filled_in_stays_while_the_query_comes_back(bench: Bench) -> None:
    bench.form.edited.connect(bench.show)  # as the page does: the text is typed into its entry, which is shown here
    bench.show("code:偏见 算法")
    row = bench.rows[1]
    row.entry.setFocus()
    row.entry.setCursorPosition(1)
    QTest.keyClicks(row.entry, " ")
    QTest.keyClicks(row.entry, "AND")  # an operator elsewhere, here a word
    assert bench.rows[1] is row
    assert row.entry.hasFocus()
    assert (row.entry.text(), row.entry.cursorPosition()) == ("算 AND法", 5)
    assert len(bench.said) == 4


def test_typing_elsewhere_changes_only_the_lines_that_differ(bench: Bench) -> None:
    bench.show("code:偏见 算法 a")
    before = bench.rows
    bench.show("code:偏见 算法 ab (c OR d)")
    after = bench.rows
    assert after[:3] == before
    assert [row.entry.text() for row in after] == ["偏见", "算法", "ab", "c", "d"]
    bench.show("x")
    assert bench.rows == before[:1]
    assert bench.rows[0].line().field == WORDS
    bench.form.show_query(None)
    assert bench.reads() == ""
    assert bench.said == []


# ---- by keys


def test_ctrl_enter_adds_a_line_and_del_takes_one_away(bench: Bench) -> None:
    bench.show("code:a")
    bench.form.focus()
    QTest.keyClick(_keys(), Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [row.line().field for row in bench.rows] == ["code", "code"]
    assert bench.rows[1].entry.hasFocus()
    QTest.keyClicks(bench.rows[1].entry, "b")
    assert bench.said == ["code:a code:b"]
    bench.rows[0].less.setFocus()
    QTest.keyClick(bench.rows[0].less, Key.Key_Delete)
    assert bench.said[-1] == "code:b"
    assert bench.rows[0].less.hasFocus()
    QTest.keyClick(bench.rows[0].less, Key.Key_Delete)
    assert bench.said[-1] == ""
    assert [row.line() for row in bench.rows] == [Line()]


def test_tab_goes_through_the_lines_from_the_top(bench: Bench) -> None:
    bench.show("a (code:b OR instrument:c)")
    bench.rows[0].added.emit(bench.rows[0])
    wanted = [stop for stop in bench.form.root.stops() if not stop.isHidden()]
    wanted[0].setFocus()
    met = []
    for _ in wanted:
        met.append(QApplication.focusWidget())
        QTest.keyClick(_keys(), Key.Key_Tab)
    assert met == wanted
    assert all(stop.accessibleName() for stop in wanted)


def test_groups_are_three_deep_and_go_with_their_last_line(bench: Bench) -> None:
    groups = [bench.form.root]
    while not groups[-1].add_group.isHidden():
        assert len(groups) < 4
        QTest.mouseClick(groups[-1].add_group, Qt.MouseButton.LeftButton)
        groups += [part for part in groups[-1].parts if isinstance(part, QueryGroup)]
    assert len(groups) == 3
    QTest.keyClicks(_keys(), "x")
    assert bench.said == ["x"]
    inner = next(groups[2].rows())
    QTest.mouseClick(inner.less, Qt.MouseButton.LeftButton)
    assert bench.said[-1] == ""
    assert len(groups[1].parts) == 1
    groups[1].less.setFocus()
    QTest.keyClick(groups[1].less, Key.Key_Delete)
    assert len(bench.form.root.parts) == 1


def test_a_group_can_ask_that_none_of_it_holds(bench: Bench) -> None:
    bench.show("-(a OR code:b)")
    assert bench.form.root.holds.currentText() == "None of these holds"
    bench.form.root.holds.setCurrentIndex(2)
    bench.form.root.holds.activated.emit(2)
    assert bench.said == ["-(a code:b)"]


# ---- help and words


def test_values_are_offered_by_pinyin_and_put_in_by_enter(bench: Bench, qtbot: QtBot) -> None:
    row = bench.rows[0]
    bench.pick(row, "coder")
    row.entry.setFocus()
    QTest.keyClicks(row.entry, "lm")
    qtbot.waitUntil(lambda: row.entry.popup.labels == ["李明"], timeout=_WAIT)
    QTest.keyClick(row.entry, Key.Key_Return)
    assert bench.said[-1] == "coder:李明"
    assert row.entry.text() == "李明"
    assert not row.entry.popup.shown
    QTest.keyClick(row.entry, Key.Key_Down)
    QTest.keyClick(row.entry, Key.Key_Tab)
    assert not row.entry.hasFocus()


def test_codes_are_offered_by_number_and_name(bench: Bench, qtbot: QtBot) -> None:
    row = bench.rows[0]
    bench.pick(row, "code")
    row.entry.setFocus()
    for typed in ("3.1.1", "bias"):
        row.entry.clear()
        QTest.keyClicks(row.entry, typed)
        qtbot.waitUntil(lambda: any("Bias and disc" in each for each in row.entry.popup.labels), timeout=_WAIT)
        QTest.keyClick(row.entry, Key.Key_Escape)
        assert not row.entry.popup.shown
        assert row.entry.hasFocus()


def test_provisions_are_offered_alone(bench: Bench, qtbot: QtBot) -> None:
    act = bench.world.project.instruments.get(bench.world.act)
    bench.show(f"instrument:{act.name}@x")
    row = bench.rows[0]
    assert row.second is not None
    second = row.second
    second.setFocus()
    second.clear()
    commit(second, "十九")
    qtbot.waitUntil(lambda: "第十九条" in second.popup.labels, timeout=_WAIT)
    QTest.keyClick(second, Key.Key_Tab)
    assert bench.said[-1] == f"instrument:{act.name}@第十九条"
    bench.form.hide()
    assert not second.popup.shown


def test_the_projects_own_fields_are_offered(bench: Bench) -> None:
    row = bench.rows[0]
    bench.pick(row, "jurisdiction")
    QTest.keyClicks(row.entry, "EU")
    assert bench.said[-1] == "jurisdiction:EU"
    bench.show("somefield:x")
    assert row.field.currentText() == "somefield"
    assert bench.reads() == "somefield:x"


def test_a_closed_project_leaves_an_empty_form(bench: Bench) -> None:
    bench.show("code:a")
    bench.world.session.close()
    QTest.keyClicks(bench.rows[0].entry, "b")
    assert len(bench.said) == 1


def test_the_language_is_switched_while_it_is_filled_in(bench: Bench, qapp: QApplication) -> None:
    bench.show("status:coded overlaps:(coder:li) language:zh a")
    QTest.keyClicks(bench.rows[3].entry, "b")
    said = bench.said[:]
    use_language(qapp, "zh_CN")
    QApplication.sendEvent(bench.form, QEvent(QEvent.Type.LanguageChange))
    status, overlaps, tongue, words = bench.rows
    assert status.choice is not None
    assert [status.field.currentText(), status.choice.currentText()] == ["状态", "已编码"]
    assert overlaps.entry.text() == "编码者:li"
    assert tongue.entry.text() == "中文"
    assert words.entry.text() in ("ab", "ba")
    assert bench.form.root.holds.currentText() == "以下各项全部成立"
    assert bench.said == said
    QTest.keyClicks(tongue.entry, "x")
    tongue.entry.setText("英文")
    tongue.entry.edited.emit()
    assert bench.said[-1].startswith("状态:已编码 重叠:(编码者:li) 语言:英文 ")


def test_a_phrase_is_another_field_than_words(bench: Bench) -> None:
    bench.show('"EU AI Act" act')
    assert [row.line().field for row in bench.rows] == [PHRASE, WORDS]
    assert bench.rows[0].entry.text() == "EU AI Act"
    bench.pick(bench.rows[0], WORDS)
    assert bench.said == ["EU AI Act act"]


def test_what_is_not_seen_is_made_when_it_is(bench: Bench) -> None:
    bench.form.hide()
    bench.form.show_query(parse("a b c").root)
    assert len(bench.rows) == 1
    bench.form.show()
    bench.form.node()
    assert [row.entry.text() for row in bench.rows] == ["a", "b", "c"]


def test_a_long_query_is_made_bit_by_bit_and_nothing_of_it_is_lost_meanwhile(bench: Bench, qtbot: QtBot) -> None:
    words = [f"w{number}" for number in range(64)]
    bench.form.show_query(parse(" ".join(words)).root)
    QTest.keyClicks(bench.rows[0].entry, "x")
    assert bench.said == [" ".join(["xw0", *words[1:]])]
    bench.form.show_query(parse(" ".join(f"code:{word}" for word in words)).root)
    bench.form.show_query(parse(" OR ".join(words)).root)
    qtbot.waitUntil(lambda: bench.rows[-1].entry.text() == "w63", timeout=_WAIT)
    assert [row.entry.text() for row in bench.rows] == words
