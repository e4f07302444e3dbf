"""By-lines are read in one way, whoever wrote them down."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.project import Project
from db.records import Author, Draft, Layout
from db.search import entries


@pytest.mark.parametrize(
    ("stored", "authors"),
    [
        ('["王鹏", {"name": "Jane Doe", "role": "editor"}]', (Author("王鹏"), Author("Jane Doe", "", "editor"))),
        ('[{"name": "王鹏", "affiliation": null, "more": 1}]', (Author("王鹏"),)),
        ('[1, null, {"role": "editor"}, ["王鹏"]]', ()),
        ('{"name": "王鹏"}', ()),
        ("[]", ()),
    ],
)
def test_a_by_line_may_hold_plain_names(stored: str, authors: tuple[Author, ...]) -> None:
    assert Author.listed(stored) == authors


def test_an_article_signed_by_plain_names_is_found_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))
    project = Project.create(tmp_path / "study.gloss")
    article = project.articles.add(Draft("题目", "一段正文。", Layout.of_lines("一段正文。"), authors=(Author("甲"),)))
    project.close()
    with closing(sqlite3.connect(project.path)) as connection:
        connection.execute("UPDATE article SET authors = ? WHERE id = ?", ('["王鹏", "Jane Doe"]', article))
        entries.rebuild(connection)
        sides = connection.execute("SELECT * FROM entry WHERE article = ?", (article,)).fetchone()
        connection.commit()
    assert "王鹏" in sides[2]
    assert "jane doe" in sides[2]
    again = Project.open(project.path)
    assert [author.name for author in again.articles.get(article).authors] == ["王鹏", "Jane Doe"]
    again.close()
