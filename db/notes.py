"""Notes: Markdown by an author on a thing, replies, and dated journal entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, get_args

from db import errors
from db.changes import now
from db.records import Note, NoteId
from db.store import Row, Store, Values

Target = Literal["annotation", "article", "code", "instrument"]
_SELECT = (
    "SELECT id, uuid, text, coder, private, created, modified, annotation, article, code, instrument, reply_to, day FROM note"
)


def _note(row: Row) -> Note:
    values = (*row[:4], bool(row[4]), *row[5:])
    return Note(*values)


class Notes:
    """The notes of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, note: NoteId) -> Note:
        """Give one note without its replies; raises NotFound."""
        row = self._store.one(f"{_SELECT} WHERE id = ?", (note,))
        if row is None:
            raise errors.NotFound("note", note)
        return _note(row)

    def by_ref(self, ref: str) -> NoteId:
        """Find a note by uuid or unique prefix; raises NotFound or Ambiguous."""
        return NoteId(self._store.by_ref("note", ref))

    def of(self, kind: Target, targets: Iterable[int]) -> dict[int, tuple[Note, ...]]:
        """Give the notes on things of one kind, by thing, with their replies, oldest first."""
        keys = list(targets)
        if not keys:
            return {}
        found: defaultdict[int, list[Note]] = defaultdict(list)
        for part in (keys[i : i + 500] for i in range(0, len(keys), 500)):
            marks = ", ".join("?" * len(part))
            for note in map(_note, self._store.rows(f"{_SELECT} WHERE {kind} IN ({marks}) ORDER BY id", part)):
                found[getattr(note, kind)].append(note)
        notes = self._with_replies([note for several in found.values() for note in several])
        by_id = {note.id: note for note in notes}
        return {key: tuple(by_id[note.id] for note in several) for key, several in found.items()}

    def journal(self) -> list[Note]:
        """List the journal entries, newest day first."""
        rows = self._store.rows(
            f"{_SELECT} WHERE coalesce(reply_to, annotation, article, code, instrument) IS NULL ORDER BY day DESC, id DESC"
        )
        return self._with_replies([_note(row) for row in rows])

    def all(self) -> list[Note]:
        """List every note, oldest first, replies as notes of their own."""
        return [_note(row) for row in self._store.rows(f"{_SELECT} ORDER BY id")]

    def _with_replies(self, notes: list[Note]) -> list[Note]:
        if not notes or not self._store.value("SELECT 1 FROM note WHERE reply_to IS NOT NULL LIMIT 1"):
            return notes
        below: defaultdict[int, list[Note]] = defaultdict(list)
        for note in map(_note, self._store.rows(f"{_SELECT} WHERE reply_to IS NOT NULL ORDER BY id")):
            below[note.reply_to or 0].append(note)

        def whole(note: Note) -> Note:
            return replace(note, replies=tuple(whole(reply) for reply in below[note.id]))

        return [whole(note) for note in notes]

    def add(
        self,
        kind: Target | None,
        target: int | None,
        text: str,
        *,
        private: bool = False,
        day: str = "",
        **more: Values,
    ) -> NoteId:
        """Write a note on a thing, or (without one) a journal entry of a day."""
        if not text.strip():
            raise errors.Refused("The note is empty. Write something first.")
        if kind and kind in get_args(Target) and not self._store.value(f"SELECT 1 FROM {kind} WHERE id = ?", (target,)):
            raise errors.NotFound(kind, target)
        values: dict[str, Values] = {kind: target} if kind else {"day": day or now()[:10]}
        with self._store.change("Write note"):
            times = {"created": now(), "modified": now()} | {key: more[key] for key in ("created", "modified") if key in more}
            return NoteId(self._store.insert("note", text=text, coder=self._store.me, private=int(private), **values, **times))

    def reply(self, note: NoteId, text: str) -> NoteId:
        """Answer a note."""
        self.get(note)
        return self.add("reply_to", note, text)  # type: ignore[arg-type]

    def edit(self, note: NoteId, text: str, *, private: bool | None = None) -> None:
        """Rewrite one's own note; an emptied one is removed."""
        before = self._own(note)
        if not text.strip():
            self.remove(note)
            return
        hidden = before.private if private is None else private
        if (text, hidden) != (before.text, before.private):
            with self._store.change("Edit note"):
                self._store.update("note", note, text=text, private=int(hidden), modified=now())

    def remove(self, note: NoteId) -> None:
        """Remove one's own note with the replies to it."""
        self._own(note)
        with self._store.change("Remove note"):
            self._store.delete("note", [note])

    def _own(self, note: NoteId) -> Note:
        found = self.get(note)
        if found.coder != self._store.me:
            raise errors.Refused("This note is another coder's. Reply to it instead.")
        return found
