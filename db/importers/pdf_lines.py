"""The characters of a PDF page to lines in reading order: columns one after the other, cells of a row together."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

# Around raised digits, which may turn out to call a footnote; noncharacters, so that no text holds them.
RAISED, LOWERED = "\ufdd0", "\ufdd1"
_CJK = re.compile(
    "[\u2e80-\u303f\u3041-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U000323af]"
)
_BOLD = re.compile(r"bold|black|heavy|semib|demi|(?:sim|st|yu)?hei(?!s)|黑体|W[6-9]\b", re.IGNORECASE)
# Radicals that fonts give where an ordinary character is meant, beyond those that Unicode itself maps to one.
_RADICALS: dict[int, str] = dict(
    zip(
        map(ord, "⺠⻓⻚⻛⻋⻅⻔⻢⻬⻮⻰⻩⻆⻝⻄⻘⻁⻉⻜⻣⻤⻥⻦⻨⻳⻟⻙⻪"),
        "民长页风车见门马齐齿龙黄角食西青虎贝飞骨鬼鱼鸟麦龟饣韦黾",
        strict=False,
    )
)
_RADICALS |= {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2F00, 0x2FD6), *range(0xFB00, 0xFB07))}
_RADICALS |= {0x2: "-", 0xFFFE: "-", 0xFFFF: "", 0xFDD0: "", 0xFDD1: "", 0xFEFF: "", 0x0: "\ufffd"}
_NOT_ONE = range(0xD800, 0xE000)
_OBLIQUE = 4  # the direction of what runs across a page, as a stamp does


@dataclass(slots=True)
class Line:
    """One line, or one row of cells, as set on a page; y grows downwards and is measured from the page's top, in points."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    page: int = 0
    chunk: int = 0  # the column or stretch of a page it stands in
    edges: tuple[float, float] = (0.0, 0.0)  # of the text around it
    cells: tuple[float, ...] = ()  # left edges, if the line falls apart into several

    @property
    def width(self) -> float:
        """How long it is, in points."""
        return self.right - self.left

    @property
    def plain(self) -> str:
        """The text without the signs around raised digits."""
        return plain(self.text)


@dataclass(slots=True)
class Sheet:
    """One page: its lines in reading order, what is set across them, its height in points, and what could not be read."""

    lines: list[Line] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    height: float = 0.0
    characters: int = 0
    unread: int = 0


@dataclass(slots=True)
class _Glyph:
    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    turn: int
    spaced: bool  # white space before it


@dataclass(slots=True)
class _Run:
    """Glyphs that follow each other on one line."""

    parts: list[str]
    left: float
    right: float
    base: float
    size: float
    bold: int
    count: int
    last: str
    raised: bool = False
    spaced: bool = False


def read_sheet(page: Any, text_page: Any) -> Sheet:
    """Read a page of pypdfium2 into lines."""
    glyphs = list(_glyphs(text_page))
    turn = next((turn for turn, _ in Counter(glyph.turn for glyph in glyphs).most_common() if turn != _OBLIQUE), 0)
    left, bottom, right, top = page.get_bbox()
    edge = {0: -top, 1: left, 2: bottom, 3: -right}[turn]
    sheet = Sheet(height=right - left if turn & 1 else top - bottom, characters=len(glyphs))
    sheet.unread = sum(glyph.text == "\ufffd" for glyph in glyphs)
    runs = _runs([glyph for glyph in glyphs if glyph.turn == turn], edge)
    sheet.aside = ["".join(run.parts) for run in _runs([glyph for glyph in glyphs if glyph.turn not in (turn, _OBLIQUE)], 0.0)]
    sheet.aside += _across(glyphs)
    for chunk, rows in enumerate(_in_order(runs, 0)):
        sheet.lines += [_line(row, chunk) for row in rows]
    sheet.lines = [line for line in sheet.lines if line.text]
    return sheet


def _across(glyphs: Sequence[_Glyph]) -> list[str]:
    """Give what runs obliquely across the page, in the order it is drawn."""
    words = "".join(f"{' ' if glyph.spaced else ''}{glyph.text}" for glyph in glyphs if glyph.turn == _OBLIQUE)
    return [words.strip()] if words.strip() else []


def _glyphs(text_page: Any) -> Iterator[_Glyph]:
    """Give the characters of a page in the order they are drawn, in a frame where text runs to the right."""
    import pypdfium2.raw as raw

    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    handle = text_page.raw
    fonts: dict[int | None, bool] = {}
    unicode_at, object_at, box_at, origin_at, unmapped = (
        raw.FPDFText_GetUnicode, raw.FPDFText_GetTextObject, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin,
        raw.FPDFText_HasUnicodeMapError,
    )  # fmt: skip
    spaced, high, shown, look = False, 0, 0, (0.0, False, 0)
    for n in range(raw.FPDFText_CountChars(handle)):
        code, thing = unicode_at(handle, n), object_at(handle, n)
        if thing and code < 0xA0 and (code < 0x20 or code > 0x7E) and code not in (0x2, 0xAD):
            code = 0xFFFD if unmapped(handle, n) == 1 else code
        if not thing or code in (0x20, 0x9, 0xA, 0xD, 0xA0, 0x3000):
            spaced = spaced or code not in (0xA, 0xD)
            continue
        if code in _NOT_ONE:  # where characters are 16 bits wide, half of one
            high, code = (
                (code, 0) if code < 0xDC00 else (0, 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD)
            )
            if high:
                continue
        text = _RADICALS.get(code) if code in _RADICALS else chr(code)
        if not text or (code < 0x20 and code not in _RADICALS):
            continue
        if (place := ctypes.addressof(thing.contents)) != shown:  # all of one text object look alike
            shown, look = place, _look(raw, handle, n, thing, fonts)
        box_at(handle, n, box)
        origin_at(handle, n, x, y)
        left, right, base = _turned(look[2], box, x.value, y.value)
        yield _Glyph(text, left, right, base, look[0], look[1], look[2], spaced)
        spaced = False


def _look(raw: Any, handle: Any, n: int, thing: Any, fonts: dict[int | None, bool]) -> tuple[float, bool, int]:
    """Give size in points, boldness and direction (quarter turns) of a character; what is known of `fonts` is kept."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(thing, matrix)
    scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) or 1.0
    size = min(max(raw.FPDFText_GetFontSize(handle, n) * scale, 1.0), 400.0)
    font = ctypes.cast(raw.FPDFTextObj_GetFont(thing), ctypes.c_void_p).value
    if font not in fonts:
        fonts[font] = _is_bold(raw, handle, n)
    upright = matrix.a > 0 and abs(matrix.b) < 0.5 * matrix.a
    quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    turn = 0 if upright else round(quarters) % 4 if abs(quarters - round(quarters)) < 0.2 else _OBLIQUE
    return size, fonts[font], turn


def _is_bold(raw: Any, handle: Any, n: int) -> bool:
    """Whether a character's font is a bold one, by its name or its weight."""
    flags, name = ctypes.c_int(), ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(handle, n, name, 128, flags)
    words = name.value.decode("utf-8", "replace")
    return bool(_BOLD.search(words.partition("+")[2] or words)) or 600 <= raw.FPDFText_GetFontWeight(handle, n) <= 900


def _turned(turn: int, box: Any, x: float, y: float) -> tuple[float, float, float]:
    """Give left, right and base line (growing downwards) as one who reads along the text sees them."""
    if turn == 0:
        return box.left, box.right, -y
    if turn == 1:
        return box.bottom, box.top, x
    if turn == 2:
        return -box.right, -box.left, y
    return (-box.top, -box.bottom, -x) if turn == 3 else (box.left, box.left, 0.0)


def plain(text: str) -> str:
    """Give a text without the signs around raised digits."""
    return text.replace(RAISED, "").replace(LOWERED, "")


def is_cjk(text: str) -> bool:
    """Whether a character is of a script that is written without spaces."""
    return _CJK.match(text) is not None


def _gap(one: str, other: str, gap: float, size: float, spaced: bool) -> str:
    """Give the space between two characters on one line: a wide gap, or a drawn space where the script has any."""
    if is_cjk(one[-1:]) and is_cjk(other[:1]):
        return " " if gap > 0.9 * size else ""
    if is_cjk(one[-1:]) or is_cjk(other[:1]):
        return " " if gap > 0.4 * size else ""
    return " " if gap > 0.2 * size or (spaced and gap > 0.05 * size) else ""


def _runs(glyphs: Sequence[_Glyph], edge: float) -> list[_Run]:
    runs: list[_Run] = []
    run: _Run | None = None
    for glyph in glyphs:
        base = glyph.base - edge
        if run is None or not _follows(run, glyph, base):
            run = _Run([], glyph.left, glyph.left, base, glyph.size, 0, 0, "", spaced=glyph.spaced)
            runs.append(run)
        _append(run, glyph, base)
    for run in runs:
        if run.raised:
            run.parts.append(LOWERED)
    return [run for run in runs if "".join(run.parts).strip()]


def _follows(run: _Run, glyph: _Glyph, base: float) -> bool:
    size = max(run.size, glyph.size)
    gap = glyph.left - run.right
    return abs(base - run.base) <= 0.6 * size and -0.6 * size <= gap <= 0.85 * size


def _append(run: _Run, glyph: _Glyph, base: float) -> None:
    raised = glyph.size < 0.82 * run.size and base < run.base - 0.1 * run.size
    if run.count and not raised and not run.raised and run.size < 0.82 * glyph.size and run.base < base - 0.1 * glyph.size:
        run.parts = [RAISED, *run.parts, LOWERED]  # the line begins with raised digits
        run.size, run.base = glyph.size, base
    elif not raised and glyph.size > run.size * 1.05 and not run.raised:
        run.size = glyph.size
    if run.raised and not raised:
        run.parts.append(LOWERED)
    close = raised and not run.raised and glyph.left - run.right <= 0.5 * run.size  # a call belongs to the word before it
    if run.last and not close:
        run.parts.append(_gap(run.last, glyph.text, glyph.left - run.right, run.size, glyph.spaced))
    if raised and not run.raised:
        run.parts.append(RAISED)
    run.raised = raised
    run.parts.append(glyph.text)
    run.right, run.last = max(run.right, glyph.right), glyph.text
    run.count += 1
    run.bold += glyph.bold


def _in_order(runs: list[_Run], depth: int) -> Iterator[list[list[_Run]]]:
    """Give stretches of rows in the order they are read: what spans two columns parts them into bands, left before right."""
    gutter = _gutter(runs) if depth < 3 and len(runs) >= 8 else None
    if gutter is None:
        if runs:
            yield _rows(runs)
        return
    crossing = [run for run in runs if run.left < gutter - 1 and run.right > gutter + 1]
    marks = sorted({run.base for run in crossing} | _across_rows(runs, gutter))
    across = [run for run in runs if any(abs(run.base - mark) <= 0.35 * run.size for mark in marks)]
    whole = {id(run) for run in across}
    columns = [run for run in runs if id(run) not in whole]
    waiting: list[_Run] = []
    for above, mark in zip([-math.inf, *marks], [*marks, math.inf], strict=True):
        band = [run for run in columns if above < run.base <= mark]
        if band and waiting:
            yield _rows(waiting)
            waiting = []
        yield from _in_order([run for run in band if run.left < gutter - 1], depth + 1)
        yield from _in_order([run for run in band if run.left >= gutter - 1], depth + 1)
        waiting += [run for run in across if _nearest(run, marks) == mark]
    if waiting:
        yield _rows(waiting)


def _across_rows(runs: list[_Run], gutter: float) -> set[float]:
    """Give the base lines of a table's rows that reach over both columns although no cell stands on the gutter."""
    found: list[float] = []
    for row in _rows(runs):
        left, right = [run for run in row if run.left < gutter - 1], [run for run in row if run.left >= gutter - 1]
        cells = 1 + sum(other.left - one.right > 1.6 * one.size for one, other in pairwise(row))
        if left and right and cells > 2 and right[0].left > gutter + 1.5 * right[0].size:
            found.append(row[0].base)
    return set(found) if len(found) > 1 else set()


def _nearest(run: _Run, marks: list[float]) -> float:
    at = bisect_left(marks, run.base)
    return min(marks[max(0, at - 1) : at + 1], key=lambda mark: abs(mark - run.base))


def _gutter(runs: list[_Run]) -> float | None:
    """Find where a right column begins that stands beside a left one; None for one column or a table."""
    low, high = min(run.left for run in runs), max(run.right for run in runs)
    size = median(run.size for run in runs)
    middle = [run for run in runs if low + 0.2 * (high - low) < run.left < high - 0.15 * (high - low)]
    counts = Counter(round(run.left / 2) for run in middle)
    for place, count in counts.most_common(4):
        if count < 4:
            return None
        x = min(run.left for run in middle if round(run.left / 2) == place)
        right = [run for run in runs if run.left >= x - 1]
        left = [run for run in runs if run.right <= x + 1]
        if len(left) < 4 or len(right) < 4:
            continue
        top = max(min(run.base for run in left), min(run.base for run in right)) - size
        foot = min(max(run.base for run in left), max(run.base for run in right)) + size
        beside = [run for run in left if top <= run.base <= foot]
        if _is_column(beside, x, size) and _is_column(right, high + 0.4 * size, size):
            return x - 0.5
    return None


def _is_column(runs: list[_Run], border: float, size: float) -> bool:
    """Whether runs are set like running text: nearly all of one length, longer than cells of a table, clear of the border."""
    if len(runs) < 4:
        return False
    start, end = min(run.left for run in runs), max(run.right for run in runs)
    reach = median(run.right for run in runs)
    return end - start >= 10 * size and reach - start >= 0.6 * (end - start) and end <= border - 0.3 * size


def _rows(runs: list[_Run]) -> list[list[_Run]]:
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (run.base, run.left)):
        if rows and abs(run.base - rows[-1][0].base) <= 0.35 * max(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    for row in rows:
        row.sort(key=lambda run: run.left)
    return rows


def _line(row: list[_Run], chunk: int) -> Line:
    main = max(row, key=lambda run: run.count)
    parts, cells, right = [""], [row[0].left], row[0].left
    for run in row:
        text = "".join(run.parts)
        gap = run.left - right
        if parts[-1] and gap > 1.6 * main.size:
            cells.append(run.left)
            parts.append(text)
        else:
            bare = parts[-1].rstrip(RAISED + LOWERED)
            parts[-1] += (_gap(bare, text.lstrip(RAISED), gap, main.size, run.spaced) if bare else "") + text
        right = max(right, run.right)
    bold = sum(run.bold for run in row) >= 0.9 * sum(run.count for run in row)
    text = "\t".join(part.strip() for part in parts).strip()
    return Line(text, row[0].left, right, main.base, main.size, bold, chunk=chunk, cells=tuple(cells) if len(cells) > 1 else ())
