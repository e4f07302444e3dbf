"""An EPUB to a Draft: its chapters in the order of its spine, with the data of its package file."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from db.errors import CannotImport
from db.importers.assembling import Known
from db.importers.composing import Script, compose
from db.importers.decoding import clean, decode
from db.importers.kinds import DAMAGED_EPUB
from db.importers.metadata import date_in
from db.importers.packed import Archive, local, parsed, value_of
from db.importers.pieces import Pace, Piece
from db.importers.walking import walk
from db.records import Author, Draft, Remark

if TYPE_CHECKING:
    from lxml.etree import _Element

PROTECTED = "This book is protected against copying, so it cannot be read. Import a copy without protection, if you have one."
NO_SPINE = "This book does not say in which order its chapters stand. Convert it with another program and import that."
MISSING_PART = "{count} chapters that the book names are not in it."

_XHTML = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
# An element closed in its own tag, which HTML would leave open: <title/>, <a id="p3"/>.
_CLOSED = re.compile(
    r"<(?!(?:br|hr|img|meta|link|input|col|wbr|base|area|embed|source|track)\b)([A-Za-z][\w:-]*)((?:\s[^<>]*?)?)/>"
)
# Where a page of the printed book begins: <span epub:type="pagebreak" title="12"/>; and the call of a note.
_BREAK = re.compile(
    r"<(?P<tag>[A-Za-z]\w*)(?P<attributes>\s[^<>]*?(?:epub:type|role)\s*=\s*[\"'](?:[^\"'<>]*\s)?(?:doc-)?pagebreak\b[^<>]*)>"
    r"(?P<inside>[^<>]{0,40})</(?P=tag)\s*>",
    re.IGNORECASE,
)
_LABELS = (re.compile(r"\btitle\s*=\s*[\"']([^\"'<>]+)"), re.compile(r"\baria-label\s*=\s*[\"']([^\"'<>]+)"))
_CALL = re.compile(
    r"(?P<opening><a\b[^<>]*(?:epub:type|role)\s*=\s*[\"'](?:[^\"'<>]*\s)?(?:doc-)?noteref\b[^<>]*>)"
    r"(?P<words>(?:[^<>]|</?(?:sup|sub|span|b|i|em|strong|small)\b[^<>]*>){1,200}?)</a\s*>",
    re.IGNORECASE,
)
_PAGE_WORD = re.compile(r"^(?:page|p\.?|第)\s*(?=\S)|\s*页$|\.$", re.IGNORECASE)
_OPEN, _SHUT = "\ufdd0", "\ufdd1"
_SIGNS = re.compile(f"[{_OPEN}{_SHUT}]")
_SIGN = re.compile(f"{_OPEN}([^{_OPEN}{_SHUT}]*){_SHUT}")
_COVER = re.compile(r"(?:front |book )?cover(?: image| page)?|封面|封底|cover\.\w+", re.IGNORECASE)
_NOBODY = re.compile(r"unknown|未知|佚名", re.IGNORECASE)
_FONT = re.compile(r"\.(?:otf|ttf|woff2?|ttc)$", re.IGNORECASE)


def epub_draft(data: bytes, name: str, *, as_is: bool, pace: Pace) -> Draft:
    """Make the Draft of a book. CannotImport if it is protected, damaged or without chapters."""
    archive = Archive(data, name, DAMAGED_EPUB)
    place = _package_place(archive)
    package = parsed(archive.part(place), name, DAMAGED_EPUB)
    chapters = _chapters(package, place)
    _refuse_protected(archive, chapters)
    script, missing = Script(), 0
    tick = pace.between(0, 900, len(chapters))
    for number, chapter in enumerate(chapters):
        tick(number)
        content = archive.part(chapter)
        if not content.strip():
            missing += 1
            continue
        _read_chapter(script, content, name, pace)
    if missing:
        script.remarks.append(Remark(MISSING_PART, {"count": str(missing)}))
    known = _known(package)
    draft = compose(script, known, name, pace.between(900, 1000, len(script.pieces)), as_is=as_is, signed=False)
    return replace(draft, media_type="application/epub+zip", title=known.title or draft.title)


def _package_place(archive: Archive) -> str:
    if container := archive.part("META-INF/container.xml"):
        for element in parsed(container, archive.name, DAMAGED_EPUB).iter():
            if local(element) == "rootfile" and (place := value_of(element, "full-path")) in archive:
                return place
    place = next((member.filename for member in archive.members if member.filename.lower().endswith(".opf")), "")
    if not place:
        raise CannotImport(archive.name, DAMAGED_EPUB)
    return place


def _chapters(package: _Element, place: str) -> list[str]:
    """Give the paths of the chapters in reading order, without the table of contents."""
    folder = posixpath.dirname(place)
    paths: dict[str, str] = {}
    for item in (element for element in package.iter() if local(element) == "item"):
        skipped = "nav" in value_of(item, "properties").split() or value_of(item, "media-type") not in _XHTML
        href = unquote(urlsplit(value_of(item, "href")).path)
        if href and not skipped:
            paths[value_of(item, "id")] = posixpath.normpath(posixpath.join(folder, href))
    whole = [element for element in package.iter() if local(element) == "itemref"]
    spine = sorted(whole, key=lambda element: value_of(element, "linear") == "no")  # notes, which are read from elsewhere, last
    guides = (element for element in package.iter() if local(element) == "reference" and value_of(element, "type") == "toc")
    contents = {posixpath.normpath(posixpath.join(folder, unquote(urlsplit(value_of(e, "href")).path))) for e in guides}
    named = [paths[value_of(item, "idref")] for item in spine if value_of(item, "idref") in paths]
    return [path for path in dict.fromkeys(named) if path not in contents or len(named) == 1]


def _refuse_protected(archive: Archive, chapters: list[str]) -> None:
    """Refuse a book whose chapters are encrypted; fonts made unusable elsewhere do not matter."""
    if not chapters:
        raise CannotImport(archive.name, NO_SPINE)
    if "META-INF/rights.xml" in archive or "META-INF/sinf.xml" in archive or "META-INF/license.lcpl" in archive:
        raise CannotImport(archive.name, PROTECTED)
    if encryption := archive.part("META-INF/encryption.xml"):
        references = (
            element for element in parsed(encryption, archive.name, DAMAGED_EPUB).iter() if local(element) == "CipherReference"
        )
        if any(not _FONT.search(value_of(reference, "URI")) for reference in references):
            raise CannotImport(archive.name, PROTECTED)


def _read_chapter(script: Script, content: bytes, name: str, pace: Pace) -> None:
    text, _replaced = decode(content, name)
    html = _CLOSED.sub(r"<\1\2></\1>", _SIGNS.sub("", clean(text)))
    html = _CALL.sub(_bracketed, _BREAK.sub(_page_sign, html))
    page = walk(html, pace.between(0, 0, 1))
    waiting: list[str] = []
    for piece in page.pieces:
        if piece.kind == "figure" and _COVER.fullmatch(piece.text.strip()):
            continue
        labels = _take_labels(piece)
        if not piece.text.strip() and labels:
            waiting += [label for label, _ in labels]
            continue
        places = [*((label, 0) for label in waiting), *labels]
        script.pages += [(label, len(script.pieces), offset) for label, offset in places]
        waiting = []
        script.add(piece)


def _page_sign(found: re.Match[str]) -> str:
    """Put the page's label between signs where a page of the printed book begins, for the walk to carry along."""
    label = next((value for pattern in _LABELS if (value := _attribute(pattern, found["attributes"]))), "")
    words = unescape(label or re.sub(r"<[^>]*>", "", found["inside"])).strip()
    label = _PAGE_WORD.sub("", words).strip()
    return f"{_OPEN}{label}{_SHUT}" if 0 < len(label) <= 20 else ""


def _attribute(pattern: re.Pattern[str], attributes: str) -> str:
    found = pattern.search(attributes)
    return found[1] if found else ""


def _bracketed(found: re.Match[str]) -> str:
    """Put the sign that calls a note into square brackets."""
    words = re.sub(r"<[^>]*>", "", found["words"]).strip()
    return f"{found['opening']}[{words.strip('[]()（）〔〕')}]</a>" if 0 < len(words) <= 8 else found[0]


def _take_labels(piece: Piece) -> list[tuple[str, int]]:
    """Take the labels of pages out of a piece; where in it each page begins comes back, in code points."""
    found: list[tuple[str, int]] = []
    while match := _SIGN.search(piece.text):
        start, gone = match.start(), match.end() - match.start()
        if piece.text[start - 1 : start] in ("", " ") and piece.text[match.end() : match.end() + 1] == " ":
            gone += 1
        piece.text = piece.text[:start] + piece.text[start + gone :]
        moved = (replace(i, start=_less(i.start, start, gone), end=_less(i.end, start, gone)) for i in piece.inlines)
        piece.inlines = tuple(i for i in moved if i.start < i.end)
        found.append((match[1], start))
    return found


def _less(place: int, start: int, gone: int) -> int:
    return place if place <= start else max(start, place - gone)


def _known(package: _Element) -> Known:
    """Read title, authors, publisher, date, language and address from the package file."""
    said: dict[str, list[_Element]] = {}
    for element in package.iter():
        if (element.text or "").strip():
            said.setdefault(local(element), []).append(element)

    def texts(name: str) -> list[str]:
        return [" ".join((element.text or "").split()) for element in said.get(name, ())]

    roles = {
        value_of(element, "refines").removeprefix("#"): (element.text or "").strip().lower()
        for element in said.get("meta", ())
        if value_of(element, "property") == "role"
    }
    known = Known(title=next(iter(texts("title")), ""), publisher=next(iter(texts("publisher")), ""))
    known.authors = [
        Author(" ".join((element.text or "").split()))
        for element in said.get("creator", ())
        if (value_of(element, "role") or roles.get(value_of(element, "id"), "aut")) == "aut"
        and not _NOBODY.fullmatch((element.text or "").strip())
    ]
    dates = sorted(said.get("date", ()), key=lambda element: value_of(element, "event") not in ("publication", ""))
    known.published = next((_day((element.text or "").strip()) for element in dates), "")
    known.published_from = "document" if known.published else ""
    known.language = next(iter(texts("language")), "")
    known.url = next((text for text in (*texts("source"), *texts("identifier")) if text.startswith(("http://", "https://"))), "")
    return known


def _day(text: str) -> str:
    """Give a date as far as the book states it: a day, a month or a year."""
    found = re.match(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?", text)
    return date_in(text)[0][:10] or (found[0] if found else "")
