"""Merging: by uuid, stamps and vectors; nothing twice, nothing lost, the same end whichever way round."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from db.exchange import bundle
from db.project import Project
from db.records import AnnotationId, ArticleId, NoteId
from db.sharing import merging
from tests.db.conftest import ONE, THREE, TWO, Opener
from tests.db.material import EN, ZH, draft, exported, state, well
from tests.db.merges import agree, carry, exchange_both_ways


@pytest.fixture
def pair(copied: Opener) -> tuple[Project, Project]:
    """Two colleagues' projects that share one annotated article and have seen each other."""
    one, two = copied("one", ONE), copied("two", TWO)
    article = one.articles.add(draft("算法与公平", ZH))
    one.annotations.add(article, 6, 12, codes=[one.codes.by_ref("asgf1.1.1")], note="想法")
    one.codes.add("自建", "Own", definition_zh="自己的")
    carry(one, two)
    carry(two, one)
    return one, two


def the_article(project: Project) -> ArticleId:
    return project.articles.all()[0].id


def the_annotation(project: Project) -> AnnotationId:
    return project.annotations.of(the_article(project))[0].id


def test_an_empty_project_takes_all_and_equals(pair: tuple[Project, Project]) -> None:
    one, two = pair
    agree(one, two)
    assert two.annotations.get(the_annotation(two)).notes[0].text == "想法"
    assert two.coders.get(two.annotations.get(the_annotation(two)).coder).name == "林一"


def test_merging_again_changes_nothing_at_all(pair: tuple[Project, Project]) -> None:
    one, two = pair
    for source, target in ((one, two), (two, one), (one, two)):
        before, told = state(target), len(target.history())
        report = carry(source, target)
        assert (report.added, report.updated, report.deleted, report.conflicts) == (0, 0, 0, ())
        assert (state(target), len(target.history())) == (before, told)


def test_one_sided_changes_are_taken(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.articles.edit(the_article(one), title="改后的题")
    one.annotations.move(the_annotation(one), 6, 14)
    report = carry(one, two)
    assert (report.added, report.conflicts) == (0, ())
    assert two.articles.get(the_article(two)).title == "改后的题"
    assert two.annotations.get(the_annotation(two)).end == 14
    agree(one, two)


def test_different_fields_of_one_record_join_without_a_conflict(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.articles.edit(the_article(one), title="一的题")
    two.articles.edit(the_article(two), publisher="二的刊")
    back, there = exchange_both_ways(one, two)
    assert (back.conflicts, there.conflicts) == ((), ())
    assert {(p.articles.all()[0].title, p.articles.all()[0].publisher) for p in pair} == {("一的题", "二的刊")}
    agree(one, two)


def test_the_same_field_changed_twice_is_a_conflict_with_its_base(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.articles.edit(the_article(one), title="一的题")
    two.articles.edit(the_article(two), title="二的题")
    exchange_both_ways(one, two)
    mine, theirs = one.conflicts()[0], two.conflicts()[0]
    assert (mine.field, mine.mine, mine.theirs, mine.base) == ("title", '"一的题"', '"二的题"', '"算法与公平"')
    assert (theirs.mine, theirs.theirs, theirs.base) == ('"二的题"', '"一的题"', '"算法与公平"')
    assert one.articles.all()[0].title == two.articles.all()[0].title
    agree(one, two)
    assert not carry(one, two).conflicts
    assert len(two.conflicts()) == 1


@pytest.mark.parametrize(
    ("policy", "expected"), [("mine", "一的注"), ("theirs", "二的注"), ("both", "一的注\n\n二的注"), ("ask", "二的注")]
)
def test_a_policy_decides_a_conflict(pair: tuple[Project, Project], policy: str, expected: str) -> None:
    one, two = pair
    shared = one.annotations.get(the_annotation(one)).notes[0].id
    one.notes.edit(shared, "一的注")
    note = two.annotations.get(the_annotation(two)).notes[0].id
    with two.change("Correct"):
        two.store.update("note", note, text="二的注")
    carry(two, one, policy)
    assert one.notes.get(NoteId(shared)).text == expected
    assert [c.decision for c in one.conflicts(decided=True)] == ["" if policy == "ask" else policy]
    assert bool(one.conflicts()) == (policy == "ask")


def test_deletions_travel(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.annotations.remove([the_annotation(one)])
    report = carry(one, two)
    assert report.deleted > 0
    assert not two.annotations.of(the_article(two))
    agree(one, two)
    assert not carry(two, one).added
    one.articles.remove([the_article(one)])
    carry(one, two)
    assert not two.articles.all()
    agree(one, two)


def test_a_deletion_taken_back_travels_too(pair: tuple[Project, Project]) -> None:
    one, two = pair
    before = exported(one)["records"]
    one.annotations.remove([the_annotation(one)])
    carry(one, two)
    one.undo()
    carry(one, two)
    assert exported(two)["records"] == before
    assert not two.conflicts()
    agree(one, two)


def test_work_on_what_another_removed_keeps_it_as_a_conflict(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.annotations.remove([the_annotation(one)])
    with two.change("Reply"):
        two.notes.reply(two.annotations.get(the_annotation(two)).notes[0].id, "我不同意")
    exchange_both_ways(one, two)
    for project in pair:
        assert project.annotations.get(the_annotation(project)).notes[0].replies[0].text == "我不同意"
        assert {c.field for c in project.conflicts()} == {"(removed)"}
    agree(one, two)


def test_my_private_note_keeps_what_another_removed(pair: tuple[Project, Project]) -> None:
    one, two = pair
    two.notes.add("annotation", the_annotation(two), "只给自己看", private=True)
    carry(two, one)
    one.annotations.remove([the_annotation(one)])
    carry(one, two)
    assert [note.text for note in two.annotations.get(the_annotation(two)).notes][-1] == "只给自己看"
    assert two.conflicts()


def test_two_codings_of_one_passage_never_conflict(pair: tuple[Project, Project]) -> None:
    one, two = pair
    mine = the_annotation(one)
    one.annotations.tag(mine, one.codes.by_ref("asgf1.1.2"))
    copy = two.annotations.own_copy(the_annotation(two))
    two.annotations.tag(copy, two.codes.by_ref("asgf1.1.3"))
    back, there = exchange_both_ways(one, two)
    assert (back.conflicts, there.conflicts) == ((), ())
    layers = {a.coder: [t.key for t in a.taggings] for a in one.annotations.of(the_article(one))}
    assert sorted(layers.values()) == [["asgf1.1.1", "asgf1.1.2"], ["asgf1.1.3"]]
    agree(one, two)


def test_one_undo_takes_a_merge_back_and_merging_again_brings_the_same(pair: tuple[Project, Project]) -> None:
    one, two = pair
    two.articles.edit(the_article(two), title="二的题")
    two.annotations.own_copy(the_annotation(two))
    two.articles.add(draft("二", EN))
    one.articles.edit(the_article(one), title="一的题")
    before, stamps = state(one), (one.contents().stamps(), one.contents().vector())
    first = carry(two, one)
    after, stamped = exported(one), (one.contents().stamps(), one.contents().vector())
    assert one.undo().label == "Merge bundle"
    assert state(one) == before
    assert (one.contents().stamps(), one.contents().vector()) == stamps
    again = carry(two, one)
    assert (again.added, again.updated) == (first.added, first.updated)
    assert exported(one) == after
    one.undo()
    one.redo()
    assert (one.contents().stamps(), one.contents().vector()) == stamped
    assert not well(one)


def test_one_page_imported_apart_is_one_article(copied: Opener) -> None:
    one, two = copied("one", ONE), copied("two", TWO)
    for project, start in ((one, 0), (two, 6)):
        article = project.articles.add(draft("算法与公平", ZH, original=project.path.name.encode()))
        project.annotations.add(article, start, start + 4, codes=[project.codes.by_ref("asgf1.1.1")], note=f"在{start}")
        project.fields.set("article", article, "actor_type", "media")
        project.articles.set_status(article, "coded")
    uuids = sorted(project.articles.all()[0].uuid for project in (one, two))
    exchange_both_ways(one, two)
    for project in (one, two):
        assert [article.uuid for article in project.articles.all()] == uuids[:1]
        assert len(project.annotations.of(the_article(project))) == 2
        assert project.articles.by_ref(uuids[1]) == the_article(project)
        assert project.articles.get(the_article(project)).versions == 1
    agree(one, two)
    assert not carry(one, two).added
    assert not carry(two, one).added


def test_what_a_third_found_to_be_one_is_taken_over(copied: Opener) -> None:
    one, two, three = copied("one", ONE), copied("two", TWO), copied("three", THREE)
    for project in (one, two):
        article = project.articles.add(draft("算法与公平", ZH))
        project.annotations.add(article, 0, 3, note=project.path.name)
    carry(two, three)
    carry(one, two)
    carry(two, three)
    for project in (two, three):
        assert len(project.articles.all()) == 1
        assert len(project.annotations.of(the_article(project))) == 2
    agree(two, three)


def test_a_text_that_came_back_is_a_later_version_on_both_sides(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.articles.add_version(the_article(one), draft("", ZH + "补"))
    carry(one, two)
    one.articles.add_version(the_article(one), draft("", ZH))
    carry(one, two)
    assert [p.articles.version(the_article(p)).number for p in pair] == [3, 3]
    assert not two.conflicts()
    agree(one, two)


def test_their_marks_are_carried_to_our_text_and_counted(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.articles.add_version(the_article(one), draft("", "编者按：转载。\n" + ZH.replace("一句空话", "一句套话")))
    two.annotations.add(the_article(two), 7, 13, note="二")
    start = ZH.index("一句空话")
    two.annotations.add(the_article(two), start, start + 4)
    report = carry(two, one)
    assert report.reanchored + report.review == 2
    assert report.reanchored >= 1
    carried = [a for a in one.annotations.of(the_article(one)) if a.notes and a.notes[0].text == "二"]
    assert carried[0].start is not None
    assert one.articles.version(the_article(one)).text[carried[0].start : carried[0].end] == ZH[7:13]


def test_values_set_apart_of_a_field_of_one_are_a_conflict(pair: tuple[Project, Project]) -> None:
    one, two = pair
    for project, voice in ((one, "author"), (two, "quoted")):
        project.fields.set("annotation", the_annotation(project), "voice", voice)
        project.fields.set("article", the_article(project), "jurisdiction", "CN", "EU" if project is one else "US")
    exchange_both_ways(one, two)
    for project in pair:
        assert len(project.annotations.get(the_annotation(project)).fields["voice"]) == 1
        article = the_article(project)
        assert set(project.fields.of("article", [article])[article]["jurisdiction"]) == {"CN", "EU", "US"}
        assert [c.field for c in project.conflicts()] == ["value"]
    agree(one, two)


def test_codes_hung_below_each_other_apart_make_no_ring(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.codes.add("甲")
    one.codes.add("乙")
    carry(one, two)
    carry(two, one)
    one.codes.move(one.codes.by_ref("甲"), one.codes.by_ref("乙"))
    two.codes.move(two.codes.by_ref("乙"), two.codes.by_ref("甲"))
    exchange_both_ways(one, two)
    for project in pair:
        own = [code for code in project.codes.all() if not code.name]
        assert {code.name_zh for code in own} == {"自建", "甲", "乙"}
        assert sum(code.parent is None for code in own) == 2
    agree(one, two)


def test_a_code_moved_below_one_that_was_removed_brings_it_back(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.codes.add("甲")
    carry(one, two)
    carry(two, one)
    one.codes.remove(one.codes.by_ref("甲"))
    two.codes.move(two.codes.by_ref("自建"), two.codes.by_ref("甲"))
    exchange_both_ways(one, two)
    for project in pair:
        assert project.codes.get(project.codes.by_ref("自建")).parent == project.codes.by_ref("甲")
    agree(one, two)


def test_a_part_brings_only_itself_and_the_rest_follows(pair: tuple[Project, Project], copied: Opener) -> None:
    one, _two = pair
    other = one.articles.add(draft("二", EN))
    one.annotations.add(other, 0, 3, note="other")
    three = copied("three", THREE)
    report = carry(one, three, articles=[one.articles.get(other).uuid])
    assert report.added
    assert [article.title for article in three.articles.all()] == ["二"]
    three.articles.edit(the_article(three), title="三改过")
    assert not carry(three, one).conflicts
    assert one.articles.get(other).title == "三改过"
    carry(one, three)
    agree(one, three)


def test_a_third_who_saw_a_change_and_changed_more_makes_no_conflict(pair: tuple[Project, Project], copied: Opener) -> None:
    one, two = pair
    three = copied("three", THREE)
    carry(one, three)
    three.articles.edit(the_article(three), title="三的题")
    carry(three, one)
    carry(three, two)
    two.articles.edit(the_article(two), title="二又改")
    one.articles.edit(the_article(one), publisher="一的刊")
    exchange_both_ways(one, two)
    assert [p.articles.all()[0].title for p in pair] == ["二又改", "二又改"]
    assert not one.conflicts()
    agree(one, two)


def test_a_file_put_back_from_a_backup_is_not_taken_for_old(pair: tuple[Project, Project], tmp_path: Path) -> None:
    one, two = pair
    kept = tmp_path / "kept.gloss"
    one.backup(kept)
    one.notes.add("article", the_article(one), "后来丢了")
    carry(one, two)
    one.close()
    shutil.copy(kept, one.path)
    back = Project.open(one.path, person=ONE)
    back.articles.edit(the_article(back), title="恢复之后")
    carry(back, two)
    assert two.articles.get(the_article(two)).title == "恢复之后"
    carry(two, back)
    assert "后来丢了" in [note.text for note in back.notes.all()]
    back.close()


def test_a_project_that_went_on_since_the_preview_is_planned_again(pair: tuple[Project, Project], tmp_path: Path) -> None:
    one, two = pair
    two.articles.edit(the_article(two), title="二的题")
    path = tmp_path / "late.glossbundle"
    bundle.write(two.contents(), path)
    plan = merging.preview(one, path)
    one.articles.remove([the_article(one)])
    merging.apply(one, plan)
    assert one.articles.all()[0].title == "二的题"
    assert one.conflicts()
    assert not well(one)


def test_a_preview_writes_nothing(pair: tuple[Project, Project], tmp_path: Path) -> None:
    one, two = pair
    two.articles.add(draft("二", EN))
    path = tmp_path / "look.glossbundle"
    bundle.write(two.contents(), path)
    before, told = state(one), len(one.history())
    plan = merging.preview(one, path)
    assert plan.added > 0
    assert plan.bundle.counts["article"] == 2
    assert (state(one), len(one.history())) == (before, told)
