"""Layouts of sites, each in a page of a few lines: what is the article, and what becomes data."""

from __future__ import annotations

import json

import pytest

from db import importers
from db.importers.linked_data import linked_in
from db.importers.metadata import genre_of, read_byline
from db.records import Author, Draft

LONG = "随着生成式系统进入日常，如何在鼓励创新与防范风险之间取得平衡，成为各国共同面对的课题。"
OTHER = "有观点认为应当先立规矩后发展；也有观点主张边发展边规范，二者并不必然矛盾。"
ENGLISH = "Regulators across the world are learning the same lesson at different speeds: a rule that nobody can check is a wish."
SECOND = "None of this means that paperwork is useless, for it creates a person who is responsible and a record to compare."
TITLE = "把日志看到底"


def page(body: str, head: str = f"<title>{TITLE}</title>") -> Draft:
    return importers.read_html(f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>")


def article(inside: str, *, above: str = "", below: str = "") -> Draft:
    return page(f"<h1>{TITLE}</h1>{above}<div class=text><p>{LONG}</p>{inside}<p>{OTHER}</p></div>{below}")


def english(above: str, below: str = "", head: str = "<title>The second answer</title>") -> Draft:
    return page(f"<h1>The second answer</h1>{above}<div><p>{ENGLISH}</p><p>{SECOND}</p></div>{below}", head)


PLAIN = f"{TITLE}\n{LONG}\n{OTHER}"
PLAIN_ENGLISH = f"The second answer\n{ENGLISH}\n{SECOND}"


def test_linked_data_gives_author_post_publisher_and_day() -> None:
    person = {"@type": "Person", "@id": "#p", "name": "Clara Weng", "jobTitle": "Fellow", "affiliation": {"name": "Northvik Lab"}}
    entry = {"@type": "Article", "author": [{"@id": "#p"}], "publisher": {"name": "DigiLab"}, "datePublished": "2026-03-05"}
    script = json.dumps({"@context": "https://schema.org", "@graph": [entry, person]})
    draft = english("", head=f"<title>The second answer</title><script type='application/ld+json'>{script}</script>")
    assert draft.authors == (Author("Clara Weng", "Northvik Lab", "Fellow"),)
    assert (draft.publisher, draft.published) == ("DigiLab", "2026-03-05")


@pytest.mark.parametrize("script", ["", "{", "[[[]]]", '"words"', "[" * 100_000, '{"@type": "Article", "author": 7}'])
def test_linked_data_that_is_none_does_no_harm(script: str) -> None:
    assert linked_in([script]).authors == []


def test_a_utc_time_of_another_day_in_china_is_given_in_china_s_time() -> None:
    head = "<title>把日志看到底</title><meta property=article:published_time content='{}'>"
    body = f"<h1>{TITLE}</h1><div>{{}}</div><p>{LONG}</p><p>{OTHER}</p>"
    assert page(body.format(""), head.format("2026-03-04T22:30:00Z")).published == "2026-03-05T06:30:00+08:00"
    assert page(body.format(""), head.format("2026-03-05T02:30:00Z")).published == "2026-03-05T02:30:00Z"
    assert page(body.format("2026-03-04"), head.format("2026-03-04T22:30:00Z")).published == "2026-03-04T22:30:00Z"


def test_the_day_in_an_address_is_taken_where_the_page_tells_none() -> None:
    draft = page(
        f"<h1>{TITLE}</h1><p>{LONG}</p><p>{OTHER}</p>", "<link rel=canonical href='https://a.example/2026-03/05/c_1.htm'>"
    )
    assert (draft.published, draft.published_from) == ("2026-03-05", "address")
    assert not page(f"<p>{LONG}</p>", "<link rel=canonical href='https://a.example/20269/05/c_1.htm'>").published


def test_a_sentence_that_names_the_account_a_text_came_from_becomes_data() -> None:
    said = "<p>本文来自微信公众号“数智前哨”（ID：szqs），作者：高一凡，编辑：何远，某网经授权发布。</p>"
    draft = page(f"<h1>{TITLE}</h1><div>{said}<p>{LONG}</p><p>{OTHER}</p></div>")
    assert (draft.text, draft.source, draft.authors) == (PLAIN, "数智前哨", (Author("高一凡"),))
    journal = read_byline("本文原刊于《澜江学刊》2026年第1期，转载请注明出处。")
    assert journal is not None
    assert journal.source == "澜江学刊"
    assert read_byline("本文来自三个街道的调查。") is None


def test_an_author_s_note_at_the_end_of_the_last_paragraph_stays_and_is_read() -> None:
    draft = article("", below="")
    noted = page(f"<h1>{TITLE}</h1><p>{LONG}</p><p>{OTHER}（作者：孟庆国，澜江大学教授）</p>")
    assert draft.authors == ()
    assert noted.authors == (Author("孟庆国", "澜江大学", "教授"),)
    assert noted.text.endswith("（作者：孟庆国，澜江大学教授）")


def test_a_card_of_two_authors_tells_of_both() -> None:
    card = "<p>作者简介：韩立新，澜江大学法学院教授；梁可为，北原大学博士研究生。</p>"
    draft = article("", above="<p>作者：韩立新 梁可为</p>", below=card)
    assert draft.authors == (Author("韩立新", "澜江大学法学院", "教授"), Author("梁可为", "北原大学", "博士研究生"))
    assert draft.text == PLAIN


def test_the_line_of_where_the_authors_work_becomes_data() -> None:
    draft = article("", above="<p>作者：邵一凡、钟离雪</p><p>单位：澜江大学数字社会研究院</p>")
    assert draft.authors == (Author("邵一凡", "澜江大学数字社会研究院"), Author("钟离雪", "澜江大学数字社会研究院"))
    assert draft.text == PLAIN
    assert read_byline("单位：万元") is None


def test_an_editor_in_the_head_is_no_author() -> None:
    head = f"<title>{TITLE}</title><meta name=author content=陈昊>"
    draft = page(f"<h1>{TITLE}</h1><p>{LONG}</p><p>{OTHER}</p><p>责任编辑：陈昊</p>", head)
    assert (draft.text, draft.authors) == (PLAIN, ())
    assert page(f"<h1>{TITLE}</h1><p>{LONG}</p><p>{OTHER}</p>", head).authors == (Author("陈昊"),)


def test_a_byline_under_an_opening_paragraph_is_found() -> None:
    draft = page(
        f"<h1>{TITLE}</h1><p>导 读</p><p>{LONG}</p><p>文｜赵 岩 澜江大学法学院教授</p><p>{OTHER}</p><p>{LONG}{OTHER}</p>"
    )
    assert draft.authors == (Author("赵岩", "澜江大学法学院", "教授"),)
    assert draft.text.split("\n") == [TITLE, "导 读", LONG, OTHER, LONG + OTHER]


def test_guests_under_their_heading_are_text() -> None:
    draft = article("", above="<p>本期嘉宾</p><p>程屿，澜江大学法学院副教授</p>")
    assert draft.authors == ()
    assert draft.text.split("\n")[1:3] == ["本期嘉宾", "程屿，澜江大学法学院副教授"]


def test_a_summary_that_stands_apart_above_the_text_stays() -> None:
    points = "<section><h2>Key takeaways:</h2><ul><li>Registers are seldom read.</li><li>Formats matter most</li></ul></section>"
    draft = english(f"<p>March 5, 2026</p>{points}")
    assert draft.text.split("\n")[1:4] == ["Key takeaways:", "Registers are seldom read.", "Formats matter most"]


def test_a_box_that_ends_in_a_link_to_more_is_no_part_of_the_text() -> None:
    blurb = "The programme develops insights to address the governance challenges and the risks of new technologies."
    box = f"<div><h4>Program</h4><p>{blurb}</p><a href='/p'>Learn More</a></div>"
    draft = english(box, f"<p>{ENGLISH}</p><p>{SECOND}</p>")
    assert draft.text.split("\n")[:2] == ["The second answer", ENGLISH]
    assert blurb not in draft.text


def test_notes_outside_the_text_s_element_stay_and_cards_after_them_go() -> None:
    notes = "<section><h3>Notes</h3><ol><li>Interview with an official, January 2026.</li></ol></section>"
    bio = "Nadia Rahimi is a fellow at the Harbour Law School and a former judge."
    draft = english("<p>By Nadia Rahimi</p>", notes + f"<section><h3>About the Authors</h3><p>{bio}</p></section>")
    assert draft.text == f"{PLAIN_ENGLISH}\nNotes\nInterview with an official, January 2026."
    assert draft.authors == (Author("Nadia Rahimi", "Harbour Law School", "fellow"),)


def test_a_caption_beginning_with_its_owner_s_name_stays_and_its_picture_s_words_are_not_said_twice() -> None:
    figure = "<figure><img alt='A hall of counters.'><figcaption>© Ana Silva A hall of counters.</figcaption></figure>"
    draft = english("", figure.join(("<div>", "</div>")))
    assert draft.text.count("A hall of counters.") <= 1
    inside = page(f"<h1>The second answer</h1><div><p>{ENGLISH}</p>{figure}<p>{SECOND}</p></div>", "<title>x</title>")
    assert inside.text.split("\n")[2] == "© Ana Silva A hall of counters."


def test_the_heading_of_a_page_whose_head_names_only_its_site_is_the_title() -> None:
    rows = "".join(f"<p>第{n}条　经营者应当遵守本法，并履行说明义务。</p>" for n in "一二三四五六")
    facts = "<div>制定机关：某市人民代表大会</div><div>公布日期：2026-03-05</div><div>施行日期：2026-10-01</div>"
    draft = page(f"<div><h2>某市智能服务条例</h2>{facts}<div>{rows}</div></div>", "<title>法律法规资料库</title>")
    assert (draft.title, draft.publisher, draft.published) == ("某市智能服务条例", "某市人民代表大会", "2026-03-05")
    assert draft.authors == ()
    assert len(draft.text.split("\n")) == 7


def test_a_paper_s_list_of_titles_holds_not_the_title() -> None:
    menu = (
        f"<h3>本版导航</h3><ul><li><a href=1>{TITLE}</a></li><li><a href=2>春风</a></li><li><a href=3>从田间到车间</a></li></ul>"
    )
    draft = page(f"{menu}<h3>{TITLE}</h3><p>□ 潘文静</p><p>{LONG}</p><p>{OTHER}</p>", f"<title>某江日报数字报-{TITLE}</title>")
    assert (draft.text, draft.publisher, draft.authors) == (PLAIN, "某江日报", (Author("潘文静"),))


def test_the_column_that_only_the_head_names_gives_the_genre() -> None:
    draft = english("", head="<meta property=og:title content='Opinion | The second answer'>")
    assert (draft.title, draft.column, draft.genre) == ("The second answer", "Opinion", "commentary")


def test_who_owns_a_page_is_its_publisher_where_nothing_else_is_named() -> None:
    for notice in ("本文系某察网独家稿件，未经授权，不得转载。", "Copyright © 2014-2026 某察网 版权所有", "版权所有：某察网"):
        assert article("", below=f"<footer><p>{notice}</p></footer>").publisher == "某察网"
    assert article("", below="<footer><p>版权所有 违者必究</p></footer>").publisher == ""


@pytest.mark.parametrize(
    ("column", "genre"), [("马上评", "commentary"), ("锐评", "commentary"), ("测评", ""), ("观察", "analysis")]
)
def test_a_column_of_short_comments_is_commentary(column: str, genre: str) -> None:
    assert genre_of(column) == genre


def test_reporters_named_by_their_paper_are_authors() -> None:
    line = read_byline("本报记者 石一鸣 通讯员 陆敏")
    assert line is not None
    assert line.authors == [Author("石一鸣"), Author("陆敏")]
    assert article("", above="<p>中某网记者 阮煜琳</p>").authors == (Author("阮煜琳", "中某网", "记者"),)
