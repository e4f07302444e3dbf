"""The bundle: lossless, the same bytes for the same state, and refused whole where anything in it is wrong."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import errors
from db.exchange import archive, bundle
from db.project import Project
from db.records import Author, CoderId
from db.sharing import merging
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft, exported, state, well

Members = dict[str, bytes]


@pytest.fixture
def rich(copied: Opener) -> Project:
    """A project with something of everything that travels."""
    project = copied("rich")
    one, two = project.articles.add(draft("算法与公平", ZH)), project.articles.add(draft("Audit", EN, authors=(Author("A. B."),)))
    project.articles.add_version(one, draft("", ZH + "补记。"))
    own = project.codes.add("自建", "Own", colour="#112233")
    annotation = project.annotations.add(one, 6, 12, codes=[own, project.codes.by_ref("asgf1.1.1")], note="想法\n\n- 一")
    project.annotations.add(two, None, None, note="whole")
    project.annotations.link(annotation, project.instruments.by_ref("eu-ai-act"), "Art. 10", "quotes")
    project.annotations.set_tagging_field(project.annotations.get(annotation).taggings[0].id, "stance", "denies")
    mine = project.me
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    project.notes.reply(project.annotations.get(annotation).notes[0].id, "我不同意")
    project.code_as(mine)
    project.notes.add(None, None, "日志", day="2026-03-04")
    project.notes.add("article", one, "只给自己", private=True)
    instrument = project.instruments.add("《自建办法》", dates=[("issued", "2026-01-01")], aliases=["办法"])
    project.relations.add("is the text of", ("article", two), ("instrument", instrument))
    project.searches.add("偏见", "算法偏见")
    project.fields.set("article", one, "jurisdiction", "CN", "EU")
    project.articles.set_status(two, "excluded", "太短")
    return project


def written(project: Project, name: str = "out", **more: Any) -> Path:
    path = project.path.with_name(f"{name}.glossbundle")
    bundle.write(project.contents(), path, **more)
    return path


def test_out_and_in_and_out_again_gives_the_same_bytes(rich: Project, copied: Opener) -> None:
    first = written(rich)
    other = copied("other", TWO)
    merging.merge(other, first)
    assert written(other, "again").read_bytes() == first.read_bytes()
    assert not well(other)


def test_the_same_state_written_twice_is_the_same_file(rich: Project) -> None:
    assert written(rich, "a").read_bytes() == written(rich, "b").read_bytes()


def test_an_unopened_project_exports_nothing_of_its_own(project: Project) -> None:
    read = bundle.read(written(project))
    assert read.coders == []
    assert read.counts.keys() <= {"codebook", "code", "crosswalk", "crosswalk_row", "instrument", "alias", "relation", "field"}
    assert read.stamps == {}


def test_who_annotated_stays_who_annotated(rich: Project, copied: Opener) -> None:
    other = copied("other", TWO)
    merging.merge(other, written(rich))
    article = other.articles.by_ref("算法与公平")
    annotation = other.annotations.of(article)[0]
    assert other.coders.get(annotation.coder).name == "林一"
    assert other.me == annotation.notes[0].replies[0].coder
    assert len(other.coders.all()) == 2


def test_private_notes_stay_unless_asked_for(rich: Project) -> None:
    kept = written(rich, "kept")
    told = written(rich, "told", private=True)
    assert [n["text"] for n in bundle.read(told).records["note"] if n["private"]] == ["只给自己"]
    for name, data in members(kept).items():
        assert "只给自己".encode() not in data, name
    report = bundle.write(rich.contents(), kept)
    assert report.dropped["note"] == 1
    assert report.as_dict()["reasons"]


def test_a_reply_to_a_private_note_stays_too(rich: Project) -> None:
    private = next(note for note in rich.notes.all() if note.private)
    rich.notes.reply(private.id, "自言自语")
    assert "自言自语" not in json.dumps(bundle.read(written(rich)).records, ensure_ascii=False)


def test_a_selection_holds_what_hangs_on_it_and_no_more(rich: Project, copied: Opener) -> None:
    article = rich.articles.get(rich.articles.by_ref("Audit"))
    path = written(rich, "part", articles=[article.uuid])
    read = bundle.read(path)
    assert not read.whole
    assert [a["title"] for a in read.records["article"]] == ["Audit"]
    assert {a["article"] for a in read.records["annotation"]} == {article.uuid}
    assert not any(member.endswith(".txt") and article.uuid in member for member in members(path))
    assert len([member for member in members(path) if member.startswith("articles/")]) == 1
    other = copied("other", TWO)
    merging.merge(other, path)
    assert [a.title for a in other.articles.all()] == ["Audit"]
    assert not well(other)


def test_cancelling_leaves_no_file(rich: Project, tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        bundle.write(rich.contents(), tmp_path / "never.glossbundle", progress=stop)
    assert not list(tmp_path.glob("*never*"))
    path = written(rich)
    before = state(rich)
    with pytest.raises(errors.Cancelled):
        merging.merge(rich, path, progress=stop)
    assert state(rich) == before


# Hostile bundles


def members(path: Path) -> Members:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def pack(path: Path, held: Members, *, sign: bool = True) -> Path:
    """Pack members again, with a manifest that fits them unless it is to stay as it was."""
    if sign:
        manifest = json.loads(held["manifest.json"])
        manifest["members"] = {n: hashlib.sha256(data).hexdigest() for n, data in held.items() if n != "manifest.json"}
        held = held | {"manifest.json": json.dumps(manifest).encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in held.items():
            opened.writestr(name, data)
    return path


def altering(member: str, alter: Callable[[Any], Any]) -> Callable[[Members], Members]:
    def change(held: Members) -> Members:
        value = json.loads(held[member])
        value = alter(value) or value
        return held | {member: json.dumps(value).encode()}

    return change


def setting(member: str, kind: str, column: str, value: Any) -> Callable[[Members], Members]:
    def put(held: dict[str, list[dict[str, Any]]]) -> None:
        held[kind][0][column] = value

    return altering(member, put)


def dropping(member: str) -> Callable[[Members], Members]:
    return lambda held: {name: data for name, data in held.items() if name != member}


def text_of(held: Members) -> str:
    return next(name for name in held if name.startswith("articles/"))


UUID = "00000000-0000-7000-8000-00000000000f"
LESS = "00000000-0000-7000-8000-00000000000a"


def _first(page: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in page["first"]["items"] if item["target"].get("selector"))
    return found


def _body(value: dict[str, Any]) -> None:
    _first(value)["body"][0]["purpose"] = "commanding"


def _quote(value: dict[str, Any]) -> None:
    _first(value)["target"]["selector"][1]["exact"] = "别的话"


def _beyond(value: dict[str, Any]) -> None:
    _first(value)["target"]["selector"][0] |= {"start": 3, "end": 100_000}


def _stamp(stamp: list[Any]) -> Callable[[Members], Members]:
    return altering("stamps.json", lambda value: value["stamps"].update({UUID: stamp}))


def _twice(value: dict[str, Any]) -> None:
    value["article"].append(value["article"][0])


def _dangling(value: dict[str, Any]) -> None:
    value["note"] = [note | {"coder": UUID} for note in value["note"]]


HOSTILE: dict[str, Callable[[Members], Members]] = {
    "another kind of archive": altering("manifest.json", lambda value: value.update(kind="zip")),
    "a newer format": altering("manifest.json", lambda value: value.update(format=bundle.FORMAT + 1)),
    "a manifest that is a list": lambda held: held | {"manifest.json": b"[]"},
    "a manifest that is no JSON": lambda held: held | {"manifest.json": b"{"},
    "no manifest": dropping("manifest.json"),
    "no records": dropping("records.json"),
    "no annotations": dropping("annotations.jsonld"),
    "no text": lambda held: dropping(text_of(held))(held),
    "another text": lambda held: held | {text_of(held): b"another"},
    "a text that is no UTF-8": lambda held: held | {text_of(held): b"\xff\xfe"},
    "JSON of absurd depth": lambda held: held | {"records.json": b'{"coder":' + b"[" * 200_000 + b"]" * 200_000 + b"}"},
    "an infinite number": altering("stamps.json", lambda value: value["vector"].update({LESS: float("inf")})),
    "a column too many": setting("articles.json", "article", "evil", "1"),
    "a number for words": setting("articles.json", "article", "title", 5),
    "words for a number": setting("articles.json", "version", "number", "one"),
    "a truth for a number": setting("articles.json", "version", "number", True),
    "a list for words": setting("articles.json", "article", "title", ["a"]),
    "nothing where something must be": setting("articles.json", "article", "title", None),
    "a number too great": setting("articles.json", "version", "number", 1 << 70),
    "an unknown status": setting("articles.json", "article_status", "status", "bored"),
    "a NUL": setting("articles.json", "article", "title", "a\0b"),
    "half a character": setting("articles.json", "article", "title", "\ud800"),
    "authors that are no list": setting("articles.json", "article", "authors", '{"name": "x"}'),
    "authors that are no JSON": setting("articles.json", "article", "authors", "[1"),
    "an author with an unknown part": setting("articles.json", "article", "authors", '[{"name": "x", "evil": 1}]'),
    "cues that are no words": setting("codebook.json", "code", "cues_zh", "[[1]]"),
    "dates of one part": setting("instruments.json", "instrument", "dates", '[["issued"]]'),
    "options of one part": setting("records.json", "field", "options", '["a"]'),
    "a layout of something else": setting("articles.json", "version", "layout", '{"blocks": 1}'),
    "a layout beyond its text": setting(
        "articles.json", "version", "layout", '{"blocks": [["row", 0, 9999, 0, ""]], "inlines": []}'
    ),
    "a record that is no uuid": setting("articles.json", "article", "uuid", "x" * 36),
    "a record twice": altering("articles.json", _twice),
    "an unknown body": altering("annotations.jsonld", _body),
    "a quote that is not the text": altering("annotations.jsonld", _quote),
    "a passage beyond the text": altering("annotations.jsonld", _beyond),
    "a stamp of no replica": _stamp(["note", "x:y", 1, False]),
    "a stamp of an unknown kind": _stamp(["sqlite_master", LESS, 1, True]),
    "a stamp below nought": _stamp(["note", LESS, -1, False]),
    "a stamp too great": _stamp(["note", LESS, 1 << 80, False]),
    "a vector too great": altering("stamps.json", lambda value: value["vector"].update({LESS: 1 << 80})),
    "an alias of itself": altering("stamps.json", lambda value: value.update(aliases=[["article", UUID, UUID]])),
    "aliases in a ring": altering(
        "stamps.json", lambda value: value.update(aliases=[["article", UUID, LESS], ["article", LESS, UUID]])
    ),
}


def refused(project: Project, path: Path) -> str:
    before, told = state(project), len(project.history())
    with pytest.raises(errors.CannotRead) as said:
        merging.merge(project, path)
    assert (state(project), len(project.history())) == (before, told)
    assert not project.store.connection.in_transaction
    words = str(said.value)
    assert "\n" not in words
    assert words.endswith(".")
    return words


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_bundle_is_refused_in_a_sentence(name: str, rich: Project, copied: Opener, tmp_path: Path) -> None:
    held = HOSTILE[name](members(written(rich)))
    path = pack(tmp_path / "hostile.glossbundle", held, sign=isinstance(json_or_none(held), dict))
    refused(copied("other", TWO), path)


def json_or_none(held: Members) -> Any:
    try:
        return json.loads(held["manifest.json"])
    except (KeyError, ValueError):
        return None


def test_wrong_hashes_are_refused(rich: Project, tmp_path: Path) -> None:
    held = members(written(rich))
    text = text_of(held)
    path = pack(tmp_path / "h.glossbundle", held | {text: held[text] + b"!"}, sign=False)
    assert text in refused(rich, path)
    path = pack(tmp_path / "more.glossbundle", held | {"evil.sh": b"rm"}, sign=False)
    refused(rich, path)


def raw(path: Path, *infos: tuple[zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for info, data in infos:
            opened.writestr(info, data)
    return path


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "c:/evil", "..\\evil"])
def test_a_member_that_would_leave_its_folder(name: str, project: Project, tmp_path: Path) -> None:
    refused(project, raw(tmp_path / "x.glossbundle", (zipfile.ZipInfo(name), b"x")))


def test_a_link(project: Project, tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    assert "link" in refused(project, raw(tmp_path / "x.glossbundle", (info, b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(project: Project, tmp_path: Path) -> None:
    refused(project, raw(tmp_path / "x.glossbundle", (zipfile.ZipInfo("a"), b"1"), (zipfile.ZipInfo("a"), b"2")))


def test_a_bomb(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = zipfile.ZipInfo("manifest.json")
    info.compress_type = zipfile.ZIP_DEFLATED
    bomb = raw(tmp_path / "x.glossbundle", (info, bytes(30_000_000)))
    assert bomb.stat().st_size < 100_000
    assert "unpack" in refused(project, bomb)
    monkeypatch.setattr(archive, "MEMBERS", 3)
    many = raw(tmp_path / "many.glossbundle", *((zipfile.ZipInfo(str(n)), b"") for n in range(4)))
    assert "unpack" in refused(project, many)


def test_a_member_longer_than_it_says(rich: Project, tmp_path: Path) -> None:
    data = bytearray(written(rich).read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 3)
    path = tmp_path / "short.glossbundle"
    path.write_bytes(data)
    refused(rich, path)


def test_an_encrypted_and_an_oddly_packed_archive(rich: Project, tmp_path: Path) -> None:
    data = written(rich).read_bytes()
    for offset, value in ((8, 1), (10, 14), (10, 99)):
        harmed = bytearray(data)
        at = harmed.index(b"PK\x01\x02")
        harmed[at + offset : at + offset + 2] = struct.pack("<H", value)
        path = tmp_path / "odd.glossbundle"
        path.write_bytes(harmed)
        refused(rich, path)


@pytest.mark.parametrize("part", [0, 10, 0.3, 0.9, 0.999])
def test_a_truncated_bundle(part: float, rich: Project, tmp_path: Path) -> None:
    data = written(rich).read_bytes()
    path = tmp_path / "cut.glossbundle"
    path.write_bytes(data[: int(len(data) * part) if part < 1 else int(part)])
    refused(rich, path)


def test_damaged_bytes(rich: Project, tmp_path: Path) -> None:
    data = written(rich).read_bytes()
    path, sound = tmp_path / "harmed.glossbundle", bundle.read(written(rich))
    for at in range(40, len(data) - 30, len(data) // 25):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        if whole := _read_anyway(path):
            # Some bytes of an archive say nothing, as the checksum beside a member that stands in the directory too.
            assert (whole.records, whole.stamps) == (sound.records, sound.stamps)
        else:
            refused(rich, path)


def _read_anyway(path: Path) -> bundle.Bundle | None:
    try:
        return bundle.read(path)
    except errors.CannotRead:
        return None


def test_a_file_that_is_missing_or_a_folder(project: Project, tmp_path: Path) -> None:
    refused(project, tmp_path / "none.glossbundle")
    refused(project, tmp_path)


def test_a_ring_of_codes_does_not_hang(rich: Project, copied: Opener, tmp_path: Path) -> None:
    rich.codes.add("乙", parent=rich.codes.by_ref("自建"))

    def ring(value: dict[str, Any]) -> None:
        own = [code for code in value["code"] if not code["name"]]
        own[0]["parent"], own[1]["parent"] = own[1]["uuid"], own[0]["uuid"]

    path = pack(tmp_path / "ring.glossbundle", altering("codebook.json", ring)(members(written(rich))))
    other = copied("other", TWO)
    merging.merge(other, path)
    own = [code for code in other.codes.all() if not code.name]
    assert len(own) == 2
    assert all(len(other.codes.branch(code.id)) <= 2 for code in own)


def test_a_bundle_cannot_speak_for_this_replica(rich: Project, copied: Opener, tmp_path: Path) -> None:
    other = copied("other", TWO)
    code = other.codes.add("先")
    boast = altering("stamps.json", lambda value: value["vector"].update({other.replica: (1 << 61)}))
    merging.merge(other, pack(tmp_path / "boast.glossbundle", boast(members(written(rich)))))
    assert other.contents().vector()[other.replica] < 1 << 61
    other.codes.edit(code, name_zh="后")
    merging.merge(rich, written(other, "from-other"))
    assert rich.codes.by_ref("后")
    assert exported(rich)["records"]["code"] == exported(other)["records"]["code"]


def test_what_refers_to_nobody_is_left_out_and_counted(rich: Project, copied: Opener, tmp_path: Path) -> None:
    path = pack(tmp_path / "d.glossbundle", altering("records.json", _dangling)(members(written(rich))))
    other = copied("other", TWO)
    report = merging.merge(other, path)
    assert report.dangling == len(bundle.read(path).records["note"])
    assert not other.notes.all()
    assert not well(other)


def test_coders_of_a_bundle_are_listed(rich: Project) -> None:
    assert sorted(bundle.read(written(rich)).coders) == ["Ada Two", "林一"]
    assert rich.coders.get(CoderId(rich.me)).name == "林一"
