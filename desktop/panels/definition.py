"""What a code or an instrument means, beside the picker's list: names, definition, use, the last passage, counterparts."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from db.records import Annotation, Code, CodeId, InstrumentId, either
from desktop.models.codes import book_title
from desktop.models.instruments import issuer_words, kind_words, remark_words
from desktop.panels.parts import empty, held, join_words, label, one_line
from desktop.session import Session
from desktop.words import language, tr

_QUOTE = 90  # characters shown of the last passage
_MOST = 4  # counterparts shown


class Definition(QScrollArea):
    """Explains what is highlighted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setProperty("role", "definition")
        inside = QWidget()
        inside.setProperty("role", "definition")
        self._layout = QVBoxLayout()
        self._layout.setSpacing(6)
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(16, 12, 12, 12)
        outer.addLayout(self._layout)
        outer.addStretch(1)
        self.setWidget(inside)

    def clear(self) -> None:
        """Explain nothing."""
        empty(self._layout)

    def words(self) -> str:
        """Give all that is said, line by line."""
        return "\n".join(each.text() for each in held(self._layout, QLabel))

    def _say(self, role: str, text: str) -> None:
        if text:
            self._layout.addWidget(label(role, text, wrap=True))

    def show_code(self, code: Code) -> None:
        """Explain a code."""
        self.clear()
        zh = language().startswith("zh")
        self._say("heading", code.label(language()) or code.key)
        self._say("small", either("en" if zh else "zh", code.name_zh, code.name_en) if code.name_zh and code.name_en else "")
        book = next(book for book in self._session.project.codes.books() if book.id == code.codebook)
        doubt = "" if code.confirmed(language()) else tr("name unconfirmed")
        self._say("small", join_words((book_title(book), doubt)))
        self._say("words", code.definition(language()))
        for words, heading in ((code.use_when, tr("Use when")), (code.avoid_when, tr("Avoid when"))):
            self._say("section", heading if words else "")
            self._say("words", words)
        self._say_last(self._session.project.annotations.last_with(code=code.id))
        self._say_counterparts(code.id)

    def _say_last(self, last: Annotation | None) -> None:
        if last is not None:
            quote = one_line(last.exact)
            self._say("section", tr("Last passage"))
            self._say("words", quote[:_QUOTE] + ("…" if len(quote) > _QUOTE else ""))

    def _say_counterparts(self, code: CodeId) -> None:
        codes = self._session.project.codes
        found = codes.counterparts(code)
        self._say("section", tr("In other frameworks") if found else "")
        books = {book.id: book.version for book in codes.books()} if found else {}
        for other, relation, confidence in found[:_MOST]:
            there = codes.get(other)
            self._say("words", f"{books[there.codebook]} · {there.label(language()) or there.key}")
            self._say("small", join_words((tr(relation), tr("confidence: {level}", level=tr(confidence)) if confidence else "")))

    def show_instrument(self, key: int) -> None:
        """Explain an instrument."""
        self.clear()
        instrument = self._session.project.instruments.get(InstrumentId(key))
        self._say("heading", instrument.title(language()) or instrument.key)
        both = instrument.title_zh and instrument.title_en
        other = "en" if language().startswith("zh") else "zh"
        self._say("small", either(other, instrument.title_zh, instrument.title_en) if both else "")
        self._say("small", join_words((kind_words(instrument.kind), issuer_words(instrument.issuer))))
        self._say("small", join_words(_dated(kind, date) for kind, date in instrument.dates))
        self._say("section", tr("Also called") if instrument.aliases else "")
        self._say("words", "、".join(alias.text for alias in instrument.aliases[:8]))
        self._say("words", remark_words(instrument))
        self._say_last(self._session.project.annotations.last_with(instrument=instrument.id))


def _dated(kind: str, date: str) -> str:
    return tr("in force since {date}", date=date) if kind == "in-force" else f"{date} {tr(kind)}"
