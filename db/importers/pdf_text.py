"""The lines of a PDF's pages to pieces: running heads, notes and page numbers apart, lines joined to paragraphs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from db.importers.composing import RUNNING, Script
from db.importers.pdf_lines import LOWERED, RAISED, Line, Sheet, is_cjk, plain
from db.importers.pdf_rows import joined_rows
from db.importers.pdf_running import take_running
from db.importers.pieces import Piece
from db.records import Remark

SEVERAL_RUNNING = (
    "{count} lines at the heads and feet of pages were left out, on some pages several together. Look through what was left out."
)

_ENDS = re.compile(r"[。！？!?；;：:.…][”’」』）)\]]*$")
_BULLET = re.compile(r"([•●○▪■□◆◇▶►➢✓\uf0b7\uf06c\uf0d8\uf0fc–])\s*(?=\S)")
_NUMBERED = re.compile(
    r"[（(](?:[一二三四五六七八九十百]{1,4}|\d{1,3}|[a-z]{1,4})[）)]|第[一二三四五六七八九十百千零〇\d]{1,9}[编章节条部]"
    r"|[一二三四五六七八九十]{1,3}、"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}(?=[\s\u4e00-\u9fff])|\d{1,3}[.、)](?=[\s\u4e00-\u9fff])"
    r"|(?:Chapter|Section|Article|Part|Annex) [\dIVXA-Z]+\b|\[\d{1,3}\]"
)
_LABELLED = re.compile(
    r"[【\[]?(?:摘\s*要|关\s*键\s*[词字]|中图分类号|收稿日期|基金项目|作者简介|参考文献|Abstract|Key ?words?|DOI)\s*[】\]:：]",
    re.IGNORECASE,
)
_NOTE = re.compile(rf"{RAISED}?[\[〔（(]?([\d①-⑳*†‡]{{1,3}}){LOWERED}?[\]〕）).、]?\s*(?=\S)")
_CALL = re.compile(rf"{RAISED}([^{LOWERED}]*){LOWERED}")
_WORD_END = re.compile(r"([A-Za-z\u00c0-\u024f]{2,})[-\u00ad\u2010]$")
_GOES_ON = re.compile(r"[a-z\u00df-\u00ff]{2,}[^).]")  # how no paragraph begins: a small letter, and no label such as iv.
_WORD_START = re.compile(r"[a-z\u00df-\u00ff][A-Za-z\u00c0-\u024f]*")
# What English puts a hyphen after, with the endings that make one word of it instead, and what it puts one before.
_FIRSTS = {"self": ("ish", "less", "same"), "non": ("sense", "etheless", "plus"), "well": ("ness",), "ex": ("",)}
_PREFIXES = frozenset(("un", "re", "cor", "inter", "de", "dis", "in", "im", "em", "pre", "mis", "over", "under", "out", "sub"))
_SECONDS = frozenset(
    ("based", "related", "driven", "term", "level", "scale", "making", "risk", "specific", "oriented", "free", "established",
     "being", "known", "defined", "border", "sector", "party", "compliance", "threatening", "aware", "generated", "powered",
     "enabled", "assisted", "friendly", "sensitive", "intensive", "quality", "income", "century")
)  # fmt: skip
# What leads to a page number in a table of contents.
_LEADER = re.compile(r"(?:(?:[.·]\s?){5,}|…{2,})\s*(?:\d{1,4}|[ivxlc]{1,6})?\s*$")
_DATED = re.compile(r"[（(]?\s*(?:19|20)\d\d\s*年?(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?\s*[）)]?")
_TO_PAGE = re.compile(r"\S\t(?:\d{1,4}|[ivxlc]{1,6})\s*$", re.IGNORECASE)
_CONTENTS = re.compile(r"目\s*[录次錄]|(?:table of )?contents", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Manner:
    """How the body of a document is set."""

    size: float
    leading: float
    bold: bool
    words: frozenset[str]


def script_of(sheets: Sequence[Sheet], labels: Sequence[str]) -> Script:
    """Put the pages of a document together; labels are the pages' own."""
    running = take_running(sheets, labels)
    manner = _manner(sheets)
    notes = [_take_notes(sheet, manner) for sheet in sheets]
    for sheet in sheets:
        sheet.lines = joined_rows(sheet.lines)
    _set_edges(sheets)
    writer = _Writer(labels, manner)
    for number, sheet in enumerate(sheets):
        marks = (_NOTE.match(note[0].text) for note in notes[number])
        calls = {mark[1] for mark in marks if mark}
        writer.set_apart(number, running[number].head)
        writer.write(number, sheet.lines, calls)
        writer.put_below(number, notes[number])
        writer.set_apart(number, [*running[number].foot, *running[number].stamps, *sheet.aside])
    script = writer.finish()
    if any(len(page.head) > 1 or len(page.foot) > 1 for page in running):
        count = sum(len(page.head) + len(page.foot) for page in running)
        script.remarks.append(Remark(SEVERAL_RUNNING, {"count": str(count)}))
    return script


def _manner(sheets: Sequence[Sheet]) -> _Manner:
    lines = [line for sheet in sheets for line in sheet.lines]
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    body = [line for line in lines if abs(line.size - size) <= 0.5]
    steps = [b.base - a.base for a, b in pairwise(lines) if a.page == b.page and a.chunk == b.chunk]
    near = [step for step in steps if 0.9 * size <= step <= 3 * size]
    bold = sum(len(line.text) for line in body if line.bold) * 2 > sum(len(line.text) for line in body)
    words = frozenset(
        word for line in lines for word in re.findall(r"[A-Za-z\u00c0-\u024f]+(?:-[A-Za-z\u00c0-\u024f]+)*", line.text)
    )
    return _Manner(size, median(near) if near else 1.5 * size, bold, frozenset(word.lower() for word in words))


def _take_notes(sheet: Sheet, manner: _Manner) -> list[list[Line]]:
    """Take the footnotes off a page: smaller lines at the end of a column, from one that begins with a number or sign."""
    chunks: dict[int, list[Line]] = defaultdict(list)
    for line in sheet.lines:
        chunks[line.chunk].append(line)
    found: list[list[Line]] = []
    taken: set[int] = set()
    for lines in chunks.values():
        start = _notes_from(lines, manner, sheet.height)
        if start == len(lines) or lines[start].base < 0.4 * sheet.height:
            continue
        for number, line in enumerate(lines[start:]):
            if number and not (_NOTE.match(line.text) and line.left <= found[-1][0].left + 4):
                found[-1].append(line)
            else:
                found.append([line])
            taken.add(id(line))
    sheet.lines = [line for line in sheet.lines if id(line) not in taken]
    return found


def _notes_from(lines: Sequence[Line], manner: _Manner, height: float) -> int:
    """Give where a column's notes begin: low down after a gap, or at the first number or sign; its length if it has none."""
    start = len(lines)
    while start and lines[start - 1].size <= 0.93 * manner.size and not _is_row(lines[start - 1]):
        start -= 1
    low = start < len(lines) and lines[start].base > 0.75 * height
    if start and low and lines[start].base - lines[start - 1].base > 1.5 * manner.leading:
        return start
    return next((n for n in range(start, len(lines)) if _NOTE.match(lines[n].text)), len(lines))


def _is_row(line: Line) -> bool:
    """Whether a line is a row of a table, not a note whose number stands apart."""
    return len(line.cells) > 2 or (len(line.cells) == 2 and len(line.plain.partition("\t")[0]) > 3)


def _set_edges(sheets: Sequence[Sheet]) -> None:
    """Tell every line where the column it stands in begins and ends, as the same columns on other pages show it."""
    columns: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for sheet in sheets:
        for line in sheet.lines:
            columns[line.page, line.chunk].append(line)
    lefts = {place: min(line.left for line in lines) for place, lines in columns.items()}
    reach: dict[int, float] = defaultdict(float)
    for place, lines in columns.items():
        for step in (-1, 0, 1):
            at = round(lefts[place] / 8) + step
            reach[at] = max(reach[at], max(line.right for line in lines)) if len(lines) > 2 else reach[at]
    for place, lines in columns.items():
        right = max(line.right for line in lines)
        # A few lines, the last of a page, do not show how wide their column is.
        right = max(right, reach[round(lefts[place] / 8)]) if len(lines) <= 3 or right - lefts[place] < 60 else right
        for line in lines:
            line.edges = lefts[place], right


class _Writer:
    """Joins lines to paragraphs across columns and pages, and puts what stands apart after the paragraph under way."""

    def __init__(self, labels: Sequence[str], manner: _Manner) -> None:
        self._labels = labels
        self._manner = manner
        self._script = Script()
        self._lines: list[Line] = []
        self._waiting: list[tuple[int, Piece, str]] = []
        self._styles: list[tuple[Piece, float, bool]] = []
        self._page = -1
        self._calls: dict[int, set[str]] = {}

    def set_apart(self, page: int, texts: Sequence[str]) -> None:
        """Keep running heads and feet, and what is set across the page, for after the paragraph under way."""
        self._waiting += [(page, Piece("paragraph", text), RUNNING) for text in texts if text.strip()]

    def put_below(self, page: int, notes: Sequence[list[Line]]) -> None:
        """Keep a page's footnotes for after the paragraph under way."""
        for note in notes:
            text, _starts = _together([plain(line.text) for line in note], self._manner.words)
            self._waiting.append((page, Piece("quote", text), ""))

    def write(self, page: int, lines: Sequence[Line], calls: set[str]) -> None:
        """Go on with the lines of a page; `calls` are the marks of its footnotes."""
        self._calls[page] = calls
        for number, line in enumerate(lines):
            following = lines[number + 1] if number + 1 < len(lines) else None
            if not self._lines or self._begins(self._lines, line, following):
                self._close()
            self._lines.append(line)

    def finish(self) -> Script:
        """End the last paragraph and give the headings their levels."""
        self._close()
        ranks = sorted({(size, bold) for _, size, bold in self._styles}, reverse=True)
        for piece, size, bold in self._styles:
            piece.kind, piece.level = "heading", min(6, 1 + ranks.index((size, bold)))
        self._leave_out_contents()
        return self._script

    def _leave_out_contents(self) -> None:
        """Leave out the heading of a table of contents, and the rows under it that end in the number of a page."""
        pieces, reasons = self._script.pieces, self._script.reasons
        for n, piece in enumerate(pieces):
            if reasons[n] or not _CONTENTS.fullmatch(piece.text.strip()):
                continue
            found: list[int] = []
            for m in range(n + 1, len(pieces)):
                if reasons[m] != RUNNING:
                    if not reasons[m] and not _TO_PAGE.search(pieces[m].text):
                        break
                    found.append(m)
            if len(found) > 1 or (found and reasons[found[0]]):
                for m in (n, *found):
                    reasons[m] = "navigation"

    def _begins(self, lines: list[Line], line: Line, following: Line | None) -> bool:
        """Whether a line begins a paragraph of its own rather than going on with these."""
        before, size = lines[-1], self._manner.size
        if (
            line.cells
            or before.cells
            or _LEADER.search(before.text)
            or abs(line.size - before.size) > 0.07 * max(line.size, before.size)
        ):
            return True
        if line.bold != before.bold and not self._manner.bold and (len(lines) == 1 or line.bold):
            return True
        together = line.page == before.page and line.chunk == before.chunk
        leading = max(self._manner.leading * line.size / size, 1.1 * line.size)
        if together and line.base - before.base > 1.35 * leading:
            return True
        if line.size > 1.1 * size and not _NUMBERED.match(line.text):
            return not together  # a heading set over several lines
        return self._starts_anew(lines, line, following)

    def _starts_anew(self, lines: list[Line], line: Line, following: Line | None) -> bool:
        """Whether an indent, a bullet or the short line before it says that a line begins a paragraph."""
        before, em = lines[-1], line.size
        if _BULLET.match(line.text) or _LABELLED.match(line.text):
            return True
        room = before.edges[1] - before.right
        ended = _ENDS.search(before.text) is not None
        if _NUMBERED.match(line.text) and ended:
            return True
        if before.page == line.page and _GOES_ON.match(line.text) and not ended:
            return False
        first = line.text.split(" ")[0]
        share = min(len(first), 40) / max(1, len(line.text)) * line.width if not _is_chinese(line.text) else 2.2 * em
        if room > share + 0.6 * em and (ended or room > 0.25 * (before.edges[1] - before.edges[0])):
            return True
        indent, old = line.left - line.edges[0], before.left - before.edges[0]
        if indent > 8 * em:  # set to the right or in the middle: a signature, a date
            return abs(line.left - before.left) > 0.6 * em
        if indent < 0.8 * em:
            return False
        returns = following is not None and following.edges == line.edges and following.left < line.left - 0.8 * em
        hanging = len(lines) == 1 and (_BULLET.match(before.text) or _NUMBERED.match(before.text)) is not None
        return (old < indent - 0.6 * em and not hanging and (len(lines) > 1 or ended or returns)) or (returns and ended)

    def _close(self) -> None:
        """Put down the paragraph under way, then what waits for its end."""
        if self._lines:
            self._put(self._lines)
        for page, piece, reason in self._waiting:
            self._mark(page, 0)
            self._script.add(piece, reason)
        self._lines, self._waiting = [], []

    def _mark(self, page: int, offset: int) -> None:
        if page != self._page:
            self._page = page
            self._script.pages.append((self._labels[page], len(self._script.pieces), offset))

    def _put(self, lines: list[Line]) -> None:
        bullet = _BULLET.match(lines[0].text) if not lines[0].cells else None
        texts = [_called(line.text, self._calls.get(line.page, set())) for line in lines]
        texts[0] = texts[0][len(bullet[0]) :] if bullet else texts[0]
        text, starts = _together(texts, self._manner.words)
        for line, start in zip(lines, starts, strict=True):
            self._mark(line.page, start)
        piece = Piece("row" if lines[0].cells else "item" if bullet else "paragraph", text)
        if bullet:
            piece.level, piece.marker = 1, "•"
        elif not lines[0].cells and not _LEADER.search(text) and self._is_heading(lines, text):
            self._styles.append((piece, round(lines[0].size), lines[0].bold and not self._manner.bold))
        self._script.add(piece, "navigation" if _LEADER.search(text) else "")

    def _is_heading(self, lines: list[Line], text: str) -> bool:
        if (
            _DATED.fullmatch(text)
            or len(lines) > 4
            or len(text) > (90 if is_cjk(text[:1]) else 200)
            or not re.search(r"[^\W\d_]", text)
        ):
            return False
        if all(line.size >= 1.12 * self._manner.size for line in lines):
            return True
        bold = all(line.bold for line in lines) and not self._manner.bold
        return bold and lines[0].size >= 0.95 * self._manner.size and not re.search(r"[。；，,;]$", text) and len(lines) <= 2


def _together(lines: Sequence[str], words: frozenset[str]) -> tuple[str, list[int]]:
    """Join the lines of a paragraph; where each of them begins comes with it."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for line in lines:
        if parts and line:
            cut, space = _joint(parts[-1], line, words)
            parts[-1] = parts[-1][: len(parts[-1]) - cut] + space
            length += len(space) - cut
        starts.append(length)
        parts += [line] if line else []
        length += len(line)
    return "".join(parts), starts


def _joint(before: str, line: str, words: frozenset[str]) -> tuple[int, str]:
    """Give how many characters a line loses at its end before the next one, and the space between the two."""
    last = before.rpartition(" ")[2]
    address = "://" in last and last[-1] in "/_=&?-%." and not is_cjk(line[0])
    if not address and (end := _WORD_END.search(before)) and (start := _WORD_START.match(line)):
        keeps = before.endswith("-") and _is_compound(end[1], start[0], before[: end.start()], words)
        return 0 if keeps else 1, ""
    bare = is_cjk(before[-1]) or is_cjk(line[0]) or address or before[-1] in "-–—/"
    return 0, "" if bare else " "


def _is_compound(first: str, second: str, before: str, words: frozenset[str]) -> bool:
    """Whether a word parted at a line's end has its hyphen anyway: as the text shows it elsewhere, else by what it is made of."""
    whole, parted = f"{first}{second}".lower(), f"{first}-{second}".lower()
    if (parted in words) != (whole in words):
        return parted in words
    said = _FIRSTS.get(first.lower())
    return (
        before.endswith("-")
        or (len(first) > 1 and first.isupper())
        or (said is not None and not second.startswith(said))
        or (second.partition("-")[0] in _SECONDS and first.lower() not in _PREFIXES)
    )


def _is_chinese(text: str) -> bool:
    return any(map(is_cjk, text[:3]))


def _called(text: str, calls: set[str]) -> str:
    """Put raised marks that call one of the page's notes into square brackets; any other stands as it is."""
    return (
        _CALL.sub(lambda found: f"[{found[1]}]" if found[1].strip("[]") in calls else found[1], text)
        .replace("[[", "[")
        .replace("]]", "]")
    )
