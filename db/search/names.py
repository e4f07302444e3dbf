"""What the names in a query stand for in a project: codes, instruments, coders, articles, fields."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable

from db.folding import fold_query, fold_text
from db.locators import matches, normalise
from db.records import Author
from db.search.fields import within
from db.search.tree import Filter
from db.search.words import pattern

# The columns of an article that are words of their own.
COLUMNS = ("publisher", "source", "language", "genre")
_LISTED = "(SELECT value FROM json_each(?))"


class Names:
    """Looks names up; a name is found exactly, or else folded (case, width, traditional characters), or else by a part."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def codes(self, value: str) -> list[int]:
        """Find codes with all that lies below them: by number, stable name, uuid, name or label, by their codebook's name,
        by the number without its punctuation, or by a part of the name."""
        found = self._exact_codes(value) or self._numbered(value) or self._holding("code", ("name_zh", "name_en"), value)
        return self._below("code", found)

    def smart_code(self, value: str) -> tuple[int, str] | None:
        """Find a smart code by its title where no code is called so: its key and its query."""
        if self._exact_codes(value):
            return None
        wanted = _bare(value)
        rows = self._connection.execute("SELECT id, title, query FROM saved_search WHERE kind = 'smart code' ORDER BY id")
        found = [(title.strip() != value.strip(), key, query) for key, title, query in rows if wanted and _bare(title) == wanted]
        return min(found)[1:] if found else None

    def called(self, value: str) -> tuple[str, str]:
        """Tell which field a bare name belongs to: ("code" or "instrument", the name)."""
        if "@" in value.replace("＠", "@"):
            return "instrument", value
        if self._exact_codes(value) or self.smart_code(value):
            return "code", value
        if self._exact_instruments(value):
            return "instrument", value
        return ("instrument" if not self.codes(value) and self.instruments(value)[0] else "code"), value

    def instruments(self, value: str) -> tuple[list[int], str]:
        """Find instruments by stable name, uuid, title or alias, or else by a part of a title or alias; gives the provision
        after an @ as written."""
        name, at, locator = value.replace("＠", "@").rpartition("@")
        if not at:
            name, locator = value, ""
        found = self._exact_instruments(name)
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
        return self._find("article", ("key", "uuid"), value) or self.titled(value)

    def titled(self, value: str) -> list[int]:
        """Find articles by words of the title, of which the last may be unfinished."""
        return [key for key, words in self._worded("title", value) if (found := pattern(value)) and found.find(fold_text(words))]

    def signed(self, value: str) -> list[int]:
        """Find articles by a part of an author's name."""
        wanted = pattern(value)
        rows = self._worded("authors", value)
        return [key for key, names in rows if wanted and any(wanted.find(fold_text(name)) for name in authors(names))]

    def stored(self, column: str, value: str) -> list[int]:
        """Find articles by a column of COLUMNS: the very words, or else folded, or else a part of them."""
        rows = self._connection.execute(f"SELECT DISTINCT {column} FROM article WHERE {column} <> ''").fetchall()
        return self._having(f"SELECT id FROM article WHERE {column} IN {_LISTED}", [word for (word,) in rows], value)

    def tagged(self, value: str) -> list[int]:
        """Find articles by a tag of theirs."""
        rows = self._connection.execute("SELECT DISTINCT name FROM article_tag").fetchall()
        sql = f"SELECT DISTINCT article FROM article_tag WHERE name IN {_LISTED}"
        return self._having(sql, [word for (word,) in rows], value)

    def collected(self, value: str) -> list[int]:
        """Find the articles of collections, by uuid, name or a part of it, with those of all that lie below."""
        found = self._find("collection", ("uuid", "name"), value) or self._holding("collection", ("name",), value)
        collections = json.dumps(self._below("collection", found))
        rows = self._connection.execute(f"SELECT DISTINCT article FROM collected WHERE collection IN {_LISTED}", (collections,))
        return [row[0] for row in rows]

    def field(self, name: str) -> int | None:
        """Find a field by its name or label."""
        found = self._find("field", ("name", "label_zh", "label_en"), name)
        return found[0] if found else None

    def values(self, field: int, filter: Filter) -> tuple[int, str, list[str], list[str]]:
        """Find a field's values: (field, what it is of, stored values, what could be chosen where there is a choice).

        A date or number may be a range (3..5); raises QueryFault.
        """
        target, kind, options = self._connection.execute(
            "SELECT target, type, options FROM field WHERE id = ?", (field,)
        ).fetchone()
        if kind in ("one of", "many of"):
            wanted = _plain(filter.value)
            listed = [[str(word) for word in option] for option in json.loads(options)]
            found = [words[0] for words in listed if wanted in map(_plain, words)]
            return field, target, found, [word for words in listed for word in dict.fromkeys(words) if word]
        fits = within(kind, filter)
        stored = self._connection.execute("SELECT DISTINCT value FROM field_value WHERE field = ?", (field,)).fetchall()
        return field, target, [text for (text,) in stored if fits(text)], []

    def _exact_codes(self, value: str) -> list[int]:
        found = self._find("code", ("name", "uuid", "number", "name_zh", "name_en"), value) or self._labelled(value)
        for book in [] if found else self._find("codebook", ("name", "title_zh", "title_en"), value):
            found += [row[0] for row in self._connection.execute("SELECT id FROM code WHERE codebook = ?", (book,))]
        return found

    def _exact_instruments(self, value: str) -> list[int]:
        found = self._find("instrument", ("name", "uuid", "title_zh", "title_en"), value)
        return found + self._find("alias", ("text",), value, key="instrument")

    def _below(self, table: str, keys: list[int]) -> list[int]:
        """Give the rows of a tree and all that lie below them."""
        below = (
            f"WITH RECURSIVE below (id) AS (SELECT value FROM json_each(?) UNION SELECT t.id FROM {table} t JOIN below"
            " ON t.parent = below.id) SELECT id FROM below ORDER BY id"
        )
        return [row[0] for row in self._connection.execute(below, (json.dumps(keys),))]

    def _worded(self, column: str, value: str) -> list[tuple[int, str]]:
        """Give a column of the articles in which words stand somewhere."""
        wanted = pattern(value)
        sql = f"SELECT id, {column} FROM article WHERE id IN (SELECT rowid FROM article_words WHERE article_words MATCH ?)"
        return self._connection.execute(sql, (wanted.match,)).fetchall() if wanted else []

    def _having(self, sql: str, words: list[str], value: str) -> list[int]:
        """Give the rows that have one of several words, given as typed, folded or by a part."""
        value, folded, part = value.strip(), fold_query(value.strip()), pattern(value)
        found = [word for word in words if word == value] or [word for word in words if folded and fold_query(word) == folded]
        found = found or [word for word in words if part and part.find(fold_text(word))]
        return [row[0] for row in self._connection.execute(sql, (json.dumps(found),))]

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


def authors(stored: str) -> list[str]:
    """Give the names of a by-line; anybody may have written it."""
    return [author.name for author in Author.listed(stored)]


def _plain(word: str) -> str:
    return fold_query(word).strip().replace("-", " ").replace("_", " ")


def _bare(name: str) -> str:
    """Fold a name and take it out of its book marks."""
    return fold_query(name).strip("《》")
