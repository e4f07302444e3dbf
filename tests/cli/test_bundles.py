"""Bundles, conflicts, frozen states and W3C annotations from the command line."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from db.cli import main
from db.project import Project
from db.records import Draft, Layout

TEXT = "算法与公平\n招聘平台用模型筛选简历，女性求职者的得分被系统地压低。"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "en")


def ran(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result


def told(*arguments: object, code: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran(*arguments, "--json", code=code).stdout.splitlines()]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two files of two coders that share an article and changed its title differently."""
    one, two = tmp_path / "one.gloss", tmp_path / "two.gloss"
    ran("new", one, "--coder", "林一")
    ran("new", two, "--coder", "Ada")
    with Project.open(one) as project:
        project.code_as(project.coders.by_ref("林一"))
        article = project.articles.add(Draft("算法与公平", TEXT, Layout.of_lines(TEXT), original=TEXT.encode()))
        project.annotations.add(article, 6, 12, codes=[project.codes.by_ref("asgf1.1.1")])
    ran("export", one, tmp_path / "a.glossbundle")
    ran("merge", two, tmp_path / "a.glossbundle")
    for path, title in ((one, "题一"), (two, "题二")):
        with Project.open(path) as project:
            project.articles.edit(project.articles.all()[0].id, title=title)
    return one, two


def title(path: Path) -> Any:
    return told("articles", path)[0]["title"]


def test_conflicts_are_listed_and_settled(pair: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = pair
    ran("export", two, tmp_path / "b.glossbundle")
    assert len(told("merge", one, tmp_path / "b.glossbundle")[0]["conflicts"]) == 1
    (conflict,) = told("conflicts", one)
    assert (conflict["kind"], conflict["field"], json.loads(conflict["base"])) == ("article", "title", "算法与公平")
    assert told("settle", one, "theirs", conflict["conflict"])[0] == {"decided": 1, "decision": "theirs", "open": 0}
    assert title(one) == "题二"
    assert told("conflicts", one) == []
    assert told("conflicts", one, "--decided")[0]["decision"] == "theirs"
    ran("settle", one, "mine", code=2)


@pytest.mark.parametrize(("policy", "wanted"), [("mine", "题一"), ("theirs", "题二"), ("both", "题一")])
def test_a_policy_decides_without_asking(policy: str, wanted: str, pair: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = pair
    ran("export", two, tmp_path / "b.glossbundle")
    assert told("merge", one, tmp_path / "b.glossbundle", "--dry-run", "--policy", policy)[0]["updated"] >= 0
    assert title(one) == "题一"
    ran("merge", one, tmp_path / "b.glossbundle", "--policy", policy)
    assert title(one) == wanted
    assert told("conflicts", one) == []


def test_a_frozen_state_answers_as_a_project_and_is_compared(pair: tuple[Path, Path], tmp_path: Path) -> None:
    one, _two = pair
    frozen = tmp_path / "submission.glossbundle"
    assert told("freeze", one, "Submission 1", frozen)[0]["state"] == "Submission 1"
    assert told("verify", one, frozen) == []
    for command in ("articles", "annotations", "codes"):
        assert told(command, frozen) == told(command, one), command
    with Project.open(one) as project:
        project.articles.edit(project.articles.all()[0].id, title="又改")
    found = told("verify", one, frozen, code=1)
    assert [(each["kind"], each["what"], each["columns"]) for each in found] == [("article", "changed", ["modified", "title"])]
    assert "exists" in ran("freeze", one, "Submission 1", frozen, code=1).stderr


def test_presets_and_selections_make_smaller_bundles(pair: tuple[Path, Path], tmp_path: Path) -> None:
    one, _two = pair
    kit, layer, none = (tmp_path / f"{name}.glossbundle" for name in ("kit", "layer", "none"))
    assert "annotation" not in {k for k, n in told("export", one, kit, "--preset", "kit")[0]["carried"].items() if n}
    assert told("export", one, layer, "--preset", "layer", "--coder", "林一")[0]["carried"]["annotation"] == 1
    assert not told("export", one, none, "--codes", "asgf1.2.1")[0]["carried"]["annotation"]
    with zipfile.ZipFile(layer) as opened:
        assert json.loads(opened.read("manifest.json"))["preset"] == "layer"


def test_annotations_go_and_come_as_w3c(pair: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = pair
    path = tmp_path / "marks.jsonld"
    assert told("export", one, path, "--format", "w3c")[0]["carried"]["annotation"] == 1
    (report,) = told("merge", two, path)
    assert (report["conflicts"], report["missing"], report["dropped"].get("annotation", 0)) == ([], [], 0)
    third = tmp_path / "third.gloss"
    ran("new", third)
    result = ran("merge", third, path)
    assert "题一 is not in the project" in result.stderr


def test_a_copy_without_names_names_nobody(pair: tuple[Path, Path], tmp_path: Path) -> None:
    one, _two = pair
    copied = tmp_path / "copy.gloss"
    ran("save-copy", one, copied, "--anonymous")
    assert "林一".encode() not in copied.read_bytes()
    assert str(tmp_path).encode() not in copied.read_bytes()
    with closing(sqlite3.connect(copied)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM coder")}
    assert names == {"Coder", *(f"Coder {number}" for number in range(1, len(names)))}
    assert [each["detail"] for each in told("check", copied) if not each["ok"]] == []
