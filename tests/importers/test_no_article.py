"""Pages that say that their article is gone, and texts that only speak of such things."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from db import importers
from db.errors import CannotImport
from db.sharing.quotes import read_manuscript
from tests.importers.making import docx, epub

GONE = [
    "该内容已被发布者删除",
    "此内容因违规无法查看",
    "抱歉，您访问的页面不存在或已被删除，请检查网址。",
    "404 页面不存在",
    "很抱歉，您要访问的页面找不到了！您可以返回首页看看。",
    "該內容已被刪除",
    "链接已失效",
    "该公众号已被封禁",
    "此帐号已自主注销，内容无法查看",
    "没有找到您要访问的页面",
    "当前环境异常，完成验证后即可继续访问。",
    "请登录后查看",
    "请输入验证码",
    "本文需登录后阅读",
    "您没有权限访问该页面",
    "404 Not Found",
    "Sorry, the page you are looking for could not be found.",
    "This content is no longer available.",
    "Access denied",
    "Please enable JavaScript to continue",
    "Please log in to continue",
    "Just a moment...",
    "This page has been removed.",
    "Verifying you are human. This may take a few seconds.",
]
PROSE = [
    "作者引用了一句在任何文章里都不存在的话。编辑核对之后没有找到出处。此后他更正了这一引文。",
    "这篇文章已被删除，研究者只好引用存档。存档由图书馆保存。其中的数字与原文一致。",
    "监管部门指出，完全不受偏见影响的数据不存在。企业应当说明来源。公众可以提出异议。",
    "平台要求用户完成验证后才能发言。有人认为这侵犯隐私。争议至今没有结论。",
    "该内容已被平台删除后，作者又在别处发表了全文。读者仍能读到它。",
    "网页找不到的情况越来越多，引文因此失去依据。图书馆开始保存副本。",
    "The board was denied access to the model. Its report says that no audit was done. The page was later deleted by the firm.",
    "This content is available to read. The page was deleted after complaints. Checking the claims of vendors is hard.",
    "A captcha keeps some readers out. Others are asked to log in to read on. Nobody has counted them.",
]


def page(words: str) -> str:
    return f"<html><head><title>某网</title></head><body><ul><li><a href=/>首页</a></ul><div><p>{words}</p></div></body></html>"


def mhtml(words: str) -> bytes:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://example.org/a"
    message.set_content(page(words), subtype="html")
    message.make_related()
    return message.as_bytes()


@pytest.mark.parametrize("words", GONE)
def test_a_saved_page_that_says_that_its_article_is_gone_is_refused(words: str) -> None:
    clipped = f"---\ntitle: 某文\nurl: https://example.org/a\n---\n\n# 某文\n\n{words}\n"
    for data in (page(words).encode(), mhtml(words), clipped.encode()):
        with pytest.raises(CannotImport, match="no article in this file"):
            importers.read_bytes(data, "a")


@pytest.mark.parametrize("words", PROSE)
def test_a_short_page_whose_prose_speaks_of_such_things_is_an_article(words: str) -> None:
    clipped = f"---\ntitle: 某文\nurl: https://example.org/a\n---\n\n{words}\n"
    for data in (page(words).encode(), mhtml(words), clipped.encode()):
        assert words in importers.read_bytes(data, "a").text


@pytest.mark.parametrize("words", PROSE)
def test_a_short_text_or_document_whose_prose_speaks_of_such_things_is_an_article(words: str) -> None:
    files = {
        "a.txt": words.encode(),
        "a.md": f"# 草稿\n\n{words}\n".encode(),
        "b.md": f"---\ntitle: 稿\n---\n\n{words}\n".encode(),
    }
    for name, data in files.items():
        assert words in importers.read_bytes(data, name).text
    book = {"a.xhtml": f"<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>稿</h1><p>{words}</p></body></html>"}
    for name, packed in {"a.docx": docx(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"), "a.epub": epub(book)}.items():
        assert words in importers.read_bytes(packed, name).text


def test_a_manuscript_is_read_whatever_it_says(tmp_path: Path) -> None:
    for name, text in (("a.html", page("该内容已被发布者删除")), ("a.md", "稿子里有一句“在任何文章里都不存在的话”。")):
        (tmp_path / name).write_text(text, "utf-8")
        assert read_manuscript(tmp_path / name).text
