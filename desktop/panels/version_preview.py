"""What a new version would bring, looked at before it is made: the difference of the texts, and where each annotation goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from db.review import Placed
from desktop.models.review import PlacesModel, Proposal, count_words, doubtful_first, passage_in, passage_of
from desktop.panels.closing import Closing
from desktop.panels.difference_view import DifferenceView
from desktop.panels.parts import column, label, mark
from desktop.panels.place_rows import PassageText, PlaceDelegate, RowList
from desktop.session import Session
from desktop.words import tr

_PLACES = 360  # logical pixels at first


class VersionPreview(QWidget):
    """The difference beside the annotations, and for the one chosen both of its places. Enter takes the version."""

    take_requested = Signal(object)  # the Proposal
    own_requested = Signal(object)  # the Proposal, as an article of its own
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._proposal: Proposal | None = None
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._name, self._said = label("title", wrap=True), label("small", wrap=True), label("heading", wrap=True)
        self.closing = Closing(self)
        self.take, self.back, self.own = QPushButton(), QPushButton(), QPushButton()
        self.take.setProperty("role", "primary")
        self.differences = DifferenceView()
        self.model, self.places = PlacesModel(parent=self), RowList()
        self.places.setModel(self.model)
        self.places.setItemDelegate(PlaceDelegate(self.places))
        self.places.setUniformItemSizes(True)
        self._before, self._after = label("section"), label("section")
        self.before, self.after = PassageText(), PassageText()
        self._lay_out()
        self.setFocusProxy(self.places)
        self.closing.asked.connect(self.left)
        self.back.clicked.connect(self.left)
        self.take.clicked.connect(self._take)
        self.own.clicked.connect(self._take_alone)
        self.places.selectionModel().currentChanged.connect(self._chosen)
        self.places.chosen.connect(self._show_place)
        session.closed.connect(self.forget)
        session.changed.connect(self._follow)
        session.freed.connect(self._follow)
        self._retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addLayout(column(self._title, self._name, self._said, gap=4), 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for made in (self.take, self.own, self.back):
            buttons.addWidget(made)
        buttons.addStretch(1)
        top = QVBoxLayout()
        top.setContentsMargins(16, 16, 16, 12)
        top.setSpacing(12)
        top.addLayout(head)
        top.addLayout(buttons)
        self._both = QWidget()
        both = column(self._before, self.before, self._after, self.after, gap=4)
        both.setContentsMargins(12, 8, 12, 12)
        both.insertSpacing(2, 4)
        self._both.setLayout(both)
        self._side = QWidget()
        side = column(self.places, self._both)
        side.setStretch(0, 1)
        self._side.setLayout(side)
        self._parts = QSplitter(Qt.Orientation.Horizontal)
        self._parts.addWidget(self.differences)
        self._parts.addWidget(self._side)
        self._parts.setStretchFactor(0, 1)
        self._parts.setSizes([3 * _PLACES, _PLACES])
        self._parts.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self._parts, 1)
        whole.addStretch(0)

    @property
    def proposal(self) -> Proposal | None:
        """What is shown."""
        return self._proposal

    def show_proposal(self, proposal: Proposal) -> None:
        """Show what a text would bring."""
        self._proposal = proposal
        preview = proposal.preview
        self.differences.model_shown.show_differences(proposal.old, proposal.draft.text, preview.differences)
        self.model.show_places(doubtful_first(preview.placed))
        self._side.setVisible(bool(preview.placed) and not preview.another_text)
        self._parts.setVisible(not preview.same)
        self.take.setVisible(not preview.same)
        self.own.setVisible(preview.another_text and proposal.kind == "import")
        self.places.setCurrentIndex(self.model.index(0))
        if not preview.placed:
            self._show_both(None)
        self._retranslate()
        self._follow()
        self.differences.scrollToTop()
        if not self.model.rowCount() or preview.same:
            self.differences.reveal_change()
            (self.back if preview.same else self.differences).setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.places.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Show nothing: the project is closed, or the version was taken."""
        self._proposal = None
        self.differences.model_shown.show_differences("", "", ())
        self.model.show_places(())
        self._retranslate()
        self._follow()

    # Both places

    def _chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        self._show_both(self.model.placed(index.row()) if index.isValid() else None)
        self._show_place(index)

    def _show_both(self, placed: Placed | None) -> None:
        self._both.setVisible(placed is not None)
        if placed is None or self._proposal is None:
            return
        made = placed.made
        self.before.show_passage(passage_of(made.prefix, made.exact, made.suffix))
        if placed.start is not None and placed.end is not None:
            self.after.show_passage(passage_in(self._proposal.draft.text, placed.start, placed.end))
        else:
            self.after.show_passage(passage_of(tr("It is no longer in the text."), "", ""))

    def _show_place(self, index: QModelIndex) -> None:
        placed = self.model.placed(index.row()) if index.isValid() else None
        if placed is None or self._proposal is None:
            return
        if placed.start is not None:
            self.differences.reveal(placed.start, new=True)
            return
        made, old = placed.made, self._proposal.old
        at = old.find(made.prefix + made.exact)
        at = at + len(made.prefix) if at >= 0 else old.find(made.exact)
        if at >= 0:
            self.differences.reveal(at, new=False)

    # Deciding

    @property
    def _can_take(self) -> bool:
        return self._proposal is not None and not self._proposal.preview.same and self._session.editable

    def _follow(self, _change: object = None) -> None:
        self.take.setEnabled(self._can_take)
        self.own.setEnabled(self._can_take)

    def _take(self) -> None:
        if self._can_take:
            self.take_requested.emit(self._proposal)

    def _take_alone(self) -> None:
        if self._can_take:
            self.own_requested.emit(self._proposal)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            elif self._proposal is not None and not self._proposal.preview.another_text:
                self._take()  # another text is taken by its button only
        elif event.key() in (Qt.Key.Key_J, Qt.Key.Key_K) and plain:
            self.places.step(1 if event.key() == Qt.Key.Key_J else -1)
        elif event.key() in (Qt.Key.Key_N, Qt.Key.Key_P) and plain:
            self.differences.reveal_change(1 if event.key() == Qt.Key.Key_N else -1)
        else:
            super().keyPressEvent(event)

    # Words

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._show_both(self.model.placed(self.places.currentIndex().row()))

    def _retranslate(self) -> None:
        proposal = self._proposal
        self._title.setText(tr("New version of “{title}”", title=proposal.title) if proposal else tr("New version"))
        self.setAccessibleName(self._title.text())
        self._name.setText(f"{proposal.name} · {tr(_KEYS)}" if proposal and proposal.name else tr(_KEYS))
        said, problem = self._words()
        self._said.setText(said)
        mark(self._said, "role", "error" if problem else "heading")
        edit = proposal is not None and proposal.kind == "edit"
        another = proposal is not None and proposal.preview.another_text
        self.take.setText(
            tr("Keep the correction") if edit else tr("Take it all the same") if another else tr("Take the new version")
        )
        mark(self.take, "role", "" if another else "primary")
        self.own.setText(tr("Import as an article of its own"))
        self.back.setText(tr("Back"))
        self._before.setText(tr("Where it was made"))
        self._after.setText(tr("In the new version"))
        self.places.setAccessibleName(tr("Annotations"))

    def _words(self) -> tuple[str, bool]:
        """Say what taking the version means, and whether it had better not be taken."""
        if self._proposal is None:
            return "", False
        preview = self._proposal.preview
        if preview.same:
            return tr("The text is the same as the article's: there is nothing to do."), False
        if preview.another_text:
            return tr(
                "This is another text: it shares hardly anything with the article's. Its annotations would lose their places."
            ), True
        if not preview.placed:
            return tr("The article has no annotations."), False
        return tr("Annotations: {counts}", counts=count_words(preview.counts)), False


_KEYS = "J and K go through the annotations, N and P through the changes, Enter takes the version"
