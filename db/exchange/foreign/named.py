"""Which article a table means: by id, title, short name, address or the name of the file it was imported from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath

from db.exchange.refi.known import Known, Record

# How ATLAS.ti numbers its documents before their names.
_NUMBER = re.compile(r"D?\s*\d+\s*[:：-]\s+|D?\s*\d+\s+(?=\S)")
_SUFFIX = re.compile(r"\.(docx?|pdf|txt|md|html?|rtf|odt|epub|mhtml?)$", re.IGNORECASE)


class ArticleNames:
    """The articles of a project by all that others may call them; the surer name counts."""

    def __init__(self, known: Known) -> None:
        self._known = known
        articles = known.of("article")
        titles, keys = _by_column(articles, "title"), _by_column(articles, "key")
        files: defaultdict[str, list[str]] = defaultdict(list)
        for version in known.of("version").values():
            if version["file_name"] and version["article"] not in files[_plain(str(version["file_name"]))]:
                files[_plain(str(version["file_name"]))].append(str(version["article"]))
        stems: defaultdict[str, list[str]] = defaultdict(list)
        for several in (titles, files):
            for name, uuids in several.items():
                stem = stems[_SUFFIX.sub("", name)]
                stem += [uuid for uuid in uuids if uuid not in stem]
        addresses = {str(article["url_key"]): [uuid] for uuid, article in articles.items() if article["url_key"]}
        unique = {name: uuids for name, uuids in keys.items() if len(uuids) == 1}
        self._exact = _exact(articles)
        self._ways: tuple[Mapping[str, list[str]], ...] = (titles, unique, files, stems)
        self._addresses = addresses
        self._found: dict[str, list[str]] = {}

    def of(self, name: str) -> list[str]:
        """Give the articles of a name: none, one, or several that cannot be told apart."""
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> list[str]:
        uuid = self._known.aliases.get(name, name)
        if uuid in self._known.of("article"):
            return [uuid]
        if found := self._exact.get(name):
            return found
        if "/" in name and (found := self._addresses.get(self._known.url_key(name))):
            return found
        for called in dict.fromkeys((name, PurePosixPath(name.replace("\\", "/")).name, _NUMBER.sub("", name, count=1))):
            for ways in self._ways:
                if found := ways.get(_plain(called)) or ways.get(_SUFFIX.sub("", _plain(called))):
                    return found
        return []


def _plain(name: str) -> str:
    return " ".join(name.split()).strip("《》").casefold()


def _exact(articles: Mapping[str, Record]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for uuid, article in articles.items():
        if article["title"]:
            found[str(article["title"]).strip()].append(uuid)
    return dict(found)


def _by_column(records: Mapping[str, Record], column: str) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for uuid, record in records.items():
        if record[column]:
            found[_plain(str(record[column]))].append(uuid)
    return dict(found)
