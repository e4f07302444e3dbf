"""An EPUB to a Draft: its chapters in the order of its spine, with the data of its package file."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from db.errors import CannotImport
from db.importers.assembling import Known
from db.importers.composing import Script, compose
from db.importers.decoding import clean, decode
from db.importers.metadata import date_in
from db.importers.packed import DAMAGED, Archive, local, parsed, value_of
from db.importers.pieces import Pace
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
_FONT = re.compile(r"\.(?:otf|ttf|woff2?|ttc)$", re.IGNORECASE)


def epub_draft(data: bytes, name: str, *, as_is: bool, pace: Pace) -> Draft:
    """Make the Draft of a book. CannotImport if it is protected, damaged or without chapters."""
    archive = Archive(data, name)
    place = _package_place(archive)
    package = parsed(archive.part(place), name)
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
        for element in parsed(container, archive.name).iter():
            if local(element) == "rootfile" and (place := value_of(element, "full-path")) in archive:
                return place
    place = next((member.filename for member in archive.members if member.filename.lower().endswith(".opf")), "")
    if not place:
        raise CannotImport(archive.name, DAMAGED, detail="content.opf")
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
    spine = [element for element in package.iter() if local(element) == "itemref" and value_of(element, "linear") != "no"]
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
        references = (element for element in parsed(encryption, archive.name).iter() if local(element) == "CipherReference")
        if any(not _FONT.search(value_of(reference, "URI")) for reference in references):
            raise CannotImport(archive.name, PROTECTED)


def _read_chapter(script: Script, content: bytes, name: str, pace: Pace) -> None:
    text, _replaced = decode(content, name)
    page = walk(_CLOSED.sub(r"<\1\2></\1>", clean(text)), pace.between(0, 0, 1))
    for piece in page.pieces:
        script.add(piece)


def _known(package: _Element) -> Known:
    """Read title, authors, publisher, date, language and address from the package file."""
    said: dict[str, list[_Element]] = {}
    for element in package.iter():
        if (element.text or "").strip():
            said.setdefault(local(element), []).append(element)

    def texts(name: str) -> list[str]:
        return [" ".join((element.text or "").split()) for element in said.get(name, ())]

    known = Known(title=next(iter(texts("title")), ""), publisher=next(iter(texts("publisher")), ""))
    known.authors = [
        Author(" ".join((element.text or "").split()))
        for element in said.get("creator", ())
        if value_of(element, "role") in ("", "aut") and not re.fullmatch(r"(?i)unknown|未知|佚名", (element.text or "").strip())
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
