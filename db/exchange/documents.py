"""Word documents in Word's own styles, with real tables; Chinese in Chinese fonts; the same content gives the same bytes.

python-docx makes styles and settings; the text itself is written here, since a long one would take it minutes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.sax.saxutils import escape

from db.exchange.archive import write_zip
from db.exchange.report import FidelityReport
from db.exchange.tables import LONG_AGO, Cell, Cleaner, Column
from db.records import Progress, no_progress

if TYPE_CHECKING:
    from docx.document import Document

Style = Literal[
    "Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Quote", "Intense Quote", "Caption", "List Bullet",
]  # fmt: skip
_EVERY = 256
_MAIN = "word/document.xml"
# Fonts that Windows, macOS with Office and WPS have: Song for text, Hei for headings, Kai for quotations.
_TEXT_FONT, _HEADING_FONT, _QUOTE_FONT = "SimSun", "SimHei", "KaiTi"
# A4, its margins and the indent of a quotation, in twentieths of a point.
_PAGE, _MARGIN, _QUOTE_INDENT = (11906, 16838), 1440, 480
_WIDTH = _PAGE[0] - 2 * _MARGIN


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look; line feeds are line breaks; `pandoc` is what Markdown has in place of a citation's words."""

    text: str
    bold: bool = False
    italic: bool = False
    pandoc: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph in one of Word's styles; `language` is that of its words, where it is known."""

    runs: tuple[Run, ...]
    style: Style = "Normal"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row that is repeated on every page; its rows are read once, its caption stands above it."""

    columns: tuple[Column, ...]
    rows: Iterable[Iterable[Cell]]
    caption: str = ""


Block = Paragraph | Table


def plain(text: str, style: Style = "Normal") -> Paragraph:
    """Make a paragraph of one run."""
    return Paragraph((Run(text),), style)


def labelled(label: str, text: str, style: Style = "Normal") -> Paragraph:
    """Make a paragraph that begins with a bold label."""
    return Paragraph((Run(label, bold=True), Run(text)), style)


def write_docx(
    path: Path,
    blocks: Iterable[Block],
    *,
    title: str = "",
    language: str = "en",
    created: datetime | None = None,
    report: FidelityReport | None = None,
    progress: Progress = no_progress,
) -> FidelityReport:
    """Write a Word document; the report says what was changed, not what was carried.

    `progress` counts blocks. Raises FolderMissing, NotWritten, and what `progress` raises to stop, which leaves the old file.
    """
    report = FidelityReport() if report is None else report
    writer = _Writer(language)
    skeleton = _skeleton(writer.cleaner.clean(title), language, created or LONG_AGO)
    writer.ids = {style.name: style.style_id for style in skeleton.styles if style.name}
    write_zip(path, _members(skeleton, _watched(writer.blocks(blocks), progress)))
    writer.cleaner.tell(report, language)
    return report


def _watched(pieces: Iterable[str], progress: Progress) -> Iterator[str]:
    done = 0
    for done, piece in enumerate(pieces, 1):
        if done % _EVERY == 0:
            progress(done, 0)
        yield piece
    progress(done, done)


class _Writer:
    """Writes blocks as WordprocessingML."""

    def __init__(self, language: str) -> None:
        self.cleaner = Cleaner()
        self.ids: dict[str, str] = {}
        self._language = language

    def blocks(self, blocks: Iterable[Block]) -> Iterator[str]:
        for block in blocks:
            if isinstance(block, Paragraph):
                yield self.paragraph(block.runs, block.style)
            else:
                yield from self.table(block)

    def paragraph(self, runs: Iterable[Run], style: Style = "Normal", *, keep: bool = False, right: bool = False) -> str:
        look = "" if style == "Normal" else f'<w:pStyle w:val="{self.ids[style]}"/>'
        look += "<w:keepNext/>" if keep else ""
        look += '<w:jc w:val="right"/>' if right else ""
        return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{''.join(map(self.run, runs))}</w:p>"

    def run(self, run: Run) -> str:
        """Write words; control characters that XML cannot hold are replaced, tabs and line ends become what Word has."""
        look = ("<w:b/>" if run.bold else "") + ("<w:i/>" if run.italic else "")
        text = escape(self.cleaner.clean(run.text))
        for found, put in (("\r\n", "\n"), ("\r", "\n"), ("\t", "<w:tab/>"), ("\n", "<w:br/>")):
            if found in text:
                put = f'</w:t>{put}<w:t xml:space="preserve">' if put.startswith("<") else put
                text = text.replace(found, put)
        return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'

    def table(self, table: Table) -> Iterator[str]:
        total = sum(column.width for column in table.columns) or 1
        widths = [column.width * _WIDTH // total for column in table.columns]
        yield self.paragraph([Run(table.caption)], "Caption", keep=True) if table.caption else ""
        yield (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{self.ids["Table Grid"]}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            '<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
            + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
            + "</w:tblGrid>"
        )
        titles = [Run(column.title(self._language), bold=True) for column in table.columns]
        yield self._row(titles, table.columns, widths, "<w:cantSplit/><w:tblHeader/>")
        for row in table.rows:
            cells = [Run("" if cell is None else str(cell)) for cell in row]
            yield self._row(cells, table.columns, widths, "<w:cantSplit/>")
        # Word joins tables that nothing parts, and wants a paragraph after the last.
        yield "</w:tbl><w:p/>"

    def _row(self, cells: list[Run], columns: tuple[Column, ...], widths: list[int], look: str) -> str:
        written = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{self.paragraph([cell], right=column.right)}</w:tc>'
            for cell, column, width in zip(cells, columns, widths, strict=True)
        )
        return f"<w:tr><w:trPr>{look}</w:trPr>{written}</w:tr>"


def _skeleton(title: str, language: str, created: datetime) -> Document:
    """Make an empty document with Word's styles, Chinese fonts and no words about who wrote it with what."""
    from docx import Document as new
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.shared import Twips

    document = new()
    rels = document.part.package.rels
    for key in [key for key, rel in rels.items() if rel.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del rels[key]
    about = document.core_properties
    about.title, about.language = title, "zh-CN" if language.startswith("zh") else "en"
    about.author = about.last_modified_by = about.comments = about.keywords = about.subject = about.category = ""
    about.created = about.modified = created.replace(tzinfo=None)
    about.revision = 1
    section = document.sections[0]
    section.page_width, section.page_height = map(Twips, _PAGE)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Twips(_MARGIN)
    _set_fonts(document)
    return document


def _set_fonts(document: Document) -> None:
    """Name East Asian fonts, which the theme leaves open, and say that East Asian text is Chinese."""
    from docx.oxml.ns import qn
    from docx.shared import Twips

    styles: Any = document.styles.element
    for fonts in styles.iter(qn("w:rFonts")):
        theme = fonts.attrib.pop(qn("w:eastAsiaTheme"), "")
        fonts.set(qn("w:eastAsia"), _HEADING_FONT if theme.startswith("major") else _TEXT_FONT)
    for language in (*styles.iter(qn("w:lang")), *document.settings.element.iter(qn("w:themeFontLang"))):
        language.set(qn("w:eastAsia"), "zh-CN")
    for name in ("Quote", "Intense Quote", "Quote Char", "Intense Quote Char"):
        look: Any = document.styles[name].element.get_or_add_rPr()
        # Chinese is not slanted: a quotation is set in Kai.
        for slanted in [*look.iter(qn("w:i")), *look.iter(qn("w:iCs"))]:
            look.remove(slanted)
        look.get_or_add_rFonts().set(qn("w:eastAsia"), _QUOTE_FONT)
    quote: Any = document.styles["Quote"]
    quote.paragraph_format.left_indent = Twips(_QUOTE_INDENT)


def _members(skeleton: Document, pieces: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    packed = io.BytesIO()
    skeleton.save(packed)
    with zipfile.ZipFile(packed) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if name == _MAIN:
                head, section, rest = data.partition(b"<w:sectPr")
                body = bytearray(head)
                for piece in pieces:
                    body += piece.encode()
                body += section + rest
                data = bytes(body)
                del body
            elif name == "docProps/app.xml":
                data = data.replace(b"Microsoft Macintosh Word", b"Glossator")
            yield name, data
