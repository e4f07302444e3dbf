"""QualCoder's projects and Taguette's databases taken in: who, what, where, what is left out, and never twice."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from db import errors
from db.exchange.foreign.page_text import read_page
from db.project import Project
from db.records import Annotation, ArticleId
from db.sharing import foreign_tables, taking_in
from tests.db.conftest import TWO, Opener
from tests.db.foreign_files import AT, byte_span, coding, document, highlight, insert, qualcoder, taguette
from tests.db.material import ZH, draft, records, state, well

TEXT = "开场白。😀\r\nWe asked everyone the same question.\n回答说：系统不透明。\n回答说：系统不透明。"
PLAIN = TEXT.replace("\r\n", "\n")


@pytest.fixture
def interviews(tmp_path: Path) -> Path:
    """A QualCoder project with two texts, a picture, categories, codings, memos, cases and attributes."""
    path = qualcoder(tmp_path)
    data = path / "data.qda"
    insert(data, "source", [
        [1, "talk one.txt", TEXT, None, "recorded at noon", "Mei", AT, None, None],
        [2, "talk two.txt", ZH, "/docs/two.docx", "", "Jo", AT, None, None],
        [3, "board.png", None, "/images/board.png", "", "Mei", AT, None, None],
    ])  # fmt: skip
    insert(data, "code_cat", [[1, "views", "Mei", AT, "what people think", None], [2, "of systems", "Mei", AT, "", 1]])
    insert(data, "code_name", [
        [1, "不透明", "说不清怎么决定", 2, "Mei", AT, "#ff8800"],
        [2, "method", "", None, "Mei", AT, "#123456"],
    ])  # fmt: skip
    last = TEXT.replace("\r\n", "\n").rindex("系统不透明")
    insert(data, "code_text", [
        coding(PLAIN, "We asked everyone", 1, 2, memo="a method"),
        [2, 1, 1, "系统不透明", last + 1, last + 6, "Jo", AT, "", None, 1],
        [3, 2, 1, "系统不透明", last + 1, last + 6, "Jo", AT, "", None, None],
        coding(ZH, "模型筛选简历", 4, 1, 2, owner="Jo"),
    ])  # fmt: skip
    insert(data, "annotation", [[1, 2, 0, 5, "a title", "Mei", AT]])
    insert(data, "cases", [[1, "Ms A", "older", "Mei", AT], [2, "both", "", "Mei", AT]])
    insert(data, "case_text", [
        [1, 1, 1, 0, len(PLAIN), "Mei", AT, ""], [2, 2, 1, 0, len(PLAIN), "Mei", AT, ""], [3, 2, 2, 0, 5, "Mei", AT, ""],
    ])  # fmt: skip
    insert(data, "attribute_type", [["place", AT, "Mei", "", "file", "character"], ["age", AT, "Mei", "", "case", "numeric"]])
    insert(data, "attribute", [[1, "place", "file", "北京", 1, AT, "Mei"], [2, "age", "case", "61", 1, AT, "Mei"]])
    insert(data, "journal", [[1, "Day one", "It went well.", AT, "Mei"]])
    insert(data, "code_image", [[1, 3, 0, 0, 5, 5, 1, "", AT, "Mei", None]])
    return path


@pytest.fixture
def hearings(tmp_path: Path) -> Path:
    """A Taguette database with one page, two tags and three highlights."""
    path = taguette(tmp_path / "hearings.sqlite3")
    insert(path, "tags", [[1, 1, "交代", "说明理由"], [2, 1, "dates", ""]])
    html = "<h1>听证会</h1><p>主席：请说明<b>理由</b>。</p>\n<ul><li>2026年5月</li><li>第二点 &amp; more</li></ul>"
    raw = read_page(html).raw
    document(path, 1, "hearing", html)
    highlight(path, 1, 1, byte_span(raw, "请说明理由"), "<p>请说明<b>理由</b></p>", [1])
    highlight(
        path, 2, 1, byte_span(raw, "2026年5月第二点 & more"), "<ul><li>2026年5月</li><li>第二点 &amp; more</li></ul>", [1, 2]
    )
    highlight(path, 3, 1, byte_span(raw, "主席"), "<p>主席</p>", [], by="")
    return path


def _take(project: Project, path: Path) -> taking_in.Intake:
    intake = taking_in.preview(project, path)
    taking_in.take_in(project, intake)
    assert not well(project)
    return intake


def _titled(project: Project, title: str) -> ArticleId:
    return project.articles.by_ref(title)


def _said(project: Project, annotation: Annotation) -> tuple[str, str, list[str]]:
    names = sorted(project.codes.get(tagging.code).title("zh") for tagging in annotation.taggings)
    return annotation.exact, project.coders.get(annotation.coder).name, names


def test_a_qualcoder_project_brings_its_codings_as_their_coders(project: Project, interviews: Path) -> None:
    _take(project, interviews)
    one, two = _titled(project, "talk one.txt"), _titled(project, "talk two.txt")
    assert project.articles.version(one).text == PLAIN
    assert [_said(project, each) for each in project.annotations.of(one)] == [
        ("We asked everyone", "Mei", ["method"]),
        ("系统不透明", "Jo", ["method", "不透明"]),
    ]
    last = project.annotations.of(one)[-1]
    assert last.start == PLAIN.rindex("系统不透明")
    assert last.created == "2026-02-04T09:00:00.000Z"
    assert [_said(project, each) for each in project.annotations.of(two)] == [
        ("算法与公平", "Mei", []), ("模型筛选简历", "Jo", ["不透明"]),
    ]  # fmt: skip
    assert [note.text for note in project.annotations.of(two)[0].notes] == ["a title"]
    assert [note.text for note in project.annotations.of(one)[0].notes] == ["a method"]
    assert [dict(tagging.fields) for tagging in last.taggings if tagging.fields]


def test_categories_become_codes_with_memos_and_colours(project: Project, interviews: Path) -> None:
    _take(project, interviews)
    codes = {code.title("en"): code for code in project.codes.all() if not code.shipped}
    above = {name: next((n for n, c in codes.items() if c.id == code.parent), None) for name, code in codes.items()}
    assert above == {
        "interviews": None,
        "views": "interviews",
        "of systems": "views",
        "不透明": "of systems",
        "method": "interviews",
    }
    assert codes["不透明"].colour == "#ff8800"
    assert codes["不透明"].definition_zh == "说不清怎么决定"
    assert codes["views"].definition_en == "what people think"


def test_cases_and_attributes_go_where_they_can(project: Project, interviews: Path) -> None:
    intake = _take(project, interviews)
    one = _titled(project, "talk one.txt")
    stored = records(project)
    assert {record["name"] for record in stored["collection"].values()} == {"interviews", "Ms A", "both"}
    assert len(stored["collected"]) == 2
    assert project.fields.of("article", [one])[one]
    assert "北京" in str(project.fields.of("article", [one]))
    journal = [note.text for note in project.notes.journal()]
    assert any("It went well." in text for text in journal)
    assert any("- age: 61" in text for text in journal)
    assert any("older" in text for text in journal)
    assert intake.report.kept_aside == {"attribute": 1}
    assert intake.report.dropped == {"article": 1, "tagging": 1, "part of a case": 1}
    assert len(intake.report.reasons) == 4


def test_a_case_s_attribute_is_set_on_the_text_that_is_its_alone(project: Project, interviews: Path) -> None:
    with closing(sqlite3.connect(interviews / "data.qda")) as made:
        made.execute("DELETE FROM case_text WHERE caseid = 2")
        made.commit()
    intake = _take(project, interviews)
    one = _titled(project, "talk one.txt")
    assert "61" in str(project.fields.of("article", [one]))
    assert not intake.report.kept_aside


def test_the_file_in_the_folder_is_the_same_project(project: Project, interviews: Path) -> None:
    _take(project, interviews)
    again = taking_in.preview(project, interviews / "data.qda")
    assert again.kind == "qualcoder"
    assert again.changes_nothing


def test_a_text_the_project_has_is_that_article(project: Project, article: ArticleId, interviews: Path) -> None:
    _take(project, interviews)
    assert len(project.annotations.of(article)) == 2
    assert taking_in.preview(project, interviews).changes_nothing


def test_a_coding_on_other_words_than_it_quotes_is_not_guessed(project: Project, interviews: Path) -> None:
    wrong = coding(PLAIN, "the same question", 7, 1, start=2, end=5)
    nowhere = [8, 1, 1, "words that are nowhere", 3, 9, "Mei", AT, "", None, None]
    outside = [9, 1, 1, "", 5, 9_999, "Mei", AT, "", None, None]
    lost = [10, 99, 1, "开场白", 0, 3, "Mei", AT, "", None, None]
    homeless = [11, 1, 77, "开场白", 0, 3, "Mei", AT, "", None, None]
    insert(interviews / "data.qda", "code_text", [wrong, nowhere, outside, lost, homeless])
    intake = _take(project, interviews)
    found = [each.exact for each in project.annotations.of(_titled(project, "talk one.txt"))]
    assert found == ["We asked everyone", "the same question", "系统不透明"]
    assert intake.report.changed["annotation"] == 1
    assert intake.report.dropped["tagging"] == 3
    assert intake.report.dropped["reference"] == 2
    assert any("words that are nowhere" in reason for reason in intake.report.reasons)


def test_positions_in_code_points_are_proven_from_the_words(project: Project, tmp_path: Path) -> None:
    path = qualcoder(tmp_path, "points")
    insert(path / "data.qda", "source", [[1, "t", PLAIN, None, "", "Mei", AT, None, None]])
    insert(path / "data.qda", "code_name", [[1, "c", "", None, "Mei", AT, ""]])
    at = PLAIN.rindex("系统不透明")
    insert(path / "data.qda", "code_text", [[1, 1, 1, "系统不透明", at, at + 5, "Mei", AT, "", None, None]])
    _take(project, path)
    (made,) = project.annotations.of(_titled(project, "t"))
    assert (made.start, made.exact) == (at, "系统不透明")


def test_what_changed_there_since_is_taken_and_what_changed_here_stays(project: Project, interviews: Path) -> None:
    _take(project, interviews)
    codes = {code.title("en"): code.id for code in project.codes.all() if not code.shipped}
    project.codes.edit(codes["method"], colour="#00ff00")
    data = interviews / "data.qda"
    with closing(sqlite3.connect(data)) as made:
        made.execute("UPDATE code_name SET memo = 'how it was done' WHERE cid = 2")
        made.execute("UPDATE code_cat SET memo = 'what all think' WHERE catid = 1")
        made.execute("DELETE FROM code_text WHERE ctid = 4")
        made.commit()
    intake = _take(project, interviews)
    found = {code.title("en"): code for code in project.codes.all() if not code.shipped}
    assert found["views"].definition_en == "what all think"
    assert intake.plan.updates
    assert found["method"].colour in ("#00ff00", "#123456")
    assert found["method"].definition_en == "how it was done"
    assert len(project.annotations.of(_titled(project, "talk two.txt"))) == 2  # nothing is removed by a file that lacks it


def test_a_ring_of_categories_is_read(project: Project, interviews: Path) -> None:
    with closing(sqlite3.connect(interviews / "data.qda")) as made:
        made.execute("UPDATE code_cat SET supercatid = 2 WHERE catid = 1")
        made.commit()
    _take(project, interviews)
    assert {"views", "of systems"} <= {code.title("en") for code in project.codes.all()}


def test_codes_below_codes_of_newer_projects_stay_there(project: Project, interviews: Path) -> None:
    with closing(sqlite3.connect(interviews / "data.qda")) as made:
        made.execute("ALTER TABLE code_name ADD supercid integer")
        made.execute("UPDATE code_name SET supercid = 2, catid = NULL WHERE cid = 1")
        made.execute("UPDATE project SET memo = 'What this is about.'")
        made.commit()
    _take(project, interviews)
    codes = {code.title("en"): code for code in project.codes.all() if not code.shipped}
    assert codes["不透明"].parent == codes["method"].id
    assert codes["method"].parent == codes["interviews"].id
    (entry,) = [note for note in project.notes.journal() if "What this is about." in note.text]
    assert project.coders.get(entry.coder).name == "Mei"


def test_a_taguette_database_brings_its_highlights_where_they_stood(project: Project, hearings: Path) -> None:
    intake = _take(project, hearings)
    article = _titled(project, "hearing")
    version = project.articles.version(article)
    assert version.text == "听证会\n主席：请说明理由。\n2026年5月\n第二点 & more"
    assert [(block.kind, block.level, block.marker) for block in version.layout.blocks] == [
        ("heading", 1, ""), ("paragraph", 0, ""), ("item", 1, "•"), ("item", 1, "•"),
    ]  # fmt: skip
    assert [_said(project, each) for each in project.annotations.of(article)] == [
        ("主席", "noor", []),
        ("请说明理由", "noor", ["交代"]),
        ("2026年5月\n第二点 & more", "noor", ["dates", "交代"]),
    ]
    top = next(code for code in project.codes.all() if code.name_en == "Hearings")
    tags = [code for code in project.codes.all() if code.parent == top.id]
    assert {(code.title("zh"), code.definition("zh")) for code in tags} == {("交代", "说明理由"), ("dates", "")}
    assert any("What was said." in note.text for note in project.notes.journal())
    assert any("who made 1 highlights" in reason for reason in intake.report.reasons)


def test_a_highlight_inside_a_character_or_on_other_words_is_told(project: Project, hearings: Path) -> None:
    insert(
        hearings,
        "highlights",
        [[7, 1, 1, 4, "<p>没有的话</p>"], [8, 1, 0, 9_999, ""], [9, 5, 0, 3, ""], [10, 1, 2, 4, "<b>理由</b>"]],
    )
    intake = _take(project, hearings)
    assert intake.report.dropped == {"annotation": 2, "reference": 1}
    assert "理由" in [each.exact for each in project.annotations.of(_titled(project, "hearing"))]
    assert intake.report.changed == {"annotation": 1}


@pytest.mark.parametrize("made", ["interviews", "hearings"])
def test_taken_in_again_nothing_changes_and_one_undo_takes_all_back(
    project: Project, made: str, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(made)
    before = state(project)
    intake = _take(project, path)
    after, changes = state(project), len(project.history())
    assert intake.plan.added
    assert project.history()[0].label == taking_in.LABELS[intake.kind]
    again = taking_in.preview(project, path)
    assert again.changes_nothing
    taking_in.take_in(project, again)
    assert state(project) == after
    assert len(project.history()) == changes
    project.undo()
    assert state(project) == before
    _take(project, path)
    assert {kind: len(several) for kind, several in state(project).items()} == {k: len(v) for k, v in after.items()}


def test_two_who_take_in_one_project_apart_merge_without_doubles(copied: Opener, interviews: Path, tmp_path: Path) -> None:
    from db.exchange import bundle
    from db.sharing import merging

    one, other = copied("one"), copied("other", TWO)
    _take(one, interviews)
    _take(other, interviews)
    before = {kind: len(several) for kind, several in records(one).items()}
    bundle.write(other.contents(), tmp_path / "other.glossbundle")
    report = merging.merge(one, tmp_path / "other.glossbundle")
    assert not report.conflicts
    assert {kind: len(several) for kind, several in records(one).items()} == before


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def _scribble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:4_000] = b"\xff" * 3_900
    path.write_bytes(bytes(data))


def _as_view(path: Path) -> None:
    with closing(sqlite3.connect(path)) as made:
        made.executescript("DROP TABLE highlights; CREATE VIEW highlights AS SELECT * FROM documents;")


@pytest.mark.parametrize("spoil", [_truncate, _scribble, _as_view])
def test_a_spoilt_file_is_refused_and_nothing_changes(project: Project, hearings: Path, spoil: Callable[[Path], None]) -> None:
    before = state(project)
    spoil(hearings)
    with pytest.raises(errors.CannotRead):
        taking_in.preview(project, hearings)
    assert state(project) == before


@pytest.mark.parametrize("made", ["interviews", "hearings"])
def test_a_file_damaged_anywhere_is_refused_or_read_and_the_project_stays_well(
    project: Project, made: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path: Path = request.getfixturevalue(made)
    whole = taking_in.data_file(path).read_bytes()
    spoilt = tmp_path / ("data.qda" if made == "interviews" else "spoilt.sqlite3")
    chance = Random(11)
    outcomes: set[object] = set()
    for _ in range(25):
        data = bytearray(whole)
        for _byte in range(chance.choice((1, 5, 40))):
            data[chance.randrange(100, len(data))] = chance.randrange(256)
        spoilt.write_bytes(data)
        try:
            outcomes.add(bool(taking_in.take_in(project, taking_in.preview(project, spoilt)).added))
        except errors.CannotRead as error:
            outcomes.add(error.template)
    assert len(outcomes) > 1
    assert not well(project)


def test_a_file_larger_than_can_be_safe_is_refused(project: Project, hearings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_tables, "LARGEST", 1_000)
    with pytest.raises(errors.CannotRead, match="larger"):
        taking_in.preview(project, hearings)


def test_nothing_but_plain_tables_can_be_read_once_a_file_is_open(hearings: Path) -> None:
    with closing(sqlite3.connect(hearings)) as made:
        made.execute("CREATE VIRTUAL TABLE notes USING fts5(words)")
        made.execute("CREATE VIEW everything AS SELECT * FROM documents")
    with foreign_tables.opened(hearings) as database:
        assert {"documents", "tags"} <= database.tables
        assert not {"notes", "everything"} & database.tables
        assert database.rows("everything", ("id",)) == []
        assert database.rows("tags", ("path", "colour"))[0] == {"rowid": 1, "path": "交代", "colour": None}
        with pytest.raises(errors.CannotRead, match="damaged"):
            database._all("PRAGMA journal_mode = DELETE")


def test_a_file_of_another_kind_is_refused(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"no database")
    with pytest.raises(errors.CannotRead):
        taking_in.preview(project, path)
    with pytest.raises(errors.CannotRead):
        taking_in.preview(project, tmp_path / "missing.qda")
    with pytest.raises(errors.CannotRead):
        taking_in.preview(project, project.path)


def test_the_file_is_never_written_to_and_unsaved_work_beside_it_is_read(project: Project, tmp_path: Path) -> None:
    path = taguette(tmp_path / "live.sqlite3")
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("INSERT INTO documents VALUES (1, 'fresh', '', 'f', ?, 1, 'LEFT_TO_RIGHT', '<p>new words</p>')", (AT,))
        made.commit()
        copy = tmp_path / "copy" / "live.sqlite3"
        copy.parent.mkdir()
        for file in tmp_path.glob("live.sqlite3*"):
            shutil.copy(file, copy.parent / file.name)
    before = {file.name: file.read_bytes() for file in copy.parent.iterdir() if not file.name.endswith("-shm")}
    _take(project, copy)
    assert project.articles.version(_titled(project, "fresh")).text == "new words"
    assert {name: (copy.parent / name).read_bytes() for name in before} == before


def test_scripts_of_a_page_are_no_words_of_it() -> None:
    page = read_page("<p>one</p><script>alert(1)</script><p>two<br>three</p><pre>a\n  b</pre>")
    assert page.text == "one\ntwo\nthree\na\nb"
    assert [block.kind for block in page.layout.blocks] == ["paragraph", "paragraph", "paragraph", "code", "code"]
    at = page.raw.index("three")
    assert page.span(at, at + 5) == (page.text.index("three"), page.text.index("three") + 5)
    assert page.span(page.raw.index("alert"), page.raw.index("alert") + 3) is None


def test_a_project_with_the_same_words_twice_keeps_them_apart(project: Project, tmp_path: Path) -> None:
    path = qualcoder(tmp_path, "twice")
    insert(
        path / "data.qda",
        "source",
        [[1, "a", ZH, None, "", "Mei", AT, None, None], [2, "b", ZH, None, "", "Mei", AT, None, None]],
    )
    insert(path / "data.qda", "code_name", [[1, "c", "", None, "Mei", AT, ""]])
    insert(path / "data.qda", "code_text", [coding(ZH, "简历", 1, 1), coding(ZH, "得分", 2, 1, 2)])
    project.articles.add(draft("别的", "完全不同的文本，没有任何标注。"))
    _take(project, path)
    assert len(project.annotations.of(_titled(project, "a"))) == 2  # one text is one article
