"""The lists of the sidebar: what they show, how they filter, how they follow changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from db.library import Entry
from db.records import Code, Codebook
from desktop.models.articles import RECORD
from desktop.models.lists import Lists
from desktop.session import Session


@pytest.fixture
def lists(study: Path, qapp: QApplication) -> Iterator[Lists]:
    session = Session()
    made = Lists(session)
    made.setObjectName("lists")
    assert session.open(study)
    made.session = session  # type: ignore[attr-defined]
    yield made
    session.close()


def session_of(lists: Lists) -> Session:
    found = lists.session  # type: ignore[attr-defined]
    assert isinstance(found, Session)
    return found


def titles(lists: Lists) -> list[str]:
    model = lists.articles
    found = [model.index(row).data(RECORD) for row in range(model.rowCount())]
    return [each.title for each in found if isinstance(each, Entry)]


def codes(lists: Lists, parent: QModelIndex | None = None) -> Iterator[Code]:
    model = lists.codes
    at = parent or QModelIndex()
    for row in range(model.rowCount(at)):
        index = model.index(row, 0, at)
        record = model.record(index)
        if isinstance(record, Code):
            yield record
        yield from codes(lists, index)


def test_models_keep_the_rules_of_qt(lists: Lists) -> None:
    modes = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(model, modes) for model in (lists.articles, lists.codes, lists.instruments)]
    lists.codes.set_filter("偏见")
    lists.instruments.set_filter("act")
    lists.articles.set_filter("second")
    assert all(tester.model().rowCount() for tester in testers)


def test_the_library_filters_by_title_and_author(lists: Lists) -> None:
    assert len(titles(lists)) == 2
    lists.articles.set_filter("second")
    assert len(titles(lists)) == 1
    lists.articles.set_filter("nothing like it")
    assert titles(lists) == []
    assert lists.articles.count == 2


@pytest.mark.parametrize("typed", ["偏见", "3.1.1(b)", "pjqs", "bias"])
def test_codes_are_found_by_name_number_and_pinyin_with_what_stands_above_them(lists: Lists, typed: str) -> None:
    lists.codes.set_filter(typed)
    found = {code.name for code in codes(lists)}
    assert {"asgf1.3.1.1.b", "asgf1.3.1.1", "asgf1.3.1", "asgf1.3"} <= found
    assert len(found) < 60


def test_other_frameworks_are_shown_on_request(lists: Lists) -> None:
    model = lists.codes
    books = [model.record(model.index(row, 0)) for row in range(model.rowCount())]
    assert [book.name for book in books if isinstance(book, Codebook)] == ["asgf1"]
    model.show_all_books(True)
    assert model.rowCount() == 3


def test_a_count_that_changes_leaves_the_tree_as_it_is(lists: Lists) -> None:
    model, project = lists.codes, session_of(lists).project
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    bias = project.codes.by_ref("asgf1.3.1.1.b")
    index = model.index_of(bias)
    before = model.record(index)
    article = project.articles.all()[-1].id
    project.annotations.add(article, 0, 3, codes=[bias])
    lists.catch_up()
    after = model.record(model.index_of(bias))
    assert isinstance(before, Code)
    assert isinstance(after, Code)
    assert after.uses == before.uses + 1
    assert resets == []


def test_unconfirmed_names_say_so(lists: Lists) -> None:
    lists.codes.show_all_books(True)
    doubtful = next(code for code in codes(lists) if not code.confirmed("en"))
    tip = lists.codes.index_of(doubtful.id).data(Qt.ItemDataRole.ToolTipRole)
    assert "not yet confirmed" in str(tip)


def test_lists_are_empty_without_a_project(lists: Lists) -> None:
    _ = lists.codes, lists.instruments
    session_of(lists).close()
    assert (lists.articles.rowCount(), lists.codes.rowCount(), lists.instruments.rowCount()) == (0, 0, 0)
