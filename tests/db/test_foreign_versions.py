"""QualCoder's and Taguette's files of every age: what older ones lack and newer ones have more, and projects in archives."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from db import errors
from db.exchange.foreign.page_text import read_page
from db.exchange.foreign.rows import nearest
from db.project import Project
from db.records import Annotation
from db.sharing import taking_in
from tests.db.foreign_files import AT, byte_span, coding, document, highlight, insert, qualcoder, taguette
from tests.db.material import ZH, records, state, well

TEXT = "访谈一。😀开始。\n他说系统不透明，我也说系统不透明。\n完。"
# What each version of QualCoder's file brought, as its own migrations write it.
_FIRST = """
CREATE TABLE project (databaseversion text, date text, memo text, about text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text,
    unique(name));
CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, y1 integer, width integer, height integer,
    cid integer, memo text, date text, owner text);
CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, owner text, date text);
CREATE TABLE attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text, valuetype text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer, date text, owner text);
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer, owner text, date text,
    memo text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text);
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer);
CREATE TABLE code_text (cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text, date text, memo text,
    unique(cid, fid, pos0, pos1, owner));
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text);
CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text);
"""
_LATER = [
    (2, "CREATE TABLE code_av (avid integer primary key, id integer, pos0 integer, pos1 integer, cid integer, memo text);"
        "ALTER TABLE source ADD av_text_id integer; ALTER TABLE code_text ADD avid integer"),
    (3, "ALTER TABLE project ADD bookmarkfile integer; ALTER TABLE project ADD bookmarkpos integer"),
    (4, "ALTER TABLE code_text ADD important integer; ALTER TABLE code_image ADD important integer"),
    (5, "CREATE TABLE stored (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer,"
        " owner text, date text, memo text, avid integer, important integer);"
        "DROP TABLE code_text; ALTER TABLE stored RENAME TO code_text; ALTER TABLE project ADD codername text"),
    (7, "CREATE TABLE ris (risid integer, tag text, longtag text, value text); ALTER TABLE source ADD risid integer"),
    (8, "CREATE TABLE graph (grid integer primary key, name text)"),
    (14, "CREATE TABLE coder_names (name text unique not null, visibility integer not null default 1);"
         "CREATE VIEW code_text_visible AS SELECT * FROM code_text"),
    (16, "ALTER TABLE code_name ADD supercid integer; ALTER TABLE graph ADD label text"),
]  # fmt: skip


def _of_version(folder: Path, version: int) -> Path:
    project = folder / "study.qda"
    project.mkdir()
    at = TEXT.rindex("系统不透明")
    row = {"cid": 1, "fid": 1, "seltext": "系统不透明", "pos0": at, "pos1": at + 5, "owner": "Mei", "date": AT, "memo": "看"}
    with closing(sqlite3.connect(project / "data.qda")) as made:
        made.executescript(_FIRST)
        for number, statements in _LATER:
            if number <= version:
                made.executescript(statements)
        made.execute("INSERT INTO project (databaseversion, date, memo, about) VALUES (?, ?, '', '')", (f"v{version}", AT))
        made.execute("INSERT INTO source (id, name, fulltext, memo, owner, date) VALUES (1, '访谈', ?, '', 'Mei', ?)", (TEXT, AT))
        made.execute("INSERT INTO code_cat VALUES (1, '看法', 'Mei', ?, '', NULL)", (AT,))
        made.execute("INSERT INTO code_name (cid, name, memo, catid, owner, date, color)"
                     " VALUES (1, '不透明', '', 1, 'Mei', ?, '#ff0000')", (AT,))  # fmt: skip
        if version >= 4:
            row["important"] = 1
        names = ", ".join(row)
        made.execute(f"INSERT INTO code_text ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
        made.commit()
    return project


def _take(project: Project, path: Path) -> taking_in.Intake:
    intake = taking_in.preview(project, path)
    taking_in.take_in(project, intake)
    assert not well(project)
    assert taking_in.preview(project, path).changes_nothing
    return intake


def _only(project: Project, title: str) -> Annotation:
    (mark,) = project.annotations.of(project.articles.by_ref(title))
    return mark


def _above(project: Project, mark: Annotation) -> list[list[str]]:
    codes = {code.id: code for code in project.codes.all()}
    found = []
    for tagging in mark.taggings:
        way, at = [], codes[tagging.code]
        way.append(at.title("zh"))
        while at.parent is not None:
            at = codes[at.parent]
            way.append(at.title("zh"))
        found.append(way[::-1])
    return sorted(found)


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 7, 8, 14, 16])
def test_a_qualcoder_project_of_every_version_is_read(project: Project, tmp_path: Path, version: int) -> None:
    intake = _take(project, _of_version(tmp_path, version))
    mark = _only(project, "访谈")
    assert (mark.start, mark.exact) == (TEXT.rindex("系统不透明"), "系统不透明")
    assert _above(project, mark) == [["study", "看法", "不透明"]]
    assert (project.coders.get(mark.coder).name, mark.notes[0].text) == ("Mei", "看")
    assert bool(mark.taggings[0].fields) == (version >= 4)
    assert not intake.report.dropped


@pytest.mark.parametrize("break_", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("utf16", [True, False])
def test_positions_are_proven_whatever_ends_lines(project: Project, tmp_path: Path, break_: str, utf16: bool) -> None:
    path, raw = qualcoder(tmp_path, "ends"), TEXT.replace("\n", break_)
    insert(path / "data.qda", "source", [[1, "访谈", raw, None, "", "Mei", AT, None, None]])
    insert(path / "data.qda", "code_name", [[1, "c", "", None, "Mei", AT, ""]])
    rows = []
    for number, words in enumerate(("访谈一", "他说", "完"), 1):
        at = raw.index(words)
        start = len(raw[:at].encode("utf-16-le")) // 2 if utf16 else at
        rows.append([number, 1, 1, words, start, start + len(words), "Mei", AT, "", None, None])
    insert(path / "data.qda", "code_text", rows)
    _take(project, path)
    article = project.articles.by_ref("访谈")
    assert project.articles.version(article).text == TEXT
    assert [mark.exact for mark in project.annotations.of(article)] == ["访谈一", "他说", "完"]


def test_words_that_come_twice_are_those_beside_the_position(project: Project, tmp_path: Path) -> None:
    path, far = qualcoder(tmp_path, "near"), TEXT + "。" * 200 + "他说系统不透明。"
    insert(path / "data.qda", "source", [[1, "访谈", far, None, "", "Mei", AT, None, None]])
    insert(path / "data.qda", "code_name", [[1, "c", "", None, "Mei", AT, ""]])
    at = far.rindex("系统不透明")
    rows = [coding(far, "访谈一", 1, 1), coding(far, "完", 2, 1), coding(far, "开始", 4, 1),
            [3, 1, 1, "系统不透明", at - 2, at + 3, "Mei", AT, "", None, None]]  # fmt: skip
    insert(path / "data.qda", "code_text", rows)
    intake = _take(project, path)
    assert [mark.start for mark in project.annotations.of(project.articles.by_ref("访谈"))][-1] == at
    assert intake.report.changed["annotation"] == 1


def test_nearest_words_are_no_guess() -> None:
    text = "ab" + "." * 50 + "ab" + "." * 3 + "ab"
    assert nearest(text, "ab", 1) == (0, 2)
    assert nearest(text, "ab", 54) is None
    assert nearest(text, "ab", 25) is None
    assert nearest(text, "ab", None) is None
    assert nearest(text, "xy", 3) is None


def test_what_a_qualcoder_project_holds_besides_is_told(project: Project, tmp_path: Path) -> None:
    path = _of_version(tmp_path, 16)
    with closing(sqlite3.connect(path / "data.qda")) as made:
        made.executescript("INSERT INTO ris VALUES (1, 'TI', 'Title', 'x'), (1, 'AU', 'Author', 'y');"
                           "INSERT INTO graph VALUES (1, 'map', '')")  # fmt: skip
    intake = _take(project, path)
    assert intake.report.dropped == {"other": 2}
    assert any("bibliographic" in reason for reason in intake.report.reasons)


@pytest.mark.parametrize("name", ["study.zip", "study.qda.zip", "sent.qda"])
@pytest.mark.parametrize("inside", ["study.qda/data.qda", "data.qda", "mail/study.qda/data.qda"])
def test_a_project_in_an_archive_is_the_same_project(project: Project, tmp_path: Path, name: str, inside: str) -> None:
    folder = _of_version(tmp_path, 8)
    path = tmp_path / "sent" / name
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "data.qda", inside)
        archive.writestr(inside.replace("data.qda", "documents/a.txt"), TEXT)
    assert taking_in.kind_of(path) == "qualcoder"
    _take(project, folder)
    taken = taking_in.preview(project, path)
    assert not taken.plan.added
    assert _only(project, "访谈").exact == "系统不透明"


def _zipped(path: Path, name: str, data: bytes, mode: int = 0o644) -> None:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(info, data)
        if name == "twice/data.qda":
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr(name, data)


def _cut(path: Path) -> None:
    _zipped(path, "data.qda", b"SQLite format 3\x00" * 100)
    path.write_bytes(path.read_bytes()[:-30])


HOSTILE: dict[str, Callable[[Path], None]] = {
    "out of its folder": lambda path: _zipped(path, "../data.qda", b"x"),
    "absolute": lambda path: _zipped(path, "/data.qda", b"x"),
    "a link": lambda path: _zipped(path, "data.qda", b"/etc/passwd", 0o120777),
    "a bomb": lambda path: _zipped(path, "data.qda", b"\0" * 30_000_000),
    "two of one name": lambda path: _zipped(path, "twice/data.qda", b"x"),
    "no database": lambda path: _zipped(path, "data.qda", b"x"),
    "an empty database": lambda path: _zipped(path, "data.qda", b"SQLite format 3\x00"),
    "cut short": _cut,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_in_a_sentence(project: Project, tmp_path: Path, name: str) -> None:
    path = tmp_path / "hostile.qda"
    HOSTILE[name](path)
    before = state(project)
    with pytest.raises(errors.CannotRead) as said:
        taking_in.preview(project, path)
    assert state(project) == before
    assert "\n" not in str(said.value)
    assert str(said.value).endswith(".")


# Taguette


@pytest.fixture
def hearings(tmp_path: Path) -> Path:
    """A Taguette database with a page and two tags."""
    path = taguette(tmp_path / "hearings.sqlite3")
    insert(path, "tags", [[2, 1, "说明", ""], [1, 1, "理由", "上级"]])
    document(path, 1, "听证", "<h1>听证会</h1><pre>\n逐字记录：请说明理由。\n第二行 😀 理由</pre>")
    return path


def test_tags_below_tags_of_newer_databases_stay_there(project: Project, hearings: Path) -> None:
    with closing(sqlite3.connect(hearings)) as made:
        made.execute("ALTER TABLE tags ADD parent_id integer")
        made.execute("UPDATE tags SET parent_id = 1 WHERE id = 2")
        made.commit()
    raw = read_page("<h1>听证会</h1><pre>\n逐字记录：请说明理由。\n第二行 😀 理由</pre>").raw
    highlight(hearings, 1, 1, byte_span(raw, "说明理由"), "<pre>说明理由</pre>", [2])
    _take(project, hearings)
    mark = _only(project, "听证")
    assert mark.exact == "说明理由"
    assert _above(project, mark) == [["Hearings", "理由", "说明"]]


def test_the_line_end_behind_a_pre_is_none_of_the_text(project: Project, hearings: Path) -> None:
    start = len("听证会逐字记录：请说明理由。\n第二行 😀 ".encode())
    highlight(hearings, 1, 1, (start, start + 6), "<pre>理由</pre>", [1])
    intake = _take(project, hearings)
    mark = _only(project, "听证")
    assert (mark.exact, mark.prefix[-3:]) == ("理由", " 😀 ")
    assert not intake.report.changed


def test_groups_of_older_databases_are_collections(project: Project, hearings: Path) -> None:
    with closing(sqlite3.connect(hearings)) as made:
        made.executescript(
            "CREATE TABLE groups (id integer primary key, project_id integer, path text, description text);"
            "CREATE TABLE document_groups (document_id integer, group_id integer, primary key (document_id, group_id));"
            "INSERT INTO groups VALUES (1, 1, '第一组', ''); INSERT INTO document_groups VALUES (1, 1), (1, 9);"
        )
    intake = _take(project, hearings)
    assert [record["name"] for record in records(project)["collection"].values()] == ["第一组"]
    assert len(records(project)["collected"]) == 1
    assert intake.report.dropped == {"reference": 1}


def test_who_made_a_highlight_first_made_it_also_in_the_log_of_older_databases(project: Project, hearings: Path) -> None:
    raw = read_page("<h1>听证会</h1>").raw
    highlight(hearings, 1, 1, byte_span(raw, "听证会"), "<h1>听证会</h1>", [1], by="")
    old = json.dumps({"type": "highlight_add", "id": 1, "start_offset": 0, "end_offset": 9, "tags": [1]})
    insert(hearings, "commands", [[None, AT, "noor", 1, 1, old], [None, "2026-05-05 00:00:00", "jo", 1, 1, old]])
    intake = _take(project, hearings)
    mark = _only(project, "听证")
    assert (project.coders.get(mark.coder).name, mark.created[:10]) == ("noor", AT[:10])
    assert not any("does not say" in reason for reason in intake.report.reasons)


def test_a_page_that_reads_from_the_right_is_read_as_it_stands(project: Project, tmp_path: Path) -> None:
    path = taguette(tmp_path / "rtl.sqlite3")
    insert(path, "tags", [[1, 1, "حق", ""]])
    html = "<p>يجب أن يكون النظام <b>شفافا</b>.</p>\r\n<p>نعم</p>"
    insert(path, "documents", [[1, "جلسة", "", "a.html", AT, 1, "RIGHT_TO_LEFT", html]])
    raw = read_page(html).raw
    highlight(path, 1, 1, byte_span(raw, "النظام شفافا"), "<p>النظام <b>شفافا</b></p>", [1])
    _take(project, path)
    assert _only(project, "جلسة").exact == "النظام شفافا"


def test_a_text_that_is_there_already_is_not_doubled(project: Project, tmp_path: Path) -> None:
    path = taguette(tmp_path / "twin.sqlite3")
    insert(path, "tags", [[1, 1, "甲", ""]])
    document(path, 1, "同一篇", "".join(f"<p>{line}</p>" for line in ZH.split("\n")))
    highlight(path, 1, 1, byte_span(ZH.replace("\n", ""), "模型筛选简历"), "<p>模型筛选简历</p>", [1])
    _take(project, path)
    assert len(project.articles.all()) == 1
    assert _only(project, "同一篇").exact == "模型筛选简历"
