"""Word documents: structure, lists, tables, notes, tracked changes, and those that mean harm."""

from __future__ import annotations

import pytest

from db import importers
from db.errors import CannotImport
from db.locators import outline
from db.records import Draft
from tests.importers.making import docx, paragraph, relation, run, zipped

SENTENCE = "治理需要各方参与，也需要把责任写清楚。"
LINK = relation("r1", "hyperlink", "https://example.org/a")


def read(data: bytes, name: str = "a.docx", *, as_is: bool = False) -> Draft:
    return importers.read_bytes(data, name, as_is=as_is)


def blocks(draft: Draft) -> list[tuple[str, int, str, str]]:
    return [(b.kind, b.level, b.marker, draft.text[b.start : b.end]) for b in draft.layout.blocks]


def numbering(number: int, *levels: tuple[str, str]) -> str:
    inside = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text) in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="{number}">{inside}</w:abstractNum>'
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
    )


def listed(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def test_title_headings_quotes_and_byline() -> None:
    body = paragraph("责任的边界", style="Title") + paragraph("作者：王 鹏　来源：《某报》　2024-03-05")
    body += paragraph("一、起点", style="heading 1") + paragraph(SENTENCE) + paragraph("引文。", style="Quote")
    draft = read(docx(body))
    assert (draft.title, [a.name for a in draft.authors], draft.published) == ("责任的边界", ["王鹏"], "2024-03-05")
    assert blocks(draft) == [
        ("heading", 1, "", "责任的边界"), ("heading", 2, "", "一、起点"), ("paragraph", 0, "", SENTENCE),
        ("quote", 0, "", "引文。"),
    ]  # fmt: skip
    whole = read(docx(body), as_is=True)
    assert all(whole.text[r.start : r.end] == r.text for r in draft.removed)


def test_a_signature_and_date_at_the_end_stay_in_the_text() -> None:
    lines = ("各有关单位：", SENTENCE, "某某办公室", "2024年3月5日")
    draft = read(docx(paragraph("关于责任的通知", style="Title") + "".join(map(paragraph, lines))))
    assert draft.text == "\n".join(("关于责任的通知", *lines))
    assert draft.removed == ()


def test_numbers_of_provisions_are_text_and_those_of_lists_are_markers() -> None:
    numbers = numbering(1, ("chineseCounting", "第%1条"), ("chineseCounting", "（%2）"))
    numbers += numbering(2, ("decimal", "%1."), ("lowerLetter", "%2)")) + numbering(3, ("bullet", "\uf0b7"))
    parts = [(1, 0), (1, 1), (1, 1), (1, 0), (1, 0), (2, 0), (2, 1), (2, 0), (3, 0)]
    body = "".join(paragraph(f"内容{n}。", properties=listed(*place)) for n, place in enumerate(parts))
    draft = read(docx(paragraph("办法", style="Title") + body, parts={"numbering": numbers}))
    assert [(marker, text) for _, _, marker, text in blocks(draft)[1:]] == [
        ("", "第一条 内容0。"), ("", "（一）内容1。"), ("", "（二）内容2。"), ("", "第二条 内容3。"), ("", "第三条 内容4。"),
        ("1.", "内容5。"), ("a)", "内容6。"), ("2.", "内容7。"), ("•", "内容8。"),
    ]  # fmt: skip
    assert [b[:2] for b in blocks(draft)[-4:]] == [("item", 1), ("item", 2), ("item", 1), ("item", 1)]
    assert [one.canonical for one in outline(draft.text, draft.layout)] == ["art1", "art2", "art3"]


def test_tables_give_rows_and_a_frame_of_one_cell_gives_its_text() -> None:
    draft = read(docx(paragraph(SENTENCE) + table(("甲", "乙"), ("1", "2")) + table((SENTENCE,))))
    assert blocks(draft) == [
        ("paragraph", 0, "", SENTENCE), ("row", 0, "", "甲\t乙"), ("row", 0, "", "1\t2"), ("paragraph", 0, "", SENTENCE),
    ]  # fmt: skip


def test_notes_are_called_by_number_and_stand_at_the_end() -> None:
    first = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    second = '<w:r><w:endnoteReference w:id="1"/></w:r>'
    parts = {
        "footnotes": f'<w:footnote w:id="2">{paragraph("见某报告。")}</w:footnote>',
        "endnotes": f'<w:endnote w:id="1">{paragraph("见某文。")}</w:endnote>',
    }
    draft = read(docx(paragraph(run(SENTENCE), first, run("又及"), second), parts=parts))
    assert draft.text == f"{SENTENCE}[1]又及[2]\n[1] 见某报告。\n[2] 见某文。"


def test_emphasis_and_links_keep_their_places() -> None:
    link = f'<w:hyperlink r:id="r1">{run("链接")}</w:hyperlink>'
    field = (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK \"https://example.org/b\"</w:instrText></w:r>"
    )
    field += f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('域')}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    body = paragraph(
        run("甲"), run("粗", "<w:b/>"), run("体", "<w:b/>"), run("斜", "<w:i/>"), run("不", '<w:b w:val="0"/>'), link, field
    )
    draft = read(docx(body + paragraph(SENTENCE), relations=LINK))
    assert draft.text.startswith("甲粗体斜不链接域\n")
    assert [(i.kind, draft.text[i.start : i.end], i.href) for i in draft.layout.inlines] == [
        ("bold", "粗体", ""), ("italic", "斜", ""), ("link", "链接", "https://example.org/a"), ("link", "域", "https://example.org/b"),
    ]  # fmt: skip


def test_tracked_changes_are_read_as_accepted_and_hidden_text_is_dropped() -> None:
    changed = f"<w:ins>{run('新')}</w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
    draft = read(docx(paragraph(run("甲"), changed, run("隐", "<w:vanish/>"), run("乙。")) + paragraph(SENTENCE)))
    assert draft.text == f"甲新乙。\n{SENTENCE}"
    assert [(r.sentence.split()[2], r.facts["count"]) for r in draft.remarks] == [("holds", "2")]


def test_a_text_box_is_read_once_and_pictures_by_their_description() -> None:
    box = f"<w:txbxContent>{paragraph('框中文字。')}</w:txbxContent>"
    drawn = f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict>"
    drawn += "</mc:Fallback></mc:AlternateContent></w:r>"
    picture = '<w:r><w:drawing><wp:docPr descr="流程图"/></w:drawing></w:r>'
    draft = read(docx(paragraph(run(SENTENCE), drawn, picture)))
    assert draft.text == f"{SENTENCE}\n流程图\n框中文字。"


def test_properties_give_title_author_and_date_where_plausible() -> None:
    core = "<dc:title>责任的边界</dc:title><dc:creator>李明</dc:creator><dcterms:created>2024-03-05T01:02:03Z</dcterms:created>"
    draft = read(docx(paragraph(SENTENCE * 5), core=core))
    assert (draft.title, [a.name for a in draft.authors]) == ("责任的边界", ["李明"])
    assert (draft.published, draft.published_from) == ("2024-03-05", "document")
    idle = read(
        docx(
            paragraph("开头的标题") + paragraph(SENTENCE * 5), core="<dc:title>文档1</dc:title><dc:creator>微软用户</dc:creator>"
        )
    )
    assert (idle.title, idle.authors) == ("开头的标题", ())


def test_a_title_that_is_only_set_large_and_in_the_middle_is_one() -> None:
    centred = '<w:jc w:val="center"/>'
    body = (
        paragraph(run("关于责任的通知", '<w:sz w:val="44"/>'), properties=centred)
        + paragraph(SENTENCE * 3)
        + paragraph("一、目的", style="heading 1")
    )
    draft = read(docx(body))
    assert draft.title == "关于责任的通知"
    assert [(level, text) for kind, level, _, text in blocks(draft) if kind == "heading"] == [
        (1, "关于责任的通知"),
        (2, "一、目的"),
    ]


def test_signs_of_fonts_and_links_written_as_fields_are_read() -> None:
    sign = '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    link = f'<w:fldSimple w:instr=" HYPERLINK &quot;https://example.org/x&quot; ">{run("名册")}</w:fldSimple>'
    draft = read(docx(paragraph(run("甲"), sign, run("乙，见"), link) + paragraph(SENTENCE)))
    assert draft.text == f"甲≥☑乙，见名册\n{SENTENCE}"
    assert [(draft.text[i.start : i.end], i.href) for i in draft.layout.inlines] == [("名册", "https://example.org/x")]


def test_a_table_s_first_column_may_hold_numbers_only() -> None:
    cells = ["", "甲表", "", "乙表"]
    properties = [listed(1), "", listed(1), ""]
    inside = [f"<w:tc>{paragraph(cell, properties=each)}</w:tc>" for cell, each in zip(cells, properties, strict=True)]
    rows = f"<w:tbl><w:tr>{''.join(inside[:2])}</w:tr><w:tr>{''.join(inside[2:])}</w:tr></w:tbl>"
    draft = read(docx(paragraph(SENTENCE) + rows, parts={"numbering": numbering(1, ("decimal", "%1"))}))
    assert draft.text == f"{SENTENCE}\n1\t甲表\n2\t乙表"


def test_a_date_in_the_text_is_believed_before_that_of_the_properties() -> None:
    core = "<dcterms:created>2013-12-23T23:15:00Z</dcterms:created>"
    plain = read(docx(paragraph(SENTENCE * 5), core=core))
    assert (plain.published, [dict(remark.facts) for remark in plain.remarks]) == ("2013-12-23", [{"date": "2013-12-23"}])
    passed = paragraph("数据管理办法", style="Title") + paragraph("（2016年11月7日某某会议通过　根据2020年1月1日决定修正）")
    rule = read(docx(passed + paragraph(SENTENCE * 5), core=core))
    assert (rule.published, rule.published_from, rule.remarks) == ("2016-11-07", "text line", ())
    assert "某某会议通过" in rule.text


def test_files_elsewhere_are_named_and_not_fetched() -> None:
    outside = relation("r7", "image", "http://example.org/a.png") + relation("r8", "attachedTemplate", "file:///tmp/a.dotm")
    draft = read(docx(paragraph(SENTENCE), relations=LINK + outside))
    assert [(r.sentence.split()[1], r.facts["count"]) for r in draft.remarks] == [("linked", "2")]


def bomb() -> bytes:
    entities = "<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    start = f"<!DOCTYPE w [{entities}]>"
    files = {"[Content_Types].xml": "<a/>", "_rels/.rels": "<a/>"}
    return zipped({**files, "word/document.xml": f"{start}<document><body><p><r><t>&i;</t></r></p></body></document>"})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bomb(), "damaged"),
        (docx(paragraph(SENTENCE))[:400], "damaged"),
        (docx("<w:p>"), "damaged"),
        (docx(""), "no words"),
        (docx("<w:sdt>" * 5000 + "</w:sdt>" * 5000), "damaged"),
        (zipped({"[Content_Types].xml": "<a/>", "_rels/.rels": "<a/>"}), "damaged"),
        (
            zipped({"[Content_Types].xml": "<a/>", "_rels/.rels": "<a/>", "word/document.xml": b"<" + b" " * 40_000_000}),
            "unpacks to far more",
        ),
        (zipped({"[Content_Types].xml": "<a/>", "_rels/.rels": "<a/>", "xl/workbook.xml": "<a/>"}), "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (b"{\\rtf1 text}", "RTF"),
    ],
)
def test_what_cannot_be_read_is_refused_with_advice(data: bytes, words: str) -> None:
    with pytest.raises(CannotImport, match=words):
        read(data)


def test_it_tells_its_progress() -> None:
    seen: list[int] = []
    importers.read_bytes(docx(paragraph(SENTENCE) * 1000), "a.docx", progress=lambda done, _total: seen.append(done))
    assert len(seen) > 10
    assert seen == sorted(seen)
    assert seen[-1] == 1000
