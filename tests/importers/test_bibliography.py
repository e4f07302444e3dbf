"""Reference lists beside the files: RIS, BibTeX and CSL-JSON, and which entry is whose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db import importers
from db.errors import CannotImport
from db.importers.bibliography import entries_in
from db.importers.bibtex import bibtex_fields, plain
from db.records import Draft
from tests.importers.making import docx, paragraph

SENTENCE = "治理需要各方参与，也需要把责任写清楚。"
PAGE = "<html><head><title>网页题目</title></head><body><h1>责任的边界与治理</h1><p>2020-01-01</p>"
PAGE += f"<p>{SENTENCE * 4}</p></body></html>"
RIS = """TY  - JOUR
AU  - 王, 鹏
AU  - Doe, Jane
TI  - 责任的边界
  与治理
T2  - 某学报
DA  - 2024/03/05/
DO  - 10.1000/abc.1
UR  - https://example.org/a?utm_source=x
ID  - wang2024
ER  -
"""
BIB = r"""@string{press = "Some " # "Press"}
% a comment
@article{wang2024,
  author = {Wang, Peng and M{\"u}ller, J\'{e}r\^ome and {某研究院}},
  title = "The {AI} Act -- a \emph{first} look",
  journal = press, year = 2024, month = mar,
  file = {Full Text:files/12/a.html:text/html}, doi = {10.1000/ABC.1},
}
@comment{nothing}
@book{broken, title = {never closed
"""
CSL = [
    {
        "id": "wang2024",
        "type": "webpage",
        "title": "责任的边界与治理",
        "author": [{"family": "王", "given": "鹏"}, {"literal": "某研究院"}],
        "issued": {"date-parts": [[2024, 3]]},
        "container-title": "某网",
        "URL": "https://example.org/a",
    }
]


def drafts(*paths: Path) -> list[tuple[Draft, str]]:
    found = []
    for source in importers.sources(list(paths)):
        try:
            draft = importers.read_source(source)
        except importers.LeftOut:
            continue
        found.append((draft, importers.facts_for(source, draft).get("key", "")))
    return found


def test_ris_is_read_with_lines_that_go_on() -> None:
    assert entries_in(RIS.encode(), "a.ris") == [
        {
            "title": "责任的边界 与治理",
            "authors": "王鹏; Jane Doe",
            "publisher": "某学报",
            "published": "2024-03-05",
            "url": "https://example.org/a?utm_source=x",
            "doi": "10.1000/abc.1",
            "key": "wang2024",
        }
    ]


def test_bibtex_is_read_with_strings_accents_and_an_entry_that_never_ends() -> None:
    first, last = entries_in(BIB.encode(), "a.bib")
    assert first["authors"] == "Peng Wang; Jérôme Müller; 某研究院"
    assert (first["title"], first["publisher"], first["published"]) == ("The AI Act – a first look", "Some Press", "2024-03")
    assert (first["key"], first["files"].split("\n")) == ("wang2024", ["Full Text", "files/12/a.html"])
    assert (last["key"], last["title"]) == ("broken", "never closed")


@pytest.mark.parametrize(
    ("tex", "text"),
    [(r"Stra{\ss}e", "Straße"), (r"\v{S}koda", "Škoda"), (r"na\"{\i}ve", "naïve"), (r"A \& B", "A & B"), ("a~b``c''", "a b“c”")],
)
def test_common_tex_is_read(tex: str, text: str) -> None:
    assert plain(tex).replace("ı", "i").replace("i\u0308", "ï") == text


def test_a_long_bad_list_is_read_in_time() -> None:
    assert list(bibtex_fields("@a{" * 20_000 + "{" * 20_000)) == []
    assert len(entries_in(("TY  - JOUR\n" * 20_000).encode(), "a.ris")) == 20_000


@pytest.mark.parametrize(
    ("name", "content"), [("page.ris", RIS), ("page.json", json.dumps(CSL)), ("page.bib", BIB.replace("never closed", "x}}"))]
)
def test_a_list_of_the_same_name_overrides_what_the_page_says(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    one = content if name != "page.bib" else content.partition("@book")[0]
    (tmp_path / name).write_text(one, "utf-8")
    for given in (tmp_path, tmp_path / "page.html"):
        [(draft, key)] = drafts(given)
        assert key == "wang2024"
        assert draft.published.startswith("2024-03")
        assert draft.published_from == "file beside"
        assert len(draft.authors) >= 2
        assert draft.text.endswith(SENTENCE * 4)


def test_an_entry_is_found_by_file_doi_address_or_title(tmp_path: Path) -> None:
    page = f"<html><body><h1>另一个题目在此</h1><p>{SENTENCE * 4}</p>"
    (tmp_path / "a.html").write_text(page, "utf-8")
    (tmp_path / "b.html").write_text(page.replace("另一个", "又一个") + "<p>doi: 10.1000/xyz.9</p>", "utf-8")
    (tmp_path / "c.html").write_text(PAGE, "utf-8")
    (tmp_path / "d.html").write_text(page.replace("另一个", "第四个") + "<!-- x -->", "utf-8")
    more = "@misc{second, doi = {https://doi.org/10.1000/XYZ.9}, title={Other}}\n@misc{third, title={责任的边界与治理}}"
    (tmp_path / "list.bib").write_text(BIB.partition("@book")[0] + more, "utf-8")
    assert [key for _, key in drafts(tmp_path)] == ["wang2024", "second", "third", ""]


def test_two_entries_that_claim_the_same_title_claim_nothing(tmp_path: Path) -> None:
    (tmp_path / "c.html").write_text(PAGE, "utf-8")
    (tmp_path / "list.bib").write_text(
        "@misc{one, title={责任的边界与治理}, year=2001}\n@misc{two, title={责任的边界与治理}}", "utf-8"
    )
    assert [key for _, key in drafts(tmp_path)] == [""]


def test_a_list_alone_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "list.bib").write_text(BIB, "utf-8")
    for given in (tmp_path, tmp_path / "list.bib"):
        [source] = importers.sources([given])
        with pytest.raises(CannotImport, match="lists references and holds no article"):
            importers.read_source(source)
    with pytest.raises(CannotImport, match="lists references"):
        importers.read_bytes(RIS.encode(), "a.txt")


def test_json_that_lists_no_references_is_left_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, "utf-8")
    (tmp_path / "package.json").write_text('{"name": "x", "items": [[1]]}', "utf-8")
    assert [draft.published_from for draft, _ in drafts(tmp_path)] == ["page"]


def test_a_date_of_the_list_puts_aside_the_doubt_about_that_of_the_file(tmp_path: Path) -> None:
    core = "<dcterms:created>2013-12-23T23:15:00Z</dcterms:created>"
    (tmp_path / "a.docx").write_bytes(docx(paragraph("短题五个字", style="Title") + paragraph(SENTENCE * 4), core=core))
    assert [len(draft.remarks) for draft, _ in drafts(tmp_path)] == [1]
    (tmp_path / "list.ris").write_text(
        "TY  - RPRT\nTI  - 短题五个字\nDA  - 2021/05/06\nER  - \nTY  - RPRT\nTI  - 另一篇\nER  - \n", "utf-8"
    )
    [(draft, _)] = drafts(tmp_path)
    assert (draft.published, draft.published_from, draft.remarks) == ("2021-05-06", "file beside", ())
