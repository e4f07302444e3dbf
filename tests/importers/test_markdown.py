"""Markdown with every character of ordinary text kept."""

from __future__ import annotations

import pytest

from db import importers
from db.importers import markdown_text
from db.importers.markdown_plain import stretches
from db.importers.walking import walk
from db.records import Author, Draft


def read(text: str) -> Draft:
    return importers.read_text("# 题\n\n" + text, as_is=True)


def body(text: str) -> str:
    return read(text).text.removeprefix("题\n")


def marked(draft: Draft, kind: str) -> list[str]:
    return [draft.text[i.start : i.end] for i in draft.layout.inlines if i.kind == kind]


@pytest.mark.parametrize(
    "text",
    [
        "5*3=15，2*4=8",
        "甲* 和乙*",
        "变量 a_b_c 与_下划线_x",
        "《<AI>》与 a < b > c，R&D，AT&T；",
        "[[1]] 与 [[甲],[乙]] 与 [[",
        "#话题# 不是标题",
        "[1]: 王某某. 论文题目. 2020",
        "“引号”与'单引号'—破折号...省略号--",
        "　　全角缩进　中间\u00a0不断行\u2028行分\u200b零宽",
        "~~删~~ ==亮== ^上^ $x_1$",
        "2**10 与 **未闭合",
        "1）甲 （二）乙 ①丙",
    ],
)
def test_ordinary_text_loses_no_character(text: str) -> None:
    assert body(text) == text


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("甲。**一是安全。**后文", ["一是安全。"]),
        ("**“引”**，再**（二）**乙", ["“引”", "（二）"]),
        ("**第一条**　为了规范", ["第一条"]),
        ("__粗__ 与 **粗**字", ["粗", "粗"]),
        ("***粗斜***字", ["粗斜"]),
    ],
)
def test_bold_is_seen_beside_chinese_punctuation(text: str, bold: list[str]) -> None:
    assert marked(read(text), "bold") == bold


def test_a_list_right_under_a_line_is_a_list() -> None:
    draft = read("如下：\n* 甲\n* 乙\n    * 丙\n\n3. 三\n4. 四")
    items = [(b.marker, b.level, draft.text[b.start : b.end]) for b in draft.layout.blocks if b.kind == "item"]
    assert items == [("•", 1, "甲"), ("•", 1, "乙"), ("•", 2, "丙"), ("3.", 1, "三"), ("4.", 1, "四")]


def test_lines_of_a_paragraph_stay_lines_and_wrapped_prose_is_joined() -> None:
    assert body("北窗观察员\n法规\n后一行") == "北窗观察员\n法规\n后一行"
    wrapped = "A model card is written once, on the day of release,\nby people who already know all the answers."
    assert body(wrapped) == wrapped.replace("\n", " ")


def test_tables_are_rows_with_cells_between_tabs() -> None:
    draft = read("| 甲 | 乙 |\n|---|---|\n| 1 | **2** |")
    assert draft.text == "题\n甲\t乙\n1\t2"
    assert marked(draft, "bold")[-1] == "2"


def test_quotes_code_and_footnotes_are_kept() -> None:
    draft = read("> 引文\n\n```\n代码  两格\n```\n\n注[^1]。\n\n[^1]: 脚注。")
    kinds = [(b.kind, draft.text[b.start : b.end]) for b in draft.layout.blocks[1:]]
    assert kinds == [("quote", "引文"), ("code", "代码  两格"), ("paragraph", "注[1]。"), ("paragraph", "[1] 脚注。")]


def test_raw_html_is_read_and_nothing_of_it_runs() -> None:
    draft = read("<script>alert(1)</script>\n\n甲<b>乙</b>\n\n[丙](javascript:alert(1)) [丁](https://a.example)")
    assert draft.text == "题\n甲乙\n丙 丁"
    assert [i.href for i in draft.layout.inlines if i.kind == "link"] == ["https://a.example"]
    assert any(r.facts == {"count": "1"} for r in draft.remarks)


def test_a_short_bold_paragraph_is_a_heading_and_a_bold_sentence_is_not() -> None:
    draft = read("**一、背景**\n\n**这是一整句加粗的话。**\n\n**第三条**")
    assert [b.kind for b in draft.layout.blocks] == ["heading", "heading", "paragraph", "paragraph"]


def test_front_matter_lists_quotes_and_addresses_are_read() -> None:
    text = '---\ntitle: "题: 副题"\nauthor:\n  - "[[王鹏]]"\n  - 李 明\nsource: https://a.example/x\n'
    text += "published: 2024-05-01\n---\n\n正文。"
    draft = importers.read_text(text)
    assert (draft.title, draft.url, draft.publisher) == ("题: 副题", "https://a.example/x", "")
    assert [a.name for a in draft.authors] == ["王鹏", "李明"]
    assert draft.text == "正文。"


def test_a_title_known_only_from_front_matter_is_not_in_the_text() -> None:
    assert importers.read_text("---\ntitle: 题\n---\n\n只有正文。").text == "只有正文。"


def test_wiki_links_give_what_they_show() -> None:
    draft = read("参见[[动态评测]]与[[基准污染|污染]]，以及[[页#节]]。![[图.png]]\n\n`[[代码]]` 与 [[1]](https://a.example)")
    assert draft.text == "题\n参见动态评测与污染，以及页#节。\n[[代码]] 与 [1]"


def test_a_note_keeps_its_mark_and_stands_at_the_end_as_a_paragraph() -> None:
    draft = read("甲[^a]，乙[^长注]，丙[^无]。\n\n[^a]: 第一条*注*。\n[^长注]: 第二条注，\n    分两行写。\n\n丁。")
    assert draft.text.split("\n") == [
        "题",
        "甲[a]，乙[长注]，丙[^无]。",
        "丁。",
        "[a] 第一条注。",
        "[长注] 第二条注， 分两行写。",
    ]
    assert [b.kind for b in draft.layout.blocks[1:]] == ["paragraph"] * 4
    assert marked(draft, "italic") == ["注"]


def test_what_looks_like_a_note_between_fences_is_code() -> None:
    assert body("```\n[^1]: 代码\n[[页|名]]\n```") == "[^1]: 代码\n[[页|名]]"


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("authors: [王 鹏, 李明]", ["王鹏", "李明"]),
        ('authors: ["Ravi Kumar", "Helen O\'Brien"]', ["Ravi Kumar", "Helen O'Brien"]),
        ("authors:\n  - name: 王鹏\n    url: https://a.example\n  - name: 李明", ["王鹏", "李明"]),
        ("author:\n- 王鹏\n- 李明", ["王鹏", "李明"]),
        ("author: 王鹏 # 待核", ["王鹏"]),
    ],
)
def test_authors_in_front_matter_are_read_as_a_list(front: str, names: list[str]) -> None:
    draft = importers.read_text(f"---\ntitle: 题\n{front}\ntags: [甲, 乙]\n---\n正文在此。")
    assert [a.name for a in draft.authors] == names


def test_toml_front_matter_gives_lists_tables_and_dates() -> None:
    head = '+++\ntitle = "题"\ndate = 2023-10-04T08:00:00Z\nauthors = ["王鹏", "李明"]\n[extra]\ncanonical = "https://a.example/x"\n+++\n'
    draft = importers.read_text(head + "正文在此。")
    assert (draft.title, draft.published, draft.url) == ("题", "2023-10-04T08:00:00+00:00", "https://a.example/x")
    assert [a.name for a in draft.authors] == ["王鹏", "李明"]


def test_a_folded_value_of_yaml_is_one_line() -> None:
    assert importers.read_text("---\ntitle: >-\n  一个很长的\n  title\nlang: zh\n---\n正文。").title == "一个很长的 title"


PLAIN = [
    "段落一行\n第二行  \n第三行",
    "# 题 #\n\n## 节\n文字紧接\n### 又节",
    "* 甲\n* [乙](https://a.example/?x=1&y=2)\n\n* 丙",
    "- 甲\n  接着\n- 乙\n\n后文",
    "3. 三\n4. 四\n\n段\n\n1. 一",
    "1. 一\n\n1. 二\n\n1. 三",
    "1. 一\n\n    段内\n\n2. 二",
    "**粗**与**“引”。**后 ![图](x.png)[![](i.png) 词](u) a_b & &amp; &#39; [1] 3 > 2",
    "前\n\n---\n\n后\n\n***",
    "> 引\n\n段\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n段",
    '*斜* `码` \\* [a][b] [x](<u v>) [y](u "t")',
    "[参]: https://a.example\n\n见[参]与[文][参]。",
    "甲\n===\n\n乙\n---",
    "    四格\n\n  两格\n\n\t表格",
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_blocks_are_read_as_python_markdown_reads_them(text: str) -> None:
    def pieces(html: str) -> list[object]:
        return [(p.kind, p.text, p.inlines, p.level, p.marker) for p in walk(html, lambda _: None, keep_lines=True).pieces]

    whole = pieces(markdown_text.converted(text))
    assert pieces("\n".join(html if plain else markdown_text.converted(html) for plain, html in stretches(text))) == whole


AUTHORS = """
authors:
  - name: Jane Doe
    affiliation: University of Somewhere
  - name: 王 鹏
    affiliation: 某大学教授
"""


def test_front_matter_gives_each_author_with_where_he_works() -> None:
    wanted = [Author("Jane Doe", "University of Somewhere"), Author("王鹏", "某大学", "教授")]
    draft = importers.read_text(f"---\ntitle: 题{AUTHORS}---\n正文在此。")
    assert list(draft.authors) == wanted
    tables = '[[authors]]\nname = "Jane Doe"\naffiliation = "University of Somewhere"\n'
    tables += '[[authors]]\nname = "王 鹏"\naffiliation = "某大学教授"'
    draft = importers.read_text(f'+++\ntitle = "题"\n{tables}\n+++\n正文在此。')
    assert list(draft.authors) == wanted


def test_front_matter_gives_publisher_address_month_and_language() -> None:
    front = "publisher: Tech Weekly\nsource: https://example.org/a/b\ndate: 2024-03\nlang: fr-CH"
    draft = importers.read_text(f"---\ntitle: T\n{front}\n---\nSome words of a text.")
    assert (draft.publisher, draft.url, draft.published, draft.language) == (
        "Tech Weekly", "https://example.org/a/b", "2024-03", "fr",
    )  # fmt: skip
    draft = importers.read_text("---\ntitle: T\nsource: 某网\nlanguage: Chinese\n---\nSome words of a text.")
    assert (draft.publisher, draft.language) == ("某网", "en")
