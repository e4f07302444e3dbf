"""What SQL cannot judge about passages: whether words stand in one, and whether two lie in one sentence or paragraph."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from functools import lru_cache, wraps

from db import units
from db.folding import fold, fold_text
from db.search.near import together
from db.search.texts import text_of
from db.search.tree import Near, Term
from db.search.words import pattern

_TEXTS, _FOLDED = 8, 4_096  # kept


def register(connection: sqlite3.Connection) -> None:
    """Teach a connection `has_words`, `has_near`, `words_in`, `same_sentence` and `same_paragraph`; as often as one likes."""
    reader = _Reader(connection)
    connection.create_function("words_in", 3, _words_in, deterministic=True)
    for name, count, function in (
        ("has_words", 3, reader.has_words), ("has_near", 2, reader.has_near),
        ("same_sentence", 6, reader.same_sentence), ("same_paragraph", 6, reader.same_paragraph),
    ):  # fmt: skip
        connection.create_function(name, count, function)


def said(near: Near) -> str:
    """Give a Near as `has_near` takes it."""
    return json.dumps([[[[term.text, term.whole] for term in group] for group in near.groups], near.distance])


def _stopping(function: Callable[..., bool]) -> Callable[..., bool]:
    """Let an interrupted reading count as no, for the statement around it is interrupted too and says so."""

    @wraps(function)
    def read(*values: object) -> bool:
        try:
            return function(*values)
        except sqlite3.OperationalError:
            return False

    return read


class _Reader:
    """Reads over a connection; `token` names the statement, for which alone texts are kept."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._texts: dict[int, str] = {}
        self._token = 0

    @_stopping
    def has_words(self, passage: int, words: str, whole: int) -> bool:
        """Whether a term stands in a passage or its translations."""
        return _words_in(self._of(passage), words, whole)

    @_stopping
    def has_near(self, passage: int, near: str) -> bool:
        """Whether words stand close together in a passage."""
        return together(_near(near), fold(self._of(passage))) is not None

    @_stopping
    def same_sentence(self, token: int, version: int, start: int, end: int, other: int, last: int) -> bool:
        """Whether two spans of a version touch one sentence."""
        (_first, end), (start, _last) = sorted(((start, end), (other, last)))
        if start < end:
            return True
        text = self._text(token, version)
        return "\n" not in text[end - 1 : start + 1] and units.unit_at(text, end - 1, "sentence")[1] > start

    @_stopping
    def same_paragraph(self, token: int, version: int, start: int, end: int, other: int, last: int) -> bool:
        """Whether two spans of a version touch one paragraph."""
        (_first, end), (start, _last) = sorted(((start, end), (other, last)))
        return start < end or "\n" not in self._text(token, version)[end - 1 : start + 1]

    def _of(self, passage: int) -> str:
        found = text_of(self._connection, "passage", passage)
        return found.text if found else ""

    def _text(self, token: int, version: int) -> str:
        if token != self._token:  # another statement: the number of a version that was undone may be another's now
            self._texts.clear()
            self._token = token
        text = self._texts.pop(version, None)
        if text is None:
            text = text_at(self._connection, version)
        self._texts[version] = text
        if len(self._texts) > _TEXTS:
            del self._texts[next(iter(self._texts))]
        return text


def text_at(connection: sqlite3.Connection, version: int) -> str:
    """Give the text of a version."""
    row = connection.execute("SELECT text FROM version WHERE id = ?", (version,)).fetchone()
    return str(row[0]) if row else ""


def _words_in(text: str, words: str, whole: int) -> bool:
    found = pattern(words, bool(whole))
    return found is not None and found.find(_folded(text)) is not None


@lru_cache(_FOLDED)
def _folded(text: str) -> str:
    return fold_text(text)


@lru_cache(32)
def _near(stored: str) -> Near:
    groups, distance = json.loads(stored)
    return Near(tuple(tuple(Term(text, whole) for text, whole in group) for group in groups), distance)
