"""Saved searches: kept, renamed, changed, removed, refused where they could not be found again, and carried to others."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import errors
from db.exchange import bundle
from db.project import Project
from db.records import SavedSearch
from db.search.query import QueryFault
from db.sharing import merging
from tests.db.conftest import TWO, Opener
from tests.db.material import ZH, draft, one_sentence, state, well
from tests.db.merges import agree, carry, exchange_both_ways
from tests.db.test_bundle import members, pack, setting, written


def told(project: Project) -> list[tuple[str, str, str]]:
    return [(each.title, each.query, each.kind) for each in project.searches.all()]


def test_undo_and_redo_cover_all_that_is_done_to_a_saved_search(project: Project) -> None:
    states = [told(project)]
    key = project.searches.add("偏见", "算法偏见")
    states.append(told(project))
    project.searches.rename(key, "  算法\n偏见 ")
    states.append(told(project))
    project.searches.change(key, query="偏见 OR 歧视", kind="standing")
    states.append(told(project))
    project.searches.remove(key)
    states.append(told(project))
    assert states == [
        [],
        [("偏见", "算法偏见", "search")],
        [("算法 偏见", "算法偏见", "search")],
        [("算法 偏见", "偏见 OR 歧视", "standing")],
        [],
    ]
    labels = [change.label for change in project.history(4)]
    assert labels == ["Remove saved search", "Change saved search", "Rename saved search", "Save search"]
    for before in reversed(states[:-1]):
        project.undo()
        assert told(project) == before
    for after in states[1:]:
        project.redo()
        assert told(project) == after


def test_what_changes_nothing_is_no_step(project: Project) -> None:
    key = project.searches.add("偏见", "算法偏见", "standing")
    before = len(project.history())
    project.searches.rename(key, "偏见")
    project.searches.change(key, query="算法偏见", kind="standing")
    project.searches.change(key)
    assert len(project.history()) == before


def test_they_are_listed_by_kind_and_found_by_title_or_id(project: Project) -> None:
    plain = project.searches.add("丙", "偏见")
    smart = project.searches.add("甲", "偏见", "smart code")
    standing = project.searches.add("乙", "偏见", "standing")
    assert [each.id for each in project.searches.all()] == [plain, standing, smart]
    assert [each.id for each in project.searches.all("standing")] == [standing]
    assert [each.id for each in project.searches.smart_codes()] == [smart]
    found = project.searches.get(smart)
    assert found == SavedSearch(smart, found.uuid, "甲", "偏见", "smart code")
    assert project.searches.by_ref("甲") == project.searches.by_ref(found.uuid) == smart
    for wrong in (lambda: project.searches.get(99), lambda: project.searches.by_ref("丁"), lambda: project.searches.remove(99)):
        with pytest.raises(errors.NotFound) as said:
            wrong()
        one_sentence(said.value)


@pytest.mark.parametrize(
    ("title", "query", "kind", "words"),
    [
        ("空", "", "search", "query is empty"),
        ("空", " \u3000\n", "standing", "query is empty"),
        ("错", "。，！", "search", "asks for nothing"),
        ("错", "()", "smart code", "asks for nothing"),
        ("日", "published:春天", "search", "published"),
        ("状", "status:bored", "standing", "status"),
        ("", "偏见", "smart code", "title"),
        (" \n", "偏见", "standing", "title"),
        ("怪", "偏见", "folder", "no kind"),
        ("自己", "code:自己 偏见", "smart code", "itself"),
        ("自己", "偏见 OR overlaps:(code:自己)", "smart code", "itself"),
        ("ASGF1.1.1", "偏见", "smart code", "name of a code"),
        ("asgf1", "偏见", "smart code", "name of a code"),
    ],
)
def test_what_could_not_be_found_again_is_refused(project: Project, title: str, query: str, kind: str, words: str) -> None:
    before = state(project)
    with pytest.raises((errors.Refused, QueryFault), match=words) as said:
        project.searches.add(title, query, kind)
    one_sentence(said.value)
    assert state(project) == before
    assert not project.store.connection.in_transaction


def test_smart_codes_are_not_taken_for_one_another_or_for_a_code(project: Project) -> None:
    project.codes.add("自建", "Own")
    label = next(f"{code.number} {code.name_zh}" for code in project.codes.all() if code.number and code.name_zh)
    with pytest.raises(errors.Refused, match="name of a code"):
        project.searches.add(label, "偏见", "smart code")
    first = project.searches.add("ＡＩ偏见", "偏见", "smart code")
    for title in ("ai偏见", "own", " 自建"):
        with pytest.raises(errors.Refused):
            project.searches.add(title, "偏见", "smart code")
    other = project.searches.add("ai偏见", "偏见")  # a plain search may be called so
    with pytest.raises(errors.Refused, match="already"):
        project.searches.change(other, kind="smart code")
    with pytest.raises(errors.Refused, match="name of a code"):
        project.searches.rename(first, "自建")
    project.searches.rename(first, "AI 偏见")
    project.searches.change(other, kind="smart code")
    assert [each.title for each in project.searches.smart_codes()] == ["AI 偏见", "ai偏见"]


def test_smart_codes_do_not_refer_to_themselves_through_others(project: Project) -> None:
    one = project.searches.add("一", "偏见", "smart code")
    two = project.searches.add("二", "code:一", "smart code")
    three = project.searches.add("三", "歧视 same-sentence:(编码:二 文书:法)", "smart code")
    before = told(project)
    for search, query in ((one, "code:三"), (one, "code:“一”"), (two, "inside:三"), (three, "code:三")):
        with pytest.raises(errors.Refused, match="itself"):
            project.searches.change(search, query=query)
    assert told(project) == before
    project.searches.change(one, query="code:四 公平")
    with pytest.raises(errors.Refused, match="itself"):
        project.searches.rename(three, "四")
    found = [[each.title for each in project.searches.naming(project.searches.get(key))] for key in (one, two, three)]
    assert found == [["二"], ["三"], []]


def test_queries_follow_a_smart_code_to_its_new_name(project: Project) -> None:
    key = project.searches.add("ＡＩ偏见", "偏见", "smart code")
    queries = {
        "code:ai偏见 偏见": 'code:"算法 偏见" 偏见',
        "-编码：“ＡＩ偏见” OR AI偏见": "-编码：“算法 偏见” OR AI偏见",
        "(code:AI偏见) code:ai": '(code:"算法 偏见") code:ai',
        "same-sentence:(code:ai偏见 coder:李)": 'same-sentence:(code:"算法 偏见" coder:李)',
        "code:(AI偏见 OR “ai偏见” 甲)": 'code:("算法 偏见" OR “算法 偏见” 甲)',
        "inside:“code:AI偏见” inside:ai偏见": 'inside:“code:"算法 偏见"” inside:"算法 偏见"',
        "instrument:ai偏见": "instrument:ai偏见",
    }
    for query in queries:
        project.searches.add(query, query)
    before = state(project)
    project.searches.rename(key, "算法 偏见")
    assert {each.title: each.query for each in project.searches.all() if each.id != key} == queries
    project.undo()
    assert state(project) == before


# To others


def test_kinds_travel_and_the_bundle_is_the_same_again(copied: Opener) -> None:
    one, two = copied("one"), copied("two", TWO)
    one.searches.add("甲", "偏见", "smart code")
    one.searches.add("乙", "code:甲", "standing")
    one.searches.add("丙", "歧视")
    first = written(one)
    before = state(two)
    merging.merge(two, first)
    assert told(two) == told(one)
    assert written(two, "again").read_bytes() == first.read_bytes()
    agree(one, two)
    two.undo()
    assert state(two) == before


def test_what_one_changes_the_other_takes_and_what_both_change_is_asked(copied: Opener) -> None:
    one, two = copied("one"), copied("two", TWO)
    search = one.searches.add("偏见", "算法偏见")
    carry(one, two)
    there = two.searches.all()[0].id
    two.searches.change(there, kind="standing")
    one.searches.change(search, query="偏见")
    exchange_both_ways(one, two)
    assert told(one) == told(two) == [("偏见", "偏见", "standing")]
    assert one.conflicts() == []
    two.searches.rename(there, "歧视")
    two.searches.change(there, kind="smart code")
    one.searches.change(search, kind="search")
    exchange_both_ways(one, two)
    assert told(one) == told(two)
    assert told(one)[0][:2] == ("歧视", "偏见")
    assert [(each.kind, each.field) for each in one.conflicts()] == [("saved_search", "kind")]
    agree(one, two)
    one.searches.remove(search)
    carry(one, two)
    assert told(two) == []


@pytest.mark.parametrize("number", [1, 2])
def test_searches_of_an_older_bundle_are_plain(number: int, copied: Opener, tmp_path: Path) -> None:
    one, two = copied("one"), copied("two", TWO)
    one.searches.add("偏见", "算法偏见")
    held = members(written(one))
    records, manifest = json.loads(held["records.json"]), json.loads(held["manifest.json"])
    for record in records["saved_search"]:
        del record["kind"]
    manifest["format"] = number
    held |= {"records.json": json.dumps(records).encode(), "manifest.json": json.dumps(manifest).encode()}
    if number == 1:
        del held["library.json"]
    older = pack(tmp_path / "older.glossbundle", held)
    merging.merge(two, older)
    assert told(two) == [("偏见", "算法偏见", "search")]
    two.searches.change(two.searches.all()[0].id, kind="standing")
    merging.merge(two, older)
    assert told(two) == [("偏见", "算法偏见", "standing")]
    assert two.conflicts() == []
    assert not well(two)


def test_a_kind_nobody_knows_is_refused(copied: Opener, tmp_path: Path) -> None:
    one, two = copied("one"), copied("two", TWO)
    one.searches.add("偏见", "算法偏见")
    path = pack(tmp_path / "odd.glossbundle", setting("records.json", "saved_search", "kind", "folder")(members(written(one))))
    before = state(two)
    with pytest.raises(errors.CannotRead) as said:
        merging.merge(two, path)
    one_sentence(said.value)
    assert state(two) == before


def test_what_was_looked_at_is_neither_in_a_bundle_nor_in_a_copy_to_hand_on(copied: Opener, tmp_path: Path) -> None:
    one = copied("one")
    one.articles.add(draft("题", ZH))
    search = one.searches.add("偏见", "偏见", "standing")
    before = written(one).read_bytes()
    one.look(search)
    assert written(one).read_bytes() == before
    assert "looked" not in bundle.read(written(one)).records
    for name, more in (("whole", {"private": True}), ("public", {"history": False})):
        one.copy_for_sharing(tmp_path / f"{name}.gloss", **more)
        with closing(sqlite3.connect(tmp_path / f"{name}.gloss")) as copy:
            assert copy.execute("SELECT count(*) FROM looked").fetchone() == (0,)
    one.backup(tmp_path / "backup.gloss")
    with Project.open(tmp_path / "backup.gloss") as kept:
        assert kept.store.value("SELECT count(*) FROM looked") == 5
