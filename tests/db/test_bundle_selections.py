"""What goes into a bundle: presets, selections, pseudonyms, and what is told before anything is written."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from db.errors import Cancelled, CannotRead
from db.exchange import bundle
from db.exchange.presets import Selection
from db.project import Project
from db.records import Author
from db.sharing import merging
from tests.db.conftest import ONE, THREE, TWO, Opener
from tests.db.material import EN, ZH, draft, state, well
from tests.db.test_bundle import members, pack


@pytest.fixture
def shared(copied: Opener) -> Project:
    """Two articles that two people worked on: codes, links, notes, a translation, fields, statuses."""
    project = copied("shared")
    one = project.articles.add(draft("算法与公平", ZH, url="https://example.org/a?id=1"))
    two = project.articles.add(draft("Audit", EN, authors=(Author("A. B."),)))
    top = project.codes.add("自建")
    below = project.codes.add("下级", parent=top)
    mine = project.annotations.add(one, 6, 12, codes=[below], note="我的想法")
    project.annotations.link(mine, project.instruments.by_ref("eu-ai-act"), "Art. 10")
    project.translations.add(mine, "en", "a platform", translator="林一")
    project.notes.add("code", top, "码的说明")
    project.notes.add(None, None, "日志", day="2026-03-04")
    project.articles.set_status(one, "coded")
    me = project.me
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    project.annotations.add(two, 0, 3, codes=[project.codes.by_ref("asgf1.1.1")], note="她的笔记")
    project.notes.reply(project.annotations.get(mine).notes[0].id, "我不同意")
    project.code_as(me)
    return project


def written(project: Project, wanted: Selection, name: str = "part") -> Path:
    path = project.path.with_name(f"{name}.glossbundle")
    bundle.write(project.contents(), path, wanted=wanted)
    return path


def words_in(path: Path) -> str:
    with zipfile.ZipFile(path) as opened:
        return "".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())


def titles(read: bundle.Bundle) -> list[str]:
    return sorted(str(article["title"]) for article in read.records["article"])


def test_a_coding_kit_holds_articles_and_codes_and_nobodys_work(shared: Project, copied: Opener) -> None:
    path = written(shared, Selection("kit"))
    read = bundle.read(path)
    work = ("annotation", "tagging", "link", "note", "translation", "article_status", "saved_search")
    assert titles(read) == ["Audit", "算法与公平"]
    assert {code["name_zh"] for code in read.records["code"]} > {"自建", "下级"}
    assert not any(read.records[kind] for kind in work)
    assert "我的想法" not in words_in(path)
    other = copied("other", TWO)
    assert merging.merge(other, path).added
    assert not well(other)


def test_of_a_coding_kit_codes_narrow_the_codebook_and_not_what_is_to_be_coded(shared: Project) -> None:
    below = shared.codes.get(shared.codes.by_ref("下级")).uuid
    read = bundle.read(written(shared, Selection("kit", codes=frozenset({below}))))
    assert [code["name_zh"] for code in read.records["code"]] == ["自建", "下级"]
    assert len(read.records["codebook"]) == 1
    assert titles(read) == ["Audit", "算法与公平"]
    assert not read.records["annotation"]
    one = shared.articles.get(shared.articles.by_ref("Audit")).uuid
    read = bundle.read(written(shared, Selection("kit", frozenset({one}), frozenset({below})), "narrow"))
    assert (titles(read), len(read.records["code"])) == (["Audit"], 2)


def test_my_layer_holds_my_work_and_the_articles_it_is_on(shared: Project, copied: Opener) -> None:
    path = written(shared, Selection("layer", coders=frozenset({ONE.uuid})))
    read = bundle.read(path)
    assert titles(read) == ["算法与公平"]
    assert {one["coder"] for one in read.records["annotation"]} == {ONE.uuid}
    assert "她的笔记" not in words_in(path)
    other = copied("other", TWO)
    merging.merge(other, path)
    assert not well(other)


def test_codes_bring_what_hangs_on_them_and_those_above(shared: Project) -> None:
    below = shared.codes.get(shared.codes.by_ref("下级")).uuid
    read = bundle.read(written(shared, Selection(codes=frozenset({below}))))
    assert [code["name_zh"] for code in read.records["code"]] == ["自建", "下级"]
    assert titles(read) == ["算法与公平"]
    assert len(read.records["annotation"]) == len(read.records["tagging"]) == len(read.records["link"]) == 1
    assert {note["text"] for note in read.records["note"]} == {"我的想法", "我不同意"}
    above = shared.codes.get(shared.codes.by_ref("自建")).uuid
    read = bundle.read(written(shared, Selection(codes=frozenset({above}))))
    assert {note["text"] for note in read.records["note"]} == {"我的想法", "我不同意", "码的说明"}


def test_an_anonymous_bundle_names_no_coder_and_merges_back_without_harm(shared: Project) -> None:
    path = written(shared, Selection(anonymous=True))
    read = bundle.read(path)
    assert sorted(read.coders) == ["Coder", "Coder 1", "Coder 2"]
    assert "Ada Two" not in words_in(path)
    assert not any(name in json.dumps(read.records["coder"], ensure_ascii=False) for name in ("林一", "Ada"))
    assert read.records["translation"][0]["translator"] == ""
    before = [coder.name for coder in shared.coders.all()]
    report = merging.merge(shared, path)
    assert report.anonymous
    assert [coder.name for coder in shared.coders.all()] == before


def test_names_come_with_a_later_bundle_that_has_them(shared: Project, copied: Opener) -> None:
    other = copied("other", THREE)
    merging.merge(other, written(shared, Selection(anonymous=True)))
    assert {coder.name for coder in other.coders.all()} == {"周三", "林一", "Coder", "Coder 1", "Coder 2"}  # 林一 made the file
    report = merging.merge(other, written(shared, Selection(), "named"))
    assert not [clash for clash in report.conflicts if clash.kind == "coder"]
    assert {coder.name for coder in other.coders.all()} == {"周三", "林一", "Ada Two"}


def test_pseudonyms_are_the_same_in_every_bundle_of_a_project(shared: Project) -> None:
    whole = bundle.read(written(shared, Selection(anonymous=True)))
    part = bundle.read(written(shared, Selection("layer", coders=frozenset({TWO.uuid}), anonymous=True), "hers"))
    names = {coder["uuid"]: coder["name"] for coder in whole.records["coder"]}
    hers = {coder["uuid"]: coder["name"] for coder in part.records["coder"]}
    assert len(hers) == 2
    assert hers.items() <= names.items()


def test_what_a_bundle_would_hold_is_told_before_it_is_written(shared: Project) -> None:
    told = bundle.outline(shared.contents(), Selection("layer", coders=frozenset({ONE.uuid})))
    read = bundle.read(written(shared, Selection("layer", coders=frozenset({ONE.uuid}))))
    assert told.counts == read.counts
    assert [title for _uuid, title in told.articles] == titles(read)
    assert told.characters == len(ZH)
    assert list(told.coders) == read.coders


def test_a_public_bundle_tells_no_text_and_where_each_quote_stands(shared: Project) -> None:
    path = written(shared, Selection("public"))
    told = words_in(path)
    assert "有人认为偏见可以消除" not in told
    assert bundle.read(path).textless
    with zipfile.ZipFile(path) as opened:
        assert not [name for name in opened.namelist() if name.startswith(("articles/", "originals/"))]
        page = json.loads(opened.read("annotations.jsonld"))
    targets = [item["target"] for item in page["first"]["items"]]
    assert {target["gloss:locator"] for target in targets} == {"¶1"}
    assert all(len(target["gloss:sha256"]) == 64 for target in targets)


def test_public_marks_find_the_same_text_wherever_it_is(shared: Project, copied: Opener) -> None:
    other = copied("other", THREE)
    article = other.articles.add(draft("另存", ZH))
    path = written(shared, Selection("public"))
    before = state(other)
    plan = merging.preview(other, path)
    assert state(other) == before
    report = merging.apply(other, plan)
    assert report.missing == ("Audit",)
    marks = other.annotations.of(article)
    assert [(mark.start, mark.end, mark.exact) for mark in marks] == [(6, 12, ZH[6:12])]
    assert [note.text for note in marks[0].notes] == ["我的想法"]
    assert not well(other)
    told = len(other.history())
    merging.merge(other, path)
    assert len(other.history()) == told


def test_public_marks_are_looked_for_in_another_text_of_the_same_address(shared: Project, copied: Opener) -> None:
    other = copied("other", THREE)
    text = "转载按：以下是全文。\n" + ZH.replace("一句空话", "一句套话")
    article = other.articles.add(draft("转载", text, url="https://example.org/a?id=1&utm_source=x"))
    path = written(shared, Selection("public"))
    report = merging.merge(other, path)
    mark = other.annotations.of(article)[0]
    assert mark.start is not None
    assert text[mark.start : mark.end] == ZH[6:12]
    assert report.reanchored + report.review == 1
    # What comes with its text later is where the mark was made, and makes no conflict.
    later = merging.merge(other, written(shared, Selection(), "whole"))
    assert not later.conflicts
    assert not well(other)


def test_settings_travel_and_the_later_choice_stands_on_all_sides(copied: Opener) -> None:
    one, two = copied("one"), copied("two", TWO)
    one.set_unit("sentence")
    one.set_letters(one.codes.by_ref("asgf1.1.1"), "ab")
    two.set_unit("clause")
    for source, target in ((one, two), (two, one), (one, two)):
        merging.merge(target, written(source, Selection(), "settings"))
    assert [project.setting("unit") for project in (one, two)] == ["clause", "clause"]
    assert one.letters() == two.letters() != {}
    told = len(two.history())
    merging.merge(two, written(one, Selection(), "settings"))
    assert len(two.history()) == told
    two.undo()
    assert two.letters() == {}


@pytest.mark.parametrize(
    "held", [{"unit": ["galaxy", 1]}, {"letters": ['{"a": "abc"}', 1]}, {"letters": ["[1", 1]}, {"x": ["1", 1]}]
)
def test_a_strange_setting_is_refused(held: dict[str, Any], shared: Project, copied: Opener, tmp_path: Path) -> None:
    packed = members(written(shared, Selection()))
    path = pack(tmp_path / "strange.glossbundle", packed | {"settings.json": json.dumps(held).encode()})
    with pytest.raises(CannotRead):
        merging.merge(copied("other", TWO), path)


def test_who_brings_what_is_told_before_it_is_merged(shared: Project, copied: Opener) -> None:
    other = copied("other", TWO)
    plan = merging.preview(other, written(shared, Selection()))
    told = merging.told(other, plan)
    assert [(share.name, share.known, share.annotations) for share in told.coders] == [("Ada Two", True, 1), ("林一", True, 1)]
    assert sorted(title for _uuid, title in told.articles) == ["Audit", "算法与公平"]
    assert told.added["annotation"] == 2
    assert not told.conflicts
    assert other.articles.all() == []


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_merge_that_is_cancelled_leaves_the_project_as_it_was(
    after: int, shared: Project, copied: Opener
) -> None:  # fmt: skip
    other, calls = copied("other", TWO), []
    plan = merging.preview(other, written(shared, Selection()))

    def stop(done: int, _total: int) -> None:
        calls.append(done)
        if len(calls) > after:
            raise Cancelled

    before, told = state(other), len(other.history())
    with pytest.raises(Cancelled):
        merging.apply(other, plan, progress=stop)
    assert (state(other), len(other.history())) == (before, told)
    assert not well(other)
    assert merging.apply(other, plan).added == plan.added
