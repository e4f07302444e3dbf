"""What a person states (front matter, reference lists) is taken as written; lines under the title of a plain text are read."""

from __future__ import annotations

import pytest

from db import importers
from db.errors import CannotImport
from db.importers.bibliography import completed, entries_in
from db.importers.putting_back import blocks_of, chosen
from db.records import Draft

BODY = "推荐算法决定人们看到什么，平台应当说明理由。\n\n第二段说到评估由谁来做。"
PARAGRAPH = "推荐算法决定人们看到什么，平台应当说明它为什么这样决定，也应当允许人们关闭它。" * 3


def names(draft: Draft) -> list[str]:
    return [author.name for author in draft.authors]


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        ("课题组12", ["课题组12"]),
        ("作者5", ["作者5"]),
        ("AI4Gov课题组2", ["AI4Gov课题组2"]),
        ("第2研究室", ["第2研究室"]),
        (" 王鹏 ", ["王鹏"]),
        ("王鹏；作者5、Jane Doe, 课题组12", ["王鹏", "作者5", "Jane Doe", "课题组12"]),
        ("[课题组12, 作者5]", ["课题组12", "作者5"]),
        ("\n  - 课题组12\n  - Doe, Jane", ["课题组12", "Jane Doe"]),
        ("Centre for Research and Policy", ["Centre for Research and Policy"]),
        ("Acme, Inc.", ["Acme, Inc."]),
        ("某大学治理研究院", ["某大学治理研究院"]),
        ("佚名", []),
    ],
)
def test_authors_in_front_matter_are_taken_as_they_are_written(stated: str, wanted: list[str]) -> None:
    draft = importers.read_text(f"---\ntitle: 题目\nauthor: {stated}\n---\n\n{BODY}")
    assert (names(draft), draft.publisher) == (wanted, "")


def test_a_publisher_that_is_stated_is_not_cut_and_may_sign_too() -> None:
    draft = importers.read_text(f"---\ntitle: 题目\nauthor: 第2研究室\npublisher: 第2研究室 – 内刊\n---\n\n{BODY}")
    assert (names(draft), draft.publisher) == (["第2研究室"], "第2研究室 – 内刊")
    same = importers.read_text(f"---\ntitle: 题目\nauthor: 第2研究室\npublisher: 第2研究室\n---\n\n{BODY}")
    assert (names(same), same.publisher) == (["第2研究室"], "第2研究室")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("@article{a, title={题目}, author={{课题组12} and {作者5}}, journal={AI4Gov通讯2}}", "a.bib"),
        ('[{"type": "article", "title": "题目", "author": [{"literal": "课题组12"}, {"literal": "作者5"}],'
         ' "container-title": "AI4Gov通讯2"}]', "a.json"),
        ("TY  - JOUR\nTI  - 题目\nAU  - 课题组12\nAU  - 作者5\nT2  - AI4Gov通讯2\nER  - \n", "a.ris"),
    ],
)  # fmt: skip
def test_a_reference_list_is_taken_as_it_is_written(data: str, name: str) -> None:
    (entry,) = entries_in(data.encode(), name)
    draft = completed(importers.read_text(f"题目\n{BODY}"), entry)
    assert (names(draft), draft.publisher) == (["课题组12", "作者5"], "AI4Gov通讯2")


@pytest.mark.parametrize(("stated", "wanted"), [("课题组12", ["课题组12"]), ("王鹏; 作者5", ["王鹏", "作者5"])])
def test_a_page_that_names_its_authors_one_by_one_is_taken_at_its_word(stated: str, wanted: list[str]) -> None:
    tags = "".join(f"<meta name='citation_author' content='{each}'>" for each in stated.split("; "))
    body = f"<h1>题目甲乙</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p>"
    page = f"<html><head><title>题目甲乙</title>{tags}</head><body>{body}</body></html>"
    assert names(importers.read_html(page)) == wanted
    lone = page.replace("citation_author", "author")
    assert "课题组" not in importers.read_html(lone).publisher


@pytest.mark.parametrize(
    ("lines", "authors", "source", "published"),
    [
        ("作者：周敏\n来源：治理周刊\n2023年8月20日", ["周敏"], "治理周刊", "2023-08-20"),
        ("\n作者：赵雅", ["赵雅"], "", ""),
        ("作者：刘洋　发布：2025-01-05", ["刘洋"], "", "2025-01-05"),
        ("文/张三", ["张三"], "", ""),
        ("（文/张三）", ["张三"], "", ""),
        ("——以某地为例\n文 | 张三", ["张三"], "", ""),
        ("本报记者 李明 王鹏", ["李明", "王鹏"], "", ""),
        ("记者：王鹏", ["王鹏"], "", ""),
        ("作者：课题组12", ["课题组12"], "", ""),
        ("日期：2025-01-05\n转载自：某报", [], "某报", "2025-01-05"),
        ("By Jane Doe\nMay 3, 2024", ["Jane Doe"], "", "2024-05-03"),
    ],
)
def test_lines_under_the_title_of_a_plain_text_are_read_and_left_out(
    lines: str, authors: list[str], source: str, published: str
) -> None:
    text = f"题目甲\n{lines}\n{BODY}"
    draft = importers.read_bytes(text.encode(), "a.txt")
    assert (draft.title, names(draft), draft.source, draft.published) == ("题目甲", authors, source, published)
    assert draft.published_from == ("byline" if published else "")
    assert draft.removed
    assert all(text[each.start : each.end] == each.text for each in draft.removed)
    assert not any(each.text in draft.text for each in draft.removed)
    assert draft.text.startswith("题目甲\n")
    assert draft.text.endswith(BODY)
    assert chosen(draft, [True] * len(blocks_of(draft))).text == text
    whole = importers.read_bytes(text.encode(), "a.txt", as_is=True)
    assert (whole.text, whole.removed, names(whole)) == (text, (), authors)


@pytest.mark.parametrize(
    "text",
    [
        f"参会人员\n王鹏\n李明\n赵雅\n{BODY}",
        f"访谈录\n记者：你好\n专家：你好\n{BODY}",
        f"访谈录\n记者：您怎么看？\n专家：要看效果。\n{BODY}",
        f"某办法\n（2023年7月10日公布，自2023年8月15日起施行）\n第一条　为了管好算法。\n{BODY}",
        f"某办法\n2017年6月1日起施行\n{BODY}",
        f"题目甲\n编号\n2024-01-01\n{BODY}",
        f"这一句话不是题目。\n作者：周敏\n{BODY}",
        f"题目甲\n责任编辑：王鹏\n{BODY}",
        "题目甲\n作者：周敏\n2024年3月5日",
    ],
)
def test_other_lines_of_a_plain_text_stay(text: str) -> None:
    draft = importers.read_bytes(text.encode(), "a.txt")
    assert (draft.text, draft.removed) == (text, ())
    assert (draft.authors, draft.published) == ((), "")


def test_a_date_says_where_it_is_from() -> None:
    under = f"# 题目甲\n\n作者：刘洋　发布：2025-01-05\n\n{PARAGRAPH}\n\n{PARAGRAPH}"
    stated = f"---\ntitle: 题目甲\ndate: 2025-01-06\n---\n\n{PARAGRAPH}\n\n{PARAGRAPH}"
    page = f"<html><body><h1>题目甲</h1><p>2025-01-07 来源：某报</p><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></body></html>"
    told = [(draft.published, draft.published_from) for draft in map(importers.read_text, (under, stated, page))]
    assert told == [("2025-01-05", "byline"), ("2025-01-06", "front matter"), ("2025-01-07", "page")]


def test_a_plain_text_that_says_that_the_article_is_gone_is_none() -> None:
    with pytest.raises(CannotImport, match="no article"):
        importers.read_text("题目\n该内容已被发布者删除")
