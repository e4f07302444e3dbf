"""Everything that can leave a project, as one list: under whose heading, in which format, and which choices go with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.exchange.formats import named
from db.exchange.presets import Preset
from desktop.models.articles import RECORD, Index
from desktop.words import language, tr

_NOWHERE = QModelIndex()
_BUNDLE = ("articles", "codes", "coders", "private", "anonymous")
_TABLE = ("articles", "codes", "query", "private", "anonymous", "language")
_REPORT = (*_TABLE, "by", "style")


@dataclass(frozen=True, slots=True)
class Way:
    """One way out: its name, what it is for, its format, and the choices that go with it.

    `title` and `about` are English templates; without a title the format's own serves. `suffix` is one of the format's.
    """

    name: str
    form: str
    takes: tuple[str, ...]
    about: str
    title: str = ""
    preset: Preset = "whole"
    suffix: str = ""

    @property
    def words(self) -> str:
        """What it is called, in the window's language."""
        return tr(self.title) if self.title else named(self.form).title(language())

    @property
    def ending(self) -> str:
        """The suffix of its files."""
        return self.suffix or named(self.form).suffix


GROUPS: Mapping[str, tuple[Way, ...]] = {
    "To a colleague": (
        Way("whole", "bundle", _BUNDLE, "Articles, codebook and what everybody marked and wrote. It merges without loss.",
            "Whole project"),
        Way("layer", "bundle", ("articles", "codes", "private", "anonymous"),
            "What you marked and wrote, with the articles it is on.", "My layer", "layer"),
        Way("kit", "bundle", ("articles", "codes", "anonymous"),
            "Articles, codebook, instruments and fields, without anybody's marks and notes: for a second coder to begin with.",
            "Coding kit", "kit"),
        Way("public", "bundle", ("articles", "codes", "coders", "anonymous"),
            "Quotes with their places and no full texts: whoever has the articles finds the marks on them.",
            "For publication", "public"),
        Way("frozen", "bundle", ("state", "anonymous"),
            "The whole project as it is now, under a name: a bundle that can only be read, and in which any alteration is found.",
            "Freeze this state"),
    ),
    "Other programs": (
        Way("qdpx", "qdpx", ("articles", "codes", "private", "anonymous", "nvivo", "language"),
            "For NVivo, ATLAS.ti, MAXQDA and QualCoder: texts, codes, passages and notes."),
        Way("qdc", "qdc", ("codes", "language"), "The codes with their definitions, for the same programs."),
        Way("w3c", "w3c", _BUNDLE, "Passages, codes and notes as JSON-LD, for tools of the web."),
    ),
    "Tables": (
        Way("xlsx", "xlsx", _TABLE, "One line for each passage, and a sheet that says where they come from."),
        Way("csv", "csv", (*_TABLE, "excel"), "One line for each passage, in UTF-8."),
        Way("matrix", "matrix", _TABLE,
            "Instruments against risks, with the passages behind each number and the policy coding table."),
    ),
    "Reports": (
        Way("docx", "docx", _REPORT, "Passages in order with their notes and citations, in the styles of Word."),
        Way("html", "html", _REPORT, "The same as one page that any browser shows."),
        Way("md", "md", _REPORT, "The same as plain text for writing on."),
    ),
    "Reference lists": (
        Way("bib", "citations", ("articles", "query", "language"), "The articles for LaTeX, Zotero and JabRef.", "BibTeX"),
        Way("ris", "citations", ("articles", "query", "language"), "The articles for EndNote, NoteExpress and Zotero.", "RIS",
            suffix=".ris"),
        Way("csl", "citations", ("articles", "query", "language"), "The articles for Pandoc and Zotero.", "CSL-JSON",
            suffix=".json"),
    ),
}  # fmt: skip
WAYS: tuple[Way, ...] = tuple(way for several in GROUPS.values() for way in several)


def offered_name(way: Way, project: str, coder: str = "", state: str = "") -> str:
    """Give a name for a file, in the window's language: of its own for each way out of those with the same ending."""
    first = next(each for each in WAYS if each.ending == way.ending)
    words = state or ("" if way is first else way.words)
    return "-".join(part for part in (project, words, coder if way.preset == "layer" else "") if part) + way.ending


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was chosen, as it is kept for a project: records by uuid, `on` what is switched on ("csv:excel") but private notes."""

    way: str = "whole"
    scope: str = "all"  # all, chosen or collection
    collection: str = ""
    codes: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()
    query: str = ""
    by: str = "code"
    style: str = "gb7714"
    language: str = ""  # of the file; empty is the window's
    on: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Wishes:
        """Read what `written` gave; what cannot be read is nothing."""
        try:
            kept = json.loads(text or "{}")
        except ValueError:
            return cls()
        values: dict[str, str | tuple[str, ...]] = {}
        for each in fields(cls) if isinstance(kept, dict) else ():
            value = kept.get(each.name)
            if isinstance(each.default, tuple) and isinstance(value, list):
                values[each.name] = tuple(map(str, value))
            elif isinstance(each.default, str) and isinstance(value, str):
                values[each.name] = value
        return cls(**values)  # type: ignore[arg-type]

    def written(self) -> str:
        """Write it as one text."""
        return json.dumps({each.name: getattr(self, each.name) for each in fields(self)}, ensure_ascii=False)


class WaysModel(QAbstractListModel):
    """The ways out under their headings, which cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str | Way] = []
        for group, several in GROUPS.items():
            self._rows += [group, *several]

    def row_of(self, name: str) -> int:
        """Give the row of a way; the first one for a name that there is not."""
        rows = [row for row, each in enumerate(self._rows) if isinstance(each, Way)]
        return next((row for row in rows if getattr(self._rows[row], "name", "") == name), rows[0])

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and not isinstance(self._rows[index.row()], Way):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == RECORD:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.words if isinstance(row, Way) else tr(row)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, Way):
            return tr(row.about)
        return None
