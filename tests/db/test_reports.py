"""Reports by code, instrument, article and coder, in Word's styles, as a web page and as Markdown."""

from __future__ import annotations

import html.parser
from pathlib import Path

import docx
import pytest

from db.exchange.documents import Paragraph, Run, Table, plain
from db.exchange.pages import write_html, write_markdown
from db.exchange.reports import WAYS, By
from db.exchange.tables import Column
from tests.db.conftest import Opener
from tests.db.sharing import Study, expect


@pytest.fixture
def study(copied: Opener) -> Study:
    return Study(copied)


@pytest.mark.parametrize("by", WAYS)
def test_reports_are_as_expected(study: Study, tmp_path: Path, by: By) -> None:
    for form, language in (("md", "zh_CN"), ("html", "en")):
        path = tmp_path / f"by-{by}.{form}"
        report = study.export(path, form, by=by, language=language, style="apa" if form == "html" else "gb7714")
        expect(path.name, path.read_text("utf-8"))
        assert report.carried == {"passage": 5}
        assert report.dropped == {"private note": 2}


@pytest.mark.parametrize("by", WAYS)
def test_word_has_its_own_headings_quotations_captions_and_tables(study: Study, tmp_path: Path, by: By) -> None:
    path = tmp_path / "a.docx"
    study.export(path, "docx", by=by, query="kind:passage", style="law")
    document = docx.Document(str(path))
    told = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    styles = {style for style, _text in told}
    assert {"Title", "Heading 1", "Quote", "Caption", "Normal"} <= styles
    assert ("Normal", "检索式：kind:passage") in told
    assert len(document.tables) == 1
    heads = [text for style, text in told if style == "Heading 1"]
    assert [row.cells[0].text for row in document.tables[0].rows][1:] == heads[:-1]
    assert heads[-1] == "参考文献"
    assert told[-1][1].endswith("。")
    quotes = [text for style, text in told if style == "Quote"]
    assert any(text.endswith("（林一2026，¶1）") for text in quotes)


def test_a_passage_stands_under_each_of_its_codes_and_none_is_left_out(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    study.export(path, "docx", by="code")
    table = docx.Document(str(path)).tables[0]
    counts = {row.cells[0].text: row.cells[1].text for row in table.rows[1:]}
    assert counts == {study.codes[0].label("zh"): "2", study.codes[1].label("zh"): "2", "尚未编码": "2"}


class _Read(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _value in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_page_runs_nothing_and_loads_nothing_whatever_the_texts_are(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    study.export(path, "html", by="article", language="en")
    reader = _Read()
    reader.feed(path.read_text("utf-8"))
    assert not {"script", "img", "link", "iframe", "audits", "a"} & set(reader.tags)
    assert "Auditors & <audits>" in reader.words
    assert "- *第二行* <script>" in reader.words


def test_markdown_is_read_as_the_words_that_were_written(tmp_path: Path) -> None:
    from markdown import markdown

    hostile = "1. eins\n# zwei\n- drei *vier* [fünf](x) <b> `sechs` | sieben\n    acht"
    path = tmp_path / "a.md"
    write_markdown(
        path,
        [
            plain(hostile),
            Paragraph(
                (Run("标签：", bold=True), Run("值")),
            ),
            plain(hostile, "Quote"),
        ],
    )
    made = markdown(path.read_text("utf-8"))
    assert not [tag for tag in ("<h1", "<li", "<em", "<a ", "<b>", "<code", "<pre", "<ol") if tag in made]
    assert "<strong>标签</strong>：值" in made
    assert "drei *vier* [fünf](x) &lt;b&gt;" in made.replace("\\", "")


def test_tables_keep_their_cells_apart(tmp_path: Path) -> None:
    table = Table((Column("a", "A|B", "甲"), Column("b", "N", "数", right=True)), [("x|y\nz", 3), (None, 0)], "A caption")
    write_markdown(tmp_path / "a.md", [table])
    assert (tmp_path / "a.md").read_text("utf-8").splitlines()[:4] == [
        "| A\\|B | N |", "|---|---:|", "| x\\|y / z | 3 |", "|  | 0 |",
    ]  # fmt: skip
    report = write_html(tmp_path / "a.html", [table, plain("\x00")])
    words = (tmp_path / "a.html").read_text("utf-8")
    assert '<td>x|y<br>\nz</td><td class="right">3</td>' in words
    assert report.changed == {"cleaned text": 1}
