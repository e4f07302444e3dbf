"""What a stranger's bundle says was disputed or was before: held to what merging itself can leave, when read and when decided."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import errors, schema
from db.exchange import bundle, joined
from db.exchange.disputable import PLACES, PROSE, below_each_other, can_differ, fits, stands_in
from db.exchange.past import Past
from db.project import Project
from db.sharing import merging
from db.sharing.deciding import Conflicts
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft, one_sentence, records, well

FACE = "00000000-0000-7000-8000-0000000000ff"
Plant = Callable[[dict[str, Any]], None]


class World:
    """A project that goes out as a bundle, and one that takes it in."""

    def __init__(self, copied: Opener, folder: Path) -> None:
        self.one, self.two, self.folder = copied("one"), copied("two", TWO), folder
        book = next(code for code in self.one.codes.all("asgf1"))
        self.code = self.one.codes.get(book.id).uuid
        self.article_id = self.one.articles.add(draft("算法与公平", ZH))
        self.other = self.one.articles.get(self.one.articles.add(draft("Audits", EN))).uuid
        self.mark_id = self.one.annotations.add(self.article_id, 2, 9, codes=[book.id])
        self.one.notes.add("annotation", self.mark_id, "一")
        self.one.notes.edit(self.one.notes.all()[0].id, text="二")
        self.note = self.one.notes.all()[0].uuid
        self.article = self.one.articles.get(self.article_id).uuid
        self.mark = self.one.annotations.get(self.mark_id).uuid
        self.version = str(self.one.store.value("SELECT uuid FROM version WHERE article = ?", (self.article_id,)))

    def place(self, start: int | None, end: int | None, exact: str, **more: Any) -> dict[str, Any]:
        whole = {"article": self.article, "version": self.version, "start": start, "end": end, "exact": exact}
        return whole | {"prefix": "", "suffix": "", **more}

    def bundle(self, plant: Plant) -> Path:
        """Export, and plant something in what stands behind the records, under right hashes."""
        path, bad = self.folder / "good.glossbundle", self.folder / "bad.glossbundle"
        bundle.write(self.one.contents(), path)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        behind = json.loads(members["before.json"])
        plant(behind)
        members["before.json"] = json.dumps(behind).encode()
        manifest = json.loads(members.pop("manifest.json"))
        manifest["members"] = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
        with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
            archive.writestr("manifest.json", json.dumps(manifest))
        return bad

    def disputed(self, kind: str, record: str, field: str, mine: Any, theirs: Any, base: Any = None) -> Path:
        told = [kind, record, field, json.dumps(mine), json.dumps(theirs), json.dumps(base), "2026-01-01T00:00:00.000Z", ""]
        return self.bundle(lambda behind: behind["conflict"].append({"told": told}))


@pytest.fixture
def world(copied: Opener, tmp_path: Path) -> World:
    return World(copied, tmp_path)


def refused(world: World, path: Path) -> None:
    before = records(world.two)
    with pytest.raises(errors.CannotRead) as caught:
        merging.merge(world.two, path)
    one_sentence(caught.value)
    assert records(world.two) == before
    assert not world.two.conflicts(decided=True)


@pytest.mark.parametrize("field", ["text", "sha256", "layout", "characters", "article", "removed", "id", "uuid"])
def test_no_text_is_ever_disputed(world: World, field: str) -> None:
    refused(world, world.disputed("version", world.version, field, "x", "EVIL"))


@pytest.mark.parametrize(
    "field", ["start", "end", "exact", "prefix", "version", "coder", "created", "modified", "nofield", "(text)"]
)
def test_half_of_a_place_and_what_nobody_decides_is_refused(world: World, field: str) -> None:
    refused(world, world.disputed("annotation", world.mark, field, "1", "3"))


def test_a_disputed_place_lies_in_the_text_and_quotes_it(world: World) -> None:
    good = world.place(2, 9, ZH[2:9])
    for bad in (
        {"start": 0, "end": 3}, world.place(2, 9, "EVIL"), world.place(2, 9, "EVILEVI"), world.place(-1, 2, "abc"),
        world.place(len(ZH) + 5, len(ZH) + 9, "abcd"), world.place(9, 2, ""), world.place(None, 9, ""),
        world.place(True, 9, "x" * 8),
        world.place(2, 9, ZH[2:9], version="x"), world.place(2, 9, ZH[2:9], more=1), [], "x", None, 10**300,
        world.place(2, 9, ZH[2:9], prefix=["x"]), world.place(2, 9, ZH[2:9], suffix="\ud800"),
    ):  # fmt: skip
        refused(world, world.disputed("annotation", world.mark, "(place)", good, bad))
        refused(world, world.disputed("annotation", world.mark, "(place)", bad, good))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("definition_en", {"a": 1}), ("definition_en", [1]), ("definition_en", "\ud800"), ("definition_en", "a\0b"),
        ("definition_en", 10**30), ("definition_en", 10**300), ("definition_en", float("nan")), ("definition_en", None),
        ("cues_en", "x["), ("cues_en", "{}"), ("cues_en", '[["x"]]'), ("cues_en", "[" * 100_000), ("parent", 7),
    ],
)  # fmt: skip
def test_a_value_of_another_sort_than_the_field_is_refused(world: World, field: str, value: Any) -> None:
    refused(world, world.disputed("code", world.code, field, "x" if not field.startswith("cues") else "[]", value))
    refused(world, world.disputed("code", world.code, field, value, "x" if not field.startswith("cues") else "[]"))


def test_what_hangs_on_itself_or_on_no_record_of_the_bundle_is_refused(world: World) -> None:
    refused(world, world.disputed("code", world.code, "parent", None, world.code))
    refused(world, world.disputed("code", FACE, "note", "a", "b"))
    refused(world, world.disputed("annotation", world.code, "note", "a", "b"))
    refused(world, world.disputed("article", world.article, "(removed)", None, None))
    refused(world, world.disputed("article", world.article, "(removed)", "x", "(removed)"))
    refused(world, world.disputed("code", world.code, "note", "a", "b", base={"x": [1]}))


@pytest.mark.parametrize("odd", [None, 1, [], {}, ["x"], ["code"] * 8, [1] * 8, ["code", {}, "note", "1", "1", "1", "", ""]])
def test_what_is_no_conflict_is_refused(world: World, odd: Any) -> None:
    refused(world, world.bundle(lambda behind: behind["conflict"].append({"told": odd})))


_REPLICA = "00000000-0000-7000-8000-00000000aaaa"
_STEP = [_REPLICA, 5, {"text": ["a", "b"]}]
_WITH: list[tuple[str, Any]] = [
    ("value", [None, [[_REPLICA, 5, {"text": ["\ud800", "x"]}]]]),
    ("NUL", [None, [[_REPLICA, 5, {"text": ["a\0", "x"]}]]]),
    ("large", [None, [[_REPLICA, 5, {"text": [10**300, "x"]}]]]),
    ("true", [None, [[_REPLICA, 5, {"text": [True, "x"]}]]]),
    ("dict", [None, [[_REPLICA, 5, {"text": [{}, "x"]}]]]),
    ("half", [None, [[_REPLICA, 5, {"text": ["x"]}]]]),
    ("name", [None, [[_REPLICA, 5, {"\ud800": ["a", "x"]}]]]),
    ("no such field", [None, [[_REPLICA, 5, {"nofield": ["a", "x"]}]]]),
    ("fields", [None, [[_REPLICA, 5, ["text"]]]]),
    ("replica", [None, [["\ud800", 5, {"text": ["a", "b"]}]]]),
    ("replica's sort", [None, [[{"a": 1}, 5, {"text": ["a", "b"]}]]]),
    ("number", [None, [[_REPLICA, 1 << 70, {"text": ["a", "b"]}]]]),
    ("number's sort", [None, [[_REPLICA, 1.5, {"text": ["a", "b"]}]]]),
    ("since", [["nouuid+x", 3], [_STEP]]),
    ("since's sort", [7, [_STEP]]),
    ("nothing", None),
    ("depth", json.loads("[" * 400 + "]" * 400)),
]


@pytest.mark.parametrize("past", [each for _name, each in _WITH], ids=[name for name, _each in _WITH])
def test_a_past_that_could_not_have_been_is_refused(world: World, past: Any) -> None:
    refused(world, world.bundle(lambda behind: behind["past"].append({"uuid": world.note, "past": past})))


@pytest.mark.parametrize("uuid", ["\ud800", {"a": 1}, 5, None, FACE, "zz"])
def test_a_past_of_what_is_not_in_the_bundle_is_refused(world: World, uuid: Any) -> None:
    refused(world, world.bundle(lambda behind: behind["past"].append({"uuid": uuid, "past": [None, [_STEP]]})))


def test_an_honest_past_and_conflict_come_in(world: World) -> None:
    path = world.disputed("code", world.code, "note", "a", "b")
    assert merging.merge(world.two, path).added
    assert [(each.kind, each.field) for each in world.two.conflicts()] == [("code", "note")]
    assert world.two.store.rows("SELECT uuid FROM past") == [(world.note,)]
    assert Conflicts(world.two.store).decide("both") == 1
    assert world.two.store.value("SELECT note FROM code WHERE uuid = ?", (world.code,)) == "a\n\nb"
    assert not well(world.two)


def test_every_field_of_every_kind_that_merging_compares_can_be_judged(copied: Opener) -> None:
    project = copied("one")
    for kind in schema.TRAVELLING:
        for row in project.store.rows(f"PRAGMA table_info({kind})"):
            name, sort, needed = str(row[1]), row[2], bool(row[3])
            if not can_differ(kind, name):
                continue
            link = name in schema.references(project.store.connection, kind)
            assert fits(kind, name, None) != needed, (kind, name)
            assert fits(kind, name, 1) == (sort == "INTEGER" and not link), (kind, name)
            assert fits(kind, name, "[]") == (sort == "TEXT" or link), (kind, name)
    assert joined.PLACES is PLACES
    assert not can_differ("version", "text")
    assert all(can_differ(*each) for each in PROSE)


def test_two_texts_stand_below_each_other_the_same_on_all_sides() -> None:
    assert below_each_other("b", "a") == below_each_other("a", "b") == "a\n\nb"
    assert below_each_other("", "a") == below_each_other("a", "a") == "a"
    assert stands_in({"start": 0, "end": 2}, "ab")
    assert not stands_in({"start": 0, "end": 3}, "ab")


# What is out of date, or stands in a stranger's project


def planted(project: Project, kind: str, record: str, field: str, mine: str, theirs: str) -> None:
    with project.change("Planted"):
        project.store.insert(
            "conflict", kind=kind, record=record, field=field, mine=mine, theirs=theirs, base="null", created="2026"
        )


def test_a_decision_that_fits_no_more_is_refused_and_changes_nothing(world: World) -> None:
    one = world.one
    below = one.codes.get(one.codes.add("Below", parent=one.codes.by_ref(world.code))).uuid
    elsewhere = world.place(2, 9, ZH[2:9], article=world.other)
    for kind, record, field, theirs in (
        ("code", world.code, "parent", json.dumps(below)),
        ("code", world.code, "parent", json.dumps(world.code)),
        ("code", world.code, "parent", json.dumps(FACE)),
        ("code", world.code, "definition_en", "[" * 100_000),
        ("code", world.code, "definition_en", str(10**300)),
        ("code", world.code, "definition_en", '"\\ud800"'),
        ("code", world.code, "cues_en", '"x["'),
        ("code", world.code, "name_en_status", '"EVIL"'),
        ("annotation", world.mark, "(place)", json.dumps(world.place(2, 9, "EVILEVI"))),
        ("annotation", world.mark, "(place)", json.dumps(world.place(90_000, 90_001, "E"))),
        ("annotation", world.mark, "(place)", json.dumps(world.place(2, 9, ZH[2:9], version=FACE))),
        ("annotation", world.mark, "(place)", json.dumps(elsewhere)),
        ("annotation", world.mark, "(place)", '{"start": 0, "end": 3}'),
    ):  # fmt: skip
        planted(one, kind, record, field, "null", theirs)
        before = records(one)
        with pytest.raises(errors.Refused) as caught:
            Conflicts(one.store).decide("theirs")
        one_sentence(caught.value)
        assert records(one) == before
        assert len(one.conflicts()) == 1
        assert not well(one)
        one.undo()


@pytest.mark.parametrize(
    ("kind", "field"), [("version", "text"), ("annotation", "exact"), ("setting", "value"), ("code", "uuid")]
)
def test_a_conflict_that_merging_cannot_leave_writes_nothing_when_it_is_decided(world: World, kind: str, field: str) -> None:
    record = {"version": world.version, "annotation": world.mark, "code": world.code}.get(kind, FACE)
    planted(world.one, kind, record, field, '"a"', '"EVIL"')
    before = records(world.one)
    assert Conflicts(world.one.store).decide("theirs") == 1
    assert records(world.one) == before
    assert not world.one.conflicts()
    assert not well(world.one)


def test_a_place_can_still_be_decided(world: World) -> None:
    planted(
        world.one,
        "annotation",
        world.mark,
        "(place)",
        json.dumps(world.place(2, 9, ZH[2:9])),
        json.dumps(world.place(3, 8, ZH[3:8])),
    )
    assert Conflicts(world.one.store).decide("theirs") == 1
    mark = world.one.annotations.get(world.mark_id)
    assert (mark.start, mark.end, mark.exact) == (3, 8, ZH[3:8])
    assert not well(world.one)


def test_pasts_that_are_read_are_what_was_written() -> None:
    told = [[_REPLICA, 4], [_STEP]]
    assert Past.of_json(told).as_json() == told
    assert Past.of_json([None, []]) == Past(None)
