"""How the library is ordered, grouped and narrowed: the menu beside its filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from db.articles import STATUSES
from db.library import Filter
from db.records import ArticleId
from desktop.models.article_groups import collection_paths
from desktop.models.articles import ALIKE, ArticlesModel
from desktop.session import Session
from desktop.words import tr

# (order or group, what it is called)
ORDERS = (
    ("added", "Import"), ("title", "Title"), ("author", "Author"), ("publisher", "Publisher"), ("published", "Date"),
    ("genre", "Genre"), ("status", "Status"), ("annotations", "Passages"), ("characters", "Length"),
)  # fmt: skip
GROUPS = (
    ("", "Not grouped"), ("publisher", "Publisher"), ("year", "Year"), ("genre", "Genre"), ("status", "Status"),
    ("collection", "Collection"), ("tag", "Tag"), ("author", "Author"), ("language", "Language"),
)  # fmt: skip
# Orders in which one wants the largest first.
_DOWN = frozenset({"added", "published", "annotations", "characters"})
# What is narrowed by the values that occur.
_VALUES = (("year", "Year"), ("tag", "Tag"), ("collection", "Collection"), ("genre", "Genre"), ("publisher", "Publisher"))
_MOST = 40  # values offered


class LibraryMenu(QMenu):
    """Filled anew when it opens; each entry changes what the list shows at once."""

    duplicates_requested = Signal()  # they were not looked for yet

    def __init__(self, session: Session, model: ArticlesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = model
        self.duplicates: Sequence[Sequence[ArticleId]] | None = None  # groups that are nearly one text; None: nobody has looked
        self.by_before = ""  # how the list was grouped before it was narrowed to duplicates
        self.aboutToShow.connect(self.fill)
        self.triggered.connect(self._choose)

    def fill(self) -> None:
        """Say what can be chosen now."""
        self.clear()
        for old in self.findChildren(QMenu):
            old.deleteLater()
        model, where = self._model, self._model.where
        sort = self.addMenu(tr("Sort by"))
        self._choices(sort, "order", [(name, tr(text)) for name, text in ORDERS], model.order)
        sort.addSeparator()
        self._toggle(sort, tr("Descending"), ("descending", not model.descending), on=model.descending)
        group = self.addMenu(tr("Group by"))
        likeness = ((ALIKE, "Nearly the same text"),) if where.articles is not None and model.alike else ()
        self._choices(group, "by", [(name, tr(text)) for name, text in (*GROUPS, *likeness)], model.by)
        if model.by:
            group.addSeparator()
            self._toggle(group, tr("Fold all"), ("fold", False))
            self._toggle(group, tr("Unfold all"), ("fold", True))
        self.addSeparator()
        status = self.addMenu(tr("Status"))
        self._choices(status, "status", [(None, tr("Any")), *((each, tr(each.capitalize())) for each in STATUSES)], where.status)
        coded = self.addMenu(tr("Passages"))
        whether = [(None, tr("Any")), (False, tr("Not coded yet")), (True, tr("Coded by anybody"))]
        self._choices(coded, "coded", whether, where.coded)
        for name, text in _VALUES:
            self._values(name, tr(text))
        self.addSeparator()
        on = self.duplicates is not None and where.articles is not None
        self._toggle(self, tr("Only possible duplicates"), ("duplicates", not on), on=on)
        self._toggle(self, tr("Show all articles"), ("clear", None)).setEnabled(bool(narrowed(where)))

    def _values(self, name: str, text: str) -> None:
        below = self.addMenu(text)
        below.aboutToShow.connect(partial(self.fill_values, below, name))

    def fill_values(self, menu: QMenu, name: str) -> None:
        """Offer the values of a property that occur among what is listed otherwise."""
        menu.clear()
        project, where = self._session.project, self._model.where
        found = project.articles.groups(name, replace(where, **_change(name, None)))
        choices: list[tuple[Any, str]] = [(None, tr("Any"))]
        if name == "collection":
            collections = project.collections.all()
            paths = collection_paths(collections)
            choices += [(int(each.id), paths[each.uuid]) for each in collections]
        else:
            said = sorted(found[:_MOST], reverse=True) if name == "year" else found[:_MOST]
            choices += [(value, f"{tr(value) if name == 'genre' else value}\t{count:,}") for value, count in said if value]
        if any(not value for value, _count in found):
            choices.append((0 if name == "collection" else "", tr("Without")))
        self._choices(menu, name, choices, getattr(where, name))

    def _choices(self, menu: QMenu, name: str, choices: Sequence[tuple[Any, str]], chosen: Any) -> None:
        group = QActionGroup(menu)
        for value, words in choices:
            action = self._toggle(
                menu, words.replace("&", "&&"), (name, value), on=value == chosen and type(value) is type(chosen)
            )
            group.addAction(action)

    @staticmethod
    def _toggle(menu: QMenu, words: str, data: tuple[str, Any], *, on: bool | None = None) -> QAction:
        action = menu.addAction(words)
        action.setData(data)
        if on is not None:
            action.setCheckable(True)
            action.setChecked(on)
        return action

    def _choose(self, action: QAction) -> None:
        name, value = action.data()
        doing: dict[str, Callable[[Any], None]] = {
            "order": self._sort, "descending": self._turn, "by": self._group, "fold": self._fold, "duplicates": self._narrow,
            "clear": self.clear_filters,
        }  # fmt: skip
        model = self._model
        if name in doing:
            doing[name](value)
        else:
            model.list_by(replace(model.where, **_change(name, value)), model.order, descending=model.descending, by=model.by)

    def _sort(self, order: str) -> None:
        self._model.list_by(self._model.where, order, descending=order in _DOWN, by=self._model.by)

    def _turn(self, descending: bool) -> None:
        self._model.list_by(self._model.where, self._model.order, descending=descending, by=self._model.by)

    def _group(self, by: str) -> None:
        self._model.list_by(self._model.where, self._model.order, descending=self._model.descending, by=by)

    def _fold(self, unfold: bool) -> None:
        self._model.fold_all(unfold=unfold)

    def _narrow(self, on: bool) -> None:
        if on and self.duplicates is None:
            self.duplicates_requested.emit()
            return
        model, found = self._model, self.duplicates or ()
        if on:
            self.by_before, model.alike = model.by, found
            where = replace(model.where, articles=tuple(article for group in found for article in group))
            model.list_by(where, model.order, descending=model.descending, by=ALIKE)
        else:
            model.list_by(replace(model.where, articles=None), model.order, descending=model.descending, by=self.by_kept())

    def by_kept(self) -> str:
        """Give how the list is grouped where it is not narrowed to duplicates."""
        return self.by_before if self._model.by == ALIKE else self._model.by

    def clear_filters(self, _nothing: object = None) -> None:
        """List all articles that fit the words typed."""
        model = self._model
        model.list_by(Filter(text=model.where.text), model.order, descending=model.descending, by=self.by_kept())


def _change(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def narrowed(where: Filter) -> list[str]:
    """List by what else than words a filter narrows: the names of its properties."""
    names = ("status", "coded", "year", "tag", "collection", "genre", "publisher", "articles")
    return [name for name in names if getattr(where, name) is not None]


def narrowed_words(session: Session, where: Filter) -> str:
    """Say by what else than words a filter narrows."""
    said = []
    for name in narrowed(where):
        value = getattr(where, name)
        if name == "articles":
            said.append(tr("Possible duplicates"))
        elif name == "coded":
            said.append(tr("Coded by anybody") if value else tr("Not coded yet"))
        elif name == "collection":
            names = {int(each.id): each.name for each in session.project.collections.all()}
            said.append(names.get(value, "") if value else tr("In no collection"))
        elif value == "":
            said.append(tr("Without") + " " + tr(dict(_VALUES)[name]))
        else:
            said.append({"status": tr(value.capitalize()), "genre": tr(value), "tag": f"#{value}"}.get(name, value))
    return " · ".join(said)
