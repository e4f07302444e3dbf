"""Names, dates, columns, publishers and addresses."""

from __future__ import annotations

import pytest

from db import importers
from db.importers import assembling, url_key
from db.importers.metadata import (
    address,
    clean_publisher,
    date_in,
    date_or_month,
    dateline_authors,
    genre_of,
    language_of,
    read_byline,
    script_date,
    split_column,
)
from db.importers.names import authors_in, is_person, listed_authors, natural
from db.records import Author


@pytest.mark.parametrize("name", ["王鹏", "丁立江", "欧阳娜娜", "约翰·罗尔斯", "Edith Marlowe", "J. R. Smith"])
def test_a_name_is_a_person(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize("name", ["企业资讯", "安全", "江小编", "新华社", "人民网", "金融时报", "研究院", "admin", "高质量"])
def test_an_account_is_no_person(name: str) -> None:
    assert not is_person(name)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("王 鹏 2023年06月27日", [Author("王鹏")]),
        ("王鹏 丁立江", [Author("王鹏"), Author("丁立江")]),
        (
            "文 | 某市治理研究中心特约研究员 王鹏 丁立江",
            [Author(n, "某市治理研究中心", "特约研究员") for n in ("王鹏", "丁立江")],
        ),
        ("作者：李 明、张晓红（某大学法学院教授）", [Author("李明"), Author("张晓红", "某大学法学院", "教授")]),
        ("文/陈默", [Author("陈默")]),
        ("本报记者 周 舟 吴越", [Author("周舟"), Author("吴越")]),
        ("By Jane Doe and Ravi Kumar", [Author("Jane Doe"), Author("Ravi Kumar")]),
        ("来源：新华社　作者：赵一　发布时间：2024-01-02", [Author("赵一")]),
        ("作者：某某研究院课题组", [Author("某某研究院课题组")]),
    ],
)
def test_a_byline_names_its_authors(line: str, authors: list[Author]) -> None:
    found = read_byline(line)
    assert found is not None
    assert found.authors == authors


@pytest.mark.parametrize(
    "line",
    [
        "2019年10月26日第十三届全国人民代表大会常务委员会第十四次会议通过",
        "王鹏认为，治理需要合作。",
        "第一章　总则",
        "各区县数据管理部门、有关企业：",
        "——评《某办法》",
        "人工智能治理的国际合作",
    ],
)
def test_a_line_of_the_text_is_no_byline(line: str) -> None:
    assert read_byline(line) is None


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("（来源：光明日报）", "光明日报"),
        ("文章来源自：全国网安标委", "全国网安标委"),
        ("来源: 《某某学刊》", "某某学刊"),
        ("转自：某报", "某报"),
        ("Source: The Quay Gazette", "The Quay Gazette"),
    ],
)
def test_a_source_line_names_its_source(line: str, source: str) -> None:
    found = read_byline(line)
    assert found is not None
    assert (found.source, found.reason) == (source, "source")


def test_an_account_in_a_byline_is_never_an_author() -> None:
    found = read_byline("作者：北窗君 2024-05-01")
    assert found is not None
    assert (found.authors, found.account) == ([], "北窗君")
    assert authors_in("企业资讯") == ([], ["企业资讯"])


def test_the_reporters_of_a_dateline_are_authors() -> None:
    assert dateline_authors("某社北京7月1日电（记者 王鹏、李明）会议指出……") == [Author("王鹏"), Author("李明")]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024年7月3日", "2024-07-03"),
        ("2024-09-19 15:42:11", "2024-09-19T15:42:11"),
        ("发布于 2024/9/1 08:05", "2024-09-01T08:05"),
        ("2024-05-21T09:30:00+01:00", "2024-05-21T09:30:00+01:00"),
        ("June 27, 2023", "2023-06-27"),
        ("3 February 2025", "2025-02-03"),
        ("2024年13月40日", ""),
        ("电话 010-82341063", ""),
    ],
)
def test_dates_are_read_as_iso(text: str, iso: str) -> None:
    assert date_in(text)[0] == iso


def test_the_time_in_a_script_is_read_as_data() -> None:
    assert script_date('var ct = "1733184000";') == "2024-12-03T08:00:00"
    assert script_date('{"datePublished":"2024-05-21"}') == "2024-05-21"
    assert script_date("var x = 1;") == ""


@pytest.mark.parametrize(
    ("title", "column", "rest"),
    [
        ("前沿 | 题目", "前沿", "题目"),
        ("专家解读｜题目", "专家解读", "题目"),
        ("Opinion | A title", "Opinion", "A title"),
        ("【评论】题目", "评论", "题目"),
        ("【重磅】题目", "", "【重磅】题目"),
        ("人工智能安全治理框架 | 全文", "", "人工智能安全治理框架 | 全文"),
        ("题目：副题", "", "题目：副题"),
    ],
)
def test_a_column_is_a_known_word_or_short_before_a_bar(title: str, column: str, rest: str) -> None:
    assert split_column(title) == (column, rest)


def test_a_column_proposes_a_genre() -> None:
    assert [genre_of(c) for c in ("专家解读", "前沿", "AI治理观察", "专访", "某某", "")] == [
        "commentary",
        "analysis",
        "analysis",
        "interview",
        "",
        "",
    ]


def test_a_publisher_loses_slogan_and_domain() -> None:
    assert clean_publisher("某网 Some – 数字生活服务平台,some.com") == "某网 Some"
    assert clean_publisher("The Quay Gazette") == "The Quay Gazette"
    assert clean_publisher("some.example.com") == "some.example.com"


def test_the_language_goes_by_the_characters() -> None:
    assert [language_of(t) for t in ("治理 AI", "governance of 治", "123。")] == ["zh", "en", ""]


def test_two_addresses_of_one_page_have_one_key() -> None:
    assert url_key("") == ""
    account = "https://mp.weixin.qq.com/s?__biz=A==&mid=1&idx=2&sn=x&chksm=9&scene=58#rd"
    assert url_key(account) == url_key("http://mp.weixin.qq.com/s?idx=2&mid=1&__biz=A==&sn=y&amp;from=z")
    assert url_key(account) != url_key(account.replace("idx=2", "idx=3"))
    assert url_key("https://mp.weixin.qq.com/s?sn=x&scene=1") == url_key("https://mp.weixin.qq.com/s?sn=x")
    assert url_key("https://mp.weixin.qq.com/s/AbC?scene=1") == url_key("http://mp.weixin.qq.com/s/AbC#rd")
    assert url_key("http://www.a.example/p/?utm_source=x&b=2&a=1#top") == url_key("https://a.example/p?a=1&b=2")
    assert url_key("https://a.example/p?id=1") != url_key("https://a.example/p?id=2")
    assert url_key("http://[bad") == "http://[bad"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "https://mp.weixin.qq.com/mp/appmsg/show?__biz=A==&appmsgid=7&itemidx=1",
            "http://mp.weixin.qq.com/s?__biz=A==&mid=7&idx=1&sn=q",
        ),
        ("https://a.example/p?id=1&spm=a.b&from=timeline&isappinstalled=0", "http://a.example/p/?id=1"),
        ("https://a.example/p?mkt_tok=x&_hsenc=y&gclid=z", "https://www.a.example:443/p"),
        ("//a.example/%E6%B3%95", "https://a.example/法/"),
    ],
)
def test_addresses_of_one_page_have_one_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/#/article/1", "https://a.example/#/article/2"),
        ("https://a.example/p?page=1", "https://a.example/p?page=2"),
        ("https://a.example:8080/p", "https://a.example/p"),
        ("https://mp.weixin.qq.com/s/AbC", "https://mp.weixin.qq.com/s/aBc"),
        ("https://mp.weixin.qq.com/s?__biz=A==&mid=7&idx=1", "https://mp.weixin.qq.com/s?__biz=B==&mid=7&idx=1"),
    ],
)
def test_addresses_of_two_pages_have_two_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("//a.example/x?y=1&amp;z=2", "https://a.example/x?y=1&z=2"),
        ("https://a.example/", ""),
        ("/x/y.html", ""),
        ("javascript:void(0)", ""),
        ("http://[bad/x", ""),
    ],
)
def test_the_address_a_page_gives_itself_must_be_whole_and_its_own(url: str, own: str) -> None:
    assert address(url) == own


LONG = "随着生成式系统进入日常，如何在鼓励创新与防范风险之间取得平衡，成为各国共同面对的课题。"


def told(text: str) -> dict[str, tuple[str, str]]:
    remarks = importers.read_text(text).remarks
    return {r.sentence: (r.facts["page"], r.facts["other"]) for r in remarks if "other" in r.facts}


def test_what_the_page_and_its_front_matter_say_otherwise_is_told() -> None:
    front = "---\ntitle: 论登记\nauthor: 王鹏\ndate: 2024-05-01\n---\n\n"
    page = f"# 模型登记的三种做法\n\n作者：李明　2024-05-03\n\n{LONG}\n\n{LONG}\n"
    assert told(front + page) == {
        assembling.TWO_DATES: ("2024-05-03", "2024-05-01"),
        assembling.TWO_TITLES: ("模型登记的三种做法", "论登记"),
        assembling.TWO_AUTHORS: ("李明", "王鹏"),
    }
    agreed = front.replace("论登记", "模型登记的三种做法").replace("05-01", "05-03").replace("王鹏", "李明、王鹏")
    assert told(agreed + page) == {}


def test_a_page_whose_own_dates_differ_is_told() -> None:
    head = "<html><head><meta property='article:published_time' content='2024-05-01T08:00:00'></head><body><h1>论登记</h1>"
    page = head + f"<p>2024-05-03 来源：某报</p><p>{LONG}</p><p>{LONG}甲。</p></body></html>"
    assert told(page) == {assembling.TWO_DAYS: ("2024-05-01T08:00:00", "2024-05-03")}
    assert told(page.replace("05-03", "05-01")) == {}


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Jane DoeMay 3, 202410:20 AM GMTUpdated 2 hours ago", [Author("Jane Doe")]),
        ("ByJane Doe and Ravi KumarPublished June 4, 2024", [Author("Jane Doe"), Author("Ravi Kumar")]),
        ("By Jane DoeSenior Fellow", [Author("Jane Doe", "", "Senior Fellow")]),
        ("Reporting by Dana Whitfield; Editing by Anna Reyes", [Author("Dana Whitfield")]),
        ("文／林佳穎　攝影／周柏宇", [Author("林佳穎")]),
        ("发表于 2023年11月20日 由 顾一舟 | 3 条评论", [Author("顾一舟")]),
        ("只看该作者 | 倒序浏览 2024-01-02 10:00", []),
    ],
)
def test_bylines_glued_by_style_or_mixed_with_buttons_are_read(line: str, authors: list[Author]) -> None:
    found = read_byline(line)
    assert found is not None
    assert (found.authors, found.account) == (authors, "")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Jane Doe, 李雷", ["Jane Doe", "李雷"]),
        ("李 雷、Jane Doe、王鹏 丁立江", ["李雷", "Jane Doe", "王鹏", "丁立江"]),
        ("Jane Doe and 李雷", ["Jane Doe", "李雷"]),
        ("AI治理，王鹏", ["王鹏"]),
    ],
)
def test_latin_names_beside_chinese_ones_are_kept(line: str, names: list[str]) -> None:
    assert [author.name for author in authors_in(line)[0]] == names


@pytest.mark.parametrize(
    ("listed", "authors"),
    [
        ("Doe, Jane", [Author("Jane Doe")]),
        ("Doe, Jane; Smith, John A.", [Author("Jane Doe"), Author("John A. Smith")]),
        ("Doe, Jane、李 雷", [Author("Jane Doe"), Author("李雷")]),
        ("Jane Doe 李雷", [Author("Jane Doe"), Author("李雷")]),
        ("Jane Doe, John Smith and Ann Lee", [Author("Jane Doe"), Author("John Smith"), Author("Ann Lee")]),
        (
            "Jane Doe (University of X), 李雷（某大学教授）",
            [Author("Jane Doe", "University of X"), Author("李雷", "某大学", "教授")],
        ),
        ("王鹏，某大学教授", [Author("王鹏", "某大学", "教授")]),
        ("Jane Doe、OECD", [Author("Jane Doe"), Author("OECD")]),
        ("Jane Doe、admin", [Author("Jane Doe")]),
        ("某大学课题组", [Author("某大学课题组")]),
    ],
)
def test_a_list_of_authors_loses_none(listed: str, authors: list[Author]) -> None:
    assert listed_authors(listed) == authors


@pytest.mark.parametrize(
    ("given", "kept"),
    [("王 鹏", "王鹏"), ("欧阳\u3000娜娜", "欧阳娜娜"), ("Doe, Jane", "Jane Doe"), (" Jane   Doe ", "Jane Doe"),
     ("新华社 记者", "新华社 记者"), ("约翰·罗尔斯", "约翰·罗尔斯"), ("Ministry of Trade, Oslo", "Ministry of Trade, Oslo"),
     ("Metatext, Inc.", "Metatext, Inc.")],
)  # fmt: skip
def test_a_name_is_written_in_one_way(given: str, kept: str) -> None:
    assert natural(given) == kept


@pytest.mark.parametrize(
    ("text", "date"),
    [("2024", "2024"), ("2024-3", "2024-03"), ("2024年11月", "2024-11"), ("2024-03-05 10:20", "2024-03-05T10:20"),
     ("soon", ""), ("2024-13", "2024")],
)  # fmt: skip
def test_a_date_is_read_as_far_as_it_is_told(text: str, date: str) -> None:
    assert date_or_month(text) == date
