"""What counts as a paragraph: the same number in the margin, the foot of the window, citations, tables, bundles and agreement."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from db import importers
from db.analysis.matrix import Options
from db.citing import quote_of
from db.compared import Compared
from db.exchange import bundle
from db.exchange.presets import Selection
from db.locators import begins_with_title, paragraph_locator, paragraph_numbers
from db.project import Project
from db.records import Block, Draft, Layout
from db.sharing import exporting
from desktop.reader.document import Head, Look, build
from desktop.theme import Theme
from tests.importers.making import docx, paragraph

TITLE = "谁为推荐算法负责"
FIRST = "推荐算法决定人们看到什么，平台应当说明它为什么这样决定，也应当允许人们关闭它。"
SECOND = "监管者已经要求备案，备案却不等于许可，评估仍要由独立的人来做，并且公布结果。"
WORDS = "备案却不等于许可"
PAGE = "<html><head><title>{}</title></head><body>{}<p>{}</p><p>{}</p></body></html>"
SOURCES: dict[str, bytes] = {
    "titled.txt": f"{TITLE}\n\n{FIRST}\n\n{SECOND}\n".encode(),
    "signed.txt": f"{TITLE}\n作者：王鹏\n来源：某报\n2024年3月5日\n\n{FIRST}\n\n{SECOND}\n".encode(),
    "bare.txt": f"{FIRST}\n\n{SECOND}\n".encode(),
    "titled.md": f"# {TITLE}\n\n{FIRST}\n\n{SECOND}\n".encode(),
    "bare.md": f"---\ntitle: {TITLE}\n---\n\n{FIRST}\n\n{SECOND}\n".encode(),
    "titled.html": PAGE.format(TITLE, f"<h1>{TITLE}</h1>", FIRST, SECOND).encode(),
    "bare.html": PAGE.format("别的", "", FIRST, SECOND).encode(),
    "titled.docx": docx(paragraph(TITLE, style="Heading1") + paragraph(FIRST) + paragraph(SECOND)),
    "plain.docx": docx(paragraph(TITLE) + paragraph(FIRST) + paragraph(SECOND)),
    "bare.docx": docx(paragraph(FIRST) + paragraph(SECOND)),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))
    return Project.create(tmp_path / "study.gloss")


def margin(draft: Draft, at: int) -> int:
    """The number that the margin and the foot of the window show at a position."""
    sheet = build(draft.text, draft.layout, Head(draft.title), Theme.load("light"), Look(), 600)
    return next(number for number, block in zip(sheet.numbers, sheet.blocks, strict=True) if block.start <= at <= block.end)


@pytest.mark.parametrize("name", SOURCES)
def test_the_second_paragraph_is_the_second_wherever_it_is_told(
    qapp: QApplication, project: Project, tmp_path: Path, name: str
) -> None:
    draft = importers.read_bytes(SOURCES[name], name)
    start = draft.text.index(WORDS)
    end = start + len(WORDS)
    assert margin(draft, start) == 2
    article = project.articles.add(draft)
    record, version = project.articles.get(article), project.articles.version(article)
    assert paragraph_locator(version.layout, start, version.text, "zh", end, record.title) == "¶2"
    cited = quote_of(record.key, version.text, version.layout, start, end, "en", record.title)
    assert (cited.locator, cited.locator_pandoc) == ("¶2", "para. 2")
    code, other = project.codes.add("许可"), project.coders.ensure("林一")
    for coder in (project.me, other):
        project.code_as(coder)
        project.articles.set_status(article, "coded")
        project.annotations.add(article, start, end, codes=[code])
    exported = {}
    for form in ("csv", "md"):
        path = tmp_path / f"out.{form}"
        exporting.write(project.store, path, exporting.Choice(form, language="en"))
        exported[form] = path.read_text("utf-8-sig")
    rows = list(csv.DictReader(exported["csv"].splitlines()))
    assert {row["Place"] for row in rows} == {"¶2"}
    assert "para. 2]" in exported["md"]
    assert "para. 3" not in exported["md"]
    path = tmp_path / "kit.glossbundle"
    bundle.write(project.contents(), path, wanted=Selection("public"))
    with zipfile.ZipFile(path) as opened:
        page = json.loads(opened.read("annotations.jsonld"))
    assert {item["target"]["gloss:locator"] for item in page["first"]["items"]} == {"¶2"}
    compared = Compared(project.store)
    comparison = compared.comparison((project.me, other), Options(samples=0))
    row = next(each for each in comparison.rows if each.code == code and each.scope == "code")
    (told,) = compared.units(comparison, row, "both", 0, 9, lambda *_: None)
    assert told.locator == "¶2"
    project.close()


def test_the_margin_counts_what_a_citation_counts_beside_tables_pictures_and_lists(qapp: QApplication) -> None:
    kinds = [("heading", TITLE), ("paragraph", "甲"), ("row", "乙\t丙"), ("row", "丁\t戊"), ("figure", "图一"), ("item", "己"),
             ("paragraph", " "), ("heading", "节"), ("quote", "庚")]  # fmt: skip
    blocks, at = [], 0
    for kind, words in kinds:
        blocks.append(Block(kind, at, at + len(words), int(kind == "heading")))  # type: ignore[arg-type]
        at += len(words) + 1
    draft = Draft(TITLE, "\n".join(words for _kind, words in kinds), Layout(tuple(blocks)))
    for block in blocks[1:]:
        if block.kind != "heading" and draft.text[block.start : block.end].strip():
            said = paragraph_locator(draft.layout, block.start, draft.text, "zh", block.end, TITLE)
            assert said.endswith(f"¶{margin(draft, block.start)}")
    assert paragraph_numbers(draft.text, blocks, TITLE) == [0, 1, 2, 3, 4, 5, 5, 5, 6]


def test_the_title_line_of_a_text_is_its_title_and_no_paragraph() -> None:
    text = f"专家解读 | {TITLE}\n{FIRST}\n{SECOND}"
    layout = Layout.of_lines(text)
    place = paragraph_locator(layout, 0, text, "zh", 4, TITLE)
    assert place == "标题"
    assert paragraph_locator(layout, text.index(SECOND), text, "zh", None, TITLE) == "¶2"
    assert paragraph_locator(layout, text.index(SECOND), text, "zh", None, "别的题目") == "¶3"


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ("题目\n正文", "题目", True),
        ("  题 目　甲 \n正文", "题 目 甲", True),
        ("前沿 | 题目\n正文", "题目", True),
        ("这一句话里也有题目\n正文", "题目", False),
        ("题目\n \n", "题目", False),
        ("题目", "题目", False),
        ("题目\n正文", "", False),
        ("\n题目\n正文", "题目", False),
        ("长" * 100_000 + "题目\n正文", "题目", False),
    ],
)
def test_a_first_line_is_the_title_if_it_says_it_and_more_follows(text: str, title: str, said: bool) -> None:
    assert begins_with_title(text, title) is said


def test_a_corrected_title_moves_no_number_in_an_imported_text(project: Project) -> None:
    article = project.articles.add(importers.read_bytes(SOURCES["titled.txt"], "titled.txt"))
    project.articles.edit(article, title=f"{TITLE}：一个说明")
    version, title = project.articles.version(article), project.articles.get(article).title
    start = version.text.index(WORDS)
    assert paragraph_locator(version.layout, start, version.text, "zh", start + 2, title) == "¶2"
    project.close()
