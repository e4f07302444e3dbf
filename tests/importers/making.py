"""Makers of the documents that tests read: PDF, DOCX, EPUB and MHTML files, written byte by byte or by Qt."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

# What is set on a page: (left, base line from the page's foot, size, text), bold text in font 2, both in points.
Setting = tuple[float, float, float, str]


def pdf(
    pages: Sequence[Sequence[Setting]], *, info: str = "", labels: str = "", bold: Callable[[Setting], bool] | None = None
) -> bytes:
    """Write a PDF in Helvetica, one content stream a page."""
    objects = ["", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>"]
    kids = []
    for page in pages:
        stream = "BT "
        for setting in page:
            left, base, size, text = setting
            font = 2 if bold and bold(setting) else 1
            words = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            stream += f"/F{font} {size} Tf 1 0 0 1 {left} {base} Tm ({words}) Tj "
        stream += "ET"
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>"
            f"/Contents {len(objects)} 0 R>>"
        )
    objects[0] = f"<</Type/Catalog/Pages 2 0 R{f'/PageLabels<</Nums[{labels}]>>' if labels else ''}>>"
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>"
    objects.append(f"<<{info}>>")
    return _pdf_file(objects)


def _pdf_file(objects: Sequence[str], trailer: str = "") -> bytes:
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1"))
    start = out.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    out.write(f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer<</Size {size}/Root 1 0 R/Info {len(objects)} 0 R{trailer}>>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def locked_pdf() -> bytes:
    """Write a PDF that asks for a password."""
    locked = f"<</Filter/Standard/V 1/R 2/O<{'41' * 32}>/U<{'42' * 32}>/P -44>>"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>", locked, "<<>>"]
    return _pdf_file(objects, f"/Encrypt 3 0 R/ID[<{'43' * 16}><{'43' * 16}>]")


class Pages:
    """A PDF written by Qt, with embedded fonts, so that real Chinese text can be set; units are points from the top left."""

    def __init__(self, title: str = "") -> None:
        from PySide6.QtCore import QBuffer, QIODevice
        from PySide6.QtGui import QPainter, QPdfWriter
        from PySide6.QtWidgets import QApplication

        self._app = QApplication.instance() or QApplication([])  # one of widgets, which other tests may go on with
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setResolution(72)
        self._writer.setTitle(title)
        self._painter = QPainter(self._writer)

    def text(self, left: float, base: float, size: int, text: str, *, bold: bool = False) -> None:
        """Set one line."""
        from PySide6.QtCore import QPointF
        from PySide6.QtGui import QFont

        font = QFont("Noto Serif CJK SC")
        font.setPixelSize(size)
        font.setBold(bold)
        self._painter.setFont(font)
        self._painter.drawText(QPointF(left, base), text)

    def turn(self) -> None:
        """Go to the next page."""
        self._writer.newPage()

    def end(self) -> bytes:
        """Give the file."""
        self._painter.end()
        return bytes(self._buffer.data().data())


def zipped(files: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Write a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_WORD += ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_WORD += ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_WORD += ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId={quoteattr(name)}><w:name w:val={quoteattr(name)}/></w:style>'
    for name in ("Title", "heading 1", "heading 2", "Quote", "toc 1", "List Paragraph")
)


def run(text: str, properties: str = "") -> str:
    """Write a run of a Word document."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", properties: str = "") -> str:
    """Write a paragraph; plain text becomes a run."""
    styled = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    inside = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{styled}{properties}</w:pPr>{inside}</w:p>"


def docx(body: str, *, parts: dict[str, str] | None = None, relations: str = "", core: str = "") -> bytes:
    """Write a Word document; parts are the inside of word/NAME.xml by NAME."""
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "_rels/.rels": f"<a><Relationship Id='a' Type='{_RELATION}/officeDocument' Target='word/document.xml'/></a>",
        "word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
    }
    for name, content in {"styles": STYLES, **(parts or {})}.items():
        files[f"word/{name}.xml"] = f"<w:{name} {_WORD}>{content}</w:{name}>"
    if core:
        files["docProps/core.xml"] = f"<c xmlns:dc='a' xmlns:dcterms='b'>{core}</c>"
    return zipped(files)


def relation(name: str, kind: str, target: str) -> str:
    """Write a relation of a Word document to something outside."""
    return f"<Relationship Id='{name}' Type='{_RELATION}/{kind}' Target='{target}' TargetMode='External'/>"


def epub(chapters: dict[str, str], *, data: str = "", extra: dict[str, bytes | str] | None = None) -> bytes:
    """Write a book of chapters, by file name."""
    items = "".join(
        f"<item id='i{n}' href='{name}' media-type='application/xhtml+xml' properties='{'nav' if name == 'nav.xhtml' else ''}'/>"
        for n, name in enumerate(chapters)
    )
    spine = "".join(f"<itemref idref='i{n}'/>" for n in range(len(chapters)))
    package = f"<package xmlns:dc='d' xmlns:opf='o'><metadata>{data}</metadata><manifest>{items}</manifest><spine>{spine}</spine>"
    package += "</package>"
    files: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": "<container><rootfiles><rootfile full-path='OEBPS/book.opf'/></rootfiles></container>",
        "OEBPS/book.opf": package,
        **{f"OEBPS/{name}": f"<html><head><title/></head><body>{text}</body></html>" for name, text in chapters.items()},
        **(extra or {}),
    }
    return zipped(files)
