"""What REFI-QDA and our records share: the names of metadata as variables, of notes with a meaning, of what is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from db.exchange.refi.guids import derived
from db.exchange.refi.labels import CODE, INSTRUMENT, told
from db.exchange.refi.positions import ORIGIN
from db.exchange.report import FidelityReport
from db.records import either
from resources import words

PROJECT, CODEBOOK = ("urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0")
NAME_LENGTH = 100
# Metadata of an article as variables of its source: column -> titles in English and Chinese.
METADATA: Mapping[str, tuple[str, str]] = {
    "key": ("Short key", "简称"), "authors": ("Authors", "作者"), "publisher": ("Publisher", "发布者"),
    "source": ("Source", "来源"), "column_prefix": ("Column", "栏目"), "genre": ("Genre", "体裁"), "url": ("URL", "网址"),
    "published": ("Published", "发布日期"), "fetched": ("Fetched", "获取日期"), "language": ("Language", "语言"),
    "tags": ("Tags", "标签"),
}  # fmt: skip
TRANSLATION = re.compile(r"Translation \(([A-Za-z-]{0,35})\)(?:, (.+))?")
# Saved searches travel as notes, by what they are for.
_SEARCHES = {"search": "Saved search", "smart code": "Smart code", "standing": "Standing search"}
_SEARCHED = re.compile(rf"({'|'.join(_SEARCHES.values())})(?:: (.*))?", re.DOTALL)
STATUSES = ("to read", "reading", "coded", "checked", "excluded")
# Notes that say more of something: values of fields, and who made a relation and why.
FIELDS, ABOUT = "Fields", "About"
REPLY = "reply"
_LINK = re.compile(r"(.*?)(?: ?\[([a-z]+)\])?", re.DOTALL)
_AUTHOR = re.compile(r"(.*?)(?: \((.*)\))?(?: \[(.*)\])?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def variable(column: str) -> str:
    """Give the GUID of the variable that carries a column of metadata."""
    return derived("variable", column)


def status_variable(coder: str) -> str:
    """Give the GUID of the variable that says how far a coder, by GUID, is with a source."""
    return derived("status", coder)


def status_told(status: str, reason: str) -> str:
    """Write how far a coder is with an article, and why."""
    return f"{status}: {reason}" if reason else status


def status_heard(words: str) -> tuple[str, str] | None:
    """Read what status_told wrote; None for other words."""
    status, _colon, reason = words.partition(": ")
    return (status, reason) if status in STATUSES else None


def search_told(kind: str, title: str) -> str:
    """Name the note of a saved search."""
    return f"{_SEARCHES[kind]}: {title}" if title else _SEARCHES[kind]


def search_heard(name: str) -> tuple[str, str] | None:
    """Read the kind and the title of a saved search from a note's name; None for other notes."""
    match = _SEARCHED.fullmatch(name)
    return (next(kind for kind, words in _SEARCHES.items() if words == match[1]), match[2] or "") if match else None


def say(language: str, sentence: str, **facts: object) -> str:
    """Say an English template in a language."""
    return words.say(language, sentence, facts or None)


def authors_told(authors: list[dict[str, str]]) -> str:
    """Write authors on one line: name (affiliation) [role]; name."""
    return "; ".join(
        each["name"]
        + (f" ({each['affiliation']})" if each["affiliation"] else "")
        + (f" [{each['role']}]" if each["role"] else "")
        for each in authors
    )


def authors_heard(line: str) -> list[dict[str, str]]:
    """Read what authors_told wrote, or names between semicolons."""
    found = []
    for part in re.split(r"\s*[;；]\s*", line.strip()):
        match = _AUTHOR.fullmatch(part)
        if match and match[1]:
            found.append({"name": match[1], "affiliation": match[2] or "", "role": match[3] or ""})
    return found


def link_told(locator: str, relation: str) -> str:
    """Name a link by its locator and its relation."""
    return f"{locator} [{relation}]".strip() if relation else locator


def link_heard(name: str) -> tuple[str, str]:
    """Read the locator and the relation of a link."""
    match = _LINK.fullmatch(name.strip())
    return (match[1], match[2] or "") if match else (name, "")


def note_name(text: str, day: str) -> str:
    """Name a note by its day, or by how its first line begins."""
    return day or next((line for line in text.split("\n") if line.strip()), "").lstrip("# ")[:NAME_LENGTH].strip()


def is_day(name: str) -> bool:
    """Whether a note's name is the day of a journal entry."""
    return _DATE.fullmatch(name) is not None


def code_name(code: Mapping[str, Any], language: str) -> str:
    """Name a code as a chip shows it: number and name."""
    return f"{code['number']} {either(language, code['name_zh'], code['name_en'])}".strip()


def code_words(code: Mapping[str, Any]) -> str:
    """Describe a code in labelled lines."""
    return told(CODE, ((key, str(code[key])) for key, _label in CODE))


def instrument_words(instrument: Mapping[str, Any], dates: str) -> str:
    """Describe an instrument in labelled lines; `dates` as kind=date pairs."""
    return told(INSTRUMENT, ((key, dates if key == "dates" else str(instrument[key])) for key, _label in INSTRUMENT))


def tidy(report: FidelityReport) -> None:
    """Leave out of a report the kinds of which there was nothing."""
    for counts in (report.carried, report.changed, report.kept_aside, report.dropped):
        for kind in [kind for kind, count in counts.items() if not count]:
            del counts[kind]


def origin(profile: str) -> str:
    """Give what a file names as its origin, which says how it was counted."""
    return f"{ORIGIN} (NVivo)" if profile == "nvivo" else ORIGIN
