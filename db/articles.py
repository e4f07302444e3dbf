"""Articles, their versions and each coder's status of them."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal, get_args

from db import errors
from db.changes import now
from db.fields import refuse_no_date
from db.grouping import Tags
from db.records import Article, ArticleId, Author, CoderId, Draft, Layout, Remark, Removed, Version, VersionId, as_json
from db.reprints import Reprints
from db.store import Row, Store, Values

Status = Literal["to read", "reading", "coded", "checked", "excluded"]
STATUSES: tuple[str, ...] = get_args(Status)

_SELECT = (
    "SELECT a.id, a.uuid, a.title, a.key, a.authors, a.publisher, a.source, a.column_prefix, a.genre, a.url, a.published,"
    " a.published_from, a.fetched, a.fetched_from, a.language, a.created, a.modified, v.id, v.characters,"
    " (SELECT count(*) FROM version WHERE version.article = a.id),"
    " (SELECT count(*) FROM annotation WHERE annotation.article = a.id),"
    " (SELECT count(*) FROM annotation WHERE annotation.article = a.id AND annotation.coder = :me),"
    " ifnull(s.status, 'to read'), ifnull(s.reason, '') FROM article a JOIN current c ON c.article = a.id"
    " JOIN version v INDEXED BY version_size ON v.id = c.version LEFT JOIN article_status s ON s.article = a.id AND s.coder = :me"
)
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]")
_LONGEST_WORDS = 20  # characters of a key that is made of Latin words
_LITTLE_WORDS = frozenset(
    ("a", "an", "the", "of", "and", "or", "on", "in", "to", "for", "from", "with", "by", "at", "as", "is", "are", "its")
)
# Saved pages shrink to a fifth at once; higher levels take three times as long for a tenth of that.
_LEVEL = 2
EDITABLE = (
    "title", "key", "publisher", "source", "column_prefix", "genre", "url", "published", "fetched", "language",
)  # fmt: skip


def _read_removed(stored: str) -> tuple[Removed, ...]:
    return tuple(Removed(*item) for item in json.loads(stored))


def _read_remarks(stored: str) -> tuple[Remark, ...]:
    return tuple(Remark(*item) for item in json.loads(stored))


class Articles(Tags, Reprints):
    """The articles of a project: listed as the library does, tagged, compared; here what is done to them."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._numbers: dict[str, int] = {}  # by short key, how many letters were tried

    def all(self) -> list[Article]:
        """List the articles, the last imported first."""
        return [self._article(row) for row in self._rows("", {})]

    def _article(self, row: Row) -> Article:
        values = (*row[:4], self._store.parsed(row[4], Author.listed), *row[5:])
        return Article(*values)

    def _rows(self, where: str, values: dict[str, Values]) -> list[Row]:
        sql = f"{_SELECT} {where} ORDER BY a.id DESC"
        return self._store.rows(sql, values | {"me": self._store.me})

    def get(self, article: ArticleId) -> Article:
        """Give one article; raises NotFound."""
        rows = self._rows("WHERE a.id = :id", {"id": article})
        if not rows:
            raise errors.NotFound("article", article)
        return self._article(rows[0])

    def several(self, articles: Iterable[ArticleId]) -> dict[ArticleId, Article]:
        """Give articles by id; those that are gone are left out."""
        found = self._rows("WHERE a.id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(list(articles))})
        return {ArticleId(row[0]): self._article(row) for row in found}

    def by_ref(self, ref: str) -> ArticleId:
        """Find an article by uuid, key, exact title, unique prefix or an alias of a merged one; raises NotFound or Ambiguous."""
        alias, kept = ref, None
        while alias := self._store.value("SELECT kept FROM same WHERE kind = 'article' AND uuid = ? AND kept < uuid", (alias,)):
            kept = alias
        titled = self._store.rows("SELECT id FROM article WHERE title = ? AND title <> ''", (ref,))
        if len(titled) == 1:
            return ArticleId(titled[0][0])
        return ArticleId(self._store.by_ref("article", kept or ref, names=("key",)))

    def version(self, article: ArticleId, number: int | None = None) -> Version:
        """Give a version of an article with its text, the newest unless a number is asked for; raises NotFound."""
        which = "id = (SELECT version FROM current WHERE article = ?1)" if number is None else "article = ?1 AND number = ?2"
        row = self._store.one(
            "SELECT id, uuid, article, number, text, layout, sha256, media_type, file_name, removed, remarks, imported"
            f" FROM version WHERE {which} ORDER BY uuid DESC LIMIT 1",
            (article,) if number is None else (article, number),
        )
        if row is None:
            raise errors.NotFound("version", number or article)
        parsed = self._store.parsed
        removed, remarks = parsed(row[9], _read_removed), parsed(row[10], _read_remarks)
        values = (*row[:5], parsed(row[5], Layout.from_json), *row[6:9], removed, remarks, row[11])
        return Version(*values)

    def original(self, article: ArticleId) -> bytes:
        """Give the bytes the newest version was imported from."""
        data = self._store.value(
            "SELECT data FROM blob WHERE sha256 = (SELECT original FROM version JOIN current ON current.version = version.id"
            " WHERE current.article = ?)",
            (article,),
        )
        return self._store.parsed(data, zlib.decompress) if data is not None else b""

    def same_as(self, draft: Draft) -> ArticleId | None:
        """Find the article that holds these bytes or this reading text already."""
        found = self._store.value(
            "SELECT article FROM version WHERE sha256 = ? OR (original = ? AND original IS NOT NULL) ORDER BY id LIMIT 1",
            (digest(draft.text.encode()), digest(draft.original) if draft.original else ""),
        )
        return ArticleId(found) if found else None

    def at_address(self, url_key: str) -> ArticleId | None:
        """Find the article imported from an address."""
        found = url_key and self._store.value("SELECT id FROM article WHERE url_key = ? ORDER BY id LIMIT 1", (url_key,))
        return ArticleId(found) if found else None

    def add(self, draft: Draft, *, key: str = "") -> ArticleId:
        """Add an article from a draft; the same bytes or reading text twice is one article."""
        found = self.same_as(draft)
        if found is not None:
            return found
        from db.importers.metadata import url_key

        with self._store.change("Import article"):
            article = ArticleId(
                self._store.insert(
                    "article", title=draft.title, key=self._free_key(key or short_key(draft)), authors=_authors(draft.authors),
                    publisher=draft.publisher, source=draft.source, column_prefix=draft.column, genre=draft.genre, url=draft.url,
                    url_key=url_key(draft.url), published=draft.published, published_from=draft.published_from,
                    fetched=draft.fetched, fetched_from=draft.fetched_from, language=draft.language, coder=self._store.me,
                    created=now(), modified=now(),
                )
            )  # fmt: skip
            self.add_version(article, draft)
        return article

    def add_version(self, article: ArticleId, draft: Draft) -> VersionId:
        """Add a newer text of an article, unless it is the present one; annotations are carried over when the change ends."""
        return self.add_text(
            article, "Import version", draft.text, layout=draft.layout.to_json(), original=draft.original,
            media_type=draft.media_type, file_name=draft.file_name,
            removed=as_json([[r.start, r.end, r.reason, r.text] for r in draft.removed]),
            remarks=as_json([[r.sentence, dict(r.facts)] for r in draft.remarks]),
        )  # fmt: skip

    def add_text(self, article: ArticleId, label: str, text: str, *, original: bytes | str | None, **values: str) -> VersionId:
        """Add a text as the newest version, as one change; `original` is what it was made from, or the name it is kept under."""
        sha256 = digest(text.encode())
        row = self._store.one(
            "SELECT (SELECT ifnull(max(number), 0) FROM version WHERE article = ?1),"
            " (SELECT v.id FROM version v JOIN current c ON c.version = v.id WHERE v.article = ?1 AND v.sha256 = ?2)"
            " FROM article WHERE id = ?1",
            (article, sha256),
        )
        if row is None:
            raise errors.NotFound("article", article)
        if row[1] is not None:
            return VersionId(row[1])
        with self._store.change(label):
            version = VersionId(
                self._store.insert(
                    "version", article=article, number=row[0] + 1, text=text, sha256=sha256, characters=len(text),
                    original=self._keep(original) if isinstance(original, bytes) else original, imported=now(), **values,
                )
            )  # fmt: skip
            # Known at once, so that the change that brings a text can go on to annotate it.
            self._store.rows("INSERT OR REPLACE INTO current VALUES (?, ?)", (article, version))
            return version

    def _keep(self, original: bytes) -> str | None:
        if not original:
            return None
        name = digest(original)
        # Rarely there already, and asking costs as much as packing.
        values = (name, zlib.compress(original, _LEVEL), len(original))
        self._store.rows("INSERT OR IGNORE INTO blob VALUES (?, ?, ?)", values)
        return name

    def _free_key(self, wanted: str) -> str:
        """Make a short key free by a, b, c… when it is taken."""
        if not self._taken(wanted):
            return wanted
        # Where the last search for this one ended, as long as that is not free again.
        number = self._numbers.get(wanted, 0)
        if number and not self._taken(wanted + _letters(number - 1)):
            number = 0
        while self._taken(key := wanted + _letters(number)):
            number += 1
        self._numbers[wanted] = number + 1
        return key

    def _taken(self, key: str) -> bool:
        return self._store.value("SELECT 1 FROM article WHERE key = ?", (key,)) is not None

    def edit(self, article: ArticleId, *, authors: Iterable[Author] | None = None, **values: str) -> None:
        """Correct an article's metadata."""
        before = self._store.one(f"SELECT authors, {', '.join(EDITABLE)} FROM article WHERE id = ?", (article,))
        if before is None:
            raise errors.NotFound("article", article)
        old = dict(zip(("authors", *EDITABLE), before, strict=True))
        refuse_unknown(values)
        given: dict[str, Any] = {key: value.strip() for key, value in values.items()}
        if authors is not None:
            given["authors"] = _authors(tuple(authors))
        if not given.get("key", "kept"):
            raise errors.Refused("An article needs a short key. Give one.")
        changed = {key: value for key, value in given.items() if old[key] != value}
        if "url" in changed:
            from db.importers.metadata import url_key

            changed["url_key"] = url_key(changed["url"])
        for name in ("published", "fetched"):
            if name in changed:
                refuse_no_date(changed[name])
                changed[f"{name}_from"] = "person" if changed[name] else ""
        if changed:
            with self._store.change("Edit article"):
                self._store.update("article", article, modified=now(), **changed)

    def set_status(self, article: ArticleId, status: str, reason: str = "") -> None:
        """Set the present coder's status of an article; excluding asks for a reason."""
        if status not in STATUSES:
            raise errors.Refused("{status} is no status. Choose one of: {choices}.", status=status, choices=", ".join(STATUSES))
        if status == "excluded" and not reason.strip():
            raise errors.Refused("Say why the article is excluded.")
        before = self.get(article)
        if (before.status, before.reason) == (status, reason):
            return
        with self._store.change("Set status"):
            values = {"status": status, "reason": reason, "modified": now()}
            row = self._store.one("SELECT id FROM article_status WHERE article = ? AND coder = ?", (article, self._store.me))
            if row:
                self._store.update("article_status", row[0], **values)
            else:
                self._store.insert("article_status", article=article, coder=self._store.me, **values)

    def statuses(self, article: ArticleId) -> dict[CoderId, tuple[str, str]]:
        """Give every coder's status of an article and its reason, by coder."""
        rows = self._store.rows("SELECT coder, status, reason FROM article_status WHERE article = ?", (article,))
        return {CoderId(row[0]): (row[1], row[2]) for row in rows}

    def borne(self, change: int) -> tuple[int, int]:
        """Tell what putting a change back derives anew: how many annotations are placed, how many characters made searchable."""
        sql = (
            "WITH touched AS (SELECT tbl, key, CASE WHEN json_valid(old) THEN old END AS old FROM history"
            " WHERE change = (SELECT coalesce(undo_rows, id) FROM change WHERE id = ?)),"
            " texts AS (SELECT v.article, v.characters FROM touched t JOIN version v ON v.id = t.key WHERE t.tbl = 'version'"
            " UNION SELECT json_extract(old, '$.article'), json_extract(old, '$.characters') FROM touched"
            " WHERE tbl = 'version' AND old IS NOT NULL"
            " UNION SELECT c.article, v.characters FROM touched t JOIN current c ON c.article = t.key"
            " JOIN version v ON v.id = c.version WHERE t.tbl = 'article') "
        )
        placed = " WHERE article IN (SELECT t.article FROM texts t WHERE EXISTS (SELECT 1 FROM touched WHERE tbl = 'version'))"
        row = self._store.one(
            f"{sql} SELECT (SELECT count(*) FROM annotation{placed}), (SELECT ifnull(sum(characters), 0) FROM texts)", (change,)
        )
        return (row[0], row[1]) if row else (0, 0)

    def remove(self, articles: Iterable[ArticleId]) -> None:
        """Remove articles with their versions, annotations and notes (undo brings all back)."""
        with self._store.change("Remove article"):
            self._store.delete("article", articles)


def refuse_unknown(names: Iterable[str]) -> None:
    """Refuse names of metadata that an article does not have; raises Refused."""
    for name in names:
        if name not in EDITABLE:
            raise errors.Refused(
                "An article has no {name} to be set. Choose one of: {choices}.", name=name, choices=", ".join(EDITABLE)
            )


def digest(data: bytes) -> str:
    """Give the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def short_key(draft: Draft) -> str:
    """Make a short key: the first author (of a Latin name the last word), else publisher or title, and the year."""
    first = draft.authors[0].name if draft.authors else (draft.publisher or draft.title)
    words = re.findall(r"[^\W_]+", first)
    if draft.authors and not _HAN.search(first):
        name = (words or [""])[-1][:_LONGEST_WORDS]
    else:
        name = "".join(words)[:12] if _HAN.search(first) else _first_words(words)
    return (name or "article") + draft.published[:4]


def _first_words(words: list[str]) -> str:
    """Give the first words of a Latin name or title that say something, whole ones, as one: PlainTitleKnown."""
    name = ""
    for word in [word for word in words if word.lower() not in _LITTLE_WORDS] or words:
        if name and len(name) + len(word) > _LONGEST_WORDS:
            break
        name += word[:1].upper() + word[1:]
    return name[:_LONGEST_WORDS]


def _letters(number: int) -> str:
    """Give a, b… z, aa, ab… for 0, 1…"""
    name = ""
    while number >= 0:
        name, number = chr(ord("a") + number % 26) + name, number // 26 - 1
    return name


def _authors(authors: Iterable[Author]) -> str:
    """Give authors as they are stored, every name written in one way whoever gave it."""
    from db.importers.names import natural

    return as_json([json.loads(as_json(replace(author, name=natural(author.name)))) for author in authors])
