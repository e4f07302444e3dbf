"""What is only looked at, or refused, leaves not a byte in the project; and what is said of files that cannot be taken in."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db.project import Project
from tests.cli.conftest import Cli
from tests.db.foreign_files import qualcoder, taguette

QUOTE = "算法备案让监管者第一次看清谁在提供合成服务"


@pytest.fixture
def newcomer(study: Path, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project in the hands of a person whom it does not know, with marks to take in beside it."""
    sent = tmp_path / "sent.gloss"
    shutil.copy(study, sent)
    article = cli("articles", sent)[1][0]["article"]
    assert cli("tag", sent, article, 0, 4, "--code", "asgf1.1.1")[0] == 0
    assert cli("export", sent, tmp_path / "work.glossbundle")[0] == 0
    assert cli("export", sent, tmp_path / "work.jsonld")[0] == 0
    assert cli("export", sent, tmp_path / "work.qdpx")[0] == 0
    (tmp_path / "table.csv").write_text(f"url,quote,code\nhttps://example.org/a/1,{QUOTE},asgf1.1.1\n", "utf-8")
    taguette(tmp_path / "hearings.sqlite3")
    monkeypatch.setenv("GLOSSATOR_HOME", str(tmp_path / "elsewhere"))
    return study


def dump(path: Path) -> list[str]:
    with closing(Project.open(path, read_only=True)) as project:
        return list(project.store.connection.iterdump())


SOURCES = ("work.glossbundle", "work.jsonld", "work.qdpx", "table.csv", "hearings.sqlite3")


@pytest.mark.parametrize("coder", [(), ("--coder", "Noor")], ids=["oneself", "named"])
@pytest.mark.parametrize("given", SOURCES)
def test_a_dry_run_writes_not_a_byte(cli: Cli, newcomer: Path, given: str, coder: tuple[str, ...]) -> None:
    before, told = newcomer.read_bytes(), dump(newcomer)
    code, lines, _said = cli("merge", newcomer, newcomer.with_name(given), "--dry-run", *coder)
    assert code == 0
    assert newcomer.read_bytes() == before
    assert dump(newcomer) == told
    code, done, _said = cli("merge", newcomer, newcomer.with_name(given), *coder)
    assert code == 0
    same = ("added", "updated", "deleted", "unchanged")
    assert [lines[0][name] for name in same] == [done[0][name] for name in same]
    assert dump(newcomer) != told


def test_a_table_that_names_nobody_is_the_newcomers_own(cli: Cli, newcomer: Path) -> None:
    assert cli("merge", newcomer, newcomer.with_name("table.csv"), "--coder", "Noor")[0] == 0
    assert [line["coder"] for line in cli("annotations", newcomer)[1]] == ["Noor"]


@pytest.mark.parametrize("given", ["cut.glossbundle", "none.glossbundle", "cut.qdpx", "none.csv", "cut.jsonld", "cut.sqlite3"])
def test_a_refused_merge_leaves_no_coder_behind(cli: Cli, newcomer: Path, given: str) -> None:
    path = newcomer.with_name(given)
    if given.startswith("cut"):
        path.write_bytes(b"PK\x03\x04 this is not what its name says")
    before, told = newcomer.read_bytes(), dump(newcomer)
    code, lines, said = cli("merge", newcomer, path, "--coder", "Noor")
    assert (code, lines) == (1, [])
    assert said.count("\n") == 1
    assert newcomer.read_bytes() == before
    assert dump(newcomer) == told


# What is said of what cannot be taken in


def refused(cli: Cli, study: Path, source: Path) -> str:
    told = dump(study)
    code, lines, said = cli("merge", study, source)
    assert (code, lines) == (1, [])
    assert said.count("\n") == 1
    assert dump(study) == told
    return str(said)


def test_another_programs_database_is_not_called_a_project(cli: Cli, study: Path, tmp_path: Path) -> None:
    path = taguette(tmp_path / "hearings.sqlite3")
    with closing(sqlite3.connect(path)) as made:
        made.execute("DROP TABLE highlights")
        made.execute("CREATE VIEW highlights AS SELECT 1 AS id")
        made.commit()
    said = refused(cli, study, path)
    assert "another program's database" in said
    assert "is a project" not in said
    other = tmp_path / "other.gloss"
    shutil.copy(study, other)
    assert "is a project, not a bundle" in refused(cli, study, other)


@pytest.mark.parametrize("name", ["interviews.qda", "some.zip", "some.glossbundle"])
def test_an_archive_of_something_else_is_said_to_be_none_of_it(cli: Cli, study: Path, tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    said = refused(cli, study, tmp_path / name)
    assert "manifest" not in said
    assert "Choose a .glossbundle" in said


@pytest.mark.parametrize("form", [-1, 0, 1.5, True, "5", None, float("nan")])
def test_the_format_of_a_bundle_is_one_that_there_is(cli: Cli, study: Path, tmp_path: Path, form: object) -> None:
    path = tmp_path / "work.glossbundle"
    assert cli("export", study, path)[0] == 0
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members["manifest.json"])
    members["manifest.json"] = json.dumps(manifest | {"format": form}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert "form of a bundle" in refused(cli, study, path)


def annotation(target: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "creator": {"name": "Stranger"},
        "body": {"type": "TextualBody", "value": "word"}, "target": target, **more,
    }  # fmt: skip


def test_a_mark_that_stands_nowhere_brings_no_coder(cli: Cli, study: Path, tmp_path: Path) -> None:
    path = tmp_path / "lost.jsonld"
    nowhere = {"type": "TextQuoteSelector", "exact": "words that nobody wrote here"}
    path.write_text(json.dumps(annotation({"source": "https://example.org/a/1", "selector": nowhere})), "utf-8")
    told = dump(study)
    code, lines, said = cli("merge", study, path)
    assert (code, lines[0]["added"], len(lines[0]["lost"])) == (0, 0, 1)
    assert "“words that nobody wrote here” stands nowhere" in said
    assert dump(study) == told


def test_a_mark_without_a_quote_is_not_quoted_as_nothing(cli: Cli, study: Path, tmp_path: Path) -> None:
    path = tmp_path / "lost.jsonld"
    nowhere = {"type": "TextPositionSelector", "start": 90_000, "end": 90_009}
    path.write_text(json.dumps(annotation({"source": "https://example.org/a/1", "selector": nowhere})), "utf-8")
    code, lines, said = cli("merge", study, path)
    assert (code, lines[0]["lost"]) == (0, [""])
    assert "“”" not in said
    assert "1 marks without a quote stand nowhere" in said


def test_an_empty_project_of_another_program_adds_nothing(cli: Cli, study: Path, tmp_path: Path) -> None:
    told = dump(study)
    code, lines, _said = cli("merge", study, qualcoder(tmp_path))
    assert (code, lines[0]["added"]) == (0, 0)
    assert dump(study) == told


def test_only_a_frozen_state_is_verified(cli: Cli, study: Path, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.glossbundle"
    assert cli("freeze", study, "Submission", frozen)[0] == 0
    assert cli("verify", study, frozen)[:2] == (0, [])
    for preset in ("whole", "public", "kit"):
        path = tmp_path / f"{preset}.glossbundle"
        assert cli("export", study, path, "--preset", preset)[0] == 0
        code, lines, said = cli("verify", study, path)
        assert (code, lines) == (1, [])
        assert "no frozen state" in said


Words = Callable[[Path, str], tuple[object, ...]]


@pytest.mark.parametrize(
    "words",
    [
        lambda frozen, article: ("tag", frozen, article, 0, 4, "--code", "asgf1.1.1"),
        lambda frozen, article: ("undo", frozen),
        lambda frozen, article: ("merge", frozen, frozen),
        lambda frozen, article: ("merge", frozen, frozen, "--dry-run"),
        lambda frozen, article: ("note", frozen, article, "--text", "x"),
        lambda frozen, article: ("settle", frozen, "mine", "--all"),
        lambda frozen, article: ("code", "add", frozen, "--name-en", "x"),
    ],
)
def test_a_frozen_state_is_said_to_be_one_by_what_would_change_it(cli: Cli, study: Path, tmp_path: Path, words: Words) -> None:
    frozen = tmp_path / "frozen.glossbundle"
    assert cli("freeze", study, "Submission", frozen)[0] == 0
    before = frozen.read_bytes()
    article = cli("articles", frozen)[1][0]["article"]
    code, lines, said = cli(*words(frozen, article))
    assert (code, lines) == (1, [])
    assert "is a frozen state, which can be read but not changed" in said
    assert frozen.read_bytes() == before


def test_both_keeps_both_texts_of_every_field_of_prose(cli: Cli, study: Path, tmp_path: Path) -> None:
    code = cli("code", "add", study, "--name-en", "Own", "--definition-en", "first")[1][0]["code"]
    other = tmp_path / "other.gloss"
    shutil.copy(study, other)
    for path, words in ((study, "mine, later"), (other, "theirs, later")):
        assert cli("code", "edit", path, code, "--definition-en", words)[0] == 0
    assert cli("export", other, tmp_path / "other.glossbundle")[0] == 0
    assert cli("merge", study, tmp_path / "other.glossbundle", "--policy", "both")[0] == 0
    found = next(line for line in cli("codes", study)[1] if line["code"] == code)
    with closing(sqlite3.connect(study)) as read:
        assert read.execute("SELECT definition_en FROM code WHERE uuid = ?", (found["code"],)).fetchone() == (
            "mine, later\n\ntheirs, later",
        )
