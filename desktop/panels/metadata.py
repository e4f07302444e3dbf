"""What is known of an article, line by line, worked on in place: where dates came from, what disagrees, what is proposed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStyle, QStyleOptionFrame, QVBoxLayout, QWidget

from db.records import Article, Author, Version
from desktop.dates import when, written
from desktop.models.articles import LANGUAGES, language_said
from desktop.models.outcomes import remark_said
from desktop.panels.fields_view import LABEL_WIDTH
from desktop.panels.parts import EDGE, PlainEdit, button, empty, join_words, label
from desktop.words import tr

# (column, label): what is worked on in place, in this order.
LINES = (
    ("column_prefix", "Column"),
    ("authors", "Authors"),
    ("publisher", "Publisher"),
    ("source", "Source"),
    ("published", "Published"),
    ("fetched", "Fetched"),
    ("url", "Address"),
    ("genre", "Genre"),
    ("language", "Language"),
    ("key", "Short key"),
)
# Genres are ids in the file and words in the window; a person may also write another one.
GENRES = ("commentary", "analysis", "news", "interview", "official", "research", "other")
_GAP, _INSET = 8, 2  # pixels; the second is what a line of Qt keeps free on either side of its words
_SIGNED = re.compile(r"(?P<name>[^(（]+)[(（](?P<more>[^()（）]*)[)）]\s*")
_OUTSIDE = r"(?![^(（]*[)）])"  # not within brackets


def authors_said(authors: tuple[Author, ...]) -> str:
    """Write authors on one line, as `authors_read` reads them: names, and in brackets affiliation and role."""
    said, narrow = [], "".join(author.name for author in authors).isascii()
    for author in authors:
        more = (author.affiliation, author.role) if author.role else (author.affiliation,)
        words = ("; " if narrow else "；").join(more) if any(more) else ""
        said.append(f"{author.name}{f' ({words})' if narrow else f'（{words}）'}" if words else author.name)
    return ("; " if narrow else "、").join(said)


def authors_read(text: str, before: tuple[Author, ...] = ()) -> tuple[Author, ...]:
    """Read authors divided by ; or 、 or (where there is neither) a comma; after a name, in brackets: affiliation; role.

    Of those known before, written without brackets, affiliation and role are kept.
    """
    outside = re.sub(r"[(（][^()（）]*[)）]", "", text)
    between = "[;；、]" if re.search("[;；、]", outside) else "[,，]"
    known = {author.name: author for author in before}
    found: dict[str, Author] = {}
    for part in re.split(between + _OUTSIDE, text):
        name, more = part.strip(), ""
        if signed := _SIGNED.fullmatch(name):
            name, more = signed["name"].strip(), signed["more"]
        if name and name not in found:
            affiliation, _, role = more.replace("；", ";").partition(";")
            found[name] = Author(name, affiliation.strip(), role.strip()) if more.strip() else known.get(name, Author(name))
    return tuple(found.values())


def genre_said(genre: str) -> str:
    """Say a genre in the window's language."""
    return tr(genre) if genre in GENRES else genre


def genre_read(text: str) -> str:
    """Read a genre as `genre_said` writes it."""
    return next((genre for genre in GENRES if text in (genre, tr(genre))), text)


def language_read(text: str) -> str:
    """Read a language as `language_said` writes it."""
    return next((key for key in LANGUAGES if text in (LANGUAGES[key], language_said(key))), text)


class ElidedEdit(PlainEdit):
    """A value that is elided while it is not worked on: an address in its middle, other values at their end."""

    def __init__(self, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self._mode = mode

    def _room(self) -> QRect:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        return inside.adjusted(_INSET, 0, -_INSET, 0)

    def shown(self) -> str:
        """Give the words seen."""
        if self.hasFocus():
            return self.text()
        return self.fontMetrics().elidedText(self.text(), self._mode, self._room().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        words = self.shown()
        if words == self.text():
            super().paintEvent(event)
            return
        option, painter = QStyleOptionFrame(), QPainter(self)
        try:
            self.initStyleOption(option)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            painter.drawText(self._room(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        finally:
            painter.end()


class MetadataLine(QWidget):
    """One line of metadata: what it is, its value in place, and beside it, else below, where it came from."""

    edited = Signal(str, str)  # column, value

    def __init__(self, column: str) -> None:
        super().__init__()
        self._column = column
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_GAP - EDGE)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        self._name = label("small")
        self._name.setFixedWidth(LABEL_WIDTH)
        self.entry = ElidedEdit(Qt.TextElideMode.ElideMiddle if column == "url" else Qt.TextElideMode.ElideRight)
        self.entry.setPlaceholderText("–")
        self.entry.edited.connect(self._edit)
        self._from = label("small")
        self._from.setContentsMargins(EDGE, 0, 0, 0)
        for place, widget in enumerate((self._name, self.entry, self._from)):
            grid.addWidget(widget, 0, place)

    def show_line(self, name: str, value: str, origin: str = "", *, editable: bool) -> None:
        """Show a value."""
        self._name.setText(name)
        self.entry.setAccessibleName(name)
        self.entry.show_value(value)
        self.entry.setToolTip(value)
        self.entry.setReadOnly(not editable)
        self._from.setText(origin)
        self._from.setVisible(bool(origin))
        self._place_origin()

    def _place_origin(self) -> None:
        """Put below the value where it came from, if the two have no room beside each other."""
        words = self.entry.fontMetrics().horizontalAdvance(self.entry.text()) + self._from.sizeHint().width()
        below = words > self.width() - LABEL_WIDTH - 3 * _GAP
        self._grid.addWidget(self._from, int(below), 1 if below else 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_origin()

    def _edit(self, value: str) -> None:
        self.edited.emit(self._column, value)


class Metadata(QWidget):
    """The lines, what disagrees between them, and the genre that the column proposes."""

    edited = Signal(str, str)  # column, value as it is said

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proposed = ""
        self.lines = {column: MetadataLine(column) for column, _name in LINES}
        self._doubts = QVBoxLayout()
        self._doubts.setSpacing(2)
        self.propose = button("quiet")
        self.propose.clicked.connect(self._accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for column, line in self.lines.items():
            line.edited.connect(self.edited)
            layout.addWidget(line)
            if column == "genre":
                layout.addWidget(self.propose)
        layout.addLayout(self._doubts)

    def show_article(self, article: Article, version: Version, *, editable: bool) -> None:
        """Show what is known of an article."""
        values = {column: str(getattr(article, column, "")) for column, _name in LINES}
        values |= {"column_prefix": article.column, "authors": authors_said(article.authors)}
        values |= {"genre": genre_said(article.genre), "language": language_said(article.language)}
        values |= {"published": written(article.published), "fetched": when(article.fetched)}
        origins = {"published": article.published_from, "fetched": article.fetched_from}
        for column, name in LINES:
            origin = tr(origins[column]) if origins.get(column) else ""
            self.lines[column].show_line(tr(name), values[column], origin, editable=editable)
        # Most articles have neither: their lines are seen once something is written in them.
        for column in ("column_prefix", "source", "fetched"):
            self.lines[column].setVisible(bool(values[column]) or column == "source")
        people = [join_words((author.name, author.affiliation, author.role)) for author in article.authors]
        self.lines["authors"].entry.setToolTip("\n".join(people))
        self._propose(article, editable=editable)
        self._doubt(version)

    def _propose(self, article: Article, *, editable: bool) -> None:
        from db.importers.metadata import genre_of

        proposed = genre_of(article.column) if article.column else ""
        self._proposed = proposed if proposed != article.genre else ""
        self.propose.setVisible(bool(self._proposed) and editable)
        if self._proposed:
            self.propose.setText(tr("Take “{genre}”, as the column says", genre=genre_said(proposed)))

    def _accept(self) -> None:
        if self._proposed:
            self.edited.emit("genre", self._proposed)

    def _doubt(self, version: Version) -> None:
        """Say what two places of the imported page disagree about."""
        empty(self._doubts)
        for remark in version.remarks:
            if "other" in remark.facts:
                self._doubts.addWidget(label("error", f"⚠ {remark_said(remark)}", wrap=True))


def others(version: Version) -> Iterable[str]:
    """Say what else there is to know of an import."""
    return (remark_said(remark) for remark in version.remarks if "other" not in remark.facts)
