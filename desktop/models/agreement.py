"""Agreement of coders as a table: over all, then branches and codes as in their tree; and what each number says in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from db.analysis.agreement import BANDS, NAMES, Band, Name, band
from db.analysis.matrix import Comparison, Kind, Measured, Row
from db.compared import Contributor, in_order
from db.records import Code, CodeId, CoderId, Remark
from desktop.models.articles import RECORD, Index
from desktop.words import language, tr

INTERVAL = int(Qt.ItemDataRole.UserRole) + 1  # str: low – high
BAND = int(Qt.ItemDataRole.UserRole) + 2  # Band, or "" where there is none
KINDS: tuple[Kind, ...] = ("both", "one", "none")
NO_VALUE = "–"
_NOWHERE = QModelIndex()
_Text = Qt.ItemDataRole.DisplayRole
_SPOKEN = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table; `depth` is that in the tree, `alone` marks a code without what is below it, which stands apart."""

    row: Row
    code: Code | None
    depth: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name (units, given, a kind, a measure) and, of `given`, the coder's place."""

    name: str
    coder: int = -1


class AgreementModel(QAbstractTableModel):
    """Rows of a comparison; the table's row headings are the codes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison | None = None
        self._lines: list[Line] = []
        self._headings: list[Heading] = []
        self._codes: dict[CodeId, Code] = {}
        self._coders: tuple[Contributor, ...] = ()
        self._measures: tuple[Name, ...] = ()

    def show_comparison(
        self, comparison: Comparison | None, coders: Mapping[CoderId, Contributor], codes: Sequence[Code]
    ) -> None:
        """Show a comparison, or nothing."""
        self.beginResetModel()
        self._comparison = comparison
        self._codes = {code.id: code for code in codes}
        ids = comparison.coders if comparison else ()
        self._coders = tuple(coders.get(coder) or Contributor(coder, NO_VALUE, NO_VALUE, 0) for coder in ids)
        rows = in_order(comparison, list(self._codes)) if comparison else []
        branches = {row.code for row in rows if row.scope == "branch"}
        self._lines = [self._line(row, branches) for row in rows]
        self._headings = list(self._columns())
        self.endResetModel()

    def show_measures(self, measures: Iterable[Name]) -> None:
        """Show the columns of some measures."""
        wanted = frozenset(measures)
        self.beginResetModel()
        self._measures = tuple(name for name in NAMES if name in wanted)
        self._headings = list(self._columns())
        self.endResetModel()

    def _line(self, row: Row, branches: set[CodeId | None]) -> Line:
        code = self._codes.get(row.code) if row.code is not None else None
        above, depth = code.parent if code else None, 0
        while above is not None:
            depth += above in branches
            above = self._codes[above].parent if above in self._codes else None
        alone = row.scope == "code" and row.code in branches
        return Line(row, code, depth + alone, alone)

    def _columns(self) -> Iterable[Heading]:
        if self._comparison is None:
            return
        yield Heading("units")
        for place in range(len(self._coders)):
            yield Heading("given", place)
        for name in (*KINDS, *self._measures):
            yield Heading(name)

    # What others ask

    @property
    def comparison(self) -> Comparison | None:
        """What is shown."""
        return self._comparison

    @property
    def coders(self) -> tuple[Contributor, ...]:
        """Who is compared."""
        return self._coders

    @property
    def measures(self) -> tuple[Name, ...]:
        """The measures shown."""
        return self._measures

    def line(self, row: int) -> Line | None:
        """Give a row of the table."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def heading(self, column: int) -> Heading | None:
        """Give a column of the table."""
        return self._headings[column] if 0 <= column < len(self._headings) else None

    def column_of(self, name: str) -> int:
        """Give the first column of a name; -1 where it is not shown."""
        return next((column for column, heading in enumerate(self._headings) if heading.name == name), -1)

    def kind_at(self, column: int) -> Kind:
        """Give the kind of units that a cell opens: its own, and behind every other number those that not all coded."""
        heading = self.heading(column)
        return next((kind for kind in KINDS if heading is not None and heading.name == kind), "one")

    def row_of(self, row: Row) -> int:
        """Give the table's row of the same code or branch in another comparison; -1 where there is none."""
        wanted = row.scope, row.code
        return next((at for at, line in enumerate(self._lines) if (line.row.scope, line.row.code) == wanted), -1)

    def kind_words(self, kind: Kind) -> str:
        """Say who gave the code in units of a kind."""
        if len(self._coders) > 2:
            return {"both": tr("Coded by all"), "one": tr("Coded by some"), "none": tr("Coded by none")}[kind]
        return {"both": tr("Coded by both"), "one": tr("Coded by only one"), "none": tr("Coded by neither")}[kind]

    def title(self, line: Line) -> str:
        """Say what a row is about."""
        if line.row.code is None:
            return tr("Over all codes")
        name = (line.code.label(language()) or line.code.key) if line.code else NO_VALUE
        if line.row.scope == "branch":
            return tr("{code} and below", code=name)
        return tr("{code} itself", code=name) if line.alone else name

    def say(self, row: int, column: int) -> str:
        """Say a cell in a sentence."""
        line, heading = self.line(row), self.heading(column)
        if line is None or heading is None:
            return ""
        about, kind = self.title(line), next((kind for kind in KINDS if kind == heading.name), None)
        if heading.name == "units":
            return tr("{code}, units compared: {count}.", code=about, count=f"{line.row.units:,}")
        if heading.name == "given":
            given, rated = line.row.given[heading.coder], line.row.rated[heading.coder]
            name = self._coders[heading.coder].name
            return tr(
                "{code}: {coder} coded {count} of {all} units.", code=about, coder=name, count=f"{given:,}", all=f"{rated:,}"
            )
        if kind is not None:
            count, all_ = _plain(line.row, heading), line.row.both + line.row.one + line.row.none
            said = self.kind_words(kind)
            return tr("{code}: {count} of {all} units. {kind}.", code=about, kind=said, count=f"{count:,}", all=f"{all_:,}")
        return self._say_measure(about, heading.name, self._measured(line, heading))

    def _say_measure(self, about: str, name: str, measured: Measured | None) -> str:
        if measured is None:
            return ""
        called = measure_words(name, len(self._coders))
        if isinstance(measured.value, Remark):
            return tr("{code}, {measure}: {why}", code=about, measure=called, why=tr(measured.value.sentence))
        value = number(name, measured.value)
        if measured.low is not None and measured.high is not None and self._comparison is not None:
            level = f"{100 * self._comparison.options.level:g}"
            span = tr("{low} to {high}", low=number(name, measured.low), high=number(name, measured.high))
            value = tr("{value} ({level}% interval {span})", value=value, level=level, span=span)
        if name == "percent":
            return tr("{code}, {measure}: {value}.", code=about, measure=called, value=value)
        reading = band_words(band(measured.value))
        return tr("{code}, {measure}: {value}, {reading}.", code=about, measure=called, value=value, reading=reading)

    def as_table(self) -> str:
        """Write the table as lines with a tab between the cells; an interval has columns of its own."""
        head = [tr("Code")]
        for heading in self._headings:
            title = self._title(heading)
            head += [title, f"{title} ↓", f"{title} ↑"] if heading.name in NAMES else [title]
        rows = [head]
        for line in self._lines:
            cells = [self.title(line)]
            for heading in self._headings:
                cells += self._cells(line, heading)
            rows.append(cells)
        return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)

    def _cells(self, line: Line, heading: Heading) -> list[str]:
        """Give the plain numbers of a cell, three of a measure."""
        measured = self._measured(line, heading)
        if measured is None:
            return [str(_plain(line.row, heading))]
        if isinstance(measured.value, Remark):
            return ["", "", ""]
        return ["" if each is None else f"{each:.4f}" for each in (measured.value, measured.low, measured.high)]

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = _Text) -> object:
        line, heading = self.line(index.row()), self.heading(index.column())
        if line is None or heading is None:
            return None
        if role in _SPOKEN:
            return self.say(index.row(), index.column())
        measured = self._measured(line, heading)
        value = measured.value if measured is not None and not isinstance(measured.value, Remark) else None
        if role == RECORD:
            return heading
        if role == INTERVAL:
            if measured is None or value is None or measured.low is None or measured.high is None:
                return ""
            return f"{number(heading.name, measured.low)} – {number(heading.name, measured.high)}"
        if role == BAND:
            return "" if value is None or heading.name == "percent" else band(value)
        if role == _Text:
            if measured is None:
                return f"{_plain(line.row, heading):,}"
            return NO_VALUE if value is None else number(heading.name, value)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Text) -> object:
        if orientation == Qt.Orientation.Vertical:
            line = self.line(section)
            if line is not None and role == RECORD:
                return line
            return self.title(line) if line is not None and role in (_Text, *_SPOKEN) else None
        heading = self.heading(section)
        if heading is None:
            return None
        if role == _Text:
            return self._title(heading)
        return self._tip(heading) if role in _SPOKEN else None

    def _title(self, heading: Heading) -> str:
        if heading.name == "given":
            coder = self._coders[heading.coder]
            return coder.initials or coder.name
        short = {"percent": "%", "kappa": "κ", "fleiss": "π", "alpha": "α", "ac1": "AC1", "units": "n"}
        if len(self._coders) > 2:
            kinds = {"both": tr("All"), "one": tr("Some"), "none": tr("None")}
        else:
            kinds = {"both": tr("Both"), "one": tr("One"), "none": tr("Neither")}
        return short.get(heading.name) or kinds[heading.name]

    def _tip(self, heading: Heading) -> str:
        if heading.name == "units":
            return tr("Units that two or more of the coders looked at")
        if heading.name == "given":
            return tr("Units that {coder} coded", coder=self._coders[heading.coder].name)
        kind = next((kind for kind in KINDS if kind == heading.name), None)
        return self.kind_words(kind) if kind is not None else measure_words(heading.name, len(self._coders))

    @staticmethod
    def _measured(line: Line, heading: Heading) -> Measured | None:
        return next((found for name, found in line.row.measures.items() if name == heading.name), None)


def _plain(row: Row, heading: Heading) -> int:
    if heading.name == "given":
        return row.given[heading.coder]
    return {"units": row.units, "both": row.both, "one": row.one, "none": row.none}[heading.name]


def number(name: str, value: float) -> str:
    """Write a value of a measure, to three digits."""
    return f"{100 * value:.1f}%" if name == "percent" else f"{value:.3f}".replace("-", "−")


def measure_words(name: str, coders: int = 2) -> str:
    """Name a measure in full, as it is computed for so many coders."""
    kappa = tr("Cohen's kappa") if coders <= 2 else tr("Light's kappa (mean of Cohen's over pairs)")
    return {
        "percent": tr("percent agreement"), "kappa": kappa, "fleiss": tr("Fleiss' kappa (Scott's pi)"),
        "alpha": tr("Krippendorff's alpha"), "ac1": tr("Gwet's AC1"),
    }[name]  # fmt: skip


def band_words(found: Band) -> str:
    """Say what a value allows."""
    return dict(zip(BANDS, (tr("too low"), tr("tentative"), tr("reliable")), strict=True))[found]
