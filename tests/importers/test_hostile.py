"""Pages that mean harm or are broken: nothing is fetched, nothing runs, nothing hangs."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from db import importers
from db.errors import Cancelled, CannotImport
from db.importers import pieces
from db.records import Draft
from tests.importers.making import epub

FILES = Path(__file__).parent / "files"
SENTENCE = "治理需要各方参与，也需要把责任写清楚。"


def html(text: str) -> Draft:
    return importers.read_bytes(text.encode(), "a.html")


def test_nothing_reaches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("an importer reached for the network")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    page = (
        "<html><head><base href='http://a.example/'><link rel=stylesheet href=x.css><script src=//b.example/x.js></script></head>"
    )
    page += (
        f"<body><h1>题</h1><img src=http://c.example/x.png><iframe src=http://d.example></iframe><p>{SENTENCE}</p></body></html>"
    )
    draft = html(page)
    assert draft.text == f"题\n{SENTENCE}"
    assert {r.sentence.split()[1] for r in draft.remarks} == {"scripts", "pictures", "embedded"}
    assert all(importers.read(path).text for path in FILES.rglob("*.*") if path.suffix != ".want")


def test_scripts_styles_and_handlers_leave_no_trace() -> None:
    draft = html(
        f"<html><body onload=alert(1)><h1>题</h1><style>p{{}}</style><script>document.write('x')</script>"
        f"<svg><script>y</script></svg><template><p>模板</p></template>"
        f"<p>{SENTENCE}<a href=' javascript:alert(1)'>点</a></p></body></html>"
    )
    assert draft.text == f"题\n{SENTENCE}点"
    assert all(i.kind != "link" for i in draft.layout.inlines)


def test_broken_markup_is_read_as_a_browser_reads_it() -> None:
    draft = html(
        "<html><body><h1>题<p>甲段没闭合，<b>粗<i>斜</b>后</i><div><p>乙。<table><tr><td>1<td>2<tr><td>3<td>4</table><p>丙</html"
    )
    assert draft.text == "题\n甲段没闭合，粗斜后\n乙。\n1\t2\n3\t4\n丙"


def test_white_space_of_the_source_collapses_and_that_of_the_text_stays() -> None:
    draft = html(
        "<html><body><h1>题</h1><p>\n  甲 \n  乙<b> 丙 </b> 丁&nbsp;&nbsp;戊　己&#8203;庚\n</p>"
        "<p> &nbsp; </p><p>辛<br>壬</p></body></html>"
    )
    assert draft.text == "题\n甲 乙 丙 丁\u00a0\u00a0戊　己\u200b庚\n辛\n壬"
    assert [draft.text[i.start : i.end] for i in draft.layout.inlines] == [" 丙 "]


def test_very_deep_nesting_is_read() -> None:
    depth = 100_000
    draft = html(f"<html><body><h1>题</h1>{'<div>' * depth}<p>{SENTENCE}</p>{'</div>' * depth}</body></html>")
    assert draft.text == f"题\n{SENTENCE}"
    assert html(f"<html><body>{'<b><i><blockquote>' * 20_000}{SENTENCE}").text == SENTENCE
    assert SENTENCE in importers.read_text("# 题\n\n" + ">" * 3000 + "\n\n" + "[" * 3000 + "\n\n" + SENTENCE).text


@pytest.mark.parametrize("tangle", ["[", "![", "<a ", "[a](b", "*a ", "`"])
def test_a_tangle_of_signs_in_markdown_is_text(tangle: str) -> None:
    draft = importers.read_text(f"# 题\n\n甲{tangle * 20_000}乙\n\n{SENTENCE}", as_is=True)
    assert draft.text.startswith("题\n甲")
    assert draft.text.endswith(SENTENCE)
    assert len(draft.text) > 20_000


def test_layout_tables_are_no_rows_and_nested_ones_do_no_harm() -> None:
    nested = "<table><tr><td>" * 2000 + f"<p>{SENTENCE}</p>" + "</table>" * 2000
    assert html(f"<html><body><h1>题</h1>{nested}</body></html>").text == f"题\n{SENTENCE}"


def test_an_entity_bomb_is_text() -> None:
    bomb = (
        '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><html><body><h1>题</h1><p>' + SENTENCE + "&b;</p></body></html>"
    )
    assert len(html(bomb).text) < 200


@pytest.mark.parametrize("kind", ["plain", "html", "markdown"])
def test_a_large_file_tells_its_progress_and_can_be_cancelled(kind: str) -> None:
    text = {
        "plain": (SENTENCE + "\n") * 20_000,
        "html": "<html><body>" + f"<p>{SENTENCE}</p>\n" * 20_000,
        "markdown": "# 题\n\n" + f"{SENTENCE}\n\n" * 6_000,
    }[kind]
    seen: list[tuple[int, int]] = []
    draft = importers.read_bytes(text.encode(), "a", progress=lambda done, total: seen.append((done, total)))
    assert draft.text.count(SENTENCE) == text.count(SENTENCE)
    assert seen[-1] == (1000, 1000)
    assert len(seen) >= 4
    assert seen == sorted(seen)

    def stop(done: int, _total: int) -> None:
        if done > 100:
            raise Cancelled

    with pytest.raises(Cancelled):
        importers.read_bytes(text.encode(), "a", progress=stop)


def test_soft_hyphens_are_no_part_of_a_word() -> None:
    assert (
        html(f"<html><body><h1>题</h1><p>al&shy;go\u00adrithm。{SENTENCE}</p><p>&shy;</p></body></html>").text
        == f"题\nalgorithm。{SENTENCE}"
    )


def test_a_book_whose_declaration_is_damaged_is_read_all_the_same() -> None:
    data = bytearray(epub({"a.xhtml": f"<p>{SENTENCE}</p>"}))
    start = data.index(b"mimetype") + len(b"mimetype")
    data[start : start + 12] = b"\xff" * 12
    assert importers.read_bytes(bytes(data), "a.epub").text == SENTENCE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("blocks.html", "<html><body><h1>T</h1>" + "<p>x" * 3000),
        ("breaks.html", "<html><body><h1>T</h1>" + "x<br>" * 3000),
        ("open.html", "<html><body><h1>T</h1>" + "<b>x" * 3000),
        ("nested.html", "<html><body><h1>T</h1>" + "<div>" * 3000 + f"<p>{SENTENCE}"),
        ("characters.html", f"<html><body><h1>T</h1><p>{SENTENCE * 3000}"),
        ("lines.txt", "x\n" * 3000),
        ("characters.txt", SENTENCE * 3000),
        ("characters.md", f"# T\n\n{SENTENCE * 3000}"),
    ],
)
def test_what_is_more_than_one_article_holds_is_refused_in_a_line(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST_BLOCKS", 2000)
    monkeypatch.setattr(pieces, "MOST_CHARACTERS", 20_000)
    with pytest.raises(CannotImport, match="holds more than one article can"):
        importers.read_bytes(text.encode(), name)
    with pytest.raises(CannotImport, match="holds more than one article can"):
        importers.read_text(text)


def test_a_picture_of_many_bytes_in_a_page_is_no_text() -> None:
    draft = html(f"<html><body><h1>题</h1><img src='data:image/png;base64,{'A' * 25_000_000}'><p>{SENTENCE}</p></body></html>")
    assert draft.text == f"题\n{SENTENCE}"
