"""The rows of the instruments panel, filtered by what is typed."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.records import Instrument, InstrumentId
from desktop.matching import Matchable, Matcher
from desktop.models.articles import RECORD, Index
from desktop.session import Session
from desktop.words import language, tr

TABLES = frozenset({"instrument", "alias", "link", "setting", "article_status"})
# What a status says in short; the catalogue adds dates and explanations, which stand in the tool tip.
_SHORT = (
    "in force", "in effect", "current", "revoked", "adopted", "issued", "ongoing", "voluntary", "published", "revised",
    "promulgated",
)  # fmt: skip
_IN_FORCE = re.compile("in force ([0-9-]{10})")
_NOWHERE = QModelIndex()


class InstrumentsModel(QAbstractListModel):
    """The instruments of the open project, most used first."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._all: list[Instrument] = []
        self._shown: list[Instrument] = []
        self._filter = ""
        self._matcher: Matcher[InstrumentId] | None = None

    def reload(self) -> None:
        """Read the instruments again."""
        self._all = _in_sight(self._session) if self._session.is_open else []
        self._matcher = None
        self._show()

    def set_filter(self, text: str) -> None:
        """Show only instruments whose title, alias, kind or issuer fit."""
        if text.strip() != self._filter:
            self._filter = text.strip()
            self._show()

    def _show(self) -> None:
        self.beginResetModel()
        self._shown = self.named(self._filter, len(self._all)) if self._filter else self._all
        self.endResetModel()

    def instrument(self, index: Index) -> Instrument | None:
        """Give the instrument of a row."""
        return self._shown[index.row()] if index.isValid() and index.row() < len(self._shown) else None

    def index_of(self, instrument: int | None) -> QModelIndex:
        """Give the row of an instrument; an invalid index where it is not shown."""
        return next((self.index(row) for row, each in enumerate(self._shown) if each.id == instrument), QModelIndex())

    def named(self, query: str, limit: int) -> list[Instrument]:
        """List the instruments a name may mean, best first."""
        if self._matcher is None:
            self._matcher = Matcher(Matchable(each.id, names(each), each.uses) for each in self._all)
        by_id = {each.id: each for each in self._all}
        return [by_id[item.key] for item in self._matcher.find(query, limit)]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if role not in (RECORD, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        instrument = self.instrument(index)
        if instrument is None or role == RECORD:
            return instrument
        title = instrument.title(language())
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        other = instrument.title_en if title == instrument.title_zh else instrument.title_zh
        doubt = tr("Not yet confirmed") if instrument.confidence not in ("", "confirmed") else ""
        return "\n".join(part for part in (title, other, second_line(instrument), status_words(instrument.status), doubt) if part)


def second_line(instrument: Instrument) -> str:
    """Give a row's second line: kind · date · status in short."""
    status = next((short for short in _SHORT if instrument.status.startswith(short)), "")
    words = (kind_words(instrument.kind), instrument.date, tr(status) if status else "")
    return " · ".join(part for part in words if part)


def kind_words(kind: str) -> str:
    """Say a kind of instrument."""
    return tr(kind).replace("-", " ") if kind else ""


def issuer_words(issuer: str) -> str:
    """Say who issued an instrument, as the catalogue writes it; what a person wrote stays as it is."""
    return tr(issuer) if issuer else ""


def status_words(status: str) -> str:
    """Say a status in full, as the catalogue writes it; what a person wrote stays as it is."""
    since = _IN_FORCE.fullmatch(status)
    return tr("in force since {date}", date=since[1]) if since else tr(status) if status else ""


def remark_words(instrument: Instrument) -> str:
    """Say what else there is to know of an instrument, unless its dates say it already."""
    dates = {f"{kind} {date}" for kind, date in instrument.dates}
    return tr(instrument.note) if instrument.note and instrument.note not in dates else ""


def names(instrument: Instrument) -> tuple[str, ...]:
    """Give what an instrument may be called."""
    return (
        instrument.title_zh, instrument.title_en, instrument.name, instrument.issuer, issuer_words(instrument.issuer),
        kind_words(instrument.kind),
        *(alias.text for alias in instrument.aliases),
    )  # fmt: skip


def _in_sight(session: Session) -> list[Instrument]:
    """List all instruments, the most used first; links in layers that are hidden are not counted."""
    hidden, found = session.project.layers.counts().instruments, session.project.instruments.all()
    if not hidden:
        return found
    seen = (replace(each, uses=each.uses - hidden.get(each.id, 0)) for each in found)
    return sorted(seen, key=lambda each: -each.uses)
