"""What leaves without names tells nobody apart who is named elsewhere: no name and no id of a coder is in it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from db.exchange import bundle
from db.exchange.presets import PRESETS, Selection
from db.exchange.pseudonyms import is_pseudonym
from db.project import Project
from db.sharing import exporting, freezing, merging
from tests.db.conftest import ONE, THREE, TWO, Opener
from tests.db.material import EN, ZH, draft, well

_NAMES = ("林一一", "Ada Two", ONE.uuid, TWO.uuid)


@pytest.fixture
def shared(copied: Opener) -> Project:
    """What two people brought, marked, wrote and put in order."""
    project = copied("shared")
    project.coders.edit(project.me, name="林一一")
    ada = project.coders.ensure("Ada Two", uuid=TWO.uuid)
    for title, text in (("算法与公平", ZH), ("Audit", EN)):
        article = project.articles.add(draft(title, text))
        mark = project.annotations.add(article, 0, 5, codes=[project.codes.by_ref("asgf1.1.1")], note="想法")
        project.translations.add(mark, "en", "words", translator="林一一")
        project.articles.set_status(article, "coded")
        project.articles.tag([article], "要读")
        project.collections.put([article], project.collections.add(f"集{title}"))
        project.fields.set("article", article, "jurisdiction", "CN")
        project.code_as(ada)
    return project


def _told(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        return path.read_bytes().decode("utf-8", "replace")
    with zipfile.ZipFile(path) as opened:
        return "".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())


@pytest.mark.parametrize("form", ["w3c", "qdpx", "csv", "xlsx", "html", "md"])
def test_no_export_without_names_holds_a_coder_s_name_or_id(shared: Project, form: str, tmp_path: Path) -> None:
    out = tmp_path / f"out.{form if form != 'w3c' else 'jsonld'}"
    exporting.write(shared.store, out, exporting.Choice(form, anonymous=True))
    assert not [name for name in _NAMES if name in _told(out)]


@pytest.mark.parametrize("preset", PRESETS)
def test_no_bundle_without_names_holds_a_coder_s_name_or_id(shared: Project, preset: str, tmp_path: Path) -> None:
    choice = exporting.Choice("bundle", preset=preset, anonymous=True)  # type: ignore[arg-type]
    exporting.write(shared.store, out := tmp_path / "out.glossbundle", choice)
    assert not [name for name in _NAMES if name in _told(out)]
    freezing.freeze(shared, "Submission", out, anonymous=True, replace=True)
    assert not [name for name in _NAMES if name in _told(out)]


def test_a_copy_without_names_holds_no_coder_s_name_or_id(shared: Project, tmp_path: Path) -> None:
    shared.layers.show(shared.articles.by_ref("Audit"))
    shared.copy_for_sharing(target := tmp_path / "copy.gloss", names=False)
    held = target.read_bytes().decode("utf-8", "replace")
    assert not [name for name in _NAMES if name in held]
    with Project.open(target, person=THREE) as copy:
        assert not well(copy)
        assert len([coder for coder in copy.coders.all() if is_pseudonym(coder.uuid)]) == 3


def test_a_kit_tells_nothing_of_who_is_who_in_nameless_work(shared: Project, tmp_path: Path) -> None:
    bundle.write(shared.contents(), kit := tmp_path / "kit.glossbundle", wanted=Selection("kit"))
    bundle.write(shared.contents(), work := tmp_path / "work.glossbundle", wanted=Selection(anonymous=True))
    named, nameless = bundle.read(kit), bundle.read(work)
    here = {r["uuid"]: r["coder"] for several in named.records.values() for r in several if r.get("coder")}
    there = {r["uuid"]: r["coder"] for several in nameless.records.values() for r in several if r.get("coder")}
    assert len(set(here.values())) == 2
    assert len({there[uuid] for uuid in here}) == 1
    authors = {mark["coder"] for mark in nameless.records["annotation"]}
    assert len(authors) == 2
    assert not authors & {there[uuid] for uuid in here}
    colours = [coder["colour"] for coder in nameless.records["coder"]]
    assert {coder["created"] for coder in nameless.records["coder"]} == {""}
    assert sorted(set(colours)) == sorted({coder.colour for coder in shared.coders.all()})


def test_two_files_give_one_coder_two_pseudonyms_and_one_file_the_same(shared: Project, tmp_path: Path) -> None:
    bundle.write(shared.contents(), path := tmp_path / "a.glossbundle")
    with Project.create(tmp_path / "other.gloss", person=TWO) as other:
        merging.merge(other, path)
        one, two = shared.contents().pseudonyms(), other.contents().pseudonyms()
    assert one == shared.contents().pseudonyms()
    assert set(one) <= set(two)
    assert not set(one.values()) & set(two.values())
    with Project.open(shared.path, read_only=True, person=ONE) as again:
        assert again.contents().pseudonyms() == one


def test_nameless_work_that_comes_twice_is_the_same_and_names_nobody(shared: Project, copied: Opener) -> None:
    other, path = copied("other", THREE), shared.path.with_name("nameless.glossbundle")
    for _ in range(2):
        bundle.write(shared.contents(), path, wanted=Selection(anonymous=True))
        report = merging.merge(other, path)
    assert (report.added, report.updated, report.conflicts) == (0, 0, ())
    shared.annotations.add(shared.articles.by_ref("Audit"), 6, 9)
    bundle.write(shared.contents(), path, wanted=Selection(anonymous=True))
    merging.merge(other, path)
    by = [mark.coder for mark in other.annotations.of(other.articles.by_ref("Audit"))]
    assert len(by) == 2
    assert len(set(by)) == 1


def test_who_knows_a_coder_by_some_work_knows_the_rest_of_it(shared: Project, copied: Opener) -> None:
    other, path = copied("other", THREE), shared.path.with_name("part.glossbundle")
    bundle.write(shared.contents(), path)
    merging.merge(other, path)
    shared.annotations.add(shared.articles.by_ref("Audit"), 6, 9)
    bundle.write(shared.contents(), path, wanted=Selection(anonymous=True))
    before = {coder.uuid for coder in other.coders.all()}
    assert merging.merge(other, path).added == 1
    assert {coder.uuid for coder in other.coders.all()} == before
    assert len({mark.coder for mark in other.annotations.of(other.articles.by_ref("Audit"))}) == 1
    assert not well(other)


def test_names_that_come_later_stand_and_undo_takes_them_away(shared: Project, copied: Opener) -> None:
    other, path = copied("other", THREE), shared.path.with_name("later.glossbundle")
    bundle.write(shared.contents(), path, wanted=Selection(anonymous=True))
    merging.merge(other, path)
    before = [(coder.uuid, coder.name) for coder in other.coders.all()]
    bundle.write(shared.contents(), path)
    assert not merging.merge(other, path).conflicts
    assert not [coder for coder in other.coders.all() if is_pseudonym(coder.uuid)]
    assert not well(other)
    told = len(other.history())
    merging.merge(other, path)
    assert len(other.history()) == told
    other.undo()
    assert [(coder.uuid, coder.name) for coder in other.coders.all()] == before
    bundle.write(shared.contents(), path, wanted=Selection(anonymous=True))
    merging.merge(other, path)
    assert [(coder.uuid, coder.name) for coder in other.coders.all()] == before


def test_a_frozen_state_numbers_its_coders_as_its_project_does(shared: Project, tmp_path: Path) -> None:
    def told(project: Project) -> list[str]:
        out = tmp_path / "table.csv"
        exporting.write(project.store, out, exporting.Choice("csv", anonymous=True))
        return sorted(out.read_text("utf-8").splitlines())

    freezing.freeze(shared, "Submission", path := tmp_path / "state.glossbundle")
    held = told(shared)
    with freezing.opened(path, person=ONE) as state:
        assert told(state) == held
    freezing.freeze(shared, "Submission", path, anonymous=True, replace=True)
    with freezing.opened(path, person=ONE) as state:
        assert told(state) == held
    with zipfile.ZipFile(path) as opened:
        assert json.loads(opened.read("manifest.json"))["state"].keys() == {"name", "at", "working"}
