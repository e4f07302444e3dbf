"""What reference lists beside the files say of them: RIS, BibTeX and CSL-JSON, and which entry is whose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from db.importers.bibtex import bibtex_fields, names_in
from db.importers.composing import FROM_PROPERTIES
from db.importers.decoding import clean, decode
from db.importers.metadata import date_or_month, url_key
from db.records import Author, Draft

BESIDE = "file beside"  # where a date came from
NAMES = (".ris", ".bib", ".json")
_LARGEST_LIST = 50 * 1024 * 1024
_RIS_LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?$")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>，。；]+", re.IGNORECASE)
_HOSTS = ("journaltitle", "journal", "publisher", "institution")
_SIGNS = re.compile(r"[\W_]+")
_LEAST = 6  # letters of a title by which alone an entry is known; one fewer in Chinese

Facts = dict[str, str]  # title, authors (joined by "; "), publisher, published, url, doi, language, key, files (by line feeds)


def entries_in(data: bytes, name: str) -> list[Facts]:
    """Read a reference list; none where the file is something else or cannot be read."""
    from db.errors import CannotImport

    if len(data) > _LARGEST_LIST:
        return []
    try:
        text = clean(decode(data, name)[0])
    except CannotImport:
        return []
    suffix = PurePath(name).suffix.lower()
    read = _from_csl if suffix == ".json" else _from_bibtex if suffix == ".bib" else _from_ris
    return [{key: value for key, value in entry.items() if value} for entry in read(text)]


def _date(text: str) -> str:
    """Give a date as far as it is known: 2024-03-05, 2024-03, 2024."""
    return date_or_month(text)[:10]


def _name(text: str) -> str:
    """Give a name as it is signed: Doe, Jane → Jane Doe; 王, 鹏 → 王鹏."""
    last, _, first = (part.strip() for part in " ".join(text.split()).partition(","))
    if not first:
        return last
    return last + first if re.match(r"[\u3400-\u9fff]", last) else f"{first} {last}"


def _from_ris(text: str) -> list[Facts]:
    found: list[dict[str, list[str]]] = []
    last: list[str] = []
    for line in text.split("\n"):
        match = _RIS_LINE.match(line.rstrip())
        if match is None:
            if last and line.strip():
                last[-1] += " " + line.strip()
        elif match[1] == "TY":
            found.append({})
        elif match[1] == "ER":
            last = []
        elif found:
            last = found[-1].setdefault(match[1], [])
            last.append((match[2] or "").strip())
    return [_ris_facts(entry) for entry in found]


def _ris_facts(entry: Mapping[str, Sequence[str]]) -> Facts:
    def first(*tags: str) -> str:
        return next((entry[tag][0] for tag in tags if entry.get(tag) and entry[tag][0]), "")

    names = [name for tag in ("AU", "A1") for name in entry.get(tag, ())]
    return {
        "title": first("TI", "T1", "CT"),
        "authors": "; ".join(_name(name) for name in names if name),
        "publisher": first("T2", "JO", "JF", "PB"),
        "published": _date(first("DA", "PY", "Y1")),
        "url": first("UR", "L2"),
        "doi": first("DO"),
        "language": first("LA"),
        "key": first("LB", "ID"),
        "files": "\n".join(value for tag in ("L1", "L4") for value in entry.get(tag, ())),
    }


def _from_bibtex(text: str) -> list[Facts]:
    found = []
    for key, fields in bibtex_fields(text):
        month = fields.get("month", "")
        people = names_in(fields.get("author") or fields.get("editor", ""))
        year = f"{fields.get('year', '')}-{month}" if month.isdecimal() else fields.get("year", "")
        found.append(
            {
                "title": fields.get("title", ""),
                "authors": "; ".join(name if whole else _name(name) for name, whole in people),
                "publisher": next(
                    (v for k in ("journaltitle", "journal", "publisher", "institution") if (v := fields.get(k))), ""
                ),
                "published": _date(fields.get("date") or year),
                "url": fields.get("url", ""),
                "doi": fields.get("doi", ""),
                "language": fields.get("langid") or fields.get("language", ""),
                "key": key,
                "files": "\n".join(_bib_files(fields.get("file", ""))),
            }
        )
    return found


def _bib_files(text: str) -> list[str]:
    """Give the file names of a field as reference managers write it: `name:path:type;…` or a bare path."""
    parts = (re.split(r"(?<!\\):", part) for part in re.split(r"(?<!\\);", text) if part.strip())
    return [re.sub(r"\\(.)", r"\1", piece) for part in parts for piece in (part[:-1] if len(part) > 2 else part) if piece]


def _from_csl(text: str) -> list[Facts]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    items = value.get("items", [value]) if isinstance(value, dict) else value
    items = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [_csl_facts(item) for item in items if item.get("type") and (item.get("title") or item.get("id"))]


def _csl_facts(item: Mapping[str, Any]) -> Facts:
    def said(*keys: str) -> str:
        return next((str(item[key]) for key in keys if isinstance(item.get(key), str | int) and item[key] != ""), "")

    people = item.get("author") if isinstance(item.get("author"), list) else []
    issued = item.get("issued") if isinstance(item.get("issued"), dict) else {}
    return {
        "title": said("title"),
        "authors": "; ".join(filter(None, (_csl_name(one) for one in people or () if isinstance(one, dict)))),
        "publisher": said("container-title", "publisher"),
        "published": _csl_date(issued or {}),
        "url": said("URL"),
        "doi": said("DOI"),
        "language": said("language"),
        "key": said("citation-key", "id"),
    }


def _csl_name(person: Mapping[str, Any]) -> str:
    family, given = str(person.get("family") or ""), str(person.get("given") or "")
    return str(person.get("literal") or "") or _name(f"{family}, {given}" if given else family)


def _csl_date(issued: Mapping[str, Any]) -> str:
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        numbers = [str(part).zfill(2) for part in parts[0][:3]]
        return _date("-".join(numbers))
    return _date(str(issued.get("raw") or issued.get("literal") or ""))


@dataclass(slots=True)
class Shelf:
    """The entries of the reference lists that lie beside some files, to find the one that is about a file."""

    _entries: list[Facts] = field(default_factory=list)
    _by: dict[str, Facts | None] = field(default_factory=dict)  # None where two entries claim the same

    def add(self, entries: Iterable[Facts], list_name: str = "") -> None:
        """Take in the entries of a list; a list of one is about the file that has its name."""
        entries = list(entries)
        self._entries += entries
        own = PurePath(list_name).stem.lower() if list_name and len(entries) == 1 else ""
        for entry in entries:
            for mark in _marks(entry, own):
                self._by[mark] = entry if self._by.get(mark, entry) == entry else None

    def named(self, name: str) -> Facts:
        """Give what is said of a file by its name; nothing if no entry names it."""
        path = PurePath(name)
        return self._found(f"file:{path.name.lower()}", f"stem:{path.stem.lower()}")

    def matching(self, draft: Draft) -> Facts:
        """Give what is said of an article by its DOI, address or title; nothing if no entry is about it."""
        if not self._entries:
            return {}
        dois = {_doi(found) for found in _DOI.findall(draft.text[:5000])[:1]}
        title = _SIGNS.sub("", draft.title).lower()
        head = _SIGNS.sub("", draft.text.split("\n", 1)[0]).lower()
        addresses = [f"url:{url_key(draft.url)}"] if draft.url else []
        return self._found(*addresses, *(f"doi:{doi}" for doi in dois), f"title:{title}", f"title:{head}")

    def _found(self, *marks: str) -> Facts:
        return next((dict(entry) for mark in marks if (entry := self._by.get(mark))), {})


def _marks(entry: Facts, own: str) -> Iterator[str]:
    """Give all by which an entry is found; `own` is the name of its list, if the list is about one file."""
    for name in filter(None, entry.get("files", "").split("\n")):
        yield f"file:{PurePath(name.replace(chr(92), '/')).name.lower()}"
    for stem in filter(None, (entry.get("key", "").lower(), own)):
        yield f"stem:{stem}"
    if entry.get("doi"):
        yield f"doi:{_doi(entry['doi'])}"
    if entry.get("url"):
        yield f"url:{url_key(entry['url'])}"
    title = _SIGNS.sub("", entry.get("title", "")).lower()
    if len(title) >= (_LEAST if title.isascii() else _LEAST - 1):
        yield f"title:{title}"


def _doi(text: str) -> str:
    found = _DOI.search(text)
    return found[0].rstrip(".,;)").lower() if found else text.strip().lower()


def completed(draft: Draft, facts: Mapping[str, str]) -> Draft:
    """Give a draft with what a reference list says of it in place of its own data."""
    draft = replace(
        draft,
        title=facts.get("title") or draft.title,
        publisher=facts.get("publisher") or draft.publisher,
        url=facts.get("url") or draft.url,
    )
    if re.fullmatch(r"[a-z]{2}(?:-\w+)*", facts.get("language", "")):
        draft = replace(draft, language=facts["language"])
    if names := [name.strip() for name in facts.get("authors", "").split("; ") if name.strip()]:
        known = {author.name: author for author in draft.authors}
        draft = replace(draft, authors=tuple(known.get(name, Author(name)) for name in names))
    if (date := facts.get("published", "")) and not draft.published.startswith(date):
        remarks = tuple(remark for remark in draft.remarks if remark.sentence != FROM_PROPERTIES)
        draft = replace(draft, published=date, published_from=BESIDE, remarks=remarks)
    return draft
