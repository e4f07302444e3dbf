"""Where an article belongs: its collections, its tags and those who published the same text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from db.library import Entry, Filter
from db.records import Article, ArticleId
from desktop.models.article_groups import collection_paths
from desktop.models.articles import second_line
from desktop.panels.fields_view import LABEL_WIDTH
from desktop.panels.parts import FlowLayout, Section, button, empty, held, join_words, label
from desktop.session import Session
from desktop.words import language, tr

_CLOSE = "✕"
_MOST = 20  # reprints listed
_LONGEST = 30  # Latin letters shown of a name


class NameChip(QFrame):
    """A name that can be taken off, by its ✕ or with Del."""

    removed = Signal()

    def __init__(self, name: str, *, editable: bool) -> None:
        super().__init__()
        self.name = name
        self._editable = editable
        self.setProperty("role", "chosen")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 4 if editable else 8, 1)
        row.setSpacing(4)
        self.setToolTip(name)
        row.addWidget(label("row-title", _shortened(name, end=True)))
        if editable:
            close = button("row-button", _CLOSE, tr("Remove"))
            close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            close.clicked.connect(self.removed)
            row.addWidget(close)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._editable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
            event.accept()
        else:
            super().keyPressEvent(event)


class Chips(QWidget):
    """A line of names under a label, with a button to add one."""

    add_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._label = label("small")
        self._label.setFixedWidth(LABEL_WIDTH)
        self.flow = FlowLayout(4)
        self.add = button("quiet", "+")
        self.add.clicked.connect(self.add_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self.flow, 1)

    def chips(self) -> list[NameChip]:
        """List the names shown."""
        return held(self.flow, NameChip)

    def show_chips(self, words: str, add: str, chips: Sequence[NameChip], *, editable: bool) -> None:
        """Show other names."""
        self.flow.removeWidget(self.add)
        empty(self.flow)
        self._label.setText(words)
        for chip in chips:
            self.flow.addWidget(chip)
        self.flow.addWidget(self.add)
        self.add.setText(add)
        self.add.setAccessibleName(add)
        self.add.setVisible(editable)


class ShelvesView(QWidget):
    """The chips of one article; taking one off is done here, what is to be named is asked for."""

    collection_requested = Signal(int)  # put the article into a collection
    tags_requested = Signal(int)
    article_requested = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._article = ArticleId(0)
        self._shown: object = None
        self.collections, self.tags, self.reprints, self.alike = Chips(), Chips(), Section(), Section()
        self.collections.add_requested.connect(self._ask_collection)
        self.tags.add_requested.connect(self._ask_tags)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for part in (self.collections, self.tags, self.reprints, self.alike):
            layout.addWidget(part)

    def show_article(self, article: Article, *, editable: bool) -> None:
        """Show where an article belongs."""
        project = self._session.project
        self._article = article.id
        within = project.collections.of(article.id)
        collections = project.collections.all() if within else []
        paths = collection_paths(collections)
        shelves = [(each.id, paths[each.uuid]) for each in collections if each.id in within]
        tags = project.articles.tags_of(article.id)
        original = project.articles.original_of(article.id)
        family = [original, *project.articles.reprints(original)]
        alike = self._alike(article.id, family)
        shown = (article.id, shelves, tags, family, alike, editable, language())
        if shown == self._shown:
            return
        self._shown = shown
        chips = []
        for key, name in shelves:
            chips.append(chip := NameChip(name, editable=editable))
            chip.removed.connect(partial(self._take_out, key))
        self.collections.show_chips(tr("Collections"), tr("+ collection"), chips, editable=editable)
        chips = []
        for name in tags:
            chips.append(chip := NameChip(name, editable=editable))
            chip.removed.connect(partial(self._untag, name))
        self.tags.show_chips(tr("Tags"), tr("+ tag"), chips, editable=editable)
        self._show_family(article.id, family)
        self._show_alike(article.title, alike)

    def _alike(self, article: ArticleId, family: Sequence[ArticleId]) -> list[Entry]:
        """List what was found to be nearly the same text, without its reprints and what people called different."""
        found = set(self._session.alike.of(article)) - set(family)
        if not found:
            return []
        found -= self._session.project.relations.different().get(article, frozenset())
        articles = self._session.project.articles
        return articles.page(where=Filter(articles=tuple(sorted(found))), limit=_MOST) if found else []

    def _show_alike(self, title: str, entries: Sequence[Entry]) -> None:
        empty(self.alike.body)
        self.alike.setVisible(bool(entries))
        self.alike.heading.setText(tr("Nearly the same as"))
        for each in entries:
            by = second_line(each) or each.key
            line = button("quiet", _shortened(each.title if each.title != title else by), join_words((each.title, by)))
            line.clicked.connect(partial(self.article_requested.emit, int(each.id)))
            self.alike.body.addWidget(line)

    def _show_family(self, article: ArticleId, family: Sequence[ArticleId]) -> None:
        empty(self.reprints.body)
        others = tuple(key for key in family if key != article)[:_MOST]
        self.reprints.setVisible(bool(others))
        if not others:
            return
        found = self._session.project.articles.page(where=Filter(articles=others), limit=_MOST)
        publishers = dict.fromkeys(each.publisher for each in found if each.publisher)
        self.reprints.heading.setText(tr("Reprints: {publishers}", publishers="、".join(publishers) or len(found)))
        for each in sorted(found, key=lambda entry: entry.id != family[0]):
            sign = tr("Original") if each.id == family[0] else tr("Reprint")
            line = button("quiet", f"{sign} · {_shortened(second_line(each) or each.key)}", each.title)
            line.clicked.connect(partial(self.article_requested.emit, int(each.id)))
            self.reprints.body.addWidget(line)

    def _ask_collection(self) -> None:
        self.collection_requested.emit(self._article)

    def _ask_tags(self) -> None:
        self.tags_requested.emit(self._article)

    def _take_out(self, collection: int) -> None:
        project = self._session.project
        key = next((each.id for each in project.collections.all() if each.id == collection), None)
        if key is not None:
            self._session.act(partial(project.collections.take_out, [self._article], key))

    def _untag(self, name: str) -> None:
        self._session.act(partial(self._session.project.articles.untag, [self._article], name))


def _shortened(words: str, *, end: bool = False) -> str:
    """Cut words that no panel is wide enough for; of a path its end says more (a Chinese character takes two letters' room)."""
    room, kept = _LONGEST, ""
    for letter in reversed(words) if end else words:
        room -= 2 if letter >= "\u2e80" else 1
        if room < 0:
            return f"…{kept}" if end else f"{kept}…"
        kept = letter + kept if end else kept + letter
    return words
