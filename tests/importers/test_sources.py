"""Folders, archives and saved pages: what is found in them, what is passed over, and what means harm."""

from __future__ import annotations

import io
import os
import socket
import struct
import sys
import zipfile
from pathlib import Path

import pytest

from db import importers
from db.errors import CannotImport
from db.importers import kinds, mhtml, packed
from db.importers.sources import CIRCLE, LISTED, LISTED_MISSING, NESTED, NO_FILES, OTHER_KINDS, UNREADABLE, leads_back
from resources.words import say
from tests.importers.making import docx, epub, paragraph, pdf, relation, zipped

SENTENCE = "治理需要各方参与，也需要把责任写清楚。"
PAGE = f"<html><body><h1>题目</h1><img src=a_files/x.png><p>{SENTENCE * 3}</p></body></html>"


def outcomes(*paths: Path, recursive: bool = True) -> dict[str, str]:
    """Read everything, and give the first line or the reason for each name, relative to the first path."""
    found = {}
    for source in importers.sources(paths, recursive=recursive):
        name = os.path.relpath(source.name, paths[0]).replace(os.sep, "/")
        try:
            found[name] = importers.read_source(source).text.split("\n")[0]
        except CannotImport as error:
            found[name] = str(error).removeprefix(f"{source.name}: ")
    return found


def fill(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_a_folder_gives_what_can_be_read_and_passes_over_the_rest(tmp_path: Path) -> None:
    fill(
        tmp_path,
        {
            "a.md": "# 甲\n\n" + SENTENCE,
            "b/c.txt": SENTENCE,
            "b/report": pdf([[(50, 700, 10, "Some words of a report")]]),
            "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "photo.png": b"\x89PNG",
            "style.css": "p{}",
            ".hidden.md": SENTENCE,
            ".git/x.md": SENTENCE,
            "empty.md": "",
            "Thumbs.db": b"x",
            "__MACOSX/a.md": SENTENCE,
            "~$b.docx": b"x",
            "sheet.xlsx": b"PK\x03\x04",
        },
    )
    found = outcomes(tmp_path)
    assert set(found) == {"a.md", "b/c.txt", "b/report", "old.doc", "empty.md", "."}
    assert found["."] == "Files of other kinds that were left out: 3 (photo.png, sheet.xlsx, style.css)."
    assert (found["a.md"], found["b/report"]) == ("甲", "Some words of a report")
    assert found["old.doc"].startswith("This file is in an old format")
    assert set(outcomes(tmp_path, recursive=False)) == {"a.md", "old.doc", "empty.md", "."}


def test_empty_files_of_a_folder_or_archive_are_lines_like_one_that_is_named(tmp_path: Path) -> None:
    names = ("a.md", "b/c.pdf", "d.zip", "e.doc")
    passed = {".hidden.md": "", "notes.log": "", "mark": "", "list.bib": "", "__MACOSX/a.md": ""}
    files: dict[str, str | bytes] = dict.fromkeys(names, "") | passed | {"f.txt": SENTENCE}
    folder = fill(tmp_path / "in", files)
    (tmp_path / "z.zip").write_bytes(zipped(files))
    [said] = outcomes(folder / "a.md").values()
    assert said == "The file is empty. Save the page again, or choose another file."
    wanted = dict.fromkeys(names, said) | {"f.txt": SENTENCE}
    assert outcomes(folder) == wanted
    assert outcomes(tmp_path / "z.zip") == wanted


def test_a_saved_page_is_one_article_and_the_folder_of_its_parts_is_passed_over(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {
        "a.html": PAGE,
        "a_files/frame.html": PAGE,
        "a_files/deep/x.htm": PAGE,
        "b.htm": PAGE,
        "b.files/y.htm": PAGE,
    }
    parts |= {"lonely_files/z.html": PAGE}
    assert set(outcomes(fill(tmp_path / "in", parts))) == {"a.html", "b.htm", "lonely_files/z.html"}
    archive = tmp_path / "z.zip"
    archive.write_bytes(zipped({f"saved/{name}": content for name, content in parts.items()}))
    assert set(outcomes(archive)) == {"saved/a.html", "saved/b.htm", "saved/lonely_files/z.html"}


def test_an_archive_gives_its_files_and_those_of_the_archives_in_it(tmp_path: Path) -> None:
    innermost = zipped({"d.txt": SENTENCE})
    inner = zipped({"c.txt": "丙" + SENTENCE, "deeper.zip": innermost, "doc.docx": docx(paragraph(SENTENCE))})
    files: dict[str, bytes | str] = {
        "a.html": PAGE,
        "b.epub": epub({"x.xhtml": f"<p>{SENTENCE}</p>"}),
        "in.zip": inner,
        "__MACOSX/._a.html": "x",
    }
    (tmp_path / "all.data").write_bytes(zipped(files))
    found = outcomes(tmp_path / "all.data")
    assert set(found) == {"a.html", "b.epub", "in.zip/c.txt", "in.zip/deeper.zip", "in.zip/doc.docx"}
    assert "archive in an archive" in found["in.zip/deeper.zip"]
    assert found["in.zip/c.txt"] == "丙" + SENTENCE


def test_a_locked_or_damaged_file_in_an_archive_does_not_stop_the_rest(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": SENTENCE, "b.txt": SENTENCE * 50, "c.txt": SENTENCE, "d.pdf": b"%PDF-1.4 nothing"}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        second = archive.getinfo("b.txt").header_offset
    data[second + 40] ^= 0xFF
    for place in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[place : place + 2] = struct.pack("<H", 1)
    (tmp_path / "a.zip").write_bytes(bytes(data))
    found = outcomes(tmp_path / "a.zip")
    assert "locked with a password" in found["a.txt"]
    assert "damaged" in found["b.txt"]
    assert found["c.txt"] == SENTENCE
    assert "damaged" in found["d.pdf"]


def test_zip_bombs_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.zip").write_bytes(zipped({"a.txt": b"0" * 60_000_000, "b.txt": SENTENCE}))
    [reason] = outcomes(tmp_path / "bomb.zip").values()
    assert "far more than it should (57 MB)" in reason
    inner = zipped({"a.txt": b"0" * 60_000_000})
    (tmp_path / "outer.zip").write_bytes(zipped({"in.zip": inner, "b.txt": SENTENCE}))
    found = outcomes(tmp_path / "outer.zip")
    assert "far more" in found["in.zip"]
    assert found["b.txt"] == SENTENCE


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    data = zipped({f"{n}.txt": os.urandom(2000) for n in range(5)})
    start = data.find(b"PK\x01\x02")
    entries = data[start : data.find(b"PK\x05\x06")].split(b"PK\x01\x02")[1:]
    same = b"".join(b"PK\x01\x02" + entry[:38] + b"\0\0\0\0" + entry[42:] for entry in entries * 4)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 20, 20, len(same), start, 0)
    (tmp_path / "o.zip").write_bytes(data[:start] + same + end)
    [reason] = outcomes(tmp_path / "o.zip").values()
    assert "far more" in reason


def test_names_are_shown_clean_and_lead_nowhere(tmp_path: Path) -> None:
    names = {"../../up.txt": SENTENCE, "/etc/root.txt": SENTENCE, "a\x1b[2Jb.txt": SENTENCE, "C:\\x\\y.txt": SENTENCE}
    (tmp_path / "n.zip").write_bytes(zipped(dict(names)))
    assert set(outcomes(tmp_path / "n.zip")) == {"up.txt", "etc/root.txt", "a�[2Jb.txt", "C:/x/y.txt"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.zip"]


def test_names_in_a_chinese_encoding_are_read(tmp_path: Path) -> None:
    data = zipped({"AAAAAAAA.txt": SENTENCE}).replace(b"AAAAAAAA", "治理报告".encode("gb18030"))
    (tmp_path / "n.zip").write_bytes(data)
    assert set(outcomes(tmp_path / "n.zip")) == {"治理报告.txt"}


@pytest.mark.skipif(sys.platform == "win32", reason="links ask for rights there")
def test_links_that_lead_in_a_circle_end_with_a_line(tmp_path: Path) -> None:
    fill(tmp_path, {"in/a.txt": SENTENCE, "in/b/c.txt": SENTENCE})
    (tmp_path / "in/b/up").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in/twice").symlink_to(tmp_path / "in/b", target_is_directory=True)
    (tmp_path / "in/self.txt").symlink_to(tmp_path / "in/self.txt")
    (tmp_path / "in/gone.txt").symlink_to(tmp_path / "nowhere.txt")
    found = outcomes(tmp_path / "in")
    assert {"a.txt", "b/c.txt", "b/up", "gone.txt"} <= set(found)
    assert "leads back to a folder it lies in" in found["b/up"]
    assert "no such file" in found["gone.txt"]
    assert sum(text == SENTENCE for text in found.values()) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_name_with_control_characters_on_disk_is_shown_clean(tmp_path: Path) -> None:
    (tmp_path / "a\x1b]0;x\x07\n.txt").write_text(SENTENCE, "utf-8")
    assert outcomes(tmp_path) == {"a�]0;x��.txt": SENTENCE}


def test_a_missing_file_and_an_empty_folder_are_lines_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    reasons = [*outcomes(tmp_path / "none.md").values(), *outcomes(tmp_path / "empty").values()]
    assert [reason.split(".")[0] for reason in reasons] == ["There is no such file", "Nothing to import was found in it"]


def test_a_named_file_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    fill(tmp_path, {"notes.xyz": SENTENCE})
    assert outcomes(tmp_path / "notes.xyz") == {".": SENTENCE}


def test_nothing_opens_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("an importer reached for the network")

    link = relation("r1", "image", "http://127.0.0.1:9/a.png")
    entity = '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'
    fill(
        tmp_path,
        {
            "a.html": f'{entity}<html><head><base href="http://127.0.0.1:9/"></head><body><h1>题</h1><p>{SENTENCE}</p></body></html>',
            "b.docx": docx(paragraph(SENTENCE), relations=link),
            "c.epub": epub({"x.xhtml": f"<p>{SENTENCE}<img src='http://127.0.0.1:9/i.png'/></p>"}),
            "d.pdf": pdf([[(50, 700, 10, "Some words of a report")]]),
            "e.md": f"# 题\n\n![图](http://127.0.0.1:9/i.png)\n\n{SENTENCE}",
            "f.zip": zipped({"g.html": PAGE}),
            "h.mht": "From: a\nSubject: b\nContent-Type: text/html\n\n" + PAGE,
        },
    )
    importers.read_bytes(PAGE.encode(), "warm.html")  # what is loaded once may look at the system
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    found = outcomes(tmp_path)
    assert len(found) == 7
    assert not [reason for reason in found.values() if reason.endswith(".")]


def test_an_entity_that_names_a_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words", "utf-8")
    uri = (tmp_path / "secret.txt").as_uri()
    document = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{uri}">]><document><body><p><r><t>{SENTENCE}&x;</t></r></p></body></document>'
    data = zipped({"[Content_Types].xml": "<a/>", "_rels/.rels": "<a/>", "word/document.xml": document})
    with pytest.raises(CannotImport, match="damaged"):
        importers.read_bytes(data, "a.docx")


def test_a_page_nested_very_deep_and_a_very_large_one_are_read_or_refused(tmp_path: Path) -> None:
    deep = f"<html><body><h1>题</h1>{'<div>' * 100_000}<p>{SENTENCE}</p>"
    fill(tmp_path, {"deep.html": deep})
    assert outcomes(tmp_path) == {"deep.html": "题"}
    with (tmp_path / "huge.html").open("wb") as stream:
        stream.truncate(201 * 1024 * 1024)
    assert "larger than 200 MB" in outcomes(tmp_path)["huge.html"]


@pytest.mark.skipif(sys.platform == "win32", reason="links ask for rights there")
def test_a_link_to_a_folder_above_is_never_followed_and_one_to_another_folder_once(tmp_path: Path) -> None:
    names = ("foreign.txt", "in/a.txt", "beside/b.txt", "beside/deep/c.txt")
    fill(tmp_path, {name: name + SENTENCE for name in names})
    links = {"in/loop": "..", "in/root": "../..", "in/b": "../beside", "in/again": "../beside", "beside/deep/up": "../.."}
    for link, target in links.items():
        (tmp_path / link).symlink_to(target, target_is_directory=True)
    found = outcomes(tmp_path / "in")
    refused = {name for name, said in found.items() if "leads back to a folder it lies in" in said}
    assert refused == {"loop", "root", "again/deep/up"}
    assert {name: said for name, said in found.items() if name not in refused} == {
        "a.txt": "in/a.txt" + SENTENCE,
        "again/b.txt": "beside/b.txt" + SENTENCE,
        "again/deep/c.txt": "beside/deep/c.txt" + SENTENCE,
    }


@pytest.mark.parametrize(
    ("way", "real", "back"),
    [
        (("/a/b",), "/a", True),
        (("/a/b",), "/a/b", True),
        (("/a/b",), "/", True),
        (("/a/b",), "/a/bc", False),
        (("/a/b", "/c"), "/a", True),
        (("/a/b",), "/c", False),
    ],
)
def test_a_folder_leads_back_if_it_is_or_holds_one_on_the_way_to_it(way: tuple[str, ...], real: str, back: bool) -> None:
    assert leads_back(real.replace("/", os.sep), [each.replace("/", os.sep) for each in way]) is back


def test_a_damaged_book_or_document_is_a_line_that_says_which_kind_it_is(tmp_path: Path) -> None:
    broken = zipped({"some.txt": SENTENCE})
    fill(
        tmp_path, {"a.epub": broken, "b.docx": broken, "c.epub": broken[:60], "d.docx": b"\x00\x01\x02" * 90, "e.pdf": b"%PDF-1"}
    )
    found = outcomes(tmp_path)
    assert [said.partition(" is damaged")[0] for said in found.values()] == [
        "This e-book", "This Word document", "This e-book", "This Word document", "This PDF",
    ]  # fmt: skip
    assert outcomes(tmp_path / "a.epub") == {".": found["a.epub"]}


def test_what_is_of_other_kinds_in_an_archive_is_one_line_too(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": SENTENCE} | {f"{n}.png": b"x" for n in range(7)}))
    (tmp_path / "b.zip").write_bytes(zipped({"x.png": b"x"}))
    found = outcomes(tmp_path / "a.zip")
    assert found["."] == "Files of other kinds that were left out: 7 (0.png, 1.png, 2.png, 3.png, 4.png, …)."
    said = [reason.split(".")[0] for reason in reasons(tmp_path / "b.zip")]
    assert said == ["Nothing to import was found in it", "Files of other kinds that were left out: 1 (x"]


def reasons(*paths: Path) -> list[str]:
    """Give what is said of each source that is no article, those of one name too."""
    found = []
    for source in importers.sources(paths):
        try:
            source.load()
        except CannotImport as error:
            found.append(str(error).removeprefix(f"{source.name}: "))
    return found


def test_a_chosen_reference_list_says_what_became_of_it(tmp_path: Path) -> None:
    ris = "TY  - JOUR\nTI  - One\nL1  - files/1/a.txt\nER  - \nTY  - JOUR\nTI  - Two\nL1  - files/2/lost.pdf\nER  - \n"
    fill(tmp_path, {"refs.ris": ris.replace("files/2/lost.pdf", "https://example.org/x.pdf"), "more.ris": ris, "a.txt": SENTENCE})
    text, whole, partly = tmp_path / "a.txt", tmp_path / "refs.ris", tmp_path / "more.ris"
    assert [said.split(".")[0] for said in reasons(whole, text)] == ["This file lists references"]
    assert reasons(whole, text)[0].endswith("what it says was put with the files it is about.")
    [said] = reasons(text, partly)
    assert "Not here are 1 of the files they name: lost.pdf." in said
    (tmp_path / "files" / "2").mkdir(parents=True)
    (tmp_path / "files" / "2" / "lost.pdf").write_bytes(b"x")
    assert "Not here" not in reasons(text, partly)[0]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "lost.pdf").write_bytes(pdf([[(50, 700, 10, "Some words of a report")]]))
    assert "Not here" not in reasons(tmp_path / "in", partly, text)[0], "it lies in the folder given along"
    assert reasons(whole) == ["This file lists references and holds no article. "
                              "Put it beside the files it describes, then import their folder."]  # fmt: skip


def test_a_page_with_a_list_of_its_own_name_beside_it_has_one_line(tmp_path: Path) -> None:
    fill(tmp_path, {"a.html": PAGE, "a.ris": "TY  - JOUR\nTI  - One\nER  - \n"})
    assert reasons(tmp_path) == []


def test_every_sentence_of_this_module_has_its_chinese() -> None:
    module = (CIRCLE, NESTED, NO_FILES, OTHER_KINDS, LISTED, LISTED_MISSING, UNREADABLE)
    damaged = (kinds.DAMAGED_PDF, kinds.DAMAGED_DOCX, kinds.DAMAGED_EPUB, mhtml.DAMAGED, packed.DAMAGED_ZIP, importers.TOO_MUCH)
    assert [sentence for sentence in (*module, *damaged) if say("zh_CN", sentence) == sentence] == []
