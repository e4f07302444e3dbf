"""Deciding what merging left open: one conflict or many at once, as one change that one undo takes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from db import errors, schema
from db.changes import Touched, now
from db.exchange.plan import REMOVED
from db.records import Conflict
from db.store import Store

_COLUMNS = "id, uuid, kind, record, field, mine, theirs, base, source, created, decision"
Decision = Literal["mine", "theirs", "both"]
DECISIONS: tuple[Decision, ...] = ("mine", "theirs", "both")
# Fields of prose, in which both can stand one below the other.
_PROSE = frozenset(
    {
        ("note", "text"), ("translation", "text"), ("code", "definition_zh"), ("code", "definition_en"), ("code", "use_when"),
        ("code", "avoid_when"), ("code", "note"), ("instrument", "note"), ("codebook", "note"), ("relation", "note"),
    }
)  # fmt: skip


def can_be_both(conflict: Conflict) -> bool:
    """Whether keeping both keeps more than mine: prose one below the other, or the record that one side removed."""
    return (conflict.kind, conflict.field) in _PROSE or conflict.field == REMOVED


class Conflicts:
    """The conflicts of a project; `mine` and `theirs` are as they were seen where the merge was made."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, *, decided: bool = False) -> list[Conflict]:
        """List the open conflicts, or the decided ones too."""
        rows = self._store.rows(f"SELECT {_COLUMNS} FROM conflict WHERE ? OR decision = '' ORDER BY id", (int(decided),))
        return [Conflict(*row) for row in rows]

    def touched(self, change: int) -> dict[int, Conflict | None]:
        """Give by id the conflicts that a change touched as they are now, decided ones too; None for one that is gone."""
        keys = [key for key, _old in Touched(self._store.connection, change).rows("conflict")]
        marks = ", ".join("?" * len(keys))
        rows = self._store.rows(f"SELECT {_COLUMNS} FROM conflict WHERE id IN ({marks})", tuple(keys))
        return dict.fromkeys(keys, None) | {row[0]: Conflict(*row) for row in rows}

    def by_ref(self, ref: str) -> str:
        """Find a conflict by a unique prefix of its uuid; raises NotFound or Ambiguous."""
        key = self._store.by_ref("conflict", ref)
        return str(self._store.value("SELECT uuid FROM conflict WHERE id = ?", (key,)))

    def decide(self, decision: Decision, uuids: Sequence[str] | None = None) -> int:
        """Decide some conflicts by uuid, or all that are open; gives how many.

        `both` keeps one text below the other where a field is prose, and else mine, with theirs to be read in the conflict.
        A decided conflict can be decided otherwise. Raises NotFound.
        """
        chosen = self.all() if uuids is None else [self._get(uuid) for uuid in uuids]
        if chosen:
            with self._store.change("Decide conflicts"):
                for conflict in chosen:
                    self._decide(conflict, decision)
        return len(chosen)

    def _get(self, uuid: str) -> Conflict:
        row = self._store.one(f"SELECT {_COLUMNS} FROM conflict WHERE uuid = ?", (uuid,))
        if row is None:
            raise errors.NotFound("conflict", uuid)
        return Conflict(*row)

    def _decide(self, conflict: Conflict, decision: Decision) -> None:
        # A stranger's file may hold any words here, and none but a kind that travels is a table of records.
        if conflict.kind in schema.TRAVELLING:
            mine: Any = self._store.parsed(conflict.mine)
            theirs: Any = self._store.parsed(conflict.theirs)
            if conflict.field == REMOVED:
                self._keep_or_remove(conflict, theirs if decision == "theirs" else mine, both=decision == "both")
            elif conflict.field in schema.columns(self._store.connection, conflict.kind):
                self._put(conflict, self._value(conflict, decision, mine, theirs))
        self._store.rows("UPDATE conflict SET decision = ? WHERE id = ?", (decision, conflict.id))

    @staticmethod
    def _value(conflict: Conflict, decision: Decision, mine: Any, theirs: Any) -> Any:
        if decision == "both" and (conflict.kind, conflict.field) in _PROSE:
            return "\n\n".join(sorted((str(mine), str(theirs))))
        return theirs if decision == "theirs" else mine

    def _keep_or_remove(self, conflict: Conflict, chosen: Any, *, both: bool) -> None:
        if chosen == REMOVED and not both:
            self._store.rows(f"DELETE FROM {conflict.kind} WHERE uuid = ?", (conflict.record,))

    def _put(self, conflict: Conflict, value: Any) -> None:
        """Set the field of the record, if it is there still, to what was decided."""
        target = schema.references(self._store.connection, conflict.kind).get(conflict.field)
        if target is not None and value is not None:
            value = self._store.value(f"SELECT id FROM {target} WHERE uuid = ?", (str(value),))
            if value is None:
                raise errors.Refused("What was chosen hangs on something that is gone. Decide for the other side.")
        row = self._store.one(f"SELECT id, {conflict.field} FROM {conflict.kind} WHERE uuid = ?", (conflict.record,))
        if row is None or row[1] == value:
            return
        values = {conflict.field: value}
        if "modified" in schema.columns(self._store.connection, conflict.kind):
            values["modified"] = now()
        self._store.update(conflict.kind, row[0], **values)
