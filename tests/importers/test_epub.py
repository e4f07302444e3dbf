"""Books: the chapters in order, the data of the package, and protected ones."""

from __future__ import annotations

import io
import zipfile

import pytest

from db import importers
from db.errors import CannotImport
from tests.importers.making import epub, zipped

SENTENCE = "治理需要各方参与，也需要把责任写清楚。"
DATA = (
    "<dc:title>责任之书</dc:title><dc:creator opf:role='aut'>王鹏</dc:creator><dc:creator opf:role='trl'>李明</dc:creator>"
    "<dc:language>zh-CN</dc:language><dc:publisher>某出版社</dc:publisher><dc:date>2023-05</dc:date>"
)
CIPHER = "<encryption><EncryptedData><CipherData><CipherReference URI='{}'/></CipherData></EncryptedData></encryption>"


def test_chapters_come_in_the_order_of_the_spine_without_the_contents() -> None:
    chapters = {
        "nav.xhtml": "<nav><ol><li>第一章</li></ol></nav>",
        "b.xhtml": f"<h1>第一章</h1><p>{SENTENCE}<a id='x'/><b>甲</b></p>",
        "a.xhtml": f"<h1>第二章</h1><ul><li>{SENTENCE}</li></ul>",
    }
    draft = importers.read_bytes(epub(chapters, data=DATA), "book")
    assert draft.text == f"第一章\n{SENTENCE}甲\n第二章\n{SENTENCE}"
    assert (draft.title, [a.name for a in draft.authors], draft.publisher) == ("责任之书", ["王鹏"], "某出版社")
    assert (draft.published, draft.published_from, draft.language) == ("2023-05", "document", "zh")
    assert [(i.kind, draft.text[i.start : i.end]) for i in draft.layout.inlines] == [("bold", "甲")]
    assert [b.kind for b in draft.layout.blocks] == ["heading", "paragraph", "heading", "item"]
    assert draft.media_type == "application/epub+zip"


def test_pages_of_the_printed_book_are_kept_as_locators() -> None:
    before = "<div epub:type='pagebreak' title='7'/>"
    inside = "<span role='doc-pagebreak' aria-label='Page 8' id='p8'></span>"
    draft = importers.read_bytes(epub({"a.xhtml": f"{before}<p>{SENTENCE}</p><p>这里写到 {inside} <b>翻页</b>。</p>"}), "a.epub")
    assert draft.text == f"{SENTENCE}\n这里写到 翻页。"
    assert [(label, draft.text[start : start + 2]) for label, start in draft.layout.pages] == [("7", "治理"), ("8", "翻页")]
    assert [draft.text[i.start : i.end] for i in draft.layout.inlines] == ["翻页"]


def test_calls_of_notes_stand_in_brackets_and_notes_kept_aside_at_the_end() -> None:
    call = "<sup><a epub:type='noteref' href='z.xhtml#n1'>1</a></sup>"
    data = epub({"z.xhtml": "<p>1. 见旧籍。</p>", "a.xhtml": f"<p>{SENTENCE}{call}</p>"})
    assert importers.read_bytes(data, "a.epub").text == f"1. 见旧籍。\n{SENTENCE}[1]"
    package = zipfile.ZipFile(io.BytesIO(data)).read("OEBPS/book.opf").decode()
    aside = epub(
        {"z.xhtml": "<p>1. 见旧籍。</p>", "a.xhtml": f"<p>{SENTENCE}{call}</p>"},
        extra={"OEBPS/book.opf": package.replace("<itemref idref='i0'/>", "<itemref idref='i0' linear='no'/>")},
    )
    assert importers.read_bytes(aside, "a.epub").text == f"{SENTENCE}[1]\n1. 见旧籍。"


def test_roles_said_apart_from_the_names_are_heeded_and_a_cover_is_no_figure() -> None:
    names = "<dc:creator id='a'>王鹏</dc:creator><dc:creator id='b'>李明</dc:creator>"
    roles = "<meta refines='#a' property='role'>aut</meta><meta refines='#b' property='role'>trl</meta>"
    chapters = {"c.xhtml": "<img src='c.jpg' alt='Cover'/>", "a.xhtml": f"<p>{SENTENCE}</p>"}
    draft = importers.read_bytes(epub(chapters, data=f"<dc:title>书</dc:title>{names}{roles}"), "a.epub")
    assert [author.name for author in draft.authors] == ["王鹏"]
    assert draft.text == SENTENCE


def test_fonts_made_unusable_elsewhere_do_no_harm() -> None:
    extra: dict[str, bytes | str] = {"META-INF/encryption.xml": CIPHER.format("OEBPS/fonts/a.otf")}
    assert importers.read_bytes(epub({"a.xhtml": f"<p>{SENTENCE}</p>"}, extra=extra), "a.epub").text == SENTENCE


def test_a_chapter_that_is_missing_is_said() -> None:
    data = epub({"a.xhtml": f"<p>{SENTENCE}</p>", "b.xhtml": ""})
    broken = data.replace(b"OEBPS/b.xhtml", b"OEBPS/c.xhtml")
    assert [r.facts["count"] for r in importers.read_bytes(broken, "a.epub").remarks] == ["1"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (epub({"a.xhtml": "<p>x</p>"}, extra={"META-INF/encryption.xml": CIPHER.format("OEBPS/a.xhtml")}), "protected"),
        (epub({"a.xhtml": "<p>x</p>"}, extra={"META-INF/rights.xml": "<a/>"}), "protected"),
        (epub({}), "order its chapters"),
        (epub({"a.xhtml": "<p> </p>"}), "no words"),
        (zipped({"mimetype": "application/epub+zip"}), "damaged"),
        (epub({"a.xhtml": "<p>x</p>"})[:200], "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_with_advice(data: bytes, words: str) -> None:
    with pytest.raises(CannotImport, match=words):
        importers.read_bytes(data, "a.epub")
