"""Reads shipped data for the tests of it."""

from __future__ import annotations

import json
from typing import Any

from resources import resource


def shipped(*parts: str) -> Any:
    """Read a shipped JSON file."""
    return json.loads(resource(*parts).read_text("utf-8"))


def code_names(*books: str) -> set[str]:
    """Give the stable names of all codes of these frameworks."""
    return {code["name"] for book in books for code in shipped("frameworks", f"{book}.json")["codes"]}


def instrument_names() -> set[str]:
    """Give the stable names of the catalogue."""
    return {item["name"] for item in shipped("instruments", "instruments.json")["instruments"]}
