"""The library's list, its collections and what an article's sheet says of where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from db.library import Entry, Filter
from db.records import ArticleId, Author, Draft, Layout, Remark
from desktop.models.articles import DRAGGED, RECORD, Heading
from desktop.models.lists import Lists
from desktop.panels.article_sheet import ArticleSheet, authors_read, authors_said
from desktop.panels.library import LibraryPanel
from desktop.panels.naming import Naming
from desktop.words import use_language
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier
PUBLISHERS = ("治理观察", "法治周末", "")


def draft(number: int, **values: object) -> Draft:
    text = f"第{number}篇的正文只说它自己的事。\n" + chr(0x4E00 + number * 37) * 60
    title = f"数据跨境观察之{number}" if number % 2 else f"生成式模型备案之{number}"
    given = Draft(
        title, text, Layout.of_lines(text), original=text.encode(), publisher=PUBLISHERS[number % 3],
        published=f"202{number % 3}-05-06", language="zh",
    )  # fmt: skip
    return replace(given, **values)  # type: ignore[arg-type]


class Shelf:
    """A library of thirteen articles in a panel of its own."""

    def __init__(self, world: World) -> None:
        self.project = world.project
        with self.project.change("Test"):
            self.ids = [self.project.articles.add(draft(number)) for number in range(12)]
        self.lists = Lists(world.session)
        self.lists.reload()
        self.panel = LibraryPanel(world.session, self.lists)
        self.window = shown(self.panel, 280, 700)
        self.panel.collections.reload()

    @property
    def titles(self) -> list[str]:
        model = self.lists.articles
        said = []
        for row in range(model.rowCount()):
            record = model.index(row).data(RECORD)
            said.append(f"[{record.title} {record.count}]" if isinstance(record, Heading) else record.title)
        return said

    def row(self, article: ArticleId) -> QModelIndex:
        return self.lists.articles.index_of(article)

    def choose(self, *articles: ArticleId) -> None:
        selection = self.panel.view.selectionModel()
        selection.clearSelection()
        for article in articles:
            selection.select(self.row(article), QItemSelectionModel.SelectionFlag.Select)


@pytest.fixture
def shelf(world: World) -> Iterator[Shelf]:
    made = Shelf(world)
    yield made
    made.window.close()


def test_a_row_is_read_when_it_is_seen_and_a_change_of_one_reads_that_one(world: World, shelf: Shelf) -> None:
    model = shelf.lists.articles
    asked: list[tuple[ArticleId, ...]] = []
    page = shelf.project.articles.page

    def watched(*args: object, where: Filter | None = None, **values: object) -> list[Entry]:
        asked.append(where.articles or () if where else ())
        return page(*args, where=where, **values)  # type: ignore[arg-type]

    shelf.project.articles.page = watched  # type: ignore[method-assign]
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    shelf.project.annotations.add(world.article, 0, 3)
    shelf.lists.catch_up()
    row = shelf.row(world.article).row()
    assert asked[0] == (world.article,)
    assert told == [(row, row)]
    record = model.index(row).data(RECORD)
    assert isinstance(record, Entry)
    assert record.own == 2


@pytest.mark.parametrize("by", ["publisher", "year", "status", "tag", "author", "genre", "language", "collection"])
def test_every_group_holds_what_its_heading_counts(shelf: Shelf, by: str) -> None:
    articles, collections = shelf.project.articles, shelf.project.collections
    above = collections.add("国际")
    below = collections.add("欧盟", above)
    collections.put(shelf.ids[:3], above)
    collections.put(shelf.ids[2:6], below)
    articles.tag(shelf.ids[:4], "必读", "2024")
    articles.set_status(shelf.ids[0], "checked")
    articles.edit(shelf.ids[1], authors=[Author("张三"), Author("李四")])
    shelf.lists.catch_up()
    model = shelf.lists.articles
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.list_by(Filter(), "title", descending=False, by=by)
    headings = {row: model.index(row).data(RECORD) for row in range(model.rowCount()) if model.is_heading(row)}
    edges = [*headings, model.rowCount()]
    assert len(headings) > 1 or by in ("genre", "language")
    for place, (row, heading) in enumerate(headings.items()):
        assert isinstance(heading, Heading)
        assert heading.count == edges[place + 1] - row - 1
        assert len(model.ids_of(range(row + 1, edges[place + 1]))) == heading.count
    assert tester.model() is model


def test_collections_are_grouped_as_the_tree_and_hold_what_was_put_into_them(shelf: Shelf) -> None:
    collections = shelf.project.collections
    above = collections.add("国际")
    below = collections.add("欧盟", above)
    collections.put(shelf.ids[:3], above)
    collections.put(shelf.ids[1:6], below)
    shelf.lists.articles.list_by(Filter(), by="collection")
    headings = [title for title in shelf.titles if title.startswith("[")]
    assert headings == ["[国际 3]", "[国际 / 欧盟 5]", "[In no collection 7]"]


def test_headings_fold_by_keys_and_stay_folded(shelf: Shelf) -> None:
    model, view = shelf.lists.articles, shelf.panel.view
    model.list_by(Filter(), by="year")
    whole = model.rowCount()
    assert shelf.titles[0].startswith("[2024")
    view.setFocus()
    view.setCurrentIndex(model.index(1))
    QTest.keyClick(view, Key.Key_Left)
    assert view.currentIndex().row() == 0
    QTest.keyClick(view, Key.Key_Left)
    assert model.rowCount() == whole - 1
    model.reload()
    assert model.rowCount() == whole - 1
    QTest.keyClick(view, Key.Key_Return)
    assert model.rowCount() == whole
    model.fold_all(unfold=False)
    assert model.rowCount() == len([title for title in shelf.titles if title.startswith("[")])


def test_rows_of_two_heights_are_where_the_list_says(shelf: Shelf) -> None:
    model, view = shelf.lists.articles, shelf.panel.view
    model.list_by(Filter(), by="publisher")
    model.fold(model.index(0))
    below = 0
    for row in range(model.rowCount()):
        box = view.visualRect(model.index(row))
        assert (box.top() + view.verticalOffset(), box.height()) == (below, 28 if model.is_heading(row) else 48)
        assert view.row_at(below) == view.row_at(below + box.height() - 1) == row
        below += box.height()
    view.scrollToTop()
    assert view.indexAt(QPoint(5, 30)).row() == 1
    assert not view.indexAt(QPoint(5, below + 5)).isValid()
    view.scrollTo(model.index(model.rowCount() - 1))
    assert view.visualRect(model.index(model.rowCount() - 1)).bottom() < view.viewport().height()
    view.setSelection(QRect(0, -below, 10, 3 * below), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert len(shelf.panel.chosen()) == model.count - 5


def test_what_is_selected_and_current_stays_when_rows_change(shelf: Shelf) -> None:
    model, view = shelf.lists.articles, shelf.panel.view
    shelf.choose(shelf.ids[3], shelf.ids[7])
    view.selectionModel().setCurrentIndex(shelf.row(shelf.ids[7]), QItemSelectionModel.SelectionFlag.NoUpdate)
    for order, by in (("title", ""), ("published", "year"), ("added", "publisher"), ("added", "")):
        model.list_by(Filter(), order, by=by)
        assert set(shelf.panel.chosen()) == {shelf.ids[3], shelf.ids[7]}
        assert model.key_of(view.currentIndex().row())[1] == shelf.ids[7]
    shelf.project.articles.remove([shelf.ids[5]])
    shelf.project.articles.add(draft(40))
    shelf.lists.catch_up()
    assert set(shelf.panel.chosen()) == {shelf.ids[3], shelf.ids[7]}
    assert model.key_of(view.currentIndex().row())[1] == shelf.ids[7]


def test_the_filter_knows_pinyin_publishers_and_tags_in_small_libraries_and_in_large_ones(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.project.articles.tag(shelf.ids[:2], "读书会")
    shelf.lists.catch_up()
    model = shelf.lists.articles
    model.set_filter("sjkj")
    assert len(shelf.titles) == 6
    for spelled in (1_000, 1):  # the second as if the library were too large to spell out
        monkeypatch.setattr("desktop.models.articles._SPELLED", spelled)
        for words, count in (("法治", 4), ("读书", 2), ("跨境", 6), ("没有这样的", 0)):
            model.set_filter(words)
            assert len(shelf.titles) == count, words
        assert [each.title for each in model.named("算法应当", 3)] == ["算法应当接受审查"]


def choose(menu: QMenu, *path: str) -> None:
    action = QAction()
    for step in path:
        action = next(each for each in menu.actions() if each.text().partition("\t")[0] == step)
        below = action.menu()
        if isinstance(below, QMenu):
            below.aboutToShow.emit()
            menu = below
    action.trigger()


def test_the_menu_sorts_groups_and_narrows(shelf: Shelf) -> None:
    panel, model = shelf.panel, shelf.lists.articles
    said: list[str] = []
    panel.arranged.connect(said.append)
    shelf.project.articles.tag(shelf.ids[:4], "必读")
    shelf.project.articles.set_status(shelf.ids[0], "reading")
    shelf.lists.catch_up()
    steps = ((("Sort by", "Title"), 13), (("Tag", "必读"), 4), (("Status", "Reading"), 1), (("Show all articles",), 13))
    for path, count in steps:
        panel.menu.fill()
        choose(panel.menu, *path)
        assert len(shelf.titles) == count
    panel.menu.fill()
    choose(panel.menu, "Passages", "Coded by anybody")
    assert shelf.titles == ["算法应当接受审查"]
    panel.menu.fill()
    choose(panel.menu, "Passages", "Any")
    panel.menu.fill()
    choose(panel.menu, "Group by", "Year")
    assert shelf.titles[0] == "[2024 1]"
    assert said[-1] == "title,up,year"
    panel.arrange("added,down,")
    assert (model.order, model.descending, model.by) == ("added", True, "")
    panel.arrange("nonsense,,")
    assert model.order == "added"


def test_only_possible_duplicates_asks_for_them_first(shelf: Shelf) -> None:
    asked: list[bool] = []
    shelf.panel.duplicates_requested.connect(partial(asked.append, True))
    shelf.panel.menu.fill()
    choose(shelf.panel.menu, "Only possible duplicates")
    assert asked == [True]
    shelf.panel.show_duplicates([shelf.ids[:2]])
    shelf.panel.menu.fill()
    choose(shelf.panel.menu, "Only possible duplicates")
    heading, *titles = shelf.titles
    assert (heading, len(titles)) == (f"[{titles[0]} 2]", 2), "under what they are like"
    assert shelf.panel._arrangement.endswith(","), "grouping by likeness is not kept for the next start"
    shelf.panel.menu.fill()
    choose(shelf.panel.menu, "Show all articles")
    assert shelf.lists.articles.by == ""
    assert len(shelf.titles) == shelf.lists.articles.count


def test_keys_of_the_list_ask_for_what_they_say(shelf: Shelf) -> None:
    panel, view = shelf.panel, shelf.panel.view
    said: list[object] = []
    panel.status_requested.connect(lambda articles, status: said.append((articles, status)))
    panel.remove_requested.connect(said.append)
    panel.rename_requested.connect(said.append)
    panel.beside_requested.connect(said.append)
    view.setFocus()
    shelf.choose(*shelf.ids[:2])
    view.selectionModel().setCurrentIndex(shelf.row(shelf.ids[0]), QItemSelectionModel.SelectionFlag.NoUpdate)
    QTest.keyClick(view, Key.Key_4)
    QTest.keyClick(view, Key.Key_Delete)
    QTest.keyClick(view, Key.Key_F2)
    QTest.keyClick(view, Key.Key_Return, CONTROL)
    both = [shelf.ids[1], shelf.ids[0]]
    assert said == [(both, "checked"), both, shelf.ids[0], shelf.ids[0]]
    QTest.keyClick(view, Key.Key_A, CONTROL)
    assert len(panel.chosen()) == 13
    QTest.keyClicks(view, "s")
    assert (panel.filter.text(), panel.filter.hasFocus()) == ("s", True)


def test_the_tree_of_collections_lists_what_is_chosen_and_takes_what_is_dropped(shelf: Shelf) -> None:
    collections, tree = shelf.project.collections, shelf.panel.collections
    above = collections.add("国际")
    below = collections.add("欧盟", above)
    collections.put(shelf.ids[:3], below)
    tree.reload()
    tree.view.clicked.emit(tree.model.index_of(above))
    assert len(shelf.titles) == 3
    put: list[tuple[list[int], int]] = []
    moved: list[tuple[int, object]] = []
    tree.put_requested.connect(lambda articles, key: put.append((articles, key)))
    tree.move_requested.connect(lambda key, parent: moved.append((key, parent)))
    data = shelf.lists.articles.mimeData([shelf.row(shelf.ids[0])])
    assert data.hasFormat(DRAGGED)
    copy, move = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction
    tree.model.dropMimeData(data, copy, -1, -1, tree.model.index_of(above))
    assert not tree.model.canDropMimeData(data, copy, -1, -1, tree.model.index_of(-1))
    dragged = tree.model.mimeData([tree.model.index_of(below)])
    assert not tree.model.canDropMimeData(dragged, move, -1, -1, tree.model.index_of(above))
    tree.model.dropMimeData(dragged, move, -1, -1, QModelIndex())
    upwards = tree.model.mimeData([tree.model.index_of(above)])
    assert not tree.model.canDropMimeData(upwards, move, -1, -1, tree.model.index_of(below))
    assert (put, moved) == ([([shelf.ids[0]], above)], [(below, None)])
    collections.remove(above)
    tree.reload()
    assert len(shelf.titles) == 13


def test_a_collection_is_renamed_in_place(shelf: Shelf) -> None:
    key = shelf.project.collections.add("国际")
    tree = shelf.panel.collections
    tree.reload()
    asked: list[tuple[int, str]] = []
    tree.rename_requested.connect(lambda collection, name: asked.append((collection, name)))
    assert not tree.model.setData(tree.model.index_of(key), "国际治理")
    tree.model.setData(tree.model.index_of(key), "  ")
    assert asked == [(key, "国际治理")]


def test_names_are_completed_known_ones_first_and_several_divided_by_commas(shelf: Shelf, qapp: QApplication) -> None:
    naming = Naming(shelf.window)
    said: list[list[str]] = []
    naming.named.connect(said.append)
    naming.ask("Which?", ["国际治理", "国际治理 / 欧盟"])
    QTest.keyClicks(naming.field, "gjzl")
    QTest.keyClick(naming.field, Key.Key_Return)
    naming.ask("Which?", ["国际治理"])
    naming.field.setText("治")
    naming.field.textEdited.emit("治")
    QTest.keyClick(naming.field, Key.Key_Return)  # a new name, though a known one holds the same letter
    naming.ask("Which?", ["readers", "regulation"], several=True)
    QTest.keyClicks(naming.field, "new one, reg")
    QTest.keyClick(naming.field, Key.Key_Tab)
    QTest.keyClicks(naming.field, "REA")
    QTest.keyClick(naming.field, Key.Key_Return)
    assert said == [["国际治理"], ["治"], ["new one", "regulation", "readers"]]
    naming.ask("Which?", [])
    QTest.keyClick(naming.field, Key.Key_Escape)
    assert naming.isHidden()


@pytest.fixture
def sheet(world: World) -> Iterator[ArticleSheet]:
    made = ArticleSheet(world.session)
    window = shown(made, 340, 900)
    yield made
    window.close()


def words(sheet: ArticleSheet) -> str:
    QTest.qWait(1)
    return "\n".join(each.text() for each in sheet.findChildren(QLabel) if each.isVisibleTo(sheet))


def test_a_sheet_shows_dates_with_where_they_came_from_and_what_disagrees(world: World, sheet: ArticleSheet) -> None:
    sentence = "The page says it was published {page}, its front matter says {other}. The page's own date was used."
    remarks = (Remark(sentence, {"page": "2024-05-06", "other": "2024-05-08"}),)
    values = {"published_from": "page", "fetched": "2024-06-01", "fetched_from": "saved page", "remarks": remarks}
    article = world.project.articles.add(draft(50, column="专家解读", published="2024-05-06", **values))
    sheet.show_article(world.project.articles.get(article))
    said = words(sheet)
    assert "⚠ The page says it was published 6 May 2024" in said
    assert "saved page" in said
    assert "From the import" not in said
    assert sheet.lines["fetched"].entry.text() == "1 Jun 2024"
    assert sheet.lines["column_prefix"].entry.text() == "专家解读"
    assert sheet.lines["language"].entry.text() == "Chinese text"
    sheet.metadata.propose.click()
    assert world.project.articles.get(article).genre == "commentary"
    sheet.show_article(world.project.articles.get(article))
    assert sheet.metadata.propose.isHidden()


def test_authors_keep_affiliation_and_role_in_brackets() -> None:
    authors = (Author("王鹏", "清华大学", "特约研究员"), Author("李敏", "", "记者"), Author("赵一"))
    assert authors_said(authors) == "王鹏（清华大学；特约研究员）、李敏（；记者）、赵一"
    assert authors_read(authors_said(authors)) == authors
    english = (Author("Ada Jones", "Alan Turing Institute, London", "fellow"), Author("Bo Li"))
    assert authors_read(authors_said(english)) == english


def test_chips_say_where_an_article_belongs_and_take_it_out(world: World, sheet: ArticleSheet) -> None:
    project = world.project
    shelf = project.collections.add("欧盟", project.collections.add("国际"))
    project.collections.put([world.article], shelf)
    project.articles.tag([world.article], "必读", "2024")
    reprint = project.articles.add(draft(51, publisher="转载周刊"))
    project.relations.add("reprint of", ("article", reprint), ("article", world.article))
    sheet.show_article(project.articles.get(world.article))
    shelves = sheet.shelves
    assert [chip.name for chip in shelves.collections.chips()] == ["国际 / 欧盟"]
    assert [chip.name for chip in shelves.tags.chips()] == ["2024", "必读"]
    assert shelves.reprints.heading.text() == "Reprints: 转载周刊"
    shelves.collections.chips()[0].removed.emit()
    QTest.keyClick(shelves.tags.chips()[1], Key.Key_Delete)
    assert project.collections.of(world.article) == []
    assert project.articles.tags_of(world.article) == ["2024"]
    asked: list[int] = []
    sheet.tags_requested.connect(asked.append)
    sheet.collection_requested.connect(asked.append)
    shelves.tags.add.click()
    shelves.collections.add.click()
    assert asked == [world.article, world.article]


def test_a_field_of_ones_own_is_defined_in_place(world: World, sheet: ArticleSheet) -> None:
    sheet.show_article(world.project.articles.get(world.article))
    defined: list[tuple[str, str, list[str]]] = []
    sheet.field_defined.connect(lambda name, kind, options: defined.append((name, kind, options)))
    sheet.new_field.click()
    form = sheet.field_form
    form.name.setText("政策阶段")
    form.kind.setCurrentIndex(form.kind.findData("one of"))
    form.options.setText("起草")
    form.saved.emit()
    assert defined == []  # one option is no choice
    form.options.setText("起草，施行、废止, 施行")
    form.saved.emit()
    assert defined == [("政策阶段", "one of", ["起草", "施行", "废止"])]
    assert form.isHidden()


def test_the_library_speaks_chinese(shelf: Shelf, qapp: QApplication) -> None:
    shelf.lists.articles.list_by(Filter(), by="publisher")
    use_language(qapp, "zh_CN")
    QTest.qWait(1)
    assert "[发布者未注明 4]" in shelf.titles
    assert shelf.panel.collections.fold.text().endswith("文集")
