"""What is said of files for others and from them is said in the language asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.cli import refi as command
from db.cli.conventions import Run
from db.exchange import bundle, web_writing
from db.exchange.presets import Selection
from db.project import Project
from tests.db.material import ZH, draft
from tests.exchange.refi_files import PROGRAMS
from tests.exchange.test_refi_transcripts import ALL, T, made, recording, transcript

STANDARD = PROGRAMS["standard"]


def is_chinese(words: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in words)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_merging_says_follows_the_environment(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", language)
    project.close()
    command.take(Run(project.path, "", True), made(tmp_path, recording(transcript(ALL)), T), dry_run=True)
    reasons = json.loads(capsys.readouterr().out)["reasons"]
    assert reasons
    assert {is_chinese(reason) for reason in reasons} == {language == "zh_CN"}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_bundles_and_annotations_leave_out_is_said_in_the_language_asked_for(
    project: Project, tmp_path: Path, language: str
) -> None:
    article = project.articles.add(draft("算法与公平", ZH))
    project.annotations.add(article, 0, 4, note="mine")
    project.notes.add("article", article, "on the article")
    project.notes.add("article", article, "nobody's business", private=True)
    wanted = Selection("public", anonymous=True, language=language)
    told = bundle.write(project.contents(), tmp_path / "a.glossbundle", wanted=wanted).reasons
    told += web_writing.write(project.contents(), tmp_path / "a.jsonld", wanted).reasons
    assert len(told) > 3
    assert {is_chinese(reason) for reason in told} == {language == "zh_CN"}
