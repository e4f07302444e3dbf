"""A PDF with a text layer to a Draft. PDFium reads the bytes; nothing in the file is run, opened or fetched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from db.errors import CannotImport
from db.importers.composing import compose, known_from_properties
from db.importers.decoding import REPLACED
from db.importers.packed import DAMAGED
from db.importers.pdf_lines import Sheet, read_sheet
from db.importers.pdf_text import script_of
from db.importers.pieces import Pace
from db.records import Draft, Remark

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

LOCKED = "This PDF is locked with a password. Open it in a PDF reader, save it without the password, then import that."
SCAN = "This PDF is a scan without text. Recognise its text with another program, then import it again."
UNREADABLE = (
    "The fonts of this PDF do not say which characters they show. Recognise its text with another program, or find another copy."
)
NO_PAGES = "This PDF has no pages. Fetch it again."
SOME_SCANNED = "{count} of {pages} pages have no text; they may be scans: {labels}."
_PASSWORD = 4  # PDFium's number for it
_SHARED = threading.Lock()  # PDFium works for one thread at a time


def pdf_draft(data: bytes, name: str, *, as_is: bool, pace: Pace) -> Draft:
    """Make the Draft of a PDF; `as_is` keeps running heads and page numbers. CannotImport if it is locked, a scan or damaged."""
    with _SHARED, _opened(data, name) as document:
        count = len(document)
        tick = pace.between(0, 800, count)
        labels, sheets = [], []
        for number in range(count):
            tick(number)
            sheets.append(_sheet(document, number))
            labels.append(document.get_page_label(number).strip() or str(number + 1))
        properties = document.get_metadata_dict()
    _refuse_textless(sheets, name)
    script = script_of(sheets, labels)
    script.remarks += _remarks(sheets, labels)
    known = known_from_properties(properties["Title"], properties["Author"], properties["CreationDate"])
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
        raise CannotImport(name, DAMAGED, detail=_told(error)) from None
    try:
        if not len(document):
            raise CannotImport(name, NO_PAGES)
        yield document
    except pypdfium2.PdfiumError as error:
        raise CannotImport(name, DAMAGED, detail=_told(error)) from None
    finally:
        document.close()


def _told(error: Exception) -> str:
    return str(error).partition(": ")[2].strip("(). ") or str(error).strip("(). ")


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


def _refuse_textless(sheets: list[Sheet], name: str) -> None:
    characters = sum(sheet.characters for sheet in sheets)
    if characters < 4 * len(sheets) and characters < 200:
        raise CannotImport(name, SCAN)
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
