"""The bar under the menus: the project, the command field, the working framework, the layers shown and who codes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from db.changes import Change
from db.records import Codebook, Coder, CoderId
from desktop.models.codes import Sight, book_title
from desktop.models.lists import Lists
from desktop.panels.command_field import CommandField
from desktop.panels.parts import join_words
from desktop.session import Session
from desktop.words import language, tr

HEIGHT = 40
FIELD = 420


class TopBar(QWidget):
    """Forty pixels that say where one is and lead anywhere."""

    working_requested = Signal(list)  # ids of the books to work with
    hidden_coders_requested = Signal(list)  # uuids of the coders not to show
    all_codes_requested = Signal()
    person_requested = Signal()

    def __init__(self, session: Session, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._session = session
        self._coders: list[Coder] = []
        self._at_work: frozenset[CoderId] = frozenset()
        self._hidden: set[str] = set()
        self._sight = Sight()
        self._name = QLabel(self)
        self._name.setObjectName("projectName")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.field = CommandField(session, lists, self)
        self._framework, self._framework_menu = self._chooser("framework")
        self._layers, self._layers_menu = self._chooser("layers")
        self._me = QToolButton(self)
        self._me.setObjectName("initials")
        self._me.clicked.connect(self.person_requested)
        right = QWidget(self)
        tail = QHBoxLayout(right)
        tail.setContentsMargins(0, 0, 0, 0)
        tail.setSpacing(4)
        tail.addStretch(1)
        for widget in (self._framework, self._layers, self._me):
            tail.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(16)
        row.addWidget(self._name, 1)
        row.addWidget(self.field)
        row.addWidget(right, 1)
        self._framework_menu.aboutToShow.connect(self._fill_frameworks)
        self._layers_menu.aboutToShow.connect(self._fill_layers)
        session.opened.connect(self.refresh)
        session.closed.connect(self.refresh)
        session.changed.connect(self._changed)
        self.refresh()

    def _chooser(self, name: str) -> tuple[QToolButton, QMenu]:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        button.setMenu(menu)
        return button, menu

    def _changed(self, change: Change) -> None:
        coders = "annotation" in change.tables and self._session.project.coders.at_work() != self._at_work
        if coders or change.tables & {"setting", "coder", "codebook"}:
            self.refresh()

    def refresh(self) -> None:
        """Say everything again, in the window's language."""
        opened = self._session.is_open
        project = self._session.project if opened else None
        self._name.setText(project_words(self._session))
        self._name.setToolTip(str(self._session.file) if project else "")
        for button in (self._framework, self._layers, self._me):
            button.setVisible(opened)
        if project is not None:
            working = [book for book in project.codes.books() if book.working]
            self._framework.setText(_working_words(working))
            self._framework.setToolTip(tr("Working frameworks: their codes are offered when tagging"))
            self._framework.setAccessibleName(self._framework.toolTip())
            self._coders, self._at_work = project.coders.all(), project.coders.at_work()
            self._show_layers()
        self.field.retranslate()

    def _show_layers(self) -> None:
        me = next((coder for coder in self._coders if coder.id == self._session.project.me), None)
        others = [coder for coder in self._coders if coder is not me and coder.id in self._at_work]
        shown = [coder.initials or coder.name for coder in others if coder.uuid not in self._hidden]
        who = " + ".join([tr("me"), *shown]) if others else ""
        what = sight_words(self._sight)
        self._layers.setText(join_words((who, what)))
        self._layers.setToolTip(
            tr("Whose annotations are shown, and of which codes") if what else tr("Whose annotations are shown")
        )
        self._layers.setAccessibleName(self._layers.toolTip())
        self._layers.setVisible(bool(who or what))
        initials = (me.initials if me else "") or "?"
        self._me.setText(initials)
        self._me.setToolTip(tr("You code as {name}", name=me.name) if me and me.name != "?" else tr("Say who you are"))
        self._me.setAccessibleName(self._me.toolTip())

    def show_layers(self, hidden: Sequence[str]) -> None:
        """Say which coders are not shown."""
        self._hidden = set(hidden)
        if self._session.is_open:
            self._show_layers()

    def show_sight(self, sight: Sight) -> None:
        """Say how many codes are hidden or dimmed, or that one is shown alone."""
        self._sight = sight
        if self._session.is_open:
            self._show_layers()

    def _fill_frameworks(self) -> None:
        self._framework_menu.clear()
        if not self._session.is_open:
            return
        for book in self._session.project.codes.books():
            if not book.shipped:
                continue
            action = QAction(book_title(book), self._framework_menu)
            action.setCheckable(True)
            action.setChecked(book.working)
            action.setEnabled(self._session.editable)
            action.setData(book.key)
            action.setToolTip((book.lacks_zh if language().startswith("zh") else book.lacks_en) or action.text())
            action.triggered.connect(self._choose_frameworks)
            self._framework_menu.addAction(action)

    def _choose_frameworks(self) -> None:
        chosen = [str(action.data()) for action in self._framework_menu.actions() if action.isChecked()]
        self.working_requested.emit(chosen)

    def _fill_layers(self) -> None:
        self._layers_menu.clear()
        hidden = self._session.project.layers.counts().coders
        for coder in self._session.project.coders.all():
            if coder.id == self._session.project.me or not coder.annotations:
                continue
            seen = coder.annotations - hidden.get(coder.id, 0)
            action = QAction(tr("{name} ({count})", name=coder.name, count=seen), self._layers_menu)
            action.setCheckable(True)
            action.setChecked(coder.uuid not in self._hidden)
            action.setData(coder.uuid)
            action.triggered.connect(self._choose_layers)
            self._layers_menu.addAction(action)
        if self._sight.any:
            if self._layers_menu.actions():
                self._layers_menu.addSeparator()
            self._layers_menu.addAction(tr("Show all codes")).triggered.connect(self.all_codes_requested)

    def _choose_layers(self) -> None:
        coders = [action for action in self._layers_menu.actions() if action.data()]
        self._hidden = {str(action.data()) for action in coders if not action.isChecked()}
        self._show_layers()
        self.hidden_coders_requested.emit(sorted(self._hidden))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.field.setFixedWidth(max(200, min(FIELD, self.width() - 480)))
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
        super().changeEvent(event)


def project_words(session: Session) -> str:
    """Say which project is open, and whether it can only be read."""
    if not session.is_open:
        return "Glossator"
    if session.state is not None:
        return tr("{name} (frozen, read only)", name=session.name)
    return session.name if session.project.writable else tr("{name} (read only)", name=session.name)


def _working_words(books: Sequence[Codebook]) -> str:
    if not books:
        return tr("No framework")
    first = tr("Framework {version}", version=books[0].version or books[0].key)
    return first if len(books) == 1 else f"{first} + {len(books) - 1}"


def sight_words(sight: Sight) -> str:
    """Say how the text shows codes, where it does not show them all alike."""
    if sight.solo:
        return tr("one code only")
    hidden, dimmed = len(sight.hidden), len(sight.dimmed)
    if hidden:
        return tr("1 code hidden") if hidden == 1 else tr("{count} codes hidden", count=hidden)
    if dimmed:
        return tr("1 code dimmed") if dimmed == 1 else tr("{count} codes dimmed", count=dimmed)
    return ""
