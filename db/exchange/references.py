"""Articles and instruments as references for other programs: BibLaTeX, RIS and CSL-JSON, all UTF-8; our importers read them.

Sources: the biblatex manual (2.1, 2.2), the RIS format specification (2011), and the CSL-JSON schema of CSL 1.0.2. What is not
known is left out, what is not confirmed is marked. Names of persons are parted into family and given names, Chinese names and
bodies stay whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.exchange.archive import replacing
from db.exchange.citations import Work, in_newspaper, instrument_work, is_whole, name_parts, work_of
from db.exchange.report import FidelityReport
from db.exchange.tables import Cleaner, say
from db.records import Article, Instrument, Progress, either, no_progress

_EVERY = 64
_SPACES = re.compile(r"\s+")
_NO_KEY = re.compile(r"[\s{},()=#%\"'\\~@]")
_TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_TEX_SIGNS = re.compile(r"[\\&%$#_{}~^]")
_KEYS = "{count} short keys hold signs that a reference list cannot; _ stands for each of them."
_PLACES = "What authors belong to has no place in a reference list; {count} of them are left out."
_DOUBTED = "{count} instruments hold facts that nobody has confirmed yet; a note in the list says so."
_DOUBT = ("Facts not confirmed", "信息未经核实")
# What each kind of work is called: BibLaTeX, RIS, CSL; what is not named is of no kind that they know.
_TYPES: Mapping[str, tuple[str, str, str]] = {
    "law": ("legislation", "STAT", "legislation"), "regulation": ("legislation", "STAT", "legislation"),
    "departmental-rule": ("legislation", "STAT", "legislation"), "treaty": ("legislation", "STAT", "treaty"),
    "bill": ("legislation", "BILL", "bill"), "standard": ("standard", "STAND", "standard"),
    "report": ("report", "RPRT", "report"), "position-paper": ("report", "RPRT", "report"),
    "guideline": ("report", "RPRT", "report"), "newspaper": ("article", "NEWS", "article-newspaper"),
    "page": ("online", "ELEC", "webpage"), "other": ("misc", "GEN", "document"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a list: the work under its key, in a language where that is known, and what is to be noted of it."""

    work: Work
    key: str
    language: str
    note: str = ""

    @property
    def types(self) -> tuple[str, str, str]:
        """What it is called in BibLaTeX, RIS and CSL."""
        if self.work.kind == "article":
            return _TYPES["newspaper" if in_newspaper(self.work) else "page" if self.work.url else "other"]
        return _TYPES.get(self.work.kind, _TYPES["other"])

    @property
    def accessed(self) -> str:
        """When it was fetched from its address."""
        return self.work.fetched if self.work.url else ""


def write_references(
    path: Path, articles: Iterable[Article], *, instruments: Collection[Instrument] = (), form: str = "", language: str = "en",
    progress: Progress = no_progress,
) -> FidelityReport:  # fmt: skip
    """Write articles, then instruments, in the format of a suffix (.bib, .ris, .json), the path's unless `form` is one.

    `progress` counts entries. Raises FolderMissing, NotWritten, KeyError for another suffix, and what `progress` raises to stop.
    """
    made = _FORMS[(form or path.suffix).lower()]
    report, cleaner = FidelityReport(), Cleaner()
    everything = list(articles)
    entries = [_Entry(work_of(one), _key(one.key, report), one.language) for one in everything]
    entries += [_of_instrument(one, language, report) for one in instruments]
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        for text in made(_watched(entries, progress), cleaner):
            file.write(text)
    report.carried["article"] = len(everything)
    if instruments:
        report.carried["instrument"] = len(instruments)
    _tell(report, everything, instruments, language)
    cleaner.tell(report, language)
    return report


def _tell(report: FidelityReport, articles: Sequence[Article], instruments: Iterable[Instrument], language: str) -> None:
    if count := sum(1 for article in articles for author in article.authors if author.affiliation or author.role):
        report.dropped["affiliation"] = count
        report.reasons.append(say(language, _PLACES, count=count))
    if report.changed["key"]:
        report.reasons.append(say(language, _KEYS, count=report.changed["key"]))
    if doubted := sum(map(_is_doubted, instruments)):
        report.changed["unconfirmed"] = doubted
        report.reasons.append(say(language, _DOUBTED, count=doubted))


def _is_doubted(instrument: Instrument) -> bool:
    """Whether nobody has confirmed what is said of an instrument; the window says so in the same cases."""
    return instrument.confidence not in ("", "confirmed")


def _of_instrument(instrument: Instrument, language: str, report: FidelityReport) -> _Entry:
    work = instrument_work(instrument, language)
    note = either(language, *_DOUBT[::-1]) if _is_doubted(instrument) else ""
    return _Entry(work, _key(instrument.key, report), "zh" if work.chinese else "en", note)


def _watched(entries: Sequence[_Entry], progress: Progress) -> Iterator[_Entry]:
    for done, entry in enumerate(entries):
        if done % _EVERY == 0:
            progress(done, len(entries))
        yield entry
    progress(len(entries), len(entries))


def _line(text: str, cleaner: Cleaner) -> str:
    return _SPACES.sub(" ", cleaner.clean(text)).strip()


def _key(key: str, report: FidelityReport) -> str:
    """Give a short key as a list can hold it; one that is changed is counted."""
    held = _NO_KEY.sub("_", key)
    if held != key:
        report.changed["key"] += 1
    return held


def _bibtex(entries: Iterable[_Entry], cleaner: Cleaner) -> Iterator[str]:
    for entry in entries:
        work, kind = entry.work, entry.types[0]
        host = "journaltitle" if kind == "article" else "institution" if kind == "report" else "publisher"
        fields = {
            "title": f"{{{_tex(_line(work.title, cleaner))}}}" if work.title else "",
            "author": " and ".join(_tex_name(_line(name, cleaner), work) for name in work.authors),
            host: _tex(_line(work.site, cleaner)),
            "entrysubtype": "newspaper" if kind == "article" else "",
            "number": _tex(_line(work.number, cleaner)),
            "date": work.published,
            "url": _line(work.url, cleaner).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C"),
            "urldate": entry.accessed,
            "language": _line(entry.language, cleaner),
            "note": _tex(entry.note),
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        yield f"@{kind}{{{entry.key},\n{lines}}}\n\n"


def _tex(text: str) -> str:
    return _TEX_SIGNS.sub(lambda found: _TEX[found[0]], text).replace("--", "-{}-")


def _stays_whole(name: str, work: Work) -> bool:
    """Whether a name is not parted: an issuer's never is."""
    return work.kind != "article" or is_whole(name)


def _tex_name(name: str, work: Work) -> str:
    if _stays_whole(name, work):
        return f"{{{_tex(name)}}}"
    family, given = name_parts(name)
    return f"{_tex(family)}, {_tex(given)}" if given else _tex(family)


def _ris(entries: Iterable[_Entry], cleaner: Cleaner) -> Iterator[str]:
    for entry in entries:
        work, kind = entry.work, entry.types[1]
        tagged = [("TY", kind), ("ID", entry.key), ("TI", work.title)]
        tagged += [("AU", _ris_name(name, work)) for name in work.authors]
        tagged += [
            ("T2" if kind == "NEWS" else "PB", work.site), ("SN" if kind == "STAND" else "M1", work.number),
            ("PY", work.published[:4]), ("DA", work.published.replace("-", "/")), ("Y2", entry.accessed.replace("-", "/")),
            ("UR", work.url), ("LA", entry.language), ("N1", entry.note),
        ]  # fmt: skip
        lines = ((tag, _line(value, cleaner)) for tag, value in tagged)
        yield "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n\r\n"


def _ris_name(name: str, work: Work) -> str:
    """Write a name; a comma parts names in RIS, so one within a body's is set wide."""
    if _stays_whole(name, work):
        return re.sub(r",\s*", "，", name)
    return ", ".join(filter(None, name_parts(name)))


def _csl(entries: Iterable[_Entry], cleaner: Cleaner) -> Iterator[str]:
    yield "["
    for number, entry in enumerate(entries):
        yield (",\n" if number else "\n") + json.dumps(_csl_item(entry, cleaner), ensure_ascii=False, indent=1)
    yield "\n]\n"


def _csl_item(entry: _Entry, cleaner: Cleaner) -> dict[str, Any]:
    work, kind = entry.work, entry.types[2]
    item: dict[str, Any] = {
        "id": entry.key,
        "citation-key": entry.key,
        "type": kind,
        "title": _line(work.title, cleaner),
        "author": [_csl_name(_line(name, cleaner), work) for name in work.authors],
        "container-title" if kind in ("webpage", "article-newspaper") else "publisher": _line(work.site, cleaner),
        "number": _line(work.number, cleaner),
        "issued": _csl_date(work.published),
        "accessed": _csl_date(entry.accessed),
        "URL": _line(work.url, cleaner),
        "language": _line(entry.language, cleaner),
        "note": entry.note,
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(name: str, work: Work) -> dict[str, str]:
    if _stays_whole(name, work):
        return {"literal": name}
    family, given = name_parts(name)
    return {"family": family, "given": given} if given else {"literal": family}


def _csl_date(iso: str) -> dict[str, list[list[int]]]:
    parts = [int(part) for part in iso.split("-") if part.isdecimal()]
    return {"date-parts": [parts]} if parts else {}


_FORMS: Mapping[str, Callable[[Iterable[_Entry], Cleaner], Iterator[str]]] = {
    ".bib": _bibtex,
    ".ris": _ris,
    ".json": _csl,
}
