"""Tables of passages (CSV): one passage a row, its article by id or title, its place by positions or by its words.

Columns: `article`, `start` and `end` (code points of the newest text) or `exact` alone, `codes` and `instruments` with
semicolons between, `note`, `coder`, `created`. The table of passages that this program writes has them under other titles.
"""

from __future__ import annotations

import csv
import io
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from db.anchors import Quotes
from db.errors import CannotRead
from db.exchange.foreign.gathering import Foreign, Gathering, Placed, Unfit, moment, said
from db.exchange.refi.known import Known, Record
from db.exchange.tables import is_marked
from db.locators import normalise
from db.records import Anchor, Progress, no_progress

# The titles each column goes by, the surest first: an id before a title.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "article id": ("article id", "文章标识"),
    "article": ("article", "文章"),
    "start": ("start", "起点"),
    "end": ("end", "终点"),
    "exact": ("exact", "quotation", "quote", "原文"),
    "codes": ("code ids", "编码标识", "codes", "编码"),
    "instruments": ("instrument ids", "文书标识", "instruments", "政策文书"),
    "note": ("note", "notes", "笔记"),
    "coder": ("coder", "编码者"),
    "created": ("created", "创建时间"),
}
SUFFIXES = (".csv", ".tsv")
SEPARATORS = (",", ";", "\t", "，")
GROUP = ("导入的编码", "Imported")
LARGEST_CELL = 50_000_000
_MOST_COLUMNS = 1_000
_EVERY = 2_000

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
_SEVERAL_CODES = "{name} is the name of several codes; give an id"
_NO_DATE = "{value} is no time in ISO 8601"
_NOTHING = "it marks nothing and says nothing"
_LEFT = "{count} lines fit nothing and are left out."
_MOVED = "{count} passages stood beside their words and stand on them now."
_NEW_CODES = "{count} codes are new; they stand under {group}."
_REPLACED = "{count} characters could not be read and stand as � in the text."
_SHOWN = 30

_limit_lock = threading.Lock()


class _Misfit(Exception):
    """A row that fits nothing."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence)
        self.sentence, self.facts = sentence, facts


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: Mapping[str, str]


def read(
    path: Path, text: str, known: Known, text_of: Callable[[str], str], me: str, *, working: Collection[str] = (),
    replaced: int = 0, language: str = "en", progress: Progress = no_progress,
) -> Foreign:  # fmt: skip
    """Read the text of a table, in which `replaced` characters could not be read.

    `text_of` gives the text of a version by uuid, `me` is the coder of rows that name none; of codes of one
    name that of a `working` codebook, by id, is meant. Raises CannotRead, and what
    `progress`, which counts rows, raises to stop.
    """
    # Known by what the project is, not by the file, so that two who read it into one project have the same.
    gathering = Gathering(known, path.name, sha256(text.encode()).hexdigest(), "csv", language)
    gathering.report.changed["character"] += replaced
    gathering.remark(_REPLACED, replaced)
    return _Reading(gathering, known, text_of, me, working, language).read(list(_lines(path, text)), progress)


def _lines(path: Path, text: str) -> Iterator[_Line]:
    """Give the rows with the number of the line each begins on."""
    head, begins = text, 1
    told = text.partition("\n")[0].strip().strip('"')
    if told.lower().startswith("sep=") and len(told) == 5:
        head, begins = text.partition("\n")[2], 2
    separator = max(SEPARATORS, key=lambda each: len(_columns(_header(head, each))))
    columns = _columns(_header(head, separator))
    if not {"article", "article id"} & set(columns) or not ("exact" in columns or {"start", "end"} <= set(columns)):
        raise CannotRead(path, NO_COLUMNS)
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    with _long_cells():
        try:
            next(reader)
            number = begins + reader.line_num
            for row in reader:
                if any(map(str.strip, row)):
                    yield _Line(number, {name: _bare(row[at]) for name, at in columns.items() if at < len(row)})
                number = begins + reader.line_num
        except csv.Error as error:
            raise CannotRead(path, BAD_CSV, line=begins + reader.line_num - 1, detail=str(error)) from error


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be as long as a text can be; the limit is the whole process's."""
    with _limit_lock:
        before = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _header(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=separator), [])[:_MOST_COLUMNS]
    except csv.Error:
        return []


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Give the place of each column that is there."""
    titles = {_bare(title).strip().lower(): at for at, title in reversed(list(enumerate(header)))}
    found = ((name, next((titles[each] for each in several if each in titles), None)) for name, several in COLUMNS.items())
    return {name: at for name, at in found if at is not None}


def _bare(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet program from running a cell."""
    return cell[1:] if cell.startswith("'") and is_marked(cell) else cell


class _Reading:
    def __init__(
        self, gathering: Gathering, known: Known, text_of: Callable[[str], str], me: str, working: Collection[str], language: str
    ) -> None:
        self._g, self._known, self._text_of, self._me, self._language = gathering, known, text_of, me, language
        self._articles = _by_names(known.of("article"), "title")
        self._article_keys = _unique(known.of("article"), "key")
        self._instrument_names = _instruments(known)
        self._codes = _code_names(known, working)
        self._made: dict[str, str] = {}
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

    def read(self, lines: Sequence[_Line], progress: Progress) -> Foreign:
        unfit: list[Unfit] = []
        # One article after another, so that each text is read once.
        for done, line in enumerate(sorted(lines, key=_article_of)):
            if done % _EVERY == 0:
                progress(done, len(lines))
            try:
                self._row(line)
            except _Misfit as misfit:
                unfit.append(Unfit(line.number, misfit.sentence, misfit.facts))
        progress(len(lines), len(lines))
        report = self._g.report
        report.dropped["line"] += len(unfit)
        report.changed["annotation"] += self._moved
        self._g.remark(_LEFT, len(unfit))
        self._g.remark(_MOVED, self._moved)
        self._g.remark(_NEW_CODES, len(self._made), group=GROUP[0 if self._language.startswith("zh") else 1])
        return self._g.foreign(tuple(sorted(unfit, key=lambda one: one.line)))

    def _row(self, line: _Line) -> None:
        cells = line.cells
        placed = self._article([cells.get(name, "").strip() for name in ("article id", "article")])
        at = self._time(cells.get("created", "").strip())
        names = _parts(cells.get("codes", ""))
        codes = [self._code(name) for name in names]
        links = [self._instrument(words) for words in _parts(cells.get("instruments", ""))]
        note = said(cells.get("note", "")).strip()
        span = self._span(cells, placed)
        if span is None and not (codes or links or note):
            raise _Misfit(_NOTHING)
        name = cells.get("coder", "").strip()
        coder = self._g.coder(name, at) if name or not self._me else self._me
        annotation = self._annotation(placed, span, coder, at)
        for code, name in zip(codes, names, strict=True):
            self._g.tagging(annotation, code or self._new_code(name), coder, at)
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
            raise _Misfit(_NO_ARTICLE, name=next(filter(None, names), "“”")[:_SHOWN])
        if self._placed is None or self._placed[0].article != found:
            version = self._known.current[found]
            self._placed = Placed(found, version, self._text_of(version)), None
        return self._placed[0]

    def _article_named(self, name: str) -> str:
        uuid = self._known.aliases.get(name, name)
        if uuid in self._known.of("article"):
            return uuid
        titled = self._articles.get(name, [])
        if len(titled) > 1:
            raise _Misfit(_SEVERAL_ARTICLES, name=name[:_SHOWN])
        return titled[0] if titled else self._article_keys.get(name, "")

    def _span(self, cells: Mapping[str, str], placed: Placed) -> tuple[int, int] | None:
        """Give where a row's passage stands; None for the whole article."""
        start, end = cells.get("start", "").strip(), cells.get("end", "").strip()
        exact = said(cells.get("exact", ""))
        if not start and not end:
            return self._by_words(placed, exact) if exact.strip() else None
        first, last = _whole(start), _whole(end)
        if first is None or last is None:
            raise _Misfit(_NO_PLACE)
        if not 0 <= first < last <= len(placed.text):
            raise _Misfit(_OUTSIDE, start=first, end=last, length=len(placed.text))
        if not exact.strip() or placed.text[first:last].split() == exact.split():
            return first, last
        try:
            found = self._by_words(placed, exact)
        except _Misfit:
            raise _Misfit(_OTHER_WORDS, start=first, end=last, quote=exact.strip()[:_SHOWN]) from None
        self._moved += 1
        return found

    def _by_words(self, placed: Placed, exact: str) -> tuple[int, int]:
        """Find words that stand once: to the letter, or else as they are set otherwise."""
        for wanted in dict.fromkeys((exact, exact.strip())):
            at = placed.text.find(wanted)
            if at >= 0:
                if placed.text.find(wanted, at + 1) >= 0:
                    raise _Misfit(_TWICE, quote=wanted.strip()[:_SHOWN], count=placed.text.count(wanted))
                return at, at + len(wanted)
        quotes = self._placed[1] if self._placed is not None and self._placed[0] is placed else None
        if quotes is None:
            quotes = Quotes(placed.text)
            self._placed = placed, quotes
        found = quotes.find(Anchor(-1, -1, exact.strip()))
        if found.status != "exact" or found.span is None:
            raise _Misfit(_NOT_FOUND, quote=exact.strip()[:_SHOWN])
        return found.span

    def _time(self, words: str) -> str:
        at = moment(words)
        if words and not at:
            raise _Misfit(_NO_DATE, value=words[:_SHOWN])
        return at

    def _instrument(self, words: str) -> tuple[str, str]:
        name, _at, locator = words.partition("@")
        found = self._instrument_names.get(name.strip().strip("《》"))
        if found is None:
            raise _Misfit(_NO_INSTRUMENT, name=name.strip()[:_SHOWN])
        return found, locator.strip()

    def _code(self, name: str) -> str:
        """Give the code of an id or a name; nothing for one that is to be made."""
        several = self._codes.get(name, [])
        if len(several) > 1:
            raise _Misfit(_SEVERAL_CODES, name=name[:_SHOWN])
        return several[0] if several else ""

    def _new_code(self, name: str) -> str:
        if name not in self._made:
            group = self._g.uuid("group", "imported")
            if group not in self._known.of("code") and not self._made:
                self._g.code(group, GROUP[1], None, names=GROUP)
            self._made[name] = self._g.code(self._g.uuid("code", name), name, group)
        return self._made[name]


def _article_of(line: _Line) -> str:
    return (line.cells.get("article id") or line.cells.get("article", "")).strip()


def _parts(cell: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (" ".join(part.split()) for part in said(cell).replace("；", ";").split(";")))))


def _whole(words: str) -> int | None:
    """Read a whole number, also as a spreadsheet writes one."""
    bare = words.removesuffix(".0")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 12 else None


def _by_names(records: Mapping[str, Record], column: str) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for uuid, record in records.items():
        if record[column]:
            found[str(record[column]).strip()].append(uuid)
    return dict(found)


def _unique(records: Mapping[str, Record], column: str) -> dict[str, str]:
    return {name: uuids[0] for name, uuids in _by_names(records, column).items() if len(uuids) == 1}


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


def _code_names(known: Known, working: Collection[str]) -> dict[str, list[str]]:
    """Give the codes by what they may be called: ids before own names, these before the frameworks' names and labels."""
    codes = known.of("code")
    shipped = {uuid for uuid, book in known.of("codebook").items() if book["shipped"]}
    ids = {str(code["name"]): [uuid] for uuid, code in codes.items() if code["name"]} | {uuid: [uuid] for uuid in codes}
    own: defaultdict[str, list[str]] = defaultdict(list)
    theirs: defaultdict[str, list[str]] = defaultdict(list)
    for uuid, code in codes.items():
        for name in {" ".join(str(code[column]).split()) for column in ("name_zh", "name_en")} - {""}:
            among = theirs if code["codebook"] in shipped else own
            among[name].append(uuid)
            if code["number"]:
                theirs[f"{code['number']} {name}"].append(uuid)
    meant = {uuid for uuid, book in known.of("codebook").items() if book["name"] in working or uuid in working}
    for name, several in theirs.items():
        theirs[name] = [uuid for uuid in several if codes[uuid]["codebook"] in meant] or several
    return {**theirs, **own, **ids}
