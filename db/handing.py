"""What a copy of a project that is handed on leaves behind: old values, imported files, private words, names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from db.exchange.presets import pseudonyms

Run = Callable[..., Any]  # executes a statement on the copy


def leave_out(run: Run, *, history: bool, originals: bool, private: bool, names: bool) -> None:
    """Take out of a copy what is not to be handed on, inside its transaction."""
    if not private:
        hidden = "SELECT uuid FROM note WHERE private = 1"
        run(f"DELETE FROM conflict WHERE kind = 'note' AND record IN ({hidden})")
        run("DELETE FROM note WHERE private = 1")
    if not originals:
        run("UPDATE version SET original = NULL")
        run("DELETE FROM blob")
    if not (history and private and originals and names):
        run("DELETE FROM history")
        run("DELETE FROM brought")
        run("UPDATE change SET state = 'kept', size = 0")
    if not names:
        _leave_names(run)
    run("UPDATE replica SET installation = '', path = ''")
    run("DELETE FROM looked")


def _leave_names(run: Run) -> None:
    """Put pseudonyms for the coders' names, the same that bundles have."""
    called = dict(run("SELECT uuid, name FROM coder").fetchall())
    for uuid, (name, initials) in pseudonyms({"uuid": uuid} for uuid in called).items():
        run("UPDATE coder SET name = ?, initials = ? WHERE uuid = ?", (name, initials, uuid))
        run("UPDATE translation SET translator = '' WHERE translator = ?", (called[uuid],))
        run("UPDATE change SET coder = ? WHERE coder = ?", (name, called[uuid]))
    run("UPDATE change SET coder = '' WHERE coder NOT IN (SELECT name FROM coder)")
    run("UPDATE conflict SET source = ''")
    run("DELETE FROM conflict WHERE kind = 'coder' OR (kind = 'translation' AND field = 'translator')")
