"""One annotated passage from top to bottom: quote, codes, instruments, fields, notes, relations, who and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from db.locators import paragraph_locator
from db.records import Annotation, AnnotationId, CodeId, CoderId, Instrument, LinkId, TaggingId, Version, VersionId
from desktop.dates import when
from desktop.panels.chips import CodeRow, LinkRow, Row, RowsView
from desktop.panels.fields_view import FieldsView
from desktop.panels.notes_view import NotesView
from desktop.panels.older_words import OlderWords
from desktop.panels.parts import ShortText, button, join_words, label
from desktop.panels.relations_view import TEXT_OF, PassageRelations
from desktop.panels.translation_view import TranslationView
from desktop.session import Session
from desktop.words import language, tr

# A change of any of these may alter what is shown of a passage.
TABLES = frozenset(
    {
        "annotation", "article", "tagging", "link", "note", "field_value", "code", "codebook", "instrument", "coder", "relation",
        "translation", "version",
    }
)  # fmt: skip


class PassageSheet(QScrollArea):
    """Shows one annotation and changes it; a colleague's can only be read and answered."""

    code_requested = Signal()
    instrument_requested = Signal()
    annotation_requested = Signal(int)
    url_requested = Signal(str)
    provision_requested = Signal(int, str)  # instrument, locator

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._annotation: Annotation | None = None
        self._version: Version | None = None
        self._numbers: dict[VersionId, int] = {}  # of the versions of the article
        self._names: dict[int, str] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "sheet")
        self._quote = ShortText("quote", 3)
        self._locator = label("small")
        self.older = OlderWords()
        self._theirs = label("muted", wrap=True)
        self._own = button("quiet")
        self._own.clicked.connect(self._make_own)
        self.codes, self.links = RowsView(), RowsView()
        self.fields = FieldsView(session, "annotation")
        self.notes = NotesView(session)
        self.relations, self.translations = PassageRelations(session), TranslationView(session)
        self._last = label("small", wrap=True)
        self.codes.add_requested.connect(self.code_requested)
        self.links.add_requested.connect(self.instrument_requested)
        self.notes.url_requested.connect(self.url_requested)
        self.relations.annotation_requested.connect(self.annotation_requested)
        self._put_together()

    def _put_together(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "sheet")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        top = QVBoxLayout()
        top.setSpacing(4)
        for widget in (self._quote, self._locator, self.older, self._theirs):
            top.addWidget(widget)
        offer = QHBoxLayout()
        offer.addWidget(self._own)
        offer.addStretch(1)
        top.addLayout(offer)
        layout.addLayout(top)
        for part in (self.codes, self.links, self.fields, self.notes, self.relations, self.translations, self._last):
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
        now = self._words_now(annotation)
        self._quote.set_text(annotation.exact if now is None else now or tr("The whole article"))
        self.older.show_words(annotation.exact, self._number(annotation) if now not in (None, annotation.exact) else 0)
        self._locator.setText(self._place(annotation))
        coder = self._name(annotation.coder)
        self._theirs.setText(tr("This is {name}'s annotation; it can be read and answered.", name=coder))
        self._theirs.setVisible(not own)
        self._own.setText(tr("Make my own"))
        self._own.setVisible(not own and self._session.editable)
        self._show_codes(annotation, editable)
        self._show_links(annotation, editable)
        self.fields.show_fields(annotation.id, annotation.fields, editable)
        self.notes.show_notes("annotation", annotation.id, annotation.notes)
        relations = self._session.project.relations.of("annotation", annotation.id)
        self.translations.show_translations(annotation, self.relations.show_relations(annotation, relations))
        edited = tr("edited {time}", time=when(annotation.modified))
        later = edited if when(annotation.modified) != when(annotation.created) else ""
        self._last.setText(join_words((coder, when(annotation.created), later)))
        if another:
            self.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        """Show nothing more; what is unsaved is saved."""
        self.keep()
        self.translations.clear()
        self._annotation = None  # the text is kept: the next passage is probably in it

    def keep(self) -> None:
        """Save what is written and not saved yet."""
        self.notes.keep()
        self.translations.keep()

    def forget(self) -> None:
        """Forget what was written in a project that is closed now."""
        self.notes.forget()
        self.translations.forget()
        self.forget_names()
        self._annotation = None
        self.forget_text()

    def touched(self, annotations: Sequence[int]) -> bool:
        """Whether any of some annotations is shown here, as the other end of a relation too."""
        return self.annotation in annotations or self.relations.touched(annotations)

    def _name(self, coder: CoderId) -> str:
        """Give a coder's name; known until coders change."""
        if coder not in self._names:
            self._names = {each.id: each.name for each in self._session.project.coders.all()}
        return self._names.get(coder, "?")

    def forget_names(self) -> None:
        """Read the names of coders again when they are needed next."""
        self._names = {}

    def _place(self, annotation: Annotation) -> str:
        if annotation.start is None:
            return "" if annotation.origin_start is None else tr("No longer in the newest version of the text")
        shown = self._shown(annotation)
        title = self._session.project.articles.get(annotation.article).title
        return paragraph_locator(shown.layout, annotation.start, shown.text, language(), annotation.end, title)

    def _shown(self, annotation: Annotation) -> Version:
        """Give the newest text of the annotation's article."""
        if self._version is None or self._version.article != annotation.article:
            self._version = self._session.project.articles.version(annotation.article)
        return self._version

    def _words_now(self, annotation: Annotation) -> str | None:
        """Give the words of the passage in the newest text; None where it has no place there, "" for a whole article."""
        if annotation.start is None:
            return "" if annotation.origin_start is None else None
        shown = self._shown(annotation)
        return annotation.exact if shown.id == annotation.version else shown.text[annotation.start : annotation.end]

    def _number(self, annotation: Annotation) -> int:
        """Give the number of the version that an annotation was made on."""
        if annotation.version not in self._numbers:
            self._numbers = {each.id: each.number for each in self._session.project.versions.of(annotation.article)}
        return self._numbers.get(annotation.version, 0)

    def forget_text(self) -> None:
        """Read the text again when it is next needed: there may be a newer version."""
        self._version, self._numbers = None, {}

    def _show_codes(self, annotation: Annotation, editable: bool) -> None:
        project = self._session.project
        versions = {book.id: book.version if book.shipped else "" for book in project.codes.books()}
        codes = [project.codes.get(tagging.code) for tagging in annotation.taggings]
        if self.codes.shows((annotation.id, annotation.taggings, codes, versions, editable, language())):
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
        self.codes.add.setVisible(editable)
        self.codes.setVisible(editable or bool(rows))
        self.codes.show_rows(rows)

    def _show_links(self, annotation: Annotation, editable: bool) -> None:
        instruments = [self._session.project.instruments.get(link.instrument) for link in annotation.links]
        openable = self._openable(instruments)
        shown = (annotation.id, annotation.links, instruments, openable, editable, language())
        if self.links.shows(shown):
            return
        rows: list[Row] = []
        for link, instrument in zip(annotation.links, instruments, strict=True):
            row = LinkRow(link, instrument, editable=editable, openable=instrument.id in openable)
            row.removed.connect(self._unlink)
            row.locator_edited.connect(self._relocate)
            row.relation_chosen.connect(self._relate)
            row.url_requested.connect(self.url_requested)
            row.provision_requested.connect(self.provision_requested)
            rows.append(row)
        self.links.heading.setText(tr("Instruments"))
        self.links.add.setText(tr("+ instrument"))
        self.links.add.setVisible(editable)
        self.links.setVisible(editable or bool(rows))
        self.links.show_rows(rows)

    def _openable(self, instruments: Iterable[Instrument]) -> set[int]:
        """Give the instruments whose text is in the project."""
        relations = self._session.project.relations
        return {each.id for each in instruments if any(r.kind == TEXT_OF for r in relations.of("instrument", each.id))}

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
            made = self._session.act(lambda: self._copy(annotation))
            if made is not None:
                self.annotation_requested.emit(made)

    def _copy(self, annotation: Annotation) -> AnnotationId:
        with self._session.project.change("Make my own"):
            return self._session.project.annotations.own_copy(annotation.id)
