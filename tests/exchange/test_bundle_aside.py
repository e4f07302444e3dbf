"""What a REFI-QDA file holds that cannot be shown goes on with the project: from one to another, and out again."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from db import errors
from db.exchange import bundle
from db.exchange.presets import Selection
from db.project import Project
from db.sharing import freezing, merging, refi
from tests.db.conftest import TWO, Opener
from tests.db.material import exported, well
from tests.db.merges import carry
from tests.db.test_bundle import members, pack
from tests.exchange.test_refi_in import aside_parts, of_parts

PICTURE, SHEET = b"\x89PNG picture", b"%PDF sheet"


@pytest.fixture
def holding(copied: Opener, tmp_path: Path) -> Project:
    """A project that took in a file with a picture, a PDF, sets and a graph."""
    one = copied("holding")
    refi.merge(one, of_parts(tmp_path / "a.qdpx", aside_parts(), ("sources/p.jpg", PICTURE), ("sources/d.pdf", SHEET)))
    assert refi.kept_aside(one)
    return one


def out(project: Project, name: str) -> Path:
    path = project.path.with_name(name)
    refi.write(project, path)
    return path


def test_what_was_kept_aside_goes_on_and_out_again(holding: Project, copied: Opener) -> None:
    two = copied("two", TWO)
    carry(holding, two)
    assert refi.kept_aside(two) == refi.kept_aside(holding)
    with zipfile.ZipFile(out(holding, "one.qdpx")) as first, zipfile.ZipFile(out(two, "two.qdpx")) as second:
        assert first.namelist() == second.namelist()
        kept = [first.read(name) for name in first.namelist() if name.startswith("sources/")]
        assert {PICTURE, SHEET} <= set(kept)
        assert kept == [second.read(name) for name in second.namelist() if name.startswith("sources/")]
    third = copied("third", TWO)
    carry(two, third)
    assert refi.kept_aside(third) == refi.kept_aside(holding)


def test_taking_it_twice_changes_nothing_and_undo_takes_it_back(holding: Project, copied: Opener) -> None:
    two = copied("two", TWO)
    carry(holding, two)
    for source, target in ((holding, two), (two, holding)):
        told = len(target.history())
        carry(source, target)
        assert len(target.history()) == told
    assert exported(holding)["records"] == exported(two)["records"]
    two.undo()
    assert not refi.kept_aside(two)
    two.redo()
    assert refi.kept_aside(two) == refi.kept_aside(holding)


def test_the_same_file_taken_in_by_both_is_kept_once(holding: Project, copied: Opener, tmp_path: Path) -> None:
    two = copied("two", TWO)
    refi.merge(two, tmp_path / "a.qdpx")
    carry(holding, two)
    carry(two, holding)
    assert refi.kept_aside(two).groups == refi.kept_aside(holding).groups
    assert len(holding.contents().asides()) == 1
    assert holding.contents().asides() == two.contents().asides()


@pytest.mark.parametrize(
    "wanted", [Selection("public"), Selection(anonymous=True), Selection("kit"), Selection(articles=frozenset())]
)
def test_it_stays_where_not_all_is_sent(wanted: Selection, holding: Project, tmp_path: Path) -> None:
    path = tmp_path / "part.glossbundle"
    bundle.write(holding.contents(), path, wanted=wanted)
    with zipfile.ZipFile(path) as archive:
        assert "refi:" not in archive.read("settings.json").decode()
        assert PICTURE not in [archive.read(name) for name in archive.namelist()]
    assert bundle.read(path).kept == {}


def test_a_copy_without_names_or_originals_holds_none(holding: Project, tmp_path: Path) -> None:
    holding.copy_for_sharing(tmp_path / "nameless.gloss", names=False)
    with Project.open(tmp_path / "nameless.gloss", read_only=True) as copy:
        assert not refi.kept_aside(copy)
    holding.copy_for_sharing(tmp_path / "bare.gloss", originals=False)
    with Project.open(tmp_path / "bare.gloss", read_only=True) as copy:
        bundle.write(copy.contents(), tmp_path / "bare.glossbundle")
    assert bundle.read(tmp_path / "bare.glossbundle").kept == {}


def test_a_frozen_state_keeps_it(holding: Project, tmp_path: Path) -> None:
    freezing.freeze(holding, "S", tmp_path / "s.glossbundle")
    with freezing.opened(tmp_path / "s.glossbundle") as held:
        assert refi.kept_aside(held) == refi.kept_aside(holding)


@pytest.mark.parametrize("harm", ["xml", "name", "missing", "setting"])
def test_an_aside_that_a_stranger_wrote_is_refused(harm: str, holding: Project, copied: Opener, tmp_path: Path) -> None:
    path = tmp_path / "b.glossbundle"
    bundle.write(holding.contents(), path)
    held = members(path)
    settings = json.loads(held["settings.json"])
    name, (value, number) = next((name, pair) for name, pair in settings.items() if name.startswith("refi:"))
    told = json.loads(value)
    aside = json.loads(held.pop(f"originals/{told['sha256']}"))
    if harm == "xml":
        aside["groups"]["Sets"] = ["<!DOCTYPE x [<!ENTITY a 'b'>]><Set>&a;</Set>"]
    elif harm == "name":
        aside["members"] = {"sources/../../x": next(iter(aside["members"].values()))}
    data = json.dumps(aside).encode()
    digest = hashlib.sha256(data).hexdigest()
    if harm != "missing":
        held[f"originals/{digest}"] = data
    settings[name if harm != "setting" else "refi:x"] = [json.dumps({**told, "sha256": digest}), number]
    held["settings.json"] = json.dumps(settings).encode()
    two = copied("two", TWO)
    with pytest.raises(errors.CannotRead):
        merging.merge(two, pack(tmp_path / "harmed.glossbundle", held))
    assert not refi.kept_aside(two)
    assert not well(two)
