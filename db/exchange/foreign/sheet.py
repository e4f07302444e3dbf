"""Tables of passages in workbooks (XLSX): the rows of the first sheet that has such a table; formulas count as what they gave.

An XLSX file is an archive of XML (ECMA-376). It is read within the limits of any archive here; nothing in it is run or fetched.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath

from lxml import etree

from db.errors import CannotRead
from db.exchange.archive import Archive
from db.exchange.foreign.columns import header_of

SUFFIX = ".xlsx"
_MOST_CELLS = 20_000_000
_MOST_SHEETS = 50
_MOST_COLUMNS = 1_000
_CELL = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

NO_BOOK = "This is no workbook that can be read. Save it as .xlsx or CSV in the program that made it."
NO_TABLE = "No sheet has columns of passages: one line must name article, and start and end or exact. Add it."
_TOO_LARGE = "It is larger than can be read safely. Save the sheet that is meant as CSV."
Rows = list[tuple[int, list[str]]]


def rows_of(path: Path) -> Rows:
    """Give the rows that are not empty with their numbers, from 1; raises CannotRead."""
    with Archive(path) as archive:
        try:
            strings = list(_strings(path, archive))
            for name in _sheets(path, archive)[:_MOST_SHEETS]:
                rows = list(_rows(path, archive.read(name), strings))
                if header_of(cells for _number, cells in rows)[1]:
                    return rows
        except (etree.XMLSyntaxError, ValueError, KeyError) as error:
            raise CannotRead(path, NO_BOOK) from error
    raise CannotRead(path, NO_TABLE)


def _elements(path: Path, data: bytes, *names: str) -> Iterator[etree._Element]:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        raise CannotRead(path, NO_BOOK)
    tags = tuple(f"{{*}}{name}" for name in names)
    found = etree.iterparse(
        io.BytesIO(data), events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    for _event, element in found:
        yield element
        element.clear()
        while element.getprevious() is not None and element.getparent() is not None:
            del element.getparent()[0]


def _sheets(path: Path, archive: Archive) -> list[str]:
    """Give the members that are sheets, in the order of the book."""
    folder = next((name.rpartition("/")[0] for name in archive.names if name.endswith("workbook.xml")), None)
    if folder is None:
        raise CannotRead(path, NO_BOOK)
    book = f"{folder}/workbook.xml" if folder else "workbook.xml"
    links = f"{folder}/_rels/workbook.xml.rels" if folder else "_rels/workbook.xml.rels"
    targets = {str(one.get("Id")): str(one.get("Target")) for one in _elements(path, archive.read(links), "Relationship")}
    sheets = _elements(path, archive.read(book), "sheet")
    # The strict form of the format names the link by another address.
    ids = [next((str(value) for name, value in one.items() if str(name).endswith("}id")), "") for one in sheets]
    places = (targets[each] for each in ids if each in targets)
    named = (place.removeprefix("/") if place.startswith("/") else normpath(f"{folder}/{place}") for place in places)
    return [name for name in named if name in archive.names]


def _strings(path: Path, archive: Archive) -> Iterator[str]:
    """Yield the words that cells share."""
    name = next((each for each in archive.names if each.endswith("sharedStrings.xml")), None)
    for element in _elements(path, archive.read(name), "si") if name else ():
        yield _words(element)


def _words(element: etree._Element) -> str:
    """Give the words of a cell, of all its runs, without how they are to be read aloud."""
    parts = [part.text or "" for part in element.iter("{*}t") if not _is_phonetic(part)]
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), "".join(parts))


def _is_phonetic(part: etree._Element) -> bool:
    above = part.getparent()
    return above is not None and str(above.tag).endswith("}rPh")


def _rows(path: Path, data: bytes, strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    count = number = 0
    for element in _elements(path, data, "row"):
        number = int(element.get("r") or number + 1)
        cells: list[str] = []
        for cell in element.iter("{*}c"):
            place = _CELL.fullmatch(cell.get("r") or "")
            at = _index(place[1]) if place else len(cells)
            if at < _MOST_COLUMNS:
                cells += [""] * (at - len(cells) + 1)
                cells[at] = _value(cell, strings)
        count += len(cells)
        if count > _MOST_CELLS:
            raise CannotRead(path, _TOO_LARGE)
        if any(map(str.strip, cells)):
            yield number, cells


def _index(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def _value(cell: etree._Element, strings: list[str]) -> str:
    kind, value = cell.get("t") or "n", cell.findtext("{*}v") or ""
    if kind == "s":
        at = int(value or -1)
        return strings[at] if 0 <= at < len(strings) else ""
    if kind == "inlineStr":
        return _words(cell)
    return "" if kind == "e" else value
