"""Removals travel with a part of a project: of the part alone, so that nobody's work goes with another's."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.exchange import bundle
from db.exchange.presets import LAYER, Records, Selection, narrowed
from db.project import Project
from db.records import AnnotationId
from db.sharing import exporting, merging
from tests.db.conftest import ONE, TWO, Opener
from tests.db.doings import OPS
from tests.db.material import EN, ZH, draft, well
from tests.db.merges import carry

HIS = frozenset({TWO.uuid})
Choose = Callable[[Project], Selection]


@pytest.fixture
def pair(copied: Opener) -> tuple[Project, Project]:
    """One who leads, and two who codes what one gave him; both marked something."""
    one, two = copied("one"), copied("two", TWO)
    for title, text in (("算法与公平", ZH), ("Audit", EN)):
        one.articles.add(draft(title, text))
    one.codes.add("自建")
    carry(one, two)
    for project in (one, two):
        _mark(project, "算法与公平", 0)
        _mark(project, "Audit", 0)
    return one, two


def _mark(project: Project, title: str, start: int) -> AnnotationId:
    article, code = project.articles.by_ref(title), project.codes.by_ref("自建")
    return project.annotations.add(article, start, start + 4, codes=[code], note=f"注{start}")


def _send(source: Project, target: Project, wanted: Selection) -> merging.MergeReport:
    path = target.path.with_name("part.glossbundle")
    bundle.write(source.contents(), path, wanted=wanted)
    report = merging.merge(target, path)
    assert not well(target)
    return report


def _held(project: Project, wanted: Selection, kinds: tuple[str, ...] = LAYER) -> dict[str, Any]:
    """What a selection holds of a project, without what nobody owns."""
    records: Records = {kind: list(project.contents().records(kind)) for kind in bundle._KINDS}
    chosen = narrowed(records, wanted)
    return {str(r["uuid"]): r for kind in kinds for r in chosen[kind] if r.get("coder") is not None}


def _all_his(_project: Project) -> Selection:
    return Selection("layer", coders=HIS)


def _his_on_an_article(project: Project) -> Selection:
    return Selection("layer", frozenset({project.articles.get(project.articles.by_ref("Audit")).uuid}), coders=HIS)


def _his_of_a_code(project: Project) -> Selection:
    return Selection("layer", codes=frozenset({project.codes.get(project.codes.by_ref("自建")).uuid}), coders=HIS)


def _his_in_public(_project: Project) -> Selection:
    return Selection("public", coders=HIS)


def _his_nameless(_project: Project) -> Selection:
    return Selection("layer", coders=HIS, anonymous=True)


@pytest.mark.parametrize("choose", [_all_his, _his_on_an_article, _his_of_a_code, _his_in_public])
def test_what_was_removed_goes_with_every_part_that_held_it(pair: tuple[Project, Project], choose: Choose) -> None:
    one, two = pair
    mark = _mark(two, "Audit", 5)
    two.annotations.link(mark, two.instruments.by_ref("eu-ai-act"), "Art. 1")
    _send(two, one, choose(two))
    assert two.annotations.get(mark).uuid in _held(one, choose(one))
    two.annotations.remove([mark])
    report = _send(two, one, choose(two))
    assert report.deleted == 4
    assert not report.conflicts
    assert _held(one, choose(one)) == _held(two, choose(two))
    assert _send(two, one, choose(two)).deleted == 0


def test_nameless_layers_of_one_file_go_together(pair: tuple[Project, Project]) -> None:
    one, two = pair
    mark = _mark(two, "Audit", 5)
    _send(two, one, _his_nameless(two))
    before = len(one.coders.all())
    two.annotations.remove([mark])
    assert _send(two, one, _his_nameless(two)).deleted == 3
    assert len(one.coders.all()) == before
    assert TWO.uuid not in {coder.uuid for coder in one.coders.all()}


def test_what_the_history_forgot_is_judged_by_who_holds_it(pair: tuple[Project, Project]) -> None:
    one, two = pair
    hers = one.annotations.of(one.articles.by_ref("Audit"))[0].uuid
    carry(one, two)
    his = _mark(two, "Audit", 5)
    _send(two, one, _all_his(two))
    two.annotations.remove([his])
    two.code_as(two.coders.by_ref(ONE.uuid))
    two.annotations.remove([two.annotations.by_ref(hers)])
    with two.store.history.upkeep():
        two.store.rows("DELETE FROM history")
    assert _send(two, one, _all_his(two)).deleted == 3
    assert one.annotations.by_ref(hers)


def test_a_layer_takes_no_article_and_nobody_else_s_work_away(pair: tuple[Project, Project]) -> None:
    one, two = pair
    carry(one, two)
    _send(two, one, _all_his(two))
    hers = [each.uuid for each in one.annotations.of(one.articles.by_ref("Audit")) if each.coder == one.me]
    two.articles.remove([two.articles.by_ref("Audit")])
    report = _send(two, one, _all_his(two))
    assert [each.uuid for each in one.annotations.of(one.articles.by_ref("Audit"))] == hers
    assert report.deleted == 3


def test_another_s_reply_keeps_what_it_answers_until_somebody_decides(pair: tuple[Project, Project]) -> None:
    one, two = pair
    _send(two, one, _all_his(two))
    his = next(each for each in one.annotations.of(one.articles.by_ref("Audit")) if each.coder != one.me)
    one.notes.reply(his.notes[0].id, "我不同意")
    carry(one, two)
    two.annotations.remove([two.annotations.by_ref(his.uuid)])
    report = _send(two, one, _all_his(two))
    assert {clash.field for clash in report.conflicts} == {"(removed)"}
    assert one.annotations.get(his.id).notes[0].replies[0].text == "我不同意"


def test_an_article_of_a_selection_takes_its_removal_along(pair: tuple[Project, Project]) -> None:
    one, two = pair
    carry(one, two)
    article = two.articles.get(two.articles.by_ref("Audit"))
    wanted = Selection(articles=frozenset({article.uuid}))
    carry(two, one)
    two.articles.remove([article.id])
    assert _send(two, one, wanted).deleted > 3
    assert [each.title for each in one.articles.all()] == ["算法与公平"]


def test_corrections_of_unmarked_articles_go_along_with_one_s_layer(pair: tuple[Project, Project]) -> None:
    one, two = pair
    carry(one, two)
    two.annotations.remove([each.id for each in two.annotations.of(two.articles.by_ref("Audit")) if each.coder == two.me])
    two.articles.edit(two.articles.by_ref("Audit"), publisher="更正")
    choice = exporting.Choice("bundle", preset="layer")
    exporting.write(two.store, path := one.path.with_name("layer.glossbundle"), choice)
    merging.merge(one, path)
    assert one.articles.get(one.articles.by_ref("Audit")).publisher == "更正"
    exporting.write(one.store, path, choice)
    assert "Audit" in {article["title"] for article in bundle.read(path).records["article"]}  # she marked it


@pytest.mark.parametrize("held", [{"preset": "x"}, {"articles": 1}, {"articles": None}, [], {"coders": "abc"}])
def test_a_strange_part_is_refused(pair: tuple[Project, Project], held: Any, tmp_path: Path) -> None:
    from db.errors import CannotRead
    from tests.db.test_bundle import members, pack

    bundle.write(pair[1].contents(), tmp_path / "a.glossbundle", wanted=_all_his(pair[1]))
    packed = members(tmp_path / "a.glossbundle")
    manifest = json.loads(packed["manifest.json"])
    manifest["part"] = {**manifest["part"], **held} if isinstance(held, dict) and "articles" not in held else held
    with pytest.raises(CannotRead):
        merging.merge(pair[0], pack(tmp_path / "b.glossbundle", packed | {"manifest.json": json.dumps(manifest).encode()}))


STEP = st.tuples(st.sampled_from(("his", "hers", "send", "whole")), st.integers(0, len(OPS) - 1), st.integers(0, 20))


@contextmanager
def _two(small: Path) -> Iterator[tuple[Project, Project]]:
    with tempfile.TemporaryDirectory() as folder:
        one, two = (shutil.copy(small, Path(folder, f"{name}.gloss")) for name in ("one", "two"))
        with Project.open(Path(one), person=ONE) as first, Project.open(Path(two), person=TWO) as second:
            first.articles.add(draft("算法与公平", ZH))
            first.articles.add(draft("Audit", EN))
            first.codes.add("自建")
            carry(first, second)
            _mark(second, "Audit", 5)
            yield first, second


# More of it by hand: GLOSSATOR_MORE=50.
@settings(max_examples=int(os.environ.get("GLOSSATOR_MORE", "1")) * 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=2, max_size=12))
def test_a_layer_ends_as_it_is_and_takes_nobody_s_work(small: Path, steps: list[tuple[str, int, int]]) -> None:
    with _two(small) as (one, two):
        for what, op, number in [*steps, ("send", 0, 0)]:
            if what == "send":
                others = _others(one)
                _send(two, one, _all_his(two))
                assert others.items() <= _others(one).items()
            elif what == "whole":
                carry(one, two)
            else:
                OPS[op](two if what == "his" else one, number)
        if not one.conflicts():
            his, there = (_held(project, _all_his(project)) for project in (two, one))
            assert {u for u, r in his.items() if not r.get("private")} == there.keys()


def _others(project: Project) -> dict[str, Any]:
    records = ((kind, record) for kind in LAYER for record in project.contents().records(kind))
    return {str(r["uuid"]): kind for kind, r in records if r.get("coder") not in (None, TWO.uuid)}


def test_old_programs_find_no_removal_that_is_not_sure(pair: tuple[Project, Project], tmp_path: Path) -> None:
    one, two = pair
    two.annotations.remove([_mark(two, "Audit", 5)])
    with two.store.history.upkeep():
        two.store.rows("DELETE FROM history")
    bundle.write(two.contents(), path := tmp_path / "a.glossbundle", wanted=_all_his(two))
    with zipfile.ZipFile(path) as opened:
        told = json.loads(opened.read("stamps.json"))
    assert len(told["unsure"]) == 3
    assert not any(stamp[3] for stamp in told["stamps"].values())
    assert _send(two, one, _all_his(two)).deleted == 0
