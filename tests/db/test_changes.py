"""One way to change: transaction, undo step, audit entry and notice at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import errors, schema
from db.changes import Change
from db.project import Project
from db.records import ArticleId, CodeId, InstrumentId
from tests.db.conftest import Opener
from tests.db.material import EN, THIRD, ZH, draft, state, well


def first_code(project: Project) -> Any:
    return project.codes.all("asgf1")[0].id


def test_several_verbs_in_a_change_are_one_step(project: Project) -> None:
    before = state(project)
    with project.change("Import and tag"):
        article = project.articles.add(draft("甲", ZH))
        project.annotations.add(article, 0, 5, codes=[first_code(project)])
    assert project.history(1)[0].label == "Import and tag"
    assert project.undo().label == "Import and tag"
    assert state(project) == before
    assert project.next_undo() is None


def test_a_failure_rolls_all_back(project: Project, article: ArticleId) -> None:
    before, told = state(project), len(project.history())

    def fail() -> None:
        project.annotations.add(article, 0, 5, codes=[first_code(project)])
        project.notes.add("article", article, "草稿")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), project.change("Fail"):
        fail()
    assert state(project) == before
    assert len(project.history()) == told
    assert not well(project)
    project.annotations.add(article, 0, 5)
    assert project.next_undo() is not None


def test_a_failed_part_that_is_survived_leaves_nothing_of_itself(project: Project, article: ArticleId) -> None:
    with project.change("Tag two"):
        project.annotations.add(article, 0, 2)
        with pytest.raises(errors.NotFound):
            project.annotations.add(article, 3, 5, codes=[first_code(project), CodeId(99_999)])
    assert [(a.start, a.end) for a in project.annotations.of(article)] == [(0, 2)]
    assert not well(project)


def test_a_change_that_touches_nothing_leaves_no_trace(project: Project, article: ArticleId) -> None:
    code = first_code(project)
    annotation = project.annotations.add(article, 0, 5, codes=[code])
    link = project.annotations.link(annotation, project.instruments.all()[0].id, "第十九条")
    note = project.notes.add("annotation", annotation, "想法")
    own = project.codes.add("自建")
    project.articles.set_status(article, "coded")
    project.undo()
    told, offered = len(project.history()), project.next_redo()
    heard: list[Change] = []
    project.on_change(heard.append)
    with project.change("Nothing"):
        pass
    project.annotations.tag(annotation, code)
    project.annotations.untag(annotation, own)
    project.annotations.move(annotation, 0, 5)
    project.annotations.edit_link(link, locator="第十九条")
    project.annotations.remove([])
    project.notes.edit(note, "想法")
    project.codes.edit(own, name_zh="自建")
    project.codes.move(own, None)
    project.articles.edit(article, title="算法与公平")
    project.articles.add_version(article, draft("算法与公平", ZH))
    project.articles.set_status(article, "to read")
    project.fields.set("article", article, "jurisdiction")
    assert (len(project.history()), heard) == (told, [])
    assert project.next_redo() == offered is not None


def test_a_change_is_told_after_it_is_kept(project: Project) -> None:
    heard: list[tuple[str, str, bool]] = []
    connection = project.store.connection
    project.on_change(lambda change: heard.append((change.kind, change.label, connection.in_transaction)))
    project.codes.add("自建")
    project.undo()
    project.redo()
    assert heard == [("do", "Add code", False), ("undo", "Add code", False), ("redo", "Add code", False)]


def test_counts_are_rows_by_table(project: Project, article: ArticleId) -> None:
    project.annotations.add(article, 0, 5, codes=[first_code(project)], note="想法")
    change = project.history(1)[0]
    assert dict(change.counts) == {"annotation": 1, "tagging": 1, "note": 1}
    assert change.tables == {"annotation", "tagging", "note"}
    assert change.coder == "林一"


def test_undo_puts_back_a_cascade(project: Project, article: ArticleId) -> None:
    annotation = project.annotations.add(article, 6, 12, codes=[first_code(project)], note="想法")
    project.notes.reply(project.annotations.get(annotation).notes[0].id, "回复")
    tagging = project.annotations.get(annotation).taggings[0].id
    project.annotations.set_tagging_field(tagging, "stance", "否认")
    project.annotations.link(annotation, project.instruments.all()[0].id, "第十九条")
    project.articles.set_status(article, "excluded", "重复")
    before = state(project)
    project.articles.remove([article])
    assert not project.annotations.several([annotation])
    assert not project.store.rows("SELECT 1 FROM field_value UNION ALL SELECT 1 FROM note UNION ALL SELECT 1 FROM place")
    project.undo()
    assert state(project) == before
    assert project.articles.original(article) == ZH.encode()
    assert not well(project)
    project.redo()
    assert not project.articles.all()
    assert not well(project)


def test_undo_outlives_closing_and_redo_too(copied: Opener) -> None:
    project = copied()
    start = state(project)
    article = project.articles.add(draft("甲", ZH))
    project.annotations.add(article, 0, 2, codes=[first_code(project)])
    end = state(project)
    project.close()
    project = copied()
    project.undo()
    project.close()
    project = copied()
    project.undo()
    assert state(project) == start
    project.close()
    project = copied()
    project.redo()
    project.redo()
    assert state(project) == end
    with pytest.raises(errors.NothingToRedo):
        project.redo()


def test_a_new_change_forgets_what_was_undone(project: Project) -> None:
    project.codes.add("甲")
    project.codes.add("乙")
    project.undo()
    project.codes.add("丙")
    assert project.next_redo() is None
    assert [code.name_zh for code in project.codes.all() if not code.name] == ["甲", "丙"]
    project.undo()
    project.undo()
    assert [code.name_zh for code in project.codes.all() if not code.name] == []


def test_a_key_used_again_is_not_taken_for_the_record_before(project: Project) -> None:
    one = project.articles.add(draft("甲", ZH))
    project.annotations.add(one, 0, 2)
    project.articles.remove([one])
    other = project.articles.add(draft("乙", EN))
    project.annotations.add(other, 4, 10)
    assert not well(project)
    later = state(project)
    for _ in range(3):
        project.undo()
    assert [article.title for article in project.articles.all()] == ["甲"]
    assert not well(project)
    for _ in range(3):
        project.redo()
    assert state(project) == later


def test_undo_inside_a_change_is_a_mistake_of_the_program(project: Project) -> None:
    project.codes.add("甲")
    with pytest.raises(RuntimeError), project.change("Wrong"):
        project.undo()
    assert project.next_undo() is not None


def test_nothing_can_be_written_outside_a_change(project: Project, article: ArticleId) -> None:
    with pytest.raises(errors.ProjectReadOnly):
        project.store.delete("article", [article])
    assert project.articles.all()


def test_what_the_schema_refuses_is_said_in_a_sentence(project: Project, article: ArticleId) -> None:
    before = state(project)
    with pytest.raises(errors.Refused) as told:
        project.notes.add("article", article, "a\0b")
    assert "CHECK" in str(told.value)
    assert state(project) == before


def _undo_all(project: Project) -> int:
    count = 0
    while project.next_undo():
        project.undo()
        count += 1
    return count


Verb = Callable[[Project, int], object]


def _pick(items: list[Any], number: int) -> Any:
    return items[number % len(items)] if items else None


def _articles(project: Project, number: int) -> Any:
    return _pick([article.id for article in project.articles.all()], number)


def _annotation(project: Project, number: int) -> Any:
    rows = project.store.rows("SELECT id FROM annotation WHERE coder = ? ORDER BY id", (project.me,))
    return _pick([row[0] for row in rows], number)


def _own_code(project: Project, number: int) -> Any:
    return _pick([code.id for code in project.codes.all() if not code.name], number)


def _add_article(project: Project, number: int) -> None:
    project.articles.add(draft(f"题{number}", (ZH, EN, THIRD)[number % 3]))


def _add_version(project: Project, number: int) -> None:
    if article := _articles(project, number):
        text = project.articles.version(article).text
        project.articles.add_version(article, draft("", text.replace("。", "！", 1) + f"又{number}"))


def _annotate(project: Project, number: int) -> None:
    if article := _articles(project, number):
        code = _pick(project.codes.all(), number * 37).id
        project.annotations.add(article, number % 9, number % 9 + 6, codes=[code], note="记" * (number % 2))


def _whole(project: Project, number: int) -> None:
    if article := _articles(project, number):
        project.annotations.add(article, None, None)


def _move_boundary(project: Project, number: int) -> None:
    if annotation := _annotation(project, number):
        project.annotations.move(annotation, number % 5, number % 5 + 3)


def _tag(project: Project, number: int) -> None:
    if annotation := _annotation(project, number):
        project.annotations.tag(annotation, _pick(project.codes.all(), number * 13).id)


def _link(project: Project, number: int) -> None:
    if annotation := _annotation(project, number):
        project.annotations.link(annotation, _pick(project.instruments.all(), number).id, "第三条")


def _unannotate(project: Project, number: int) -> None:
    if annotation := _annotation(project, number):
        project.annotations.remove([annotation])


def _add_code(project: Project, number: int) -> None:
    project.codes.add(f"码{project.store.value('SELECT count(*) FROM code')}", parent=_own_code(project, number))


def _move_code(project: Project, number: int) -> None:
    code, parent = _own_code(project, number), _own_code(project, number * 7)
    if code and parent not in project.codes.branch(code):
        project.codes.move(code, parent)


def _remove_code(project: Project, number: int) -> None:
    if code := _own_code(project, number):
        project.codes.remove(code)


def _remove_article(project: Project, number: int) -> None:
    if article := _articles(project, number):
        project.articles.remove([article])


def _status(project: Project, number: int) -> None:
    if article := _articles(project, number):
        project.articles.set_status(article, _pick(["to read", "reading", "coded"], number))


def _instrument(project: Project, number: int) -> None:
    own = [i.id for i in project.instruments.all() if not i.shipped]
    if len(own) > 2:
        project.instruments.remove(InstrumentId(own[number % 3]))
    else:
        project.instruments.add(f"《办法{number}》", aliases=[f"办{number}"])


def _fields(project: Project, number: int) -> None:
    if article := _articles(project, number):
        project.fields.set("article", article, "actor_type", *["state", "media", "public"][: number % 4])


VERBS: tuple[Verb, ...] = (
    _add_article, _add_version, _annotate, _annotate, _whole, _move_boundary, _tag, _link, _unannotate, _add_code, _move_code,
    _remove_code, _remove_article, _status, _instrument, _fields,
)  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.tuples(st.integers(0, len(VERBS) - 1), st.integers(0, 40)), min_size=1, max_size=14))
def test_whatever_is_done_can_be_undone_and_redone(copied: Opener, steps: list[tuple[int, int]]) -> None:
    project = copied()
    try:
        _undo_all(project)
        start = state(project)
        for verb, number in steps:
            VERBS[verb](project, number)
        end = state(project)
        assert not well(project)
        count = _undo_all(project)
        assert state(project) == start
        assert not well(project)
        for _ in range(count):
            project.redo()
        assert state(project) == end
        assert not well(project)
        assert set(schema.TRAVELLING) <= set(end)
    finally:
        project.close()
