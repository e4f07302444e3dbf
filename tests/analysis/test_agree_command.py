"""Agreement from the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from db.cli import main
from tests.analysis.conftest import Study

KEYS = {
    "measure", "unit", "scope", "code", "value", "low", "high", "undefined", "band", "units", "both", "one", "none", "coders",
}  # fmt: skip


def agree(study: Study, *words: str, plain: bool = False) -> tuple[int, Any, str]:
    arguments = ["agree", str(study.project.path), *words, *([] if plain else ["--json"])]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return done.exit_code, done.stdout if plain else [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.fixture
def coded(study: Study) -> Study:
    """Two codes on twenty sentences, on most of which Ada and 林一 agree."""
    text = "".join(f"第{number}句说的是备案。" for number in range(10, 30))
    article = study.article(text, by=(study.ada, study.lin))
    top = study.code("义务")
    for code, ada, lin in ((study.code("备案", top), range(10, 20), range(11, 20)), (study.code("告知", top), range(5), (29,))):
        for coder, numbers in ((study.ada, ada), (study.lin, lin)):
            for number in numbers:
                if number >= 10:
                    study.mark(coder, article, f"第{number}句", code)
    return study


def test_agreement_is_given_for_each_code_and_over_all(coded: Study) -> None:
    code, lines, error = agree(coded, "--coders", "Ada,林一", "--measure", "kappa", "--unit", "sentence")
    assert (code, error) == (0, "")
    assert [(line["scope"], line["value"], line["units"]) for line in lines] == [
        ("code", 0.9, 20), ("code", 0.0, 20), ("all", 0.818182, 20),
    ]  # fmt: skip
    first = lines[0]
    assert set(first) == KEYS
    assert first["low"] <= 0.9 <= first["high"]
    assert (first["measure"], first["unit"], first["undefined"], first["band"]) == ("kappa", "sentence", None, "reliable")
    assert [(one["given"], one["rated"]) for one in first["coders"]] == [(10, 20), (9, 20)]
    assert (first["both"], first["one"], first["none"]) == (9, 1, 10)
    assert lines[-1]["code"] == ""
    for called in ("cohen_kappa", "Cohen's kappa", "cohens-kappa", "light"):
        assert agree(coded, "--coders", "Ada,林一", "--measure", called)[1] == lines


def test_measures_branches_and_samples_are_chosen(coded: Study) -> None:
    both = ("--coders", "林一,Ada", "--bootstrap", "0")
    lines = agree(coded, *both, "--measure", "all", "--branches")[1]
    assert [line["measure"] for line in lines[:5]] == ["percent", "kappa", "fleiss", "alpha", "ac1"]
    assert [line["scope"] for line in lines[::5]] == ["code", "code", "branch", "all"]
    assert {line["low"] for line in lines} == {None}
    assert lines[0]["band"] is None
    chosen = agree(coded, *both, "--codes", lines[0]["code"][:13])[1]
    assert [(line["measure"], line["code"]) for line in chosen] == [("alpha", lines[0]["code"]), ("alpha", "")]
    seeds = [agree(coded, "--coders", "林一,Ada", "--seed", seed, "--level", "0.9")[1][0]["low"] for seed in ("1", "1", "2")]
    assert seeds[0] == seeds[1] != seeds[2]


def test_what_cannot_be_computed_is_said_in_a_sentence(coded: Study) -> None:
    unused = coded.project.codes.get(coded.code("没有人用")).uuid
    code, lines, error = agree(coded, "--coders", "Ada", "--codes", unused)
    assert (code, error) == (0, "Only one coder is compared. Choose two or more.\n")
    assert (lines[0]["value"], lines[0]["undefined"]) == (None, "Undefined, because only one coder is compared.")
    code, lines, error = agree(coded, "--coders", "Ada,周三")
    assert (code, error.count("\n")) == (0, 2)
    assert error.startswith("No article is coded or checked by two")
    assert lines[-1]["undefined"] == "Undefined, because no unit was coded by two of the coders."
    assert agree(coded, "--coders", "Ada,林一", "--codes", unused)[1][0]["undefined"].endswith(
        "none of the coders used this code."
    )


def said(study: Study, *words: str) -> tuple[int, list[str]]:
    code, lines, error = agree(study, *words)
    assert lines == [], "nothing is given where nothing could be done"
    return code, error.splitlines()


def test_what_cannot_be_done_is_one_sentence(coded: Study) -> None:
    both = ("--coders", "Ada,林一")
    for words, sentence in (
        (("--coders", "Ada,谁"), "There is no coder 谁 in this project."),
        ((*both, "--codes", "无此编码"), "There is no code 无此编码 in this project."),
        ((*both, "--articles", "无此文"), "There is no article 无此文 in this project."),
        ((*both, "--out", "a.pdf"), "a.pdf has a suffix no format goes by."),
    ):
        code, error = said(coded, *words)
        assert (code, len(error)) == (1, 1)
        assert error[0].startswith(sentence)


@pytest.mark.parametrize(
    "words",
    [
        (), ("--coders", ""), ("--coders", " , "), ("--coders", "Ada,林一", "--measure", "holsti"),
        ("--coders", "Ada,林一", "--measure", ""), ("--coders", "Ada,林一", "--measure", "'"),
        ("--coders", "Ada,林一", "--unit", "word"), ("--coders", "Ada,林一", "--codes", ""),
        ("--coders", "Ada,林一", "--level", "1"), ("--coders", "Ada,林一", "--bootstrap", "-1"),
    ],
)  # fmt: skip
def test_wrong_usage_is_said_as_such(coded: Study, words: tuple[str, ...]) -> None:
    code, error = said(coded, *words)
    assert code == 2
    assert error[-1].startswith("Error: ")


def test_lines_to_read_are_aligned(coded: Study) -> None:
    code, shown, error = agree(coded, "--coders", "Ada,林一", "--measure", "kappa", "--articles", "第10句说", plain=True)
    assert (code, error) == (0, "")
    assert shown.splitlines()[0].startswith("kappa")
    assert "reliable" in shown.splitlines()[0]
    assert " 0.000" in shown.splitlines()[1]
    undefined = agree(coded, "--coders", "Ada,周三", "--measure", "kappa", plain=True)[1]
    assert undefined.rstrip().endswith("two of the coders.")
