"""REFI-QDA files as other programs shape them, made here: how each counts, names, nests and spells."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from db.exchange.refi.positions import Model

TEXT = (
    "Oversight of 𝔸 models\nWho audits the auditors? Nobody asked 😀 before.\n\n"
    "第三条　平台应当说明推荐的理由。𠮷田说：“这不够。”\ne\u0301lan vital\u2028and a last line."
)
PASSAGES = ("Oversight of 𝔸 models", "Nobody asked 😀 before", "平台应当说明推荐的理由", "𠮷田说", "last line")
CODES = ("Oversight", "Bias")


def guid(name: str) -> str:
    """A GUID that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


@dataclass(frozen=True)
class Program:
    """How a program writes: its origin, its way of counting, its files and its spelling."""

    origin: str
    model: Model
    newline: str = "\n"
    bom: bool = False
    named: bool = True
    spelt: Callable[[str], str] = str
    path: str = "internal://{}.txt"
    folder: str = "sources/"
    list_name: str = "project.qde"
    namespace: str = 'xmlns="urn:QDA-XML:project:1.0"'
    prefix: str = ""


PROGRAMS: Mapping[str, Program] = {
    "standard": Program("A careful program", Model()),
    "nvivo": Program("NVivo 14.23", Model(utf16=True, crlf=2), "\r\n", True, spelt=str.upper),
    "atlas": Program(
        "ATLAS.ti 23", Model(utf16=True, crlf=1), "\r\n", True, spelt="{{{}}}".format, path="internal:///{}.TXT",
        folder="Sources/",
    ),
    "maxqda": Program(
        "MAXQDA 2022", Model(utf16=True, crlf=2), "\r\n", named=False, list_name="Project.QDE",
        namespace='xmlns="urn:QDA-XML:project:0:10"', path="internal:/sources/{}.txt",
    ),
    "qualcoder": Program(
        "QualCoder 3.5", Model(crlf=1), "\r\n", path="{}.txt", namespace='xmlns:q="urn:QDA-XML:project:2.0"', prefix="q:"
    ),
    "shifted": Program("Somebody's script", Model(bom=True), path="sources/{}.txt", list_name="My study.qde"),
}  # fmt: skip


def counted(text: str, place: int, model: Model, newline: str = "\n") -> int:
    """Count up to a place as a program does, letter by letter."""
    found = int(model.bom)
    for letter in text[:place]:
        found += 2 if model.utf16 and ord(letter) > 0xFFFF else 1
        found += letter == "\n" and ((newline == "\r\n" and model.crlf == 2) or model.lf == 2)
    return found


def selection(program: Program, text: str, start: int, end: int, number: int, inside: str = "", user: str = "") -> str:
    """One selection as the program writes it."""
    name = f" name={quoteattr(text[start:end][:100])}" if program.named else ' name="Selection"'
    places = [counted(text, place, program.model, program.newline) for place in (start, end)]
    by = f' creatingUser="{program.spelt(guid(user))}"' if user else ""
    head = f'<PlainTextSelection guid="{program.spelt(guid(f"selection {number}"))}"{name}{by}'
    head += ' creationDateTime="2020-05-06T07:08:09Z"'
    return f'{head} startPosition="{places[0]}" endPosition="{places[1]}">{inside}</PlainTextSelection>'


def coding(program: Program, code: str, name: str, user: str = "ann") -> str:
    """One coding with a code by name."""
    return (
        f'<Coding guid="{program.spelt(guid(name))}" creatingUser="{program.spelt(guid(user))}"'
        f' creationDateTime="2020-05-06T07:08:09Z"><CodeRef targetGUID="{program.spelt(guid(code))}"/></Coding>'
    )


def contents(program: Program, parts: Mapping[str, str]) -> bytes:
    """The list of contents with users, codes and whatever containers are given."""
    users = "".join(f'<User guid="{program.spelt(guid(user))}" name={quoteattr(user.title())}/>' for user in ("ann", "bo"))
    codes = "".join(
        f'<Code guid="{program.spelt(guid(code))}" name="{code}" isCodable="true" color="#123456"/>' for code in CODES
    )
    usual = {"Users": users, "CodeBook": f"<Codes>{codes}</Codes>"}
    order = ("Users", "CodeBook", "Variables", "Cases", "Sources", "Notes", "Links", "Sets", "Graphs")
    whole = {**usual, **parts}
    inside = "".join(f"<{name}>{whole[name]}</{name}>" for name in order if whole.get(name))
    if program.prefix:
        inside = inside.replace("</", "\0").replace("<", f"<{program.prefix}").replace("\0", f"</{program.prefix}")
    root = f"{program.prefix}Project"
    head = f'<?xml version="1.0" encoding="utf-8"?><{root} {program.namespace} name="Study" origin={quoteattr(program.origin)}'
    return f'{head} creatingUserGUID="{guid("ann")}" creationDateTime="2020-01-01T00:00:00Z">{inside}</{root}>'.encode()


def text_source(program: Program, selections: str, name: str = "One", inside: str = "") -> str:
    """A source whose text is a file of its name."""
    path = program.path.format(guid(name))
    return (
        f'<TextSource guid="{program.spelt(guid(name))}" name="{name}" plainTextPath="{path}">{selections}{inside}</TextSource>'
    )


def text_bytes(program: Program, text: str = TEXT) -> bytes:
    """A text's file as the program writes it."""
    return (b"\xef\xbb\xbf" if program.bom else b"") + text.replace("\n", program.newline).encode()


def packed(path: Path, members: Iterable[tuple[str, bytes]]) -> Path:
    """An archive of members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def written(path: Path, program: Program, parts: Mapping[str, str] | None = None, text: str = TEXT) -> Path:
    """A project with one text, its passages coded with the codes in turn."""
    found = []
    for number, passage in enumerate(PASSAGES):
        start = text.index(passage)
        inside = coding(program, CODES[number % 2], f"coding {number}")
        found.append(selection(program, text, start, start + len(passage), number, inside))
    whole = {"Sources": text_source(program, "".join(found)), **(parts or {})}
    name = f"{program.folder}{guid('One')}.txt"
    return packed(path, [(program.list_name, contents(program, whole)), (name, text_bytes(program, text))])


def note(name: str, words: str, user: str = "ann") -> str:
    """A note with its words in the list of contents."""
    return (
        f'<Note guid="{guid(name)}" name={quoteattr(name)} creatingUser="{guid(user)}">'
        f"<PlainTextContent>{escape(words)}</PlainTextContent></Note>"
    )


def refer(*names: str, element: str = "NoteRef") -> str:
    """References by name."""
    return "".join(f'<{element} targetGUID="{guid(name)}"/>' for name in names)


def passages(found: Sequence[object]) -> list[str]:
    """The quotes of annotations."""
    return [str(getattr(each, "exact", "")) for each in found]
