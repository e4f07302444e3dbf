"""Projects for the tests of the core: real files, a person of one's own, texts written for here."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db.person import Person, named
from db.project import Project
from db.records import ArticleId
from tests.db.material import ZH, draft

ONE = named(Person(uuid="00000000-0000-7000-8000-000000000001", installation="here"), "林一")
TWO = named(Person(uuid="00000000-0000-7000-8000-000000000002", installation="there"), "Ada Two")
THREE = named(Person(uuid="00000000-0000-7000-8000-000000000003", installation="elsewhere"), "周三")

Opener = Callable[..., Project]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project, made once: a copy of it under another name is another replica."""
    path = tmp_path_factory.mktemp("template") / "template.gloss"
    Project.create(path, person=ONE).close()
    return path


@pytest.fixture(scope="session")
def small(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A template with one framework and no catalogue, where many replicas are wanted."""
    path = tmp_path_factory.mktemp("small") / "small.gloss"
    shutil.copy(template, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM codebook WHERE name <> 'asgf1'")
        connection.execute("DELETE FROM instrument")
        connection.execute("UPDATE index_state SET version = 'other'")
        connection.commit()
    Project.open(path, person=ONE).close()
    return path


@pytest.fixture
def person() -> Person:
    return ONE


@pytest.fixture
def copied(template: Path, tmp_path: Path) -> Iterator[Opener]:
    """Open a new project by name as a person; all are closed at the end."""
    opened: list[Project] = []

    def copy(name: str = "study", person: Person = ONE) -> Project:
        path = tmp_path / f"{name}.gloss"
        if not path.exists():
            shutil.copy(template, path)
        opened.append(Project.open(path, person=person))
        return opened[-1]

    yield copy
    for project in opened:
        project.close()


@pytest.fixture
def project(copied: Opener) -> Project:
    return copied()


@pytest.fixture
def article(project: Project) -> ArticleId:
    return project.articles.add(draft("算法与公平", ZH))


@pytest.fixture
def full(copied: Opener) -> Path:
    """A closed project with something of everything in it."""
    project = copied("full")
    article = project.articles.add(draft("算法与公平", ZH))
    project.articles.add_version(article, draft("", ZH + "补记。"))
    annotation = project.annotations.add(article, 6, 12, codes=[project.codes.by_ref("asgf1.1.1")], note="想法")
    project.annotations.link(annotation, project.instruments.all()[0].id, "第十九条")
    project.fields.set("article", article, "jurisdiction", "CN")
    project.collections.put([article], project.collections.add("综述", project.collections.add("方法")))
    project.articles.tag([article], "要读")
    project.codes.add("自建")
    project.instruments.add("《自建办法》", dates=[("issued", "2026-01-01")])
    project.close()
    return project.path
