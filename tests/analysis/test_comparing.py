"""Agreement in whole projects: what is a unit, what is a no, what is left out, and the units behind a number."""

from __future__ import annotations

import pytest

from db.analysis.agreement import NAMES
from db.analysis.matrix import Comparison, Options, compare
from db.codings import Codings
from db.errors import Cancelled, Refused
from db.records import CoderId, Draft, Layout, Remark
from tests.analysis.conftest import TEXT, Study, value


def said(found: Comparison) -> list[str]:
    return [remark.sentence.format_map(remark.facts) for remark in found.remarks]


def test_a_code_is_yes_or_no_on_each_sentence(study: Study) -> None:
    both = (study.ada, study.lin)
    article, code = study.article(by=both), study.code("备案")
    study.mark(study.ada, article, "备案是第一步", code)
    study.mark(study.lin, article, "第一步。", code)
    study.mark(study.ada, article, "数据出境", code)
    row = study.row(code)
    assert (row.units, row.given, row.rated, (row.both, row.one, row.none)) == (5, (2, 1), (5, 5), (1, 1, 3))
    assert value(row, "percent") == pytest.approx(0.8)
    assert value(row) == pytest.approx(6 / 11)
    assert value(row, "alpha") == pytest.approx(1 - 0.2 / (2 * 3 * 7 / 90))
    low, high = row.measures["percent"].low, row.measures["percent"].high
    assert low is not None
    assert high is not None
    assert low < 0.8 < high <= 1


def test_a_coding_across_sentences_counts_in_each_and_units_differ(study: Study) -> None:
    article, code = study.article(by=(study.ada, study.lin)), study.code("理由")
    study.mark(study.ada, article, "无人能懂。数据", code)
    study.mark(study.lin, article, "平台应当", code)
    kinds = {unit: study.row(code, unit=unit) for unit in ("sentence", "paragraph", "article", "character")}
    assert [(row.units, row.both, row.one, row.none) for row in kinds.values()] == [
        (5, 1, 1, 3),
        (3, 1, 0, 2),
        (1, 1, 0, 0),
        (len(TEXT), 0, 11, len(TEXT) - 11),
    ]
    assert kinds["character"].given == (7, 4)
    assert value(kinds["article"]).startswith("Undefined, because all units are in one category")  # type: ignore[attr-defined]


def test_an_absent_code_is_a_no_only_where_a_coder_has_finished(study: Study) -> None:
    code = study.code("偏见")
    shared = study.article(by=(study.ada, study.lin))
    half, begun = study.article("另一篇。第二句。", by=(study.ada,)), study.article("第三篇。")
    study.status(study.lin, half, "reading")
    study.status(study.lin, begun, "excluded")
    for article, words in ((shared, "偏见"), (half, "另一篇"), (begun, "第三篇")):
        study.mark(study.ada, article, words, code)
    study.status(study.lin, shared, "checked")
    found = study.compared(study.ada, study.lin, study.zhou)
    assert found.rows[0].given == (1, 0, 0)
    assert found.rows[0].rated == (5, 5, 0)
    assert found.compared == {(study.ada, study.lin): 1, (study.ada, study.zhou): 0, (study.lin, study.zhou): 0}
    assert found.apart[study.ada, study.lin] == 2
    assert said(found) == [
        "Not compared, as Ada has not coded or checked them: 1 of 3 articles.",
        "Not compared, as 林一 has not coded or checked them: 2 of 3 articles.",
        "Not compared, as 周三 has not coded or checked them: 3 of 3 articles.",
    ]


def test_three_coders_are_compared_where_two_have_finished(study: Study) -> None:
    code, everyone = study.code("数据"), (study.ada, study.lin, study.zhou)
    one, two = study.article(by=everyone), study.article("只有两位。看过这篇。", by=everyone[1:])
    for coder, article, words in (
        (study.ada, one, "数据"), (study.lin, one, "数据"), (study.lin, two, "只有"), (study.zhou, two, "只有"),
    ):  # fmt: skip
        study.mark(coder, article, words, code)
    row = study.row(code, *everyone)
    assert (row.units, row.given, row.rated) == (7, (1, 2, 1), (5, 7, 7))
    assert (row.both, row.one, row.none) == (1, 1, 5)
    cell = next(study.compared(*everyone).cells(row, "both"))
    assert set(cell.annotations) == {study.lin, study.zhou}


def test_branches_join_what_is_below_them_and_all_averages_codes(study: Study) -> None:
    article = study.article(by=(study.ada, study.lin))
    top = study.code("义务")
    left, right = study.code("备案", top), study.code("告知", top)
    study.mark(study.ada, article, "备案是", left)
    study.mark(study.lin, article, "备案是", right)
    found = study.compared()
    rows = {(row.scope, row.code): row for row in found.rows}
    assert list(rows) == [("code", left), ("code", right), ("branch", top), ("all", None)]
    assert value(rows["branch", top], "percent") == 1.0
    assert rows["branch", top].codes == {top, left, right}
    assert value(rows["code", left]) == 0.0
    whole = rows["all", None]
    assert (whole.units, whole.given, whole.rated, whole.one, whole.none) == (5, (1, 1), (10, 10), 2, 8)
    assert value(whole, "percent") == pytest.approx(0.8)
    assert value(whole) == 0.0
    assert len(list(found.cells(whole, "one"))) == 2
    assert [row.scope for row in study.compared(branches=False).rows] == ["code", "code", "all"]


def test_codes_asked_for_are_compared_and_one_nobody_used_says_so(study: Study) -> None:
    article = study.article(by=(study.ada, study.lin))
    used, unused = study.code("备案"), study.code("没有人用")
    study.mark(study.ada, article, "备案", used)
    study.mark(study.lin, article, "备案", used)
    rows = study.compared(codes=(unused, used)).rows
    assert [row.code for row in rows] == [used, unused, None]
    assert {value(rows[1], name) for name in NAMES} == {"Undefined, because none of the coders used this code."}
    assert {value(rows[2], name) for name in NAMES} == {1.0}
    assert rows[1].measures["kappa"].low is None
    nothing = study.compared(codes=(unused,)).rows[-1]
    assert value(nothing) == "Undefined, because the coders used none of the codes."


def test_one_coder_or_nothing_in_common_is_said_and_the_rest_computed(study: Study) -> None:
    code, article = study.code("备案"), study.article(by=(study.ada,))
    study.mark(study.ada, article, "备案", code)
    alone = study.compared(study.ada, study.ada)
    assert said(alone) == ["Only one coder is compared. Choose two or more."]
    assert value(alone.rows[0]) == "Undefined, because only one coder is compared."
    assert (alone.rows[0].given, alone.rows[0].rated) == ((1,), (5,))
    apart = study.compared(codes=(code,))
    assert said(apart)[0].startswith("No article is coded or checked by two of these coders.")
    assert value(apart.rows[0], "ac1") == "Undefined, because no unit was coded by two of the coders."
    with pytest.raises(Refused, match="too many"):
        study.compared(*map(CoderId, range(1, 22)))


def test_an_article_without_a_sentence_is_said(study: Study) -> None:
    both, code = (study.ada, study.lin), study.code("备案")
    empty, article = study.article("\n \n", by=both), study.article(by=both)
    study.mark(study.ada, article, "备案", code)
    found = study.compared()
    assert said(found) == ["Left out, as there is no text in them to be cut into units: 1 of the articles."]
    assert found.rows[0].units == 5
    assert [sheet.article for sheet in found.sheets] == [article]
    assert study.compared(articles=[empty]).rows[-1].units == 0


def test_accepted_suggestions_can_be_left_out(study: Study) -> None:
    article, code = study.article(by=(study.ada, study.lin)), study.code("备案")
    study.mark(study.ada, article, "备案", code)
    study.mark(study.lin, article, "备案", code, origin="accepted offer")
    assert value(study.row(code)) == 1.0
    found = study.compared(without_offered=True)
    assert found.rows[0].given == (1, 0)
    assert said(found) == ["Left out, as they are accepted suggestions: 1 of the codings of 林一."]


def test_codings_of_whole_articles_count_where_the_unit_is_the_article(study: Study) -> None:
    code, both = study.code("综述"), (study.ada, study.lin)
    one, two = study.article(by=both), study.article("另一篇。", by=both)
    study.mark(study.ada, one, "", code)
    study.mark(study.lin, one, "偏见", code)
    whole = study.row(code, unit="article")
    assert (whole.units, whole.given, value(whole)) == (2, (1, 1), 1.0)
    found = study.compared()
    assert (found.rows[0].units, found.rows[0].given) == (6, (0, 1))
    assert said(found) == ["Left out, as they are of whole articles and the unit is smaller: 1 of the codings of Ada."]
    articles = study.compared(unit="article")
    assert [cell.article for cell in articles.cells(articles.rows[0], "none")] == [two]


def test_coders_on_different_versions_meet_on_the_newest(study: Study) -> None:
    article, code = study.article(by=(study.ada, study.lin)), study.code("数据")
    study.mark(study.ada, article, "数据出境要先问一声", code)
    study.mark(study.ada, article, "备案是第一步", code)
    later = "新加的开头一句。\n" + TEXT.replace("备案是第一步。\n", "")
    study.project.articles.add_version(article, Draft("", later, Layout.of_lines(later), original=later.encode()))
    study.mark(study.lin, article, "数据出境", code)
    row = study.row(code)
    assert (row.units, row.both, row.one) == (5, 1, 0)
    assert said(study.compared()) == ["Left out, as they could not be carried to the newest version: 1 of the codings of Ada."]


def test_an_unsure_place_makes_its_unit_unknown_for_that_coder(study: Study) -> None:
    article, code = study.article(by=(study.ada, study.lin)), study.code("数据")
    doubtful = study.mark(study.ada, article, "数据出境", code)
    study.mark(study.lin, article, "数据出境", code)
    with study.project.store.history.upkeep():
        study.project.store.rows("UPDATE place SET status = 'review' WHERE annotation = ?", (doubtful,))
    found = study.compared()
    assert (found.rows[0].units, found.rows[0].given, found.rows[0].none) == (4, (0, 0), 4)
    assert "unsure: 1 of the codings of Ada" in said(found)[0]


def test_units_behind_a_row_name_both_coders_annotations(study: Study) -> None:
    article, code = study.article(by=(study.ada, study.lin)), study.code("理由")
    first = study.mark(study.ada, article, "平台应当", code)
    second = study.mark(study.lin, article, "理由", code)
    third = study.mark(study.lin, article, "懂", code)
    other = study.mark(study.ada, article, "偏见", code)
    found = study.compared()
    row = found.rows[0]
    (both,), (one,) = found.cells(row, "both"), found.cells(row, "one")
    assert TEXT[both.start : both.end] == "平台应当说明理由，否则无人能懂。"
    assert both.annotations == {study.ada: (first,), study.lin: (second, third)}
    assert (one.article, one.annotations) == (article, {study.ada: (other,), study.lin: ()})
    assert [TEXT[cell.start : cell.end] for cell in found.cells(row, "none")] == [
        "备案是第一步。",
        "数据出境要先问一声。",
        "完。",
    ]
    assert {cell.code for cell in found.cells(row, "none")} == {code}


def test_runs_of_characters_are_as_long_as_they_are_alike(study: Study) -> None:
    article, code, other = study.article(by=(study.ada, study.lin)), study.code("甲"), study.code("乙")
    study.mark(study.ada, article, "第一步。\n平台应当说明", code)
    study.mark(study.lin, article, "平台", code)
    study.mark(study.lin, article, "应当", other)
    found = study.compared(unit="character")
    row = next(row for row in found.rows if row.code == code)
    assert [TEXT[cell.start : cell.end] for cell in found.cells(row, "one")] == ["第一步。\n", "应当说明"]
    assert [TEXT[cell.start : cell.end] for cell in found.cells(row, "both")] == ["平台"]
    assert (row.both, row.one, row.units) == (2, 9, len(TEXT))


def test_the_order_of_coders_does_not_matter_and_a_seed_repeats(study: Study) -> None:
    article, code = study.article(by=(study.ada, study.lin)), study.code("理由")
    study.mark(study.ada, article, "平台", code)
    study.mark(study.lin, article, "理由，否则无人能懂。数据", code)
    there, back = study.row(code, study.ada, study.lin, seed=5), study.row(code, study.lin, study.ada, seed=5)
    assert there.measures == back.measures
    assert there.given == back.given[::-1]
    assert study.row(code, seed=5).measures == there.measures
    assert study.row(code, samples=0).measures["alpha"].low is None


def test_a_comparison_can_be_watched_and_cancelled(study: Study) -> None:
    article, code = study.article(by=(study.ada, study.lin)), study.code("理由")
    study.mark(study.ada, article, "平台", code)
    material = Codings(study.project.store).material((study.ada, study.lin))
    seen: list[tuple[int, int]] = []
    compare(material, Options(samples=5), lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (1_000, 1_000)

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        compare(material, Options(), stop)
    with pytest.raises(Cancelled):
        Codings(study.project.store).material((study.ada, study.lin), progress=stop)


def test_a_project_without_codings_gives_one_row_that_says_so(study: Study) -> None:
    found = study.compared()
    assert [(row.scope, row.units) for row in found.rows] == [("all", 0)]
    assert isinstance(found.rows[0].measures["alpha"].value, Remark)


def test_characters_of_one_line_stand_and_fall_together(study: Study) -> None:
    lines = [f"第{number}行里的字不是一个一个编码的。" for number in range(8)]
    article, code = study.article("\n".join(lines), by=(study.ada, study.lin)), study.code("行")
    for line in lines:
        study.mark(study.ada, article, line[:6], code)
        study.mark(study.lin, article, line[:9], code)
    found = study.row(code, unit="character", measures=("percent",)).measures["percent"]
    characters = sum(map(len, lines)) + 7
    assert found.value == pytest.approx(1 - 24 / characters)
    # Whichever lines a sample has, nearly the same share of it agrees: only the last line has no line feed.
    assert (found.low, found.high) == (pytest.approx(found.value, abs=0.02), pytest.approx(found.value, abs=0.02))
