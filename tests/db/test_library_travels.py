"""Collections and tags go from one project to another and come together without loss."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from db.exchange import bundle
from db.project import Project
from db.sharing import merging
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft, records, state, well
from tests.db.merges import agree, carry, exchange_both_ways


def both(copied: Opener) -> tuple[Project, Project]:
    """Two projects that hold the same article and the same collection."""
    one, two = copied("one"), copied("two", TWO)
    one.collections.put([one.articles.add(draft("题", ZH))], one.collections.add("共用"))
    carry(one, two)
    return one, two


def test_collections_and_tags_travel_and_a_merge_is_undone(copied: Opener) -> None:
    one, two = copied("one"), copied("two", TWO)
    article = one.articles.add(draft("题", ZH))
    law = one.collections.add("法律")
    one.collections.put([article], one.collections.add("草案", law))
    one.articles.tag([article], "要读", "已核")
    before = state(two)
    carry(one, two)
    found = two.articles.all()[0].id
    assert two.articles.tags() == one.articles.tags()
    assert [(each.name, each.depth, each.within) for each in two.collections.all()] == [("法律", 0, 1), ("草案", 1, 1)]
    assert [two.collections.get(each).name for each in two.collections.of(found)] == ["草案"]
    two.undo()
    assert state(two) == before


def test_the_same_tag_and_place_given_by_two_is_one(copied: Opener) -> None:
    one, two = both(copied)
    one.articles.tag([one.articles.add(draft("二", EN))], "同")
    two.articles.tag([two.articles.add(draft("二", EN))], "同")
    for project in (one, two):
        shelf = project.collections.by_ref("共用")
        project.collections.put([article.id for article in project.articles.all()], shelf)
    exchange_both_ways(one, two)
    assert one.articles.tags() == two.articles.tags() == [("同", 1)]
    assert one.collections.all()[0].articles == two.collections.all()[0].articles == 2
    agree(one, two)
    assert one.conflicts() == []


def test_what_one_takes_out_the_other_loses_and_what_both_rename_is_asked(copied: Opener) -> None:
    one, two = both(copied)
    article = one.articles.all()[0].id
    one.articles.tag([article], "旧")
    carry(one, two)
    two.articles.untag([two.articles.all()[0].id], "旧")
    two.collections.take_out([two.articles.all()[0].id], two.collections.by_ref("共用"))
    carry(two, one)
    assert one.articles.tags() == []
    assert one.collections.of(article) == []
    one.collections.rename(one.collections.by_ref("共用"), "甲")
    two.collections.rename(two.collections.by_ref("共用"), "乙")
    exchange_both_ways(one, two)
    assert [(each.kind, each.field) for each in one.conflicts()] == [("collection", "name")]
    agree(one, two)


def test_collections_put_below_each_other_make_no_ring(copied: Opener) -> None:
    one, two = both(copied)
    one.collections.add("另")
    carry(one, two)
    one.collections.move(one.collections.by_ref("共用"), one.collections.by_ref("另"))
    two.collections.move(two.collections.by_ref("另"), two.collections.by_ref("共用"))
    exchange_both_ways(one, two)
    assert [each.depth for each in one.collections.all()] == [0, 1]
    agree(one, two)


def test_a_bundle_of_some_articles_names_only_their_collections(copied: Opener, tmp_path: Path) -> None:
    one, two = copied("one"), copied("two", TWO)
    first, second = one.articles.add(draft("一", ZH)), one.articles.add(draft("二", EN))
    above = one.collections.add("上")
    one.collections.put([first], one.collections.add("中", above))
    one.collections.put([second], one.collections.add("别处"))
    one.articles.tag([first], "甲")
    one.articles.tag([second], "乙")
    path = tmp_path / "some.glossbundle"
    bundle.write(one.contents(), path, articles=[one.articles.get(first).uuid])
    merging.merge(two, path)
    assert [each.name for each in two.collections.all()] == ["上", "中"]
    assert two.articles.tags() == [("甲", 1)]
    assert not well(two)


def test_a_bundle_of_the_first_format_is_read(copied: Opener, tmp_path: Path) -> None:
    one, two = copied("one"), copied("two", TWO)
    one.annotations.add(one.articles.add(draft("题", ZH)), 0, 5)
    newer, older = tmp_path / "newer.glossbundle", tmp_path / "older.glossbundle"
    bundle.write(one.contents(), newer)
    with zipfile.ZipFile(newer) as source, zipfile.ZipFile(older, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                manifest["format"] = 1
                del manifest["members"]["library.json"]
                data = json.dumps(manifest).encode()
            if name != "library.json":
                target.writestr(name, data)
    two.articles.tag([two.articles.add(draft("题", ZH))], "留")
    merging.merge(two, older)
    assert len(records(two)["annotation"]) == 1
    assert two.articles.tags() == [("留", 1)]
    assert not well(two)
