"""What the names in a query stand for in a project: codes, instruments, coders, articles, fields."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable

from db.folding import fold, fold_query
from db.locators import matches, normalise
from db.search.words import pattern

# What a link can say of its instrument, in both languages.
RELATIONS = {
    **{name: name for name in ("mentions", "quotes", "interprets", "implements", "criticises", "compares")},
    **{
        "提及": "mentions",
        "引用": "quotes",
        "解释": "interprets",
        "实施": "implements",
        "批评": "criticises",
        "比较": "compares",
    },
}


class Names:
    """Looks names up; a name is found exactly, or else folded (case, width, traditional characters), or else by a part."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def codes(self, value: str) -> list[int]:
        """Find codes with all that lies below them: by number, stable name, uuid, name or label, by their codebook's name,
        by the number without its punctuation, or by a part of the name."""
        found = self._find("code", ("name", "uuid", "number", "name_zh", "name_en"), value) or self._labelled(value)
        for book in [] if found else self._find("codebook", ("name", "title_zh", "title_en"), value):
            found += [row[0] for row in self._connection.execute("SELECT id FROM code WHERE codebook = ?", (book,))]
        found = found or self._numbered(value) or self._holding("code", ("name_zh", "name_en"), value)
        below = (
            "WITH RECURSIVE below (id) AS (SELECT value FROM json_each(?) UNION SELECT code.id FROM code JOIN below"
            " ON code.parent = below.id) SELECT id FROM below ORDER BY id"
        )
        return [row[0] for row in self._connection.execute(below, (json.dumps(found),))]

    def instruments(self, value: str) -> tuple[list[int], str]:
        """Find instruments by stable name, uuid, title or alias, or else by a part of a title or alias; gives the provision
        after an @ as written."""
        name, at, locator = value.replace("＠", "@").rpartition("@")
        if not at:
            name, locator = value, ""
        found = self._find("instrument", ("name", "uuid", "title_zh", "title_en"), name)
        found += self._find("alias", ("text",), name, key="instrument")
        if not found:
            found = self._holding("instrument", ("title_zh", "title_en"), name)
            found += self._holding("alias", ("text",), name, key="instrument")
        return sorted(set(found)), locator.strip()

    def locators(self, instruments: list[int], wanted: str) -> list[str]:
        """List the locators in use, as written, that are or lie inside another; 第十九条第一款 lies inside art. 19."""
        rows = self._connection.execute(
            "SELECT DISTINCT locator, locator_key FROM link WHERE instrument IN (SELECT value FROM json_each(?))",
            (json.dumps(instruments),),
        )
        inside = normalise(wanted)
        return [written for written, key in rows if matches(key, inside) or fold_query(written) == fold_query(wanted)]

    def coders(self, value: str) -> list[int]:
        """Find coders by name, initials or uuid, or else by a part of the name."""
        return self._find("coder", ("name", "initials", "uuid"), value) or self._holding("coder", ("name",), value)

    def articles(self, value: str) -> list[int]:
        """Find articles by key or uuid, or else by words of the title, of which the last may be unfinished."""
        found = self._find("article", ("key", "uuid"), value)
        title = pattern(value)
        if found or title is None:
            return found
        rows = self._connection.execute(
            "SELECT id, title FROM article WHERE id IN (SELECT rowid FROM article_words WHERE article_words MATCH ?)",
            (title.match,),
        )
        return [key for key, words in rows if title.find(fold(words).text)]

    def field(self, name: str) -> int | None:
        """Find a field by its name or label."""
        found = self._find("field", ("name", "label_zh", "label_en"), name)
        return found[0] if found else None

    def values(self, field: int, value: str) -> tuple[int, str, list[str], list[str]]:
        """Find a field's values: (field, what it is of, stored values, what could be chosen where there is a choice)."""
        target, kind, options = self._connection.execute(
            "SELECT target, type, options FROM field WHERE id = ?", (field,)
        ).fetchone()
        wanted = fold_query(value.strip())
        if kind in ("one of", "many of"):
            choices = [[str(word) for word in option] for option in json.loads(options)]
            found = [choice[0] for choice in choices if wanted in map(fold_query, choice)]
            return field, target, found, [word for choice in choices for word in dict.fromkeys(choice) if word]
        words = pattern(value)
        stored = self._connection.execute("SELECT DISTINCT value FROM field_value WHERE field = ?", (field,)).fetchall()
        return field, target, [text for (text,) in stored if words and words.find(fold(text).text)], []

    def _find(self, table: str, columns: Iterable[str], value: str, key: str = "id") -> list[int]:
        columns, value = tuple(columns), value.strip()
        if not value:
            return []
        exactly = " OR ".join(f"{column} = ?" for column in columns)
        rows = self._connection.execute(f"SELECT {key} FROM {table} WHERE {exactly}", [value] * len(columns)).fetchall()
        if rows:
            return [row[0] for row in rows]
        wanted = _bare(value)
        rows = self._connection.execute(f"SELECT {key}, {', '.join(columns)} FROM {table}").fetchall()
        return [row[0] for row in rows if wanted and any(name and _bare(name) == wanted for name in row[1:])]

    def _labelled(self, value: str) -> list[int]:
        wanted = fold_query(value.strip())
        rows = self._connection.execute("SELECT id, number, name_zh, name_en FROM code")
        return [key for key, number, *names in rows if wanted in [fold_query(f"{number} {name}") for name in names]]

    def _numbered(self, value: str) -> list[int]:
        """Find codes whose number is that without punctuation: 311b is 3.1.1(b), but 31.1 is not 3.1.1."""
        wanted = _figures(value)
        rows = self._connection.execute("SELECT id, number FROM code WHERE number <> ''")
        return [key for key, number in rows if wanted and wanted in ((figures := _figures(number)), figures.replace(".", ""))]

    def _holding(self, table: str, columns: Iterable[str], value: str, key: str = "id") -> list[int]:
        """Find by a part of a name, whatever punctuation stands in it; where words begin with it, only those."""
        wanted = "".join(c for c in fold_query(value) if c.isalnum())
        if not wanted:
            return []
        anywhere = r"[\W_]*".join(map(re.escape, wanted))
        edge = "(?<![a-z])" if "a" <= wanted[0] <= "z" else "(?<![0-9])" if wanted[0].isdecimal() else ""
        rows = self._connection.execute(f"SELECT {key}, {', '.join(columns)} FROM {table}").fetchall()
        folded = [(of, fold_query(name)) for of, *names in rows for name in names]
        for part in dict.fromkeys((edge + anywhere, anywhere)):
            if found := {of for of, name in folded if re.search(part, name)}:
                return sorted(found)
        return []


def _figures(number: str) -> str:
    """Give a number with dots between its figures and no other punctuation: 3.1.1b for 3.1.1(b)."""
    folded = re.sub(r"(?<=[0-9])[\W_]+(?=[0-9])", "\0", fold_query(number))
    return re.sub(r"[^\w\0]|_", "", folded).replace("\0", ".")


def _bare(name: str) -> str:
    """Fold a name and take it out of its book marks."""
    return fold_query(name).strip("《》")
