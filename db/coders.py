"""Coders: who made which annotation."""

from __future__ import annotations

from db import errors
from db.changes import now
from db.person import COLOURS, initials_of
from db.records import Coder, CoderId
from db.store import Store

_SELECT = (
    "SELECT coder.id, coder.uuid, name, initials, colour,"
    " (SELECT count(*) FROM annotation WHERE annotation.coder = coder.id) FROM coder"
)
_AT_WORK = "SELECT id FROM coder WHERE EXISTS (SELECT 1 FROM annotation WHERE annotation.coder = coder.id)"


class Coders:
    """The coders of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Coder]:
        """List the coders, in the order they came."""
        return [Coder(*row) for row in self._store.rows(f"{_SELECT} ORDER BY coder.id")]

    def at_work(self) -> frozenset[CoderId]:
        """Give the coders who have annotations, without counting them."""
        return frozenset(CoderId(row[0]) for row in self._store.rows(_AT_WORK))

    def get(self, coder: CoderId) -> Coder:
        """Give one coder; raises NotFound."""
        row = self._store.one(f"{_SELECT} WHERE coder.id = ?", (coder,))
        if row is None:
            raise errors.NotFound("coder", coder)
        return Coder(*row)

    def by_ref(self, ref: str) -> CoderId:
        """Find a coder by name, initials or uuid; raises NotFound or Ambiguous."""
        return CoderId(self._store.by_ref("coder", ref, names=("name", "initials")))

    def ensure(self, name: str, *, colour: str = "", initials: str = "", uuid: str = "") -> CoderId:
        """Find the coder of a name (or uuid), or make one."""
        name = name.strip()
        if not name:
            raise errors.Refused("A coder needs a name. Give one.")
        found = self._store.value("SELECT id FROM coder WHERE uuid = ?", (uuid,)) if uuid else None
        found = found or (not uuid and self._store.value("SELECT id FROM coder WHERE name = ?", (name,)))
        if found:
            return CoderId(found)
        with self._store.change("Add coder"):
            return self.insert(name, initials, colour, uuid)

    def insert(self, name: str, initials: str = "", colour: str = "", uuid: str = "") -> CoderId:
        """Insert a coder, inside a change or upkeep; what is not given is chosen."""
        count = self._store.value("SELECT count(*) FROM coder")
        colour = colour or COLOURS[count % len(COLOURS)]
        values = {"uuid": uuid} if uuid else {}
        initials = initials or initials_of(name)
        return CoderId(self._store.insert("coder", name=name, initials=initials, colour=colour, created=now(), **values))

    def edit(self, coder: CoderId, *, name: str = "", initials: str = "", colour: str = "") -> None:
        """Correct a coder's name, initials or colour."""
        given = {"name": name.strip(), "initials": initials.strip(), "colour": colour}
        with self._store.change("Edit coder"):
            self._store.update("coder", coder, **{key: value for key, value in given.items() if value})
