"""A PDF with a text layer to a Draft. PDFium reads the bytes; nothing in the file is run, opened or fetched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from db.errors import CannotImport
from db.importers.composing import compose, known_from_properties
from db.importers.decoding import REPLACED
from db.importers.kinds import DAMAGED_PDF
from db.importers.pdf_lines import Sheet, read_sheet
from db.importers.pdf_text import script_of
from db.importers.pieces import Pace
from db.records import Draft, Remark

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

LOCKED = "This PDF is locked with a password. Open it in a PDF reader, save it without the password, then import that."
SCAN = (
    "This PDF is a scan without text. Install Tesseract with its Chinese and English data, so that the text is recognised on "
    "import; or recognise it with another program, then import it again."
)
LONG_SCAN = (
    "This PDF is a scan of {pages} pages, more than are recognised here ({limit}). Import it by itself (up to {most} pages), "
    "or recognise its text with another program."
)
UNRECOGNISED = "This PDF is a scan in which Tesseract found no text. Find a better copy, or recognise it with another program."
RECOGNISED = (
    "The text of {count} of {pages} pages was recognised from their pictures by Tesseract ({languages}; {sure} % sure). "
    "It holds mistakes: compare it with the original before you quote it."
)
UNREADABLE = (
    "The fonts of this PDF do not say which characters they show. Recognise its text with another program, or find another copy."
)
NO_PAGES = "This PDF has no pages. Fetch it again."
SOME_SCANNED = "{count} of {pages} pages have no text; they may be scans: {labels}."
_FEW = 4  # characters, fewer than which are no text layer
_PASSWORD = 4  # PDFium's number for it
_SHARED = threading.Lock()  # PDFium works for one thread at a time


def pdf_draft(data: bytes, name: str, *, as_is: bool, pace: Pace) -> Draft:
    """Make the Draft of a PDF; `as_is` keeps running heads and page numbers. CannotImport if it is locked, a scan or damaged."""
    with _SHARED, _opened(data, name) as document:
        count = len(document)
        tick = pace.between(0, 300, count)
        labels, sheets = [], []
        for number in range(count):
            tick(number)
            sheets.append(_sheet(document, number))
            labels.append(_said(document.get_page_label, number) or str(number + 1))
        title, author, created = (_said(document.get_metadata_value, key) for key in ("Title", "Author", "CreationDate"))
    recognised = _recognised(data, name, sheets, pace)
    _refuse_textless(sheets, name, asked=recognised is not None)
    script = script_of(sheets, labels)
    script.remarks += [*([recognised] if recognised and recognised.facts["count"] != "0" else []), *_remarks(sheets, labels)]
    known = known_from_properties(title, author, created)
    pace.at(900)
    draft = compose(script, known, name, pace.between(900, 1000, len(script.pieces)), as_is=as_is)
    return replace(draft, media_type="application/pdf")


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[PdfDocument]:
    import pypdfium2  # only for a PDF: it loads a library of 8 MB

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "assword" in str(error):
            raise CannotImport(name, LOCKED) from None
        raise CannotImport(name, DAMAGED_PDF) from None
    try:
        if not len(document):
            raise CannotImport(name, NO_PAGES)
        yield document
    except pypdfium2.PdfiumError:
        raise CannotImport(name, DAMAGED_PDF) from None
    finally:
        document.close()


def _said(read: Callable[[Any], str], of: int | str) -> str:
    """Give a label or property; "" where its bytes are no text."""
    try:
        return read(of).strip()
    except UnicodeDecodeError:
        return ""


def _sheet(document: Any, number: int) -> Sheet:
    """Read one page; one that cannot be loaded counts as empty."""
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return Sheet()
    try:
        text_page = page.get_textpage()
        try:
            sheet = read_sheet(page, text_page)
        finally:
            text_page.close()
    finally:
        page.close()
    for line in sheet.lines:
        line.page = number
    return sheet


def _recognised(data: bytes, name: str, sheets: list[Sheet], pace: Pace) -> Remark | None:
    """Put what Tesseract reads on pages without text in their place, and give what is to be said of it; None without Tesseract.

    The document is opened again for every page, so that other threads read theirs while Tesseract works.
    """
    empty = [number for number, sheet in enumerate(sheets) if sheet.characters < _FEW]
    if not empty:
        return None
    from db.importers.pdf_recognised import MOST_PAGES, evened, most_pages, picture_of, recognise, recogniser

    by = recogniser()
    if by is None:
        return None
    if len(empty) > most_pages():
        if len(empty) == len(sheets):
            raise CannotImport(name, LONG_SCAN, pages=len(empty), limit=most_pages(), most=MOST_PAGES)
        return None
    tick = pace.between(300, 800, len(empty))
    found, sure = [], []
    for done, number in enumerate(empty):
        with _SHARED, _opened(data, name) as document:
            picture = picture_of(document[number])
        read = recognise(by, picture, number, partial(tick, done))
        if read.sheet.lines:
            sheets[number] = read.sheet
            found.append(read.sheet)
            sure += read.sure
    evened(found)
    average = str(round(sum(sure) / max(1, len(sure))))
    facts = {"count": str(len(found)), "pages": str(len(sheets)), "languages": by.languages, "sure": average}
    return Remark(RECOGNISED, facts)


def _refuse_textless(sheets: list[Sheet], name: str, *, asked: bool) -> None:
    characters = sum(sheet.characters for sheet in sheets)
    if characters < _FEW * len(sheets) and characters < 200:
        raise CannotImport(name, UNRECOGNISED if asked else SCAN)
    if sum(sheet.unread for sheet in sheets) * 4 > characters:
        raise CannotImport(name, UNREADABLE)


def _remarks(sheets: list[Sheet], labels: list[str]) -> list[Remark]:
    unread = sum(sheet.unread for sheet in sheets)
    empty = [label for sheet, label in zip(sheets, labels, strict=True) if not sheet.characters]
    found = [Remark(REPLACED, {"count": str(unread)})] if unread else []
    if empty:
        named = ", ".join(empty[:12]) + (" …" if len(empty) > 12 else "")
        found.append(Remark(SOME_SCANNED, {"count": str(len(empty)), "pages": str(len(sheets)), "labels": named}))
    return found
