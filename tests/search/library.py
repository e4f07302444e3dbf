"""A real project file with just the records that searching needs, changed through the real history."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

from db import places
from db.changes import History, now
from db.ids import new_uuid
from db.migrations import migrate
from db.search import entries, index
from db.search.entries import Touched
from db.search.searcher import Hit, Results, Searcher


class Library:
    """Records put in by SQL inside changes; searched by a Searcher on the same connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.indexing = True
        path_is_new = not path.exists()
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.execute("PRAGMA recursive_triggers = ON")
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        migrate(self.connection)
        self.history = History(self.connection, path, (places.follow, entries.follow, self._follow_index))
        self.searcher = Searcher(self.connection)
        if not path_is_new:
            return
        self.coder = self.insert("coder", name="王鹏", initials="WP", created=now())
        self.other = self.insert("coder", name="Ada Lovelace", initials="AL", created=now())
        self.book = self.insert("codebook", name="asgf1", title_zh="框架", **self._times())

    def _follow_index(self, connection: sqlite3.Connection, touched: Touched) -> None:
        if self.indexing:
            index.follow(connection, touched)

    def close(self) -> None:
        self.connection.close()

    def _times(self) -> dict[str, str]:
        return {"created": now(), "modified": now()}

    def insert(self, table: str, **values: object) -> int:
        values.setdefault("uuid", new_uuid())
        with self.history.change("Insert"):
            marks = ", ".join("?" * len(values))
            sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}) RETURNING id"
            return int(self.connection.execute(sql, list(values.values())).fetchone()[0])

    def run(self, sql: str, *values: object) -> None:
        with self.history.change("Run"):
            self.connection.execute(sql, values)

    def article(self, text: str, title: str = "题", **values: object) -> int:
        with self.history.change("Add article"):
            article = self.insert(
                "article", title=title, key=values.pop("key", "key"), coder=self.coder, **self._times(), **values
            )
            self.version(article, text)
        return article

    def version(self, article: int, text: str, number: int = 1) -> int:
        return self.insert(
            "version", article=article, number=number, text=text, characters=len(text), imported=now(),
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )  # fmt: skip

    def passage(self, article: int, exact: str, *codes: int, coder: int = 0) -> int:
        version, text = self.connection.execute(
            "SELECT id, text FROM version WHERE article = ? ORDER BY number DESC", (article,)
        ).fetchone()
        start, coder = text.index(exact), coder or self.coder
        with self.history.change("Tag"):
            annotation = self.insert(
                "annotation", article=article, version=version, start=start, end=start + len(exact), exact=exact,
                coder=coder, **self._times(),
            )  # fmt: skip
            for code in codes:
                self.insert("tagging", annotation=annotation, code=code, coder=coder, created=now())
        return annotation

    def code(self, name_zh: str, number: str = "", parent: int | None = None, **values: object) -> int:
        return self.insert("code", codebook=self.book, parent=parent, number=number, name_zh=name_zh, **self._times(), **values)

    def instrument(self, title: str, *aliases: str, **values: object) -> int:
        with self.history.change("Add instrument"):
            instrument = self.insert("instrument", title_zh=title, **self._times(), **values)
            for alias in aliases:
                self.insert("alias", instrument=instrument, text=alias)
        return instrument

    def link(self, annotation: int, instrument: int, locator: str = "", key: str = "") -> int:
        return self.insert(
            "link", annotation=annotation, instrument=instrument, locator=locator, locator_key=key or locator,
            coder=self.coder, created=now(),
        )  # fmt: skip

    def note(self, text: str, **values: object) -> int:
        return self.insert("note", text=text, coder=values.pop("coder", self.coder), **self._times(), **values)

    def translation(self, annotation: int, text: str, **values: object) -> int:
        coder = values.pop("coder", self.coder)
        return self.insert(
            "translation", annotation=annotation, language="en", text=text, coder=coder, **self._times(), **values
        )  # fmt: skip

    def field(self, name: str, target: str, *options: str, label: str = "") -> int:
        listed = json.dumps([option.split("/") * (2 if "/" not in option else 1) for option in options])
        return self.insert(
            "field", name=name, target=target, label_zh=label, type="one of" if options else "text", options=listed
        )

    def search(self, query: str, *kinds: str, **options: object) -> Results:
        return self.searcher.run(query, kinds=kinds or None, **options)  # type: ignore[arg-type]

    def found(self, query: str, *kinds: str, **options: object) -> dict[str, list[int]]:
        """Give the keys found, by kind and from old to new."""
        found: dict[str, list[int]] = {}
        for hit in self.search(query, *kinds, limit=10_000, **options).hits:
            found.setdefault(hit.kind, []).insert(0, hit.record_id)
        return found

    def one(self, query: str, *kinds: str) -> Hit:
        (hit,) = self.search(query, *kinds).hits
        return hit
