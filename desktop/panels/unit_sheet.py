"""One unit of a comparison in words: what was coded in it, by whom and by whom not, and what they noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from db.compared import Contributor, Told, Voice
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
    """One unit: the code it is about, where it is, its words, and of each coder what was coded there and noted."""

    def __init__(self, colours: Callable[[str], QColor], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        ground = QWidget()
        ground.setProperty("role", "page")
        self.blocks: list[VoiceBlock] = []
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
        if [block.coder for block in self.blocks] != [*coders]:
            empty(self._voices)
            self.blocks = [VoiceBlock(coder) for coder in coders]
            for block in self.blocks:
                self._voices.addWidget(block)
        self._place.setText(join_words((told.code, told.title, told.locator)) if told else "")
        self.text.show_pieces(tuple(pieces(told, unit)) if told else ())
        by_coder = {voice.coder: voice for voice in told.voices} if told else {}
        for block in self.blocks:
            block.setVisible(told is not None)
            block.show_voice(by_coder.get(block.coder.id), told.exact if told else "")
        self.verticalScrollBar().setValue(0)


class VoiceBlock(QWidget):
    """One coder: whether they gave the code, on which words, and what they noted; made once, as units are stepped through."""

    def __init__(self, coder: Contributor) -> None:
        super().__init__()
        self.coder = coder
        self.said, self.quotes, self.notes = (label(role, wrap=True) for role in ("heading", "muted", "words"))
        layout = column(self.said, self.quotes, self.notes, gap=4)
        layout.setContentsMargins(0, 8, 0, 0)
        self.setLayout(layout)

    def show_voice(self, voice: Voice | None, exact: str) -> None:
        """Show what the coder said of a unit, whose words are not said again; None is of one who has not finished it."""
        sign = SIGNS[voice.gave] if voice is not None else "·"
        self.said.setText(f"{sign} {self.coder.name} {gave_words(voice)}")
        quotes = "\n".join(_quotes(voice, exact)) if voice is not None else ""
        notes = "\n\n".join(voice.notes) if voice is not None else ""
        for part, words in ((self.quotes, quotes), (self.notes, notes)):
            part.setText(words)
            part.setVisible(bool(words))


def _quotes(voice: Voice, exact: str) -> Iterator[str]:
    for quote, span in zip(voice.quotes, voice.passages, strict=True):
        if span is None:
            yield tr("The whole article")
        elif quote != exact or len(voice.passages) > 1:
            yield quote if len(quote) <= _LONGEST else quote[:_LONGEST] + "…"
