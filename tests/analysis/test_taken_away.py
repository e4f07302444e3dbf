"""Agreement leaves as a workbook or a CSV file: the measures, the units with both notes, and where it all comes from."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from db.analysis.matrix import Options
from db.cli import main
from db.compared import Compared, contributors
from db.errors import Cancelled
from db.exchange import agreement_tables
from tests.analysis.conftest import Study

FIRST, SECOND = "平台应当说明理由，否则无人能懂。", "数据出境要先问一声。"
Rows = list[tuple[object, ...]]


@pytest.fixture
def coded(study: Study) -> Study:
    """An article finished by three coders and one by Ada alone; two codes under one, notes of two coders."""
    article = study.article(by=(study.ada, study.lin, study.zhou))
    study.article("另一篇。", by=(study.ada,))
    top = study.code("义务")
    duty, other = study.code("说明", top), study.code("出境", top)
    one = study.mark(study.ada, article, "说明理由", duty)
    study.project.notes.add("annotation", one, "理由要具体")
    two = study.mark(study.lin, article, FIRST, duty)
    answered = study.project.notes.add("annotation", two, "整句都算")
    study.project.notes.add("annotation", two, "只给自己看", private=True)
    study.project.code_as(study.ada)
    study.project.notes.reply(answered, "同意")
    study.mark(study.ada, article, SECOND, other)
    return study


def book(path: Path) -> dict[str, Rows]:
    found = load_workbook(path, read_only=True)
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in found}
    found.close()
    return sheets


def as_dicts(rows: Sequence[Sequence[object]]) -> list[dict[object, object]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def written(study: Study, name: str, *words: str) -> tuple[Path, int, str]:
    target = study.project.path.with_name(name)
    done = CliRunner().invoke(main, ["agree", str(study.project.path), *words, "--out", str(target)], catch_exceptions=False)
    return target, done.exit_code, done.stderr


def test_a_workbook_holds_measures_units_and_provenance(coded: Study) -> None:
    target, code, _error = written(coded, "a.xlsx", "--coders", "Ada,林一", "--measure", "all", "--branches", "--bootstrap", "50")
    assert code == 0
    sheets = book(target)
    assert list(sheets) == ["Agreement", "Units", "Provenance"]
    lines = as_dicts(sheets["Agreement"])
    assert [(line["What"], line["Code"]) for line in lines] == [
        ("over all", None), ("with what is below", "义务"), ("code", "说明"), ("code", "出境"),
    ]  # fmt: skip
    duty, other = lines[2], lines[3]
    assert (duty["Units"], duty["Ada: coded"], duty["林一: coded"], duty["Both"], duty["Only one"], duty["None"]) == (
        5,
        1,
        1,
        1,
        0,
        4,
    )
    assert duty["Cohen's kappa"] == duty["Krippendorff's alpha"] == 1
    assert duty["Cohen's kappa: reading"] == "reliable"
    assert (other["Cohen's kappa"], other["Cohen's kappa: reading"]) == (0, "low")
    assert other["Percent agreement"] == 0.8


def test_units_are_listed_with_who_coded_them_and_the_notes_of_both(coded: Study) -> None:
    target, _code, _error = written(coded, "a.xlsx", "--coders", "Ada,林一", "--bootstrap", "0")
    units = as_dicts(book(target)["Units"])
    assert [(unit["Coded by"], unit["Code"], unit["Unit"]) for unit in units] == [
        ("Both", "说明", FIRST),
        ("Only one", "出境", SECOND),
    ]
    both, one = units
    assert (both["Ada"], both["Ada: notes"], both["林一"]) == ("yes", "理由要具体", "yes")
    assert both["林一: notes"] == "整句都算\nAda: 同意", "a private note stays, an answer names who gave it"
    assert (one["Ada"], one["林一"], one["林一: notes"]) == ("yes", "no", None)
    text = coded.project.articles.version(coded.project.articles.by_ref(str(one["Key"]))).text
    assert text[int(str(one["Start"])) : int(str(one["End"]))] == SECOND
    assert one["Place"] == "¶2"


def test_the_provenance_says_what_was_compared_and_how(coded: Study) -> None:
    target, _code, _error = written(
        coded,
        "a.xlsx",
        "--coders",
        "Ada,林一,周三",
        "--measure",
        "kappa",
        "--without-accepted",
        "--seed",
        "7",
        "--unit",
        "paragraph",
    )
    told = book(target)["Provenance"][1:]
    facts = {str(label): str(value) for label, value in told}
    assert facts["Coders compared"] == "Ada, 林一, 周三"
    assert facts["Measures"] == "Cohen's kappa"
    assert facts["Interval"] == "95 % bootstrap, 1000 Poisson samples of units, percentiles, seed 7"
    assert facts["Accepted suggestions"] == "left out"
    assert (facts["Unit"], facts["Project"]) == ("paragraph", "study")
    assert facts["Date"]
    assert "revision" in facts["Codebooks"]
    told_pairs = [value for label, value in told if label == "Articles"]
    assert told_pairs == [f"{pair}: 1 compared, 1 not compared" for pair in ("Ada – 林一", "Ada – 周三", "林一 – 周三")]
    assert sum(label == "Left out" for label, _value in told) == 2
    header = book(target)["Agreement"][0]
    assert [name for name in ("All", "Some", "None") if name in header] == ["All", "Some", "None"]


def test_a_csv_file_holds_the_measures_with_the_provenance_and_says_what_it_lacks(coded: Study) -> None:
    target, code, error = written(coded, "a.csv", "--coders", "Ada,林一", "--measure", "kappa", "--bootstrap", "0", "--excel")
    assert code == 0
    assert "A CSV file holds one table" in error
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = as_dicts(list(csv.reader(file)))
    assert [line["Code"] for line in lines] == ["", "说明", "出境"]
    assert [line["Cohen's kappa"] for line in lines][1:] == ["1.0", "0.0"]
    assert all("Coders compared: Ada, 林一\n" in str(line["Provenance"]) for line in lines)


def test_why_a_measure_is_undefined_is_written_beside_it(coded: Study) -> None:
    unused = coded.project.codes.get(coded.code("没有人用")).uuid
    target, _code, _error = written(coded, "a.xlsx", "--coders", "Ada,林一", "--codes", unused, "--measure", "all")
    line = as_dicts(book(target)["Agreement"])[1]
    assert line["Cohen's kappa"] is None
    assert line["Why undefined"] == "Undefined, because none of the coders used this code."


def test_everything_is_said_in_chinese_to_who_reads_chinese(coded: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOSSATOR_LANGUAGE", "zh_CN")
    target, _code, _error = written(coded, "a.xlsx", "--coders", "Ada,林一")
    sheets = book(target)
    assert list(sheets) == ["一致性", "单位", "出处"]
    assert as_dicts(sheets["单位"])[0]["谁编码"] == "两人都有"
    latin = [cell for row in sheets["出处"] for cell in row[:1] if str(cell).isascii()]
    assert latin == []


def test_names_stay_at_home_where_asked(coded: Study) -> None:
    target, code, error = written(
        coded, "a.xlsx", "--coders", "Ada,周三", "--measure", "kappa", "--bootstrap", "0", "--anonymous"
    )
    assert code == 0
    shown = str(book(target)) + error
    assert [name for name in ("Ada", "林一", "周三") if name in shown] == []
    header = [str(cell) for cell in book(target)["Agreement"][0]]
    assert sorted(cell.partition(":")[0] for cell in header if cell.endswith(": coded")) == sorted(
        name for name in ("Coder 1", "Coder 2", "Coder 3") if f"{name}: coded" in header
    )
    assert "Coders go under pseudonyms." in error


def test_the_largest_kappa_that_the_counts_allow_stands_beside_it(coded: Study) -> None:
    target, _code, _error = written(coded, "a.xlsx", "--coders", "Ada,林一", "--measure", "kappa", "--bootstrap", "0")
    lines = as_dicts(book(target)["Agreement"])
    assert [line["Largest kappa these counts allow"] for line in lines] == [None, 1, 0]
    target, _code, _error = written(coded, "b.xlsx", "--coders", "Ada,林一,周三", "--measure", "kappa", "--bootstrap", "0")
    assert "Largest kappa these counts allow" not in book(target)["Agreement"][0]


def test_a_suffix_no_format_goes_by_is_refused_before_anything_is_computed(coded: Study) -> None:
    target, code, error = written(coded, "a.pdf", "--coders", "Ada,林一")
    assert (code, target.exists()) == (1, False)
    assert ".xlsx, .csv" in error


def test_writing_is_stopped_and_leaves_nothing(coded: Study, tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    compared = Compared(coded.project.store)
    found = compared.comparison((coded.ada, coded.lin), Options(samples=0))
    with pytest.raises(Cancelled):
        agreement_tables.write(tmp_path / "a.xlsx", compared.taken_away(found), "xlsx", progress=stop)
    assert list(tmp_path.glob("a.*")) == []


@pytest.mark.parametrize(("unit", "listed"), [("paragraph", 2), ("character", 4), ("article", 2)])
def test_units_of_every_size_are_told_in_words(coded: Study, unit: str, listed: int) -> None:
    compared = Compared(coded.project.store, me=coded.ada, private=True)
    found = compared.comparison((coded.ada, coded.lin), Options(unit=unit, samples=0))  # type: ignore[arg-type]
    units = list(compared.taken_away(found).units)
    assert len(units) == listed
    top = next(row for row in found.rows if row.scope == "code")
    told = compared.units(found, top, "both", 0, 10, lambda _done, _total: None)
    assert [[voice.name for voice in each.voices] for each in told] == [["Ada", "林一"]]
    assert told[0].voices[0].quotes == ("说明理由",)
    if unit == "character":
        assert (told[0].exact, told[0].text) == ("说明理由", FIRST), "a run of characters is told in its sentence"
    elif unit == "article":
        assert (told[0].text, told[0].locator) == ("", "")
    else:
        assert told[0].text == FIRST + SECOND


def test_codes_are_compared_with_those_below_them_that_were_used(coded: Study) -> None:
    top = coded.project.codes.by_ref("义务")
    coded.code("没有人用", top)
    found = Compared(coded.project.store).comparison((coded.ada, coded.lin), Options(codes=(top,), samples=0), below=True)
    names = [(row.scope, coded.project.codes.get(row.code).name_zh if row.code else "") for row in found.rows]
    assert names == [("code", "说明"), ("code", "出境"), ("branch", "义务"), ("all", "")]


def test_who_can_be_compared_is_listed_with_what_they_finished(coded: Study) -> None:
    coded.project.coders.ensure("没来过")
    found = [(each.id, each.name, each.finished) for each in contributors(coded.project.store)]
    assert found == [(coded.ada, "Ada", 2), (coded.lin, "林一", 1), (coded.zhou, "周三", 1)]
