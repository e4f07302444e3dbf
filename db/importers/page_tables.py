"""Tables of a page: rows of data become one piece each, tables that only lay the page out are left alone."""

from __future__ import annotations

from db.importers.pieces import Page, Piece
from db.records import Inline


class PageTable:
    """A table under way: rows of cells, each a span of pieces; what turns out to be page layout stays as it is."""

    def __init__(self, first: int, containers: int, *, nested: bool) -> None:
        """Begin at piece `first` and container `containers` of the page; `nested` is a table in a table."""
        self._first = first
        self._containers = containers
        self._nested = nested
        self._rows: list[list[list[int]]] = []
        self.in_cell = False
        self.holds_table = False

    def open(self, tag: str, at: int) -> None:
        """A row or a cell begins at piece `at`."""
        if tag == "tr" or not self._rows:
            self._rows.append([])
        if tag != "tr":
            self._rows[-1].append([at, at])
            self.in_cell = True

    def close(self, at: int) -> None:
        """The cell ends before piece `at`."""
        if self._rows and self._rows[-1]:
            self._rows[-1][-1][1] = at
        self.in_cell = False

    def settle(self, page: Page) -> None:
        """Put one row piece for each row of a table of data; leave a table that only lays out the page."""
        pieces = page.pieces[self._first :]
        if self._nested or self.holds_table or len(self._rows) < 2 or max(map(len, self._rows)) < 2:
            return
        if any(p.kind in ("heading", "code") or len(p.text) > 1500 for p in pieces):
            return
        body = min(cell[0] for row in self._rows for cell in row)  # a caption may stand before it
        if sum(end - start for row in self._rows for start, end in row) != len(page.pieces) - body:
            return
        rows = [self._row(page, row) for row in self._rows]
        page.pieces[body:] = [r for r in rows if r.text.strip()]
        del page.containers[self._containers :]

    @staticmethod
    def _row(page: Page, cells: list[list[int]]) -> Piece:
        text, inlines, linked, links = "", [], 0, 0
        for number, (first, last) in enumerate(cells):
            text += "\t" if number else ""
            for order, piece in enumerate(page.pieces[first:last]):
                text += " " if order else ""
                inlines += [Inline(i.kind, i.start + len(text), i.end + len(text), i.href) for i in piece.inlines]
                text += piece.text
                linked, links = linked + piece.linked, links + piece.links
        return Piece("row", text, tuple(inlines), linked=linked, links=links)
