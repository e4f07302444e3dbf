"""Notes that are coded themselves are articles, and attributes of cases are shown at texts; both go back as they were."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from db.project import Project
from db.records import ArticleId
from db.sharing import refi
from tests.db.conftest import Opener
from tests.db.material import well
from tests.exchange.refi_files import PROGRAMS, TEXT, coding, guid, refer, text_bytes, text_source
from tests.exchange.test_refi_in import marked, of_parts
from tests.exchange.test_refi_out import listed, validated
from tests.exchange.test_refi_quirks import docx

STANDARD = PROGRAMS["standard"]
MEMO = "What they mean by audit.\nIt is a promise more than a practice.\n"


def memo(name: str = "memo", path: str = "") -> str:
    at = MEMO.index("a promise")
    inside = "" if path else f"<PlainTextContent>{MEMO}</PlainTextContent>"
    return (
        f'<Note guid="{guid(name)}" name="{name}" creatingUser="{guid("ann")}"{path}>{inside}'
        f'<PlainTextSelection guid="{guid("in " + name)}" name="a promise" startPosition="{at}" endPosition="{at + 9}">'
        f"{coding(STANDARD, 'Bias', 'c ' + name)}</PlainTextSelection>{coding(STANDARD, 'Bias', 'w ' + name)}</Note>"
    )


def at_home(project: Project) -> dict[str, ArticleId]:
    return {article.title: article.id for article in project.articles.all()}


@pytest.mark.parametrize("attached", [False, True])
def test_a_coded_note_is_an_article_in_a_collection_and_goes_back(
    project: Project, copied: Opener, tmp_path: Path, *, attached: bool
) -> None:
    sources = text_source(STANDARD, marked("last line", 0, refer("memo") if attached else ""))
    path = of_parts(tmp_path / "a.qdpx", {"Sources": sources, "Notes": memo()})
    validated(path)
    _report, previewed = refi.merge(project, path)
    there = at_home(project)
    assert set(there) == {"One", "memo"}
    found = project.annotations.of(there["memo"])
    assert sorted(each.exact for each in found) == ["", "a promise"]
    assert all(len(each.taggings) == 1 for each in found)
    assert [each.name for each in project.collections.all()] == ["Memos"]
    assert previewed.fidelity.dropped == {}
    notes = [each.text for mark in project.annotations.of(there["One"]) for each in mark.notes]
    assert (notes, project.notes.journal()) == ([MEMO] if attached else [], [])
    assert well(project) == []
    refi.write(project, tmp_path / "study.qdpx")
    root = validated(tmp_path / "study.qdpx")
    assert [each.get("guid") for each in root.iter("{*}Note")] == [guid("memo")]
    assert [each.get("targetGUID") for each in root.iter("{*}MemberNote")] == [guid("memo")]
    assert [each.get("targetGUID") for each in root.iter("{*}NoteRef")] == [guid("memo")] * attached
    assert refi.preview(project, path).plan.changes_nothing
    assert refi.preview(project, tmp_path / "study.qdpx").plan.changes_nothing
    other = copied("other")
    refi.merge(other, tmp_path / "study.qdpx")
    assert set(at_home(other)) == {"One", "memo"}
    refi.write(other, tmp_path / "again.qdpx")
    one, two = (listed(tmp_path / name).decode().split("\n")[2:] for name in ("study.qdpx", "again.qdpx"))
    assert one == two


def test_a_note_that_was_rewritten_goes_beside_its_coded_text(project: Project, tmp_path: Path) -> None:
    sources = text_source(STANDARD, marked("last line", 0, refer("memo")))
    refi.merge(project, of_parts(tmp_path / "a.qdpx", {"Sources": sources, "Notes": memo()}))
    [mark] = project.annotations.of(at_home(project)["One"])
    project.code_as(mark.coder)
    project.notes.edit(mark.notes[0].id, "Rewritten.")
    refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    assert sorted(len(list(each.iter("{*}PlainTextSelection"))) for each in root.iter("{*}Note")) == [0, 1]
    assert refi.preview(project, tmp_path / "b.qdpx").plan.changes_nothing


def test_formatted_notes_have_their_words_and_keep_their_file(project: Project, tmp_path: Path) -> None:
    rich = f'<Note guid="{guid("rich")}" name="rich" richTextPath="internal://n.docx"/>'
    coded = memo("coded", ' richTextPath="internal://m.docx"')
    odd = f'<Note guid="{guid("odd")}" name="odd" richTextPath="internal://o.rtf"/>'
    files = (
        ("sources/n.docx", docx("Words of a memo.")), ("sources/m.docx", docx(MEMO)), ("sources/o.rtf", b"{\\rtf1 odd}")
    )  # fmt: skip
    parts = {"Sources": text_source(STANDARD, marked("last line", 0)), "Notes": rich + coded + odd}
    _report, previewed = refi.merge(project, of_parts(tmp_path / "a.qdpx", parts, *files))
    assert sorted(each.text for each in project.notes.journal()) == ["# odd", "# rich\n\nWords of a memo."]
    assert "coded" in at_home(project)
    assert previewed.fidelity.kept_aside == {"richTextPath": 3}
    refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    assert {each.get("guid") for each in root.iter("{*}Note")} == {guid("rich"), guid("coded"), guid("odd")}
    with zipfile.ZipFile(tmp_path / "b.qdpx") as archive:
        assert {data for _name, data in files} <= {archive.read(name) for name in archive.namelist()}


def case(name: str, country: str, *sources: str) -> str:
    value = f"<VariableValue>{refer('v', element='VariableRef')}<TextValue>{country}</TextValue></VariableValue>"
    within = "".join(refer(each, element="SourceRef") for each in sources)
    return f'<Case guid="{guid(name)}" name="{name}">{value}{within}</Case>'


def test_attributes_of_a_case_are_fields_of_its_texts(project: Project, tmp_path: Path) -> None:
    two = (f"sources/{guid('Two')}.txt", text_bytes(STANDARD) + b"2")
    three = (f"sources/{guid('Three')}.txt", text_bytes(STANDARD) + b"3")
    own = f"<VariableValue>{refer('v', element='VariableRef')}<TextValue>IT</TextValue></VariableValue>"
    sources = text_source(STANDARD, "") + text_source(STANDARD, "", "Two", inside=own) + text_source(STANDARD, "", "Three")
    cases = case("Ann", "FR", "One", "Two", "Three") + case("Bob", "DE", "Three")
    variable = f'<Variable guid="{guid("v")}" name="Country" typeOfVariable="Text"/>'
    parts = {"Sources": sources, "Cases": cases, "Variables": variable}
    path = of_parts(tmp_path / "a.qdpx", parts, two, three)
    _report, previewed = refi.merge(project, path)
    there = at_home(project)
    values = {title: project.fields.of("article", [key]).get(key, {}) for title, key in there.items()}
    assert values == {"One": {guid("v"): ("FR",)}, "Two": {guid("v"): ("IT",)}, "Three": {}}
    assert previewed.fidelity.changed["Case"] == 1
    project.fields.set("article", there["One"], guid("v"), "ES")
    refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    assert {each.get("guid") for each in root.iter("{*}Case")} == {guid("Ann"), guid("Bob")}
    assert refi.preview(project, path).plan.changes_nothing
    assert refi.preview(project, tmp_path / "b.qdpx").plan.changes_nothing
    assert TEXT in [project.articles.version(key).text for key in there.values()]
