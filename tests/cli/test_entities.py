"""Files whose XML declares entities, by real files through the command line: nothing of this machine is read, nothing swells."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from db.project import Project
from tests.cli.conftest import Cli
from tests.importers.making import docx, epub, paragraph

SECRET = "what only this machine knows"
SENTENCE = "算法备案让监管者第一次看清谁在提供合成服务。备案并不等于许可，它不能消除偏见与歧视，也不替代企业自己的安全评估。"
_LAUGHS = '<!ENTITY a "{}">'.format("ha" * 50) + "".join(
    f'<!ENTITY {after} "{f"&{one};" * 40}">' for one, after in zip("abcdef", "bcdefx", strict=True)
)
# What stands in the document type, by what it tries; each names the entity x.
TRIES: dict[str, str] = {
    "file": '<!ENTITY x SYSTEM "{uri}">',
    "network": '<!ENTITY x SYSTEM "http://127.0.0.1:9/x">',
    "parameter": '<!ENTITY % y SYSTEM "{uri}"> %y; <!ENTITY x "x">',
    "laughs": _LAUGHS,
    "quadratic": '<!ENTITY x "{}">'.format("long " * 20_000),
}
WAYS = [("utf-8", False), ("utf-16", False), ("utf-16-le", False), ("utf-8", True)]
_ROOT = re.compile(r"<(?![?!])([\w:.-]+)")
_WORDS = re.compile(r">([^<>\s][^<>]*)</")
_QUOTED = re.compile(r'(?<=[ ":])(name|title|val)="([^"]*)"')


def hostile(xml: str, declared: str, *, encoding: str = "utf-8", attribute: bool = False) -> bytes:
    """Put a document type before the root of a document, and the entity into its first words or its first attribute of words."""
    xml = re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", xml)
    xml = _QUOTED.sub(r'\1="&x;"', xml, count=1) if attribute else _WORDS.sub(r">&x;\1</", xml, count=1)
    start = _ROOT.search(xml)
    assert start
    xml = f"{xml[: start.start()]}<!DOCTYPE {start[1]} [{declared}]>{xml[start.start() :]}"
    return f'<?xml version="1.0" encoding="{encoding}"?>{xml}'.encode(encoding)


def spoilt(path: Path, member: str, how: Callable[[str], bytes]) -> None:
    """Put something else in place of one member of an archive."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert member in members
    members[member] = how(members[member].decode("utf-8-sig"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.fixture
def uri(tmp_path: Path) -> str:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET, "utf-8")
    return secret.as_uri()


def tried(cli: Cli, *words: object) -> int:
    """Run a command on a hostile file: success or one sentence, and no secret in it; gives the exit code."""
    code, lines, said = cli(*words)
    assert code in (0, 1)
    assert SECRET not in said + str(lines)
    return code


def clean(study: Path) -> bool:
    """Whether nothing of what was tried stands in a project."""
    with closing(Project.open(study, read_only=True)) as project:
        return not [
            line for line in project.store.connection.iterdump() if SECRET in line or "haha" in line or "long long" in line
        ]


@pytest.mark.parametrize("form", ["qdpx", "qdc"])
@pytest.mark.parametrize(("encoding", "attribute"), WAYS)
def test_a_project_or_codebook_of_others_with_a_document_type_is_refused(
    cli: Cli, study: Path, tmp_path: Path, uri: str, form: str, encoding: str, attribute: bool
) -> None:
    path, good = tmp_path / f"work.{form}", tmp_path / f"good.{form}"
    assert cli("export", study, good)[0] == 0
    assert cli("merge", study, good)[0] == 0
    for declared in TRIES.values():
        told = declared.replace("{uri}", uri)
        shutil.copy(good, path)
        if form == "qdpx":
            spoilt(path, "project.qde", partial(hostile, declared=told, encoding=encoding, attribute=attribute))
        else:
            path.write_bytes(hostile(good.read_text("utf-8"), told, encoding=encoding, attribute=attribute))
        assert tried(cli, "merge", study, path) == 1
    assert clean(study)


@pytest.mark.parametrize(("encoding", "attribute"), WAYS)
def test_a_manuscript_in_word_with_a_document_type_is_refused(
    cli: Cli, study: Path, tmp_path: Path, uri: str, encoding: str, attribute: bool
) -> None:
    path = tmp_path / "text.docx"
    for declared in TRIES.values():
        path.write_bytes(docx(paragraph(SENTENCE, style="x")))
        told = declared.replace("{uri}", uri)
        spoilt(path, "word/document.xml", partial(hostile, declared=told, encoding=encoding, attribute=attribute))
        assert tried(cli, "import", study, path) == 1
        assert tried(cli, "check-quotes", study, path) == 1
    assert clean(study)


def workbook(path: Path, quote: str) -> None:
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("Marks")
        sheet.write_row(0, 0, ["url", "quote", "code"])
        sheet.write_row(1, 0, ["https://example.org/a/1", quote, "asgf1.1.1"])


@pytest.mark.parametrize("member", ["sharedStrings.xml", "workbook.xml", "worksheets/sheet1.xml", "_rels/workbook.xml.rels"])
def test_a_workbook_with_a_document_type_is_refused(cli: Cli, study: Path, tmp_path: Path, uri: str, member: str) -> None:
    path = tmp_path / "table.xlsx"
    for declared in TRIES.values():
        for encoding, attribute in WAYS:
            workbook(path, SENTENCE[:20])
            told = declared.replace("{uri}", uri)
            spoilt(path, f"xl/{member}", partial(hostile, declared=told, encoding=encoding, attribute=attribute))
            assert tried(cli, "merge", study, path) == 1
    assert clean(study)


@pytest.mark.parametrize("suffix", [".html", ".xhtml", ".htm"])
def test_a_page_with_a_document_type_gives_nothing_away(cli: Cli, study: Path, tmp_path: Path, uri: str, suffix: str) -> None:
    head = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>题</title></head>'
    for name, declared in TRIES.items():
        path = tmp_path / f"{name}{suffix}"
        path.write_bytes(hostile(f"{head}<body><h1>题</h1><p>{SENTENCE}</p></body></html>", declared.replace("{uri}", uri)))
        tried(cli, "import", study, path)
    with closing(Project.open(study, read_only=True)) as project:
        assert not [line for line in project.store.connection.iterdump() if SECRET in line or "ha" * 60 in line]


@pytest.mark.parametrize("member", ["container.xml", "chapter.xhtml", ".opf"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_book_with_a_document_type_gives_nothing_away(
    cli: Cli, study: Path, tmp_path: Path, uri: str, member: str, encoding: str
) -> None:
    for name, declared in TRIES.items():
        path = tmp_path / f"{name}.epub"
        path.write_bytes(epub({"chapter.xhtml": f"<h1>题</h1><p>{SENTENCE}</p>"}))
        with zipfile.ZipFile(path) as archive:
            where = next(each for each in archive.namelist() if each.endswith(member))
        spoilt(path, where, partial(hostile, declared=declared.replace("{uri}", uri), encoding=encoding))
        tried(cli, "import", study, path)
    with closing(Project.open(study, read_only=True)) as project:
        assert not [line for line in project.store.connection.iterdump() if SECRET in line or "ha" * 60 in line]


def test_the_same_files_without_a_document_type_are_read(cli: Cli, study: Path, tmp_path: Path) -> None:
    (tmp_path / "text.docx").write_bytes(docx(paragraph(SENTENCE, style="x")))
    (tmp_path / "book.epub").write_bytes(epub({"chapter.xhtml": f"<h1>题</h1><p>{SENTENCE}</p>"}))
    for name in ("text.docx", "book.epub"):
        assert cli("import", study, tmp_path / name)[0] == 0
    workbook(tmp_path / "table.xlsx", SENTENCE[:20])
    code, lines, _said = cli("merge", study, tmp_path / "table.xlsx")
    assert code == 0
    assert lines[0]["added"]
