"""Pieces of a document that is no web page (PDF, DOCX, EPUB) to a Draft: nothing is judged but the lines below its title."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import PurePath

from db.errors import CannotImport
from db.importers.assembling import BYLINE, Known
from db.importers.boilerplate import same
from db.importers.metadata import Byline, clean_publisher, date_in, genre_of, language_of, read_byline, split_column
from db.importers.names import authors_in, merged
from db.importers.pieces import Piece, Tick, watched
from db.records import Block, Draft, Inline, Layout, Remark, Removed

FROM_PROPERTIES = (
    "The date ({date}) is when the file was made, as its properties say; the text may have been published on another day."
)
NO_WORDS = "There are no words in this file. Check whether it is the right one."

SHOWN = "text line"  # where a date came from: a line of the text itself, at its head or under its signature
# The reason of running heads and feet, page numbers and what is set across a page.
RUNNING = "running"

_CLOSING = 5  # lines at the end that may hold a signature and its date
_FRONT = 10  # lines below the title that may say who wrote it and when
_IDLE_TITLE = re.compile(
    r"(?:untitled|document|doc|presentation|slide|microsoft|powerpoint|新建|无标题|无题|未命名|文档|幻灯片|标题|title|book|index)[\s\w-]{0,30}\d*"
    r"|.*\.(?:docx?|pdf|indd|qxd|wps|pptx?|xlsx?|html?|tex|dvi|fm|p65|rtf|odt)|[\W\d_]*|[0-9a-f-]{16,}",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = (
    r"(?P<date>(?:19|20)\d\d\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?"
    r"|(?:\d{1,2} )?[A-Z][a-z]{2,8}\.? (?:\d{1,2}, )?(?:19|20)\d\d)"
)
_ALONE = re.compile(rf"[（(]?\s*{_DAY}\s*[）)]?")
# （2016年11月7日某某会议通过 …）: the first date is the text's own, whatever was changed later.
_PASSED = re.compile(rf"[（(]\s*{_DAY}[^（）()]{{0,80}}?(?:通过|公布|发布|印发|颁布)[^（）()]{{0,200}}[）)]")
_SAID = re.compile(r"[。！？；：!?;:.][”’」』）)]?\s*$")
_PRINTED = re.compile(r"^(?:Microsoft (?:Word|PowerPoint)|Print)\s*-\s*", re.IGNORECASE)


@dataclass(slots=True)
class Script:
    """A document as pieces in reading order, each with the reason to leave it out ("" keeps it)."""

    pieces: list[Piece] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    pages: list[tuple[str, int, int]] = field(default_factory=list)  # label, piece, code points into it
    remarks: list[Remark] = field(default_factory=list)

    def add(self, piece: Piece, reason: str = "") -> None:
        """Put a piece at the end."""
        self.pieces.append(piece)
        self.reasons.append(reason)


def known_from_properties(title: str, author: str, created: str) -> Known:
    """Read a document's properties, as far as they are more than what its program fills in."""
    known = Known(title=_plausible_title(title))
    authors, _others = authors_in(" ".join(author.split())[:200], bodies=True, stated=True)
    known.authors = authors
    known.published = _plausible_date(created)
    known.published_from = "document" if known.published else ""
    return known


def _plausible_title(title: str) -> str:
    title = _PRINTED.sub("", " ".join(title.split()))
    strange = sum("\x7f" <= c <= "\xff" or c == "\ufffd" for c in title)  # bytes of another encoding
    if len(title) < 2 or len(title) > 300 or strange * 3 > len(title) or _IDLE_TITLE.fullmatch(title):
        return ""
    return title


def _plausible_date(text: str) -> str:
    found = re.match(r"(?:D:)?((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])", text)
    date = date_in("-".join(found.groups()))[0] if found else ""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return date if date[:4] >= "1985" and date <= f"{today[:4]}-12-31" else ""


def compose(script: Script, known: Known, name: str, tick: Tick, *, as_is: bool, signed: bool = True) -> Draft:
    """Make the Draft of a document; `signed` looks for a byline below its title. Bytes and file name are the caller's to add."""
    if not any(re.search(r"\w", piece.text) for piece, why in zip(script.pieces, script.reasons, strict=True) if not why):
        raise CannotImport(name, NO_WORDS)
    at = _title_at(script) if signed else -1
    lines = _front_lines(script, at) if signed else []
    title, column = _title(script, at, known, name)
    kept = [n for n, reason in enumerate(script.reasons) if as_is or not reason]
    text, layout = _joined(script, kept, tick)
    dates = sorted((line for line in lines if line.date), key=lambda line: line.revised)
    own, origin = (dates[0].date, BYLINE) if dates else (_date_shown(script, at), SHOWN)
    remarks = script.remarks
    if signed and not own and known.published_from == "document":
        remarks = [*remarks, Remark(FROM_PROPERTIES, {"date": known.published})]
    return Draft(
        title=title,
        text=text,
        layout=layout,
        authors=merged([a for line in lines for a in line.authors], known.authors),
        publisher=known.publisher or clean_publisher(next((line.account for line in lines if line.account), "")),
        source=known.source or next((line.source for line in lines if line.source), ""),
        column=column,
        genre=genre_of(column),
        url=known.url or next((line.url for line in lines if line.url), ""),
        published=own or known.published,
        published_from=origin if own else known.published_from,
        language=known.language if known.language[:2] not in ("", "zh", "en") else language_of(text),
        removed=() if as_is else _removed(script),
        remarks=tuple(remarks),
    )


def _title_at(script: Script) -> int:
    """Give where the title stands: the first heading of the first level among the opening pieces, or -1."""
    opening = [n for n, reason in enumerate(script.reasons[:60]) if not reason][:30]
    heads = [n for n in opening if script.pieces[n].kind == "heading" and script.pieces[n].text.strip()]
    return min(heads, key=lambda n: (script.pieces[n].level, n), default=-1)


def _title(script: Script, at: int, known: Known, name: str) -> tuple[str, str]:
    """Give title and column: the stated title where the document shows it, else the shown one, else the stated one."""
    shown = " ".join(script.pieces[at].text.split()) if at >= 0 else ""
    opening = "".join(same(piece.text) for piece in script.pieces[:30])
    stated = known.title if known.title and (not shown or same(known.title) in opening) else ""
    first = next((p.text.strip() for p, why in zip(script.pieces, script.reasons, strict=True) if not why and p.text.strip()), "")
    lead = " ".join(first.split()) if len(first) <= 60 and not first.endswith(("。", "；", "，", ".", ":", "：")) else ""
    column, title = split_column(stated or shown or known.title or lead or PurePath(name).stem or first[:40])
    return title, column


def _front_lines(script: Script, title: int) -> list[Byline]:
    """Take the lines below the title that say who wrote the article, where it comes from and when."""
    found: list[Byline] = []
    for n in range(title + 1, min(len(script.pieces), title + 1 + _FRONT)):
        piece = script.pieces[n]
        if script.reasons[n]:
            continue
        if len(piece.text) > 140 or piece.kind not in ("paragraph", "heading"):
            break
        line = read_byline(piece.text)
        if line is not None and line.reason:
            script.reasons[n] = line.reason
            found.append(line)
        elif piece.kind != "heading" and (len(piece.text) > 60 or _SAID.search(piece.text)):
            break  # the text has begun
    return found


def _date_shown(script: Script, title: int) -> str:
    """Give the date that stands alone or in brackets near the title or under the signature at the end; the text stays."""
    pairs = list(zip(script.pieces, script.reasons, strict=True))
    opening = [piece.text.strip() for piece, why in pairs[max(0, title) : max(0, title) + 40] if not why and piece.text.strip()]
    for text in opening[:_FRONT]:
        if date := _only_date(text, _PASSED) or _only_date(text, _ALONE):
            return date
        if len(text) > 140:
            break
    closing = [piece.text.strip() for piece, why in pairs[-40:] if not why and piece.text.strip()][-_CLOSING:]
    signed = (
        date for one, text in pairwise(closing) if len(one) <= 40 and not _SAID.search(one) and (date := _only_date(text, _ALONE))
    )
    return next(signed, "")


def _only_date(text: str, pattern: re.Pattern[str]) -> str:
    found = pattern.fullmatch(text)
    return (date_in(found["date"])[0] or _month(found["date"])) if found else ""


def _month(text: str) -> str:
    """Give a month as ISO 8601: May 2021, 2021年5月 → 2021-05; "" for anything else."""
    if found := re.fullmatch(r"((?:19|20)\d\d)\s*年\s*(1[0-2]|0?[1-9])\s*月", text):
        return f"{found[1]}-{int(found[2]):02}"
    if found := re.fullmatch(r"([A-Za-z]{3})[a-z]*\.?,?\s+((?:19|20)\d\d)", text):
        name = found[1].lower()
        return f"{found[2]}-{_MONTHS.index(name) + 1:02}" if name in _MONTHS else ""
    return ""


def _joined(script: Script, kept: list[int], tick: Tick) -> tuple[str, Layout]:
    blocks: list[Block] = []
    inlines: list[Inline] = []
    starts: dict[int, int] = {}
    at = 0
    pieces = [script.pieces[n] for n in kept]
    for n, piece in zip(kept, watched(pieces, tick), strict=True):
        starts[n] = at
        blocks.append(Block(piece.kind, at, at + len(piece.text), piece.level, piece.marker))
        inlines += [Inline(i.kind, i.start + at, i.end + at, i.href) for i in piece.inlines]
        at += len(piece.text) + 1
    pages = _pages(script, starts, at - 1)
    return "\n".join(piece.text for piece in pieces), Layout(tuple(blocks), tuple(inlines), pages)


def _pages(script: Script, starts: dict[int, int], length: int) -> tuple[tuple[str, int], ...]:
    """Give where pages begin in the text; a page of which nothing was kept is not there."""
    following = [length] * (len(script.pieces) + 1)
    for n in range(len(script.pieces) - 1, -1, -1):
        following[n] = starts.get(n, following[n + 1])
    found: list[tuple[str, int]] = []
    for label, piece, offset in script.pages:
        start = starts[piece] + offset if piece in starts else following[piece]
        while found and found[-1][1] >= start:
            found.pop()
        if start < length and (not found or found[-1][0] != label):
            found.append((label, start))
    return tuple(found)


def _removed(script: Script) -> tuple[Removed, ...]:
    found, at = [], 0
    for piece, reason in zip(script.pieces, script.reasons, strict=True):
        if reason:
            found.append(Removed(at, at + len(piece.text), reason, piece.text))
        at += len(piece.text) + 1
    return tuple(found)
