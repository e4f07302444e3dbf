"""Tables of passages (CSV) taken in: every way rows name things, what fits nothing, one change, the same table again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from db import errors
from db.project import Project
from db.records import Annotation, ArticleId
from db.sharing import taking_in
from db.sharing.exporting import Choice, write
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft, records, state, well

HEADER = "article,start,end,exact,codes,instruments,note,coder,created"


def _table(tmp_path: Path, *rows: str, header: str = HEADER, name: str = "passages.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes("\n".join((header, *rows, "")).encode(encoding))
    return path


def _take(project: Project, path: Path) -> taking_in.Intake:
    intake = taking_in.preview(project, path)
    taking_in.take_in(project, intake)
    return intake


def _names(project: Project, annotation: Annotation) -> list[str]:
    return sorted(project.codes.get(tagging.code).title("en") for tagging in annotation.taggings)


def test_a_row_says_where_with_what_by_whom_and_when(project: Project, article: ArticleId, tmp_path: Path) -> None:
    at = ZH.index("模型筛选简历")
    uuid = project.articles.get(article).uuid
    path = _table(tmp_path, f"{uuid},{at},{at + 6},,asgf1.1.1;proxies,eu-ai-act@第10条,看这里,Ada,2026-03-04T05:06:07+08:00")
    intake = _take(project, path)
    (made,) = project.annotations.of(article)
    assert (made.start, made.end, made.exact) == (at, at + 6, "模型筛选简历")
    assert {tagging.key for tagging in made.taggings} >= {"asgf1.1.1"}
    assert "proxies" in _names(project, made)
    assert [(link.key, link.locator, link.locator_key) for link in made.links] == [("eu-ai-act", "第10条", "art10")]
    assert [note.text for note in made.notes] == ["看这里"]
    assert project.coders.get(made.coder).name == "Ada"
    assert made.created == "2026-03-03T21:06:07.000Z"
    assert all(tagging.origin == "imported" for tagging in made.taggings)
    assert not intake.unfit
    assert intake.report.carried["annotation"] == 1
    assert not well(project)


def test_new_codes_stand_under_imported_and_are_made_once(project: Project, article: ArticleId, tmp_path: Path) -> None:
    _take(project, _table(tmp_path, "算法与公平,0,5,,proxies;透明,,,,", "算法与公平,6,8,,proxies,,,,"))
    own = [code for code in project.codes.all() if not code.shipped]
    group = next(code for code in own if code.name_en == "Imported")
    assert sorted((code.title("en"), code.parent == group.id) for code in own if code.id != group.id) == [
        ("proxies", True), ("透明", True),
    ]  # fmt: skip
    assert group.parent is None
    assert group.name_zh == "导入的编码"


def test_words_alone_are_found_once_also_when_set_otherwise(project: Project, article: ArticleId, tmp_path: Path) -> None:
    _take(project, _table(tmp_path, "算法与公平,,,女性求职者,x,,,,", "算法与公平,,,“招聘平台用模型筛选简歷”,y,,,,"))
    found = {annotation.exact for annotation in project.annotations.of(article)}
    assert "女性求职者" in found
    assert len(found) == 1
    _take(project, _table(tmp_path, "算法与公平,,,招聘平台用模型筛选簡歷,y,,,,", name="more.csv"))
    assert {annotation.exact for annotation in project.annotations.of(article)} == {"女性求职者", "招聘平台用模型筛选简历"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("没有这篇,0,3,,x,,,,", "there is no article 没有这篇"),
        ("算法与公平,0,9999,,x,,,,", "0 to 9999 mark no passage"),
        ("算法与公平,3,3,,x,,,,", "3 to 3 mark no passage"),
        ("算法与公平,三,5,,x,,,,", "start and end are no whole numbers"),
        ("算法与公平,,,不在其中的话,x,,,,", "are not in the article"),
        ("算法与公平,,,一,x,,,,", "times in the article"),
        ("算法与公平,0,5,别的话,x,,,,", "other words stand at 0 to 5"),
        ("算法与公平,0,5,,,不存在的文书,,,", "there is no instrument 不存在的文书"),
        ("算法与公平,0,5,,x,,,,昨天", "昨天 is no time in ISO 8601"),
        ("算法与公平,,,,,,,,", "it marks nothing and says nothing"),
    ],
)
def test_a_row_that_fits_nothing_is_told_by_its_line(
    project: Project, article: ArticleId, tmp_path: Path, row: str, reason: str
) -> None:
    intake = _take(project, _table(tmp_path, '算法与公平,6,8,,x,,"two\nlines",,', row))
    assert [one.line for one in intake.unfit] == [4]
    assert reason in intake.unfit[0].reason("en")
    assert len(project.annotations.of(article)) == 1
    assert intake.report.dropped == {"rows that fit nothing": 1}
    assert intake.as_dict()["unfit"][0]["line"] == 4


def test_positions_that_missed_their_words_stand_on_them_and_it_is_told(
    project: Project, article: ArticleId, tmp_path: Path
) -> None:
    intake = _take(project, _table(tmp_path, "算法与公平,7,12,女性求职者,x,,,,"))
    (made,) = project.annotations.of(article)
    assert made.exact == "女性求职者"
    assert intake.report.changed == {"annotation": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(project: Project, article: ArticleId, tmp_path: Path, encoding: str, separator: str) -> None:
    row = separator.join(("算法与公平", "6", "12", '"代理变量"', '"招聘中的筛选，第一行\n第二行"'))
    header = separator.join(("article", "start", "end", "codes", "note"))
    _take(project, _table(tmp_path, row, header=header, encoding=encoding))
    (made,) = project.annotations.of(article)
    assert _names(project, made) == ["代理变量"]
    assert made.notes[0].text == "招聘中的筛选，第一行\n第二行"


def test_excel_s_own_first_line_is_passed_over_and_lines_are_still_counted(
    project: Project, article: ArticleId, tmp_path: Path
) -> None:
    path = _table(tmp_path, "article;start;end;codes", "算法与公平;6;12;x", "nowhere;1;2;x", header="sep=;")
    assert [one.line for one in _take(project, path).unfit] == [4]
    assert len(project.annotations.of(article)) == 1


def test_inert_apostrophes_are_undone(project: Project, article: ArticleId, tmp_path: Path) -> None:
    _take(project, _table(tmp_path, "算法与公平,6,12,,'=x,,'-note,'+Ada,"))
    (made,) = project.annotations.of(article)
    assert _names(project, made) == ["=x"]
    assert made.notes[0].text == "-note"
    assert project.coders.get(made.coder).name == "+Ada"


def test_a_row_without_a_place_is_about_the_whole_article(project: Project, article: ArticleId, tmp_path: Path) -> None:
    _take(project, _table(tmp_path, "算法与公平,,,,x,,全文,,"))
    (made,) = project.annotations.of(article)
    assert made.start is None
    assert made.exact == ""
    assert made.notes[0].text == "全文"


def test_one_undo_takes_all_back_and_it_can_come_again(project: Project, article: ArticleId, tmp_path: Path) -> None:
    before = state(project)
    path = _table(tmp_path, "算法与公平,6,12,,x;y,,n,Ada,", "算法与公平,0,5,,x,,,,")
    _take(project, path)
    project.undo()
    assert state(project) == before
    assert project.history()[1].label == taking_in.LABELS["csv"]
    _take(project, path)
    assert len(project.annotations.of(article)) == 2
    assert not well(project)


def test_the_same_table_again_changes_nothing(project: Project, article: ArticleId, tmp_path: Path) -> None:
    path = _table(
        tmp_path, "算法与公平,6,12,,x;asgf1.1.1,eu-ai-act,n,Ada,2026-01-01", "算法与公平,6,12,,z,,,,", "算法与公平,,,,x,,,,"
    )
    _take(project, path)
    before, changes = state(project), len(project.history())
    again = taking_in.preview(project, path)
    assert again.changes_nothing
    taking_in.take_in(project, again)
    assert state(project) == before
    assert len(project.history()) == changes


def test_what_was_removed_here_stays_removed(project: Project, article: ArticleId, tmp_path: Path) -> None:
    path = _table(tmp_path, "算法与公平,6,12,,x,,,,", "算法与公平,0,5,,x,,,,")
    _take(project, path)
    first = project.annotations.of(article)[0]
    project.annotations.remove([first.id])
    _take(project, path)
    assert [one.uuid for one in project.annotations.of(article)] != [first.uuid]
    assert len(project.annotations.of(article)) == 1
    assert not well(project)


def test_one_s_own_passage_gets_what_it_lacks(project: Project, article: ArticleId, tmp_path: Path) -> None:
    own = project.annotations.add(article, 6, 12, codes=[project.codes.by_ref("asgf1.1.1")])
    _take(project, _table(tmp_path, "算法与公平,6,12,,asgf1.1.1;x,,n,,"))
    (made,) = project.annotations.of(article)
    assert made.id == own
    assert len(made.taggings) == 2
    assert made.notes[0].text == "n"


def test_two_who_take_in_one_table_apart_make_the_same_codes_and_coders(copied: Opener, tmp_path: Path) -> None:
    path = _table(tmp_path, "算法与公平,6,12,,x,,n,Ada,2026-01-01")
    one, other = copied("one"), copied("other", TWO)
    for project in (one, other):
        project.articles.add(draft("算法与公平", ZH))
        _take(project, path)
    assert records(one)["code"].keys() == records(other)["code"].keys()
    made = [{uuid for uuid, coder in records(project)["coder"].items() if coder["name"] == "Ada"} for project in (one, other)]
    assert made[0] == made[1] != set()


def test_the_table_of_passages_that_leaves_comes_back(copied: Opener, tmp_path: Path) -> None:
    one, other = copied("one"), copied("other", TWO)
    article = one.articles.add(draft("算法与公平", ZH))
    annotation = one.annotations.add(article, 6, 12, codes=[one.codes.by_ref("asgf1.1.1")], note="=想法")
    one.annotations.link(annotation, one.instruments.by_ref("eu-ai-act"), "第十九条")
    path = tmp_path / "out.csv"
    write(one.store, path, Choice("csv", "zh_CN"))
    again = taking_in.preview(one, path)
    assert again.changes_nothing
    assert not again.unfit
    other.articles.add(draft("算法与公平", ZH))
    assert not _take(other, path).unfit
    (made,) = other.annotations.of(other.articles.by_ref("算法与公平"))
    assert (made.start, made.end, made.notes[0].text) == (6, 12, "=想法")
    assert other.coders.get(made.coder).name == "林一"
    assert [(link.key, link.locator) for link in made.links] == [("eu-ai-act", "第十九条")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\x03" * 50, "text"),
        (b"a,b,c\n1,2,3\n", "article"),
        (b"article,codes\nx,y\n", "start and end or exact"),
    ],
)
def test_what_is_no_table_of_passages_is_refused(project: Project, tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(errors.CannotRead, match=words):
        taking_in.preview(project, path)


def test_a_reading_can_be_stopped(project: Project, article: ArticleId, tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise errors.Cancelled

    path = _table(tmp_path, "算法与公平,6,12,,x,,,,")
    before = state(project)
    with pytest.raises(errors.Cancelled):
        taking_in.preview(project, path, progress=stop)
    with pytest.raises(errors.Cancelled):
        taking_in.take_in(project, taking_in.preview(project, path), progress=stop)
    assert state(project) == before


def test_names_that_fit_several_are_not_guessed(project: Project, article: ArticleId, tmp_path: Path) -> None:
    project.articles.add(draft("算法与公平", EN))
    above = project.codes.add(name_en="above")
    project.codes.add(name_en="twin", parent=above)
    project.codes.add(name_en="twin")
    uuid = project.articles.get(article).uuid
    intake = _take(project, _table(tmp_path, "算法与公平,0,3,,x,,,,", f"{uuid},0,3,,twin,,,,"))
    reasons: Sequence[str] = [one.reason("en") for one in intake.unfit]
    assert "several articles" in reasons[0]
    assert "several codes" in reasons[1]


def test_of_codes_of_one_name_that_of_the_working_framework_is_meant(
    project: Project, article: ArticleId, tmp_path: Path
) -> None:
    twins = [project.codes.get(project.codes.by_ref(key)) for key in ("asgf1.1.2", "asgf2.1.2")]
    assert twins[0].name_zh == twins[1].name_zh
    project.codes.set_working(["asgf2"])
    _take(project, _table(tmp_path, f"算法与公平,0,5,,{twins[0].name_zh},,,,"))
    (made,) = project.annotations.of(article)
    assert [tagging.key for tagging in made.taggings] == ["asgf2.1.2"]
    project.codes.set_working(["asgf1", "asgf2"])
    intake = _take(project, _table(tmp_path, f"算法与公平,6,12,,{twins[0].name_zh},,,,", name="more.csv"))
    assert "several codes" in intake.unfit[0].reason("en")
