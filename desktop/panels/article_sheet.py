"""An article's metadata, worked on in place, with one's status, the codes of the whole article, relations and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from db.records import Annotation, AnnotationId, Article, CodeId, Version
from desktop import dates
from desktop.panels.chips import CodeRow, Row, RowsView
from desktop.panels.field_form import FieldForm
from desktop.panels.fields_view import FieldsView
from desktop.panels.metadata import Metadata, MetadataLine, authors_read, authors_said, genre_read, language_read, others
from desktop.panels.note_editor import GrowingEdit
from desktop.panels.notes_view import NotesView
from desktop.panels.parts import EDGE, Section, button, empty, join_words, label
from desktop.panels.relations_view import ArticleRelations
from desktop.panels.shelves import ShelvesView
from desktop.panels.status_row import StatusRow, status_words
from desktop.session import Session
from desktop.words import language, tr

__all__ = ["TABLES", "ArticleSheet", "authors_read", "authors_said"]
# A change of any of these may alter what is shown of an article.
TABLES = frozenset(
    {
        "article", "article_status", "version", "annotation", "tagging", "note", "field_value", "code", "coder", "instrument",
        "relation", "article_tag", "collected", "collection", "field", "setting",
    }
)  # fmt: skip
_FEW = 20  # annotations read at a time to find those on the whole article


class ArticleSheet(QScrollArea):
    """Shows one article as a whole and changes what is known of it."""

    code_requested = Signal()
    article_requested = Signal(int)
    instrument_requested = Signal(int)
    removed_requested = Signal(int)
    url_requested = Signal(str)
    collection_requested = Signal(int)  # put the article into a collection that is to be named
    tags_requested = Signal(int)
    field_defined = Signal(str, str, list)  # a new field of articles: name, type, options

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._article: Article | None = None
        self._version: Version | None = None
        self._whole: list[AnnotationId] | None = None  # what is on the whole article; None: to be read again
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "sheet")
        self.title = GrowingEdit(single=True)
        self.title.setProperty("role", "plain-title")
        self.title.saved.connect(self._rename)
        self.status = StatusRow()
        self.status.chosen.connect(self._set_status)
        self.metadata = Metadata()
        self.metadata.edited.connect(self._edit)
        self.shelves = ShelvesView(session)
        self.shelves.collection_requested.connect(self.collection_requested)
        self.shelves.tags_requested.connect(self.tags_requested)
        self.shelves.article_requested.connect(self.article_requested)
        self._open = button("quiet")
        self._open.clicked.connect(self._open_url)
        self._removed = button("quiet")
        self._removed.clicked.connect(self._ask_removed)
        self._others, self._remarks = Section(), Section()
        self.codes = RowsView()
        self.codes.add_requested.connect(self.code_requested)
        self.fields = FieldsView(session, "article")
        self.new_field = button("quiet")
        self.new_field.clicked.connect(self._define_field)
        self.field_form = FieldForm()
        self.field_form.defined.connect(self.field_defined)
        self.relations = ArticleRelations(session)
        self.relations.article_requested.connect(self.article_requested)
        self.relations.instrument_requested.connect(self.instrument_requested)
        self.notes = NotesView(session)
        self.notes.url_requested.connect(self.url_requested)
        self._put_together()

    def _put_together(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "sheet")
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(16 - EDGE, 16, 16, 16)
        whole.setSpacing(16)
        whole.addWidget(self.title)  # whose words stand above those of the rest
        layout = QVBoxLayout()
        layout.setContentsMargins(EDGE, 0, 0, 0)
        layout.setSpacing(16)
        whole.addLayout(layout, 1)
        layout.addWidget(self.status)
        layout.addWidget(self._others)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self.metadata)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._open)
        buttons.addWidget(self._removed)
        buttons.addStretch(1)
        lines.addLayout(buttons)
        layout.addLayout(lines)
        fields = QVBoxLayout()
        fields.setSpacing(2)
        for row in (self.fields, self.new_field, self.field_form):
            fields.addWidget(row)
        for part in (self._remarks, self.shelves, self.codes):
            layout.addWidget(part)
        layout.addLayout(fields)
        layout.addWidget(self.relations)
        layout.addWidget(self.notes)
        layout.addStretch(1)
        self.setWidget(inside)

    @property
    def lines(self) -> dict[str, MetadataLine]:
        """The lines of metadata by column."""
        return self.metadata.lines

    @property
    def article(self) -> int | None:
        """The id of the article shown."""
        return self._article.id if self._article else None

    def show_article(self, article: Article) -> None:
        """Show an article, or the same one as it is now."""
        another = self._article is None or self._article.id != article.id
        if another:
            self._whole = None
        if self._version is None or self._version.id != article.version:
            self._version = self._session.project.articles.version(article.id)
        self._article = article
        editable = self._session.editable
        self.title.show_value(article.title)
        self.title.setAccessibleName(tr("Title"))
        self.title.setReadOnly(not editable)
        self.status.show_status(article.status, article.reason, editable=editable)
        self._show_others(article)
        self.metadata.show_article(article, self._version, editable=editable)
        self.shelves.show_article(article, editable=editable)
        self._open.setText(tr("Open web page"))
        self._open.setVisible(bool(article.url))
        count = len(self._version.removed)
        self._removed.setText(tr("Blocks left out: {n}", n=count))
        self._removed.setVisible(count > 0)
        self._show_remarks(self._version)
        self._show_codes(article)
        values_set = self._session.project.fields.of("article", [article.id]).get(article.id, {})
        self.fields.show_fields(article.id, values_set, editable)
        self.new_field.setText(tr("+ new field…"))
        self.new_field.setVisible(editable)
        self.relations.show_relations(article)
        self.notes.show_notes("article", article.id, self._session.project.notes.of("article", [article.id]).get(article.id, ()))
        if another:
            self.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        """Show nothing more; what is unsaved is saved."""
        self.keep()
        self._article = self._version = self._whole = None

    def keep(self) -> None:
        """Save what is written and not saved yet."""
        self.title.keep()
        self.notes.keep()

    def edit_title(self) -> None:
        """Put the caret into the title."""
        self.verticalScrollBar().setValue(0)
        self.title.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.title.selectAll()

    def relate(self) -> None:
        """Ask what the article is related to."""
        self.relations.begin()
        self.ensureWidgetVisible(self.relations.form, 0, 48)

    def touched(self, annotations: Iterable[int] | None) -> bool:
        """Look at annotations that a change touched (None: any); whether some are, or were, on the whole article shown."""
        if annotations is None or self._whole is None or self._article is None:
            self._whole = None
            return True
        several = self._session.project.annotations.several([AnnotationId(key) for key in annotations])
        new = [each.id for each in several if each.origin_start is None and each.article == self._article.id]
        concerned = bool(new) or not set(annotations).isdisjoint(self._whole)
        self._whole += [key for key in new if key not in self._whole]
        return concerned

    def _whole_annotations(self, article: Article) -> list[Annotation]:
        """Read what is on the whole article; an article may hold ten thousand others, which come after."""
        annotations = self._session.project.annotations
        if self._whole is None:
            self._whole, keys = [], annotations.find(article=article.id)
            for part in (keys[place : place + _FEW] for place in range(0, len(keys), _FEW)):
                found = [each.id for each in annotations.several(part) if each.origin_start is None]
                self._whole += found
                if len(found) < len(part):
                    break
        hidden = self._session.project.layers.hidden(article.id)
        return [each for each in annotations.several(self._whole) if each.coder not in hidden]

    def _show_others(self, article: Article) -> None:
        """Other coders' statuses, one line each."""
        empty(self._others.body)
        statuses = self._session.project.articles.statuses(article.id)
        names = {coder.id: coder.name for coder in self._session.project.coders.all()}
        lines = [
            join_words((names.get(key, "?"), status_words(status), reason))
            for key, (status, reason) in statuses.items()
            if key != self._session.project.me
        ]
        self._others.heading.setText(tr("Others"))
        self._others.setVisible(bool(lines))
        for line in lines:
            self._others.body.addWidget(label("small", line, wrap=True))

    def _show_remarks(self, version: Version) -> None:
        empty(self._remarks.body)
        self._remarks.heading.setText(tr("From the import"))
        said = list(others(version))
        self._remarks.setVisible(bool(said))
        for words in said:
            self._remarks.body.addWidget(label("small", words, wrap=True))

    def _show_codes(self, article: Article) -> None:
        project = self._session.project
        versions = {book.id: book.version if book.shipped else "" for book in project.codes.books()}
        whole = self._whole_annotations(article)
        codes = {t.code: project.codes.get(t.code) for each in whole for t in each.taggings}
        if self.codes.shows((whole, codes, versions, self._session.editable, language())):
            return
        rows: list[Row] = []
        for annotation in whole:
            own = annotation.coder == project.me and self._session.editable
            for tagging in annotation.taggings:
                code = codes[tagging.code]
                row = CodeRow(tagging, code, versions[code.codebook], (), editable=own)
                row.removed.connect(self._untag)
                rows.append(row)
        self.codes.heading.setText(tr("Codes of the whole article"))
        self.codes.add.setText(tr("+ code"))
        self.codes.add.setVisible(self._session.editable)
        self.codes.show_rows(rows)

    # What is asked for

    def _edit(self, column: str, value: str) -> None:
        if (article := self._article) is None:
            return
        if column == "authors":
            authors = authors_read(value, article.authors)
            self._session.act(lambda: self._session.project.articles.edit(article.id, authors=authors))
        else:
            reading: dict[str, Callable[[str], str]] = {
                "genre": genre_read,
                "language": language_read,
                "published": partial(dates.read_over, before=article.published, said=dates.written),
                "fetched": partial(dates.read_over, before=article.fetched, said=dates.when),
            }
            values: dict[str, Any] = {column: reading.get(column, str)(value)}
            self._session.act(lambda: self._session.project.articles.edit(article.id, **values))

    def _define_field(self) -> None:
        self.field_form.define()
        self.ensureWidgetVisible(self.field_form, 0, 48)

    def _rename(self, title: str) -> None:
        if title:
            self._edit("title", title)
        elif self._article is not None:
            self.title.begin(self._article.title)

    def _set_status(self, status: str, reason: str) -> None:
        if (article := self._article) is not None:
            self._session.act(lambda: self._session.project.articles.set_status(article.id, status, reason))

    def _untag(self, code: int) -> None:
        """Take a code off the whole article; an annotation that held nothing else goes with it."""
        project = self._session.project
        if (article := self._article) is None:
            return
        whole = self._whole_annotations(article)
        found = [each for each in whole if each.coder == project.me and code in [t.code for t in each.taggings]]

        def take_off() -> None:
            with project.change("Remove code from article"):
                for each in found:
                    if len(each.taggings) > 1 or each.links or each.notes or each.fields:
                        project.annotations.untag(each.id, CodeId(code))
                    else:
                        project.annotations.remove([each.id])

        self._session.act(take_off)

    def _open_url(self) -> None:
        if self._article is not None:
            self.url_requested.emit(self._article.url)

    def _ask_removed(self) -> None:
        if self._article is not None:
            self.removed_requested.emit(self._article.id)
