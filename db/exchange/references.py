"""The articles as a list of references for other programs: BibLaTeX, RIS and CSL-JSON, all UTF-8; our importers read them back.

Sources: the biblatex manual (2.2), the RIS format specification (2011), and the CSL-JSON schema of CSL 1.0.2. What is not
known is left out. Names of persons are parted into family and given names, Chinese names and bodies stay whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from db.exchange.archive import replacing
from db.exchange.citations import Work, is_whole, name_parts, work_of
from db.exchange.report import FidelityReport
from db.exchange.tables import Cleaner, say
from db.records import Article, Progress, no_progress

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


def write_references(
    path: Path, articles: Iterable[Article], *, form: str = "", language: str = "en", progress: Progress = no_progress
) -> FidelityReport:
    """Write articles in the format of a suffix (.bib, .ris, .json), the path's unless `form` is one; `progress` counts articles.

    Raises FolderMissing, NotWritten, KeyError for another suffix, and what `progress` raises to stop.
    """
    made = _FORMS[(form or path.suffix).lower()]
    report, cleaner = FidelityReport(), Cleaner()
    everything = list(articles)
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        for text in made(_watched(everything, progress), report, cleaner):
            file.write(text)
    report.carried["article"] = len(everything)
    if count := sum(1 for article in everything for author in article.authors if author.affiliation or author.role):
        report.dropped["affiliation"] = count
        report.reasons.append(say(language, _PLACES, count=count))
    if report.changed["key"]:
        report.reasons.append(say(language, _KEYS, count=report.changed["key"]))
    cleaner.tell(report, language)
    return report


def _watched(articles: list[Article], progress: Progress) -> Iterator[Article]:
    for done, article in enumerate(articles):
        if done % _EVERY == 0:
            progress(done, len(articles))
        yield article
    progress(len(articles), len(articles))


def _line(text: str, cleaner: Cleaner) -> str:
    return _SPACES.sub(" ", cleaner.clean(text)).strip()


def _key(article: Article, report: FidelityReport) -> str:
    key = _NO_KEY.sub("_", article.key)
    if key != article.key:
        report.changed["key"] += 1
    return key


def _bibtex(articles: Iterable[Article], report: FidelityReport, cleaner: Cleaner) -> Iterator[str]:
    for article in articles:
        work = work_of(article)
        fields = {
            "title": f"{{{_tex(_line(work.title, cleaner))}}}" if work.title else "",
            "author": " and ".join(_tex_name(_line(name, cleaner)) for name in work.authors),
            "publisher": _tex(_line(work.site, cleaner)),
            "date": work.published,
            "url": _line(work.url, cleaner).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C"),
            "urldate": work.fetched if work.url else "",
            "language": _line(article.language, cleaner),
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        yield f"@{'online' if work.url else 'misc'}{{{_key(article, report)},\n{lines}}}\n\n"


def _tex(text: str) -> str:
    return _TEX_SIGNS.sub(lambda found: _TEX[found[0]], text).replace("--", "-{}-")


def _tex_name(name: str) -> str:
    if is_whole(name):
        return f"{{{_tex(name)}}}"
    family, given = name_parts(name)
    return f"{_tex(family)}, {_tex(given)}" if given else _tex(family)


def _ris(articles: Iterable[Article], report: FidelityReport, cleaner: Cleaner) -> Iterator[str]:
    for article in articles:
        work = work_of(article)
        tagged = [("TY", "ELEC" if work.url else "GEN"), ("ID", _key(article, report)), ("TI", work.title)]
        tagged += [("AU", name if is_whole(name) else ", ".join(filter(None, name_parts(name)))) for name in work.authors]
        tagged += [
            ("PB", work.site), ("PY", work.published[:4]), ("DA", work.published.replace("-", "/")),
            ("Y2", work.fetched.replace("-", "/") if work.url else ""), ("UR", work.url), ("LA", article.language),
        ]  # fmt: skip
        lines = ((tag, _line(value, cleaner)) for tag, value in tagged)
        yield "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n\r\n"


def _csl(articles: Iterable[Article], report: FidelityReport, cleaner: Cleaner) -> Iterator[str]:
    yield "["
    for number, article in enumerate(articles):
        item = _csl_item(article, work_of(article), _key(article, report), cleaner)
        yield (",\n" if number else "\n") + json.dumps(item, ensure_ascii=False, indent=1)
    yield "\n]\n"


def _csl_item(article: Article, work: Work, key: str, cleaner: Cleaner) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": key,
        "citation-key": key,
        "type": "webpage" if work.url else "document",
        "title": _line(work.title, cleaner),
        "author": [_csl_name(_line(name, cleaner)) for name in work.authors],
        "container-title" if work.url else "publisher": _line(work.site, cleaner),
        "issued": _csl_date(work.published),
        "accessed": _csl_date(work.fetched) if work.url else {},
        "URL": _line(work.url, cleaner),
        "language": _line(article.language, cleaner),
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(name: str) -> dict[str, str]:
    if is_whole(name):
        return {"literal": name}
    family, given = name_parts(name)
    return {"family": family, "given": given} if given else {"literal": family}


def _csl_date(iso: str) -> dict[str, list[list[int]]]:
    parts = [int(part) for part in iso.split("-") if part.isdecimal()]
    return {"date-parts": [parts]} if parts else {}


_FORMS: Mapping[str, Callable[[Iterable[Article], FidelityReport, Cleaner], Iterator[str]]] = {
    ".bib": _bibtex,
    ".ris": _ris,
    ".json": _csl,
}
