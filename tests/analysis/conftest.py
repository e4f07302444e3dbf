"""Projects with several coders, made as people make them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from db.analysis.matrix import Comparison, Options, Row, compare
from db.codings import Codings
from db.person import Person, named
from db.project import Project
from db.records import AnnotationId, ArticleId, CodeId, CoderId, Draft, Layout

ADA = named(Person(uuid="00000000-0000-7000-8000-00000000000a", installation="here"), "Ada")
TEXT = "备案是第一步。\n平台应当说明理由，否则无人能懂。数据出境要先问一声。\n偏见不会自己消失。完。"


class Study:
    """A project in which Ada, 林一 and 周三 code."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.ada, self.lin, self.zhou = project.me, project.coders.ensure("林一"), project.coders.ensure("周三")

    def article(self, text: str = TEXT, *, by: Sequence[CoderId] = (), status: str = "coded") -> ArticleId:
        """Add an article that some coders finished."""
        made = self.project.articles.add(Draft(text[:6] or "空", text, Layout.of_lines(text), original=text.encode()))
        for coder in by:
            self.status(coder, made, status)
        return made

    def status(self, coder: CoderId, article: ArticleId, status: str = "coded") -> None:
        self.project.code_as(coder)
        self.project.articles.set_status(article, status, "不相关" if status == "excluded" else "")

    def code(self, name: str, parent: CodeId | None = None) -> CodeId:
        return self.project.codes.add(name, parent=parent)

    def mark(self, coder: CoderId, article: ArticleId, words: str, code: CodeId, origin: str = "by hand") -> AnnotationId:
        """Code the words of an article, all of it without words."""
        self.project.code_as(coder)
        start = self.project.articles.version(article).text.index(words) if words else None
        end = None if start is None else start + len(words)
        return self.project.annotations.add(article, start, end, codes=[code], origin=origin)

    def compared(self, *coders: CoderId, articles: Sequence[ArticleId] | None = None, **options: object) -> Comparison:
        material = Codings(self.project.store).material(coders or (self.ada, self.lin), articles=articles)
        return compare(material, Options(**{"samples": 50, **options}))  # type: ignore[arg-type]

    def row(self, code: CodeId, *coders: CoderId, **options: object) -> Row:
        rows = self.compared(*coders, **options).rows
        return next(row for row in rows if row.code == code and row.scope == "code")


def value(row: Row, name: str = "kappa") -> object:
    """The value of a measure of a row, or the sentence why there is none."""
    found = row.measures[name].value  # type: ignore[index]
    return found if isinstance(found, float) else found.sentence


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("analysis") / "made.gloss"
    Project.create(path, person=ADA).close()
    return path


@pytest.fixture
def study(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Study]:
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", "en")
    path = tmp_path / "study.gloss"
    shutil.copy(made_once, path)
    with Project.open(path, person=ADA) as project:
        yield Study(project)
