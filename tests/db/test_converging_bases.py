"""What two began from is told to a third: the same conflicts with the same base, whoever merges whom first."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from db.exchange import bundle
from db.exchange.past import Past, Step, base_of
from db.exchange.presets import Selection
from db.project import Project
from db.sharing import freezing, merging
from db.sharing.deciding import Conflicts
from tests.db.conftest import THREE, TWO, Opener
from tests.db.material import ZH, draft, well
from tests.db.merges import agree, carry, differences, exchange_both_ways
from tests.db.test_bundle import members, pack


@pytest.fixture
def apart(copied: Opener) -> tuple[Project, Project]:
    """Two who share an article and a passage, and then work apart as one coder."""
    one, two = copied("one"), copied("two", TWO)
    article = one.articles.add(draft("算法与公平", ZH))
    one.annotations.add(article, 6, 12, note="想法")
    one.codes.add("自建", "Own")
    carry(one, two)
    carry(two, one)
    two.code_as(two.coders.by_ref("林一"))
    return one, two


def told(project: Project) -> set[tuple[str, str, frozenset[str], str]]:
    return {(each.uuid, each.field, frozenset((each.mine, each.theirs)), each.base) for each in project.conflicts()}


def edit(project: Project, **values: str) -> None:
    project.articles.edit(project.articles.all()[0].id, **values)


def test_a_third_who_had_nothing_meets_the_same_conflicts_in_any_order(apart: tuple[Project, Project], copied: Opener) -> None:
    one, two = apart
    edit(one, title="一的题")
    edit(one, publisher="一的刊")
    edit(two, title="二的题")
    thirds = [copied(name, THREE) for name in ("c", "d")]
    for third, order in zip(thirds, ((one, two), (two, one)), strict=True):
        for source in order:
            carry(source, third)
        assert [(each.field, json.loads(each.base)) for each in third.conflicts()] == [("title", "算法与公平")]
        assert third.articles.all()[0].publisher == "一的刊"
    exchange_both_ways(one, two)
    assert told(one) == told(two) == told(thirds[0]) == told(thirds[1])
    assert differences(one, thirds[0]) == [] == differences(*thirds)


def test_who_saw_a_first_change_is_in_no_conflict_with_it_at_a_third(apart: tuple[Project, Project], copied: Opener) -> None:
    one, two = apart
    third = copied("c", THREE)
    carry(one, third)
    edit(one, title="第一改")
    carry(one, two)
    edit(one, publisher="一的刊")
    edit(two, title="第二改")
    carry(one, third)
    carry(two, third)
    assert told(third) == set()
    assert third.articles.all()[0].title == "第二改"
    exchange_both_ways(one, two)
    assert differences(one, third) == []


def test_the_base_is_what_both_last_knew(apart: tuple[Project, Project], copied: Opener) -> None:
    one, two = apart
    edit(one, title="都知道的")
    carry(one, two)
    edit(one, title="一的题")
    edit(two, title="二的题")
    third = copied("c", THREE)
    carry(two, third)
    carry(one, third)
    exchange_both_ways(one, two)
    for project in (one, two, third):
        assert [json.loads(each.base) for each in project.conflicts()] == ["都知道的"]
    assert told(one) == told(two) == told(third)


def test_open_conflicts_are_handed_on_and_a_decision_closes_them_everywhere(
    apart: tuple[Project, Project], copied: Opener
) -> None:
    one, two = apart
    edit(one, title="一的题")
    edit(two, title="二的题")
    exchange_both_ways(one, two)
    third = copied("c", THREE)
    carry(one, third)
    assert told(third) == told(one)
    # The value that stands already is kept: no record changes, and yet the others hear of it.
    standing = one.articles.all()[0].title
    mine = json.loads(one.conflicts()[0].mine)
    Conflicts(one.store).decide("mine" if standing == mine else "theirs")
    for other in (two, third):
        carry(one, other)
        assert other.conflicts() == []
        assert other.articles.all()[0].title == standing
    carry(two, one)
    assert one.conflicts() == []


def test_a_place_moved_twice_stays_one_place_until_it_is_decided(apart: tuple[Project, Project]) -> None:
    one, two = apart
    for project, span in ((one, (2, 30)), (two, (9, 14))):
        article = project.articles.all()[0].id
        project.annotations.move(project.annotations.of(article)[0].id, *span)
    exchange_both_ways(one, two)
    for project in (one, two):
        assert [each.field for each in project.conflicts()] == ["(place)"]
        mark = project.annotations.of(project.articles.all()[0].id)[0]
        assert (mark.start, mark.end) in ((2, 30), (9, 14))
        assert mark.exact == ZH[mark.start : mark.end]
    agree(one, two)
    Conflicts(one.store).decide("theirs")
    mark = one.annotations.of(one.articles.all()[0].id)[0]
    assert (mark.start, mark.end, mark.exact) == (9, 14, ZH[9:14])
    carry(one, two)
    assert two.conflicts() == []
    assert not well(two)
    one.undo()
    assert [each.field for each in one.conflicts()] == ["(place)"]


def test_two_who_each_took_another_name_away_leave_one(apart: tuple[Project, Project]) -> None:
    one, two = apart
    for project, name in ((one, "name_zh"), (two, "name_en")):
        project.codes.edit(project.codes.by_ref("自建"), **{name: ""})
    exchange_both_ways(one, two)
    agree(one, two)
    code = one.codes.get(one.codes.by_ref("自建"))
    assert (code.name_zh, code.name_en) == ("自建", "Own")
    assert {each.field for each in one.conflicts()} == {"name_zh", "name_en"}


def test_a_merge_undone_and_made_again_gives_the_same_conflicts(apart: tuple[Project, Project]) -> None:
    one, two = apart
    edit(one, title="一的题")
    edit(two, title="二的题", publisher="二的刊")
    carry(two, one)
    before = told(one)
    one.undo()
    assert told(one) == set()
    carry(two, one)
    assert told(one) == before
    carry(one, two)
    agree(one, two)


def before_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("before.json").decode() if "before.json" in archive.namelist() else ""


def test_what_was_private_is_not_told_though_it_no_longer_is(apart: tuple[Project, Project], tmp_path: Path) -> None:
    one, _two = apart
    note = one.notes.add("article", one.articles.all()[0].id, "只给自己", private=True)
    one.notes.edit(note, "还是只给自己")
    one.notes.edit(note, "给大家", private=False)
    one.notes.edit(note, "给大家看")
    bundle.write(one.contents(), tmp_path / "a.glossbundle")
    before = before_of(tmp_path / "a.glossbundle")
    assert "给大家看" in before
    assert "只给自己" not in before


def test_old_values_stay_where_names_or_texts_do(apart: tuple[Project, Project], tmp_path: Path) -> None:
    one, _two = apart
    edit(one, title="后来的题")
    path = tmp_path / "a.glossbundle"
    bundle.write(one.contents(), path)
    assert "算法与公平" in before_of(path)
    for wanted in (Selection(anonymous=True), Selection("public")):
        bundle.write(one.contents(), path, wanted=wanted)
        assert before_of(path) == ""
    freezing.freeze(one, "S", path, replace=True)
    assert before_of(path) == ""


def test_a_bundle_of_an_older_format_is_read_without(apart: tuple[Project, Project], copied: Opener, tmp_path: Path) -> None:
    one, two = apart
    edit(one, title="一的题")
    bundle.write(one.contents(), tmp_path / "a.glossbundle")
    held = members(tmp_path / "a.glossbundle")
    del held["before.json"]
    manifest = json.loads(held["manifest.json"]) | {"format": 4}
    held["manifest.json"] = json.dumps(manifest).encode()
    old = pack(tmp_path / "old.glossbundle", held)
    edit(two, title="二的题")
    merging.merge(two, old)
    assert [json.loads(each.base) for each in two.conflicts()] == ["算法与公平"]
    third = copied("c", THREE)
    merging.merge(third, old)
    carry(two, third)
    assert not well(third)


def test_the_base_of_concurrent_changes_is_the_same_from_either_side() -> None:
    first, mine, theirs = (Step(r, n, {"title": pair}) for r, n, pair in (("a", 1, "xy"), ("a", 5, "yz"), ("b", 3, "yw")))
    ours, other = Past({}, (first, mine)), Past({}, (first, theirs))

    def we(dots: object) -> bool:
        return dots != {"b": 3}

    def they(dots: object) -> bool:
        return dots != {"a": 5}

    assert base_of({"title": "z"}, ours, other, we, they) == {"title": "y"}
    assert base_of({"title": "w"}, other, ours, they, we) == {"title": "y"}
    assert base_of({"title": "z"}, Past(None), Past(None), we, they) is None


def test_what_two_tell_differently_of_one_step_is_one_thing_whoever_is_asked() -> None:
    one, two = (Past({}, (Step("b", 7, {"title": (before, "新题")}),)) for before in ("旧题", "另一题"))
    assert one.joined(two) == two.joined(one)
    assert one.joined(one) == one
