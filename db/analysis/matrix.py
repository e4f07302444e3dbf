"""Agreement of coders on the codes of a project: a row for each code, each branch and over all, and the units behind it. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Literal

from db.analysis import agreement
from db.analysis.agreement import NAMES, Chance, Name, Pattern
from db.analysis.bootstrap import Lanes, interval
from db.analysis.left_out import remarks
from db.analysis.units import DOUBT, GIVEN, Material, Sheet, Unit, sheets, state
from db.errors import Refused
from db.records import AnnotationId, ArticleId, CodeId, CoderId, Progress, Remark, no_progress

Scope = Literal["code", "branch", "all"]
Kind = Literal["both", "one", "none"]
MOST_CODERS = 20

UNUSED = Remark("Undefined, because none of the coders used this code.")
NO_USED = Remark("Undefined, because the coders used none of the codes.")


@dataclass(frozen=True, slots=True)
class Options:
    """What is computed; without `codes`, every code that one of the coders used; `samples` 0 gives no intervals."""

    unit: Unit = "sentence"
    measures: tuple[Name, ...] = NAMES
    codes: tuple[CodeId, ...] | None = None
    branches: bool = True
    without_offered: bool = False  # leaves accepted suggestions out
    samples: int = 1_000
    level: float = 0.95
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure's value, or why it is undefined; low and high are its bootstrap interval, None where there is none."""

    value: float | Remark
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Agreement on one code, on a code with all below it, or over all codes.

    `given` and `rated` say per coder, in their order, how many of the compared units have the code and how many were looked at;
    both, one and none, how many have it from every coder who looked, from some, from nobody. Over all, these are sums
    over codes, save `units`.
    """

    scope: Scope
    code: CodeId | None
    codes: frozenset[CodeId]
    units: int
    given: tuple[int, ...]
    rated: tuple[int, ...]
    both: int
    one: int
    none: int
    measures: Mapping[Name, Measured]


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit of an article (code points on its newest version) and each coder's annotations there with the code.

    Only coders who finished the article are named; runs of characters are as long as they are alike.
    """

    article: ArticleId
    start: int
    end: int
    code: CodeId
    annotations: Mapping[CoderId, tuple[AnnotationId, ...]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Agreement of coders: rows by code in reading order, then by branch, then over all; what was left out; the units.

    `left_out` says of whom each remark is, None where it is of all; `compared` and `apart` count, for each pair of coders, the
    articles both finished, and those that not both did.
    """

    coders: tuple[CoderId, ...]
    options: Options
    rows: tuple[Row, ...]
    left_out: tuple[tuple[CoderId | None, Remark], ...]
    compared: Mapping[tuple[CoderId, CoderId], int]
    apart: Mapping[tuple[CoderId, CoderId], int]
    sheets: tuple[Sheet, ...]

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What a person should know of it."""
        return tuple(remark for _coder, remark in self.left_out)

    def cells(self, row: Row, kind: Kind) -> Iterator[Cell]:
        """Yield the units of one kind behind a row, by article and place; over all, code after code."""
        if row.code is None:
            for below in self.rows:
                if below.scope == "code":
                    yield from self.cells(below, kind)
            return
        for sheet in self.sheets:
            yield from _cells(sheet, self.coders, row.code, row.codes, kind)


def compare(material: Material, options: Options, progress: Progress = no_progress) -> Comparison:
    """Compare what coders coded; raises Refused, and what `progress` raises. `progress` counts thousandths.

    A code is one yes/no variable of each unit. Over all, observed and expected agreement are averaged over the codes that
    were used (pooled kappa: de Vries et al. 2008).
    """
    if (count := len(material.coders)) > MOST_CODERS:
        raise Refused("{count} coders are too many to compare at once. Choose {most} at most.", count=count, most=MOST_CODERS)
    left_out: Counter[tuple[str, CoderId | None]] = Counter()
    read = partial(_within, progress, 0, 400)
    kept = tuple(sheets(material, options.unit, without_offered=options.without_offered, left_out=left_out, progress=read))
    variables = _variables(material, options, {code for sheet in kept for code in sheet.marks})
    table = _Table(
        len(material.coders), kept, [codes for _, _, codes in variables], options, partial(_within, progress, 400, 700)
    )
    rows: list[Row] = []
    pool = _Pool()
    for number, variable in enumerate(variables):
        _within(progress, 700, 1_000, number, len(variables))
        rows.append(_row(table, number, variable, options, pool))
    rows.append(_all(rows, table, options, pool))
    progress(1_000, 1_000)
    compared, apart = _pairs(material)
    return Comparison(material.coders, options, tuple(rows), tuple(remarks(material, left_out)), compared, apart, kept)


class _Table:
    """How often each state of a unit occurs with each variable, in the table itself and in its samples."""

    def __init__(
        self, coders: int, kept: Sequence[Sheet], variables: Sequence[Collection[CodeId]], options: Options, progress: Progress
    ) -> None:
        self.coders = coders
        total = sum(sheet.weight(unit) for sheet in kept for unit in range(len(sheet.starts)))
        self.lanes = Lanes(options.samples, total * agreement.largest(coders), options.seed)
        self._all: defaultdict[int, int] = defaultdict(int)
        self._found: list[defaultdict[int, int]] = [defaultdict(int) for _ in variables]
        self._numbers: defaultdict[CodeId, list[int]] = defaultdict(list)
        for number, codes in enumerate(variables):
            for code in codes:
                self._numbers[code].append(number)
        for done, sheet in enumerate(kept):
            progress(done, len(kept))
            self._add(sheet)

    def _add(self, sheet: Sheet) -> None:
        """Count the units of a sheet; characters of one line stand and fall together, as they are not coded one by one."""
        by_unit, blank, line, total, drawn = self._by_unit(sheet), state(sheet.finished, 0), -1, 0, 0
        for unit in range(len(sheet.starts)):
            if sheet.lines is None or sheet.lines[unit] != line:
                drawn, line = self.lanes.draw(), sheet.lines[unit] if sheet.lines else -1
            counts = drawn * sheet.weight(unit)
            total += counts
            for number, mark in by_unit.get(unit, {}).items():
                found = self._found[number]
                found[state(sheet.finished, mark)] += counts
                found[blank] -= counts
        self._all[blank] += total

    def _by_unit(self, sheet: Sheet) -> dict[int, dict[int, int]]:
        """Give what is known of each unit, by variable, where anything is."""
        by_unit: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for code, marks in sheet.marks.items():
            for number in self._numbers.get(code, ()):
                for unit, mark in marks.items():
                    known = by_unit[unit]
                    known[number] = known.get(number, 0) | mark
        return by_unit

    def counts(self, number: int | None) -> dict[int, int]:
        """Give how often each state occurs with a variable, as lanes; without one, how often units without any code do."""
        found = {} if number is None else self._found[number]
        states = {*found, *self._all}
        return {each: counts for each in sorted(states) if (counts := found.get(each, 0) + self._all.get(each, 0))}

    def chances(self, counts: Mapping[int, int], measures: Iterable[Name]) -> dict[Name, list[list[Chance]]]:
        """Give po and pe in each lane, for each comparison a measure is made of."""
        by_pattern = {_pattern(each, self.coders): lanes for each, lanes in counts.items()}
        return self.lanes.chances(by_pattern, measures, (True, False))

    def once(self, counts: Mapping[int, int]) -> dict[int, int]:
        """Give how often each state occurs in the table itself."""
        return {each: self.lanes.split(lanes)[0] for each, lanes in counts.items()}


class _Pool:
    """Observed and expected agreement of many variables, averaged lane by lane."""

    def __init__(self) -> None:
        self._sums: dict[tuple[Name, int], list[tuple[float, float, int]]] = {}

    def add(self, measure: Name, part: int, chances: Sequence[Chance]) -> None:
        """Add one variable."""
        before = self._sums.get((measure, part)) or [(0.0, 0.0, 0)] * len(chances)
        self._sums[measure, part] = [
            sums if chance is None else (sums[0] + chance[0], sums[1] + chance[1], sums[2] + 1)
            for sums, chance in zip(before, chances, strict=True)
        ]

    def chances(self, measure: Name) -> list[list[Chance]]:
        """Give the averages, for each comparison the measure is made of."""
        return [
            [(po / n, pe / n) if n else None for po, pe, n in sums] for (name, _), sums in self._sums.items() if name == measure
        ]


def _pattern(each: int, coders: int) -> Pattern:
    return tuple(bool(each >> coder & 1) if each >> DOUBT >> coder & 1 else None for coder in range(coders))


def _within(progress: Progress, low: int, high: int, done: int, total: int) -> None:
    progress(low + (high - low) * done // max(total, 1), 1_000)


def _variables(material: Material, options: Options, used: Collection[CodeId]) -> list[tuple[Scope, CodeId, frozenset[CodeId]]]:
    """Give the codes that are compared, then the branches above or of them, in reading order."""
    children: defaultdict[CodeId, list[CodeId]] = defaultdict(list)
    for code, parent in material.parents.items():
        if parent is not None:
            children[parent].append(code)
    chosen = set(used if options.codes is None else options.codes)
    branches: set[CodeId] = set()
    for code in chosen if options.branches else ():
        above: CodeId | None = code
        while above is not None and above not in branches:
            branches.add(above)
            above = material.parents.get(above) if options.codes is None else None
    found: list[tuple[Scope, CodeId, frozenset[CodeId]]] = [
        ("code", code, frozenset((code,))) for code in material.parents if code in chosen
    ]
    found += [("branch", code, _below(code, children)) for code in material.parents if code in branches and children.get(code)]
    return found


def _below(code: CodeId, children: Mapping[CodeId, Sequence[CodeId]]) -> frozenset[CodeId]:
    found: set[CodeId] = set()
    waiting = [code]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += children.get(each, ())
    return frozenset(found)


def _row(table: _Table, number: int, variable: tuple[Scope, CodeId, frozenset[CodeId]], options: Options, pool: _Pool) -> Row:
    scope, code, codes = variable
    counts = table.counts(number)
    tally = _tally(table.once(counts), table.coders)
    undefined = _undefined(table.coders, tally[0], sum(tally[1]), UNUSED)
    if undefined:
        return Row(scope, code, codes, *tally, dict.fromkeys(options.measures, Measured(undefined)))
    measures: dict[Name, Measured] = {}
    for name, chances in table.chances(counts, options.measures).items():
        measures[name] = _measured(chances, table.coders, options.level)
        for part, several in enumerate(chances) if scope == "code" else ():
            pool.add(name, part, several)
    return Row(scope, code, codes, *tally, measures)


def _undefined(coders: int, units: int, given: int, unused: Remark) -> Remark | None:
    if coders < 2:
        return agreement.ONE_CODER
    return agreement.NO_PAIR if not units else unused if not given else None


def _measured(chances: Sequence[Sequence[Chance]], coders: int, level: float) -> Measured:
    values = agreement.means(chances)
    if values[0] is None:
        return Measured(agreement.why([several[0] for several in chances], coders))
    return Measured(values[0], *(interval(values[1:], level) or (None, None)))


def _tally(once: Mapping[int, int], coders: int) -> tuple[int, tuple[int, ...], tuple[int, ...], int, int, int]:
    """Count units with two ratings: all, by coder those with the code and those rated, those given by all, some and nobody."""
    kinds: Counter[Kind] = Counter()
    given, rated = [0] * coders, [0] * coders
    for each, count in once.items():
        if (kind := _kind(each, coders)) is None:
            continue
        kinds[kind] += count
        for coder in range(coders):
            given[coder] += count * (each >> coder & 1)
            rated[coder] += count * (each >> DOUBT >> coder & 1)
    return kinds.total(), tuple(given), tuple(rated), kinds["both"], kinds["one"], kinds["none"]


def _kind(each: int, coders: int) -> Kind | None:
    given, rated = each & GIVEN, each >> DOUBT
    if rated.bit_count() < min(2, coders):
        return None
    return "none" if not given else "both" if given == rated else "one"


def _all(rows: Sequence[Row], table: _Table, options: Options, pool: _Pool) -> Row:
    """Give the row over all codes."""
    rows = [row for row in rows if row.scope == "code"]
    units = _tally(table.once(table.counts(None)), table.coders)[0]
    sums = [tuple(map(sum, zip(*several, strict=True))) for several in ([row.given for row in rows], [row.rated for row in rows])]
    given, rated = (each or (0,) * table.coders for each in sums)
    undefined = _undefined(table.coders, units, sum(given), NO_USED)
    measures = {
        name: Measured(undefined) if undefined else _measured(pool.chances(name), table.coders, options.level)
        for name in options.measures
    }
    kinds = (sum(row.both for row in rows), sum(row.one for row in rows), sum(row.none for row in rows))
    codes = frozenset(row.code for row in rows if row.code is not None)
    return Row("all", None, codes, units, given, rated, *kinds, measures)


def _pairs(material: Material) -> tuple[dict[tuple[CoderId, CoderId], int], dict[tuple[CoderId, CoderId], int]]:
    """Count for each pair of coders the articles that both finished, and the others that any of the coders is at."""
    compared = {
        (one, two): sum(one in finished and two in finished for finished in material.finished.values())
        for one, two in combinations(material.coders, 2)
    }
    return compared, {pair: material.seen - count for pair, count in compared.items()}


def _cells(sheet: Sheet, coders: Sequence[CoderId], code: CodeId, codes: Collection[CodeId], kind: Kind) -> Iterator[Cell]:
    """Yield the units of one kind on a sheet; runs of characters that are alike are joined."""
    there: defaultdict[int, defaultdict[CoderId, dict[AnnotationId, None]]] = defaultdict(lambda: defaultdict(dict))
    for coder, _article, annotation, _code, start, end, status, _offered in sheet.with_codes(codes):
        for unit in sheet.touched(start, end) if status != "review" else ():
            there[unit][coder][annotation] = None
    marks, last = sheet.of(codes), None
    for unit in range(len(sheet.starts)) if kind == "none" else sorted(marks):
        each = state(sheet.finished, marks.get(unit, 0))
        if _kind(each, len(coders)) != kind:
            continue
        rated = [coder for number, coder in enumerate(coders) if each >> DOUBT >> number & 1]
        annotations = {coder: tuple(there[unit][coder]) for coder in rated} if unit in there else dict.fromkeys(rated, ())
        cell = Cell(sheet.article, sheet.starts[unit], sheet.ends[unit], code, annotations)
        if last and sheet.lines is not None and last.end == cell.start and last.annotations == annotations:
            last = replace(last, end=cell.end)
            continue
        if last:
            yield last
        last = cell
    if last:
        yield last
