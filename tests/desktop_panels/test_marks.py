"""Marks: what a change touched is read again and no more; codes hidden, dimmed and shown alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from db.annotations import Annotations
from db.changes import Change
from db.records import Annotation, AnnotationId, ArticleId, CodeId
from desktop.panels.marks import Marks, Sight
from desktop.reader.intervals import Mark
from desktop.words import use_language
from tests.desktop_panels.world import BIAS, World, template, world

__all__ = ["template", "world"]


def loaded(marks: Marks, world: World) -> dict[int, Mark]:
    put, gone = marks.follow(marks.begin(world.article))
    assert gone == []
    return {mark.id: mark for mark in put}


class Seen:
    """The marks of the world's article, kept as a pane keeps them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sight = Sight(world.session)
        self.marks = Marks(world.session, self.sight)
        self.shown = loaded(self.marks, world)
        world.session.changed.connect(self.changed)

    def changed(self, change: Change) -> None:
        assert change.annotations is not None
        put, gone = self.marks.follow(change.annotations)
        self.shown |= {mark.id: mark for mark in put}
        for key in gone:
            self.shown.pop(key, None)  # one that is gone may have been hidden

    def again(self) -> None:
        self.shown = {mark.id: mark for mark in self.marks.made(self.marks.known())}

    def uuid(self, name: str) -> str:
        codes = self.world.project.codes
        return codes.get(codes.by_ref(name)).uuid


@pytest.fixture
def seen(world: World) -> Seen:
    return Seen(world)


def as_loaded(seen: Seen) -> dict[int, Mark]:
    """Give what a new pane would show."""
    return loaded(Marks(seen.world.session, Sight(seen.world.session)), seen.world)


def tagged(seen: Seen, *codes: str) -> AnnotationId:
    project = seen.world.project
    return project.annotations.add(seen.world.article, 10, 14, codes=[project.codes.by_ref(code) for code in codes])


def test_what_is_done_to_one_annotation_is_followed_and_taken_back(seen: Seen) -> None:
    project = seen.world.project
    made = tagged(seen)
    assert seen.shown[made].codes == 0
    project.annotations.tag(made, seen.world.bias)
    assert seen.shown[made].label.startswith("3.1.1(b)")
    project.annotations.move(made, 11, 15)
    assert (seen.shown[made].start, seen.shown[made].end) == (11, 15)
    project.notes.add("annotation", made, "为什么？")
    assert seen.shown[made].note
    project.annotations.remove([made])
    assert made not in seen.shown
    for _ in range(5):
        project.undo()
        assert seen.shown == as_loaded(seen)
    for _ in range(5):
        project.redo()
        assert seen.shown == as_loaded(seen)
    assert made not in seen.shown


def test_only_what_a_change_touched_is_read_again(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[AnnotationId] = []
    several = Annotations.several

    def told(self: Annotations, annotations: Sequence[AnnotationId]) -> list[Annotation]:
        read.extend(annotations)
        return several(self, annotations)

    def never(_self: Annotations, _article: ArticleId) -> list[Annotation]:
        raise AssertionError("all annotations were read")

    made = tagged(seen)
    monkeypatch.setattr(Annotations, "several", told)
    monkeypatch.setattr(Annotations, "of", never)
    seen.world.project.annotations.tag(made, CodeId(seen.world.bias))
    assert read == [made]
    assert seen.shown[made].codes == 1


def test_annotations_of_another_article_are_no_marks_here(seen: Seen) -> None:
    before = dict(seen.shown)
    put, gone = seen.marks.follow([10_000])
    assert (put, gone, seen.shown) == ([], [], before)


def test_a_hidden_code_takes_what_is_below_it_along(seen: Seen) -> None:
    assert seen.sight.set_codes([seen.uuid("asgf1.3.1")], [], "")
    seen.again()
    assert seen.shown == {}
    assert seen.sight.set_codes([], [], "")
    seen.again()
    assert set(seen.shown) == {seen.world.mine, seen.world.theirs}
    assert not seen.sight.set_codes([], [], "")


def test_of_several_codes_the_first_that_is_seen_is_the_label(seen: Seen) -> None:
    made, bare = tagged(seen, BIAS, "asgf1.1.1"), tagged(seen)
    seen.sight.set_codes([seen.uuid(BIAS)], [], "")
    seen.again()
    assert seen.shown[made].label.startswith("1.1")
    assert seen.shown[made].codes == 1
    assert bare in seen.shown
    assert seen.world.mine not in seen.shown


def test_a_code_shown_alone_hides_all_others_and_what_has_none(seen: Seen) -> None:
    made, bare = tagged(seen, "asgf1.1.1", BIAS), tagged(seen)
    seen.sight.set_codes([], [seen.uuid("asgf1.3")], seen.uuid("asgf1.3.1"))
    seen.again()
    assert set(seen.shown) == {made, seen.world.mine, seen.world.theirs}
    assert seen.shown[made].label.startswith("3.1.1(b)")
    assert not any(mark.dim for mark in seen.shown.values())
    assert bare not in seen.shown


def test_alone_means_without_own_codes_and_highlights_too(seen: Seen) -> None:
    project = seen.world.project
    own, below = project.codes.add("", "Cross-border data"), project.codes.add("另一码")
    with project.change("Test"):
        stranger = project.annotations.add(seen.world.article, 2, 4, codes=[own])
        both = project.annotations.add(seen.world.article, 3, 6, codes=[own, seen.world.bias])
        other = project.annotations.add(seen.world.article, 10, 12, codes=[below])
        linked = project.annotations.add(seen.world.article, 13, 15, links=[(seen.world.act, "")])
    seen.sight.set_codes([], [], seen.uuid(BIAS))
    seen.again()
    assert set(seen.shown) == {seen.world.mine, seen.world.theirs, both}
    assert (seen.shown[both].label[:8], seen.shown[both].codes) == ("3.1.1(b)", 1)
    late = tagged(seen)
    project.annotations.tag(late, own)
    assert late not in seen.shown
    seen.sight.set_codes([], [], project.codes.get(own).uuid)
    seen.again()
    assert set(seen.shown) == {stranger, both, late}
    assert {other, linked}.isdisjoint(seen.shown)


def test_a_link_without_a_code_names_its_instrument(seen: Seen) -> None:
    project = seen.world.project
    made = project.annotations.add(seen.world.article, 10, 14, links=[(seen.world.act, "第三条")])
    instrument = project.instruments.get(seen.world.act)
    names = {instrument.title("en"), *(alias.text for alias in instrument.aliases)}
    assert seen.shown[made].instrument_name in names
    assert len(seen.shown[made].instrument_name) <= len(instrument.title("en"))
    project.annotations.tag(made, seen.world.bias)
    assert (seen.shown[made].instrument, seen.shown[made].instrument_name) == (True, "")


def test_a_mark_is_dim_when_all_its_codes_are(seen: Seen) -> None:
    both, other, bare = tagged(seen, BIAS, "asgf1.1.1"), tagged(seen, "asgf1.1.1"), tagged(seen)
    seen.sight.set_codes([], [seen.uuid("asgf1.3")], "")
    seen.again()
    assert {key for key, mark in seen.shown.items() if mark.dim} == {seen.world.mine, seen.world.theirs}
    assert not any(seen.shown[key].dim for key in (both, other, bare))
    seen.sight.set_codes([seen.uuid("asgf1.1.1")], [seen.uuid("asgf1.3")], "")
    seen.again()
    assert seen.shown[both].dim, "the code that is not dim is hidden"


def test_a_colleague_can_be_hidden_and_oneself_cannot(seen: Seen) -> None:
    uuids = tuple(coder.uuid for coder in seen.world.project.coders.all())
    seen.sight.hidden_coders = uuids
    seen.again()
    assert set(seen.shown) == {seen.world.mine}


def test_a_new_name_and_another_language_are_said(seen: Seen, qapp: object) -> None:
    project = seen.world.project
    code = project.codes.add("测试码", name_en="Trial")
    made = project.annotations.add(seen.world.article, 10, 14, codes=[code])
    assert seen.shown[made].label.endswith("Trial")
    project.codes.edit(code, name_en="Second trial")
    seen.again()
    assert seen.shown[made].label.endswith("Second trial")
    use_language(qapp, "zh_CN")  # type: ignore[arg-type]
    seen.again()
    assert seen.shown[made].label.endswith("测试码")
