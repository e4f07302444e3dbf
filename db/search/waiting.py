"""Layers that wait: what others marked on an article, not to be seen before one has finished it or asked to see it.

A layer is what one coder marked on one article. It waits for a person where it is another's, came by merging (none of it was
made in this file), and that person has neither finished the article nor asked for its layers. In a file that can only be read,
a frozen state or one that is write-protected, nothing waits: nobody codes there, and nobody could ask. This is the only place
that says so. What a person looks at while coding goes by it: the text, its margin and lists, counts, search. What is told of
the project as a whole does not: agreement, exports, reports, the evidence matrix, checks and the command line see all layers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from db import connection as files

# An article left out on purpose is finished as well.
FINISHED = ("coded", "checked", "excluded")
# Settings of this name, followed by the uuids of coder and article, keep who asked for the layers of which article.
SHOWN = "shown:"
Layer = tuple[int, int]  # article, coder
Veil = Callable[[Sequence[int]], Sequence[int]]  # gives those of some keys that are not left out

# Changes of these alone, made by oneself and not undone, touch no layer of another's, nor what is seen of it.
_OWN_WORK = frozenset({"annotation", "tagging", "link", "note", "field_value", "translation", "confirmation", "relation"})
_FINISHED = ", ".join(f"'{status}'" for status in FINISHED)
# Of a layer k (article, coder) and ?1, who looks; {here} are the replicas that this file is or was.
_WAITS = (
    "k.coder <> ?1 AND NOT EXISTS (SELECT 1 FROM article_status s WHERE s.article = k.article AND s.coder = ?1"
    f" AND s.status IN ({_FINISHED})) AND NOT EXISTS (SELECT 1 FROM setting WHERE name ="
    f" (SELECT '{SHOWN}' || c.uuid || ':' || r.uuid FROM coder c, article r WHERE c.id = ?1 AND r.id = k.article))"
    " AND NOT EXISTS (SELECT 1 FROM annotation a JOIN stamp s ON s.uuid = a.uuid WHERE a.article = k.article"
    " AND a.coder = k.coder AND s.replica IN ({here}))"
)
_HERE = "SELECT id FROM replica r WHERE path <> '' OR EXISTS (SELECT 1 FROM change WHERE replica = r.id)"
_LISTED = "(SELECT value FROM json_each(?2))"
_LAYERS = "SELECT value ->> 0 AS article, value ->> 1 AS coder FROM json_each(?2)"
# The layer in which a passage, or what another noted on one, stands; one's own notes are always seen.
_STANDING = {
    "passage": f"SELECT id, article, coder FROM annotation WHERE id IN {_LISTED} AND coder <> ?1",
    "note": "SELECT r.id, n.article, n.coder FROM note r LEFT JOIN note o ON o.id = r.reply_to JOIN annotation n"
    f" ON n.id = coalesce(r.annotation, o.annotation) WHERE r.id IN {_LISTED} AND r.coder <> ?1 AND n.coder <> ?1",
}
STANDING = tuple(_STANDING)


class Waiting:
    """Tells over one connection which layers wait; what was found is kept while a person only marks passages.

    By its `path`, where it is known, it is seen whether the file can be written to.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None = None) -> None:
        self._connection, self._path = connection, path
        self._state: tuple[int, ...] = ()
        self._last = 0  # the last change it knows of
        self._waits: dict[Layer, bool] = {}
        self._any = False
        self._all: Mapping[Layer, int] | None = None
        self._replicas: tuple[int, str] = -1, ""

    def any(self, me: int) -> bool:
        """Whether there are others' layers at all, of which some may wait: one look, kept."""
        self._look(me)
        return self._any

    def waiting(self, layers: Iterable[Layer], me: int) -> frozenset[Layer]:
        """Give those of some layers that wait for a person."""
        if not self.any(me):
            return frozenset()
        wanted = set(layers)
        if new := [layer for layer in wanted if layer not in self._waits]:
            sql = f"SELECT k.article, k.coder FROM ({_LAYERS}) k WHERE {_WAITS.format(here=self._here())}"
            found = set(self._connection.execute(sql, (me, json.dumps(new))))
            self._waits.update((layer, layer in found) for layer in new)
        return frozenset(layer for layer in wanted if self._waits[layer])

    def among(self, kind: str, keys: Sequence[int], me: int) -> Collection[int]:
        """Give those of some passages or notes that stand in layers that wait for a person."""
        if kind not in _STANDING or not keys or not self.any(me):
            return ()
        standing = self._connection.execute(_STANDING[kind], (me, json.dumps(keys))).fetchall()
        waiting = self.waiting({(article, coder) for _key, article, coder in standing}, me)
        return {key for key, article, coder in standing if (article, coder) in waiting} if waiting else ()

    def veil(self, kind: str, me: int, *, hidden: bool = False) -> Veil | None:
        """Give what takes passages or notes in layers that wait away, or leaves only these; None where there can be none."""
        if kind not in _STANDING or not self.any(me):
            return None

        def veil(keys: Sequence[int]) -> Sequence[int]:
            waiting = self.among(kind, keys, me)
            return [key for key in keys if (key in waiting) == hidden] if waiting or hidden else keys

        return veil

    def all(self, me: int) -> Mapping[Layer, int]:
        """Give every layer that waits for a person, with how many annotations it has."""
        if not self.any(me):
            return {}
        if self._all is not None:
            return self._all
        sql = "SELECT article, coder, count(*) FROM annotation WHERE coder <> ? GROUP BY article, coder"
        sizes = {(article, coder): count for article, coder, count in self._connection.execute(sql, (me,))}
        self._all = {layer: sizes[layer] for layer in self.waiting(sizes, me)}
        return self._all

    def touched_since(self, change: int, me: int) -> bool:
        """Whether a change after one may have touched another's layer, or what a person sees of it."""
        run = self._connection.execute
        name = run("SELECT name FROM coder WHERE id = ?", (me,)).fetchone()
        rows = run("SELECT kind, coder, counts FROM change WHERE id > ?", (change,))
        return any(
            (kind, coder) != ("do", *(name or ())) or not set(json.loads(counts)) <= _OWN_WORK for kind, coder, counts in rows
        )

    def _look(self, me: int) -> None:
        """Forget what was found if something was written since that concerns it, or another person looks."""
        run = self._connection.execute
        state = me, run("PRAGMA data_version").fetchone()[0], self._connection.total_changes
        if state == self._state:
            return
        kept = self._state[:1] == (me,) and not self.touched_since(self._last, me)
        self._state, self._last = state, run("SELECT ifnull(max(id), 0) FROM change").fetchone()[0]
        if not kept:
            self._waits, self._all = {}, None
            others = "SELECT 1 FROM coder c WHERE c.id <> ? AND EXISTS (SELECT 1 FROM annotation WHERE coder = c.id)"
            self._any = self._is_coded() and run(f"{others} LIMIT 1", (me,)).fetchone() is not None

    def _is_coded(self) -> bool:
        """Whether somebody may code in this file; a job that only reads it beside the window goes by the file, too."""
        if self._path is not None and not files.can_write(self._path):
            return False
        return self._connection.execute("SELECT 1 FROM setting WHERE name = 'frozen'").fetchone() is None

    def _here(self) -> str:
        """List the replicas in which something was made that is, or was, this very file: a new one alone adds to them."""
        count = self._connection.execute("SELECT count(*) FROM replica").fetchone()[0]
        if count != self._replicas[0]:
            found = self._connection.execute(_HERE).fetchall()
            self._replicas = count, ", ".join(str(row[0]) for row in found) or "NULL"
        return self._replicas[1]
