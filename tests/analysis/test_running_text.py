"""What is a unit: paragraphs as margins number them, sentences of the running text, and headings only where they are marked."""

from __future__ import annotations

import pytest

from db.compared import Compared
from db.records import ArticleId, Block, Draft, Layout
from tests.analysis.conftest import Study

LINES = ("说明义务怎么写", "一、背景", "平台应当说明理由。否则无人能懂。", "", "二、建议", "先问一声。", "再谈分级。")
TEXT = "\n".join(LINES)


def article(study: Study) -> ArticleId:
    """An article whose first line says its title, with two headings and three paragraphs of four sentences."""
    plain = Layout.of_lines(TEXT).blocks
    blocks = [
        Block("heading", each.start, each.end, 2) if TEXT[each.start + 1 : each.start + 2] == "、" else each for each in plain
    ]
    made = study.project.articles.add(Draft(LINES[0], TEXT, Layout(tuple(blocks)), original=TEXT.encode()))
    for coder in (study.ada, study.lin):
        study.status(coder, made)
    return made


@pytest.mark.parametrize(("unit", "count"), [("paragraph", 3), ("sentence", 4), ("article", 1), ("character", len(TEXT))])
def test_units_are_those_that_the_margin_numbers(study: Study, unit: str, count: int) -> None:
    made, code = article(study), study.code("义务")
    study.mark(study.ada, made, "说明理由", code)
    assert study.row(code, unit=unit).units == count


def test_the_last_paragraph_in_the_locator_is_how_many_units_there_are(study: Study) -> None:
    made, code = article(study), study.code("义务")
    study.mark(study.lin, made, "再谈分级", code)
    found = study.compared(unit="paragraph")
    row = next(row for row in found.rows if row.code == code)
    (told,) = Compared(study.project.store).told(found, found.cells(row, "one"))
    assert (told.locator.split()[-1], row.units) == ("¶3", 3)


@pytest.mark.parametrize(("unit", "count"), [("paragraph", 4), ("sentence", 5)])
@pytest.mark.parametrize("words", ["背景", "怎么写"])
def test_a_heading_or_title_that_somebody_marked_is_a_unit_for_all(study: Study, unit: str, count: int, words: str) -> None:
    made, code, other = article(study), study.code("义务"), study.code("别的")
    study.mark(study.ada, made, words, code)
    study.mark(study.lin, made, "说明理由", other)
    row = study.row(code, unit=unit)
    assert (row.units, row.one, row.none) == (count, 1, count - 1)
    assert study.row(other, unit=unit).units == count, "a heading is a unit for every code"


def test_a_coding_that_reaches_from_a_heading_into_the_text_counts_in_both(study: Study) -> None:
    made, code = article(study), study.code("义务")
    study.mark(study.ada, made, "建议\n先问一声", code)
    row = study.row(code, unit="paragraph")
    assert (row.units, row.given) == (4, (2, 0))


def test_the_mark_of_a_coder_who_is_not_compared_makes_no_heading_a_unit(study: Study) -> None:
    made, code = article(study), study.code("义务")
    study.status(study.zhou, made)
    study.mark(study.zhou, made, "背景", code)
    study.mark(study.ada, made, "先问一声", code)
    assert study.row(code, unit="paragraph").units == 3
    assert study.row(code, study.ada, study.zhou, unit="paragraph").units == 4


def test_a_unit_in_words_names_its_code(study: Study) -> None:
    made = article(study)
    for name in ("义务", "分级"):
        study.mark(study.ada, made, "先问一声", study.code(name))
    found = study.compared()
    over_all = next(row for row in found.rows if row.scope == "all")
    told = list(Compared(study.project.store, language="zh").told(found, found.cells(over_all, "one")))
    assert [each.code for each in told] == ["义务", "分级"]
    assert len({each.exact for each in told}) == 1


def test_the_provenance_says_what_is_no_unit(study: Study) -> None:
    article(study)
    said = {
        unit: [value for _label, value in Compared(study.project.store).taken_away(study.compared(unit=unit)).provenance]
        for unit in ("paragraph", "character")
    }
    told = [any(value.startswith("headings and the line that says the article's title") for value in said[unit]) for unit in said]
    assert told == [True, False]
