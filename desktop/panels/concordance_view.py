"""The words of a query in their surroundings, one line for each place, in columns that hold where they stand."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from db.changes import Change
from db.errors import ProjectError
from db.records import Progress
from db.search.concordance import Concordance, lines
from db.search.searcher import Searcher
from desktop.errors import words
from desktop.models.concordance import ConcordanceModel
from desktop.panels.concordance_rows import ConcordanceList, bold
from desktop.panels.gathering import Gathering
from desktop.panels.parts import FlowLayout, button, join_words, label, mark
from desktop.session import Session
from desktop.words import tr

# As they stand above the columns, from left to right; the keys 1 to 9 are in this order.
SORT_KEYS = ("left3", "left2", "left1", "match", "right1", "right2", "right3", "position", "date")
CONTEXTS = (20, 30, 50)  # characters to each side
MOST = 10_000
_LEVELS = 3  # orders that count one after the other
_PAD, _SEGMENT_PAD = 16, 18
_HELD = 200  # rows that stay selected in another order
_WAIT = 150  # milliseconds after a change
_FOUND_IN = frozenset({
    "article", "version", "annotation", "place", "tagging", "link", "note", "code", "instrument", "alias", "article_status",
    "setting",
})  # fmt: skip


class ConcordanceView(QWidget):
    """Shows what a query finds as lines; sorted by the keys 1 to 9, widened by + and -."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation or None
    told = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._query = ""
        self._order: tuple[str, ...] = ("position",)
        self._context = CONTEXTS[1]
        self._found: Concordance | None = None
        self._error: ProjectError | None = None
        self._stale = self._stopped = self._unveiled = False
        self.gathering = Gathering("Gathering the lines", self)
        self.model = ConcordanceModel(session, self)
        self.list = ConcordanceList(self.model)
        self.keys = {name: button("segment") for name in SORT_KEYS}
        self.contexts = {size: button("segment", str(size)) for size in CONTEXTS}
        self._by, self._around, self._count = label("small"), label("small"), label("small")
        self._remarks = label("small", wrap=True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT)
        self._timer.timeout.connect(self._run)
        self._lay_out()
        self._connect()
        self._say()

    def _lay_out(self) -> None:
        head = FlowLayout(_PAD)
        for caption, several in ((self._by, self.keys), (self._around, self.contexts)):
            head.addWidget(_group(caption, list(several.values())))
        self._count.setMinimumHeight(self.fontMetrics().height() + 12)  # as high as the keys beside it
        head.addWidget(self._count)
        above = QVBoxLayout()
        above.setContentsMargins(_PAD, 0, _PAD, 6)
        above.setSpacing(6)
        above.addLayout(head)
        above.addWidget(self._remarks)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(above)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        for name, key in self.keys.items():
            key.clicked.connect(partial(self._sort, name))
        for size, choice in self.contexts.items():
            choice.clicked.connect(partial(self._widen, size))
        self.list.chosen.connect(self._open)
        self.gathering.done.connect(self._show)
        self.gathering.failed.connect(self._fail)
        self.gathering.cancelled.connect(self._stop_short)
        self._session.closed.connect(self.stop)
        self._session.changed.connect(self._changed)

    # What others call

    def show_query(self, query: str) -> None:
        """Show the lines of a query; what is shown stays in sight until they are there."""
        query = query.strip()
        if query != self._query:
            self._query = query
            self._run()
        elif self._stale or self._stopped:
            self._run()

    def unveil(self, on: bool) -> None:
        """Show what stands in layers that are hidden, too, from the next query on or from now."""
        if on != self._unveiled:
            self._unveiled, self._stale = on, True

    def step(self, by: int) -> None:
        """Open the line after (1) or before (-1) the one stood on."""
        row = self.list.currentIndex().row() + by
        if self.model.line(row) is not None:
            self.list.select_rows([row])
            self._open(self.model.index(row))

    def stop(self) -> None:
        """Stop what runs, close its connection and show nothing."""
        self._timer.stop()
        self.gathering.close()
        self._query, self._stale, self._stopped = "", False, False
        self._found = self._error = None
        self.model.show_lines(())
        self._say()

    @property
    def order(self) -> tuple[str, ...]:
        """What the lines are sorted by, the first deciding most."""
        return self._order

    @property
    def count(self) -> str:
        """What is said about how many lines there are."""
        return self._count.text()

    # Running

    def _run(self) -> None:
        self._timer.stop()
        self._stale = self._stopped = False
        if not self._query or not self._session.is_open:
            self.stop()
            return
        me = self._session.project.me
        work = partial(_lines, self._query, me, self._context, self._order, self._unveiled)
        self.gathering.run(self._session.project.path, work)

    def _show(self, found: Concordance) -> None:
        rows = self.list.chosen_rows()
        kept = rows != [0] and len(rows) <= _HELD  # the first row is one that nobody chose
        held = [line for row in rows if (line := self.model.line(row))] if kept else []
        self._found, self._error = found, None
        self.list.widest = self._widest(found)
        self.model.show_lines(found.lines)
        if found.lines:
            self.list.select_rows(self.model.rows_at((each.article, each.start, each.end) for each in held) or [0])
        self._say_found()

    def _widest(self, found: Concordance) -> int:
        """Measure the widest match: of those with most characters, for there may be thousands of different ones."""
        metrics = QFontMetrics(bold(self.list.font()))
        longest = sorted({line.match for line in found.lines}, key=len, reverse=True)[:50]
        return max((metrics.horizontalAdvance(match[:200]) + 4 for match in longest), default=0)

    def _fail(self, error: ProjectError) -> None:
        self._found, self._error = None, error
        self.model.show_lines(())
        self._say_found()

    def _stop_short(self) -> None:
        self._stopped = True
        self._say_found()
        self.told.emit(tr("Stopped; the lines are those from before."))

    def _changed(self, change: Change) -> None:
        if self._query and change.tables & _FOUND_IN:
            self._stale = True
            if self.isVisible():
                self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._run()

    # Choosing

    def _sort(self, name: str, _on: bool = False) -> None:
        """Sort by something first, and among equals as before; a second time by the place alone."""
        rest = tuple(each for each in self._order if each != name and each != "position")
        again = self._order[0] == name
        self._order = (rest or ("position",)) if again else (name, *rest)[:_LEVELS]
        self._say_order()
        self._run()

    def _widen(self, size: int, _on: bool = False) -> None:
        self._context = size
        self._say_order()
        self._run()

    def _open(self, index: QModelIndex) -> None:
        line = self.model.line(index.row())
        if line is not None:
            annotation = self._session.attempt(partial(self.model.annotation_at, index.row()))
            self.place_requested.emit(line.article, line.start, line.end, annotation)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place, step = event.key() - int(Qt.Key.Key_1), {"+": 1, "=": 1, "-": -1}.get(event.text(), 0)
        if 0 <= place < len(SORT_KEYS) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._sort(SORT_KEYS[place])
        elif step:
            at = CONTEXTS.index(self._context) + step
            if 0 <= at < len(CONTEXTS):
                self._widen(CONTEXTS[at])
        elif event.key() == Qt.Key.Key_Escape and self.gathering.busy:
            self.gathering.cancel()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    # Words

    def _say(self) -> None:
        self._by.setText(tr("Sort by"))
        self._around.setText(tr("Context"))
        self.list.setAccessibleName(tr("Concordance"))
        self._say_order()
        self._say_found()

    def _say_order(self) -> None:
        """Say on each key what it sorts by, and on those that count which one first."""
        for place, (name, key) in enumerate(self.keys.items()):
            words_, long = _named(name)
            level = self._order.index(name) if name in self._order else -1
            key.setText(f"{words_} {'¹²³'[level]}" if len(self._order) > 1 and level >= 0 else words_)
            key.setFixedWidth(_SEGMENT_PAD + key.fontMetrics().horizontalAdvance(f"{words_} ¹"))
            key.setChecked(level >= 0)
            key.setToolTip(tr("{order} (key {key})", order=long, key=place + 1))
            key.setAccessibleName(long)
        for size, choice in self.contexts.items():
            choice.setFixedWidth(_SEGMENT_PAD + choice.fontMetrics().horizontalAdvance("00"))
            choice.setChecked(size == self._context)
            long = tr("{n} characters to each side (+ and -)", n=size)
            choice.setToolTip(long)
            choice.setAccessibleName(long)

    def _say_found(self) -> None:
        found, said = self._found, ""
        if found is not None:
            count = f"{len(found.lines):,}"
            said = tr("1 place") if count == "1" else tr("{count} places", count=count)
            said = tr("the first {count} places of more", count=count) if found.more else said
        self._count.setText(said)
        remarks = [tr(remark.sentence, **remark.facts) for remark in found.remarks] if found else []
        if found is not None and not found.lines:
            remarks.append(tr("These words stand in no text."))
        if self._error is not None:
            remarks = [words(self._error)]
        self._remarks.setText(join_words(remarks, " "))
        self._remarks.setVisible(bool(remarks))
        mark(self._remarks, "role", "small" if self._error is None else "error")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
            self.model.read_again()
            self.list.viewport().update()


def _lines(
    query: str, me: int, context: int, order: tuple[str, ...], unveiled: bool, searcher: Searcher, progress: Progress
) -> Concordance:  # fmt: skip
    with searcher.veiling(not unveiled):
        return lines(searcher, query, me=me, context=context, order=order, most=MOST, progress=progress)


def _group(caption: QLabel, several: list[QToolButton]) -> QWidget:
    """Put buttons beside each other as one, behind what they are about."""
    several[0].setProperty("edge", "first")
    several[-1].setProperty("edge", "last")
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(caption)
    row.addSpacing(6)
    for each in several:
        each.setCheckable(True)
        each.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys in the list
        row.addWidget(each)
    return made


def _named(order: str) -> tuple[str, str]:
    """Say an order shortly and in full."""
    step = order[-1]
    if order.startswith("left"):
        return tr("L{n}", n=step), tr("Sort by character or word {n} to the left", n=step)
    if order.startswith("right"):
        return tr("R{n}", n=step), tr("Sort by character or word {n} to the right", n=step)
    return {
        "match": (tr("Match"), tr("Sort by what was found")),
        "position": (tr("Place"), tr("Sort by article and place")),
        "date": (tr("Date"), tr("Sort by date, the latest first")),
    }[order]
