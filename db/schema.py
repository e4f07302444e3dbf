"""The file's shape: the tables of each release, which the migration of that number makes.

Every record table has an integer key `id` and, if it travels, a `uuid`. Times are UTC in ISO 8601, dates ISO 8601,
positions code points into the version's text, lists JSON. No REAL columns: history keeps old values as JSON.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x476C6F73  # "Glos"
FORMAT = 4  # PRAGMA user_version: the number of steps in migrations.py

# Tables whose rows travel in bundles, parents before children.
TRAVELLING = (
    "coder", "codebook", "code", "crosswalk", "crosswalk_row", "instrument", "alias", "provision",
    "article", "version", "article_status", "annotation", "tagging", "link", "translation", "relation",
    "note", "field", "field_value", "saved_search", "confirmation", "collection", "collected", "article_tag",
)  # fmt: skip
# Tables that undo and the audit record: those, and what belongs to this project alone.
RECORDED = (*TRAVELLING, "setting", "same", "conflict")
# Written only by merging, which keeps others' stamps; recorded so that undoing a merge forgets that it was seen.
SEEN = ("stamp", "replica")
# Made anew from the records at any time, in step with them.
DERIVED = ("current", "place", "entry", "fingerprint")
# Not recorded: the history itself, others' too, imported bytes, what each coder has looked at here, and what is derived.
BEHIND = ("change", "history", "brought", "past", "blob", "looked", *DERIVED, "index_state")

# What every travelling record begins with.
_ID = "id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36)"


def _text(name: str) -> str:
    return f"{name} TEXT NOT NULL DEFAULT '' CHECK (instr(CAST({name} AS BLOB), x'00') = 0)"


def _json(name: str, empty: str = "[]") -> str:
    # json_valid() is refused in a schema that is not trusted, so the first character must do.
    return f"{name} TEXT NOT NULL DEFAULT '{empty}' CHECK (substr({name}, 1, 1) IN ('[', '{{'))"


def _status(name: str) -> str:
    return f"{name} TEXT NOT NULL DEFAULT 'ours' CHECK ({name} IN ('confirmed', 'unconfirmed', 'ours'))"


def _ref(name: str, table: str, *, null: bool = False, on_delete: str = "CASCADE") -> str:
    return f"{name} INTEGER {'' if null else 'NOT NULL '}REFERENCES {table}(id) ON DELETE {on_delete}"


_TIMES = "created TEXT NOT NULL, modified TEXT NOT NULL"

_CATALOGUE = f"""
CREATE TABLE coder ({_ID}, name TEXT NOT NULL CHECK (name <> ''), {_text("initials")}, {_text("colour")},
    created TEXT NOT NULL) STRICT;
CREATE TABLE codebook ({_ID}, name TEXT UNIQUE, {_text("title_zh")}, {_text("title_en")}, {_text("version")},
    {_text("publisher_zh")}, {_text("publisher_en")}, {_text("licence")}, {_text("url")}, {_text("released")},
    {_json("languages")}, {_text("note")}, {_text("lacks_zh")}, {_text("lacks_en")},
    shipped INTEGER NOT NULL DEFAULT 0 CHECK (shipped IN (0, 1)), revision INTEGER NOT NULL DEFAULT 1, {_TIMES}) STRICT;
CREATE TABLE code ({_ID}, {_ref("codebook", "codebook")}, {_ref("parent", "code", null=True)}, name TEXT,
    {_text("number")}, position INTEGER NOT NULL DEFAULT 0, {_text("kind")}, {_text("branch")},
    {_text("name_zh")}, {_text("name_en")}, {_status("name_zh_status")}, {_status("name_en_status")},
    {_text("definition_zh")}, {_text("definition_en")}, {_text("use_when")}, {_text("avoid_when")},
    {_json("cues_zh")}, {_json("cues_en")}, {_text("colour")}, {_text("confidence")}, {_text("note")},
    revision INTEGER NOT NULL DEFAULT 1, {_TIMES}, CHECK (name_zh <> '' OR name_en <> '' OR number <> ''),
    UNIQUE (codebook, name)) STRICT;
CREATE INDEX code_parent ON code (parent);
CREATE TABLE crosswalk ({_ID}, name TEXT UNIQUE, {_text("title_zh")}, {_text("title_en")}, {_text("basis")},
    {_ref("source", "codebook")}, {_ref("target", "codebook")}) STRICT;
CREATE INDEX crosswalk_source ON crosswalk (source);
CREATE INDEX crosswalk_target ON crosswalk (target);
CREATE TABLE crosswalk_row ({_ID}, {_ref("crosswalk", "crosswalk")}, position INTEGER NOT NULL DEFAULT 0,
    {_json("source_codes")}, {_json("target_codes")}, {_text("relation")}, {_text("confidence")}, {_text("note")}) STRICT;
CREATE INDEX crosswalk_row_crosswalk ON crosswalk_row (crosswalk);
CREATE TABLE instrument ({_ID}, name TEXT UNIQUE, {_text("title_zh")}, {_text("title_en")}, {_text("kind")},
    {_text("issuer")}, {_text("jurisdiction")}, {_json("dates")}, {_text("status")}, {_text("status_date")}, {_text("url")},
    {_text("confidence")}, {_text("note")}, shipped INTEGER NOT NULL DEFAULT 0 CHECK (shipped IN (0, 1)), {_TIMES},
    CHECK (title_zh <> '' OR title_en <> '')) STRICT;
CREATE TABLE alias ({_ID}, {_ref("instrument", "instrument")}, text TEXT NOT NULL CHECK (text <> ''), {_text("language")},
    scope TEXT NOT NULL DEFAULT 'anywhere' CHECK (scope IN ('anywhere', 'local'))) STRICT;
CREATE INDEX alias_instrument ON alias (instrument);
CREATE TABLE provision ({_ID}, {_ref("instrument", "instrument")}, {_ref("parent", "provision", null=True)},
    position INTEGER NOT NULL DEFAULT 0, {_text("label")}, {_text("locator")}, {_text("title")}, {_text("text")}) STRICT;
CREATE INDEX provision_instrument ON provision (instrument);
CREATE INDEX provision_parent ON provision (parent);
"""

_ARTICLES = f"""
CREATE TABLE article ({_ID}, {_text("title")}, key TEXT NOT NULL CHECK (key <> ''), {_json("authors")}, {_text("publisher")},
    {_text("source")}, {_text("column_prefix")}, {_text("genre")}, {_text("url")}, {_text("url_key")}, {_text("published")},
    {_text("published_from")}, {_text("fetched")}, {_text("fetched_from")}, {_text("language")},
    {_ref("coder", "coder", on_delete="RESTRICT")}, {_TIMES}) STRICT;
CREATE INDEX article_url_key ON article (url_key) WHERE url_key <> '';
CREATE INDEX article_coder ON article (coder);
CREATE TABLE version ({_ID}, {_ref("article", "article")}, number INTEGER NOT NULL CHECK (number > 0), {_text("text")},
    {_json("layout", "{}")}, sha256 TEXT NOT NULL CHECK (length(sha256) = 64), characters INTEGER NOT NULL,
    original TEXT REFERENCES blob(sha256), {_text("media_type")}, {_text("file_name")}, {_json("removed")},
    {_json("remarks")}, imported TEXT NOT NULL) STRICT;
CREATE INDEX version_article ON version (article, number);
CREATE INDEX version_sha256 ON version (sha256);
CREATE INDEX version_original ON version (original);
CREATE TABLE article_status ({_ID}, {_ref("article", "article")}, {_ref("coder", "coder")},
    status TEXT NOT NULL CHECK (status IN ('to read', 'reading', 'coded', 'checked', 'excluded')), {_text("reason")},
    modified TEXT NOT NULL, UNIQUE (article, coder)) STRICT;
CREATE INDEX article_status_coder ON article_status (coder);
"""

_PASSAGES = f"""
CREATE TABLE annotation ({_ID}, {_ref("article", "article")}, {_ref("version", "version")}, start INTEGER, end INTEGER,
    {_text("exact")}, {_text("prefix")}, {_text("suffix")}, {_ref("coder", "coder", on_delete="RESTRICT")}, {_TIMES},
    CHECK ((start IS NULL AND end IS NULL) OR (start IS NOT NULL AND end IS NOT NULL AND 0 <= start AND start < end))) STRICT;
CREATE INDEX annotation_article ON annotation (article, coder);
CREATE INDEX annotation_version ON annotation (version);
CREATE INDEX annotation_coder ON annotation (coder);
CREATE TABLE tagging ({_ID}, {_ref("annotation", "annotation")}, {_ref("code", "code")},
    {_ref("coder", "coder", on_delete="RESTRICT")}, code_revision INTEGER NOT NULL DEFAULT 1,
    origin TEXT NOT NULL DEFAULT 'by hand'
        CHECK (origin IN ('by hand', 'accepted offer', 'changed offer', 'from a query', 'recoded', 'imported')),
    {_text("origin_detail")}, created TEXT NOT NULL, UNIQUE (annotation, code, coder)) STRICT;
CREATE INDEX tagging_code ON tagging (code);
CREATE INDEX tagging_coder ON tagging (coder);
CREATE TABLE link ({_ID}, {_ref("annotation", "annotation")}, {_ref("instrument", "instrument")}, {_text("locator")},
    {_text("locator_key")}, {_text("relation")}, {_ref("coder", "coder", on_delete="RESTRICT")}, created TEXT NOT NULL) STRICT;
CREATE INDEX link_annotation ON link (annotation);
CREATE INDEX link_instrument ON link (instrument);
CREATE INDEX link_coder ON link (coder);
CREATE TABLE translation ({_ID}, {_ref("annotation", "annotation")}, {_text("language")}, {_text("text")},
    {_text("translator")}, {_ref("coder", "coder", on_delete="RESTRICT")}, {_TIMES}) STRICT;
CREATE INDEX translation_annotation ON translation (annotation);
CREATE INDEX translation_coder ON translation (coder);
CREATE TABLE confirmation ({_ID}, {_ref("annotation", "annotation")}, {_ref("version", "version")}, start INTEGER, end INTEGER,
    {_ref("coder", "coder", on_delete="RESTRICT")}, created TEXT NOT NULL, UNIQUE (annotation, version),
    CHECK ((start IS NULL) = (end IS NULL) AND (start IS NULL OR start < end))) STRICT;
CREATE INDEX confirmation_version ON confirmation (version);
CREATE INDEX confirmation_coder ON confirmation (coder);
"""

_ENDS = ("annotation", "article", "instrument")
_RELATION_ENDS = ", ".join(_ref(f"{side}_{end}", end, null=True) for side in ("from", "to") for end in _ENDS)
_FIELD_TARGETS = ("article", "annotation", "tagging", "link")
_NOTE_TARGETS = ("annotation", "article", "code", "instrument")


def _one_of(names: tuple[str, ...], wanted: str = "= 1") -> str:
    return f"CHECK ({' + '.join(f'({name} IS NOT NULL)' for name in names)} {wanted})"


def _partial_indexes(table: str, *names: str, also: str = "", unique: str = "") -> str:
    return "".join(f"CREATE {unique}INDEX {table}_{name} ON {table} ({name}{also}) WHERE {name} IS NOT NULL;\n" for name in names)


_AROUND = f"""
CREATE TABLE relation ({_ID}, kind TEXT NOT NULL, {_RELATION_ENDS}, {_text("note")},
    {_ref("coder", "coder", null=True, on_delete="RESTRICT")}, created TEXT NOT NULL,
    {_one_of(tuple(f"from_{end}" for end in _ENDS))}, {_one_of(tuple(f"to_{end}" for end in _ENDS))}) STRICT;
{_partial_indexes("relation", *(f"{side}_{end}" for side in ("from", "to") for end in _ENDS))}
CREATE INDEX relation_coder ON relation (coder);
CREATE TABLE note ({_ID}, {", ".join(_ref(name, name, null=True) for name in _NOTE_TARGETS)},
    {_ref("reply_to", "note", null=True)}, {_text("day")}, text TEXT NOT NULL CHECK (instr(CAST(text AS BLOB), x'00') = 0),
    {_ref("coder", "coder", on_delete="RESTRICT")}, private INTEGER NOT NULL DEFAULT 0 CHECK (private IN (0, 1)), {_TIMES},
    {_one_of((*_NOTE_TARGETS, "reply_to"), "<= 1")}) STRICT;
{_partial_indexes("note", *_NOTE_TARGETS, "reply_to")}
CREATE INDEX note_coder ON note (coder);
CREATE TABLE field ({_ID}, name TEXT UNIQUE, target TEXT NOT NULL CHECK (target IN {_FIELD_TARGETS}), {_text("label_zh")},
    {_text("label_en")}, type TEXT NOT NULL CHECK (type IN ('one of', 'many of', 'date', 'number', 'text')),
    {_json("options")}, position INTEGER NOT NULL DEFAULT 0, shipped INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE field_value ({_ID}, {_ref("field", "field")}, {", ".join(_ref(name, name, null=True) for name in _FIELD_TARGETS)},
    {_text("value")}, {_ref("coder", "coder", null=True, on_delete="RESTRICT")}, {_one_of(_FIELD_TARGETS)}) STRICT;
CREATE INDEX field_value_field ON field_value (field);
{_partial_indexes("field_value", *_FIELD_TARGETS, also=", field, value", unique="UNIQUE ")}
CREATE INDEX field_value_coder ON field_value (coder);
CREATE TABLE saved_search ({_ID}, {_text("title")}, {_text("query")}, {_ref("coder", "coder", on_delete="RESTRICT")},
    {_TIMES}) STRICT;
CREATE INDEX saved_search_coder ON saved_search (coder);
CREATE TABLE setting (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, value TEXT NOT NULL) STRICT;
CREATE TABLE same (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, kept TEXT NOT NULL) STRICT;
CREATE TABLE conflict (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, record TEXT NOT NULL,
    field TEXT NOT NULL, mine TEXT NOT NULL, theirs TEXT NOT NULL, base TEXT NOT NULL, {_text("source")}, created TEXT NOT NULL,
    decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'mine', 'theirs', 'both'))) STRICT;
"""

# Not undone: where a change is kept, who was seen, bytes, and what is derived from the records.
_BEHIND = """
CREATE TABLE replica (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, seen INTEGER NOT NULL DEFAULT 0,
    installation TEXT NOT NULL DEFAULT '', path TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE stamp (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    replica INTEGER NOT NULL REFERENCES replica(id), number INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1))) STRICT;
CREATE INDEX stamp_replica ON stamp (replica, number);
CREATE TABLE change (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')),
    label TEXT NOT NULL, coder TEXT NOT NULL, at TEXT NOT NULL, counts TEXT NOT NULL DEFAULT '{}',
    size INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'done' CHECK (state IN ('done', 'undone', 'kept')),
    target INTEGER REFERENCES change(id), undo_rows INTEGER REFERENCES change(id),
    replica INTEGER REFERENCES replica(id)) STRICT;
CREATE INDEX change_state ON change (state, id);
CREATE TABLE history (id INTEGER PRIMARY KEY, change INTEGER NOT NULL REFERENCES change(id), tbl TEXT NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('I', 'U', 'D')), key INTEGER NOT NULL, old TEXT) STRICT;
CREATE INDEX history_change ON history (change, id);
CREATE TABLE brought (change INTEGER NOT NULL REFERENCES change(id), uuid TEXT NOT NULL, replica TEXT NOT NULL,
    number INTEGER NOT NULL, PRIMARY KEY (change, uuid)) STRICT, WITHOUT ROWID;
CREATE TABLE blob (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE current (article INTEGER PRIMARY KEY REFERENCES article(id) ON DELETE CASCADE,
    version INTEGER NOT NULL REFERENCES version(id) ON DELETE CASCADE) STRICT;
CREATE INDEX current_version ON current (version);
CREATE TABLE place (annotation INTEGER NOT NULL REFERENCES annotation(id) ON DELETE CASCADE,
    version INTEGER NOT NULL REFERENCES version(id) ON DELETE CASCADE, start INTEGER, end INTEGER,
    status TEXT NOT NULL CHECK (status IN ('exact', 'aligned', 'moved', 'review', 'gone')), confidence INTEGER NOT NULL,
    how TEXT NOT NULL DEFAULT '', candidates TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (annotation, version), CHECK (start IS NULL OR start < end)) STRICT, WITHOUT ROWID;
CREATE INDEX place_version ON place (version, start);
"""

# The whole first release, in order.
FIRST = (_CATALOGUE, _ARTICLES, _PASSAGES, _AROUND, _BEHIND)

_LIBRARY = f"""
CREATE TABLE collection ({_ID}, name TEXT NOT NULL CHECK (name <> '' AND instr(CAST(name AS BLOB), x'00') = 0),
    {_ref("parent", "collection", null=True)}, {_ref("coder", "coder", on_delete="RESTRICT")}, {_TIMES}) STRICT;
CREATE INDEX collection_parent ON collection (parent);
CREATE INDEX collection_coder ON collection (coder);
CREATE TABLE collected ({_ID}, {_ref("collection", "collection")}, {_ref("article", "article")},
    {_ref("coder", "coder", on_delete="RESTRICT")}, created TEXT NOT NULL, UNIQUE (collection, article)) STRICT;
CREATE INDEX collected_article ON collected (article);
CREATE INDEX collected_coder ON collected (coder);
CREATE TABLE article_tag ({_ID}, {_ref("article", "article")},
    name TEXT NOT NULL CHECK (name <> '' AND instr(CAST(name AS BLOB), x'00') = 0),
    {_ref("coder", "coder", on_delete="RESTRICT")}, created TEXT NOT NULL, UNIQUE (article, name)) STRICT;
CREATE INDEX article_tag_name ON article_tag (name, article);
CREATE INDEX article_tag_coder ON article_tag (coder);
"""

# Derived: an article's folded title and by-line, by which the library sorts and filters; a text's likeness to others.
_ENTRIES = """
CREATE TABLE entry (article INTEGER PRIMARY KEY REFERENCES article(id) ON DELETE CASCADE, title TEXT NOT NULL,
    words TEXT NOT NULL) STRICT;
CREATE INDEX entry_title ON entry (title);
CREATE TABLE fingerprint (version INTEGER PRIMARY KEY REFERENCES version(id) ON DELETE CASCADE, rules INTEGER NOT NULL,
    signature BLOB NOT NULL) STRICT;
CREATE INDEX article_key ON article (key);
CREATE INDEX version_size ON version (id, characters);
"""

# What the second release added.
SECOND = (_LIBRARY, _ENTRIES)

# `looked`: what a standing search had found when a coder last looked, by uuids, for a search removed may come back by undo.
_SEARCHES = """
ALTER TABLE saved_search ADD COLUMN kind TEXT NOT NULL DEFAULT 'search' CHECK (kind IN ('search', 'smart code', 'standing'));
CREATE TABLE looked (id INTEGER PRIMARY KEY, search TEXT NOT NULL, coder TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    down_to INTEGER NOT NULL, seen BLOB NOT NULL, UNIQUE (search, coder, kind)) STRICT;
"""

# Covering: what a code or instrument is found at, without a look into the rows.
_FOUND_BY = """
DROP INDEX tagging_code;
CREATE INDEX tagging_code ON tagging (code, annotation);
DROP INDEX link_instrument;
CREATE INDEX link_instrument ON link (instrument, annotation);
"""

# Of the many changes of an old project, those that can still be undone.
_UNDOABLE = "CREATE INDEX change_undoable ON change (id, size) WHERE size > 0;"

# What the third release added.
THIRD = (_SEARCHES, _FOUND_BY, _UNDOABLE)

# `past`: what others wrote before it came here, by the record's uuid, as merging needs it to know from what two began.
_PAST = """
CREATE TABLE past (uuid TEXT PRIMARY KEY, told TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX conflict_record ON conflict (record, field);
"""

# What the fourth release added.
FOURTH = (_PAST,)


def columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """Give the column names of a table, in order."""
    return tuple(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))


def references(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Give column -> table for the references of a table."""
    return {row[3]: row[2] for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
