"""Rows of other programs' tables, as they were read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

# Column -> value; `rowid` is always there, a column that a file has not is None.
Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]


def digest_of(tables: Tables) -> str:
    """Give a digest of what was read, so that a file opened and closed by its program stays the same file."""
    found = hashlib.sha256()
    for table, rows in sorted(tables.items()):
        found.update(f"{table} {len(rows)}\n".encode())
        for row in rows:
            found.update(json.dumps(row, sort_keys=True, default=repr).encode())
    return found.hexdigest()


def number(value: object) -> int | None:
    """Give a whole number as it stands or as words; None for anything else."""
    if isinstance(value, str):
        digits = value.strip().removeprefix("-")
        value = int(value) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None
    return value if isinstance(value, int) else None
