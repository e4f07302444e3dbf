"""What people code with goes along: working frameworks into a new project, codes by their ids and by their numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.exchange import bundle
from db.exchange.presets import Preset, Selection
from db.project import Project
from db.sharing import exporting, freezing, merging, taking_in, web_files
from tests.db.conftest import ONE, TWO, Opener
from tests.db.material import ZH, draft, exported, well


@pytest.fixture
def second(copied: Opener) -> Project:
    """A project that works in 2.0, with an article."""
    project = copied("second")
    project.codes.set_working(["asgf2"])
    project.articles.add(draft("算法与公平", ZH))
    return project


def _written(project: Project, preset: Preset = "kit") -> Path:
    path = project.path.with_name("sent.glossbundle")
    bundle.write(project.contents(), path, wanted=Selection(preset))
    return path


@pytest.mark.parametrize("preset", ["kit", "whole"])
def test_a_new_project_works_as_its_bundle_does(second: Project, preset: Preset, tmp_path: Path) -> None:
    path = _written(second, preset)
    with Project.create(tmp_path / "made.gloss", person=TWO) as made:
        report = merging.merge(made, path)
        assert made.codes.working() == ("asgf2",)
        assert [remark.facts["theirs"] for remark in report.remarks] == ["2.0"]
        assert not merging.merge(made, path).remarks
        if preset == "whole":
            assert exported(made)["records"] == exported(second)["records"]
            assert made.contents().settings() == second.contents().settings()
        made.undo()
        assert made.codes.working() == ("asgf1",)
        assert not well(made)


def test_a_project_with_work_in_it_keeps_its_frameworks_and_says_so(second: Project, copied: Opener) -> None:
    other = copied("other", TWO)
    other.articles.add(draft("自己的", "一句自己的话。"))
    plan = merging.preview(other, _written(second))
    told = merging.told(other, plan).report.remarks
    assert [dict(remark.facts) for remark in told] == [{"theirs": "2.0", "mine": "1.0"}]
    assert merging.apply(other, plan).remarks == told
    assert other.codes.working() == ("asgf1",)


def test_frameworks_that_were_chosen_stay(second: Project, tmp_path: Path) -> None:
    with Project.create(tmp_path / "made.gloss", person=TWO, working=("asgf3",)) as made:
        assert len(merging.merge(made, _written(second)).remarks) == 1
        assert made.codes.working() == ("asgf3",)


def test_a_frozen_state_works_as_its_project_did(second: Project, tmp_path: Path) -> None:
    freezing.freeze(second, "Submission", path := tmp_path / "state.glossbundle")
    with freezing.opened(path, person=ONE) as state:
        assert state.codes.working() == ("asgf2",)
        assert state.contents().settings() == second.contents().settings()


def test_a_renamed_code_is_known_by_its_id_in_web_annotations(second: Project, copied: Opener, tmp_path: Path) -> None:
    code = second.codes.add("公众素养")
    other = copied("other", TWO)
    merging.merge(other, _written(second, "whole"))
    second.codes.edit(code, name_zh="公众人工智能素养")
    second.annotations.add(second.articles.by_ref("算法与公平"), 6, 12, codes=[code])
    exporting.write(second.store, out := tmp_path / "out.jsonld", exporting.Choice("w3c"))
    _done, fidelity = web_files.merge(other, out)
    mark = other.annotations.of(other.articles.by_ref("算法与公平"))[0]
    assert [other.codes.get(each.code).name_zh for each in mark.taggings] == ["公众素养"]
    assert not [each for each in other.codes.all() if each.name_en == "Imported"]
    assert any("公众人工智能素养" in reason for reason in fidelity.reasons)


def _table(project: Project, tmp_path: Path, *cells: str) -> taking_in.Intake:
    path = tmp_path / "hand.csv"
    rows = [f"算法与公平,{at},{at + 3},{cell}" for at, cell in enumerate(cells)]
    path.write_text("\n".join(["article,start,end,codes", *rows]), "utf-8")
    return taking_in.preview(project, path)


def test_numbers_of_a_table_mean_the_codes_of_the_working_framework(second: Project, tmp_path: Path) -> None:
    intake = _table(second, tmp_path, "5.3", "311b", "3.1.1(b)", "5.3; 5.4", "5.3; 自己的")
    taking_in.take_in(second, intake)
    marks = second.annotations.of(second.articles.by_ref("算法与公平"))
    found = [sorted(second.codes.get(each.code).key for each in mark.taggings) for mark in marks]
    assert found[:4] == [["asgf2.5.3"], ["asgf2.3.1.1.b"], ["asgf2.3.1.1.b"], ["asgf2.5.3", "asgf2.5.4"]]
    assert sorted(each.name_zh for each in second.codes.all() if not each.shipped) == ["导入的编码", "自己的"]


def test_a_number_of_several_frameworks_or_of_another_is_told(second: Project, tmp_path: Path) -> None:
    only_there = next(
        code.number
        for code in second.codes.all("asgf3")
        if code.number and code.number not in {each.number for each in second.codes.all("asgf2")}
    )
    assert [one.facts["name"] for one in _table(second, tmp_path, only_there).unfit] == [only_there]
    second.codes.set_working(["asgf1", "asgf2"])
    assert [one.facts["name"] for one in _table(second, tmp_path, "5.3").unfit] == ["5.3"]
    own = second.codes.add("5.3")
    taking_in.take_in(second, _table(second, tmp_path, "5.3"))
    assert [each.code for each in second.annotations.of(second.articles.by_ref("算法与公平"))[0].taggings] == [own]


def test_rows_without_a_coder_are_told_as_one_s_own(second: Project, tmp_path: Path) -> None:
    path = tmp_path / "hand.csv"
    path.write_text("article,start,end,codes,coder\n算法与公平,0,3,5.3,\n算法与公平,1,4,5.3,Ada\n", "utf-8")
    told = merging.told(second, taking_in.preview(second, path).plan)
    assert [(share.name, share.known, share.annotations) for share in told.coders] == [("Ada", False, 1), ("林一", True, 1)]


def test_a_strange_choice_of_frameworks_is_refused(second: Project, copied: Opener, tmp_path: Path) -> None:
    from db.errors import CannotRead
    from tests.db.test_bundle import members, pack

    packed = members(_written(second))
    for held in ({"working": ["{}", 1]}, {"working": ["[1]", 1]}):
        path = pack(tmp_path / "strange.glossbundle", packed | {"settings.json": json.dumps(held).encode()})
        with pytest.raises(CannotRead):
            merging.merge(copied("other", TWO), path)
