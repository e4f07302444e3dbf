"""Bundles altered at random: every one is refused in a sentence or merged rightly, and the project stays whole."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import errors
from db.exchange import bundle
from db.project import Project
from db.sharing import merging
from tests.db.conftest import ONE, TWO
from tests.db.material import EN, ZH, draft, one_sentence, state, well

# With those of REFI-QDA (tests/exchange/test_refi_hostile.py) they are two thousand; in parts, for tests that run side by side.
MUTATIONS, PARTS = 1_200, 6
Members = dict[str, bytes]
_ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1 << 70, 1.5, "", "x", "a\0b", "\ud800", [], {}, [[]], "[1", "9" * 400,
    "00000000-0000-7000-8000-00000000000f",
)  # fmt: skip


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """List (container, key) of everything inside a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        found.append((value, key))
        _places(inner, found)
    return found


def _values(chance: random.Random, held: Members) -> Members:
    """Alter, drop, double or move some values in one member of JSON."""
    name = chance.choice([each for each in held if each.endswith(("json", "jsonld"))])
    value = json.loads(held[name])
    for _ in range(chance.randint(1, 3)):
        places = _places(value, [])
        if not places:
            break
        container, key = chance.choice(places)
        what = chance.randrange(5)
        if what == 0:
            container[key] = chance.choice(_ODD)
        elif what == 1:
            del container[key]
        elif what == 2 and isinstance(container, list):
            container.append(container[key])
        elif what == 3:
            other, at = chance.choice(places)
            if (isinstance(other, dict) and at in other) or (isinstance(other, list) and at < len(other)):
                container[key] = json.loads(json.dumps(other[at]))
        elif isinstance(container[key], str):
            container[key] = "".join(chance.sample(container[key], len(container[key])))
    return held | {name: json.dumps(value).encode()}


def _bytes(chance: random.Random, held: Members) -> Members:
    """Alter, cut or add bytes of one member."""
    name = chance.choice(list(held))
    data = bytearray(held[name])
    at = chance.randrange(len(data) + 1)
    what = chance.randrange(3)
    if what == 0 and at < len(data):
        data[at] ^= 1 << chance.randrange(8)
    elif what == 1:
        del data[at : at + chance.randint(1, 50)]
    else:
        data[at:at] = chance.randbytes(chance.randint(1, 20))
    return held | {name: bytes(data)}


def _members(chance: random.Random, held: Members) -> Members:
    """Drop, rename or exchange members."""
    one, other = chance.choice(list(held)), chance.choice(list(held))
    what = chance.randrange(3)
    if what == 0:
        return {name: data for name, data in held.items() if name != one}
    if what == 1:
        return {(f"{name}x" if name == one else name): data for name, data in held.items()}
    return held | {one: held[other], other: held[one]}


def _packed(chance: random.Random, held: Members) -> bytes:
    if chance.random() < 0.8 and "manifest.json" in held:
        try:
            manifest = json.loads(held["manifest.json"])
            manifest["members"] = {n: hashlib.sha256(d).hexdigest() for n, d in held.items() if n != "manifest.json"}
            held = held | {"manifest.json": json.dumps(manifest).encode()}
        except (ValueError, TypeError):
            pass
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in held.items():
            opened.writestr(name, data)
    data = bytearray(file.getvalue())
    if chance.random() < 0.1:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif chance.random() < 0.05:
        del data[chance.randrange(len(data)) :]
    return bytes(data)


def fuzz(folder: Path, small: Path, count: int, seed: int) -> tuple[int, int]:
    """Merge so many altered bundles, each into a project as it was before; gives how many were taken and refused."""
    for name in ("source", "target"):
        shutil.copy(small, folder / f"{name}.gloss")
    path, taken, refused = folder / "mutated.glossbundle", 0, 0
    with Project.open(folder / "source.gloss", person=ONE) as source, Project.open(folder / "target.gloss", person=TWO) as target:
        valid = _valid(source, target, path)
        last = target.next_undo()
        before = state(target)  # and after each of them again
        for number in range(count):
            chance = random.Random(seed * 1_000_003 + number)
            alter: Callable[[random.Random, Members], Members] = chance.choice((_values, _values, _values, _bytes, _members))
            path.write_bytes(_packed(chance, alter(chance, valid)))
            try:
                merging.merge(target, path)
                taken += 1
            except errors.ProjectError as error:
                refused += 1
                one_sentence(error)
                assert state(target) == before, number
                continue
            assert not well(target), number
            if target.next_undo() != last:
                target.undo()
                assert state(target) == before, number
    return taken, refused


def _valid(source: Project, target: Project, path: Path) -> Members:
    """Make a bundle with something of everything, to a project that has a part of it and changed that."""
    article = source.articles.add(draft("算法与公平", ZH))
    code = source.codes.add("自建")
    mark = source.annotations.add(article, 6, 12, codes=[code], note="想法")
    bundle.write(source.contents(), path)
    merging.merge(target, path)
    target.articles.edit(target.articles.all()[0].id, title="我的题")
    source.articles.edit(article, title="你的题")
    source.articles.add_version(article, draft("", ZH + "补记。"))
    source.translations.add(mark, "en", "a platform")
    source.articles.add(draft("Audit", EN))
    source.collections.put([article], source.collections.add("综述"))
    source.articles.tag([article], "要读")
    source.fields.set("article", article, "jurisdiction", "CN")
    source.searches.add("偏见", "算法偏见")
    source.relations.add("comments on", ("article", article), ("article", source.articles.by_ref("Audit")))
    source.codes.remove(source.codes.add("走了"))
    source.set_unit("sentence")
    bundle.write(source.contents(), path)
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.mark.parametrize("seed", range(1, PARTS + 1))
def test_altered_bundles_are_refused_or_merged_and_harm_nothing(seed: int, small: Path, tmp_path: Path) -> None:
    count = MUTATIONS // PARTS
    taken, refused = fuzz(tmp_path, small, count, seed)
    assert taken > count // 20
    assert refused > count // 4
