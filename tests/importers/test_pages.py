"""Whole pages of several layouts: what stays, what goes and why, and what becomes data."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import importers
from db.records import Author, Draft, Layout

FILES = Path(__file__).parent / "files"
PAGES = sorted(p.name for p in FILES.iterdir() if p.is_file())


def page(name: str, *, as_is: bool = False) -> Draft:
    return importers.read(FILES / name, as_is=as_is)


def gone(draft: Draft) -> dict[str, str]:
    return {removed.text: removed.reason for removed in draft.removed}


@pytest.mark.parametrize("name", PAGES)
def test_blocks_cover_the_text_but_for_one_line_feed_between_them(name: str) -> None:
    draft = page(name)
    at = 0
    for block in draft.layout.blocks:
        assert block.start == at
        assert block.end > block.start
        at = block.end + 1
    assert at == len(draft.text) + 1
    assert draft.text == "\n".join(draft.text[b.start : b.end] for b in draft.layout.blocks)
    assert all(0 <= i.start < i.end <= len(draft.text) and "\n" not in draft.text[i.start : i.end] for i in draft.layout.inlines)
    assert Layout.from_json(draft.layout.to_json()) == draft.layout


@pytest.mark.parametrize("name", PAGES)
def test_what_was_removed_is_found_in_the_text_as_it_is(name: str) -> None:
    draft, whole = page(name), page(name, as_is=True)
    assert draft.removed
    assert whole.removed == ()
    for removed in draft.removed:
        assert whole.text[removed.start : removed.end] == removed.text
        assert removed.reason in importers.REASONS
    left = {r.start for r in draft.removed}
    assert draft.text == "\n".join(whole.text[b.start : b.end] for b in whole.layout.blocks if b.start not in left)
    assert (whole.title, whole.authors, whole.published) == (draft.title, draft.authors, draft.published)


@pytest.mark.parametrize("name", PAGES)
def test_the_original_is_kept_and_the_file_named(name: str) -> None:
    draft = page(name)
    assert draft.original == (FILES / name).read_bytes()
    assert draft.file_name == name
    assert draft.media_type == ("text/html" if name.endswith(".html") else "text/markdown")
    assert draft.language == ("en" if name in ("blog.html", "paper.html", "think_tank.md") else "zh")


def test_a_news_page_keeps_its_article_and_nothing_around_it() -> None:
    draft = page("news.html")
    assert draft.text.split("\n") == [
        "城市大脑如何向居民说明自己",
        "　　江岸市去年把红绿灯、停车位和排水泵站接进了同一套调度系统。系统每天作出上万个决定，居民却很少知道它为什么这样决定。",
        "　　记者走访三个街道后发现，多数投诉并不是针对结果，而是针对没有人解释结果。",
        "调度大厅的大屏",
        "图为江岸市调度大厅。",
        "说明要让人看得懂",
        "　　市数据局的办法是给每一类决定配一张卡片，写明用了哪些数据、由谁负责、怎样申诉。卡片不超过两百字，张贴在社区公告栏。",
        "　　有人担心卡片会流于形式。街道干部的回答很实在：“写不出两百字的，就先别上线。”卡片样式已经公开征求意见。",
        "申诉要有人接",
        "　　今年一月以来，热线接到四百余件与自动决定有关的来电，其中九成在三天之内由工作人员答复。",
        "　　说明与申诉都不新鲜，难的是把它们写进日常。",
        "街道\t来电\t三日内答复",
        "北岸\t180\t171",
        "南岸\t226\t198",
    ]
    assert [b.kind for b in draft.layout.blocks][:6] == ["heading", "paragraph", "paragraph", "figure", "figure", "heading"]
    assert [b.kind for b in draft.layout.blocks][-3:] == ["row"] * 3
    assert [draft.text[i.start : i.end] for i in draft.layout.inlines if i.kind == "link"] == ["卡片样式"]


def test_a_news_page_gives_its_data() -> None:
    draft = page("news.html")
    assert draft.authors == (Author("陆遥"), Author("沈知行"))  # not the nickname in the head
    assert (draft.publisher, draft.source) == ("江岸新闻网", "江岸日报")
    assert (draft.published, draft.published_from) == ("2025-03-12T08:15", "page")
    assert draft.url == "https://news.example.cn/2025/0312/c1001-88.html"
    assert gone(draft)["（责编：顾一舟、田禾）"] == "editor"
    assert gone(draft)["相关阅读"] == "related"


def test_an_official_notice_keeps_signature_date_and_attachment() -> None:
    draft = page("notice.html")
    lines = draft.text.split("\n")
    assert lines[:2] == ["关于开展算法备案自查工作的通知", "各区县数据管理部门、有关企业："]
    assert lines[-3:] == ["\u2003\u2003附件：算法备案自查表.doc", "临川市数据管理局", "2024年11月4日"]
    assert "\u2003\u2003各单位要指定专人负责，发现重大风险隐患的，应当当日报告。联系电话：0000-1234567。" in lines
    assert (draft.published, draft.source, draft.publisher) == ("2024-11-05T16:20", "市数据管理局", "临川市数据管理局")
    assert draft.authors == ()


def test_an_account_page_gives_author_account_and_the_time_in_its_script() -> None:
    draft = page("account.html")
    assert (draft.column, draft.title, draft.genre) == ("观察", "开源模型的责任边界在哪里", "analysis")
    assert draft.text.startswith("观察 | 开源模型的责任边界在哪里\n开源模型的权重一旦公开，便没有谁能够收回。责任应当")
    assert draft.text.endswith("谁作出最后一次实质改动，谁就先回答问题。")
    assert draft.authors == (Author("梁思远", "临江大学法学院", "副教授"),)
    assert (draft.publisher, draft.published) == ("数治圆桌", "2024-12-03T08:00:00")
    assert [b.level for b in draft.layout.blocks if b.kind == "heading"] == [1, 2, 2]
    assert any(draft.text[i.start : i.end] == "说明不是免责，" and i.kind == "bold" for i in draft.layout.inlines)


def test_a_blog_keeps_lists_quotes_code_and_notes_and_loses_its_comments() -> None:
    draft = page("blog.html")
    shown = [(b.kind, b.level, b.marker, draft.text[b.start : b.end]) for b in draft.layout.blocks]
    assert shown[0] == ("heading", 1, "", "Why model cards go stale")
    assert ("quote", 0, "", "“Nobody owns the card after launch,” one engineer told us.") in shown
    assert ("item", 2, "•", "Nine of those were silent.") in shown
    assert ("item", 1, "3.", "Third point, numbered as the author wished.") in shown
    assert ("code", 0, "", "  exit 1") in shown
    assert shown[-1] == ("item", 1, "1.", "Counted in March 2024 from public registries.")
    assert [a.name for a in draft.authors] == ["Edith Marlowe", "Tom Okafor"]
    assert (draft.publisher, draft.published) == ("Harbour Notes", "2024-05-21T09:30:00+01:00")
    assert sum(reason == "comments" for reason in gone(draft).values()) == 3


def test_an_english_page_loses_cookie_box_newsletter_and_teasers() -> None:
    draft = page("paper.html")
    assert len(draft.text.split("\n")) == 6
    assert draft.text.split("\n")[1] == "Operators must keep a human within reach of the stop button."
    assert [a.name for a in draft.authors] == ["Nora Lindqvist"]
    assert not {"cookies", "newsletter", "Advertisement", "Tug crews", "transformer"} & set(draft.text.split())


def test_a_page_of_one_sentence_is_an_article() -> None:
    draft = page("short.html")
    assert draft.text == "馆舍开放公告\n自五月一日起，算法史料馆每周二至周日开放。"


def test_no_cleaning_eats_a_law() -> None:
    draft = page("statute.html")
    lines = draft.text.split("\n")
    assert sum(line.strip().startswith(tuple(f"第{n}条" for n in "一二三四五六")) for line in lines) == 6
    assert "　　第四条　使用者应当在显著位置公布二维码" in lines
    assert "　　版权归作者所有的资料，依照其规定。" in lines
    assert lines[1] == "（2024年8月1日临川市人民政府令第8号公布）"
    assert lines[-1] == "　　第六条　本办法自2024年10月1日起施行。"


def test_an_exported_account_page_in_markdown() -> None:
    draft = page("account_export.txt")
    assert draft.text.split("\n") == [
        "专访｜“让算法先学会说不知道”",
        "医院把分诊系统停了一个月。停机的原因不是它错得多，而是它从不承认自己不确定。",
        "问：停机之后最先发现了什么？",
        "答：最先发现护士们其实一直在悄悄纠正它。每一次纠正都没有留下记录，所以系统以为自己是对的。",
        "第一，要给不确定留一个出口。第二，出口后面要有人。",
        "3*4 的对照试验做了两轮，变量名写作 wait_time_min，结果见表。",
        "轮次\t纠正次数\t说不知道",
        "一\t46\t0",
        "二\t12\t31",
        "这张表说明[1]，愿意说不知道的系统反而更少出错，也更容易被信任。",
        "[1] 数据由医院提供，未经独立核验。",
    ]
    assert (draft.title, draft.column, draft.genre) == ("“让算法先学会说不知道”", "专访", "interview")
    assert draft.authors == (Author("卫青禾"),)
    assert (draft.publisher, draft.source) == ("城市与机器", "城市与机器杂志")
    assert (draft.published, draft.published_from) == ("2025-01-09", "front matter")
    assert (draft.fetched, draft.fetched_from) == ("2025-03-01T09:00:00", "front matter")
    assert {draft.text[i.start : i.end] for i in draft.layout.inlines if i.kind == "bold"} >= {"第一，", "第二，"}


def test_a_column_page_without_front_matter_loses_the_card_inside_its_text() -> None:
    draft = page("column_export.txt")
    assert draft.title == "把审计写进合同——读《公共算法采购指南》"
    assert draft.text.split("\n")[0] == draft.title
    assert "谁来付钱" in draft.text.split("\n")
    assert draft.text.endswith("这一页也许最有用。")
    author = Author("苏晚", "临江大学公共管理学院", "教授")
    assert (draft.authors, draft.published, draft.published_from) == ((author,), "2022-11-18", "byline")
    assert (draft.publisher, draft.url, draft.source) == ("", "", "")
    assert next(text for text, reason in gone(draft).items() if reason == "author_card") == "苏晚"


def test_the_date_on_the_page_beats_the_saved_one_and_both_are_told() -> None:
    draft = page("site_export.md")
    assert (draft.published, draft.published_from) == ("2025-09-01T07:30:00", "byline")
    [remark] = [r for r in draft.remarks if "other" in r.facts]
    assert remark.facts == {"page": "2025-09-01T07:30:00", "other": "2025-09-03"}
    assert (draft.column, draft.title) == ("解读", "标识办法落地，平台要做哪三件事")
    assert (draft.publisher, draft.source, draft.authors) == ("北窗网", "北窗法律部", ())
    assert draft.text.split("\n")[1].startswith("摘要：")
    assert draft.text.endswith("不宜写成免责声明。")
