"""PDF files: reading order, paragraphs, running heads, notes, pages, and those that cannot be read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

from db import importers
from db.errors import Cancelled, CannotImport
from db.locators import place_of
from db.records import Draft, Layout
from tests.importers.making import Pages, Setting, locked_pdf, pdf

TEXT = "Duties grow with the reach of a system and those who run it keep records that others can read"
SENTENCE = "算法治理需要各方参与，也需要把责任写清楚，让每一个环节都有人负责并留下可以查验的记录。"


def read(data: bytes, *, as_is: bool = False) -> Draft:
    return importers.read_bytes(data, "report.pdf", as_is=as_is)


def blocks(draft: Draft) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, draft.text[b.start : b.end]) for b in draft.layout.blocks]


def column(left: float, top: float, lines: int, first: str, width: int = 44) -> list[Setting]:
    """Set running text in lines of about one length; its first word is `first`."""
    found, words = [], iter([first, *TEXT.split() * 40])
    word = next(words)
    for number in range(lines):
        line = ""
        while len(line) + len(word) < width:
            line += f"{word} "
            word = next(words)
        found.append((left, top - 13 * number, 10.0, line.strip()))
    return found


@pytest.fixture(scope="module", autouse=True)
def _offscreen() -> Iterator[None]:
    before = os.environ.get("QT_QPA_PLATFORM")
    os.environ["QT_QPA_PLATFORM"] = before or "offscreen"
    yield
    if before is None:
        del os.environ["QT_QPA_PLATFORM"]


class Chinese(Pages):
    """Pages of Chinese paragraphs, thirty characters a line, the first indented by two."""

    def paragraph(self, base: float, text: str, *, left: float = 60, indent: int = 2, size: int = 12) -> float:
        """Set a paragraph and give the base line after it."""
        start, room = left + indent * size, 30 - indent
        while text:
            self.text(start, base, size, text[:room])
            text, start, room, base = text[room:], left, 30, base + 20
        return base


def test_two_columns_are_read_one_after_the_other_below_a_title_across_both() -> None:
    page = [(120.0, 780.0, 20.0, "Shared duties in practice"), *column(50, 740, 20, "Left"), *column(310, 733, 20, "Right")]
    draft = read(pdf([page]))
    assert draft.title == "Shared duties in practice"
    assert [kind for kind, *_ in blocks(draft)] == ["heading", "paragraph"]
    left, right = draft.text.index("Left Duties"), draft.text.index("Right Duties")
    assert left < right
    assert "Right" not in draft.text[left:right]


def test_a_line_across_the_page_parts_two_columns_into_bands() -> None:
    across = [
        (50.0, 500.0, 10.0, "This sentence runs over the whole width of the page, from one margin to the other, without a break.")
    ]
    page = [
        *column(50, 760, 12, "One"),
        *column(310, 760, 12, "Two"),
        *across,
        *column(50, 470, 12, "Three"),
        *column(310, 470, 12, "Four"),
    ]
    text = read(pdf([page])).text
    places = [text.index(word) for word in ("One", "Two", "This sentence", "Three", "Four")]
    assert places == sorted(places)


def test_hyphens_at_line_ends_go_and_those_of_compounds_stay() -> None:
    lines = [
        "The well-known rules of consi-",
        "derable weight, which are well-",
        "known, are state-of-the-",
        "art in every field of work now",
    ]
    page = [(50.0, 700.0 - 13 * n, 10.0, line) for n, line in enumerate(lines)]
    assert read(pdf([page])).text == (
        "The well-known rules of considerable weight, which are well-known, are state-of-the-art in every field of work now"
    )


def test_chinese_lines_are_joined_without_a_space_and_paragraphs_begin_at_indents() -> None:
    page = Chinese()
    after = page.paragraph(100, SENTENCE * 2)
    after = page.paragraph(after, "第二段与English混排，" + SENTENCE)
    page.paragraph(after, "（一）" + SENTENCE)
    draft = read(page.end())
    assert draft.text == f"{SENTENCE * 2}\n第二段与English混排，{SENTENCE}\n（一）{SENTENCE}"
    assert draft.language == "zh"


def test_running_heads_and_page_numbers_go_and_a_paragraph_runs_on_over_the_page() -> None:
    page = Chinese("某份没有印出来的题目")
    for number in range(4):
        page.text(60, 40, 9, "某研究院年度报告")
        page.text(285, 800, 9, f"— {number + 1} —")
        if number == 0:
            page.text(160, 90, 24, "责任的边界", bold=True)
            page.text(200, 120, 12, "作者：王 鹏  2024年3月5日")
            page.paragraph(160, SENTENCE * 3 + "这一段写到了页末还没有结束它要")
        elif number == 1:
            page.paragraph(70, "在下一页继续写完。" + "完", indent=0)
            page.text(60, 110, 12, "一、问题的提出", bold=True)
            page.paragraph(140, SENTENCE)
            page.text(60, 760, 8, "① 参见前文所引报告的第三页。")
        else:
            page.paragraph(90, ("其三，" if number == 2 else "最后，还要说明，") + SENTENCE)
        if number < 3:
            page.turn()
    data = page.end()
    draft = read(data)
    assert (draft.title, [a.name for a in draft.authors]) == ("责任的边界", ["王鹏"])
    assert (draft.published, draft.published_from) == ("2024-03-05", "byline")
    assert "还没有结束它要在下一页继续写完。" in draft.text
    assert "年度报告" not in draft.text
    assert blocks(draft)[0] == ("heading", 1, "责任的边界")
    assert ("heading", 2, "一、问题的提出") in blocks(draft)
    assert ("quote", 0, "①参见前文所引报告的第三页。") in blocks(draft)
    running = [r.text for r in draft.removed if r.reason == "running"]
    assert sorted(running) == sorted(["某研究院年度报告"] * 4 + [f"— {number} —" for number in (1, 2, 3, 4)])
    assert [label for label, _ in draft.layout.pages] == ["1", "2", "3", "4"]
    assert draft.text[draft.layout.pages[1][1] :].startswith("在下一页")
    whole = read(data, as_is=True)
    assert all(whole.text[r.start : r.end] == r.text for r in draft.removed)
    assert whole.removed == ()


def test_locators_name_the_page_by_its_label() -> None:
    data = pdf(
        [column(50, 700, 5, "First"), column(50, 700, 5, "Second"), column(50, 700, 5, "Third")], labels="0<</S/r>>1<</S/D/St 7>>"
    )
    draft = read(data)
    assert [label for label, _ in draft.layout.pages] == ["i", "7", "8"]
    at, last = draft.text.index("Second"), draft.text.index("Third")
    assert place_of(draft.layout, draft.text, at, at + 6).spelled("zh") == "第7页"
    assert place_of(draft.layout, draft.text, at, last + 5).spelled("en") == "pp. 7–8"
    assert Layout.from_json(draft.layout.to_json()) == draft.layout


def test_headings_are_told_by_size_and_weight_and_lists_by_their_bullets() -> None:
    page: list[Setting] = [(50.0, 780.0, 22.0, "Title of it all"), (50.0, 740.0, 15.0, "A section"), *column(50, 715, 4, "Text")]
    page += [
        (50.0, 650.0, 10.0, "A bold line"),
        *column(50, 630, 3, "More"),
        (50.0, 580.0, 10.0, "\xb7 One point"),
        (50.0, 567.0, 10.0, "\xb7 Two points"),
    ]
    draft = read(pdf([page], bold=lambda setting: setting[3] == "A bold line"))
    heads = [(level, text) for kind, level, text in blocks(draft) if kind == "heading"]
    assert heads == [(1, "Title of it all"), (2, "A section"), (3, "A bold line")]
    assert [text for kind, _, text in blocks(draft) if kind == "item"] == ["One point", "Two points"]
    assert [b.marker for b in draft.layout.blocks if b.kind == "item"] == ["•", "•"]


def test_raised_numbers_that_call_a_note_stand_in_brackets_and_others_stay() -> None:
    body: list[Setting] = [*column(50, 700, 6, "Text")]
    body += [
        (50.0, 622.0, 10.0, "This was said before."),
        (144.6, 626.0, 6.0, "1"),
        (150.8, 622.0, 10.0, "It covers 5 km"),
        (213.2, 626.0, 6.0, "2"),
    ]
    body += [(50.0, 90.0, 8.0, "1 See the earlier report of the group.")]
    draft = read(pdf([body]))
    assert "said before.[1] It covers 5 km2" in draft.text
    assert draft.text.endswith("\n1 See the earlier report of the group.")


def test_a_table_gives_rows_of_cells() -> None:
    rows = [("Kind", "Count", "Share"), ("Rules", "12", "40"), ("Cases", "18", "60")]
    page = [*column(50, 700, 4, "Text", 90)]
    page += [(50.0 + 120 * x, 600.0 - 14 * y, 10.0, cell) for y, row in enumerate(rows) for x, cell in enumerate(row)]
    draft = read(pdf([page]))
    assert [text for kind, _, text in blocks(draft) if kind == "row"] == ["\t".join(row) for row in rows]


def test_a_title_over_two_lines_is_one_and_a_signature_stands_apart() -> None:
    page = Chinese()
    page.text(150, 80, 22, "关于进一步加强算法责任管理")
    page.text(240, 110, 22, "工作的通知")
    after = page.paragraph(150, "第一条　" + SENTENCE)
    after = page.paragraph(after, "第二条　" + SENTENCE * 2)
    page.text(330, after + 10, 12, "某某办公室")
    page.text(320, after + 40, 12, "2024年3月5日")
    draft = read(page.end())
    assert draft.title == "关于进一步加强算法责任管理工作的通知"
    assert draft.text.split("\n")[3:] == ["某某办公室", "2024年3月5日"]


def test_labelled_lines_and_what_is_set_small_at_the_foot_stand_apart() -> None:
    page = Chinese()
    page.text(60, 60, 12, "摘要：本文讨论责任的分配，并就此提出三条可以采用的原则与方法。")
    page.text(60, 80, 12, "关键词：算法；责任")
    page.paragraph(120, SENTENCE * 4)
    page.text(60, 760, 9, "收稿日期：2024-01-01")
    page.text(60, 772, 9, "[1] 作者单位：某大学")
    kinds = blocks(read(page.end()))
    assert [text[:3] for kind, _, text in kinds if kind == "paragraph"] == ["摘要：", "关键词", "算法治"]
    assert [text[:3] for kind, _, text in kinds if kind == "quote"] == ["收稿日", "[1]"]


def test_text_turned_with_its_page_is_read_and_text_across_the_page_is_set_apart() -> None:
    data = pdf([column(50, 700, 8, "Text")]).replace(b" ET", b" /F1 20 Tf 0 1 -1 0 30 200 Tm (side stamp) Tj ET")
    draft = read(data)
    assert "side" not in draft.text
    assert [(r.reason, r.text) for r in draft.removed] == [("running", "side stamp")]
    upright = read(pdf([column(50, 700, 8, "Text")])).text
    mirrored = [(left, 842 - base, size, text) for left, base, size, text in column(50, 700, 8, "Text")]
    turned = re.sub(rb"1 0 0 1 ([\d.]+) ([\d.]+) Tm", rb"0 1 -1 0 \2 \1 Tm", pdf([mirrored]))
    assert read(turned.replace(b"/MediaBox", b"/Rotate 90/MediaBox")).text == upright


def test_the_document_information_gives_title_author_and_date_where_they_are_plausible() -> None:
    body = [(50.0, 780.0, 20.0, "Shared duties"), *column(50, 740, 8, "Text")]
    good = read(pdf([body], info="/Title(Shared Duties)/Author(Jane Doe)/CreationDate(D:20230405120000Z)"))
    assert (good.title, [a.name for a in good.authors], good.published) == ("Shared Duties", ["Jane Doe"], "2023-04-05")
    assert good.published_from == "document"
    assert [dict(remark.facts) for remark in good.remarks] == [{"date": "2023-04-05"}]
    dated = read(pdf([[*body[:1], (50.0, 765.0, 10.0, "May 2021"), *body[1:]]], info="/CreationDate(D:20230405120000Z)"))
    assert (dated.published, dated.published_from, dated.remarks) == ("2021-05", "text line", ())
    idle = read(pdf([body], info="/Title(Microsoft Word - draft7.docx)/Author(Administrator)/CreationDate(D:00000000)"))
    assert (idle.title, idle.authors, idle.published) == ("Shared duties", (), "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (locked_pdf(), "locked with a password"),
        (pdf([[], [], []]), "scan without text"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "damaged"),
        (pdf([column(50, 700, 5, "Text")])[:300], "damaged"),
        (pdf([]), "no pages|damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_with_advice(data: bytes, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # where Tesseract is installed, it would be asked
    with pytest.raises(CannotImport, match=words):
        importers.read_bytes(data, "a.pdf")


def test_pages_without_text_among_others_are_named() -> None:
    draft = read(pdf([column(50, 700, 9, "Text"), [], column(50, 700, 9, "More")]))
    assert [dict(r.facts) for r in draft.remarks] == [{"count": "1", "pages": "3", "labels": "2"}]


def test_it_tells_its_progress_by_pages_and_can_be_cancelled() -> None:
    data = pdf([column(50, 700, 3, f"Page{n}") for n in range(12)])
    seen: list[int] = []
    importers.read_bytes(data, "a.pdf", progress=lambda done, _total: seen.append(done))
    assert len(seen) >= 12
    assert seen == sorted(seen)
    assert seen[-1] == 1000

    def stop(done: int, _total: int) -> None:
        if done > 300:
            raise Cancelled

    with pytest.raises(Cancelled):
        importers.read_bytes(data, "a.pdf", progress=stop)
    assert importers.read_bytes(data, "a.pdf").text


def test_the_content_decides_not_the_name() -> None:
    draft = importers.read_bytes(pdf([column(50, 700, 5, "Text")]), "page.html")
    assert (draft.media_type, draft.file_name) == ("application/pdf", "page.html")
    assert draft.original.startswith(b"%PDF")
