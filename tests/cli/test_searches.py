"""Saved searches driven from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.cli.test_cli import text_of
from tests.cli.test_refusals import refused

SAVED = {"search", "title", "query", "kind"}
NEWS = {"search", "title", "query", "new", "kinds", "more", "looked"}


def test_searches_are_saved_listed_edited_and_removed(study: Path, cli: Cli) -> None:
    code, lines, error = cli("save-search", study, "备案类", "备案 OR 许可", "--kind", "smart-code")
    assert (code, error) == (0, "")
    assert lines == [{"search": lines[0]["search"], "title": "备案类", "query": "备案 OR 许可", "kind": "smart code"}]
    assert set(lines[0]) == SAVED
    other = cli("save-search", study, "偏见", "偏见 “歧视")
    assert "not closed" in other[2]
    assert [line["title"] for line in cli("searches", study)[1]] == ["偏见", "备案类"]
    assert [line["title"] for line in cli("searches", study, "--kind", "smart-code")[1]] == ["备案类"]
    edited = cli("edit-search", study, "偏见", "--title", "歧视", "--query", "歧视", "--kind", "standing")[1][0]
    assert (edited["title"], edited["query"], edited["kind"]) == ("歧视", "歧视", "standing")
    assert cli("history", study)[1][0]["label"] == "Change saved search"
    cli("undo", study)
    assert [line["query"] for line in cli("searches", study)[1]] == ["偏见 “歧视", "备案 OR 许可"]
    assert cli("remove-search", study, lines[0]["search"][:13])[1][0]["title"] == "备案类"
    assert [line["title"] for line in cli("searches", study)[1]] == ["偏见"]
    assert "偏见" in cli("searches", study, plain=True)[1][0]


def test_news_are_counted_listed_and_marked_as_seen(study: Path, cli: Cli) -> None:
    article = cli("articles", study)[1][0]["article"]
    cli("save-search", study, "备案", "备案", "--kind", "standing")
    first = cli("news", study)[1][0]
    assert set(first) == NEWS
    assert (first["new"], first["kinds"]["article"], first["looked"], first["more"]) == (first["new"], 1, "", False)
    assert cli("news", study, "--mark-seen")[1][0]["new"] == first["new"]
    assert cli("news", study)[1][0]["new"] == 0
    assert cli("news", study, "备案")[1] == []
    start = text_of(cli, study)[1].index("算法备案")
    tagged = cli("tag", study, article, start, start + 4, "--note", "备案的用处")[1][0]["annotation"]
    lines = cli("news", study, "备案")[1]
    assert lines[0] == {"kind": "passage", "record": tagged, "article": article, "text": "算法备案"}
    assert [(line["kind"], line["text"]) for line in lines[1:]] == [("note", "备案的用处")]
    assert "算法备案" in cli("news", study, "备案", "--mark-seen", plain=True)[1][0]
    assert cli("news", study, plain=True)[1][0].split()[1:] == ["0", "备案"]


def test_what_cannot_be_kept_is_said_in_a_sentence(study: Path, cli: Cli) -> None:
    refused(cli("save-search", study, "空", " "), "empty")
    refused(cli("save-search", study, "错", "published:春天"), "published")
    refused(cli("save-search", study, "自己", "code:自己", "--kind", "smart-code"), "itself")
    refused(cli("edit-search", study, "没有"), "没有")
    cli("save-search", study, "备案", "备案")
    refused(cli("edit-search", study, "备案", "--title", " "), "title")
    refused(cli("news", study, "备案"), "standing")
    assert cli("save-search", study, "备案", "备案", "--kind", "folder")[0] == 2
