"""Word documents: Word's own styles and real tables, Chinese in Chinese fonts, the same bytes for the same content."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from db import errors
from db.exchange.documents import Block, Paragraph, Run, Table, labelled, plain, write_docx
from db.exchange.tables import Column

STYLES = (
    "Normal",
    "Title",
    "Subtitle",
    "Heading 1",
    "Heading 2",
    "Heading 3",
    "Quote",
    "Intense Quote",
    "Caption",
    "List Bullet",
)
COLUMNS = (Column("left", "Left", "左文", 30, right=True), Column("n", "Number", "数", 10))
TABLE = Table(COLUMNS, [("算法", 1), ("<b>&", None)], "表 1 语境")


def body() -> list[Block]:
    return [*(plain(f"样式 {style}", style) for style in STYLES), labelled("编码：", "公平"), TABLE]  # type: ignore[arg-type]


def member(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def test_paragraphs_have_word_s_own_styles_and_runs_their_look(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    report = write_docx(path, [*body(), Paragraph((Run("斜", italic=True), Run("a\tb\nc\r\nd")))], language="zh")
    read = docx.Document(str(path))
    assert [(p.style.name, p.text) for p in read.paragraphs[: len(STYLES)]] == [(style, f"样式 {style}") for style in STYLES]
    label = read.paragraphs[len(STYLES)]
    assert [(run.text, run.bold) for run in label.runs] == [("编码：", True), ("公平", None)]
    last = read.paragraphs[-1]
    assert (last.text, last.runs[0].italic) == ("斜a\tb\nc\nd", True)
    assert report.reasons == []


def test_a_table_is_a_table_with_a_caption_and_a_header_on_every_page(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    write_docx(path, [TABLE, Table(COLUMNS, [("二", 2)])], language="zh")
    read = docx.Document(str(path))
    first, second = read.tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == [["左文", "数"], ["算法", "1"], ["<b>&", ""]]
    assert [[cell.text for cell in row.cells] for row in second.rows] == [["左文", "数"], ["二", "2"]]
    assert first.style is not None
    assert first.style.name == "Table Grid"
    headers = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in first.rows]
    assert headers == [True, False, False]
    assert [(p.style.name, p.text) for p in read.paragraphs] == [("Caption", "表 1 语境"), ("Normal", ""), ("Normal", "")]


def test_chinese_is_set_in_chinese_fonts_and_called_chinese(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    write_docx(path, body(), language="zh")
    read = docx.Document(str(path))
    fonts = {name: read.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Title", "Heading 1", "Quote")}
    assert fonts == {"Title": "SimHei", "Heading 1": "SimHei", "Quote": "KaiTi"}
    assert not read.styles["Quote"].font.italic
    styles = member(path, "word/styles.xml")
    assert "eastAsiaTheme" not in styles
    assert 'w:eastAsia="SimSun"' in styles
    assert 'w:eastAsia="zh-CN"' in styles
    assert 'w:eastAsia="zh-CN"' in member(path, "word/settings.xml")


def test_a_document_says_nothing_of_who_made_it_with_what_and_has_the_same_bytes_again(tmp_path: Path) -> None:
    one, two, later = tmp_path / "1.docx", tmp_path / "2.docx", tmp_path / "3.docx"
    when = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
    write_docx(one, body(), title="题")
    write_docx(two, body(), title="题")
    write_docx(later, body(), title="题", created=when)
    assert one.read_bytes() == two.read_bytes()
    about = docx.Document(str(later)).core_properties
    assert (about.title, about.author, about.comments, about.last_modified_by) == ("题", "", "", "")
    assert about.created.replace(tzinfo=UTC) == about.modified.replace(tzinfo=UTC) == when
    with zipfile.ZipFile(one) as archive:
        assert not [name for name in archive.namelist() if "thumbnail" in name]
        assert archive.testzip() is None
    assert "python-docx" not in member(one, "docProps/core.xml")


def test_characters_that_xml_cannot_hold_are_replaced_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    report = write_docx(path, [plain("a\x00\x1b\ud800b]]>&lt;😀"), Table(COLUMNS, [("\x07", 1)])], title="\x00题")
    read = docx.Document(str(path))
    assert read.paragraphs[0].text == "a\ufffd\ufffd\ufffdb]]>&lt;😀"
    assert read.tables[0].rows[1].cells[0].text == "\ufffd"
    assert report.changed == {"cleaned text": 3}


def test_stopping_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"old")

    def stop(_done: int, _total: int) -> None:
        raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        write_docx(path, (plain("字") for _ in range(1_000)), progress=stop)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(errors.FolderMissing):
        write_docx(tmp_path / "none" / "a.docx", [])
