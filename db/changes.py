"""The one way to change: a change is at once the transaction, the undo step, the audit entry and the notice.

TEMP triggers, made at open from a written list of tables, put every row's old values into the file's history as data.
The same rows tell the followers (stamps, places, search index) what to bring up to date before the commit, so no queue is
kept. Data, never SQL: a stranger's file cannot run statements on undo.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from db import connection as files
from db import errors, schema
from db.records import Progress, no_progress
from db.reverting import Reverting, values_of

KEPT_CHANGES = 1_000
KEPT_BYTES = 100_000_000
# A change that touched more is told without saying which annotations.
MOST_TOLD = 200
Value = str | int | None

# From a row to the annotations it hangs on: table -> (column, table the column names).
_TOWARDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "tagging": (("annotation", "annotation"),),
    "link": (("annotation", "annotation"),),
    "translation": (("annotation", "annotation"),),
    "confirmation": (("annotation", "annotation"),),
    "note": (("annotation", "annotation"), ("reply_to", "note")),
    "field_value": (("annotation", "annotation"), ("tagging", "tagging"), ("link", "link")),
    "relation": (("from_annotation", "annotation"), ("to_annotation", "annotation")),
}


def now() -> str:
    """Give the time as stored: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Change:
    """What was done: the notice to the window and a line of the audit; counts are rows by table.

    `annotations`, in a notice, are the ids of those touched, removed ones too; None where that is unknown or they are many.
    """

    id: int
    kind: str
    label: str
    coder: str
    at: str
    counts: Mapping[str, int] = field(default_factory=dict)
    state: str = "done"
    annotations: tuple[int, ...] | None = None

    @property
    def tables(self) -> frozenset[str]:
        """The tables whose rows changed."""
        return frozenset(self.counts)


class Touched:
    """The rows one change touched, with their values before it; or those it touched since it was last settled."""

    def __init__(self, connection: sqlite3.Connection, change: int, since: int = 0) -> None:
        self.connection = connection
        self.change = change
        # The rows of one table mostly stand together, so that each table is looked at where its own are only.
        sql = "SELECT tbl, count(DISTINCT key), min(id), max(id), count(*) FROM history WHERE change = ? AND id > ? GROUP BY tbl"
        found = connection.execute(sql, (change, since)).fetchall()
        self.counts: dict[str, int] = {table: count for table, count, *_more in found}
        self.spans: dict[str, tuple[int, int]] = {table: (first, last) for table, _count, first, last, _all in found}
        self._once = {table for table, count, _first, _last, rows in found if rows == count}

    def rows(self, table: str, *names: str) -> Iterator[tuple[int, Mapping[str, Value] | None]]:
        """Yield (key, values before the change or None if the row is new) for each touched row of a table.

        Where columns are named, only their values.
        """
        if table not in self.counts:
            return
        wanted = "".join(f", json_extract(old, '$.{name}')" for name in names) if names else ", old"
        # Beside min() SQLite gives the other columns of the row that has it.
        first, grouped = ("id", "") if table in self._once else ("min(id)", " GROUP BY key")
        firsts = self.connection.execute(
            f"SELECT {first}, key, old IS NULL{wanted} FROM history WHERE change = ? AND id BETWEEN ? AND ? AND tbl = ?"
            f"{grouped} ORDER BY 1",
            (self.change, *self.spans[table], table),
        )
        for _first, key, new, *old in firsts:
            yield key, None if new else dict(zip(names, old, strict=True)) if names else json.loads(old[0])

    def annotations(self) -> tuple[int, ...] | None:
        """Give the ids of the annotations whose own row or anything that hangs on them was touched; None if over MOST_TOLD."""
        if any(count > MOST_TOLD for table, count in self.counts.items() if table in _TOWARDS or table == "annotation"):
            return None
        found = {key for key, _old in self.rows("annotation")}
        waiting: list[tuple[str, int]] = []
        for table in _TOWARDS:
            for key, old in self.rows(table):
                waiting.append((table, key))
                self._climb(table, old, found, waiting)
        seen: set[tuple[str, int]] = set()
        while waiting:
            # What a row hung on and is gone was touched itself, and stands in the history too.
            if (row := waiting.pop()) not in seen:
                seen.add(row)
                self._climb(row[0], self._now(*row), found, waiting)
        return tuple(sorted(found)) if self._add_replaced(found) else None

    def _now(self, table: str, key: int) -> Mapping[str, Value] | None:
        names = [name for name, _other in _TOWARDS[table]]
        row = self.connection.execute(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (key,)).fetchone()
        return None if row is None else dict(zip(names, row, strict=True))

    @staticmethod
    def _climb(table: str, row: Mapping[str, Value] | None, found: set[int], waiting: list[tuple[str, int]]) -> None:
        """Add the annotation that a row names, or what else it hangs on to what is still to be looked at."""
        for column, other in _TOWARDS[table] if row else ():
            value = row[column] if row else None
            if isinstance(value, int):
                found.add(value) if other == "annotation" else waiting.append((other, value))

    def _add_replaced(self, found: set[int]) -> bool:
        """Add the annotations that stand elsewhere now that their article has another text; whether all are few enough."""
        for key, old in self.rows("version"):
            row = self.connection.execute("SELECT article FROM version WHERE id = ?", (key,)).fetchone()
            articles = {*(row or ()), *([old["article"]] if old else [])}
            for article in articles:
                several = self.connection.execute(
                    "SELECT id FROM annotation WHERE article = ? LIMIT ?", (article, MOST_TOLD + 1)
                ).fetchall()
                found.update(each[0] for each in several)
            if len(found) > MOST_TOLD:
                return False
        return len(found) <= MOST_TOLD


Follower = Callable[[sqlite3.Connection, Touched], None]


class History:
    """The history of one open file: records changes, undoes and redoes them."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, followers: Sequence[Follower], derived: Sequence[Follower] = ()
    ) -> None:
        """Take what follows a whole change at its end, and what is derived of records, which may follow it in steps."""
        self._connection = connection
        self._path = path
        self._followers, self._derived = tuple(followers), tuple(derived)
        self._parts = 0
        self._settled = 0  # the last row of the history that what is derived has followed
        self._tables = {table: schema.columns(connection, table) for table in (*schema.RECORDED, *schema.SEEN)}
        self._open: int | None = None
        self.coder = ""
        self.listeners: list[Callable[[Change], None]] = []
        self._install()

    def _install(self) -> None:
        run = self._connection.execute
        run("CREATE TEMP TABLE recorder (change INTEGER)")
        for table, columns in self._tables.items():
            old = "json_object(" + ", ".join(f"'{c}', OLD.{c}" for c in columns) + ")"
            for op, event, row, value in (
                ("I", "INSERT", "NEW", "NULL"),
                ("U", "UPDATE", "OLD", old),
                ("D", "DELETE", "OLD", old),
            ):
                run(
                    f"CREATE TEMP TRIGGER record_{table}_{op} AFTER {event} ON main.{table}"
                    " WHEN (SELECT change FROM recorder) IS NOT NULL BEGIN"
                    " INSERT INTO history (change, tbl, op, key, old)"
                    f" SELECT change, '{table}', '{op}', {row}.id, {value} FROM recorder; END"
                )
        run("PRAGMA query_only = ON")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Hold the one write lock; all or nothing."""
        run = self._connection.execute
        try:
            run("PRAGMA query_only = OFF")
            run("BEGIN IMMEDIATE")
            try:
                yield
                run("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    run("ROLLBACK")
                raise
        except sqlite3.IntegrityError as error:
            raise errors.Refused("That does not fit what a project can hold ({detail}). Correct it.", detail=error) from error
        except sqlite3.Error as error:
            raise files.told(error, self._path) from error
        finally:
            run("PRAGMA query_only = ON")

    @contextmanager
    def _part(self) -> Iterator[None]:
        """Hold a part of the open change: a failure that the whole survives leaves nothing of the part."""
        run = self._connection.execute
        if not self._connection.in_transaction:
            # SQLite itself rolled back (a full disk): nothing may be written outside the transaction.
            raise errors.NotWritten(self._path, reason="the change it belongs to has failed")
        run("SAVEPOINT part")
        self._parts += 1
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                run("ROLLBACK TO part")
                run("RELEASE part")
            raise
        finally:
            self._parts -= 1
        run("RELEASE part")

    @contextmanager
    def upkeep(self) -> Iterator[None]:
        """Write what is derived (index, places, migrations): never records, not undoable, not audited."""
        if self._open is not None:
            yield
            return
        with self._transaction():
            yield

    @contextmanager
    def change(self, label: str, kind: str = "do", target: int | None = None) -> Iterator[None]:
        """Make one change; a change inside a change belongs to it; one that touches nothing leaves no trace."""
        if self._open is not None:
            with self._part():
                yield
            return
        done: Change | None = None
        with self._transaction():
            self._open, self._settled = self._begin(label, kind, target), 0
            try:
                yield
                done = self._finish(self._open, label, kind)
            finally:
                self._open = None
                if self._connection.in_transaction:
                    self._connection.execute("DELETE FROM recorder")
        if done is not None:
            for listener in tuple(self.listeners):
                listener(done)

    def _begin(self, label: str, kind: str, target: int | None) -> int:
        run = self._connection.execute
        # Never less than the time in milliseconds: a file put back from a backup must not use numbers again that
        # others have seen, or they would take its new work for old.
        row = run(
            "INSERT INTO change (number, kind, label, coder, at, target) VALUES"
            " (max(?, 1 + ifnull((SELECT number FROM change ORDER BY id DESC LIMIT 1), 0)), ?, ?, ?, ?, ?) RETURNING id",
            (time.time_ns() // 1_000_000, kind, label, self.coder, now(), target),
        ).fetchone()
        run("DELETE FROM recorder")
        run("INSERT INTO recorder VALUES (?)", (row[0],))
        return int(row[0])

    @contextmanager
    def only_adding(self, table: str) -> Iterator[None]:
        """Record the rows that are added to a table inside, and nothing else is done there, all at once at the end.

        A trigger for each of a hundred thousand rows takes as long as the rows themselves.
        """
        if self._open is None:
            yield
            return
        run = self._connection.execute
        last = run(f"SELECT ifnull(max(id), 0) FROM {table}").fetchone()[0]
        run("DELETE FROM recorder")
        yield
        run("INSERT INTO recorder VALUES (?)", (self.open_change,))
        run(
            "INSERT INTO history (change, tbl, op, key, old) SELECT ?1, ?2, 'I', id, NULL"
            f" FROM {table} WHERE id > ?3 ORDER BY id",
            (self.open_change, table, last),
        )

    def settle(self) -> None:
        """Let what is derived follow the open change as far as it is, so that a long one need not wait for all at its end."""
        if self._open is None or self._parts:
            raise RuntimeError("only a change itself is settled, never a part of one, which may fail alone")
        run = self._connection.execute
        run("DELETE FROM recorder")
        self._derive(self._open)
        run("INSERT INTO recorder VALUES (?)", (self._open,))

    def _derive(self, change: int, touched: Touched | None = None) -> None:
        touched = touched or Touched(self._connection, change, self._settled)
        for follow in self._derived:
            follow(self._connection, touched)
        last = self._connection.execute("SELECT max(id) FROM history WHERE change = ?", (change,)).fetchone()[0]
        self._settled = last or 0

    def _finish(self, change: int, label: str, kind: str) -> Change | None:
        run = self._connection.execute
        run("DELETE FROM recorder")
        touched = Touched(self._connection, change)
        if not touched.counts:
            run("DELETE FROM change WHERE id = ?", (change,))
            return None
        try:
            for follow in self._followers:
                follow(self._connection, touched)
            self._derive(change, None if self._settled else touched)
        except json.JSONDecodeError as error:
            raise errors.ProjectDamaged(self._path, detail=f"a list in it cannot be read: {error}") from error
        size = run("SELECT sum(ifnull(length(old), 0) + 40) FROM history WHERE change = ?", (change,)).fetchone()[0]
        counts = {table: count for table, count in touched.counts.items() if table not in schema.SEEN}
        run("UPDATE change SET counts = ?, size = ? WHERE id = ?", (json.dumps(counts), size, change))
        if kind == "do":
            run("UPDATE change SET state = 'kept' WHERE state = 'undone'")
        self._trim()
        return Change(change, kind, label, self.coder, now(), counts, annotations=touched.annotations())

    def _trim(self) -> None:
        """Forget the oldest old values beyond the limits; the audit rows stay."""
        run = self._connection.execute
        oldest = run(
            "SELECT max(id) FROM (SELECT id, sum(size) OVER (ORDER BY id DESC) AS bytes,"
            " row_number() OVER (ORDER BY id DESC) AS n FROM change WHERE size > 0) WHERE n > 1 AND (bytes > ? OR n > ?)",
            (KEPT_BYTES, KEPT_CHANGES),
        ).fetchone()[0]
        if oldest is not None:
            run("DELETE FROM history WHERE change <= ?", (oldest,))
            # What was put back since is put back from there, however old it is.
            out = "id <= ?1 AND ifnull(undo_rows, id) <= ?1"
            run(f"UPDATE change SET state = 'kept' WHERE state IN ('done', 'undone') AND {out}", (oldest,))
            run("DELETE FROM brought WHERE change IN (SELECT id FROM change WHERE id <= ? AND state = 'kept')", (oldest,))
            run("UPDATE change SET size = 0 WHERE id <= ? AND size > 0", (oldest,))

    def next_undo(self) -> Change | None:
        """Give the change that undo would take back, if any."""
        return self._one("kind = 'do' AND state = 'done'", "DESC")

    def next_redo(self) -> Change | None:
        """Give the change that redo would bring back, if any."""
        return self._one("kind = 'do' AND state = 'undone'", "ASC")

    def _one(self, where: str, order: str) -> Change | None:
        rows = self.listed(self._connection, self._path, where, order, 1)
        return rows[0] if rows else None

    @staticmethod
    def listed(
        connection: sqlite3.Connection, path: Path, where: str = "1", order: str = "DESC", limit: int = -1
    ) -> list[Change]:
        """List changes, newest first unless asked otherwise."""
        try:
            rows = connection.execute(
                f"SELECT id, kind, label, coder, at, counts, state FROM change WHERE {where} ORDER BY id {order} LIMIT ?",
                (limit,),
            ).fetchall()
        except files.FAULTS as error:
            raise files.told(error, path) from error
        found = []
        for number, kind, label, who, at, counts, state in rows:
            whole = {table: count for table, count in values_of(counts).items() if isinstance(count, int)}
            found.append(Change(number, kind, label, who, at, whole, state))
        return found

    def undo(self, progress: Progress = no_progress) -> Change:
        """Take the last change back, as a new change of its own; `progress` may cancel it; raises NothingToUndo."""
        target = self.next_undo()
        if target is None:
            raise errors.NothingToUndo
        return self._revert(target, "undo", "undone", progress)

    def redo(self, progress: Progress = no_progress) -> Change:
        """Bring the last undone change back, as a new change of its own; `progress` may cancel it; raises NothingToRedo."""
        target = self.next_redo()
        if target is None:
            raise errors.NothingToRedo
        return self._revert(target, "redo", "done", progress)

    def _revert(self, target: Change, kind: str, state: str, progress: Progress) -> Change:
        if self._open is not None:
            raise RuntimeError("undo and redo are changes of their own, never part of another")
        with self.change(target.label, kind, target.id):
            run = self._connection.execute
            source = run("SELECT coalesce(undo_rows, id) FROM change WHERE id = ?", (target.id,)).fetchone()[0]
            Reverting(self._connection, self._path, self._tables).put_back(source, target.label, progress)
            run("UPDATE change SET state = ?, undo_rows = ? WHERE id = ?", (state, self._open, target.id))
        return target

    @property
    def changing(self) -> bool:
        """Whether a change is being made, rather than upkeep, which records nothing."""
        return self._open is not None

    @property
    def open_change(self) -> int:
        """The id of the change being made, inside it."""
        if self._open is None:
            raise RuntimeError("no change is being made")
        return self._open

    def forget_undo(self) -> None:
        """Empty the undo stack, as a migration must; the audit stays."""
        with self.upkeep():
            self._connection.execute("DELETE FROM history")
            self._connection.execute("DELETE FROM brought")
            self._connection.execute("UPDATE change SET state = 'kept', size = 0")
