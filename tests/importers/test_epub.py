"""Books: the chapters in order, the data of the package, and protected ones."""

from __future__ import annotations

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
