"""A stranger's REFI-QDA file is refused in one sentence or read right; the project is whole after either."""

from __future__ import annotations

import io
import random
import shutil
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from db import errors
from db.project import Project
from db.sharing import refi
from tests.db.conftest import ONE
from tests.db.material import one_sentence, state, well
from tests.exchange.refi_files import PROGRAMS, contents, guid, packed, text_bytes, text_source, written
from tests.exchange.test_refi_everything import FILES, everything
from tests.exchange.test_refi_in import STANDARD, aside_parts, marked, of_parts

MUTATIONS, PARTS = 800, 4
BOMB = (
    '<!DOCTYPE Project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<Project xmlns="urn:QDA-XML:project:1.0" name="&b;"/>'
)
STRANGER = (
    '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/hostname">]><Project name="x"><Description>&x;</Description></Project>'
)


def refused(project: Project, path: Path) -> str:
    before = state(project)
    with pytest.raises(errors.CannotRead) as caught:
        refi.merge(project, path)
    one_sentence(caught.value)
    assert state(project) == before
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("words", [BOMB, STRANGER, f"<!-- <Project> --><?a b?>\n{STRANGER}"])
def test_document_types_and_entities_are_refused(project: Project, tmp_path: Path, words: str, encoding: str) -> None:
    assert "document type" in refused(project, packed(tmp_path / "a.qdpx", [("project.qde", words.encode(encoding))]))
    (tmp_path / "a.qdc").write_bytes(words.encode(encoding))
    assert "document type" in refused(project, tmp_path / "a.qdc")


def test_an_encoding_in_which_a_document_type_could_hide_is_refused(project: Project, tmp_path: Path) -> None:
    words = f'<?xml version="1.0" encoding="utf-7"?>{BOMB}'.encode("utf-7")
    assert "utf-7" in refused(project, packed(tmp_path / "a.qdpx", [("project.qde", words)]))


def test_an_undefined_entity_and_broken_words_are_refused(project: Project, tmp_path: Path) -> None:
    for words in (
        b'<Project name="&x;"/>',
        b"<Project><Users></Project>",
        b"",
        b"\xff\xfe\x00",
        b"<Project name='\xff'/>",
        b"plain",
    ):
        refused(project, packed(tmp_path / "a.qdpx", [("project.qde", words)]))
    deep = b"<Project>" + b"<Code>" * 100_000 + b"</Code>" * 100_000 + b"</Project>"
    refused(project, packed(tmp_path / "a.qdpx", [("project.qde", deep)]))
    assert "name" in refused(
        project, packed(tmp_path / "a.qdpx", [("project.qde", b"<Project name='" + b"x" * 200_000 + b"'/>")])
    )
    assert "kind" in refused(project, packed(tmp_path / "a.qdpx", [("project.qde", b"<html/>")]))


def test_archives_that_are_none_or_lack_their_list_are_refused(project: Project, tmp_path: Path) -> None:
    whole = written(tmp_path / "whole.qdpx", STANDARD).read_bytes()
    (tmp_path / "a.qdpx").write_bytes(whole[: len(whole) // 2])
    refused(project, tmp_path / "a.qdpx")
    assert "project.qde" in refused(project, packed(tmp_path / "b.qdpx", [("other.txt", b"x")]))
    two = [("project.qde", b"<Project/>"), ("second.QDE", b"<Project/>")]
    assert "several" in refused(project, packed(tmp_path / "c.qdpx", two))
    refused(project, tmp_path / "nowhere.qdpx")
    refused(project, tmp_path / "nowhere.qdc")
    refused(project, packed(tmp_path / "d.qdpx", [("project.qde", b"<Project/>"), ("../out.txt", b"x")]))
    refused(project, packed(tmp_path / "e.qdpx", [("project.qde", b"<Project>" + b" " * 5_000_000 + b"</Project>")]))
    (tmp_path / "f.qdc").write_bytes(b"<CodeBook/>")
    assert "codes" in refused(project, tmp_path / "f.qdc")


def test_paths_in_the_list_never_leave_the_archive(project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", "utf-8")
    sources = f'<TextSource guid="{guid("One")}" name="One" plainTextPath="{secret.as_uri()}"/>'
    sources += f'<TextSource guid="{guid("Two")}" name="Two" plainTextPath="internal://../../{secret.name}"/>'
    path = packed(tmp_path / "a.qdpx", [("project.qde", contents(STANDARD, {"Sources": sources}))])
    _, previewed = refi.merge(project, path)
    assert project.articles.all() == []
    assert previewed.as_dict()["dropped"] == {"article": 2}


def test_a_text_that_is_none_is_kept_aside_and_the_rest_comes(project: Project, tmp_path: Path) -> None:
    sources = text_source(STANDARD, marked("last line", 0)) + text_source(STANDARD, "", "Two")
    two = (f"sources/{guid('Two')}.txt", b"\x00\x01\x02\x00" * 9)
    _, previewed = refi.merge(project, of_parts(tmp_path / "a.qdpx", {"Sources": sources}, two))
    assert [article.title for article in project.articles.all()] == ["One"]
    assert previewed.as_dict()["kept_aside"] == {"TextSource": 1}
    assert well(project) == []


def test_one_guid_for_everything_still_gives_things_of_their_own(project: Project, tmp_path: Path) -> None:
    words = contents(STANDARD, {"Sources": text_source(STANDARD, marked("last line", 0) + marked("𠮷田说", 1))}).decode()
    for name in ("selection 0", "selection 1", "ann", "One"):
        words = words.replace(guid(name), guid("same"))
    path = packed(tmp_path / "a.qdpx", [("project.qde", words.encode()), (f"sources/{guid('same')}.txt", text_bytes(STANDARD))])
    refi.merge(project, path)
    [article] = project.articles.all()
    assert sorted(each.exact for each in project.annotations.of(article.id)) == ["last line", "𠮷田说"]
    assert well(project) == []
    assert refi.merge(project, path)[0].added == 0


def mutated(draw: random.Random, data: bytes) -> bytes:
    """Cut, double, turn or put in some bytes, or whole pieces of XML."""
    made = bytearray(data)
    for _time in range(draw.randint(1, 4) if data else 0):
        made = made or bytearray(b"<")
        at, length = draw.randrange(len(made)), draw.choice((1, 1, 2, 8, 40, 200))
        kind = draw.randrange(6)
        if kind == 0:
            del made[at : at + length]
        elif kind == 1:
            made[at:at] = made[at : at + length]
        elif kind == 2:
            made[at] = draw.randrange(256)
        elif kind == 3:
            made[at:at] = draw.choice(
                (b"<", b"&#0;", b"-1", b"\x00", b"999999999999999999999", b'" guid="', b"</Codes>", b"\xff\xfe")
            )
        else:
            _swap(draw, made)
    return bytes(made)


def _swap(draw: random.Random, made: bytearray) -> None:
    """Exchange two attribute values, so that what is well formed means something else."""
    quotes = [at for at, letter in enumerate(made) if letter == ord('"')]
    if len(quotes) < 8:
        return
    one, other = sorted(draw.sample(range(len(quotes) - 1), 2))
    first, second = (quotes[one], quotes[one + 1]), (quotes[other], quotes[other + 1])
    if first[1] <= second[0]:
        words = made[slice(*first)], made[slice(*second)]
        made[slice(*second)] = words[0]
        made[slice(*first)] = words[1]


def rearranged(draw: random.Random, data: bytes) -> bytes:
    """Change the tree itself, so that it stays well formed: elements and attributes go, double, move or mean something else."""
    root = etree.fromstring(data)
    for _time in range(draw.randint(1, 4)):
        elements = list(root.iter())[1:]
        element, other = draw.choice(elements), draw.choice(elements)
        kind = draw.randrange(6)
        if kind == 0 and element.getparent() is not None:
            element.getparent().remove(element)
        elif kind == 1 and element.getparent() is not None:
            element.addnext(deepcopy(element))
        elif kind == 2 and element not in other.iterancestors() and element is not other:
            other.append(element)
        elif kind == 3 and element.attrib:
            del element.attrib[draw.choice(list(element.attrib))]
        elif kind == 4 and element.attrib and other.attrib:
            element.set(draw.choice(list(element.attrib)), other.get(draw.choice(list(other.attrib))))
        elif element.attrib:
            value = draw.choice(("", "-1", "0", "7", "999999999999", "{ABC}", "x" * 300, "𠮷\ufffd", "2020-02-30T25:00:00"))
            element.set(draw.choice(list(element.attrib)), value)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def mutants(folder: Path, count: int, seed: int = 20261121) -> Iterator[Path]:
    """Damaged files: the list of contents as a tree or as bytes, a text or the archive itself."""
    draw = random.Random(seed)
    rich = of_parts(folder / "rich.qdpx", aside_parts(), ("sources/p.jpg", b"x"), ("sources/d.pdf", b"%PDF"))
    members = [("project.qde", everything().encode()), *((f"sources/{name}", data) for name, data in FILES.items())]
    files = [
        rich,
        packed(folder / "everything.qdpx", members),
        *(written(folder / f"{name}.qdpx", program) for name, program in PROGRAMS.items()),
    ]
    for number in range(count):
        data = draw.choice(files).read_bytes()
        if draw.random() < 0.1:
            made = mutated(draw, data)
        else:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = [(name, archive.read(name)) for name in archive.namelist()]
            at = 0 if draw.random() < 0.8 else draw.randrange(len(members))
            change = rearranged if at == 0 and draw.random() < 0.7 else mutated
            members[at] = (members[at][0], change(draw, members[at][1]))
            made = packed(folder / "made.qdpx", members).read_bytes()
        path = folder / f"mutant{number}.qdpx"
        path.write_bytes(made)
        yield path


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_files_give_a_clear_error_or_a_right_import(part: int, small: Path, tmp_path: Path) -> None:
    shutil.copy(small, tmp_path / "study.gloss")
    outcomes = {"read": 0, "refused": 0}
    with Project.open(tmp_path / "study.gloss", person=ONE) as project:
        before = state(project)
        for path in mutants(tmp_path, MUTATIONS // PARTS, 20261121 + part):
            try:
                previewed = refi.preview(project, path)
                refi.apply(project, previewed)
            except errors.CannotRead as error:
                one_sentence(error)
                outcomes["refused"] += 1
                continue
            outcomes["read"] += 1
            assert well(project) == [], path.name
            if not previewed.plan.changes_nothing:
                project.undo()
        assert state(project) == before
    assert min(outcomes.values()) > MUTATIONS // PARTS // 10
