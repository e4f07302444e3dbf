"""Old values are kept for so many changes and bytes; the audit stays."""

from __future__ import annotations

import pytest

from db import changes, errors
from db.project import Project
from tests.db.material import state, well


def test_the_oldest_old_values_are_forgotten_and_the_audit_stays(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "KEPT_CHANGES", 3)
    told = len(project.history())
    for number in range(6):
        project.codes.add(f"码{number}")
    assert len(project.history()) == told + 6
    assert project.store.value("SELECT count(DISTINCT change) FROM history") == 3
    for _ in range(2):
        project.undo()
    kept = state(project)
    assert [c.name_zh for c in project.codes.all() if not c.name] == ["码0", "码1", "码2", "码3"]
    with pytest.raises(errors.NothingToUndo):
        project.undo()
    assert state(project) == kept
    assert not well(project)


def test_too_many_bytes_are_forgotten_but_never_the_last_change(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    note = project.notes.add(None, None, "甲" * 3000)
    for number in range(4):
        project.notes.edit(note, f"{number}" * 3000)
    monkeypatch.setattr(changes, "KEPT_BYTES", 7500)
    project.notes.edit(note, "尾" * 3000)
    assert project.store.value("SELECT count(DISTINCT change) FROM history") == 2
    project.undo()
    assert project.notes.get(note).text == "3" * 3000
    project.redo()
    assert project.notes.get(note).text == "尾" * 3000
    monkeypatch.setattr(changes, "KEPT_BYTES", 10)
    project.notes.edit(note, "终")
    project.undo()
    assert project.notes.get(note).text == "尾" * 3000


def test_what_was_undone_can_be_redone_until_it_is_forgotten(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.codes.add("甲")
    project.codes.add("乙")
    monkeypatch.setattr(changes, "KEPT_CHANGES", 2)
    project.undo()
    assert project.next_redo() is not None
    project.redo()
    assert [c.name_zh for c in project.codes.all() if not c.name] == ["甲", "乙"]
    assert not well(project)


def test_forgetting_undo_keeps_the_audit(project: Project) -> None:
    project.codes.add("甲")
    told = project.history()
    project.forget_undo()
    assert project.next_undo() is None
    assert [change.label for change in project.history()] == [change.label for change in told]
    project.codes.add("乙")
    assert project.undo().label == "Add code"
