"""What could be typed next: the names of fields, and the values of each field in this project.

Bounded: lists of names are cut, titles are looked at once each. Positions are code points of what was typed.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from db.folding import fold_query, fold_text
from db.readings import spelled
from db.records import either
from db.search.fields import CHINESE, FIELD_KINDS, FIELDS, choices
from db.search.names import COLUMNS, Names, authors
from db.search.query import CLOSING, LONGEST, NAMED, OPENING, QUOTES, storable
from db.search.writing import value_of

MOST = 20  # offers
_NOT_WORD = re.compile(r"[^\w\n]|_")
_DISTANCES = ("5", "10", "20", "50")
_TABLES = {"tag": "SELECT DISTINCT name FROM article_tag", "collection": "SELECT DISTINCT name FROM collection"}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be put in: the text itself, what it is called, and what tells it from others."""

    insert: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Completions:
    """What can be put in the place of text[start:end], the best first."""

    start: int
    end: int
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a field: as it is looked up, its names, and what tells it from others."""

    value: str
    names: tuple[str, ...]
    detail: str = ""


def complete(text: str, cursor: int, connection: sqlite3.Connection, me: int | None, language: str = "") -> Completions:
    """Offer what could stand at a place of a query: names of fields, or the values of the field that stands there.

    Titles are in a language, or else in the one that the name of the field is typed in.
    """
    text = storable(text[:LONGEST])
    cursor = max(0, min(cursor, len(text)))
    start, in_quotes = _word(text, cursor)
    if in_quotes and start and text[start - 1] in QUOTES:
        return Completions(cursor, cursor)
    named = _name(text, start, cursor)
    end = _end(text, cursor, in_quotes)
    if named is None:
        return Completions(start, end, tuple(_fields(text[start:cursor], connection)))
    name, value_at = named
    typed = text[value_at:cursor]
    typed = typed[1:] if typed[:1] in QUOTES else typed
    field = FIELDS.get(name.lower(), name)
    chinese = not name.isascii()
    values = _Values(connection, me, chinese, language.startswith("zh") if language else chinese)
    found = _best(values.of(field), typed)
    before = typed.replace("＠", "@").rpartition("@")[0] if field == "instrument" else ""
    if before:
        found = _best(values.provisions(before), typed.replace("＠", "@").rpartition("@")[2])
        found = [_Value(f"{before}@{value.value}", value.names, value.detail) for value in found]
    offers = (Offer(value_of(field, one.value), one.names[0], one.detail) for one in found)
    return Completions(value_at, end, tuple(offers))


def _name(text: str, start: int, cursor: int) -> tuple[str, int] | None:
    """Tell the name of a field before the cursor, with where its value begins."""
    found = NAMED.match(text[start:cursor] + "x")  # a name alone is followed by nothing yet
    return (found[1], start + found.end()) if found and start + found.end() <= cursor else None


def _word(text: str, cursor: int) -> tuple[int, bool]:
    """Give where the word at the cursor begins, and whether the cursor stands in quotes."""
    start, closing = 0, ""
    for at, character in enumerate(text[:cursor]):
        fresh = at == start or text[at - 1] in ":："
        if closing:
            if character == closing:
                start, closing = at + 1, ""
        elif character in QUOTES and fresh:
            start, closing = (at + 1 if at == start else start), QUOTES[character]
        elif (
            (character == "-" and at == start)
            or (character in OPENING and fresh)
            or character.isspace()
            or (character in CLOSING and not any(opening in text[start:at] for opening in OPENING))
        ):
            start = at + 1
    return start, bool(closing)


def _end(text: str, cursor: int, in_quotes: bool) -> int:
    """Give where the word at the cursor ends, with the quote that closes it."""
    closing = '"”' if in_quotes else ""
    inside = 0
    for end in range(cursor, len(text)):
        character = text[end]
        if in_quotes:
            if character in closing:
                return end + 1
            continue
        inside += (character in OPENING) - (character in CLOSING)
        if character.isspace() or inside < 0:
            return end
    return cursor if in_quotes else len(text)


def _fields(typed: str, connection: sqlite3.Connection) -> Iterator[Offer]:
    """Offer the fields whose name begins so or holds it, in the language that is typed in."""
    own = connection.execute("SELECT ifnull(name, ''), label_zh, label_en FROM field ORDER BY position, id").fetchall()
    chinese = not typed.isascii()
    known = [(field, CHINESE[field]) for field, _kind in FIELD_KINDS]
    names = {field for field, _zh in known}
    known += [(name or en or zh, zh or en) for name, zh, en in own if name not in names and (name or en or zh)]
    values = [_Value(zh if chinese else en, (zh, en) if chinese else (en, zh)) for en, zh in known]
    for value in _best(values, typed):
        yield Offer(f"{value.value}:", f"{value.names[0]}:", value.names[1])


class _Values:
    """The values of fields in a project."""

    def __init__(self, connection: sqlite3.Connection, me: int | None, chinese: bool, titled_chinese: bool) -> None:
        self._run = connection.execute
        self._names = Names(connection)
        self._me = me
        self._chinese = chinese
        self._titles = "zh" if titled_chinese else "en"

    def of(self, field: str) -> Iterable[_Value]:
        """Give the values of a field."""
        kind = dict(FIELD_KINDS).get(field, "")
        if kind in ("code", "query"):
            return self._codes()
        if kind == "date":
            return self._dates(field)
        if field == "stance":
            return self._own(field) or self._choices(field)
        if kind == "choice":
            return [*self._choices(field), *(self._stored(field) if field in COLUMNS else ())]
        made = {"instrument": self._instruments, "coder": self._coders, "near": self._distances, "author": self._authors}
        if field in made:
            return made[field]()
        if field in ("article", "title"):
            return self._articles(field)
        return self._stored(field) if field in (*COLUMNS, *_TABLES) else self._own(field)

    def _choices(self, field: str) -> list[_Value]:
        both = [(english.replace(" ", "-"), chinese) for _value, english, chinese in choices(field)]
        return [_Value(zh, (zh, en)) if self._chinese else _Value(en, (en, zh)) for en, zh in both]

    def _distances(self) -> list[_Value]:
        said = [f"{number}字" if self._chinese else number for number in _DISTANCES]
        return [_Value(number, (number,)) for number in said]

    def _codes(self) -> list[_Value]:
        """Give the codes, and the smart codes: by the number that no other has in the frameworks one works with, else by the
        stable name, else by a name that no other has."""
        rows = self._run(
            "SELECT c.uuid, ifnull(c.name, ''), c.number, c.name_zh, c.name_en, b.shipped, ifnull(b.name, b.uuid), b.version,"
            " b.title_zh, b.title_en FROM code c JOIN codebook b ON b.id = c.codebook ORDER BY c.codebook, c.position, c.id"
        ).fetchall()
        working = self._working()
        offered = [not working or not row[5] or row[6] in working for row in rows]
        near = Counter(fold_query(row[2]) for row, is_near in zip(rows, offered, strict=True) if is_near)
        used = Counter(fold_query(word) for row in rows for word in {*row[:5]} if word)
        values = []
        for is_near, (uuid, name, number, zh, en, _shipped, _book, version, *titles) in zip(offered, rows, strict=True):
            said = either(self._titles, zh, en)
            book = self._framework(version) if version else either(self._titles, *titles)
            short = number if number and is_near and near[fold_query(number)] == 1 else name
            once = (word for word in (number, said) if word and used[fold_query(word)] == 1)
            label = f"{number} {said}".strip() if said else f"{number or name} · {book}"
            names = filter(None, (label, number, zh, en, name))
            detail = book if said else either(self._titles, "未命名", "unnamed")
            values.append(_Value(short or next(once, uuid), tuple(names), detail))
        smart = self._run("SELECT title FROM saved_search WHERE kind = 'smart code' ORDER BY title").fetchall()
        return [*values, *(_Value(title, (title,), "") for (title,) in smart if title)]

    def _working(self) -> frozenset[str]:
        """Give the ids of the frameworks one works with."""
        row = self._run("SELECT value FROM setting WHERE name = 'working'").fetchone()
        return frozenset(json.loads(row[0])) if row else frozenset()

    def _framework(self, version: str) -> str:
        return either(self._titles, f"框架 {version}", f"Framework {version}")

    def _instruments(self) -> list[_Value]:
        aliases: dict[int, list[str]] = {}
        for instrument, text in self._run("SELECT instrument, text FROM alias"):
            aliases.setdefault(instrument, []).append(text)
        rows = self._run("SELECT id, uuid, ifnull(name, ''), title_zh, title_en FROM instrument ORDER BY id").fetchall()
        values = []
        for key, uuid, name, zh, en in rows:
            said = either(self._titles, zh, en)
            values.append(_Value(name or uuid, tuple(filter(None, (said, name, zh, en, *aliases.get(key, ())))), name))
        return values

    def provisions(self, instrument: str) -> list[_Value]:
        """Give the provisions of instruments, as they are cited or listed."""
        keys = json.dumps(self._names.instruments(instrument)[0])
        listed = "instrument IN (SELECT value FROM json_each(?))"
        cited = self._run(f"SELECT DISTINCT locator FROM link WHERE {listed} AND locator <> ''", (keys,)).fetchall()
        rows = self._run(f"SELECT locator, label, title FROM provision WHERE {listed} ORDER BY position, id", (keys,)).fetchall()
        found = {label or locator: title for locator, label, title in rows if label or locator}
        return [_Value(word, (word,), found.get(word, "")) for word in dict.fromkeys([*found, *(word for (word,) in cited)])]

    def _coders(self) -> list[_Value]:
        rows = self._run("SELECT name, initials FROM coder ORDER BY id = ? DESC, name", (self._me,))
        return [_Value(name, tuple(filter(None, (name, initials))), initials) for name, initials in rows]

    def _articles(self, field: str) -> Iterator[_Value]:
        for key, title, published in self._run("SELECT key, title, published FROM article ORDER BY id DESC"):
            yield _Value(title if field == "title" else key, (title, key), published[:10])

    def _authors(self) -> list[_Value]:
        found: Counter[str] = Counter()
        for (stored,) in self._run("SELECT authors FROM article WHERE authors <> '[]'"):
            found.update(authors(stored))
        return [_Value(name, (name,), str(count)) for name, count in found.most_common()]

    def _stored(self, field: str) -> list[_Value]:
        sql = _TABLES.get(field) or f"SELECT {field} FROM article WHERE {field} <> '' GROUP BY 1 ORDER BY count(*) DESC"
        known = {value for value, _en, _zh in choices(field)}
        return [_Value(word, (word,)) for (word,) in self._run(sql) if word not in known]

    def _own(self, field: str) -> list[_Value]:
        """Give the options of a field of the project, or what is stored in it."""
        sql = "SELECT id, type, options FROM field WHERE ? IN (name, label_zh, label_en)"
        row = self._run(sql, (field,)).fetchone()
        if row is None:
            return []
        if row[1] in ("one of", "many of"):
            both = [(words[0], words[1] if len(words) > 1 else words[0]) for words in json.loads(row[2])]
            return [_Value(zh, (zh, en)) if self._chinese else _Value(en, (en, zh)) for en, zh in both]
        stored = self._run("SELECT value FROM field_value WHERE field = ? GROUP BY 1 ORDER BY count(*) DESC LIMIT 500", (row[0],))
        return [_Value(word, (word,)) for (word,) in stored]

    def _dates(self, field: str) -> list[_Value]:
        """Give this day, month and year, and for dates of publication the years there are."""
        today = datetime.now(UTC).date().isoformat()
        dates = dict.fromkeys((today[:7], today[:4], today))
        if field == "published":
            rows = self._run("SELECT DISTINCT substr(published, 1, 4) FROM article WHERE published <> '' ORDER BY 1 DESC")
            dates |= dict.fromkeys(year for (year,) in rows)
            dates |= dict.fromkeys(f"{year}-01..{year}-12" for year in [*dates] if len(year) == 4)
        return [_Value(date, (date,)) for date in dates]


def _best(values: Iterable[_Value], typed: str) -> list[_Value]:
    """List the values that fit what is typed: those it begins, then those it is in, or else those whose initials it is."""
    wanted = _squeezed([typed])[0]
    if not wanted:
        return [value for value, _at in zip(values, range(MOST), strict=False)]
    owners = [(value, name) for value in values for name in value.names]
    squeezed = _squeezed([name for _value, name in owners]) if owners else []
    found = _holding(owners, squeezed, wanted)
    if not found and owners and wanted.isascii() and wanted.isalpha():
        found = _holding(owners, "\n".join(squeezed).translate(_initials()).split("\n"), wanted)
    return found


def _holding(owners: list[tuple[_Value, str]], names: list[str], wanted: str) -> list[_Value]:
    """List the owners of names that begin so, then those of names that hold it."""
    first = [owner for (owner, _name), name in zip(owners, names, strict=True) if name.startswith(wanted)]
    inside = [owner for (owner, _name), name in zip(owners, names, strict=True) if len(first) < MOST and wanted in name]
    return list(dict.fromkeys([*first[: MOST * 4], *inside[: MOST * 9]]))[:MOST]


def _squeezed(names: list[str]) -> list[str]:
    """Give names folded and without punctuation, all at once: that takes a fifth of the time."""
    joined = _NOT_WORD.sub("", fold_text("\n".join(name.replace("\n", " ") for name in names)))
    found = joined.split("\n")
    return found if len(found) == len(names) else [_NOT_WORD.sub("", fold_text(name)).replace("\n", "") for name in names]


class _Initials(dict[int, str]):
    """The first letter of each Chinese character's usual reading, worked out as it is met."""

    def __missing__(self, code: int) -> str:
        found = self[code] = spelled(chr(code))[0][:1] or chr(code)
        return found


@cache
def _initials() -> _Initials:
    return _Initials()
