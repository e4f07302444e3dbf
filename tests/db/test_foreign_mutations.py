"""Annotations, tables and workbooks altered at random: each is refused in a sentence or read, and the project stays whole."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db import errors
from db.project import Project
from db.sharing import taking_in, web_files
from tests.db.conftest import ONE
from tests.db.material import ZH, draft, one_sentence, state, well

MUTATIONS = 40
_ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1 << 70, 1.5, "", "x", "a\0b", "\ud800", [], {}, [[]], "9" * 400, ["x", 3], {"id": 5}, {"@value": ["x"]},
    {"type": "Choice", "items": []}, {"source": {"source": []}}, "urn:uuid:00000000-0000-7000-8000-00000000000f",
)  # fmt: skip
_CELLS = (
    "",
    "x",
    "-1",
    "99999999999",
    "=1+1",
    "'",
    '"',
    "a;b|c、d",
    "甲 > > 乙",
    "\n",
    "2026-13-45",
    "\u2028",
    "0",
    "1e9",
    "a" * 9_000,
)
_ANNOTATIONS = [
    {
        "@context": ["http://www.w3.org/ns/anno.jsonld"], "id": f"http://example.org/{number}", "type": "Annotation",
        "creator": {"id": "http://example.org/a", "name": "Eva"}, "created": "2026-01-01T00:00:00Z",
        "modified": "2026-01-02T00:00:00Z", "motivation": ["tagging", "commenting"],
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "value": "新码"},
            {"type": "Choice", "items": [{"type": "TextualBody", "value": "想法", "format": "text/html", "language": "zh"}]},
            {"type": "SpecificResource", "purpose": "linking", "source": {"id": "http://example.org/law"}, "gloss:locator": "1"},
            {"id": "urn:uuid:00000000-0000-4000-8000-0000000000b1", "purpose": "gloss:translating", "value": "t"},
        ],
        "gloss:values": [{"field": "voice", "value": "quoted", "creator": "urn:x:a"}],
        "target": [{"source": {"id": "u", "gloss:title": "算法与公平"}, "gloss:sha256": "0" * 64, "selector": selector}],
    }
    for number, selector in enumerate((
        [{"type": "TextPositionSelector", "start": 6, "end": 12}, {"type": "TextQuoteSelector", "exact": ZH[6:12]}],
        {"type": "FragmentSelector", "value": "line=1,2", "refinedBy": {"type": "TextQuoteSelector", "exact": "简历"}},
        {"type": "RangeSelector", "startSelector": {"type": "TextQuoteSelector", "exact": "女性"},
         "endSelector": {"type": "TextQuoteSelector", "exact": "系统"}},
    ))
]  # fmt: skip


def _altered_values(chance: random.Random) -> Any:
    value = json.loads(json.dumps({"first": {"items": _ANNOTATIONS}}))
    for _ in range(chance.randint(1, 4)):
        places: list[tuple[Any, Any]] = []
        waiting: list[Any] = [value]
        while waiting:
            inside = waiting.pop()
            pairs = inside.items() if isinstance(inside, dict) else enumerate(inside) if isinstance(inside, list) else ()
            for key, inner in list(pairs):
                places.append((inside, key))
                waiting.append(inner)
        if not places:
            break
        container, key = chance.choice(places)
        other, at = chance.choice(places)
        what = chance.randrange(4)
        if what == 0:
            container[key] = chance.choice(_ODD)
        elif what == 1:
            del container[key]
        elif what == 2:
            container[key] = [container[key], chance.choice(_ODD)]
        else:
            container[key] = json.loads(json.dumps(other[at]))
    return value


def _web(chance: random.Random, path: Path) -> Path:
    data = bytearray(json.dumps(_altered_values(chance)).encode())
    if chance.random() < 0.1:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path = path.with_suffix(".jsonld")
    path.write_bytes(data)
    return path


def _rows(chance: random.Random) -> list[list[str]]:
    rows = [["article", "start", "end", "exact", "codes", "instruments", "note", "coder", "created", "parent"]]
    rows += [["算法与公平", "6", "12", ZH[6:12], "甲 > 乙;丙", "", "n", "Ada", "2026-01-01", "上"] for _ in range(4)]
    for _ in range(chance.randint(1, 6)):
        row = chance.choice(rows[chance.random() < 0.8 :])
        row[chance.randrange(len(row))] = chance.choice(_CELLS)
    return rows


def _csv(chance: random.Random, path: Path) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=chance.choice(",;\t|")).writerows(_rows(chance))
    data = bytearray(text.getvalue().encode(chance.choice(("utf-8", "utf-8-sig", "utf-16", "gb18030"))))
    for _ in range(chance.choice((0, 0, 1, 5))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = path.with_suffix(".csv")
    path.write_bytes(data)
    return path


def _xlsx(chance: random.Random, path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in _rows(chance):
        book.active.append([cell.replace("\x00", "") for cell in row])
    whole, path = io.BytesIO(), path.with_suffix(".xlsx")
    book.save(whole)
    with zipfile.ZipFile(whole) as archive:
        members = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    name = chance.choice([each for each in members if each.startswith("xl/")])
    for _ in range(chance.choice((0, 1, 3))):
        at = chance.randrange(len(members[name]))
        members[name][at : at + chance.randint(0, 9)] = chance.randbytes(chance.randint(0, 3))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in members.items():
            archive.writestr(each, bytes(data))
    return path


def fuzz(project: Project, path: Path, make: Callable[[random.Random, Path], Path], count: int, seed: int) -> tuple[int, int]:
    """Take in so many altered files; gives how many were taken and refused."""
    taken = refused = 0
    before = state(project)
    for number in range(count):
        altered = make(random.Random(seed * 1_000_003 + number), path)
        try:
            if altered.suffix == ".jsonld":
                web_files.merge(project, altered)
            else:
                taking_in.take_in(project, taking_in.preview(project, altered))
            taken += 1
        except errors.ProjectError as error:
            refused += 1
            one_sentence(error)
            assert state(project) == before, number
            continue
        assert not well(project), number
        if state(project) != before:
            project.undo()
            assert state(project) == before, number
    return taken, refused


@pytest.mark.parametrize("make", [_web, _csv, _xlsx])
def test_altered_files_are_refused_or_read_and_harm_nothing(
    small: Path, tmp_path: Path, make: Callable[[random.Random, Path], Path]
) -> None:
    shutil.copy(small, tmp_path / "target.gloss")
    with Project.open(tmp_path / "target.gloss", person=ONE) as project:
        project.articles.add(draft("算法与公平", ZH))
        taken, refused = fuzz(project, tmp_path / "altered", make, MUTATIONS, seed=1)
    assert taken > MUTATIONS // 4
    assert taken + refused == MUTATIONS
