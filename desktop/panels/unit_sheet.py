"""One unit of a comparison in words: what was coded in it, by whom and by whom not, and what they noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from db.compared import Contributor, Told
from desktop.models.agreement_units import gave_words, pieces
from desktop.models.candidates import Piece
from desktop.panels.difference_view import formats
from desktop.panels.parts import column, empty, join_words, label
from desktop.words import tr

SIGNS = {True: "✓", False: "–"}
_PAD = 16
_SPREAD = 1.4
_LONGEST = 400  # code points of a passage that are shown


class PiecesText(QWidget):
    """Words of which some were coded, as high as they need, in colours by the names of their tokens."""

    def __init__(self, colours: Callable[[str], QColor], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = colours
        self._pieces: tuple[Piece, ...] = ()
        self._height = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_pieces(self, several: Sequence[Piece]) -> None:
        """Show some words."""
        self._pieces = tuple(several)
        self.setAccessibleName("".join(piece.text for piece in several))
        self._lay_out()
        self.update()

    def _lay_out(self) -> QTextLayout:
        before = self._height
        layout, self._height = flowed(self._pieces, self.font(), self._colours, max(40, self.width()))
        if round(before) != round(self._height):
            self.updateGeometry()
        return layout

    def sizeHint(self) -> QSize:
        return QSize(120, round(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, round(self._height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._colours("text"))
        self._lay_out().draw(painter, QPointF(0, 0))
        painter.end()


def flowed(
    several: Sequence[Piece], font: QFont, colours: Callable[[str], QColor], width: int
) -> tuple[QTextLayout, float]:  # fmt: skip
    """Lay out words in a width in pixels, what was coded marked; gives the height too."""
    looks = {kind: QTextCharFormat() for kind in ("around", "inside", "hit", "gap")}
    for kind, look in looks.items():
        look.setForeground(colours("muted" if kind in ("around", "gap") else "text"))
    looks["hit"].setBackground(colours("search_hit"))
    layout = QTextLayout("".join(piece.text for piece in several), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFormats(formats([(piece.text, looks[piece.kind]) for piece in several]))
    y = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height() * _SPREAD
    layout.endLayout()
    return layout, y


class UnitSheet(QScrollArea):
    """One unit: where it is, its words, and of each coder what was coded there and noted."""

    def __init__(self, colours: Callable[[str], QColor], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        ground = QWidget()
        ground.setProperty("role", "page")
        self._place, self.text = label("small", wrap=True), PiecesText(colours)
        self._voices = column(gap=4)
        whole = QVBoxLayout(ground)
        whole.setContentsMargins(_PAD, 8, _PAD, _PAD)
        whole.setSpacing(8)
        whole.addWidget(self._place)
        whole.addWidget(self.text)
        whole.addLayout(self._voices)
        whole.addStretch(1)
        self.setWidget(ground)

    def show_unit(self, told: Told | None, unit: str, coders: Sequence[Contributor]) -> None:
        """Show a unit, or nothing."""
        empty(self._voices)
        self._place.setText(join_words((told.title, told.locator)) if told else "")
        self.text.show_pieces(tuple(pieces(told, unit)) if told else ())
        for coder in coders if told else ():
            self._add(told, coder)
        self.verticalScrollBar().setValue(0)

    def _add(self, told: Told | None, coder: Contributor) -> None:
        voice = next((voice for voice in told.voices if voice.coder == coder.id), None) if told else None
        sign = SIGNS[voice.gave] if voice is not None else "·"
        self._voices.addSpacing(8)
        self._voices.addWidget(label("heading", f"{sign} {coder.name} {gave_words(voice)}", wrap=True))
        if voice is None or told is None:
            return
        for quote, span in zip(voice.quotes, voice.passages, strict=True):
            if span is None:
                self._voices.addWidget(label("muted", tr("The whole article"), wrap=True))
            elif quote != told.exact or len(voice.passages) > 1:
                self._voices.addWidget(label("muted", quote if len(quote) <= _LONGEST else quote[:_LONGEST] + "…", wrap=True))
        for note in voice.notes:
            self._voices.addWidget(label("words", note, wrap=True))
