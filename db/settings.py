"""What is set for a project as a whole, for everybody who works in its file: the unit of passages, two letters for codes."""

from __future__ import annotations

import json
import re

from db import errors
from db.records import CodeId
from db.store import Store

# How far a passage reaches: as selected, or widened to whole clauses, sentences or paragraphs.
UNITS = ("free", "clause", "sentence", "paragraph")


class Settings:
    """The settings of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> str | None:
        """Give a setting as it is stored, if it is set; the unit is "free" until it is."""
        value: str | None = self._store.value("SELECT value FROM setting WHERE name = ?", (name,))
        if name == "unit":
            return value if value in UNITS else UNITS[0]
        return value

    def set_unit(self, unit: str) -> None:
        """Choose the unit of passages, one of UNITS; raises Refused."""
        if unit not in UNITS:
            raise errors.Refused("{unit} is no unit of passages. Choose one of: {choices}.", unit=unit, choices=", ".join(UNITS))
        if unit != self.get("unit"):
            with self._store.change("Choose the unit of passages"):
                put(self._store, "unit", unit)

    def letters(self) -> dict[str, str]:
        """Give the two letters of the codes that have some, by the code's uuid."""
        kept = self._kept()
        there = {row[0] for row in self._store.rows("SELECT uuid FROM code")} if kept else set()
        return {uuid: letters for uuid, letters in kept.items() if uuid in there}

    def _kept(self) -> dict[str, str]:
        value = self.get("letters")
        return self._store.parsed(value, _read_letters) if value else {}

    def set_letters(self, code: CodeId, letters: str) -> None:
        """Give a code two letters a–z, or none; a code that had them takes the other's old ones; raises Refused or NotFound."""
        letters = letters.strip().lower()
        if letters and not _fits(letters):
            raise errors.Refused("{letters} are not two letters. Give two of a to z, or none.", letters=letters)
        uuid = self._store.value("SELECT uuid FROM code WHERE id = ?", (code,))
        if uuid is None:
            raise errors.NotFound("code", code)
        kept = self._kept()
        before = kept.pop(uuid, "")
        if before == letters:
            return
        holder = next((other for other, held in kept.items() if held == letters), None) if letters else None
        if holder is not None:
            del kept[holder]
            if before:
                kept[holder] = before
        if letters:
            kept[uuid] = letters
        with self._store.change("Choose letters for a code"):
            put(self._store, "letters", json.dumps(kept, sort_keys=True))


def put(store: Store, name: str, value: str, number: int | None = None) -> None:
    """Set a setting inside a change, with the number of the change that chose it: merging lets the later choice stand.

    Without a number it is the open change that chooses.
    """
    if number is None:
        number = store.value("SELECT number FROM change WHERE id = ?", (store.history.open_change,))
    store.rows(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
    )
    store.rows(
        "INSERT INTO setting (name, value) VALUES ('chosen', json_object(?1, ?2)) ON CONFLICT (name)"
        " DO UPDATE SET value = json_set(value, '$.' || ?1, ?2)",
        (name, number),
    )


def _read_letters(stored: str) -> dict[str, str]:
    return {str(uuid): letters for uuid, letters in dict(json.loads(stored)).items() if _fits(str(letters))}


def _fits(letters: str) -> bool:
    return re.fullmatch("[a-z]{2}", letters) is not None
