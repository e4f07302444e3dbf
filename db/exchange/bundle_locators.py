"""Where passages stand in texts that stay at home, said in a bundle that holds none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from db.locators import Paragraphs
from db.records import Layout, TravellingRecord

# Texts that are kept laid out while locators are made.
_PAGES = 50


class _Reading(Protocol):
    def text(self, version: str) -> str: ...


class Locators:
    """Says where passages stand in texts that stay at home; what was read lately is kept."""

    def __init__(self, source: _Reading, versions: Iterable[TravellingRecord], articles: Iterable[TravellingRecord]) -> None:
        self._source = source
        self._versions = {str(version["uuid"]): version for version in versions}
        self._titles = {str(article["uuid"]): str(article["title"]) for article in articles}
        self._pages: dict[str, Paragraphs] = {}

    def of(self, annotation: TravellingRecord) -> Mapping[str, Any]:
        """Give an annotation's locator and its text's hash."""
        uuid, start, end = str(annotation["version"]), annotation["start"], annotation["end"]
        version = self._versions[uuid]
        told = {"gloss:sha256": version["sha256"]}
        if not isinstance(start, int) or not isinstance(end, int):
            return told
        if uuid not in self._pages:
            if len(self._pages) >= _PAGES:
                self._pages.clear()
            title = self._titles.get(str(version["article"]), "")
            self._pages[uuid] = Paragraphs(self._source.text(uuid), Layout.from_json(str(version["layout"])), title)
        return {**told, "gloss:locator": self._pages[uuid].place(start, end).spelled("en")}
