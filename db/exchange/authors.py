"""Whose work records are: of those who own one of them, who marked, coded, wrote or translated something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_WORK = ("annotation", "tagging", "note", "translation")


def authors(records: Mapping[str, Iterable[Mapping[str, Any]]]) -> tuple[str, ...]:
    """Name the coders whose passages, codes, notes or translations are among records, in order; others only own a record."""
    makers = {record["coder"] for kind in _WORK for record in records[kind]}
    return tuple(sorted(str(coder["name"]) for coder in records["coder"] if coder["uuid"] in makers))
