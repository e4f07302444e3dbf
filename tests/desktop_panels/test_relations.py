"""Relations: one end is marked, the other found, one key says how; shown and undone in the inspector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from db.errors import Refused
from db.records import AnnotationId, ArticleId, Draft, Layout, Relation
from desktop.actions.relation_actions import RelationActions
from desktop.panels.article_view import ArticleView
from desktop.panels.chips import LinkRow
from desktop.panels.inspector import Inspector
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.relations_view import RelationForm
from desktop.theme import Theme
from desktop.words import use_language
from tests.desktop_panels.world import TEXT, World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key
LAW = "某市人工智能条例\n第一条　为了规范管理，制定本条例。\n第二条　提供者应当配合检查。\n第十九条　提供者应当保存记录。"


@pytest.fixture
def inspector(world: World) -> Iterator[Inspector]:
    made = Inspector(world.session)
    window = shown(made)
    yield made
    window.close()


@pytest.fixture
def other(world: World) -> ArticleId:
    text = "Algorithms should be open to review.\nRecruiting systems carry old bias along."
    return world.project.articles.add(Draft("Algorithms and review", text, Layout.of_lines(text), language="en"))


@pytest.fixture
def law(world: World) -> ArticleId:
    return world.project.articles.add(Draft("某市人工智能条例", LAW, Layout.of_lines(LAW), language="zh"))


class Desk:
    """The text with its notice bar above it, and the actions on it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.window = QWidget()
        self.notice = NoticeBar(self.window)
        self.view = ArticleView(world.session, Theme.load("light"), self.window)
        column = QVBoxLayout(self.window)
        column.addWidget(self.notice)
        column.addWidget(self.view, 1)
        self.acts = RelationActions(world.session, self.view, self.notice, self.window)
        self.view.reader_made.connect(self.acts.serve)
        self.window.resize(900, 700)
        self.window.show()
        self.view.open(world.article)
        self.view.focus()

    def select(self, start: int, end: int) -> None:
        self.view.reader.page.select(start, end)

    def relations(self) -> list[Relation]:
        return self.world.project.relations.of("annotation", self.world.mine)


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    made = Desk(world)
    yield made
    made.view.clear()
    made.window.close()


def quotes(world: World, relation: Relation) -> tuple[str, str]:
    source, target = (world.project.annotations.get(AnnotationId(end[1])).exact for end in (relation.source, relation.target))
    return source, target


def words(widget: QWidget) -> str:
    QTest.qWait(1)
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


# Making one


def test_one_key_relates_two_passages_from_here_to_the_marked_one(desk: Desk, world: World) -> None:
    desk.view.stand_on(world.mine)
    desk.acts.mark_end()
    assert desk.acts.has_end
    assert "1 continues" in desk.notice.words
    desk.select(0, 8)
    desk.acts.relate_1()
    (relation,) = desk.relations()
    assert relation.kind == "continues"
    assert relation.target == ("annotation", world.mine)
    assert quotes(world, relation)[0] == TEXT[:8]
    assert not desk.acts.has_end
    assert desk.notice.words == ""
    assert desk.view.current == relation.source[1]


def test_highlights_are_made_with_the_relation_and_not_before(desk: Desk, world: World) -> None:
    before = world.project.annotations.find(article=world.article)
    desk.select(0, 2)
    desk.acts.mark_end()
    desk.select(3, 8)
    assert world.project.annotations.find(article=world.article) == before
    desk.acts.relate_5()
    made = [key for key in world.project.annotations.find(article=world.article) if key not in before]
    assert len(made) == 2
    change = world.project.history(1)[0]
    assert change.label == "Related: responds to"
    world.project.undo()
    assert world.project.annotations.find(article=world.article) == before


def test_ends_may_be_in_two_articles(desk: Desk, world: World, other: ArticleId) -> None:
    desk.view.stand_on(world.mine)
    desk.acts.mark_end()
    desk.view.open(other)
    desk.select(0, 10)
    desk.acts.relate_4()
    (relation,) = desk.relations()
    assert relation.kind == "translates"
    assert world.project.annotations.get(AnnotationId(relation.source[1])).article == other


def test_a_passage_annotated_meanwhile_is_not_highlighted_again(desk: Desk, world: World) -> None:
    desk.select(0, 8)
    desk.acts.mark_end()
    made = world.project.annotations.add(world.article, 0, 8, codes=[world.bias])
    desk.view.reader.set_selection(0, 0)
    desk.view.stand_on(world.mine)
    desk.acts.relate_2()
    (relation,) = desk.relations()
    assert (relation.source, relation.target) == (("annotation", world.mine), ("annotation", made))


def test_one_passage_cannot_be_both_ends(desk: Desk, world: World) -> None:
    desk.view.stand_on(world.mine)
    desk.acts.mark_end()
    desk.acts.relate_1()
    assert [str(each) for each in world.told] == ["Both ends are the same passage. Go to another one."]
    assert desk.acts.has_end
    desk.select(0, 8)
    desk.acts.relate_1()
    assert len(desk.relations()) == 1


def test_the_same_relation_twice_is_told(desk: Desk, world: World) -> None:
    world.project.relations.add("repeats", ("annotation", world.theirs), ("annotation", world.mine))
    desk.view.stand_on(world.mine)
    desk.acts.mark_end()
    desk.view.stand_on(world.theirs)
    desk.acts.relate_3()
    assert [str(each) for each in world.told] == ["These two passages are related like this already."]
    assert len(desk.relations()) == 1


@pytest.mark.parametrize("how", ["key", "escape", "close"])
def test_the_marked_end_is_given_up(desk: Desk, world: World, how: str) -> None:
    desk.view.stand_on(world.mine)
    spy = QSignalSpy(desk.acts.end_changed)
    desk.acts.mark_end()
    if how == "key":
        desk.acts.mark_end()
    elif how == "escape":
        desk.view.focus()
        QTest.keyClick(desk.view.reader.page, Key.Key_Escape)
    else:
        desk.notice._close.click()
    assert not desk.acts.has_end
    assert desk.notice.words == ""
    assert spy.count() == 2


def test_another_notice_does_not_forget_the_marked_end(desk: Desk, world: World) -> None:
    desk.view.stand_on(world.mine)
    desk.acts.mark_end()
    said = desk.notice.words
    desk.notice.tell("Something else.")
    desk.notice._close.click()
    QTest.qWait(5)
    assert desk.acts.has_end
    assert desk.notice.words == said


def test_the_end_goes_with_its_article_and_its_project(desk: Desk, world: World, other: ArticleId) -> None:
    desk.view.open(other)
    desk.select(0, 10)
    desk.acts.mark_end()
    world.project.articles.remove([other])
    assert not desk.acts.has_end
    desk.view.stand_on(world.mine)
    desk.acts.mark_end()
    assert desk.acts.has_end
    world.session.close()
    assert not desk.acts.has_end


def test_an_end_whose_text_was_replaced_is_not_guessed(desk: Desk, world: World) -> None:
    desk.select(0, 8)
    desk.acts.mark_end()
    text = "另一开头。\n" + TEXT
    world.project.articles.add_version(world.article, Draft("算法应当接受审查", text, Layout.of_lines(text)))
    desk.view.stand_on(world.mine)
    desk.acts.relate_1()
    assert [str(each) for each in world.told] == ["The marked passage is no longer in the text. Mark it again."]
    assert desk.relations() == []


def test_the_bar_speaks_chinese(desk: Desk, world: World, qapp: QApplication) -> None:
    use_language(qapp, "zh_CN")
    desk.view.stand_on(world.mine)
    desk.acts.mark_end()
    assert "1 接续它" in desk.notice.words


# Seeing and undoing them


def test_a_relation_is_said_from_either_end(world: World, inspector: Inspector) -> None:
    world.project.relations.add("continues", ("annotation", world.theirs), ("annotation", world.mine))
    inspector.show_annotations([world.mine])
    assert "is continued by" in words(inspector.passage.relations)
    inspector.show_annotations([world.theirs])
    assert "continues" in words(inspector.passage.relations).split("\n")


def test_the_article_of_the_other_end_is_named_where_it_is_another(world: World, inspector: Inspector, other: ArticleId) -> None:
    end = world.project.annotations.add(other, 0, 10)
    world.project.relations.add("responds to", ("annotation", world.mine), ("annotation", end))
    inspector.show_annotations([world.mine])
    assert f"responds to · {world.project.articles.get(other).key}" in words(inspector.passage.relations)


def test_enter_goes_to_the_other_end_and_delete_takes_the_relation_off(world: World, qtbot: QtBot, inspector: Inspector) -> None:
    world.project.relations.add("repeats", ("annotation", world.mine), ("annotation", world.theirs))
    inspector.show_annotations([world.mine])
    (row,) = inspector.passage.relations.rows()
    row.setFocus()
    with qtbot.waitSignal(inspector.annotation_requested) as asked:
        QTest.keyClick(row, Key.Key_Return)
    assert asked.args == [world.theirs]
    QTest.keyClick(row, Key.Key_Delete)
    assert inspector.passage.relations.rows() == []
    assert inspector.passage.relations.isHidden()
    world.project.undo()
    assert len(inspector.passage.relations.rows()) == 1


def test_a_colleagues_relation_stays(world: World, inspector: Inspector) -> None:
    project = world.project
    me = project.me
    project.code_as(world.colleague)
    project.relations.add("repeats", ("annotation", world.mine), ("annotation", world.theirs))
    project.code_as(me)
    inspector.show_annotations([world.mine])
    (row,) = inspector.passage.relations.rows()
    assert not row.editable
    QTest.keyClick(row, Key.Key_Delete)
    assert len(project.relations.of("annotation", world.mine)) == 1


def test_the_quote_follows_when_the_other_end_is_moved(world: World, inspector: Inspector) -> None:
    end = world.project.annotations.add(world.article, 0, 4)
    world.project.relations.add("repeats", ("annotation", world.mine), ("annotation", end))
    inspector.show_annotations([world.mine])
    world.project.annotations.move(end, 0, 8)
    (row,) = inspector.passage.relations.rows()
    assert row.accessibleName().endswith(TEXT[:8])


# Articles and instruments


def choose_kind(form: RelationForm, words: str) -> None:
    form.kind.setCurrentIndex(form.kind.findText(words))


def test_an_article_is_related_by_typing_a_few_letters(world: World, inspector: Inspector, other: ArticleId) -> None:
    inspector.show_article(world.article)
    inspector.relate_article()
    form = inspector.article.relations.form
    assert form.entry.hasFocus()
    QTest.keyClicks(form.entry, "algo")
    QTest.keyClick(form.entry, Key.Key_Return)
    (relation,) = world.project.relations.of("article", world.article)
    assert (relation.kind, relation.source, relation.target) == (
        "translation of", ("article", world.article), ("article", other),
    )  # fmt: skip
    assert form.isHidden()
    assert inspector.article.relations.add.hasFocus()
    assert "Algorithms and review" in inspector.article.relations.rows()[0].accessibleName()


def test_a_relation_can_be_made_from_its_other_end(world: World, inspector: Inspector, other: ArticleId) -> None:
    inspector.show_article(world.article)
    inspector.relate_article()
    form = inspector.article.relations.form
    QTest.keyClick(form.entry, Key.Key_Down)
    choose_kind(form, "has the translation")
    QTest.keyClick(form.entry, Key.Key_Return)
    (relation,) = world.project.relations.of("article", other)
    assert (relation.source, relation.target) == (("article", other), ("article", world.article))


def test_an_article_becomes_the_text_of_an_instrument(world: World, qtbot: QtBot, inspector: Inspector, law: ArticleId) -> None:
    inspector.show_article(law)
    inspector.relate_article()
    form = inspector.article.relations.form
    instrument = world.project.instruments.get(world.act)
    QTest.keyClicks(form.entry, instrument.name)
    assert [form.kind.itemText(place) for place in range(form.kind.count())] == ["is the text of"]
    QTest.keyClick(form.entry, Key.Key_Return)
    (relation,) = world.project.relations.of("article", law)
    assert relation.target == ("instrument", world.act)
    (row,) = inspector.article.relations.rows()
    with qtbot.waitSignal(inspector.linked_requested) as asked:
        QTest.keyClick(row, Key.Key_Return)
    assert asked.args == [world.act]


def test_the_form_is_left_with_escape_and_offers_no_article_itself(world: World, inspector: Inspector, other: ArticleId) -> None:
    inspector.show_annotations([world.mine])
    inspector.relate_article()
    form = inspector.article.relations.form
    assert ("article", other) in form._offers
    assert ("article", world.article) not in form._offers
    QTest.keyClick(form.entry, Key.Key_Escape)
    assert form.isHidden()
    assert world.project.relations.of("article", world.article) == []
    assert inspector.article.relations.add.hasFocus()


def test_the_bar_of_a_relation_takes_one_line_in_either_language(desk: Desk, world: World, qapp: QApplication) -> None:
    desk.window.resize(700, 600)
    QTest.qWait(1)
    desk.view.stand_on(world.mine)
    for language in ("en", "zh_CN"):
        use_language(qapp, language)
        desk.acts.mark_end()
        assert desk.notice.fits(desk.notice.words)
        assert "“" in desk.notice.words
        desk.acts.mark_end()


def test_escape_in_the_text_closes_any_notice(desk: Desk) -> None:
    desk.notice.tell("Something happened")
    desk.view.focus()
    QTest.keyClick(desk.view.reader.page, Key.Key_Escape)
    assert desk.notice.isHidden()


# From a link to its provision


def test_the_chip_of_a_link_leads_to_the_text_that_is_there(
    world: World, qtbot: QtBot, inspector: Inspector, law: ArticleId
) -> None:
    inspector.show_annotations([world.mine])
    row = inspector.passage.links.rows()[0]
    assert isinstance(row, LinkRow)
    assert not hasattr(row, "go")
    world.project.relations.add("is the text of", ("article", law), ("instrument", world.act))
    row = inspector.passage.links.rows()[0]
    assert isinstance(row, LinkRow)
    for ask in (row.go.click, lambda: QTest.keyClick(row.locator, Key.Key_Return)):
        with qtbot.waitSignal(inspector.provision_requested) as asked:
            ask()
        assert asked.args == [world.act, "第十九条"]


def test_a_link_opens_its_article_of_the_law(desk: Desk, world: World, qtbot: QtBot, law: ArticleId) -> None:
    world.project.relations.add("is the text of", ("article", law), ("instrument", world.act))
    desk.view.stand_on(world.mine)
    with qtbot.waitSignal(desk.acts.place_requested) as asked:
        desk.acts.open_provision()
    article, start, end, annotation = asked.args
    assert (article, annotation) == (law, None)
    assert LAW[start:end].startswith("第十九条")


def test_a_law_that_is_not_there_is_told_with_what_to_do(desk: Desk, world: World) -> None:
    desk.view.stand_on(world.mine)
    spy = QSignalSpy(desk.acts.place_requested)
    desk.acts.open_provision()
    assert spy.count() == 0
    assert "is not in this project" in desk.notice.words


def test_a_provision_that_is_not_in_the_law_is_told(desk: Desk, world: World, qtbot: QtBot, law: ArticleId) -> None:
    world.project.relations.add("is the text of", ("article", law), ("instrument", world.act))
    with qtbot.waitSignal(desk.acts.place_requested) as asked:
        desk.acts.show_provision(world.act, "第九十条")
    assert asked.args == [law, 0, 0, None]
    assert isinstance(world.told[0], Refused)
    assert "第九十条" in str(world.told[0])


def test_of_several_links_one_is_chosen(desk: Desk, world: World, qtbot: QtBot, law: ArticleId) -> None:
    world.project.relations.add("is the text of", ("article", law), ("instrument", world.act))
    world.project.annotations.link(world.mine, world.act, "第二条")
    desk.view.stand_on(world.mine)
    desk.acts.open_provision()
    menu = desk.acts._menu
    assert menu is not None
    assert menu.isVisible()
    with qtbot.waitSignal(desk.acts.place_requested) as asked:
        QTest.keyClick(menu, Key.Key_Down)
        QTest.keyClick(menu, Key.Key_Return)
    assert LAW[slice(*asked.args[1:3])].startswith("第二条")


def test_a_passage_without_a_link_says_how_to_link_it(desk: Desk, world: World) -> None:
    desk.view.stand_on(world.theirs)
    desk.acts.open_provision()
    assert [str(each) for each in world.told] == ["This passage is linked to no instrument. Press L to link it."]
