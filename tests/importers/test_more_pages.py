"""Pages of further kinds: an official document, a portal, a think tank, an account, a newspaper."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import importers
from db.errors import CannotImport
from db.records import Author, Draft

FILES = Path(__file__).parent / "files"
KINDS = sorted((FILES / "kinds").glob("*.want"))
TOLD = ("title", "column", "publisher", "source", "url", "published", "language")
LONG = "随着生成式系统进入日常，如何在鼓励创新与防范风险之间取得平衡，成为各国共同面对的课题。"
OTHER = "有观点认为应当先立规矩后发展；也有观点主张边发展边规范，二者并不必然矛盾。"


def page(name: str) -> Draft:
    return importers.read(FILES / name)


def read(text: str) -> Draft:
    return importers.read_text(text)


def test_an_official_document_gives_up_its_index_table_and_keeps_its_number_and_articles() -> None:
    draft = page("official_table.md")
    lines = draft.text.split("\n")
    assert (draft.publisher, draft.published, draft.authors) == ("岚山市人民政府办公室", "2024-03-20", ())
    assert lines[1:3] == ["岚政办发〔2024〕9号", "各区（县）人民政府，市政府各部门，各直属机构："]
    assert lines[4:8] == ["岚山市人民政府办公室", "2024年3月15日", "（此件公开发布）", "人工智能应用安全管理办法"]
    assert lines[-1] == "第五条　本办法自2024年5月1日起施行。"


def test_a_portal_s_many_menus_between_two_sayings_of_the_title_go() -> None:
    draft = page("portal.md")
    lines = draft.text.split("\n")
    assert lines[1].startswith("生成式系统走进政务大厅之后")
    assert lines[-2:] == ["参考来源：", "Audit finds gaps in retention"]
    assert len(lines) == 10
    assert (draft.published, draft.publisher, draft.authors) == ("2024-08-26T14:40:52", "某安网络行业门户", ())
    assert any(r.facts.get("other") == "2024-08-27" for r in draft.remarks)


def test_a_think_tank_s_posts_and_buttons_are_no_authors() -> None:
    draft = page("think_tank.md")
    lines = draft.text.split("\n")
    assert draft.title == "How to test a register"
    assert [a.name for a in draft.authors] == ["Jane Doe", "Ravi Kumar"]
    assert (draft.published, draft.language) == ("2025-04-01", "en")
    assert lines[1:3] == ["Registers are only as good as their tests.", "Tests must be repeated every quarter."]
    assert lines[-1].startswith("The author thanks two anonymous reviewers")


def test_a_reprint_names_its_account_its_source_and_its_author() -> None:
    draft = page("account_reprint.md")
    lines = draft.text.split("\n")
    assert draft.authors == (Author("方既白", "西岭大学新闻学院", "博士生"),)
    assert (draft.publisher, draft.source, draft.column) == ("网安前哨", "公共技术笔记", "观察")
    assert lines[1] == "误区一：公开代码就是透明"
    assert lines[-1].startswith("只有让使用者看得懂")
    assert len(lines) == 8


def test_a_newspaper_s_line_of_issue_and_page_is_source_and_date() -> None:
    draft = page("print_edition.txt")
    assert draft.title == "推动智能向善需要多方共治"
    assert draft.authors == (Author("余欢", "岚山社科院", "副研究员"), Author("齐鸣", "岚山大学", "博士生"))
    assert (draft.source, draft.published) == ("岚山日报", "2024-07-08")
    assert "形成合力。" in draft.text
    assert "放大" not in draft.text


def test_a_name_with_post_and_employer_under_the_title_is_the_author() -> None:
    draft = read(f"# 训练数据的三道门\n\n顾明澜 澜江大学数字法治研究中心研究员\n\n{LONG}\n\n{OTHER}\n")
    assert draft.authors == (Author("顾明澜", "澜江大学数字法治研究中心", "研究员"),)
    assert draft.text == f"训练数据的三道门\n{LONG}\n{OTHER}"


def test_names_with_posts_inside_the_text_stay_there() -> None:
    guests = "参会嘉宾：\n顾明澜　澜江大学研究员\n卫青禾　临川医院主任"
    draft = read(f"# 圆桌会举行\n\n{LONG}\n\n" + guests.replace("\n", "\n\n") + f"\n\n{OTHER}\n")
    assert draft.authors == ()
    assert guests in draft.text


def test_the_head_that_a_reading_tool_sets_above_its_markdown_is_read() -> None:
    head = "Title: 平台规则也要听证\n\nURL Source: https://a.example/77.html\n\nPublished Time: 2024-01-02T08:15:00+08:00\n\n"
    draft = read(f"{head}Markdown Content:\n平台规则也要听证\n===\n\n■ 白 露\n\n{LONG}\n\n{OTHER}\n")
    assert (draft.title, draft.url) == ("平台规则也要听证", "https://a.example/77.html")
    assert (draft.authors, draft.published) == ((Author("白露"),), "2024-01-02T08:15:00+08:00")
    assert draft.text == f"平台规则也要听证\n{LONG}\n{OTHER}"


def test_credits_in_a_list_or_a_quotation_under_the_title_become_data() -> None:
    for mark in ("- ", "> "):
        lines = ("作者：王鹏、丁立", "来源：数治前沿", "日期：2024-03-05", "原文链接：https://a.example/x")
        draft = read("# 论模型登记\n\n" + "\n".join(mark + line for line in lines) + f"\n\n{LONG}\n\n{OTHER}\n")
        assert draft.text == f"论模型登记\n{LONG}\n{OTHER}"
        assert [a.name for a in draft.authors] == ["王鹏", "丁立"]
        assert (draft.source, draft.published, draft.url) == ("数治前沿", "2024-03-05", "https://a.example/x")


def test_the_account_that_signs_above_and_below_the_text_is_the_publisher() -> None:
    front = "---\ntitle: 论模型登记\nsource: slowgeeker\n---\n\n# 论模型登记\n\n原创\n\nslowgeeker\n\n奶牛治理\n\n"
    foot = "\n\n继续滑动看下一个\n\n轻触阅读原文\n\n奶牛治理\n\n向上滑动看下一个\n\n知道了\n"
    draft = read(front + f"{LONG}\n\n{OTHER}" + foot)
    assert (draft.publisher, draft.authors) == ("奶牛治理", ())
    assert draft.text == f"论模型登记\n{LONG}\n{OTHER}"


def test_a_page_in_traditional_characters_is_told_by_the_same_words() -> None:
    body = "主管機關昨日表示，將研議生成內容的標示制度，預計年底前提出草案，並公開徵求各界意見。"
    draft = read(
        f"# 數位標示上路　先談誰來查核\n\n2024/05/06 10:22\n\n記者陳怡君／台北報導\n\n{body}\n\n延伸閱讀\n\n[甲案](/1)\n"
    )
    assert draft.text == f"數位標示上路　先談誰來查核\n{body}"
    assert (draft.authors, draft.published) == ((Author("陳怡君"),), "2024-05-06T10:22")


def test_notes_after_the_author_s_card_stay() -> None:
    notes = "（作者单位：北原大学法学院）\n\n注释：\n\n①参见某甲：《行政法新论》，2019年版。\n\n【责任编辑：何 欢】\n"
    draft = read(f"# 论说明义务\n\n作者:任我行\n\n{LONG}\n\n{OTHER}\n\n{notes}")
    assert draft.text.split("\n")[3:] == ["注释：", "①参见某甲：《行政法新论》，2019年版。"]
    assert draft.authors == (Author("任我行", "北原大学法学院"),)


def test_a_page_that_lists_news_is_no_article() -> None:
    rows = "".join(f'<li><a href="/{n}">某市数据局召开第{n}次工作会议</a><span>2024-0{n}-11</span></li>' for n in range(1, 9))
    with pytest.raises(CannotImport):
        importers.read_html(f"<html><body><h2>新闻发布</h2><ul>{rows}</ul><div>共 12 页 <a>下一页</a></div></body></html>")


@pytest.mark.parametrize("want", KINDS, ids=lambda path: path.stem)
def test_a_page_of_each_kind_gives_its_text_and_data(want: Path) -> None:
    """Beside each page lies what it should give: lines of data (authors as name|affiliation|role), a blank line, the text."""
    head, _, text = want.read_text("utf-8").partition("\n\n")
    told = {"language": "zh", **dict(line.split(": ", 1) for line in head.split("\n"))}
    draft = importers.read(next(p for p in want.parent.glob(f"{want.stem}.*") if p != want))
    assert draft.text == text.rstrip("\n")
    assert {key: getattr(draft, key) for key in TOLD} == {key: told.get(key, "") for key in TOLD}
    assert "; ".join(f"{a.name}|{a.affiliation}|{a.role}".rstrip("|") for a in draft.authors) == told.get("authors", "")
