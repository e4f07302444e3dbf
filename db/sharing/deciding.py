"""Deciding what merging left open: one conflict or many at once, as one change that one undo takes back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from db import errors, schema
from db.changes import Touched, now
from db.exchange.disputable import PLACE, PROSE, REMOVED, below_each_other, can_differ, fits, stands_in
from db.records import Conflict
from db.store import Store

_COLUMNS = "id, uuid, kind, record, field, mine, theirs, base, source, created, decision"
Decision = Literal["mine", "theirs", "both"]
DECISIONS: tuple[Decision, ...] = ("mine", "theirs", "both")
_GONE = "What was chosen hangs on something that is gone. Decide for the other side."
_ELSEWHERE = "What was chosen does not stand in the text any more. Decide for the other side."
_RING = "What was chosen would hang below itself. Decide for the other side."
_UNFIT = "What was chosen cannot stand in {field}. Decide for the other side."


def can_be_both(conflict: Conflict) -> bool:
    """Whether keeping both keeps more than mine: prose one below the other, or the record that one side removed."""
    return (conflict.kind, conflict.field) in PROSE or conflict.field == REMOVED


class Conflicts:
    """The conflicts of a project; `mine` and `theirs` are as they were seen where the merge was made."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._columns: dict[str, tuple[str, ...]] = {}
        self._links: dict[str, dict[str, str]] = {}

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
        # A stranger's file may hold any words here: what merging leaves open is written, nothing else.
        if conflict.kind in schema.TRAVELLING:
            self._look_at(conflict.kind)
            alone = conflict.field in self._columns[conflict.kind] and can_differ(conflict.kind, conflict.field)
            if alone or conflict.field in (PLACE, REMOVED):
                self._write(conflict, self._chosen(conflict, decision), both=decision == "both")
        self._store.rows("UPDATE conflict SET decision = ? WHERE id = ?", (decision, conflict.id))

    def _look_at(self, kind: str) -> None:
        """Learn the columns of a kind of record, once for all conflicts of that kind."""
        if kind not in self._columns:
            self._columns[kind] = schema.columns(self._store.connection, kind)
            self._links[kind] = schema.references(self._store.connection, kind)

    def _chosen(self, conflict: Conflict, decision: Decision) -> Any:
        """Give the value that was chosen; raises Refused where it is none that could stand there."""
        both = decision == "both" and (conflict.kind, conflict.field) in PROSE
        sides = [conflict.mine, conflict.theirs] if both else [conflict.theirs if decision == "theirs" else conflict.mine]
        values = [self._parsed(side, conflict.field) for side in sides]
        if not all(fits(conflict.kind, conflict.field, value) for value in values):
            raise errors.Refused(_UNFIT, field=conflict.field)
        return below_each_other(*values) if both else values[0]

    @staticmethod
    def _parsed(side: str, field: str) -> Any:
        try:
            return json.loads(side)
        except (ValueError, RecursionError) as error:
            raise errors.Refused(_UNFIT, field=field) from error

    def _write(self, conflict: Conflict, chosen: Any, *, both: bool) -> None:
        if conflict.field == REMOVED:
            if chosen == REMOVED and not both:
                self._store.rows(f"DELETE FROM {conflict.kind} WHERE uuid = ?", (conflict.record,))
        else:
            self._put(conflict, chosen if conflict.field == PLACE else {conflict.field: chosen})

    def _put(self, conflict: Conflict, values: Mapping[str, Any]) -> None:
        """Set fields of the record, if it is there still, to what was decided; raises Refused where they fit no more."""
        inward = {name: self._inward(conflict, name, value) for name, value in values.items()}
        row = self._store.one(f"SELECT {', '.join(('id', *inward))} FROM {conflict.kind} WHERE uuid = ?", (conflict.record,))
        if row is None or list(row[1:]) == list(inward.values()):
            return
        if conflict.field == PLACE:
            self._check_place(conflict, values, inward)
        if "modified" in self._columns[conflict.kind]:
            inward["modified"] = now()
        self._store.update(conflict.kind, row[0], **inward)

    def _check_place(self, conflict: Conflict, told: Mapping[str, Any], inward: Mapping[str, Any]) -> None:
        version = inward.get("version") or self._store.value(
            "SELECT version FROM confirmation WHERE uuid = ?", (conflict.record,)
        )
        row = self._store.one("SELECT article, text FROM version WHERE id = ?", (version,))
        if row is None or inward.get("article", row[0]) != row[0] or not stands_in(told, row[1]):
            raise errors.Refused(_ELSEWHERE)

    def _inward(self, conflict: Conflict, name: str, value: Any) -> Any:
        """Give the key of what a value refers to; raises Refused where that is gone, or hangs below the record itself."""
        target = self._links[conflict.kind].get(name)
        if target is None or value is None:
            return value
        key = self._store.value(f"SELECT id FROM {target} WHERE uuid = ?", (value,))
        if key is None:
            raise errors.Refused(_GONE)
        if target == conflict.kind:
            above = f"WITH RECURSIVE up (id) AS (VALUES (?) UNION SELECT {name} FROM {target} JOIN up USING (id))"
            if self._store.one(f"{above} SELECT 1 FROM up JOIN {target} USING (id) WHERE uuid = ?", (key, conflict.record)):
                raise errors.Refused(_RING)
        return key
