"""Codebooks: shipped frameworks and own codes as trees."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from db import errors
from db.changes import now
from db.ids import SHIPPED_AT, shipped_uuid
from db.records import Code, Codebook, CodebookId, CodeId
from db.settings import put
from db.store import Row, Store
from resources import resource

FRAMEWORKS = ("asgf1", "asgf2", "asgf3")
OWN_TITLE = ("自建编码", "Own codes")

_BOOK = (
    "SELECT id, uuid, ifnull(name, ''), title_zh, title_en, version, publisher_zh, publisher_en, licence, url, released,"
    " note, lacks_zh, lacks_en, shipped, revision FROM codebook"
)
_CODE = (
    "SELECT code.id, code.uuid, code.codebook, coalesce(codebook.name, codebook.uuid), code.parent, ifnull(code.name, ''),"
    " number, position, kind, branch, code.name_zh, code.name_en, name_zh_status, name_en_status, definition_zh,"
    " definition_en, use_when, avoid_when, cues_zh, cues_en, colour, confidence, code.note, code.revision,"
    " codebook.shipped, (SELECT count(*) FROM tagging WHERE tagging.code = code.id)"
    " FROM code JOIN codebook ON codebook.id = code.codebook"
)
# What a person may change of a code; a change of meaning raises its revision.
_EDITABLE = (
    "number", "name_zh", "name_en", "definition_zh", "definition_en", "use_when", "avoid_when", "colour", "note",
)  # fmt: skip
_MEANING = frozenset(_EDITABLE) - {"colour", "note"}


def _words(stored: str) -> tuple[str, ...]:
    return tuple(str(word) for word in json.loads(stored))


class Codes:
    """The codes of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def _code(self, row: Row) -> Code:
        values = list(row)
        values[18], values[19] = (self._store.parsed(stored, _words) for stored in row[18:20])
        values[24] = bool(row[24])
        return Code(*values)

    def books(self) -> list[Codebook]:
        """List the codebooks, frameworks first."""
        working = self.working()
        rows = self._store.rows(f"{_BOOK} ORDER BY shipped DESC, name, id")
        found = []
        for row in rows:
            values = (*row[:14], bool(row[14]), row[15], (row[2] or row[1]) in working)
            found.append(Codebook(*values))
        return found

    def working(self) -> tuple[str, ...]:
        """Give the ids of the working books; only their codes (and own ones) are offered in the picker."""
        value = self._store.value("SELECT value FROM setting WHERE name = 'working'")
        return self._store.parsed(value, _words) if value else ()

    def set_working(self, books: Iterable[str]) -> None:
        """Choose the working books by id; raises NotFound."""
        chosen = list(dict.fromkeys(books))
        known = {book.key for book in self.books()}
        for book in chosen:
            if book not in known:
                raise errors.NotFound("codebook", book)
        with self._store.change("Choose working frameworks"):
            put(self._store, "working", json.dumps(chosen))

    def all(self, book: str | None = None) -> list[Code]:
        """List codes in reading order, of one book or of all."""
        where, values = (" WHERE codebook.name = ?1 OR codebook.uuid = ?1", [book]) if book else ("", [])
        order = " ORDER BY codebook.shipped DESC, codebook.name, codebook.id, code.position, code.id"
        below: defaultdict[int | None, list[Code]] = defaultdict(list)
        for code in (self._code(row) for row in self._store.rows(_CODE + where + order, values)):
            below[code.parent].append(code)
        found, waiting = [], below[None][::-1]
        while waiting:
            found.append(waiting.pop())
            waiting += reversed(below[found[-1].id])
        return found

    def offered(self) -> list[Code]:
        """List the codes the picker offers: those of working books and own ones."""
        working = set(self.working())
        return [code for code in self.all() if not code.shipped or code.book in working]

    def recent(self, limit: int = 12) -> list[CodeId]:
        """List the codes of one's own last taggings, the newest first, each once."""
        return [CodeId(key) for key in self._store.recent("tagging", "code", limit)]

    def get(self, code: CodeId) -> Code:
        """Give one code; raises NotFound."""
        row = self._store.one(f"{_CODE} WHERE code.id = ?", (code,))
        if row is None:
            raise errors.NotFound("code", code)
        return self._code(row)

    def by_ref(self, ref: str) -> CodeId:
        """Find a code by stable name, uuid, unique prefix, or an own code's name; raises NotFound or Ambiguous."""
        exact = self._store.rows("SELECT id FROM code WHERE name = ?1 OR uuid = ?1", (ref,))
        if ref and not exact:
            exact = self._store.rows("SELECT id FROM code WHERE name IS NULL AND (name_zh = ?1 OR name_en = ?1)", (ref,))
        if len(exact) > 1:
            raise errors.Ambiguous(ref, [self.get(CodeId(row[0])).uuid for row in exact])
        return CodeId(exact[0][0] if exact else self._store.by_ref("code", ref, names=("name",)))

    def branch(self, code: CodeId) -> list[CodeId]:
        """Give a code and all its descendants."""
        rows = self._store.rows(
            "WITH RECURSIVE below(id) AS (SELECT ? UNION SELECT code.id FROM code JOIN below ON code.parent = below.id)"
            " SELECT id FROM below",
            (code,),
        )
        return [CodeId(row[0]) for row in rows]

    def own_book(self) -> CodebookId:
        """Find or make the project's own codebook."""
        found = self._store.value("SELECT id FROM codebook WHERE shipped = 0 ORDER BY id LIMIT 1")
        if found:
            return CodebookId(found)
        with self._store.change("Add codebook"):
            return CodebookId(
                self._store.insert("codebook", title_zh=OWN_TITLE[0], title_en=OWN_TITLE[1], created=now(), modified=now())
            )

    def add(self, name_zh: str = "", name_en: str = "", *, parent: CodeId | None = None, colour: str = "", **more: str) -> CodeId:
        """Add an own code, under a parent if one is given; names are unique under one parent."""
        name_zh, name_en = name_zh.strip(), name_en.strip()
        if not (name_zh or name_en):
            raise errors.Refused("A code needs a name. Give one in Chinese or English.")
        _refuse_no_colour(colour)
        above = self.get(parent) if parent else None
        with self._store.change("Add code"):
            book = above.codebook if above else self.own_book()
            self._refuse_twin(book, parent, name_zh, name_en)
            last = self._store.value("SELECT ifnull(max(position), 0) FROM code WHERE codebook = ?", (book,))
            # An own code below a framework's node keeps its place right behind that branch.
            position = self._after(above) if above else last + 1
            values = {key: value for key, value in more.items() if key in _EDITABLE}
            return CodeId(
                self._store.insert(
                    "code",
                    codebook=book,
                    parent=parent,
                    position=position,
                    kind="own",
                    branch=above.branch if above else "own",
                    name_zh=name_zh,
                    name_en=name_en,
                    colour=colour,
                    created=now(),
                    modified=now(),
                    **values,
                )
            )

    def _after(self, above: Code) -> int:
        marks = self.branch(above.id)
        places = ", ".join("?" * len(marks))
        return int(self._store.value(f"SELECT max(position) FROM code WHERE id IN ({places})", marks))

    def _refuse_twin(self, book: int, parent: int | None, name_zh: str, name_en: str, but: int = 0) -> None:
        twin = self._store.one(
            "SELECT name_zh FROM code WHERE codebook = ? AND parent IS ? AND id <> ?"
            " AND ((name_zh <> '' AND name_zh = ?) OR (name_en <> '' AND name_en = ?))",
            (book, parent, but, name_zh, name_en),
        )
        if twin:
            taken = name_zh if name_zh and twin[0] == name_zh else name_en
            raise errors.Refused("There is already a code named {name} here. Choose another name.", name=taken)

    def _own(self, code: CodeId) -> Code:
        found = self.get(code)
        if found.name:
            raise errors.Refused(
                "{name} belongs to a shipped framework and stays as it is. Add an own code below it.", name=found.name
            )
        return found

    def edit(self, code: CodeId, **values: str) -> None:
        """Rename, recolour or describe a code; of a framework's code only colour, use and avoid can be changed."""
        given = {key: value.strip() for key, value in values.items() if key in _EDITABLE}
        before = self.get(code)
        if before.name and set(given) - {"colour", "use_when", "avoid_when"}:
            self._own(code)
        zh, en = given.get("name_zh", before.name_zh), given.get("name_en", before.name_en)
        if not (zh or en or before.number):
            raise errors.Refused("A code needs a name. Give one in Chinese or English.")
        if not before.name:
            self._refuse_twin(before.codebook, before.parent, zh, en, code)
        changed = {key: value for key, value in given.items() if getattr(before, key) != value}
        _refuse_no_colour(changed.get("colour", ""))
        if changed:
            raised = before.revision + (1 if _MEANING & set(changed) else 0)
            with self._store.change("Edit code"):
                self._store.update("code", code, revision=raised, modified=now(), **changed)

    def move(self, code: CodeId, parent: CodeId | None) -> None:
        """Hang an own code under another parent, or at the top of its book."""
        found = self._own(code)
        if parent is not None and parent in self.branch(code):
            raise errors.Refused(
                "{name} cannot be moved below itself. Choose another place.", name=found.name_zh or found.name_en
            )
        if parent == found.parent:
            return
        above = self.get(parent) if parent else None
        with self._store.change("Move code"):
            book = above.codebook if above else self.own_book()
            self._refuse_twin(book, parent, found.name_zh, found.name_en, code)
            branch = above.branch if above else "own"
            for each in self.branch(code):
                self._store.update("code", each, codebook=book, branch=branch, modified=now())
            position = self._after(above) if above else found.position
            self._store.update("code", code, parent=parent, position=position, revision=found.revision + 1)

    def remove(self, code: CodeId) -> None:
        """Remove an own code with what is below it and their taggings (undo brings all back)."""
        self._own(code)
        with self._store.change("Remove code"):
            self._store.delete("code", [code])

    def load(self, book: str) -> None:
        """Load a shipped framework into the project; inside a change."""
        shipped = json.loads(resource("frameworks", f"{book}.json").read_text("utf-8"))
        head = {key: _plain(value) for key, value in shipped["codebook"].items() if key not in ("nature", "status")}
        when = SHIPPED_AT
        head |= {"uuid": shipped_uuid("codebook", book), "shipped": 1, "created": when, "modified": when}
        key = self._store.insert("codebook", **head)
        ids: dict[str, int] = {}
        for position, code in enumerate(shipped["codes"], 1):
            values = {name: _plain(value) for name, value in code.items() if name != "parent"}
            values |= {
                "uuid": shipped_uuid("code", code["name"]),
                "position": position,
                "created": when,
                "modified": when,
            }
            parent = ids[code["parent"]] if code["parent"] else None
            ids[code["name"]] = self._store.insert("code", codebook=key, parent=parent, **values)

    def load_crosswalk(self, source: str, target: str) -> None:
        """Load a shipped crosswalk between two loaded frameworks; inside a change."""
        name = f"{source}-{target}"
        shipped = json.loads(resource("frameworks", f"crosswalk-{name}.json").read_text("utf-8"))
        head: Mapping[str, Any] = shipped["crosswalk"]
        books = {book.name: book.id for book in self.books()}
        key = self._store.insert(
            "crosswalk", uuid=shipped_uuid("crosswalk", name), name=name, title_zh=head["title_zh"], title_en=head["title_en"],
            basis=head["basis"], source=books[source], target=books[target],
        )  # fmt: skip
        for position, row in enumerate(shipped["rows"], 1):
            self._store.insert(
                "crosswalk_row", uuid=shipped_uuid("crosswalk_row", f"{name}:{position}"), crosswalk=key, position=position,
                source_codes=_plain(row["source"]), target_codes=_plain(row["target"]), relation=row["relation"],
                confidence=row["confidence"], note=row["note"],
            )  # fmt: skip

    def counterparts(self, code: CodeId) -> list[tuple[CodeId, str, str]]:
        """List what crosswalks say of a code: (code of the other framework, relation, confidence)."""
        name = self.get(code).name
        rows = self._store.rows(
            "SELECT code.id, relation, crosswalk_row.confidence FROM crosswalk_row"
            " JOIN code ON code.name IN (SELECT value FROM json_each(CASE WHEN EXISTS"
            " (SELECT 1 FROM json_each(source_codes) WHERE value = ?1) THEN target_codes ELSE source_codes END))"
            " WHERE EXISTS (SELECT 1 FROM json_each(source_codes) WHERE value = ?1)"
            " OR EXISTS (SELECT 1 FROM json_each(target_codes) WHERE value = ?1)",
            (name,),
        )
        return [(CodeId(row[0]), row[1], row[2]) for row in rows] if name else []


def _refuse_no_colour(colour: str) -> None:
    if colour and not re.fullmatch("#[0-9A-Fa-f]{6}", colour):
        raise errors.Refused("{colour} is no colour. Write it as #3b6ea5, or leave it empty.", colour=colour)


def _plain(value: object) -> str | int:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value  # type: ignore[return-value]
