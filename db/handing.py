"""What a copy of a project that is handed on leaves behind: old values, imported files, private words, names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from db.exchange.pseudonyms import named

Run = Callable[..., Any]  # executes a statement on the copy
# What everybody has, and so stands beside the names of who brought it elsewhere.
_COMMON = ("article", "collection", "collected", "article_tag", "field_value", "relation")
_ON_PASSAGES = {
    "field_value": "annotation IS NULL AND tagging IS NULL AND link IS NULL",
    "relation": "from_annotation IS NULL AND to_annotation IS NULL",
}


def leave_out(run: Run, *, history: bool, originals: bool, private: bool, faces: Mapping[str, str]) -> None:
    """Take out of a copy what is not to be handed on, inside its transaction; names too where there are `faces` for coders."""
    if not private:
        hidden = "SELECT uuid FROM note WHERE private = 1"
        run(f"DELETE FROM conflict WHERE kind = 'note' AND record IN ({hidden})")
        run("DELETE FROM note WHERE private = 1")
    if not originals:
        run("UPDATE version SET original = NULL")
        run("DELETE FROM blob")
    if not (history and private and originals) or faces:
        run("DELETE FROM history")
        run("DELETE FROM brought")
        run("DELETE FROM past")
        run("UPDATE change SET state = 'kept', size = 0")
    if faces:
        _leave_names(run, faces)
    run("UPDATE replica SET installation = '', path = ''")
    run("DELETE FROM looked")


def _leave_names(run: Run, hidden: Mapping[str, str]) -> None:
    """Put pseudonyms for the coders, the same that bundles have."""
    there = run("SELECT uuid, name, colour FROM coder").fetchall()
    called = named(hidden, (colour for _uuid, _name, colour in there))
    for uuid, name, _colour in there:
        run("UPDATE translation SET translator = '' WHERE translator = ?", (name,))
        run("UPDATE change SET coder = ? WHERE coder = ?", (called[hidden[uuid]][0], name))
    for uuid, _name, _colour in there:
        values = (hidden[uuid], *called[hidden[uuid]], uuid)
        run("UPDATE coder SET uuid = ?, name = ?, initials = ?, colour = ?, created = '' WHERE uuid = ?", values)
    nobody = hidden[""]
    run("INSERT INTO coder (uuid, name, initials, colour, created) VALUES (?, ?, ?, ?, '') ON CONFLICT DO NOTHING",
        (nobody, *called[nobody]))  # fmt: skip
    for kind in _COMMON:
        where = _ON_PASSAGES.get(kind, "1")
        run(f"UPDATE {kind} SET coder = (SELECT id FROM coder WHERE uuid = ?) WHERE coder IS NOT NULL AND {where}", (nobody,))
    for table in ("stamp", "same"):
        run(f"DELETE FROM {table} WHERE kind = 'coder'")
    run("DELETE FROM setting WHERE name LIKE 'shown:%'")
    run("UPDATE change SET coder = '' WHERE coder NOT IN (SELECT name FROM coder)")
    run("UPDATE conflict SET source = ''")
    run("DELETE FROM setting WHERE name LIKE 'refi:%'")
    run("DELETE FROM conflict WHERE kind = 'coder' OR (kind = 'translation' AND field = 'translator')")
