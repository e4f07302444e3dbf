"""A project of another program with everything the format knows comes in, goes out valid, and nothing is lost unsaid."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from db.project import Project
from db.sharing import refi
from tests.db.conftest import Opener
from tests.db.material import well
from tests.exchange.refi_files import TEXT, packed
from tests.exchange.refi_files import guid as g
from tests.exchange.test_refi_out import listed, validated

MADE = f'creatingUser="{g("ann")}" creationDateTime="2020-01-01T00:00:00Z"'
TYPES = {"Text": "FR", "Boolean": "true", "Integer": "42", "Float": "4.25", "Date": "2020-02-03"}
MEMO = """<PlainTextContent>A memo about a promise.</PlainTextContent>
<PlainTextSelection guid="%s" name="a promise" startPosition="13" endPosition="22">%s</PlainTextSelection>%s"""
NOTES = ("of code", "of coding", "of selection", "of text", "of area", "of set", "of link", "alone")
FILES = {
    "t.txt": TEXT.encode(), "t.docx": b"PK formatted", "p.png": b"\x89PNG", "d.pdf": b"%PDF-1.4", "d.txt": b"audit of systems.",
    "r.txt": b"an area", "a.mp3": b"sound", "tr.txt": b"some transcript",
}  # fmt: skip


def coded(name: str, inside: str = "") -> str:
    return f'<Coding guid="{g(name)}" {MADE}><CodeRef targetGUID="{g("Bias")}"/>{inside}</Coding>'


def noted(name: str) -> str:
    return f'<NoteRef targetGUID="{g(name)}"/>'


def area(tag: str, name: str, page: str = "") -> str:
    return f'<{tag} guid="{g(name)}" {page}firstX="1" firstY="1" secondX="2" secondY="2">'


def everything() -> str:
    """The list of contents, as strict as the schema."""
    at = TEXT.index("last line")
    values = "".join(
        f'<VariableValue><VariableRef targetGUID="{g(kind)}"/><{kind}Value>{value}</{kind}Value></VariableValue>'
        for kind, value in TYPES.items()
    )
    variables = "".join(
        f'<Variable guid="{g(kind)}" name="{kind}" typeOfVariable="{kind}"><Description>what {kind} is</Description></Variable>'
        for kind in TYPES
    )
    notes = "".join(
        f'<Note guid="{g(name)}" name="{name}" {MADE}><PlainTextContent>{name}</PlainTextContent></Note>' for name in NOTES
    )
    memo = MEMO % (g("in memo"), coded("c10"), coded("c11"))
    notes += f'<Note guid="{g("coded memo")}" name="coded memo" {MADE}>{memo}</Note>'
    upper = {name: g(name).upper() for name in ("first point", "second point", "one vertex", "other vertex")}
    return f"""<Project xmlns="urn:QDA-XML:project:1.0" name="P" origin="MAXQDA 24" creatingUserGUID="{g("ann")}">
<Users><User guid="{g("ann")}" name="Ann"/></Users>
<CodeBook><Codes><Code guid="{g("Bias")}" name="Bias" isCodable="true" color="#fff">{noted("of code")}</Code></Codes></CodeBook>
<Variables>{variables}</Variables>
<Cases><Case guid="{g("case")}" name="Person"><Description>who</Description><CodeRef targetGUID="{g("Bias")}"/>{values}
<SourceRef targetGUID="{g("text")}"/><SelectionRef targetGUID="{g("selection")}"/></Case></Cases>
<Sources>
<TextSource guid="{g("text")}" name="Text" richTextPath="internal://t.docx" plainTextPath="internal://t.txt" {MADE}>
<PlainTextSelection guid="{g("selection")}" name="last line" startPosition="{at}" endPosition="{at + 9}" {MADE}>
{coded("c1", noted("of coding"))}{noted("of selection")}</PlainTextSelection>{coded("c2")}{noted("of text")}{values}</TextSource>
<PictureSource guid="{g("picture")}" name="Picture" path="internal://p.png" {MADE}>
<TextDescription guid="{g("description")}" name="d"><PlainTextContent>a picture of words</PlainTextContent>
<PlainTextSelection guid="{g("described")}" name="words" startPosition="13" endPosition="18">{coded("c3")}</PlainTextSelection>
</TextDescription>{area("PictureSelection", "picture area")}{coded("c4")}{noted("of area")}</PictureSelection></PictureSource>
<PDFSource guid="{g("pdf")}" name="Pdf" path="internal://d.pdf" {MADE}>
{area("PDFSelection", "pdf area", 'page="0" ')}<Representation guid="{g("area text")}" plainTextPath="internal://r.txt"/>
{coded("c5")}</PDFSelection>{area("PDFSelection", "worded", 'page="1" ')}<Representation guid="{g("words")}">
<PlainTextContent>audit of</PlainTextContent></Representation>{coded("c12")}</PDFSelection>
<Representation guid="{g("pdf text")}" plainTextPath="internal://d.txt">
<PlainTextSelection guid="{g("in pdf")}" name="systems" startPosition="9" endPosition="16">{coded("c6")}</PlainTextSelection>
</Representation></PDFSource>
<AudioSource guid="{g("sound")}" name="Sound" path="internal://a.mp3">
<Transcript guid="{g("transcript")}" name="t" plainTextPath="internal://tr.txt">
<SyncPoint guid="{upper["first point"]}" timeStamp="0" position="0"/>
<SyncPoint guid="{upper["second point"]}" timeStamp="900" position="4"/>
<TranscriptSelection guid="{g("spoken")}" fromSyncPoint="{upper["first point"]}" toSyncPoint="{upper["second point"]}">
{coded("c7")}</TranscriptSelection></Transcript>
<AudioSelection guid="{g("heard")}" begin="0" end="100">{coded("c8")}</AudioSelection></AudioSource>
<VideoSource guid="{g("video")}" name="Video" path="relative:///v.mp4">
<VideoSelection guid="{g("seen")}" begin="0" end="100">{coded("c9")}</VideoSelection></VideoSource>
</Sources>
<Notes>{notes}</Notes>
<Links><Link guid="{g("link")}" name="sees" direction="OneWay" originGUID="{g("selection")}" targetGUID="{g("described")}">
{noted("of link")}</Link></Links>
<Sets><Set guid="{g("set")}" name="S"><Description>some</Description><MemberCode targetGUID="{g("Bias")}"/>
<MemberSource targetGUID="{g("text")}"/><MemberSource targetGUID="{g("sound")}"/><MemberNote targetGUID="{g("of set")}"/>
</Set></Sets>
<Graphs><Graph guid="{g("graph")}" name="g">
<Vertex guid="{upper["one vertex"]}" representedGUID="{g("Bias")}" firstX="0" firstY="0"/>
<Vertex guid="{upper["other vertex"]}" representedGUID="{g("selection")}" firstX="1" firstY="1" shape="Note"/>
<Edge guid="{g("edge")}" sourceVertex="{upper["one vertex"]}" targetVertex="{upper["other vertex"]}" direction="OneWay"/>
</Graph></Graphs>
</Project>"""


def arrived(project: Project, tmp_path: Path) -> Any:
    words = everything()
    members = [("project.qde", words.encode()), *((f"sources/{name}", data) for name, data in FILES.items())]
    path = packed(tmp_path / "a.qdpx", members)
    validated(path)
    _report, previewed = refi.merge(project, path)
    assert previewed.fidelity.dropped == {}
    assert well(project) == []
    return etree.fromstring(words)


def guids(root: Any) -> set[tuple[str, str]]:
    return {(str(each.tag), str(each.get("guid")).lower()) for each in root.iter() if each.get("guid")}


def test_everything_goes_out_again_valid_with_every_guid_file_and_type(project: Project, tmp_path: Path) -> None:
    came = arrived(project, tmp_path)
    refi.write(project, tmp_path / "b.qdpx")
    went = validated(tmp_path / "b.qdpx")
    assert guids(came) <= guids(went)
    with zipfile.ZipFile(tmp_path / "b.qdpx") as archive:
        there = {archive.read(name) for name in archive.namelist()}
    assert set(FILES.values()) - {FILES["d.txt"]} <= there
    types = {each.get("name"): each.get("typeOfVariable") for each in went.iter("{*}Variable") if each.get("name") in TYPES}
    assert types == {kind: kind for kind in TYPES}
    assert {str(each.text) for each in went.iter("{*}Description")} >= {f"what {kind} is" for kind in TYPES}
    points = {each.get("guid") for each in went.iter("{*}SyncPoint")} | {each.get("guid") for each in went.iter("{*}Vertex")}
    [spoken], [edge] = went.iter("{*}TranscriptSelection"), went.iter("{*}Edge")
    assert {spoken.get("fromSyncPoint"), edge.get("sourceVertex"), edge.get("targetVertex")} <= points


def test_what_went_through_us_twice_is_as_it_was_after_once(project: Project, copied: Opener, tmp_path: Path) -> None:
    arrived(project, tmp_path)
    refi.write(project, tmp_path / "study.qdpx")
    assert refi.preview(project, tmp_path / "study.qdpx").plan.changes_nothing
    other = copied("other")
    refi.merge(other, tmp_path / "study.qdpx")
    refi.write(other, tmp_path / "again.qdpx")
    first, second = (listed(tmp_path / name).decode().split("\n") for name in ("study.qdpx", "again.qdpx"))
    # The second line names the project.
    assert first[:1] + first[2:] == second[:1] + second[2:]


def test_work_on_both_sides_meets_by_guid_and_doubles_nothing(project: Project, copied: Opener, tmp_path: Path) -> None:
    arrived(project, tmp_path)
    refi.write(project, tmp_path / "study.qdpx")
    other = copied("other")
    refi.merge(other, tmp_path / "study.qdpx")
    [text] = [each for each in other.articles.all() if each.title == "Text"]
    other.annotations.add(text.id, 0, 9, codes=[other.codes.by_ref(g("Bias"))])
    other.codes.edit(other.codes.by_ref(g("Bias")), name_en="Unfairness")
    refi.write(other, tmp_path / "theirs.qdpx")
    [mine] = [each for each in project.articles.all() if each.title == "Text"]
    project.annotations.add(mine.id, 10, 20, codes=[project.codes.by_ref(g("Bias"))])
    before = len(project.annotations.of(mine.id))
    report, _previewed = refi.merge(project, tmp_path / "theirs.qdpx")
    assert report.conflicts == ()
    assert len(project.annotations.of(mine.id)) == before + 1
    assert project.codes.get(project.codes.by_ref(g("Bias"))).name_en == "Unfairness"
    refi.write(project, tmp_path / "all.qdpx")
    root = validated(tmp_path / "all.qdpx")
    every = [(each.tag, each.get("guid")) for each in root.iter() if each.get("guid")]
    assert len(every) == len(set(every))
    assert refi.merge(project, tmp_path / "theirs.qdpx")[0].added == 0


def test_what_was_kept_and_is_not_as_the_schema_wants_it_goes_out_as_it_does(project: Project, tmp_path: Path) -> None:
    words = everything().replace('shape="Note"', 'shape="Cloud" mood="x"').replace('firstX="0" firstY="0"', 'firstX="0"')
    words = words.replace("<IntegerValue>42", "<IntegerValue>many").replace("<Description>who</Description>", "<Odd/>")
    words = words.replace('begin="0" end="100"', 'end="100"', 1).replace(f'<PDFSource guid="{g("pdf")}"', "<PDFSource")
    members = [("project.qde", words.encode()), *((f"sources/{name}", data) for name, data in FILES.items())]
    refi.merge(project, packed(tmp_path / "a.qdpx", members))
    report = refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    assert len(list(root.iter("{*}Vertex"))) == 1
    assert len(list(root.iter("{*}PDFSource"))) == 1
    assert report.dropped["reference"] > 0


def test_reasons_are_told_in_the_language_asked_for(project: Project, tmp_path: Path) -> None:
    words = everything()
    members = [("project.qde", words.encode()), *((f"sources/{name}", data) for name, data in FILES.items())]
    _report, previewed = refi.merge(project, packed(tmp_path / "a.qdpx", members), language="zh_CN")
    told = [*previewed.fidelity.reasons, *refi.write(project, tmp_path / "b.qdpx", language="zh_CN").reasons]
    assert len(told) > 2
    assert [reason for reason in told if not any("\u4e00" <= letter <= "\u9fff" for letter in reason)] == []
