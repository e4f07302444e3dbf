"""Pages saved as one file: the main part in its encoding, address and date of saving."""

from __future__ import annotations

import base64
import quopri

import pytest

from db import importers
from db.errors import CannotImport

SENTENCE = "治理需要各方参与，也需要把责任写清楚。"
PAGE = f"<html><head><title>题目</title></head><body><h1>题目</h1><p>{SENTENCE * 3}</p></body></html>"
HEAD = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/a?id=1\r\nSubject: a\r\n"
    "Date: Tue, 5 Mar 2024 09:10:11 -0000\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----b"\r\n\r\n'
)


def part(body: bytes, kind: str, coding: str, address: str = "https://example.org/a?id=1") -> bytes:
    head = f"------b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\nContent-Location: {address}\r\n\r\n"
    return head.encode() + body + b"\r\n"


def saved(*parts: bytes) -> bytes:
    return HEAD.encode() + b"".join(parts) + b"------b--\r\n"


FRAME = part(b"<html><body>frame</body></html>", "text/html", "8bit", "cid:frame@x")


@pytest.mark.parametrize(
    "page",
    [
        part(quopri.encodestring(PAGE.encode()), "text/html", "quoted-printable"),
        part(base64.encodebytes(PAGE.encode("gb18030")), "text/html; charset=gb2312", "base64"),
        part(PAGE.encode(), 'text/html; charset="utf-8"', "8bit"),
    ],
)
def test_the_main_page_is_read_in_its_encoding(page: bytes) -> None:
    draft = importers.read_bytes(saved(FRAME, page, part(b"\x89PNG", "image/png", "8bit", "https://example.org/a.png")), "a.mht")
    assert draft.text == f"题目\n{SENTENCE * 3}"
    assert (draft.url, draft.fetched, draft.fetched_from) == ("https://example.org/a?id=1", "2024-03-05T09:10:11", "saved page")
    assert draft.media_type == "multipart/related"


def test_the_name_does_not_matter() -> None:
    assert importers.read_bytes(saved(part(PAGE.encode(), "text/html", "8bit")), "a.txt").title == "题目"


def test_the_address_a_browser_leaves_in_a_page_is_kept() -> None:
    page = f"<!DOCTYPE html>\n<!-- saved from url=(0024)https://example.org/story -->\n{PAGE}"
    assert importers.read_bytes(page.encode(), "a.html").url == "https://example.org/story"
    note = "Page saved with SingleFile \n url: https://example.org/b \n saved date: Tue Mar 05 2024 09:10:11 GMT+0800"
    single = f"<!DOCTYPE html> <html lang=zh><!--\n {note}\n-->{PAGE}"
    draft = importers.read_bytes(single.encode(), "a.html")
    assert (draft.url, draft.fetched[:10], draft.fetched_from) == ("https://example.org/b", "2024-03-05", "saved page")


@pytest.mark.parametrize(
    "data",
    [
        saved(part(b"\x89PNG", "image/png", "8bit")),
        b"From: a\r\nSubject: b\r\nContent-Type: text/plain\r\n\r\ntext",
        HEAD.encode(),
    ],
)
def test_what_holds_no_page_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(CannotImport, match="no web page"):
        importers.read_bytes(data, "a.mhtml")


def test_deep_nesting_is_no_trouble() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(3000))
    with pytest.raises(CannotImport):
        importers.read_bytes(f"From: a\r\nSubject: b\r\n{deep}".encode(), "a.mhtml")
