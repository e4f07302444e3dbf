"""One annotated passage from top to bottom: quote, codes, instruments, fields, notes, relations, who and when."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from db.locators import paragraph_locator
from db.records import Annotation, AnnotationId, CodeId, LinkId, TaggingId, Version
from desktop.panels.chips import CodeRow, LinkRow, Row
from desktop.panels.fields_view import FieldsView
from desktop.panels.notes_view import NotesView
from desktop.panels.parts import Section, ShortText, button, held, holds_keys, join_words, label, one_line, when
from desktop.session import Session
from desktop.words import language, tr

# A change of any of these may alter what is shown of a passage.
TABLES = frozenset(
    {"annotation", "tagging", "link", "note", "field_value", "code", "codebook", "instrument", "coder", "relation", "version"}
)


class RowsView(Section):
    """Rows of one kind on a passage, with a button below to add one."""

    add_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, button_first: bool = False) -> None:
        super().__init__(parent)
        self._shown: object = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self.body.addLayout(self._rows)
        self.add = button("quiet")
        self.add.clicked.connect(self.add_requested)
        self.body.insertWidget(0 if button_first else 1, self.add)

    def rows(self) -> list[Row]:
        """List the rows shown."""
        return held(self._rows, Row)

    def shows(self, what: object) -> bool:
        """Whether the rows were made of these values; else they are to be made of them now."""
        same, self._shown = what == self._shown, what
        return same

    def show_rows(self, rows: list[Row]) -> None:
        """Show other rows; the keys stay at the same thing, or where it was."""
        old = self.rows()
        at = next((place for place, row in enumerate(old) if holds_keys(row)), None)
        held = old[at].key if at is not None else None
        for row in rows:
            self._rows.addWidget(row)
            row.show()  # now, for what is not shown takes no keys
        if at is not None:
            next_best = rows[min(at, len(rows) - 1)] if rows else self.add
            next((row for row in rows if row.key == held), next_best).setFocus()
        for row in old:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()


class PassageSheet(QScrollArea):
    """Shows one annotation and changes it; a colleague's can only be read and answered."""

    code_requested = Signal()
    instrument_requested = Signal()
    annotation_requested = Signal(int)
    url_requested = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._annotation: Annotation | None = None
        self._version: Version | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "sheet")
        self._quote = ShortText("quote", 3)
        self._locator = label("small")
        self._theirs = label("muted", wrap=True)
        self._own = button("quiet")
        self._own.clicked.connect(self._make_own)
        self.codes, self.links = RowsView(), RowsView()
        self.fields = FieldsView(session, "annotation")
        self.notes = NotesView(session)
        self._related = RowsView(button_first=True)
        self._last = label("small", wrap=True)
        self.codes.add_requested.connect(self.code_requested)
        self.links.add_requested.connect(self.instrument_requested)
        self.notes.url_requested.connect(self.url_requested)
        self._related.add_requested.connect(self._toggle_related)
        self._put_together()

    def _put_together(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "sheet")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        top = QVBoxLayout()
        top.setSpacing(4)
        for widget in (self._quote, self._locator, self._theirs):
            top.addWidget(widget)
        offer = QHBoxLayout()
        offer.addWidget(self._own)
        offer.addStretch(1)
        top.addLayout(offer)
        layout.addLayout(top)
        for part in (self.codes, self.links, self.fields, self.notes, self._related, self._last):
            layout.addWidget(part)
        layout.addStretch(1)
        self.setWidget(inside)

    @property
    def annotation(self) -> int | None:
        """The id of the annotation shown."""
        return self._annotation.id if self._annotation else None

    def show_annotation(self, annotation: Annotation) -> None:
        """Show an annotation, or the same one as it is now."""
        another = self._annotation is None or self._annotation.id != annotation.id
        self._annotation = annotation
        own = annotation.coder == self._session.project.me
        editable = own and self._session.editable
        self._quote.set_text(annotation.exact or tr("The whole article"))
        self._locator.setText(self._place(annotation))
        coder = self._session.project.coders.get(annotation.coder)
        self._theirs.setText(tr("This is {name}'s annotation; it can be read and answered.", name=coder.name))
        self._theirs.setVisible(not own)
        self._own.setText(tr("Make my own"))
        self._own.setVisible(not own and self._session.editable)
        self._show_codes(annotation, editable)
        self._show_links(annotation, editable)
        self.fields.show_fields(annotation.id, annotation.fields, editable)
        self.notes.show_notes("annotation", annotation.id, annotation.notes)
        self._show_related(annotation)
        edited = tr("edited {time}", time=when(annotation.modified))
        later = edited if when(annotation.modified) != when(annotation.created) else ""
        self._last.setText(join_words((coder.name, when(annotation.created), later)))
        if another:
            self.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        """Show nothing more; what is unsaved is saved."""
        self.notes.keep()
        self._annotation = self._version = None

    def _place(self, annotation: Annotation) -> str:
        if annotation.start is None:
            return "" if annotation.origin_start is None else tr("No longer in the newest version of the text")
        if self._version is None or self._version.article != annotation.article:
            self._version = self._session.project.articles.version(annotation.article)
        return paragraph_locator(self._version.layout, annotation.start, self._version.text, language())

    def forget_text(self) -> None:
        """Read the text again when it is next needed: there may be a newer version."""
        self._version = None

    def _show_codes(self, annotation: Annotation, editable: bool) -> None:
        project = self._session.project
        versions = {book.id: book.version if book.shipped else "" for book in project.codes.books()}
        codes = [project.codes.get(tagging.code) for tagging in annotation.taggings]
        if self.codes.shows((annotation.id, annotation.taggings, codes, versions, editable, self._session.editable, language())):
            return
        fields = project.fields.all("tagging")
        rows: list[Row] = []
        for tagging, code in zip(annotation.taggings, codes, strict=True):
            row = CodeRow(tagging, code, versions[code.codebook], fields, editable=editable)
            row.removed.connect(self._untag)
            row.field_chosen.connect(self._set_tagging_field)
            rows.append(row)
        self.codes.heading.setText(tr("Codes"))
        self.codes.add.setText(tr("+ code"))
        self.codes.add.setVisible(self._session.editable)
        self.codes.show_rows(rows)

    def _show_links(self, annotation: Annotation, editable: bool) -> None:
        instruments = [self._session.project.instruments.get(link.instrument) for link in annotation.links]
        if self.links.shows((annotation.id, annotation.links, instruments, editable, self._session.editable, language())):
            return
        rows: list[Row] = []
        for link, instrument in zip(annotation.links, instruments, strict=True):
            row = LinkRow(link, instrument, editable=editable)
            row.removed.connect(self._unlink)
            row.locator_edited.connect(self._relocate)
            row.relation_chosen.connect(self._relate)
            row.url_requested.connect(self.url_requested)
            rows.append(row)
        self.links.heading.setText(tr("Instruments"))
        self.links.add.setText(tr("+ instrument"))
        self.links.add.setVisible(self._session.editable)
        self.links.show_rows(rows)

    def _show_related(self, annotation: Annotation) -> None:
        """Passages related to this one, as its translation; folded until asked for."""
        relations = self._session.project.relations.of("annotation", annotation.id)
        others = {(r.target if r.source == ("annotation", annotation.id) else r.source): r.kind for r in relations}
        found = self._session.project.annotations.several([AnnotationId(key) for (kind, key) in others if kind == "annotation"])
        self._related.setVisible(bool(found))
        self._related.heading.hide()
        self._related.add.setText(("▾ " if self._unfolded else "▸ ") + tr("Translation and related passages ({n})", n=len(found)))
        rows: list[Row] = []
        for other in found if self._unfolded else ():
            row = RelatedRow(other.id, tr(others["annotation", other.id]), one_line(other.exact))
            row.requested.connect(self.annotation_requested)
            rows.append(row)
        self._related.show_rows(rows)

    _unfolded = False

    def _toggle_related(self) -> None:
        self._unfolded = not self._unfolded
        if self._annotation is not None:
            self._show_related(self._annotation)

    # What the rows ask for

    def _untag(self, code: int) -> None:
        if (annotation := self._annotation) is not None:
            self._session.act(lambda: self._session.project.annotations.untag(annotation.id, CodeId(code)))

    def _set_tagging_field(self, tagging: int, name: str, value: str) -> None:
        values = (value,) if value else ()
        self._session.act(lambda: self._session.project.annotations.set_tagging_field(TaggingId(tagging), name, *values))

    def _unlink(self, link: int) -> None:
        self._session.act(lambda: self._session.project.annotations.unlink(LinkId(link)))

    def _relocate(self, link: int, text: str) -> None:
        self._session.act(lambda: self._session.project.annotations.edit_link(LinkId(link), locator=text))

    def _relate(self, link: int, relation: str) -> None:
        self._session.act(lambda: self._session.project.annotations.edit_link(LinkId(link), relation=relation))

    def _make_own(self) -> None:
        if (annotation := self._annotation) is not None:
            made = self._session.act(lambda: self._session.project.annotations.own_copy(annotation.id))
            if made is not None:
                self.annotation_requested.emit(made)


class RelatedRow(Row):
    """A related passage; Enter or a click goes there."""

    requested = Signal(int)

    def __init__(self, key: int, kind: str, quote: str) -> None:
        super().__init__(key, editable=False)
        self.words.addWidget(label("small", kind))
        text = ShortText("row-title", 2)
        text.set_text(quote)
        self.words.addWidget(text)
        self.finish()

    def open_menu(self) -> None:
        self.requested.emit(self.key)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.requested.emit(self.key)
