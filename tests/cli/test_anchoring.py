"""The command that carries annotations from one plain file to another, as other programs call it."""

from __future__ import annotations

import json
from pathlib import Path

from db.anchors.told import OUTSIDE
from resources.words import say
from tests.cli.conftest import Cli

OLD = "第一段谈备案。\n算法备案不等于许可，企业仍须自行评估。\n最后一段。"
KEYS = {"id", "status", "start", "end", "confidence", "candidates"}


def _files(folder: Path, new: bytes, *annotations: dict[str, object]) -> tuple[Path, Path, Path]:
    old_path, new_path, lines = folder / "old.txt", folder / "new.txt", folder / "marks.jsonl"
    old_path.write_bytes(OLD.encode())
    new_path.write_bytes(new)
    lines.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in annotations) + "\n", "utf-8")
    return old_path, new_path, lines


def _mark(quote: str, **more: object) -> dict[str, object]:
    start = OLD.index(quote)
    return {"id": quote, "start": start, "end": start + len(quote), "exact": quote, "prefix": "", "suffix": "", **more}


def test_each_line_comes_back_with_its_new_place(cli: Cli, tmp_path: Path) -> None:
    new = "新加的一段。\n" + OLD.replace("最后一段。", "")
    done, lines, error = cli("anchor", *_files(tmp_path, new.encode(), _mark("算法备案不等于许可"), _mark("最后一段")))
    assert (done, error) == (0, "")
    assert set(lines[0]) >= KEYS
    assert new[lines[0]["start"] : lines[0]["end"]] == "算法备案不等于许可"
    assert lines[0]["status"] in ("exact", "aligned", "moved")
    assert (lines[1]["id"], lines[1]["status"], lines[1]["start"]) == ("最后一段", "gone", None)


def test_line_ends_are_characters_like_others(cli: Cli, tmp_path: Path) -> None:
    new = OLD.replace("\n", "\r\n")
    _done, lines, _error = cli("anchor", *_files(tmp_path, new.encode(), _mark("企业仍须自行评估")))
    assert new[lines[0]["start"] : lines[0]["end"]] == "企业仍须自行评估"


def test_what_is_no_annotation_or_no_text_is_refused_in_a_sentence(cli: Cli, tmp_path: Path) -> None:
    done, lines, error = cli("anchor", *_files(tmp_path, OLD.encode(), {"id": 1, "start": "three"}))
    assert (done, lines) == (1, [])
    assert "Line 1" in error
    done, _lines, error = cli("anchor", *_files(tmp_path, b"\xff\xfe\x00", _mark("最后一段")))
    assert done == 1
    assert "UTF-8" in error


def test_positions_that_mark_no_passage_are_refused_with_the_line(cli: Cli, tmp_path: Path) -> None:
    for start, end in ((0, len(OLD) + 1), (5, 2), (-3, 2)):
        files = _files(tmp_path, OLD.encode(), _mark("最后一段"), {"id": 2, "start": start, "end": end})
        done, _lines, error = cli("anchor", *files)
        assert done == 1
        assert f"Line 2 of the annotations has the positions {start} to {end}" in error
    assert say("zh_CN", OUTSIDE) != OUTSIDE


def test_words_the_old_text_does_not_have_are_looked_for_in_the_new_one(cli: Cli, tmp_path: Path) -> None:
    new = OLD.replace("最后一段。", "新写的结论是各方都要承担责任。")
    there = {"id": 1, "start": 0, "end": 4, "exact": "新写的结论是各方都要承担责任", "prefix": "", "suffix": ""}
    nowhere = there | {"id": 2, "exact": "完全没有出现过的另一句话在此"}
    deleted = _mark("最后一段", start=0, end=4)
    done, lines, _error = cli("anchor", *_files(tmp_path, new.encode(), there, nowhere, deleted))
    assert done == 0
    assert new[lines[0]["start"] : lines[0]["end"]] == there["exact"]
    assert lines[0]["status"] == "review", "nothing but its words vouches for it"
    assert [(line["status"], line["start"], line["how"]) for line in lines[1:]] == [
        ("gone", None, "not in the old text"), ("gone", None, "unverified"),
    ]  # fmt: skip
