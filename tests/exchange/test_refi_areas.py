"""Areas of PDFs that come with their words are passages, once each, and go back as areas."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.project import Project
from db.sharing import refi
from tests.db.conftest import Opener
from tests.db.material import well
from tests.exchange.refi_files import CODES, PROGRAMS, TEXT, coding, contents, guid, packed
from tests.exchange.test_refi_in import marked
from tests.exchange.test_refi_out import listed, validated

STANDARD = PROGRAMS["standard"]


def area(number: int, words: str, inside: str = "") -> str:
    text = f'<Representation guid="{guid(f"words {number}")}"><PlainTextContent>{words}</PlainTextContent></Representation>'
    said, colon, _rest = inside.partition("</Description>")
    text = said + colon + text if colon else text
    inside = inside.removeprefix(said + colon) if colon else inside
    return (
        f'<PDFSelection guid="{guid(f"area {number}")}" page="{number}" firstX="1" firstY="2" secondX="3" secondY="4">'
        f"{text if words else ''}{inside or coding(STANDARD, CODES[0], f'area coding {number}')}</PDFSelection>"
    )


def pdf(folder: Path, areas: str, inside: str | None) -> Path:
    whole = (
        ""
        if inside is None
        else f'<Representation guid="{guid("text")}" plainTextPath="internal://d.txt">{inside}</Representation>'
    )
    source = f'<PDFSource guid="{guid("pdf")}" name="Law" path="internal://d.pdf">{areas}{whole}</PDFSource>'
    members = [("sources/d.pdf", b"%PDF-1.4"), *([("sources/d.txt", TEXT.encode())] if inside is not None else [])]
    return packed(folder / "a.qdpx", [("project.qde", contents(STANDARD, {"Sources": source})), *members])


def quotes(project: Project) -> list[str]:
    return sorted(each.exact for article in project.articles.all() for each in project.annotations.of(article.id))


@pytest.mark.parametrize("whole", [True, False])
def test_areas_with_words_are_passages_and_go_back_as_areas(
    project: Project, copied: Opener, tmp_path: Path, *, whole: bool
) -> None:
    areas = (
        area(0, "last  line", f"<Description>why</Description>{coding(STANDARD, CODES[0], 'c')}")
        + area(1, "")
        + area(2, "Who audits\nthe auditors?")
        + area(3, "" if whole else "last line")
    )
    path = pdf(tmp_path, areas, "" if whole else None)
    validated(path)
    _report, previewed = refi.merge(project, path)
    assert len(quotes(project)) == 2 + (not whole)
    assert {" ".join(each.split()) for each in quotes(project)} == {"last line", "Who audits the auditors?"}
    assert previewed.fidelity.kept_aside == {"PDFSelection": 1 + whole}
    assert well(project) == []
    refi.write(project, tmp_path / "study.qdpx")
    root = validated(tmp_path / "study.qdpx")
    assert [each.get("guid") for each in root.iter("{*}PDFSelection")] == [guid(f"area {number}") for number in range(4)]
    assert len(list(root.iter("{*}Coding"))) == 4
    assert list(root.iter("{*}PlainTextSelection")) == []
    assert refi.preview(project, path).plan.changes_nothing
    assert refi.preview(project, tmp_path / "study.qdpx").plan.changes_nothing
    other = copied("other")
    refi.merge(other, tmp_path / "study.qdpx")
    assert quotes(other) == quotes(project)
    refi.write(other, tmp_path / "again.qdpx")
    one, two = (listed(tmp_path / name).decode().split("\n")[2:] for name in ("study.qdpx", "again.qdpx"))
    assert one == two


def test_a_passage_that_is_both_an_area_and_a_selection_is_there_once(project: Project, tmp_path: Path) -> None:
    path = pdf(tmp_path, area(0, "last line"), marked("last line", 0, coding(STANDARD, CODES[0], "c")))
    refi.merge(project, path)
    assert quotes(project) == ["last line"]
    refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    assert len(list(root.iter("{*}PDFSelection"))) == len(list(root.iter("{*}PlainTextSelection"))) == 1
    assert refi.preview(project, tmp_path / "b.qdpx").plan.changes_nothing


def test_an_area_goes_with_its_passage_and_takes_new_codes(project: Project, tmp_path: Path) -> None:
    refi.merge(project, pdf(tmp_path, area(0, "last line") + area(1, "Nobody asked"), ""))
    [article] = project.articles.all()
    marks = {each.exact: each for each in project.annotations.of(article.id)}
    project.code_as(marks["last line"].coder)
    project.annotations.remove([marks["last line"].id])
    project.annotations.tag(marks["Nobody asked"].id, project.codes.by_ref(guid(CODES[1])))
    refi.write(project, tmp_path / "b.qdpx")
    [left] = validated(tmp_path / "b.qdpx").iter("{*}PDFSelection")
    assert left.get("guid") == guid("area 1")
    assert {each.get("targetGUID") for each in left.iter("{*}CodeRef")} == {guid(CODES[0]), guid(CODES[1])}
