"""Notes: on things, replies, a journal; each coder's own."""

from __future__ import annotations

import pytest

from db import errors
from db.project import Project
from db.records import ArticleId, NoteId
from tests.db.material import state, well


def test_notes_hang_on_every_kind_of_thing(project: Project, article: ArticleId) -> None:
    annotation = project.annotations.add(article, 0, 2)
    things = {
        "annotation": annotation, "article": article, "code": project.codes.all()[0].id,
        "instrument": project.instruments.all()[0].id,
    }  # fmt: skip
    for kind, thing in things.items():
        first = project.notes.add(kind, thing, f"一 {kind}")  # type: ignore[arg-type]
        project.notes.add(kind, thing, "二")  # type: ignore[arg-type]
        project.notes.reply(first, "回复")
        found = project.notes.of(kind, [thing])[thing]  # type: ignore[arg-type]
        assert [note.text for note in found] == [f"一 {kind}", "二"]
        assert [note.text for note in found[0].replies] == ["回复"]
    assert project.notes.of("article", []) == {}
    assert not well(project)


def test_the_journal_is_by_day_and_holds_replies_to_replies(project: Project) -> None:
    old = project.notes.add(None, None, "早", day="2026-01-01")
    project.notes.add(None, None, "晚", day="2026-02-01")
    reply = project.notes.reply(old, "再想")
    project.notes.reply(reply, "又想")
    entries = project.notes.journal()
    assert [note.text for note in entries] == ["晚", "早"]
    assert entries[1].replies[0].replies[0].text == "又想"
    assert [note.text for note in project.notes.all()] == ["早", "晚", "再想", "又想"]


def test_every_verb_can_be_undone(project: Project, article: ArticleId) -> None:
    note = project.notes.add("article", article, "想法")
    project.notes.reply(note, "回复")
    for verb in (
        lambda: project.notes.add(None, None, "日志"),
        lambda: project.notes.edit(note, "改过"),
        lambda: project.notes.edit(note, "想法", private=True),
        lambda: project.notes.edit(note, "  "),
        lambda: project.notes.remove(note),
    ):
        before = state(project)
        verb()
        assert state(project) != before
        project.undo()
        assert state(project) == before
    assert not well(project)


def test_anothers_note_is_answered_not_rewritten(project: Project, article: ArticleId) -> None:
    note = project.notes.add("article", article, "想法")
    project.code_as(project.coders.ensure("乙"))
    before = state(project)
    for refused in (lambda: project.notes.edit(note, "改过"), lambda: project.notes.remove(note)):
        with pytest.raises(errors.Refused, match="another coder"):
            refused()
    assert state(project) == before
    project.notes.reply(note, "不同意")


def test_what_is_missing_or_empty_is_refused(project: Project, article: ArticleId) -> None:
    before = state(project)
    with pytest.raises(errors.Refused):
        project.notes.add("article", article, " \n")
    for missing in (
        lambda: project.notes.add("article", 99, "x"),
        lambda: project.notes.reply(NoteId(99), "x"),
        lambda: project.notes.edit(NoteId(99), "x"),
        lambda: project.notes.by_ref("nobody"),
    ):
        with pytest.raises(errors.NotFound):
            missing()
    assert state(project) == before


def test_a_note_keeps_its_text_to_the_letter(project: Project) -> None:
    text = "  e\u0301 \u00e9 \u2028 \u00a0 \U0001f600 **粗**\n\n'; DROP TABLE note; --  "
    note = project.notes.add(None, None, text)
    project.notes.edit(note, text + "。")
    project.undo()
    assert project.notes.get(note).text == text
