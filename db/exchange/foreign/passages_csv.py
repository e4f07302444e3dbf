"""Tables of passages (CSV, XLSX): one passage a row, its article by id or title, its place by positions or by its words.

Columns: `article`, `start` and `end` (code points of the newest text) or `exact` alone, `codes` and `instruments` with
semicolons between, `note`, `coder`, `created`. The tables of this program and of others have them under other titles.
"""

from __future__ import annotations

import csv
import io
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from db.anchors import Quotes
from db.errors import CannotRead
from db.exchange.foreign.code_names import GROUP, CodeNames
from db.exchange.foreign.columns import day_first, header_of, span_of, time_of, whole
from db.exchange.foreign.gathering import Foreign, Gathering, Misfit, Placed, Unfit, said
from db.exchange.foreign.named import ArticleNames
from db.exchange.refi.known import Known
from db.exchange.tables import is_marked
from db.locators import normalise
from db.records import Anchor, Progress, no_progress
from resources import words

Rows = list[tuple[int, list[str]]]

SUFFIXES = (".csv", ".tsv", ".xlsx")
SEPARATORS = (",", ";", "\t", "，", "|")
_NAMES = ("article id", "article", "file", "url")  # the columns that say which article is meant, the surest first
LARGEST_CELL = 50_000_000
_LEAD = 100_000  # characters in which the titles are looked for
_EVERY = 2_000

# What each column means, in words of its own, so that a preview can say it.
MEANINGS: Mapping[str, str] = {
    "article id": "article", "article": "article", "file": "article", "url": "article", "start": "start", "end": "end",
    "range": "start and end", "exact": "quotation", "codes": "codes", "above": "code above", "instruments": "instruments",
    "note": "note", "coder": "coder", "created": "time",
}  # fmt: skip
_READ_AS = "Columns read: {columns}."
_NOT_READ = "Columns left out: {columns}."
_TOLD = 300
NO_COLUMNS = (
    "It has no columns of passages: the first line must name article, and start and end or exact. Add it, with commas between."
)
BAD_CSV = "Line {line} cannot be read as a line of a table ({detail}). Save the table as CSV again."
_NO_ARTICLE = "there is no article {name}"
_SEVERAL_ARTICLES = "{name} is the title of several articles; give an id"
_NO_PLACE = "start and end are no whole numbers"
_OUTSIDE = "{start} to {end} mark no passage in a text of {length} characters"
_NOT_FOUND = "the words “{quote}” are not in the article"
_TWICE = "the words “{quote}” stand {count} times in the article; give start and end"
_OTHER_WORDS = "other words stand at {start} to {end}, and “{quote}” stands nowhere or several times"
_NO_INSTRUMENT = "there is no instrument {name}"
_NO_DATE = "{value} is no time in ISO 8601"
_NOTHING = "it marks nothing and says nothing"
_LEFT = "{count} lines fit nothing and are left out."
_MOVED = "{count} passages stood beside their words and stand on them now."
_NEW_CODES = "{count} codes are new; they stand under {group}."
_REPLACED = "{count} characters could not be read and stand as � in the text."
_SHOWN = 30

_limit_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: Mapping[str, str]


def read(
    path: Path, rows: Rows, known: Known, text_of: Callable[[str], str], me: str, *, working: Collection[str] = (),
    replaced: int = 0, language: str = "en", progress: Progress = no_progress,
) -> Foreign:  # fmt: skip
    """Read the rows of a table, numbered, in which `replaced` characters could not be read.

    `text_of` gives the text of a version by uuid, `me` is the coder of rows that name none; of codes of one
    name that of a `working` codebook, by id, is meant. Raises CannotRead, and what
    `progress`, which counts rows, raises to stop.
    """
    at, columns = header_of(cells for _number, cells in rows)
    if at < 0:
        raise CannotRead(path, NO_COLUMNS)
    header = rows[at][1]
    lines = [
        _Line(number, {name: row[place] for name, place in columns.items() if place < len(row)}) for number, row in rows[at + 1 :]
    ]
    # Known by what the project is, not by the file, so that two who read it into one project have the same.
    digest = sha256("\n".join("\t".join(row) for _number, row in rows).encode("utf-8", "replace")).hexdigest()
    gathering = Gathering(known, path.name, digest, "csv", language)
    gathering.report.changed["character"] += replaced
    gathering.remark(_REPLACED, replaced)
    title = header[columns["codes"]] if "codes" in columns else ""
    found = _Reading(gathering, known, text_of, me, working, language).read(lines, title, progress)
    found.report.reasons.append(words.say(language, _READ_AS, {"columns": _told(header, columns, language)}))
    unread = [cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in columns.values()]
    if unread:
        found.report.reasons.append(words.say(language, _NOT_READ, {"columns": ", ".join(unread)[:_TOLD]}))
    return found


def _told(header: Sequence[str], columns: Mapping[str, int], language: str) -> str:
    """Say which column was read as what."""
    return ", ".join(f"{header[place].strip()} → {words.say(language, MEANINGS[name])}" for name, place in columns.items())


def rows_of(path: Path, text: str) -> Rows:
    """Give the rows of a CSV that are not empty, with the number of the line each begins on; raises CannotRead."""
    head, begins = text, 1
    told = text.partition("\n")[0].strip().strip('"')
    if told.lower().startswith("sep=") and len(told) == 5:
        head, begins = text.partition("\n")[2], 2
    separator = max(SEPARATORS, key=lambda each: len(header_of(_first_rows(head, each))[1]))
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    rows: Rows = []
    with _long_cells():
        number = begins
        try:
            for row in reader:
                if any(map(str.strip, row)):
                    rows.append((number, [_bare(cell) for cell in row]))
                number = begins + reader.line_num
        except csv.Error as error:
            raise CannotRead(path, BAD_CSV, line=begins + reader.line_num - 1, detail=str(error)) from error
    return rows


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be as long as a text can be; the limit is the whole process's."""
    with _limit_lock:
        before = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _first_rows(text: str, separator: str) -> Iterator[list[str]]:
    with suppress(csv.Error):
        yield from csv.reader(io.StringIO(text[:_LEAD], newline=""), delimiter=separator)


def _bare(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet program from running a cell."""
    return cell[1:] if cell.startswith("'") and is_marked(cell) else cell


class _Reading:
    def __init__(
        self, gathering: Gathering, known: Known, text_of: Callable[[str], str], me: str, working: Collection[str], language: str
    ) -> None:
        self._g, self._known, self._text_of, self._me, self._language = gathering, known, text_of, me, language
        self._articles = ArticleNames(known)
        self._instrument_names = _instruments(known)
        self._codes = CodeNames(gathering, known, working)
        self._days_first = False
        self._times: dict[str, str] = {}
        self._places: dict[tuple[object, ...], str] = {}
        for uuid, annotation in known.of("annotation").items():
            span = known.places.get(uuid, (None, None)) if annotation["start"] is not None else (None, None)
            if span is not None and (annotation["start"] is None or span[0] is not None):
                self._places.setdefault((annotation["article"], *span, annotation["coder"]), uuid)
        self._notes: defaultdict[str, list[str]] = defaultdict(list)
        for note in known.of("note").values():
            if note["annotation"] is not None:
                self._notes[str(note["annotation"])].append(str(note["text"]))
        self._placed: tuple[Placed, Quotes | None] | None = None
        self._moved = 0

    def read(self, lines: Sequence[_Line], codes_title: str, progress: Progress) -> Foreign:
        """Read all rows; `codes_title` is the title of the column of codes."""
        unfit: list[Unfit] = []
        cells = ((said(line.cells.get("codes", "")), line.cells.get("above", "").strip()) for line in lines)
        self._codes.learn(list(cells), codes_title)
        self._days_first = day_first(line.cells.get("created", "") for line in lines)
        # One article after another, so that each text is read once.
        for done, line in enumerate(sorted(lines, key=_article_of)):
            if done % _EVERY == 0:
                progress(done, len(lines))
            try:
                self._row(line)
            except Misfit as misfit:
                unfit.append(Unfit(line.number, misfit.sentence, misfit.facts))
        progress(len(lines), len(lines))
        report = self._g.report
        report.dropped["rows that fit nothing"] += len(unfit)
        report.changed["annotation"] += self._moved
        self._g.remark(_LEFT, len(unfit))
        self._g.remark(_MOVED, self._moved)
        self._g.remark(_NEW_CODES, self._codes.made, group=GROUP[0 if self._language.startswith("zh") else 1])
        return self._g.foreign(tuple(sorted(unfit, key=lambda one: one.line)))

    def _row(self, line: _Line) -> None:
        cells = line.cells
        placed = self._article([cells.get(name, "").strip() for name in _NAMES])
        at = self._time(cells.get("created", "").strip())
        ways = self._codes.ways(said(cells.get("codes", "")))
        codes = [self._codes.known(way) for way in ways]
        links = [self._instrument(words) for words in _parts(cells.get("instruments", ""))]
        note = said(cells.get("note", "")).strip()
        span = self._span(cells, placed)
        if span is None and not (codes or links or note):
            raise Misfit(_NOTHING)
        name = cells.get("coder", "").strip()
        coder = self._g.coder(name, at) if name or not self._me else self._me
        annotation = self._annotation(placed, span, coder, at)
        for code, way in zip(codes, ways, strict=True):
            self._g.tagging(annotation, code or self._codes.new(way), coder, at)
        for instrument, locator in links:
            self._g.link(annotation, instrument, locator, normalise(locator), coder, at)
        if note and note != "\n".join(self._notes[annotation]):
            self._g.note("annotation", annotation, note, coder, at=at)

    def _annotation(self, placed: Placed, span: tuple[int, int] | None, coder: str, at: str) -> str:
        key = (placed.article, *(span or (None, None)), coder)
        found = self._places.get(key)
        if found is not None:
            self._g.report.carried["annotation"] += 1
            return found
        uuid = self._g.uuid("annotation", placed.version, *(span or ("", "")), coder)
        self._places[key] = self._g.annotation(uuid, placed, span, coder, at)
        return self._places[key]

    def _article(self, names: Sequence[str]) -> Placed:
        """Give the article of an id, or else of a title or short key."""
        found = next((uuid for name in names if name and (uuid := self._article_named(name))), "")
        if not found:
            raise Misfit(_NO_ARTICLE, name=next(filter(None, names), "“”")[:_SHOWN])
        if self._placed is None or self._placed[0].article != found:
            version = self._known.current[found]
            self._placed = Placed(found, version, self._text_of(version)), None
        return self._placed[0]

    def _article_named(self, name: str) -> str:
        found = self._articles.of(name)
        if len(found) > 1:
            raise Misfit(_SEVERAL_ARTICLES, name=name[:_SHOWN])
        return found[0] if found else ""

    def _span(self, cells: Mapping[str, str], placed: Placed) -> tuple[int, int] | None:
        """Give where a row's passage stands; None for the whole article."""
        start, end = cells.get("start", "").strip(), cells.get("end", "").strip()
        if not start and not end:
            start, end = span_of(cells.get("range", ""))
        exact = said(cells.get("exact", ""))
        first, last = whole(start), whole(end)
        if first is None or last is None:
            if exact.strip():
                return self._by_words(placed, exact)
            if start or end:
                raise Misfit(_NO_PLACE)
            return None
        if not exact.strip():
            if 0 <= first < last <= len(placed.text):
                return first, last
            raise Misfit(_OUTSIDE, start=first, end=last, length=len(placed.text))
        return self._by_both(placed, exact, first, last)

    def _by_both(self, placed: Placed, exact: str, first: int, last: int) -> tuple[int, int]:
        """Give where words stand that have numbers beside them: positions, however counted, or else paragraphs."""
        wanted = exact.split()
        if placed.text[first:last].split() == wanted:
            return first, last
        self._moved += 1
        for one, other in _other_counts(placed.text, first, last):
            if placed.text[one:other] == exact:
                return one, other
        try:
            return self._by_words(placed, exact)
        except Misfit:
            within = _in_paragraphs(placed.text, exact.strip(), first, last)
            if within is not None:
                return within
            self._moved -= 1
            raise Misfit(_OTHER_WORDS, start=first, end=last, quote=exact.strip()[:_SHOWN]) from None

    def _by_words(self, placed: Placed, exact: str) -> tuple[int, int]:
        """Find words that stand once: to the letter, or else as they are set otherwise."""
        for wanted in dict.fromkeys((exact, exact.strip())):
            at = placed.text.find(wanted)
            if at >= 0:
                if placed.text.find(wanted, at + 1) >= 0:
                    raise Misfit(_TWICE, quote=wanted.strip()[:_SHOWN], count=placed.text.count(wanted))
                return at, at + len(wanted)
        quotes = self._placed[1] if self._placed is not None and self._placed[0] is placed else None
        if quotes is None:
            quotes = Quotes(placed.text)
            self._placed = placed, quotes
        found = quotes.find(Anchor(-1, -1, exact.strip()))
        if found.status != "exact" or found.span is None:
            raise Misfit(_NOT_FOUND, quote=exact.strip()[:_SHOWN])
        return found.span

    def _time(self, words: str) -> str:
        if words not in self._times:
            self._times[words] = time_of(words, days_first=self._days_first)
        if words and not self._times[words]:
            raise Misfit(_NO_DATE, value=words[:_SHOWN])
        return self._times[words]

    def _instrument(self, words: str) -> tuple[str, str]:
        name, _at, locator = words.partition("@")
        found = self._instrument_names.get(name.strip().strip("《》"))
        if found is None:
            raise Misfit(_NO_INSTRUMENT, name=name.strip()[:_SHOWN])
        return found, locator.strip()


def _article_of(line: _Line) -> str:
    return next((cell.strip() for name in _NAMES if (cell := line.cells.get(name, ""))), "")


def _other_counts(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the places that numbers mean if they are counted from one, to the last letter, or in UTF-16 units."""
    if first:
        yield first - 1, last
    yield first, last + 1
    if last <= 2 * len(text):
        units = text.encode("utf-16-le", "surrogatepass")
        before, within = units[: 2 * first], units[2 * first : 2 * last]
        start = len(before.decode("utf-16-le", "ignore"))
        yield start, start + len(within.decode("utf-16-le", "ignore"))


def _in_paragraphs(text: str, words: str, first: int, last: int) -> tuple[int, int] | None:
    """Find words that stand once in some paragraphs, counted from one, as MAXQDA and ATLAS.ti count them."""
    lines = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n"), len(text) + 1]
    if not 0 < first <= last < len(lines):
        return None
    low, high = lines[first - 1], lines[last] - 1
    at = text.find(words, low, high)
    return (at, at + len(words)) if at >= 0 and text.find(words, at + 1, high) < 0 else None


def _parts(cell: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (" ".join(part.split()) for part in said(cell).replace("；", ";").split(";")))))


def _instruments(known: Known) -> dict[str, str]:
    """Give the instruments by title, alias, stable name and uuid; the surer name counts."""
    found: dict[str, str] = {}
    for alias in known.of("alias").values():
        if alias["scope"] == "anywhere":
            found[str(alias["text"]).strip().strip("《》")] = str(alias["instrument"])
    for column in ("title_en", "title_zh", "name"):
        for uuid, record in known.of("instrument").items():
            if record[column]:
                found[str(record[column]).strip().strip("《》")] = uuid
    return found | {uuid: uuid for uuid in known.of("instrument")}
