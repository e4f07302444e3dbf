"""Each field of the query language as a condition in SQL: what it stands for in this project."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from db.records import Remark
from db.search.fields import choice, chosen, dates
from db.search.names import COLUMNS, Names
from db.search.subjects import LISTED, Condition, Value
from db.search.tree import Filter, fault
from db.search.words import pattern

NOTHING = Condition("annotation", "0", (), "SELECT id FROM annotation WHERE 0")
_NOBODY = {
    "code": "No code here is called {value} (at character {position}), so nothing was found by it.",
    "instrument": "No instrument here is called {value} (at character {position}), so nothing was found by it.",
    "coder": "No coder here is called {value} (at character {position}), so nothing was found by it.",
    "article": "No article here is called {value} (at character {position}), so nothing was found by it.",
    "tag": "No tag here is called {value} (at character {position}), so nothing was found by it.",
    "collection": "No collection here is called {value} (at character {position}), so nothing was found by it.",
}
_NO_ARTICLE = "{typed} (at character {position}) fits no article here, so nothing was found by it."
# What a passage has, as the rest of SELECT 1 FROM, and where to list the passages that have it.
_HAS = {
    "code": ("tagging h WHERE h.annotation = {annotation}", "tagging"),
    "link": ("link h WHERE h.annotation = {annotation}", "link"),
    "translation": ("translation h WHERE h.annotation = {annotation}", "translation"),
    "tag": ("article_tag h WHERE h.article = {article}", ""),
    "collection": ("collected h WHERE h.article = {article}", ""),
}
_OF_LINKS = ("mentions", "quotes", "interprets", "implements", "criticises", "compares")
_OF_ARTICLES = ("translation of", "reprint of", "comments on", "is the text of")
_MOST_REMARKS = 5


class Judge:
    """Makes the conditions of filters, and gathers what should be said of them; `me` is who asks."""

    def __init__(self, names: Names, me: int | None) -> None:
        self.names = names
        self.remarks: list[Remark] = []
        self._me = me
        self._makers: dict[str, Callable[[Filter, tuple[Filter, ...]], Condition]] = {
            "code": self._code, "instrument": self._instrument, "coder": self._coder, "published": self._published,
            "created": self._time, "modified": self._time, "imported": self._imported, "kind": self._kind,
            "status": self._status, "has": self._has, "relation": self._relation, "origin": self._origin,
            "place": self._place, "note": self._note, "translation": self._translation,
        }  # fmt: skip
        self._articles: dict[str, Callable[[str], list[int]]] = {
            "article": names.articles, "title": names.titled, "author": names.signed, "tag": names.tagged,
            "collection": names.collected,
        }  # fmt: skip

    def condition(self, filter: Filter, beside: tuple[Filter, ...] = ()) -> Condition | None:
        """Give what a filter asks, with those that must hold beside it; None if it is no field here. Raises QueryFault."""
        if filter.field in self._makers:
            return self._makers[filter.field](filter, beside)
        if filter.field in self._articles:
            return self._of_articles(filter, self._articles[filter.field](filter.value))
        if filter.field in COLUMNS:
            return self._of_articles(filter, self._stored(filter))
        return self._own(filter, beside)

    def say(self, sentence: str, filter: Filter, **facts: str) -> None:
        """Say something of a filter, at its place."""
        remark = Remark(sentence, {"position": str(filter.position + 1), **facts})
        if remark not in self.remarks and len(self.remarks) < _MOST_REMARKS:
            self.remarks.append(remark)

    def _none(self, filter: Filter, found: Iterable[object]) -> None:
        if list(found):
            return
        if filter.field in _NOBODY:
            self.say(_NOBODY[filter.field], filter, value=filter.value)
        else:
            self.say(_NO_ARTICLE, filter, typed=filter.typed or f"{filter.field}:{filter.value}")

    def _of_articles(self, filter: Filter, articles: list[int]) -> Condition:
        self._none(filter, articles)
        few = f"SELECT id FROM annotation WHERE article IN {LISTED}"
        return Condition("article", f"{{article}} IN {LISTED}", (json.dumps(articles),), few)

    def _stored(self, filter: Filter) -> list[int]:
        """Find articles by a column: by the word that stands for a choice, and by what is stored itself."""
        known = chosen(filter.field, filter.value)
        found = self.names.stored(filter.field, known) if known else []
        return found or self.names.stored(filter.field, filter.value)

    def _code(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        codes = self.names.codes(filter.value)
        self._none(filter, codes)
        few = f"SELECT annotation FROM tagging WHERE code IN {LISTED}"
        sql = f"EXISTS (SELECT 1 FROM tagging t WHERE t.annotation = {{annotation}} AND t.code IN {LISTED})"
        return Condition("annotation", sql, (json.dumps(codes),), few)

    def _instrument(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        found, locator = self.names.instruments(filter.value)
        self._none(filter, found)
        where = f"instrument IN {LISTED}"
        values: tuple[Value, ...] = (json.dumps(found),)
        if locator:
            where += f" AND locator IN {LISTED}"
            values += (json.dumps(self.names.locators(found, locator)),)
        sql = f"EXISTS (SELECT 1 FROM link l WHERE l.annotation = {{annotation}} AND {where})"
        return Condition("annotation", sql, values, f"SELECT annotation FROM link WHERE {where}")

    def _coder(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        coders = self.names.coders(filter.value)
        self._none(filter, coders)
        few = f"SELECT id FROM annotation WHERE coder IN {LISTED}"
        return Condition("coder", f"{{coder}} IN {LISTED}", (json.dumps(coders),), few)

    def _published(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        sql, values = _between("published", dates(filter))
        sql = f"EXISTS (SELECT 1 FROM article WHERE article.id = {{article}} AND published <> '' AND {sql})"
        return Condition("article", sql, values)

    def _time(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        sql, values = _between(f"{{{filter.field}}}", dates(filter))
        return Condition(filter.field, sql, values)

    def _imported(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        sql, values = _between("h.imported", dates(filter))
        return Condition("article", f"EXISTS (SELECT 1 FROM version h WHERE h.article = {{article}} AND {sql})", values)

    def _kind(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        return Condition("kind", "'{kind}' = ?", (choice(filter),))

    def _status(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        status = choice(filter)
        mine = "s.article = {article}" + ("" if self._me is None else f" AND s.coder = {self._me}")
        sql = f"EXISTS (SELECT 1 FROM article_status s WHERE {mine} AND s.status = ?)"
        if status == "to read":
            sql = f"({sql} OR NOT EXISTS (SELECT 1 FROM article_status s WHERE {mine}))"
        return Condition("article", sql, (status,))

    def _has(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        thing = choice(filter)
        if thing == "note":
            return Condition("noted", f"EXISTS (SELECT 1 FROM note h WHERE h.{{noted}} AND {self._open('h')})")
        if thing == "relation":
            return Condition("annotation", _related("annotation", ""))
        sql, table = _HAS[thing]
        few = f"SELECT annotation FROM {table}" if table else ""
        return Condition("article" if "{article}" in sql else "annotation", f"EXISTS (SELECT 1 FROM {sql})", (), few)

    def _relation(self, filter: Filter, beside: tuple[Filter, ...]) -> Condition:
        """What a link says of its instrument, of the one named beside it; or how passages or articles are related."""
        relation = choice(filter)
        if relation not in _OF_LINKS:
            target = "article" if relation in _OF_ARTICLES else "annotation"
            return Condition(target, _related(target, " AND h.kind = ?"), (relation, relation))
        sql, values = self._of_named("instrument", beside)
        sql = f"EXISTS (SELECT 1 FROM link t WHERE t.annotation = {{annotation}} AND t.relation = ?{sql})"
        return Condition("annotation", sql, (relation, *values))

    def _origin(self, filter: Filter, beside: tuple[Filter, ...]) -> Condition:
        sql, values = self._of_named("code", beside)
        sql = f"EXISTS (SELECT 1 FROM tagging t WHERE t.annotation = {{annotation}} AND t.origin = ?{sql})"
        return Condition("annotation", sql, (choice(filter), *values))

    def _place(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        sql = "place h JOIN current c ON c.version = h.version WHERE h.annotation = {annotation} AND h.status = ?"
        return Condition("annotation", f"EXISTS (SELECT 1 FROM {sql})", (choice(filter),))

    def _note(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        match = _match(filter)
        few = (
            "SELECT annotation FROM note WHERE annotation IS NOT NULL AND id IN"
            " (SELECT rowid FROM note_words WHERE note_words MATCH ?)"
        )
        sql = f"EXISTS (SELECT 1 FROM note h WHERE h.{{noted}} AND {self._open('h')} AND words_in(h.text, ?, 0))"
        return Condition("noted", sql, (filter.value,), few, (match,), loose=True)

    def _translation(self, filter: Filter, _beside: tuple[Filter, ...]) -> Condition:
        _match(filter)
        sql = "EXISTS (SELECT 1 FROM translation h WHERE h.annotation = {annotation} AND words_in(h.text, ?, 0))"
        return Condition("annotation", sql, (filter.value,), "SELECT annotation FROM translation", (), loose=True)

    def _own(self, filter: Filter, beside: tuple[Filter, ...]) -> Condition | None:
        """A field of the project; one of taggings beside code: (or of links beside instrument:) speaks of that very tagging."""
        found = self.names.field(filter.field)
        if found is None:
            return None
        field, target, values, expected = self.names.values(found, filter)
        if expected and not values:
            raise fault(filter, ", ".join(expected))
        wanted = f"v.field = ? AND v.value IN {LISTED}"
        listed: tuple[Value, ...] = (field, json.dumps(values))
        if target in ("article", "annotation"):
            return Condition(target, f"EXISTS (SELECT 1 FROM field_value v WHERE v.{target} = {{{target}}} AND {wanted})", listed)
        named, others = self._of_named("code" if target == "tagging" else "instrument", beside)
        sql = f"SELECT 1 FROM field_value v JOIN {target} t ON t.id = v.{target} WHERE t.annotation = {{annotation}} AND {wanted}"
        return Condition("annotation", f"EXISTS ({sql}{named})", (*listed, *others))

    def _of_named(self, column: str, beside: tuple[Filter, ...]) -> tuple[str, tuple[Value, ...]]:
        """Narrow a tagging or link, called t, to the codes or instruments named beside it."""
        find = self.names.codes if column == "code" else lambda value: self.names.instruments(value)[0]
        named = [key for other in beside if other.field == column for key in find(other.value)]
        return (f" AND t.{column} IN {LISTED}", (json.dumps(named),)) if named else ("", ())

    def _open(self, alias: str) -> str:
        """Say that who asks may read a note."""
        return "1" if self._me is None else f"({alias}.private = 0 OR {alias}.coder = {self._me})"


def _related(target: str, more: str) -> str:
    ends = (f"EXISTS (SELECT 1 FROM relation h WHERE h.{side}_{target} = {{{target}}}{more})" for side in ("from", "to"))
    return f"({' OR '.join(ends)})"


def _match(filter: Filter) -> str:
    found = pattern(filter.value)
    if found is None:
        raise fault(filter, f"{filter.field}:…")
    return found.match


def _between(column: str, bounds: tuple[str, str]) -> tuple[str, tuple[Value, ...]]:
    signs = [(sign, bound) for sign, bound in zip((">=", "<"), bounds, strict=True) if bound]
    return " AND ".join(f"{column} {sign} ?" for sign, _bound in signs), tuple(bound for _sign, bound in signs)
