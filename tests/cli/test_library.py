"""The library and new versions driven from the command line."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ARTICLE, Cli
from tests.db.test_duplicates import essay

PLACED = {"annotation", "status", "start", "end", "confidence", "candidates"}


@pytest.fixture
def marked(study: Path, cli: Cli) -> tuple[str, str]:
    """An article with a mark; gives both ids."""
    article = cli("articles", study)[1][0]["article"]
    text = cli("text", study, article, plain=True)[1][0]
    start = text.index("备案并不等于许可")
    return article, cli("tag", study, article, start, start + 8, "--code", "asgf1.1.1")[1][0]["annotation"]


def test_folders_and_archives_are_imported_in_one_step(study: Path, cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "pages" / "inner"
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"p{number}.txt").write_text(f"第{number}篇\n正文说的是第{number}件事。", "utf-8")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("inside.txt", "压缩包里的一篇\n正文说的是另一件事。")
        archive.writestr("broken.pdf", b"%PDF-1.7 nothing")
    assert cli("import", study, folder.parent)[0] == 1
    before = len(cli("history", study)[1])
    code, lines, error = cli("import", study, folder.parent, tmp_path / "more.zip", "--recursive")
    assert (code, len(lines)) == (1, 5)
    assert [bool(line["error"]) for line in lines].count(True) == 1
    assert error.count("\n") == 1
    assert len(cli("articles", study)[1]) == 5
    assert len(cli("history", study)[1]) == before + 1


def test_articles_are_filtered_and_sorted(study: Path, cli: Cli, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("另一篇短文\n正文有一句话。", "utf-8")
    cli("import", study, other)
    one, two = (line["article"] for line in cli("articles", study, "--order", "added", "--ascending")[1])
    cli("tags", study, "--article", one, "--add", "要读")
    cli("collection", "add", study, "综述")
    cli("collection", "put", study, "综述", two)
    cli("status", study, two, "coded")
    wanted: dict[tuple[str, ...], list[str]] = {
        ("--tag", "要读"): [one], ("--collection", "综述"): [two], ("--collection", ""): [one], ("--status", "coded"): [two],
        ("--text", "备案"): [one], ("--uncoded", "--limit", "1"): [two], ("--publisher", "治理观察"): [one], (): [two, one],
        ("--year", "2024", "--order", "title"): [one],
    }  # fmt: skip
    for options, expected in wanted.items():
        code, lines, error = cli("articles", study, *options)
        assert (code, error) == (0, "")
        assert [line["article"] for line in lines] == expected, options
    assert cli("articles", study, "--tag", "要读")[1][0]["tags"] == ["要读"]


def test_collections_are_made_moved_and_removed(study: Path, cli: Cli) -> None:
    article = cli("articles", study)[1][0]["article"]
    one = cli("collection", "add", study, "法律")[1][0]
    assert set(one) == {"collection", "name", "parent", "depth", "articles", "within"}
    two = cli("collection", "add", study, "草案", "--parent", one["collection"])[1][0]
    assert two["parent"] == one["collection"]
    assert cli("collection", "put", study, "草案", article)[1][0]["articles"] == 1
    assert cli("collection", "rename", study, "草案", "征求意见稿")[1][0]["name"] == "征求意见稿"
    assert [line["within"] for line in cli("collection", "list", study)[1]] == [1, 1]
    assert cli("collection", "move", study, "征求意见稿")[1][0]["depth"] == 0
    assert cli("collection", "take-out", study, "征求意见稿", article)[1][0]["articles"] == 0
    assert cli("collection", "remove", study, "法律")[0] == 0
    assert [line["name"] for line in cli("collection", "list", study)[1]] == ["征求意见稿"]
    code, _lines, error = cli("collection", "add", study, "征求意见稿")
    assert code == 1
    assert "already" in error


def test_tags_are_listed_and_changed(study: Path, cli: Cli) -> None:
    article = cli("articles", study)[1][0]["article"]
    assert cli("tags", study, "--article", article, "--add", "甲", "--add", "乙")[1] == [
        {"tag": "乙", "articles": 1}, {"tag": "甲", "articles": 1},
    ]  # fmt: skip
    assert cli("tags", study, "--article", article, "--take", "乙")[1] == [{"tag": "甲", "articles": 1}]
    assert cli("tags", study)[1] == [{"tag": "甲", "articles": 1}]
    assert cli("tags", study, "--add", "甲")[0] == 2


def test_duplicates_are_told_with_how_alike_they_are(study: Path, cli: Cli, tmp_path: Path) -> None:
    for name, more in (("one", []), ("two", ["转载自别处，文中有删节。"])):
        (tmp_path / f"{name}.txt").write_text("\n".join([name, *essay(1), *more]), "utf-8")
        cli("import", study, tmp_path / f"{name}.txt")
    groups = cli("duplicates", study)[1]
    assert len(groups) == 1
    assert groups[0]["titles"] == ["one", "two"]
    found = cli("duplicates", study, "--article", groups[0]["articles"][0])[1]
    assert found[0]["article"] == groups[0]["articles"][1]
    assert 0.9 < found[0]["likeness"] <= 1


def test_reimporting_says_where_each_mark_went(study: Path, cli: Cli, tmp_path: Path, marked: tuple[str, str]) -> None:
    article, mark = marked
    again, newer, other = (tmp_path / f"{name}.md" for name in ("again", "newer", "other"))
    again.write_text(ARTICLE, "utf-8")
    newer.write_text(ARTICLE.replace("算法备案让", "近日，算法备案让"), "utf-8")
    other.write_text("# 别的\n\n" + "\n\n".join(essay(5)), "utf-8")
    assert cli("reimport", study, article, again)[:2] == (0, [])
    dry = cli("reimport", study, article, newer, "--dry-run")[1]
    assert set(dry[0]) >= PLACED
    assert (dry[0]["annotation"], dry[0]["status"], dry[0]["confidence"]) == (mark, "exact", 1.0)
    assert len(cli("versions", study, article)[1]) == 1
    assert cli("reimport", study, article, newer)[1] == dry
    assert cli("annotations", study)[1][0]["start"] == dry[0]["start"]
    code, lines, error = cli("reimport", study, article, other)
    assert (code, lines) == (1, [])
    assert "--anyway" in error
    assert cli("reimport", study, article, other, "--dry-run") == (1, [], error)
    assert cli("reimport", study, article, other, "--dry-run", "--anyway")[1][0]["status"] == "gone"
    assert cli("reimport", study, article, other, "--anyway")[1][0]["status"] == "gone"
    assert [line["version"] for line in cli("versions", study, article)[1]] == [3, 2, 1]
    assert cli("undo", study)[1][0]["label"] == "Import version"


def waiting(cli: Cli, study: Path, article: str) -> Any:
    text = cli("text", study, article, plain=True)[1][0]
    start = text.index("备案并不等于许可")
    cli("edit-text", study, article, start, start + 8, "登记不同于批准")
    return cli("review", study)[1]


def test_what_is_unsure_is_listed_and_decided(study: Path, cli: Cli, marked: tuple[str, str]) -> None:
    article, mark = marked
    listed = waiting(cli, study, article)
    assert [(line["annotation"], line["article"], line["exact"]) for line in listed] == [(mark, article, "备案并不等于许可")]
    assert cli("review", study, "--article", article)[1] == listed
    start = cli("text", study, article, plain=True)[1][0].index("登记")
    assert cli("decide", study, mark, start, start + 7)[1][0] == {
        "annotation": mark, "status": "exact", "start": start, "end": start + 7, "confidence": 1.0,
    }  # fmt: skip
    assert cli("review", study)[1] == []
    cli("undo", study)
    assert cli("review", study)[1] == listed
    assert cli("decide", study, mark, "--gone")[1][0]["status"] == "gone"
    assert cli("review", study)[1] == []
    assert cli("decide", study, mark)[0] == 2
    assert cli("decide", study, mark, "--gone", "--accept")[0] == 2
