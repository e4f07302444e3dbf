"""Plain text, encodings, what counts as which kind, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import importers
from db.errors import CannotImport
from db.records import Block, Layout
from resources.words import say

SIMPLIFIED = "人工智能治理，应当坚持以人为本。\n各部门要说明自己的责任与义务，接受社会监督。\n"
TRADITIONAL = "人工智慧治理，應當堅持以人為本。\n各部門要說明自己的責任與義務，這個國家的法律還在發展。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"])
def test_simplified_text_is_read_in_any_encoding(encoding: str) -> None:
    assert importers.read_bytes(SIMPLIFIED.encode(encoding), "a.txt").text == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-16", "utf-8"])
def test_traditional_text_is_read_in_any_encoding(encoding: str) -> None:
    assert importers.read_bytes(TRADITIONAL.encode(encoding), "a.txt").text == TRADITIONAL


def test_western_text_is_read() -> None:
    text = "Le café est fermé. “Déjà vu” à l’été."
    assert importers.read_bytes(text.encode("cp1252"), "a.txt").text == text


def test_a_page_is_read_in_the_encoding_it_names() -> None:
    page = f"<html><head><meta charset='gb2312'><title>页</title></head><body><h1>页</h1><p>{SIMPLIFIED}</p></body></html>"
    assert "各部门要说明自己的责任与义务" in importers.read_bytes(page.encode("gb18030"), "a.html").text


def test_a_text_cut_in_the_middle_of_a_character_is_read_with_a_remark() -> None:
    draft = importers.read_bytes((SIMPLIFIED * 20).encode()[:-2], "a.txt")
    assert draft.text.startswith(SIMPLIFIED)
    assert draft.remarks[0].facts == {"count": "1"}


def test_plain_text_stays_as_it_is_but_for_line_ends_and_surrogates() -> None:
    text = "首行\r\n\r\n　 正文\u00a0有\u200b各\u2028种\u0085空白 e\u0301\r末行\ud800。"
    draft = importers.read_bytes(b"\xef\xbb\xbf" + text.encode("utf-8", "surrogatepass"), "笔记.txt")
    assert draft.text == "首行\n\n　 正文\u00a0有\u200b各\u2028种\u0085空白 e\u0301\n末行\ufffd。"
    title, *others = Layout.of_lines(draft.text).blocks
    assert draft.layout.blocks == (Block("heading", title.start, title.end, 1), *others)
    assert (draft.media_type, draft.removed) == ("text/plain", ())


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("短标题\n正文", "短标题"),
        ("第一句话。\n正文", "笔记"),
        ("长" * 61 + "\n正文", "笔记"),
        ("\n正文", "笔记"),
        ("———\n正文", "笔记"),
    ],
)
def test_the_title_of_plain_text_is_a_short_first_line_or_the_name(text: str, title: str) -> None:
    assert importers.read_bytes(text.encode(), "笔记.txt").title == title


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("---\ntitle: 题\n---\n正文", "a.txt", "text/markdown"),
        ('+++\ntitle = "题"\n+++\n正文', "a.txt", "text/markdown"),
        ("看[这里](https://a.example)。", "a.txt", "text/markdown"),
        ("# 题\n\n正文", "a.txt", "text/markdown"),
        ("* 一\n* 二\n**三**", "a.txt", "text/plain"),
        ("* 一\n* 二\n**三**", "a.md", "text/markdown"),
        ("只有一段正文", "a.md", "text/plain"),
        ("---\n不是前言\n---\n正文", "a.txt", "text/plain"),
        ("<!DOCTYPE html><p>段</p>", "a.txt", "text/html"),
        ("<p>段</p>", "a.md", "text/html"),
        ("若 <html> 标签出现在句中，仍是正文。", "a.html", "text/plain"),
        ("a[1](2) = 3", "a.txt", "text/plain"),
    ],
)
def test_the_content_decides_what_kind_a_file_is(text: str, name: str, kind: str) -> None:
    assert importers.read_bytes(text.encode(), name).media_type == kind


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\0" * 50, "NUL"),
        ("甲\0乙".encode(), "NUL"),
        (bytes(range(1, 256)) * 20, "not text"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(255, 0, -1)) * 9, "not text"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(CannotImport, match=words):
        importers.read_bytes(data, "a.txt")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="no such file"):
        importers.read(tmp_path / "none.md")
    with pytest.raises(CannotImport, match="folder"):
        importers.read(tmp_path)


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(201 * 1024 * 1024)
    with pytest.raises(CannotImport, match="larger than 200 MB"):
        importers.read(path)


GONE = [
    "该内容已被发布者删除",
    "此内容因违规无法查看",
    "环境异常\n\n当前环境异常，完成验证后即可继续访问。\n\n去验证",
    "请登录后查看",
    "Access denied\n\nYou do not have permission to view this page.",
    "Please enable JavaScript to continue",
    "Verify you are human by completing the action below.",
]


@pytest.mark.parametrize("words", GONE)
def test_a_captcha_login_or_deleted_page_holds_no_article(words: str) -> None:
    body = "".join(f"<p>{line}</p>" for line in words.split("\n\n"))
    page = f"<html><head><title>页面</title></head><body><div class='weui-msg'>{body}</div></body></html>"
    for text in (words, page, f"---\ntitle: 某文\n---\n\n# 某文\n\n{words}\n\n[返回首页](/)\n"):
        with pytest.raises(CannotImport, match="no article in this file"):
            importers.read_bytes(text.encode(), "a")


def test_an_article_about_captchas_is_an_article() -> None:
    sentence = "网站要求访问者先通过验证，再阅读全文，这种做法把一部分读者挡在了门外，也让研究者难以核对原文。"
    draft = importers.read_text(f"# 验证码的代价\n\n{sentence * 4}\n\n请登录后查看评论\n\n{sentence * 4}\n")
    assert draft.text.count(sentence) == 8


def test_a_page_of_links_only_holds_no_article() -> None:
    with pytest.raises(CannotImport, match="menus and links only"):
        importers.read_html("<ul><li><a href=/a>甲</a><li><a href=/b>乙</a><li><a href=/c>丙</a></ul>")


def test_pasted_text_and_html_are_read_without_a_file() -> None:
    assert importers.read_text("一行\r\n二行").text == "一行\n二行"
    assert importers.read_text("# 题\n\n正文。").layout.blocks[0].kind == "heading"
    pasted = importers.read_html("<!--StartFragment--><p>甲<b>乙</b>。</p><!--EndFragment-->")
    assert (pasted.text, pasted.layout.inlines[0].kind) == ("甲乙。", "bold")
    assert pasted.title == "甲乙。"
    with pytest.raises(CannotImport, match="pasted text is empty"):
        importers.read_text(" \n")


def test_every_sentence_a_person_may_meet_has_its_chinese() -> None:
    from db.importers import assembling, boilerplate, decoding
    from db.importers.sources import MISSING, UNREADABLE

    sentences = [
        *boilerplate.REASONS.values(),
        *assembling.LEFT_OUT.values(),
        *(assembling.NO_ARTICLE, assembling.NOTHING, assembling.TWO_DATES, assembling.TWO_DAYS),
        *(assembling.TWO_TITLES, assembling.TWO_AUTHORS, assembling.TWO_PUBLISHERS),
        *(decoding.EMPTY, decoding.TOO_LARGE, decoding.NOT_TEXT, decoding.NULS, decoding.REPLACED),
        *(MISSING, importers.FOLDER, UNREADABLE, importers.PASTED),
    ]
    assert [s for s in sentences if say("zh_CN", s) == s] == []
