"""What makes no sense is refused in one sentence, and nothing is stored."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from db.cli import main
from tests.cli.conftest import Cli
from tests.cli.test_cli import tagged, text_of


def refused(done: tuple[int, list[object], str], *words: str) -> None:
    code, lines, error = done
    assert (code, lines) == (1, [])
    assert error.count("\n") == 1
    assert all(word in error for word in words), error


@pytest.mark.parametrize("command", [("new", ""), ("articles", ""), ("new", "."), ("check", "x", "--repair-to", "")])
def test_an_empty_file_name_is_refused(cli: Cli, command: tuple[str, ...]) -> None:
    refused(cli(*command))


def test_importing_nothing_is_no_success(study: Path, cli: Cli, tmp_path: Path) -> None:
    refused(cli("import", study, ""), "empty")
    (tmp_path / "none" / "below").mkdir(parents=True)
    code, lines, error = cli("import", study, tmp_path / "none")
    assert (code, len(lines)) == (1, 1)
    assert "Nothing to import" in lines[0]["error"]
    assert error.count("\n") == 1
    assert len(cli("articles", study)[1]) == 1


@pytest.mark.parametrize("content", [b"", bytes(range(255)) * 50, b"SQLite format 3\x00" + bytes(range(255)) * 50])
def test_what_never_was_a_project_is_not_repaired(tmp_path: Path, cli: Cli, content: bytes) -> None:
    bad, saved = tmp_path / "bad.gloss", tmp_path / "saved.gloss"
    bad.write_bytes(content)
    refused(cli("check", bad, "--repair-to", saved), "bad.gloss")
    refused(cli("check", tmp_path / "none.gloss", "--repair-to", saved), "none.gloss")
    assert not saved.exists()


def test_a_project_of_which_nothing_can_be_read_leaves_no_file(study: Path, cli: Cli, tmp_path: Path) -> None:
    data = study.read_bytes()
    study.write_bytes(data[:100] + b"\xff" * (len(data) - 100))
    refused(cli("check", study, "--repair-to", tmp_path / "saved.gloss"), "study.gloss")
    assert [path for path in tmp_path.iterdir() if "saved" in path.name] == []


def test_a_project_that_lost_its_mark_is_still_repaired(study: Path, cli: Cli, tmp_path: Path) -> None:
    data = study.read_bytes()
    study.write_bytes(data[:68] + b"abcd" + data[72:])
    assert cli("check", study, "--repair-to", tmp_path / "saved.gloss")[0] == 0
    assert len(cli("articles", tmp_path / "saved.gloss")[1]) == 1


def test_unknown_fields_and_metadata_are_refused_and_nothing_is_stored(study: Path, cli: Cli) -> None:
    article, _text = text_of(cli, study)
    before = cli("articles", study)[1]
    refused(cli("tag", study, article, 0, 5, "--field", "bogus=1"), "bogus")
    refused(cli("tag", study, article, 0, 5, "--code", "asgf1.5.1", "--field", "bogus=1"), "bogus")
    refused(cli("tag", study, article, 0, 5, "--field", "stance=denies"), "stance", "--code")
    assert cli("annotations", study)[1] == []
    for name in ("bogus", "authors", "article", "self"):
        refused(cli("edit", study, article, "--set", f"{name}=1", "--set", "title=新"), name, "published")
    assert cli("articles", study)[1] == before


@pytest.mark.parametrize("date", ["2024-13-45", "last year", "2024-2", "２０２４", "2024-02-30"])
def test_an_impossible_date_is_refused(study: Path, cli: Cli, date: str) -> None:
    article, _text = text_of(cli, study)
    refused(cli("edit", study, article, "--set", f"published={date}"), date)
    refused(cli("instrument", "add", study, "--title-zh", "《示例》", "--date", f"adopted={date}"), date)
    refused(cli("instrument", "edit", study, "eu-ai-act", "--date", f"adopted={date}"), date)
    refused(cli("instrument", "edit", study, "eu-ai-act", "--status-date", date), date)


@pytest.mark.parametrize("date", ["", "2024", "2024-02", "2024-02-29", "2024-05-06T10:00:00Z", "2024-05-06 10:00"])
def test_a_date_as_exact_as_it_is_known_is_taken(study: Path, cli: Cli, date: str) -> None:
    article, _text = text_of(cli, study)
    assert cli("edit", study, article, "--set", f"published={date}")[1][0]["published"] == date


def test_what_is_no_colour_is_refused(study: Path, cli: Cli) -> None:
    refused(cli("code", "add", study, "--name-zh", "甲", "--colour", "notacolour"), "notacolour")
    code = cli("code", "add", study, "--name-zh", "甲", "--colour", "#3B6ea5")[1][0]["code"]
    refused(cli("code", "edit", study, code, "--colour", "#12345"), "#12345")
    assert cli("code", "edit", study, code, "--colour", "")[1][0]["colour"] == ""


def test_another_coders_work_is_refused_with_the_way_to_be_that_coder(study: Path, cli: Cli) -> None:
    made = tagged(cli, study, "算法备案", "--coder", "李雷")["annotation"]
    note = cli("note", study, made, "--text", "注", "--coder", "李雷")[1][0]["note"]
    for words in (("edit", made, "--code", "asgf1.5.1"), ("link", made, "eu-gdpr"), ("remove", made), ("remove", note)):
        refused(cli(words[0], study, *words[1:]), "李雷", "--coder")
    refused(cli("edit", study, note, "--text", "改"), "李雷", "--coder")
    assert cli("remove", study, made, "--coder", "李雷")[0] == 0


def test_a_folder_and_a_project_are_no_bundles(study: Path, cli: Cli, tmp_path: Path) -> None:
    refused(cli("merge", study, tmp_path), "folder", "Export a bundle")
    refused(cli("merge", study, study), "project", "Export a bundle")
    refused(cli("merge", study, ""), "empty")


@pytest.mark.parametrize("limit", ["0", "-1"])
def test_a_search_for_no_hits_is_wrong_usage(study: Path, cli: Cli, limit: str) -> None:
    assert cli("search", study, "偏", "--limit", limit)[0] == 2


def test_undo_and_redo_show_the_change_as_it_is_afterwards(study: Path, cli: Cli) -> None:
    tagged(cli, study, "安全评估")
    assert cli("undo", study)[1][0]["state"] == "undone"
    assert cli("redo", study)[1][0]["state"] == "done"
    assert "(undone)" in cli("undo", study, plain=True)[1][0]
    assert "(redone)" in cli("redo", study, plain=True)[1][0]


def test_annotations_are_found_inside_a_locator(study: Path, cli: Cli) -> None:
    tagged(cli, study, "算法备案", "--instrument", "eu-ai-act@Art. 10(2)")
    tagged(cli, study, "安全评估", "--instrument", "eu-ai-act@Art. 1")
    for locator, found in (("", 2), ("第十条", 1), ("Art. 10", 1), ("Art. 1", 1), ("Art. 10(3)", 0), ("somewhere", 0)):
        assert len(cli("annotations", study, "--instrument", f"eu-ai-act@{locator}")[1]) == found, locator


def test_who_makes_a_project_is_the_coder_of_its_history(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "a.gloss"
    made = cli("new", path, "--coder", "甲")[1][0]
    assert [(coder["name"], coder["coder"]) for coder in cli("coders", path)[1]] == [("甲", made["coder"])]
    assert {change["who"] for change in cli("history", path)[1]} == {"甲"}
    for coder in ("甲", "丙", "丙"):
        assert cli("note", path, "--text", "记", "--coder", coder)[1][0]["coder"] == coder
    assert [coder["name"] for coder in cli("coders", path)[1]] == ["甲", "丙"]
    assert {change["who"] for change in cli("history", path)[1]} == {"甲", "丙"}
    assert cli("new", tmp_path / "b.gloss", "--coder", "乙")[1][0]["coder"] != made["coder"]


def test_a_merge_is_summed_up_in_the_persons_language(
    study: Path, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("export", study, tmp_path / "a.glossbundle")[0] == 0
    assert cli("merge", study, tmp_path / "a.glossbundle", plain=True)[1][0].startswith("added 0, updated 0")
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", "zh_CN")
    assert cli("merge", study, tmp_path / "a.glossbundle", plain=True)[1][0].startswith("新增 0")


@pytest.mark.parametrize("more", [(), ("--format", "bundle"), ("--json",)])
def test_a_bundle_is_written_to_standard_output(study: Path, cli: Cli, tmp_path: Path, more: tuple[str, ...]) -> None:
    assert cli("export", study, tmp_path / "a.glossbundle")[0] == 0
    done = CliRunner().invoke(main, ["export", str(study), "-", *more])
    assert (done.exit_code, done.stderr) == (0, "")
    names = zipfile.ZipFile(tmp_path / "a.glossbundle").namelist()
    assert zipfile.ZipFile(BytesIO(done.stdout_bytes)).namelist() == names


def test_an_option_that_says_nothing_about_a_thing_is_wrong_usage(study: Path, cli: Cli) -> None:
    made = tagged(cli, study, "算法备案", "--code", "asgf1.5.1")
    note = cli("note", study, made["annotation"], "--text", "一条笔记")[1][0]["note"]
    before = (cli("annotations", study)[1], cli("articles", study)[1])
    for wrong in (
        (made["annotation"], "--set", "title=别的"),
        (made["article"], "--code", "asgf1.5.1"),
        (note, "--field", "stance=denies"),
        (note,),
    ):
        code, lines, error = cli("edit", study, *wrong)
        assert (code, lines) == (2, [])
        assert "takes --" in error
    assert (cli("annotations", study)[1], cli("articles", study)[1]) == before
