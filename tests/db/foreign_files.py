"""Files of other programs' shapes: QualCoder's and Taguette's tables made by SQL, as those programs make them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

_QUALCODER = """
CREATE TABLE project (databaseversion text, date text, memo text, about text, bookmarkfile integer, bookmarkpos integer,
    codername text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text,
    av_text_id integer, risid integer, unique(name));
CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, y1 integer, width integer, height integer,
    cid integer, memo text, date text, owner text, important integer);
CREATE TABLE code_av (avid integer primary key, id integer, pos0 integer, pos1 integer, cid integer, memo text, date text,
    owner text, important integer);
CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, owner text, date text,
    unique(fid, pos0, pos1, owner));
CREATE TABLE attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text, valuetype text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer, date text, owner text,
    unique(name, attr_type, id));
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer, owner text, date text,
    memo text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text, constraint ucm unique(name));
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer,
    unique(name));
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
    owner text, date text, memo text, avid integer, important integer, unique(cid, fid, pos0, pos1, owner));
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text,
    unique(name));
CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text, unique(name));
CREATE VIEW code_text_visible AS SELECT * FROM code_text;
INSERT INTO project VALUES ('v8', '2026-02-03 10:11:12', '', 'QualCoder 3.5', 0, 0, 'Mei');
"""
_TAGUETTE = """
CREATE TABLE users (login VARCHAR(30) PRIMARY KEY, created DATETIME NOT NULL, hashed_password VARCHAR(192));
CREATE TABLE projects (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL, description TEXT NOT NULL,
    created DATETIME NOT NULL);
CREATE TABLE project_members (project_id INTEGER NOT NULL, user_login VARCHAR(30) NOT NULL, privileges VARCHAR(11) NOT NULL,
    PRIMARY KEY (project_id, user_login));
CREATE TABLE documents (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL, description TEXT NOT NULL,
    filename VARCHAR(200) NOT NULL, created DATETIME NOT NULL, project_id INTEGER NOT NULL, text_direction VARCHAR(13) NOT NULL,
    contents TEXT NOT NULL);
CREATE TABLE highlights (id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL, start_offset INTEGER NOT NULL,
    end_offset INTEGER NOT NULL, snippet TEXT NOT NULL);
CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL, path VARCHAR(200) NOT NULL,
    description TEXT NOT NULL, UNIQUE (project_id, path));
CREATE TABLE highlight_tags (highlight_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, PRIMARY KEY (highlight_id, tag_id));
CREATE TABLE commands (id INTEGER PRIMARY KEY AUTOINCREMENT, date DATETIME NOT NULL, user_login VARCHAR(30) NOT NULL,
    project_id INTEGER NOT NULL, document_id INTEGER, payload TEXT NOT NULL);
"""
AT = "2026-02-04 09:00:00"


def insert(path: Path, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Put whole rows into a table of a file."""
    with closing(sqlite3.connect(path)) as made:
        made.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        made.commit()


def qualcoder(folder: Path, name: str = "interviews") -> Path:
    """Make an empty QualCoder project: a folder NAME.qda with its database."""
    project = folder / f"{name}.qda"
    project.mkdir()
    with closing(sqlite3.connect(project / "data.qda")) as made:
        made.executescript(_QUALCODER)
    return project


def coding(
    text: str, words: str, ctid: int, cid: int, fid: int = 1, *, owner: str = "Mei", memo: str = "", **more: Any
) -> list[Any]:
    """Make a row of code_text that stands on the first such words of a text, as Qt counts and quotes them."""
    at = text.index(words)
    start = len(text[:at].encode("utf-16-le")) // 2
    end = start + len(words.encode("utf-16-le")) // 2
    place = [more.get("start", start), more.get("end", end)]
    return [ctid, cid, fid, words.replace("\n", "\u2029"), *place, owner, AT, memo, None, more.get("important")]


def taguette(path: Path) -> Path:
    """Make a Taguette database with one project, one user and no document."""
    with closing(sqlite3.connect(path)) as made:
        made.executescript(_TAGUETTE)
        made.execute("INSERT INTO users VALUES ('noor', '2026-01-01 00:00:00', NULL)")
        made.execute("INSERT INTO projects VALUES (1, 'Hearings', 'What was said.', '2026-01-01 08:00:00.123456')")
        made.execute("INSERT INTO project_members VALUES (1, 'noor', 'ADMIN')")
        made.commit()
    return path


def document(path: Path, key: int, name: str, html: str) -> None:
    """Add a document."""
    insert(path, "documents", [[key, name, "", f"{name}.html", AT, 1, "LEFT_TO_RIGHT", html]])


def highlight(
    path: Path, key: int, document: int, span: tuple[int, int], snippet: str, tags: Sequence[int], by: str = "noor"
) -> None:
    """Add a highlight with its tags and, if somebody made it, the line of the log that says so."""
    insert(path, "highlights", [[key, document, *span, snippet]])
    if tags:
        insert(path, "highlight_tags", [[key, tag] for tag in tags])
    if by:
        payload = {
            "type": "highlight_add",
            "highlight_id": key,
            "start_offset": span[0],
            "end_offset": span[1],
            "tags": list(tags),
        }
        insert(path, "commands", [[None, AT + ".000000", by, 1, document, json.dumps(payload)]])


def byte_span(text: str, words: str) -> tuple[int, int]:
    """Give where words stand in a text, in UTF-8 bytes."""
    start = len(text[: text.index(words)].encode())
    return start, start + len(words.encode())
