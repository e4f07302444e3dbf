"""What goes out as REFI-QDA is valid, the same bytes for the same state, and comes back as it was."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from db import sample
from db.project import Project
from db.records import Author
from db.sharing import refi
from tests.db.conftest import ONE, TWO, Opener
from tests.db.material import EN, ZH, draft, records, well
from tests.exchange.test_refi_in import aside_parts, of_parts

SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "refi"
NS = {"q": "urn:QDA-XML:project:1.0"}
# What comes back into an empty project as it was, with the columns that REFI-QDA has no place for left out.
_BACK = {
    "coder": ("initials", "colour", "created"),
    "code": ("codebook", "created", "modified", "position", "revision"),
    "annotation": ("version", "prefix", "suffix"),
    "tagging": ("origin", "code_revision"),
    "link": ("created",),
    "note": (),
    "translation": (),
    "article": ("published_from", "fetched_from"),
    "instrument": ("created", "modified"),
    "article_tag": ("uuid", "coder", "created"),
    "field_value": ("uuid", "coder"),
    "relation": (),
}


@pytest.fixture
def rich(copied: Opener) -> Project:
    """A project with something of everything that REFI-QDA can carry."""
    project = copied("rich")
    one = project.articles.add(
        draft("算法与公平", ZH, url="https://example.org/a", publisher="示例报", source="示例社", genre="news")
    )
    two = project.articles.add(draft("Audit & <law>", EN, authors=(Author("A. B.", "A university", "editor"), Author("C"))))
    top = project.codes.add("自建", "Own", colour="#112233", definition_zh="一行\n两行")
    below = project.codes.add("下级 “&<>", parent=top, number="2.1")
    first = project.annotations.add(one, 6, 12, codes=[below, project.codes.by_ref("asgf1.1.1")], note="想法\n\n- 一 & <二>\t三")
    second = project.annotations.add(one, 8, len(ZH), codes=[top])
    project.annotations.add(two, 0, 25)
    project.annotations.add(two, None, None, codes=[top], note="whole")
    project.annotations.link(first, project.instruments.by_ref("eu-ai-act"), "Art. 10", "quotes")
    project.annotations.link(first, project.instruments.by_ref("eu-ai-act"), "Art. 11")
    own = project.instruments.add("《自建办法》", "Own rules", kind="law", dates=[("issued", "2026-01-01")])
    project.annotations.link(second, own, "第十九条第一款")
    tagging = project.annotations.get(first).taggings[0].id
    project.annotations.set_tagging_field(tagging, "stance", "denies")
    project.fields.set("article", one, "jurisdiction", "CN", "EU")
    project.fields.set("annotation", first, "voice", "quoted")
    project.articles.tag([one], "要读")
    project.translations.add(first, "en", "female applicants", translator="C. D.")
    project.relations.add("repeats", ("annotation", first), ("annotation", second))
    project.notes.add("code", top, "on a code")
    project.notes.add("instrument", own, "on an instrument")
    project.notes.add("article", two, "on an article")
    project.notes.add(None, None, "日志", day="2026-03-04")
    project.notes.add("annotation", first, "nobody's business", private=True)
    mine = project.me
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    project.notes.reply(project.annotations.get(first).notes[0].id, "我不同意")
    project.annotations.add(one, 6, 12, codes=[top])
    project.code_as(mine)
    return project


def listed(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("project.qde")


def validated(path: Path) -> Any:
    """The list of contents, held to the schema where that is at hand."""
    root = etree.fromstring(listed(path))
    if not (SCHEMAS / "Project.xsd").exists():
        pytest.skip("the schemas of REFI-QDA are not here")
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "Project.xsd"))
    assert schema.validate(root), schema.error_log
    return root


def back(project: Project) -> dict[str, dict[str, Any]]:
    """What travels, without what has no place in the format; things without a name of their own by their values."""
    found: dict[str, dict[str, Any]] = {}
    for kind, without in _BACK.items():
        of_kind = {}
        for uuid, record in records(project)[kind].items():
            if record.get("private") or (kind == "relation" and record["coder"] is None):
                continue
            kept = {name: value for name, value in record.items() if name not in without}
            of_kind[repr(sorted(kept.items())) if "uuid" in without else uuid] = kept
        found[kind] = of_kind
    makers = {record.get("coder") for several in found.values() for record in several.values()}
    found["coder"] = {uuid: coder for uuid, coder in found["coder"].items() if uuid in makers}
    found["text"] = {v["article"]: v["text"] for v in records(project)["version"].values()}
    return found


def test_two_exports_of_one_state_are_the_same_bytes_and_valid(rich: Project, tmp_path: Path) -> None:
    refi.write(rich, tmp_path / "a.qdpx")
    refi.write(rich, tmp_path / "b.qdpx")
    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()
    root = validated(tmp_path / "a.qdpx")
    guids = [str(each.get("guid")) for each in root.iter() if each.get("guid")]
    assert len(guids) == len(set(guids))


def test_what_goes_out_comes_back_into_an_empty_project(rich: Project, copied: Opener, tmp_path: Path) -> None:
    refi.write(rich, tmp_path / "a.qdpx")
    other = copied("other", ONE)
    report, previewed = refi.merge(other, tmp_path / "a.qdpx")
    before, after = back(rich), back(other)
    assert report.conflicts == ()
    whole = {uuid for uuid, each in before["annotation"].items() if each["start"] is None}
    # The mark of a whole article has no GUID of its own in the format, so it comes back under another uuid.
    assert len(whole) == 1
    for kind in before:
        if kind in ("annotation", "tagging", "note"):
            expected = {uuid: r for uuid, r in before[kind].items() if not whole & {uuid, r.get("annotation")}}
            found = {uuid: r for uuid, r in after[kind].items() if uuid in expected}
            assert (kind, found) == (kind, expected)
            assert len(after[kind]) == len(before[kind])
        else:
            assert (kind, after[kind]) == (kind, before[kind])
    [article] = [each for each in other.articles.all() if each.title.startswith("Audit")]
    [mark] = [each for each in other.annotations.of(article.id) if each.origin_start is None]
    assert ([t.key for t in mark.taggings], [n.text for n in mark.notes]) == (
        [rich.codes.get(rich.codes.by_ref("自建")).uuid],
        ["whole"],
    )
    assert well(other) == []
    refi.write(other, tmp_path / "b.qdpx")
    refi.write(rich, tmp_path / "c.qdpx")
    assert refi.preview(rich, tmp_path / "a.qdpx").plan.changes_nothing
    assert previewed.fidelity.dropped == {}


def test_the_sample_comes_back_as_it_was(copied: Opener, tmp_path: Path) -> None:
    sample.make(tmp_path / "sample.gloss", person=ONE)
    other = copied("other", ONE)
    with Project.open(tmp_path / "sample.gloss", person=ONE) as project:
        report = refi.write(project, tmp_path / "a.qdpx")
        assert report.carried["annotation"] == len(project.annotations.find())
        before = back(project)
    validated(tmp_path / "a.qdpx")
    refi.merge(other, tmp_path / "a.qdpx")
    assert back(other) == before
    other.undo()
    assert other.articles.all() == []


def test_selections_are_named_by_how_their_passages_begin(rich: Project, tmp_path: Path) -> None:
    refi.write(rich, tmp_path / "a.qdpx")
    root = etree.fromstring(listed(tmp_path / "a.qdpx"))
    texts = {ZH, EN}
    found = root.findall(".//q:PlainTextSelection", NS)
    assert len(found) == 4
    for each in found:
        start, end = int(each.get("startPosition", "")), int(each.get("endPosition", ""))
        assert any(text[start : min(end, start + 100)] == each.get("name") for text in texts)


def test_nothing_of_the_machine_goes_out_and_names_only_if_wanted(rich: Project, tmp_path: Path) -> None:
    refi.write(rich, tmp_path / "a.qdpx")
    words = listed(tmp_path / "a.qdpx").decode()
    assert str(tmp_path) not in words
    assert str(Path.home()) not in words
    assert "nobody's business" not in words
    assert "林一" in words
    report = refi.write(rich, tmp_path / "b.qdpx", anonymous=True)
    hidden = listed(tmp_path / "b.qdpx").decode()
    users = re.findall(r"<User [^>]*>", hidden)
    assert [re.search('name="([^"]*)"', user)[1] for user in users] == ["Coder 1", "Coder 2", "Coder"]  # type: ignore[index]
    assert "Ada Two" not in hidden
    assert ONE.uuid not in hidden
    assert TWO.uuid not in hidden
    assert report.dropped["note"] == 1
    assert "nobody's business" in (refi.write(rich, tmp_path / "c.qdpx", private=True) and listed(tmp_path / "c.qdpx").decode())
    validated(tmp_path / "b.qdpx")


def test_nvivo_gets_utf16_units_and_reads_back_the_same(project: Project, copied: Opener, tmp_path: Path) -> None:
    text = "😀 one\n𠮷 two\nthree"
    article = project.articles.add(draft("Wide", text))
    for word in ("one", "two", "three"):
        project.annotations.add(article, text.index(word), text.index(word) + len(word))
    report = refi.write(project, tmp_path / "a.qdpx", profile="nvivo")
    root = validated(tmp_path / "a.qdpx")
    starts = {each.get("name"): int(each.get("startPosition")) for each in root.iterfind(".//q:PlainTextSelection", NS)}
    assert starts == {"one": 3, "two": 10, "three": 14}
    assert any("1 documents" in reason for reason in report.reasons)
    other = copied("other")
    refi.merge(other, tmp_path / "a.qdpx")
    assert [each.exact for each in other.annotations.of(other.articles.all()[0].id)] == ["one", "two", "three"]


def test_some_articles_or_codes_go_alone(rich: Project, tmp_path: Path) -> None:
    [one] = [each for each in rich.articles.all() if each.title == "算法与公平"]
    refi.write(rich, tmp_path / "a.qdpx", articles=[one.uuid])
    root = validated(tmp_path / "a.qdpx")
    assert [each.get("guid") for each in root.iterfind(".//q:TextSource", NS)] == [one.uuid]
    below = next(code for code in rich.codes.all() if code.number == "2.1" and not code.name)
    refi.write(rich, tmp_path / "b.qdpx", codes=[below.uuid])
    root = validated(tmp_path / "b.qdpx")
    assert [each.get("guid") for each in root.iterfind(".//q:Code", NS)] == [
        rich.codes.get(below.parent).uuid if below.parent else "", below.uuid
    ]  # fmt: skip
    assert {each.get("targetGUID") for each in root.iterfind(".//q:Coding/q:CodeRef", NS)} == {below.uuid}


def test_only_a_frameworks_root_cannot_be_coded_with(rich: Project, tmp_path: Path) -> None:
    refi.write(rich, tmp_path / "a.qdpx")
    root = validated(tmp_path / "a.qdpx")
    roots = [each for each in root.iterfind(".//q:Code", NS) if each.get("isCodable") == "false"]
    assert {each.get("guid") for each in roots} == {book.uuid for book in rich.codes.books() if book.shipped}


def test_passages_stand_where_they_are_on_the_newest_text(project: Project, copied: Opener, tmp_path: Path) -> None:
    article = project.articles.add(draft("算法与公平", ZH))
    key = project.annotations.add(article, 6, 12)
    project.articles.add_version(article, draft("", "前言。\n" + ZH))
    report = refi.write(project, tmp_path / "a.qdpx")
    root = validated(tmp_path / "a.qdpx")
    assert [each.get("startPosition") for each in root.iterfind(".//q:PlainTextSelection", NS)] == ["10"]
    assert (report.changed["annotation"], report.dropped["version"]) == (1, 1)
    assert refi.preview(project, tmp_path / "a.qdpx").plan.changes_nothing
    other = copied("other")
    refi.merge(other, tmp_path / "a.qdpx")
    assert other.annotations.of(other.articles.all()[0].id)[0].exact == project.annotations.get(key).exact


def test_what_was_kept_aside_is_valid_when_it_goes_out_again(project: Project, copied: Opener, tmp_path: Path) -> None:
    refi.merge(project, of_parts(tmp_path / "a.qdpx", aside_parts(), ("sources/p.jpg", b"x"), ("sources/d.pdf", b"%PDF")))
    refi.write(project, tmp_path / "b.qdpx")
    validated(tmp_path / "b.qdpx")
    other = copied("other")
    _, previewed = refi.merge(other, tmp_path / "b.qdpx")
    refi.write(other, tmp_path / "c.qdpx")
    kept = {"PictureSource": 1, "PDFSelection": 1, "Set": 1, "Graph": 1, "Case": 1, "Link": 1}
    assert previewed.as_dict()["kept_aside"] == kept
    strip = [re.sub(rb'name="(study|other)"', b"", listed(tmp_path / f"{name}.qdpx"), count=1) for name in "bc"]
    assert strip[0] == strip[1]


def test_an_empty_project_and_a_codebook_are_valid(project: Project, tmp_path: Path) -> None:
    refi.write(project, tmp_path / "a.qdpx", codes=[])
    root = validated(tmp_path / "a.qdpx")
    assert len(root) == 0
    refi.write(project, tmp_path / "a.qdc")
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "Codebook.xsd"))
    assert schema.validate(etree.parse(tmp_path / "a.qdc")), schema.error_log


_LETTERS = st.sampled_from([
    "a", "b", " ", "\n", "\r\n", "\r", "😀", "𠮷", "\ufeff", "e\u0301", "\u2028", "\u0085", "\u00a0", "\u200b", "条", "。",
    "&", "<", '"', "\t", "\u0001", "\ufffe",
])  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_LETTERS, min_size=3, max_size=60).map("".join), st.data())
def test_any_text_comes_back_with_its_passages(small: Path, tmp_path: Path, text: str, data: st.DataObject) -> None:
    text = "x" + text.replace("\r\n", "\n").replace("\r", "\n")
    ends = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(ends, ends).map(sorted).filter(lambda pair: pair[0] < pair[1]), min_size=1, max_size=6))
    for name in ("one", "two"):
        shutil.copy(small, tmp_path / f"{name}.gloss")
    profile = data.draw(st.sampled_from(refi.PROFILES))
    with Project.open(tmp_path / "one.gloss", person=ONE) as project:
        with project.change("Make"):
            article = project.articles.add(draft("T", text))
            for start, end in spans:
                project.annotations.add(article, start, end, note=text.strip())
        refi.write(project, tmp_path / "a.qdpx", profile=profile)
        before = [(each.uuid, each.start, each.end, each.exact) for each in project.annotations.of(article)]
        notes = [each.text for each in project.notes.all()]
    with Project.open(tmp_path / "two.gloss", person=ONE) as other:
        refi.merge(other, tmp_path / "a.qdpx")
        [found] = other.articles.all()
        assert other.articles.version(found.id).text == text
        assert [(each.uuid, each.start, each.end, each.exact) for each in other.annotations.of(found.id)] == before
        # What XML cannot hold comes back as a replacement character.
        assert [each.text for each in other.notes.all()] == [re.sub("[\u0001\ufffe]", "\ufffd", each) for each in notes]
        assert well(other) == []
