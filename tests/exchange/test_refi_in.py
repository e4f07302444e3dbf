"""Projects of other programs come in whole: codes, people, passages, notes; what cannot be shown is kept; all is told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from db import errors
from db.exchange import bundle
from db.exchange.merge import Policy
from db.exchange.refi.codebook import SUFFIX as QDC
from db.exchange.refi.colours import colour
from db.exchange.refi.files import Files
from db.project import Project
from db.sharing import merging, refi
from tests.db.conftest import TWO, Opener
from tests.db.material import ZH, draft, state, well
from tests.exchange.refi_files import (
    CODES,
    PASSAGES,
    PROGRAMS,
    TEXT,
    coding,
    contents,
    guid,
    note,
    packed,
    refer,
    selection,
    text_bytes,
    text_source,
    written,
)

STANDARD = PROGRAMS["standard"]


def marked(passage: str, number: int, inside: str = "", user: str = "") -> str:
    start = TEXT.index(passage)
    return selection(STANDARD, TEXT, start, start + len(passage), number, inside, user)


def of_parts(path: Path, parts: dict[str, str], *more: tuple[str, bytes]) -> Path:
    """A project of the standard's shape with the text One where its sources name it."""
    text = (f"sources/{guid('One')}.txt", text_bytes(STANDARD))
    return packed(path, [("project.qde", contents(STANDARD, parts)), text, *more])


def test_an_import_is_one_change_and_nobodys_work_becomes_the_importers(project: Project, tmp_path: Path) -> None:
    before = state(project)
    report, previewed = refi.merge(project, written(tmp_path / "a.qdpx", PROGRAMS["nvivo"]))
    [article] = project.articles.all()
    found = project.annotations.of(article.id)
    assert sorted(each.exact for each in found) == sorted(PASSAGES)
    assert {project.coders.get(each.coder).name for each in found} == {"Ann"}
    assert {project.codes.get(t.code).title("en") for each in found for t in each.taggings} == set(CODES)
    assert found[0].created == "2020-05-06T07:08:09.000Z"
    assert report.added == 5 + 5 + 2 + 2 + 2 + 1
    assert previewed.fidelity.carried["annotation"] == 5
    assert well(project) == []
    assert project.next_undo().label == "Import REFI-QDA"  # type: ignore[union-attr]
    project.undo()
    assert state(project) == before


def test_the_same_file_again_changes_nothing_and_after_undo_it_comes_again(project: Project, tmp_path: Path) -> None:
    path = written(tmp_path / "a.qdpx", PROGRAMS["atlas"])
    first, _ = refi.merge(project, path)
    after = state(project)
    changes = len(project.history())
    again, _ = refi.merge(project, path)
    assert (again.added, again.updated, again.conflicts) == (0, 0, ())
    assert (state(project), len(project.history())) == (after, changes)
    project.undo()
    assert refi.merge(project, path)[0].added == first.added


def test_a_later_export_updates_what_came_and_keeps_what_was_done_here(project: Project, tmp_path: Path) -> None:
    refi.merge(project, written(tmp_path / "a.qdpx", STANDARD))
    [article] = project.articles.all()
    bias = project.codes.by_ref(guid("Bias"))
    project.codes.edit(bias, colour="#abcdef")
    there = {each.exact: each for each in project.annotations.of(article.id)}
    project.code_as(there["last line"].coder)
    project.annotations.untag(there["last line"].id, there["last line"].taggings[0].code)
    codes = f'<Code guid="{guid("Oversight")}" name="Supervision" isCodable="true" color="#123456"/>'
    codes += f'<Code guid="{guid("Bias")}" name="Unfairness" isCodable="true" color="#123456"/>'
    sources = marked("Who audits the auditors", 0, coding(STANDARD, "Bias", "coding 0"))
    sources += marked("Nobody asked 😀 before", 1, coding(STANDARD, "Bias", "coding 1") + coding(STANDARD, "Oversight", "new"))
    sources += marked("last line", 4, coding(STANDARD, "Oversight", "coding 4"))
    later = of_parts(tmp_path / "b.qdpx", {"CodeBook": f"<Codes>{codes}</Codes>", "Sources": text_source(STANDARD, sources)})
    report, _ = refi.merge(project, later)
    found = {each.exact: each for each in project.annotations.of(article.id)}
    assert len(project.annotations.of(article.id)) == 5
    assert found["Who audits the auditors"].uuid == guid("selection 0")
    assert [t.key for t in found["Who audits the auditors"].taggings] == [guid("Bias")]
    assert {t.key for t in found["Nobody asked 😀 before"].taggings} == {guid("Bias"), guid("Oversight")}
    assert found["last line"].taggings == ()
    code = project.codes.get(bias)
    assert (code.name_en, code.colour) == ("Unfairness", "#abcdef")
    assert project.codes.get(project.codes.by_ref(guid("Oversight"))).name_en == "Supervision"
    assert report.conflicts == ()
    assert well(project) == []


def test_codes_nest_to_any_depth_and_may_share_names_under_different_parents(project: Project, tmp_path: Path) -> None:
    depth = 600
    nest = "".join(f'<Code guid="{guid(f"deep {at}")}" name="Level" isCodable="true">' for at in range(depth))
    twins = "".join(
        f'<Code guid="{guid(top)}" name="{top}" isCodable="false" color="{tint}">'
        f'<Code guid="{guid(top + " child")}" name="Cost" isCodable="true"/></Code>'
        for top, tint in (("A", "rgb(1, 2, 3)"), ("B", "#FF00ff00"))
    )
    book = f"<Codes>{nest}{'</Code>' * depth}{twins}</Codes>"
    refi.merge(project, of_parts(tmp_path / "a.qdpx", {"CodeBook": book}))
    above = {code.id: code.parent for code in project.codes.all()}
    at, steps = project.codes.by_ref(guid(f"deep {depth - 1}")), 1
    while (parent := above[at]) is not None:
        at, steps = parent, steps + 1
    assert steps == depth
    costs = [code for code in project.codes.all() if code.name_en == "Cost"]
    assert {project.codes.get(code.parent).name_en for code in costs if code.parent} == {"A", "B"}
    assert project.codes.get(project.codes.by_ref(guid("A"))).colour == "#010203"
    assert project.codes.get(project.codes.by_ref(guid("B"))).colour == "#00ff00"
    refi.write(project, tmp_path / "out.qdpx")
    refi.write(project, tmp_path / "out.qdc")
    assert (tmp_path / "out.qdc").stat().st_size > 0


@pytest.mark.parametrize(
    ("written_as", "meant"),
    [
        ("#abc", "#aabbcc"), ("A1B2C3", "#a1b2c3"), ("#80A1B2C3", "#a1b2c3"), ("#A1B2C3FF", "#a1b2c3"), ("red", "#ff0000"),
        ("rgba(255,0,16,0.5)", "#ff0010"), ("1, 2, 3", "#010203"), ("0x00ff00", "#00ff00"), ("", ""), (None, ""),
        ("rgb(300,0,0)", None), ("sky", None),
    ],
)  # fmt: skip
def test_colours_are_read_however_they_are_written(written_as: str | None, meant: str | None) -> None:
    assert colour(written_as) == meant


def test_each_person_has_an_annotation_of_their_own_and_an_unknown_user_stays_somebody(project: Project, tmp_path: Path) -> None:
    inside = coding(STANDARD, "Bias", "c1", "ann") + coding(STANDARD, "Bias", "c2", "bo") + coding(STANDARD, "Bias", "c3", "who")
    sources = text_source(STANDARD, marked("last line", 0, inside, "bo") + marked("𠮷田说", 1, "", "bo"))
    refi.merge(project, of_parts(tmp_path / "a.qdpx", {"Sources": sources}))
    [article] = project.articles.all()
    found = [each for each in project.annotations.of(article.id) if each.exact == "last line"]
    names = {project.coders.get(each.coder).name: each for each in found}
    assert set(names) == {"Ann", "Bo", f"Unknown coder {guid('who')[:8]}"}
    assert names["Bo"].uuid == guid("selection 0")
    assert all(len(each.taggings) == 1 for each in found)
    assert [each.taggings for each in project.annotations.of(article.id) if each.exact == "𠮷田说"] == [()]
    assert project.coders.get(project.me).name == "林一"
    assert project.coders.get(project.me).annotations == 0


def test_notes_come_by_references_and_by_links_onto_what_they_are_about(project: Project, tmp_path: Path) -> None:
    book = (
        f'<Code guid="{guid("Bias")}" name="Bias" isCodable="true"><Description>what skews</Description>{refer("on code")}</Code>'
    )
    sources = text_source(
        STANDARD, marked("last line", 0, refer("memo") + coding(STANDARD, "Bias", "c")), inside=refer("on text")
    )
    words = {"memo": "memo: why\n so", "on code": "a code", "on text": "a text"}
    words |= {"linked": "by a link", "free": "on its own", "answer": "an answer"}
    notes = "".join(note(*pair) for pair in words.items())
    links = f'<Link guid="{guid("l1")}" name="x" originGUID="{guid("linked")}" targetGUID="{guid("selection 0")}"/>'
    links += f'<Link guid="{guid("l2")}" name="reply" originGUID="{guid("answer")}" targetGUID="{guid("memo")}"/>'
    parts = {"CodeBook": f"<Codes>{book}</Codes>", "Sources": sources, "Notes": notes, "Links": links}
    refi.merge(project, of_parts(tmp_path / "a.qdpx", parts))
    [article] = project.articles.all()
    [annotation] = project.annotations.of(article.id)
    assert {each.text for each in annotation.notes} == {"memo: why\n so", "# linked\n\nby a link"}
    assert [reply.text for each in annotation.notes for reply in each.replies] == ["# answer\n\nan answer"]
    code = project.codes.by_ref(guid("Bias"))
    assert [each.text for each in project.notes.of("code", [code])[code]] == ["# on code\n\na code"]
    assert [each.text for each in project.notes.of("article", [article.id])[article.id]] == ["# on text\n\na text"]
    assert [each.text for each in project.notes.journal()] == ["# free\n\non its own"]
    assert project.codes.get(code).definition_en == "what skews"
    assert {project.coders.get(each.coder).name for each in project.notes.all()} == {"Ann"}


def test_bad_ranges_and_dangling_references_are_listed_and_nothing_is_clamped(project: Project, tmp_path: Path) -> None:
    sources = marked(
        "last line", 0, coding(STANDARD, "Bias", "c") + coding(STANDARD, "no such code", "d") + refer("no such note")
    )
    for number, (start, end) in enumerate((("5", "4000"), ("9", "9"), ("12", "7"), ("-3", "4"), ("x", "4"), ("1", "9" * 40)), 10):
        sources += f'<PlainTextSelection guid="{guid(str(number))}" startPosition="{start}" endPosition="{end}"/>'
    _, previewed = refi.merge(project, of_parts(tmp_path / "a.qdpx", {"Sources": text_source(STANDARD, sources)}))
    [article] = project.articles.all()
    assert [each.exact for each in project.annotations.of(article.id)] == ["last line"]
    told = previewed.as_dict()
    assert told["dropped"] == {"annotation": 6, "tagging": 1, "reference": 1}
    assert all(any(guid(str(number)) in reason for reason in told["reasons"]) for number in range(10, 16))
    assert any(guid("no such code") in reason for reason in told["reasons"])


def aside_parts() -> dict[str, str]:
    """Everything that is not shown here, beside a PDF whose text is."""
    picture = (
        f'<PictureSource guid="{guid("picture")}" name="P" path="internal://p.jpg"><PictureSelection guid="{guid("area")}"'
        f' firstX="1" firstY="2" secondX="3" secondY="4">{coding(STANDARD, "Bias", "pc")}</PictureSelection></PictureSource>'
    )
    pdf = (
        f'<PDFSource guid="{guid("pdf")}" name="One.pdf" path="internal://d.pdf"><PDFSelection guid="{guid("pdf area")}" page="1"'
        f' firstX="1" firstY="2" secondX="3" secondY="4">{coding(STANDARD, "Bias", "ac")}</PDFSelection>'
        f'<Representation guid="{guid("One")}" name="One" plainTextPath="internal://{guid("One")}.txt">'
        f'{marked("last line", 0, coding(STANDARD, "Bias", "c"))}</Representation></PDFSource>'
    )  # fmt: skip
    sets = f'<Set guid="{guid("set")}" name="S">{refer("Bias", element="MemberCode")}{refer("One", element="MemberSource")}</Set>'
    graph = f'<Graph guid="{guid("graph")}" name="G">'
    graph += f'<Vertex guid="{guid("v")}" representedGUID="{guid("Bias")}" firstX="0" firstY="1"/></Graph>'
    case = f'<Case guid="{guid("case")}" name="A person">{refer("selection 0", element="SelectionRef")}</Case>'
    link = f'<Link guid="{guid("link")}" name="sees" originGUID="{guid("picture")}" targetGUID="{guid("selection 0")}"/>'
    return {"Sources": picture + pdf, "Sets": sets, "Graphs": graph, "Cases": case, "Links": link}


def test_what_cannot_be_shown_is_kept_for_the_next_export_and_counted(project: Project, tmp_path: Path) -> None:
    files = (("sources/p.jpg", b"\xff\xd8 picture"), ("sources/d.pdf", b"%PDF-1.4 pages"))
    _, previewed = refi.merge(project, of_parts(tmp_path / "a.qdpx", aside_parts(), *files))
    kinds = {"PictureSource": 1, "PDFSelection": 1, "Set": 1, "Graph": 1, "Case": 1, "Link": 1}
    assert previewed.as_dict()["kept_aside"] == kinds
    [article] = project.articles.all()
    assert [each.exact for each in project.annotations.of(article.id)] == ["last line"]
    assert project.articles.original(article.id) == b"%PDF-1.4 pages"
    report = refi.write(project, tmp_path / "b.qdpx")
    assert report.carried["PictureSource"] == report.carried["Set"] == 1
    with zipfile.ZipFile(tmp_path / "b.qdpx") as archive:
        words = archive.read("project.qde").decode()
        assert (archive.read("sources/p.jpg"), archive.read("sources/d.pdf")) == (files[0][1], files[1][1])
    for name in ("picture", "area", "pdf", "pdf area", "set", "graph", "case", "link"):
        assert f'guid="{guid(name)}"' in words
    project.undo()
    assert refi.kept_aside(project).groups.get("Sets", []) == []


def test_what_was_kept_loses_what_it_refers_to_when_that_is_removed(project: Project, tmp_path: Path) -> None:
    refi.merge(project, of_parts(tmp_path / "a.qdpx", aside_parts(), ("sources/p.jpg", b"x"), ("sources/d.pdf", b"%PDF")))
    project.codes.remove(project.codes.by_ref(guid("Bias")))
    report = refi.write(project, tmp_path / "b.qdpx")
    with zipfile.ZipFile(tmp_path / "b.qdpx") as archive:
        words = archive.read("project.qde").decode()
    assert guid("Bias") not in words
    assert report.dropped["reference"] > 0
    assert f'guid="{guid("area")}"' in words


def test_cases_named_after_an_instrument_link_to_it_and_variables_become_fields(project: Project, tmp_path: Path) -> None:
    title = project.instruments.get(project.instruments.by_ref("eu-ai-act")).title_en
    case = f'<Case guid="{guid("case")}" name="{title}">{refer("selection 0", element="SelectionRef")}</Case>'
    variable = f'<Variable guid="{guid("v")}" name="Country" typeOfVariable="Text"/>'
    value = f"<VariableValue>{refer('v', element='VariableRef')}<TextValue>FR</TextValue></VariableValue>"
    parts = {"Cases": case, "Variables": variable, "Sources": text_source(STANDARD, marked("last line", 0), inside=value)}
    refi.merge(project, of_parts(tmp_path / "a.qdpx", parts))
    [article] = project.articles.all()
    [annotation] = project.annotations.of(article.id)
    assert [link.key for link in annotation.links] == ["eu-ai-act"]
    assert project.fields.of("article", [article.id])[article.id] == {guid("v"): ("FR",)}
    assert "Country" in {field.label_en for field in project.fields.all("article")}


def test_a_text_that_is_here_already_gets_the_passages(project: Project, tmp_path: Path) -> None:
    here = project.articles.add(draft("Here", TEXT))
    refi.merge(project, written(tmp_path / "a.qdpx", PROGRAMS["nvivo"]))
    assert [article.id for article in project.articles.all()] == [here]
    assert len(project.annotations.of(here)) == len(PASSAGES)


def test_a_passage_that_was_moved_on_both_sides_stays_whole(project: Project, copied: Opener, tmp_path: Path) -> None:
    article = project.articles.add(draft("算法与公平", ZH))
    key = project.annotations.add(article, 6, 12, codes=[project.codes.add("自建")])
    refi.write(project, tmp_path / "a.qdpx")
    with zipfile.ZipFile(tmp_path / "a.qdpx") as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    moved = members[0][1].replace(b'startPosition="6" endPosition="12"', b'startPosition="8" endPosition="12"')
    assert moved != members[0][1]
    _, previewed = refi.merge(project, packed(tmp_path / "b.qdpx", [("project.qde", moved), *members[1:]]))
    found = project.annotations.get(key)
    assert (found.start, found.end) == (6, 12)
    assert any(found.uuid in reason for reason in previewed.as_dict()["reasons"])
    assert well(project) == []


def test_inline_texts_and_other_encodings_are_read(project: Project, tmp_path: Path) -> None:
    inline = f'<TextSource guid="{guid("One")}" name="One"><PlainTextContent>{TEXT}</PlainTextContent>'
    inline += f"{marked('last line', 0)}</TextSource>"
    words = contents(STANDARD, {"Sources": inline}).decode().replace('encoding="utf-8"', 'encoding="utf-16"')
    path = packed(tmp_path / "a.qdpx", [("PROJECT.QDE", words.encode("utf-16"))])
    refi.merge(project, path)
    [article] = project.articles.all()
    assert project.articles.version(article.id).text == TEXT
    other = packed(tmp_path / "b.qdpx", [
        ("project.qde", contents(STANDARD, {"Sources": text_source(STANDARD, "", "Two") + text_source(STANDARD, "", "Three")})),
        (f"sources/{guid('Two')}.txt", "第一行\r\n第二行".encode("utf-16")),
        (f"sources/{guid('Three')}.txt", "第三行，应当说明。".encode("gb18030")),
    ])  # fmt: skip
    refi.merge(project, other)
    texts = {project.articles.version(each.id).text for each in project.articles.all()}
    assert {"第一行\n第二行", "第三行，应当说明。"} < texts


class _Names:
    def __init__(self, *names: str) -> None:
        self.names = list(names)


@pytest.mark.parametrize(
    "path",
    ["internal://a b.txt", "internal:/a b.txt", "internal:///a%20b.txt", "internal://sources/A%20B.TXT", "a b.txt",
     "sources/a b.txt", "relative:///elsewhere/a b.txt", "Sources\\a b.txt"],
)  # fmt: skip
def test_files_are_found_however_their_paths_are_spelt(path: str) -> None:
    files = Files(_Names("project.qde", "Sources/a b.txt", "sources/c.txt"))  # type: ignore[arg-type]
    assert files.find(path) == "Sources/a b.txt"
    assert files.find("internal://nowhere.txt") is None
    assert files.find("") is None


def test_a_codebook_goes_out_and_comes_in(project: Project, copied: Opener, tmp_path: Path) -> None:
    top = project.codes.add("自建", "Own", colour="#112233", definition_zh="一行\n两行", number="A1")
    below = project.codes.add("下级", parent=top)
    under = project.codes.add("框架下", parent=project.codes.by_ref("asgf1.1.1"))
    report = refi.write(project, tmp_path / f"a{QDC}")
    assert report.carried["code"] == len(project.codes.all())
    other = copied("other", TWO)
    refi.merge(other, tmp_path / f"a{QDC}")
    for key in (top, below, under):
        ours = project.codes.get(key)
        theirs = other.codes.get(other.codes.by_ref(ours.uuid))
        assert (theirs.name_zh, theirs.name_en, theirs.colour, theirs.number, theirs.definition_zh) == (
            ours.name_zh, ours.name_en, ours.colour, ours.number, ours.definition_zh
        )  # fmt: skip
    assert other.codes.get(other.codes.by_ref(project.codes.get(under).uuid)).book == "asgf1"
    assert refi.preview(project, tmp_path / f"a{QDC}").plan.changes_nothing


def test_cancelling_leaves_the_project_as_it_was(project: Project, tmp_path: Path) -> None:
    path = written(tmp_path / "a.qdpx", STANDARD)
    before = state(project)

    def stop(_done: int, _total: int) -> None:
        raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        refi.preview(project, path, progress=stop)
    previewed = refi.preview(project, path)
    told: list[int] = []

    def stop_later(done: int, _total: int) -> None:
        told.append(done)
        if len(told) > 1:
            raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        refi.apply(project, previewed, progress=stop_later)
    assert len(told) == 2
    assert state(project) == before
    assert well(project) == []
    (tmp_path / "out.qdpx").write_bytes(b"older")
    refi.apply(project, previewed)
    with pytest.raises(errors.Cancelled):
        refi.write(project, tmp_path / "out.qdpx", progress=stop)
    assert (tmp_path / "out.qdpx").read_bytes() == b"older"
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_two_who_import_one_file_agree_when_they_merge(copied: Opener, tmp_path: Path) -> None:
    one, two = copied("one"), copied("two", TWO)
    path = written(tmp_path / "a.qdpx", PROGRAMS["nvivo"])
    for project in (one, two):
        refi.merge(project, path)
    bundle.write(two.contents(), tmp_path / "two.glossbundle")
    report = merging.merge(one, tmp_path / "two.glossbundle")
    assert (report.added, report.conflicts) == (0, ())
    [article] = one.articles.all()
    assert len(one.annotations.of(article.id)) == len(PASSAGES)


@pytest.mark.parametrize(("policy", "name"), [("mine", "Ours"), ("theirs", "Theirs")])
def test_what_both_renamed_is_decided_by_policy(project: Project, tmp_path: Path, policy: Policy, name: str) -> None:
    refi.merge(project, written(tmp_path / "a.qdpx", STANDARD))
    bias = project.codes.by_ref(guid("Bias"))
    project.codes.edit(bias, name_en="Ours")
    book = f'<Codes><Code guid="{guid("Bias")}" name="Theirs" isCodable="true"/></Codes>'
    later = of_parts(tmp_path / "b.qdpx", {"CodeBook": book})
    asked = refi.preview(project, later)
    assert [(clash.kind, clash.field, clash.base) for clash in asked.plan.conflicts] == [("code", "name_en", "Bias")]
    refi.merge(project, later, policy=policy)
    assert project.codes.get(bias).name_en == name


def test_a_formatted_file_and_its_text_come_and_go_together(project: Project, tmp_path: Path) -> None:
    source = text_source(STANDARD, marked("last line", 0))
    source = source.replace(" plainTextPath", ' richTextPath="internal://One.docx" plainTextPath')
    refi.merge(project, of_parts(tmp_path / "a.qdpx", {"Sources": source}, ("sources/One.docx", b"PK formatted")))
    [article] = project.articles.all()
    assert project.articles.original(article.id) == b"PK formatted"
    refi.write(project, tmp_path / "b.qdpx")
    with zipfile.ZipFile(tmp_path / "b.qdpx") as archive:
        assert b'richTextPath="internal://One.docx"' in archive.read("project.qde")
        assert archive.read("sources/One.docx") == b"PK formatted"


def test_sources_with_one_text_share_an_article(project: Project, tmp_path: Path) -> None:
    two = (f"sources/{guid('Two')}.txt", text_bytes(STANDARD))
    sources = text_source(STANDARD, marked("last line", 0)) + text_source(STANDARD, marked("𠮷田说", 1), "Two")
    _, previewed = refi.merge(project, of_parts(tmp_path / "a.qdpx", {"Sources": sources}, two))
    [article] = project.articles.all()
    assert [each.exact for each in project.annotations.of(article.id)] == ["𠮷田说", "last line"]
    assert any("Two" in reason for reason in previewed.as_dict()["reasons"])
