"""Relations between passages, articles and instruments, and saved searches."""

from __future__ import annotations

from db import errors
from db.changes import now
from db.records import Relation, SavedSearch
from db.store import Store

# What may be related to what, and how: (from, to) -> kinds.
KINDS = {
    ("annotation", "annotation"): ("continues", "contradicts", "repeats", "translates", "responds to"),
    ("article", "article"): ("translation of", "reprint of", "comments on"),
    ("article", "instrument"): ("is the text of",),
    ("instrument", "instrument"): (
        "amended-by", "amends", "cites", "derives-from", "elaborated-by", "follows", "implements", "submitted-to",
        "superseded-by", "supersedes",
    ),
}  # fmt: skip
_ENDS = ("annotation", "article", "instrument")


class Relations:
    """The typed relations of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, kind: str, source: tuple[str, int], target: tuple[str, int], note: str = "") -> int:
        """Relate two things, each given as (kind of thing, id); raises Refused for a kind that does not fit them."""
        if kind not in KINDS.get((source[0], target[0]), ()):
            raise errors.Refused(
                "{source} and {target} cannot be related by {kind}.", source=source[0], target=target[0], kind=kind
            )
        for end, thing in (source, target):
            if not self._store.value(f"SELECT 1 FROM {end} WHERE id = ?", (thing,)):
                raise errors.NotFound(end, thing)
        ends = {f"from_{source[0]}": source[1], f"to_{target[0]}": target[1]}
        with self._store.change("Add relation"):
            return self._store.insert("relation", kind=kind, note=note, coder=self._store.me or None, created=now(), **ends)

    def remove(self, relation: int) -> None:
        """Remove a relation."""
        with self._store.change("Remove relation"):
            self._store.delete("relation", [relation])

    def of(self, kind: str, thing: int) -> list[Relation]:
        """List the relations from and to a thing."""
        columns = ", ".join(f"{side}_{end}" for side in ("from", "to") for end in _ENDS)
        rows = self._store.rows(
            f"SELECT id, uuid, kind, note, {columns} FROM relation WHERE from_{kind} = ?1 OR to_{kind} = ?1 ORDER BY id",
            (thing,),
        )
        found = []
        for row in rows:
            ends = [(end, value) for end, value in zip(_ENDS * 2, row[4:], strict=True) if value is not None]
            found.append(Relation(row[0], row[1], row[2], ends[0], ends[1], row[3]))
        return found


class Searches:
    """The saved searches of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[SavedSearch]:
        """List the saved searches."""
        return [
            SavedSearch(*row) for row in self._store.rows("SELECT id, uuid, title, query FROM saved_search ORDER BY title, id")
        ]

    def add(self, title: str, query: str) -> int:
        """Keep a query under a title."""
        with self._store.change("Save search"):
            times = {"created": now(), "modified": now()}
            return self._store.insert("saved_search", title=title.strip() or query, query=query, coder=self._store.me, **times)

    def remove(self, search: int) -> None:
        """Forget a saved search."""
        with self._store.change("Remove saved search"):
            self._store.delete("saved_search", [search])
