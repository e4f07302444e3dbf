"""The command line is a contract: keys, exit codes and one sentence on stderr."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli

NEW = {"project", "coder", "frameworks", "working", "instruments"}
IMPORT = {
    "source", "article", "title", "authors", "publisher", "published", "url", "language", "characters", "removed", "duplicate_of",
    "error",
}  # fmt: skip
ANNOTATION = {
    "annotation", "article", "start", "end", "exact", "prefix", "suffix", "codes", "instruments", "note", "coder", "created",
    "modified", "status", "confidence", "locator", "fields", "notes",
}  # fmt: skip


def text_of(cli: Cli, study: Path) -> tuple[str, str]:
    article = cli("articles", study)[1][0]["article"]
    return article, cli("text", study, article, plain=True)[1][0]


def tagged(cli: Cli, study: Path, quote: str, *more: object) -> Any:
    article, text = text_of(cli, study)
    start = text.index(quote)
    code, lines, error = cli("tag", study, article, start, start + len(quote), *more)
    assert (code, error) == (0, "")
    return lines[0]


def test_new_says_what_it_made_and_refuses_an_existing_file(tmp_path: Path, cli: Cli) -> None:
    code, lines, _error = cli("new", tmp_path / "a.gloss", "--working", "asgf2", "--coder", "李雷")
    assert code == 0
    assert set(lines[0]) >= NEW
    assert (lines[0]["frameworks"], lines[0]["working"], lines[0]["instruments"]) == (["asgf1", "asgf2", "asgf3"], ["asgf2"], 78)
    code, lines, error = cli("new", tmp_path / "a.gloss")
    assert (code, lines) == (1, [])
    assert "exists already" in error


def test_import_gives_what_was_understood_and_knows_a_page_again(study: Path, cli: Cli, source: Path) -> None:
    code, lines, _error = cli("import", study, source)
    assert code == 0
    assert set(lines[0]) >= IMPORT
    assert lines[0]["title"] == "备案制度的意义"
    assert lines[0]["authors"] == ["林知远"]
    assert lines[0]["duplicate_of"] == lines[0]["article"] == cli("articles", study)[1][0]["article"]
    assert len(cli("articles", study)[1]) == 1


def test_one_bad_source_does_not_stop_the_rest(study: Path, cli: Cli, tmp_path: Path) -> None:
    empty, good = tmp_path / "empty.md", tmp_path / "good.txt"
    empty.write_bytes(b"")
    good.write_text("一篇短文\n正文有一句话，说的是治理。\n", "utf-8")
    code, lines, error = cli("import", study, empty, good)
    assert code == 1
    assert [bool(line["error"]) for line in lines] == [True, False]
    assert error.count("\n") == 1
    assert len(cli("articles", study)[1]) == 2


def test_text_prints_exactly_the_reading_text(study: Path, cli: Cli) -> None:
    article, text = text_of(cli, study)
    characters = cli("articles", study)[1][0]["characters"]
    assert len(text) == characters
    assert "林知远" not in text
    assert not text.endswith("\n")
    assert cli("original", study, article, plain=True)[1][0].startswith("---\ntitle")


def test_tagging_linking_and_noting_are_listed_with_every_key(study: Path, cli: Cli) -> None:
    made = tagged(
        cli, study, "消除偏见与歧视", "--code", "asgf1.3.1.1.b", "--code", "asgf2.3.1.1.b",
        "--instrument", "cn-deep-synthesis-provisions@第十九条", "--note", "作者在否认", "--field", "stance=denies",
    )  # fmt: skip
    assert made["exact"] == "消除偏见与歧视"
    code, lines, _error = cli("annotations", study)
    assert code == 0
    (found,) = lines
    assert set(found) >= ANNOTATION
    assert found["codes"] == ["asgf1.3.1.1.b", "asgf2.3.1.1.b"]
    assert (found["instruments"][0]["id"], found["instruments"][0]["locator"]) == ("cn-deep-synthesis-provisions", "第十九条")
    assert (found["note"], found["status"], found["confidence"]) == ("作者在否认", "exact", 1.0)
    assert found["code_fields"]["asgf1.3.1.1.b"] == {"stance": ["denies"]}
    assert (found["start"], found["end"]) == (made["start"], made["end"])


@pytest.mark.parametrize(("filter_", "count"), [("--code", 1), ("--instrument", 1)])
def test_annotations_are_filtered_by_branch_and_instrument(study: Path, cli: Cli, filter_: str, count: int) -> None:
    tagged(cli, study, "偏见与歧视", "--code", "asgf1.3.1.1.b", "--instrument", "eu-ai-act@Art. 10")
    tagged(cli, study, "备案手续")
    value = {"--code": "asgf1.3", "--instrument": "eu-ai-act"}[filter_]
    assert len(cli("annotations", study, filter_, value)[1]) == count
    assert len(cli("annotations", study)[1]) == 2


def test_a_span_outside_the_text_is_refused_and_nothing_is_stored(study: Path, cli: Cli) -> None:
    article, text = text_of(cli, study)
    for start, end in ((5, 5), (9, 3), (0, len(text) + 1)):
        code, lines, error = cli("tag", study, article, start, end)
        assert (code, lines) == (1, [])
        assert error.count("\n") == 1
    assert cli("annotations", study)[1] == []
    assert cli("tag", study, article, "x", 5)[0] == 2


def test_search_finds_one_chinese_character_and_ends_with_a_summary(study: Path, cli: Cli) -> None:
    tagged(cli, study, "偏见与歧视", "--code", "asgf1.3.1.1.b")
    code, lines, _error = cli("search", study, "偏")
    assert code == 0
    assert set(lines[-1]) >= {"total", "milliseconds"}
    assert {line["kind"] for line in lines[:-1]} >= {"article", "passage"}
    for hit in lines[:-1]:
        assert set(hit) >= {"kind", "article", "annotation", "start", "end", "snippet", "marks"}
        assert all(hit["snippet"][s:e] == "偏" for s, e in hit["marks"])
    assert [line["kind"] for line in cli("search", study, "code:asgf1.3 偏见")[1][:-1]] == ["passage"]
    (summary,) = cli("search", study, "绝不出现的词")[1]
    assert summary["total"] == 0


def test_undo_and_redo_of_the_command_line_are_those_of_the_window(study: Path, cli: Cli) -> None:
    tagged(cli, study, "安全评估", "--code", "asgf1.5.1")
    code, lines, _error = cli("undo", study)
    assert code == 0
    assert set(lines[0]) >= {"change", "label", "who", "when", "counts"}
    assert cli("annotations", study)[1] == []
    assert cli("redo", study)[0] == 0
    assert len(cli("annotations", study)[1]) == 1
    assert [line["kind"] for line in cli("history", study)[1]][:3] == ["redo", "undo", "do"]
    assert cli("redo", study)[0] == 1


def test_own_codes_and_instruments_are_added_changed_and_removed(study: Path, cli: Cli) -> None:
    code = cli("code", "add", study, "--name-zh", "数据跨境", "--colour", "#3b6ea5")[1][0]["code"]
    below = cli("code", "add", study, "--name-zh", "出境评估", "--parent", code)[1][0]
    assert below["parent"] == code
    assert cli("code", "edit", study, code, "--name-en", "Cross-border data")[1][0]["revision"] == 2
    assert cli("code", "move", study, below["code"])[1][0]["parent"] is None
    assert cli("code", "remove", study, code)[0] == 0
    assert cli("code", "remove", study, "asgf1.3.1.1.b")[0] == 1
    made = cli(
        "instrument", "add", study, "--title-zh", "《示例办法》", "--kind", "departmental-rule", "--date", "issued=2025-01-02"
    )[1][0]
    assert made["date"] == "2025-01-02"
    changed = cli("instrument", "edit", study, made["instrument"], "--alias", "示例", "--url", "https://example.org/x")[1][0]
    assert (changed["aliases"], changed["url"]) == (["示例"], "https://example.org/x")
    assert cli("instrument", "remove", study, made["instrument"])[0] == 0
    assert cli("instrument", "remove", study, "eu-ai-act")[0] == 1


def test_edit_link_note_status_and_remove(study: Path, cli: Cli) -> None:
    made = tagged(cli, study, "算法备案", "--code", "asgf1.5.1")
    assert cli("edit", study, made["annotation"], "--end", made["end"] + 2, "--without-code", "asgf1.5.1")[1][0]["codes"] == []
    linked = cli("link", study, made["annotation"], "eu-gdpr@Art. 5", "--relation", "compares")[1][0]
    assert linked["instruments"] == [{"id": "eu-gdpr", "locator": "Art. 5", "relation": "compares"}]
    note = cli("note", study, made["annotation"], "--text", "第一条")[1][0]
    assert cli("note", study, note["note"], "--text", "回复", "--coder", "韩梅")[1][0]["coder"] == "韩梅"
    assert cli("annotations", study)[1][0]["notes"][0]["replies"][0]["text"] == "回复"
    assert cli("edit", study, note["note"], "--text", "改过")[1][0]["text"] == "改过"
    assert cli("edit", study, made["annotation"], "--code", "asgf1.5.2", "--coder", "韩梅")[0] == 1
    assert cli("status", study, made["article"], "excluded")[0] == 1
    assert cli("status", study, made["article"], "excluded", "--reason", "重复")[1][0]["reason"] == "重复"
    assert cli("remove", study, made["annotation"])[0] == 0
    assert cli("annotations", study)[1] == []


def test_a_colleague_merges_a_bundle_once(study: Path, cli: Cli, tmp_path: Path) -> None:
    tagged(cli, study, "算法备案", "--code", "asgf1.5.1", "--coder", "李雷")
    bundle, other = tmp_path / "a.glossbundle", tmp_path / "b.gloss"
    code, lines, _error = cli("export", study, bundle)
    assert code == 0
    assert set(lines[0]) >= {"carried", "changed", "kept_aside", "dropped", "reasons"}
    cli("new", other)
    dry = cli("merge", other, bundle, "--dry-run")[1][0]
    done = cli("merge", other, bundle)[1][0]
    assert set(done) >= {"added", "updated", "deleted", "unchanged", "conflicts", "reanchored", "review"}
    assert dry["added"] == done["added"] > 0
    assert cli("annotations", other)[1][0]["coder"] == "李雷"
    before = cli("history", other)[1]
    again = cli("merge", other, bundle)[1][0]
    assert (again["added"], again["updated"], again["deleted"], again["conflicts"]) == (0, 0, 0, [])
    assert cli("history", other)[1] == before


def test_check_backup_and_save_copy(study: Path, cli: Cli, tmp_path: Path) -> None:
    code, lines, _error = cli("check", study)
    assert code == 0
    assert all(set(line) >= {"check", "ok", "detail"} and line["ok"] for line in lines)
    copy = tmp_path / "copy.gloss"
    assert cli("backup", study, "--to", copy)[0] == 0
    assert cli("text", copy, cli("articles", copy)[1][0]["article"], plain=True) == cli(
        "text", study, cli("articles", study)[1][0]["article"], plain=True
    )
    assert cli("save-copy", study, tmp_path / "shared.gloss", "--without-originals")[0] == 0
    assert cli("check", tmp_path / "shared.gloss")[0] == 0


def test_what_can_be_read_of_a_damaged_project_is_saved(study: Path, cli: Cli, tmp_path: Path) -> None:
    tagged(cli, study, "算法备案", "--code", "asgf1.5.1")
    saved = tmp_path / "saved.gloss"
    assert cli("check", study, "--repair-to", saved)[0] == 0
    assert cli("check", saved)[0] == 0
    assert [line["exact"] for line in cli("annotations", saved)[1]] == ["算法备案"]
    assert cli("check", study, "--repair-to", saved)[0] == 1


@pytest.mark.parametrize("content", [None, b"", b"no project", b"SQLite format 3\x00" + bytes(200)])
def test_a_file_that_is_no_project_gets_one_sentence(tmp_path: Path, cli: Cli, content: bytes | None) -> None:
    path = tmp_path / "x.gloss"
    if content is not None:
        path.write_bytes(content)
    code, lines, error = cli("articles", path)
    assert (code, lines) == (1, [])
    assert error.count("\n") == 1
    assert "Traceback" not in error
    assert (path.read_bytes() if path.exists() else None) == content


def test_messages_are_said_in_chinese_too(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", "zh_CN")
    assert "没有文件" in cli("articles", tmp_path / "none.gloss")[2]


def test_wrong_usage_exits_with_2(tmp_path: Path, cli: Cli) -> None:
    assert cli("nonsense", plain=True)[0] == 2
    assert cli("tag", tmp_path / "x.gloss", plain=True)[0] == 2
