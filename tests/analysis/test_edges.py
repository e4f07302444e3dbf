"""Agreement at its edges: quoted sentences, borders, removed codes, hidden layers, coders who overlap in part."""

from __future__ import annotations

import pytest

from db.compared import Compared
from tests.analysis.conftest import Study, value


def test_the_example_that_other_programs_get_wrong(study: Study) -> None:
    """Of 90 characters 40 are coded by both, 5 by each alone and 40 by neither: po = 8/9, pe = 1/2."""
    text = "备案平台理由偏见数据" * 9
    article, code = study.article(text, by=(study.ada, study.lin)), study.code("平台")
    study.project.code_as(study.ada)
    study.project.annotations.add(article, 0, 45, codes=[code])
    study.project.code_as(study.lin)
    study.project.annotations.add(article, 5, 50, codes=[code])
    row = study.row(code, unit="character")
    assert (row.both, row.one, row.none) == (40, 10, 40)
    assert value(row) == pytest.approx(0.7778, abs=5e-5)


def test_a_quoted_sentence_is_one_with_its_closing_quote(study: Study) -> None:
    text = "他说：“先备案。”随后又问：“谁来查？”没有人答。"
    article, code = study.article(text, by=(study.ada, study.lin)), study.code("备案")
    study.mark(study.ada, article, "先备案。”", code)
    study.mark(study.lin, article, "”", code)
    found = study.compared()
    assert [text[cell.start : cell.end] for cell in found.cells(found.rows[0], "both")] == ["他说：“先备案。”"]
    assert (found.rows[0].one, found.rows[0].units) == (0, 3)


def test_a_coding_counts_in_every_unit_it_touches_and_in_no_unit_it_ends_before(study: Study) -> None:
    text = "备案是第一步。理由要说清。数据先问。"
    article, code = study.article(text, by=(study.ada, study.lin)), study.code("边界")
    study.mark(study.ada, article, "理由要说清。", code)
    study.mark(study.lin, article, "。理", code)
    found = study.compared()
    row = found.rows[0]
    assert row.given == (1, 2)
    assert [text[cell.start : cell.end] for cell in found.cells(row, "one")] == ["备案是第一步。"]


def test_a_removed_code_is_compared_no_more(study: Study) -> None:
    article, kept, gone = study.article(by=(study.ada, study.lin)), study.code("留"), study.code("去")
    for code in (kept, gone):
        study.mark(study.ada, article, "备案", code)
        study.mark(study.lin, article, "备案", code)
    before = study.compared()
    study.project.codes.remove(gone)
    assert [row.code for row in study.compared().rows] == [kept, None]
    assert [row.scope for row in before.rows] == ["code", "code", "all"]
    lines = Compared(study.project.store).taken_away(before).lines
    assert [line.label for line in lines] == ["", "留", ""], "what was compared before can still be taken away"


def test_layers_that_wait_to_be_seen_are_compared_all_the_same(study: Study) -> None:
    article, code = study.article(by=(study.lin,)), study.code("备案")
    study.mark(study.lin, article, "备案", code)
    other = study.article("另一篇。", by=(study.lin, study.zhou))
    study.mark(study.lin, other, "另一", code)
    study.project.code_as(study.ada)
    with study.project.store.history.upkeep():  # as if their work had come by merging
        study.project.store.rows("DELETE FROM stamp WHERE uuid IN (SELECT uuid FROM annotation)")
    assert any(layer.hidden for layer in study.project.layers.of(other)), "Ada has not finished it"
    row = study.row(code, study.lin, study.zhou)
    assert (row.units, row.given) == (1, (1, 0))


def test_alpha_takes_every_rating_of_coders_who_overlap_in_part(study: Study) -> None:
    code = study.code("数据")
    one = study.article("甲句。乙句。", by=(study.ada, study.lin))
    two = study.article("丙句。丁句。", by=(study.lin, study.zhou))
    study.article("戊句。", by=(study.zhou,))
    for coder, article, words in (
        (study.ada, one, "甲"), (study.lin, one, "甲"), (study.lin, two, "丙"), (study.zhou, two, "丁"),
    ):  # fmt: skip
        study.mark(coder, article, words, code)
    row = study.row(code, study.ada, study.lin, study.zhou)
    # Eight values, four of them yes; two of four units agree: 1 - (4 / 8) / (2 * 4 * 4 / (8 * 7)).
    assert (row.units, row.rated) == (4, (2, 4, 2))
    assert value(row, "alpha") == pytest.approx(1 - 0.5 / (32 / 56))


def test_names_can_be_left_out_of_what_is_said_and_taken_away(study: Study) -> None:
    code, article = study.code("备案"), study.article(by=(study.ada, study.lin))
    half = study.article("另一篇。", by=(study.ada,))
    one = study.mark(study.ada, article, "备案", code)
    study.project.notes.add("annotation", one, "整句")
    study.mark(study.ada, half, "另一", code)
    found = study.compared()
    compared = Compared(study.project.store, anonymous=True)
    taken = compared.taken_away(found)
    told = str((taken.coders, taken.lines, list(taken.units), taken.provenance, compared.remarks(found)))
    assert "Ada" not in told
    assert "林一" not in told
    assert all(name.startswith("Coder ") for name in taken.coders)
    assert len(set(taken.coders)) == 2
    assert any(taken.coders[1] in words and "not coded" in words for label, words in taken.provenance)
