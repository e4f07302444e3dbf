"""What a passage or an article is related to: each relation said from its own end, and a form for the next one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from db.folding import fold_query
from db.library import Entry, Filter
from db.records import Annotation, AnnotationId, Article, ArticleId, Instrument, InstrumentId, Relation
from db.relations import KINDS
from desktop.matching import Matchable, Matcher
from desktop.models import articles
from desktop.panels.chips import Row, RowsView
from desktop.panels.parts import ShortText, TokenView, holds_keys, join_words, label, one_line
from desktop.session import Session
from desktop.words import language, tr

End = tuple[str, int]  # kind of thing, id
# What the other end says of this one.
_BACKWARDS = {
    "continues": "is continued by",
    "contradicts": "is contradicted by",
    "repeats": "is repeated by",
    "translates": "is translated by",
    "responds to": "is answered by",
    "translation of": "has the translation",
    "reprint of": "has the reprint",
    "comments on": "is commented on by",
}
_THERE, _HERE = "→", "←"  # which way a relation goes
_LEAST_ROW, _MOST_OFFERS = 28, 6
_MOST_PROPOSED = 3
_LEAST_TITLE = 4  # characters; shorter ones stand in many titles by chance
TEXT_OF = "is the text of"
# Of a larger library those are offered that have the letters typed; to know the pinyin of all titles would take too long.
_SPELLED, _CANDIDATES = 1_000, 200


def kind_said(kind: str, *, forwards: bool) -> str:
    """Say a kind of relation from the end one looks from."""
    return tr(kind if forwards else _BACKWARDS.get(kind, kind))


def seen_from(relation: Relation, end: End) -> tuple[End, bool]:
    """Give the other end of a relation, and whether it goes from here to there."""
    forwards = relation.source == end
    return relation.target if forwards else relation.source, forwards


class RelatedRow(Row):
    """A relation; Enter or a click goes to its other end, Del removes it."""

    requested = Signal(str, int)  # kind of thing, id

    def __init__(self, relation: Relation, end: End, words: tuple[str, str], *, editable: bool) -> None:
        super().__init__(relation.id, editable=editable)
        self._end = end
        sign = _THERE if relation.target == end else _HERE
        self.line.addWidget(label("link-sign", sign), 0, Qt.AlignmentFlag.AlignTop)
        self.words.addWidget(label("small", words[0], wrap=True))
        text = ShortText("row-title", 2)
        text.set_text(words[1])
        self.words.addWidget(text)
        self.setAccessibleName(": ".join(words))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.finish()

    def open_menu(self) -> None:
        self.requested.emit(*self._end)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open_menu()


class PassageRelations(RowsView):
    """The passages related to one; they are made with keys in the text."""

    annotation_requested = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._others: frozenset[int] = frozenset()
        self.add.hide()

    def touched(self, annotations: Sequence[int]) -> bool:
        """Whether any of some annotations is the other end of a relation shown."""
        return not self._others.isdisjoint(annotations)

    def show_relations(self, annotation: Annotation, relations: Sequence[Relation]) -> list[Annotation]:
        """Show the relations of a passage; gives those it translates or is translated by."""
        project, here = self._session.project, ("annotation", int(annotation.id))
        ends = {relation.id: seen_from(relation, here) for relation in relations}
        found = {each.id: each for each in project.annotations.several([AnnotationId(end[1]) for end, _ in ends.values()])}
        relations = [each for each in relations if ends[each.id][0][1] in found]
        self._others = frozenset(found)
        elsewhere = {each.article for each in found.values()} - {annotation.article}
        keys = {article: project.articles.get(article).key for article in elsewhere}
        editable = self._session.editable
        if not self.shows((annotation.id, relations, [each.exact for each in found.values()], keys, editable, language())):
            rows: list[Row] = []
            for relation in relations:
                end, forwards = ends[relation.id]
                other = found[AnnotationId(end[1])]
                said = join_words((kind_said(relation.kind, forwards=forwards), keys.get(other.article, "")))
                words = (said, one_line(other.exact) or tr("The whole article"))
                row = RelatedRow(relation, end, words, editable=editable and relation.coder == project.me)
                row.requested.connect(self._go)
                row.removed.connect(self._remove)
                rows.append(row)
            self.heading.setText(tr("Related passages"))
            self.show_rows(rows)
            self.setVisible(bool(rows))
        translations = (ends[relation.id][0][1] for relation in relations if relation.kind == "translates")
        return [found[AnnotationId(key)] for key in dict.fromkeys(translations)]

    def _go(self, _kind: str, annotation: int) -> None:
        self.annotation_requested.emit(annotation)

    def _remove(self, relation: int) -> None:
        self._session.act(lambda: self._session.project.relations.remove(relation))


class ArticleRelations(RowsView):
    """The articles and instruments related to an article, and a form that relates it to one more."""

    article_requested = Signal(int)
    instrument_requested = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._article: Article | None = None
        self.form = RelationForm(session)
        self.form.hide()
        self.form.chosen.connect(self._relate)
        self.form.left.connect(self._leave)
        self.add_requested.connect(self.begin)
        self.body.insertWidget(1, self.form)

    def show_relations(self, article: Article) -> None:
        """Show the relations of an article."""
        if self._article is None or self._article.id != article.id:
            self.form.hide()
        self._article = article
        project, here, editable = self._session.project, ("article", int(article.id)), self._session.editable
        found = [(relation, *seen_from(relation, here)) for relation in project.relations.of(*here)]
        names = [self._name(end) for _relation, end, _forwards in found]
        self.heading.setText(tr("Related articles and instruments"))
        self.add.setText(tr("+ relation"))
        self.add.setVisible(editable and self.form.isHidden())
        self.setVisible(editable or bool(found))
        if self.shows((article.id, found, names, editable, language())):
            return
        rows: list[Row] = []
        for (relation, end, forwards), name in zip(found, names, strict=True):
            words = (kind_said(relation.kind, forwards=forwards), name)
            row = RelatedRow(relation, end, words, editable=editable and relation.coder == project.me)
            row.requested.connect(self._go)
            row.removed.connect(self._remove)
            rows.append(row)
        self.show_rows(rows)

    def _name(self, end: End) -> str:
        project = self._session.project
        if end[0] == "article":
            return project.articles.get(ArticleId(end[1])).title
        instrument = project.instruments.get(InstrumentId(end[1]))
        return instrument.title(language()) or instrument.key

    def begin(self) -> None:
        """Open the form, or go on in it."""
        if self._article is not None and self._session.editable:
            self.add.hide()
            self.form.begin(self._article)

    def _leave(self) -> None:
        had = holds_keys(self.form)
        self.form.hide()
        self.add.setVisible(self._session.editable)
        if had:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _relate(self, kind: str, forwards: bool, other: End) -> None:
        if (article := self._article) is None:
            return
        here = ("article", int(article.id))
        source, target = (here, other) if forwards else (other, here)
        if self._session.act(lambda: self._session.project.relations.add(kind, source, target)) is not None:
            self._leave()

    def _go(self, kind: str, thing: int) -> None:
        (self.article_requested if kind == "article" else self.instrument_requested).emit(thing)

    def _remove(self, relation: int) -> None:
        self._session.act(lambda: self._session.project.relations.remove(relation))


class RelationForm(QWidget):
    """What an article is related to (a few letters find it), and how. Enter relates, Esc leaves.

    An instrument whose title stands in the article's is proposed as the one it is the text of.
    """

    chosen = Signal(str, bool, tuple)  # kind, whether from here to there, the other end
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._article = 0
        self._instruments: list[tuple[End, Instrument]] = []
        self._large = False
        self._matcher: Matcher[End] = Matcher(())
        self._names: dict[End, str] = {}
        self._offers: list[End] = []
        self._proposed: list[End] = []
        self.kind = QComboBox()
        self.kind.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.entry = QLineEdit()
        self._model = QStringListModel(self)
        self.list = TokenView()
        self.list.setModel(self._model)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(TokenView.EditTrigger.NoEditTriggers)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hint = label("small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.entry, self.list, self.kind, self.hint):
            column.addWidget(widget)
        self.entry.textChanged.connect(self._offer)
        self.entry.installEventFilter(self)
        self.kind.installEventFilter(self)
        self.list.selectionModel().currentChanged.connect(self._suit)
        self.list.clicked.connect(self._clicked)

    def begin(self, article: Article) -> None:
        """Ask what an article is related to."""
        if self.isHidden() or self._article != article.id:
            self._article = article.id
            self._gather(article)
            words = tr("Article or instrument: title, key or pinyin")
            self.entry.setPlaceholderText(words)
            self.entry.setAccessibleName(words)
            self.kind.setAccessibleName(tr("Relation"))
            self.entry.clear()
            self.show()
            self._offer()
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _gather(self, article: Article) -> None:
        """Read what it can be related to."""
        project = self._session.project
        here = ("article", int(article.id))
        texts = {each.target for each in project.relations.of(*here) if each.kind == TEXT_OF}
        instruments = project.instruments.all()
        named = sorted(instruments, key=lambda each: _title_in(each, article.title), reverse=True)
        held = [("instrument", int(each.id)) for each in named if _title_in(each, article.title)]
        self._proposed = [end for end in held if end not in texts][:_MOST_PROPOSED]
        self._instruments = [(("instrument", int(each.id)), each) for each in instruments]
        self._large = project.articles.count() > _SPELLED
        self._match("", _SPELLED)

    def _match(self, typed: str, limit: int) -> None:
        """Make what is looked among: the instruments and the articles, so many of those that have the letters typed."""
        listed = self._session.project.articles.page(where=Filter(text=typed), descending=True, limit=limit)
        found = [(("article", int(each.id)), each) for each in listed if each.id != self._article]
        things: list[tuple[End, Entry | Instrument]] = [*found, *self._instruments]
        self._names = {end: _title(thing) for end, thing in things}
        self._matcher = Matcher([Matchable(end, _found_by(thing), end in self._proposed) for end, thing in things])

    def _offer(self) -> None:
        """Offer what fits the letters typed; what is proposed or typed for is chosen at once, anything else is not."""
        if self.isHidden():
            return
        typed = self.entry.text().strip()
        if self._large:
            self._match(typed, _CANDIDATES)
        self._offers = [each.key for each in self._matcher.find(typed, _MOST_OFFERS)]
        self._model.setStringList([one_line(self._names[end]) for end in self._offers])
        sure = bool(self._offers) and bool(typed or self._proposed)
        self.list.setCurrentIndex(self._model.index(0) if sure else QModelIndex())
        self.list.setVisible(bool(self._offers))
        height = max(_LEAST_ROW, self.list.sizeHintForRow(0)) if self._offers else _LEAST_ROW
        self.list.setFixedHeight(height * max(1, len(self._offers)) + 2 * self.list.frameWidth())
        self._suit(self.list.currentIndex())

    def _suit(self, index: QModelIndex) -> None:
        """Offer the kinds of relation that fit what is chosen."""
        end = self._offers[index.row()] if 0 <= index.row() < len(self._offers) else None
        before = self.kind.currentData()
        self.kind.clear()
        for kind in KINDS[("article", end[0])] if end is not None else ():
            self.kind.addItem(kind_said(kind, forwards=True), (kind, True))
            if end is not None and end[0] == "article":
                self.kind.addItem(kind_said(kind, forwards=False), (kind, False))
        kinds = [self.kind.itemData(place) for place in range(self.kind.count())]
        self.kind.setCurrentIndex(kinds.index(before) if before in kinds else min(0, self.kind.count() - 1))
        self.kind.setVisible(end is not None)
        self._say("" if self._offers else tr("Nothing fits."))

    def _say(self, words: str) -> None:
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    def _clicked(self, index: QModelIndex) -> None:
        """Relate by a click where there is but one way; else let the way be chosen."""
        self.list.setCurrentIndex(index)
        if self.kind.count() == 1:
            self._choose()
        else:
            self.kind.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self._offers):
            kind, forwards = self.kind.currentData()
            self.chosen.emit(kind, forwards, self._offers[row])
        else:
            first = tr("Choose an article or instrument first: type a part of its title, or press ↓.")
            self._say(first if self._offers else tr("Nothing fits."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Up and Down move in the offers, Enter choose and Esc leave."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif watched is self.entry and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            row = self.list.currentIndex().row() + (1 if event.key() == Qt.Key.Key_Down else -1)
            self.list.setCurrentIndex(self._model.index(max(0, min(row, len(self._offers) - 1))))
        else:
            return False
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entry.setFocus(event.reason())


def _title(thing: Entry | Instrument) -> str:
    if isinstance(thing, Entry):
        return join_words((thing.title, thing.key))
    return thing.title(language()) or thing.key


def _found_by(thing: Entry | Instrument) -> tuple[str, ...]:
    if isinstance(thing, Entry):
        return articles.names(thing)
    return (thing.title_zh, thing.title_en, thing.name, *(alias.text for alias in thing.aliases))


def _title_in(instrument: Instrument, title: str) -> int:
    """Count the characters of an instrument's title that stands in the title of an article; 0 where none does."""
    there = _bare(title)
    titles = (_bare(each) for each in (instrument.title_zh, instrument.title_en))
    return max((len(each) for each in titles if len(each) >= _LEAST_TITLE and each in there), default=0)


def _bare(title: str) -> str:
    return "".join(filter(str.isalnum, fold_query(title)))
